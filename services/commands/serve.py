"""`plumbline serve`: one service in this process, under uvicorn."""

from __future__ import annotations

import enum
import importlib
from datetime import UTC, datetime
from typing import Annotated

import structlog
import typer

from plumbline.runtime import settings as settings_

log = structlog.get_logger(__name__)


class Service(enum.StrEnum):
    ingest = "ingest"
    scoring = "scoring"
    api = "api"


def serve(
    service: Annotated[Service, typer.Argument(help="which service")],
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
) -> None:
    """Run one service: ingest, scoring or api. It needs PLUMBLINE_DATABASE_URL; `plumbline up` runs all
    three."""
    import uvicorn

    from plumbline.runtime import telemetry

    settings = settings_.load(host=host, **{f"{service.value}_port": port})
    telemetry.configure_logs(settings, service.value)
    _ = settings.dsn  # say at once that it is missing
    if service is Service.api:
        _ready_key(settings)
    app = importlib.import_module(f"services.{service.value}.app").create_app(settings)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port_of(service.value),
        loop="uvloop",
        http="httptools",
        lifespan="on",
        server_header=False,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        timeout_graceful_shutdown=settings.graceful_timeout_s,
    )


def _ready_key(settings: settings_.Settings) -> None:
    """The signing key is there from the first start; where it cannot be, only verification files are missing."""
    from plumbline.runtime import signing

    try:
        signing.open_ring(settings.signing_keys_file, datetime.now(UTC))
    except settings_.ConfigurationError as away:
        log.warning("signing_key_missing", reason=str(away))
