"""A court beside its peers: a funnel wide enough for what courts differ in anyway, exact tails where counts are
few, and for few courts a prediction of each from the others. A distance, never an order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special  # type: ignore[import-untyped]  # scipy ships no types

from plumbline.warning import beta_binomials, limits
from plumbline.warning.histories import Floats, Integers

METHOD = "peers-funnel/1"
METHOD_FEW = "peers-predictive/1"
AMBER, RED = 1.96, 3.09  # 95 % and 99.8 %
WINSOR = 0.10
# Mean square of a standard normal whose tenth on each side is drawn in to its limit: 0.8 - 2 q f(q) + 0.2 q^2 at
# q = 1.28155. Without it the spread between courts is taken for a third less than it is, and every funnel is too narrow.
DRAWN_IN = 0.67866
FEW_CASES = 30
FEW_EVENTS = 10  # expected successes or failures, below which the arcsine is no normal
FEW_COURTS = 10
LEAST_KNOWN = 3  # courts without which nothing is said
BINOMIAL = 1e7
BISECTIONS = 24


@dataclass(frozen=True, slots=True)
class Funnel:
    """Of g indicators over k courts, (g, k): distance `z` from the courts' common figure in standard deviations;
    `p_high`, `p_low` one-sided tails; (g,): the common figure `centre`, `overdispersion` phi, and the variance
    between courts `between` on the transformed scale. NaN where a court has nothing."""

    z: Floats
    p_high: Floats
    p_low: Floats
    centre: Floats
    overdispersion: Floats
    between: Floats


def counts(observed: Floats | Integers, expected: Floats) -> Funnel:
    """Observed cases against those expected from the case mix, (g, k): y = ln(O / E), s = 1 / sqrt(E)
    (Spiegelhalter 2005, additive). With O = 0 or E < 30 the tail is that of a negative binomial with variance
    E (1 + E tau^2)."""
    o, e = np.asarray(observed, np.float64), np.asarray(expected, np.float64)
    known = (e > 0) & np.isfinite(o)
    e = np.where(known, e, 1.0)
    pooled = np.where(known, o, 0.0).sum(axis=-1) / np.maximum(np.where(known, e, 0.0).sum(axis=-1), 1e-12)
    # A zero is drawn to half a case for the spread alone; its own tail is exact.
    y = np.log(np.maximum(np.where(known, o, 1.0), 0.5) / e)
    middle, z, phi, tau2 = dispersed(y, 1.0 / np.sqrt(e * np.maximum(pooled, 1e-12)[..., None]), known)
    centre = np.exp(middle)
    few = (o == 0) | (e < FEW_CASES)
    mean = e * centre[..., None]
    wide = 1.0 + mean * tau2[..., None]
    high = 0.5 * (limits.at_least(o, mean, wide) + limits.at_least(o + 1.0, mean, wide))
    low = 0.5 * (limits.at_most(o, mean, wide) + limits.at_most(o - 1.0, mean, wide))
    return _told(z, high, low, few, known, centre, phi, tau2)


def shares(y: Floats | Integers, n: Floats | Integers) -> Funnel:
    """Shares y / n, (g, k): arcsine of the root, s = 1 / (2 sqrt(n)). With n < 30, y = 0, y = n or fewer than 10 expected
    successes or failures the tail is that of a beta-binomial with the same spread between courts: correlation 4 tau^2."""
    y, n = np.asarray(y, np.float64), np.asarray(n, np.float64)
    known = (n > 0) & np.isfinite(y)
    y, n = np.where(known, y, 0.0), np.where(known, n, 0.0)
    size = np.maximum(n, 1.0)
    middle, z, phi, tau2 = dispersed(np.arcsin(np.sqrt(y / size)), 0.5 / np.sqrt(size), known)
    centre = np.sin(middle) ** 2
    rare = n * np.minimum(centre, 1.0 - centre)[..., None] < FEW_EVENTS
    few = known & ((n < FEW_CASES) | (y == 0) | (y == n) | rare)
    high, low = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    if few.any():
        mean = np.broadcast_to(centre[..., None], y.shape)[few]
        correlation = np.clip(4.0 * np.broadcast_to(tau2[..., None], y.shape)[few], 1.0 / BINOMIAL, 0.5)
        args = (n[few], mean, 1.0 / correlation - 1.0)
        above = beta_binomials.at_least(y[few] + 1.0, *args)
        below = beta_binomials.at_most(y[few] - 1.0, *args)
        own = np.maximum(1.0 - above - below, 0.0)
        high[few], low[few] = above + own / 2.0, below + own / 2.0
    return _told(z, high, low, few, known, centre, phi, tau2)


def _told(
    z: Floats,
    high: Floats,
    low: Floats,
    few: NDArray[np.bool_],
    known: NDArray[np.bool_],
    centre: Floats,
    phi: Floats,
    tau2: Floats,
) -> Funnel:
    known = known & (known.sum(axis=-1, keepdims=True) >= LEAST_KNOWN)
    p_high = np.where(few, high, special.ndtr(-z))
    p_low = np.where(few, low, special.ndtr(z))
    kept = [np.where(known, part, np.nan) for part in (z, p_high, p_low)]
    return Funnel(kept[0], kept[1], kept[2], centre, phi, tau2)


def dispersed(value: Floats, s: Floats, known: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats, Floats]:
    """(centre, z, phi, tau2) of transformed figures (g, k) with standard errors `s`. z = (value - centre) /
    sqrt(s^2 + tau2), the centre weighted by the inverse of that variance. phi is the mean square of z at tau2 = 0 with a
    tenth on each side drawn in, over what a normal gives.

    Where K phi > K - 1, tau2 is such that the mean square drawn in, at tau2, is (K - 1) / K (Paule and Mandel 1982, drawn
    in). Spiegelhalter's (K phi - (K - 1)) / (sum w - sum w^2 / sum w) has the same aim, but where courts differ in size
    the great ones' z are drawn in far more than the small ones' and it came out a third too small."""
    k = np.maximum(known.sum(axis=-1), 1)
    aim = (k - 1.0) / k
    low = np.zeros(len(k)) if value.ndim > 1 else np.zeros(())
    _, phi = _drawn_in(value, s, known, low)
    high = np.where(phi > aim, 1.0, 0.0)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2.0
        _, square = _drawn_in(value, s, known, middle)
        low, high = np.where(square > aim, middle, low), np.where(square > aim, high, middle)
    tau2 = np.where(known.sum(axis=-1) >= LEAST_KNOWN, (low + high) / 2.0, 0.0)
    centre, _ = _drawn_in(value, s, known, tau2)
    return centre, (value - centre[..., None]) / np.sqrt(s**2 + tau2[..., None]), phi, tau2


def _drawn_in(value: Floats, s: Floats, known: NDArray[np.bool_], tau2: Floats) -> tuple[Floats, Floats]:
    """The centre, and the mean square drawn in over what a normal gives, at a given tau2."""
    wide = s**2 + tau2[..., None]
    weight = np.where(known, 1.0 / wide, 0.0)
    centre = (weight * np.where(known, value, 0.0)).sum(axis=-1) / np.maximum(weight.sum(axis=-1), 1e-12)
    z = np.where(known, (value - centre[..., None]) / np.sqrt(wide), np.nan)
    filled = np.where(known.any(axis=-1, keepdims=True), z, 0.0)
    low, high = np.nanquantile(filled, [WINSOR, 1.0 - WINSOR], axis=-1)
    drawn = np.clip(filled, low[..., None], high[..., None])
    return np.asarray(centre), np.asarray(np.nanmean(drawn**2, axis=-1) / DRAWN_IN)


def predictive_shares(y: Floats | Integers, n: Floats | Integers) -> tuple[Floats, Floats]:
    """For few courts: (p_high, p_low), (k,), of each court's share from all others: the posterior of (mean,
    strength) of a beta-binomial on a grid (flat in the logit of the mean's quantiles and in the logarithm of the
    strength, 2 to 2000), the court itself left out; tails with half of the observed count's own mass."""
    y, n = np.asarray(y, np.float64), np.asarray(n, np.float64)
    centre = np.clip((y.sum() + 0.5) / (n.sum() + 1.0), 1e-4, 1.0 - 1e-4)
    means = special.expit(special.logit(centre) + np.linspace(-2.0, 2.0, 33))
    m, s = (part.ravel() for part in np.meshgrid(means, np.geomspace(2.0, 2000.0, 13), indexing="ij"))
    a, b = (m * s)[:, None], ((1.0 - m) * s)[:, None]
    each = np.where(n > 0, special.betaln(y + a, n - y + b) - special.betaln(a, b), 0.0)
    weights = _left_out(each)
    high, low = np.full(len(y), np.nan), np.full(len(y), np.nan)
    for court in np.flatnonzero(n > 0):
        kept = np.flatnonzero(weights[:, court] > 1e-5)
        w = weights[kept, court] / weights[kept, court].sum()
        size = np.full(len(kept), n[court])
        above = float(w @ beta_binomials.at_least(np.full(len(kept), y[court] + 1.0), size, m[kept], s[kept]))
        below = float(w @ beta_binomials.at_most(np.full(len(kept), y[court] - 1.0), size, m[kept], s[kept]))
        own = max(0.0, 1.0 - above - below) / 2.0
        high[court], low[court] = above + own, below + own
    return high, low


def predictive_counts(observed: Floats | Integers, expected: Floats) -> tuple[Floats, Floats]:
    """The same of counts against expected ones: rate ~ Gamma(strength, strength / mean) on a grid, the tails are
    those of negative binomials."""
    o, e = np.asarray(observed, np.float64), np.asarray(expected, np.float64)
    centre = max((o.sum() + 0.5) / e.sum(), 1e-6)
    means = centre * np.exp(np.linspace(-2.0, 2.0, 41))
    m, shape = (part.ravel() for part in np.meshgrid(means, np.geomspace(0.5, 500.0, 16), indexing="ij"))
    mean, wide = m[:, None] * e, 1.0 + m[:, None] * e / shape[:, None]
    size = mean / (wide - 1.0)
    each = (
        special.gammaln(o + size)
        - special.gammaln(size)
        - size * np.log(wide)
        + o * (np.log(wide - 1.0) - np.log(wide))
    )
    weights = _left_out(each)
    above, below = limits.at_least(o + 1.0, mean, wide), limits.at_most(o - 1.0, mean, wide)
    own = np.maximum(1.0 - above - below, 0.0) / 2.0
    return np.asarray((weights * (above + own)).sum(axis=0)), np.asarray(
        (weights * (below + own)).sum(axis=0)
    )


def _left_out(each: Floats) -> Floats:
    """Posterior weights of the grid (points, k) for each court, from the log-likelihoods of all the others."""
    others = each.sum(axis=1, keepdims=True) - each
    weights = np.exp(others - others.max(axis=0, keepdims=True))
    return np.asarray(weights / weights.sum(axis=0, keepdims=True))
