"""Many tests at once: Benjamini-Hochberg worked by hand and against scipy, the middle p of a count."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from plumbline.warning import discovery


def test_adjusted_p_values_are_worked_by_hand() -> None:
    # 4 p / rank: .04, .04, .0533, .9; then least from the right
    assert discovery.adjusted(np.array([0.01, 0.9, 0.04, 0.02])) == pytest.approx(
        [0.04, 0.9, 4 * 0.04 / 3, 0.04]
    )


def test_adjusted_p_values_are_those_of_scipy_whatever_the_order() -> None:
    p = np.random.default_rng(4).uniform(size=300) ** 2
    assert discovery.adjusted(p) == pytest.approx(stats.false_discovery_control(p))
    assert discovery.adjusted(p[::-1]) == pytest.approx(discovery.adjusted(p)[::-1])


def test_what_is_not_known_is_not_counted() -> None:
    found = discovery.adjusted(np.array([0.01, np.nan, 0.5]))
    assert found[[0, 2]] == pytest.approx([0.02, 0.5])
    assert np.isnan(found[1])
    assert np.isnan(discovery.adjusted(np.array([np.nan]))).all()


def test_the_middle_p_of_a_poisson_count() -> None:
    found = discovery.middle(stats.poisson(2).sf(np.array([3])), stats.poisson(2).sf(np.array([4])))
    assert found[0] == pytest.approx(stats.poisson(2).sf(4) + 0.5 * stats.poisson(2).pmf(4))
