"""What a court's history rests on beside its own months: the courts that became it, how late its months become known, and
how the cases of a mean scatter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from plumbline import periods, serving, valuation
from plumbline.catalog import formula_tree
from plumbline.periods import Period
from plumbline.store import balances
from plumbline.store.statements import statement
from plumbline.valuation import Cell
from plumbline.warning import lags
from plumbline.warning import series as kinds
from plumbline.warning.courts_changed import Change
from plumbline.warning.lags import Reported
from plumbline.warning.means_now import Cases
from plumbline.warning.series import Series

if TYPE_CHECKING:
    from plumbline.store.watchbooks import WatchBooks

Sides = tuple[Reported, Reported | None]
"""Of a figure's numerator and, where it has one, its denominator."""


@dataclass(slots=True)
class UnitedShelf(balances.LedgerShelf):
    """A shelf on which the own cases of a court are those of all courts that became it."""

    united: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def courts(self, cell: Cell) -> tuple[str, ...]:
        """The courts whose lines a cell sums."""
        return self.united.get(cell.court, (cell.court,))


@dataclass(frozen=True, slots=True)
class Histories:
    """A figure's months of courts, those of a changed court as its change says."""

    books: WatchBooks
    shelf: UnitedShelf

    def value(self, version: serving.Version, court: str, scope: str, month: Period) -> valuation.Value:
        """One month of a court."""
        if court not in self.shelf.united:
            return self.books.value(version, court, scope, month)
        cell = Cell(court, "own", valuation.ALL, month)
        return valuation.value_cell(version, cell, self.shelf, self.books.yesterday)


def histories(books: WatchBooks, changes: Mapping[str, Change]) -> Histories:
    """The months of courts over their changes."""
    united = {court: one.united for court, one in changes.items() if one.united}
    shelf = UnitedShelf(books.connection, books.tree, books.known, books.yesterday, united=united)
    return Histories(books, shelf)


def members(books: WatchBooks, court: str, scope: str, changes: Mapping[str, Change]) -> tuple[str, ...]:
    """The courts whose own cases make a court's figure."""
    change = changes.get(court)
    if change is not None and change.united:
        return change.united
    return (court,) if scope == "own" else books.tree.subtree(court, books.yesterday)


def cases(books: WatchBooks, version: serving.Version, series: Series, scope: str) -> Cases | None:
    """How the cases of a mean scatter, by the ledger; None where the figure is no plain sum of amounts over its cases, or
    was reported without them.
    """
    account = _amounts(version, series)
    if account is None:
        return None
    changes = books.changes(series.courts, scope)
    of = {court: members(books, court, scope, changes) for court in series.courts}
    rows = books.connection.execute(
        statement("list_amount_squares"),
        {
            "account": account, "courts": sorted({code for codes in of.values() for code in codes}),
            "first": series.first, "until": books.day, "known_at": books.moment,
        },
    ).fetchall()  # fmt: skip
    found = {(code, month): (int(amount), float(squares)) for code, month, amount, squares in rows}
    squares = np.zeros((len(series.courts), series.months))
    year = np.zeros(len(series.courts))
    for row, court in enumerate(series.courts):
        for index in range(series.months):
            parts = [
                found.get((code, periods.add_months(series.first, index)), (0, 0.0)) for code in of[court]
            ]
            held = series.numerators[row, index]
            if np.isfinite(held) and sum(one[0] for one in parts) != int(held):
                return None
            squares[row, index] = sum(one[1] for one in parts)
        year[row] = sum(
            found[code, month][1]
            for code, month in found
            if code in of[court] and month.year == books.yesterday.year
        )
    return Cases(squares, year)


def _amounts(version: serving.Version, series: Series) -> int | None:
    """The account of the amounts of a plain mean: one summed flow over one counted flow."""
    over, under = (sorted(one) for one in formula_tree.sides(version.formula.root))
    if series.form != kinds.MEAN or len(over) != 1 or len(under) != 1 or version.formula.functions:
        return None
    above, below = version.served.get(over[0]), version.served.get(under[0])
    if above is None or below is None or above.measure.kind != "flow" or below.measure.kind != "flow":
        return None
    return above.main.id if above.measure.sum is not None and below.measure.sum is None else None


def reported(
    books: WatchBooks, version: serving.Version, series: Series, scope: str, most: int
) -> Sides | None:
    """How much of every month is usually known by now, up to `most` months after it; None where the figure holds more than
    counts of what happens, or the books have not stood long enough to tell.
    """
    over, under = (sorted(one) for one in formula_tree.sides(version.formula.root))
    sides = [over, under] if series.form == kinds.SHARE else [over] if series.form == kinds.COUNT else []
    served = [[version.served.get(name) for name in side] for side in sides]
    plain = all(
        one is not None and one.measure.kind in ("flow", "each") and one.measure.sum is None
        for side in served
        for one in side
    )
    if not sides or not plain or version.formula.functions or series.months == 0:
        return None
    found = []
    for side in served:
        told = _side(books, [one.main.id for one in side if one is not None], series, scope, most)
        if told is None:
            return None
        found.append(told)
    return found[0], found[1] if len(found) > 1 else None


def _side(
    books: WatchBooks, accounts: Sequence[int], series: Series, scope: str, most: int
) -> Reported | None:
    zone = books.tree.zone(series.courts[0])
    at = max(books.moment, datetime.combine(books.day, time(0), zone)).astimezone(zone)
    begun = datetime.combine(periods.month_start(at.date()), time(0), zone)
    newest = periods.add_months(series.first, series.months - 1)
    age = (at.year - newest.year) * 12 + at.month - newest.month - 1
    changes = books.changes(series.courts, scope)
    of: dict[str, list[str]] = {}
    for court in series.courts:
        for code in members(books, court, scope, changes):
            of.setdefault(code, []).append(court)
    rows = books.connection.execute(
        statement("list_reporting_triangle"),
        {
            "accounts": list(accounts), "courts": sorted(of), "newest": newest, "zone": zone.key,
            "span": at - begun + timedelta(microseconds=1), "known_at": books.moment,
            "first": periods.add_months(newest, 1 - lags.ORIGINS), "until": periods.add_months(newest, 1),
        },
    ).fetchall()  # fmt: skip
    listed = [(court, int(row[1]), int(row[2]), int(row[3])) for row in rows for court in of[row[0]]]
    found = lags.ladder(lags.triangle(listed, series.courts, max(age, 0), most))
    return None if found is None else lags.reported(found, series.months, max(age, 0))
