"""Scorecards: a rule book, one court's inputs and a reading of what the document leaves open; points line
by line.

Pure and exact. An item that is not available gives a range, and so does the total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from plumbline import scorebooks, scoring_rules
from plumbline import scoring_words as words
from plumbline.adjustments import Adjusted
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog.definitions import Source, Text
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.catalog.rulebook_reader import source_of
from plumbline.catalog.rulebook_tree import Item
from plumbline.catalog.targets import Line
from plumbline.scorebooks import About, Book, Inputs
from plumbline.scoring_curves import NOTHING, Case
from plumbline.scoring_rules import Award


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line: what it gives and how. `parts` are sub-items, the lines of a shared book, or the courts
    below.

    `low` and `high` are equal, and are `points`, where the line is available; else `reason` says why not.
    """

    id: str
    number: str
    title: Text
    rule: str
    scope: str
    source: Source
    cases: Text | None
    maximum: Fraction
    award: Award
    parameters: tuple[str, ...]
    parts: tuple[ScoreLine, ...] = ()
    decided: Adjusted | None = None
    """What was decided to be scored separately, where the award follows from that."""

    @property
    def low(self) -> Fraction:
        """The least it can give."""
        return self.award.low

    @property
    def high(self) -> Fraction:
        """The most it can give."""
        return self.award.high

    @property
    def points(self) -> Fraction | None:
        """What it gives, or None where that is not available."""
        return self.award.low if self.award.low == self.award.high else None

    @property
    def status(self) -> str:
        """scored, or not_available (不可得)."""
        return "scored" if self.points is not None else "not_available"

    @property
    def figure(self) -> About | None:
        """The figure it reads, with its lever."""
        return self.award.figure

    @property
    def value(self) -> Ratio | None:
        """Its numerator and denominator."""
        return self.award.value

    @property
    def baseline(self) -> Ratio | None:
        """Last year's figure."""
        return self.award.baseline

    @property
    def target(self) -> Line | None:
        """The line it is held against."""
        return self.award.line


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One court's points under one book and one set of readings; lines in the order of the document."""

    book: str
    hash: str
    court: str
    level: str
    readings: Mapping[str, str]
    maximum: Fraction
    lines: tuple[ScoreLine, ...]

    @property
    def low(self) -> Fraction:
        """The least the total can be."""
        return sum((line.low for line in self.lines), NOTHING)

    @property
    def high(self) -> Fraction:
        """The most the total can be."""
        return sum((line.high for line in self.lines), NOTHING)

    @property
    def total(self) -> Fraction | None:
        """The total, or None where an item is not available: then it lies from `low` to `high`."""
        return self.low if self.low == self.high else None

    @property
    def reachable(self) -> Fraction:
        """The most that can be reached with the figures of last year as they are."""
        return sum((line.award.reachable for line in self.lines), NOTHING)

    @property
    def arithmetic(self) -> Text:
        """The lines added up."""
        return words.added([(line.low, line.high) for line in self.lines])


def score(book: Book, inputs: Inputs, readings: Mapping[str, str] | None = None) -> Scorecard:
    """The scorecard of `inputs.court`: `readings` instead of the shipped ones; BadInput for a level or
    reading there is
    not.
    """
    chosen = book.complete(readings or {})
    return Scorecard(
        book=book.id,
        hash=book.hash,
        court=inputs.court,
        level=inputs.level,
        readings=chosen,
        maximum=book.maximum(inputs.level),
        lines=tuple(_line(book, item, inputs, chosen) for item in book.items(inputs.level)),
    )


def _line(book: Book, item: Item, inputs: Inputs, readings: Mapping[str, str]) -> ScoreLine:
    rule = item.rule
    parts: tuple[ScoreLine, ...] = ()
    match rule:
        case tree.WeightedSum():
            mine = [part for part in rule.items if inputs.level in part.points]
            parts = tuple(_line(book, part, inputs, readings) for part in mine)
            award = _added(parts)
        case tree.ShareOfBooks():
            card = score(book.other(rule.book), inputs, _known(book.other(rule.book), readings))
            parts, award = card.lines, _shared(card, item.points[inputs.level])
        case tree.SubordinatesMean():
            award, parts = _below(book, item, rule, inputs, readings)
        case _:
            award = scoring_rules.award(Case(book, item, inputs, readings))
    decided = inputs.adjusted.get((book.id, item.id))
    if decided is not None:
        award = scoring_rules.adjusted(Case(book, item, inputs, readings), award, decided)
    return ScoreLine(
        id=item.id,
        number=item.number,
        title=item.title,
        rule=tree.kind_of(rule),
        scope=item.scope,
        source=source_of(book.rules, item),
        cases=item.cases,
        maximum=item.points[inputs.level],
        award=award,
        parameters=tree.parameters_of(rule),
        parts=parts,
        decided=decided,
    )


def _known(book: Book, readings: Mapping[str, str]) -> dict[str, str]:
    """The readings that a book beneath has an ear for."""
    return {name: reading for name, reading in readings.items() if name in book.parameters}


def _added(parts: Sequence[ScoreLine]) -> Award:
    ranges = [(part.low, part.high) for part in parts]
    low, high = (sum((each[at] for each in ranges), NOTHING) for at in (0, 1))
    reachable = sum((part.award.reachable for part in parts), NOTHING)
    return Award(low, high, reachable, words.added(ranges), *_lacking(parts))


def _lacking(parts: Sequence[ScoreLine]) -> tuple[str, str]:
    """The first reason among parts that are not available."""
    return next(((part.award.reason, part.award.detail) for part in parts if part.points is None), ("", ""))


def _shared(card: Scorecard, most: Fraction) -> Award:
    share = most / card.maximum
    low, high = card.low * share, card.high * share
    sums = f"{words.span(card.low, card.high)} × {words.percent(share)}"
    end = words.points(low) if low == high else words.between(low, high)
    said = Text(f"{sums}：得 {end.zh}", f"{sums}: gives {end.en}")
    return Award(low, high, card.reachable * share, said, *_lacking(card.lines))


def weights(
    book: Book, item: Item, rule: tree.SubordinatesMean, inputs: Inputs, readings: Mapping[str, str]
) -> tuple[Fraction, ...] | Missing:
    """What each court below counts for in the mean, adding up to 1: equally, or by its cases."""
    if not inputs.below:
        return Missing("no_courts_below", inputs.court)
    if tree.said(rule.mean, readings) == "each_court" or rule.cases is None:
        return (Fraction(1, len(inputs.below)),) * len(inputs.below)
    cases = book.figures[rule.cases.under(readings)].name
    found = [one.figure((cases, item.scope)).now for one in inputs.below]
    known = [each.fraction() for each in found if isinstance(each, Ratio)]
    if len(known) < len(found):
        return next(each for each in found if isinstance(each, Missing))
    total = sum(known, NOTHING)
    return tuple(each / total for each in known) if total > 0 else Missing("zero_denominator", cases)


def _below(
    book: Book, item: Item, rule: tree.SubordinatesMean, inputs: Inputs, readings: Mapping[str, str]
) -> tuple[Award, tuple[ScoreLine, ...]]:
    """The mean of the scores of the courts below, with each court's total as a part, in the official
    order.
    """
    other, most = book.other(rule.book), item.points[inputs.level]
    share = weights(book, item, rule, inputs, readings)
    cards = [score(other, one, _known(other, readings)) for one in inputs.below]
    parts = tuple(_total(card, item, book) for card in cards)
    if isinstance(share, Missing):
        return scoring_rules.missing(most, share), parts
    low, high, reachable = (
        sum(
            (getattr(card, name) / card.maximum * part for card, part in zip(cards, share, strict=True)),
            NOTHING,
        )
        * most
        for name in ("low", "high", "reachable")
    )
    scores = [(card.low, card.high, part) for card, part in zip(cards, share, strict=True)]
    said = words.weighted(scores, (low, high), cards[0].maximum, most)
    return Award(low, high, reachable, said, *_lacking(parts)), parts


def _total(card: Scorecard, item: Item, book: Book) -> ScoreLine:
    """A court's total as one line of the mean."""
    award = Award(card.low, card.high, card.reachable, card.arithmetic, *_lacking(card.lines))
    return ScoreLine(
        id=card.court,
        number=card.court,
        title=Text(card.court, card.court),
        rule="total",
        scope=item.scope,
        source=source_of(book.rules, item),
        cases=None,
        maximum=card.maximum,
        award=award,
        parameters=(),
        parts=card.lines,
    )


def key_of(line: ScoreLine) -> scorebooks.Key | None:
    """The figure a line reads, as its inputs name it."""
    return None if line.figure is None else (line.figure.name, line.scope)
