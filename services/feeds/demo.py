"""演示数据: four years of the invented prefecture 示例州, family by family; nothing in it is real.

Three whole years and the one of `until` up to that day. Families of linked cases are told together, so that
each is folded about once. The same year, seed and number of cases tell the same events, so a later `until`
only adds. Planted for the last year, to be found: 示2404 grows slow from March, judgments of 示2406 are altered on
appeal twice as often, and what demo_plants lists.
"""

from __future__ import annotations

import collections
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.feeds import demo_disputes, demo_histories, demo_places, demo_rosters, seasons
from services.feeds.demo_plants import Planter
from services.feeds.histories import Event, Scribe

SOURCE = "demo-ecourt"
LABEL = {"demo": 1}
SEED = 24
CASES = 9_000
CASES_LAST = 20_000
YEARS = 4
MALFORMED_EVERY = 5_000
CASES_OF_A_FAMILY = 1.42
DUPLICATED = 0.01
SHORT_COURT, SHORT_EVERY = "示2405", 17


@dataclass(slots=True)
class Feed:
    """The demonstration as it stands on the day `until`. `families` is about how many there are; `planted`: with what
    demo_plants lists.
    """

    until: date
    cases: int = CASES
    seed: int = SEED
    planted: bool = True
    planter: Planter = field(init=False)
    seen: dict[tuple[str, date], collections.Counter[str]] = field(init=False)
    sent: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        if not 100 <= self.cases <= CASES_LAST:
            raise ValueError(f"The demonstration holds 100 to {CASES_LAST:,} cases, not {self.cases:,}")
        self.seen = collections.defaultdict(collections.Counter)
        self.planter = Planter(self.until.year, self.seed, *(() if self.planted else ((),)))

    @property
    def families(self) -> int:
        passed = (self.until - date(self.until.year, 1, 1)).days / 365
        whole = sum(self._of_year(year) for year in self.years[:-1])
        return int(whole + self._of_year(self.until.year) * passed) + 1

    @property
    def years(self) -> range:
        return range(self.until.year - YEARS + 1, self.until.year + 1)

    def told(self) -> Iterator[list[Event]]:
        """Each family's events, in the order of sending; at the end the days the court system declares."""
        for year in self.years:
            scribe = Scribe(SOURCE, LABEL, self.seed * 10_000 + year, block=(year % 5) * 20_000)
            for posts in demo_rosters.told(scribe, year, first=year == self.years[0]):
                if passed := self._passed(posts):
                    yield passed
            teller = demo_histories.Teller(scribe, watched=self.until.year)
            for filed in seasons.filing_days(year, self._of_year(year), scribe.chance):
                family = self._passed(demo_disputes.keyed(self.planter.changed(teller.family(filed))))
                if family:
                    yield [*self._doubled(family), *self._malformed(len(family))]
        for added in self.planter.more(LABEL, SOURCE, self._of_year(self.until.year)):
            if family := self._passed(added):
                yield self._doubled(family)
        yield self._days_closed()

    def _of_year(self, year: int) -> int:
        """How many families a year begins: three in a hundred more each year."""
        return int(self.cases / CASES_OF_A_FAMILY / YEARS * (1 + 0.03 * (year % YEARS)))

    def _passed(self, family: list[Event]) -> list[Event]:
        """What had happened by `until`, counted for the declarations."""
        last = self.until.isoformat()
        passed = [event for event in family if event["time"][:10] <= last]
        known = {event["id"] for event in passed}
        passed = [event for event in passed if event.get("replaces", event["id"]) in known]
        for event in passed:
            if "replaces" in event:
                continue  # a day is declared as first told
            court = demo_places.court_of(event["subject"])
            self.seen[court, date.fromisoformat(event["time"][:10])][event["type"]] += 1
        return [event for event in passed if not self.planter.withheld(event, self.until)]

    def _doubled(self, family: list[Event]) -> list[Event]:
        """The family with one event in a hundred sent twice; its id decides, so a later `until` doubles the
        same.
        """
        limit = int(DUPLICATED * 16**4)
        return [
            event for one in family for event in ([one, one] if int(one["id"][:4], 16) < limit else [one])
        ]

    def _malformed(self, more: int) -> list[Event]:
        """One record in five thousand that the door must refuse, each in another way."""
        before, self.sent = self.sent, self.sent + more
        number = self.sent // MALFORMED_EVERY
        if before // MALFORMED_EVERY == number:
            return []
        sound: Event = {
            "specversion": "1.0", "source": SOURCE, "id": f"malformed-{number}", "type": "appeal.decided",
            "subject": f"（{self.until.year}）示24民终{990_000 + number}号",
            "time": f"{self.until}T09:00:00+08:00",
            "data": {"outcome": "upheld", "ext": LABEL},
        }  # fmt: skip
        wrong: tuple[Event, ...] = (
            {"data": {"outcome": "reversed", "ext": LABEL}},
            {"time": f"{self.until} 09:00"},
            {"subject": f"{self.until.year}示24民终第{number}"},
            {"type": "appeal.decide"},
        )
        return [{**sound, **wrong[number % len(wrong)]}]

    def _days_closed(self) -> list[Event]:
        """Each day of the last year as each court's system counts it; one counts more than it sent."""
        scribe = Scribe(SOURCE, LABEL, self.seed, day_only=0.0)
        told = []
        days = (self.until - date(self.until.year, 1, 1)).days + 1
        for court in demo_places.COURTS:
            for day in (date(self.until.year, 1, 1) + timedelta(index) for index in range(days)):
                counts = dict(sorted(self.seen.get((court, day), {"case.filed": 0}).items()))
                if court == SHORT_COURT and day.toordinal() % SHORT_EVERY == 0:
                    counts["case.filed"] = counts.get("case.filed", 0) + 3
                declared = scribe.word(
                    court, "source.day_closed", day, {"day": day.isoformat(), "counts": counts}
                )
                at = f"{day + timedelta(1)}T00:30:00+08:00"
                told.append({**declared, "id": f"day-closed-{court}-{day}", "time": at})
        return told


def events(until: date, *, cases: int = CASES, seed: int = SEED) -> Iterator[Event]:
    """Every event of the demonstration up to and on a day, in the order of sending."""
    for family in Feed(until, cases, seed).told():
        yield from family
