"""Reading the books: columns of accounts for the courts of a cell, now or as known at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from plumbline import columns, periods, valuation
from plumbline.courts import CourtTree
from plumbline.periods import Period
from plumbline.store.statements import statement
from plumbline.valuation import Cell

Connection = psycopg.Connection[Any]
PRIOR_YEARS = 2
"""How many years back `prior` may reach while a period runs: those months are read by day too."""
Row = tuple[int, str, date, int]
CausedRow = tuple[int, str, str, date, int]
"""An account, a category, a cause (empty where a case has none), a day and the sum."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader may know: the page number and its closing moment; `known_at` None means now."""

    page: int
    closed_at: datetime
    known_at: datetime | None = None


@dataclass(slots=True)
class LedgerShelf:
    """Columns read on demand in one snapshot and kept for its life (implements `valuation.Shelf`).

    Stocks and flows both roll up by the courts below on the day asked (`on`); `known` bounds the pages. `levels` are
    the accounts of stocks: with a tag a level counts a case for as long as it carries it. `by_cause`: causes are cut
    from one reading of all of them.
    """

    connection: Connection
    tree: CourtTree
    known: Known
    today: date
    wanted: frozenset[int] = frozenset()
    by_day: frozenset[date] = frozenset()
    levels: frozenset[int] = frozenset()
    by_cause: bool = False
    _kept: dict[tuple[object, ...], dict[tuple[int, str], columns.Column]] = field(default_factory=dict)
    _cuts: dict[Period, frozenset[date]] = field(default_factory=dict)
    _caused: dict[tuple[object, ...], list[CausedRow]] = field(default_factory=dict)

    def column(self, account: int, cell: Cell) -> columns.Column:
        """The column of an account for the cell's courts, category, causes and tag."""
        courts = self.courts(cell)
        months = self._cut_months(cell.period)
        whose = (courts, cell.codes, cell.tag)
        key = (*whose, months if self._summed(cell) else None, account in self.wanted or account)
        if key not in self._kept:
            self._kept[key] = self._read(self._with(account), courts, cell, months)
        return self._kept[key].get((account, cell.category), columns.EMPTY)

    def causes(self, account: int, cell: Cell) -> frozenset[str]:
        """Every code of a cause that an account's lines have in the cell's courts; empty for none."""
        rows = self._by_cause(self._with(account), self.courts(cell), cell.tag)
        return frozenset(row[2] for row in rows if row[0] == account)

    def _with(self, account: int) -> tuple[int, ...]:
        return tuple(sorted(self.wanted)) if account in self.wanted else (account,)

    def courts(self, cell: Cell) -> tuple[str, ...]:
        """The courts whose lines a cell sums."""
        if cell.scope == "own":
            return (cell.court,)
        return self.tree.subtree(cell.court, cell.on or min(cell.period.last_day, self.today))

    def below(self, cell: Cell, on: date) -> Sequence[str]:
        """The courts of the cell's subtree on a day, in the official order."""
        return (cell.court,) if cell.scope == "own" else self.tree.subtree(cell.court, on)

    def tree_changes(self, first: date, until: date) -> list[date]:
        """The days after `first` and before `until` on which the court tree changes."""
        return self.tree.changes(first, until)

    def _summed(self, cell: Cell) -> bool:
        """Whether the balances answer: now, and neither by cause nor by tag."""
        return self.known.known_at is None and cell.cause is None and cell.tag is None

    def _read(
        self, accounts: Sequence[int], courts: tuple[str, ...], cell: Cell, months: Iterable[date]
    ) -> dict[tuple[int, str], columns.Column]:
        asked: dict[str, Any] = {"accounts": list(accounts), "courts": list(courts)}
        codes = cell.codes
        if cell.tag is not None or (self.by_cause and codes is not None):
            lines = self._by_cause(accounts, courts, cell.tag)
            found = [(row[0], row[1], row[3], row[4]) for row in lines if codes is None or row[2] in codes]
            return by_key(found, found)
        if not self._summed(cell):
            asked |= {"known_at": self.known.known_at or self.known.closed_at, "cause": _listed(codes)}
            days = self.connection.execute(statement("read_postings_known"), asked).fetchall()
            return by_key(days, days)
        sums = self.connection.execute(statement("read_balance_months"), asked).fetchall()
        inside: list[Row] = []
        for first in sorted(months):
            asked |= {"first": first, "until": periods.add_months(first, 1)}
            inside += self.connection.execute(statement("read_balance_days"), asked).fetchall()
        return by_key(sums, inside)

    def _by_cause(self, accounts: Sequence[int], courts: tuple[str, ...], tag: int | None) -> list[CausedRow]:
        key = (tuple(accounts), courts, tag)
        if key not in self._caused:
            asked = {
                "accounts": list(accounts),
                "courts": list(courts),
                "tag": tag,
                "levels": sorted(self.levels),
                "page": self.known.page,
            }
            rows = self.connection.execute(statement("read_postings_caused"), asked).fetchall()
            self._caused[key] = [(row[0], row[1], row[2] or "", row[3], int(row[4])) for row in rows]
        return self._caused[key]

    def _cut_months(self, period: Period) -> frozenset[date]:
        """The months a period cuts: its own ends, the tree's changes, the running month and those of its prior years."""
        found = self._cuts.get(period)
        if found is None:
            running = periods.month_start(self.today)
            cut = {periods.add_months(running, -12 * years) for years in range(PRIOR_YEARS + 1)} | self.by_day
            edges = (period.start, period.end, *self.tree.changes(period.start, period.end))
            found = frozenset(cut | {periods.month_start(day) for day in edges if day.day != 1})
            self._cuts[period] = found
        return found

    def net_by_judge(self, account: int, cell: Cell, first: date, until: date) -> list[int]:
        """The net posting of each judge from `first` until (not on) `until`, judges in code-point order."""
        return self._net("judge", account, cell, first, until)

    def net_by_case(self, account: int, cell: Cell, first: date, until: date) -> list[int]:
        """The net posting of each case from `first` until (not on) `until`; cases that net to nothing are left out."""
        return self._net("subject", account, cell, first, until)

    def _net(self, by: str, account: int, cell: Cell, first: date, until: date) -> list[int]:
        asked = {
            "account": account,
            "courts": list(self.courts(cell)),
            "first": first,
            "until": until,
            "known_at": self.known.known_at or self.known.closed_at,
            "category": None if cell.category == valuation.ALL else cell.category,
            "cause": _listed(cell.codes),
            "tag": cell.tag,
            "carried_on": until - timedelta(days=1) if account in self.levels else None,
            "page": self.known.page,
        }
        rows = self.connection.execute(statement(f"net_by_{'judge' if by == 'judge' else 'case'}"), asked)
        return [int(row[0]) for row in rows]


def _listed(codes: Sequence[str] | None) -> list[str] | None:
    return None if codes is None else list(codes)


def by_key(sums: Sequence[Row], inside: Sequence[Row]) -> dict[tuple[int, str], columns.Column]:
    """Columns by (account, category), with the category `all` added up."""
    months: dict[tuple[int, str], dict[int, int]] = {}
    days: dict[tuple[int, str], dict[int, dict[int, int]]] = {}
    for account, category, day, value in sums:
        start = periods.month_start(day).toordinal()
        for key in ((account, category), (account, valuation.ALL)):
            found = months.setdefault(key, {})
            found[start] = found.get(start, 0) + value
    for account, category, day, value in inside:
        start, on = periods.month_start(day).toordinal(), day.toordinal()
        for key in ((account, category), (account, valuation.ALL)):
            month = days.setdefault(key, {}).setdefault(start, {})
            month[on] = month.get(on, 0) + value
    return {key: columns.Column(found, days.get(key, {})) for key, found in months.items()}


def settle(connection: Connection, known_at: datetime | None) -> Known:
    """The page a reader stands on. For a moment past the newest visible page, waits for pages being closed.

    Raises LookupError for a moment in the future: what will be known then cannot be said now.
    """
    row = connection.execute("SELECT number, closed_at, clock_timestamp() FROM page_clock").fetchone()
    assert row is not None
    if known_at is None:
        return Known(int(row[0]), row[1])
    if known_at > row[2]:
        raise LookupError("known_at lies in the future")
    if known_at > row[1]:
        row = connection.execute(statement("settle_page")).fetchone()
        assert row is not None
    page = connection.execute(
        "SELECT number FROM page WHERE closed_at <= %s ORDER BY closed_at DESC LIMIT 1", (known_at,)
    ).fetchone()
    return Known(0 if page is None else int(page[0]), row[1], known_at)
