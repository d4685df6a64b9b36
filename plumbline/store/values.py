"""Valuing: take the marks of touched cells, value every cell they reach from balances, keep what changed."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import psycopg

from plumbline import errors, periods, serving, valuation
from plumbline.courts import CourtTree
from plumbline.periods import Period
from plumbline.store import balances, courts
from plumbline.store.statements import statement
from plumbline.valuation import Cell, Value

Connection = psycopg.Connection[Any]
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
) -> Valued | None:
    """Value the cells of the oldest marks in the caller's REPEATABLE READ transaction. None when nothing waits.

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
    marks = connection.execute(statement("take_value_marks"), {"most": most}).fetchall()
    if not marks:
        return None
    page = balances.settle(connection, None)
    rows = list(_cells(connection, catalogue, tree, today, page, marks))
    changed = save(connection, rows, today, page.page)
    return Valued(len(marks), len(rows), changed, page.page)


def _cells(
    connection: Connection,
    catalogue: serving.Catalogue,
    tree: CourtTree,
    today: date,
    known: balances.Known,
    marks: Sequence[tuple[int, str, str, date]],
) -> Iterator[Row]:
    wanted = _wanted(catalogue, tree, marks)
    accounts = {
        account.id
        for version, *_ in wanted
        for one in version.served.values()
        for account in one.accounts.values()
    }
    shelves: dict[tuple[str, str], balances.LedgerShelf] = {}
    for (version, court, scope, category), months in wanted.items():
        shelf = shelves.get((court, scope))
        if shelf is None:
            shelf = balances.LedgerShelf(connection, tree, known, today, wanted=frozenset(accounts))
            shelves[court, scope] = shelf
        for period in touched(version, months, today):
            cell = Cell(court, scope, category, period)
            value = valuation.value_cell(version, cell, shelf, today)
            yield Row(version.id, version.version, court, scope, category, period, value)


def _wanted(
    catalogue: serving.Catalogue, tree: CourtTree, marks: Iterable[tuple[int, str, str, date]]
) -> dict[tuple[serving.Version, str, str, str], set[date]]:
    """The cells' series the marks reach, each with the months touched. Only indicators are kept as values."""
    reached: dict[tuple[serving.Version, str, str, str], set[date]] = {}
    above: dict[str, tuple[str, ...]] = {}
    for account, court, category, month in set(marks):
        if court not in above:
            above[court] = tree.every_ancestor(court)
        for version in catalogue.by_account.get(account, ()):
            if version.indicator is None:
                continue
            for place, scope in ((court, "own"), *((one, "all") for one in (court, *above[court]))):
                for kind in (valuation.ALL, category):
                    reached.setdefault((version, place, scope, kind), set()).add(month)
    return reached


def touched(version: serving.Version, months: set[date], today: date) -> list[Period]:
    """The periods that changes in these months can move: a flow's own; of a level, and of a comparison, every later one."""
    onwards = version.carries or version.compares
    reached = set(_months(min(months), today)) if onwards else set(months)
    found: dict[str, Period] = {}
    for month in sorted(one for one in reached if one <= today):
        for period in _periods_of(month.year, month.month):
            found.setdefault(period.text, period)
        for later in range(month.month, 13):
            if date(month.year, later, 1) <= today:
                found.setdefault(f"ytd-{month.year}-{later}", _to_date(month.year, later))
    return list(found.values())


def _months(first: date, today: date) -> Iterator[date]:
    month = first
    while month <= today:
        yield month
        month = periods.add_months(month, 1)


@functools.lru_cache(maxsize=4096)
def _periods_of(year: int, month: int) -> tuple[Period, ...]:
    texts = (f"{year}-{month:02d}", f"{year}-Q{(month + 2) // 3}", f"{year}")
    return tuple(Period.parse(text) for text in texts)


@functools.lru_cache(maxsize=4096)
def _to_date(year: int, month: int) -> Period:
    return periods.between(date(year, 1, 1), Period.parse(f"{year}-{month:02d}").last_day)


def save(connection: Connection, rows: Sequence[Row], today: date, page: int) -> int:
    """Keep the values that differ from the last kept ones; returns how many did."""
    kept = _kept(connection, rows)
    changed = [row for row in rows if kept.get(_key(row)) != _content(row.value)]
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
            },
        )
    return len(changed)


def _key(row: Row) -> tuple[str, ...]:
    return (row.indicator, row.version, row.court, row.scope, row.category, row.period.text)


def _content(value: Value) -> tuple[object, ...]:
    return (value.numerator, value.denominator, value.reason)


def _kept(connection: Connection, rows: Sequence[Row]) -> Mapping[tuple[str, ...], tuple[object, ...]]:
    """The last kept content of the rows' cells."""
    found = connection.execute(
        statement("read_kept_values"),
        {"courts": sorted({row.court for row in rows}), "indicators": sorted({row.indicator for row in rows}),
         "first": min((row.period.start for row in rows), default=date.max)},
    )  # fmt: skip
    return {tuple(row[:6]): (_whole(row[6]), _whole(row[7]), row[8]) for row in found}


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)
