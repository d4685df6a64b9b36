"""A rule book bound to its figures, and what a scorecard is drawn from: values, targets, votes, courts below.

Everything here is handed in; nothing reads the books or a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from plumbline import errors
from plumbline.adjustments import Adjusted
from plumbline.catalog import documents, formulas, meanings, rulebooks, scopes
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog.definitions import Indicator, Measure, Pack, Text
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.catalog.rulebook_tree import Item, Parameter, RuleBook
from plumbline.catalog.targets import Line

#: A figure's full name (`<pack>.<id>`) and the scope, own or all.
Key = tuple[str, str]
Readings = Mapping[str, str]
WHOLE = Fraction(1)
NOT_REPORTED = Missing("not_reported", "not handed in")


@dataclass(frozen=True, slots=True)
class About:
    """What a book must know of a figure: full name, words, unit, and whether management may act on it."""

    name: str
    title: Text
    unit: str
    lever: str


@dataclass(frozen=True, slots=True)
class Book:
    """A rule book with the figures and parameters it names and the other books it draws on, by their bare
    ids.
    """

    id: str
    hash: str
    rules: RuleBook
    figures: Mapping[str, About]
    parameters: Mapping[str, Parameter]
    books: Mapping[str, Book]

    def other(self, name: str) -> Book:
        """A book that a rule names; a book may name itself, for the courts below."""
        return self if name == self.rules.id else self.books[name]

    def items(self, level: str) -> tuple[Item, ...]:
        """The items of a court of this level, in their order; BadInput where the book does not score it."""
        if level not in self.rules.levels:
            raise errors.BadInput(
                f"{self.id} does not score a court of the level “{level}”.",
                next=f"It scores: {', '.join(self.rules.levels)}.",
            )
        return tuple(item for item in self.rules.items if level in item.points)

    def maximum(self, level: str) -> Fraction:
        """What all items together can give a court of this level."""
        return sum((item.points[level] for item in self.items(level)), Fraction(0))

    def shipped(self) -> dict[str, str]:
        """The reading of every parameter that holds: the one a court has settled on, else the shipped one."""
        return {name: one.settled or one.shipped for name, one in self.parameters.items()}

    def choices(self) -> dict[str, tuple[str, ...]]:
        """Every reading of every parameter that is still open, the shipped one first."""
        return {
            name: (one.shipped, *(each.id for each in one.readings if each.id != one.shipped))
            for name, one in self.parameters.items()
            if not one.settled
        }

    def complete(self, readings: Readings) -> dict[str, str]:
        """The shipped readings with these instead; BadInput for a parameter or reading there is not."""
        for name, reading in readings.items():
            known = [each.id for each in self.parameters[name].readings] if name in self.parameters else []
            if reading not in known:
                raise errors.BadInput(
                    f"{self.id} has no reading “{reading}” of “{name}”.",
                    next=f"It knows: {', '.join(known or self.parameters)}.",
                )
        return {**self.shipped(), **readings}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of one court: now, in the same span a year earlier (同期), and in the whole period a year
    earlier.
    """

    now: Ratio | Missing
    prior: Ratio | Missing = NOT_REPORTED
    prior_whole: Ratio | Missing = NOT_REPORTED


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one court's scorecard is drawn from.

    `elapsed` is the share of the period that has passed (1: over). `group` holds a figure for every court
    of the same
    level under the same court, this one too. `votes` are mean marks by ballot. `below` are the courts
    directly below,
    in the official order.
    """

    court: str
    level: str
    figures: Mapping[Key, Figure]
    lines: Mapping[Key, Line | Missing]
    votes: Mapping[str, Ratio | Missing]
    group: Mapping[Key, tuple[Ratio | Missing, ...]]
    below: tuple[Inputs, ...] = ()
    elapsed: Fraction = WHOLE
    adjusted: Mapping[tuple[str, str], Adjusted] = field(default_factory=dict)
    """By (full id of a book, item): what was decided to be scored separately. The rest is scored as the book says."""

    def figure(self, key: Key) -> Figure:
        """The figure, or one that is not reported."""
        return self.figures.get(key, Figure(Missing("not_reported", key[0])))

    def line(self, key: Key) -> Line | Missing:
        """The pack's target for a figure, or that there is none."""
        return self.lines.get(key, Missing("no_target", key[0]))

    def computed(self) -> Inputs:
        """The same without what was decided to be scored separately, here and in the courts below."""
        return replace(self, adjusted={}, below=tuple(one.computed() for one in self.below))

    @property
    def is_adjusted(self) -> bool:
        """Whether anything here, or in the courts below, was decided to be scored separately."""
        return bool(self.adjusted) or any(one.is_adjusted for one in self.below)


@dataclass(frozen=True, slots=True)
class Need:
    """A figure to hand in for a court: whether also last year's, the pack's target, and the courts of its
    group.
    """

    figure: str
    scope: str
    prior: bool
    line: bool
    group: bool


def bind(pack: Pack, name: str) -> Book:
    """The rule book `name` (bare, or `<pack>.<id>`) of a pack or of one it builds on; NotFound where
    there is none.
    """
    for one in scopes.chain(pack):
        for book in one.rule_books.values():
            if name in (book.id, f"{one.id}.{book.id}"):
                return _bound(one, book)
    known = sorted(f"{one.id}.{each}" for one in scopes.chain(pack) for each in one.rule_books)
    raise errors.NotFound(
        f"No rule book is called “{name}”.", next=f"There are: {', '.join(known) or 'none'}."
    )


def needs(book: Book, level: str) -> tuple[Need, ...]:
    """Every figure a scorecard of a court of this level can need, in any reading, each once; not those of
    courts below.
    """
    found: dict[Key, Need] = {}
    for item, book_of in leaves(book, level):
        for need in _needs_of(item, book_of):
            old = found.get((need.figure, need.scope), need)
            found[need.figure, need.scope] = Need(
                need.figure,
                need.scope,
                old.prior or need.prior,
                old.line or need.line,
                old.group or need.group,
            )
    return tuple(found.values())


def needs_below(book: Book, level: str) -> tuple[Book, ...]:
    """The books by which the courts directly below are scored for this court's scorecard, each once."""
    named = [
        book_of.other(item.rule.book)
        for item, book_of in leaves(book, level)
        if isinstance(item.rule, tree.SubordinatesMean)
    ]
    return tuple({each.id: each for each in named}.values())


def ballots(book: Book, level: str) -> dict[str, Fraction]:
    """The votes a scorecard of a court of this level needs, each with the highest mark its rule takes."""
    rules = (item.rule for item, _ in leaves(book, level))
    return {rule.ballot: rule.highest for rule in rules if isinstance(rule, tree.PanelMean)}


def leaves(book: Book, level: str) -> Iterator[tuple[Item, Book]]:
    """Every item that a rule scores by itself, with the book it stands in: parts and shares instead of
    their sums.
    """
    for item in book.items(level):
        for part in tree.every_item((item,)):
            if level not in part.points or isinstance(part.rule, tree.WeightedSum):
                continue
            if isinstance(part.rule, tree.ShareOfBooks):
                yield from leaves(book.other(part.rule.book), level)
            else:
                yield part, book


def _needs_of(item: Item, book: Book) -> Iterator[Need]:
    rule = item.rule
    own_line = isinstance(rule, tree.MeetsTarget | tree.ThresholdThenDeduction) and rule.target is None
    for figures in tree.figures_of(rule):
        for name in figures.names.values():
            prior, group = isinstance(rule, tree.GainPerStep), isinstance(rule, tree.GroupMean)
            yield Need(book.figures[name].name, item.scope, prior, own_line, group)


def _bound(pack: Pack, book: RuleBook) -> Book:
    known, every = rulebooks.figures(pack), rulebooks.books(pack)
    owners = {name: one.id for one in scopes.chain(pack) for name in (*one.measures, *one.indicators)}
    inner = list(tree.every_item(book.items))
    names = {name for item in inner for given in tree.figures_of(item.rule) for name in given.names.values()}
    others = {
        item.rule.book for item in inner if isinstance(item.rule, tree.ShareOfBooks | tree.SubordinatesMean)
    }
    homes = {name: one for one in scopes.chain(pack) for name in one.rule_books}
    books = {name: _bound(homes[name], every[name]) for name in sorted(others - {book.id})}
    mine = {name for item in inner for name in tree.parameters_of(item.rule)}
    parameters = {name: one for name, one in rulebooks.parameters(pack).items() if name in mine}
    for other in books.values():
        parameters.update(other.parameters)
    return Book(
        id=f"{pack.id}.{book.id}",
        hash=_digest(pack, book, names, books.values()),
        rules=book,
        figures={name: _about(pack, f"{owners[name]}.{name}", known[name]) for name in sorted(names)},
        parameters=parameters,
        books=books,
    )


def _about(pack: Pack, name: str, figure: Measure | Indicator) -> About:
    title = figure.title or Text(figure.id, figure.id)
    if isinstance(figure, Measure):
        return About(name, title, figure.unit, figure.lever)
    measures = {each.id: each for one in scopes.chain(pack) for each in one.measures.values()}
    read = formulas.read_formula(figure.formula, measures).measures
    lever = "outcome" if any(measures[each].lever == "outcome" for each in read) else "process"
    return About(name, title, figure.unit, lever)


def _digest(pack: Pack, book: RuleBook, names: set[str], others: Iterable[Book]) -> str:
    """The hash of what a book means: as it is written, its parameters, the figures it names and the books
    beneath it.
    """
    written = [each for each in pack.document.get("rule_books", ()) if each.get("id") == book.id]
    said = [each for one in scopes.chain(pack) for each in one.document.get("parameters", ())]
    mine = {name for item in tree.every_item(book.items) for name in tree.parameters_of(item.rule)}
    hashes = meanings.definition_hashes(pack)
    return documents.digest(
        {
            "book": documents.plain(written),
            "parameters": [documents.plain(each) for each in said if each.get("id") in mine],
            "figures": {name: hashes[name] for name in sorted(names)},
            "books": sorted(other.hash for other in others),
        }
    )
