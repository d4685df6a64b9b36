"""Sendings of whole tables, and what each row last told. Every writer of a table holds `lock_table` first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from psycopg.types.json import Jsonb

from plumbline.snapshots import Member, Told
from plumbline.store import engine
from plumbline.store.statements import statement

LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One sending of a table; `rows` counts those received, `received` names them (a multirange), `counts` says what
    became of them; `absent` None until it is closed."""

    id: int
    source: str
    table: str
    taken_at: datetime
    partial: bool
    state: str
    reason: str
    sending: int
    deadline_days: int
    gone_percent: int
    rows_expected: int | None
    rows: int
    received: str
    counts: dict[str, int]
    absent: int | None
    opened_by: str
    begun_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What an opener asked for; see `Snapshot`."""

    source: str
    table: str
    taken_at: datetime
    partial: bool
    deadline_days: int
    gone_percent: int
    rows_expected: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a table last told under one key: `told` by original id; `offered` is the digest of the row as it came."""

    digest: bytes
    key: str
    courts: tuple[str, ...]
    told: dict[str, Told]
    offered: bytes
    settled: bool
    seen: int = 0
    standing: str = ""


def lock_table(connection: engine.Connection, source: str, table: str) -> None:
    """Be the one writer of a table until the transaction ends."""
    connection.execute(statement("lock_snapshot_table"), {"source": source, "table": table})


def begin(connection: engine.Connection, asked: Asked, who: str, now: datetime) -> tuple[Snapshot, bool]:
    """The open snapshot of a table, and whether it is new: one that was open already is given as it stands."""
    named = {"source": asked.source, "table": asked.table}
    row = connection.execute(
        statement("open_snapshot"), named | _terms(asked) | {"taken_at": asked.taken_at, "partial": asked.partial,
                                                             "who": who, "now": now},
    ).fetchone()  # fmt: skip
    begun = row is not None
    if row is None:
        row = connection.execute(statement("find_open_snapshot"), named).fetchone()
    assert row is not None
    found = get(connection, row[0])
    assert found is not None
    return found, begun


def resume(connection: engine.Connection, snapshot_id: int, asked: Asked, now: datetime) -> None:
    """Begin the sending of an open snapshot anew."""
    connection.execute(statement("resume_snapshot"), _terms(asked) | {"id": snapshot_id, "now": now})


def _terms(asked: Asked) -> dict[str, Any]:
    return {
        "days": asked.deadline_days,
        "percent": asked.gone_percent,
        "expected": asked.rows_expected,
    }


def last_taken(connection: engine.Connection, source: str, table: str) -> datetime | None:
    """When the newest snapshot of a table that told anything was taken."""
    row = connection.execute(statement("find_last_taken"), {"source": source, "table": table}).fetchone()
    return None if row is None else row[0]


def get(connection: engine.Connection, snapshot_id: int, *, lock: bool = False) -> Snapshot | None:
    """One snapshot, or None; `lock` holds it until the transaction ends."""
    name = "lock_snapshot" if lock else "read_snapshot"
    row = connection.execute(statement(name), {"id": snapshot_id}).fetchone()
    return None if row is None else Snapshot(*row)


def page(
    connection: engine.Connection,
    *,
    sources: Sequence[str] | None,
    state: str | None,
    before: int,
    limit: int,
) -> list[Snapshot]:
    """Snapshots newest first, with ids below `before`; `sources` None means of every source."""
    rows = connection.execute(
        statement("list_snapshots"),
        {
            "sources": None if sources is None else list(sources),
            "state": state,
            "before": before,
            "limit": limit,
        },
    ).fetchall()
    return [Snapshot(*row) for row in rows]


def note_received(
    connection: engine.Connection, snapshot_id: int, first: int, rows: int, counts: Mapping[str, int]
) -> None:
    """Note rows `first` to `first + rows - 1`; `counts` hold with them, unless they were noted before."""
    connection.execute(
        statement("note_received"),
        {"id": snapshot_id, "first": first, "until": first + rows, "counts": Jsonb(dict(counts))},
    )


def check_received(connection: engine.Connection, snapshot_id: int, rows: int) -> tuple[str, str]:
    """Which of the rows 1 to `rows` are missing and which are too many, as multiranges; `{}` is none."""
    found = connection.execute(statement("check_received"), {"id": snapshot_id, "rows": rows}).fetchone()
    assert found is not None
    return found[0], found[1]


def end(
    connection: engine.Connection,
    snapshot: Snapshot,
    state: str,
    now: datetime,
    *,
    reason: str = "",
    absent: int | None = None,
) -> None:
    """Move a snapshot to a state; a whole one that closes lets older suspect ones of its table go."""
    connection.execute(
        statement("end_snapshot"),
        {"id": snapshot.id, "state": state, "reason": reason, "absent": absent, "now": now},
    )
    if state in ("closed", "suspect") and not snapshot.partial:
        connection.execute(
            statement("supersede_snapshots"),
            {"source": snapshot.source, "table": snapshot.table, "sending": snapshot.sending},
        )


def count_absent(connection: engine.Connection, snapshot: Snapshot) -> tuple[int, int]:
    """How many rows earlier whole tables held, and how many of them this one lacked."""
    row = connection.execute(statement("count_absent_rows"), _of(snapshot)).fetchone()
    assert row is not None
    return row[0], row[1]


def read_rows(
    connection: engine.Connection, snapshot: Snapshot, digests: Iterable[bytes]
) -> dict[bytes, Kept]:
    """What the table last told under some keys, by the digests of the keys."""
    cursor = connection.cursor(binary=True)
    rows = cursor.execute(statement("read_snapshot_rows"), _of(snapshot) | {"digests": list(digests)})
    return {row[0]: _kept(row) for row in rows}


def lock_row(connection: engine.Connection, source: str, table: str, digest: bytes) -> Kept | None:
    """What a table last told under one key, held until the transaction ends."""
    row = connection.execute(
        statement("lock_snapshot_row"), {"source": source, "table": table, "digest": digest}
    ).fetchone()
    return None if row is None else _kept(row)


def touch_rows(connection: engine.Connection, snapshot: Snapshot, digests: Sequence[bytes]) -> None:
    """Note that rows came and said what they had said."""
    if digests:
        connection.execute(
            statement("touch_snapshot_rows"),
            _of(snapshot) | {"partial": snapshot.partial, "digests": list(digests)},
        )


def save_rows(connection: engine.Connection, snapshot: Snapshot, rows: Sequence[Kept]) -> None:
    """Store what rows of a snapshot told; each key once."""
    if not rows:
        return
    connection.execute(
        statement("save_snapshot_rows"),
        _of(snapshot)
        | {
            "partial": snapshot.partial,
            "digests": [row.digest for row in rows],
            "keys": [row.key for row in rows],
            "courts": [" ".join(row.courts) for row in rows],
            "told": [_written(row.told).decode() for row in rows],
            "offered": [row.offered for row in rows],
            "settled": [row.settled for row in rows],
        },
    )


def leave_row(
    connection: engine.Connection, source: str, table: str, kept: Kept, told: Mapping[str, Told]
) -> None:
    """Note that a row is out of its table by an answer, with what its events are now."""
    connection.execute(
        statement("save_snapshot_answer"),
        {
            "source": source,
            "table": table,
            "digest": kept.digest,
            "told": _written(told).decode(),
            "changed": dict(told) != kept.told,
        },
    )


def read_members(connection: engine.Connection, source: str, ids: Sequence[str]) -> dict[str, list[Member]]:
    """By id, the stored members of each family, whoever brought them; ids of none are left out."""
    found: dict[str, list[Member]] = {}
    if ids:
        rows = connection.cursor(binary=True).execute(
            statement("read_members"), {"source": source, "ids": list(ids)}
        )
        for row in rows:
            found.setdefault(row[7], []).append(Member(*row[:7]))
    return found


def _of(snapshot: Snapshot) -> dict[str, Any]:
    return {"source": snapshot.source, "table": snapshot.table, "sending": snapshot.sending}


def _written(told: Mapping[str, Told]) -> bytes:
    return orjson.dumps(
        {key: [one.id, one.revision, one.digest.hex(), one.retracted] for key, one in told.items()}
    )


def _kept(row: Sequence[Any]) -> Kept:
    told = {key: Told(one[0], one[1], bytes.fromhex(one[2]), one[3]) for key, one in row[3].items()}
    return Kept(row[0], row[1], tuple(row[2]), told, row[4], row[5], row[6], row[7])
