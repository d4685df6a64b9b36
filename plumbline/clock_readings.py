"""What a clock says of a case: its runs, the steps that led there, and the facts that follow."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plumbline.catalog import scopes


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a clock's reasoning: what happened, on which day (ordinal), the limit after it, by which article.

    `why` is the word that says more: a procedure, an approver, a ground, the fact that stopped it.
    """

    what: str
    day: int | None
    limit: int | None
    article: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Lap:
    """One run of a clock: days as ordinals, `None` where unknown or never."""

    start: int
    limit_day: int | None
    days_paused: int
    stopped_on: int | None

    @property
    def overdue_on(self) -> int | None:
        """The day after the limit."""
        return None if self.limit_day is None else self.limit_day + 1

    @property
    def met_on(self) -> int | None:
        """The day it was stopped, if that was within the limit."""
        if self.limit_day is None or self.stopped_on is None or self.stopped_on > self.limit_day:
            return None
        return self.stopped_on

    @property
    def passed_on(self) -> int | None:
        """The day on which the limit has passed unmet."""
        return self.overdue_on if self.met_on is None else None

    @property
    def settled_on(self) -> int | None:
        """The day on which it is clear whether the limit was met: when it was, or the day after it."""
        return self.met_on if self.met_on is not None else self.overdue_on


SUFFIXES = tuple(scopes.CLOCK_FACTS)
KEPT = ("limit_day", "days_paused", "stopped_on")
"""The facts of a clock that stand on a case; the others follow from them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock says of a case: its runs in order, and the steps that led there."""

    laps: tuple[Lap, ...]
    steps: tuple[Step, ...]
    stopped: int | None = None
    """The day it was stopped, of a clock that never started or has no limit."""

    @property
    def last(self) -> Lap | None:
        """The run that stands."""
        return self.laps[-1] if self.laps else None


NOT_STARTED = Reading((), (Step("not_started", None, None),))
NOT_CONCERNED = Reading((), (Step("not_concerned", None, None),))


def waiting(reading: Reading, stopped: int | None) -> Reading:
    """The reading of a clock that does not run, though what would stop it may have happened."""
    return reading if stopped is None else dataclasses.replace(reading, stopped=stopped)


def facts_of(reading: Reading) -> Iterator[tuple[str, object, Sequence[int]]]:
    """The facts of a clock: suffix, value in the run that stands, and the days it holds over all runs, in order.

    Of a clock that has not started, or has no limit here, only when it was stopped and that nothing was paused.
    """
    last = reading.last
    if last is None:
        yield "days_paused", 0, ()
        if reading.stopped is not None:
            yield "stopped_on", reading.stopped, (reading.stopped,)
        return
    for suffix in SUFFIXES:
        value = getattr(last, suffix)
        if suffix == "days_paused":
            yield suffix, value, ()
        elif len(reading.laps) == 1:
            yield suffix, value, () if value is None else (value,)
        else:
            days = [day for lap in reading.laps if isinstance(day := getattr(lap, suffix), int)]
            yield suffix, value, sorted(days)
