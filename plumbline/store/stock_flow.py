"""The lines behind a balance of stock and flow: the cases that do not add up, and the moves that stay inside a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from plumbline import valuation
from plumbline.stock_flow import Identity, Piece
from plumbline.store.statements import statement
from plumbline.valuation import Cell

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Break:
    """A case whose entries less exits are `difference` more than its stock shows; `amounts` by the place of a term in
    `Identity.every`, those that are 0 left out. `day` is the last on which one of them counts it.
    """

    home_court: str
    subject: str
    difference: int
    day: date
    amounts: dict[int, int]


@dataclass(frozen=True, slots=True)
class Breaks:
    """The first of the cases that may be listed, how many there are in all, and how many of them may not be."""

    listed: tuple[Break, ...]
    cases: int
    hidden: int


def list_breaks(
    connection: Connection,
    identity: Identity,
    cell: Cell,
    pieces: Sequence[Piece],
    visible: Sequence[str],
    page: int,
    limit: int,
) -> Breaks:
    """The cases that do not add up, by case number in code-point order."""
    asked = [
        (place, served.main.id, identity.sign(served), court, piece.first, piece.until)
        for place, served in enumerate(identity.every)
        for piece in pieces
        for court in piece.courts
    ]
    columns = ("terms", "accounts", "signs", "courts", "firsts", "untils")
    binds: dict[str, Any] = {name: [row[at] for row in asked] for at, name in enumerate(columns)}
    binds |= {**_cut(cell), "visible": list(visible), "page": page, "limit": limit}
    rows = connection.execute(statement("list_flow_breaks"), binds).fetchall()
    found = tuple(
        Break(row[0], row[1], int(row[2]), row[3], {int(place): int(value) for place, value in row[4]})
        for row in rows
        if row[5]
    )
    return Breaks(found, int(rows[0][6]), int(rows[0][7])) if rows else Breaks((), 0, 0)


def count_inside(
    connection: Connection, into: int, out_of: int, cell: Cell, pieces: Sequence[Piece], page: int
) -> int:
    """The moves that accounts of `way: in` and `way: out` both count in the cell: they went from one of its courts to another."""
    asked = [(court, piece.first, piece.until) for piece in pieces for court in piece.courts]
    binds: dict[str, Any] = {
        name: [row[at] for row in asked] for at, name in enumerate(("courts", "firsts", "untils"))
    }
    binds |= {**_cut(cell), "into": into, "out_of": out_of, "accounts": [into, out_of], "page": page}
    row = connection.execute(statement("count_moves_inside"), binds).fetchone()
    return 0 if row is None else int(row[0])


def _cut(cell: Cell) -> dict[str, Any]:
    return {
        "category": None if cell.category == valuation.ALL else cell.category,
        "cause": None if cell.codes is None else list(cell.codes),
    }
