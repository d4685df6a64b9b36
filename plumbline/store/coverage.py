"""How whole a feed is: what sources declared when they closed a day against what the journal holds.
Undeclared is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import psycopg

from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]
NOW = datetime(9999, 1, 1, tzinfo=UTC)
"""As `known_at`: everything received."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Events declared and, of those, received; over how many (court, day) it was declared, of how many
    that have passed.
    """

    declared: int
    received: int
    days_declared: int
    days: int

    @property
    def share(self) -> float | None:
        """Received of declared, 0 to 1; None (unknown) unless every court declared every day."""
        if not self.days or self.days_declared < self.days:
            return None
        return self.received / self.declared if self.declared else 1.0


@dataclass(frozen=True, slots=True)
class Feed:
    """What a source has sent: events, the time of the last one, and when anything last arrived."""

    source: str
    events: int
    last_event_at: datetime | None
    last_received_at: datetime | None


def read_coverage(
    connection: Connection, courts: Sequence[str], first: date, until: date, zone: str, known_at: datetime
) -> Coverage:
    """The coverage of some courts over days (`until` not counted, and no day that has not passed)."""
    if until <= first or not courts:
        return Coverage(0, 0, 0, 0)
    row = connection.execute(
        statement("sum_coverage"),
        {"courts": list(courts), "first": first, "until": until, "zone": zone, "known_at": known_at},
    ).fetchone()
    assert row is not None
    return Coverage(int(row[0]), int(row[1]), int(row[2]), len(courts) * (until - first).days)


def list_feeds(connection: Connection, courts: Sequence[str] | None) -> dict[str, Feed]:
    """By source, what it has sent of these courts (None: of all)."""
    rows = connection.execute(statement("list_feeds"), {"courts": None if courts is None else list(courts)})
    return {row[0]: Feed(row[0], int(row[1]), row[2], row[3]) for row in rows}
