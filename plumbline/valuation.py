"""From balances to values: one cell of an indicator, with numerator, denominator, or the reason there is none. Division last."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from plumbline import rules, serving
from plumbline.catalog import formulas, ratios
from plumbline.catalog.ratios import Missing
from plumbline.columns import Column
from plumbline.periods import Period

ALL = "all"
CATEGORIES = ("criminal", "civil", "administrative", "enforcement", "compensation", "insolvency", "other")


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value stands: court, own cases or all below (`scope`), one category or all, and a period.

    `cause` is the code asked for and `causes` every code it takes in (none: itself alone); `tag` is the account of
    the stock of the cases that carry a tag: only these cases count, on the days on which they carry it.
    """

    court: str
    scope: str
    category: str
    period: Period
    cause: str | None = None
    on: date | None = None
    """The day whose court tree sums the cell; None: the period's last day, or today while it runs."""
    causes: tuple[str, ...] = ()
    tag: int | None = None

    @property
    def codes(self) -> tuple[str, ...] | None:
        """The codes of causes that count; None: every case, whatever its cause."""
        return None if self.cause is None else self.causes or (self.cause,)


@dataclass(frozen=True, slots=True)
class Value:
    """A value is never bare: integers, the figure in its unit (half-even at 6 decimals), or the reason there is none."""

    numerator: int | None
    denominator: int | None
    value: Decimal | None
    reason: str | None
    detail: str = ""


class Shelf(Protocol):
    """What the store gives a valuation: columns, and the spread of postings by judge or by case."""

    def column(self, account: int, cell: Cell) -> Column:
        """The column of an account for the cell's court, scope, category, causes and tag."""

    def net_by_judge(self, account: int, cell: Cell, first: date, until: date) -> Sequence[int]:
        """The net posting of each judge from `first` until (not on) `until`."""

    def net_by_case(self, account: int, cell: Cell, first: date, until: date) -> Sequence[int]:
        """The net posting of each case from `first` until (not on) `until`."""

    def below(self, cell: Cell, on: date) -> Sequence[str]:
        """The courts of the cell's subtree on a day, in the official order."""

    def tree_changes(self, first: date, until: date) -> Sequence[date]:
        """The days after `first` and before `until` on which the court tree changes."""


@dataclass(frozen=True, slots=True)
class CellBooks:
    """The books as one cell sees them on a court day: what a formula reads (implements `formulas.Books`)."""

    shelf: Shelf
    version: serving.Version
    cell: Cell
    today: date

    @property
    def _until(self) -> date:
        return min(self.cell.period.end, self.today + timedelta(days=1))

    def amount(self, measure: str) -> int | Missing:
        """The measure's amount in the period: a flow's sum, a stock's level at its end (or today, while it runs)."""
        served = self.version.served[measure]
        if served.filling:
            return Missing("filling", f"{served.id} is still being filled")
        if self.cell.period.start > self.today:
            return Missing("not_begun", f"{self.cell.period.text} has not begun")
        if served.measure.kind == "observed":
            return self._observed(served)
        if served.measure.kind == "stock":
            return self.shelf.column(served.main.id, self.cell).through(self._until - timedelta(days=1))
        return self._flow(served.main.id)

    def _flow(self, account: int) -> int:
        """A flow rolls up by the tree on the posting's day: the period is cut where the tree changes."""
        first, until = self.cell.period.start, self._until
        changes = self.shelf.tree_changes(first, until) if self.cell.scope == "all" else ()
        if not changes:
            return self.shelf.column(account, self.cell).between(first, until)
        cuts = [first, *changes, until]
        return sum(
            self.shelf.column(account, replace(self.cell, on=begun)).between(begun, ended)
            for begun, ended in itertools.pairwise(cuts)
        )

    def _observed(self, served: serving.Served) -> int | Missing:
        if served.measure.observed == "level":
            return self._level(served, self._until - timedelta(days=1))
        for kind in _grains(self.cell.period.kind):
            if self._flow(served.accounts[rules.reports_of(kind)].id):
                return self._flow(served.accounts[kind].id)
        return Missing("not_reported", f"{served.id} has not been reported for {self.cell.period.text}")

    def at_start(self, measure: str) -> int | Missing:
        """A stock's level at the end of the day before the period (旧存)."""
        served = self.version.served[measure]
        if served.filling:
            return Missing("filling", f"{served.id} is still being filled")
        before = min(self.cell.period.start - timedelta(days=1), self.today)
        if served.measure.kind == "observed":
            return self._level(served, before)
        return self.shelf.column(served.main.id, self.cell).through(before)

    def _level(self, served: serving.Served, day: date) -> int | Missing:
        """The level reported last by a day."""
        if not self.shelf.column(served.accounts[rules.reports_of("level")].id, self.cell).through(day):
            return Missing("not_reported", f"{served.id} has not been reported by {day}")
        return self.shelf.column(served.main.id, self.cell).through(day)

    def days(self) -> int | Missing:
        """The days of the period; while it runs, those that have begun, today among them."""
        if self.cell.period.start > self.today:
            return Missing("not_begun", f"{self.cell.period.text} has not begun")
        return (self._until - self.cell.period.start).days

    def prior(self) -> CellBooks:
        """The same cell a year earlier; while the period runs, up to the same day of that year (同期)."""
        period = self.cell.period.prior_year()
        today = self.today
        if self.today < self.cell.period.last_day:
            today = _year_before(self.today)
        return replace(self, cell=replace(self.cell, period=period), today=today)

    def months(self) -> Sequence[CellBooks]:
        """The months of the period that have begun."""
        pieces = [piece for piece in self.cell.period.split("month") if piece.start <= self.today]
        return [replace(self, cell=replace(self.cell, period=piece)) for piece in pieces]

    def courts(self) -> Sequence[CellBooks]:
        """Each court of the cell's subtree, by its own cases."""
        on = min(self.cell.period.last_day, self.today)
        below = self.shelf.below(self.cell, on)
        return [replace(self, cell=replace(self.cell, court=code, scope="own")) for code in below]

    def judges(self, measure: str) -> Sequence[int] | Missing:
        """The measure's net posting by judge in the period."""
        return self._spread(measure, by="judge")

    def cases(self, measure: str) -> Sequence[int] | Missing:
        """The measure's net posting by case in the period."""
        return self._spread(measure, by="case")

    def _spread(self, measure: str, *, by: str) -> Sequence[int] | Missing:
        served = self.version.served[measure]
        if served.filling:
            return Missing("filling", f"{served.id} is still being filled")
        stock = served.measure.kind == "stock"
        first = date(1900, 1, 1) if stock else self.cell.period.start
        read = self.shelf.net_by_judge if by == "judge" else self.shelf.net_by_case
        return read(served.main.id, self.cell, first, self._until)


def value_cell(version: serving.Version, cell: Cell, shelf: Shelf, today: date) -> Value:
    """Value one cell as of a court day. Never raises for what the books may hold."""
    if version.waits_for is not None:
        return Value(None, None, None, "not_available")
    found = formulas.evaluate(version.formula, CellBooks(shelf, version, cell, today))
    if isinstance(found, Missing):
        return Value(None, None, None, found.reason, found.detail)
    if found.denominator == 0:
        return Value(found.numerator, 0, None, "zero_denominator")
    return Value(found.numerator, found.denominator, ratios.value_of(found, version.unit), None)


def _grains(kind: str) -> tuple[str, ...]:
    """The grains of reported figures that fit a period, the coarsest first."""
    order = ("year", "quarter", "month", "day")
    return order[order.index(kind) :] if kind in order else ("other", "month", "day")


def _year_before(day: date) -> date:
    return (
        date(day.year - 1, day.month, min(day.day, 28))
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )
