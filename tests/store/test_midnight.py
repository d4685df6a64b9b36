"""Court midnights: what is dated on a day counts when the day opens, with no event; what is kept says so
too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.keeper import Keeper, record
from tests.properties import books
from tests.store.test_publishing import edition

CASE = "（2020）示2401民初1号"
START = datetime(2020, 3, 10, 4, tzinfo=UTC)


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    kept = Keeper(database, [books.edition(1)], now=START)
    kept.scorer.open_days()
    yield kept
    kept.close()


def pass_days(kept: Keeper, days: int) -> None:
    kept.now += timedelta(days=days)
    kept.settle()


def kept_value(kept: Keeper, indicator: str, period: str) -> list[object]:
    """The last kept numerator and denominator of 示2401."""
    rows = kept.query(
        "SELECT numerator::int, denominator::int FROM value WHERE indicator = %s AND period = %s"
        " AND court = '示2401' AND scope = 'own' AND category = 'all' ORDER BY valued_on DESC LIMIT 1",
        indicator,
        period,
    )
    return list(rows[0]) if rows else []


def test_overdue_rises_at_midnight_without_any_event(keeper: Keeper) -> None:
    # Summary, one month in this pack: 20 February to 20 March; overdue from the 21st.
    keeper.push(record(1, "case.filed", CASE, "2020-02-20", procedure="summary"))
    keeper.settle()
    assert kept_value(keeper, "machine.overdue_share", "2020-03") == [0, 1]
    pass_days(keeper, 10)
    assert keeper.number("machine.overdue", "示2401", "2020-03") == 0
    pass_days(keeper, 1)
    assert keeper.number("machine.overdue", "示2401", "2020-03") == 1
    assert kept_value(keeper, "machine.overdue_share", "2020-03") == [1, 1]
    assert kept_value(keeper, "machine.overdue_share", "2020") == [1, 1]
    assert keeper.query("SELECT count(*) FROM page") == [(1,)]


def test_the_first_day_of_a_month_values_the_new_month(keeper: Keeper) -> None:
    keeper.push(record(1, "case.filed", CASE, "2020-02-20", procedure="ordinary"))
    keeper.settle()
    pass_days(keeper, 22)
    assert keeper.today().isoformat() == "2020-04-01"
    assert kept_value(keeper, "machine.overdue_share", "2020-04") == [0, 1]
    assert kept_value(keeper, "machine.overdue_share", "2020-Q2") == [0, 1]


def test_months_slept_through_are_valued_too(keeper: Keeper) -> None:
    keeper.push(record(1, "case.filed", CASE, "2020-02-20", procedure="ordinary"))
    keeper.settle()
    pass_days(keeper, 100)
    assert keeper.today().isoformat() == "2020-06-18"
    for month in ("2020-04", "2020-05", "2020-06"):
        assert kept_value(keeper, "machine.overdue_share", month), month


def test_the_same_time_last_year_moves_at_midnight(keeper: Keeper) -> None:
    keeper.publish(edition(3))
    keeper.push(
        record(1, "case.filed", "（2019）示2401民初1号", "2019-03-05"),
        record(2, "case.filed", "（2019）示2401民初2号", "2019-03-12"),
        record(3, "case.filed", CASE, "2020-03-06"),
    )
    keeper.settle()
    # On 10 March: one against one. On the 12th the second of last year comes in: 1 / 2 - 1.
    assert kept_value(keeper, "links.change", "2020-03") == [0, 1]
    pass_days(keeper, 2)
    assert keeper.value("links.change", "示2401", "2020-03").numerator == -1
    assert kept_value(keeper, "links.change", "2020-03") == [-1, 2]


def test_a_midnight_is_marked_once(keeper: Keeper) -> None:
    keeper.push(record(1, "case.filed", CASE, "2020-02-20", procedure="summary"))
    keeper.settle()
    keeper.now += timedelta(days=11)
    assert keeper.scorer.open_days() > 0
    assert keeper.scorer.open_days() == 0


def test_kept_values_are_what_the_books_say_on_each_of_forty_days(keeper: Keeper) -> None:
    keeper.push(
        record(1, "case.filed", CASE, "2020-02-20", procedure="summary"),
        record(2, "case.filed", "（2020）示2402民初1号", "2020-01-10", procedure="ordinary"),
        record(
            3, "clock.paused", CASE, "2020-03-01", clock="trial_limit", ground="appraisal", until="2020-03-09"
        ),
        record(4, "case.filed", "（2019）示2401民初7号", "2019-03-25"),
    )
    for _ in range(40):
        pass_days(keeper, 1)
        books.check_values(keeper)
