"""Court midnights: mark the cells that hold postings of the days that opened since, once per zone and day."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg

from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]


def open_days(connection: Connection, zone: str, courts: list[str], today: date) -> int:
    """Mark what the opening of `today` (and of days since the last opening) touches; returns the marks written."""
    row = connection.execute(
        "INSERT INTO midnight AS m (zone, day) VALUES (%s, %s) ON CONFLICT (zone) DO UPDATE SET day = m.day RETURNING m.day",
        (zone, today),
    ).fetchone()
    assert row is not None
    if row[0] >= today:
        return 0
    marked = connection.execute(
        statement("mark_midnight"), {"courts": courts, "last": row[0], "today": today}
    ).rowcount
    connection.execute("UPDATE midnight SET day = %s WHERE zone = %s", (today, zone))
    return marked
