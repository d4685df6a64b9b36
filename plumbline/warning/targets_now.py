"""A court's figure against its target, as of now: the chance that what lies behind a small number is beyond the
line, with the courts of the same level as the prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special  # type: ignore[import-untyped]  # scipy ships no types

from plumbline.warning import beta_binomials
from plumbline.warning.histories import Floats, Integers

METHOD = "target-now-ratio/1"
METHOD_MEANS = "target-now-mean/1"
STRENGTH_CAP = 200.0  # a prior never weighs more than 200 cases
SMALL = 5  # with fewer cases the answer is 样本过少, and no colour
AMBER, RED = 0.87, 0.95  # amber set by simulation for at most .3 false warnings a court-year over 30 shares
SAMPLE_SMALL, CALM, AT_AMBER, AT_RED = -1, 0, 1, 2
MOVING_RANGE = 2.66  # limits of an individuals chart: mean +- 2.66 mean moving range


@dataclass(frozen=True, slots=True)
class Standing:
    """Of each court and indicator: `beyond`, the chance that the true figure is beyond the line on the bad side;
    `shrunken`, the posterior mean in the unit of the figure; `prior_weight`, the prior's part in it, 0 to 1;
    `state`: -1 small sample, 0 calm, 1 amber, 2 red."""

    beyond: Floats
    shrunken: Floats
    prior_weight: Floats
    state: NDArray[np.int8]


def prior(y: Floats | Integers, n: Floats | Integers, cap: float = STRENGTH_CAP) -> tuple[Floats, Floats]:
    """(mean, strength), each (g,), of g indicators over k courts of one level: `y`, `n` (g, k). Beta-binomial
    maximum likelihood (beta_binomials.fit)."""
    return beta_binomials.fit(y, n, cap)


def ratios(
    y: Floats | Integers,
    n: Floats | Integers,
    prior_mean: Floats,
    prior_strength: Floats,
    line: Floats,
    direction: Integers,
) -> Standing:
    """Shares y / n against `line` (0 to 1), all arguments broadcast together; `direction` +1 where more is bad,
    -1 where less is. theta | y ~ Beta(m s + y, (1 - m) s + n - y)."""
    y, n = np.asarray(y, np.float64), np.asarray(n, np.float64)
    a, b = prior_mean * prior_strength + y, (1.0 - prior_mean) * prior_strength + n - y
    below = special.betainc(a, b, line)
    beyond = np.where(np.asarray(direction) > 0, special.betaincc(a, b, line), below)
    weight = prior_strength / (prior_strength + n)
    return Standing(beyond, a / (a + b), np.broadcast_to(weight, beyond.shape).copy(), state(beyond, n))


def state(beyond: Floats, n: Floats) -> NDArray[np.int8]:
    """The colour of a chance; none below five cases."""
    colour = np.where(beyond >= RED, AT_RED, np.where(beyond >= AMBER, AT_AMBER, CALM))
    return np.where(n < SMALL, SAMPLE_SMALL, colour).astype(np.int8)


def assurance(months: Floats, line: Floats, direction: Integers) -> NDArray[np.int8]:
    """Whether a process as it is will meet its line, of series (s, t) of monthly means in days: 1 it will pass
    in every month (持续达标), -1 it will fail in every month, 0 now one, now the other (或达或不达). Limits:
    mean +- 2.66 mean moving range (NHS England, Making Data Count)."""
    centre = np.nanmean(months, axis=-1)
    wide = MOVING_RANGE * np.nanmean(np.abs(np.diff(months, axis=-1)), axis=-1)
    above, below = line > centre + wide, line < centre - wide
    sign = np.where(np.asarray(direction) > 0, 1, -1)
    return (sign * np.where(above, 1, np.where(below, -1, 0))).astype(np.int8)
