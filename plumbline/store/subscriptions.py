"""Who asked to be told: subscriptions, the secrets that sign what is told (sealed), and what their owners may see now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from plumbline import errors
from plumbline.store import engine, tokens
from plumbline.store.statements import statement

KINDS: Final = ("webhook", "alertmanager", "file", "stdout")
SUBSCRIBERS: Final = ("office", "command", "operator")
"""Roles that may subscribe; of an owner's tokens only those of these roles say what he may see."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for: from which courts (`scope` own, or all: each with all below; `*` every court), from which
    severity on, of which kinds of watches (none: of all), in which language, and how often a heartbeat, in seconds."""

    title: str
    address: str
    courts: tuple[str, ...]
    scope: str
    least: str
    kinds: tuple[str, ...]
    language: str
    heartbeat_s: int | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as it stands; `state` active, paused or disabled, and why."""

    id: uuid.UUID
    kind: str
    terms: Terms
    owner: str
    state: str
    why: str | None
    made_at: datetime
    changed_at: datetime
    failing: int


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret that holds, encrypted; `ends_at` None: the newest."""

    number: int
    sealed: bytes
    made_at: datetime
    ends_at: datetime | None


def create(connection: engine.Connection, made: uuid.UUID, kind: str, terms: Terms, owner: str) -> None:
    """Make a subscription under a new id."""
    binds = {**_binds(terms), "id": made, "kind": kind, "owner": owner}
    connection.execute(statement("insert_subscription"), binds)


def read(connection: engine.Connection, wanted: uuid.UUID) -> Subscription | None:
    """One subscription, or None."""
    row = connection.execute(statement("read_subscriptions"), {"id": wanted}).fetchone()
    return None if row is None else _subscription(row)


def list_all(connection: engine.Connection) -> list[Subscription]:
    """Every subscription, in the order they were made."""
    return [_subscription(row) for row in connection.execute(statement("read_subscriptions"), {"id": None})]


def change(connection: engine.Connection, wanted: uuid.UUID, terms: Terms) -> None:
    """Ask for something else from now on. What was owed stays owed, and goes to the new address."""
    connection.execute(statement("change_subscription"), {**_binds(terms), "id": wanted})


def move(connection: engine.Connection, wanted: uuid.UUID, state: str, why: str | None) -> None:
    """Pause, disable or resume; errors.Conflict where it stands so already."""
    binds = {"id": wanted, "state": state, "why": why}
    if connection.execute(statement("move_subscription"), binds).rowcount != 1:
        raise errors.Conflict(f"The subscription is {state} already", next="Read it first.")


def add_secret(
    connection: engine.Connection, subscription: uuid.UUID, sealed: bytes, overlap_s: int = 0
) -> None:
    """Give a subscription a new secret; the one before holds `overlap_s` seconds more, any older one no longer."""
    binds = {"subscription": subscription, "sealed": sealed, "overlap_s": overlap_s}
    for name in ("end_secrets", "forget_secrets", "insert_secret"):
        connection.execute(statement(name), binds)


def drop_secrets(connection: engine.Connection, subscription: uuid.UUID) -> None:
    """Forget every secret of a subscription."""
    binds = {"subscription": subscription, "overlap_s": 0}
    for name in ("end_secrets", "forget_secrets"):
        connection.execute(statement(name), binds)


def held_secrets(connection: engine.Connection, subscription: uuid.UUID) -> list[SealedSecret]:
    """The secrets that hold, the newest first, at most two."""
    rows = connection.execute(statement("list_held_secrets"), {"subscription": subscription})
    return [SealedSecret(int(row[0]), bytes(row[1]), row[2], row[3]) for row in rows]


def read_owner(connection: engine.Connection, owner: str) -> tokens.Principal | None:
    """What a subscription's owner may see now, by every token that holds; None when he holds none."""
    binds = {"owner": owner, "roles": list(SUBSCRIBERS)}
    courts = tuple(row[0] for row in connection.execute(statement("read_owner_courts"), binds))
    return tokens.Principal(owner, "office", courts, ()) if courts else None


def _binds(terms: Terms) -> dict[str, Any]:
    return {**asdict(terms), "courts": list(terms.courts), "kinds": list(terms.kinds)}


def _subscription(row: Sequence[Any]) -> Subscription:
    terms = Terms(row[1], row[3], tuple(row[4]), row[5], row[6], tuple(row[7]), row[8], row[9])
    return Subscription(row[0], row[2], terms, row[10], row[11], row[12], row[13], row[14], int(row[15]))
