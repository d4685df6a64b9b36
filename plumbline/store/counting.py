"""Counting what came: by court day, source and type, on the page that folds it, so that coverage has a page as values have.

An arrival is counted when its own mark is taken, and a mark is taken once, in the transaction that writes the count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from plumbline import events, periods
from plumbline.coverage import CLOSING
from plumbline.events import Event
from plumbline.store import journal
from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]
Key = tuple[str, date, str]
"""Source, day and type; the type is empty where the closing of the day itself is meant."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a day's count moves, and when the last event of it was received (None: nothing was received)."""

    source: str
    day: date
    type: str
    declared: int
    received: int
    received_at: datetime | None


def count_arrivals(
    connection: Connection, court: str, arrived: Mapping[str, Iterable[int]], zone: str
) -> list[Change]:
    """What the events of these receipts add, by the subjects of a court; days are those of `zone`."""
    marks = [(subject, receipt) for subject, receipts in arrived.items() for receipt in sorted(receipts)]
    if not marks:
        return []
    asked = {
        "court": court,
        "zone": zone,
        "names": sorted(arrived),
        "subjects": [mark[0] for mark in marks],
        "receipts": [mark[1] for mark in marks],
    }
    rows = connection.execute(statement("count_arrivals"), asked).fetchall()
    return [Change(row[0], row[1], row[2], 0, int(row[3]), row[4]) for row in rows]


def count_closings(connection: Connection, court: str) -> list[Change]:
    """How far what is kept as declared by a court's sources is off from what their closings say now."""
    history = journal.read_histories(connection, [(court, court)])[court, court]
    should = declared(event for event in events.families(history).effective if event.home_court == court)
    rows = connection.execute(statement("read_coverage_declared"), {"court": court})
    kept: dict[Key, int] = {(row[0], row[1], row[2]): int(row[3]) for row in rows}
    return [
        Change(*key, change, 0, None)
        for key in sorted(should.keys() | kept.keys())
        if (change := should.get(key, 0) - kept.get(key, 0))
    ]


def declared(effective: Iterable[Event]) -> dict[Key, int]:
    """What closings declare; of several that close the same day, the latest by time, sequence and id, never by arrival."""
    last: dict[tuple[str, date], Event] = {}
    for event in sorted(effective, key=_order):
        if event.type == CLOSING and "day" in event.data:
            last[event.source, date.fromisoformat(event.data["day"])] = event
    found: dict[Key, int] = {}
    for (source, day), event in last.items():
        found[source, day, ""] = 1
        counts: Mapping[str, int] = event.data.get("counts", {})
        found.update({(source, day, name): int(number) for name, number in counts.items() if number})
    return found


def _order(event: Event) -> tuple[object, ...]:
    return event.time, -1 if event.sequence is None else event.sequence, event.id


def write(connection: Connection, court: str, page: int, changes: Sequence[Change]) -> None:
    """Write changes on a page and add them to what is kept; mark the cells whose coverage they move."""
    asked = {"court": court, "page": page, **_columns(changes)}
    asked["received_at"] = [one.received_at for one in changes]
    connection.execute(statement("add_coverage_lines"), asked)
    moved = _together(changes)
    if moved:
        asked = {"court": court, "page": page, **_columns(moved)}
        connection.execute(statement("add_coverage_days"), asked)
        months = sorted({periods.month_start(one.day) for one in moved})
        connection.execute(statement("remake_coverage_months"), {"court": court, "months": months})
        connection.execute(statement("mark_coverage"), asked)
    heard: dict[str, datetime] = {}
    for one in changes:
        if one.received_at is not None:
            heard[one.source] = max(one.received_at, heard.get(one.source, one.received_at))
    if heard:
        given = {"court": court, "sources": list(heard), "received_at": list(heard.values())}
        connection.execute(statement("add_feeds_heard"), given)


def _together(changes: Sequence[Change]) -> list[Change]:
    """Changes of the same key added up, those that add up to nothing left out."""
    sums: dict[Key, list[int]] = {}
    for one in changes:
        both = sums.setdefault((one.source, one.day, one.type), [0, 0])
        both[0] += one.declared
        both[1] += one.received
    return [Change(*key, sums[key][0], sums[key][1], None) for key in sorted(sums) if any(sums[key])]


def _columns(changes: Sequence[Change]) -> dict[str, list[Any]]:
    return {
        "days": [one.day for one in changes],
        "sources": [one.source for one in changes],
        "types": [one.type for one in changes],
        "declared": [one.declared for one in changes],
        "received": [one.received for one in changes],
    }
