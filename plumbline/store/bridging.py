"""The books between two versions of a definition: terms summed on each side, the cases that differ, and the
books as if some cases did not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import psycopg

from plumbline import columns, valuation
from plumbline.store import balances
from plumbline.store.statements import statement
from plumbline.valuation import Cell

Connection = psycopg.Connection[Any]
Case = tuple[str, str]
"""Home court and subject."""
BEFORE: Final = "before"
AFTER: Final = "after"


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of a term on one side: an account over a court's days (`until` not counted), on pages up to one."""

    side: str
    term: int
    account: int
    court: str
    first: date
    until: date
    page: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Whose lines count: a category, codes of causes (None: every one); `visible` are the courts whose cases
    may be listed.
    """

    category: str | None
    causes: tuple[str, ...] | None
    visible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A case whose amount in a term differs between the two sides."""

    term: int
    home_court: str
    subject: str
    before: int
    after: int
    listed: bool

    @property
    def case(self) -> Case:
        """Home court and subject."""
        return self.home_court, self.subject


def list_changed(connection: Connection, spans: Sequence[Span], keep: Filter) -> list[Changed]:
    """Every case that differs, by term, then by subject in code-point order."""
    rows = connection.execute(statement("list_bridge_cases"), _binds(spans, keep))
    found = [Changed(int(row[0]), row[1], row[2], int(row[3]), int(row[4]), bool(row[5])) for row in rows]
    return sorted(found, key=lambda one: (one.term, one.subject, one.home_court))


def list_population(
    connection: Connection, spans: Sequence[Span], keep: Filter
) -> tuple[frozenset[Case], frozenset[Case]]:
    """The cases only the side before has in its population, and those only the side after has."""
    rows = connection.execute(statement("list_bridge_population"), _binds(spans, keep)).fetchall()
    return (
        frozenset((row[0], row[1]) for row in rows if row[2]),
        frozenset((row[0], row[1]) for row in rows if not row[2]),
    )


def sum_terms(connection: Connection, spans: Sequence[Span], keep: Filter) -> dict[tuple[str, int], int]:
    """What each term amounts to, by side and term; one without a line is left out."""
    rows = connection.execute(statement("sum_bridge_terms"), _binds(spans, keep))
    return {(row[0], int(row[1])): int(row[2]) for row in rows}


def _binds(spans: Sequence[Span], keep: Filter) -> dict[str, Any]:
    return {
        "sides": [one.side for one in spans],
        "terms": [one.term for one in spans],
        "accounts": [one.account for one in spans],
        "courts": [one.court for one in spans],
        "firsts": [one.first for one in spans],
        "untils": [one.until for one in spans],
        "pages": [one.page for one in spans],
        "category": keep.category,
        "cause": _listed(keep.causes),
        "visible": list(keep.visible),
    }


def _listed(codes: Sequence[str] | None) -> list[str] | None:
    return None if codes is None else list(codes)


@dataclass(slots=True)
class ShelfWithout(balances.LedgerShelf):
    """The books as if some cases did not exist (implements `valuation.Shelf`)."""

    without: frozenset[Case] = frozenset()

    def _summed(self, cell: Cell) -> bool:
        return False

    def _read(
        self, accounts: Sequence[int], courts: tuple[str, ...], cell: Cell, months: Iterable[date]
    ) -> dict[tuple[int, str], columns.Column]:
        asked = {
            "accounts": list(accounts),
            "courts": list(courts),
            "cause": _listed(cell.codes),
            **self._left_out(),
        }
        days = self.connection.execute(statement("read_postings_without"), asked).fetchall()
        return balances.by_key(days, days)

    def _net(self, by: str, account: int, cell: Cell, first: date, until: date) -> list[int]:
        asked = {
            "account": account,
            "courts": list(self.courts(cell)),
            "first": first,
            "until": until,
            "by_judge": by == "judge",
            "category": None if cell.category == valuation.ALL else cell.category,
            "cause": _listed(cell.codes),
            **self._left_out(),
        }
        return [int(row[0]) for row in self.connection.execute(statement("net_without"), asked)]

    def _left_out(self) -> dict[str, Any]:
        gone = sorted(self.without)
        return {
            "page": self.known.page,
            "without_courts": [home_court for home_court, _ in gone],
            "without_subjects": [subject for _, subject in gone],
        }
