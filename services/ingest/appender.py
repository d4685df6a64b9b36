"""The one appender of a process: takes all that waits, appends it in one transaction, and answers after the
commit.

For tests that kill: with PLUMBLINE_ALLOW_FAULTS=1, PLUMBLINE_FAULT=<point>:<n>:kill9 ends this process by
SIGKILL when it
reaches the point for the n-th time; the points are before_commit and after_commit_before_answer.
"""

from __future__ import annotations

import collections
import os
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

import psycopg
import structlog

from plumbline import errors
from plumbline.events import Event
from plumbline.refusals import Refusal
from plumbline.store import engine, journal, quarantine
from services.ingest.metrics import Metrics

log: Final = structlog.get_logger(__name__)

GROUP_EVENTS: Final = 5_000
LINGER_SECONDS: Final = 0.002
"""How long a group waits for company, once requests have begun to come together."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the events of one request, in its order; `receipt` names the transaction, None if
    nothing was new."""

    outcomes: list[str | Refusal]
    receipt: int | None


@dataclass(frozen=True, slots=True)
class Handed:
    """One request's events with their bytes, its refused records, and the promise of an answer."""

    events: Sequence[Event]
    raws: Sequence[bytes]
    refused: Sequence[quarantine.Refused]
    answer: Future[Answer] = field(default_factory=Future)

    @property
    def weight(self) -> int:
        return len(self.events) + len(self.refused)


class Appender:
    """A bounded queue and the single thread that empties it."""

    def __init__(self, pool: engine.Pool, metrics: Metrics, *, queued_most: int) -> None:
        self._pool = pool
        self._metrics = metrics
        self._queued_most = queued_most
        self._waiting: collections.deque[Handed] = collections.deque()
        self._queued = 0
        self._company = 1
        self._stopping = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="appender", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def queued(self) -> int:
        """Records handed in and not yet answered."""
        return self._queued

    def hand(
        self, events: Sequence[Event], raws: Sequence[bytes], refused: Sequence[quarantine.Refused]
    ) -> Future[Answer]:
        """Queue a request's records; the future resolves after their commit. errors.Overloaded when the queue
        is full."""
        one = Handed(events, raws, refused)
        # Who asked may go away; what was handed in is written all the same.
        one.answer.set_running_or_notify_cancel()
        with self._changed:
            if self._stopping:
                raise errors.Unavailable(
                    "The service is stopping", next="Send the same body again in a few seconds."
                )
            if self._queued and self._queued + one.weight > self._queued_most:
                raise errors.Overloaded(
                    f"{self._queued:,} records wait to be written",
                    retry_after=2,
                    next="Send the same body again later.",
                )
            self._waiting.append(one)
            self._queued += one.weight
            self._metrics.queued.set(self._queued)
            self._changed.notify()
        return one.answer

    def stop(self, timeout_s: float) -> None:
        """Take nothing more, write what was handed in, end the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while group := self._take():
            try:
                self._answer(group)
            finally:
                with self._changed:
                    self._queued -= sum(one.weight for one in group)
                    self._metrics.queued.set(self._queued)

    def _take(self) -> list[Handed]:
        """All that waits, up to GROUP_EVENTS; an empty list when it is time to end."""
        with self._changed:
            while not self._waiting:
                if self._stopping:
                    return []
                self._changed.wait()
            until = time.monotonic() + LINGER_SECONDS
            # As many as came together last time are probably on their way; a lone sender never waits.
            while len(self._waiting) < self._company and self._queued < GROUP_EVENTS:
                if self._stopping or not self._changed.wait(until - time.monotonic()):
                    break
            group = [self._waiting.popleft()]
            size = group[0].weight
            while self._waiting and size + self._waiting[0].weight <= GROUP_EVENTS:
                group.append(self._waiting.popleft())
                size += group[-1].weight
            self._company = len(group)
            return group

    def _answer(self, group: list[Handed]) -> None:
        try:
            answers = engine.retrying(lambda: self._write(group))
        except errors.PlumblineError as failure:
            _fail(group, failure)
        except psycopg.Error as failure:
            # One request's records must not sink another's: each by itself, and only the guilty one fails.
            if len(group) > 1:
                for one in group:
                    self._answer([one])
                return
            log.exception("append failed", sqlstate=failure.sqlstate, events=len(group[0].events))
            _fail(group, failure)
        except Exception as failure:
            log.exception("append failed", events=sum(len(one.events) for one in group))
            _fail(group, failure)
        else:
            _reach("after_commit_before_answer")
            for one, answer in zip(group, answers, strict=True):
                one.answer.set_result(answer)

    def _write(self, group: list[Handed]) -> list[Answer]:
        began = time.perf_counter()
        events = [event for one in group for event in one.events]
        raws = [raw for one in group for raw in one.raws]
        with engine.transaction(self._pool) as connection:
            quarantine.put(connection, [refused for one in group for refused in one.refused])
            appended = journal.append(connection, events, raws) if events else journal.Appended([], None)
            _reach("before_commit")
        self._metrics.seconds.observe(time.perf_counter() - began)
        self._metrics.group.observe(len(events))
        answers: list[Answer] = []
        start = 0
        for one in group:
            outcomes = appended.outcomes[start : start + len(one.events)]
            start += len(one.events)
            answers.append(Answer(outcomes, appended.receipt if journal.ACCEPTED in outcomes else None))
        return answers


def _fail(group: list[Handed], failure: BaseException) -> None:
    for one in group:
        one.answer.set_exception(failure)


_FAULT = (
    os.environ.get("PLUMBLINE_FAULT", "").split(":")
    if os.environ.get("PLUMBLINE_ALLOW_FAULTS") == "1"
    else []
)
_reached: collections.Counter[str] = collections.Counter()


def _reach(point: str) -> None:
    """A named place at which a test may end this process; see the module's docstring."""
    if _FAULT[:1] == [point]:
        _reached[point] += 1
        if _FAULT[1:] == [str(_reached[point]), "kill9"]:
            os.kill(os.getpid(), signal.SIGKILL)
