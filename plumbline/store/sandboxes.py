"""Sandbox sources (沙箱来源): their records are judged as all are, and held apart from the journal, where nothing folds them.

The cut is here, below every door: what reaches the journal is of no sandbox, whichever way it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from plumbline.events import Event
from plumbline.refusals import Refusal
from plumbline.store import engine
from plumbline.store.statements import statement

KEPT_MOST: Final = 200_000
"""So many events of one sandbox are held; the oldest go, and would then be taken for new."""
LAST: Final = 2**63 - 1

Key = tuple[str, str]
"""(source, event id)"""


@dataclass(frozen=True, slots=True)
class Held:
    """An event of a sandbox as it was taken; `times` counts how often it came."""

    number: int
    event_id: str
    type: str
    home_court: str
    subject: str
    occurred_at: datetime
    replaces: str | None
    data: dict[str, Any]
    times: int
    received_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a door says of a key that is held: to be told in the journal's own words."""

    accepted: str
    duplicate: str
    conflict: Callable[[Event], Refusal]
    chained: Callable[[Event], Refusal]


def among(connection: engine.Connection, events: Sequence[Event]) -> frozenset[str]:
    """The sources of these events that are sandboxes."""
    return named(connection, {event.source for event in events})


def named(connection: engine.Connection, sources: Iterable[str]) -> frozenset[str]:
    """Which of some sources are sandboxes."""
    rows = connection.execute(statement("list_sandbox_sources"), {"sources": sorted(sources)}).fetchall()
    return frozenset(row[0] for row in rows)


def hold(
    connection: engine.Connection, events: Sequence[Event], stored: Callable[[Event], bytes], say: Verdicts
) -> list[str | Refusal]:
    """Hold events of sandbox sources in the caller's transaction; what became of each, as the journal would say it."""
    known = _known(connection, events)
    new: dict[Key, Event] = {}
    again: dict[Key, int] = {}
    outcomes: list[str | Refusal] = []
    for event in events:
        key = event.source, event.id
        if key in known:
            same = known[key][0] == event.digest
            outcomes.append(say.duplicate if same else say.conflict(event))
            if same:
                again[key] = again.get(key, 0) + 1
        elif event.replaces is not None and known.get((event.source, event.replaces), (b"", False))[1]:
            outcomes.append(say.chained(event))
        else:
            outcomes.append(say.accepted)
            known[key] = event.digest, event.replaces is not None
            new[key] = event
    _insert(connection, [new[key] for key in sorted(new)], stored)
    _count_again(connection, again)
    for source in sorted({key[0] for key in new}):
        connection.execute(statement("trim_sandbox"), {"source": source, "most": KEPT_MOST})
    return outcomes


def page(connection: engine.Connection, source: str, *, before: int = LAST, limit: int = 100) -> list[Held]:
    """The events of a sandbox, newest first, with numbers below `before`."""
    rows = connection.execute(
        statement("list_sandbox"), {"source": source, "before": before, "limit": limit}
    ).fetchall()
    return [Held(*row) for row in rows]


def _known(connection: engine.Connection, events: Sequence[Event]) -> dict[Key, tuple[bytes, bool]]:
    """By key, the digest and whether it is a correction, of these events and of what they replace."""
    keys = {(event.source, event.id) for event in events}
    keys |= {(event.source, event.replaces) for event in events if event.replaces is not None}
    asked = sorted(keys)
    binds = {"source": [key[0] for key in asked], "event_id": [key[1] for key in asked]}
    rows = connection.execute(statement("read_sandbox_digests"), binds)
    return {(row[0], row[1]): (bytes(row[2]), row[3]) for row in rows}


def _insert(connection: engine.Connection, events: Sequence[Event], stored: Callable[[Event], bytes]) -> None:
    if not events:
        return
    connection.execute(
        statement("insert_sandbox_events"),
        {
            "source": [event.source for event in events],
            "event_id": [event.id for event in events],
            "type": [event.type for event in events],
            "home_court": [event.home_court for event in events],
            "subject": [event.subject for event in events],
            "occurred_at": [event.time for event in events],
            "replaces": [event.replaces for event in events],
            "data": [stored(event).decode() for event in events],
            "digest": [event.digest for event in events],
        },
    )


def _count_again(connection: engine.Connection, again: dict[Key, int]) -> None:
    if not again:
        return
    keys = sorted(again)
    binds = {
        "source": [key[0] for key in keys],
        "event_id": [key[1] for key in keys],
        "times": [again[key] for key in keys],
    }
    connection.execute(statement("count_sandbox_again"), binds)
