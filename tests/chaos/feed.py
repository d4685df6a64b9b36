"""Little cases for kill tests: each knows its records and, by plain counting, the ledger lines it must have
earned."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Line = tuple[str, str, str]
"""(measure, court, day)"""
COURTS = ("示24", "示2401", "示2402")
BATCH_CASES = 3
KINDS = ("plain", "plain", "plain", "corrected", "retracted", "reopened", "open")


@dataclass(frozen=True, slots=True)
class Little:
    """One case: what is sent of it, and its lines of filed, closed and pending."""

    records: tuple[dict[str, Any], ...]
    lines: dict[Line, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Records sent together; `bad` are ids that must be refused, `again` ids that were acknowledged
    before."""

    records: tuple[dict[str, Any], ...]
    bad: frozenset[str]
    again: frozenset[str]


class Feed:
    """Batches of one sender, from a fixed seed; every case it began is in `cases`."""

    def __init__(self, sender: int, seed: int, source: str, courts: tuple[str, ...] = COURTS) -> None:
        self.cases: list[Little] = []
        self._sender, self._source, self._courts = sender, source, courts
        self._random = random.Random(seed * 1000 + sender)
        self._numbers = itertools.count(1)
        self._held: list[dict[str, Any]] = []
        self._sent: list[dict[str, Any]] = []

    def batches(self) -> Iterator[Batch]:
        """Batches for ever: new cases, the late halves of earlier ones, some sent again, some that cannot
        be read."""
        while True:
            records, self._held = self._held, []
            for _ in range(BATCH_CASES):
                case = little_case(
                    self._sender * 1_000_000 + next(self._numbers), self._random, self._source, self._courts
                )
                self.cases.append(case)
                cut = len(case.records) // 2 if self._random.random() < 0.2 else len(case.records)
                records += case.records[:cut]
                self._held += case.records[cut:]
            fresh = list(records)
            again = (
                self._random.sample(self._sent, min(len(self._sent), 3))
                if self._random.random() < 0.3
                else []
            )
            bad = [self._unreadable()] if self._random.random() < 0.1 else []
            mixed = records + again + bad
            self._random.shuffle(mixed)
            self._sent = fresh
            yield Batch(
                tuple(mixed), frozenset(one["id"] for one in bad), frozenset(one["id"] for one in again)
            )

    def rest(self) -> Batch:
        """The late halves that are still owed."""
        records, self._held = tuple(self._held), []
        return Batch(records, frozenset(), frozenset())

    def _unreadable(self) -> dict[str, Any]:
        record = self.cases[-1].records[0]
        return {**record, "id": f"bad-{self._sender}-{next(self._numbers)}", "type": "case.lost"}


def little_case(number: int, dice: random.Random, source: str, courts: tuple[str, ...] = COURTS) -> Little:
    """A case with an ordinary life, or one that is corrected, taken back, reopened, or still open."""
    court = dice.choice(courts)
    filed = date(2024, 1, 1) + timedelta(days=dice.randrange(500))
    subject = f"（{filed.year}）{court}民初{number}号"
    records: list[dict[str, Any]] = []

    def say(kind: str, day: date, *, more: dict[str, Any] | None = None, **data: Any) -> str:
        key = f"k{number}-{len(records)}"
        records.append({
            "specversion": "1.0", "id": key, "source": source, "type": kind, "subject": subject,
            "time": f"{day}T00:00:00+08:00", **(more or {}), "data": data,
        })  # fmt: skip
        return key

    def later(first: date) -> date:
        return first + timedelta(days=dice.randrange(5, 90))

    say("case.filed", filed, procedure="ordinary")
    say("case.assigned", filed + timedelta(days=1), judge=f"j{dice.randrange(20)}")
    say("hearing.held", later(filed), minutes=60)
    kind = dice.choice(KINDS)
    closed: date | None = None
    if kind != "open":
        closed = later(filed)
        key = say("case.closed", closed, method="judgment")
        if kind == "corrected":
            closed = later(filed)
            say("case.closed", closed, more={"replaces": key, "revision": 1}, method="mediation")
        elif kind == "retracted":
            say("event.retracted", closed, more={"replaces": key, "revision": 1}, reason="wrong_case")
            closed = None
        elif kind == "reopened":
            again = later(closed)
            say("case.reopened", again, ground="resumed")
            closed = later(again)
            say("case.closed", closed, method="judgment")
    lines = {("filed", court, str(filed)): 1, ("pending", court, str(filed)): 1}
    if closed is not None:
        lines |= {("closed", court, str(closed)): 1, ("pending", court, str(closed)): -1}
    return Little(tuple(records), lines)
