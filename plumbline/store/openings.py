"""Statements of opening stocks, each with its page and audit line; and the cases that keep one from balancing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb

from plumbline import errors, openings
from plumbline.openings import Statement
from plumbline.store import engine, quarantine, sandboxes, supervision
from plumbline.store.statements import statement

EVERY_PAGE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Break:
    """A case that is not what its mark says. `why`: unmarked, filed_after or closed_before; `since`: its first day."""

    home_court: str
    subject: str
    since: date
    why: str


def list_statements(
    connection: engine.Connection, courts: Sequence[str], page: int = EVERY_PAGE
) -> list[Statement]:
    """The statements of some courts as they were known on a page, by court, source and number."""
    rows = connection.execute(statement("list_openings"), {"courts": list(courts), "page": page})
    return [
        Statement(row[0], row[1], int(row[2]), row[3], row[4], row[5], row[6], row[7], int(row[8]))
        for row in rows
    ]


def state(
    connection: engine.Connection,
    *,
    court: str,
    source: str,
    day: date,
    stated: Mapping[str, int],
    why: str,
    who: str,
    today: date,
) -> bool:
    """Keep a statement as the next of its court and source, on a page of its own; False where the last says the same.

    errors.BadInput and errors.Conflict as `openings.check`.
    """
    if sandboxes.named(connection, (source,)):
        raise errors.Conflict(
            f"The source {source!r} is a sandbox, whose cases are in no stock",
            next="State totals for the source that sends the real cases.",
        )
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('opening ' || %s, 0))", (court,))
    known = list_statements(connection, [court])
    openings.check(stated, source, day, today, known)
    own = [one for one in known if one.source == source]
    if own and (own[-1].day, dict(own[-1].stated)) == (day, dict(stated)):
        return False
    page, at = supervision.stamp(connection, court)
    connection.execute(
        statement("insert_opening"),
        {
            "court": court,
            "source": source,
            "number": len(own) + 1,
            "day": day,
            "stated": Jsonb(dict(stated)),
            "why": why,
            "principal": who,
            "at": at,
            "page": page,
        },
    )
    detail = {"court": court, "source": source, "day": str(day), "stated": dict(stated), "why": why}
    quarantine.note(connection, who, "opening.state", f"opening/{court}/{source}", detail)
    return True


def list_breaks(
    connection: engine.Connection,
    *,
    court: str,
    day: date,
    stocks: Sequence[int],
    opening: Sequence[int],
    marks: Sequence[int],
    page: int,
    limit: int,
) -> tuple[list[Break], int, int]:
    """The cases of a court that differ on its opening day, how many there are, and how many of the first `limit` are sealed."""
    binds: dict[str, Any] = {
        "court": court,
        "day": day,
        "stocks": list(stocks),
        "openings": list(opening),
        "marks": list(marks),
        "page": page,
        "limit": limit,
    }
    rows = connection.execute(statement("list_opening_breaks"), binds).fetchall()
    shown = [Break(row[0], row[1], row[2], row[3]) for row in rows if row[4]]
    return shown, int(rows[0][5]) if rows else 0, len(rows) - len(shown)
