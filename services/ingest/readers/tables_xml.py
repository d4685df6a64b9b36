"""XML tables: an element a row; what stands in it are cells, nested ones by dotted names, attributes with `@`.

`<案件 编号="7"><承办><姓名>…` gives the columns `@编号` and `承办.姓名`. A name that repeats within a row gives one cell,
its values parted by `;`. Without `file.row` the rows are the elements directly in the outermost one.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Final, cast

from plumbline.mappings import Cell, FileShape, Row
from services.ingest.readers import Table, delimited, markup
from services.ingest.readers.markup import Tag

DOCUMENT: Final = "."
"""As `row`: the outermost element is the one row."""

_DECLARED: Final = re.compile(
    rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']"""
)
_CHINESE: Final = frozenset({"gb18030", "gbk", "gb2312", "gb_2312-80", "cp936"})
_CHUNK: Final = 64 * 1024


def read(stream: BinaryIO, shape: FileShape, name: str) -> Table:
    """The rows of a document; errors.BadInput with the line where it is no XML that is taken."""
    begin = stream.read(1024)
    stream.seek(0)
    declared = _DECLARED.match(begin)
    charset = (
        declared[1].decode().lower()
        if declared
        else ""
        if begin.startswith(codecs.BOM_UTF8)
        else shape.charset
    )
    if charset in _CHINESE:
        # The parser knows no charset of several bytes but those of Unicode.
        plain = cast("BinaryIO", _InUtf8(stream))
        return Table(_rows(markup.tags(plain, name, encoding="utf-8"), shape.row))
    return Table(_rows(markup.tags(stream, name), shape.row))


class _InUtf8(io.RawIOBase):
    """A stream of GB18030, read as UTF-8; what is no text becomes the mark that spoils its row."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("gb18030")("replace")

    def read(self, size: int = -1) -> bytes:
        """The next piece; more or less than `size` bytes."""
        while True:
            chunk = self._stream.read(_CHUNK)
            text = self._decoder.decode(chunk, final=not chunk)
            if text or not chunk:
                return text.encode()


def _rows(tags: Iterator[Tag], wanted: str) -> Iterator[Row]:
    path: list[str] = []
    cells: dict[str, list[str]] = {}
    leaf = True
    outer = line = 0  # the depth and line of the row that is being read; depth 0: none is
    for tag in tags:
        if not outer and tag.begins:
            if _begins_row(tag, wanted):
                outer, line, path, cells, leaf = tag.depth, tag.line, [], {}, True
                _attributes(tag, path, cells)
        elif outer and tag.begins:
            path.append(tag.name)
            leaf = True
            _attributes(tag, path, cells)
        elif outer and tag.depth == outer:
            yield _row(line, cells)
            outer = 0
        elif outer:
            if leaf or tag.text:
                cells.setdefault(".".join(path), []).append(tag.text)
            path.pop()
            leaf = False


def _begins_row(tag: Tag, wanted: str) -> bool:
    if wanted == DOCUMENT:
        return tag.depth == 1
    return tag.name == wanted if wanted else tag.depth == 2


def _attributes(tag: Tag, path: list[str], cells: dict[str, list[str]]) -> None:
    for name, value in tag.attributes.items():
        cells.setdefault(".".join([*path, f"@{name.rpartition(':')[2]}"]), []).append(value.strip())


def _row(line: int, found: dict[str, list[str]]) -> Row:
    cells: dict[str, Cell] = {name: ";".join(filter(None, texts)) for name, texts in found.items()}
    if any(delimited.DAMAGED in str(cell) for cell in cells.values()):
        return Row(
            line, {}, ("not_utf8", "The row holds bytes that are no text of its charset; export it again.")
        )
    return Row(line, cells)
