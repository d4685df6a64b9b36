"""What a judged period and the one before it should have held: Farrington's regression in the flexible form of
Noufaily et al. 2013 (doi 10.1002/sim.5595), written from the papers and Salmon et al. 2016 (JSS 70(10))."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import histories, lunar, quasi
from plumbline.warning.histories import Baseline, Floats, Integers, Layout
from plumbline.warning.lunar import Calendar

OUTLIER = 2.58  # Anscombe residuals beyond it are weighted down by their square
PRIOR = 1.0  # of a calendar column's coefficient: a standard deviation of 1 on the logarithm, lest it follow one case
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
    series: Floats | Integers,
    judged: Integers,
    baseline: Baseline,
    first_week: datetime.date | None = None,
    calendar: Calendar | None = None,
) -> Expectations:
    """`series` (s, t) with NaN where a period is not known; `judged` (k,); gives rows series by series.

    With `first_week`, the first day of period 0 of a weekly series, earlier years are found by date (a year has
    52.18 weeks); without it every `baseline.periods`. With a `calendar` of all t periods the expectation is
    proportional to its exposure and follows its columns."""
    size = len(series) * len(judged)
    mean, before, dispersion, doubt = (np.empty(size) for _ in range(4))
    trend, usable = (np.zeros(size, dtype=np.bool_) for _ in range(2))
    kept = Expectations(mean, before, dispersion, doubt, trend, usable)
    place = np.arange(size).reshape(len(series), len(judged))
    for laid, columns in layouts(judged, baseline, first_week, calendar is not None):
        model = modelled(laid, int(judged[columns[0]]), calendar)
        each = max(1, CHUNK // len(columns))
        for start in range(0, len(series), each):
            rows = histories.windows(series[start : start + each], judged[columns], laid)
            into = place[start : start + each, columns].reshape(-1)
            for low in range(0, len(rows), CHUNK):
                found = regress(rows[low : low + CHUNK], model, baseline.years >= 3, baseline.trend_cases)
                for field in fields(Expectations):
                    getattr(kept, field.name)[into[low : low + CHUNK]] = getattr(found, field.name)
    return kept


def layouts(
    judged: Integers, baseline: Baseline, first_week: datetime.date | None, apart: bool = False
) -> list[tuple[Layout, Integers]]:
    """The layouts needed, each with the columns of `judged` that use it; `apart`: one for each."""
    grouped: dict[tuple[tuple[int, ...], int], list[int]] = {}
    for column, period in enumerate(judged.tolist()):
        week = first_week + datetime.timedelta(weeks=period) if first_week else None
        centres = histories.anniversaries(week, baseline.years) if week else ()
        grouped.setdefault((centres, period if apart else 0), []).append(column)
    return [
        (histories.layout(baseline, centres), np.asarray(columns, dtype=np.int64))
        for (centres, _), columns in grouped.items()
    ]


@dataclass(frozen=True, slots=True)
class Model:
    """The two designs of one layout, without and with trend, and the judged period and the one before it as
    rows of the one without, `now` and `before` (p,), with their `offsets`."""

    flat: quasi.Design
    sloped: quasi.Design
    now: Floats
    before: Floats
    offsets: tuple[float, float]


def modelled(laid: Layout, period: int, calendar: Calendar | None) -> Model:
    """Columns: season levels, then those of the calendar, then the trend. A calendar column that never moves in
    the baseline is left at nothing by its prior."""
    row = np.zeros(laid.now + 1)
    row[laid.now] = 1.0
    if calendar is None:
        flat, sloped = (quasi.design(laid.design(trend)) for trend in (False, True))
        return Model(flat, sloped, row, row, (0.0, 0.0))
    past = lunar.at(calendar, period + laid.offsets)
    columns = np.hstack([laid.design(False), past.columns])
    trend = (laid.offsets / histories.SCALE)[:, None]
    offset = np.log(past.exposure)
    rows = [np.concatenate([row, calendar.columns[at]]) for at in (period, period - 1)]
    ends = (float(np.log(calendar.exposure[period])), float(np.log(calendar.exposure[period - 1])))
    ridge = np.full(columns.shape[1] + 1, quasi.RIDGE)
    ridge[laid.now + 1 : -1] = PRIOR
    flat = quasi.design(columns, offset, ridge[:-1])
    return Model(flat, quasi.design(np.hstack([columns, trend]), offset, ridge), rows[0], rows[1], ends)


def regress(rows: Floats, model: Model, trend_allowed: bool, trend_cases: int = 0) -> Expectations:
    """One chunk of baseline counts (b, n). The trend is kept unless it would carry the expectation above every
    count of the baseline, does not converge or rests on fewer than `trend_cases`; then the row is fitted again without it."""
    known = np.isfinite(rows)
    counts = np.where(known, rows, 0.0)
    weights = known.astype(np.float64)
    if not trend_allowed:
        return told(refit(model.flat, counts, weights), model, 0)
    found = told(refit(model.sloped, counts, weights), model, 1)
    kept = found.usable & (found.mean <= counts.max(axis=1)) & (counts.sum(axis=1) >= trend_cases)
    found = replace(found, trend=kept)
    again = np.flatnonzero(~found.trend)
    if len(again):
        plain = told(refit(model.flat, counts[again], weights[again]), model, 0)
        for field in fields(Expectations):
            getattr(found, field.name)[again] = getattr(plain, field.name)
    return found


def told(fits: quasi.Fits, model: Model, trend: int) -> Expectations:
    """What the fits say of the judged period and of the one before, one trend unit / SCALE earlier."""
    slope = fits.coefficients[:, -1] if trend else np.zeros(len(fits.coefficients))
    plain = fits.coefficients[:, : len(model.now)]
    now = np.append(model.now, np.zeros(trend))
    return Expectations(
        mean=np.exp(np.clip(plain @ model.now + model.offsets[0], -700.0, 700.0)),
        mean_before=np.exp(
            np.clip(plain @ model.before + model.offsets[1] - slope / histories.SCALE, -700.0, 700.0)
        ),
        dispersion=fits.dispersion.copy(),
        doubt=np.asarray(fits.dispersion * np.einsum("p,bpq,q->b", now, fits.inverse, now)),
        trend=np.zeros(len(plain), dtype=np.bool_),
        usable=fits.converged.copy(),
    )


def refit(made: quasi.Design, counts: Floats, weights: Floats) -> quasi.Fits:
    """Fit, weight outliers down, fit again."""
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
