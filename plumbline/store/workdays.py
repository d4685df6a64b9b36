"""The calendar in the store: the table of working days, and the generation that folds by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import psycopg

from plumbline import workdays
from plumbline.store.statements import statement
from plumbline.workdays import Workdays, WorkingDay

Connection = psycopg.Connection[Any]


def read_workdays(connection: Connection, known_at: datetime | None = None) -> Workdays:
    """The whole table, for folding; or as it was known at a moment."""
    if known_at is None:
        return workdays.of_lines(list_workdays(connection, date.min, date.max))
    rows = connection.execute(statement("list_working_days_known"), {"known_at": known_at}).fetchall()
    return workdays.of_lines(
        [WorkingDay(day, working, status, note or "") for day, working, status, note in rows]
    )


def list_workdays(connection: Connection, first: date, until: date) -> list[WorkingDay]:
    """The lines from `first` to the day before `until`, in order."""
    rows = connection.execute(statement("list_working_days"), {"first": first, "until": until}).fetchall()
    return [WorkingDay(day, working, status, note or "") for day, working, status, note in rows]


def load_workdays(connection: Connection, lines: Sequence[WorkingDay]) -> int:
    """Put lines into the table, each in the place of what stood for its day; returns how many changed.

    A change is a new generation: every case is marked, since a limit may fall on any day. What was reported before
    stays known as it was. An overridden day is kept against an official or predicted line.
    """
    connection.execute("SELECT 1 FROM generation_head FOR UPDATE")
    known = {line.day: line for line in list_workdays(connection, date.min, date.max)}
    changed = [
        line for line in lines if known.get(line.day) != line and not _overridden(known.get(line.day), line)
    ]
    if not changed:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(
            statement("put_working_day"), [(one.day, one.working, one.status, one.note) for one in changed]
        )
    number = connection.execute(
        "INSERT INTO generation (number, packs) SELECT h.number + 1, g.packs FROM generation_head h"
        " JOIN generation g ON g.number = h.number RETURNING number"
    ).fetchone()
    assert number is not None
    connection.execute("UPDATE generation_head SET number = %s", number)
    connection.execute(statement("mark_every_case"), {"cause": "calendar", "reference": number[0]})
    return len(changed)


def _overridden(known: WorkingDay | None, line: WorkingDay) -> bool:
    return known is not None and known.status == "overridden" and line.status != "overridden"
