"""One seed for every engine: a cut of the demonstration told in three deliveries, with corrections and retractions
that arrive after what they change has been posted and valued."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from plumbline import courts
from plumbline.store import marks
from services.feeds import demo
from tests.keeper import DEFINITIONS, Keeper, pack

SEED, CASES, UNTIL, BEGUN = 24, 1_400, date(2020, 6, 29), "2019-10-01"
DELIVERED = (date(2019, 12, 1), date(2020, 3, 15), date(2020, 6, 30))
"""The court days on which what had happened before them is sent and valued: in different chunks, the first long
enough ago to be compressed."""
BATCH = 150
assert BATCH < marks.COPIED_FROM, "a larger batch is stored by COPY, which one of the engines does not know"
LEFT_OUT = ("source.day_closed", "roster.changed")
RETRACTED, CORRECTED = 12, 12

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is sent on one court day."""

    on: date
    records: tuple[Record, ...]

    def batches(self) -> Iterator[tuple[Record, ...]]:
        for first in range(0, len(self.records), BATCH):
            yield self.records[first : first + BATCH]


def deliveries() -> list[Delivery]:
    """The same at every call."""
    told = list(_since_begun())
    chance = random.Random(SEED)
    made: list[Delivery] = []
    before = ""
    for on in DELIVERED:
        sent = [one for one in told if before <= one["time"][:10] < on.isoformat()]
        earlier = [one for delivery in made for one in delivery.records]
        made.append(Delivery(on, (*sent, *_changed(chance, earlier, on))))
        before = on.isoformat()
    return made


def _since_begun() -> Iterator[Record]:
    """The events of families that began on or after the first day of the seed."""
    for family in demo.Feed(UNTIL, CASES, SEED).told():
        kept = [one for one in family if one["type"] not in LEFT_OUT and "malformed" not in one["id"]]
        if kept and min(one["time"] for one in kept) >= BEGUN:
            yield from kept


def _changed(chance: random.Random, earlier: Sequence[Record], on: date) -> list[Record]:
    """Some earlier events taken back, some filings told again on a later day."""
    replaced = {one["replaces"] for one in earlier if "replaces" in one}
    plain = [one for one in earlier if "replaces" not in one and one["id"] not in replaced]
    plain = list({one["id"]: one for one in plain if one["type"] != "figure.reported"}.values())
    if not plain:
        return []
    taken = chance.sample([one for one in plain if one["type"] != "case.filed"], RETRACTED)
    filed = [
        one for one in plain if one["type"] == "case.filed" and _next_month(one["time"]) < str(DELIVERED[-1])
    ]
    moved = chance.sample(filed, CORRECTED)
    return [
        *({**_again(one, on), "type": "event.retracted", "data": {}} for one in taken),
        *({**_again(one, on), "time": _next_month(one["time"])} for one in moved),
    ]


def _again(one: Record, on: date) -> Record:
    return {**one, "id": f"{one['id']}-{on}", "replaces": one["id"], "revision": 1}


def _next_month(moment: str) -> str:
    year, month = int(moment[:4]), int(moment[5:7])
    return f"{year + month // 12}-{month % 12 + 1:02}-01{moment[10:]}"


def late(made: Sequence[Delivery]) -> Delivery:
    """One more on the last court day: some of what was told is taken back or moved."""
    earlier = [one for delivery in made for one in delivery.records]
    return Delivery(made[-1].on, tuple(_changed(random.Random(SEED + 1), earlier, date(2020, 7, 1))))


def play(kept: Keeper, told: Sequence[Delivery]) -> None:
    """Send, post and value each delivery on its day."""
    for delivery in told:
        kept.now = datetime(delivery.on.year, delivery.on.month, delivery.on.day, 4, tzinfo=UTC)
        for batch in delivery.batches():
            assert set(kept.push(*batch)) <= {"accepted", "duplicate"}
        kept.settle()


def keeper(dsn: str) -> Keeper:
    """Courts, shared pack and source of the demonstration on an engine."""
    tree = courts.read_courts(DEFINITIONS / "demo" / "courts.csv")
    return Keeper(dsn, [pack("court-core")], tree, most=BATCH, sources=[demo.SOURCE], sessions=1)
