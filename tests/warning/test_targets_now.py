"""Figures against their target as of now: posterior chances worked by closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

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


def test_a_process_passes_fails_or_does_now_one_now_the_other() -> None:
    months = np.tile([100.0, 104.0, 98.0, 101.0], (3, 6))
    lines = np.array([130.0, 80.0, 101.0])
    assert targets_now.assurance(months, lines, UP).tolist() == [1, -1, 0]
    assert targets_now.assurance(months, lines, DOWN).tolist() == [-1, 1, 0]
