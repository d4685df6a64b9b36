"""JSON tables: a list of objects, or one object a line; what stands in an object are cells, nested ones by dotted names.

`{"案号": …, "承办": {"姓名": …}}` gives the columns `案号` and `承办.姓名`; a list of plain values gives one cell, its values
parted by `;`, and a list of objects one cell a name, likewise. `file.row` names the member that holds the list, dotted.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NoReturn

from plumbline import errors
from plumbline.mappings import Cell, FileShape, Row
from services.ingest.readers import Table, delimited

LONGEST: Final = 1024 * 1024
"""The most characters of one row."""
WHOLE_MOST: Final = 64 * 1024 * 1024
"""The most characters of a file whose list is a member of an object: it is read whole."""
DEEPEST: Final = 32
DOCUMENT: Final = "."
"""As `row`: the file is one object, and that is the one row."""

_BLANK: Final = " \t\r\n"
_CHUNK: Final = 64 * 1024


def read(stream: BinaryIO, shape: FileShape, name: str) -> Table:
    """The rows of a file; errors.BadInput when it holds no list of objects, and no objects line by line."""
    begin = stream.read(4)
    stream.seek(0)
    charset = "utf-8-sig" if begin.startswith(codecs.BOM_UTF8) else shape.charset
    text = io.TextIOWrapper(stream, charset, errors="replace", newline="\n")
    if shape.row:
        return Table(_whole(text, shape.row, name))
    first = _peek(text)
    return Table(_listed(text, name) if first == "[" else _lines(text, first))


def _peek(text: io.TextIOWrapper) -> str:
    """The first character that is not blank, with which reading goes on."""
    while (letter := text.read(1)) and letter in _BLANK:
        pass
    return letter


def _lines(text: io.TextIOWrapper, begun: str) -> Iterator[Row]:
    place = 0
    try:
        while line := begun + text.readline(LONGEST + 1):
            begun = ""
            place += 1
            if len(line) > LONGEST and not line.endswith("\n"):
                while (rest := text.readline(LONGEST)) and not rest.endswith("\n"):
                    pass
                yield Row(place, {}, ("too_long", f"The line has more than {LONGEST:,} characters."))
            elif line.strip():
                try:
                    yield _row(place, _DECODER.decode(line.strip(_BLANK)))
                except (ValueError, RecursionError) as bad:
                    yield Row(place, {}, ("not_json", f"The line is no JSON: {bad}."))
    finally:
        text.detach()


class _Text:
    """Text read piece by piece; `place` is the row that is read, for complaints."""

    def __init__(self, text: io.TextIOWrapper, name: str) -> None:
        self._text = text
        self._name = name
        self._held = ""
        self._at = 0
        self.place = 0

    def mark(self) -> str:
        """The next character that is not blank, which stays; empty at the end."""
        while True:
            while self._at < len(self._held):
                if self._held[self._at] not in _BLANK:
                    return self._held[self._at]
                self._at += 1
            if not self._more():
                return ""

    def skip(self) -> None:
        self._at += 1

    def value(self) -> object:
        """The value that begins here."""
        while True:
            try:
                found, self._at = _DECODER.raw_decode(self._held, self._at)
            except (ValueError, RecursionError) as bad:
                # It may only go on in the next piece.
                if isinstance(bad, RecursionError) or len(self._held) > LONGEST or not self._more():
                    self.refuse(str(bad))
            else:
                return found

    def refuse(self, why: str) -> NoReturn:
        raise _bad(self._name, self.place, why)

    def _more(self) -> bool:
        piece = self._text.read(_CHUNK)
        self._held, self._at = self._held[self._at :] + piece, 0
        return bool(piece)


def _listed(stream: io.TextIOWrapper, name: str) -> Iterator[Row]:
    """The elements of a list one by one; the file is never held whole."""
    text = _Text(stream, name)
    try:
        mark = "," if text.mark() != "]" else "]"
        while mark == ",":
            text.place += 1
            text.mark()
            yield _row(text.place, text.value())
            mark = text.mark()
            if mark not in ("]", ","):
                text.refuse("its rows are not parted by commas" if mark else "the list does not end")
            if mark == ",":
                text.skip()
        text.skip()
        if text.mark():
            text.refuse("something follows the list")
    finally:
        stream.detach()


def _whole(text: io.TextIOWrapper, wanted: str, name: str) -> Iterator[Row]:
    try:
        content = text.read(WHOLE_MOST + 1)
    finally:
        text.detach()
    if len(content) > WHOLE_MOST:
        raise errors.BadInput(
            f"{name} has more than {WHOLE_MOST:,} characters around its list",
            next="Export the list alone, or one object a line, which are read row by row.",
        )
    try:
        found = _DECODER.decode(content.strip(_BLANK))
    except (ValueError, RecursionError) as bad:
        raise _bad(name, 0, str(bad)) from bad
    for member in [] if wanted == DOCUMENT else wanted.split("."):
        found = found.get(member) if isinstance(found, dict) else None
    if wanted == DOCUMENT:
        found = [found]
    if not isinstance(found, list):
        raise errors.BadInput(
            f"{name} holds no list {wanted}", next="Name the member that lists the rows by file.row."
        )
    for place, one in enumerate(found, 1):
        yield _row(place, one)


def _row(place: int, found: object) -> Row:
    if not isinstance(found, dict):
        return Row(place, {}, ("not_an_object", "The row is no object."))
    cells: dict[str, list[str]] = {}
    try:
        _spread(found, "", cells, 0)
    except RecursionError:
        return Row(place, {}, ("too_deep", f"The row nests more than {DEEPEST} deep."))
    joined: dict[str, Cell] = {name: ";".join(filter(None, texts)) for name, texts in cells.items()}
    if any(delimited.DAMAGED in str(cell) for cell in joined.values()):
        return Row(
            place, {}, ("not_utf8", "The row holds bytes that are no text of its charset; export it again.")
        )
    return Row(place, joined)


def _spread(value: object, name: str, cells: dict[str, list[str]], depth: int) -> None:
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, dict):
        for key, one in value.items():
            _spread(one, f"{name}.{key}" if name else key, cells, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _spread(one, name, cells, depth + 1)
    else:
        text = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value).strip()
        cells.setdefault(name, []).append(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _never(text: str) -> None:
    raise ValueError(f"{text} is no number")


# Numbers stay as written: no amount passes through a binary fraction.
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_once, parse_float=str, parse_int=str, parse_constant=_never
)


def _bad(name: str, place: int, why: str) -> errors.BadInput:
    at = f", row {place}" if place else ""
    return errors.BadInput(
        f"{name}{at}: this JSON cannot be read",
        why=f"Because {why}.",
        next="Export a list, or one object a line.",
    )
