"""Where a year will end: the level so far against last year's, the season's share of the year, and what both may
still do; for budgets, floors and ceilings of counts, and for ratios and means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import limits
from plumbline.warning.histories import Floats, Integers

METHOD = "year-end-count/2"
METHOD_RATIO = "year-end-ratio/2"
METHOD_MEAN = "year-end-mean/2"
LEVEL_CV = 0.25  # of a year's level around the court's own
DRAWS, SEED = 2000, 20_190_571
YEARLY, YEARLY_WEIGHT = (
    0.11,
    10.0,
)  # a share's logit from year to year before anything is known, and what that weighs
CORRELATION_MONTHS = 24.0  # what all courts together weigh in a court's correlation of the cases of a month
RED, AMBER, GREEN = (
    0.75,
    0.5,
    0.2,
)  # red set by simulation, for courts of 30 cases a year to be told by September
FIRST_MONTH = 2  # nothing is coloured before the end of February
NO_COLOUR, AT_GREEN, AT_OPEN, AT_AMBER, AT_RED = -1, 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Remaining:
    """What the rest of the year holds, negative binomial: `mean`, `dispersion` (variance over mean, at least 1);
    `level`, the year's expected whole."""

    mean: Floats
    dispersion: Floats
    level: Floats


@dataclass(frozen=True, slots=True)
class Projection:
    """Of each court: the expected year, the 80 and 95 % intervals (both ends held), the chance to miss the line."""

    expected: Floats
    low80: Floats
    high80: Floats
    low95: Floats
    high95: Floats
    p_miss: Floats


def season(months: Floats, workdays: Floats, workdays_now: Floats) -> Floats:
    """(13,): the share of the year before the end of each month, 0 first and 1 last. `months` (h, 12): cases of
    all courts together; `workdays` (h, 12) of those years and (12,) of this. Shares are of rates a working day, so
    that Lunar New Year counts in the month in which it falls this year."""
    rates = months / np.maximum(workdays, 0.5)
    mean = np.mean(rates / rates.sum(axis=1, keepdims=True), axis=0)
    due = mean * workdays_now
    return np.concatenate([[0.0], np.cumsum(due) / due.sum()])


def looseness(months: Floats, shares: Floats) -> tuple[float, float]:
    """(phi, c) of all courts together, from `months` (c, h, 12) and the season's cumulative `shares` (13,): phi the
    variance over mean of a month's cases, c how firmly yearly shares keep to the season, Var S = S (1 - S) / (c + 1).
    Pearson's sum of a court-year of N cases over its 11 degrees of freedom has mean phi + N / (c + 1): a straight line
    through all court-years, weighted twice by its own variance. phi at least 1, c 20 to 5000."""
    whole = months.sum(axis=-1).reshape(-1)
    due = months.sum(axis=-1, keepdims=True) * np.diff(shares)
    each = ((months - due) ** 2 / np.maximum(due, 1e-9)).sum(axis=-1).reshape(-1) / 11.0
    kept = whole > 0
    x, y = whole[kept], each[kept]
    phi, slope = max(float(y.mean()), 1.0), 0.0
    for _ in range(3):
        weight = (phi + slope * x) ** -2.0
        total = weight.sum()
        centre = float((weight * x).sum() / total), float((weight * y).sum() / total)
        across = float((weight * (x - centre[0]) ** 2).sum())
        slope = max(float((weight * (x - centre[0]) * (y - centre[1])).sum()) / max(across, 1e-12), 0.0)
        phi = max(centre[1] - slope * centre[0], 1.0)
    return phi, float(np.clip(1.0 / max(slope, 1e-9) - 1.0, 20.0, 5000.0))


def remaining(
    so_far: Floats | Integers,
    share: Floats | float,
    history: Floats,
    dispersion: Floats | float = 1.0,
    firmness: Floats | float = 300.0,
    years: int = 3,
    cv: float = LEVEL_CV,
    own_years: int = 3,
) -> Remaining:
    """`so_far` cases when `share` S of the season is over; `history`: cases expected of a year, of which `years` gave
    the season, and the court's own `own_years` gave it; `firmness` c. With a0 = 1 / (cv^2 (1 + 1 / own_years) + phi /
    (own_years history)), the spread of this year's level and of the past ones' mean, and the noise of the history,
    level ~ Gamma(a0 + Y / phi, a0 / history + S / phi), mean m, variance v,
    and w = (S / phi) / (a0 / history + S / phi), the rest has mean mu = m (1 - S) and variance
    phi mu + v (1 - S)^2 + mu^2 w^2 (1 + 1 / years) / ((c + 1) S (1 - S)). All broadcast together."""
    s = np.clip(np.asarray(share, np.float64), 1e-6, 1.0)
    phi = np.asarray(dispersion, np.float64)
    a0 = 1.0 / (cv**2 * (1.0 + 1.0 / own_years) + phi / (own_years * np.maximum(history, 1e-6)))
    shape, rate = a0 + np.asarray(so_far) / phi, a0 / np.maximum(history, 1e-6) + s / phi
    level = shape / rate
    left = 1.0 - s
    mean = level * left
    leaning = (s / phi) / rate
    loose = leaning**2 * (1.0 + 1.0 / years) / ((np.asarray(firmness) + 1.0) * s * np.maximum(left, 1e-9))
    variance = phi * mean + shape / rate**2 * left**2 + mean**2 * loose
    wide = np.maximum(variance / np.maximum(mean, 1e-12), 1.0)
    return Remaining(np.asarray(mean), np.asarray(wide), np.asarray(np.asarray(so_far) + mean))


def counts(so_far: Floats | Integers, rest: Remaining, line: Floats, direction: int) -> Projection:
    """The year of counts: `line` in cases, met at the line itself; `direction` +1 a budget or ceiling (more is a
    miss), -1 a floor. The intervals are those of `interval`."""
    y = np.asarray(so_far, np.float64)
    gap = np.asarray(line, np.float64) - y
    if direction > 0:
        missed = limits.at_least(np.floor(gap) + 1.0, rest.mean, rest.dispersion)
    else:
        missed = limits.at_most(np.ceil(gap) - 1.0, rest.mean, rest.dispersion)
    ends = [y + end for share in (0.8, 0.95) for end in interval(rest, share)]
    return Projection(rest.level, ends[0], ends[1], ends[2], ends[3], missed)


def interval(rest: Remaining, share: float) -> tuple[Floats, Floats]:
    """Both ends, held. Every whole whose two tails, with half of its own mass, exceed what the interval leaves out; and
    then one end moved by one, where that brings what is held nearer to `share`: a court of a few cases has no interval
    of 80 in 100, and the one above it would hold too much."""
    low, high = (half_mass(rest, (1.0 + sign * share) / 2.0) for sign in (-1.0, 1.0))

    def held(low: Floats, high: Floats) -> Floats:
        below, upto = (limits.at_most(end, rest.mean, rest.dispersion) for end in (low - 1.0, high))
        return np.where(high >= low, upto - below, -1.0)

    ends, apart = (low, high), np.abs(held(low, high) - share)
    for left, right in ((1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 1.0)):
        moved = np.maximum(low + left, 0.0), high + right
        distance = np.abs(held(*moved) - share)
        nearer = distance < apart - 1e-12
        ends = np.where(nearer, moved[0], ends[0]), np.where(nearer, moved[1], ends[1])
        apart = np.where(nearer, distance, apart)
    return ends


def half_mass(rest: Remaining, share: float) -> Floats:
    """The end of a mid-p interval: with M(q) = P(R < q) + P(R = q) / 2, for a share below a half the least q with
    M(q) > share, above it the greatest q with M(q) < share."""
    found = limits.quantile(rest.mean, rest.dispersion, share).astype(np.float64)
    mass = [limits.at_most(found - back, rest.mean, rest.dispersion) for back in (0.0, 1.0)]
    middle = 0.5 * (mass[0] + mass[1])
    if share < 0.5:
        return np.where(middle > share, found, found + 1.0)
    return np.where(middle < share, found, np.maximum(found - 1.0, 0.0))


def ratios(
    y: Integers,
    n: Integers,
    rest: Remaining,
    prior_mean: Floats,
    prior_strength: Floats,
    line: Floats,
    direction: int,
    seed: int = SEED,
    draws: int = DRAWS,
    correlation: Floats | None = None,
    months: tuple[float, float] = (6.0, 6.0),
) -> Projection:
    """The year of shares y / n, (c,): the rest of the denominator as `remaining` gives it, the rest of the numerator
    beta-binomial with Beta(m s + y, (1 - m) s + n - y). Every court draws from the same seed, so that a court's answer
    depends on no other's and replays bit for bit. With the `correlation` of the cases of a month (c,) and the `months`
    gone and left, the cases so far count for as many as independent ones would, and the rest's months go apart."""
    drawn = np.empty((len(y), draws))
    for court in range(len(y)):
        random = np.random.default_rng(seed)
        more = _negative_binomial(random, float(rest.mean[court]), float(rest.dispersion[court]), draws)
        rho = 0.0 if correlation is None else float(correlation[court])
        worth = 1.0 / (1.0 + max(n[court] / max(months[0], 1.0) - 1.0, 0.0) * rho)
        a = prior_mean[court] * prior_strength[court] + worth * y[court]
        b = (1.0 - prior_mean[court]) * prior_strength[court] + worth * (n[court] - y[court])
        # A prior of none or all, and cases that agree with it, leave nothing on the other side.
        level = random.beta(max(a, 1e-9), max(b, 1e-9), draws)
        if rho > 0.0:
            firm = max(max(months[1], 0.5) / rho - 1.0, 1.0)
            level = random.beta(np.maximum(level * firm, 1e-9), np.maximum((1.0 - level) * firm, 1e-9))
        successes = random.binomial(more, level)
        drawn[court] = (y[court] + successes) / np.maximum(n[court] + more, 1)
    return _of_draws(drawn, line, direction)


def correlation(y: Floats, n: Floats) -> Floats:
    """Of each court's cases within a month, (c,), from months (c, t) of whole years, NaN where there is none: Pearson's
    sum around each year's share has mean 1 + (n - 1) rho a month. A court's own, drawn to that of all together; 0 to .1."""
    years = y.shape[1] // 12
    kept = slice(y.shape[1] - 12 * years, None)
    known = np.isfinite(y[:, kept]) & np.isfinite(n[:, kept]) & (n[:, kept] > 0)
    above, below = (np.where(known, one[:, kept], 0.0).reshape(len(y), years, 12) for one in (y, n))
    whole = np.maximum(below.sum(axis=2, keepdims=True), 1.0)
    share = np.clip(above.sum(axis=2, keepdims=True) / whole, 0.5 / whole, 1.0 - 0.5 / whole)
    each = (above - below * share) ** 2 / np.maximum(share * (1.0 - share), 1e-12)
    due = np.where(below > 0, below * (1.0 - below / whole), 0.0)
    extra = (each - due).sum(axis=(1, 2))
    pairs = (below * np.maximum(below - 1.0, 0.0)).sum(axis=(1, 2))
    every = extra.sum() / max(float(pairs.sum()), 1.0)
    sure = due.sum(axis=(1, 2)) ** 2 / np.maximum(2.0 * (due**2).sum(axis=(1, 2)), 1e-9)
    own = extra / np.maximum(pairs, 1.0)
    drawn = (sure * own + CORRELATION_MONTHS * every) / (sure + CORRELATION_MONTHS)
    return np.asarray(np.clip(drawn, 0.0, 0.1))


def moving(y: Floats, n: Floats, alike: Floats) -> float:
    """The variance of the yearly levels of shares, on the logit, one for all courts, from months (c, t) of whole years and
    the correlation of the cases of a month: what is between one year and the next beyond sampling."""
    years = y.shape[1] // 12
    kept = slice(y.shape[1] - 12 * years, None)
    above, below = (np.nan_to_num(one[:, kept]).reshape(len(y), years, 12).sum(axis=2) for one in (y, n))
    if years < 2:
        return YEARLY**2
    share = (above + 0.5) / (below + 1.0)
    worth = 1.0 + np.maximum(below / 12.0 - 1.0, 0.0) * alike[:, None]
    var = worth / np.maximum((below + 1.0) * share * (1.0 - share), 0.25)
    logit = np.log(share / (1.0 - share))
    noise = (var[:, 1:] + var[:, :-1]) / 2.0
    apart = np.diff(logit, axis=1) ** 2 / 2.0 - noise
    sure = np.where((below[:, 1:] > 0) & (below[:, :-1] > 0), (YEARLY**2 / (YEARLY**2 + noise)) ** 2, 0.0)
    found = ((sure * apart).sum() + YEARLY_WEIGHT * YEARLY**2) / (sure.sum() + YEARLY_WEIGHT)
    return float(max(found, 0.02**2))


def means(
    total: Floats,
    n: Integers,
    rest: Remaining,
    mean: Floats,
    mean_error: Floats,
    deviation: Floats,
    line: Floats,
    direction: int,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Projection:
    """The year's mean, such as days a case, (c,): `total` of the `n` cases so far; the rest's own mean ~
    N(mean, mean_error^2), each case around it with standard `deviation`; the rest's cases as in `ratios`."""
    drawn = np.empty((len(n), draws))
    for court in range(len(n)):
        random = np.random.default_rng(seed)
        more = _negative_binomial(random, float(rest.mean[court]), float(rest.dispersion[court]), draws)
        level = random.normal(mean[court], mean_error[court], draws)
        added = more * level + np.sqrt(more) * deviation[court] * random.standard_normal(draws)
        drawn[court] = (total[court] + added) / np.maximum(n[court] + more, 1)
    return _of_draws(drawn, line, direction)


def _negative_binomial(random: np.random.Generator, mean: float, dispersion: float, draws: int) -> Integers:
    if dispersion <= 1.0 + 1e-9 or mean <= 0.0:
        return random.poisson(max(mean, 0.0), draws)
    return random.poisson(random.gamma(mean / (dispersion - 1.0), dispersion - 1.0, draws))


def _of_draws(drawn: Floats, line: Floats, direction: int) -> Projection:
    beyond = drawn > line[:, None] if direction > 0 else drawn < line[:, None]
    ends = np.quantile(drawn, [0.1, 0.9, 0.025, 0.975], axis=1)
    return Projection(drawn.mean(axis=1), ends[0], ends[1], ends[2], ends[3], beyond.mean(axis=1))


def colours(p_miss: Floats, first_month: int = 1) -> NDArray[np.int8]:
    """Of chances at successive month ends (..., t), the first of them at the end of `first_month`: red where P is .75
    or more twice running, amber from .5, green up to .2, else open; no colour before the end of February, and a red
    counts only months from then on. NaN has no colour and breaks a run."""
    month = np.arange(p_miss.shape[-1]) + first_month
    high = (p_miss >= RED) & (month >= FIRST_MONTH)
    twice = high.copy()
    twice[..., 0] = False
    twice[..., 1:] &= high[..., :-1]
    plain = np.where(p_miss >= AMBER, AT_AMBER, np.where(p_miss <= GREEN, AT_GREEN, AT_OPEN))
    colour = np.where(twice, AT_RED, plain)
    return np.where((month < FIRST_MONTH) | ~np.isfinite(p_miss), NO_COLOUR, colour).astype(np.int8)
