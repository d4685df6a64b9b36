"""Which rule books there are, and what a court's scorecard is drawn from: every figure from one shelf, as
values are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from plumbline import errors, scorebooks, serving, valuation
from plumbline.catalog import rulebook_tree, targets
from plumbline.catalog.definitions import Pack
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.courts import Court
from plumbline.periods import Period
from plumbline.scorebooks import Book, Figure, Inputs, Key, Need
from plumbline.store import balances
from plumbline.store.objected import LessenedShelf
from plumbline.valuation import Cell, CellBooks
from services.api import figures, supervised
from services.api.desk import Reading
from services.api.supervised import Supervised

HIDDEN = Missing("not_yours", "courts of the group that are not yours to read")


@dataclass(frozen=True, slots=True)
class Edition:
    """A rule book with the version of the pack that holds it."""

    pack: Pack
    book: Book


def editions(reading: Reading) -> list[Edition]:
    """The newest version of every rule book, in the order of the packs."""
    newest = dict(_written(reading))
    return [Edition(pack, scorebooks.bind(pack, name)) for name, pack in newest.items()]


def edition(reading: Reading, name: str, on: date) -> Edition:
    """The version of a book (by its full id, or the bare one) in force on a day, as known at the moment.

    NotFound where there is none; BadInput where several packs have the bare id.
    """
    written = [(full, pack) for full, pack in _written(reading) if name in (full, full.partition(".")[2])]
    known = list(dict.fromkeys(full for full, _ in written))
    if not known:
        raise errors.NotFound(
            f"No rule book is called “{name[:60]}”.", next="GET /v1/scorecards lists what there is."
        )
    if len(known) > 1:
        raise errors.BadInput(
            f"“{name}” is defined by several packs.", why=", ".join(known), next="Write <pack>.<name>."
        )
    packs = [pack for _, pack in written]
    moment = reading.known.known_at
    stood = [pack for pack in packs if moment is None or reading.know.published[pack.hash] <= moment]
    in_force = [pack for pack in stood if pack.in_force_from <= on]
    chosen = (in_force or stood or packs)[-1 if in_force else 0]
    return Edition(chosen, scorebooks.bind(chosen, known[0]))


def _written(reading: Reading) -> Iterator[tuple[str, Pack]]:
    for pack in reading.know.catalogue.every:
        for name in pack.rule_books:
            yield f"{pack.id}.{name}", pack


@dataclass(slots=True)
class Gathering:
    """The figures of some books for one period, from one shelf; valued as every other figure is."""

    reading: Reading
    span: Period
    today: date
    shelf: balances.LedgerShelf
    versions: dict[str, serving.Version | None]
    supervised: Supervised

    @property
    def on(self) -> date:
        """The day whose court tree holds."""
        return min(self.span.last_day, self.today)

    def court(self, code: str) -> Court:
        """A court as it stood on the day, else as it stands."""
        found = (
            self.shelf.tree.get(code, self.on)
            or self.shelf.tree.get(code)
            or self.reading.know.tree.get(code)
        )
        assert found is not None
        return found

    def inputs(self, book: Book, code: str) -> Inputs:
        """What a court's scorecard under a book is drawn from; BadInput where the book does not score it."""
        return self._inputs((book,), self.court(code), ())

    def scored(self, book: Book, code: str) -> list[str]:
        """The court and those directly below it, in the official order, as far as the book scores them."""
        codes = (code, *self.reading.visible(self.shelf.tree.children(code, self.on)))
        return [each for each in codes if self.court(each).level in book.rules.levels]

    def _inputs(self, books: Sequence[Book], court: Court, more: Sequence[Need]) -> Inputs:
        """Of a court that some of the books score; `more` is read beside what they need."""
        mine = [book for book in books if court.level in book.rules.levels] or list(books)
        needs = [*(need for book in mine for need in scorebooks.needs(book, court.level)), *more]
        found: dict[Key, Figure] = {}
        lines: dict[Key, targets.Line | Missing] = {}
        group: dict[Key, tuple[Ratio | Missing, ...]] = {}
        for need in needs:
            key = (need.figure, need.scope)
            asked = self.asked(need.figure, need.scope, court.code)
            if key not in found or need.prior:
                found[key] = self._figure(asked, self.shelf, prior=need.prior)
            if need.line and (line := figures.line_of(asked)) is not None:
                lines[key] = line[1]
            if need.group:
                group[key] = self._group(need, court)
        below = {each.id: each for book in mine for each in scorebooks.needs_below(book, court.level)}
        return Inputs(
            court=court.code,
            level=court.level,
            figures=found,
            lines=lines,
            votes=self._votes(mine, court),
            group=group,
            below=self._below(tuple(below.values()), court, _weighing(mine, court.level)),
            elapsed=elapsed(self.span, self.today),
            adjusted=self.supervised.adjusted.get(court.code, {}),
        )

    def _votes(self, books: Sequence[Book], court: Court) -> dict[str, Ratio | Missing]:
        return {
            name: self.supervised.vote(court.code, name, highest)
            for book in books
            for name, highest in scorebooks.ballots(book, court.level).items()
        }

    def without_objected(self, inputs: Inputs) -> Inputs | None:
        """The same with every figure as it would be without the cases of upheld objections; None where none moves."""
        moved: dict[Key, Figure] = {}
        for (name, scope), old in inputs.figures.items():
            left = self.supervised.objections(name, inputs.court, scope)
            if left:
                shelf = LessenedShelf(self.shelf, tuple(one.left for one in left))
                asked = self.asked(name, scope, inputs.court)
                moved[name, scope] = self._figure(
                    asked, shelf, prior=old.prior is not scorebooks.NOT_REPORTED
                )
        below = [(one, self.without_objected(one)) for one in inputs.below]
        changed = any(inputs.figures[key] != one for key, one in moved.items())
        if not changed and not any(other for _, other in below):
            return None
        return replace(
            inputs, figures={**inputs.figures, **moved}, below=tuple(other or one for one, other in below)
        )

    def _below(self, books: Sequence[Book], court: Court, more: Sequence[Need]) -> tuple[Inputs, ...]:
        if not books:
            return ()
        codes = self.shelf.tree.children(court.code, self.on)
        rows = [self.court(code) for code in codes]
        return tuple(
            self._inputs(books, row, more)
            for row in rows
            if all(row.level in book.rules.levels for book in books)
        )

    def asked(self, name: str, scope: str, code: str) -> figures.Asked:
        """The cell of a figure of the books, for a court of the card."""
        cell = Cell(code, scope, valuation.ALL, self.span)
        return figures.Asked(self.reading, name, self.versions[name], cell, self.today, self.shelf)

    def _figure(self, asked: figures.Asked, shelf: valuation.Shelf, *, prior: bool) -> Figure:
        if asked.version is None:
            return Figure(_exact(asked.value))
        now = _exact(valuation.value_cell(asked.version, asked.cell, shelf, asked.today))
        if not prior:
            return Figure(now)
        books = CellBooks(shelf, asked.version, asked.cell, asked.today).prior()
        whole = _exact(valuation.value_cell(asked.version, books.cell, shelf, asked.today))
        if books.today == asked.today:
            return Figure(now, whole, whole)
        same = _exact(valuation.value_cell(asked.version, books.cell, shelf, books.today))
        return Figure(now, same, whole)

    def _group(self, need: Need, court: Court) -> tuple[Ratio | Missing, ...]:
        """The figure for every court of the same level under the same court; not where the reader may not
        see them all, because a mean tells of those he cannot see.
        """
        above = self.shelf.tree.parent(court.code, self.on)
        near = (court.code,) if above is None else self.shelf.tree.children(above, self.on)
        codes = tuple(code for code in near if self.court(code).level == court.level)
        if len(self.reading.visible(codes)) < len(codes):
            return (HIDDEN,)
        return tuple(_exact(self.asked(need.figure, need.scope, code).value) for code in codes)


def gather(reading: Reading, code: str, span: Period, book: Book) -> Gathering:
    """A gathering for a court the reader may see and those below it.

    BadInput for a period of another kind than the book reckons.
    """
    if span.kind != book.rules.period:
        raise errors.BadInput(
            f"{book.id} reckons points for a {book.rules.period}, and {span.text} is none.",
            next="Write period=2019." if book.rules.period == "year" else "GET /v1/scorecards says the kind.",
        )
    today = reading.today(code)
    on, known = min(span.last_day, today), reading.known.known_at
    versions = {name: reading.know.answering(name, on, None, known) for name in sorted(_names(book))}
    shelf = figures.shelf(reading, today, tuple(versions.values()))
    known_of = supervised.read(reading, shelf.tree.subtree(code, on), span.text)
    return Gathering(reading, span, today, shelf, versions, known_of)


def elapsed(span: Period, today: date) -> Fraction:
    """The share of a period's days that have come, today counted; 1 from its last day on."""
    if today >= span.last_day:
        return Fraction(1)
    return Fraction(max((today - span.start).days + 1, 0), (span.end - span.start).days)


def _names(book: Book) -> set[str]:
    """The full name of every figure of a book and of those beneath it."""
    found = {about.name for about in book.figures.values()}
    return found.union(*(_names(other) for other in book.books.values()))


def _weighing(books: Iterable[Book], level: str) -> tuple[Need, ...]:
    """The figures by which courts below count in a mean."""
    return tuple(
        Need(home.figures[name].name, item.scope, False, False, False)
        for book in books
        for item, home in scorebooks.leaves(book, level)
        if isinstance(item.rule, rulebook_tree.SubordinatesMean) and item.rule.cases is not None
        for name in item.rule.cases.names.values()
    )


def _exact(value: valuation.Value) -> Ratio | Missing:
    """A value as the counts it is made of, or why there is none."""
    if value.reason is not None or value.numerator is None:
        return Missing(value.reason or "not_in_books", value.detail)
    return Ratio(value.numerator, value.denominator or 1)
