"""What waits in the books, for health and metrics: bounded counts, never a scan of a long queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Backlog:
    """Waiting marks (counted up to MOST), the age in seconds of the oldest live one, parked cases, the newest page."""

    case_marks: int
    value_marks: int
    oldest_seconds: float
    parked: int
    page: int


def books_lag(connection: Connection) -> float:
    """For how many seconds what was accepted has waited to be in the books; 0 when nothing waits."""
    row = connection.execute(statement("read_oldest_mark")).fetchone()
    return 0.0 if row is None else float(row[0])


def read_backlog(connection: Connection) -> Backlog:
    """The backlog as it stands."""
    row = connection.execute(statement("read_backlog"), {"most": MOST}).fetchone()
    assert row is not None
    return Backlog(int(row[0]), int(row[1]), float(row[2] or 0.0), int(row[3]), int(row[4]))
