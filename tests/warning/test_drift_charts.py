"""Slow drift as it ships: charts over own-history expectations, chances of one look, verdicts under the false discovery rate."""

from __future__ import annotations

import dataclasses
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from plumbline.catalog.definitions import Source, Text
from plumbline.catalog.watches import Watch
from plumbline.warning import drift, drift_charts, drift_tails, drifting
from plumbline.warning.series import Series
from services.bench import court_series, warning_budget


def test_a_chart_begins_with_the_same_month_whichever_of_a_year_is_looked_at() -> None:
    for months in range(73, 85):
        held = drift_charts.baseline(months)
        assert held is not None
        assert (held.years, held.reach) == (5, 61)
    assert [(one.years if (one := drift_charts.baseline(months)) else None) for months in (30, 31, 48, 49, 61)] == [
        None, 2, 2, 3, 4,
    ]  # fmt: skip


def test_sums_are_those_of_the_steps_and_go_on_beyond_the_limit() -> None:
    made = court_series.counts(5, 40)
    y = made.y.astype(np.float64)
    y[3, -8:] *= 4
    held = drift_charts.baseline(84)
    assert held is not None
    found = drift_charts.counts(y, court_series.calendar(), held)
    assert found.up.shape == (40, 84 - 61)
    assert found.begin == 61
    reached = np.flatnonzero(found.is_up[3])
    assert len(reached) > 2
    assert found.is_up[3, reached[0] :].all(), (
        "a sum that stands at its limit is beyond for as long as the change lasts"
    )
    assert found.up[3, -1] > found.up[3, -8] > 0
    assert (found.since_up[3, -8:] >= np.arange(1, 9)).all()
    assert ((found.up > 0) == (found.since_up > 0)).all()


def test_a_look_does_not_know_what_comes_after_it() -> None:
    made = court_series.counts(6, 30)
    whole, until = drift_charts.baseline(84), drift_charts.baseline(75)
    assert whole is not None
    assert until is not None
    one = drift_charts.counts(made.y, court_series.calendar(), whole)
    other = drift_charts.counts(made.y[:, :75], court_series.calendar(), until)
    assert other.p_up == pytest.approx(one.p_up[:, : other.p_up.shape[1]], nan_ok=True)


def test_a_month_that_is_not_known_has_no_chance_and_leaves_the_sum() -> None:
    made = court_series.shares(7, 20)
    y, n = made.y.astype(np.float64), made.n.astype(np.float64)
    y[0, 80] = np.nan
    n[1, 80] = 0
    held = drift_charts.baseline(84)
    assert held is not None
    found = drift_charts.shares(y, n, court_series.calendar(), held)
    at = 80 - found.begin
    assert np.isnan(found.p_up[:2, at]).all()
    assert found.up[:2, at].tolist() == found.up[:2, at - 1].tolist()


def test_what_a_sum_is_worth_falls_with_it_whatever_the_years_before() -> None:
    score = np.geomspace(1e-9, 1.0, 60)
    for table in (drift_tails.COUNTS, drift_tails.SHARES):
        assert sorted(table) == [2, 3, 4, 5]
        for sides in table.values():
            for side in sides:
                assert (np.diff(side.p(score)) >= 0).all()
                assert side.p(np.array([side.scores[2]])) == pytest.approx([1e-3])


def test_of_courts_without_change_few_stand_high_at_a_look() -> None:
    """2,000 courts, other seeds than the tails': wide bounds."""
    held = drift_charts.baseline(84)
    assert held is not None
    counts = drift_charts.counts(court_series.counts(31, 2000).y, court_series.calendar(), held)
    made = court_series.shares(32, 2000)
    shares = drift_charts.shares(made.y, made.n, court_series.calendar(), held)
    for found in (counts, shares):
        for p in (found.p_up[:, -12:], found.p_down[:, -12:]):
            assert np.nanmean(p <= 0.01) < 0.02
            assert np.nanmean(p <= 0.001) < 0.004


WATCH = Watch(
    id="slow", title=Text("缓慢", "slow"), kind="drift", of=("a",), courts=(), level="", scope="own", every="month",
    side="both", settings={"rate": Fraction(1, 10)}, hold=2, release=2, severity="red", tell=("court",), escalate=14,
    source=Source("x", "1", "project"),
)  # fmt: skip


def series(form: str = "count", months: int = 84) -> Series:
    made = court_series.counts(8, 6, level=20.0)
    y = made.y[:, -months:].astype(np.float64)
    y[2, -9:] *= 2
    return Series(
        "p.a", Text("甲", "A"), "cases", form, "none", False, tuple("abcdef"), ("basic",) * 6, date(2018, 1, 1), y,
        np.ones_like(y),
    )  # fmt: skip


def test_a_doubled_court_is_beyond_high_and_says_for_how_long() -> None:
    found = drifting.judge(WATCH, series(), lambda day: day.weekday() < 5)
    one = found[2]
    assert (one.level, one.side) == ("amber", "high")
    assert one.score is not None
    assert one.score < 0.001
    assert one.document["periods"] >= 9
    assert one.document["began"] == "2023-02"
    assert one.document["method"] == "drift/2"
    (low,) = [
        each
        for each in drifting.judge(dataclasses.replace(WATCH, side="low"), series(), lambda day: True)
        if each.court == "c"
    ]
    assert low.level == "within"


def test_short_histories_and_means_say_nothing() -> None:
    assert drifting.judge(WATCH, series("mean"), lambda day: True) == []
    (reason,) = {one.document["reason"] for one in drifting.judge(WATCH, series(months=30), lambda day: True)}
    assert reason == "short_history"


def test_the_bench_judges_by_the_charts_that_ship() -> None:
    """One province: wide bounds; `make bench-warning` measures."""
    found = warning_budget.drifts(23)
    assert np.isnan(found.precision_red)
    assert found.false_amber < 0.3
    assert found.found > 0.1
    assert drift.FALSE_ALARMS == 0.02
