"""A file as records for the door, whatever its format: events as they are, foreign records, or rows by a mapping."""

from __future__ import annotations

import contextlib
import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from plumbline import errors, refusals
from plumbline.mappings import FileShape, Row, TableMapping, Told, Unmapped
from services.ingest.readers import Table, delimited, ocel, tables_json, tables_xml, workbook, xes
from services.ingest.translators import Translated, datajud, datajud_xml, ndjson

PLAIN: Final = {
    "ndjson": ndjson.translate,
    "datajud": datajud.translate,
    "datajud-xml": datajud_xml.translate,
}
TABLES: Final = {
    "csv": delimited.read,
    "xlsx": workbook.read,
    "xml": tables_xml.read,
    "json": tables_json.read,
    "xes": xes.read,
    "ocel-json": ocel.read_json,
    "ocel-xml": ocel.read_xml,
}
SQLITE: Final = "ocel-sqlite"
DAMAGED: Final = (gzip.BadGzipFile, zlib.error, EOFError)
"""What a packed file raises where it is not whole."""
FORMATS: Final = (*PLAIN, *TABLES, SQLITE)

_ENDINGS: Final = {
    ".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx",
    ".xes": "xes", ".jsonocel": "ocel-json", ".json": "ocel-json", ".xmlocel": "ocel-xml", ".xml": "ocel-xml",
    ".sqlite": SQLITE, ".db": SQLITE,
}  # fmt: skip
_TABLE_ENDINGS: Final = _ENDINGS | {
    ".xml": "xml", ".json": "json", ".ndjson": "json", ".jsonl": "json",
}  # fmt: skip
"""What the endings say of a table that is sent whole."""
_ANY: Final = ("", ".txt", ".json", ".log")
"""Endings that say nothing: without a mapping such a file holds events."""


@dataclass(frozen=True, slots=True)
class Mapped(Translated):
    """The same for an event told by a mapping: the reason it is refused before the door, and the code that is
    missing, with the record (`held`) and the words that wait."""

    reason: str = ""
    pointer: str = ""
    unmapped: Unmapped | None = None
    held: dict[str, Any] | None = None
    words: tuple[refusals.Unmapped, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """How to read a file: `format` empty means by the mapping or the file's name, `charset` empty by the
    mapping."""

    source: str = ""
    format: str = ""
    charset: str = ""
    mapping: TableMapping | None = None


@dataclass(slots=True)
class Opened:
    """An open file: its `items` in order; `at` says how many of its bytes are done; `rows` counts the rows read,
    `silent` those of no event."""

    format: str
    items: Iterator[Translated]
    at: Callable[[], int]
    rows: int = 0
    silent: int = 0


def format_of(path: Path, request: Request) -> str:
    """One of FORMATS; errors.BadInput when nothing says which, or the mapping is missing or of no use."""
    ending = os.path.splitext(path.name.removesuffix(".gz").lower())[1]
    found = request.format or (request.mapping.shape.format if request.mapping else "")
    if not found and request.mapping is None and ending in _ANY:
        found = "ndjson"
    whole = request.mapping is not None and request.mapping.snapshot is not None
    found = found or (_TABLE_ENDINGS if whole else _ENDINGS).get(ending, "")
    if not found:
        raise errors.BadInput(
            f"{path.name} does not show its format", next=f"Say --format {', '.join(FORMATS)}."
        )
    if found in PLAIN and request.mapping is not None:
        raise errors.BadInput(
            f"{path.name} is {found}, which holds events already",
            next="Leave --mapping out, or say another --format.",
        )
    if found not in PLAIN and request.mapping is None:
        raise errors.BadInput(
            f"{path.name} is {found}, and nothing says which events its rows tell",
            next="Give --mapping FILE; docs/how-to/send-files.md shows how to write one.",
        )
    if found in ("datajud", "datajud-xml") and not request.source:
        raise errors.BadInput(f"The format {found} needs --source, the source its records come from")
    if request.mapping is not None and not (request.source or request.mapping.source):
        raise errors.BadInput(
            f"Neither {request.mapping.name} nor --source says which source the rows come from",
            next="Write source: … into the mapping, or give --source.",
        )
    return found


@contextlib.contextmanager
def opened(path: Path, request: Request) -> Iterator[Opened]:
    """Open a file, unpacked where it ends in .gz; errors.BadInput when it is not what it should be."""
    found = format_of(path, request)
    with path.open("rb") as raw:
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw)
        if found in PLAIN:
            yield Opened(found, PLAIN[found](stream, source=request.source), raw.tell)
            return
        assert request.mapping is not None
        table = _checked(path, stream, found, request)
        counter = Opened(found, iter(()), raw.tell)
        if table.total:
            size = path.stat().st_size
            counter.at = lambda: size * min(counter.rows, table.total) // table.total
        counter.items = _mapped(request.mapping, request.source, table.rows, counter)
        yield counter


@contextlib.contextmanager
def opened_rows(path: Path, request: Request) -> Iterator[tuple[Table, Callable[[], int]]]:
    """The rows of a table as they stand, and how many bytes of the file are done; errors.BadInput as for `opened`."""
    found = format_of(path, request)
    if found in PLAIN:
        raise errors.BadInput(f"{path.name} is {found}, which is no table", next="Say another --format.")
    with path.open("rb") as raw:
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw)
        yield _checked(path, stream, found, request), raw.tell


def _checked(path: Path, stream: BinaryIO, found: str, request: Request) -> Table:
    assert request.mapping is not None
    try:
        table = _table(path, stream, found, request)
    except DAMAGED as damaged:
        raise errors.BadInput(f"{path.name} is damaged", why=str(damaged), next="Pack it again.") from damaged
    if table.header is not None:
        request.mapping.check_header(table.header, path.name)
    return table


def _table(path: Path, stream: BinaryIO, found: str, request: Request) -> Table:
    assert request.mapping is not None
    if found == SQLITE:
        if path.suffix == ".gz":
            raise errors.BadInput(
                f"{path.name} is packed, and a database is read in place", next="Unpack it first."
            )
        return ocel.read_sqlite(path)
    shape: FileShape = request.mapping.shape
    if request.charset:
        shape = replace(shape, charset=request.charset)
    if found == "csv" and path.name.removesuffix(".gz").lower().endswith(".tsv"):
        shape = replace(shape, delimiter="\t")
    return TABLES[found](stream, shape, path.name)


def _mapped(mapping: TableMapping, source: str, rows: Iterator[Row], counter: Opened) -> Iterator[Translated]:
    for row in rows:
        counter.rows += 1
        told = False
        for one in mapping.translate((row,), source):
            told = True
            yield item(one)
        counter.silent += not told


def item(one: Told) -> Translated:
    """What a row of a table tells, as an item of a file."""
    if one.refusal is None:
        return Mapped(one.line, one.record, key=one.key or None)
    refusal = one.refusal
    return Mapped(
        one.line, None, refusal.detail, one.key or None, refusal.reason, refusal.pointer, one.unmapped,
        one.held, one.words,
    )  # fmt: skip
