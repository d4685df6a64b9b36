"""From a question to a figure: the version that answers, its value from the books, its line, its
comparison.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from plumbline import lines, periods, serving, valuation
from plumbline.catalog import ratios, targets
from plumbline.catalog.definitions import Target
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.periods import Period
from plumbline.store import balances
from plumbline.valuation import Cell, CellBooks, Value
from services.api import covering, dimensions, shapes, words
from services.api.desk import Reading
from services.api.dimensions import Cut

NOT_STOOD = dimensions.NOT_STOOD


@dataclass(slots=True)
class Asked:
    """A cell with all that answers it; `version` None: none stood complete at the moment asked about.

    `cut` says which cases the cell is about.
    """

    reading: Reading
    name: str
    version: serving.Version | None
    cell: Cell
    today: date
    shelf: balances.LedgerShelf
    cut: Cut = dimensions.EVERY_CASE

    @property
    def value(self) -> Value:
        """The cell's value, or the reason there is none."""
        if self.version is None:
            return Value(None, None, None, NOT_STOOD.reason, NOT_STOOD.detail)
        if self.cut.missing is not None:
            return Value(None, None, None, self.cut.missing.reason, self.cut.missing.detail)
        return valuation.value_cell(self.version, self.cell, self.shelf, self.today)

    @property
    def shown(self) -> serving.Version:
        """The version whose words are shown: the one that answers, else the oldest there is."""
        return self.version or self.reading.know.catalogue.versions(self.name)[0]

    @property
    def courts(self) -> tuple[str, ...]:
        """The courts whose lines the cell sums."""
        return self.shelf.courts(self.cell)


def ask(
    reading: Reading,
    name: str,
    court: str,
    scope: str,
    span: Period,
    category: str = valuation.ALL,
    cause: str | None = None,
    version: str | None = None,
    tag: str | None = None,
) -> Asked:
    """The cell of an indicator or measure; errors for a court, name, version, category, cause or tag that does
    not exist here.
    """
    row = reading.court(court)
    today = reading.today(row.code)
    on = min(span.last_day, today)
    cut = dimensions.cut(reading, on, category, cause, tag)
    found = reading.know.answering(name, on, version, reading.known.known_at)
    cell = cut.cell(row.code, scope, span)
    return Asked(reading, name, found, cell, today, shelf(reading, today, (found,)), cut)


def shelf(
    reading: Reading,
    today: date,
    versions: tuple[serving.Version | None, ...],
    by_day: frozenset[date] = frozenset(),
    *,
    by_cause: bool = False,
) -> balances.LedgerShelf:
    """A shelf that reads all accounts of some versions at once; `by_day` are months to be read day by day."""
    levels = frozenset(
        served.main.id
        for version in versions
        if version is not None
        for served in version.served.values()
        if served.measure.kind == "stock"
    )
    wanted = frozenset(
        account.id
        for version in versions
        if version is not None
        for served in version.served.values()
        for account in served.accounts.values()
    )
    return balances.LedgerShelf(
        reading.connection, reading.tree(), reading.known, today,
        wanted=wanted, by_day=by_day, levels=levels, by_cause=by_cause,
    )  # fmt: skip


def judge(
    asked: Asked, value: Value, line: targets.Line | Missing | None
) -> tuple[shapes.Status, shapes.Words]:
    """Inside or outside the line, not enough data, or no line. Below the minimum nothing is judged."""
    if value.value is None:
        return "insufficient", words.STATUS["insufficient"]
    if is_small(asked.shown, value):
        return "insufficient", words.STATUS["small_sample"]
    assert value.numerator is not None
    met = None if line is None else targets.met(line, Ratio(value.numerator, value.denominator or 1))
    if met is None:
        return "no_target", words.STATUS["no_target"]
    return ("within", words.STATUS["within"]) if met else ("beyond", words.STATUS["beyond"])


def is_small(version: serving.Version, value: Value) -> bool:
    """Whether the denominator is below the definition's minimum: marked, never masked."""
    return value.denominator is not None and abs(value.denominator) < version.minimum


def line_of(asked: Asked) -> tuple[Target, targets.Line | Missing] | None:
    """The target set for exactly this cell, and the line that follows; of several, the most exact pattern,
    the newest pack.
    """
    version, cell = asked.version, asked.cell
    if version is None or asked.cut != dimensions.EVERY_CASE:
        return None
    packs = asked.reading.know.packs_with(version)
    return lines.Lines(version, packs, asked.shelf, asked.today, asked.reading.tree().children).of(cell)


def in_unit(bound: Fraction | None, unit: str) -> Decimal | None:
    """An exact bound in its unit, half-even at 6 decimals."""
    return None if bound is None else ratios.value_of(Ratio(bound.numerator, bound.denominator), unit)


def shape_target(found: tuple[Target, targets.Line | Missing] | None, unit: str) -> shapes.Target | None:
    """A target with its line, or why the line cannot be reckoned."""
    if found is None:
        return None
    target, line = found
    source = None if target.source is None else shape_source(target)
    if isinstance(line, Missing):
        kind = next(iter(target.rule))
        return shapes.Target(
            kind=kind, low=None, high=None, unit=unit, arithmetic=None, reason=line.reason, source=source
        )
    return shapes.Target(
        kind=line.kind,
        low=in_unit(line.low, unit),
        high=in_unit(line.high, unit),
        unit=unit,
        arithmetic=words.of(line.arithmetic),
        reason=None,
        source=source,
    )


def shape_source(target: Target) -> shapes.Source | None:
    """Where a target stands."""
    if target.source is None:
        return None
    return shapes.Source(
        document=target.source.document, clause=target.source.clause, provenance=target.source.provenance
    )


def compare(asked: Asked, value: Value, kind: str | None) -> shapes.Comparison | None:
    """The figure of a year before or of the period before; while the period runs, of as many days."""
    if kind is None:
        return None
    unit = "points" if asked.shown.unit == "percent" else asked.shown.unit
    if asked.version is None:
        return shapes.Comparison(
            kind=kind, period=None, value=None, numerator=None, denominator=None, reason=NOT_STOOD.reason,
            coverage="unknown", difference=None, difference_unit=unit, benchmarks=[], none_of=[],
        )  # fmt: skip
    if kind == "prior_year":
        books = CellBooks(asked.shelf, asked.version, asked.cell, asked.today).prior()
        cell, today = books.cell, books.today
    else:
        cell, today = replace(asked.cell, period=_period_before(asked.cell.period, asked.today)), asked.today
    other = valuation.value_cell(asked.version, cell, asked.shelf, today)
    small = is_small(asked.version, value) or is_small(asked.version, other)
    whole = value.value is not None and other.value is not None
    difference = (
        value.value - other.value
        if value.value is not None and other.value is not None and not small
        else None
    )
    return shapes.Comparison(
        kind=kind,
        period=_said(cell.period, today),
        value=other.value,
        numerator=other.numerator,
        denominator=other.denominator,
        reason=other.reason or ("small_sample" if small and whole else None),
        coverage=covering.share(asked, cell.period),
        difference=difference,
        difference_unit=unit,
        benchmarks=[],
        none_of=[],
    )


def _period_before(span: Period, today: date) -> Period:
    before = span.prior()
    if not span.start <= today < span.last_day:
        return before
    return periods.between(before.start, min(before.last_day, before.start + (today - span.start)))


def _said(span: Period, today: date) -> str:
    """The period's text; while it ran, the days that had passed."""
    return (
        span.text if today >= span.last_day or today < span.start else periods.between(span.start, today).text
    )


def unattributed(asked: Asked) -> list[shapes.Unattributed]:
    """Of measures that count linked cases' events: what stands in the courts' accounts for want of a link."""
    if asked.version is None:
        return []
    found: list[shapes.Unattributed] = []
    until = min(asked.cell.period.end, asked.today + timedelta(days=1))
    for served in asked.version.served.values():
        account = served.accounts.get("unattributed")
        if account is not None:
            column = asked.shelf.column(account.id, asked.cell)
            amount = column.between(asked.cell.period.start, until)
            found.append(shapes.Unattributed(measure=served.id, amount=amount, unit=served.measure.unit))
    return found


def shape_court(reading: Reading, code: str) -> shapes.Words:
    """A court's name."""
    row = reading.know.tree.get(code)
    assert row is not None
    return shapes.Words(zh=row.name_zh, en=row.name_en)
