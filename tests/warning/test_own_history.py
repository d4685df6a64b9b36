"""Counts against their own history: tails, layouts, the two-period rule, and how often it is right and wrong."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from scipy import stats

from plumbline import errors
from plumbline.warning import expectations, histories, limits, memory
from services.bench import warning, warning_report

WEEKS = 320
NOW = np.array([WEEKS - 1])


def steady(mean: float, rows: int = 40, seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).poisson(mean, (rows, WEEKS)).astype(np.float64)


def test_tails_are_those_of_the_negative_binomial_and_of_poisson() -> None:
    counts = np.arange(0, 60, dtype=np.float64)
    wide = stats.nbinom(12.5 / 1.5, 1 / 2.5)
    assert limits.at_least(counts, np.array(12.5), np.array(2.5)) == pytest.approx(wide.sf(counts - 1))
    assert limits.at_most(counts, np.array(12.5), np.array(2.5)) == pytest.approx(wide.cdf(counts))
    plain = stats.poisson(12.5)
    assert limits.at_least(counts, np.array(12.5), np.array(1.0)) == pytest.approx(plain.sf(counts - 1))
    assert limits.at_most(counts, np.array(12.5), np.array(1.0)) == pytest.approx(plain.cdf(counts))


@pytest.mark.parametrize("dispersion", [1.0, 1.3, 5.0])
@pytest.mark.parametrize("mean", [1e-9, 0.2, 7.0, 160.0, 20000.0])
def test_a_count_is_beyond_a_limit_exactly_when_its_tail_is_at_most_alpha(
    mean: float, dispersion: float
) -> None:
    mu, phi = np.array(mean), np.array(dispersion)
    high, low = limits.upper(mu, phi, 0.01), limits.lower(mu, phi, 0.01)
    assert limits.at_least(high + 1, mu, phi) <= 0.01 < limits.at_least(high, mu, phi)
    assert limits.at_most(low - 1, mu, phi) <= 0.01 < limits.at_most(low, mu, phi)


def test_a_layout_leaves_out_the_last_half_year_and_gives_every_season_its_level() -> None:
    laid = histories.layout(histories.WEEKLY)
    assert (laid.offsets[0], laid.offsets[-1]) == (-263, -27)
    assert set(laid.levels) == set(range(10))
    assert set(laid.levels[np.isin(laid.offsets % 52, (49, 50, 51, 0, 1, 2, 3))]) == {9}
    assert np.bincount(laid.levels)[9] == 5 * 7


def test_earlier_years_are_found_by_date() -> None:
    assert histories.anniversaries(datetime.date(2011, 1, 10), 5) == (52, 104, 157, 209, 261)
    assert histories.anniversaries(datetime.date(2024, 2, 29), 1) == (52,)


def test_months_have_a_layout_too() -> None:
    laid = histories.layout(histories.MONTHLY)
    assert histories.MONTHLY.reach == 61
    assert set(laid.levels) == {0, 1, 2, 3}
    assert laid.offsets[-1] == -7


def test_a_baseline_that_cannot_be_laid_out_is_refused() -> None:
    with pytest.raises(errors.BadInput, match="cannot be laid out"):
        histories.Baseline(levels=60)


def test_a_period_with_too_little_history_is_refused() -> None:
    with pytest.raises(errors.BadInput, match="too little history"):
        memory.judge(steady(5.0), np.array([200]), histories.WEEKLY)


def test_two_high_weeks_are_found_though_neither_alone_would_be() -> None:
    series = steady(20.0)
    series[:, -2:] = 32.0
    held = expectations.expect(series, NOW, histories.WEEKLY)
    alone = 10 * limits.at_least(series[:, -1], held.mean, held.dispersion) <= memory.SHIPPED.cut
    verdicts = memory.judge(series, NOW, histories.WEEKLY)
    assert verdicts.is_high.mean() > 0.9
    assert alone.mean() < 0.1
    assert not verdicts.is_low.any()


def test_one_great_spike_is_found_and_so_is_a_dip() -> None:
    spike, dip = steady(20.0), steady(20.0)
    spike[:, -1] = 55.0
    dip[:, -1] = 1.0
    assert memory.judge(spike, NOW, histories.WEEKLY).is_high.all()
    assert memory.judge(dip, NOW, histories.WEEKLY).is_low.all()


def test_fewer_than_three_cases_are_never_too_many() -> None:
    series = np.zeros((1, WEEKS))
    series[:, ::40] = 1.0
    series[:, -2:] = 1.0
    assert not memory.judge(series, NOW, histories.WEEKLY).is_high.any()


def test_an_old_outbreak_does_not_lift_the_expectation_much() -> None:
    series = steady(10.0)
    struck = series.copy()
    struck[:, -60:-56] += 60.0
    plain = expectations.expect(series, NOW, histories.WEEKLY)
    after = expectations.expect(struck, NOW, histories.WEEKLY)
    assert np.abs(after.mean / plain.mean - 1).mean() < 0.15


def test_unknown_weeks_are_left_out_and_an_unknown_present_is_not_judged() -> None:
    series = steady(10.0)
    series[:, 100:130] = np.nan
    assert memory.judge(series, NOW, histories.WEEKLY).usable.all()
    series[0, -1] = np.nan
    verdicts = memory.judge(series, NOW, histories.WEEKLY)
    assert not verdicts.usable[0, 0]
    assert np.isnan(verdicts.high[0, 0])
    assert not verdicts.is_high[0, 0]


def test_a_series_is_judged_alike_alone_and_among_others() -> None:
    series = steady(8.0)
    judged = np.array([WEEKS - 3, WEEKS - 1])
    together = memory.judge(series, judged, histories.WEEKLY)
    alone = memory.judge(series[7:8], judged, histories.WEEKLY)
    assert together.high[7] == pytest.approx(alone.high[0], rel=1e-9)


def test_on_the_42_scenarios_false_alarms_are_few_and_more_outbreaks_are_found_than_by_one_week() -> None:
    """Four replicates: wide bounds; `make bench-warning` measures."""
    scores = warning.scores(4, 31)
    mean, worst = warning_report.false_alarms(scores.ours_clean, memory.SHIPPED.cut)
    assert 0.004 < mean < 0.016
    assert worst < 0.08
    (ours, _), (reference, _) = warning_report.at_rate(scores, 0.01)
    assert 0.35 < ours.mean() < 0.65
    assert ours.mean() > reference.mean() - 0.02
    assert scores.unusable < 0.001


def test_the_page_states_what_was_not_reached() -> None:
    scores = warning.scores(2, 32)
    page = warning_report.goals(scores)
    assert page.count("| yes |") + page.count("| no |") == 6


def held(mean: float, dispersion: float, rows: int) -> expectations.Expectations:
    full = [np.full(rows, part) for part in (mean, mean, dispersion, 0.0)]
    return expectations.Expectations(*full, np.zeros(rows, dtype=np.bool_), np.ones(rows, dtype=np.bool_))


@pytest.mark.parametrize("dispersion", [1.0, 1.3, 5.0])
def test_log_masses_are_those_of_the_negative_binomial_and_of_poisson(dispersion: float) -> None:
    counts = np.arange(0, 80, dtype=np.float64)
    law = (
        stats.poisson(12.5) if dispersion == 1 else stats.nbinom(12.5 / (dispersion - 1.0), 1.0 / dispersion)
    )
    found = limits.log_mass(counts, np.array(12.5), np.array(dispersion))
    assert found == pytest.approx(law.logpmf(counts), abs=1e-6)


@pytest.mark.parametrize("dispersion", [1.0, 3.0])
def test_the_weekly_score_is_at_most_a_with_a_chance_of_at_most_a(dispersion: float) -> None:
    """Summed over all pairs of counts: one over a likelihood ratio of mean 1."""
    counts = np.arange(0, 90, dtype=np.float64)
    now, before = (part.ravel() for part in np.meshgrid(counts, counts))
    known = held(4.0, dispersion, len(now))
    mass = np.exp(
        limits.log_mass(now, known.mean, known.dispersion)
        + limits.log_mass(before, known.mean, known.dispersion)
    )
    score = memory.unlikelihood(now, before, known, memory.SHIPPED)
    assert (mass / score).sum() == pytest.approx(1.0, abs=1e-3)
    assert all(mass[score <= a].sum() <= a for a in (0.5, 0.1, 0.035, 0.001))


def test_cases_in_both_weeks_say_more_than_as_many_in_one_where_counts_come_in_clusters() -> None:
    pairs = np.array([[4.0, 5.0], [9.0, 0.0], [0.0, 9.0]])
    both, now, before = memory.unlikelihood(pairs[:, 0], pairs[:, 1], held(1.5, 5.0, 3), memory.SHIPPED)
    assert both < min(now, before)
