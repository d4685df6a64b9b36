"""Targets are structures, not expressions: what a court is to reach, and the line that follows from it, in
words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from plumbline.catalog import faults
from plumbline.catalog.definitions import Text
from plumbline.catalog.ratios import Missing, Ratio

#: Every key of a target, and what it takes; for messages and for the reference page.
KEYS: Mapping[str, str] = {
    "at_least": "a value, or prior",
    "at_most": "a value, or prior",
    "between": "[lowest, highest], both inside",
    "less": "{share: 10 %, rounded: up} or {points: 2}",
    "more": "{share: 10 %, rounded: up} or {points: 2}",
    "sum_of_courts": "true: the sum of the lines of the courts directly below",
}
ROUNDED: Mapping[str, str] = {"up": "向上取整", "down": "向下取整", "half_even": "四舍六入五成双"}
_CHANGE_KEYS = ("share", "points", "rounded")
_WORDS = {"at_least": ("不低于", "at least"), "at_most": ("不高于", "at most")}
_NUMBER = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{1,6})?)\s*(%?)")


@dataclass(frozen=True, slots=True)
class Change:
    """How far from last year's figure: a share of it (rounded or exact), or points; `sign` is -1 for less."""

    sign: int
    share: Fraction | None
    points: Fraction | None
    rounded: str | None


@dataclass(frozen=True, slots=True)
class TargetRule:
    """A target that was read. `kind` is at_least, at_most, between or sum_of_courts; a `low` or `high` of
    None is prior.
    """

    kind: str
    unit: str
    low: Fraction | None = None
    high: Fraction | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The line a value is held against: `low` and `high` as exact fractions (a percentage as a share of 1),
    both inside.
    """

    kind: str
    low: Fraction | None
    high: Fraction | None
    arithmetic: Text


def read_target(rule: Mapping[str, Any] | str, unit: str) -> TargetRule:
    """The target of `rule` for an indicator or measure in `unit`; raises Unreadable with what to write
    instead.
    """
    given = as_document(rule)
    for key in given:
        if key not in KEYS:
            raise faults.Unreadable(f"`{key}` is not a key of a target", faults.nearest(str(key), KEYS))
    kinds = [key for key in given if key not in ("less", "more")]
    changes = [key for key in given if key in ("less", "more")]
    if len(kinds) != 1 or len(changes) > 1:
        raise faults.Unreadable(
            "a target is one line", "write one of at_least, at_most, between, sum_of_courts"
        )
    kind = kinds[0]
    if changes and given[kind] != "prior":
        raise faults.Unreadable(
            f"`{changes[0]}` needs a figure to start from", f"write {{{kind}: prior, {changes[0]}: …}}"
        )
    if kind == "sum_of_courts":
        if given[kind] is not True:
            raise faults.Unreadable("sum_of_courts takes no value", "write `target: sum_of_courts`")
        return TargetRule(kind, unit)
    if kind == "between":
        return _band(given[kind], unit)
    value = None if given[kind] == "prior" else read_value(given[kind], unit)
    change = _change(changes[0], given[changes[0]], unit) if changes else None
    return TargetRule(kind, unit, **{"low" if kind == "at_least" else "high": value}, change=change)


def as_document(rule: Mapping[str, Any] | str) -> Mapping[str, Any]:
    """A target as a mapping; the word `sum_of_courts` alone is short for {sum_of_courts: true}."""
    if rule == "sum_of_courts":
        return {"sum_of_courts": True}
    if not isinstance(rule, Mapping):
        raise faults.Unreadable(
            f"`{rule}` is not a target", "write, for example, {at_least: 90 %} or sum_of_courts"
        )
    return rule


def limit_of(target: TargetRule, prior: Ratio | None, children: Sequence[Line | Missing]) -> Line | Missing:
    """The line of a target, given last year's figure of the same court and the lines of the courts below."""
    if target.kind == "sum_of_courts":
        return _sum(children, target.unit)
    if target.kind == "between":
        low, high = (shown(bound, target.unit) for bound in (target.low, target.high))
        return Line(
            "between", target.low, target.high, Text(f"在 {low} 与 {high} 之间", f"between {low} and {high}")
        )
    fixed = target.low if target.kind == "at_least" else target.high
    zh, en = _WORDS[target.kind]
    if fixed is not None:
        return _line(
            target.kind,
            fixed,
            Text(f"{zh} {shown(fixed, target.unit)}", f"{en} {shown(fixed, target.unit)}"),
        )
    if prior is None:
        return Missing("not_in_books", "the figure of the year before")
    bound, sums = _changed(prior.fraction(), target)
    return _line(target.kind, bound, Text(f"{zh}{sums.zh}", f"{en} {sums.en}"))


def met(line: Line | Missing, ratio: Ratio | Missing | None) -> bool | None:
    """Whether a value is inside its line, both ends counted; None where there is no value or no line."""
    if not isinstance(line, Line) or not isinstance(ratio, Ratio):
        return None
    value = ratio.fraction()
    return (line.low is None or value >= line.low) and (line.high is None or value <= line.high)


def covers(pattern: str, court: str) -> bool:
    """Whether `吉24*` (every court whose code begins with 吉24, 吉24 too) or an exact code covers a court."""
    return court.startswith(pattern[:-1]) if pattern.endswith("*") else court == pattern


def read_value(given: object, unit: str) -> Fraction:
    """A figure in its unit, as an exact fraction (a percentage as a share of 1); Unreadable where it is none."""
    match = (
        _NUMBER.fullmatch(str(given))
        if isinstance(given, str | int) and not isinstance(given, bool)
        else None
    )
    if match is None:
        raise faults.Unreadable(f"`{given}` is not a value", "write `90 %`, `30`, `153.25` or `prior`")
    number, percent = Fraction(match[1]), bool(match[2])
    if percent and unit != "percent":
        raise faults.Unreadable(
            f"`{given}` is a percentage and the unit is {unit}", f"write a number of {unit}"
        )
    if not percent and unit == "percent":
        raise faults.Unreadable(f"`{given}` leaves open whether percent is meant", f"write `{given} %`")
    return number / 100 if percent else number


def _band(given: object, unit: str) -> TargetRule:
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise faults.Unreadable("`between` takes two values", "write {between: [10 %, 20 %]}")
    low, high = (read_value(each, unit) for each in given)
    if low > high:
        raise faults.Unreadable(
            f"no value lies between {given[0]} and {given[1]}", "write the lower one first"
        )
    return TargetRule("between", unit, low, high)


def _change(word: str, given: object, unit: str) -> Change:
    sign = -1 if word == "less" else 1
    if (
        not isinstance(given, Mapping)
        or not set(given) <= set(_CHANGE_KEYS)
        or ("share" in given) == ("points" in given)
    ):
        raise faults.Unreadable(
            f"`{word}` takes a share or points",
            f"write {word}: {{share: 10 %, rounded: up}} or {word}: {{points: 2}}",
        )
    rounded = given.get("rounded")
    if rounded is not None and (rounded not in ROUNDED or "points" in given):
        raise faults.Unreadable(
            f"`rounded: {rounded}` is not a way to round a share", "write up, down or half_even"
        )
    if "points" in given:
        points = _NUMBER.fullmatch(str(given["points"]))
        if points is None or points[2]:
            raise faults.Unreadable(f"`{given['points']}` is not a number of points", "write `points: 2`")
        return Change(sign, None, Fraction(points[1]) / (100 if unit == "percent" else 1), None)
    if rounded is not None and unit == "percent":
        raise faults.Unreadable("a share of a percentage is not rounded to a whole", "leave `rounded` out")
    return Change(sign, read_value(given["share"], "percent"), None, rounded)


def _changed(base: Fraction, target: TargetRule) -> tuple[Fraction, Text]:
    """Last year's figure after its change, with the arithmetic."""
    change, unit = target.change, target.unit
    was = shown(base, unit)
    if change is None:
        return base, Text(f"上年的 {was}", f"last year's {was}")
    sign = "-" if change.sign < 0 else "+"
    if change.share is None:
        points = change.points or Fraction(0)
        bound = base + change.sign * points
        sums = f"{was} {sign} {shown(points, unit)} = {shown(bound, unit)}"
        return bound, Text(sums, sums)
    exact = base * change.share
    cut = _rounded(exact, change.rounded)
    bound = base + change.sign * cut
    share = f"{was} × {shown(change.share, 'percent')} = {shown(exact, unit)}"
    if change.rounded is None:
        sums = f"{was} {sign} ({share}) = {shown(bound, unit)}"
        return bound, Text(sums, sums)
    end = f"{was} {sign} {shown(cut, unit)} = {shown(bound, unit)}"
    return bound, Text(f"{share}，{ROUNDED[change.rounded]} {shown(cut, unit)}，{end}",
                       f"{share}, rounded {change.rounded} to {shown(cut, unit)}, {end}")  # fmt: skip


def _rounded(value: Fraction, way: str | None) -> Fraction:
    if way is None:
        return value
    if way == "half_even":
        return Fraction(round(value))
    return Fraction(math.ceil(value) if way == "up" else math.floor(value))


def _sum(children: Sequence[Line | Missing], unit: str) -> Line | Missing:
    """The sum of the lines below; they must all be of one kind with one bound."""
    lines = [child for child in children if isinstance(child, Line)]
    kinds = {line.kind for line in lines}
    if not children or len(lines) < len(children):
        return Missing("no_target", "a court below has no line")
    if len(kinds) != 1 or kinds == {"between"}:
        return Missing("no_target", "the lines of the courts below cannot be added")
    kind = kinds.pop()
    bounds = [bound for line in lines if (bound := line.low if kind == "at_least" else line.high) is not None]
    total = sum(bounds, Fraction(0))
    sums = " + ".join(shown(bound, unit) for bound in bounds) + f" = {shown(total, unit)}"
    zh, en = _WORDS[kind]
    return _line(kind, total, Text(f"{zh}各院之和 {sums}", f"{en} the sum of its courts, {sums}"))


def _line(kind: str, bound: Fraction, arithmetic: Text) -> Line:
    return Line(kind, bound if kind == "at_least" else None, bound if kind == "at_most" else None, arithmetic)


def shown(value: Fraction | None, unit: str) -> str:
    """A bound in its unit, at most 6 decimals, without idle zeros; for words only."""
    exact = (value or Fraction(0)) * (100 if unit == "percent" else 1)
    text = f"{Decimal(round(exact * 10**6)).scaleb(-6):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} %" if unit == "percent" else text
