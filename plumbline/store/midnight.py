"""Court midnights: mark the cells that hold postings of the days that opened since, once per zone and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import psycopg

from plumbline import periods
from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]
PRIOR_YEARS = 2
"""How many years back a comparison may reach: the days of those years come in as the same day of this one opens."""


def open_days(
    connection: Connection, zone: str, courts: list[str], today: date, moved_daily: Sequence[int] = ()
) -> int:
    """Mark what the opening of `today` (and of days since the last opening) touches; returns the marks written.

    `moved_daily` are the accounts of indicators that count the days of their period: all of their cells that
    were running move, with or without a posting.
    """
    row = connection.execute(
        "INSERT INTO midnight AS m (zone, day) VALUES (%s, %s) ON CONFLICT (zone) DO UPDATE SET day = m.day RETURNING m.day",
        (zone, today),
    ).fetchone()
    assert row is not None
    if row[0] >= today:
        return 0
    marked = 0
    for years in range(PRIOR_YEARS + 1):
        asked = {
            "courts": courts,
            "last": _earlier(row[0], years),
            "today": _earlier(today, years),
            "years": years,
        }
        marked += connection.execute(statement("mark_opened_days"), asked).rowcount
    opened = periods.add_months(periods.month_start(row[0]), 1)
    if opened <= today:
        marked += connection.execute(
            statement("mark_opened_month"), {"courts": courts, "month": opened}
        ).rowcount
    connection.execute(statement("mark_coverage_opened"), {"courts": courts, "last": row[0], "today": today})
    if moved_daily:
        marked += _mark_running(connection, courts, list(moved_daily), row[0], today)
    connection.execute("UPDATE midnight SET day = %s WHERE zone = %s", (today, zone))
    return marked


def _mark_running(
    connection: Connection, courts: list[str], accounts: list[int], last: date, today: date
) -> int:
    """Mark the month that ran on the last opening, today's, and those between."""
    marked, month = 0, periods.month_start(last)
    while month <= today:
        asked = {"courts": courts, "accounts": accounts, "month": month}
        marked += connection.execute(statement("mark_running_month"), asked).rowcount
        month = periods.add_months(month, 1)
    return marked


def _earlier(day: date, years: int) -> date:
    """The day up to which a comparison reads an earlier year: a month's last day stands for that month's last day."""
    first = periods.month_start(day)
    month = periods.add_months(first, -12 * years)
    if day + timedelta(days=1) == periods.add_months(first, 1):
        return periods.add_months(month, 1) - timedelta(days=1)
    return month.replace(day=min(day.day, 28)) if day.month == 2 else month.replace(day=day.day)
