"""Tails and limits of a count with mean `mean` and variance `dispersion * mean`: negative binomial, and Poisson
where the dispersion is 1."""

from __future__ import annotations

import numpy as np
from scipy import special  # type: ignore[import-untyped]  # scipy ships no types

from plumbline.warning.histories import Floats, Integers


def at_least(count: Floats | Integers, mean: Floats, dispersion: Floats) -> Floats:
    """P(Y >= count), elementwise. A small value says that the count is high."""
    y, mu, phi = np.broadcast_arrays(*(np.asarray(part, np.float64) for part in (count, mean, dispersion)))
    positive = np.maximum(y, 1.0)
    over = np.maximum(phi - 1.0, 1e-9)
    wide = special.betainc(positive, np.maximum(mu / over, 1e-300), over / (1.0 + over))
    plain = special.gammainc(positive, mu)
    return np.where(y <= 0, 1.0, np.where(phi > 1.0 + 1e-9, wide, plain))


def at_most(count: Floats | Integers, mean: Floats, dispersion: Floats) -> Floats:
    """P(Y <= count), elementwise. A small value says that the count is low."""
    y, mu, phi = np.broadcast_arrays(*(np.asarray(part, np.float64) for part in (count, mean, dispersion)))
    above = np.maximum(y, 0.0) + 1.0
    over = np.maximum(phi - 1.0, 1e-9)
    wide = special.betainc(np.maximum(mu / over, 1e-300), above, 1.0 / (1.0 + over))
    plain = special.gammaincc(above, mu)
    return np.where(y < 0, 0.0, np.where(phi > 1.0 + 1e-9, wide, plain))


def log_mass(count: Floats | Integers, mean: Floats, dispersion: Floats) -> Floats:
    """log P(Y = count), elementwise."""
    y, mu, phi = np.broadcast_arrays(*(np.asarray(part, np.float64) for part in (count, mean, dispersion)))
    over = np.maximum(phi - 1.0, 1e-6)
    size = np.maximum(mu / over, 1e-300)
    ways = special.gammaln(y + size) - special.gammaln(size)
    wide = ways - size * np.log1p(over) + y * (np.log(over) - np.log1p(over))
    plain = y * np.log(np.maximum(mu, 1e-300)) - mu
    return np.asarray(np.where(phi > 1.0 + 1e-6, wide, plain) - special.gammaln(y + 1.0))


def upper(mean: Floats, dispersion: Floats, alpha: float) -> Integers:
    """The least q with P(Y <= q) >= 1 - alpha: a count above it is beyond the limit."""
    return quantile(mean, dispersion, 1.0 - alpha)


def lower(mean: Floats, dispersion: Floats, alpha: float) -> Integers:
    """The least q with P(Y <= q) > alpha: a count below it is beyond the limit; 0 means that none can be."""
    return quantile(mean, dispersion, float(np.nextafter(alpha, 1.0)))


def quantile(mean: Floats, dispersion: Floats, share: float) -> Integers:
    """The least integer q with P(Y <= q) >= share, by bisection."""
    mu, phi = np.broadcast_arrays(np.asarray(mean, np.float64), np.asarray(dispersion, np.float64))
    high = np.ceil(mu + 10.0 * np.sqrt(mu * phi) + 10.0)
    while (short := at_most(high, mu, phi) < share).any():
        high = np.where(short, high * 2.0, high)
    low = np.full_like(high, -1.0)
    while ((high - low) > 1.0).any():
        middle = np.floor((low + high) / 2.0)
        enough = at_most(middle, mu, phi) >= share
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return np.asarray(high, np.int64)
