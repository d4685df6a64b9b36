"""One service as a child process: started, watched, restarted with back-off, asked whether it is ready."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

from plumbline.runtime import binaries, loop, postgres, processes, schema
from plumbline.runtime.settings import Settings

LOG_BYTES_MAX = 16 * 1024 * 1024
STEADY_S = 60.0  # alive this long, earlier deaths are forgotten
READY_S = 60.0


class Child:
    """A service process. Start it from the main thread: it is told to stop when that thread ends, also by
    kill -9."""

    def __init__(self, service: str, settings: Settings, dsn: str) -> None:
        self.service = service
        self.settings = settings
        self.log = settings.logs / f"{service}.log"
        self._environment = {**os.environ, **settings.environment(), "PLUMBLINE_DATABASE_URL": dsn}
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._started = 0.0
        self._not_before = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        rotate(self.log)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.command", "serve", self.service],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=schema.CHECKOUT,
                env=self._environment,
                start_new_session=True,  # Ctrl-C reaches the launcher only, which then stops us in order
                preexec_fn=processes.tied_to_parent(signal.SIGTERM),
            )
        self._started = time.monotonic()

    def revive(self) -> str | None:
        """Restart it if it has ended and its pause is over; returns a line to show, or None if there is
        nothing to say."""
        now = time.monotonic()
        if self.alive():
            if self._deaths and now - self._started > STEADY_S:
                self._deaths = 0
            return None
        if self._process is not None:
            code = self._process.returncode
            self._process = None
            self._deaths += 1
            pause = loop.back_off(self._deaths)
            self._not_before = now + pause
            return f"{self.service} ended with code {code}; again in {pause:.1f} s (log: {self.log})"
        if now < self._not_before:
            return None
        self.start()
        return f"{self.service} started again (pid {self.pid})"

    def ready(self) -> bool:
        return answers(self.settings.address_of(self.service))

    def await_ready(self, seconds: float = READY_S) -> None:
        """Until /readyz answers 200; raises ServerError with the end of its log."""
        deadline = time.monotonic() + seconds
        while not self.ready():
            if not self.alive() or time.monotonic() > deadline:
                how = "is not ready" if self.alive() else "ended"
                raise binaries.ServerError(
                    f"{self.service} {how}; its log ends:\n{postgres.last_lines(self.log)}"
                )
            time.sleep(0.05)

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, seconds: float) -> None:
        """Wait for a child that was asked to stop; kill it after `seconds`."""
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def answers(address: str) -> bool:
    """Whether the service at this address says that it is ready."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def rotate(log: os.PathLike[str]) -> None:
    """Keep one older log once the current one has grown large."""
    if os.path.exists(log) and os.path.getsize(log) > LOG_BYTES_MAX:
        os.replace(log, f"{os.fspath(log)}.1")
