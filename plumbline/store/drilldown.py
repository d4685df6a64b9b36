"""From a figure to its cases: the cases whose ledger lines add up to it, and those that a clause kept out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]
START = ("", "")
"""The cursor before the first case: (subject, home court)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The lines asked for: an account over courts and days (`until` not counted), on pages up to `page`.

    `visible` are the courts whose cases may be listed; `category` and `causes` (codes) None mean every one. `tag` is
    the account of a tag's stock: of these cases only, if carried on `carried_on`, or else on each line's own day.
    """

    account: int
    courts: tuple[str, ...]
    visible: tuple[str, ...]
    first: date
    until: date
    page: int
    category: str | None
    causes: tuple[str, ...] | None
    tag: int | None = None
    carried_on: date | None = None

    def binds(self) -> dict[str, Any]:
        """As the statements name them."""
        return {
            "account": self.account,
            "courts": list(self.courts),
            "visible": list(self.visible),
            "first": self.first,
            "until": self.until,
            "page": self.page,
            "category": self.category,
            "cause": None if self.causes is None else list(self.causes),
            "tag": self.tag,
            "carried_on": self.carried_on,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """What a case nets to on one day under one attribution."""

    court: str
    category: str | None
    day: date
    division: str | None
    judge: str | None
    cause: str | None
    value: int


@dataclass(frozen=True, slots=True)
class CaseNet:
    """A case with what it adds to the figure (or, of the excluded, how often it was triggered), and its
    newest page.
    """

    home_court: str
    subject: str
    amount: int
    page: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Cases and their sum: all that stand behind the figure, and those of them that may be listed."""

    cases: int
    amount: int
    listed_cases: int
    listed_amount: int


def read_totals(connection: Connection, asked: Asked) -> Totals:
    """What the cases add up to; `amount` is the figure itself."""
    row = connection.execute(statement("sum_case_nets"), asked.binds()).fetchone()
    assert row is not None
    return Totals(*(int(each) for each in row))


def list_cases(connection: Connection, asked: Asked, after: tuple[str, str], limit: int) -> list[CaseNet]:
    """The cases that net to something, by subject in code-point order, after a cursor."""
    binds = asked.binds() | {"after_subject": after[0], "after_court": after[1], "limit": limit}
    return [_case(row) for row in connection.execute(statement("list_case_nets"), binds)]


def list_excluded(
    connection: Connection, asked: Asked, trigger: int, after: tuple[str, str], limit: int, *, whole: bool
) -> list[CaseNet]:
    """Cases triggered more often than counted. `whole`: every triggered case (where amounts are sums,
    lines cannot tell).
    """
    binds = asked.binds() | {
        "trigger": trigger,
        "whole": whole,
        "after_subject": after[0],
        "after_court": after[1],
        "limit": limit,
    }
    return [_case(row) for row in connection.execute(statement("list_cases_excluded"), binds)]


def list_posted(connection: Connection, asked: Asked, accounts: Sequence[int]) -> set[int]:
    """Those of the accounts that hold a line in the days asked for."""
    binds = asked.binds() | {"accounts": list(accounts)}
    return {int(row[0]) for row in connection.execute(statement("list_posted_accounts"), binds)}


def _case(row: Sequence[Any]) -> CaseNet:
    lines = tuple(
        Line(court, category, date.fromisoformat(day), division, judge, cause, int(value))
        for court, category, day, division, judge, cause, value in row[4]
    )
    return CaseNet(row[0], row[1], int(row[2]), int(row[3]), lines)
