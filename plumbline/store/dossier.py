"""One case as the books hold it: its state, when its events became known, what waits for it, and what
falls due.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Jsonb

from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]
Case = tuple[str, str]
"""(home court, subject)"""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a case has posted, net, in one place of the ledger."""

    account: int
    court: str
    category: str
    day: date
    division: str | None
    judge: str | None
    cause: str | None
    value: int


@dataclass(frozen=True, slots=True)
class State:
    """A case as it was last folded: under which generation, on which page, and what it has posted."""

    generation: int
    page: int
    events: int
    sealed: bool
    posted: tuple[Posted, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """An open case whose limit passes on the day before `overdue_on`."""

    overdue_on: date
    home_court: str
    subject: str
    court: str
    account: int
    judge: str | None
    division: str | None
    page: int
    sealed: bool


def read_state(connection: Connection, case: Case) -> State | None:
    """The state of a case; None where it was never folded."""
    row = connection.execute(
        statement("read_case_state"), {"home_court": case[0], "subject": case[1]}
    ).fetchone()
    if row is None:
        return None
    return State(int(row[0]), int(row[4] or 0), int(row[2]), bool(row[3]), posted_lines(bytes(row[1])))


def posted_lines(stored: bytes) -> tuple[Posted, ...]:
    """The lines a case state holds."""
    return tuple(
        Posted(account, court, category, date.fromordinal(day), division, judge, cause, value)
        for account, court, category, day, division, judge, cause, value in orjson.loads(stored)
    )


def read_standing(connection: Connection, cases: Iterable[Case]) -> dict[Case, tuple[bool, frozenset[str]]]:
    """By case: whether it is sealed, and the courts it has posted to. Cases never folded are left out."""
    wanted = sorted(set(cases))
    binds = {"home_courts": [case[0] for case in wanted], "subjects": [case[1] for case in wanted]}
    return {
        (row[0], row[1]): (bool(row[2]), frozenset(line.court for line in posted_lines(bytes(row[3]))))
        for row in connection.execute(statement("list_sealed_cases"), binds)
    }


def read_receipts(
    connection: Connection, events: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, datetime]]:
    """By (source, event id): the receipt and the moment it was received."""
    wanted = sorted(set(events))
    binds = {"sources": [key[0] for key in wanted], "ids": [key[1] for key in wanted]}
    return {
        (row[0], row[1]): (int(row[2]), row[3])
        for row in connection.execute(statement("list_event_receipts"), binds)
    }


def read_waiting(connection: Connection, case: Case) -> tuple[int, str | None]:
    """How many marks wait for a case, and why it is parked, if it is."""
    row = connection.execute(
        statement("list_case_waiting"), {"home_court": case[0], "subject": case[1]}
    ).fetchone()
    assert row is not None
    return int(row[0]), row[1]


def list_due(
    connection: Connection,
    accounts: Sequence[int],
    courts: Sequence[str],
    today: date,
    last: date,
    after: tuple[date, str, int],
    limit: int,
) -> list[Due]:
    """Open cases that become overdue after `today`, up to and on `last`: the soonest first, then by
    subject.
    """
    binds = {
        "accounts": list(accounts),
        "courts": list(courts),
        "today": today,
        "last": last,
        "after_day": after[0],
        "after_subject": after[1],
        "after_account": after[2],
        "limit": limit,
    }
    return [
        Due(row[0], row[1], row[2], row[3], int(row[4]), row[5], row[6], int(row[8]), bool(row[9]))
        for row in connection.execute(statement("list_cases_due"), binds)
    ]


def record_read(connection: Connection, who: str, act: str, thing: str, detail: dict[str, Any]) -> None:
    """One line in the audit: who read what of the cases."""
    connection.execute(
        statement("insert_audit"), {"principal": who, "act": act, "object": thing, "detail": Jsonb(detail)}
    )
