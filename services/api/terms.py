"""The parts of a formula as ledger questions: which account, which days, above or below the line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from plumbline import serving, valuation
from plumbline.catalog import formula_tree
from plumbline.periods import Period
from plumbline.store import drilldown
from services.api.figures import Asked

BEGINNING = date(1900, 1, 1)
GRAINS = ("year", "quarter", "month", "day")


@dataclass(frozen=True, slots=True)
class Term:
    """A measure as a formula reads it: in which part, at the period's end or its start, this year or the
    year before.
    """

    part: Literal["numerator", "denominator"]
    served: serving.Served
    at_start: bool
    prior: bool

    @property
    def key(self) -> tuple[str, bool, bool]:
        """What makes two terms ask the same of the books."""
        return self.served.measure.id, self.at_start, self.prior


@dataclass(frozen=True, slots=True)
class Days:
    """The days a term sums, `until` not counted, and the period it speaks of."""

    period: Period
    first: date
    until: date


def terms(version: serving.Version) -> list[Term]:
    """Every term of a formula, in its order, each once in a part."""
    found: dict[tuple[object, ...], Term] = {}
    for below, amount, prior in _walk(version.formula.root, False, False):
        part: Literal["numerator", "denominator"] = "denominator" if below else "numerator"
        at_start = isinstance(amount, formula_tree.Amount) and amount.at_start
        term = Term(part, version.served[amount.measure], at_start, prior)
        found.setdefault((part, *term.key), term)
    return list(found.values())


def _walk(
    node: formula_tree.Node, below: bool, prior: bool
) -> Iterator[tuple[bool, formula_tree.Amount | formula_tree.Percentile, bool]]:
    match node:
        case formula_tree.Amount() | formula_tree.Percentile():
            yield below, node, prior
        case formula_tree.Reckoning():
            yield from _walk(node.left, below, prior)
            yield from _walk(node.right, below ^ (node.sign == "/"), prior)
        case formula_tree.Prior():
            yield from _walk(node.inner, below, True)
        case formula_tree.Spread():
            yield from _walk(node.inner, below, prior)
        case formula_tree.Number() | formula_tree.Days():
            return


def days_of(asked: Asked, term: Term) -> Days:
    """The days a term sums: a flow its period as far as it has passed, a stock everything up to a day."""
    assert asked.version is not None
    books = valuation.CellBooks(asked.shelf, asked.version, asked.cell, asked.today)
    if term.prior:
        books = books.prior()
    span = books.cell.period
    passed = books.today + timedelta(days=1)
    measure = term.served.measure
    level = measure.kind == "stock" or measure.observed == "level"
    if term.at_start:
        return Days(span, BEGINNING, min(span.start, passed))
    until = min(span.end, passed) if span.start <= books.today else span.start
    if level and span.start > books.today:
        return Days(span, BEGINNING, BEGINNING)
    return Days(span, BEGINNING if level else span.start, until)


def lines_of(asked: Asked, term: Term, *, kind: str | None = None) -> drilldown.Asked:
    """The ledger lines of a term (or of its account of another kind), with the courts that may be listed."""
    days = days_of(asked, term)
    account = term.served.main.id if kind is None else term.served.accounts[kind].id
    category = None if asked.cell.category == valuation.ALL else asked.cell.category
    question = drilldown.Asked(
        account=account,
        courts=asked.courts,
        visible=asked.reading.visible(asked.courts),
        first=days.first,
        until=days.until,
        page=asked.reading.known.page,
        category=category,
        causes=asked.cell.codes,
        tag=asked.cell.tag,
        carried_on=_carried_on(term, kind, days),
    )
    if kind is None and term.served.measure.kind == "observed" and term.served.measure.observed == "flow":
        return _reported(asked, term, question, days.period)
    return question


def _carried_on(term: Term, kind: str | None, days: Days) -> date | None:
    """Of a level, the day on which a case must carry a tag: the last one; of a flow none, each line has its own."""
    level = kind is None and term.served.measure.kind == "stock"
    return days.until - timedelta(days=1) if level else None


def _reported(asked: Asked, term: Term, question: drilldown.Asked, span: Period) -> drilldown.Asked:
    """Of reported figures, the account of the coarsest grain that holds any: the one the value was read
    from.
    """
    kinds = GRAINS[GRAINS.index(span.kind) :] if span.kind in GRAINS else ("other", "month", "day")
    accounts = {kind: term.served.accounts[kind].id for kind in kinds}
    posted = drilldown.list_posted(asked.reading.connection, question, list(accounts.values()))
    chosen = next((accounts[kind] for kind in kinds if accounts[kind] in posted), question.account)
    return replace(question, account=chosen)
