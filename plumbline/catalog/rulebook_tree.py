"""The shapes of a rule book: parameters left open, items, and the closed set of rules that turn figures
into points.

Points, steps and shares are exact fractions; a share of 50 % is 1/2. Nothing here reads a definition or a
figure.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from plumbline.catalog.definitions import Place, Source, Text


@dataclass(frozen=True, slots=True)
class Open:
    """An option that the document leaves open: the parameter whose reading decides."""

    parameter: str


Option = str | Open


@dataclass(frozen=True, slots=True)
class Figures:
    """The figure a rule reads: one (under the key ''), or one for each reading of a parameter."""

    names: Mapping[str, str]
    parameter: str = ""

    def under(self, readings: Mapping[str, str]) -> str:
        """The figure's name under these readings."""
        return self.names[readings[self.parameter] if self.parameter else ""]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a parameter."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something the document leaves open (口径未定): its readings, the shipped one, and the one a court
    has settled on.
    """

    id: str
    title: Text
    readings: tuple[Reading, ...]
    shipped: str
    settled: str = ""
    clause: str = ""
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class GainPerStep:
    """So many points for every step by which the figure is better than last year's, up to the item's points.

    `per` is a share of last year's figure (change share), or so many percentage points (change points),
    as a fraction.
    """

    figure: Figures
    change: str
    way: str
    per: Fraction
    gain: Fraction
    steps: Option
    zero_base: Option
    in_year: Option

    def earned(self, change: Fraction, steps: str, most: Fraction) -> Fraction:
        """The points of a change in the better direction: nothing at or below 0, never more than `most`."""
        return min(max(self.counted(change, steps), Fraction(0)) * self.gain, most)

    def counted(self, change: Fraction, steps: str) -> Fraction:
        """How many steps a change is: whole ones, or with their fraction."""
        exact = change / self.per
        return Fraction(math.floor(exact)) if steps == "whole" else exact


@dataclass(frozen=True, slots=True)
class MeetsTarget:
    """All points where the target is met. Without a target of its own, the packs' targets for that figure
    hold.
    """

    figure: Figures
    target: Mapping[str, Any] | None
    earns: Option
    comparison: Option


@dataclass(frozen=True, slots=True)
class ThresholdThenDeduction:
    """All points where the target is met; so many less for every step it is missed by, not below 0."""

    figure: Figures
    target: Mapping[str, Any] | None
    per: Fraction
    deduct: Fraction
    steps: Option
    comparison: Option


@dataclass(frozen=True, slots=True)
class PerCase:
    """All points, and so many less for every case, not below 0."""

    figure: Figures
    deduct: Fraction


@dataclass(frozen=True, slots=True)
class GroupMean:
    """All points where the figure is at least (or at most) the mean of the courts of the group, each
    counted once.
    """

    figure: Figures
    side: str
    comparison: Option


@dataclass(frozen=True, slots=True)
class Band:
    """All points inside the interval, both ends too."""

    figure: Figures
    target: Mapping[str, Any]
    comparison: Option


@dataclass(frozen=True, slots=True)
class SubordinatesMean:
    """The mean of what the courts directly below score under a book, as a share of that book's points."""

    book: str
    mean: Option
    cases: Figures | None


@dataclass(frozen=True, slots=True)
class PanelMean:
    """The mean mark of an anonymous vote, as a share of the highest mark."""

    ballot: str
    highest: Fraction


@dataclass(frozen=True, slots=True)
class Condition:
    """One of several conditions: a target, or not less than another figure."""

    figure: Figures
    target: Mapping[str, Any] | None
    no_less_than: Figures | None


@dataclass(frozen=True, slots=True)
class MeetsAll:
    """Several conditions: all points if all are met, or an equal part for each."""

    conditions: tuple[Condition, ...]
    given: Option
    comparison: Option


@dataclass(frozen=True, slots=True)
class ShareOfBooks:
    """A share of what another book gives this court."""

    book: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class WeightedSum:
    """Sub-items, each with its own points and rule."""

    items: tuple[Item, ...]


Rule = (
    GainPerStep
    | MeetsTarget
    | ThresholdThenDeduction
    | PerCase
    | GroupMean
    | Band
    | SubordinatesMean
    | PanelMean
    | MeetsAll
    | ShareOfBooks
    | WeightedSum
)
#: The rules by the word a definition uses.
KINDS: Mapping[str, type[Any]] = {
    "gain_per_step": GainPerStep,
    "meets_target": MeetsTarget,
    "threshold_then_deduction": ThresholdThenDeduction,
    "per_case": PerCase,
    "group_mean": GroupMean,
    "band": Band,
    "subordinates_mean": SubordinatesMean,
    "panel_mean": PanelMean,
    "weighted_sum": WeightedSum,
    "meets_all": MeetsAll,
    "share_of_books": ShareOfBooks,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a rule book: its number as printed, its points by level of court, and its rule."""

    id: str
    number: str
    title: Text
    points: Mapping[str, Fraction]
    rule: Rule
    scope: str = "own"
    clause: str = ""
    cases: Text | None = None
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Base:
    """A court's figure of the year before, as the document gives it: for saying what can be reached."""

    court: str
    figure: str
    numerator: int
    denominator: int
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """How figures become points, for courts of these levels and one kind of period; items in their order."""

    id: str
    title: Text
    source: Source
    period: str
    levels: tuple[str, ...]
    points: Fraction
    items: tuple[Item, ...]
    bases: tuple[Base, ...] = ()
    place: Place | None = dataclasses.field(default=None, compare=False)


def kind_of(rule: Rule) -> str:
    """The word a definition uses for a rule."""
    return next(name for name, kind in KINDS.items() if isinstance(rule, kind))


def every_item(items: tuple[Item, ...]) -> Iterator[Item]:
    """The items and all their sub-items, each before its own."""
    for item in items:
        yield item
        if isinstance(item.rule, WeightedSum):
            yield from every_item(item.rule.items)


def figures_of(rule: Rule) -> tuple[Figures, ...]:
    """Every figure a rule reads by itself (not its sub-items')."""
    if isinstance(rule, MeetsAll):
        return tuple(
            figures
            for one in rule.conditions
            for figures in (one.figure, one.no_less_than)
            if figures is not None
        )
    if isinstance(rule, SubordinatesMean):
        return (rule.cases,) if rule.cases is not None else ()
    if isinstance(rule, PanelMean | WeightedSum | ShareOfBooks):
        return ()
    return (rule.figure,)


def options_of(rule: Rule) -> Mapping[str, Option]:
    """The options of a rule by their key."""
    names = ("steps", "zero_base", "in_year", "earns", "comparison", "mean", "given")
    return {name: getattr(rule, name) for name in names if hasattr(rule, name)}


def parameters_of(rule: Rule) -> tuple[str, ...]:
    """The parameters that decide what a rule gives (not its sub-items'), each once."""
    found = [each.parameter for each in options_of(rule).values() if isinstance(each, Open)]
    found += [figures.parameter for figures in figures_of(rule) if figures.parameter]
    return tuple(dict.fromkeys(found))


def said(option: Option, readings: Mapping[str, str]) -> str:
    """The word an option stands for under these readings."""
    return readings[option.parameter] if isinstance(option, Open) else option
