"""Logs and metrics of a process: JSON lines with a request id and no secrets; health numbers under bounded
labels."""

from __future__ import annotations

import logging
import platform
import re
import sys
import time
import uuid
from collections.abc import MutableMapping
from typing import Any, Final

import fastapi
import prometheus_client
import structlog
from prometheus_client import gc_collector, platform_collector, process_collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plumbline.runtime.settings import Settings

REQUEST_ID_HEADER: Final = "X-Request-ID"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECRET_KEY = re.compile(r"token|password|secret|authorization|cookie|api_key|credential", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@")
_BEARER = re.compile(r"(bearer\s+)\S+", re.IGNORECASE)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

log: Final = structlog.get_logger(__name__)


def configure_logs(settings: Settings, service: str) -> None:
    """Send structlog and the standard library's loggers to standard error as one stream of the same shape."""
    console = settings.log_format == "console" or (settings.log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _named(service),
        without_secrets,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=True)
        if console
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _named(service: str) -> structlog.typing.Processor:
    def add(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    return add


def without_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask values under telling names, passwords inside addresses, and bearer tokens inside texts."""
    for key, value in event.items():
        if _SECRET_KEY.search(key):
            event[key] = "***"
        elif isinstance(value, str):
            event[key] = _BEARER.sub(r"\1***", _URL_PASSWORD.sub(r"\1:***@", value))
    return event


def registry(service: str) -> prometheus_client.CollectorRegistry:
    """A registry of its own for one app, so that an app can be built twice in a process; with process and
    build facts."""
    made = prometheus_client.CollectorRegistry()
    process_collector.ProcessCollector(registry=made)
    platform_collector.PlatformCollector(registry=made)
    gc_collector.GCCollector(registry=made)
    info = prometheus_client.Info("plumbline_runtime", "What this process runs.", registry=made)
    info.info({"service": service, "python": platform.python_version()})
    return made


def instrument(app: fastapi.FastAPI, service: str) -> prometheus_client.CollectorRegistry:
    """Give an app its request id, request metrics and `/metrics`; returns the registry for the app's own
    metrics."""
    made = registry(service)
    app.add_middleware(RequestTelemetry, registry=made)

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> fastapi.Response:
        return fastapi.Response(
            prometheus_client.generate_latest(made),
            headers={"Content-Type": prometheus_client.CONTENT_TYPE_LATEST},
        )

    app.state.registry = made
    return made


class RequestTelemetry:
    """Pure ASGI middleware: binds a request id to the logs, returns it, and counts by route template, never
    by path."""

    def __init__(self, app: ASGIApp, registry: prometheus_client.CollectorRegistry) -> None:
        self.app = app
        self.requests = prometheus_client.Counter(
            "plumbline_http_requests_total",
            "Requests answered.",
            ["method", "route", "status"],
            registry=registry,
        )
        self.seconds = prometheus_client.Histogram(
            "plumbline_http_request_seconds",
            "Time to answer.",
            ["route"],
            buckets=SECONDS_BUCKETS,
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500
        began = time.perf_counter()

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_named)
            finally:
                self._record(scope, status, time.perf_counter() - began)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)
        log.debug("request", method=method, route=route, status=status, ms=round(seconds * 1000, 2))


def _request_id(scope: Scope) -> str:
    """The caller's id if it is a harmless one, else a fresh one."""
    wanted = REQUEST_ID_HEADER.lower().encode()
    for name, value in scope["headers"]:
        if name == wanted:
            given = str(value.decode("latin-1"))
            if _REQUEST_ID.fullmatch(given):
                return given
    return uuid.uuid4().hex
