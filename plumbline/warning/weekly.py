"""Weeks (Monday to Sunday) of counts against each court's own history, with the shipped weekly rule (`memory.SHIPPED`):
years found by date, Lunar New Year where it falls, working days as exposure, and the season all courts share.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from plumbline import periods
from plumbline.catalog.definitions import Text
from plumbline.catalog.watches import Watch
from plumbline.warning import expectations, histories, judging, limits, lunar, memory, quasi
from plumbline.warning.histories import Floats, Integers
from plumbline.warning.lunar import Calendar
from plumbline.warning.verdicts import AMBER, RED, UNKNOWN, WITHIN, Verdict

LEAST_YEARS: Final = 3
LEAST_CASES: Final = 50
"""Of a court's baseline: below it, one case in five weeks over five years, no week can be told from another."""
SHOWN_WEEKS: Final = 104
YEAR: Final = 365.25
KNOTS: Final = 52
FREE: Final = 0.2
"""Standard deviation, on the logarithm, that a week of the shared season may lie from the year's mean before cases say so."""
TAILS: Final[Mapping[int, tuple[memory.Tail, memory.Tail]]] = {
    3: (
        memory.Tail((0.556, 0.0253, 1.87e-3, 1.26e-4, 4.48e-6)),
        memory.Tail((0.112, memory.SHIPPED.low, 4.99e-4, 2.15e-5, 5.83e-7)),
    ),
    5: (
        memory.Tail((0.669, 0.0343, 3.23e-3, 2.69e-4, 1.09e-5)),
        memory.Tail((0.14, memory.SHIPPED.low, 1.12e-3, 6.13e-5, 5.36e-6)),
    ),
}
"""High side, low side, by the fewest years looked back at: what the scores of weeks without any change fall below by the
real calendar, on seeds 88101 to 88104 (services/bench/warning_weeks.py). The shipped cut of the high side, .035, is worth
.0102 there on five years; that of the low side, worth .004 and .006, is kept as it was measured."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """One count by weeks, oldest first, all closed. `first` is a Monday; `counts` (courts, weeks), NaN where the books
    have no figure.
    """

    figure: str
    title: Text
    unit: str
    outcome: bool
    courts: tuple[str, ...]
    first: date
    counts: Floats

    def week(self, index: int) -> str:
        """A week as a period, as 2025-03-03..2025-03-09."""
        monday = self.first + timedelta(weeks=index)
        return periods.between(monday, monday + timedelta(days=6)).text

    @property
    def weeks(self) -> int:
        """How many weeks there are."""
        return int(self.counts.shape[1])


def reach(years: int) -> int:
    """How many weeks a look needs that goes some years back: the oldest window, the week judged and the one before it."""
    return math.ceil(years * YEAR / 7) + histories.WEEKLY.half_window + 2


def monday(day: date) -> date:
    """The first day of the week a day lies in."""
    return day - timedelta(days=day.weekday())


def shared(calendar: Calendar, first: date, counts: Floats, until: int) -> list[Calendar]:
    """For each court (s, t) the calendar with exposures times what all others together do by season and around Lunar New
    Year, read from the weeks before `until`. A court of few cases a week cannot show the rush of December or the feast's
    own fortnight by itself; its regression keeps columns for what is its own. Its own cases are not read twice, lest it
    pass for steadier than it is. Where the others have few cases the season is drawn towards none.
    """
    known = np.flatnonzero(np.isfinite(counts[:, :until]).all(axis=0))
    others = counts[:, known].sum(axis=0) - counts[:, known]
    rows = np.flatnonzero(others.sum(axis=1) > 0)
    found = [calendar] * len(counts)
    if len(known) < 2 * KNOTS or not len(rows):
        return found
    feast = calendar.columns
    columns = np.hstack([_season(first, len(feast)), feast])
    trend = (np.arange(len(columns)) - until) / histories.SCALE
    whole = np.hstack([columns, np.ones((len(columns), 1)), trend[:, None]])[known]
    prior = np.concatenate([np.full(KNOTS, FREE**-2.0), np.ones(feast.shape[1]), np.full(2, quasi.RIDGE)])
    made = quasi.design(whole, np.log(calendar.exposure[known]), prior)
    fits = expectations.refit(made, others[rows], np.ones((len(rows), len(known))))
    factors = np.exp(fits.coefficients[:, : columns.shape[1]] @ columns.T)
    for place, row in enumerate(rows):
        if fits.converged[place]:
            found[row] = Calendar(feast, calendar.exposure * factors[place])
    return found


def _season(first: date, weeks: int) -> Floats:
    """(t, KNOTS): the place in a year of 365.25 days of each week's Thursday, between the two nearest knots of a circle."""
    columns = np.zeros((weeks, KNOTS))
    for row in range(weeks):
        thursday = first + timedelta(days=7 * row + 3)
        place = (thursday - date(thursday.year, 1, 1)).days / YEAR * KNOTS
        lower, part = int(place), place - int(place)
        columns[row, lower % KNOTS] = 1.0 - part
        columns[row, (lower + 1) % KNOTS] += part
    return columns


def judge(
    counts: Floats,
    judged: Integers,
    first: date,
    calendar: Calendar,
    years: int = histories.WEEKLY.years,
    rule: memory.Rule = memory.SHIPPED,
) -> memory.Verdicts:
    """Judge the weeks `judged` (k,), rising, of courts looked at together (s, t); week 0 begins on the Monday `first`."""
    baseline = dataclasses.replace(histories.WEEKLY, years=years)
    own = shared(calendar, first, counts, int(judged[0]))
    each = [
        memory.judge(counts[row : row + 1], judged, baseline, rule, first, one) for row, one in enumerate(own)
    ]
    parts = {name: np.concatenate([getattr(one, name) for one in each]) for name in memory.Verdicts.__slots__}
    return memory.Verdicts(**parts)


def history(watch: Watch, weeks: Weeks, works: Callable[[date], bool]) -> list[Verdict]:
    """Every court's last week against its own history."""
    rows = range(len(weeks.courts))
    years = _years(watch, weeks)
    if years < LEAST_YEARS:
        return [_unknown(watch, weeks, row, "short_history") for row in rows]
    last = weeks.weeks - 1
    calendar = lunar.weekly(weeks.first, weeks.weeks, lambda day: works(date.fromordinal(day)))
    rule = dataclasses.replace(
        memory.SHIPPED, spike=float(watch.setting("spike")), floor=int(watch.setting("least"))
    )
    found = judge(weeks.counts, np.array([last]), weeks.first, calendar, years, rule)
    baseline = cases(weeks.counts, years)
    return [
        _unknown(watch, weeks, row, "no_figure")
        if not found.usable[row, 0]
        else _unknown(watch, weeks, row, "small_sample")
        if baseline[row] < LEAST_CASES
        else _verdict(watch, weeks, row, found, years)
        for row in rows
    ]


def cases(counts: Floats | Integers, years: int) -> Floats:
    """What the baseline of the last week of each series (s, t) holds, (s,), so many years back."""
    last = counts.shape[1] - 1
    begin = max(0, last - years * histories.WEEKLY.periods - histories.WEEKLY.half_window)
    return np.asarray(np.nansum(counts[:, begin : last - histories.WEEKLY.left_out], axis=1), np.float64)


def _years(watch: Watch, weeks: Weeks) -> int:
    """How many years back the weeks reach, of those the watch asks for."""
    asked, last = int(watch.setting("years")), weeks.weeks - 1
    if last < 1:
        return 0
    week = weeks.first + timedelta(weeks=last)
    centres = histories.anniversaries(week, asked)
    return sum(centre + histories.WEEKLY.half_window <= last for centre in centres)


def _verdict(watch: Watch, weeks: Weeks, row: int, found: memory.Verdicts, years: int) -> Verdict:
    """Of the two sides the one less likely by chance, the scores told as chances by the tails of their years."""
    scores = {"high": found.high[row], "low": found.low[row]}
    chances = {
        side: float(tail.p(scores[side])[0]) for side, tail in zip(("high", "low"), tails(years), strict=True)
    }
    side = "high" if chances["high"] <= chances["low"] else "low"
    chance, cut = chances[side], float(watch.setting("cut"))
    beyond = chance <= cut and watch.side in ("both", side)
    level = (RED if chance <= cut / 10 else AMBER) if beyond else WITHIN
    mean, phi = found.expected[row], found.dispersion[row]
    count = int(weeks.counts[row, -1])
    document = {
        **_described(watch, weeks),
        "side": side,
        "value": float(count),
        "numerator": count,
        "denominator": 1,
        "score": chance,
        "method": memory.METHOD,
        "expected": float(mean[0]),
        "low": float(limits.lower(mean, phi, judging.SPAN)[0]),
        "high": float(limits.upper(mean, phi, judging.SPAN)[0]),
        "tails": [float(scores["high"][0]), float(scores["low"][0])],
        "dispersion": float(phi[0]),
        "years": years,
        "outcome": weeks.outcome,
        "picture": _picture(weeks, row),
    }
    return Verdict(
        weeks.courts[row], weeks.figure, document["period"], level, side, chance, document=document
    )


def _unknown(watch: Watch, weeks: Weeks, row: int, reason: str) -> Verdict:
    document = {**_described(watch, weeks), "reason": reason}
    return Verdict(weeks.courts[row], weeks.figure, document["period"], UNKNOWN, document=document)


def _described(watch: Watch, weeks: Weeks) -> dict[str, Any]:
    return {
        **judging.described(watch, weeks.figure, weeks.title, weeks.unit),
        "grain": watch.grain,
        "period": weeks.week(weeks.weeks - 1),
    }


def _picture(weeks: Weeks, row: int) -> dict[str, Any]:
    """What a client needs to draw the series: its weeks and counts, the last two years."""
    begin = max(0, weeks.weeks - SHOWN_WEEKS)
    counts = [int(one) if np.isfinite(one) else None for one in weeks.counts[row, begin:]]
    return {
        "weeks": [weeks.week(index) for index in range(begin, weeks.weeks)],
        "values": [None if one is None else float(one) for one in counts],
        "numerators": counts,
        "denominators": [None if one is None else 1 for one in counts],
    }


def tails(years: int) -> tuple[memory.Tail, memory.Tail]:
    """What the scores of both sides are worth when so many years are looked back at."""
    return TAILS[max(reached for reached in TAILS if reached <= max(years, LEAST_YEARS))]
