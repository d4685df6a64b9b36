"""Courts in the store: the tree with its validity spans, and the desks that work is claimed by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from plumbline.courts import Court, CourtTree

Connection = psycopg.Connection[Any]
COLUMNS = "code, parent, name_zh, name_en, level, valid_from, valid_until, status, zone, position"
BEGINNING = date(1900, 1, 1)


def load_courts(connection: Connection, courts: Sequence[Court], *, pack: str) -> int:
    """Replace the courts of one pack's file; returns the number of rows. Every case is marked if the tree moved."""
    wanted = [
        (c.code, c.parent, c.name_zh, c.name_en, c.level, c.valid_from or BEGINNING, c.valid_until, c.status, c.zone, c.order)
        for c in courts
    ]
    known = connection.execute(
        f"SELECT {COLUMNS} FROM court WHERE pack = %s ORDER BY position, code, valid_from", (pack,)
    ).fetchall()
    if sorted(map(repr, known)) == sorted(map(repr, wanted)):
        return len(wanted)
    connection.execute("SELECT 1 FROM generation_head FOR UPDATE")
    connection.execute("DELETE FROM court WHERE pack = %s", (pack,))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO court ({COLUMNS}, pack) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (code, valid_from) DO NOTHING",
            [(*row, pack) for row in wanted],
        )
        cursor.executemany(
            "INSERT INTO court_desk (home_court) VALUES (%s) ON CONFLICT DO NOTHING", [(row[0],) for row in wanted]
        )
    connection.execute("UPDATE generation_head SET tree = tree + 1")
    if known:
        connection.execute(
            "INSERT INTO dirty_value (account, court, category, month, page)"
            " SELECT DISTINCT account, court, category, min(month) OVER (PARTITION BY account, court, category), 0"
            " FROM balance_month"
        )
    return len(wanted)


def read_tree(connection: Connection) -> CourtTree:
    """The tree as it stands."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM court ORDER BY position, code, valid_from").fetchall()
    return CourtTree([Court(*row) for row in rows])


@dataclass(frozen=True, slots=True)
class Edition:
    """What a cache of catalogue or tree must compare: the generation, the tree's mark, and the accounts still filling."""

    generation: int
    tree: int
    filling: int


def read_edition(connection: Connection) -> Edition:
    """The edition as it stands."""
    row = connection.execute(
        "SELECT number, tree, (SELECT count(*) FROM account WHERE status = 'filling') FROM generation_head"
    ).fetchone()
    assert row is not None
    return Edition(*row)
