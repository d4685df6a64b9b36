"""The coverage kept with values: reckoned when a cell is valued, and anew when a day is closed or a closed day's counts move."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

from plumbline import coverage, errors, periods, serving, valuation
from plumbline.courts import CourtTree
from plumbline.periods import Period
from plumbline.store.balances import Known, LedgerShelf
from plumbline.store.coverage import CoverageShelf
from plumbline.store.statements import statement
from plumbline.valuation import Cell

Connection = psycopg.Connection[Any]
Kept = tuple[str, str, str, str, str]
"""Indicator, version, court, scope and period of kept cells; their categories share one coverage."""


@dataclass(slots=True)
class Coverer:
    """Coverage of cells in one snapshot, each version, place and period reckoned once."""

    connection: Connection
    tree: CourtTree
    known: Known
    today: date
    _found: dict[tuple[object, ...], Decimal | None] = field(default_factory=dict)
    _shelf: CoverageShelf = field(init=False)
    _courts: LedgerShelf = field(init=False)

    def __post_init__(self) -> None:
        self._shelf = CoverageShelf(self.connection, self.known)
        self._courts = LedgerShelf(self.connection, self.tree, self.known, self.today)

    def cover(self, version: serving.Version, cell: Cell) -> Decimal | None:
        """The lowest share of the cell's measures, at 6 decimals; None: unknown."""
        key = (version.pack.hash, version.hash, cell.court, cell.scope, cell.period)
        if key not in self._found:
            courts = self._courts.courts(cell)
            found = coverage.of(version, courts, cell.period, self._shelf, self.tree, self.today)
            self._found[key] = coverage.shown(found.share)
        return self._found[key]


def recover(
    coverer: Coverer, catalogue: serving.Catalogue, marks: Iterable[tuple[str, date]]
) -> tuple[int, int]:
    """Keep the coverage of every kept cell that rests on these courts and months; returns how many were looked at, and
    how many of the values kept have another now.
    """
    months: dict[str, set[date]] = {}
    for court, month in marks:
        for place in _places(coverer.tree, court):
            months.setdefault(place, set()).add(month)
    asked = {"courts": sorted(months), "until": periods.add_months(periods.month_start(coverer.today), 1)}
    kept: list[Kept] = coverer.connection.execute(statement("list_kept_cells"), asked).fetchall()
    found = []
    for indicator, label, court, scope, text in kept:
        try:
            version = catalogue.named(indicator, label)
        except errors.NotFound:
            continue  # a version that left the books keeps what it had
        cell = Cell(court, scope, valuation.ALL, Period.parse(text))
        if any(_reaches(version, cell.period, month) for month in months[court]):
            found.append((indicator, label, court, scope, text, coverer.cover(version, cell)))
    names = ("indicators", "versions", "courts", "scopes", "periods", "coverages")
    columns = zip(*found, strict=True) if found else ([] for _ in names)
    binds: dict[str, Any] = {name: list(column) for name, column in zip(names, columns, strict=True)}
    binds |= {"valued_on": coverer.today, "page": coverer.known.page}
    return len(found), coverer.connection.execute(statement("save_coverage"), binds).rowcount


def _places(tree: CourtTree, court: str) -> set[str]:
    """The courts whose figures rest on a court's feed: itself, those above, and those whose appeals it hears."""
    if not tree.known(court):
        return {court}
    below = {code for code in tree.codes() if court in tree.every_ancestor(code)}
    return {court, *tree.every_ancestor(court), *below}


def _reaches(version: serving.Version, period: Period, month: date) -> bool:
    """Whether what moved in a month can move the coverage of a period."""
    end = periods.add_months(month, 1)
    if any(rest.level for rest in coverage.rests(version)):
        return month < period.end
    spans = [period, period.prior_year()] if version.compares else [period]
    return any(span.start < end and month < span.end for span in spans)
