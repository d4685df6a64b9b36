"""A court moves in the tree: flows follow the tree of their day, stocks that of the day asked; kept values
follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tests.keeper import TREE, Keeper, court, record
from tests.properties import books

MOVED = date(2020, 4, 1)
BEFORE = (*TREE, court("示25", "示", 5))
AFTER = (
    *TREE[:3],
    court("示2402", "示24", 4, valid_until=MOVED),
    court("示25", "示", 5),
    court("示2402", "示25", 6, valid_from=MOVED),
)


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    kept = Keeper(database, [books.edition(1)], BEFORE, now=datetime(2020, 5, 20, 4, tzinfo=UTC))
    kept.push(
        *(record(n, "case.filed", f"（2020）示2402民初{n}号", "2020-03-02") for n in range(1, 6)),
        *(
            record(10 + n, "case.closed", f"（2020）示2402民初{n}号", "2020-04-20", method="judgment")
            for n in range(1, 4)
        ),
    )
    kept.settle()
    yield kept
    kept.close()


def test_no_stock_is_ever_negative_and_nothing_is_counted_twice(keeper: Keeper) -> None:
    keeper.move_courts(AFTER)
    keeper.settle()
    for name, period, here, there in (
        ("filed", "2020", 5, 0), ("closed", "2020", 0, 3), ("closed", "2020-04", 0, 3),
        ("pending", "2020-03", 5, 0), ("pending", "2020-04", 0, 2), ("pending", "2020", 0, 2),
    ):  # fmt: skip
        assert keeper.number(f"machine.{name}", "示24", period, scope="all") == here, (name, period)
        assert keeper.number(f"machine.{name}", "示25", period, scope="all") == there, (name, period)
        assert keeper.number(f"machine.{name}", "示", period, scope="all") == here + there


def test_kept_values_follow_the_tree(keeper: Keeper) -> None:
    books.check_values(keeper)
    keeper.move_courts(AFTER)
    keeper.settle()
    books.check_values(keeper)
    rows = keeper.query("SELECT 1 FROM value WHERE indicator = 'machine.overdue_share' AND court = '示25'")
    assert rows
    keeper.move_courts(BEFORE)
    keeper.settle()
    books.check_values(keeper)


def test_a_valuer_that_knows_the_old_tree_looks_again(keeper: Keeper) -> None:
    assert keeper.scorer.knowledge().tree.parent("示2402", date(2020, 5, 1)) == "示24"
    keeper.move_courts(AFTER)
    keeper.scorer.value()
    assert keeper.scorer.knowledge().tree.parent("示2402", date(2020, 5, 1)) == "示25"


def test_own_figures_do_not_move(keeper: Keeper) -> None:
    keeper.move_courts(AFTER)
    keeper.settle()
    assert keeper.number("machine.filed", "示2402", "2020") == 5
    assert keeper.number("machine.pending", "示2402", "2020") == 2


def test_every_month_follows_the_tree_not_only_the_first(keeper: Keeper) -> None:
    keeper.push(record(20, "case.closed", "（2020）示2402民初4号", "2020-05-10", method="judgment"))
    keeper.push(record(21, "case.filed", "（2020）示2402民初6号", "2020-05-10"))
    keeper.settle()
    keeper.move_courts(AFTER)
    keeper.settle()
    rows = keeper.query(
        "SELECT numerator::int, denominator::int FROM value WHERE indicator = 'machine.clearance'"
        " AND court = '示25' AND scope = 'all' AND category = 'all' AND period = '2020-05'"
    )
    assert rows == [(1, 1)]
    books.check_values(keeper)
