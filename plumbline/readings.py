"""What the open parameters of a rule book do to a total: one read otherwise, and the lowest and highest
over all
combinations.

A total is a sum of items, and each item asks few parameters. So extremes are found by settling one
parameter after the
other over the items it touches, exactly, without trying every combination of all.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from plumbline import scorecards, scoring_rules
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog.definitions import Text
from plumbline.catalog.ratios import Missing
from plumbline.catalog.rulebook_tree import Item
from plumbline.scorebooks import Book, Inputs, Readings
from plumbline.scoring_curves import NOTHING, Case

UNSETTLED = Text("口径未定", "the reading is not settled")
Range = tuple[Fraction, Fraction]
Combination = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """The total if only this parameter is read otherwise."""

    parameter: str
    title: Text
    reading: str
    reading_title: Text
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Extreme:
    """The lowest or highest total, and readings that give it; parameters that do not matter are read as
    shipped.
    """

    total: Fraction
    readings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Variants:
    """The total under the shipped readings (`low` to `high`), each parameter that matters read otherwise,
    the extremes.

    `note` is 「口径未定」 where a parameter matters, else None.
    """

    readings: Mapping[str, str]
    low: Fraction
    high: Fraction
    otherwise: tuple[Variant, ...]
    lowest: Extreme
    highest: Extreme
    note: Text | None


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a total: the parameters it asks, and its range for each combination of their readings."""

    parameters: tuple[str, ...]
    ranges: Mapping[Combination, Range]

    def under(self, readings: Readings) -> Range:
        """Its range under these readings."""
        return self.ranges[tuple(readings[name] for name in self.parameters)]


def variants(book: Book, inputs: Inputs) -> Variants:
    """Every reading that changes a court's total; exact, and equal to scoring under each combination."""
    choices, shipped = book.choices(), book.shipped()
    terms = _terms(book, inputs, shipped, choices)
    matter = [name for name in choices if any(_moves(term, name) for term in terms)]
    low, high = _total(terms, shipped)
    otherwise = tuple(
        _variant(book, terms, shipped, name, reading) for name in matter for reading in choices[name][1:]
    )
    return Variants(
        readings=shipped,
        low=low,
        high=high,
        otherwise=otherwise,
        lowest=_extreme(terms, shipped, choices, lambda span: span[0], -1),
        highest=_extreme(terms, shipped, choices, lambda span: span[1], 1),
        note=UNSETTLED if matter else None,
    )


def _variant(book: Book, terms: Sequence[Term], shipped: Readings, name: str, reading: str) -> Variant:
    low, high = _total(terms, {**shipped, name: reading})
    parameter = book.parameters[name]
    title = next(each.title for each in parameter.readings if each.id == reading)
    return Variant(name, parameter.title, reading, title, low, high)


def _total(terms: Sequence[Term], readings: Readings) -> Range:
    spans = [term.under(readings) for term in terms]
    return sum((low for low, _ in spans), NOTHING), sum((high for _, high in spans), NOTHING)


def _moves(term: Term, name: str) -> bool:
    """Whether a term's range depends on a parameter in any combination of the others."""
    if name not in term.parameters:
        return False
    at = term.parameters.index(name)
    seen: dict[Combination, Range] = {}
    return any(
        seen.setdefault((*key[:at], *key[at + 1 :]), span) != span for key, span in term.ranges.items()
    )


def _terms(
    book: Book, inputs: Inputs, shipped: Readings, choices: Mapping[str, tuple[str, ...]]
) -> list[Term]:
    return [
        _tabled(asked, give, shipped, choices)
        for item in book.items(inputs.level)
        for asked, give in _parts(book, item, inputs, Fraction(1))
    ]


Give = Callable[[Readings], Range]


def _tabled(
    asked: tuple[str, ...], give: Give, shipped: Readings, choices: Mapping[str, tuple[str, ...]]
) -> Term:
    """A part as a table over the parameters that are open; settled ones are read as settled."""
    names = tuple(name for name in asked if name in choices)
    ranges = {
        chosen: give({**shipped, **dict(zip(names, chosen, strict=True))})
        for chosen in itertools.product(*(choices[name] for name in names))
    }
    return Term(names, ranges)


def _parts(book: Book, item: Item, inputs: Inputs, scale: Fraction) -> Iterator[tuple[tuple[str, ...], Give]]:
    """The parts an item's points are a sum of, each with the parameters it asks."""
    rule, level = item.rule, inputs.level
    match rule:
        case tree.WeightedSum():
            for part in rule.items:
                if level in part.points:
                    yield from _parts(book, part, inputs, scale)
        case tree.ShareOfBooks():
            other = book.other(rule.book)
            for one in other.items(level):
                yield from _parts(other, one, inputs, scale * item.points[level] / other.maximum(level))
        case tree.SubordinatesMean():
            yield from _below(book, item, rule, inputs, scale)
        case _:
            yield tree.parameters_of(rule), lambda readings: _scored(book, item, inputs, readings, scale)


def _scored(book: Book, item: Item, inputs: Inputs, readings: Readings, scale: Fraction) -> Range:
    given = scoring_rules.award(Case(book, item, inputs, readings))
    return given.low * scale, given.high * scale


def _below(
    book: Book, item: Item, rule: tree.SubordinatesMean, inputs: Inputs, scale: Fraction
) -> Iterator[tuple[tuple[str, ...], Give]]:
    """A mean of other courts' totals is a sum over their items, each by its court's weight."""
    other, most, asked = book.other(rule.book), item.points[inputs.level] * scale, tree.parameters_of(rule)

    def unknown(readings: Readings) -> Range:
        share = scorecards.weights(book, item, rule, inputs, readings)
        return (NOTHING, most) if isinstance(share, Missing) else (NOTHING, NOTHING)

    yield asked, unknown
    for at, court in enumerate(inputs.below):
        for one in other.items(court.level):
            for names, give in _parts(other, one, court, most / other.maximum(court.level)):
                yield tuple(dict.fromkeys((*asked, *names))), _weighing(book, item, rule, inputs, at, give)


def _weighing(
    book: Book, item: Item, rule: tree.SubordinatesMean, inputs: Inputs, at: int, give: Give
) -> Give:
    def weighed(readings: Readings) -> Range:
        share = scorecards.weights(book, item, rule, inputs, readings)
        if isinstance(share, Missing):
            return NOTHING, NOTHING
        low, high = give(readings)
        return low * share[at], high * share[at]

    return weighed


@dataclass(frozen=True, slots=True)
class _Table:
    """A function of a few parameters."""

    names: tuple[str, ...]
    values: Mapping[Combination, Fraction]


def _extreme(
    terms: Sequence[Term],
    shipped: Readings,
    choices: Mapping[str, tuple[str, ...]],
    end: Callable[[Range], Fraction],
    sign: int,
) -> Extreme:
    """The smallest (sign -1) or largest total: parameters are settled one by one, that with the fewest
    neighbours first.
    """
    tables = [
        _Table(term.parameters, {key: end(span) for key, span in term.ranges.items()}) for term in terms
    ]
    settled: list[tuple[str, tuple[str, ...], dict[Combination, str]]] = []
    waiting = sorted({name for table in tables for name in table.names})
    while waiting:
        name = min(waiting, key=lambda each: (len(_neighbours(tables, each)), each))
        waiting.remove(name)
        touched = [table for table in tables if name in table.names]
        joined, best = _settle(name, touched, choices, sign)
        settled.append((name, joined.names, best))
        tables = [table for table in tables if name not in table.names] + [joined]
    readings = dict(shipped)
    for name, others, best in reversed(settled):
        readings[name] = best[tuple(readings[each] for each in others)]
    return Extreme(sum((table.values[()] for table in tables), NOTHING), readings)


def _neighbours(tables: Sequence[_Table], name: str) -> set[str]:
    return {each for table in tables if name in table.names for each in table.names} - {name}


def _settle(
    name: str, touched: Sequence[_Table], choices: Mapping[str, tuple[str, ...]], sign: int
) -> tuple[_Table, dict[Combination, str]]:
    """One parameter read for the best, for every combination of the others; the shipped reading where it
    is as good.
    """
    others = tuple(sorted(_neighbours(touched, name)))
    values: dict[Combination, Fraction] = {}
    best: dict[Combination, str] = {}
    for chosen in itertools.product(*(choices[each] for each in others)):
        readings = dict(zip(others, chosen, strict=True))
        for reading in choices[name]:
            readings[name] = reading
            total = sum(
                (table.values[tuple(readings[each] for each in table.names)] for table in touched), NOTHING
            )
            if chosen not in values or sign * (total - values[chosen]) > 0:
                values[chosen], best[chosen] = total, reading
    return _Table(others, values), best
