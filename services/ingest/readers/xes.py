"""XES (IEEE 1849): a row an event, its attributes as columns, those of its trace with `case:` before them.

Times stay as written: one without an offset is local time of the mapping's zone, never silently UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from plumbline.mappings import Cell, FileShape, Row
from services.ingest.readers import Table, markup

TRACE: Final = "case:"
_VALUES: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})


def read(stream: BinaryIO, shape: FileShape, name: str) -> Table:
    """The events of a log in the order of the file; errors.BadInput where it is no XML that is taken."""
    return Table(_rows(stream, name))


def _rows(stream: BinaryIO, name: str) -> Iterator[Row]:
    trace: dict[str, Cell] = {}
    event: dict[str, Cell] | None = None
    owner: list[str] = []
    line = 0
    for tag in markup.tags(stream, name):
        if not tag.begins:
            owner.pop()
            if tag.name == "event" and event is not None:
                yield Row(line, {**trace, **event})
                event = None
            elif tag.name == "trace":
                trace = {}
            continue
        above = owner[-1] if owner else ""
        owner.append(tag.name)
        if tag.name == "event" and above in ("trace", "log"):
            event, line = {}, tag.line
        elif tag.name in _VALUES and above in ("trace", "event"):
            key, value = tag.attributes.get("key", ""), tag.attributes.get("value", "")
            if above == "event" and event is not None:
                event[key] = value
            elif above == "trace":
                trace[TRACE + key] = value
