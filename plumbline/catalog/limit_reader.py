"""Tables of limits and clocks, from the parts of a document. Faults of shape are noted; meaning is checked elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from plumbline.catalog import keyed
from plumbline.catalog.definitions import Clock, Extension, Limit, LimitTable, Pause, Restart
from plumbline.catalog.documents import Entry

LONGEST = 36_500


def table(entry: Entry) -> LimitTable:
    """A table with its rows and, where it gives them, the grounds of its pauses."""
    rows = tuple(_limit(row) for row in entry.rows("rows", "rows") if row.whole)
    grounds = tuple(_pause(row) for row in entry.rows("pauses", "pauses") if row.whole)
    return LimitTable(entry.id(), rows, entry.source(), grounds if "pauses" in entry else None, entry.place)


def clock(entry: Entry) -> Clock:
    """A clock; it needs a table of limits, or the fact that holds its last day."""
    if ("limits" in entry) == ("due" in entry):
        entry.note(None, f"{entry.said()} needs either `limits` or `due`", "write one of the two")
    times = entry.integer("times") if "times" in entry else 1
    if not 1 <= times <= 100:
        entry.note("times", f"{entry.said()} runs {times} times", "write 1 to 100")
    return Clock(
        entry.id(),
        entry.title("title"),
        entry.text("starts"),
        entry.names("stops"),
        entry.text("limits"),
        due=entry.text("due") or None,
        restarts=tuple(
            Restart(row.text("on"), row.text("where") or None, row.text("article"))
            for row in entry.rows("restarts", "restarts")
            if row.whole
        ),
        ends=entry.names("ends"),
        times=times,
        place=entry.place,
    )


def _limit(row: Entry) -> Limit:
    months, days = row.integer("months"), row.integer("days")
    none = row.text("limit") == "none"
    if none and ("months" in row or "days" in row):
        row.note("limit", "a row says a time and that there is none", "leave out the one or the other")
    elif not none and not 1 <= months * 30 + days <= LONGEST:
        row.note(
            None,
            "a row of limits says no time, or more than a century",
            "write `months: 6`, `days: 30` or `limit: none`",
        )
    begins, ends = _in_force(row)
    nobody = row.written.get("extensions") == []
    extensions = tuple(
        Extension(one.names("by"), one.integer("months"), one.integer("days"), one.text("article"))
        for one in (() if nobody else row.rows("extensions", "extensions"))
        if one.whole
    )
    return Limit(
        _traits(row),
        months,
        days,
        row.text("article"),
        begins,
        ends,
        where=row.text("where") or None,
        none=none,
        back=row.text("counts") == "back",
        holiday_moves=row.text("holiday") == "moves",
        extensions=extensions if nobody or "extensions" in row else None,
    )


def _pause(row: Entry) -> Pause:
    begins, ends = _in_force(row)
    return Pause(
        row.names("ground"),
        _traits(row),
        row.integer("months"),
        row.integer("days"),
        row.text("effect") == "restarts",
        row.text("article"),
        begins,
        ends,
    )


def _traits(row: Entry) -> Mapping[str, tuple[str, ...]]:
    return {trait: row.names(trait) for trait in keyed.TRAITS if trait in row}


def _in_force(row: Entry) -> tuple[date | None, date | None]:
    begins, ends = row.day("from"), row.day("until")
    if begins and ends and begins >= ends:
        row.note("until", "this row is in force on no day", "write an `until` later than `from`")
    return begins, ends
