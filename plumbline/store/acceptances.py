"""Frozen scorecards: stored whole as canonical JSON with their digest, and never changed."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from plumbline import errors
from plumbline.proceedings import Act
from plumbline.store import engine, supervision
from plumbline.store.statements import statement
from plumbline.store.supervision import Matter


@dataclass(frozen=True, slots=True)
class FrozenCard:
    """A scorecard as it was accepted: the bytes (canonical JSON), their SHA-256, the page and moment they stand on.

    `frozen_at` and `frozen_page` are of the act that froze it; `document` is the paper it was decided on.
    """

    acceptance: uuid.UUID
    card: bytes
    digest: bytes
    page: int
    known_at: datetime
    frozen_at: datetime
    frozen_page: int
    document: str


def freeze(
    connection: engine.Connection, acceptance: uuid.UUID, who: str, card: bytes, page: int, known_at: datetime
) -> Matter:
    """Store the card of an accepted acceptance; frozen already, it stays as it is and is answered so.

    errors.Conflict where the acceptance is not accepted.
    """
    found = supervision.hold(connection, "acceptance", acceptance)
    if found.state == "frozen":
        return found
    digest = hashlib.sha256(card).digest()
    detail = {"page": page, "known_at": known_at.isoformat(), "digest": digest.hex()}
    done = supervision.perform(connection, "acceptance", acceptance, Act("freeze", who, detail=detail))
    binds = {"acceptance": acceptance, "card": card, "digest": digest, "page": page, "known_at": known_at}
    connection.execute(statement("insert_frozen_card"), binds)
    return done


def frozen_card(
    connection: engine.Connection, book: str, court: str, period: str, page: int | None = None
) -> FrozenCard | None:
    """The frozen scorecard of a book (full id), court and period, or None; `page`: as it was known on a page.

    errors.Unavailable where the stored bytes are not those of their digest.
    """
    binds = {"book": book, "court": court, "period": period, "page": page}
    row = connection.execute(statement("read_frozen_card"), binds).fetchone()
    if row is None:
        return None
    card, digest = bytes(row[1]), bytes(row[2])
    if hashlib.sha256(card).digest() != digest:
        raise errors.Unavailable(
            f"The frozen scorecard {row[0]} is not what was frozen",
            why="Its bytes do not have its digest.",
            next="Restore it from a backup.",
        )
    return FrozenCard(row[0], card, digest, int(row[3]), row[4], row[5], int(row[6]), row[7])
