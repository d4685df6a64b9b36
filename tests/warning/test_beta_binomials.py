"""The beta-binomial: tails and likelihood against scipy, and what its fit must keep."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from plumbline.warning import beta_binomials


@pytest.mark.parametrize("n", [1, 4, 60, 900])
@pytest.mark.parametrize(("mean", "strength"), [(0.02, 3.0), (0.4, 0.7), (0.9, 200.0), (0.5, 1e6)])
def test_tails_are_those_of_scipy(n: int, mean: float, strength: float) -> None:
    counts = np.unique(np.linspace(-1, n + 1, 25).astype(int)).astype(float)
    oracle = stats.betabinom(n, mean * strength, (1 - mean) * strength)
    m, s = np.array(mean), np.array(strength)
    assert beta_binomials.at_most(counts, n, m, s) == pytest.approx(oracle.cdf(counts), abs=1e-7)
    assert beta_binomials.at_least(counts, n, m, s) == pytest.approx(oracle.sf(counts - 1), abs=1e-7)


def test_without_correlation_it_is_the_binomial() -> None:
    counts = np.arange(0.0, 31.0)
    found = beta_binomials.at_most(counts, 30, np.array(0.3), np.array(1e12))
    assert found == pytest.approx(stats.binom(30, 0.3).cdf(counts), abs=1e-6)


def test_many_tails_of_different_sizes_at_once_are_those_taken_one_by_one() -> None:
    random = np.random.default_rng(3)
    n = random.integers(1, 2000, 400)
    y = random.binomial(n, 0.2)
    together = beta_binomials.at_most(y, n, np.full(400, 0.25), np.full(400, 40.0))
    alone = [
        beta_binomials.at_most(y[i : i + 1], n[i : i + 1], np.array([0.25]), np.array([40.0]))[0]
        for i in range(400)
    ]
    assert together == pytest.approx(alone, abs=1e-12)


def test_the_fit_is_the_maximum_of_the_likelihood() -> None:
    random = np.random.default_rng(8)
    n = random.integers(5, 120, (3, 40))
    y = random.binomial(n, random.beta([[3.0], [12.0], [30.0]], [[9.0], [4.0], [30.0]], (3, 40)))
    mean, strength = beta_binomials.fit(y, n, cap=5000.0)
    for row in range(3):

        def cost(at: np.ndarray, row: int = row) -> float:
            a, b = np.exp(at)
            return -float(stats.betabinom.logpmf(y[row], n[row], a, b).sum())

        best = optimize.minimize(
            cost, np.log([2.0, 2.0]), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9}
        )
        assert cost(np.log([mean[row] * strength[row], (1 - mean[row]) * strength[row]])) <= best.fun + 1e-3


def test_courts_that_do_not_differ_get_the_cap() -> None:
    n = np.full((1, 30), 100)
    y = np.full((1, 30), 25)
    mean, strength = beta_binomials.fit(y, n, cap=200.0)
    assert strength[0] == pytest.approx(200.0)
    assert mean[0] == pytest.approx(0.25, abs=2e-3)


def test_no_success_anywhere_is_half_a_case() -> None:
    mean, strength = beta_binomials.fit(np.zeros((1, 4)), np.full((1, 4), 10))
    assert mean[0] == pytest.approx(0.5 / 41)
    assert strength[0] == pytest.approx(200.0)


def test_the_order_of_courts_does_not_matter() -> None:
    random = np.random.default_rng(9)
    n = random.integers(1, 80, (2, 25))
    y = random.binomial(n, 0.3)
    order = random.permutation(25)
    one, other = beta_binomials.fit(y, n), beta_binomials.fit(y[:, order], n[:, order])
    assert one[0] == pytest.approx(other[0], rel=1e-6)
    assert one[1] == pytest.approx(other[1], rel=1e-3)


def test_success_and_failure_are_mirror_images() -> None:
    n = np.array([[10, 40, 25, 33, 8, 60]])
    y = np.array([[2, 9, 11, 4, 1, 22]])
    one, other = beta_binomials.fit(y, n), beta_binomials.fit(n - y, n)
    assert one[0] == pytest.approx(1 - other[0], abs=1e-6)
    assert one[1] == pytest.approx(other[1], rel=1e-4)
