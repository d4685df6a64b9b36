"""A limit by walking the calendar: the day after the start is the first that counts, a paused day does not
count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.referee import clauses, packs
from tests.referee.histories import Happening

ONE = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """The last day of the limit, the day after it, how many days were paused, and the day it was stopped."""

    limit_day: date | None
    overdue_on: date | None
    days_paused: int
    stopped_on: date | None


def read(
    clock: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], start: date | None, stopped: date | None,
    traits: Mapping[str, Any], history: Sequence[Happening],
) -> Limit:  # fmt: skip
    """What a clock says of a case that started and, perhaps, stopped."""
    row = next((one for one in rows if start is not None and _fits(one, traits, start)), None)
    if start is None or row is None:
        return Limit(None, None, 0, stopped)
    own = [one for one in history if one.type.startswith("clock.") and one.data.get("clock") == clock["id"]]
    last = _later(start, row.get("months", 0), row.get("days", 0))
    for one in own:
        if one.type == "clock.extended":
            last = _later(last, one.data.get("months", 0), one.data.get("days", 0))
    paused = _paused_days(own, stopped)
    if paused is None:
        return Limit(None, None, 0, stopped)
    left = (last - start).days
    day, waited = start, 0
    while left:
        day += ONE
        if day in paused:
            waited += 1
        else:
            left -= 1
    return Limit(day, day + ONE, waited, stopped)


def _fits(row: Mapping[str, Any], traits: Mapping[str, Any], start: date) -> bool:
    begins, ends = row.get("from"), row.get("until")
    if (begins and start < begins) or (ends and start >= ends):
        return False
    return all(
        traits.get(name) in packs.many(row[name])
        for name in ("category", "instance", "procedure")
        if name in row
    )


def _later(day: date, months: int, days: int) -> date:
    moved = clauses.evaluate("add_months(day, months)", {"day": day, "months": months}.get)
    return date.fromordinal(moved) + days * ONE


def _paused_days(own: Sequence[Happening], stopped: date | None) -> set[date] | None:
    """Every paused day; a pause with neither end nor resumption lasts until the clock stops, None if it
    has not."""
    days: set[date] = set()
    waiting: dict[str, date] = {}
    for one in own:
        ground = one.data.get("ground", "")
        if one.type == "clock.paused" and "until" in one.data:
            days |= _span(one.day, date.fromisoformat(one.data["until"]) + ONE)
        elif one.type == "clock.paused":
            waiting.setdefault(ground, one.day)
        elif one.type == "clock.resumed" and ground in waiting:
            days |= _span(waiting.pop(ground), one.day)
    for begun in waiting.values():
        if stopped is None:
            return None
        days |= _span(begun, stopped)
    return {day for day in days if stopped is None or day < stopped}


def _span(first: date, until: date) -> set[date]:
    return {first + n * ONE for n in range((until - first).days)}
