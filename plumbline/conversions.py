"""What a court's values come to in the points of another assessment, line by line, with the arithmetic in
words; exact fractions, and never a point where no conversion is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from plumbline.catalog import conversions, targets
from plumbline.catalog.conversions import Interval, Line
from plumbline.catalog.definitions import Text
from plumbline.catalog.ratios import Missing, Ratio

NOT_GIVEN = Text("未提供换算办法", "no conversion given")
OUTSIDE = "outside_the_table"


@dataclass(frozen=True, slots=True)
class Converted:
    """What one line gives: `points` between 0 and the line's own, or None with a reason."""

    points: Fraction | None
    reason: str
    words: Text


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of all lines; None where one is missing, and then the range it lies in."""

    points: Fraction | None
    low: Fraction
    high: Fraction


def by_table(line: Line, unit: str, value: Ratio | Missing) -> Converted:
    """A value through a line's table."""
    if isinstance(value, Missing):
        return _none(value.reason)
    exact = value.fraction()
    shown = targets.shown(exact, unit)
    for interval in conversions.read_table(line, unit):
        if interval.holds(exact):
            points, sums = _along(interval, exact, unit)
            said = conversions.said(interval, unit)
            return Converted(points, "", Text(f"{shown}，{said.zh}：{sums}", f"{shown} is {said.en}: {sums}"))
    return Converted(
        None,
        OUTSIDE,
        Text(
            f"{shown} 不在换算表所列区间之内，不计分",
            f"{shown} lies in no interval of the table, so no points can be said",
        ),
    )


def by_item(line: Line, points: Fraction | None, most: Fraction, reason: str) -> Converted:
    """The points of a rule book's item, in proportion to its own most."""
    if points is None:
        return _none(reason or "not_available")
    if most == 0:
        return _none("zero_denominator")
    found = points / most * line.points
    sums = f"{_said(points)} / {_said(most)} × {_said(line.points)} = {_said(found)}"
    return Converted(found, "", Text(f"按「{line.book}」第「{line.item}」项：{sums}",
                                     f"as item {line.item} of {line.book} gives: {sums}"))  # fmt: skip


def add(lines: Mapping[str, tuple[Fraction, Converted]]) -> Total:
    """The sum over lines by name, each with the most it can give; a missing line makes a range of it."""
    known = sum((one.points for _, one in lines.values() if one.points is not None), Fraction(0))
    missing = sum((most for most, one in lines.values() if one.points is None), Fraction(0))
    whole = all(one.points is not None for _, one in lines.values())
    return Total(known if whole and lines else None, known, known + missing)


def _along(interval: Interval, value: Fraction, unit: str) -> tuple[Fraction, str]:
    first, last = interval.points
    if first == last or interval.low is None or interval.high is None or interval.low == interval.high:
        return first, _said(first)
    points = first + (value - interval.low) / (interval.high - interval.low) * (last - first)
    low, high = targets.shown(interval.low, unit), targets.shown(interval.high, unit)
    sums = (
        f"{_said(first)} + ({targets.shown(value, unit)} - {low}) / ({high} - {low})"
        f" × ({_said(last)} - {_said(first)}) = {_said(points)}"
    )
    return points, sums


def _none(reason: str) -> Converted:
    return Converted(None, reason, Text("不可得，不计分", "not available, so no points can be said"))


def _said(points: Fraction) -> str:
    return targets.shown(points, "")
