"""Sorts the records of a body into events and refusals, by the door for the courts and sources as they
stand."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from plumbline import casenumbers, envelope, refusals, source_terms, subjects, vocabulary
from plumbline.courts import CourtTree
from plumbline.events import Event
from plumbline.refusals import Refusal
from plumbline.source_terms import Codes, Reader
from plumbline.store import code_maps, courts, engine, quarantine, sources
from plumbline.store.sources import Source
from plumbline.store.tokens import Principal

REMEMBERED_SECONDS: Final = 5.0
RAW_MOST: Final = 1024 * 1024
"""Of a longer record only the beginning is kept."""

_NOBODY: Final = Source("", "", ())
Allowed = Source | Refusal


@dataclass(slots=True)
class Sorted:
    """A body's records: the events with their bytes and places, and the refusals by place; `kept` goes to
    quarantine."""

    events: list[Event] = field(default_factory=list)
    raws: list[bytes] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    refused: dict[int, Refusal] = field(default_factory=dict)
    kept: list[quarantine.Refused] = field(default_factory=list)

    def refuse(self, place: int, refusal: Refusal, raw: bytes, source: str) -> None:
        self.refused[place] = refusal
        self.kept.append(
            quarantine.Refused(
                source,
                refusal.id,
                raw[:RAW_MOST],
                refusal.reason,
                refusal.detail,
                refusal.pointer or None,
                refusal.unmapped,
            )
        )


class Admission:
    """The door, rebuilt when the tree of courts has moved, and how each source writes; safe to share between
    threads."""

    def __init__(self, pool: engine.Pool, *, record_bytes: int, depth: int) -> None:
        self.sources = sources.Register(pool)
        self._pool = pool
        self._record_bytes = record_bytes
        self._depth = depth
        self._lock = threading.Lock()
        self._until = 0.0
        self._mark = -1
        self._published: tuple[int, date] | None = None
        self._door: envelope.Door | None = None
        self._tree = CourtTree(())
        self._codes = Codes()
        self._readers: dict[str, tuple[Source, Codes, CourtTree, Reader]] = {}

    @property
    def ready(self) -> bool:
        """Whether `sort` would ask the database nothing."""
        now = time.monotonic()
        return self._door is not None and now < self._until and self.sources.fresh

    def tree(self) -> CourtTree:
        """The courts as they stood within the last five seconds."""
        self._fresh()
        return self._tree

    def codes(self) -> Codes:
        """The code maps and causes as published within the last five seconds."""
        self._fresh()
        return self._codes

    def forget(self) -> None:
        """Read everything again at the next question: a pack or a source has just changed."""
        self._until = 0.0
        self.sources.forget()

    def charset_of(self, who: Principal) -> str:
        """How a body is written whose sender does not say: as the one source of its token is."""
        named = who.sources[0] if len(who.sources) == 1 else ""
        source = self.sources.get(named) if who.may_feed(named) else None
        return source.settings.charset if source is not None else source_terms.UTF8

    def sort(self, records: Sequence[bytes], who: Principal, now: datetime) -> Sorted:
        """Look at every record by itself; errors.Unavailable only when the courts or sources cannot be
        read."""
        self._fresh()
        allowed: dict[str, Allowed] = {}
        found = Sorted()
        for place, raw in enumerate(records):
            seen = self._look(raw, who, now, allowed)
            if isinstance(seen, Event):
                found.events.append(seen)
                found.raws.append(raw)
                found.places.append(place)
            else:
                refusal, source = seen
                found.refuse(place, refusal, raw, source)
        return found

    def admit(self, record: object, source: Source, now: datetime) -> Event | Refusal:
        """One parsed record of a source already found, read as that source writes."""
        door = self._fresh()
        if source.settings.plain:
            return door.admit(record, source=source, now=now)
        read = self._reader(source).read(record)
        event = door.admit(read.record, source=source, now=now)
        # A case that may not enter is that first: what its record holds is nobody's to map.
        if not read.unmapped or (isinstance(event, Refusal) and event.reason == "classified"):
            return event
        return source_terms.refusal(read.record, read.unmapped)

    def knows(self, source: Source, field: str, word: str) -> bool:
        """Whether a word of a field is one the source's maps know, or a code already."""
        self._fresh()
        return not source.settings.plain and self._reader(source).knows(field, word)

    def _reader(self, source: Source) -> Reader:
        found = self._readers.get(source.id)
        codes, tree = self._codes, self._tree
        if found is None or found[0] != source or found[1] is not codes or found[2] is not tree:
            words = vocabulary.Vocabulary.shipped()
            reader = Reader(source.settings, source.zone, codes, words, tree.known)
            found = self._readers[source.id] = (source, codes, tree, reader)
        return found[3]

    def _look(
        self, raw: bytes, who: Principal, now: datetime, allowed: dict[str, Allowed]
    ) -> Event | tuple[Refusal, str]:
        """The event, or the refusal with the source it is kept under (none, where the sender may not speak
        for it)."""
        if len(raw) > self._record_bytes:
            return _too_long(len(raw), self._record_bytes), ""
        record = envelope.parse_json(raw, self._depth)
        if isinstance(record, Refusal):
            return record, who.sources[0] if len(who.sources) == 1 else ""
        named = record.get("source") if isinstance(record, dict) else None
        if not isinstance(named, str):
            source: Allowed = _NOBODY
        else:
            source = allowed.get(named) or allowed.setdefault(named, self._source(named, who))
        if isinstance(source, Refusal):
            key = record.get("id") if isinstance(record, dict) else None
            shown = key if isinstance(key, str) and len(key) <= 128 else None
            return Refusal(source.reason, source.detail, source.pointer, shown), ""
        event = self.admit(record, source, now)
        return (event, source.id) if isinstance(event, Refusal) else event

    def _source(self, named: str, who: Principal) -> Allowed:
        if not who.may_feed(named):
            return Refusal(
                "not_your_source", f"The token of {who.name} may not feed {named[:128]!r}.", "/source"
            )
        source = self.sources.get(named)
        if source is None:
            return Refusal(
                "unknown_source",
                f"No source {named[:128]!r} is registered. Register it by POST /v1/sources.",
                "/source",
            )
        return source

    def _fresh(self) -> envelope.Door:
        door = self._door
        if door is not None and time.monotonic() < self._until:
            return door
        with self._lock:
            if self._door is None or time.monotonic() >= self._until:
                self._read()
            assert self._door is not None
            return self._door

    def _read(self) -> None:
        asked = time.monotonic()
        with engine.transaction(self._pool) as connection:
            edition, today = courts.read_edition(connection), datetime.now(UTC).date()
            if self._published != (edition.generation, today):
                self._codes = code_maps.read_codes(connection, today)
                self._published = (edition.generation, today)
            if self._door is None or edition.tree != self._mark:
                self._tree = courts.read_tree(connection)
                self._door = door_for(self._tree)
                self._mark = edition.tree
        self._until = asked + REMEMBERED_SECONDS


def door_for(tree: CourtTree) -> envelope.Door:
    """The door for a tree of courts, with the shipped vocabulary and table of case types."""
    parser = subjects.SubjectParser(casenumbers.CaseTypes.shipped(), tree.invented_provinces())
    return envelope.Door(vocabulary.Vocabulary.shipped(), parser, tree.known)


def _too_long(size: int, most: int) -> Refusal:
    assert "too_long" in refusals.REASONS
    return Refusal("too_long", f"The record has {size:,} bytes, more than the {most:,} one record may have.")
