"""Lunar New Year (春节) and working days as columns of a regression: the feast moves between 21 January and
20 February, and with it a fortnight without work on either side of a month's end."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from plumbline import errors
from plumbline.warning.histories import Floats, Integers

FIRST_YEAR = 1990
# Month and day of the first day of the first lunar month, 1990 to 2041, as month * 100 + day. Two independent
# tables agree on all of them: the packages borax 4.1.3 and lunardate (both after the Hong Kong Observatory's).
DAYS = (
    127, 215, 204, 123, 210, 131, 219, 207, 128, 216, 205, 124, 212, 201, 122, 209, 129, 218, 207, 126, 214, 203,
    123, 210, 131, 219, 208, 128, 216, 205, 125, 212, 201, 122, 210, 129, 217, 206, 126, 213, 203, 123, 211, 131,
    219, 208, 128, 215, 204, 124, 212, 201,
)  # fmt: skip
BUCKETS = (-2, -1, 0, 1, 2)
LEAST_EXPOSURE = 0.5  # working days; a week wholly of rest still sees a few closings


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the periods of a series have in common: `columns` (t, c) for the regression, without unit; `exposure`
    (t,), working days, which the expectation is proportional to."""

    columns: Floats
    exposure: Floats


def new_year(year: int) -> datetime.date:
    """The first day of the lunar year that begins in `year`. Raises BadInput outside 1990 to 2041."""
    if not 0 <= year - FIRST_YEAR < len(DAYS):
        last = FIRST_YEAR + len(DAYS) - 1
        raise errors.BadInput(
            f"the table of Lunar New Year has no {year}; it goes from {FIRST_YEAR} to {last}; add the year to it"
        )
    return datetime.date(year, *divmod(DAYS[year - FIRST_YEAR], 100))


def weeks_to(day: datetime.date) -> int:
    """Which seven days around Lunar New Year a day lies in: 0 the feast's own (from the day itself), -1 the seven
    before, 1 the seven after; counted to the feast of the same calendar year."""
    return (day - new_year(day.year)).days // 7


def weekly(first: datetime.date, weeks: int, works: Callable[[int], bool]) -> Calendar:
    """Weeks from `first`: five columns, the share of the week's seven days that lies in each of the buckets -2 to
    2. `works` says of a day (ordinal) whether courts work on it."""
    days = [first + datetime.timedelta(offset) for offset in range(7 * weeks)]
    inside = np.array([[weeks_to(day) == bucket for bucket in BUCKETS] for day in days], dtype=np.float64)
    return Calendar(inside.reshape(weeks, 7, len(BUCKETS)).mean(axis=1), _exposure(days, [7] * weeks, works))


def monthly(year: int, months: int, works: Callable[[int], bool]) -> Calendar:
    """Months from January of `year`: one column, the share of the five weeks around the feast that lies in the
    month; the shares of a year sum to 1."""
    starts = [month_start(year, index) for index in range(months + 1)]
    lengths = [(after - start).days for start, after in itertools.pairwise(starts)]
    days = [starts[0] + datetime.timedelta(offset) for offset in range(sum(lengths))]
    near = np.array([weeks_to(day) in BUCKETS for day in days], dtype=np.float64) / 35.0
    share = np.add.reduceat(near, np.cumsum([0, *lengths[:-1]]))
    return Calendar(share[:, None], _exposure(days, lengths, works))


def month_start(year: int, index: int) -> datetime.date:
    """The first day of the month `index` months after January of `year`."""
    return datetime.date(year + index // 12, index % 12 + 1, 1)


def _exposure(days: Sequence[datetime.date], lengths: list[int], works: Callable[[int], bool]) -> Floats:
    worked = np.array([works(day.toordinal()) for day in days], dtype=np.float64)
    return np.asarray(np.maximum(np.add.reduceat(worked, np.cumsum([0, *lengths[:-1]])), LEAST_EXPOSURE))


def at(calendar: Calendar, periods: Integers) -> Calendar:
    """Of these periods only."""
    return Calendar(calendar.columns[periods], calendar.exposure[periods])


def seasoned(calendar: Calendar, pooled: Floats | Integers, until: int, periods: int = 12) -> Calendar:
    """The calendar with exposures times the season of all courts together: `pooled` (t,), their cases, of which only
    the periods before `until` are read. Months are few in a court's own history, so that a regression sees the last
    quarter as one level; the rush of December all courts have is told to it this way. Factors have mean 1."""
    rate = np.asarray(pooled, np.float64)[:until] / calendar.exposure[:until]
    place = np.arange(len(calendar.exposure)) % periods
    factor = np.array([rate[place[:until] == one].mean() for one in range(periods)])
    return Calendar(calendar.columns, calendar.exposure * np.maximum(factor / factor.mean(), 1e-6)[place])
