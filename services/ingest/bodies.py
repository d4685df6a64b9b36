"""From a request's body to its records as bytes: decoded and split within fixed bounds, each record
untouched.

Only a body that cannot be split is an error here; what is wrong with one record is that record's matter.
"""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from typing import Final

import zstandard

from plumbline import errors
from plumbline.source_terms import GB18030, UTF8

SINGLE: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
LINES: Final = "application/x-ndjson"
PLAIN: Final = "application/json"
MEDIA: Final = (SINGLE, BATCH, LINES, PLAIN)
ENCODINGS: Final = ("identity", "gzip", "zstd")

_CHUNK: Final = 256 * 1024
_WINDOW_MOST: Final = 8 * 1024 * 1024
"""The most a zstd frame may make us remember; what every level up to 19 uses."""
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_BOM: Final = b"\xef\xbb\xbf"
_PIECE: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{},]', re.DOTALL)
_BLANK: Final = b" \t\r\n"
_CHARSETS: Final = {
    "utf-8": UTF8, "utf8": UTF8, "gb18030": GB18030, "gbk": GB18030, "gb2312": GB18030,
}  # fmt: skip
"""What a sender may call a charset: GBK and GB2312 are parts of GB18030."""


class BadBody(errors.BadInput):
    """A body that cannot be split into records; `status` is the HTTP answer."""

    code = "bad_body"
    status = 400


class TooLarge(BadBody):
    """A body beyond a bound."""

    code = "too_large"
    status = 413


class Unsupported(BadBody):
    """A media type or an encoding we do not read."""

    code = "unsupported_media_type"
    status = 415


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one body: bytes once decoded, records, and how deep one record may nest."""

    body_bytes: int
    record_bytes: int
    records: int
    depth: int


def media_type(header: str | None) -> str:
    """The media type of a Content-Type header; Unsupported unless it is one of MEDIA."""
    name = (header or "").partition(";")[0].strip().lower()
    if name not in MEDIA:
        raise Unsupported(
            f"The media type {name[:64]!r} is not read here", next=f"Send one of {', '.join(MEDIA)}."
        )
    return name


def charset(header: str | None) -> str | None:
    """The charset a Content-Type header names, None where it names none; Unsupported unless it is read here."""
    for one in (header or "").lower().split(";")[1:]:
        key, _, value = one.strip().partition("=")
        if key == "charset":
            found = _CHARSETS.get(value.strip('"'))
            if found is None:
                raise Unsupported(
                    f"The charset {value[:32]!r} is not read here", next="Send UTF-8 or GB18030."
                )
            return found
    return None


def in_utf8(body: bytes, written: str, most: int) -> bytes:
    """A decoded body in UTF-8, at most `most` bytes. Bytes that are no text of the charset stay as they are, so that
    only the record that holds them is refused. A byte order mark of UTF-8 says more than `written`.
    """
    if written != GB18030 or body.startswith(_BOM):
        return body
    body = body.decode(GB18030, "surrogateescape").encode("utf-8", "surrogateescape")
    if len(body) > most:
        raise too_large(most)
    return body


def encoding(header: str | None) -> str:
    """The content encoding of a header; Unsupported unless it is one of ENCODINGS, once."""
    name = (header or "identity").strip().lower()
    if "," in name:
        raise Unsupported(
            "The body is encoded more than once", next=f"Encode it once: {', '.join(ENCODINGS)}."
        )
    if name not in ENCODINGS:
        raise Unsupported(
            f"The encoding {name[:32]!r} is not read here", next=f"Send one of {', '.join(ENCODINGS)}."
        )
    return name


def decode(sent: bytes, how: str, most: int) -> bytes:
    """The body without its encoding, at most `most` bytes; memory stays within that bound whatever was
    sent."""
    if how == "identity":
        body = sent
    elif how == "gzip":
        body = _gunzip(sent, most)
    else:
        body = _unzstd(sent, most)
    if len(body) > most:
        raise too_large(most)
    if body.startswith((_GZIP, _ZSTD)):
        raise BadBody(
            "The body is compressed once more than its Content-Encoding says", next="Compress it once."
        )
    return body


def too_large(most: int) -> TooLarge:
    return TooLarge(
        f"The body has more than {most:,} bytes once decoded", next="Send it in several smaller bodies."
    )


def _gunzip(sent: bytes, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    rest = sent
    while rest:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            try:
                # The bound stops a bomb: never more than one byte past it is made.
                part = member.decompress(rest, most - size + 1)
            except zlib.error as bad:
                raise BadBody("The body is not gzip", why=f"Its decoder says: {bad}.") from None
            parts.append(part)
            size += len(part)
            if size > most:
                raise too_large(most)
            rest = member.unconsumed_tail
            if not rest and not member.eof:
                raise BadBody("The gzip body ends in the middle", next="Send it again, whole.")
        rest = member.unused_data
    return b"".join(parts)


def _unzstd(sent: bytes, most: int) -> bytes:
    decoder = zstandard.ZstdDecompressor(max_window_size=_WINDOW_MOST)
    parts: list[bytes] = []
    try:
        # First only measured, in small steps, since the decoder of whole frames below knows no bound; and
        # that one
        # is needed because the stepping one does not say when a frame is cut off.
        with decoder.stream_reader(io.BytesIO(sent), read_across_frames=True) as reader:
            size = 0
            while step := len(reader.read(_CHUNK)):
                size += step
                if size > most:
                    raise too_large(most)
        rest = sent
        while rest:
            frame = decoder.decompressobj()
            parts.append(frame.decompress(rest))
            if not frame.eof:
                raise BadBody("The zstd body ends in the middle", next="Send it again, whole.")
            rest = frame.unused_data
    except zstandard.ZstdError as bad:
        raise BadBody("The body is not zstd that we read", why=f"Its decoder says: {bad}.") from None
    return b"".join(parts)


def split(body: bytes, media: str, limits: Limits) -> list[bytes]:
    """The records of a decoded body in order, as they were written; blank lines are none."""
    body = body.removeprefix(_BOM)
    if media == LINES:
        return _lines(body, limits)
    start = body.lstrip(_BLANK)[:1]
    if media == BATCH or (media == PLAIN and start == b"["):
        return _elements(body, limits)
    if not start:
        raise BadBody("The body is empty", next="Send one event.")
    return [body.strip(_BLANK)]


def _lines(body: bytes, limits: Limits) -> list[bytes]:
    if body.count(b"\n") > 2 * limits.records:
        raise _too_many(limits)
    # Files put one after the other bring a byte order mark each.
    lines = (line.removeprefix(_BOM) for line in body.split(b"\n"))
    records = [line for line in lines if line and not line.isspace()]
    if len(records) > limits.records:
        raise _too_many(limits)
    return records


def _elements(body: bytes, limits: Limits) -> list[bytes]:
    """Cut a JSON list at its own commas, so that one bad element spoils none of the others."""
    text = body.strip(_BLANK)
    if not text.startswith(b"["):
        raise BadBody("A batch is a JSON list of events", next=f"Send [...], or one event as {SINGLE}.")
    records: list[bytes] = []
    depth = begun = end = 0
    for piece in _PIECE.finditer(text):
        mark = piece[0]
        if mark in (b"{", b"["):
            depth += 1
            begun = begun or piece.end()
        elif mark in (b"}", b"]"):
            depth -= 1
        elif mark == b'"':
            raise BadBody(
                "The JSON list cannot be split", why=f"The text at byte {piece.start()} is not closed."
            )
        if depth == 0 or (depth == 1 and mark == b","):
            records.append(text[begun : piece.start()].strip(_BLANK))
            begun, end = piece.end(), piece.end()
            if len(records) > limits.records:
                raise _too_many(limits)
        if depth == 0:
            break
    if depth or end != len(text):
        raise BadBody("The JSON list cannot be split", why="Its brackets do not close where the body ends.")
    return [] if records == [b""] else records


def _too_many(limits: Limits) -> TooLarge:
    return TooLarge(
        f"The body has more than {limits.records:,} records", next="Send it in several smaller bodies."
    )
