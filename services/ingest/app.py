"""The ingest app: its parts are made when it starts, and finish what is in hand when it stops."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator
from typing import Any, Final

import fastapi
from fastapi.openapi.utils import get_openapi

from plumbline import errors
from plumbline.runtime import schema, telemetry
from plumbline.runtime.settings import Settings
from plumbline.store import engine
from plumbline.store.tokens import Doorkeeper
from services.ingest import (
    problems,
    pull_routes,
    routes,
    sandbox_routes,
    shapes,
    snapshot_routes,
    terms_routes,
)
from services.ingest.admission import Admission
from services.ingest.appender import Appender
from services.ingest.metrics import Metrics
from services.ingest.pressure import Pressure
from services.ingest.reception import Reception

VERSION: Final = "0.1.0"
SWITCH_SECONDS: Final = 0.0005
"""The appender waits for the interpreter after each round trip, and under load the event loop is always busy:
at the usual 5 ms a transaction of ten statements would take 50 ms."""
WRITING: Final = 4
"""Sessions of the way in (appender, look-out, tokens, courts): kept apart, so that no reader can starve
them."""
ABOUT: Final = (
    "Takes case events in. An event that was answered `accepted` or `duplicate` is on disk; the same body "
    "may be sent again at any time. Errors are problem documents (RFC 9457)."
)


def create_app(settings: Settings) -> fastapi.FastAPI:
    """The app of one process; the database may be away when it starts."""

    @contextlib.asynccontextmanager
    async def lifespan(app: fastapi.FastAPI) -> AsyncIterator[None]:
        sys.setswitchinterval(SWITCH_SECONDS)
        writing, asking = (
            _pool(settings, "ingest", WRITING),
            _pool(settings, "ingest-desk", settings.pool_max),
        )
        admission = Admission(
            writing, record_bytes=settings.ingest_line_bytes_max, depth=settings.ingest_depth_max
        )
        appender = Appender(writing, metrics, queued_most=settings.queued_events_max)
        pressure = Pressure(settings, writing, metrics)
        reception = Reception(settings, admission, appender, pressure, metrics)
        app.state.pool, app.state.admission, app.state.appender = asking, admission, appender
        app.state.doorkeeper, app.state.reception = Doorkeeper(writing), reception
        app.state.pressure = pressure
        appender.start()
        pressure.start()
        try:
            yield
        finally:
            reception.close()
            appender.stop(settings.graceful_timeout_s)
            pressure.stop()
            writing.close()
            asking.close()

    app = fastapi.FastAPI(title="Plumbline ingest", version=VERSION, description=ABOUT, lifespan=lifespan)
    problems.install(app)
    metrics = Metrics(telemetry.instrument(app, "ingest"))
    app.state.settings = settings
    # Its /quarantine/worklist must come before /quarantine/{record_id}.
    app.include_router(terms_routes.router)
    app.include_router(sandbox_routes.router)
    app.include_router(routes.router)
    app.include_router(snapshot_routes.router)
    app.include_router(pull_routes.router)
    app.include_router(health)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def _pool(settings: Settings, name: str, size: int) -> engine.Pool:
    return engine.open_pool(
        settings.dsn,
        name=name,
        size=size,
        statement_timeout_ms=settings.statement_timeout_ms,
        smallest=settings.pool_min,
    )


health: Final = fastapi.APIRouter(tags=["health"])


@health.get(
    "/healthz",
    operation_id="healthz",
    summary="Whether the process works",
    responses={200: shapes.example({"status": "alive"}), **shapes.described(503)},
)
async def healthz(request: fastapi.Request) -> dict[str, str]:
    """Asks nothing of the database."""
    if not request.app.state.appender.alive:
        raise errors.Unavailable("The appender has stopped", next="Restart the service.")
    return {"status": "alive"}


@health.get(
    "/readyz",
    operation_id="readyz",
    summary="Whether it can take events: database there, migrations done",
    responses={200: shapes.example({"status": "ready"}), **shapes.described(503)},
)
def readyz(request: fastapi.Request) -> dict[str, str]:
    """503 with the reason while it cannot."""
    if request.app.state.pressure.away:
        raise errors.Unavailable("The database does not answer", next="Try again in a few seconds.")
    with engine.transaction(request.app.state.pool) as connection:
        connection.execute("SELECT 1")
    if not schema.position(request.app.state.settings.dsn).at_head:
        raise errors.Unavailable(
            "The database is not at the newest migration", next="Run `plumbline db upgrade`."
        )
    return {"status": "ready"}


def _described(app: fastapi.FastAPI) -> dict[str, Any]:
    """The OpenAPI document with the problem shape and the bearer token on every operation under /v1."""
    if app.openapi_schema:
        return app.openapi_schema
    told = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        openapi_version="3.1.0",
    )
    parts = told.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = shapes.Problem.model_json_schema()
    parts["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "`plumbline token create`"}
    }
    for path, methods in told["paths"].items():
        for operation in methods.values():
            if path.startswith("/v1"):
                operation["security"] = [{"bearer": []}]
            # A body's or query's fault is a problem document here, never FastAPI's own shape.
            operation["responses"].get("422", {}).get("content", {}).pop("application/json", None)
    parts["schemas"].pop("HTTPValidationError", None)
    parts["schemas"].pop("ValidationError", None)
    app.openapi_schema = told
    return told
