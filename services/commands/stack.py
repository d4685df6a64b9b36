"""`plumbline up`, `down` and `status`: the whole stack on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from plumbline.runtime import processes, schema
from plumbline.runtime import settings as settings_
from plumbline.runtime.binaries import ServerError
from plumbline.runtime.settings import Settings
from services.stack import child, launcher, record
from services.stack.progress import Progress

STOP_S = 90.0
UNDER_WAY = "under way"

State = Annotated[Path | None, typer.Option(help="the folder for all state (PLUMBLINE_STATE)")]


def up(
    state: State = None,
    host: Annotated[str | None, typer.Option(help="address the services listen on")] = None,
    ingest_port: Annotated[int | None, typer.Option(help="PLUMBLINE_INGEST_PORT")] = None,
    api_port: Annotated[int | None, typer.Option(help="PLUMBLINE_API_PORT")] = None,
    scoring_port: Annotated[int | None, typer.Option(help="PLUMBLINE_SCORING_PORT")] = None,
    demo: Annotated[bool, typer.Option(help="play the demonstration feed")] = True,
    detach: Annotated[bool, typer.Option(help="return when it is ready and leave it running")] = False,
) -> None:
    """Start PostgreSQL (or use PLUMBLINE_DATABASE_URL), migrate, start the three services, play the demo
    feed."""
    settings = settings_.load(
        state=state, host=host, ingest_port=ingest_port, api_port=api_port, scoring_port=scoring_port
    )
    try:
        if detach:
            _detached(settings, demo=demo)
        else:
            launcher.run(settings, demo=demo, progress=Progress())
    except record.AlreadyRunning as running:
        print(f"Plumbline already runs (pid {running.pid}); state in {settings.state}")
        _addresses(settings)


def down(state: State = None) -> None:
    """Stop what `up` started; nothing running is fine."""
    settings = settings_.load(state=state)
    pid = record.holder(settings)
    if not pid:
        print(f"Nothing runs in {settings.state}")
        return
    began = time.monotonic()
    if not processes.end(lambda: [pid] if record.holder(settings) == pid else [], [(signal.SIGTERM, STOP_S)]):
        raise ServerError(f"The launcher (pid {pid}) did not stop in {STOP_S:.0f} s; kill -9 {pid} is safe.")
    print(f"stopped in {time.monotonic() - began:.1f} s")


def status(state: State = None) -> None:
    """What runs, and where; exit code 1 unless every service is ready."""
    settings = settings_.load(state=state)
    pid = record.holder(settings)
    if not pid:
        print(f"Nothing runs in {settings.state}. Start with `plumbline up`.")
        raise typer.Exit(1)
    print(f"Plumbline runs (pid {pid}); state in {settings.state}")
    if not _addresses(settings):
        raise typer.Exit(1)


def _addresses(settings: Settings) -> bool:
    """Print each service with its state; True if all are ready."""
    stack = record.read(settings.stack_file)
    if stack is None:
        print("  still starting")
        return False
    whole = True
    for service in launcher.SERVICES:
        address = str(getattr(stack, service))
        ready = child.answers(address)
        whole = whole and ready
        print(f"  {service:<8} {address:<24} {'ready' if ready else 'not ready'}")
    print(f"  database {settings_.masked(stack.database)}")
    print(f"  demo     {stack.demo.get('state', 'unknown')}")
    print(f"  tokens   {stack.tokens}")
    return whole


def _detached(settings: Settings, *, demo: bool) -> None:
    """Start a launcher in a session of its own and show its lines until it is ready or has ended."""
    record.prepare(settings)
    pid = record.holder(settings)
    if pid:
        raise record.AlreadyRunning(pid)
    log = settings.logs / "stack.log"
    with log.open("wb") as output:
        started = subprocess.Popen(
            [sys.executable, "-u", "-m", "services.command", "up", "--demo" if demo else "--no-demo"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=schema.CHECKOUT,
            env={**os.environ, **settings.environment()},
            start_new_session=True,
        )
    with log.open(encoding="utf-8") as lines:
        while started.poll() is None and not _settled(settings, started.pid):
            print(lines.read(), end="", flush=True)
            time.sleep(0.1)
        print(lines.read(), end="", flush=True)
    if started.poll() is not None:
        raise ServerError(f"The stack ended with code {started.returncode} while starting (log: {log}).")


def _settled(settings: Settings, pid: int) -> bool:
    stack = record.read(settings.stack_file)
    return stack is not None and stack.pid == pid and stack.demo.get("state") != UNDER_WAY
