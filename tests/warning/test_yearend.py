"""Projections to the year's end: the formula against brute simulation, replay, colours, baselines, what is needed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from plumbline.warning import pacing, yearend
from services.bench import warning_limits, warning_yearend


def rest_of(mean: float, dispersion: float) -> yearend.Remaining:
    return yearend.Remaining(np.array([mean]), np.array([dispersion]), np.array([mean]))


def test_without_a_spread_of_levels_and_shares_the_rest_is_the_level_times_the_share() -> None:
    found = yearend.remaining(np.array([40.0]), 0.4, np.array([100.0]), 1.0, 1e9, cv=1e-6, own_years=10**9)
    assert found.mean[0] == pytest.approx(60.0, rel=1e-3)
    assert found.dispersion[0] == pytest.approx(1.0, abs=1e-3)


def test_mean_and_variance_of_the_rest_are_those_of_brute_simulation() -> None:
    """Level, season and months drawn 400,000 times, kept where so far is as observed."""
    random = np.random.default_rng(4)
    draws, history, cv, c, s, phi = 400_000, 60.0, 0.3, 200.0, 0.45, 1.6
    level = random.gamma(cv**-2, history * cv**2, draws)
    share = random.beta(c * s, c * (1 - s), draws)

    def nb(mean: np.ndarray) -> np.ndarray:
        return random.poisson(random.gamma(mean / (phi - 1), phi - 1))

    so_far, after = nb(level * share), nb(level * (1 - share))
    kept = np.abs(so_far - 32) <= 1
    found = yearend.remaining(np.array([32.0]), s, np.array([history]), phi, c, 10**9, cv, 10**9)
    assert found.mean[0] == pytest.approx(after[kept].mean(), rel=0.03)
    assert found.mean[0] * found.dispersion[0] == pytest.approx(after[kept].var(), rel=0.12)


def test_the_chance_to_miss_is_the_tail_beyond_the_line() -> None:
    rest, so_far = rest_of(20.0, 1.0), np.array([30.0])
    budget = yearend.counts(so_far, rest, np.array([55.0]), 1)
    floor = yearend.counts(so_far, rest, np.array([55.0]), -1)
    assert budget.p_miss[0] == pytest.approx(stats.poisson(20).sf(25))
    assert floor.p_miss[0] == pytest.approx(stats.poisson(20).cdf(24))
    assert yearend.counts(so_far, rest, np.array([29.0]), 1).p_miss[0] == 1.0
    assert yearend.counts(so_far, rest, np.array([30.0]), -1).p_miss[0] == 0.0


@pytest.mark.parametrize("mean", [0.4, 3.0, 40.0, 300.0])
def test_an_interval_is_that_of_mid_tails_with_one_end_moved_where_that_comes_nearer(mean: float) -> None:
    found = yearend.counts(np.array([7.0]), rest_of(mean, 1.0), np.array([9.0]), 1)
    law, q = stats.poisson(mean), np.arange(0, 700)
    below, above = law.cdf(q) - law.pmf(q) / 2, law.sf(q) + law.pmf(q) / 2
    for left_out, low, high in ((0.1, found.low80, found.high80), (0.025, found.low95, found.high95)):
        held = q[(below > left_out) & (above > left_out)]
        first, last, share = int(held[0]), int(held[-1]), 1 - 2 * left_out
        moves = ((0, 0), (1, 0), (0, -1), (-1, 0), (0, 1))
        ends = [(max(first + a, 0), last + b) for a, b in moves if last + b >= max(first + a, 0)]
        best = min(ends, key=lambda end: abs(law.cdf(end[1]) - law.cdf(end[0] - 1) - share))
        assert (low[0], high[0]) == (7 + best[0], 7 + best[1])


def test_ratios_agree_with_the_exact_sum() -> None:
    """n so far 40, y 12, rest Poisson(30), Beta(2 + 12, 8 + 28)."""
    args = (rest_of(30.0, 1.0), np.array([0.2]), np.array([10.0]), np.array([0.32]), 1)
    found = yearend.ratios(np.array([12]), np.array([40]), *args, draws=40_000)
    exact = 0.0
    for more in range(90):
        need = np.floor(0.32 * (40 + more) - 12 + 1e-9)
        exact += stats.poisson(30).pmf(more) * stats.betabinom(more, 14, 36).sf(need)
    assert found.p_miss[0] == pytest.approx(exact, abs=0.01)


def test_means_agree_with_the_normal() -> None:
    found = yearend.means(
        np.array([4000.0]), np.array([40]), rest_of(30.0, 1.0),
        *(np.array([x]) for x in (120.0, 5.0, 60.0, 112.0)), 1, draws=40_000,
    )  # fmt: skip
    more = np.arange(1, 90)
    weights = stats.poisson(30).pmf(more)
    centre = (4000 + more * 120.0) / (40 + more)
    spread = np.sqrt((more * 5.0) ** 2 + more * 60.0**2) / (40 + more)
    assert found.p_miss[0] == pytest.approx((weights * stats.norm.sf(112, centre, spread)).sum(), abs=0.01)


def test_a_court_gets_the_same_answer_alone_among_others_and_again() -> None:
    y, n = np.array([3, 12, 40]), np.array([10, 50, 90])
    rest = yearend.Remaining(np.array([5.0, 20.0, 60.0]), np.array([1.0, 1.4, 2.0]), np.zeros(3))
    prior = (np.full(3, 0.3), np.full(3, 12.0), np.full(3, 0.35))
    together = yearend.ratios(y, n, rest, *prior, 1)
    order = np.array([2, 0, 1])
    turned = yearend.Remaining(rest.mean[order], rest.dispersion[order], rest.level[order])
    other = yearend.ratios(y[order], n[order], turned, *(part[order] for part in prior), 1)
    assert (together.p_miss[order] == other.p_miss).all()
    assert (together.low80[order] == other.low80).all()


def test_the_season_follows_lunar_new_year_by_working_days() -> None:
    days = np.full((3, 12), 20.0)
    days[:, 1] = 10.0  # the feast lay in February
    months = days * 5.0
    now = np.full(12, 20.0)
    now[0] = 10.0  # this year it lies in January
    found = yearend.season(months, days, now)
    assert found[0] == 0.0
    assert found[-1] == pytest.approx(1.0)
    assert np.diff(found) == pytest.approx(now / now.sum())


def test_phi_and_c_are_found_again() -> None:
    random = np.random.default_rng(3)
    shares = np.cumsum([0.0] + [1 / 12] * 12)
    level = np.geomspace(5, 800, 600)[:, None, None]
    season = random.dirichlet(np.full(12, 250 / 12), (600, 3))
    mean = level * season
    months = random.poisson(random.gamma(mean / 0.5, 0.5)).astype(float)
    phi, c = yearend.looseness(months, shares)
    assert phi == pytest.approx(1.5, rel=0.05)
    assert c == pytest.approx(250.0, rel=0.15)
    assert yearend.looseness(random.permutation(months), shares) == pytest.approx((phi, c))


def test_red_needs_two_months_running_and_nothing_is_coloured_before_the_end_of_february() -> None:
    chances = np.array([[0.9, 0.9, 0.9, 0.6, 0.9, np.nan, 0.9, 0.9, 0.1, 0.3]])
    none, green, open_, amber, red = -1, 0, 1, 2, 3
    assert yearend.colours(chances)[0].tolist() == [
        none, amber, red, amber, amber, none, amber, red, green, open_,
    ]  # fmt: skip


def test_pacing_by_hand() -> None:
    so_far = np.array([[5.0, 12.0, 16.0, 18.0]])
    line = np.array([60.0])
    assert pacing.linear(so_far, line, 1).tolist() == [[False, True, True, False]]
    assert pacing.linear(so_far, line, -1).tolist() == [[False, False, False, True]]
    before = np.cumsum(np.array([[2.0, 2, 12, 8, 10, 10, 12, 12, 12, 12, 14, 14]]), axis=1)  # 120 in all
    assert pacing.last_year(so_far, line, before, 1).tolist() == [[True, True, True, True]]
    assert pacing.twice(pacing.linear(so_far, line, 1)).tolist() == [[False, False, True, False]]


def test_what_is_needed_from_now_on_ends_the_year_on_the_line() -> None:
    left, pace = pacing.needed_count(
        np.array([400.0, 600.0]), np.array([571.0, 571.0]), np.array([200.0, 0.0])
    )
    assert left.tolist() == [171.0, -29.0]
    assert pace[0] == pytest.approx(171 / 200)
    assert np.isnan(pace[1])
    share = pacing.needed_ratio(np.array([60.0]), np.array([80.0]), np.array([0.8]), np.array([40.0]))
    assert (60 + 40 * share[0]) / 120 == pytest.approx(0.8)


def test_on_simulated_years_intervals_hold_about_what_they_say() -> None:
    """500 courts a size: wide bounds; `make bench-warning` measures."""
    for one in warning_yearend.bands(9, 500):
        assert all(0.66 < share < 0.92 for share in one.inside80)
        assert all(share > 0.87 for share in one.inside95)
        assert one.brier[2] < one.brier[0] < 0.22
        assert one.red[1] < 0.2
        if one.direction == warning_yearend.FLOOR:
            assert one.red[1] < one.linear[1]


def test_who_knows_how_years_are_drawn_is_not_beaten() -> None:
    """His chances are calibrated, and closer than ours to what came; who knows the level too is closer still."""
    drawn = warning_yearend.years(13, 12, 1500)
    past, now = drawn.counts[:, :3].astype(float), drawn.counts[:, 3].astype(float)
    line, so_far = past[:, -1].sum(axis=1), now[:, :3].sum(axis=1)
    missed = now.sum(axis=1) < line
    rest = yearend.remaining(so_far, warning_limits.DUE[:3].sum(), past.sum(axis=(1, 2)) / 3, 1.5, 300.0)
    ours = yearend.counts(so_far, rest, line, -1).p_miss
    limit, known = warning_limits.chances(so_far, 3, line, -1, past.sum(axis=2), 12.0)
    scores = [float(((chance - missed) ** 2).mean()) for chance in (ours, limit, known)]
    assert scores[2] < scores[1] < scores[0] + 0.002
    assert known.mean() == pytest.approx(missed.mean(), abs=0.03)
    assert limit.mean() == pytest.approx(missed.mean(), abs=0.03)
