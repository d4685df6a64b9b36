"""A running year against its line: where it stands now. Pure, of many courts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import special  # type: ignore[import-untyped]  # scipy ships no types

from plumbline.catalog import targets
from plumbline.catalog.watches import Watch
from plumbline.warning import judging, means_now, targets_now
from plumbline.warning import series as kinds
from plumbline.warning.histories import Floats
from plumbline.warning.series import Series
from plumbline.warning.verdicts import AMBER, RED, UNKNOWN, WITHIN, Verdict

METHOD_RATE = "target-now-rate/1"
METHOD_COUNT = "target-now-count/1"


@dataclass(frozen=True, slots=True)
class Year:
    """A running year of one figure: the `series` up to its last closed month, what each court has so far on `day`
    (numerators, denominators, NaN where there is none), and each court's line (None: it has none). `cases`: of a mean over
    cases that stand in the books one by one, how they scatter.
    """

    series: Series
    day: date
    numerators: Floats
    denominators: Floats
    lines: tuple[targets.Line | None, ...]
    cases: means_now.Cases | None = None

    @property
    def begins(self) -> int:
        """The place of January in the series; may lie behind its end."""
        return self.series.index(date(self.day.year, 1, 1))

    def past(self) -> int:
        """How many whole years lie before this one."""
        return max(0, self.begins // 12 if self.series.first.month == 1 else (self.begins - 1) // 12)


def standing(watch: Watch, year: Year) -> list[Verdict]:
    """Where every court with a line stands against it, as of now."""
    found: list[Verdict] = []
    prior, means = _prior(watch, year), _means(watch, year)
    for row, line in enumerate(year.lines):
        if line is not None:
            found.append(_standing(watch, year, row, line, prior.get(year.series.levels[row]), means))
    return found


def _prior(watch: Watch, year: Year) -> Mapping[str, tuple[float, float]]:
    """By level of court: mean and strength of what its courts have, for shares."""
    if year.series.form != kinds.SHARE:
        return {}
    found: dict[str, tuple[float, float]] = {}
    for level in dict.fromkeys(year.series.levels):
        rows = [row for row, one in enumerate(year.series.levels) if one == level]
        y, n = year.numerators[rows], year.denominators[rows]
        known = np.isfinite(y) & np.isfinite(n) & (n > 0)
        if known.sum() >= 3:
            mean, strength = targets_now.prior(
                y[None, known], n[None, known], float(watch.setting("strength"))
            )
            found[level] = (float(mean[0]), float(strength[0]))
    return found


def spread_of(year: Year) -> means_now.Scatter | None:
    """How a mean's cases and months scatter; None where the books do not hold its cases."""
    if year.cases is None or year.series.form != kinds.MEAN:
        return None
    return means_now.scatter(year.series.numerators, year.series.denominators, year.cases.squares)


def _means(watch: Watch, year: Year) -> means_now.Level | None:
    """The courts' means of the year so far, those of one level beside each other; None without cases."""
    spread = spread_of(year)
    if spread is None:
        return None
    y, n = np.nan_to_num(year.numerators), np.nan_to_num(year.denominators)
    passed, count = float((year.day - timedelta(days=1)).month), len(y)
    found = means_now.Level(*(np.full(count, np.nan) for _ in range(3)))
    for level in dict.fromkeys(year.series.levels):
        rows = np.array([row for row, one in enumerate(year.series.levels) if one == level])
        own = means_now.Scatter(spread.cases[rows], spread.months[rows], spread.years)
        part = means_now.level(y[rows], n[rows], passed, own, float(watch.setting("strength")))
        for name in means_now.Level.__slots__:
            getattr(found, name)[rows] = getattr(part, name)
    return found


def _standing(
    watch: Watch,
    year: Year,
    row: int,
    line: targets.Line,
    prior: tuple[float, float] | None,
    means: means_now.Level | None,
) -> Verdict:
    y, n = float(year.numerators[row]), float(year.denominators[row])
    if not math.isfinite(y) or not math.isfinite(n) or n == 0:
        return verdict(watch, year, row, UNKNOWN, {"reason": "no_figure"})
    form = year.series.form
    size = y if form == kinds.COUNT else n
    more: dict[str, Any] = {"line": shown_line(line), "sample": int(size)}
    if form == kinds.COUNT:
        beyond = float(any(y * way > bound * way for bound, way in bounds(line) if way > 0))
        more |= {"method": METHOD_COUNT, "probability": beyond}
    elif size < float(watch.setting("least")):
        return verdict(watch, year, row, UNKNOWN, {**more, "reason": "small_sample"})
    elif form == kinds.SHARE:
        mean, strength = prior or ((y + 0.5) / (n + 1.0), 1.0)
        beyond, shrunken = 0.0, 0.0
        for bound, way in bounds(line):
            one = targets_now.ratios(
                np.array([y]), np.array([n]), np.array([mean]), np.array([strength]), np.array([bound]), np.array([way])
            )  # fmt: skip
            beyond, shrunken = beyond + float(one.beyond[0]), float(one.shrunken[0])
            more["prior_weight"] = float(one.prior_weight[0])
        more |= {
            "method": targets_now.METHOD,
            "probability": min(beyond, 1.0),
            "shrunken": shrunken * year.series.scale,
        }
    elif form == kinds.MEAN:
        found = _mean_beyond(year, row, line, means)
        if found is None:
            return verdict(watch, year, row, UNKNOWN, {**more, "reason": "short_history"})
        more |= {**found, "assurance": _assurance(year, row, line)}
    else:
        more |= {"method": METHOD_RATE, "probability": _rate_beyond(y, n, line)}
    # A court whose own figure keeps the line is not told that it may miss it because others of its level do.
    inside = all(way * (y / n - bound) <= 0 for bound, way in bounds(line))
    level = WITHIN if inside and form != kinds.COUNT else _level(watch, more["probability"])
    return verdict(watch, year, row, level, more)


def _level(watch: Watch, probability: float) -> str:
    if probability >= float(watch.setting("red")):
        return RED
    return AMBER if probability >= float(watch.setting("amber")) else WITHIN


def _rate_beyond(y: float, n: float, line: targets.Line) -> float:
    """P(rate beyond the line), rate | y ~ Gamma(y + 1/2, n)."""
    beyond = 0.0
    for bound, way in bounds(line):
        below = float(special.gammainc(y + 0.5, bound * n))
        beyond += 1.0 - below if way > 0 else below
    return min(beyond, 1.0)


def _mean_beyond(
    year: Year, row: int, line: targets.Line, means: means_now.Level | None
) -> dict[str, Any] | None:
    """P(mean beyond the line) as a document tells it: from the scatter of the cases, beside the courts of the level. A
    figure reported without its cases has only the error that its last twelve months show.
    """
    if means is not None and math.isfinite(means.centre[row]):
        one = means_now.Level(means.centre[[row]], means.deviation[[row]], means.weight[[row]])
        beyond = sum(float(means_now.beyond(one, bound, way)[0]) for bound, way in bounds(line))
        return {
            "method": means_now.METHOD,
            "probability": min(beyond, 1.0),
            "shrunken": float(math.exp(one.centre[0])) * year.series.scale,
            "prior_weight": float(one.weight[0]),
            "scatter": "cases",
        }
    months = [
        year.series.value(row, index) for index in range(max(0, year.series.months - 12), year.series.months)
    ]
    logs = np.log([one / year.series.scale for one in months if one is not None and one > 0])
    value = year.numerators[row] / year.denominators[row]
    if len(logs) < 6 or value <= 0:
        return None
    error = max(float(logs.std(ddof=1)) / math.sqrt(max(year.day.month, 1)), 1e-6)
    beyond = 0.0
    for bound, way in bounds(line):
        if bound > 0:
            beyond += float(special.ndtr(way * (math.log(value) - math.log(bound)) / error))
    return {"method": targets_now.METHOD_MEANS, "probability": min(beyond, 1.0), "scatter": "months"}


def _assurance(year: Year, row: int, line: targets.Line) -> dict[str, Any] | None:
    """Whether the court as it is will keep the line month by month, from its last two years of them."""
    first = max(0, year.series.months - means_now.MONTHS)
    values = [year.series.value(row, index) for index in range(first, year.series.months)]
    months = np.array([np.nan if one is None else one / year.series.scale for one in values])
    return means_now.assurance(months, bounds(line))


def bounds(line: targets.Line) -> list[tuple[float, int]]:
    """The ends of a line with the side beyond: -1 below it, +1 above it."""
    found: list[tuple[float, int]] = []
    if line.low is not None:
        found.append((float(line.low), -1))
    if line.high is not None:
        found.append((float(line.high), 1))
    return found


def shown_line(line: targets.Line) -> dict[str, Any]:
    """A line as a document holds it: bounds as fractions (a percentage as a share of 1), and in words."""
    return {
        "low": _exact(line.low),
        "high": _exact(line.high),
        "zh": line.arithmetic.zh,
        "en": line.arithmetic.en,
    }


def _exact(bound: Fraction | None) -> float | None:
    return None if bound is None else float(bound)


def verdict(watch: Watch, year: Year, row: int, level: str, more: Mapping[str, Any]) -> Verdict:
    """What a method says of one court's year."""
    series, period = year.series, str(year.day.year)
    y, n = year.numerators[row], year.denominators[row]
    known = bool(np.isfinite(y) and np.isfinite(n) and n)
    document = {
        **judging.described(watch, series.figure, series.title, series.unit),
        "side": "line",
        "period": period,
        "day": year.day.isoformat(),
        "value": float(y / n) * (series.scale if series.form != kinds.COUNT else 1.0) if known else None,
        "numerator": int(y) if known else None,
        "denominator": int(n) if known else None,
        "outcome": series.outcome,
        "picture": judging.picture(series, row),
        **more,
    }
    score = more.get("score")
    return Verdict(series.courts[row], series.figure, period, level, "line", score, document=document)
