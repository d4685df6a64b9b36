"""Conversions (换算办法): how an indicator's value becomes points of another assessment, by a table of
intervals without gap or overlap, or by an item of a rule book.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plumbline.catalog import documents, faults, scopes, targets
from plumbline.catalog.definitions import Indicator, Measure, Pack, Place, Source, Text
from plumbline.catalog.rulebook_tree import RuleBook

if TYPE_CHECKING:
    from plumbline.catalog.documents import Entry

_WORTH = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_NO_TITLE = Text("", "")


@dataclass(frozen=True, slots=True)
class Interval:
    """Values from `low` to `high` (None: no end there), each end inside or not, and what they give: `points`
    at the lower end and at the upper, with a straight line between.
    """

    low: Fraction | None
    high: Fraction | None
    low_inside: bool
    high_inside: bool
    points: tuple[Fraction, Fraction]

    def holds(self, value: Fraction) -> bool:
        """Whether a value lies in it."""
        above = self.low is None or value > self.low or (self.low_inside and value == self.low)
        return above and (self.high is None or value < self.high or (self.high_inside and value == self.high))


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a conversion: a table as written (read with the figure's unit), or an item of a book."""

    figure: str
    points: Fraction
    scope: str
    table: tuple[Any, ...] = ()
    book: str = ""
    item: str = ""
    clause: str = ""
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Conversion:
    """A conversion of the indicators of a pack (`pack`) into the points of another assessment (`into`)."""

    id: str
    title: Text
    into: Text
    pack: str
    period: str
    source: Source
    lines: tuple[Line, ...]
    place: Place | None = dataclasses.field(default=None, compare=False)

    @property
    def maximum(self) -> Fraction:
        """What all lines together can give."""
        return sum((line.points for line in self.lines), Fraction(0))


def read(entry: Entry) -> Conversion | None:
    """One conversion, or None where its head cannot be read."""
    lines = tuple(line for row in entry.rows("lines", "lines") if (line := _line(row)) is not None)
    source, title, into = entry.source(), entry.title("title"), entry.title("into")
    if source is None or title is None or into is None:
        return None
    return Conversion(
        entry.id(), title, into, entry.text("of"), entry.text("period"), source, lines, entry.place
    )


def _line(entry: Entry) -> Line | None:
    figure = [entry.text(key) for key in ("indicator", "measure") if key in entry]
    if len(figure) != 1:
        entry.note(None, "a line converts one indicator or one measure", "write `indicator:` or `measure:`")
        return None
    if ("table" in entry) == ("item" in entry):
        entry.note(None, f"the line of `{figure[0]}` does not say how", "write either `table:` or `item:`")
        return None
    points = entry.amount("points")
    if points is None:
        return None
    rows = [row.written for row in entry.rows("table", "table") if row.whole] if "table" in entry else []
    item = entry.inner("item", "item") if "item" in entry else None
    return Line(
        figure=figure[0],
        points=points,
        scope=entry.text("scope") or "own",
        table=tuple(documents.plain(row) for row in rows),
        book=item.text("book") if item else "",
        item=item.text("item") if item else "",
        clause=entry.text("clause"),
        place=entry.place,
    )


def check(
    pack: Pack,
    figures: Mapping[str, Indicator | Measure],
    books: Mapping[str, RuleBook],
    found: faults.Faults,
) -> None:
    """Note everything wrong with the pack's conversions."""
    packs = {one.id for one in scopes.chain(pack)}
    for conversion in pack.conversions.values():
        said = f"conversions `{conversion.id}`"
        if conversion.pack and conversion.pack not in packs:
            found.add(
                conversion.place,
                f"{said}: of `{conversion.pack}` is not this pack and none it uses",
                faults.nearest(conversion.pack, packs),
            )
        seen: set[str] = set()
        for line in conversion.lines:
            if line.figure in seen:
                found.add(line.place, f"`{line.figure}` stands twice in {said}", "give it one line")
            seen.add(line.figure)
            _check_line(said, conversion, line, figures, books, found)


def _check_line(
    said: str,
    conversion: Conversion,
    line: Line,
    figures: Mapping[str, Indicator | Measure],
    books: Mapping[str, RuleBook],
    found: faults.Faults,
) -> None:
    if line.figure not in figures:
        found.add(
            line.place, f"{said}: figure `{line.figure}` does not exist", faults.nearest(line.figure, figures)
        )
        return
    if line.book:
        _check_item(said, conversion, line, books, found)
        return
    try:
        read_table(line, figures[line.figure].unit)
    except faults.Unreadable as bad:
        found.add(line.place, f"{said}: table of `{line.figure}`: {bad.what}", bad.instead)


def _check_item(
    said: str, conversion: Conversion, line: Line, books: Mapping[str, RuleBook], found: faults.Faults
) -> None:
    book = books.get(line.book)
    if book is None:
        found.add(
            line.place, f"{said}: rule book `{line.book}` does not exist", faults.nearest(line.book, books)
        )
        return
    items = {item.id for item in book.items}
    if line.item not in items:
        found.add(
            line.place,
            f"{said}: `{line.book}` has no item `{line.item}`",
            faults.nearest(line.item, items),
        )
    if book.period != conversion.period:
        found.add(
            line.place,
            f"{said}: `{line.book}` is reckoned for a {book.period}, not a {conversion.period}",
            f"write `period: {book.period}`, or a table",
        )


def read_table(line: Line, unit: str) -> tuple[Interval, ...]:
    """The intervals of a line in the unit of its figure, in ascending order; raises Unreadable for one that
    cannot be read, and where two leave a gap or overlap.
    """
    table = tuple(_interval(row, unit, line.points) for row in line.table)
    for one, other in itertools.pairwise(table):
        if one.high is None or other.low is None or one.high > other.low:
            raise faults.Unreadable(
                f"the intervals {_said(one, unit)} and {_said(other, unit)} overlap",
                "write them in ascending order, each beginning where the last ends",
            )
        if one.high < other.low or not (one.high_inside or other.low_inside):
            raise faults.Unreadable(
                f"no interval between {_said(one, unit)} and {_said(other, unit)} says what a value there gives",
                "let the next begin where the last ends, and one of them hold that value",
            )
        if one.high_inside and other.low_inside:
            raise faults.Unreadable(
                f"{targets.shown(one.high, unit)} lies in two intervals",
                "write `below:` for one, or `above:`",
            )
    return table


def _interval(row: Mapping[str, Any], unit: str, most: Fraction) -> Interval:
    for one, other in (("from", "above"), ("to", "below")):
        if row.get(one) is not None and row.get(other) is not None:
            raise faults.Unreadable(f"an interval has both `{one}` and `{other}`", "write one of them")
    low, high = (_end(row, words, unit) for words in (("from", "above"), ("to", "below")))
    inside = row.get("from") is not None, row.get("to") is not None
    if low is not None and high is not None and (low > high or (low == high and inside != (True, True))):
        raise faults.Unreadable("an interval holds no value", "write the lower end first")
    worth = row.get("points")
    pair = worth if isinstance(worth, list | tuple) else [worth, worth]
    if len(pair) != 2:
        raise faults.Unreadable("points are one number, or two", "write 5, or [3, 5]")
    points = tuple(_worth(each) for each in pair)
    if points[0] != points[1] and (low is None or high is None):
        raise faults.Unreadable("a straight line needs two ends", "write both ends, or one number of points")
    if max(points) > most:
        raise faults.Unreadable(
            f"{targets.shown(max(points), '')} points are more than the line's {targets.shown(most, '')}",
            "write no more, or raise the line's `points`",
        )
    return Interval(low, high, *inside, (points[0], points[1]))


def _end(row: Mapping[str, Any], words: Sequence[str], unit: str) -> Fraction | None:
    given = next((row[word] for word in words if row.get(word) is not None), None)
    return None if given is None else targets.read_value(given, unit)


def _worth(given: object) -> Fraction:
    if isinstance(given, bool) or _WORTH.fullmatch(str(given)) is None:
        raise faults.Unreadable(f"`{given}` is not a number of points", "write 0, 5 or 2.5")
    return Fraction(str(given))


def said(interval: Interval, unit: str) -> Text:
    """An interval in words, with its ends."""
    parts: list[tuple[str, str]] = []
    if interval.low is not None:
        zh, en = ("不低于", "at least") if interval.low_inside else ("高于", "above")
        low = targets.shown(interval.low, unit)
        parts.append((f"{zh} {low}", f"{en} {low}"))
    if interval.high is not None:
        zh, en = ("不高于", "at most") if interval.high_inside else ("低于", "below")
        high = targets.shown(interval.high, unit)
        parts.append((f"{zh} {high}", f"{en} {high}"))
    if not parts:
        return Text("任何数值", "any value")
    return Text("且".join(zh for zh, _ in parts), " and ".join(en for _, en in parts))


def _said(interval: Interval, unit: str) -> str:
    return f"“{said(interval, unit).en}”"
