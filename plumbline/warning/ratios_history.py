"""Shares against their own history: quasi-binomial regression on the same layout as counts, a beta-binomial for
what the next periods hold, and the sum of the last two periods beside the last alone, both sides."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import beta_binomials, expectations, histories, quasi_binomial
from plumbline.warning.histories import Baseline, Floats, Integers
from plumbline.warning.lunar import Calendar
from plumbline.warning.memory import MONTHLY_RATIOS, Rule

METHOD = "own-history-ratio/1"
LEAST_CASES = 60  # in the baseline; with fewer a share has no history to be held against
WEAKEST, STRONGEST = 0.5, 1e7


@dataclass(frozen=True, slots=True)
class Shares:
    """Of b judged periods: expected share of the `now` and `before` periods, the `correlation` of a period's
    cases, the `doubt` (variance of the logit of the estimated share), whether the fit is `usable`."""

    now: Floats
    before: Floats
    correlation: Floats
    doubt: Floats
    usable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """As memory.Verdicts, (s, k); `expected` is a share."""

    high: Floats
    low: Floats
    is_high: NDArray[np.bool_]
    is_low: NDArray[np.bool_]
    expected: Floats
    usable: NDArray[np.bool_]


def expect(
    y: Floats | Integers,
    n: Floats | Integers,
    judged: Integers,
    baseline: Baseline,
    first_week: datetime.date | None = None,
    calendar: Calendar | None = None,
) -> Shares:
    """`y` of `n` (s, t), n = 0 or NaN where there is none; `judged` (k,); rows series by series. Exposure moves
    both parts of a share alike, so only the calendar's columns count."""
    size = len(y) * len(judged)
    now, before, correlation, doubt = (np.full(size, np.nan) for _ in range(4))
    kept = Shares(now, before, correlation, doubt, np.zeros(size, dtype=np.bool_))
    place = np.arange(size).reshape(len(y), len(judged))
    known = np.isfinite(y) & np.isfinite(n)
    successes, cases = np.where(known, y, 0.0), np.where(known, n, 0.0)
    plain = None if calendar is None else Calendar(calendar.columns, np.ones(len(calendar.exposure)))
    for laid, columns in expectations.layouts(judged, baseline, first_week, calendar is not None):
        model = expectations.modelled(laid, int(judged[columns[0]]), plain)
        rows = [histories.windows(part, judged[columns], laid) for part in (successes, cases)]
        into = place[:, columns].reshape(-1)
        for low in range(0, len(into), expectations.CHUNK):
            part = slice(low, low + expectations.CHUNK)
            found = regress(rows[0][part], rows[1][part], model)
            for name in Shares.__slots__:
                getattr(kept, name)[into[part]] = getattr(found, name)
    return kept


def regress(y: Floats, n: Floats, model: expectations.Model) -> Shares:
    """One chunk of baseline (b, n), season levels without trend: a share keeps its level, and a trend would be
    believed into the next year. Fit, weigh outliers down and periods by their correlation, fit again."""
    first = quasi_binomial.fit(model.flat, y, n, np.ones_like(y))
    omega = outlier_weights(first, y, n)
    again = quasi_binomial.fit(model.flat, y, n, omega, first.correlation)
    logits = [
        np.clip(again.coefficients @ row, -quasi_binomial.WIDEST, quasi_binomial.WIDEST)
        for row in (model.now, model.before)
    ]
    now, before = (1.0 / (1.0 + np.exp(-logit)) for logit in logits)
    doubt = np.einsum("p,bpq,q->b", model.now, again.covariance, model.now)
    cases, successes = n.sum(axis=1), y.sum(axis=1)
    known = (cases >= LEAST_CASES) & (successes > 0) & (successes < cases) & again.converged & (doubt < 1.0)
    return Shares(now, before, again.correlation, np.asarray(doubt), known)


def outlier_weights(fits: quasi_binomial.Fits, y: Floats, n: Floats) -> Floats:
    """s^-2 where the standardised Pearson residual s exceeds the threshold on the high or the low side, else 1."""
    spread = (
        n * fits.shares * (1.0 - fits.shares) * (1.0 + np.maximum(n - 1.0, 0.0) * fits.correlation[:, None])
    )
    residual = np.abs(y - n * fits.shares) / np.sqrt(np.maximum(spread * (1.0 - fits.leverage), 1e-9))
    beyond = np.where(n > 0, residual, 0.0)
    return np.where(beyond > expectations.OUTLIER, np.maximum(beyond, expectations.OUTLIER) ** -2.0, 1.0)


def scores(
    y: tuple[Floats, Floats], n: tuple[Floats, Floats], held: Shares, rule: Rule
) -> tuple[Floats, Floats]:
    """(high, low) of each row: `y`, `n` of the period and of the one before. The variance of the sum of two
    periods, n p q (1 + (n - 1) rho) each, gives the sum's own correlation; the doubt is common to both and adds
    p q doubt."""
    total = n[0] + n[1]
    share = (n[0] * held.now + n[1] * held.before) / np.maximum(total, 1.0)
    pairs = (n[0] * (n[0] - 1.0) + n[1] * (n[1] - 1.0)) / np.maximum(total * (total - 1.0), 1.0)
    both = strength(held.correlation * np.maximum(pairs, 0.0), share, held.doubt)
    one = strength(held.correlation, held.now, held.doubt)
    sides = []
    for tail in (beta_binomials.at_least, beta_binomials.at_most):
        summed, alone = tail(y[0] + y[1], total, share, both), tail(y[0], n[0], held.now, one)
        sides.append(np.minimum(np.minimum(summed, rule.spike * alone), 1.0))
    return np.where(y[0] + y[1] < rule.floor, 1.0, sides[0]), sides[1]


def strength(correlation: Floats, share: Floats, doubt: Floats) -> Floats:
    """a + b of the beta with that correlation and, by the delta method, that doubt."""
    rho = np.clip(correlation + share * (1.0 - share) * doubt, 1.0 / (STRONGEST + 1.0), 1.0 / (WEAKEST + 1.0))
    return np.asarray(1.0 / rho - 1.0)


def judge(
    y: Floats | Integers,
    n: Floats | Integers,
    judged: Integers,
    baseline: Baseline,
    rule: Rule = MONTHLY_RATIOS,
    first_week: datetime.date | None = None,
    calendar: Calendar | None = None,
) -> Verdicts:
    """Judge the periods `judged` (k,) of every series (s, t). A period without cases, whose predecessor is not
    known, or whose baseline says too little is not usable and never beyond."""
    held = expect(y, n, judged, baseline, first_week, calendar)
    ys = [y[:, judged - back].reshape(-1).astype(np.float64) for back in (0, 1)]
    ns = [n[:, judged - back].reshape(-1).astype(np.float64) for back in (0, 1)]
    usable = held.usable & np.isfinite(ys[0] + ys[1] + ns[0] + ns[1]) & (ns[0] > 0)
    high, low = np.ones(len(usable)), np.ones(len(usable))
    rows = np.flatnonzero(usable)
    if len(rows):
        part = Shares(*(getattr(held, name)[rows] for name in Shares.__slots__))
        high[rows], low[rows] = scores((ys[0][rows], ys[1][rows]), (ns[0][rows], ns[1][rows]), part, rule)
    shape = (len(y), len(judged))
    return Verdicts(
        high=np.where(usable, high, np.nan).reshape(shape),
        low=np.where(usable, low, np.nan).reshape(shape),
        is_high=(usable & (high <= rule.cut)).reshape(shape),
        is_low=(usable & (low <= rule.low)).reshape(shape),
        expected=held.now.reshape(shape),
        usable=usable.reshape(shape),
    )
