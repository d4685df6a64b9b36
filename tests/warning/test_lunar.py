"""Lunar New Year and working days as regressors: the table, the buckets, what they change in an expectation."""

from __future__ import annotations

import csv
import datetime
import itertools

import numpy as np
import pytest

from plumbline import errors
from plumbline.runtime import schema
from plumbline.warning import expectations, histories, lunar, memory
from services.bench import court_series
from services.feeds import seasons

MONDAY = datetime.date(2018, 1, 1)


def weekdays(day: int) -> bool:
    return (day - 1) % 7 < 5


def test_the_table_agrees_with_the_official_rest_of_every_year_on_record() -> None:
    text = (schema.CHECKOUT / "definitions" / "calendar" / "working-days.csv").read_text(encoding="utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    rest: dict[int, list[datetime.date]] = {}
    for day, working, status, note in list(rows)[1:]:
        if note == "春节" and working == "no" and status == "official":
            rest.setdefault(int(day[:4]), []).append(datetime.date.fromisoformat(day))
    assert len(rest) >= 22
    for year, days in rest.items():
        assert lunar.new_year(year) in days
        assert (lunar.new_year(year) - min(days)).days <= 5


def test_the_table_agrees_with_the_one_of_the_demonstration() -> None:
    for year, (month, day) in seasons.NEW_YEAR.items():
        assert lunar.new_year(year) == datetime.date(year, month, day)


def test_every_new_year_is_a_new_moon_after_the_one_before() -> None:
    """12 or 13 lunations of 29.5306 days lie between two of them, to a day."""
    days = [lunar.new_year(year).toordinal() for year in range(1990, 2042)]
    for before, after in itertools.pairwise(days):
        assert min(abs(after - before - count * 29.530589) for count in (12, 13)) < 1.5
        assert (
            20
            <= (
                datetime.date.fromordinal(after) - datetime.date(datetime.date.fromordinal(after).year, 1, 1)
            ).days
            <= 51
        )


@pytest.mark.parametrize("year", [1989, 2042])
def test_a_year_outside_the_table_is_refused(year: int) -> None:
    with pytest.raises(errors.BadInput, match="has no"):
        lunar.new_year(year)


def test_weeks_to_the_feast() -> None:
    feast = datetime.date(2024, 2, 10)
    offsets = {-15: -3, -14: -2, -8: -2, -7: -1, -1: -1, 0: 0, 6: 0, 7: 1, 20: 2, 21: 3}
    assert {days: lunar.weeks_to(feast + datetime.timedelta(days)) for days in offsets} == offsets


def test_each_bucket_holds_a_whole_week_a_year() -> None:
    found = lunar.weekly(MONDAY, 52 * 5, weekdays)
    assert found.columns.sum(axis=0) == pytest.approx(np.full(5, 5.0))
    assert (found.exposure == 5.0).all()


def test_the_shares_of_a_year_sum_to_one_and_exposures_are_its_working_days() -> None:
    found = lunar.monthly(2018, 36, weekdays)
    assert found.columns.reshape(3, 12).sum(axis=1) == pytest.approx(np.ones(3))
    assert found.exposure[:2].tolist() == [23.0, 20.0]


def test_a_week_of_rest_keeps_a_little_exposure() -> None:
    assert (lunar.weekly(MONDAY, 3, lambda day: False).exposure == lunar.LEAST_EXPOSURE).all()


def test_the_pooled_season_is_read_from_the_past_alone() -> None:
    plain = lunar.monthly(2018, 84, weekdays)
    pooled = plain.exposure * np.where(np.arange(84) % 12 == 11, 2.0, 1.0)
    found = lunar.seasoned(plain, pooled, 72)
    pooled[72:] *= 9
    assert lunar.seasoned(plain, pooled, 72).exposure == pytest.approx(found.exposure)
    ratio = found.exposure / plain.exposure
    assert ratio[11] / ratio[0] == pytest.approx(2.0)
    assert ratio[:12].mean() == pytest.approx(1.0)


def moving_feast(seed: int = 3) -> tuple[np.ndarray, lunar.Calendar]:
    """Six years of weeks in which the feast's own week holds a fifth."""
    calendar = lunar.weekly(MONDAY, 320, weekdays)
    mean = 40.0 * (1 - 0.8 * calendar.columns[:, 2])
    return np.random.default_rng(seed).poisson(mean, (60, 320)).astype(float), calendar


def test_the_week_of_the_feast_is_expected_where_it_lies_this_year() -> None:
    series, calendar = moving_feast()
    at = int(np.argmax(calendar.columns[:, 2] * (np.arange(320) > 280)))
    held = expectations.expect(series, np.array([at]), histories.WEEKLY, MONDAY, calendar)
    plain = expectations.expect(series, np.array([at]), histories.WEEKLY, MONDAY)
    truth = 40.0 * (1 - 0.8 * calendar.columns[at, 2])
    assert abs(held.mean.mean() - truth) < 0.25 * truth
    assert plain.mean.mean() > 1.5 * truth
    assert (
        memory.judge(series, np.array([at]), histories.WEEKLY, memory.SHIPPED, MONDAY, calendar).is_low.mean()
        < 0.1
    )
    assert memory.judge(series, np.array([at]), histories.WEEKLY, memory.SHIPPED, MONDAY).is_low.mean() > 0.25


def test_an_expectation_is_proportional_to_working_days() -> None:
    calendar = lunar.monthly(2018, 84, weekdays)
    half = lunar.Calendar(calendar.columns, calendar.exposure.copy())
    half.exposure[83] /= 2
    series = np.random.default_rng(1).poisson(30.0, (20, 84)).astype(float)
    one, other = (
        expectations.expect(series, np.array([83]), histories.MONTHLY, None, part)
        for part in (calendar, half)
    )
    assert other.mean == pytest.approx(one.mean / 2, rel=1e-6)
    assert other.mean_before == pytest.approx(one.mean_before, rel=1e-6)


def test_a_calendar_without_anything_in_it_changes_nothing() -> None:
    series = np.random.default_rng(2).poisson(12.0, (10, 320)).astype(float)
    flat = lunar.Calendar(np.zeros((320, 2)), np.ones(320))
    judged = np.array([318, 319])
    one = expectations.expect(series, judged, histories.WEEKLY)
    other = expectations.expect(series, judged, histories.WEEKLY, None, flat)
    assert other.mean == pytest.approx(one.mean, rel=1e-3)  # two parameters fewer are free
    assert other.dispersion == pytest.approx(one.dispersion, rel=0.02)


def test_the_calendar_of_the_bench_has_the_months_it_says() -> None:
    known = court_series.calendar()
    assert known.exposure.shape == (court_series.MONTHS,)
    assert known.exposure[72 + 1] == 18  # February 2024
