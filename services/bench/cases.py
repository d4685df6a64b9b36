"""Invented case histories for the bench: ordinary lives in 示例州, from a fixed seed, as CloudEvents of
about 320 bytes."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import orjson

from plumbline.courts import Court

SOURCE: Final = "bench-ecourt"
COURTS: Final = ("示24", *(f"示24{number:02d}" for number in range(1, 9)))
APPEALED: Final = 0.12
WIDE: Final = (date(2022, 1, 1), 1_100)
"""Filing days over three years, as a feed that is loaded has them: the first day, and how many."""
RECENT: Final = (date(2025, 1, 1), 150)
"""Filing days of half a year, as a feed that runs has them."""
LONGEST: Final = 300
"""Days after which a case of these histories is over, its appeal with it."""
KINDS: Final = (("民初", 14), ("刑初", 3), ("行初", 1))
METHODS: Final = ("judgment", "mediation", "withdrawal", "ruling")

Record = dict[str, Any]


def recent(today: date) -> tuple[date, int]:
    """The filing days of half a year whose cases are over by `today`."""
    return today - timedelta(days=RECENT[1] + LONGEST), RECENT[1]


def tree() -> list[Court]:
    """The courts of the histories."""
    places = [("示", None, "high"), ("示24", "示", "intermediate")]
    places += [(code, "示24", "basic") for code in COURTS[1:]]
    return [
        Court(
            code=code,
            parent=parent,
            name_zh=f"{code}（演示数据）",
            name_en=f"{code} (demonstration)",
            level=level,
            valid_from=None,
            valid_until=None,
            status="invented",
            zone="Asia/Shanghai",
            order=order,
        )
        for order, (code, parent, level) in enumerate(places)
    ]


class Maker:
    """Makes cases without end; ids and numbers never repeat within a maker, nor between makers with other
    names."""

    def __init__(
        self, seed: int, name: str, courts: tuple[str, ...] = COURTS, days: tuple[date, int] = WIDE
    ) -> None:
        self._dice = random.Random(f"{seed}-{name}")  # noqa: S311 - a fixed feed, not a secret
        self._name, self._courts, self._days = name, courts, days
        self._numbers = itertools.count(1)

    def histories(self) -> Iterator[list[Record]]:
        """Case after case with its records in order; an appeal follows the case appealed."""
        while True:
            life = _Life(self, self._dice.choice(self._courts[1:] or self._courts))
            yield life.first_instance()
            if life.judged_on is not None and self._dice.random() < APPEALED:
                yield life.appeal()

    def records(self, count: int) -> list[Record]:
        """Exactly so many records; the last case may be cut."""
        return list(itertools.islice(itertools.chain.from_iterable(self.histories()), count))

    def cases(self, count: int) -> list[list[Record]]:
        """So many whole cases."""
        return list(itertools.islice(self.histories(), count))


class _Life:
    """One dispute: its first instance and, perhaps, its appeal."""

    def __init__(self, maker: Maker, court: str) -> None:
        self._dice, self._name = maker._dice, maker._name  # noqa: SLF001 - one maker's own lives
        self._numbers = maker._numbers  # noqa: SLF001 - the same
        self._court = court
        first, days = maker._days  # noqa: SLF001 - the same
        self._day = first + timedelta(days=self._dice.randrange(days))
        self._kind = self._dice.choices([kind for kind, _ in KINDS], [share for _, share in KINDS])[0]
        self.subject = ""
        self.judged_on: date | None = None
        self._records: list[Record] = []

    def first_instance(self) -> list[Record]:
        self._open(self._court, self._kind)
        self._say(
            "case.filed",
            procedure="ordinary",
            cause="contract",
            channel="online",
            amount=self._dice.randrange(10**8),
        )
        self._assign()
        self._say("service.made", document="complaint", way="electronic", party_no=2)
        self._wait(10, 40)
        self._say("hearing.scheduled", on=str(self._day + timedelta(days=14)), announced=True)
        self._wait(14, 30)
        self._say(
            "hearing.held", minutes=self._dice.randrange(20, 240), online=False, open=True, streamed=True
        )
        method = self._dice.choice(METHODS)
        self._wait(5, 60)
        if method == "judgment":
            self._say("judgment.pronounced", in_court=False)
            self.judged_on = self._day
        self._wait(1, 10)
        self._say("service.made", document="judgment", way="electronic", party_no=1, last_party=True)
        self._say("case.closed", method=method, fast_track=False, in_court=False)
        self._wait(10, 60)
        self._say("case.archived")
        return self._records

    def appeal(self) -> list[Record]:
        appealed = self.subject
        self._wait(15, 40)
        self._open("示24", self._kind.replace("初", "终"))
        link = [{"role": "appealed", "subject": appealed}]
        self._say("case.filed", procedure="ordinary", cause="contract", links=link)
        self._assign()
        self._wait(20, 60)
        self._say("hearing.held", minutes=self._dice.randrange(20, 120), online=True)
        outcome = self._dice.choices(["upheld", "altered", "remanded"], [8, 2, 1])[0]
        self._say("appeal.decided", outcome=outcome, links=link)
        self._say("case.closed", method="judgment")
        return self._records

    def _open(self, court: str, kind: str) -> None:
        self._records = []
        self.subject = f"（{self._day.year}）{court}{kind}{next(self._numbers)}号"

    def _assign(self) -> None:
        self._wait(1, 5)
        self._say(
            "case.assigned",
            judge=f"judge-{self._court[1:]}-{self._dice.randrange(30):02d}",
            unit="civil-1",
            mode="random",
        )

    def _wait(self, least: int, most: int) -> None:
        self._day += timedelta(days=self._dice.randint(least, most))

    def _say(self, kind: str, **data: Any) -> None:
        hour, minute, second = (
            self._dice.randrange(8, 18),
            self._dice.randrange(60),
            self._dice.randrange(1, 60),
        )
        clock = f"{hour:02d}:{minute:02d}:{second:02d}"
        number = next(self._numbers)
        self._records.append(
            {
                "specversion": "1.0",
                "id": f"{self._name}-{number:09d}",
                "source": SOURCE,
                "type": kind,
                "subject": self.subject,
                "time": f"{self._day}T{clock}+08:00",
                "sequence": str(number),
                "recordedtime": f"{self._day}T23:00:00+08:00",
                "datacontenttype": "application/json",
                "data": data,
            }
        )


def body(records: list[Record]) -> bytes:
    """NDJSON of records."""
    return b"\n".join(orjson.dumps(record) for record in records) + b"\n"
