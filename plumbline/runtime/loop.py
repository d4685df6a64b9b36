"""The skeleton of every background loop: start, tick, stop; it backs off when a tick fails and never dies
of it."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Final

import prometheus_client
import structlog

log: Final = structlog.get_logger(__name__)

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 15.0
FAILURES_SHOWN = 32  # 2 ** 32 is long past the longest pause


class Loop:
    """Calls `tick` again and again in a thread of its own.

    `tick` does one bounded batch, commits it, and returns True if there may be more at once, False if it
    found
    nothing to do (the loop then waits `idle_s`, or until `wake`). An exception is logged, counted and
    followed by a
    growing pause with jitter, so that several loops do not come back in step. `heartbeat` is set to the
    time of each
    finished tick, failed or not; `failures` counts the failed.
    """

    def __init__(
        self,
        name: str,
        tick: Callable[[], bool],
        *,
        idle_s: float = 0.25,
        heartbeat: prometheus_client.Gauge | None = None,
        failures: prometheus_client.Counter | None = None,
    ) -> None:
        self.name = name
        self._tick = tick
        self._idle_s = idle_s
        self._heartbeat = heartbeat
        self._failures = failures
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._failed_in_row = 0
        self._ticked_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """A hint that there is work; only shortens the idle wait."""
        self._woken.set()

    def stop(self, timeout_s: float = 20.0) -> bool:
        """Let the tick in hand finish, start no other; True if it did within the time."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def failed_in_row(self) -> int:
        """Ticks that failed since the last good one; more than a few means not ready."""
        return self._failed_in_row

    @property
    def silent_s(self) -> float:
        """Seconds since the last finished tick, failed or not, or since it was made."""
        return time.monotonic() - self._ticked_at

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause = self._once()
            if pause > 0 and not self._stopping.is_set():
                self._woken.wait(pause)
            self._woken.clear()

    def _once(self) -> float:
        """One tick; returns how long to wait before the next."""
        try:
            more = self._tick()
        except Exception:
            self._failed_in_row += 1
            if self._failures is not None:
                self._failures.inc()
            pause = back_off(self._failed_in_row)
            log.exception("tick failed", loop=self.name, in_row=self._failed_in_row, pause_s=round(pause, 2))
        else:
            self._failed_in_row = 0
            pause = 0.0 if more else self._idle_s
        self._ticked_at = time.monotonic()
        if self._heartbeat is not None:
            self._heartbeat.set(time.time())
        return pause


def back_off(failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubling, bounded, with half of it random."""
    longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, FAILURES_SHOWN))
    return longest * (0.5 + 0.5 * random.random())  # noqa: S311 - spreads retries, hides nothing


def stop_on_signal(stop: Callable[[], None]) -> None:
    """Call `stop` on SIGTERM and SIGINT, for a process that is loops only; call from the main thread."""

    def received(number: int, frame: FrameType | None) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        stop()

    signal.signal(signal.SIGTERM, received)
    signal.signal(signal.SIGINT, received)
