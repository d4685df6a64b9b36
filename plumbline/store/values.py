"""Valuing: take the marks of touched cells, value every cell they reach from balances, keep what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import psycopg

from plumbline import errors, revaluing, serving, valuation
from plumbline.courts import CourtTree
from plumbline.periods import Period
from plumbline.store import balances, courts, covering
from plumbline.store.statements import statement
from plumbline.valuation import Cell, Value

Connection = psycopg.Connection[Any]
Mark = tuple[int, str, str, date, int | None]
"""Account, court, category, month, and by how much the month's sum changed (None: not said)."""
VALUER = 7_203_001
"""The advisory lock of the one valuer."""


class Row(NamedTuple):
    """A cell's value as it is kept."""

    indicator: str
    version: str
    court: str
    scope: str
    category: str
    period: Period
    value: Value
    coverage: Decimal | None


@dataclass(frozen=True, slots=True)
class Valued:
    """What a step did: marks taken, cells valued, cells whose value changed, and the page they stand on."""

    marks: int
    cells: int
    changed: int
    page: int


def step(
    connection: Connection,
    catalogue: serving.Catalogue,
    tree: CourtTree,
    today: date,
    *,
    most: int,
    tree_mark: int | None = None,
    since: date = date.min,
) -> Valued | None:
    """Value the cells of the oldest marks in the caller's REPEATABLE READ transaction. None when nothing waits.

    `since` leaves marks of earlier months for another step: what happens today is not kept waiting by the past.

    One snapshot holds balances and page together; a page that commits meanwhile leaves marks of its own.
    Raises StaleGeneration when catalogue or tree moved on: the marks are for one who knows the new ones.
    """
    edition = courts.read_edition(connection)
    known = (catalogue.generation, catalogue.filling, edition.tree if tree_mark is None else tree_mark)
    if (edition.generation, edition.filling, edition.tree) != known:
        raise errors.StaleGeneration(f"The books are at {edition}.", next="Read catalogue and tree again.")
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (VALUER,)).fetchone()
    if row is None or not row[0]:
        return None
    marks = connection.execute(statement("take_value_marks"), {"most": most, "since": since}).fetchall()
    if not marks:
        return _recover(connection, catalogue, tree, today, since)
    page = balances.settle(connection, None)
    rows = list(_cells(connection, catalogue, tree, today, page, marks))
    changed = save(connection, rows, today, page.page)
    return Valued(len(marks), len(rows), changed, page.page)


def _recover(
    connection: Connection, catalogue: serving.Catalogue, tree: CourtTree, today: date, since: date
) -> Valued | None:
    """Reckon the coverage of kept cells anew where it was marked and nothing else waits; their values stand."""
    marks = connection.execute(statement("take_coverage_marks"), {"since": since}).fetchall()
    if not marks:
        return None
    known = balances.settle(connection, None)
    coverer = covering.Coverer(connection, tree, known, today)
    cells, changed = covering.recover(coverer, catalogue, {(row[0], row[1]) for row in marks})
    return Valued(len(marks), cells, changed, known.page)


def _cells(
    connection: Connection,
    catalogue: serving.Catalogue,
    tree: CourtTree,
    today: date,
    known: balances.Known,
    marks: Sequence[Mark],
) -> Iterator[Row]:
    wanted = _wanted(catalogue, tree, marks, today)
    accounts = {
        account.id
        for version, *_ in wanted
        for one in version.served.values()
        for account in one.accounts.values()
    }
    shelves: dict[tuple[str, str], balances.LedgerShelf] = {}
    coverer = covering.Coverer(connection, tree, known, today)
    for (version, court, scope, category), months in wanted.items():
        shelf = shelves.get((court, scope))
        if shelf is None:
            shelf = balances.LedgerShelf(connection, tree, known, today, wanted=frozenset(accounts))
            shelves[court, scope] = shelf
        for period in revaluing.periods_moved(months, today):
            cell = Cell(court, scope, category, period)
            value = valuation.value_cell(version, cell, shelf, today)
            covered = coverer.cover(version, cell)
            yield Row(version.id, version.version, court, scope, category, period, value, covered)


def _wanted(
    catalogue: serving.Catalogue, tree: CourtTree, marks: Iterable[Mark], today: date
) -> dict[tuple[serving.Version, str, str, str], set[date]]:
    """The cells' series the marks reach, each with the months moved. Only indicators are kept as values."""
    changes: dict[tuple[int, str, str], dict[date, int | None]] = {}
    for account, court, category, month, amount in marks:
        months = changes.setdefault((account, court, category), {})
        known = months.get(month, 0)
        months[month] = None if amount is None or known is None else known + amount
    reached: dict[tuple[serving.Version, str, str, str], set[date]] = {}
    for (account, court, category), series in changes.items():
        places = [(court, "own"), *((one, "all") for one in (court, *tree.every_ancestor(court)))]
        for version in catalogue.by_account.get(account, ()):
            if version.indicator is None:
                continue
            moved = revaluing.months_moved(version, account, series, today)
            for place, scope in places:
                for kind in (valuation.ALL, category):
                    reached.setdefault((version, place, scope, kind), set()).update(moved)
    return reached


def save(connection: Connection, rows: Sequence[Row], today: date, page: int) -> int:
    """Keep the values that differ from the last kept ones; returns how many did."""
    kept = _kept(connection, rows)
    changed = [row for row in rows if kept.get(_key(row)) != _content(row)]
    if changed:
        connection.execute(
            statement("save_values"),
            {
                "valued_on": today,
                "page": page,
                "indicators": [row.indicator for row in changed],
                "versions": [row.version for row in changed],
                "courts": [row.court for row in changed],
                "scopes": [row.scope for row in changed],
                "categories": [row.category for row in changed],
                "periods": [row.period.text for row in changed],
                "starts": [row.period.start for row in changed],
                "numerators": [row.value.numerator for row in changed],
                "denominators": [row.value.denominator for row in changed],
                "values": [row.value.value for row in changed],
                "reasons": [row.value.reason for row in changed],
                "coverages": [row.coverage for row in changed],
            },
        )
    return len(changed)


def _key(row: Row) -> tuple[str, ...]:
    return (row.indicator, row.version, row.court, row.scope, row.category, row.period.text)


def _content(row: Row) -> tuple[object, ...]:
    return (row.value.numerator, row.value.denominator, row.value.reason, row.coverage)


def _kept(connection: Connection, rows: Sequence[Row]) -> Mapping[tuple[str, ...], tuple[object, ...]]:
    """The last kept content of the rows' cells."""
    asked = {
        "courts": sorted({row.court for row in rows}),
        "indicators": sorted({row.indicator for row in rows}),
        "periods": sorted({row.period.text for row in rows}),
        "first": min((row.period.start for row in rows), default=date.max),
    }
    found = connection.execute(statement("read_kept_values"), asked)
    return {tuple(row[:6]): (_whole(row[6]), _whole(row[7]), row[8], row[9]) for row in found}


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)
