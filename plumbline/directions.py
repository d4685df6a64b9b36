"""Which way a figure has gone against the same period a year before (正升逆降): better, worse, unchanged, or
not to be compared. It says nothing of how courts stand to one another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from plumbline.catalog.ratios import Missing, Ratio
from plumbline.catalog.targets import Line

BETTER, WORSE, UNCHANGED, NOT_COMPARABLE = "better", "worse", "unchanged", "not_comparable"


@dataclass(frozen=True, slots=True)
class Movement:
    """How a figure moved. `difference` is now less then, exactly; `reason` says why it cannot be compared.

    `inside_now` and `inside_then` say, of an interval, whether the value lay in it.
    """

    kind: str
    difference: Fraction | None = None
    reason: str = ""
    inside_now: bool | None = None
    inside_then: bool | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many figures went which way. `risen` 正升: of those that should be high, that rose; `fallen` 逆降:
    of those that should be low, that fell; each of how many that could be compared.
    """

    risen: int
    risen_of: int
    fallen: int
    fallen_of: int
    better: int
    worse: int
    unchanged: int
    not_comparable: int


def movement(
    direction: str, now: Ratio | Missing, then: Ratio | Missing, small: bool, band: Line | None
) -> Movement:
    """The movement of one figure by its direction; `band` is the interval it is to lie in, both ends inside."""
    if not isinstance(now, Ratio) or not isinstance(then, Ratio):
        reason = now.reason if isinstance(now, Missing) else then.reason if isinstance(then, Missing) else ""
        return Movement(NOT_COMPARABLE, reason=reason)
    difference = now.fraction() - then.fraction()
    if small:
        return Movement(NOT_COMPARABLE, reason="small_sample")
    if direction == "band":
        return _within(now.fraction(), then.fraction(), band)
    if direction not in ("higher", "lower"):
        return Movement(NOT_COMPARABLE, difference, "no_direction")
    if difference == 0:
        return Movement(UNCHANGED, difference)
    return Movement(BETTER if (difference > 0) == (direction == "higher") else WORSE, difference)


def _within(now: Fraction, then: Fraction, band: Line | None) -> Movement:
    difference = now - then
    if band is None or band.low is None or band.high is None:
        return Movement(NOT_COMPARABLE, difference, "no_interval")
    here, there = (max(band.low - value, value - band.high, Fraction(0)) for value in (now, then))
    kind = UNCHANGED if here == there else BETTER if here < there else WORSE
    return Movement(kind, difference, "", here == 0, there == 0)


def tally(moved: Iterable[tuple[str, Movement]]) -> Tally:
    """The counts over (direction, movement) pairs."""
    pairs = list(moved)
    compared = [(direction, one) for direction, one in pairs if one.kind != NOT_COMPARABLE]

    def count(kind: str) -> int:
        return sum(one.kind == kind for _, one in pairs)

    def of(direction: str, kind: str | None) -> int:
        return sum(way == direction and kind in (None, one.kind) for way, one in compared)

    return Tally(
        risen=of("higher", BETTER),
        risen_of=of("higher", None),
        fallen=of("lower", BETTER),
        fallen_of=of("lower", None),
        better=count(BETTER),
        worse=count(WORSE),
        unchanged=count(UNCHANGED),
        not_comparable=count(NOT_COMPARABLE),
    )
