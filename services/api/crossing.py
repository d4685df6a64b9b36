"""From a figure under one version to the figure under another: both sides, their terms, the cases of each part."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from plumbline import bridging, serving, valuation
from plumbline.bridging import Bridge
from plumbline.store import bridging as books
from services.api import figures, terms
from services.api.desk import Reading
from services.api.figures import Asked

Stands = Literal["numerator", "denominator", "both"]
Moment = Literal["period", "start", "prior", "prior_start"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A measure as either formula reads it; None where one does not."""

    old: terms.Term | None
    new: terms.Term | None
    stands_before: Stands | None
    stands_after: Stands | None

    @property
    def term(self) -> terms.Term:
        """The term of the new formula, or of the old."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def moment(self) -> Moment:
        """At the period's end or over it, at its start, a year earlier, or both."""
        if self.term.prior:
            return "prior_start" if self.term.at_start else "prior"
        return "start" if self.term.at_start else "period"


@dataclass(frozen=True, slots=True)
class Crossing:
    """Everything between the two figures. `rows` of each part, in the order of terms and cases."""

    bridge: Bridge
    pairs: tuple[Pair, ...]
    rows: dict[str, list[books.Changed]]
    sums: dict[tuple[str, int], int]
    only_old: frozenset[books.Case]
    only_new: frozenset[books.Case]


def ask(reading: Reading, version: serving.Version, cell: valuation.Cell) -> Asked:
    """The cell under a version, whether or not that version answers for the period."""
    today = reading.today(cell.court)
    return Asked(reading, version.id, version, cell, today, figures.shelf(reading, today, (version,)))


def cross(first: Asked, second: Asked, after: Asked) -> Crossing:
    """The way from the old version at the first moment, by the old at the second, to the new at the second."""
    assert second.version is not None
    assert after.version is not None
    connection = after.reading.connection
    pairs = pair(second.version, after.version)
    olds, news = [each.old for each in pairs], [each.new for each in pairs]
    start, middle, end = _lines(first, olds), _lines(second, olds), _lines(after, news)
    population = [*_population(second), *_as(books.AFTER, _population(after))]
    keep = _filter(after, [*start, *middle, *end])
    only_old, only_new = books.list_population(connection, population, keep)
    moved = books.list_changed(connection, [*middle, *_as(books.AFTER, end)], keep)
    gone = only_old | only_new
    rows = {
        "data": books.list_changed(connection, [*start, *_as(books.AFTER, middle)], keep),
        "rule": [row for row in moved if row.case not in gone],
        "population": [row for row in moved if row.case in gone],
    }
    sums = books.sum_terms(connection, [*start, *_as(books.AFTER, end)], keep)
    return Crossing(_bridge(first, second, after, gone), pairs, rows, sums, only_old, only_new)


def _lines(asked: Asked, wanted: Sequence[terms.Term | None]) -> list[books.Span]:
    return [
        span for index, term in enumerate(wanted) if term is not None for span in _spans(asked, term, index)
    ]


def _filter(asked: Asked, spans: Sequence[books.Span]) -> books.Filter:
    cell = asked.cell
    courts = tuple(dict.fromkeys(span.court for span in spans))
    category = None if cell.category == valuation.ALL else cell.category
    return books.Filter(category, cell.codes, asked.reading.visible(courts))


def _bridge(first: Asked, second: Asked, after: Asked, gone: frozenset[books.Case]) -> Bridge:
    stations = [_stand(asked, asked.shelf) for asked in (first, second, after)]
    shared_old, shared_new = stations[1], stations[2]
    if gone:
        shared_old, shared_new = (_stand(asked, _without(asked, gone)) for asked in (second, after))
    return Bridge(stations[0], stations[1], shared_old, shared_new, stations[2])


def _stand(asked: Asked, shelf: valuation.Shelf) -> bridging.Station:
    assert asked.version is not None
    return bridging.stand(asked.version, asked.cell, shelf, asked.today)


def _without(asked: Asked, gone: frozenset[books.Case]) -> books.ShelfWithout:
    shelf = asked.shelf
    return books.ShelfWithout(
        shelf.connection, shelf.tree, shelf.known, shelf.today, wanted=shelf.wanted, without=gone
    )


def pair(old: serving.Version, new: serving.Version) -> tuple[Pair, ...]:
    """The terms of both formulas, those of the new first, each measure once for each moment."""
    were, are = terms.terms(old), terms.terms(new)
    found = []
    for key in dict.fromkeys(term.key for term in (*are, *were)):
        then, now = ([term for term in side if term.key == key] for side in (were, are))
        found.append(Pair(then[0] if then else None, now[0] if now else None, _stands(then), _stands(now)))
    return tuple(found)


def _stands(side: Sequence[terms.Term]) -> Stands | None:
    parts = {term.part for term in side}
    return "both" if len(parts) > 1 else parts.pop() if parts else None


def _population(asked: Asked) -> list[books.Span]:
    """The lines that put a case into a version's population: the denominator's; where it counts no cases, what
    sets the numerator off, whatever its clause. What courts report of themselves is no case.
    """
    assert asked.version is not None
    every = [term for term in terms.terms(asked.version) if term.served.measure.kind != "observed"]
    below = [term for term in every if term.part == "denominator"]
    if below:
        return [span for index, term in enumerate(below) for span in _spans(asked, term, index)]
    return [
        span
        for index, term in enumerate(every)
        for span in _spans(asked, term, index, kind="trigger" if "trigger" in term.served.accounts else None)
    ]


def _spans(asked: Asked, term: terms.Term, index: int, *, kind: str | None = None) -> list[books.Span]:
    """A term's lines as the valuation sums them: a flow by the courts of the tree of its days."""
    days = terms.days_of(asked, term)
    account = terms.lines_of(asked, term, kind=kind).account
    cell = replace(asked.cell, period=days.period)
    pieces = [(cell, days.first, days.until)]
    changes = asked.shelf.tree_changes(days.first, days.until) if _by_tree(asked, term) else ()
    if changes:
        cuts = itertools.pairwise([days.first, *changes, days.until])
        pieces = [(replace(cell, on=begun), begun, ended) for begun, ended in cuts]
    page = asked.reading.known.page
    return [
        books.Span(books.BEFORE, index, account, court, first, until, page)
        for each, first, until in pieces
        for court in asked.shelf.courts(each)
        if first < until
    ]


def _by_tree(asked: Asked, term: terms.Term) -> bool:
    measure = term.served.measure
    level = measure.kind == "stock" or measure.observed == "level"
    return asked.cell.scope == "all" and not level and not term.at_start


def _as(side: str, spans: Sequence[books.Span]) -> list[books.Span]:
    return [replace(span, side=side) for span in spans]
