"""One column of the books: the sums of an account for some courts, by month and, where a month is cut, by day."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from plumbline import periods

ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Column:
    """Sums by month, and sums by day of the months that were read by day. Exact for whole months and for those days."""

    months: Mapping[int, int] = field(default_factory=dict)
    days: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)
    _sums: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._starts = sorted(self.months)
        self._sums = [0, *itertools.accumulate(self.months[start] for start in self._starts)]

    @property
    def empty(self) -> bool:
        """Whether nothing was ever posted."""
        return not self.months

    def before(self, day: date) -> int:
        """The sum of everything posted before `day`."""
        if day.day == 1:
            return self._sums[bisect.bisect_left(self._starts, day.toordinal())]
        start = day.toordinal() - day.day + 1
        whole = self._sums[bisect.bisect_left(self._starts, start)]
        if start not in self.months and start not in self.days:
            return whole  # a month whose lines add up to 0 has no row of its own, but its days do
        if start not in self.days:
            raise LookupError(f"the month of {day} was not read by day")
        return whole + sum(value for on, value in self.days[start].items() if on < day.toordinal())

    def through(self, day: date) -> int:
        """The sum of everything posted up to and including `day` (a stock's level at the end of that day)."""
        return self.before(day + ONE_DAY)

    def between(self, first: date, until: date) -> int:
        """The sum of what was posted from `first` until (not on) `until`."""
        return self.before(until) - self.before(first) if first < until else 0


EMPTY = Column()


def by_day(rows: Iterable[tuple[date, int]]) -> Column:
    """A column from sums by day: every month is exact by day."""
    months: dict[int, int] = {}
    days: dict[int, dict[int, int]] = {}
    for day, value in rows:
        start = periods.month_start(day).toordinal()
        months[start] = months.get(start, 0) + value
        inside = days.setdefault(start, {})
        inside[day.toordinal()] = inside.get(day.toordinal(), 0) + value
    return Column(months, days)
