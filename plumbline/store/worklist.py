"""The worklist: words of refused records that no code map knows, and which records wait for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plumbline.refusals import Unmapped
from plumbline.store import engine
from plumbline.store.statements import statement


@dataclass(frozen=True, slots=True)
class Waiting:
    """A word nobody has mapped: how often it came (`times`), in how many records, when first and last, and the first
    of them (`sample`).
    """

    source: str
    map: str
    field: str
    value: str
    times: int
    records: int
    first_at: datetime
    last_at: datetime
    sample: int


def list_waiting(
    connection: engine.Connection, *, sources: Sequence[str] | None, source: str | None = None, limit: int
) -> list[Waiting]:
    """What waits, by source, map and field, the most frequent word first; `sources` None: of every source."""
    rows = connection.execute(
        statement("list_worklist"),
        {"sources": None if sources is None else list(sources), "source": source, "limit": limit},
    ).fetchall()
    return [Waiting(*row) for row in rows]


def list_replayable(
    connection: engine.Connection,
    *,
    source: str,
    reason: str,
    field: str | None,
    value: str | None,
    after: int,
    limit: int,
) -> list[int]:
    """Numbers of undecided records above `after`, in order; `field` and `value` keep those with such a word."""
    rows = connection.execute(
        statement("list_replayable"),
        {"source": source, "reason": reason, "field": field, "word": value, "after": after, "limit": limit},
    ).fetchall()
    return [int(row[0]) for row in rows]


def read_unmapped(connection: engine.Connection, record: int) -> list[Unmapped]:
    """The words of one record that no map knew when it came."""
    return [Unmapped(*row) for row in connection.execute(statement("list_unmapped_of"), {"id": record})]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What stands in the journal of a source's own numbering. `gaps` spans lie between `lowest` and `highest` and leave
    out `missing` numbers; `first` are the first of them, both ends missing.
    """

    lowest: int
    highest: int
    held: int
    gaps: int
    missing: int
    first: tuple[tuple[int, int], ...]


def read_numbers(connection: engine.Connection, source: str, shown: int) -> Numbers | None:
    """The numbers of a source's records; None where no record has one."""
    row = connection.execute(statement("read_sequence"), {"source": source, "shown": shown}).fetchone()
    if row is None or row[0] is None:
        return None
    return Numbers(row[0], row[1], row[2], row[3], int(row[4]), tuple((one[0], one[1]) for one in row[5]))
