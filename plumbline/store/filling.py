"""How far a new version is filled: cases it has reached of those there are, and when it will be complete at
the speed measured so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Reach:
    """Cases there are, and those the new version has not reached yet."""

    cases: int
    left: int


@dataclass(frozen=True, slots=True)
class Filling:
    """One generation that fills: its accounts with the measures they belong to, all cases, and those of some
    courts.
    """

    generation: int
    begun_at: datetime
    read_at: datetime
    accounts: int
    measures: tuple[str, ...]
    every: Reach
    some: Reach

    @property
    def percent(self) -> int:
        """How much is done, in whole percent rounded down; 100 only when no case is left."""
        return 100 if not self.every.left else self._done * 100 // max(self.every.cases, 1)

    @property
    def complete_at(self) -> datetime | None:
        """When no case will be left at the mean speed since it began; None while none has been reached."""
        if not self.every.left:
            return self.read_at
        if not self._done:
            return None
        passed = self.read_at - self.begun_at
        return self.read_at + passed * self.every.left // self._done

    @property
    def _done(self) -> int:
        return max(self.every.cases - self.every.left, 0)


def read_filling(connection: Connection, courts: Sequence[str] | None = None) -> list[Filling]:
    """Every generation that fills, the oldest first; `some` counts the cases of `courts` (None: of all)."""
    asked = {"courts": None if courts is None else list(courts)}
    rows = connection.execute(statement("read_filling"), asked).fetchall()
    if not rows:
        return []
    every = connection.execute(statement("count_every_case"), asked).fetchone()
    assert every is not None
    return [
        Filling(
            int(row[0]), row[1], row[2], int(row[3]), tuple(row[4]), Reach(int(every[0]), int(row[5])),
            Reach(int(every[1]), int(row[6])),
        )
        for row in rows
    ]  # fmt: skip
