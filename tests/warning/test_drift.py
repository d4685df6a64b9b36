"""The cumulative sums: steps by hand, limits, restarts, how soon and how often."""

from __future__ import annotations

import math

import numpy as np
import pytest

from plumbline.warning import drift, drift_limits, drift_numbers
from services.bench import drift_table, warning_drifts


def test_a_month_is_added_by_hand() -> None:
    state = drift.State(np.array([0.5]), np.array([0.25]))
    found = drift.counts(state, np.array([4.0]), np.array([3.0]))
    assert found.up[0] == pytest.approx(0.5 + 4 * math.log(1.5) - 3 * 0.5)
    assert found.down[0] == pytest.approx(max(0.0, 0.25 - 4 * math.log(1.5) + 3 * (1 - 1 / 1.5)))


def test_a_month_of_shares_is_the_logarithm_of_the_likelihood_ratio() -> None:
    n, p, y = 12, 0.2, 5
    risen = 1.5 * p / (1 - p + 1.5 * p)
    by_hand = y * math.log(risen / p) + (n - y) * math.log((1 - risen) / (1 - p))
    found = drift.shares(drift.start((1,)), np.array([y]), np.array([n]), np.array([p]))
    assert found.up[0] == pytest.approx(by_hand)


def test_failures_falling_are_successes_rising() -> None:
    y, n, p = np.array([5, 1]), np.array([12, 12]), np.array([0.2, 0.35])
    one = drift.shares(drift.start((2,)), y, n, p)
    other = drift.shares(drift.start((2,)), n - y, n, 1 - p)
    assert one.up == pytest.approx(other.down)
    assert one.p_up == pytest.approx(other.p_down)


def test_an_alarm_starts_its_sum_again_and_leaves_the_other() -> None:
    found = drift.counts(drift.State(np.array([4.0]), np.array([1.0])), np.array([12.0]), np.array([5.0]))
    assert found.is_up.tolist() == [True]
    assert found.state.up[0] == 0.0 < found.up[0]
    assert not found.is_down[0]
    assert found.p_up[0] <= drift.FALSE_ALARMS


def test_a_month_that_is_not_known_leaves_the_sums() -> None:
    state = drift.State(np.array([2.0, 2.0]), np.array([1.0, 1.0]))
    found = drift.counts(state, np.array([np.nan, 3.0]), np.array([5.0, np.nan]))
    assert found.state.up.tolist() == [2.0, 2.0]
    assert found.state.down.tolist() == [1.0, 1.0]


def test_above_twenty_a_month_a_smaller_rise_is_looked_for() -> None:
    assert drift.factor(np.array([19.0, 20.0, 21.0])).tolist() == [1.5, 1.5, 1.3]


def test_limits_lie_between_their_cells_and_never_fall_with_the_court() -> None:
    mu = np.geomspace(0.05, 2000, 300)
    for up in (True, False):
        for r in (1.5, 1.3):
            found = drift_limits.of_counts(mu, np.full(300, r), up)
            assert (np.diff(found) >= 0).all()
    assert drift_limits.of_counts(np.array(5.0), np.array(1.5), True) == pytest.approx(drift_numbers.UP[11])


def test_the_stored_limits_are_those_of_the_script() -> None:
    place = drift_table.MEANS.index(1.0)
    assert drift_table.counts(1.0, 1.5, 1500 * 100 + place) == pytest.approx(drift_numbers.UP[place])


def test_twice_the_dispersion_is_half_the_information() -> None:
    one = drift.counts(drift.start((1,)), np.array([16.0]), np.array([10.0]), 2.0)
    assert one.up[0] == pytest.approx(8 * math.log(1.5) - 5 * 0.5)


def test_delays_are_those_of_the_reference_and_false_alarms_few() -> None:
    """2,000 charts: wide bounds; `make bench-warning` measures."""
    found = {one.name: one for one in warning_drifts.delays(77, 2000)}
    assert found["20 a month"].median <= 3
    assert found["5 a month"].median <= 7.5
    assert 15 <= found["1 a month"].median <= 24
    for one in found.values():
        assert one.first < 0.035
        assert one.later < 0.06
