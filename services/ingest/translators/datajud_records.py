"""Reads the records of a DataJud file one at a time: a JSON array or one object a line, plain or gzip,
however long.
"""

from __future__ import annotations

import codecs
import gzip
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

CHUNK = 1 << 18
RECORD_CHARACTERS_MAX = 1 << 24
_GZIP = b"\x1f\x8b"
_SPACES = re.compile(r"[\s,\[\]\ufeff]*")
# Where a damaged record ends and the next may begin: a new line, or a comma, before a brace and a key of a
# record.
_NEXT = re.compile(r'(?:\n\s*|,\s*)(?=\{\s*"(?:millisInsercao|dadosBasicos|siglaTribunal|grau|movimento)")')


class Read(NamedTuple):
    """One place of a file, counted from 1: the record that stands there, or why it cannot be read."""

    place: int
    record: dict[str, Any] | None
    problem: str


def read(stream: BinaryIO) -> Iterator[Read]:
    """Every record in the order of the file; a damaged one is told and passed over. Never raises for the
    content.
    """
    decoder = json.JSONDecoder()
    text, ended, place = "", False, 0
    chunks = _chunks(stream)
    while True:
        text = text[_spaces(text) :]
        if text:
            value, length, problem = _decode(decoder, text)
            # A number or word at the very end of the text may go on in the next chunk.
            if not problem and (ended or text[0] in '{"' or length < len(text)):
                place += 1
                yield _read(place, value)
                text = text[length:]
                continue
            if problem and (ended or len(text) > RECORD_CHARACTERS_MAX):
                place += 1
                yield Read(place, None, problem)
                text = _resynchronised(text)
                continue
        elif ended:
            return
        more = next(chunks, None)
        if more is None:
            ended = True
        else:
            # The more is waiting for its end, the more is read at once: a long record costs no square.
            text += "".join(
                [more, *(part for _, part in zip(range(len(text) // CHUNK), chunks, strict=False))]
            )


def unpacked(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes, unpacked where they are gzip; a file cut short gives what it holds."""
    head = stream.read(2)
    whole: Any = _Rejoined(head, stream)
    source: Any = gzip.GzipFile(fileobj=whole) if head == _GZIP else whole
    while True:
        try:
            data = source.read(CHUNK)
        except (EOFError, OSError):
            data = b""
        if not data:
            return
        yield data


def _chunks(stream: BinaryIO) -> Iterator[str]:
    """The text, decoded as UTF-8 with a mark for each byte that is none."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for data in unpacked(stream):
        yield decoder.decode(data)
    if rest := decoder.decode(b"", final=True):
        yield rest


class _Rejoined:
    """A stream whose first bytes were looked at already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        head, self._head = self._head, b""
        return (
            head + self._rest.read(size if size < 0 else max(size - len(head), 0))
            if head
            else self._rest.read(size)
        )


def _spaces(text: str) -> int:
    found = _SPACES.match(text)
    return found.end() if found else 0


def _decode(decoder: json.JSONDecoder, text: str) -> tuple[object, int, str]:
    try:
        value, length = decoder.raw_decode(text)
    except json.JSONDecodeError as bad:
        return (
            None,
            0,
            f"no JSON from here on ({bad.msg} at character {bad.pos}): send the record again, whole",
        )
    except (RecursionError, ValueError):
        return None, 0, "nested too deep or a number too long: a record holds plain values, lists and objects"
    return value, length, ""


def _read(place: int, value: object) -> Read:
    if isinstance(value, dict):
        return Read(place, value, "")
    return Read(place, None, f"a record is a JSON object, here stands {type(value).__name__}: leave it out")


def _resynchronised(text: str) -> str:
    """The text from the next record on; empty when none is in sight."""
    found = _NEXT.search(text, 1)
    return text[found.end() :] if found else ""
