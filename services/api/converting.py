"""From a conversion to its answer: each indicator of a pack with its value, its points and the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from plumbline import conversions, errors, scorebooks, scorecards, serving, valuation
from plumbline.catalog import scopes
from plumbline.catalog.conversions import Conversion, Line
from plumbline.catalog.definitions import Pack
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.conversions import Converted
from plumbline.periods import Period
from plumbline.valuation import Cell
from services.api import backing, figures, reference_shapes, scoring, words
from services.api.desk import Reading
from services.api.figures import Asked


@dataclass(frozen=True, slots=True)
class Table:
    """The pack whose indicators are converted, and the conversion with the pack that states it, if any."""

    of: Pack
    stated: Pack | None
    conversion: Conversion | None


def stated(reading: Reading) -> list[tuple[Pack, Conversion]]:
    """The newest edition of every conversion, in the order of the packs."""
    newest = {
        f"{pack.id}.{name}": (pack, one)
        for pack in reading.know.catalogue.every
        for name, one in pack.conversions.items()
    }
    return list(newest.values())


def packs(reading: Reading) -> dict[str, Pack]:
    """The newest edition of every pack that has indicators, by id."""
    return {pack.id: pack for pack in reading.know.catalogue.every if pack.indicators}


def find(reading: Reading, name: str, on: date) -> Table:
    """The conversion of that id (full, or bare where one pack has it), in force on a day; else the pack of that
    id, without one. errors.NotFound where there is neither, BadInput where several packs have the bare id.
    """
    found = [
        (pack, one)
        for pack in reading.know.catalogue.every
        for key, one in pack.conversions.items()
        if name in (key, f"{pack.id}.{key}")
    ]
    known = {pack.id for pack, _ in found}
    if len(known) > 1:
        raise errors.BadInput(
            f"“{name[:60]}” is defined by several packs.",
            why=", ".join(sorted(known)),
            next="Write <pack>.<name>.",
        )
    if found:
        in_force = [each for each in found if each[0].in_force_from <= on]
        pack, one = (in_force or found)[-1 if in_force else 0]
        return Table(_converted(pack, one.pack), pack, one)
    of = packs(reading).get(name)
    if of is None:
        raise errors.NotFound(
            f"No conversion and no pack is called “{name[:60]}”.",
            next="GET /v1/conversions lists what there is.",
        )
    return Table(of, None, None)


def _converted(pack: Pack, name: str) -> Pack:
    return next(one for one in scopes.chain(pack) if one.id == name)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a sheet: its line and exact points, where a conversion is given, and how it is sent."""

    line: Line | None
    found: Converted | None
    shape: reference_shapes.ConvertedLine


@dataclass(slots=True)
class Sheet:
    """A table for one court and period."""

    reading: Reading
    table: Table
    court: str
    span: Period
    today: date

    def lines(self) -> Iterator[Row]:
        """The lines of the conversion in their order, then the pack's other indicators: 未提供换算办法."""
        conversion = self.table.conversion
        given = {} if conversion is None else {line.figure: line for line in conversion.lines}
        names = [*given, *(name for name in self.table.of.indicators if name not in given)]
        versions = {name: self._version(name) for name in names}
        shelf = figures.shelf(self.reading, self.today, tuple(versions.values()))
        for name in names:
            line = given.get(name)
            scope = "own" if line is None else line.scope
            cell = Cell(self.court, scope, valuation.ALL, self.span)
            full = self._full(name)
            asked = Asked(self.reading, full, versions[name], cell, self.today, shelf)
            found = None
            if line is not None:
                found = self._by_item(line) if line.book else self._by_table(line, asked)
            yield Row(line, found, _shape(asked, line, found))

    def _full(self, name: str) -> str:
        """The full name of a figure as the pack that states the conversion, or the converted one, reads it."""
        for pack in scopes.chain(self.table.stated or self.table.of):
            if name in pack.indicators or name in pack.measures:
                return f"{pack.id}.{name}"
        return f"{self.table.of.id}.{name}"

    def _version(self, name: str) -> serving.Version | None:
        on = min(self.span.last_day, self.today)
        return self.reading.know.answering(self._full(name), on, None, self.reading.known.known_at)

    def _by_table(self, line: Line, asked: Asked) -> Converted:
        value = asked.value
        exact: Ratio | Missing = Missing(value.reason or "not_available", value.detail)
        if value.value is not None and value.numerator is not None:
            exact = Ratio(value.numerator, value.denominator or 1)
        return conversions.by_table(line, asked.shown.unit, exact)

    def _by_item(self, line: Line) -> Converted:
        """The points of a rule book's item, from the scorecard of the court."""
        assert self.table.stated is not None
        pack = next(one for one in scopes.chain(self.table.stated) if line.book in one.rule_books)
        book = scorebooks.bind(pack, line.book)
        gathering = scoring.gather(self.reading, self.court, self.span, book)
        if gathering.court(self.court).level not in book.rules.levels:
            return conversions.by_item(line, None, Fraction(1), "not_for_this_level")
        card = scorecards.score(book, gathering.inputs(book, self.court))
        found = next((each for each in card.lines if each.id == line.item), None)
        if found is None:
            return conversions.by_item(line, None, Fraction(1), "not_for_this_level")
        return conversions.by_item(line, found.points, found.maximum, found.award.reason)


def total(rows: Sequence[Row]) -> conversions.Total:
    """The exact sum over the rows that have a line."""
    return conversions.add(
        {
            row.line.figure: (row.line.points, row.found)
            for row in rows
            if row.line is not None and row.found is not None
        }
    )


def _shape(asked: Asked, line: Line | None, found: Converted | None) -> reference_shapes.ConvertedLine:
    value, version = asked.value, asked.shown
    said = conversions.NOT_GIVEN if found is None else found.words
    return reference_shapes.ConvertedLine(
        indicator=version.id,
        title=words.of(version.title),
        scope="own" if asked.cell.scope == "own" else "all",
        given=line is not None,
        value=value.value,
        unit=version.unit,
        numerator=value.numerator,
        denominator=value.denominator,
        points=None if found is None or found.points is None else number(found.points),
        maximum=None if line is None else number(line.points),
        reason="no_conversion" if found is None else found.reason or None,
        words=words.of(said),
        clause=None if line is None else line.clause or None,
        version=version.version,
        **backing.label(asked),
    )


def number(value: Fraction) -> Decimal:
    """Exact points, half-even at 6 decimals."""
    found = figures.in_unit(value, "points")
    assert found is not None
    return found
