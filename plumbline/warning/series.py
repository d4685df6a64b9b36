"""Monthly series of one figure over courts: what every watch of figures looks at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from plumbline import periods
from plumbline.catalog.definitions import Text
from plumbline.warning.histories import Floats

COUNT, SHARE, RATE, MEAN = "count", "share", "rate", "mean"
"""What a figure is to the methods: cases counted; cases in cases, never above one; cases over other cases; an amount
(days, money) over cases."""


@dataclass(frozen=True, slots=True)
class Series:
    """One figure's months, oldest first, all closed. `numerators` and `denominators` (courts, months), NaN where the
    books have no figure; a count has denominators of 1. `levels` are the courts' levels, in their order.
    """

    figure: str
    title: Text
    unit: str
    form: str
    direction: str
    outcome: bool
    courts: tuple[str, ...]
    levels: tuple[str, ...]
    first: date
    numerators: Floats
    denominators: Floats

    @property
    def months(self) -> int:
        """How many months there are."""
        return int(self.numerators.shape[1])

    def month(self, index: int) -> str:
        """A month as a period, as 2026-03."""
        return periods.add_months(self.first, index).isoformat()[:7]

    def index(self, month: date) -> int:
        """The place of a month; may lie outside."""
        return (month.year - self.first.year) * 12 + month.month - self.first.month

    def value(self, court: int, index: int) -> float | None:
        """The figure in its unit; None where there is none."""
        above, below = self.numerators[court, index], self.denominators[court, index]
        if not np.isfinite(above) or not np.isfinite(below) or below == 0:
            return None
        return float(above / below * self.scale)

    @property
    def scale(self) -> float:
        """From a fraction to the unit."""
        return 100.0 if self.unit == "percent" else 1.0

    def chosen(self, rows: Sequence[int] | NDArray[np.int64]) -> Series:
        """The same of some of the courts."""
        kept = list(rows)
        return Series(
            self.figure, self.title, self.unit, self.form, self.direction, self.outcome,
            tuple(self.courts[row] for row in kept), tuple(self.levels[row] for row in kept),
            self.first, self.numerators[kept], self.denominators[kept],
        )  # fmt: skip

    def since(self, first: date) -> Series:
        """The same from a month on, which must not lie before its own first."""
        begin = self.index(first)
        return dataclasses.replace(
            self,
            first=first,
            numerators=self.numerators[:, begin:],
            denominators=self.denominators[:, begin:],
        )


def form_of(unit: str, counted: bool, numerators: Floats, denominators: Floats, amount: bool) -> str:
    """What a figure is to the methods; `counted`: it has no denominator of its own; `amount`: what stands above the
    line is no count of cases.
    """
    if counted:
        return MEAN if amount else COUNT
    if amount:
        return MEAN
    known = np.isfinite(numerators) & np.isfinite(denominators)
    inside = bool(np.all(numerators[known] <= denominators[known]))
    return SHARE if unit == "percent" and inside else RATE
