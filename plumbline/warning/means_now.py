"""Means of days or money a case: what the cases themselves say of a court's level, beside the months' spread and the
courts of its level. Logarithms of means; the scatter of cases is their squared coefficient of variation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import special  # type: ignore[import-untyped]  # scipy ships no types

from plumbline.catalog.definitions import Text
from plumbline.warning import targets_now
from plumbline.warning.histories import Floats, Integers

METHOD: Final = "target-now-mean/2"
MONTHS: Final = 24
"""Closed months that scatter and spread are taken from."""
SCATTER_CASES, SPREAD_MONTHS = 60.0, 24.0
"""What all courts together weigh in a court's own scatter (cases) and spread between months (months)."""
LEAST_COURTS: Final = 3
YEARLY, YEARLY_WEIGHT = 0.15, 10.0
"""How far a court's level moves from year to year, as a standard deviation of the logarithm, before anything is known;
and how many pairs of years that weighs."""
ASSURED: Final = {
    1: ("meets", Text("按近两年各月波动，将持续达标", "by its months of two years it will consistently meet the line")),
    -1: ("fails", Text("按近两年各月波动，将持续不达标", "by its months of two years it will consistently fail the line")),
    0: ("hit_or_miss", Text("按近两年各月波动，或达或不达", "by its months of two years it will now meet, now miss the line")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cases:
    """Sums of the squares of the cases' amounts: of each month of the series (courts, months), and of the year so far
    (courts,).
    """

    squares: Floats
    year: Floats


@dataclass(frozen=True, slots=True)
class Scatter:
    """Of each court: `cases`, the squared coefficient of variation of cases within a month; `months`, the variance of
    the logarithm of the true monthly means; `years`, that of the yearly levels, one for all.
    """

    cases: Floats
    months: Floats
    years: float


@dataclass(frozen=True, slots=True)
class Level:
    """Of each court: posterior `centre` and `deviation` of the logarithm of its mean; `weight`, the prior's part."""

    centre: Floats
    deviation: Floats
    weight: Floats


def scatter(total: Floats, n: Floats, squares: Floats) -> Scatter:
    """From closed months (courts, months), oldest first: amounts, cases, squares; NaN where there is none."""
    known = np.isfinite(total) & np.isfinite(n) & np.isfinite(squares) & (n > 0) & (total > 0)
    t, k, q = (np.where(known, one, 0.0) for one in (total, n, squares))
    recent = slice(max(0, t.shape[1] - MONTHS), None)
    year = np.arange(t.shape[1])[recent] // 12
    cases = _cases(t[:, recent], k[:, recent], q[:, recent])
    months = _months(t[:, recent], k[:, recent], cases, year)
    return Scatter(cases, months, _years(t, k, cases, months))


def noise(cases: Floats, n: Floats) -> Floats:
    """The variance of the logarithm of a mean of n cases, as of a log-normal: ln(1 + scatter / n)."""
    return np.asarray(np.log1p(cases / np.maximum(n, 1.0)))


def _cases(total: Floats, n: Floats, squares: Floats) -> Floats:
    mean = total.sum(axis=1) / np.maximum(n.sum(axis=1), 1.0)
    inside = (
        np.maximum(squares - total**2 / np.maximum(n, 1.0), 0.0).sum(axis=1) / np.maximum(mean, 1e-9) ** 2
    )
    free = np.maximum(n - 1.0, 0.0).sum(axis=1)
    every = inside.sum() / max(free.sum(), 1.0)
    return np.asarray((inside + SCATTER_CASES * every) / (free + SCATTER_CASES))


def _logs(total: Floats, n: Floats, cases: Floats) -> tuple[Floats, Floats]:
    """Logarithms of means, free of the lean of a logarithm of few cases, and their variances; NaN without cases."""
    var = noise(cases, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n > 0, np.log(total / n) + var / 2.0, np.nan), np.where(n > 0, var, np.nan)


def _months(total: Floats, n: Floats, cases: Floats, year: Integers) -> Floats:
    """Around each year's own mean, less what the scatter of the cases gives."""
    logs, var = _logs(total, n, cases[:, None])
    free, apart, given = (np.zeros(len(total)) for _ in range(3))
    for one in np.unique(year):
        part, sampling = logs[:, year == one], var[:, year == one]
        count = np.isfinite(part).sum(axis=1)
        mean = np.nansum(part, axis=1) / np.maximum(count, 1)
        share = (count - 1.0) / np.maximum(count, 1)
        free += np.maximum(count - 1.0, 0.0)
        apart += np.nansum((part - mean[:, None]) ** 2, axis=1)
        given += np.nansum(sampling, axis=1) * np.maximum(share, 0.0)
    own = (apart - given) / np.maximum(free, 1.0)
    sure = np.where(free > 0, free / np.maximum(given / np.maximum(free, 1.0), 1e-4) ** 2, 0.0)
    every = float((sure * own).sum() / sure.sum()) if sure.sum() > 0 else 0.0
    return np.maximum((free * own + SPREAD_MONTHS * every) / (free + SPREAD_MONTHS), 0.0)


def _years(total: Floats, n: Floats, cases: Floats, months: Floats) -> float:
    """From each whole year of months to the next, counted from the first."""
    whole = total.shape[1] // 12
    if whole < 2:
        return YEARLY**2
    ends = slice(0, 12 * whole)
    logs, var = _logs(
        total[:, ends].reshape(len(total), whole, 12).sum(axis=2),
        n[:, ends].reshape(len(n), whole, 12).sum(axis=2),
        cases[:, None],
    )
    var = var + months[:, None] / 12.0
    apart = np.diff(logs, axis=1) ** 2 / 2.0 - (var[:, 1:] + var[:, :-1]) / 2.0
    sure = (
        np.where(np.isfinite(apart), 1.0 / (YEARLY**2 + (var[:, 1:] + var[:, :-1]) / 2.0) ** 2, 0.0)
        * YEARLY**4
    )
    found = (np.nansum(sure * np.nan_to_num(apart)) + YEARLY_WEIGHT * YEARLY**2) / (
        sure.sum() + YEARLY_WEIGHT
    )
    return float(max(found, 0.02**2))


def level(total: Floats, n: Floats, months: float, spread: Scatter, strength: float) -> Level:
    """Of courts of one level, by their year so far: `months` of it, amounts and cases (courts,). The prior is the
    courts' own normal; it weighs as much as `strength` cases at most. Fewer than three courts have none.
    """
    y, var = _logs(total, n, spread.cases)
    var = var + spread.months / max(months, 1.0)
    known = np.isfinite(y)
    if known.sum() < LEAST_COURTS:
        return Level(y, np.sqrt(var), np.zeros(len(y)))
    w = 1.0 / var[known]
    centre = float((w * y[known]).sum() / w.sum())
    apart = float((w * (y[known] - centre) ** 2).sum()) - (known.sum() - 1)
    between = max(0.0, apart / max(float(w.sum() - (w**2).sum() / w.sum()), 1e-12))
    w = 1.0 / (var[known] + between)
    centre = float((w * y[known]).sum() / w.sum())
    prior = np.maximum(between, spread.cases / max(strength, 1e-9))
    weight = var / (var + prior)
    return Level(weight * centre + (1.0 - weight) * y, np.sqrt(prior * var / (prior + var)), weight)


def beyond(found: Level, line: float, direction: int) -> Floats:
    """The chance that each court's mean is beyond the line: direction +1 above, -1 below."""
    if line <= 0:
        return np.full(len(found.centre), 1.0 if direction > 0 else 0.0)
    return np.asarray(
        special.ndtr(direction * (found.centre - np.log(line)) / np.maximum(found.deviation, 1e-9))
    )


def rest_of_year(
    total: Floats, n: Floats, past_total: Floats, past_n: Floats, gone: float, spread: Scatter
) -> tuple[Floats, Floats, Floats]:
    """(mean, its standard error, standard deviation of a case) of the rest of the year, (courts,): last year's level,
    which may have moved, and the year so far after `gone` months.
    """
    left = max(12.0 - gone, 0.5)
    before, sure = _logs(past_total, past_n, spread.cases)
    prior = np.where(np.isfinite(before), sure + spread.months / 12.0 + 2.0 * spread.years, np.inf)
    now, var = _logs(total, n, spread.cases)
    data = np.where(np.isfinite(now), var + spread.months / max(gone, 1.0), np.inf)
    with np.errstate(invalid="ignore"):
        weights = 1.0 / prior, 1.0 / data
        centre = (np.nan_to_num(before) * weights[0] + np.nan_to_num(now) * weights[1]) / (
            weights[0] + weights[1]
        )
        var = 1.0 / (weights[0] + weights[1]) + spread.months / left
    mean = np.exp(centre)
    return mean, mean * np.sqrt(var), mean * np.sqrt(spread.cases)


def assurance(months: Floats, bounds: list[tuple[float, int]]) -> dict[str, Any] | None:
    """Whether a court whose monthly means are these will meet a line as it is, as a document holds it; None of fewer
    than twelve months.
    """
    known = months[np.isfinite(months)]
    if len(known) < 12 or not bounds:
        return None
    found = [
        int(targets_now.assurance(known[None, :], np.array([bound]), np.array([way]))[0])
        for bound, way in bounds
    ]
    state, words = ASSURED[min(found)]
    return {"state": state, "zh": words.zh, "en": words.en}
