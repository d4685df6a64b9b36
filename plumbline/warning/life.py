"""The life of a deviation: pending, open, acknowledged, resolved. Pure: what a look or an act makes of what stood.

Hysteresis: it opens after `hold` looks beyond out of the last three, or at once where one is red; it is
resolved after `release` looks inside, running. A look that could not judge (数据不足) changes nothing. What was told for
a period is not told again because its data were corrected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from plumbline import errors
from plumbline.warning.verdicts import AMBER, RED, UNKNOWN, WITHIN, Verdict

NONE, PENDING, OPEN, ACKNOWLEDGED, RESOLVED = "none", "pending", "open", "acknowledged", "resolved"
STANDING: Final = (PENDING, OPEN, ACKNOWLEDGED)
WINDOW: Final = 3
PERIODS_KEPT: Final = 36


@dataclass(frozen=True, slots=True)
class Terms:
    """What a watch says of the life of its deviations; `severity` is the gravest one may become."""

    hold: int
    release: int
    severity: str
    escalate_days: int


@dataclass(frozen=True, slots=True)
class Memory:
    """What must be known between looks: the levels of the last looks, newest last, each with its period; how many
    looks inside in a row; and the periods for which it has been told, newest last.
    """

    state: str = NONE
    severity: str = ""
    looks: tuple[tuple[str, str], ...] = ()
    inside: int = 0
    told: tuple[str, ...] = ()
    since: date | None = None
    day: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, and back by `from_json`."""
        return {
            "state": self.state,
            "severity": self.severity,
            "looks": [list(one) for one in self.looks],
            "inside": self.inside,
            "told": list(self.told),
            "since": self.since and self.since.isoformat(),
            "day": self.day and self.day.isoformat(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Memory:
        """The memory that `as_json` wrote."""
        since, day = kept["since"], kept["day"]
        return cls(
            kept["state"],
            kept["severity"],
            tuple((level, period) for level, period in kept["looks"]),
            kept["inside"],
            tuple(kept["told"]),
            since and date.fromisoformat(since),
            day and date.fromisoformat(day),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """What a look made of it: the new memory, and the act to be written (None: nothing happened)."""

    memory: Memory
    act: str | None
    cause: str = ""


def look(held: Memory, verdict: Verdict, terms: Terms, day: date) -> Step:
    """One look. Looking twice on a day changes nothing the second time: errors.BadInput for an earlier day."""
    if held.day is not None and day < held.day:
        raise errors.BadInput(
            f"{day} is before the last look ({held.day})", next="Look at days in their order."
        )
    if held.day == day:
        return Step(held, None)
    if verdict.level == UNKNOWN:
        return Step(replace(held, day=day), None)
    looks = (*held.looks, (verdict.level, verdict.period))[-WINDOW:]
    inside = 0 if verdict.beyond else held.inside + 1
    seen = replace(held, looks=looks, inside=inside, day=day)
    if held.state in (NONE, RESOLVED):
        return _begin(seen, verdict, terms, day)
    if held.state == PENDING:
        return _wait(seen, verdict, terms, day)
    return _stand(seen, verdict, terms)


def _begin(seen: Memory, verdict: Verdict, terms: Terms, day: date) -> Step:
    if not verdict.beyond:
        return Step(replace(seen, state=NONE, severity="", since=None), None)
    if verdict.period in seen.told:
        # The period had its warning; that its data moved again is no news.
        return Step(replace(seen, state=NONE, severity="", since=None), None)
    begun = replace(seen, state=PENDING, severity=_severity(verdict, terms), since=day)
    if _holds(begun, terms):
        return _open(begun, verdict, terms)
    return Step(begun, "seen")


def _wait(seen: Memory, verdict: Verdict, terms: Terms, day: date) -> Step:
    if _holds(seen, terms) and verdict.beyond:
        return _open(seen, verdict, terms)
    if seen.inside >= terms.release or not any(level != WITHIN for level, _ in seen.looks):
        return Step(replace(seen, state=RESOLVED, severity="", since=None), "dropped")
    return Step(seen, None)


def _open(seen: Memory, verdict: Verdict, terms: Terms) -> Step:
    told = (*(one for one in seen.told if one != verdict.period), verdict.period)[-PERIODS_KEPT:]
    return Step(replace(seen, state=OPEN, severity=_severity(verdict, terms), told=told), "opened")


def _stand(seen: Memory, verdict: Verdict, terms: Terms) -> Step:
    if not verdict.beyond:
        if seen.inside >= terms.release:
            return Step(replace(seen, state=RESOLVED, severity="", since=None), "resolved")
        return Step(seen, None)
    told = (*(one for one in seen.told if one != verdict.period), verdict.period)[-PERIODS_KEPT:]
    now, was = _severity(verdict, terms), seen.severity
    moved = replace(seen, severity=now, told=told)
    if now == RED and was == AMBER:
        return Step(moved, "worse")
    if now == AMBER and was == RED:
        return Step(moved, "eased")
    return Step(moved, None)


def _holds(seen: Memory, terms: Terms) -> bool:
    beyond = [level for level, _ in seen.looks if level in (AMBER, RED)]
    return len(beyond) >= terms.hold or seen.looks[-1][0] == RED


def _severity(verdict: Verdict, terms: Terms) -> str:
    return AMBER if terms.severity == AMBER else verdict.level


def acknowledge(held: Memory) -> Memory:
    """Somebody has taken note; it holds until the deviation is resolved. errors.Conflict unless it is open."""
    if held.state != OPEN:
        raise errors.Conflict(
            f"The deviation is {held.state}, not open", next="Read it again: somebody may have been quicker."
        )
    return replace(held, state=ACKNOWLEDGED)


def close(held: Memory) -> Memory:
    """Closed by hand, with a reason kept beside it: what was told for its periods stays told."""
    if held.state not in STANDING:
        raise errors.Conflict(f"The deviation is {held.state} already", next="Read it again.")
    told = tuple(dict.fromkeys([*held.told, *(period for level, period in held.looks if level != WITHIN)]))
    return replace(
        held, state=RESOLVED, severity="", since=None, looks=(), inside=0, told=told[-PERIODS_KEPT:]
    )


def due_above(state: str, since_told: datetime, now: datetime, terms: Terms, steps: int) -> bool:
    """Whether a deviation that nobody has acknowledged goes to the court above now; `steps` it has gone already."""
    if state != OPEN or not terms.escalate_days:
        return False
    return (now - since_told).days >= terms.escalate_days * (steps + 1)
