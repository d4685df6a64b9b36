"""Statutory clocks: a limit that starts, is extended, pauses and stops. Code with parameters, not expressions.

Days are ordinals (`date.toordinal`). A limit of months ends on the day of the starting day's number (counting begins
the next day), clamped to the month's end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plumbline import periods
from plumbline.catalog.definitions import Clock, Limit, LimitTable
from plumbline.events import Event

SUFFIXES = ("limit_day", "overdue_on", "days_paused", "stopped_on")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a clock's reasoning: what happened, on which day (ordinal), and the limit after it."""

    what: str
    day: int | None
    limit: int | None
    article: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock says of a case: days as ordinals, `None` where unknown, and the steps that led there."""

    limit_day: int | None
    overdue_on: int | None
    days_paused: int
    stopped_on: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """An event of the case with its court day (ordinal), in the order of the case."""

    event: Event
    day: int


def read_clock(
    clock: Clock,
    table: LimitTable,
    facts: Mapping[str, object],
    traits: Mapping[str, object],
    history: Sequence[Dated],
) -> Reading:
    """Read one clock. `facts` hold days as ordinals; `traits` are category, instance, procedure as they stand at the end."""
    start = facts.get(clock.starts)
    stopped = next((d for name in clock.stops if isinstance(d := facts.get(name), int)), None)
    if not isinstance(start, int):
        return Reading(None, None, 0, stopped, (Step("not_started", None, None),))
    row = _row(table, traits, start)
    if row is None:
        return Reading(None, None, 0, stopped, (Step("no_limit_applies", start, None),))
    limit: int | None = _after(start, row.months, row.days)
    steps = [Step("started", start, limit, row.article)]
    for entry in history:
        if entry.event.type == "clock.extended" and _concerns(entry.event, clock) and limit is not None:
            months, days = entry.event.data.get("months") or 0, entry.event.data.get("days") or 0
            limit = _after(limit, months, days)
            steps.append(Step("extended", entry.day, limit, str(entry.event.data.get("article") or "")))
    limit, paused = _paused(limit, start, _spells(clock, history), stopped, steps)
    if stopped is not None:
        steps.append(Step("stopped", stopped, limit))
    return Reading(limit, None if limit is None else limit + 1, paused, stopped, tuple(steps))


def _row(table: LimitTable, traits: Mapping[str, object], start: int) -> Limit | None:
    day = date.fromordinal(start)
    for row in table.rows:
        if row.valid_from is not None and day < row.valid_from:
            continue
        if row.valid_until is not None and day >= row.valid_until:
            continue
        if all(traits.get(name) in values for name, values in row.when.items()):
            return row
    return None


def _after(day: int, months: int, days: int) -> int:
    moved = periods.add_months(date.fromordinal(day), months).toordinal() if months else day
    return min(moved + days, date.max.toordinal() - 1)


def _concerns(event: Event, clock: Clock) -> bool:
    return event.data.get("clock") == clock.id


def _spells(clock: Clock, history: Sequence[Dated]) -> list[tuple[int, int | None]]:
    """The pauses as half-open spells, overlapping ones joined; the last may be open (None)."""
    open_by_ground: dict[str, int] = {}
    spells: list[tuple[int, int | None]] = []
    for entry in history:
        event = entry.event
        if event.type not in ("clock.paused", "clock.resumed") or not _concerns(event, clock):
            continue
        ground = str(event.data.get("ground"))
        if event.type == "clock.resumed":
            begun = open_by_ground.pop(ground, None)
            if begun is not None:
                spells.append((begun, entry.day))
            continue
        until = event.data.get("until")
        if isinstance(until, str):
            spells.append((entry.day, date.fromisoformat(until).toordinal() + 1))
        else:
            open_by_ground.setdefault(ground, entry.day)
    spells += [(begun, None) for begun in open_by_ground.values()]
    joined: list[tuple[int, int | None]] = []
    for begun, ended in sorted(spells, key=lambda spell: spell[0]):
        if ended is not None and ended <= begun:
            continue
        if joined and (joined[-1][1] is None or begun <= joined[-1][1]):
            last = joined[-1][1]
            joined[-1] = (joined[-1][0], None if last is None or ended is None else max(last, ended))
        else:
            joined.append((begun, ended))
    return joined


def _paused(
    limit: int | None,
    start: int,
    spells: Sequence[tuple[int, int | None]],
    stopped: int | None,
    steps: list[Step],
) -> tuple[int | None, int]:
    """Push the limit by each spell that begins before it has passed. An open spell leaves the limit unknown until stopped."""
    total = 0
    for begun, ended in spells:
        if limit is None or begun > limit or (stopped is not None and begun >= stopped):
            continue
        until = ended if ended is not None else stopped
        if until is None:
            steps.append(Step("paused", begun, None))
            return None, total
        length = max(0, until - max(begun, start + 1))  # the starting day is not counted
        limit, total = min(limit + length, date.max.toordinal() - 1), total + length
        steps.append(Step("paused", begun, limit))
        steps.append(Step("resumed", until, limit))
    return limit, total
