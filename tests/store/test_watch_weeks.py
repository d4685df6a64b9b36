"""Weeks as a watch reads them, in one statement, are what the value of each week says: for every court, own cases and all
below, through corrections, moves between courts and a tree that changes within a week, now and as of any page.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from plumbline import valuation
from plumbline.periods import Period
from plumbline.store import balances, engine, watchweeks
from plumbline.store import courts as store_courts
from plumbline.store.watchbooks import WatchBooks
from plumbline.valuation import Cell
from plumbline.warning import weekly
from plumbline.warning.weekly import Weeks
from tests.keeper import TREE, Keeper, court
from tests.properties import books, histories

MOVED = date(2020, 2, 12)
"""A Wednesday."""
COURTS = (
    *TREE[:3],
    court("示2402", "示24", 4, valid_until=MOVED),
    court("示25", "示", 5),
    court("示2402", "示25", 6, valid_from=MOVED),
)
TODAY = date(2020, 4, 22)
NAMES = ("filed", "closed")
CODES = ("示", "示24", "示2401", "示2402", "示25")


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    kept = Keeper(database, [books.edition(1)], COURTS, now=datetime(2020, 4, 22, 4, tzinfo=UTC))
    yield kept
    kept.close()


def play(kept: Keeper, seed: int) -> list[int]:
    """Four pushes of events, each with corrections and retractions of what came before; the pages in between."""
    chance = random.Random(seed)
    told: list[dict[str, object]] = []
    revised: dict[str, int] = {}
    kinds = sorted(histories.KINDS)
    number, pages = 0, []
    for _ in range(4):
        made = []
        for _ in range(30):
            number += 1
            case, pick = chance.choice(histories.CASES), chance.randrange(1000)
            day = TODAY - timedelta(days=chance.randrange(150))
            roll = chance.random()
            if told and roll < 0.3:
                old = chance.choice(told)
                revision = revised[str(old["id"])] = revised.get(str(old["id"]), 0) + 1
                if roll < 0.08:
                    made.append(histories.retraction(number, old, case, revision))
                else:
                    made.append(histories.correction(number, old, case, day, pick, revision))
                continue
            kind = chance.choice(("case.filed", "case.closed", "case.transferred", *kinds))
            one = histories.event(number, kind, case, day, pick)
            told.append(one)
            made.append(one)
        kept.push(*made)
        kept.settle()
        pages.append(int(kept.query("SELECT number FROM page_clock")[0][0]))
    return pages


def opened(kept: Keeper, connection: engine.Connection, page: int | None, day: date) -> WatchBooks:
    """The books as a watch finds them that looks on a day, now or as of a page."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    known = balances.settle(connection, None)
    if page is not None:
        row = connection.execute("SELECT closed_at FROM page WHERE number = %s", (page,)).fetchone()
        assert row is not None
        known = balances.Known(page, row[0], row[0])
    tree = store_courts.read_tree(connection)
    return WatchBooks(connection, kept.reader.fresh().catalogue, tree, known, day, lambda one: True)


def read(kept: Keeper, name: str, scope: str, page: int | None = None, day: date = TODAY) -> Weeks:
    with engine.transaction(kept.pool) as connection:
        found = opened(kept, connection, page, day)
        return watchweeks.weeks(found, books.edition(1), name, CODES, scope, 3)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_week_of_every_court_is_what_its_value_says(keeper: Keeper, seed: int) -> None:
    pages = play(keeper, seed)
    something = 0
    for name in NAMES:
        for scope in ("own", "all"):
            for page in (None, pages[1]):
                weeks = read(keeper, name, scope, page)
                assert weeks.first.weekday() == 0
                assert weeks.week(weeks.weeks - 1) == "2020-04-13..2020-04-19", (
                    "the running week is not in it"
                )
                assert (weeks.counts == said(keeper, name, scope, page, weeks)).all(), (name, scope, page)
                something += int(abs(weeks.counts).sum())
    assert something > 40
    (last,) = (read(keeper, "filed", "all", page).counts.sum() for page in pages[-1:])
    assert last == read(keeper, "filed", "all").counts.sum()


def said(kept: Keeper, name: str, scope: str, page: int | None, weeks: Weeks) -> np.ndarray[Any, Any]:
    """What the read API values each of these weeks at, from a shelf of its own."""
    found = np.full(weeks.counts.shape, np.nan)
    with engine.transaction(kept.pool) as connection:
        view = opened(kept, connection, page, TODAY)
        version = view.version(books.edition(1), name)
        shelf = balances.LedgerShelf(connection, view.tree, view.known, TODAY)
        for row, code in enumerate(CODES):
            for index in range(weeks.weeks):
                cell = Cell(code, scope, valuation.ALL, Period.parse(weeks.week(index)))
                number = valuation.value_cell(version, cell, shelf, TODAY).numerator
                assert number is not None
                found[row, index] = number
    return found


def test_the_same_by_the_keeper(keeper: Keeper) -> None:
    """A few of them once more on the way of the API's own test books."""
    page = play(keeper, 6)[2]
    (row,) = keeper.query("SELECT closed_at FROM page WHERE number = %s", page)
    weeks = read(keeper, "closed", "all", page)
    for index in range(0, weeks.weeks, 4):
        for place, code in enumerate(CODES):
            number = keeper.number(
                "machine.closed", code, weeks.week(index), scope="all", known_at=row[0], today=TODAY
            )
            assert number == weeks.counts[place, index]


def test_nothing_lies_before_the_first_week(keeper: Keeper) -> None:
    play(keeper, 4)
    weeks = read(keeper, "filed", "own")
    before = f"{weeks.first - timedelta(days=400)}..{weeks.first - timedelta(days=1)}"
    assert sum(keeper.number("machine.filed", code, before) or 0 for code in CODES) == 0
    assert weeks.counts[:, 0].any()
    assert weeks.weeks <= weekly.reach(3)


def test_a_look_on_an_earlier_day_ends_with_the_week_before_it(keeper: Keeper) -> None:
    play(keeper, 5)
    now = read(keeper, "filed", "all")
    for day in (date(2020, 3, 23), date(2020, 3, 29)):
        then = read(keeper, "filed", "all", day=day)
        assert then.week(then.weeks - 1) == "2020-03-16..2020-03-22"
        assert (then.counts == now.counts[:, : then.weeks]).all()


def test_before_anything_is_known_there_are_no_cases(keeper: Keeper) -> None:
    assert not read(keeper, "filed", "own").counts.any()
