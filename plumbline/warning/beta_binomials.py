"""The beta-binomial: a share that differs from period to period or court to court, counted in n cases. `mean` is
the mean share, `strength` a + b of the beta; the correlation within n cases is 1 / (strength + 1)."""

from __future__ import annotations

import numpy as np
from scipy import special  # type: ignore[import-untyped]  # scipy ships no types

from plumbline.warning.histories import Floats, Integers

CELLS = 2_000_000  # probabilities held at once
STRONGEST = 1e9  # beyond it the binomial is meant
EDGE = 1e-9  # a mean share is never nearer to 0 or 1
LEAST_STRENGTH, STEPS, POINTS, NARROWINGS = 0.5, 7, 13, 16


def at_most(count: Floats | Integers, n: Floats | Integers, mean: Floats, strength: Floats) -> Floats:
    """P(Y <= count), elementwise, by summing the mass exactly."""
    y, size, m, s = (
        part.ravel()
        for part in np.broadcast_arrays(*(np.asarray(x, np.float64) for x in (count, n, mean, strength)))
    )
    shape = np.broadcast_shapes(*(np.shape(part) for part in (count, n, mean, strength)))
    found = np.empty(len(y))
    order = np.argsort(np.where(y > size / 2, size - y, y), kind="stable")
    start = 0
    while start < len(order):
        step = _fitting(np.minimum(y, size - y)[order[start:]])
        rows = order[start : start + step]
        found[rows] = _at_most(y[rows], size[rows], m[rows], s[rows])
        start += step
    return found.reshape(shape)


def at_least(count: Floats | Integers, n: Floats | Integers, mean: Floats, strength: Floats) -> Floats:
    """P(Y >= count), elementwise: of the failures, n - Y, at most n - count."""
    size = np.asarray(n, np.float64)
    return at_most(size - np.asarray(count, np.float64), size, 1.0 - np.asarray(mean, np.float64), strength)


def _fitting(terms: Floats) -> int:
    """How many of these rows, in rising order of terms, are summed at once."""
    wide = np.maximum(terms + 1.0, 1.0) * np.arange(1, len(terms) + 1)
    return max(1, int(np.searchsorted(wide, CELLS, side="right")))


def _at_most(y: Floats, n: Floats, mean: Floats, strength: Floats) -> Floats:
    """Sums the shorter side of the mass of each row."""
    far = y > n / 2  # then the failures below n - y are summed, and what they hold is taken from 1
    last = np.where(far, n - y - 1.0, y)
    m = np.clip(np.where(far, 1.0 - mean, mean), EDGE, 1.0 - EDGE)
    s = np.minimum(strength, STRONGEST)
    total = np.zeros(len(y))
    rows = np.flatnonzero((last >= 0) & (n >= 0))
    if len(rows):
        total[rows] = _below(last[rows], n[rows], (m * s)[rows], ((1.0 - m) * s)[rows])
    total = np.clip(total, 0.0, 1.0)
    return np.where(y < 0, 0.0, np.where(y >= n, 1.0, np.where(far, 1.0 - total, total)))


def _below(last: Floats, n: Floats, a: Floats, b: Floats) -> Floats:
    """Sum of the mass from `last` down to 0, each term from the one above it."""
    j = last[:, None] - np.arange(int(last.max()))[None, :]
    left = n[:, None] - j
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        ratio = np.where(j >= 1, j * (left + b[:, None]) / ((left + 1.0) * (j - 1.0 + a[:, None])), 0.0)
        whole = np.exp(_log_mass(last, n, a, b)) * (1.0 + np.cumprod(ratio, axis=1).sum(axis=1))
    return np.where(np.isfinite(whole), whole, 1.0)  # a term too small to hold, far above the mean


def _log_mass(y: Floats, n: Floats, a: Floats, b: Floats) -> Floats:
    ways = special.gammaln(n + 1.0) - special.gammaln(y + 1.0) - special.gammaln(n - y + 1.0)
    share = a / (a + b)
    plain = y * np.log(share) + (n - y) * np.log1p(-share)
    mixed = special.betaln(y + a, n - y + b) - special.betaln(a, b)
    return np.asarray(ways + np.where(a + b >= STRONGEST, plain, mixed))


def log_likelihood(y: Floats, n: Floats, mean: Floats, strength: Floats) -> Floats:
    """Of groups (g, k) of courts under one (mean, strength) a group, (g,); without the binomial coefficients."""
    a, b = (mean * strength)[..., None], ((1.0 - mean) * strength)[..., None]
    each = special.betaln(y + a, n - y + b) - special.betaln(a, b)
    return np.asarray(each.sum(axis=-1))


def fit(y: Floats | Integers, n: Floats | Integers, cap: float = 200.0) -> tuple[Floats, Floats]:
    """Maximum likelihood of (mean, strength) of each group: `y`, `n` (g, k), n = 0 where a court has none; gives
    (g,) and (g,). The strength is sought between 0.5 and `cap`: a grid over its logarithm, then golden section;
    the mean for a given strength by Newton's steps, as the likelihood is concave in it. Groups without a success
    or without a failure get the cap, and half a case."""
    successes, size = np.asarray(y, np.float64), np.asarray(n, np.float64)
    low, high = np.log(LEAST_STRENGTH), np.log(cap)
    grid = np.linspace(low, high, POINTS)
    pooled = (successes.sum(axis=1) + 0.5) / (size.sum(axis=1) + 1.0)
    tried = [profile(successes, size, np.full(len(pooled), point), pooled)[0] for point in grid]
    best = np.argmax(np.stack(tried), axis=0)
    left, right = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, POINTS - 1)]
    golden = (np.sqrt(5.0) - 1.0) / 2.0
    for _ in range(NARROWINGS):
        one, two = right - golden * (right - left), left + golden * (right - left)
        better = profile(successes, size, one, pooled)[0] > profile(successes, size, two, pooled)[0]
        left, right = np.where(better, left, one), np.where(better, two, right)
    log_strength = np.where(
        best == POINTS - 1, np.where(right > high - 1e-3, high, right), (left + right) / 2.0
    )
    flat = (successes.sum(axis=1) <= 0) | (successes.sum(axis=1) >= size.sum(axis=1))
    log_strength = np.where(flat, high, log_strength)
    mean = profile(successes, size, log_strength, pooled)[1]
    return np.where(flat, pooled, mean), np.exp(log_strength)


def profile(y: Floats, n: Floats, log_strength: Floats, start: Floats) -> tuple[Floats, Floats]:
    """The greatest log-likelihood over the mean at a given strength, (g,), and that mean."""
    s = np.exp(log_strength)[:, None]
    mean = np.clip(start, 1e-6, 1.0 - 1e-6)
    low, high = np.full(len(mean), 1e-9), np.full(len(mean), 1.0 - 1e-9)
    for _ in range(STEPS):
        a, b = mean[:, None] * s, (1.0 - mean[:, None]) * s
        slope = (special.psi(y + a) - special.psi(a) - special.psi(n - y + b) + special.psi(b)).sum(axis=1)
        bend = sum(special.polygamma(1, x) - special.polygamma(1, z) for x, z in ((y + a, a), (n - y + b, b)))
        curve = np.asarray(bend).sum(axis=1) * s[:, 0]
        low, high = np.where(slope > 0, mean, low), np.where(slope > 0, high, mean)
        moved = mean - slope / np.minimum(curve, -1e-12)
        mean = np.where((moved >= low) & (moved <= high), moved, (low + high) / 2.0)
    return log_likelihood(y, n, mean, s[:, 0]), mean
