"""Peers: the funnel worked by hand, exact tails, leave-one-out predictions, and how often courts alike are flagged."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from plumbline.warning import beta_binomials, peers


def alike(seed: int, spread: float, k: int = 120) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    n = random.integers(200, 3000, (60, k))
    p = 1 / (1 + np.exp(-(-1.0 + spread * random.standard_normal((60, k)))))
    return random.binomial(n, p), n


def test_the_mean_square_of_a_drawn_in_normal_is_the_constant() -> None:
    z = stats.norm.ppf((np.arange(400_000) + 0.5) / 400_000)
    low, high = stats.norm.ppf([0.1, 0.9])
    assert (np.clip(z, low, high) ** 2).mean() == pytest.approx(peers.DRAWN_IN, abs=1e-4)


def test_the_funnel_follows_its_formula() -> None:
    o = np.array([[50.0, 70.0, 64.0, 90.0, 120.0, 41.0]])
    e = np.array([[60.0, 60.0, 66.0, 60.0, 100.0, 62.0]])
    found = peers.counts(o, e)
    y, s = np.log(o[0] / e[0]), 1 / np.sqrt(e[0] * o.sum() / e.sum())

    def square(tau2: float) -> tuple[float, np.ndarray]:
        w = 1 / (s**2 + tau2)
        z = (y - (w * y).sum() / w.sum()) * np.sqrt(w)
        low, high = np.quantile(z, [0.1, 0.9])
        return float(np.mean(np.clip(z, low, high) ** 2) / peers.DRAWN_IN), z

    tau2 = optimize.brentq(lambda at: square(at)[0] - 5 / 6, 0.0, 1.0)
    assert found.overdispersion[0] == pytest.approx(square(0.0)[0])
    assert found.between[0] == pytest.approx(tau2, abs=1e-6)
    assert found.z[0] == pytest.approx(square(tau2)[1], abs=1e-4)
    assert found.p_high[0] == pytest.approx(stats.norm.sf(found.z[0]))


@pytest.mark.parametrize("spread", [0.0, 0.15, 0.3])
def test_courts_that_differ_only_as_courts_do_are_seldom_beyond_the_outer_limit(spread: float) -> None:
    """Nominal .002 two-sided; without the constant and the between variance it was .29 at a spread of .3."""
    found = peers.shares(*alike(2, spread))
    assert (np.abs(found.z) > peers.RED).mean() < 0.006
    assert 0.03 < (np.abs(found.z) > peers.AMBER).mean() < 0.07


def test_a_court_apart_is_found_among_courts_that_differ() -> None:
    y, n = alike(3, 0.1)
    n[:, 0] = 2000
    y[:, 0] = np.random.default_rng(1).binomial(2000, 0.45, 60)
    found = peers.shares(y, n)
    assert (found.p_high[:, 0] < 0.001).all()


def test_few_cases_have_the_exact_tail() -> None:
    y, n = np.array([[0, 12, 30, 25, 28]]), np.array([[12, 40, 100, 90, 95]])
    found = peers.shares(y, n)
    s = 1 / max(4 * found.between[0], 1 / peers.BINOMIAL) - 1
    c = np.array([found.centre[0]])
    expected = beta_binomials.at_most(np.array([0.0]), np.array([12.0]), c, np.array([s]))[0] / 2
    assert found.p_low[0, 0] == pytest.approx(expected, rel=1e-6)
    assert found.p_high[0, 0] == pytest.approx(1 - expected, rel=1e-6)


def test_a_court_without_cases_or_with_fewer_than_three_peers_has_no_distance() -> None:
    assert np.isnan(peers.shares(np.array([[0, 3, 4, 5]]), np.array([[0, 9, 9, 9]])).z[0, 0])
    assert np.isnan(peers.shares(np.array([[1, 3]]), np.array([[9, 9]])).z).all()


def test_the_order_of_courts_does_not_matter_and_failures_mirror_successes() -> None:
    y, n = alike(5, 0.2)
    order = np.random.default_rng(0).permutation(y.shape[1])
    one, other = peers.shares(y, n), peers.shares(y[:, order], n[:, order])
    assert one.z[:, order] == pytest.approx(other.z)
    assert peers.shares(n - y, n).z == pytest.approx(-one.z, abs=1e-9)


def test_expectations_of_another_unit_give_the_same_counts_funnel() -> None:
    random = np.random.default_rng(6)
    e = random.uniform(40, 200, (3, 30))
    o = random.poisson(e)
    assert peers.counts(o, 7.0 * e).z == pytest.approx(peers.counts(o, e).z)


def test_predictions_from_the_others_are_right_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(7)
    tails, counted = [], []
    for _ in range(60):
        n = random.integers(20, 150, 7)
        y = random.binomial(n, random.beta(6, 14, 7))
        tails.append(peers.predictive_shares(y, n)[0])
        e = random.uniform(5, 60, 7)
        counted.append(peers.predictive_counts(random.poisson(e * random.gamma(20, 1 / 20, 7)), e)[0])
    for found in (np.concatenate(tails), np.concatenate(counted)):
        assert stats.kstest(found, "uniform").statistic < 0.09
        assert (found < 0.02).mean() < 0.05


def test_a_lone_court_apart_does_not_hide_itself_among_few() -> None:
    high, low = peers.predictive_shares(np.array([10, 11, 9, 12, 55]), np.array([100] * 5))
    assert high[4] < 0.01 < high[:4].min()
    assert low[4] > 0.99
    high, _ = peers.predictive_counts(np.array([10, 11, 9, 12, 55]), np.full(5, 11.0))
    assert high[4] < 0.02


def test_for_few_courts_too_the_order_does_not_matter() -> None:
    y, n = np.array([3, 9, 14, 2]), np.array([40, 60, 70, 0])
    one, other = peers.predictive_shares(y, n)[0], peers.predictive_shares(y[::-1], n[::-1])[0]
    assert one[:3] == pytest.approx(other[::-1][:3])
    assert np.isnan(one[3])
