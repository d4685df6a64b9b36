"""CSV in UTF-8 (with or without a byte order mark) or GB18030: a header line, then a row a line. This is the neighbour
to copy.

A row that cannot be trusted, because its cells do not fit under the header or its bytes are no text, is spoiled whole:
half a row must not become an event.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from plumbline import errors
from plumbline.mappings import FileShape, Row
from plumbline.refusals import Fault
from services.ingest.readers import Table

LONGEST_LINE: Final = 1024 * 1024
DAMAGED: Final = "�"
"""What a decoder writes where bytes are no text."""

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read(stream: BinaryIO, shape: FileShape, name: str) -> Table:
    """The table of a CSV file; errors.BadInput when its header names no columns or one twice."""
    begin = stream.read(4)
    stream.seek(0)
    text = io.TextIOWrapper(stream, _charset(begin, shape), errors="replace", newline="")
    lines = csv.reader(_lines(text), delimiter=shape.delimiter, strict=True)
    header: list[str] = []
    try:
        for _ in range(shape.header):
            header = [cell.strip() for cell in next(lines, [])]
    except csv.Error as bad:
        raise errors.BadInput(f"The header of {name} cannot be read", why=str(bad)) from bad
    check_header(header, name, shape)
    return Table(_rows(text, lines, header, shape), tuple(header))


def check_header(header: list[str], name: str, shape: FileShape) -> None:
    """errors.BadInput when a header names no columns, or one twice."""
    if any(DAMAGED in column for column in header):
        raise errors.BadInput(
            f"The header of {name} is no {shape.charset} text",
            next="Say the other charset, utf-8 or gb18030, by file.charset in the mapping or by --charset.",
        )
    named = [column for column in header if column]
    twice = next((column for column in named if named.count(column) > 1), "")
    if not named or twice:
        raise errors.BadInput(
            f"The header of {name} names {f'the column {twice} twice' if twice else 'no column'}",
            next=f"Line {shape.header} holds the names of the columns, each once; say another by file.header.",
        )


def _charset(begin: bytes, shape: FileShape) -> str:
    """A byte order mark says what the file is; without one the mapping does."""
    return next((charset for mark, charset in _MARKS if begin.startswith(mark)), shape.charset)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Its lines; one without end comes in pieces, so that no file is ever held whole."""
    while line := text.readline(LONGEST_LINE):
        yield line


def _rows(
    text: io.TextIOWrapper, lines: Iterator[list[str]], header: list[str], shape: FileShape
) -> Iterator[Row]:
    place = getattr(lines, "line_num", 0)
    try:
        while True:
            begun = place + 1
            fault: Fault | None = None
            cells: list[str] = []
            try:
                cells = next(lines)
            except StopIteration:
                return
            except csv.Error as bad:
                reason = "too_long" if "limit" in str(bad) else "not_an_object"
                fault = (reason, f"The row cannot be parted into cells: {bad}.")
            place = getattr(lines, "line_num", 0)
            if fault is None and not any(cell.strip() for cell in cells):
                continue
            fault = fault or fault_of(cells, len(header), shape)
            yield Row(begun, {} if fault else dict(zip(header, cells, strict=True)), fault)
    finally:
        text.detach()


def fault_of(cells: list[str], columns: int, shape: FileShape) -> Fault | None:
    """What spoils a row whole, if anything does."""
    if any(DAMAGED in cell for cell in cells):
        return (
            "not_utf8",
            f"The row holds bytes that are no {shape.charset} text; export it again, or say its charset.",
        )
    if len(cells) != columns:
        return (
            "not_an_object",
            f"The row has {len(cells)} cells under {columns} columns; put a cell that holds the delimiter into quotes.",
        )
    return None
