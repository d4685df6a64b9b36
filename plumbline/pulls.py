"""Pulling from a feed: what a feed is, where reading stands, and whether the row it stands on is still there.

A cursor names rows, not only places: each mark of its trail is a page that was asked for, with key and digest of the
last row read on it. A place whose row is another one now is lost, however well it still answers.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from plumbline import errors

PAGINGS: Final = ("none", "cursor", "next", "number", "position")
KINDS: Final = ("time", "epoch_ms", "number")
CONTENTS: Final = ("cloudevents", "datajud", "mapping")
STATES: Final = ("reading", "caught_up", "position_lost", "failing")
TRAIL_MOST: Final = 32
"""Marks kept behind the newest one: as far back as a lost place is looked for before the beginning."""
KEY_LONGEST: Final = 200
GONE: Final = (400, 404, 410)
"""What a feed answers to a page it does not know any more."""

Way = tuple[str, ...]
"""Names from the outside in, of a place in a JSON answer."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret stands: the name of an environment variable, or a file; `prefix` is written before it."""

    env: str = ""
    file: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A header of every request: plain text, or a secret that stands elsewhere."""

    name: str
    text: str = ""
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """How the following page is asked for (PAGINGS): `parameter` carries it, `at` (or the Link header, when
    empty) tells it, `first` is the number of the first page; `size` rows are asked for by `size_parameter`."""

    by: str = "none"
    parameter: str = ""
    at: Way = ()
    first: int = 1
    size_parameter: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Since:
    """Only rows changed since a position are asked for: `field` of a row holds it, `kind` is one of KINDS;
    each reading goes back by `overlap` (seconds of time, or units of a number)."""

    parameter: str
    field: Way
    kind: str
    overlap: int


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as its file says; `rows` and `key` are places in an answer and in a row, times in seconds."""

    source: str
    name: str
    url: str
    key: tuple[Way, ...]
    content: str
    rows: Way = ()
    lines: bool = False
    pages: Pages = Pages()
    since: Since | None = None
    headers: tuple[Header, ...] = ()
    mapping: pathlib.Path | None = None
    overlap_rows: int = 0
    timeout_s: int = 30
    every_s: int = 60
    retries: int = 5
    lease_s: int = 60
    answer_bytes: int = 64 * 1024 * 1024
    gone: tuple[int, ...] = GONE


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answer: as it stands, its key (its digest where it has none), its digest, its position."""

    value: Mapping[str, Any]
    key: str
    digest: str
    position: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A page that was read: what it was asked for by (empty: the first), its last row, how many rows it had."""

    page: str
    key: str
    digest: str
    rows: int

    def held_by(self, rows: Sequence[Row]) -> bool:
        """Whether the page as it is now still has the row, unchanged."""
        return any(row.key == self.key and row.digest == self.digest for row in rows)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where reading stands. With `since`, a sweep asks from there and `high` is the furthest position seen;
    `last` is the row (key, digest, position) the sweep before ended on, which this one must meet again."""

    since: str | None = None
    high: str | None = None
    high_row: tuple[str, str] | None = None
    last: tuple[str, str, str] | None = None
    met: bool = False
    marks: tuple[Mark, ...] = ()

    def document(self) -> dict[str, Any]:
        """As it is kept: a JSON object."""
        return asdict(self)

    @staticmethod
    def of(document: Mapping[str, Any] | None) -> Cursor:
        """The cursor that was kept; errors.BadInput when it is none of ours."""
        if not document:
            return Cursor()
        try:
            given = dict(document)
            marks = tuple(Mark(**one) for one in given.pop("marks"))
            last, high_row = given.pop("last"), given.pop("high_row")
            return Cursor(
                **given,
                marks=marks,
                last=tuple(last) if last else None,
                high_row=tuple(high_row) if high_row else None,
            )
        except (KeyError, TypeError, AttributeError) as bad:
            raise errors.BadInput(
                "The cursor that was kept cannot be read", next="Read the feed anew by --from-beginning."
            ) from bad

    def after(self, page: str, rows: Sequence[Row], since: Since | None) -> Cursor:
        """The cursor when all rows of a page are acknowledged."""
        if not rows:
            return self
        mark = Mark(page, rows[-1].key, rows[-1].digest, len(rows))
        kept = [one for one in self.marks if one.page != page]
        moved = replace(self, marks=(*kept, mark)[-TRAIL_MOST:])
        return moved if since is None else _raised(moved, rows, since)

    def cut(self, marks: int) -> Cursor:
        """The same with only its first marks."""
        return replace(self, marks=self.marks[:marks])

    @property
    def lost(self) -> bool:
        """At the end of a sweep: whether the row the one before ended on did not come again."""
        return self.last is not None and not self.met

    def ended(self, since: Since | None) -> Cursor:
        """The cursor a sweep leaves behind: its trail, or with `since` the position the next one asks from."""
        if since is None:
            return self
        if self.high is None or self.high_row is None:
            return Cursor()
        return Cursor(since=earlier(self.high, since), last=(*self.high_row, self.high))


def _raised(cursor: Cursor, rows: Sequence[Row], since: Since) -> Cursor:
    high, high_row, met = cursor.high, cursor.high_row, cursor.met
    for row in rows:
        if cursor.last is not None and row.key == cursor.last[0]:
            met = met or row.digest == cursor.last[1] or _later(row.position, cursor.last[2], since.kind)
        if row.position is not None and (high is None or not _later(high, row.position, since.kind)):
            high, high_row = row.position, (row.key, row.digest)
    return replace(cursor, high=high, high_row=high_row, met=met)


def digest(value: object) -> str:
    """SHA-256 of a row, whatever the order of its names."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def row_of(feed: Feed, value: Mapping[str, Any]) -> Row:
    """A row of an answer with what identifies it. A position that cannot be read counts as none."""
    whole = digest(value)
    parts = [plain(at(value, way)) for way in feed.key]
    key = "/".join(parts)[:KEY_LONGEST] if all(parts) else ""
    position = None
    if feed.since is not None:
        written = plain(at(value, feed.since.field))
        position = written if written and _value(written, feed.since.kind) is not None else None
    return Row(value, key or whole, whole, position)


def start(cursor: Cursor, found: int, overlap_rows: int) -> int:
    """The number of the mark to read again from, when mark `found` holds: back until `overlap_rows` rows."""
    index, rows = found, cursor.marks[found].rows
    while index > 0 and rows < overlap_rows:
        index -= 1
        rows += cursor.marks[index].rows
    return index


def following(feed: Feed, page: str, rows: Sequence[Row], answer: object, link: str | None) -> str | None:
    """What the next page is asked for by, None at the end: an empty page, or a short one of numbered pages.

    errors.BadInput where a page of one single position is full, so that asking from it again brings the same.
    """
    pages = feed.pages
    if pages.by == "none" or not rows:
        return None
    if pages.by == "number":
        return None if len(rows) < pages.size else str(int(page or pages.first) + 1)
    if pages.by == "position":
        return _next_position(feed, page, rows)
    if pages.by == "next" and not pages.at:
        return link
    told = at(answer, pages.at)
    return None if told is None or told is False else plain(told) or None


def _next_position(feed: Feed, page: str, rows: Sequence[Row]) -> str | None:
    if len(rows) < feed.pages.size:
        return None
    last = next((row.position for row in reversed(rows) if row.position is not None), None)
    if last is None or last == page:
        raise errors.BadInput(
            f"{len(rows):,} rows share one position, and a page holds no more",
            why="Asking from that position again would bring the same page for ever.",
            next="Raise pages.size.rows beyond the most rows of one position.",
        )
    return last


def at(value: object, way: Way) -> Any:
    """What stands at a place; None where nothing does."""
    for name in way:
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def plain(value: object) -> str:
    """A value of JSON as text; nothing for null, lists of plain values parted by ; and objects as nothing."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(filter(None, map(plain, value)))
    return str(value)


def earlier(position: str, since: Since) -> str:
    """A position less the overlap, written as the position is."""
    found = _value(position, since.kind)
    assert found is not None
    if isinstance(found, datetime):
        moved = (found - timedelta(seconds=since.overlap)).isoformat(sep=" " if " " in position else "T")
        return moved.removesuffix("+00:00") + "Z" if position.endswith("Z") else moved
    return str(max(0, found - since.overlap * (1000 if since.kind == "epoch_ms" else 1)))


def _later(one: str | None, other: str, kind: str) -> bool:
    """Whether a position lies after another; never where either cannot be read."""
    mine, its = _value(one or "", kind), _value(other, kind)
    if isinstance(mine, datetime) and isinstance(its, datetime):
        return (mine.tzinfo is None) == (its.tzinfo is None) and mine > its
    return isinstance(mine, int) and isinstance(its, int) and mine > its


def _value(text: str, kind: str) -> datetime | int | None:
    if kind != "time":
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
