"""Feeds that are pulled: the cursor of each, moved only from the version the mover knows, by one puller at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from plumbline import errors
from plumbline.store import engine
from plumbline.store.statements import statement


@dataclass(frozen=True, slots=True)
class Kept:
    """A feed as it is kept; counts are over its whole life, `lag_s` since its end was last reached, `held_s`
    until another puller may move it (None: nobody holds it)."""

    source: str
    feed: str
    version: int
    cursor: dict[str, Any] | None
    state: str
    holder: str | None
    held_until: datetime | None
    rows: int
    accepted: int
    duplicates: int
    refused: int
    withheld: int
    losses: int
    lost_at: datetime | None
    error: str | None
    moved_at: datetime
    caught_up_at: datetime | None
    lag_s: int | None
    held_s: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a cursor, from `version` (0: the feed is new); counts are what this move adds."""

    version: int
    holder: str
    lease_s: int
    state: str
    cursor: Mapping[str, Any] | None
    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    withheld: int = 0
    losses: int = 0
    error: str | None = None
    take_over: bool = False


def move(connection: engine.Connection, source: str, feed: str, to: Move) -> Kept:
    """Move a cursor and return the feed. errors.Conflict where it stands elsewhere, or another puller holds it.
    The source is a registered one."""
    binds = asdict(to) | {"source": source, "feed": feed, "cursor": Jsonb(to.cursor) if to.cursor else None}
    row = connection.execute(statement("move_pull"), binds).fetchone()
    found = get(connection, source, feed)
    if row is not None and found is not None:
        return found
    if found is not None and found.version == to.version:
        raise errors.Conflict(
            f"Another puller ({found.holder}) holds {source}/{feed} for {found.held_s} s more",
            next="Wait until then, or end that one.",
        )
    raise errors.Conflict(
        f"{source}/{feed} stands at version {found.version if found else 0}, not {to.version}",
        why="Another puller has moved it.",
        next="Read it again before you move it.",
    )


def get(connection: engine.Connection, source: str, feed: str) -> Kept | None:
    """One feed, or None."""
    found = connection.execute(statement("read_pulls"), {"sources": [source], "feed": feed}).fetchone()
    return None if found is None else Kept(*found)


def list_pulls(connection: engine.Connection, sources: Sequence[str] | None) -> list[Kept]:
    """The feeds of some sources (None: of all) in the order of source and name."""
    binds = {"sources": None if sources is None else list(sources), "feed": None}
    return [Kept(*row) for row in connection.execute(statement("read_pulls"), binds).fetchall()]
