"""The best that can be said of an invented year: the chance to miss its line given its months so far, by who knows how
years are drawn. No method; what a method is held against."""

from __future__ import annotations

import numpy as np
from scipy import special, stats  # type: ignore[import-untyped]  # scipy ships no types

from plumbline.warning import limits
from plumbline.warning.histories import Floats, Integers
from services.bench import court_series

LEVEL_CV, PHI, FIRMNESS = 0.15, 1.5, 300.0
SHIFTS = (0.75, 1.0, 1.25)
DUE = court_series.SEASON * np.array([0.9, 0.75] + [1.0] * 10)
DUE = DUE / DUE.sum()  # each month's share of a year
LEVELS = np.linspace(-2.4, 2.4, 65)  # logarithms of a year's level around the court's past mean
CENTRES = np.linspace(-1.5, 1.5, 25)  # and of what its levels lie around
SHARES = (np.arange(9) + 0.5) / 9.0


def chances(
    so_far: Integers | Floats, month: int, line: Floats, direction: int, totals: Floats, size: float
) -> tuple[Floats, Floats]:
    """The chance to miss of each court (c,), from its cases `so_far` at the end of `month` and the `totals` (c, 3) of its
    three years, and the same knowing that its levels lie around `size`; by sums over grids of level and share."""
    base = totals.mean(axis=1)[:, None] + 0.7
    level = base * np.exp(LEVELS)
    unknown = np.zeros_like(level)
    centres = base * np.exp(CENTRES)
    weights = np.exp(past(totals, centres))
    for place in range(len(CENTRES)):
        unknown += weights[:, place : place + 1] * around(level, centres[:, place : place + 1])
    over = float(DUE[:month].sum())
    share = stats.beta.ppf(SHARES, FIRMNESS * over, FIRMNESS * (1.0 - over))
    rest, gap = level[..., None] * (1.0 - share), (line - so_far)[:, None, None]
    phi = np.array(PHI)
    above, below = np.floor(gap) + 1.0, np.ceil(gap) - 1.0
    missed = limits.at_least(above, rest, phi) if direction > 0 else limits.at_most(below, rest, phi)
    log_seen = limits.log_mass(np.asarray(so_far, np.float64)[:, None, None], level[..., None] * share, phi)
    seen = np.exp(log_seen - log_seen.max(axis=(1, 2), keepdims=True))
    found = []
    for prior in (unknown, around(level, np.array(float(size)))):
        mass = seen * prior[..., None]
        found.append((mass * missed).sum(axis=(1, 2)) / mass.sum(axis=(1, 2)))
    return found[0], found[1]


def around(level: Floats, centre: Floats) -> Floats:
    """The density of this year's log level around a court's centre, shifted or not."""
    return np.asarray(sum(density(np.log(level / centre) - np.log(shift)) for shift in SHIFTS))


def density(apart: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * ((apart + LEVEL_CV**2 / 2.0) / LEVEL_CV) ** 2))


def past(totals: Floats, centres: Floats) -> Floats:
    """Log likelihood of the past years' totals at each centre (c, g), the greatest 0; levels summed over."""
    nodes, weights = special.roots_hermitenorm(15)
    levels = centres[..., None] * np.exp(LEVEL_CV * nodes - LEVEL_CV**2 / 2.0)
    whole = np.zeros_like(centres)
    for year in range(totals.shape[1]):
        mass = np.exp(limits.log_mass(totals[:, year, None, None], levels, np.array(PHI)))
        whole += np.log(mass @ (weights / weights.sum()) + 1e-300)
    return np.asarray(whole - whole.max(axis=1, keepdims=True))
