"""Budgets burning, and a year's closings out of balance: worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from plumbline import errors
from plumbline.warning import burn, closing

DAYS = 365


def even(per_day: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros((len(per_day), 1)), np.cumsum(per_day, axis=1)], axis=1)


SHARES = np.arange(DAYS + 1) / DAYS


def test_a_budget_used_as_the_season_gives_burns_at_one() -> None:
    found = burn.judge(even(np.full((1, DAYS), 2.0)), SHARES, 200, np.array([730.0]))
    assert (found.month[0], found.quarter[0], found.year[0]) == pytest.approx((1.0, 1.0, 1.0))
    assert found.tier[0] == burn.NONE


def test_a_season_is_no_burn_though_an_even_year_would_say_so() -> None:
    season = np.where(np.arange(DAYS) >= 335, 3.0, 1.0)
    shares = np.concatenate([[0.0], np.cumsum(season) / season.sum()])
    cases = even(season[None, :])
    budget = np.array([season.sum()])
    assert burn.judge(cases, shares, 365, budget).tier[0] == burn.NONE
    assert burn.judge(cases, SHARES, 365, budget).tier[0] != burn.NONE


@pytest.mark.parametrize(
    ("rates", "tier"),
    [((1.0, 1.0), burn.NONE), ((1.0, 3.0), burn.FAST), ((1.6, 1.6), burn.SLOW), ((1.2, 1.2), burn.TICKET)],
)
def test_tiers(rates: tuple[float, float], tier: int) -> None:
    per_day = np.full((1, DAYS), 2.0 * rates[0])
    per_day[0, 170:] = 2.0 * rates[1]
    assert burn.judge(even(per_day), SHARES, 200, np.array([730.0])).tier[0] == tier


def test_a_burst_that_is_over_pages_nobody() -> None:
    per_day = np.full((1, DAYS), 1.0)
    per_day[0, 172:180] = 9.0
    assert burn.judge(even(per_day), SHARES, 200, np.array([365.0])).tier[0] not in (burn.FAST, burn.SLOW)


def test_few_cases_are_no_alarm_however_fast_and_the_tail_is_exact() -> None:
    per_day = np.zeros((1, DAYS))
    per_day[0, 195:199] = 1.0
    found = burn.judge(even(per_day), SHARES, 200, np.array([12.0]))
    assert found.month[0] > 4
    assert found.tier[0] == burn.NONE
    assert found.p_month[0] == pytest.approx(stats.poisson(12 * 30 / 365).sf(3))


def test_all_counts_and_the_budget_may_be_scaled() -> None:
    cases = even(np.random.default_rng(2).poisson(1.4, (3, DAYS)).astype(float))
    one = burn.judge(cases, SHARES, 250, np.full(3, 300.0))
    other = burn.judge(4 * cases, SHARES, 250, np.full(3, 1200.0))
    assert one.month == pytest.approx(other.month)
    assert one.year == pytest.approx(other.year)


def test_a_day_outside_the_year_is_refused() -> None:
    with pytest.raises(errors.BadInput, match="does not lie"):
        burn.judge(even(np.ones((1, DAYS))), SHARES, 400, np.array([365.0]))


WORKED = np.array([20.0, 16, 22, 21, 20, 20, 22, 22, 21, 18, 21, 23])


def proportional(rate: float, courts: int = 12) -> np.ndarray:
    return np.tile(np.round(WORKED * rate), (courts, 1))


def test_a_december_of_half_as_much_again_as_its_working_days_is_a_rush() -> None:
    months = proportional(5.0)
    months[0, 11] *= 3
    found = closing.rush(months, months[:, 11] / 3, WORKED, 7.0)
    assert found.is_rush.tolist() == [True] + [False] * 11
    share = months[0, 11] / months[0].sum()
    assert found.ratio[0] == pytest.approx(share / (23 / WORKED.sum()))
    assert found.ratio_last_days[1] == pytest.approx(
        (months[1, 11] / 3 / months[1].sum()) / (7 / WORKED.sum())
    )


def test_a_court_beyond_its_peers_is_a_rush_though_its_working_days_allow_it() -> None:
    months = proportional(40.0, 40)
    months[0, 11] *= 1.4
    found = closing.rush(months, months[:, 11] / 3, WORKED, 7.0)
    assert found.ratio[0] < closing.RUSH
    assert found.p_peers[0] < closing.PEER < found.p_peers[1:].min()
    assert found.is_rush.tolist() == [True] + [False] * 39


def test_fewer_than_thirty_closings_say_nothing() -> None:
    months = np.zeros((4, 12))
    months[:, 11] = 20.0
    assert not closing.rush(months, np.full(4, 10.0), WORKED, 7.0).is_rush.any()


def test_held_back_filings_dip_and_come_back() -> None:
    months = proportional(5.0, 3)
    months[:2, 10:] = np.round(months[:2, 10:] * 0.4)
    january = np.array([220.0, 100.0, 100.0])
    found = closing.dip(months, january, WORKED, 20.0, 1.2)
    assert found.is_held.tolist() == [True, False, False]
    rate = months[0, :10].sum() / WORKED[:10].sum()
    assert found.ratio[0] == pytest.approx(months[0, 10:].sum() / (rate * 44))
    assert found.rebound[0] == pytest.approx(220 / (rate * 20))


def test_the_pair_needs_both_signs() -> None:
    closed, filed = proportional(5.0, 3), proportional(5.0, 3)
    closed[:2, 11] *= 3
    filed[1:, 10:] = np.round(filed[1:, 10:] * 0.3)
    rush = closing.rush(closed, closed[:, 11] / 3, WORKED, 7.0)
    dip = closing.dip(filed, np.full(3, 100.0), WORKED, 20.0, 1.2)
    assert closing.paired(rush, dip).tolist() == [False, True, False]


def test_unevenness_by_hand() -> None:
    months = np.array([[1.0] * 12, [0.0] * 11 + [12.0], [0.0] * 12, [1.0, 3.0] * 6])
    assert closing.gini(months)[[0, 1, 3]] == pytest.approx([0.0, 11 / 12, 0.25])
    assert closing.theil(months)[[0, 1]] == pytest.approx([0.0, np.log(12)])
    assert closing.unevenness(months)[[0, 3]] == pytest.approx([0.0, np.std([1, 3] * 6, ddof=1) / 2])
    assert all(np.isnan(part(months)[2]) for part in (closing.gini, closing.theil, closing.unevenness))


def test_unevenness_knows_neither_scale_nor_order_of_months() -> None:
    random = np.random.default_rng(1)
    months = random.integers(0, 40, (5, 12)).astype(float)
    for part in (closing.gini, closing.theil, closing.unevenness):
        assert part(7 * months) == pytest.approx(part(months))
        assert part(months[:, random.permutation(12)]) == pytest.approx(part(months))
