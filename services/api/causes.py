"""A figure by cause: one cell for each cause of a level, all from one reading of the postings; of a count, the
largest and the fastest growing causes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from plumbline import errors, valuation
from plumbline.catalog import formula_tree, ratios
from plumbline.catalog.causes import Cause
from plumbline.catalog.ratios import Ratio
from plumbline.valuation import Cell, CellBooks, Value
from services.api import covering, dimension_shapes, figures, shapes, words
from services.api.desk import Reading

COUNTED: Final = ("cases", "events", "persons", "number")
MINIMUM: Final = 30
"""Below it a count is marked 样本过少, where the definition gives no minimum of its own."""
MOST: Final = 5
"""How many causes are named as the largest, and as the fastest growing."""
UNLISTED: Final = shapes.Words(zh="案由缺失或不在案由表内", en="no cause, or one that is in no list")


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of some causes, and of the year before (while the period runs, to the same day)."""

    code: str | None
    title: shapes.Words
    level: int
    now: Value
    prior: Value
    coverage: covering.Share
    prior_coverage: covering.Share


def chosen(
    reading: Reading, on: date, parent: str | None, level: int | None, category: str
) -> list[tuple[Cause, int]]:
    """The causes asked for with their levels, in the order of their list; BadInput for a parent in no list."""
    lists = reading.know.causes
    if parent is not None and not lists.known(parent):
        raise errors.BadInput(
            f"{parent[:40]!r} is in no list of causes",
            why=f"The lists are: {'; '.join(lists.names(on)) or 'none'}.",
            next="GET /v1/causes lists the codes.",
        )
    found = [(row, len(lists.path(row.code, on))) for row in lists.walk(on, parent)]
    if category != valuation.ALL:
        found = [(row, deep) for row, deep in found if category_of(reading, row, on) == category]
    first = 1 if parent is None else len(lists.path(parent, on)) + 1
    return [(row, deep) for row, deep in found if deep == (first if level is None else level)]


def category_of(reading: Reading, row: Cause, on: date) -> str:
    """Whose list a cause stands in."""
    first = reading.know.causes.first(row.code, on)
    return first.category if first is not None else ""


def value_each(asked: figures.Asked, rows: Sequence[tuple[Cause, int]], on: date) -> list[Figure]:
    """The figure of each cause with all below it."""
    found = []
    for row, level in rows:
        codes = asked.reading.know.causes.below(row.code, on)
        found.append(_figure(asked, row.code, words.of(row.title), level, codes))
    return found


def value_rest(asked: figures.Asked, rows: Sequence[tuple[Cause, int]], on: date) -> Figure:
    """The figure of the cases whose cause is missing, or below none of these."""
    listed = {code for row, _ in rows for code in asked.reading.know.causes.below(row.code, on)}
    present: set[str] = set()
    if asked.version is not None:
        for served in asked.version.served.values():
            for cell in (asked.cell, _prior(asked).cell):
                present |= asked.shelf.causes(served.main.id, cell)
    return _figure(asked, None, UNLISTED, 0, tuple(sorted(present - listed)) or ("",))


def _prior(asked: figures.Asked) -> CellBooks:
    assert asked.version is not None
    return CellBooks(asked.shelf, asked.version, asked.cell, asked.today).prior()


def _figure(
    asked: figures.Asked, code: str | None, title: shapes.Words, level: int, codes: tuple[str, ...]
) -> Figure:
    cell: Cell = replace(asked.cell, cause=code or "", causes=codes)
    one = replace(asked, cell=cell)
    now = one.value
    if asked.version is None or asked.cut.missing is not None:
        return Figure(code, title, level, now, now, covering.UNKNOWN, covering.UNKNOWN)
    books = _prior(one)
    then = valuation.value_cell(asked.version, books.cell, asked.shelf, books.today)
    shares = covering.share(asked), covering.share(asked, books.cell.period)
    return Figure(code, title, level, now, then, *shares)


def is_count(asked: figures.Asked) -> bool:
    """Whether the figure is one number of cases: only then is there a largest."""
    version = asked.shown
    return isinstance(version.formula.root, formula_tree.Amount) and version.unit in COUNTED


def shape(found: Figure, minimum: int, *, count: bool) -> dimension_shapes.CauseFigure:
    """A figure as it is sent."""
    return dimension_shapes.CauseFigure(
        cause=found.code,
        title=found.title,
        level=found.level,
        value=found.now.value,
        numerator=found.now.numerator,
        denominator=found.now.denominator,
        reason=found.now.reason,
        prior_value=found.prior.value,
        prior_numerator=found.prior.numerator,
        prior_denominator=found.prior.denominator,
        prior_reason=found.prior.reason,
        coverage=found.coverage,
        prior_coverage=found.prior_coverage,
        small=any(_small(value, minimum, count=count) for value in (found.now, found.prior)),
    )


def _small(value: Value, minimum: int, *, count: bool) -> bool:
    amount = value.numerator if count else value.denominator
    return amount is None or abs(amount) < minimum


def counts(found: Sequence[Figure], minimum: int) -> list[dimension_shapes.CauseCount]:
    """How many of each cause now and the year before; those that have no count are left out."""
    made = []
    for one in found:
        now, before = one.now.numerator, one.prior.numerator
        if one.code is None or now is None or before is None:
            continue
        growth = ratios.value_of(Ratio(now - before, before), "percent") if before > 0 else None
        made.append(
            dimension_shapes.CauseCount(
                cause=one.code, title=one.title, count=now, prior_count=before, difference=now - before,
                growth=growth, small=now < minimum or before < minimum, coverage=one.coverage,
            )
        )  # fmt: skip
    return made


def largest(found: Sequence[dimension_shapes.CauseCount]) -> list[dimension_shapes.CauseCount]:
    """The causes with the most cases; of as many, in the order of the list."""
    return sorted((one for one in found if one.count > 0), key=lambda one: -one.count)[:MOST]


def fastest_growing(found: Sequence[dimension_shapes.CauseCount]) -> list[dimension_shapes.CauseCount]:
    """The causes that grew most against the year before: by share; small numbers, marked, after all others, by cases."""

    def place(one: dimension_shapes.CauseCount) -> tuple[bool, object, int]:
        share = ratios.value_of(Ratio(-one.difference, one.prior_count or 1), "percent")
        return one.small, 0 if one.small else share, -one.difference

    return sorted((one for one in found if one.difference > 0), key=place)[:MOST]
