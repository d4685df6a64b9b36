"""One column of the books: the sums of an account for some courts, by month and, where a month is cut, by day."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from plumbline import periods

ONE_DAY = 1


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

    def through(self, day: date) -> int:
        """The sum of everything posted up to and including `day` (a stock's level at the end of that day)."""
        start = periods.month_start(day).toordinal()
        before = self._sums[bisect.bisect_left(self._starts, start)]
        if start not in self.months and start not in self.days:
            return before
        if periods.month_start(date.fromordinal(day.toordinal() + ONE_DAY)).toordinal() != start:
            return before + self.months.get(start, 0)
        if start not in self.days:
            raise LookupError(f"the month of {day} was not read by day")
        return before + sum(value for on, value in self.days[start].items() if on <= day.toordinal())

    def between(self, first: date, until: date) -> int:
        """The sum of what was posted from `first` until (not on) `until`."""
        if until <= first:
            return 0
        return self.through(date.fromordinal(until.toordinal() - 1)) - self.through(date.fromordinal(first.toordinal() - 1))


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
