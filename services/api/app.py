"""The read service: its app, its snapshot of what is known, its problem documents, and a description of
itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import fastapi
from fastapi.openapi.utils import get_openapi

from plumbline.runtime import telemetry
from plumbline.runtime.settings import Settings
from plumbline.store import engine
from plumbline.store.tokens import Doorkeeper
from services.api import (
    ballot_shapes,
    desk,
    deviation_shapes,
    guard,
    opening_shapes,
    period_shapes,
    problems,
    reconciliation_shapes,
    score_shapes,
    shapes,
    subscription_shapes,
    supervision_shapes,
)
from services.api.knowledge import Library
from services.api.routes import (
    acceptances,
    adjustments,
    ballots,
    benchmarks,
    board,
    bridge,
    cases,
    catalog,
    conversions,
    courts,
    description,
    deviations,
    dimensions,
    directions,
    due,
    feeds,
    files,
    forecasts,
    health,
    indicators,
    inputs,
    objections,
    openings,
    own_dates,
    periods,
    reconciliations,
    restatement,
    scorecards,
    stock_flow,
    stream,
    subscriptions,
    trace,
    values,
    verification,
    watches,
)

VERSION = "1"
ROUTES = (
    courts, indicators, benchmarks, values, cases, restatement, bridge, catalog, board, directions, scorecards, conversions,
    verification, adjustments, objections, acceptances, ballots, due, own_dates, files, feeds, stream, subscriptions, stock_flow,
    openings, trace, dimensions, periods, inputs, reconciliations, deviations, watches, forecasts, description, health,
)  # fmt: skip
WORDS = """Figures of courts with all they stand on. Every value names its numerator, denominator, period,
version and page, or the reason there is none; every figure lists its cases, each with its clause. A token
sees its own court and those below."""


class ReadApp(fastapi.FastAPI):
    """A FastAPI app that describes itself as this module does."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document."""
        return describe(self)


def create_app(
    settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> fastapi.FastAPI:
    """The app. `clock` is its only source of time (aware); the pool opens and closes with it."""

    @contextlib.asynccontextmanager
    async def lifespan(app: fastapi.FastAPI) -> AsyncIterator[None]:
        pool = engine.open_pool(
            settings.dsn,
            name="api",
            size=settings.pool_max,
            smallest=settings.pool_min,
            statement_timeout_ms=settings.statement_timeout_ms,
        )
        app.state.pool = pool
        app.state.doorkeeper = Doorkeeper(pool)
        try:
            yield
        finally:
            pool.close()

    app = ReadApp(
        title="Plumbline 准绳", version=VERSION, description=WORDS, lifespan=lifespan,
        docs_url=None, redoc_url=None, openapi_url=None,
    )  # fmt: skip
    app.state.settings = settings
    app.state.clock = clock
    app.state.library = Library(settings.zone)
    app.state.streams = stream.Streams(settings.streams_max, settings.stream_seconds_max)
    app.add_middleware(guard.MetricsGuard, state=app.state)
    telemetry.instrument(app, "api")
    problems.install(app)
    app.add_exception_handler(desk.Unchanged, desk.unchanged)
    for module in ROUTES:
        app.include_router(module.router)
    return app


def describe(app: fastapi.FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document: every operation with its problems; what cannot be answered (422) is not
    promised.
    """
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = found["components"]["schemas"]
        for model in (
            shapes.Problem,
            score_shapes.Supposition,
            *supervision_shapes.BODIES,
            *ballot_shapes.BODIES,
            *subscription_shapes.BODIES,
            subscription_shapes.ToldChange,
            *period_shapes.BODIES,
            *opening_shapes.BODIES,
            *reconciliation_shapes.BODIES,
            *deviation_shapes.BODIES,
        ):
            shape = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(shape.pop("$defs", {}))
            schemas[model.__name__] = shape
        for path in found["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        app.openapi_schema = found
    return app.openapi_schema
