"""Readers of files that are tables or logs: each gives rows of named cells, and knows nothing of events.

A reader is `read(stream: BinaryIO, shape: FileShape, name: str) -> Table`; copy `delimited.py` to begin another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from plumbline.mappings import Row

WHOLE_MOST: Final = 512 * 1024 * 1024
"""The most bytes of a file that is read whole, unpacked."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file; `header` its columns where it names them all beforehand; `total` the rows where they are
    known."""

    rows: Iterator[Row]
    header: tuple[str, ...] | None = None
    total: int = 0


def text_of(value: object) -> str:
    """A cell of a typed format as text: true and false, whole numbers without a point, nothing as empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)
