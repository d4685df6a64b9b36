"""Points as a function of one figure: last year's figure, lines, and the rules that need no more than
these.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from plumbline import scorebooks
from plumbline import scoring_words as words
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog import targets
from plumbline.catalog.definitions import Text
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.catalog.rulebook_tree import Item
from plumbline.catalog.targets import Line
from plumbline.scorebooks import About, Book, Inputs, Readings

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Case:
    """One item of one court, about to be scored."""

    book: Book
    item: Item
    inputs: Inputs
    readings: Readings

    @property
    def most(self) -> Fraction:
        """The item's points for a court of this level."""
        return self.item.points[self.inputs.level]

    def said(self, option: tree.Option) -> str:
        """The word an option stands for."""
        return tree.said(option, self.readings)

    def about(self, figures: tree.Figures) -> About:
        """The figure these readings choose."""
        return self.book.figures[figures.under(self.readings)]

    def figure(self, figures: tree.Figures) -> scorebooks.Figure:
        """Its values."""
        return self.inputs.figure((self.about(figures).name, self.item.scope))


@dataclass(frozen=True, slots=True)
class Curve:
    """Points as a function of one figure's value: `way` is where better lies (-1, 1, or 0 of a band)."""

    points: Callable[[Fraction], Fraction]
    way: int
    reachable: Fraction
    said: Callable[[Ratio], Text]
    baseline: Ratio | None = None
    line: Line | None = None
    step: Callable[[Fraction], Fraction] | None = None
    slope: Fraction | None = None
    """Points for a whole unit of the value, pro rata; None where points jump."""

    def toward(self, value: Fraction) -> int:
        """Which way is better from a value: -1, 1, or 0 where it is already inside its band."""
        if self.way or self.line is None:
            return self.way
        below = self.line.low is not None and value < self.line.low
        above = self.line.high is not None and value > self.line.high
        return int(below) - int(above)

    def one_case(self, now: Ratio) -> Fraction:
        """What one case in the numerator moves, in points: one fewer or one more, whichever is better."""
        single = Fraction(1, now.denominator)
        if self.slope is not None:
            return single * self.slope
        value = now.fraction()
        return self.points(value + self.toward(value) * single) - self.points(value)


def curve(case: Case) -> Curve | Missing:
    """The points of an item as a function of its figure, or why there is none."""
    rule = case.item.rule
    match rule:
        case tree.GainPerStep():
            return _gain(case, rule)
        case tree.MeetsTarget() | tree.Band():
            line = line_of(case, rule.figure, rule.target)
            earns = case.said(rule.earns) if isinstance(rule, tree.MeetsTarget) else "met"
            return (
                line if isinstance(line, Missing) else _held(case, rule.figure, rule.comparison, line, earns)
            )
        case tree.GroupMean():
            line = _group_line(case, rule)
            return (
                line if isinstance(line, Missing) else _held(case, rule.figure, rule.comparison, line, "met")
            )
        case tree.ThresholdThenDeduction():
            line = line_of(case, rule.figure, rule.target)
            return line if isinstance(line, Missing) else _threshold(case, rule, line)
        case tree.PerCase():
            most, each = case.most, rule.deduct

            def left(value: Fraction) -> Fraction:
                return max(most - value * each, NOTHING)

            return Curve(
                left,
                -1,
                most,
                lambda now: words.deducted(now.fraction(), each, most, left(now.fraction())),
                slope=each,
            )
        case _:
            return Missing("no_curve", case.item.id)


def compared(value: Fraction, unit: str, comparison: str) -> Fraction:
    """A value as it is held against a line: exactly, or as shown with so many decimals in its unit
    (四舍五入).
    """
    if comparison == "exact":
        return value
    scale = 10 ** int(comparison.removeprefix("as_shown_")) * (100 if unit == "percent" else 1)
    rounded = Fraction(math.floor(abs(value) * scale + Fraction(1, 2)), scale)
    return rounded if value >= 0 else -rounded


def baseline(case: Case, rule: tree.GainPerStep) -> Ratio | Missing:
    """Last year's figure that this period is held against, by the reading for a period that still runs."""
    figure, elapsed = case.figure(rule.figure), case.inputs.elapsed
    way = case.said(rule.in_year) if elapsed < 1 else "same_time"
    if way == "not_scored":
        return Missing("not_over", case.item.id)
    if way == "same_time" or rule.change == "points" or isinstance(figure.prior_whole, Missing):
        return figure.prior if way == "same_time" else figure.prior_whole
    whole = figure.prior_whole
    return Ratio(whole.numerator * elapsed.numerator, whole.denominator * elapsed.denominator)


def _gain(case: Case, rule: tree.GainPerStep) -> Curve | Missing:
    base, most, unit = baseline(case, rule), case.most, case.about(rule.figure).unit
    if isinstance(base, Missing):
        return base
    was, steps, sign = base.fraction(), case.said(rule.steps), -1 if rule.way == "fall" else 1
    if rule.change == "share" and was <= 0:
        return _from_nothing(case, rule, base, sign)
    size = was if rule.change == "share" else Fraction(1)

    def change(value: Fraction) -> Fraction:
        return sign * (value - was) / size

    best = (
        change(NOTHING) if sign < 0 else 1 - was if rule.change == "points" else most / rule.gain * rule.per
    )
    return Curve(
        points=lambda value: rule.earned(change(value), steps, most),
        way=sign,
        reachable=rule.earned(best, steps, most),
        said=lambda now: words.gain(rule, unit, now, base, change(now.fraction()), steps, most),
        baseline=base,
        step=lambda value: max(rule.counted(change(value), steps), NOTHING),
        slope=rule.gain / rule.per / size,
    )


def _from_nothing(case: Case, rule: tree.GainPerStep, base: Ratio, sign: int) -> Curve | Missing:
    """Last year's figure is 0: what is above it did not fall; 0 to 0 is read as a court has settled; a
    rise has no share.
    """
    now = case.figure(rule.figure).now
    if isinstance(now, Missing):
        return now
    value, full = now.fraction(), case.said(rule.zero_base) == "full_if_zero_now"
    if (sign < 0 and value <= 0 and not full) or (sign > 0 and value > 0):
        return Missing("zero_base", case.item.id)
    most = case.most if sign < 0 and full else NOTHING
    given = most if value <= 0 else NOTHING
    said = words.points(given)
    return Curve(
        points=lambda at: most if at <= 0 else NOTHING,
        way=sign,
        reachable=most,
        said=lambda now: Text(f"上年 0，本年 {words.number(value)}，得 {said.zh}",
                              f"last year 0, this year {words.number(value)}, gives {said.en}"),
        baseline=base,
    )  # fmt: skip


def _held(case: Case, figures: tree.Figures, option: tree.Option, line: Line, earns: str) -> Curve:
    unit, most, comparison = case.about(figures).unit, case.most, case.said(option)

    def met(value: Fraction) -> bool:
        return inside(line, compared(value, unit, comparison))

    def points(value: Fraction) -> Fraction:
        if met(value):
            return most
        return most * _share(line, value) if earns == "proportional" else NOTHING

    way = {"at_least": 1, "at_most": -1}.get(line.kind, 0)

    def said(now: Ratio) -> Text:
        value = now.fraction()
        return words.held(line.arithmetic, unit, now, met(value), points(value), comparison)

    return Curve(points, way, most, said, line=line)


def _threshold(case: Case, rule: tree.ThresholdThenDeduction, line: Line) -> Curve:
    unit, most = case.about(rule.figure).unit, case.most
    comparison, steps = case.said(rule.comparison), case.said(rule.steps)

    def short(value: Fraction) -> Fraction:
        """Steps short of the line."""
        if inside(line, compared(value, unit, comparison)):
            return NOTHING
        distance = (line.low - value if line.low is not None else value - (line.high or NOTHING)) * (
            100 if unit == "percent" else 1
        )
        exact = max(distance, NOTHING) / rule.per
        return Fraction(math.floor(exact)) if steps == "whole" else exact

    def points(value: Fraction) -> Fraction:
        return max(most - short(value) * rule.deduct, NOTHING)

    def said(now: Ratio) -> Text:
        value = now.fraction()
        head = Text(f"本期 {words.shown(now, unit)}，目标{line.arithmetic.zh}",
                    f"now {words.shown(now, unit)}, target {line.arithmetic.en}")  # fmt: skip
        return words.joined(head, words.deducted(short(value), rule.deduct, most, points(value)))

    return Curve(points, 1 if line.low is not None else -1, most, said, line=line, step=short)


def inside(line: Line, value: Fraction) -> bool:
    return (line.low is None or value >= line.low) and (line.high is None or value <= line.high)


def _share(line: Line, value: Fraction) -> Fraction:
    """How far a missed line was reached: value over line, or line over value; from 0 to 1."""
    if line.low is not None and value < line.low:
        return max(value / line.low, NOTHING) if line.low > 0 else NOTHING
    return max(line.high / value, NOTHING) if line.high is not None and value > 0 else NOTHING


def line_of(case: Case, figures: tree.Figures, rule: object) -> Line | Missing:
    """A rule's own line, else the pack's target for the figure."""
    about = case.about(figures)
    if isinstance(rule, dict):
        return targets.limit_of(targets.read_target(rule, about.unit), None, ())
    return case.inputs.line((about.name, case.item.scope))


def _group_line(case: Case, rule: tree.GroupMean) -> Line | Missing:
    about = case.about(rule.figure)
    given = case.inputs.group.get((about.name, case.item.scope), ())
    known = [each.fraction() for each in given if isinstance(each, Ratio)]
    if not known or len(known) < len(given):
        lacking = next((each for each in given if isinstance(each, Missing)), scorebooks.NOT_REPORTED)
        return Missing(lacking.reason, "a court of the group")
    mean = sum(known, NOTHING) / len(known)
    shown, low = words.in_unit(mean, about.unit), rule.side == "at_least"
    said = Text(f"{'不低于' if low else '不高于'}同组 {len(known)} 院均值 {shown}",
                f"{'at least' if low else 'at most'} the mean {shown} of {len(known)} courts")  # fmt: skip
    return Line(rule.side, mean if low else None, None if low else mean, said)
