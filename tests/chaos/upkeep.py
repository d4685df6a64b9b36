"""Keeps service processes running, each start armed with the next planned fault, and writes down every kill
and recovery."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from plumbline.runtime import postgres, processes, schema
from plumbline.runtime.settings import Settings

PROBE_S = 0.15
STALE_S = 30.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Kill at the n-th time a process reaches the point."""

    point: str
    nth: int


@dataclass(slots=True)
class Kill:
    """One kill: who, where, how many requests were under way, whether there was work to lose, seconds until
    ready."""

    service: str
    point: str
    in_flight: int
    aimed: bool
    ready_s: float | None = None


class Service:
    """One service as a real process on a fixed port. Call from the main thread: the kernel ties it to that
    thread."""

    def __init__(
        self, name: str, settings: Settings, dsn: str, folder: Path, faults: Sequence[Fault]
    ) -> None:
        self.name, self.faults = name, list(faults)
        self.address = settings.address_of(name)
        self.armed: Fault | None = None
        self.trouble: list[str] = []
        self.ready = False
        self._log = folder / f"{name}.log"
        self._environment = {**os.environ, **settings.environment(), "PLUMBLINE_DATABASE_URL": dsn}
        self._process: subprocess.Popen[bytes] | None = None
        self._probed = self._died = 0.0
        self._last: Kill | None = None

    def start(self) -> None:
        self.armed = self.faults.pop(0) if self.faults else None
        environment = dict(self._environment)
        if self.armed is not None:
            environment["PLUMBLINE_ALLOW_FAULTS"] = "1"
            environment["PLUMBLINE_FAULT"] = f"{self.armed.point}:{self.armed.nth}:kill9"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.command", "serve", self.name],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=schema.CHECKOUT,
                env=environment, start_new_session=True, preexec_fn=processes.tied_to_parent(signal.SIGKILL),
            )  # fmt: skip

    def look(self, now: float, in_flight: int, aimed: Callable[[str], bool]) -> Kill | None:
        """Note a death and start it again, or ask whether it is ready; returns the kill if one is seen
        now."""
        assert self._process is not None
        code = self._process.poll()
        if code is None:
            if not self.ready and now - self._probed > PROBE_S:
                self._probed = time.monotonic()
                self.ready = answers(self.address)
                if self.ready and self._last is not None:
                    self._last.ready_s, self._last = time.monotonic() - self._died, None
            return None
        if self._last is not None:  # dead again before it was asked: it had been up, no later than now
            self._last.ready_s, self._last = now - self._died, None
        self.ready, self._died = False, now
        kill = None
        if code == -signal.SIGKILL and self.armed is not None:
            kill = self._last = Kill(self.name, self.armed.point, in_flight, aimed(self.armed.point))
            if not kill.aimed:
                self.faults.append(self.armed)  # it met an idle step, which proves nothing: aim again
        else:
            self.trouble.append(f"{self.name} ended with code {code}: {postgres.last_lines(self._log, 5)}")
        self.start()
        return kill

    def disarm(self) -> None:
        """Kill it once more, unplanned, so that it starts without a fault; for the end of a run."""
        self.faults.clear()
        if self.armed is not None and self._process is not None:
            self._process.kill()
            self._process.wait()
            self.ready = False
            self.start()

    def end(self) -> None:
        """Stop in good order; kill it if it does not."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(25)
        if self._process.poll() is None:
            self.trouble.append(f"{self.name} did not end when asked")
            self._process.kill()
            self._process.wait()


def answers(address: str) -> bool:
    """Whether the service says that it is ready."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def is_writing(dsn: str, seconds: float) -> bool:
    """Wait until a session of ingest is inside a transaction that has written; False if none is seen in
    time."""
    deadline = time.monotonic() + seconds
    with psycopg.connect(dsn, autocommit=True, application_name="chaos") as connection:
        while time.monotonic() < deadline:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'plumbline-ingest'"
                " AND backend_xid IS NOT NULL AND state <> 'idle'"
            ).fetchone()
            if row is not None and row[0]:
                return True
    return False


def kill_server(server: postgres.Server) -> int:
    """SIGKILL to every process of the server at once; returns how many there were."""
    pids = processes.working_in(server.data)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while server.alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    return len(pids)
