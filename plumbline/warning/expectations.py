"""What a judged period and the one before it should have held: Farrington's regression in the flexible form of
Noufaily et al. 2013 (doi 10.1002/sim.5595), written from the papers and Salmon et al. 2016 (JSS 70(10))."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import histories, quasi
from plumbline.warning.histories import Baseline, Floats, Integers, Layout

OUTLIER = 2.58  # Anscombe residuals beyond it are weighted down by their square
CHUNK = 1024  # rows fitted together: what stays in the cache


@dataclass(frozen=True, slots=True)
class Expectations:
    """Of b judged periods: `mean` and `mean_before` (the period before), in the unit of the counts; the
    `dispersion` (variance over mean, at least 1); the `doubt`, the variance of the logarithm of the estimated mean;
    whether a `trend` was kept; whether the fit is `usable`."""

    mean: Floats
    mean_before: Floats
    dispersion: Floats
    doubt: Floats
    trend: NDArray[np.bool_]
    usable: NDArray[np.bool_]


def expect(
    series: Floats | Integers, judged: Integers, baseline: Baseline, first_week: datetime.date | None = None
) -> Expectations:
    """`series` (s, t) with NaN where a period is not known; `judged` (k,); gives rows series by series.

    With `first_week`, the first day of period 0 of a weekly series, earlier years are found by date (a year has
    52.18 weeks); without it every `baseline.periods`."""
    size = len(series) * len(judged)
    mean, before, dispersion, doubt = (np.empty(size) for _ in range(4))
    trend, usable = (np.zeros(size, dtype=np.bool_) for _ in range(2))
    kept = Expectations(mean, before, dispersion, doubt, trend, usable)
    place = np.arange(size).reshape(len(series), len(judged))
    for laid, columns in layouts(judged, baseline, first_week):
        each = max(1, CHUNK // len(columns))
        for start in range(0, len(series), each):
            rows = histories.windows(series[start : start + each], judged[columns], laid)
            into = place[start : start + each, columns].reshape(-1)
            for low in range(0, len(rows), CHUNK):
                found = regress(rows[low : low + CHUNK], laid, baseline.years >= 3)
                for field in fields(Expectations):
                    getattr(kept, field.name)[into[low : low + CHUNK]] = getattr(found, field.name)
    return kept


def layouts(
    judged: Integers, baseline: Baseline, first_week: datetime.date | None
) -> list[tuple[Layout, Integers]]:
    """The layouts needed, each with the columns of `judged` that use it."""
    grouped: dict[tuple[int, ...], list[int]] = {}
    for column, period in enumerate(judged.tolist()):
        week = first_week + datetime.timedelta(weeks=period) if first_week else None
        grouped.setdefault(histories.anniversaries(week, baseline.years) if week else (), []).append(column)
    return [
        (histories.layout(baseline, centres), np.asarray(columns, dtype=np.int64))
        for centres, columns in grouped.items()
    ]


def regress(rows: Floats, laid: Layout, trend_allowed: bool) -> Expectations:
    """One chunk of baseline counts (b, n). The trend is kept unless it would carry the expectation above every
    count of the baseline, or does not converge; then the row is fitted again without it."""
    known = np.isfinite(rows)
    counts = np.where(known, rows, 0.0)
    weights = known.astype(np.float64)
    size = len(rows)
    mean, before = np.empty(size), np.empty(size)
    dispersion, doubt = np.empty(size), np.empty(size)
    usable = np.zeros(size, dtype=np.bool_)
    trend = np.zeros(size, dtype=np.bool_)
    if trend_allowed:
        fits = refit(laid, True, counts, weights)
        level, slope = fits.coefficients[:, laid.now], fits.coefficients[:, -1]
        mean[:] = np.exp(np.clip(level, -700.0, 700.0))
        before[:] = np.exp(np.clip(level - slope / histories.SCALE, -700.0, 700.0))
        dispersion[:], usable[:] = fits.dispersion, fits.converged
        doubt[:] = fits.dispersion * fits.inverse[:, laid.now, laid.now]
        trend[:] = fits.converged & (mean <= counts.max(axis=1))
    flat = np.flatnonzero(~trend)
    if len(flat):
        fits = refit(laid, False, counts[flat], weights[flat])
        mean[flat] = before[flat] = np.exp(np.clip(fits.coefficients[:, laid.now], -700.0, 700.0))
        dispersion[flat], usable[flat] = fits.dispersion, fits.converged
        doubt[flat] = fits.dispersion * fits.inverse[:, laid.now, laid.now]
    return Expectations(mean, before, dispersion, doubt, trend, usable)


def refit(laid: Layout, trend: bool, counts: Floats, weights: Floats) -> quasi.Fits:
    """Fit, weight outliers down, fit again."""
    made = quasi.design(laid.design(trend))
    first = quasi.fit(made, counts, weights)
    again = quasi.fit(made, counts, weights * outlier_weights(first, counts, weights))
    return replace(again, converged=first.converged & again.converged)


def outlier_weights(fits: quasi.Fits, counts: Floats, weights: Floats) -> Floats:
    """(b, n), summing to the number of known periods: s^-2 where the standardised Anscombe residual s exceeds
    the threshold, else 1, scaled."""
    raw = 1.5 * (counts ** (2 / 3) * fits.means ** (-1 / 6) - np.sqrt(fits.means))
    spread = np.sqrt(fits.dispersion[:, None] * np.maximum(1.0 - fits.leverage, 1e-9))
    residuals = raw / spread
    omega = np.where(residuals > OUTLIER, np.maximum(residuals, OUTLIER) ** -2.0, 1.0)
    known = weights > 0
    scale = known.sum(axis=1) / np.maximum(np.where(known, omega, 0.0).sum(axis=1), 1e-9)
    return np.asarray(omega * scale[:, None])
