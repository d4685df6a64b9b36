"""Small persistent shifts: a cumulative sum of log-likelihood ratios for each direction, two numbers of state a
series (Page 1954; Steiner et al. 2000), with limits set for two false alarms in a hundred court-years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import drift_limits
from plumbline.warning.histories import Floats, Integers

METHOD = "drift/1"
FALSE_ALARMS = 0.02  # a court-year and direction
FACTOR, FACTOR_LARGE, LARGE = (
    1.5,
    1.3,
    20.0,
)  # what is looked for; above `LARGE` cases a month the smaller one


@dataclass(frozen=True, slots=True)
class State:
    """The sums of both directions, of any shape, at least 0; 0 at the start and after an alarm."""

    up: Floats
    down: Floats


@dataclass(frozen=True, slots=True)
class Step:
    """One month: the state after it (0 where it alarmed), the sums before that, the alarms, and for each sum the
    chance that a chart without change reaches it within a year of its start."""

    state: State
    up: Floats
    down: Floats
    is_up: NDArray[np.bool_]
    is_down: NDArray[np.bool_]
    p_up: Floats
    p_down: Floats


def start(shape: tuple[int, ...]) -> State:
    return State(np.zeros(shape), np.zeros(shape))


def factor(mu: Floats) -> Floats:
    """The rise that is looked for: 1.5, above 20 expected cases a month 1.3; its inverse for a fall."""
    return np.where(np.asarray(mu) > LARGE, FACTOR_LARGE, FACTOR)


def counts(state: State, y: Floats | Integers, mu: Floats, dispersion: Floats | float = 1.0) -> Step:
    """One month of counts `y` with expected means `mu`, Poisson: S = max(0, S + y ln r - mu (r - 1)), with
    r = 1.5 or 1.3 and its inverse. With variance `dispersion` times the mean, y and mu are divided by it (the
    quasi-likelihood's ratio, and the limit of a chart with as much information). A month that is not known (NaN)
    leaves the state."""
    phi = np.asarray(dispersion, np.float64)
    r = factor(mu)
    known = np.isfinite(np.asarray(y, np.float64) + mu)
    value, mean = np.where(known, y, 0.0) / phi, np.where(known, mu, 0.0) / phi
    up = np.where(known, value * np.log(r) - mean * (r - 1.0), 0.0)
    down = np.where(known, -value * np.log(r) + mean * (1.0 - 1.0 / r), 0.0)
    return _step(
        state, up, down, drift_limits.of_counts(mean, r, True), drift_limits.of_counts(mean, r, False), known
    )


def shares(state: State, y: Floats | Integers, n: Floats | Integers, p: Floats) -> Step:
    """One month of `y` in `n` cases with expected share `p`: odds 1.5 times as great, and 1 / 1.5. n = 1 is the
    Bernoulli chart. The limits are those of a month with n p q as now: a month's size hardly moves them."""
    known = np.isfinite(np.asarray(y, np.float64) + n + p) & (np.asarray(n) > 0)
    value, size = np.where(known, y, 0.0), np.where(known, n, 0.0)
    up, down = (_ratio(value, size, np.where(known, p, 0.5), odds) for odds in (FACTOR, 1.0 / FACTOR))
    most = [drift_limits.of_shares(size, q) for q in (np.where(known, p, 0.5), 1.0 - np.where(known, p, 0.5))]
    return _step(state, up, down, most[0], most[1], known)


def _ratio(y: Floats, n: Floats, p: Floats, odds: float) -> Floats:
    """The log-likelihood ratio of y in n at odds times the odds of p: y ln(odds) - n ln(1 - p + odds p)."""
    return np.asarray(y * np.log(odds) - n * np.log(1.0 - p + odds * p))


def _step(
    state: State, up: Floats, down: Floats, limit_up: Floats, limit_down: Floats, known: NDArray[np.bool_]
) -> Step:
    above, below = np.maximum(state.up + up, 0.0), np.maximum(state.down + down, 0.0)
    is_up, is_down = known & (above >= limit_up), known & (below >= limit_down)
    after = State(np.where(is_up, 0.0, above), np.where(is_down, 0.0, below))
    p_up, p_down = chance(above, limit_up), chance(below, limit_down)
    return Step(after, above, below, is_up, is_down, p_up, p_down)


def chance(reached: Floats, limit: Floats) -> Floats:
    """FALSE_ALARMS exp(limit - sum), at most 1: .02 at the limit, and beyond it the tail of a sum of log-likelihood
    ratios falls as exp(-sum) (Lundberg's exponent is 1, as E exp(ratio) = 1 without change)."""
    return np.asarray(np.minimum(FALSE_ALARMS * np.exp(np.minimum(limit - reached, 50.0)), 1.0))
