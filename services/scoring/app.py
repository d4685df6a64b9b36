"""The scoring service: its loops, and a small HTTP face for health and metrics."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from typing import Final

import fastapi
import prometheus_client
import structlog
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from plumbline import errors
from plumbline.runtime import loop, telemetry
from plumbline.runtime.settings import Settings
from plumbline.store import engine, health
from services.scoring.delivery import loops as delivery
from services.scoring.delivery.upkeep import Upkeep
from services.scoring.scorer import Scorer
from services.scoring.watcher import Watcher

log: Final = structlog.get_logger(__name__)

POST_IDLE_S = 0.03
VALUE_IDLE_S = 0.03
DAY_IDLE_S = 1.0
WATCH_IDLE_S = 2.0
FAILED_TICKS_MAX = 5
LONGEST_VALUE_PAUSE_S = 2.0
LONGEST_STEP_S = 300.0
"""A loop that has not ended a step for so long counts as stopped: no heartbeat is sent any more."""
BULK_MARKS = 20_000
PAST_MARKS = 60
"""Marks of earlier months a step takes while events come in live, doubled while more wait: what came in today goes first."""


class Backlog(Collector):
    """What waits in the books, read from the database when scraped: marks, their age, parked cases, the page."""

    def __init__(self, pool: engine.Pool) -> None:
        self.pool = pool

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        try:
            with engine.transaction(self.pool) as connection:
                found = health.read_backlog(connection)
        except errors.PlumblineError:
            return
        for name, words, value in (
            (
                "plumbline_scoring_case_marks",
                "Cases marks that wait to be folded (counted to a bound).",
                found.case_marks,
            ),
            (
                "plumbline_scoring_value_marks",
                "Value marks that wait (counted to a bound).",
                found.value_marks,
            ),
            ("plumbline_scoring_oldest_mark_seconds", "Age of the oldest live mark.", found.oldest_seconds),
            (
                "plumbline_scoring_parked_cases",
                "Cases set aside because they could not be folded.",
                found.parked,
            ),
            ("plumbline_scoring_page_number", "The newest closed page.", found.page),
        ):
            yield GaugeMetricFamily(name, words, value=value)


class Counters:
    """What the loops did."""

    def __init__(self, registry: prometheus_client.CollectorRegistry) -> None:
        self.cases = prometheus_client.Counter(
            "plumbline_scoring_cases_total", "Cases folded.", registry=registry
        )
        self.postings = prometheus_client.Counter(
            "plumbline_scoring_postings_total", "Lines posted.", registry=registry
        )
        self.pages = prometheus_client.Counter(
            "plumbline_scoring_pages_total", "Pages closed.", registry=registry
        )
        self.cells = prometheus_client.Counter(
            "plumbline_scoring_cells_total", "Cells valued.", registry=registry
        )
        self.seconds = prometheus_client.Histogram(
            "plumbline_scoring_step_seconds",
            "Time of a step.",
            ["loop"],
            buckets=telemetry.SECONDS_BUCKETS,
            registry=registry,
        )
        self.heartbeat = prometheus_client.Gauge(
            "plumbline_scoring_heartbeat_seconds",
            "Unix time of the loop's last tick.",
            ["loop"],
            registry=registry,
        )
        self.failures = prometheus_client.Counter(
            "plumbline_scoring_failures_total", "Ticks that failed.", ["loop"], registry=registry
        )


def create_app(
    settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> fastapi.FastAPI:
    """The scoring app; its loops start and stop with it."""

    @contextlib.asynccontextmanager
    async def lifespan(app: fastapi.FastAPI) -> AsyncIterator[None]:
        pool = engine.open_pool(
            settings.dsn,
            name="scoring",
            size=settings.scoring_workers + 4 + (settings.delivery_workers if settings.delivery else 0),
            statement_timeout_ms=max(settings.statement_timeout_ms, 120_000),
        )
        app.state.pool = pool
        app.state.registry.register(Backlog(pool))
        counters = Counters(app.state.registry)
        loops = _loops(settings, pool, clock, counters, app.state.registry)
        app.state.loops = loops
        for one in loops:
            one.start()
        try:
            yield
        finally:
            for one in loops:
                one.stop(settings.graceful_timeout_s)
            pool.close()

    app = fastapi.FastAPI(
        title="Plumbline scoring", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    telemetry.instrument(app, "scoring")

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    def readyz(request: fastapi.Request) -> fastapi.Response:
        reasons = _why_not_ready(request.app.state.loops, request.app.state.pool)
        body = {"status": "ready" if not reasons else "not ready", "reasons": reasons}
        return fastapi.responses.JSONResponse(body, status_code=503 if reasons else 200)

    return app


def _why_not_ready(loops: list[loop.Loop], pool: engine.Pool) -> list[str]:
    """What keeps the service from its work; empty when nothing does."""
    reasons = [f"{one.name} keeps failing" for one in loops if one.failed_in_row > FAILED_TICKS_MAX]
    reasons += [f"{one.name} has stopped" for one in loops if not one.alive]
    try:
        with engine.transaction(pool) as connection:
            connection.execute("SELECT 1")
    except errors.PlumblineError as away:
        reasons.append(away.what)
    return reasons


def _loops(
    settings: Settings,
    pool: engine.Pool,
    clock: Callable[[], datetime],
    counters: Counters,
    registry: prometheus_client.CollectorRegistry,
) -> list[loop.Loop]:
    made: list[loop.Loop] = []

    def scorer() -> Scorer:
        return Scorer(pool, clock, settings.zone, most=settings.post_batch_cases)

    backlog = Backlogged()
    names = [f"post-{number}" for number in range(settings.scoring_workers)]
    ticks = [(name, _posting(scorer(), counters, backlog), POST_IDLE_S) for name in names]
    ticks.append(("value", _valuing(scorer(), counters, backlog), VALUE_IDLE_S))
    upkeep = Upkeep(pool, clock, settings.delivery_keep_days, registry)
    ticks.append(("day", _opening(scorer(), upkeep), DAY_IDLE_S))
    ticks.append(("watch", _watching(scorer()), WATCH_IDLE_S))
    ticks.extend(delivery.ticks(settings, pool, clock, registry, lambda: stalled(made)))
    made.extend(
        loop.Loop(
            name,
            tick,
            idle_s=idle,
            heartbeat=counters.heartbeat.labels(name),
            failures=counters.failures.labels(name),
        )
        for name, tick, idle in ticks
    )
    return made


def stalled(loops: Iterable[loop.Loop]) -> list[str]:
    """Why scoring does not count as alive: its loops that stopped, keep failing or have been at one step for long."""
    return [
        f"{one.name} has stopped or fails"
        for one in loops
        if not one.name.startswith(delivery.PREFIX)
        and (not one.alive or one.failed_in_row > FAILED_TICKS_MAX or one.silent_s > LONGEST_STEP_S)
    ]


class Backlogged:
    """Whether posting takes full batches, which means that more waits behind them."""

    def __init__(self) -> None:
        self.posting = False


def _posting(scorer: Scorer, counters: Counters, backlog: Backlogged) -> Callable[[], bool]:
    def tick() -> bool:
        began = time.perf_counter()
        posted = scorer.post()
        backlog.posting = posted is not None and posted.marks >= scorer.most
        if posted is None:
            return False
        counters.cases.inc(posted.cases)
        counters.postings.inc(posted.postings)
        counters.pages.inc(posted.page is not None)
        counters.seconds.labels("post").observe(time.perf_counter() - began)
        return True

    return tick


def _valuing(scorer: Scorer, counters: Counters, backlog: Backlogged) -> Callable[[], bool]:
    """Values the running month at once, then a little of the past; while posting is behind, all in bulk, with rests.

    The rest is as long as the step took, so that posting keeps its share.
    """
    resting_until = 0.0
    most = PAST_MARKS

    def tick() -> bool:
        nonlocal resting_until, most
        began = time.perf_counter()
        if began < resting_until:
            return False
        live = None if backlog.posting else scorer.value(live=True)
        past = scorer.value(most=BULK_MARKS if backlog.posting else most)
        if live is None and past is None:
            return False
        full = past is not None and past.marks >= most
        most = min(most * 2, BULK_MARKS) if full else PAST_MARKS
        took = time.perf_counter() - began
        if backlog.posting:
            resting_until = time.perf_counter() + min(took, LONGEST_VALUE_PAUSE_S)
        counters.cells.inc(sum(valued.cells for valued in (live, past) if valued is not None))
        counters.seconds.labels("value").observe(took)
        return not backlog.posting

    return tick


def _opening(scorer: Scorer, upkeep: Upkeep) -> Callable[[], bool]:
    """Opens court days; and once a day forgets deliveries that are long over, a part at each tick."""

    def tick() -> bool:
        scorer.complete()
        scorer.open_days()
        upkeep.tick()
        return False

    return tick


def _watching(scorer: Scorer) -> Callable[[], bool]:
    watcher = Watcher(scorer)

    def tick() -> bool:
        return watcher.look() is not None or watcher.replay()

    return tick
