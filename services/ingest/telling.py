"""Tells the events of a foreign record, whatever it came by: events already, DataJud, or a row by a mapping.

A record of which no event can be made goes to the door as it stands, marked with its problem, so that the quarantine
holds it; only what is classified, or what a translator keeps back, is withheld.
"""

from __future__ import annotations

import io
import pathlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from plumbline import mapping_files, mappings, pulls, vocabulary
from services.ingest.translators import Translated, datajud

CLASSIFIED: Final = "classified"
ID_LONGEST: Final = 128
BATCH: Final = 2_000
BATCH_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Teller:
    """How one feed's records become events of its source; `content` is one of plumbline.pulls.CONTENTS."""

    source: str
    feed: str
    content: str
    mapping: mappings.TableMapping | None = None

    def tell(self, place: int, record: Mapping[str, Any], key: str) -> Iterator[Translated]:
        """The events of a record; one without a record is withheld, with its problem."""
        if self.content == "cloudevents":
            yield Translated(place, orjson.dumps(record), key=key)
        elif self.content == "datajud":
            stream = io.BytesIO(orjson.dumps(record))
            for one in datajud.translate(stream, source=self.source):
                yield Translated(place, one.record, one.problem, one.key)
        else:
            assert self.mapping is not None
            row = mappings.Row(place, dict(cells(record)))
            for told in self.mapping.translate((row,), self.source):
                yield self._told(told, record, key)

    def _told(self, told: mappings.Told, record: Mapping[str, Any], key: str) -> Translated:
        if told.refusal is None:
            return Translated(told.line, told.record, key=told.key)
        if told.refusal.reason == CLASSIFIED:
            return Translated(told.line, problem=told.refusal.detail)
        problem = f"{told.refusal.reason}: {told.refusal.detail}"
        marked = {
            "specversion": "1.0",
            "id": f"{self.feed}/{told.key or key}"[:ID_LONGEST],
            "source": self.source,
            "untold": problem[:1000],
            "row": record,
        }
        return Translated(told.line, orjson.dumps(marked), problem, told.key or key)


def teller(source: str, feed: str, content: str, mapping: pathlib.Path | None) -> Teller:
    """The teller of a feed; errors.BadDefinition where its mapping file is wrong."""
    read = mapping_files.read(mapping, vocabulary.Vocabulary.shipped()) if mapping else None
    return Teller(source, feed, content, read)


def cells(record: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """A JSON object as the cells of a row: inner names after outer ones with a dot, lists by ; or by number."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from cells(value, f"{before}{name}.")
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            numbered = {str(place): one for place, one in enumerate(value)}
            yield from cells(numbered, f"{before}{name}.")
        else:
            yield f"{before}{name}", pulls.plain(value)


def batches(items: Iterable[Translated]) -> Iterator[list[Translated]]:
    """Groups of records as bytes, bounded in number and bytes; each item has a record."""
    batch: list[Translated] = []
    size = 0
    for one in items:
        record = one.record if isinstance(one.record, bytes) else orjson.dumps(one.record)
        if batch and (len(batch) == BATCH or size + len(record) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(Translated(one.line, record, one.problem, one.key))
        size += len(record)
    if batch:
        yield batch
