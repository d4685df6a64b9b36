"""Which earlier periods a judged period is compared with, and the season level each of them belongs to."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline import errors

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The history to look at: `years` back, windows of `half_window` periods on each side of the judged
    period's place in the year, the rest of the year in `levels - 1` equal blocks, and the last `left_out`
    periods before the judged one unread, lest a rise that is growing teach the model that it is normal.

    `periods` is how many make a year: 52 weeks or 12 months. With fewer than `trend_cases` in the whole baseline no
    trend is believed.
    """

    years: int = 5
    half_window: int = 3
    levels: int = 10
    left_out: int = 26
    periods: int = 52
    trend_cases: int = 0

    def __post_init__(self) -> None:
        between = self.periods - 2 * self.half_window - 1
        if self.years < 1 or self.half_window < 1 or not 2 <= self.levels <= between + 1:
            raise errors.BadInput(
                f"a baseline of {self.years} years with {self.levels} season levels over {self.periods} periods "
                f"cannot be laid out; give at least 1 year, a window of at least 1 and 2 to {between + 1} levels"
            )

    @property
    def reach(self) -> int:
        """How many periods before the judged one must be on record."""
        return self.years * self.periods + self.half_window


WEEKLY = Baseline()
MONTHLY = Baseline(years=5, half_window=1, levels=4, left_out=6, periods=12, trend_cases=100)


@dataclass(frozen=True, slots=True)
class Layout:
    """A baseline laid out: `offsets` (n,) in periods before the judged one, negative and rising; `levels` (n,)
    from 0; `now` is the judged period's own level, which the period before it shares."""

    offsets: Integers
    levels: Integers
    now: int

    def design(self, trend: bool) -> Floats:
        """The model's columns, (n, levels [+ 1]): one for each level, and the time in years before now."""
        columns = np.zeros((len(self.offsets), self.now + 1 + trend))
        columns[np.arange(len(self.offsets)), self.levels] = 1.0
        if trend:
            columns[:, -1] = self.offsets / SCALE
        return columns


SCALE = 52.0  # periods to a unit of the trend column: only conditions the equations, changes no result


def layout(baseline: Baseline, centres: tuple[int, ...] = ()) -> Layout:
    """Lay a baseline out, as Noufaily et al. 2013 do: earlier blocks of a year take the remainder. `centres` are
    the judged period's places in earlier years, in periods before it, nearest first; by default every
    `periods`."""
    last, wide = baseline.levels - 1, baseline.half_window
    places = centres or tuple(year * baseline.periods for year in range(1, baseline.years + 1))
    reach = places[-1] + wide
    level = np.full(reach, -1, dtype=np.int64)  # index 0 is the farthest period, -reach
    for centre, nearer in zip(places, (0, *places), strict=False):
        at = reach - centre
        level[at - wide : at + wide + 1] = last
        size, rest = divmod(centre - nearer - 2 * wide - 1, last)
        blocks = np.repeat(np.arange(last), [size + (block < rest) for block in range(last)])
        level[at + wide + 1 : at + wide + 1 + len(blocks)] = blocks
    level[reach - baseline.left_out :] = -1
    chosen = np.flatnonzero(level >= 0)
    return Layout(chosen - reach, level[chosen], last)


def anniversaries(week: datetime.date, years: int) -> tuple[int, ...]:
    """How many weeks before `week` (its first day) the week lies whose first day is nearest to the same date one,
    two, ... `years` years earlier; 29 February counts as 1 March."""
    found = []
    for back in range(1, years + 1):
        try:
            date = week.replace(year=week.year - back)
        except ValueError:
            date = datetime.date(week.year - back, 3, 1)
        found.append(((week - date).days + 3) // 7)
    return tuple(found)


def windows(series: NDArray[np.float64] | Integers, judged: Integers, laid: Layout) -> Floats:
    """The baseline counts of every series at every judged period: `series` (s, t), `judged` (k,) indexes into
    t; gives (s * k, n), series by series. Raises if a judged period has less history than the layout."""
    if len(judged) and int(judged.min()) + int(laid.offsets[0]) < 0:
        raise errors.BadInput(
            f"period {int(judged.min())} has too little history; {-int(laid.offsets[0])} periods before it are needed"
        )
    picked = series[:, judged[:, None] + laid.offsets[None, :]]
    return np.ascontiguousarray(picked.reshape(-1, len(laid.offsets)), dtype=np.float64)
