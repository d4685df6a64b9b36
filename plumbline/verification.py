"""The verification file (得分核验文件) of a scorecard: the points, all they were computed from, and a signature.

A pure function of what the card was computed from, the moment, and the key: whoever holds the file can compute
the points again without the books.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from plumbline import scorecards, transcripts
from plumbline.catalog import formulas, meanings, scopes
from plumbline.catalog.definitions import Pack, Source, Text
from plumbline.periods import Period
from plumbline.scorebooks import Book, Inputs, Readings
from plumbline.scorecards import Scorecard, ScoreLine

FORMAT = "plumbline-verification-1"
ALGORITHM = "Ed25519"
CARDS = ("scorecard", "adjusted", "objected")
"""As computed; with what was decided to be scored separately; without the cases of upheld objections. The last
two only where there is such."""
SECTIONS = ("about", "definitions", "inputs", *CARDS)


@dataclass(frozen=True, slots=True)
class Covered:
    """Events declared for the cases of a court (scope all: and those below), and received; over how many
    days of how many.
    """

    court: str
    scope: str
    declared: int
    received: int
    days_declared: int
    days: int


@dataclass(frozen=True, slots=True)
class About:
    """What the file is about. `generated_at` is the moment it was written; `demo` is yes or no (演示数据)."""

    book: str
    book_hash: str
    title: Text
    source: Source
    pack: str
    pack_version: str
    pack_hash: str
    court: str
    court_name: Text
    level: str
    period: str
    period_from: date
    period_until: date
    generated_at: datetime
    demo: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the points are drawn from: the ledger page, the moment known, readings chosen instead of the
    shipped ones, coverage, and every figure, vote and decision the scoring read.

    `objected` are the same inputs without the cases of upheld objections, where that changes a figure.
    """

    page: int
    known_at: datetime
    readings: Mapping[str, str]
    coverage: tuple[Covered, ...]
    court: Inputs
    objected: Inputs | None


@dataclass(frozen=True, slots=True)
class Defined:
    """A figure as it was read: its definition's hash, the pack (by hash) it stands in, and for an indicator
    the hash of each measure of its formula with all that measure rests on.
    """

    id: str
    kind: str
    pack: str
    version: str
    hash: str
    measures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """A pack as published: its hash is the SHA-256 of the canonical JSON of its document."""

    id: str
    version: str
    hash: str
    document: Any


@dataclass(frozen=True, slots=True)
class Definitions:
    """Every definition that was used, and the packs they stand in, used ones first."""

    rule_books: Mapping[str, str]
    figures: tuple[Defined, ...]
    packs: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Over the canonical JSON of the whole file but `value`. `key` is the id of `public_key`; both hexadecimal."""

    algorithm: str
    key: str
    public_key: str
    value: str


@dataclass(frozen=True, slots=True)
class File:
    """A whole verification file. `digests` are the SHA-256 of the canonical JSON of each section."""

    format: str
    about: About
    definitions: Definitions
    inputs: Drawn
    scorecard: Any
    adjusted: Any | None
    objected: Any | None
    digests: Mapping[str, str]
    signature: Signature


@dataclass(frozen=True, slots=True)
class Material:
    """What a card was computed from: `figures` names the pack by whose version each figure was read."""

    pack: Pack
    book: Book
    inputs: Inputs
    period: Period
    figures: Mapping[str, Pack]
    coverage: tuple[Covered, ...]
    page: int
    known_at: datetime
    court_name: Text
    demo: bool
    readings: Readings
    objected: Inputs | None = None


def compose(material: Material, generated_at: datetime) -> dict[str, Any]:
    """The file as plain data, not signed yet."""
    drawn = Drawn(
        page=material.page,
        known_at=material.known_at,
        readings=material.readings,
        coverage=material.coverage,
        court=material.inputs,
        objected=material.objected,
    )
    sections = {
        "about": transcripts.plain(_about(material, generated_at)),
        "definitions": plain_definitions(material.pack, material.book, material.figures),
        "inputs": transcripts.plain(drawn),
        **_cards(material),
    }
    digests = {name: transcripts.digest(section) for name, section in sections.items()}
    return {"format": FORMAT, **sections, "digests": digests}


def _cards(material: Material) -> dict[str, Any]:
    """The card as computed, and beside it what decisions and objections make of it."""
    inputs = {"scorecard": material.inputs.computed()}
    if material.inputs.is_adjusted:
        inputs["adjusted"] = material.inputs
    if material.objected is not None:
        inputs["objected"] = material.objected
    return {
        name: plain_card(scorecards.score(material.book, one, material.readings))
        for name, one in inputs.items()
    }


def seal(file: Mapping[str, Any], secret: bytes) -> bytes:
    """The file's bytes, signed with a private key of 32 bytes."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    public = key.public_key().public_bytes_raw()
    signature = {"algorithm": ALGORITHM, "key": key_id(public), "public_key": public.hex()}
    value = key.sign(signed_part({**file, "signature": signature})).hex()
    return transcripts.canonical({**file, "signature": {**signature, "value": value}})


def signed_part(file: Mapping[str, Any]) -> bytes:
    """The bytes the signature is over: the canonical JSON of the file without the signature's value."""
    signature = {name: said for name, said in file["signature"].items() if name != "value"}
    return transcripts.canonical({**file, "signature": signature})


def key_id(public: bytes) -> str:
    """The id of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def plain_card(card: Scorecard) -> dict[str, Any]:
    """A scorecard as plain data, with its sums; `total` and `points` are left out where not available."""
    sums = {
        "total": card.total,
        "low": card.low,
        "high": card.high,
        "reachable": card.reachable,
        "arithmetic": card.arithmetic,
    }
    return {
        **transcripts.plain(card),
        **{name: transcripts.plain(value) for name, value in sums.items() if value is not None},
        "lines": [_plain_line(line) for line in card.lines],
    }


def _plain_line(line: ScoreLine) -> dict[str, Any]:
    points = {} if line.points is None else {"points": transcripts.plain(line.points)}
    parts = [_plain_line(part) for part in line.parts]
    return {**transcripts.plain(line), **points, "status": line.status, "parts": parts}


def plain_definitions(pack: Pack, book: Book, figures: Mapping[str, Pack]) -> dict[str, Any]:
    """Every definition a book and its figures use, with the documents of their packs."""
    packs = {one.hash: one for each in (pack, *figures.values()) for one in scopes.chain(each)}
    return {
        "rule_books": {one.id: one.hash for one in every_book(book)},
        "figures": [transcripts.plain(_defined(name, figures[name])) for name in sorted(figures)],
        "packs": [
            {"id": one.id, "version": one.version, "hash": one.hash, "document": one.document}
            for one in packs.values()
        ],
    }


def every_book(book: Book) -> Iterator[Book]:
    """A book and all it draws on."""
    yield book
    for other in book.books.values():
        yield from every_book(other)


def every_court(inputs: Inputs) -> Iterator[Inputs]:
    """A court's inputs, and those of the courts below it that the card draws on."""
    yield inputs
    for one in inputs.below:
        yield from every_court(one)


def _defined(name: str, pack: Pack) -> Defined:
    bare = name.partition(".")[2]
    hashes, chain = meanings.definition_hashes(pack), scopes.chain(pack)
    if bare not in pack.indicators:
        return Defined(name, "measure", pack.hash, pack.version, hashes[bare], {})
    known = {each: measure for one in chain for each, measure in one.measures.items()}
    owners = {each: one.id for one in chain for each in one.measures}
    read = formulas.read_formula(pack.indicators[bare].formula, known).measures
    measures = {f"{owners[each]}.{each}": hashes[each] for each in sorted(read)}
    return Defined(name, "indicator", pack.hash, pack.version, hashes[bare], measures)


def _about(material: Material, generated_at: datetime) -> About:
    book, pack, span = material.book, material.pack, material.period
    return About(
        book=book.id,
        book_hash=book.hash,
        title=book.rules.title,
        source=book.rules.source,
        pack=pack.id,
        pack_version=pack.version,
        pack_hash=pack.hash,
        court=material.inputs.court,
        court_name=material.court_name,
        level=material.inputs.level,
        period=span.text,
        period_from=span.start,
        period_until=span.last_day,
        generated_at=generated_at,
        demo="yes" if material.demo else "no",
    )
