"""Runs the stack in the foreground: brings each part up in order, watches them, takes them down in
reverse."""

from __future__ import annotations

import contextlib
import datetime
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from types import FrameType
from typing import Any

from plumbline.runtime import binaries, loop, postgres, processes, schema
from plumbline.runtime.settings import ConfigurationError, Settings
from services.stack import child, hooks, record
from services.stack.progress import Progress

SERVICES = ("ingest", "scoring", "api")
WATCH_S = 0.25


class Stopped(BaseException):
    """SIGTERM or Ctrl-C arrived; like KeyboardInterrupt, nothing should swallow it."""


def run(settings: Settings, *, demo: bool, progress: Progress) -> None:
    """Bring everything up and stay until told to stop. Raises AlreadyRunning, ConfigurationError or
    ServerError."""
    record.prepare(settings)
    with record.lock(settings), _stop_signals():
        Launcher(settings, progress).run(demo=demo)


class Launcher:
    """The parts of one running stack, and the order in which they come and go."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings = settings
        self.progress = progress
        self.server: postgres.Server | None = None
        self.children: list[child.Child] = []
        self.dsn = ""
        self._demo: dict[str, Any] = {}
        self._started_at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        self._server_deaths = 0
        self._server_not_before = 0.0

    def run(self, *, demo: bool) -> None:
        try:
            self._up(demo=demo)
            self._watch()
        except (Stopped, KeyboardInterrupt):
            self.progress("\nstopping ...")
        finally:
            self._down()

    def _up(self, *, demo: bool) -> None:
        progress, settings = self.progress, self.settings
        progress(f"Plumbline starts; state in {settings.state}")
        self._end_leftovers()
        refuse_busy_ports(settings)
        with progress.step("PostgreSQL"):
            self.dsn = self._database()
        progress(f"    {self.server.describe() if self.server else 'the server of PLUMBLINE_DATABASE_URL'}")
        with progress.step("migrations"):
            schema.upgrade(self.dsn)
        with progress.step("courts, definitions, tokens"):
            tokens = hooks.bootstrap(settings, self.dsn, progress)
        with progress.step("ingest, scoring and api ready"):
            self._start_children()
        self._write_record({"state": "under way" if demo else "off"})
        if demo:
            self._play(tokens)
        self._announce(tokens)
        if self._demo.get("state") == "played":
            threading.Thread(target=self._arm_watches, name="demo watches", daemon=True).start()

    def _arm_watches(self) -> None:
        """The demo's watches, after everything is ready; a start that is stopped meanwhile arms them the next time."""
        try:
            hooks.demo_watches(self.settings, self.dsn, self.progress)
        except Exception as failure:
            self.progress(f"  the watches of the demonstration wait: {failure}")

    def _play(self, tokens: dict[str, str]) -> None:
        """The demo feed, in a thread, so that a part that dies meanwhile is brought back."""
        addresses = {service: self.settings.address_of(service) for service in SERVICES}
        playing: futures.Future[dict[str, Any]] = futures.Future()

        def play() -> None:
            try:
                playing.set_result(hooks.demo(self.settings, addresses, tokens, self.progress))
            except Exception as failure:
                playing.set_exception(failure)

        # A daemon: a stop does not wait for the feed, which resumes where it was at the next start.
        threading.Thread(target=play, name="demo", daemon=True).start()
        with self.progress.step("demo feed"):
            while not playing.done():
                self._look_after()
                time.sleep(WATCH_S)
        failure = playing.exception()
        if failure is not None:
            self.progress(
                f"  the demo feed stopped: {failure}\n  The services run; start again to resume it."
            )
        self._write_record({"state": "failed", "reason": str(failure)} if failure else playing.result())

    def _database(self) -> str:
        if self.settings.database_url is not None:
            return self.settings.dsn
        child.rotate(self.settings.logs / "postgres.log")
        self.server = postgres.Server(self.settings.state, self.settings.logs / "postgres.log")
        return self.server.start()

    def _end_leftovers(self) -> None:
        """Children of a killed launcher get a moment to finish, then are ended: their ports are ours."""
        steps = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0))
        if record.leftovers(self.settings):
            with self.progress.step("ending what an earlier start left"):
                processes.end(lambda: record.leftovers(self.settings), steps)

    def _start_children(self) -> None:
        self.children = [child.Child(service, self.settings, self.dsn) for service in SERVICES]
        for one in self.children:
            one.start()
        self._note_children()
        for one in self.children:
            one.await_ready()

    def _note_children(self) -> None:
        record.note_children(self.settings, {one.service: one.pid for one in self.children if one.pid})

    def _watch(self) -> None:
        while True:
            time.sleep(WATCH_S)
            self._look_after()

    def _look_after(self) -> None:
        """Bring back what has ended."""
        self._revive_server()
        said = [line for line in (one.revive() for one in self.children) if line]
        for line in said:
            self.progress(line)
        if said:
            self._note_children()

    def _revive_server(self) -> None:
        """Restart PostgreSQL on its old port; the services reconnect by themselves."""
        if self.server is None or self.server.alive() or time.monotonic() < self._server_not_before:
            return
        before = self.dsn
        self.progress("PostgreSQL ended; starting it again")
        try:
            self.dsn = self.server.start()
        except binaries.ServerError as failure:
            self._server_deaths += 1
            self._server_not_before = time.monotonic() + loop.back_off(self._server_deaths)
            self.progress(str(failure))
            return
        self._server_deaths = 0
        self.progress(f"PostgreSQL is back (pid {self.server.pid})")
        if self.dsn != before:  # its old port was taken meanwhile
            self._stop_children()
            self._start_children()
            self._write_record(self._demo)

    def _write_record(self, demo: dict[str, Any]) -> None:
        settings = self.settings
        self._demo = demo
        record.Stack(
            ingest=settings.address_of("ingest"),
            api=settings.address_of("api"),
            scoring=settings.address_of("scoring"),
            database=self.dsn,
            tokens=str(settings.tokens_file),
            demo=demo,
            started_at=self._started_at,
            pid=os.getpid(),
        ).write(settings.stack_file)

    def _announce(self, tokens: dict[str, str]) -> None:
        settings, progress = self.settings, self.progress
        progress(f"\nready in {time.monotonic() - progress.began:.1f} s")
        progress(f"  api      {settings.address_of('api')}      (docs: {settings.address_of('api')}/docs)")
        progress(f"  ingest   {settings.address_of('ingest')}")
        progress(f"  scoring  {settings.address_of('scoring')}   (health and metrics)")
        for name, token in tokens.items():
            progress(f"  token    {token}   ({name})")
        progress(f"  all of it for scripts: {settings.stack_file}")
        progress("Stop: Ctrl-C, or `plumbline down`.")

    def _stop_children(self) -> None:
        for one in reversed(self.children):
            one.ask_to_stop()
        for one in reversed(self.children):
            one.stop(self.settings.graceful_timeout_s + 5.0)

    def _down(self) -> None:
        with _deaf():
            self._stop_children()
            if self.server is not None:
                self.server.stop()
            self.settings.stack_file.unlink(missing_ok=True)
            (self.settings.state / "children.json").unlink(missing_ok=True)


def refuse_busy_ports(settings: Settings) -> None:
    """A port in use is said before anything is started."""
    for service in SERVICES:
        port = settings.port_of(service)
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError as failure:
                raise ConfigurationError(
                    f"{service} cannot listen on {settings.host}:{port} ({failure.strerror}). "
                    "Stop what uses it, or choose "
                    f"another port: --{service}-port N, or PLUMBLINE_{service.upper()}_PORT=N."
                ) from None


@contextlib.contextmanager
def _stop_signals() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    numbers = [signal.SIGTERM, signal.SIGINT]
    if (
        signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
    ):  # under nohup a closed terminal is no reason to stop
        numbers.append(signal.SIGHUP)
    with _handled(numbers, stop):
        yield


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """A second Ctrl-C must not cut the shutdown in half; it is bounded anyway."""
    with _handled([signal.SIGTERM, signal.SIGINT, signal.SIGHUP], signal.SIG_IGN):
        yield


@contextlib.contextmanager
def _handled(numbers: list[signal.Signals], handler: Any) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
