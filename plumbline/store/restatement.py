"""What moved between two moments: the marks answers rest on, the moment each version stood, and the cases
that changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Marks:
    """What an answer rests on: the newest page, the catalogue's generation, the tree, the newest receipt,
    accounts.
    """

    page: int
    closed_at: datetime
    generation: int
    tree: int
    receipt: int
    complete: int
    retired: int

    @property
    def learnt(self) -> tuple[int, int, int, int]:
        """The part that what is known of catalogue and tree rests on."""
        return self.generation, self.tree, self.complete, self.retired


@dataclass(frozen=True, slots=True)
class Side:
    """A figure's lines as known at one moment: an account (None where the version had none), courts, days,
    the page.
    """

    account: int | None
    courts: tuple[str, ...]
    first: date
    until: date
    page: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A case whose part changed: what it was, what it is, and the pages that wrote it (none: a day became
    due).
    """

    home_court: str
    subject: str
    before: int
    after: int
    pages: tuple[int, ...]
    listed: bool


@dataclass(frozen=True, slots=True)
class PageCause:
    """Why a page refolded a case: event, linked, definition, calendar, court, rebuild; and the marks'
    references.
    """

    subject: str
    page: int
    closed_at: datetime
    generation: int
    cause: str
    receipts: tuple[int, ...]


def read_marks(connection: Connection) -> Marks:
    """The marks as this transaction sees them."""
    row = connection.execute(statement("read_api_marks")).fetchone()
    assert row is not None
    return Marks(int(row[0]), row[1], *(int(each) for each in row[2:]))


def page_at(connection: Connection, moment: datetime) -> int:
    """The last page closed by a moment, as this transaction sees it; 0 before the first."""
    row = connection.execute(
        "SELECT number FROM page WHERE closed_at <= %s ORDER BY closed_at DESC LIMIT 1", (moment,)
    ).fetchone()
    return 0 if row is None else int(row[0])


def read_account_moments(connection: Connection) -> dict[int, tuple[datetime, int]]:
    """By account: since when it is complete, and the generation that opened it."""
    return {
        int(row[0]): (row[1], int(row[2])) for row in connection.execute(statement("list_account_moments"))
    }


def read_pack_moments(connection: Connection) -> dict[str, datetime]:
    """By hash: when a pack's version was published. Before, none of its definitions stood."""
    return {row[0]: row[1] for row in connection.execute("SELECT hash, published_at FROM pack")}


def list_moved(
    connection: Connection,
    before: Side,
    after: Side,
    visible: Sequence[str],
    category: str | None,
    causes: tuple[str, ...] | None,
) -> list[Moved]:
    """Every case whose part differs between the two sides, by subject in code-point order."""
    binds = {
        "from_account": before.account if before.account is not None else -1,
        "from_page": before.page,
        "from_first": before.first,
        "from_until": before.until,
        "from_courts": list(before.courts),
        "to_account": after.account if after.account is not None else -1,
        "to_page": after.page,
        "to_first": after.first,
        "to_until": after.until,
        "to_courts": list(after.courts),
        "other_version": before.account != after.account,
        "visible": list(visible),
        "category": category,
        "cause": None if causes is None else list(causes),
    }
    rows = connection.execute(statement("list_moved_cases"), binds)
    found = [
        Moved(row[0], row[1], int(row[2]), int(row[3]), tuple(sorted(row[4])), bool(row[5])) for row in rows
    ]
    return sorted(found, key=lambda one: (one.subject, one.home_court))


def list_page_causes(connection: Connection, wanted: Sequence[tuple[int, str]]) -> list[PageCause]:
    """Of (page, subject), why the page refolded the case; in the order of pages."""
    binds = {"pages": [page for page, _ in wanted], "subjects": [subject for _, subject in wanted]}
    return [
        PageCause(row[0], int(row[1]), row[2], int(row[3]), row[4], tuple(int(each) for each in row[5]))
        for row in connection.execute(statement("list_page_causes"), binds)
    ]
