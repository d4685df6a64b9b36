"""Months against their own history, counts and shares, and a court with little history."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from plumbline.warning import cold_start, histories, lunar, memory, quasi, quasi_binomial, ratios_history
from services.bench import court_series, warning_budget, warning_calibration

NOW = np.array([83])


def test_a_score_at_a_calibrated_point_is_worth_its_share() -> None:
    tail = memory.MONTHLY_TAILS[0]
    assert tail.p(np.array(tail.scores)) == pytest.approx([0.1, 0.01, 1e-3, 1e-4, 1e-5])
    assert tail.p(np.array([1.0]))[0] == pytest.approx(1.0, abs=0.5)
    between = tail.p(np.array([np.sqrt(tail.scores[1] * tail.scores[2])]))[0]
    assert between == pytest.approx(10**-2.5)
    assert tail.p(np.array([0.0]))[0] < 1e-5


def test_the_monthly_cuts_give_about_one_false_alarm_in_a_hundred_on_each_side() -> None:
    """Seeds not used for the calibration; `services.bench.warning_calibration` makes the numbers."""
    for draw, rule in (
        (warning_calibration.counts, memory.MONTHLY),
        (warning_calibration.shares, memory.MONTHLY_RATIOS),
    ):
        high, low = draw(5, 500)
        assert 0.005 < (high <= rule.cut).mean() < 0.016
        assert 0.005 < (low <= rule.low).mean() < 0.016


def test_a_season_without_a_case_in_five_years_makes_three_no_wonder() -> None:
    series = np.zeros((1, 84))
    series[0, 5::12] = 2.0
    series[0, 83] = 3.0
    plain = memory.judge(series, NOW, histories.MONTHLY, memory.Rule())
    doubtful = memory.judge(series, NOW, histories.MONTHLY, memory.MONTHLY)
    assert plain.high[0, 0] < 1e-6
    assert 1e-5 < doubtful.high[0, 0] < 0.05


def test_doubt_is_half_a_case_over_the_periods_of_the_level() -> None:
    series = np.full((1, 84), 6.0)
    series[0, ::2] = 4.0
    held = memory.expectations.expect(series, NOW, histories.MONTHLY)
    one, both, alone, wide = memory.predicted(held, memory.MONTHLY)
    per = held.doubt[0] * held.mean[0] / held.dispersion[0]
    assert one[0] == pytest.approx(held.mean[0] + 0.5 * held.dispersion[0] * per)
    assert both[0] == pytest.approx(one[0] * (1 + held.mean_before[0] / held.mean[0]))
    assert (alone[0], wide[0]) == pytest.approx(
        (held.dispersion[0] * (1 + per), held.dispersion[0] * (1 + per * both[0] / one[0]))
    )


def test_the_logit_regression_is_the_weighted_share_where_there_is_one_level() -> None:
    random = np.random.default_rng(2)
    n = random.integers(5, 60, (4, 50)).astype(float)
    y = random.binomial(n.astype(int), 0.3).astype(float)
    found = quasi_binomial.fit(quasi.design(np.ones((50, 1))), y, n, np.ones_like(y))
    assert found.shares[:, 0] == pytest.approx(y.sum(axis=1) / n.sum(axis=1))
    assert found.covariance[:, 0, 0] == pytest.approx(
        1 / (n.sum(axis=1) * found.shares[:, 0] * (1 - found.shares[:, 0]))
    )
    assert found.converged.all()


def test_the_correlation_within_months_is_found_again() -> None:
    random = np.random.default_rng(3)
    n = random.integers(50, 200, (300, 54)).astype(float)
    p = random.beta(0.3 * 49, 0.7 * 49, n.shape)
    y = random.binomial(n.astype(int), p).astype(float)
    found = quasi_binomial.fit(quasi.design(np.ones((54, 1))), y, n, np.ones_like(y))
    assert found.correlation.mean() == pytest.approx(1 / 50, rel=0.05)


def shares(seed: int = 7, level: float = 0.3, size: int = 80) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    n = random.poisson(size, (50, 84))
    return random.binomial(n, level).astype(float), n.astype(float)


def test_a_share_that_moves_is_found_on_its_side_only() -> None:
    y, n = shares()
    y[:, 82:] = np.round(n[:, 82:] * 0.5)
    found = ratios_history.judge(y, n, NOW, histories.MONTHLY)
    assert found.is_high.all()
    assert not found.is_low.any()
    mirrored = ratios_history.judge(n - y, n, NOW, histories.MONTHLY)
    assert mirrored.is_low.mean() > 0.95
    assert mirrored.expected == pytest.approx(1 - found.expected, abs=1e-6)


def test_two_months_of_a_share_tell_what_one_does_not() -> None:
    y, n = shares(size=60)
    y[:, 82:] = np.round(n[:, 82:] * 0.45)
    held = ratios_history.expect(y, n, NOW, histories.MONTHLY)
    high, _ = ratios_history.scores((y[:, 83], y[:, 82]), (n[:, 83], n[:, 82]), held, memory.MONTHLY_RATIOS)
    zero = np.zeros(50)
    alone, _ = ratios_history.scores((y[:, 83], zero + 9), (n[:, 83], zero + 30), held, memory.MONTHLY_RATIOS)
    assert (high <= memory.MONTHLY_RATIOS.cut).mean() > (alone <= memory.MONTHLY_RATIOS.cut).mean() + 0.2


def test_a_share_without_cases_now_or_with_too_few_ever_is_not_judged() -> None:
    y, n = shares()
    y[0, 83] = n[0, 83] = 0.0
    y[1], n[1] = (n[1] > 200) * 1.0, 1.0
    y[2, 30:40] = n[2, 30:40] = np.nan
    found = ratios_history.judge(y, n, NOW, histories.MONTHLY)
    assert found.usable[:3, 0].tolist() == [False, False, True]
    assert np.isnan(found.high[:2, 0]).all()
    assert not found.is_high[:2].any()


def test_the_order_of_courts_does_not_matter_and_history_replays() -> None:
    made = court_series.counts(11, 40)
    calendar = lunar.seasoned(court_series.calendar(), made.y.sum(axis=0), 72)
    order = np.random.default_rng(0).permutation(40)
    one = memory.judge(made.y, NOW, histories.MONTHLY, memory.MONTHLY, calendar=calendar)
    again = memory.judge(made.y, NOW, histories.MONTHLY, memory.MONTHLY, calendar=calendar)
    turned = memory.judge(made.y[order], NOW, histories.MONTHLY, memory.MONTHLY, calendar=calendar)
    assert (one.high == again.high).all()
    assert turned.high == pytest.approx(one.high[order], rel=1e-7)


def test_a_season_is_the_mean_of_the_years_shares() -> None:
    found = cold_start.season(np.array([[10.0, 30.0], [300.0, 100.0]]))
    assert found == pytest.approx([0.5, 0.5])


def test_a_cold_start_is_a_gamma_and_poisson_prediction() -> None:
    """With phi = 1 the count is exactly negative binomial with the gamma's shape."""
    found = cold_start.judge(np.array([9]), 1 / 12, np.array([20]), np.array([0.5]), np.array([48.0]), 1.0)
    shape, rate = 4 + 20, 4 / 48 + 0.5
    law = stats.nbinom(shape, rate / (rate + 1 / 12))
    assert found.expected[0] == pytest.approx(shape / rate / 12)
    assert found.high[0] == pytest.approx(law.sf(8))
    assert found.low[0] == pytest.approx(law.cdf(9))


def test_a_cold_start_is_seldom_wrong_about_courts_as_they_come() -> None:
    random = np.random.default_rng(4)
    level = np.exp(random.uniform(np.log(20), np.log(400), 20_000))
    own = level * random.gamma(4, 1 / 4, 20_000)
    found = cold_start.judge(
        random.poisson(own / 12), 1 / 12, random.poisson(own * 0.75), np.full(20_000, 0.75), level, 1.0
    )
    assert found.is_high.mean() < 0.012
    assert found.is_low.mean() < 0.012


def test_of_a_province_few_discoveries_are_false() -> None:
    """One province: wide bounds; `make bench-warning` measures."""
    found = warning_budget.beside(21)
    assert found.realised < 0.25
    assert found.precision_red > 0.8
    assert found.false_amber < 0.3
