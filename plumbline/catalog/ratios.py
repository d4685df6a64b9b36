"""Exact arithmetic over balances: a ratio keeps its numerator and denominator, and what is missing keeps its
reason.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

#: Standard deviations and Gini coefficients are rounded half-even to this many places; nothing else is
#: rounded.
PLACES = 12
_SCALE = 10**PLACES

#: Why there is no value; `detail` names the measure or the part.
REASONS = ("zero_denominator", "not_reported", "filling", "not_in_books", "no_target")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A value as numerator over denominator (at least 1), never reduced, so that both stay the counts they
    are.
    """

    numerator: int
    denominator: int

    def fraction(self) -> Fraction:
        """The value, exactly."""
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no value, and this is why."""

    reason: str
    detail: str = ""


def plus(left: Ratio, right: Ratio) -> Ratio:
    """left + right; equal denominators are kept as they are."""
    if left.denominator == right.denominator:
        return Ratio(left.numerator + right.numerator, left.denominator)
    return Ratio(
        left.numerator * right.denominator + right.numerator * left.denominator,
        left.denominator * right.denominator,
    )


def minus(left: Ratio, right: Ratio) -> Ratio:
    """left - right."""
    return plus(left, Ratio(-right.numerator, right.denominator))


def times(left: Ratio, right: Ratio) -> Ratio:
    """left * right."""
    return Ratio(left.numerator * right.numerator, left.denominator * right.denominator)


def over(left: Ratio, right: Ratio, detail: str = "") -> Ratio | Missing:
    """left / right: the numerator and denominator of two counts are those counts."""
    if right.numerator == 0:
        return Missing("zero_denominator", detail)
    sign = -1 if right.numerator < 0 else 1
    return Ratio(sign * left.numerator * right.denominator, sign * left.denominator * right.numerator)


def mean(values: Sequence[Ratio]) -> Ratio | Missing:
    """The sum over the count."""
    total = Ratio(0, values[0].denominator) if values else Ratio(0, 1)
    for value in values:
        total = plus(total, value)
    return over(total, Ratio(len(values), 1), "nothing to take a mean of")


def deviation(values: Sequence[Ratio]) -> Ratio | Missing:
    """The standard deviation of a population, rounded half-even to 12 places."""
    if not values:
        return Missing("zero_denominator", "nothing to take a deviation of")
    exact = [value.fraction() for value in values]
    middle = sum(exact, Fraction(0)) / len(exact)
    variance = sum(((value - middle) ** 2 for value in exact), Fraction(0)) / len(exact)
    return Ratio(_root(variance), _SCALE)


def gini(values: Sequence[Ratio]) -> Ratio | Missing:
    """The Gini coefficient (0 = all equal), rounded half-even to 12 places; missing where the total is not
    above 0.
    """
    exact = sorted(value.fraction() for value in values)
    total = sum(exact, Fraction(0))
    if total <= 0:
        return Missing("zero_denominator", "the total is 0")
    count = len(exact)
    weighted = sum((place * value for place, value in enumerate(exact, 1)), Fraction(0))
    return Ratio(round((2 * weighted / total - count - 1) / count * _SCALE), _SCALE)


def count_positive(values: Sequence[Ratio]) -> Ratio:
    """How many are above 0."""
    return Ratio(sum(value.numerator > 0 for value in values), 1)


def percentile(values: Sequence[int], rank: int) -> Ratio | Missing:
    """The smallest value that at least `rank` % of the values do not exceed (nearest rank; an amount that
    really occurs).
    """
    if not values:
        return Missing("zero_denominator", "no case has an amount")
    at = max(1, -(-rank * len(values) // 100))
    return Ratio(sorted(values)[at - 1], 1)


def value_of(ratio: Ratio, unit: str) -> Decimal:
    """The value in its unit, half-even at 6 decimals; a percentage is multiplied by 100."""
    scaled = ratio.fraction() * 10**6 * (100 if unit == "percent" else 1)
    return Decimal(round(scaled)).scaleb(-6, _EXACT)


def _root(square: Fraction) -> int:
    """The square root times 10^12, half-even, by integers only."""
    numerator, denominator = square.numerator * _SCALE**2, square.denominator
    below = math.isqrt(numerator // denominator)
    twice, half = 4 * numerator, denominator * (2 * below + 1) ** 2
    return below + (twice > half or (twice == half and below % 2 == 1))


_EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN)
