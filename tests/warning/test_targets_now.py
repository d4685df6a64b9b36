"""Figures against their target as of now: posterior chances worked by closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from plumbline.warning import targets_now

UP, DOWN = np.array(1), np.array(-1)


def ratio(y: float, n: float, line: float, direction: np.ndarray = UP) -> targets_now.Standing:
    return targets_now.ratios(
        np.array([y]), np.array([n]), np.array([0.1]), np.array([20.0]), np.array([line]), direction
    )


def test_the_chance_to_be_beyond_is_the_tail_of_the_posterior_beta() -> None:
    found = ratio(9, 30, 0.15)
    assert found.beyond[0] == pytest.approx(stats.beta(2 + 9, 18 + 21).sf(0.15))
    assert found.shrunken[0] == pytest.approx(11 / 50)
    assert found.prior_weight[0] == pytest.approx(20 / 50)


def test_a_floor_is_the_other_side() -> None:
    assert ratio(9, 30, 0.15).beyond[0] + ratio(9, 30, 0.15, DOWN).beyond[0] == pytest.approx(1.0)


@pytest.mark.parametrize(("y", "n", "state"), [(4, 4, -1), (0, 0, -1), (20, 40, 2), (1, 40, 0), (6, 25, 1)])
def test_fewer_than_five_cases_have_no_colour(y: int, n: int, state: int) -> None:
    assert ratio(y, n, 0.1).state[0] == state


def test_a_prior_never_weighs_more_than_two_hundred_cases() -> None:
    _, strength = targets_now.prior(np.full((1, 50), 500), np.full((1, 50), 1000))
    assert strength[0] <= 200.0 + 1e-9


def test_the_variance_between_months_is_what_sampling_does_not_explain() -> None:
    random = np.random.default_rng(1)
    within, n = np.full((400, 60), 2.0), np.full((400, 60), 20)
    months = 4.0 + random.normal(0, 0.5, (400, 60)) + random.normal(0, np.sqrt(2.0 / 20), (400, 60))
    assert targets_now.between(months, within, n).mean() == pytest.approx(0.25, rel=0.05)
    flat = 4.0 + random.normal(0, np.sqrt(2.0 / 20), (400, 60))
    assert targets_now.between(flat, within, n).mean() < 0.01


@pytest.mark.parametrize(("transform", "mean", "expected"), [("log", 4.5, 4.4), ("sqrt", 10.0, 9.5)])
def test_the_line_of_a_mean_is_moved_with_its_days(transform: str, mean: float, expected: float) -> None:
    """The posterior integrated by hand over the mean of days."""
    within, spread, n, line = 0.6, 0.04, 25, 110.0
    found = targets_now.means(
        *(np.array([x]) for x in (mean, within, n, expected, spread, line)), UP, transform
    )

    def density(m: float) -> float:
        return float(
            stats.norm.pdf(m, expected, np.sqrt(spread)) * stats.norm.pdf(mean, m, np.sqrt(within / n))
        )

    def days(m: float) -> float:
        return float(np.exp(m + within / 2) if transform == "log" else m * m + within)

    grid = np.linspace(expected - 3, expected + 3, 200_001)
    weights = np.array([density(m) for m in grid[::50]])
    beyond = np.array([days(m) > line for m in grid[::50]])
    assert found.beyond[0] == pytest.approx(weights[beyond].sum() / weights.sum(), abs=2e-3)
    whole = integrate.quad(density, expected - 3, expected + 3)[0]
    centre = integrate.quad(lambda m: m * density(m), expected - 3, expected + 3)[0] / whole
    assert found.shrunken[0] == pytest.approx(days(centre), rel=1e-6)


def test_an_unknown_transform_is_refused() -> None:
    with pytest.raises(ValueError, match="neither log nor sqrt"):
        targets_now.means(*(np.ones(1) for _ in range(6)), UP, "cube")


def test_a_process_passes_fails_or_does_now_one_now_the_other() -> None:
    months = np.tile([100.0, 104.0, 98.0, 101.0], (3, 6))
    lines = np.array([130.0, 80.0, 101.0])
    assert targets_now.assurance(months, lines, UP).tolist() == [1, -1, 0]
    assert targets_now.assurance(months, lines, DOWN).tolist() == [-1, 1, 0]
