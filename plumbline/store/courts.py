"""Courts in the store: the tree with its validity spans, and the desks that work is claimed by."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from plumbline.courts import Court, CourtTree, Uncoded
from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]
BEGINNING = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a court file as written: with a code, what shows it; without, a court whose code is unknown, or a 人民法庭."""

    code: str | None
    parent: str | None
    name_zh: str
    name_en: str
    level: str
    kind: str
    status: str
    basis: str


def load_courts(
    connection: Connection, courts: Sequence[Court], *, pack: str, uncoded: Sequence[Uncoded] = ()
) -> int:
    """Replace the courts of one pack's file; returns the number of rows of the tree. Every case is marked if the tree
    moved. What the file says beside the tree is kept as it stands now.
    """
    _keep_entries(connection, courts, uncoded, pack)
    wanted = [
        (
            c.code,
            c.parent,
            c.name_zh,
            c.name_en,
            c.level,
            c.valid_from or BEGINNING,
            c.valid_until,
            c.status,
            c.zone,
            c.order,
        )
        for c in courts
    ]
    known = connection.execute(statement("read_courts"), {"pack": pack, "known_at": None}).fetchall()
    if sorted(map(repr, known)) == sorted(map(repr, wanted)):
        return len(wanted)
    connection.execute("SELECT 1 FROM generation_head FOR UPDATE")
    before = read_tree(connection)
    connection.execute(
        "UPDATE court SET known_until = clock_timestamp() WHERE pack = %s AND known_until IS NULL", (pack,)
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement("insert_court"), [(*row, pack, row[0], row[5]) for row in wanted])
        cursor.executemany(
            "INSERT INTO court_desk (home_court) VALUES (%s) ON CONFLICT DO NOTHING",
            [(row[0],) for row in wanted],
        )
    connection.execute("UPDATE generation_head SET tree = tree + 1")
    _mark_moved(connection, before, read_tree(connection))
    return len(wanted)


def _keep_entries(
    connection: Connection, courts: Sequence[Court], uncoded: Sequence[Uncoded], pack: str
) -> None:
    placed = [
        (c.order, Entry(c.code, c.parent, c.name_zh, c.name_en, c.level, c.kind, c.status, c.basis))
        for c in courts
        if c.basis
    ]
    placed += [
        (c.order, Entry(None, c.parent, c.name_zh, c.name_en, c.level, c.kind, c.status, c.basis))
        for c in uncoded
    ]
    wanted = sorted(placed, key=lambda one: one[0])
    if read_entries(connection, pack) == [entry for _, entry in wanted]:
        return
    connection.execute("DELETE FROM court_entry WHERE pack = %s", (pack,))
    with connection.cursor() as cursor:
        rows = [(pack, order, *dataclasses.astuple(entry)) for order, entry in wanted]
        cursor.executemany(statement("insert_court_entry"), rows)
    connection.execute("UPDATE generation_head SET tree = tree + 1")


def read_entries(connection: Connection, pack: str | None = None) -> list[Entry]:
    """What court files (or one pack's) say beside the tree, file by file in its own order."""
    return [Entry(*row) for row in connection.execute(statement("list_court_entries"), {"pack": pack})]


def _mark_moved(connection: Connection, before: CourtTree, after: CourtTree) -> None:
    """Mark the series of every court that stood or stands above one with lines: what sums into it has changed."""
    places = {
        court: {court, *before.every_ancestor(court), *after.every_ancestor(court)}
        for court in {*before.codes(), *after.codes()}
    }
    pairs = sorted((court, place) for court, found in places.items() for place in found)
    connection.execute(
        statement("mark_moved_courts"),
        {"courts": [court for court, _ in pairs], "places": [place for _, place in pairs]},
    )


def read_tree(connection: Connection, known_at: datetime | None = None) -> CourtTree:
    """The tree as it stands, or as it was known at a moment."""
    rows = connection.execute(statement("read_courts"), {"pack": None, "known_at": known_at}).fetchall()
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
