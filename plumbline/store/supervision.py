"""Matters of supervision and their acts: each act under the matter's lock, on a page of its own, with its audit line.

A page without postings is the act's place in what is known when: an answer to a past moment never changes.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
import psycopg
from psycopg.types.json import Jsonb

from plumbline import acceptances, adjustments, ballots, closings, errors, objections, proceedings
from plumbline.proceedings import Act
from plumbline.store import engine, quarantine
from plumbline.store.statements import statement

FOLDS: Final[Mapping[str, Callable[[Iterable[Act]], proceedings.Standing]]] = {
    "adjustment": adjustments.standing,
    "objection": objections.standing,
    "acceptance": acceptances.standing,
    "ballot": ballots.standing,
    "period": closings.standing,
}
"""By kind: what the acts of a matter fold to."""
LET_GO: Final = frozenset(
    {
        ("adjustment", "approved"), ("adjustment", "refused"), ("adjustment", "withdrawn"),
        ("objection", "refused"), ("acceptance", "returned"), ("ballot", "failed"),
    }
)  # fmt: skip
"""The states in which another matter about the same may be opened."""
LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class New:
    """A matter about to be opened; `claim` is what only one matter at a time may be about, `request` its opener's key."""

    kind: str
    court: str
    courts: tuple[str, ...]
    about: str
    period: str
    detail: Mapping[str, Any]
    claim: str
    request: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter as it is stored, with its acts as far as they were read."""

    id: uuid.UUID
    kind: str
    court: str
    courts: tuple[str, ...]
    about: str
    period: str
    detail: Mapping[str, Any]
    state: str
    opened_by: str
    page: int
    acts: tuple[Act, ...]


def open_matter(connection: engine.Connection, new: New, first: Act) -> tuple[Matter, bool]:
    """Open a matter with its first act, and whether it is new: the same under the same key is answered as it stands.

    errors.Conflict where the key was used for something else, or another matter is about the same.
    """
    asked = orjson.dumps(
        [new.court, new.about, new.period, new.detail, first.detail], option=orjson.OPT_SORT_KEYS
    )
    matter_id, digest = uuid.uuid4(), hashlib.sha256(asked).digest()
    binds = {
        "id": matter_id,
        "kind": new.kind,
        "court": new.court,
        "courts": list(new.courts),
        "about": new.about,
        "period": new.period,
        "detail": Jsonb(dict(new.detail)),
        "state": "none",
        "claim": new.claim,
        "opened_by": first.who,
        "request": new.request,
        "digest": digest,
    }
    try:
        made = connection.execute(statement("insert_matter"), binds).rowcount == 1
    except psycopg.errors.UniqueViolation as taken:
        raise errors.Conflict(
            f"There is {_a(new.kind)} about the same already",
            why="One at a time.",
            next=f"GET /v1/{new.kind}s lists it.",
        ) from taken
    if made:
        return perform(connection, new.kind, matter_id, first), True
    row = connection.execute(statement("find_matter"), binds).fetchone()
    assert row is not None
    if bytes(row[1]) != digest:
        raise errors.Conflict(
            f"The request {new.request[:64]!r} was made before with another content", next="Choose a new key."
        )
    found = read_matter(connection, new.kind, row[0])
    assert found is not None
    return found, False


def perform(connection: engine.Connection, kind: str, matter_id: uuid.UUID, act: Act) -> Matter:
    """Do an act on a matter, on a page of its own, with its audit line; said again by the same person it changes nothing.

    errors.NotFound where there is none; errors.Conflict or errors.NotAllowed where the act does not follow.
    """
    found = hold(connection, kind, matter_id)
    standing = FOLDS[kind](found.acts)
    if standing.repeats(act):
        return found
    after = standing.after(act).state
    page, at = stamp(connection, found.court)
    connection.execute(
        statement("insert_matter_act"),
        {
            "matter": matter_id,
            "number": len(found.acts) + 1,
            "act": act.name,
            "principal": act.who,
            "at": at,
            "page": page,
            "detail": Jsonb(dict(act.detail)),
        },
    )
    let_go = (kind, after) in LET_GO
    binds = {"id": matter_id, "before": found.state, "after": after, "let_go": let_go, "page": page}
    if connection.execute(statement("move_matter"), binds).rowcount != 1:
        raise errors.Conflict(f"The {kind} was changed meanwhile", next="Read it and decide anew.")
    detail = {"court": found.court, "about": found.about, "state": after, **act.detail}
    quarantine.note(connection, act.who, f"{kind}.{act.name}", f"{kind}/{matter_id}", detail)
    done = read_matter(connection, kind, matter_id)
    assert done is not None
    return done


def hold(connection: engine.Connection, kind: str, matter_id: uuid.UUID) -> Matter:
    """The matter, locked until the transaction ends; errors.NotFound where there is none."""
    connection.execute(statement("lock_matter"), {"id": matter_id, "kind": kind})
    found = read_matter(connection, kind, matter_id)
    if found is None:
        raise errors.NotFound(f"There is no such {kind}", next=f"GET /v1/{kind}s lists them.")
    return found


def stamp(connection: engine.Connection, court: str) -> tuple[int, datetime]:
    """Close a page without postings: its number and moment. Nothing slow may follow before the commit."""
    row = connection.execute(statement("open_act_page"), {"court": court}).fetchone()
    assert row is not None
    connection.execute(statement("hold_page_clock"))
    closed = connection.execute(statement("close_page")).fetchone()
    assert closed is not None
    connection.execute(
        "UPDATE page SET number = %s, closed_at = %s WHERE id = %s", (closed[0], closed[1], row[0])
    )
    return int(closed[0]), closed[1]


def read_matter(connection: engine.Connection, kind: str, matter_id: uuid.UUID) -> Matter | None:
    """One matter with all its acts, or None."""
    row = connection.execute(statement("read_matter"), {"id": matter_id, "kind": kind}).fetchone()
    return None if row is None else _matter(row)


def list_matters(
    connection: engine.Connection,
    kind: str,
    courts: Sequence[str],
    *,
    state: str | None = None,
    before: int = LAST,
    limit: int = 50,
) -> list[Matter]:
    """Matters that speak of any of the courts, newest first, opened before a page."""
    binds = {"kind": kind, "courts": list(courts), "state": state, "before": before, "limit": limit}
    return [_matter(row) for row in connection.execute(statement("list_matters"), binds)]


def list_known(
    connection: engine.Connection, kind: str, courts: Sequence[str], page: int, period: str | None = None
) -> list[Matter]:
    """Matters that speak of any of the courts, oldest first, with the acts that were known on a page."""
    binds = {"kind": kind, "courts": list(courts), "page": page, "period": period}
    return [_matter(row) for row in connection.execute(statement("list_matters_known"), binds)]


def _matter(row: Sequence[Any]) -> Matter:
    acts = tuple(
        Act(name, who, datetime.fromisoformat(at), int(page), detail)
        for name, who, at, page, detail in row[10] or ()
    )
    return Matter(
        row[0], row[1], row[2], tuple(row[3]), row[4], row[5], row[6], row[7], row[8], int(row[9]), acts
    )


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'ao' else 'a'} {kind}"
