"""XML as a stream of elements, safe by refusal: no document type, hence no entity of its own and nothing fetched."""

from __future__ import annotations

import xml.parsers.expat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final, NoReturn

from plumbline import errors

DEEPEST: Final = 64
PIECE_MOST: Final = 16 * 1024 * 1024
"""The most bytes between two tags."""

_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Tag:
    """An element that begins or ends: its name without prefix, `depth` of the outermost 1; `text` only at its end."""

    begins: bool
    name: str
    depth: int
    line: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def tags(stream: BinaryIO, name: str, most: int = 0, encoding: str | None = None) -> Iterator[Tag]:
    """Every tag of a document in turn; errors.BadInput with the line where it is no XML, or none we take.

    `most` bounds the bytes of a document whose reader holds it whole; 0 is no bound. `encoding` says more than
    the document does.
    """
    found: list[Tag] = []
    texts: list[list[str]] = []
    parser = xml.parsers.expat.ParserCreate(encoding)
    parser.buffer_text = True

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if len(texts) >= DEEPEST:
            _refuse(name, parser.CurrentLineNumber, f"elements stand more than {DEEPEST} deep")
        texts.append([])
        found.append(Tag(True, _plain(tag), len(texts), parser.CurrentLineNumber, attributes))

    def end(tag: str) -> None:
        depth = len(texts)
        text = "".join(texts.pop()).strip()
        found.append(Tag(False, _plain(tag), depth, parser.CurrentLineNumber, text=text))

    def doctype(*_: object) -> None:
        _refuse(
            name,
            parser.CurrentLineNumber,
            "it declares a document type, by which entities could be smuggled in",
        )

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: texts[-1].append(text) if texts else None
    parser.StartDoctypeDeclHandler = doctype
    waiting = size = 0
    while True:
        chunk = stream.read(_CHUNK)
        size += len(chunk)
        if 0 < most < size:
            _refuse(name, parser.CurrentLineNumber, f"it has more than {most:,} bytes")
        try:
            parser.Parse(chunk, not chunk)
        except (xml.parsers.expat.ExpatError, ValueError, LookupError) as bad:
            _refuse(name, parser.CurrentLineNumber, f"it is no well-formed XML ({bad})")
        waiting = 0 if found else waiting + len(chunk)
        if waiting > PIECE_MOST:
            _refuse(name, parser.CurrentLineNumber, f"one piece of it has more than {PIECE_MOST:,} bytes")
        yield from found
        found.clear()
        if not chunk:
            return


def _plain(tag: str) -> str:
    return tag.rpartition(":")[2]


def _refuse(name: str, line: int, why: str) -> NoReturn:
    raise errors.BadInput(
        f"{name}:{line}: this XML is not taken", why=f"Because {why}.", next="Export it again as plain XML."
    )
