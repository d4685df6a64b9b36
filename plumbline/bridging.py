"""From a figure under one version to the figure under another: five stations, and the three parts between
them, which add up exactly.

The order is fixed. `before`: the old rule as known at the first moment. `moved`: the old rule as known at the
second. `shared_old` and `shared_new`: the old and the new rule over the cases both treat alike: those that
stand in the population of both versions, or of neither. `after`: the new rule over all its cases. Then

    data       = moved - before
    rule       = shared_new - shared_old
    population = (shared_old - moved) + (after - shared_new)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from plumbline import serving, valuation
from plumbline.catalog import formula_tree, formulas
from plumbline.catalog.ratios import Missing
from plumbline.valuation import Cell, CellBooks, Shelf

PARTS = ("data", "rule", "population")
"""The parts, in the order in which they are reckoned and told."""


class Number(Protocol):
    """What can be added and taken away exactly: integers and decimals."""

    def __sub__(self: Given, other: Given, /) -> Given: ...
    def __add__(self: Given, other: Given, /) -> Given: ...


Given = TypeVar("Given", bound=Number)


@dataclass(frozen=True, slots=True)
class Station:
    """A figure on the way. Numerator and denominator are integers, also where the denominator is 0; `value` in
    the unit of its version, or None with the reason.
    """

    numerator: int | None
    denominator: int | None
    value: Decimal | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """What one part moved; None where a station it lies between has no figure."""

    name: str
    numerator: int | None
    denominator: int | None
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Split:
    """The differences of the whole way and its parts. `unsplit` is what of the value's difference lies in parts
    whose value is None: the parts that have one, and `unsplit`, add up to `value`.
    """

    numerator: int | None
    denominator: int | None
    value: Decimal | None
    parts: tuple[Part, ...]
    unsplit: Decimal | None


@dataclass(frozen=True, slots=True)
class Bridge:
    """The five stations, in their order."""

    before: Station
    moved: Station
    shared_old: Station
    shared_new: Station
    after: Station

    def split(self) -> Split:
        """The parts, for numerator, denominator and value apart; each adds up exactly."""
        stations = (self.before, self.moved, self.shared_old, self.shared_new, self.after)
        above = _parts([each.numerator for each in stations])
        below = _parts([each.denominator for each in stations])
        values = _parts([each.value for each in stations])
        whole = _less(self.after.value, self.before.value)
        unsplit = None
        if whole is not None and None in values:
            unsplit = whole - sum((each for each in values if each is not None), Decimal(0))
        return Split(
            _less(self.after.numerator, self.before.numerator),
            _less(self.after.denominator, self.before.denominator),
            whole,
            tuple(Part(*each) for each in zip(PARTS, above, below, values, strict=True)),
            unsplit,
        )


def _parts(stations: Sequence[Given | None]) -> tuple[Given | None, Given | None, Given | None]:
    before, moved, shared_old, shared_new, after = stations
    left, joined = _less(shared_old, moved), _less(after, shared_new)
    population = None if left is None or joined is None else left + joined
    return _less(moved, before), _less(shared_new, shared_old), population


def _less(one: Given | None, other: Given | None) -> Given | None:
    return None if one is None or other is None else one - other


def stand(version: serving.Version, cell: Cell, shelf: Shelf, today: date) -> Station:
    """The figure of a version in these books, as a station."""
    value = valuation.value_cell(version, cell, shelf, today)
    if value.value is not None:
        return Station(value.numerator, value.denominator, value.value, None)
    counts = _counts(version, CellBooks(shelf, version, cell, today))
    return Station(*counts, None, value.reason)


def _counts(version: serving.Version, books: CellBooks) -> tuple[int | None, int | None]:
    """The two counts of a quotient whose denominator is 0: its cases are listed and split all the same."""
    root = version.formula.root
    if not isinstance(root, formula_tree.Reckoning) or root.sign != "/":
        return None, None
    sides = [
        formulas.evaluate(replace(version.formula, root=side), books) for side in (root.left, root.right)
    ]
    above, below = sides
    if isinstance(above, Missing) or isinstance(below, Missing):
        return None, None
    return above.numerator * below.denominator, above.denominator * below.numerator
