"""Refused records, kept with their bytes and their reason until a person decides what becomes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from plumbline import errors
from plumbline.refusals import Unmapped
from plumbline.store import engine
from plumbline.store.statements import statement

DECISIONS: Final = ("as_is", "as_correction_of", "drop")
LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Refused:
    """A record as it is handed to the quarantine; `pointer` names the place in it (JSON pointer), where there
    is one; `unmapped` are its words that no code map knows."""

    source: str
    event_id: str | None
    raw: bytes
    reason: str
    detail: str
    pointer: str | None = None
    unmapped: tuple[Unmapped, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A record in quarantine; `times` counts how often it came, `size` is in bytes, `raw` is read only for
    one record."""

    id: int
    source: str
    event_id: str | None
    received_at: datetime
    reason: str
    detail: str
    pointer: str | None
    times: int
    size: int
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None
    why: str | None
    outcome: dict[str, Any] | None
    raw: bytes | None = None


def put(connection: engine.Connection, refused: Sequence[Refused]) -> None:
    """Keep refused records; bytes already kept for the same source and reason are only counted."""
    if not refused:
        return
    rows: dict[tuple[str, bytes, str], Refused] = {}
    times: dict[tuple[str, bytes, str], int] = {}
    for one in refused:
        key = one.source, hashlib.sha256(one.raw).digest(), one.reason
        rows[key] = one
        times[key] = times.get(key, 0) + 1
    keys = sorted(rows)
    connection.execute(
        statement("put_quarantine"),
        {
            "source": [_storable(key[0]) for key in keys],
            "event_id": [_storable(rows[key].event_id) for key in keys],
            "raw": [rows[key].raw for key in keys],
            "digest": [key[1] for key in keys],
            "reason": [key[2] for key in keys],
            "detail": [_storable(rows[key].detail) for key in keys],
            "pointer": [_storable(rows[key].pointer) for key in keys],
            "times": [times[key] for key in keys],
        },
    )
    words = [(key, word) for key in keys for word in rows[key].unmapped]
    if words:
        connection.execute(
            statement("put_unmapped_words"),
            {
                "source": [_storable(key[0]) for key, _ in words],
                "digest": [key[1] for key, _ in words],
                "reason": [key[2] for key, _ in words],
                "map": [word.map for _, word in words],
                "field": [word.field for _, word in words],
                "word": [_storable(word.value) for _, word in words],
            },
        )


def page(
    connection: engine.Connection,
    *,
    sources: Sequence[str] | None,
    before: int = LAST,
    limit: int = 100,
    reason: str | None = None,
    undecided: bool = False,
) -> list[Kept]:
    """Records newest first, with ids below `before`; `sources` None means of every source."""
    rows = connection.execute(
        statement("list_quarantine"),
        {
            "sources": None if sources is None else list(sources),
            "before": before,
            "limit": limit,
            "reason": reason,
            "undecided": undecided,
        },
    ).fetchall()
    return [Kept(*row) for row in rows]


def get(connection: engine.Connection, record_id: int, *, lock: bool = False) -> Kept | None:
    """One record with its bytes, or None; `lock` holds it until the transaction ends."""
    row = connection.execute(
        statement("lock_quarantine" if lock else "read_quarantine"), {"id": record_id}
    ).fetchone()
    return None if row is None else Kept(*row)


def decide(
    connection: engine.Connection,
    record_id: int,
    *,
    decision: str,
    who: str,
    why: str,
    outcome: dict[str, Any],
) -> None:
    """Write who decided what, and why, on the record and in the audit. errors.Conflict where it is decided
    already."""
    if decision not in DECISIONS:
        raise errors.BadInput(f"{decision!r} is no decision", next=f"Choose one of {', '.join(DECISIONS)}.")
    done = connection.execute(
        statement("decide_quarantine"),
        {"id": record_id, "decision": decision, "decided_by": who, "why": why, "outcome": Jsonb(outcome)},
    )
    if done.rowcount != 1:
        raise errors.Conflict(
            f"Record {record_id} is decided already", next="Read it to see by whom and why."
        )
    note(connection, who, f"quarantine.{decision}", f"quarantine/{record_id}", {"why": why, **outcome})


def note(connection: engine.Connection, who: str, act: str, thing: str, detail: dict[str, Any]) -> None:
    """One line in the audit."""
    connection.execute(
        statement("insert_audit"), {"principal": who, "act": act, "object": thing, "detail": Jsonb(detail)}
    )


def _storable(text: str | None) -> str | None:
    """The text as PostgreSQL can hold it: no NUL, no half of a surrogate pair."""
    if text is None:
        return None
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
