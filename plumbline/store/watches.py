"""Watches in the books: which are armed and on the strength of which backtest, what each has looked at, and what
cases, clocks and feeds give them to look at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from plumbline import errors
from plumbline.store import engine
from plumbline.store.statements import statement

LOCK = 7_203_002
"""The advisory lock of the one who looks."""


@dataclass(frozen=True, slots=True)
class Armed:
    """A watch that is armed, and the last day it has looked at."""

    id: int
    watch: str
    hash: str
    backtest: int
    armed_by: str
    armed_at: datetime
    why: str
    looked_on: date | None


@dataclass(frozen=True, slots=True)
class Backtest:
    """A watch replayed over history: waiting, running (`done` looks of `total`), done with its report, or failed."""

    id: int
    watch: str
    hash: str
    courts: tuple[str, ...]
    first: date
    last: date
    state: str
    done: int
    total: int
    page: int | None
    report: Mapping[str, Any] | None
    made_by: str
    asked_at: datetime
    moved_at: datetime


def list_armed(connection: engine.Connection) -> list[Armed]:
    """Every armed watch, by id."""
    return [Armed(*row) for row in connection.execute(statement("list_armed"))]


def try_alone(connection: engine.Connection) -> bool:
    """Whether nobody else looks at this moment; held to the end of the transaction."""
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,)).fetchone()
    return bool(row is not None and row[0])


def note_look(
    connection: engine.Connection, watch: str, digest: str, day: date, page: int, objects: int, beyond: int
) -> bool:
    """Note a look; False where the day was looked at already."""
    binds = {"watch": watch, "hash": digest, "day": day, "page": page, "objects": objects, "beyond": beyond}
    return connection.execute(statement("insert_look"), binds).rowcount == 1


def ask_backtest(
    connection: engine.Connection,
    watch: str,
    digest: str,
    courts: Sequence[str],
    days: tuple[date, date],
    by: str,
) -> int:
    """Ask for a backtest; its number. Whoever looks runs it."""
    row = connection.execute(
        statement("insert_backtest"),
        {"watch": watch, "hash": digest, "courts": list(courts), "first": days[0], "last": days[1], "by": by},
    ).fetchone()
    assert row is not None
    return int(row[0])


def take_backtest(connection: engine.Connection, number: int | None = None) -> Backtest | None:
    """Take the oldest backtest that waits, or the one of a number; None where none does."""
    row = connection.execute(statement("take_backtest"), {"id": number}).fetchone()
    return None if row is None else _backtest(row)


def move_backtest(
    connection: engine.Connection,
    number: int,
    *,
    state: str,
    done: int,
    total: int,
    page: int | None = None,
    report: Mapping[str, Any] | None = None,
) -> None:
    """How far a backtest is, or its end with its report."""
    connection.execute(
        statement("move_backtest"),
        {
            "id": number,
            "state": state,
            "done": done,
            "total": total,
            "page": page,
            "report": None if report is None else Jsonb(dict(report)),
        },
    )


def list_backtests(
    connection: engine.Connection, watch: str, digest: str | None = None, limit: int = 50
) -> list[Backtest]:
    """Backtests of a watch, newest first; of one hash only where it is given."""
    rows = connection.execute(statement("list_backtests"), {"watch": watch, "hash": digest, "limit": limit})
    return [_backtest(row) for row in rows]


def _backtest(row: Sequence[Any]) -> Backtest:
    return Backtest(row[0], row[1], row[2], tuple(row[3]), *row[4:])


def arm(connection: engine.Connection, watch: str, digest: str, by: str, why: str) -> int:
    """Arm a watch as it is now defined; errors.Conflict without a backtest of exactly this definition, or where it is
    armed already.
    """
    found = [one for one in list_backtests(connection, watch, digest) if one.state == "done"]
    if not found:
        raise errors.Conflict(
            f"{watch} has not been replayed over history as it is defined now",
            why="A watch is armed only after a backtest of the same definition.",
            next="POST /v1/watches/{id}/backtest, or plumbline backtest; read its report, then arm it.",
        )
    try:
        row = connection.execute(
            statement("arm_watch"), {"backtest": found[0].id, "by": by, "why": why}
        ).fetchone()
    except psycopg.errors.UniqueViolation as armed:
        raise errors.Conflict(f"{watch} is armed already", next="Disarm it first.") from armed
    assert row is not None
    return int(row[0])


def disarm(connection: engine.Connection, watch: str, by: str, why: str) -> None:
    """Disarm a watch: it looks no more, its deviations stand as they are. errors.Conflict where it is not armed."""
    row = connection.execute(statement("disarm_watch"), {"watch": watch, "by": by, "why": why}).fetchone()
    if row is None:
        raise errors.Conflict(f"{watch} is not armed", next="GET /v1/watches tells which are.")


@dataclass(frozen=True, slots=True)
class Clocked:
    """A case in a stock of overdue cases, now (`passed_on`) or soon (`passes_on`)."""

    account: int
    court: str
    category: str
    home_court: str
    subject: str
    passes_on: date | None
    passed_on: date | None
    standing: bool
    sealed: bool
    filed_on: str | None


def list_running(
    connection: engine.Connection,
    accounts: Sequence[int],
    courts: Sequence[str],
    today: date,
    last: date,
    known_at: datetime,
) -> list[Clocked]:
    """Cases that are past their limit today, or pass it up to `last`, by court and case number, by the pages closed by a
    moment.
    """
    rows = connection.execute(
        statement("list_running_clocks"),
        {
            "accounts": list(accounts),
            "courts": list(courts),
            "today": today,
            "last": last,
            "known_at": known_at,
        },
    )
    found = [
        Clocked(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7] > 0, row[9], row[10])
        for row in rows
        if row[7] > 0 or row[8] > 0
    ]
    return sorted(found, key=lambda one: (one.court, one.account, one.subject))


def read_durations(
    connection: engine.Connection,
    account: int,
    courts: Sequence[str],
    first: date,
    until: date,
    known_at: datetime,
) -> dict[tuple[str, str], list[int]]:
    """By court and category, the days closed cases took, rising; closings from `first` until (not on) `until`."""
    rows = connection.execute(
        statement("list_durations"),
        {"account": account, "courts": list(courts), "first": first, "until": until, "known_at": known_at},
    )
    return {(row[0], row[1]): [int(days) for days in row[2]] for row in rows}


def read_feed_days(
    connection: engine.Connection, courts: Sequence[str], first: date, until: date, page: int
) -> dict[tuple[str, str], dict[date, int]]:
    """By source and court, events by the court day they happened on, as known on a page."""
    found: dict[tuple[str, str], dict[date, int]] = {}
    rows = connection.execute(
        statement("list_feed_days"), {"courts": list(courts), "first": first, "until": until, "page": page}
    )
    for source, court, day, count in rows:
        found.setdefault((source, court), {})[day] = int(count)
    return found
