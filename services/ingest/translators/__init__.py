"""Translators of foreign files, one module a format: each turns a stream into event records, line by line,
and never stops at a bad one.

A translator is `translate(stream: BinaryIO, *, source: str) -> Iterator[Translated]`; copy `ndjson.py` to
begin another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Translated:
    """What one place of a file became: a `record` to send (bytes are one event's JSON as it stood), or the
    `problem`."""

    line: int  # counted from 1: the line, or the place of the record where the file is no list of lines
    record: bytes | dict[str, Any] | None = None
    problem: str | None = None  # a sentence: what is wrong, where, and what the file should hold instead
    key: str | None = None  # what a reader of the file finds the record by (an event id, a case number)
