"""Where a year will end, by the season and the level so far, against its line. Pure, of many courts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from plumbline.catalog import targets
from plumbline.catalog.watches import Watch
from plumbline.warning import means_now, pacing, yearend, years
from plumbline.warning import series as kinds
from plumbline.warning.histories import Floats
from plumbline.warning.verdicts import AMBER, RED, UNKNOWN, WITHIN, Verdict
from plumbline.warning.years import Year, spread_of

Works = Callable[[date], bool]
_METHODS: Final[Mapping[str, str]] = {kinds.COUNT: yearend.METHOD, kinds.MEAN: yearend.METHOD_MEAN}


def heading(watch: Watch, year: Year, works: Works, before: Mapping[str, float]) -> list[Verdict]:
    """Where every court's year will end, against its line. `before`: by court, the chance of a miss at the look
    before: red needs it twice running.
    """
    rows = [row for row, line in enumerate(year.lines) if line is not None]
    if not rows or year.day.month <= int(watch.setting("first_month")):
        return []
    if year.past() < 2:
        return [years.verdict(watch, year, row, UNKNOWN, {"reason": "short_history"}) for row in rows]
    found = []
    projected = project(year, works, int(watch.setting("years")))
    if projected is None:
        return [years.verdict(watch, year, row, UNKNOWN, {"reason": "no_figure"}) for row in rows]
    red, amber = float(watch.setting("red")), float(watch.setting("amber"))
    for row in rows:
        line = year.lines[row]
        assert line is not None
        one = projected.told(row, line)
        if one is None:
            found.append(years.verdict(watch, year, row, UNKNOWN, {"reason": "no_figure"}))
            continue
        twice = one["probability"] >= red and before.get(year.series.courts[row], 0.0) >= red
        level = RED if twice else AMBER if one["probability"] >= amber else WITHIN
        if year.series.outcome:
            one.pop("needed", None)
            one.pop("reachable", None)
        found.append(years.verdict(watch, year, row, level, {**one, "line": years.shown_line(line)}))
    return found


@dataclass(frozen=True, slots=True)
class Projected:
    """The rest of the year of every court, and what it rests on."""

    year: Year
    share: float
    seasons: Floats
    rest: yearend.Remaining
    dispersion: float
    firmness: float
    level: Floats
    correlation: Floats
    moves: float
    scatter: means_now.Scatter | None = None

    def told(self, row: int, line: targets.Line | None) -> dict[str, Any] | None:
        """The expected year of one court, its 80 and 95 in 100 intervals, the chance to miss a line, and what is needed
        from now on, in the unit of the figure; None where there is no figure.
        """
        year, form = self.year, self.year.series.form
        y, n = float(year.numerators[row]), float(year.denominators[row])
        if not math.isfinite(y) or not math.isfinite(n):
            return None
        bounds = years.bounds(line) if line is not None else []
        missed, needed, projection = 0.0, None, None
        for bound, way in bounds or [(math.inf, 1)]:
            projection = self._projection(row, bound, way)
            missed += float(projection.p_miss[0])
            needed = self._needed(row, bound)
        assert projection is not None
        scale = 1.0 if form == kinds.COUNT else year.series.scale
        return {
            "method": _METHODS.get(form, yearend.METHOD_RATIO),
            "probability": min(missed, 1.0) if bounds else None,
            "expected": float(projection.expected[0]) * scale,
            "low": float(projection.low80[0]) * scale,
            "high": float(projection.high80[0]) * scale,
            "low95": float(projection.low95[0]) * scale,
            "high95": float(projection.high95[0]) * scale,
            "needed": None if needed is None or not bounds else needed * scale,
            "reachable": None if needed is None or not bounds else reachable(needed, form),
            "share": self.share,
            "seasons": [float(one) for one in self.seasons],
            "dispersion": self.dispersion,
            "firmness": self.firmness,
        }

    def _projection(self, row: int, bound: float, way: int) -> yearend.Projection:
        year, form = self.year, self.year.series.form
        one = slice(row, row + 1)
        rest = yearend.Remaining(self.rest.mean[one], self.rest.dispersion[one], self.rest.level[one])
        y, n = np.nan_to_num(year.numerators[one]), np.nan_to_num(year.denominators[one])
        line = np.array([bound])
        if form == kinds.COUNT:
            return yearend.counts(y, rest, line, way)
        past_y, past_n = self._past(row)
        mean = (past_y + 0.5) / (past_n + 1.0)
        if form == kinds.SHARE:
            # Last year's share, as surely as its cases give it and as levels move from one year to the next.
            apart = 2.0 * self.moves * mean * (1.0 - mean) + 1.0 / max(past_n, 1.0)
            strength = np.array([min(1.0 / apart, 200.0)])
            whole = (y.astype(np.int64), n.astype(np.int64))
            prior = np.array([min(mean, 1.0)]), strength
            gone = self._gone()
            return yearend.ratios(
                *whole, rest, *prior, line, way, correlation=self.correlation[one], months=(gone, 12.0 - gone)
            )
        if self.scatter is not None:
            return self._mean(row, line, way)
        months = self._months(row)
        error = float(np.std(months, ddof=1)) / math.sqrt(len(months)) if len(months) > 2 else mean
        deviation = (
            float(np.std(months, ddof=1)) * math.sqrt(max(past_n, 1.0) / max(len(months), 1))
            if len(months) > 2
            else mean
        )
        centre = (past_y + float(y[0])) / max(past_n + float(n[0]), 1.0)
        return yearend.means(
            y,
            n.astype(np.int64),
            rest,
            np.array([centre]),
            np.array([error]),
            np.array([deviation]),
            line,
            way,
        )

    def _mean(self, row: int, line: Floats, way: int) -> yearend.Projection:
        """A mean whose cases are known."""
        assert self.scatter is not None
        one = slice(row, row + 1)
        rest = yearend.Remaining(self.rest.mean[one], self.rest.dispersion[one], self.rest.level[one])
        y, n = np.nan_to_num(self.year.numerators[one]), np.nan_to_num(self.year.denominators[one])
        past_y, past_n = self._past(row)
        own = means_now.Scatter(self.scatter.cases[one], self.scatter.months[one], self.scatter.years)
        found = means_now.rest_of_year(y, n, np.array([past_y]), np.array([past_n]), self._gone(), own)
        return yearend.means(y, n.astype(np.int64), rest, *found, line, way)

    def _gone(self) -> float:
        """The months of the year before the day."""
        return float(self.year.day.month - 1) + (self.year.day.day - 1) / 31.0

    def _past(self, row: int) -> tuple[float, float]:
        """Numerator and denominator of the twelve months before this year."""
        begin = max(0, self.year.begins - 12)
        above = self.year.series.numerators[row, begin : self.year.begins]
        below = self.year.series.denominators[row, begin : self.year.begins]
        return float(np.nansum(above)), float(np.nansum(below))

    def _months(self, row: int) -> list[float]:
        found = [
            self.year.series.value(row, index)
            for index in range(max(0, self.year.series.months - 24), self.year.series.months)
        ]
        return [one / self.year.series.scale for one in found if one is not None]

    def _needed(self, row: int, bound: float) -> float | None:
        y, n = self.year.numerators[row : row + 1], self.year.denominators[row : row + 1]
        rest = self.rest.mean[row : row + 1]
        line = np.array([bound])
        if self.year.series.form == kinds.COUNT:
            found = float(pacing.needed_count(y, line, rest)[0][0])
        else:
            found = float(pacing.needed_ratio(y, n, line, rest)[0])
        return found if math.isfinite(found) else None


def project(year: Year, works: Works, most_years: int) -> Projected | None:
    """What the rest of the year holds: of a count the cases, of a ratio what stands below its line; None where no court
    had any in those years.
    """
    series = year.series
    base = series.numerators if series.form == kinds.COUNT else series.denominators
    so_far = year.numerators if series.form == kinds.COUNT else year.denominators
    years = min(most_years, year.past())
    begin = year.begins - 12 * years
    months = np.nan_to_num(base[:, begin : year.begins]).reshape(len(series.courts), years, 12)
    if not months.sum() > 0:
        return None
    days = np.array([workdays(year.day.year - years + back, works) for back in range(years)])
    seasons = yearend.season(months.sum(axis=0) + 1e-3, days, workdays(year.day.year, works))
    phi, firmness = yearend.looseness(months, seasons)
    share = share_passed(year.day, seasons)
    level = months.sum(axis=2).mean(axis=1)
    rest = yearend.remaining(np.nan_to_num(so_far), share, level, phi, firmness, years=years, own_years=years)
    closed = slice(begin, year.begins)
    together = (
        yearend.correlation(series.numerators[:, closed], series.denominators[:, closed])
        if series.form == kinds.SHARE
        else np.zeros(len(series.courts))
    )
    moves = (
        yearend.moving(series.numerators[:, closed], series.denominators[:, closed], together)
        if series.form == kinds.SHARE
        else 0.0
    )
    return Projected(year, share, seasons, rest, phi, firmness, level, together, moves, spread_of(year))


def share_passed(day: date, seasons: Floats) -> float:
    """The season's share of the year before the morning of `day`."""
    month = day.month
    first = date(day.year, month, 1)
    following = date(day.year + month // 12, month % 12 + 1, 1)
    inside = (day - first).days / (following - first).days
    return float(seasons[month - 1] + inside * (seasons[month] - seasons[month - 1]))


def workdays(year: int, works: Works) -> Floats:
    """Working days of each month of a year, (12,)."""
    found = np.zeros(12)
    day = date(year, 1, 1)
    while day.year == year:
        found[day.month - 1] += works(day)
        day += timedelta(days=1)
    return found


def reachable(needed: float, form: str) -> bool:
    """Whether what is needed from now on can be at all: no share lies beyond one, nothing below nought."""
    return needed >= 0 and (form != kinds.SHARE or needed <= 1)
