"""Counts with less than three years of history: the season of all courts together, the court's own level so far,
and only a soft warning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import limits
from plumbline.warning.histories import Floats, Integers

METHOD = "cold-start/1"
ALPHA = 0.01
PRIOR_CV = 0.5  # of a court's level around what is expected of a court of its size


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Of each court: the expectation of the period, the dispersion it was judged with, the tail of each side, and
    whether it is amber there. There is no red."""

    expected: Floats
    dispersion: Floats
    high: Floats
    low: Floats
    is_high: NDArray[np.bool_]
    is_low: NDArray[np.bool_]


def season(pooled: Floats) -> Floats:
    """(periods,): each place's share of the year, summing to 1, from counts of all courts together (years,
    periods); every year weighs alike. NaN where a period is not known."""
    shares = np.nanmean(pooled / np.nansum(pooled, axis=1, keepdims=True), axis=0)
    return np.asarray(shares / shares.sum())


def judge(
    count: Floats | Integers,
    share: float,
    before: Floats | Integers,
    exposed: Floats,
    level: Floats,
    dispersion: Floats | float,
    alpha: float = ALPHA,
) -> Verdicts:
    """One period of every court (s,). `share`: this period's share of the year; `before`: the court's own cases
    so far, in periods that hold `exposed` years' shares in sum; `level`: cases a year expected of such a court.

    With a0 = 1 / CV^2: own level ~ Gamma(a0 + before / phi, a0 / level + exposed / phi); the count then has mean
    share * E(level) and variance phi * mean + share^2 * Var(level), as a negative binomial."""
    phi = np.broadcast_to(np.asarray(dispersion, np.float64), np.shape(count))
    a0 = PRIOR_CV**-2
    shape, rate = a0 + np.asarray(before, np.float64) / phi, a0 / np.maximum(level, 1e-9) + exposed / phi
    mean: Floats = np.asarray(share * shape / rate, np.float64)
    wide: Floats = np.asarray(phi + share**2 * shape / rate**2 / np.maximum(mean, 1e-12), np.float64)
    high, low = limits.at_least(count, mean, wide), limits.at_most(count, mean, wide)
    return Verdicts(mean, wide, high, low, high <= alpha, low <= alpha)
