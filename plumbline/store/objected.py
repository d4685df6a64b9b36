"""A shelf without the postings of cases whose attribution was objected to: the books themselves stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plumbline import columns, objections, valuation
from plumbline.store.balances import LedgerShelf
from plumbline.store.statements import statement
from plumbline.valuation import Cell


@dataclass(frozen=True, slots=True)
class Left:
    """A case that is left out for a court: its home court and subject."""

    court: str
    home_court: str
    subject: str


@dataclass(slots=True)
class LessenedShelf:
    """A shelf less some cases' own postings at the court that objected (implements `valuation.Shelf`)."""

    shelf: LedgerShelf
    left: tuple[Left, ...]
    _lines: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)

    def column(self, account: int, cell: Cell) -> columns.Column:
        """The column of an account without the lines left out that the cell sums."""
        courts = set(self.shelf.courts(cell))
        lines = [
            (day, value)
            for court, category, cause, day, value in self._left(account)
            if court in courts
            and cell.category in (valuation.ALL, category)
            and (cell.codes is None or cause in cell.codes)
        ]
        column = self.shelf.column(account, cell)
        return objections.less(column, lines) if lines else column

    def net_by_judge(self, account: int, cell: Cell, first: date, until: date) -> Sequence[int]:
        """The net posting of each judge, without the lines left out."""
        return self._net("judge", account, cell, first, until)

    def net_by_case(self, account: int, cell: Cell, first: date, until: date) -> Sequence[int]:
        """The net posting of each case, without the lines left out."""
        return self._net("case", account, cell, first, until)

    def below(self, cell: Cell, on: date) -> Sequence[str]:
        """The courts of the cell's subtree on a day, in the official order."""
        return self.shelf.below(cell, on)

    def tree_changes(self, first: date, until: date) -> Sequence[date]:
        """The days on which the court tree changes."""
        return self.shelf.tree_changes(first, until)

    def posts(self, accounts: Iterable[int]) -> bool:
        """Whether a case left out has any line in the accounts."""
        return any(self._left(account) for account in accounts)

    def _left(self, account: int) -> list[tuple[Any, ...]]:
        if account not in self._lines:
            binds = {**self._binds(), "account": account, "page": self.shelf.known.page}
            rows = self.shelf.connection.execute(statement("list_lines_left"), binds)
            self._lines[account] = [(*row[:4], int(row[4])) for row in rows]
        return self._lines[account]

    def _net(self, by: str, account: int, cell: Cell, first: date, until: date) -> list[int]:
        binds = {
            **self._binds(),
            "account": account,
            "courts": list(self.shelf.courts(cell)),
            "first": first,
            "until": until,
            "page": self.shelf.known.page,
            "category": None if cell.category == valuation.ALL else cell.category,
            "causes": None if cell.codes is None else list(cell.codes),
            "by_judge": by == "judge",
        }
        rows = self.shelf.connection.execute(statement("list_nets_without"), binds)
        return [int(row[0]) for row in rows]

    def _binds(self) -> dict[str, Any]:
        return {
            "left_courts": [one.court for one in self.left],
            "left_homes": [one.home_court for one in self.left],
            "left_subjects": [one.subject for one in self.left],
        }
