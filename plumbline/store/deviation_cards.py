"""Deviations as they are shown: one card a court and week, so that a bad week is one thing to look at and not fifty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from plumbline.store import engine
from plumbline.store.deviations import Deviation
from plumbline.store.statements import statement

LISTED: Final = 20
"""Deviations named on a card; more are counted."""
NEWEST: Final = "9999-W99"


@dataclass(frozen=True, slots=True)
class OfKind:
    """How many of one kind a card holds, and how many of them are red, and silent now."""

    kind: str
    deviations: int
    red: int
    silent: int


@dataclass(frozen=True, slots=True)
class Card:
    """What began in one court in one ISO week (as 2025-W38), by kind; `named` are LISTED of them at most."""

    court: str
    week: str
    kinds: tuple[OfKind, ...]
    named: tuple[Deviation, ...]

    @property
    def total(self) -> int:
        return sum(one.deviations for one in self.kinds)

    @property
    def red(self) -> int:
        return sum(one.red for one in self.kinds)

    @property
    def days(self) -> tuple[date, date]:
        """The Monday and the Sunday of the week."""
        monday = date.fromisocalendar(int(self.week[:4]), int(self.week[6:]), 1)
        return monday, monday + timedelta(days=6)


def list_cards(
    connection: engine.Connection,
    courts: Sequence[str],
    states: Sequence[str],
    now: datetime,
    after: tuple[str, int],
    limit: int,
) -> list[Card]:
    """Cards of some courts, newest week first, then in the order of `courts`. `after`: the week and the court's place
    (from 1) of the last card already read; (NEWEST, 0) to begin.
    """
    asked = {"courts": list(courts), "states": list(states)}
    page = {**asked, "now": now, "week": after[0], "place": after[1], "limit": limit}
    counted = connection.execute(statement("list_deviation_cards"), page).fetchall()
    groups = list(dict.fromkeys(f"{row[0]} {row[1]}" for row in counted))
    members: dict[str, list[Deviation]] = {}
    named = {**asked, "groups": groups, "each": LISTED}
    for row in connection.execute(statement("list_deviations_of_cards"), named):
        one = Deviation(*row)
        members.setdefault(one.group, []).append(one)
    return [
        Card(court, week, tuple(OfKind(*row[2:]) for row in rows), tuple(members.get(f"{court} {week}", ())))
        for (court, week), rows in groupby(counted, key=lambda row: (row[0], row[1]))
    ]
