"""The picture of a pack: how its indicators rest on measures, facts and event types. Black on white, made from definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr

from plumbline.catalog import tracing
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Pack, Text
from plumbline.catalog.page_frame import Frame
from plumbline.catalog.tracing import Link, Thing

#: The columns from left to right, each with its heading and the kinds that stand in it.
COLUMNS: Sequence[tuple[Text, tuple[str, ...]]] = (
    (Text("指标", "indicators"), ("indicator",)),
    (Text("基础统计量", "measures"), ("measure",)),
    (Text("案件要素、期限、归属", "facts, clocks, tracks"), ("fact", "clock", "track")),
    (Text("案件事件", "event types"), ("event",)),
)
_FONT = "system-ui, 'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', sans-serif"
_LINE, _TOP, _WIDTH, _GAP = 17, 40, 250, 90
_LONGEST = {"zh": 19, "en": 38}


def draw(collection: Collection, pack: Pack, frame: Frame) -> str:
    """The picture as SVG, of a pack that has indicators."""
    own = [collection.thing("indicator", pack, name) for name in pack.indicators]
    links = collection.trace.below(own)
    columns = [own, *(_column(links, kinds) for _, kinds in COLUMNS[1:])]
    joins = _joins(links)
    for at in range(1, len(columns)):
        columns[at] = _untangled(columns[at], columns[at - 1], joins)
    height = _TOP + _LINE * max(len(column) for column in columns) + 12
    width = len(columns) * _WIDTH + (len(columns) - 1) * _GAP
    places = {
        thing: (at, _TOP + _LINE * row + (height - 12 - _TOP - _LINE * len(column)) // 2)
        for at, column in enumerate(columns)
        for row, thing in enumerate(column)
    }
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="{_FONT}"'
                f' font-size="12" role="img" aria-label={quoteattr(frame.say(pack.title))}>'
            ),
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *_lines(joins, places),
            *_heads(frame),
            *(_label(thing, places[thing], frame) for column in columns for thing in column),
            "</svg>",
            "",
        ]
    )


def _column(links: Sequence[Link], kinds: tuple[str, ...]) -> list[Thing]:
    return [thing for kind in kinds for thing in tracing.ends(links, kind)]


def _joins(links: Sequence[Link]) -> list[tuple[Thing, Thing]]:
    """What is drawn as a line: links between two columns, each pair once."""
    at = {kind: place for place, (_, kinds) in enumerate(COLUMNS) for kind in kinds}
    pairs = {
        (link.above, link.below): None
        for link in links
        if link.above.kind in at and link.below.kind in at and at[link.above.kind] < at[link.below.kind]
    }
    return list(pairs)


def _untangled(
    column: Sequence[Thing], before: Sequence[Thing], joins: Sequence[tuple[Thing, Thing]]
) -> list[Thing]:
    """A column in the order of the middle of what it is joined to on its left, so that fewer lines cross."""
    rows = {thing: row for row, thing in enumerate(before)}
    joined: dict[Thing, list[int]] = {thing: [] for thing in column}
    for above, below in joins:
        if below in joined and above in rows:
            joined[below].append(rows[above])

    def middle(thing: Thing) -> tuple[Fraction, str]:
        found = joined[thing]
        return (Fraction(sum(found), len(found)) if found else Fraction(len(before)), thing.id)

    return sorted(column, key=middle)


def _lines(joins: Sequence[tuple[Thing, Thing]], places: Mapping[Thing, tuple[int, int]]) -> list[str]:
    found = []
    for above, below in joins:
        (left, top), (right, bottom) = places[above], places[below]
        start, end = left * (_WIDTH + _GAP) + _WIDTH, right * (_WIDTH + _GAP)
        found.append(
            f'<path d="M{start} {top + 8}L{end} {bottom + 8}" stroke="#999" stroke-width=".6" fill="none"/>'
        )
    return found


def _heads(frame: Frame) -> list[str]:
    return [
        f'<text x="{at * (_WIDTH + _GAP) + 4}" y="20" font-weight="600">{escape(frame.say(title))}</text>'
        for at, (title, _) in enumerate(COLUMNS)
    ]


def _label(thing: Thing, place: tuple[int, int], frame: Frame) -> str:
    at, top = place
    said, most = frame.say(thing.title), _LONGEST[frame.lang]
    short = said if len(said) <= most else f"{said[: most - 1]}…"
    left = at * (_WIDTH + _GAP)
    return (
        f'<g><title>{escape(thing.id)}</title><rect x="{left}" y="{top}" width="{_WIDTH}" height="{_LINE - 2}"'
        f' fill="#fff" stroke="#000" stroke-width=".5"/><text x="{left + 4}" y="{top + 12}">{escape(short)}</text></g>'
    )
