"""XLSX: one sheet, a header line, then a row a line; cells that Excel knows as days or moments come as such.

A workbook is read whole, so what it unpacks to is measured first, and a size that lies about itself is refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, Final

import python_calamine

from plumbline import errors
from plumbline.mappings import Cell, FileShape, Row
from services.ingest import readers
from services.ingest.readers import Table, delimited

_CHUNK: Final = 1024 * 1024


def read(stream: BinaryIO, shape: FileShape, name: str) -> Table:
    """The table of one sheet; errors.BadInput when it is no workbook, too large, or has no such sheet."""
    _measure(stream, name)
    stream.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(stream)
        wanted = shape.sheet or (book.sheet_names or [""])[0]
        if wanted not in book.sheet_names:
            raise errors.BadInput(
                f"{name} has no sheet {wanted}",
                next=f"Say one of {'、'.join(book.sheet_names)} by file.sheet.",
            )
        sheet = book.get_sheet_by_name(wanted)
    except python_calamine.CalamineError as bad:
        raise _bad(name, str(bad)) from bad
    lines = iter(sheet.iter_rows())
    for _ in range(shape.header - 1):
        next(lines, None)
    header = [readers.text_of(cell).strip() for cell in next(lines, [])]
    delimited.check_header(header, name, shape)
    return Table(_rows(lines, header, shape), tuple(header), max(0, sheet.height - 1))


def _rows(lines: Iterator[Sequence[object]], header: list[str], shape: FileShape) -> Iterator[Row]:
    for line, found in enumerate(lines, shape.header + 1):
        cells = [_cell(cell) for cell in found]
        if not any(cells):
            continue
        beyond = [cell for column, cell in zip(header, cells, strict=False) if not column and cell]
        if beyond:
            fault = ("not_an_object", f"The row holds {beyond[0]!s:.40} in a column without a name; name it.")
            yield Row(line, {}, fault)
            continue
        yield Row(line, {column: cell for column, cell in zip(header, cells, strict=False) if column})


def _cell(value: object) -> Cell:
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return readers.text_of(value)


def _measure(stream: BinaryIO, name: str) -> None:
    """Unpack every part once and count: a declared size proves nothing, and its checksum fails where it lies."""
    left = readers.WHOLE_MOST
    try:
        with zipfile.ZipFile(stream) as parts:
            for part in parts.infolist():
                with parts.open(part) as content:
                    while chunk := content.read(min(_CHUNK, left + 1)):
                        left -= len(chunk)
                        if left < 0:
                            raise errors.BadInput(
                                f"{name} unpacks to more than {readers.WHOLE_MOST:,} bytes",
                                next="Split it, or export it as CSV, which is read row by row.",
                            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as bad:
        raise _bad(name, str(bad)) from bad


def _bad(name: str, why: str) -> errors.BadInput:
    return errors.BadInput(
        f"{name} is no workbook that can be read", why=why, next="Save it as .xlsx, or as CSV."
    )
