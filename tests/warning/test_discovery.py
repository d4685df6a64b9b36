"""Many tests at once: Benjamini-Hochberg worked by hand and against scipy, parents before children."""

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


def test_each_family_is_for_itself() -> None:
    p, family = np.array([0.01, 0.2, 0.01, 0.3, 0.4]), np.array([0, 0, 1, 1, 1])
    assert discovery.within(p, family) == pytest.approx([0.02, 0.2, 0.03, 0.4, 0.4])


def test_the_middle_p_of_a_poisson_count() -> None:
    found = discovery.middle(stats.poisson(2).sf(np.array([3])), stats.poisson(2).sf(np.array([4])))
    assert found[0] == pytest.approx(stats.poisson(2).sf(4) + 0.5 * stats.poisson(2).pmf(4))


def test_children_are_asked_only_where_their_parent_is_found() -> None:
    parents = np.array([0.001, 0.5, 0.04, np.nan])
    children = np.array([0.001, 0.9, 1e-9, 0.03, 1e-9])
    above = np.array([0, 0, 1, 2, 3])
    found, below = discovery.parents_first(parents, children, above)
    assert found.tolist() == [True, False, True, False]  # .04 * 3 / 2 = .06
    assert below.tolist() == [True, False, False, True, False]  # at .10 * 2 / 3


def test_false_children_of_chosen_parents_stay_under_the_rate() -> None:
    random = np.random.default_rng(12)
    shares = []
    for _ in range(300):
        false = random.uniform(size=(40, 5))
        p = np.where(np.arange(40)[:, None] < 8, random.uniform(size=(40, 5)) * 1e-3, false)
        p[:, 4] = random.uniform(size=40)  # one child of each is never real
        found, below = discovery.parents_first(5 * p.min(axis=1), p.ravel(), np.repeat(np.arange(40), 5))
        wrong = below.reshape(40, 5).copy()
        wrong[:8, :4] = False
        made = below.reshape(40, 5).sum(axis=1)
        shares.append((wrong.sum(axis=1) / np.maximum(made, 1))[found].mean() if found.any() else 0.0)
    assert np.mean(shares) < 0.10
