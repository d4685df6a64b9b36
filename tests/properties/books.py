"""What two sets of books must share to be equal, and the books that one batch from scratch gives."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from plumbline import periods, rules, valuation
from plumbline.catalog import reading
from plumbline.catalog.definitions import Pack
from plumbline.courts import Court
from plumbline.store import balances, catalogue, engine, pages
from plumbline.store import courts as store_courts
from tests import keeper
from tests.keeper import Keeper, court

EDITIONS = (1, 2, 3)
FOLDERS = {number: keeper.PACKS / "editions" / str(number) / "machine" for number in EDITIONS}
TREE = (*keeper.TREE, court("示25", "示", 5))
MOVED = date(2020, 2, 10)
TREES: tuple[tuple[Court, ...], ...] = (
    TREE,
    (
        *TREE[:3],
        court("示2402", "示24", 4, valid_until=MOVED),
        court("示25", "示", 5),
        court("示2402", "示25", 6, valid_from=MOVED),
    ),
)
"""The courts as first loaded; and with 示2402 moved under 示25 on a day in the middle of the history."""


@functools.cache
def edition(number: int) -> Pack:
    """An edition of the machine's pack."""
    return reading.read_pack(FOLDERS[number], reading.Shelf(keeper.DEFINITIONS))


@dataclass
class Books:
    """The content of a database by meaning: accounts by (hash, kind), never by number; sums of 0 left out."""

    postings: dict[tuple[Any, ...], int] = field(default_factory=dict)
    days: dict[tuple[Any, ...], int] = field(default_factory=dict)
    months: dict[tuple[Any, ...], int] = field(default_factory=dict)
    cases: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    values: dict[tuple[Any, ...], tuple[Any, ...]] = field(default_factory=dict)


def read(kept: Keeper) -> Books:
    """The books on the accounts that the generation in force posts to."""
    with engine.transaction(kept.pool) as connection:
        live = pages.live_accounts(catalogue.read_rules(connection))
    # A trigger and a plain count of one meaning are one account, of whichever kind was opened first.
    accounts = {
        number: (digest, "plain" if kind in (*rules.PLAIN, "trigger") else kind)
        for number, digest, kind in kept.query("SELECT id, hash, kind FROM account")
    }
    found = Books()
    keys = "account, subject, court, category, day, division, judge, cause"
    rows = kept.query(f"SELECT {keys}, sum(value)::bigint FROM posting GROUP BY {keys}")
    found.postings = {(*accounts[row[0]], *row[1:-1]): row[-1] for row in rows if row[0] in live and row[-1]}
    for table, column, into in (
        ("balance_day", "day", found.days),
        ("balance_month", "month", found.months),
    ):
        for row in kept.query(f"SELECT account, court, category, {column}, value FROM {table}"):
            if row[0] in live and row[-1]:
                into[(*accounts[row[0]], *row[1:-1])] = row[-1]
    for subject, facts, posted, events, sealed in kept.query(
        "SELECT subject, facts, posted, events, sealed FROM case_state"
    ):
        lines = [[*accounts[line[0]], *line[1:]] for line in orjson.loads(bytes(posted)) if line[0] in live]
        if events or lines:
            found.cases[subject] = (facts, sorted(lines, key=repr), events, sealed)
    found.values = latest_values(kept)
    return found


def latest_values(kept: Keeper) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The last kept value of every cell."""
    cell = "indicator, version, court, scope, category, period"
    rows = kept.query(
        f"SELECT DISTINCT ON ({cell}) {cell}, numerator, denominator, value, reason FROM value"
        f" ORDER BY {cell}, valued_on DESC"
    )
    return {row[:6]: row[6:] for row in rows}


def from_scratch(
    kept: Keeper,
    packs: Sequence[Pack],
    tree: Sequence[Court],
    records: Sequence[Mapping[str, Any]],
    now: Any,
    seed: int,
) -> Books:
    """The books of the same records in another order, stored as one batch and scored once."""
    kept.empty(catalogue_too=True)
    kept.now = now
    kept.move_courts(tree)
    for pack in packs:
        # One by one: of two editions that mean the same the first published lends its name.
        kept.publish(pack)
    shuffled = list(records)
    random.Random(seed).shuffle(shuffled)
    kept.push(*shuffled)
    kept.settle()
    return read(kept)


def check_sums(kept: Keeper) -> None:
    """The balances of both grains are the sums of the postings, to the last line; every page is closed, in
    order."""
    for table, column, unit in (("balance_day", "day", "day"), ("balance_month", "month", "month")):
        wrong = kept.query(
            "SELECT account, court, category, day, sum(value) FROM ("
            " SELECT account, court, category, date_trunc(%s, day)::date AS day, value FROM posting UNION ALL"
            f" SELECT account, court, category, {column}, -value FROM {table}) AS both_ways"
            " GROUP BY account, court, category, day HAVING sum(value) <> 0",
            unit,
        )
        assert not wrong, (table, wrong[:5])
    closed = kept.query("SELECT number, closed_at FROM page ORDER BY number")
    assert [number for number, _ in closed] == list(range(1, len(closed) + 1))
    assert all(one[1] < other[1] for one, other in itertools.pairwise(closed))


def check_equal(found: Books, wanted: Books) -> None:
    """Bit for bit; of the values every cell that the batch has."""
    for part in ("postings", "days", "months", "cases"):
        differences = _different(getattr(found, part), getattr(wanted, part))
        assert not differences, (part, differences[:6])
    cells = {key: found.values.get(key) for key in wanted.values}
    differences = _different(cells, wanted.values)
    assert not differences, ("values", len(differences), differences[:6])


def _different(found: Mapping[Any, Any], wanted: Mapping[Any, Any]) -> list[Any]:
    keys = sorted(found.keys() | wanted.keys(), key=repr)
    return [
        {"at": key, "found": found.get(key), "from scratch": wanted.get(key)}
        for key in keys
        if found.get(key) != wanted.get(key)
    ]


def check_values(kept: Keeper) -> None:
    """Every kept value is what the books say now."""
    kept_values = latest_values(kept)
    wrong = []
    with engine.transaction(kept.pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        known = balances.settle(connection, None)
        served = catalogue.read_catalogue(connection)
        versions = {(one.id, one.version): one for one in served.everything() if one.retired_at is None}
        accounts = frozenset(
            account.id
            for one in versions.values()
            for each in one.served.values()
            for account in each.accounts.values()
        )
        tree, today = store_courts.read_tree(connection), kept.today()
        shelves: dict[tuple[str, str], balances.LedgerShelf] = {}
        for key, row in kept_values.items():
            indicator, version, where, scope, category, period = key
            if (indicator, version) not in versions:
                continue
            shelf = shelves.setdefault(
                (where, scope), balances.LedgerShelf(connection, tree, known, today, wanted=accounts)
            )
            cell = valuation.Cell(where, scope, category, periods.Period.parse(period))
            value = valuation.value_cell(versions[indicator, version], cell, shelf, today)
            if (value.numerator, value.denominator, value.value, value.reason) != row:
                wrong.append(
                    {
                        "at": key,
                        "kept": row,
                        "now": (value.numerator, value.denominator, value.value, value.reason),
                    }
                )
    assert not wrong, ("kept values that are not what the books say", len(wrong), wrong[:6])
