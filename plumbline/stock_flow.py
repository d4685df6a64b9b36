"""The stock-flow audit: 旧存 + 新收 + 移入 - 已结 - 移出 = 未结, for one cell. Integers only; what is missing has its reason."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from plumbline import serving
from plumbline.catalog.identities import Balance
from plumbline.catalog.ratios import Missing
from plumbline.valuation import Cell, Shelf

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Identity:
    """A balance as a pack states it, each of its measures bound to its account."""

    balance: Balance
    stock: serving.Served
    entering: tuple[serving.Served, ...]
    leaving: tuple[serving.Served, ...]

    @property
    def every(self) -> tuple[serving.Served, ...]:
        """The stock, then what comes, then what goes."""
        return (self.stock, *self.entering, *self.leaving)

    def sign(self, served: serving.Served) -> int:
        """+1 for what comes to the stock, -1 for what goes from it and for the stock itself."""
        return 1 if served in self.entering else -1


@dataclass(frozen=True, slots=True)
class Piece:
    """Days of the period on which the same courts stand below the cell's court (`until` not counted)."""

    courts: tuple[str, ...]
    first: date
    until: date


@dataclass(frozen=True, slots=True)
class Audit:
    """One balance in one cell. `joined` and `parted` are the levels of courts that came under the cell's court, or went
    from it, at the beginning of the day on which they did; `amounts` follow `entering`, then `leaving`.
    """

    opening: int
    joined: int
    parted: int
    amounts: tuple[int, ...]
    closing: int
    difference: int


def pieces(cell: Cell, shelf: Shelf, today: date) -> list[Piece]:
    """The days of the period that have begun, cut where the court tree changes."""
    first, until = cell.period.start, min(cell.period.end, today + ONE_DAY)
    changes = shelf.tree_changes(first, until) if cell.scope == "all" else ()
    return [
        Piece(tuple(shelf.below(cell, begun)), begun, ended)
        for begun, ended in itertools.pairwise([first, *changes, until])
        if begun < ended
    ]


def audit(identity: Identity, cell: Cell, shelf: Shelf, today: date) -> Audit | Missing:
    """Add up one balance. The opening level is by the court tree of the day before the period, the closing one by that
    of its last day (or today); flows by the tree of each day.
    """
    for served in identity.every:
        if served.filling:
            return Missing("filling", f"{served.id} is still being filled")
    if cell.period.start > today:
        return Missing("not_begun", f"{cell.period.text} has not begun")
    found = pieces(cell, shelf, today)

    stock, before = identity.stock.main.id, cell.period.start - ONE_DAY

    def level(courts: Sequence[str], day: date) -> int:
        own = (replace(cell, court=code, scope="own") for code in courts)
        return sum(shelf.column(stock, one).through(day) for one in own)

    opening = shelf.column(stock, replace(cell, on=before)).through(before)
    standing: tuple[str, ...] = tuple(shelf.below(cell, before))
    joined = parted = 0
    for piece in found:
        eve = piece.first - ONE_DAY
        joined += level([code for code in piece.courts if code not in standing], eve)
        parted += level([code for code in standing if code not in piece.courts], eve)
        standing = piece.courts
    last = found[-1]
    closing = shelf.column(stock, replace(cell, on=last.first)).through(last.until - ONE_DAY)
    flows = [_amount(shelf, served, cell, found) for served in (*identity.entering, *identity.leaving)]
    comes, goes = sum(flows[: len(identity.entering)]), sum(flows[len(identity.entering) :])
    difference = opening + joined - parted + comes - goes - closing
    return Audit(opening, joined, parted, tuple(flows), closing, difference)


def _amount(shelf: Shelf, served: serving.Served, cell: Cell, found: Sequence[Piece]) -> int:
    return sum(
        shelf.column(served.main.id, replace(cell, on=piece.first)).between(piece.first, piece.until)
        for piece in found
    )
