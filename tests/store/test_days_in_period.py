"""An indicator that counts the days of its period moves every midnight while the period runs, and what is kept says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from plumbline.catalog import reading
from tests.keeper import DEFINITIONS, Keeper, record

OLD, DONE = "（2019）示2401民初1号", "（2020）示2401民初2号"
TIME = "cepej.disposition_time"


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    kept = Keeper(
        database, [reading.Shelf(DEFINITIONS).pack("cepej")], now=datetime(2020, 3, 10, 4, tzinfo=UTC)
    )
    kept.scorer.open_days()
    kept.push(
        record(1, "case.filed", OLD, "2019-11-05"),
        record(2, "case.filed", DONE, "2020-01-06"),
        record(3, "case.closed", DONE, "2020-03-02", method="judgment"),
    )
    kept.settle()
    yield kept
    kept.close()


def kept_value(kept: Keeper, period: str) -> tuple[int, int]:
    """The last kept numerator and denominator of 示2401."""
    [found] = kept.query(
        "SELECT numerator::int, denominator::int FROM value WHERE indicator = %s AND period = %s"
        " AND court = '示2401' AND scope = 'own' AND category = 'all' ORDER BY valued_on DESC LIMIT 1",
        TIME,
        period,
    )
    return found[0], found[1]


def test_a_running_period_counts_today_and_each_day_that_opens(keeper: Keeper) -> None:
    # One pending, one closed: the days themselves. 31 + 29 + 10 of the year, 10 of March.
    assert kept_value(keeper, "2020") == (70, 1)
    assert kept_value(keeper, "2020-03") == (10, 1)
    keeper.now += timedelta(days=1)
    keeper.settle()
    assert kept_value(keeper, "2020") == (71, 1)
    assert kept_value(keeper, "2020-Q1") == (71, 1)
    assert kept_value(keeper, "2020-03") == (11, 1)
    assert keeper.value(TIME, "示2401", "2020-03").numerator == 11


def test_a_month_that_ended_while_nobody_valued_it_has_all_its_days_and_no_more(keeper: Keeper) -> None:
    keeper.now += timedelta(days=40)
    keeper.settle()
    assert keeper.today().isoformat() == "2020-04-19"
    assert kept_value(keeper, "2020-03") == (31, 1)
    assert kept_value(keeper, "2020-Q1") == (91, 1)
    assert kept_value(keeper, "2020") == (110, 1)
    keeper.now += timedelta(days=1)
    keeper.settle()
    assert kept_value(keeper, "2020-03") == (31, 1)
    assert kept_value(keeper, "2020") == (111, 1)


def test_a_day_is_marked_once_and_nothing_is_marked_while_it_lasts(keeper: Keeper) -> None:
    keeper.now += timedelta(days=1)
    assert keeper.scorer.open_days() > 0
    assert keeper.scorer.open_days() == 0
