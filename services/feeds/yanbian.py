"""Reconstructed case events of Yanbian whose counts equal annexes 2 and 3 of 延中法〔2019〕14号 exactly;
every one is marked so.

Real are the courts and their sums of 2018; the cases, days and outcomes behind them are invented with a fixed
seed. Each history is whole (first instance, appeal, review, retrial), and at least as many events as count
are there that must not: outcomes that are none of the annexes', neighbouring years, corrections both ways,
retractions, duplicates, and a case without its link by each role.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.feeds import yanbian_plan
from services.feeds.histories import Event, Scribe, links
from services.feeds.yanbian_plan import YEAR, Appeal, Application, Retrial

SOURCE = "yanbian-reconstructed"
SEED = 20180101
HIGH, MIDDLE = "吉", "吉24"
KINDS = (("民", 80), ("刑", 12), ("行", 8))
COUNTED = ("altered", "remanded")


def events(seed: int = SEED) -> Iterator[Event]:
    """All events in the order of sending, each family of linked cases together."""
    yield from _Feed(seed).events()


@dataclass(slots=True)
class _Feed:
    seed: int
    scribe: Scribe = field(init=False)
    waiting: list[Application] = field(init=False, default_factory=list)
    courts: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.scribe = Scribe(SOURCE, {"reconstructed": 1}, self.seed)

    def events(self) -> Iterator[Event]:
        rows = yanbian_plan.rows()
        self.courts = [row.court for row in rows]
        middle = rows[0]
        self.waiting = list(yanbian_plan.applications(middle, self.scribe.chance))
        self.scribe.chance.shuffle(self.waiting)
        for row in rows:
            for appeal in yanbian_plan.appeals(row, self.scribe.chance):
                self._appealed(row.court, appeal)
                yield from self._family()
            if row.court != MIDDLE:
                for application in yanbian_plan.applications(row, self.scribe.chance):
                    self._reviewed(
                        row.court, self._first_instance(row.court, application.filed[0])[0], application
                    )
                    yield from self._family()
        for application in self.waiting:
            self._reviewed(MIDDLE, self._first_instance(MIDDLE, application.filed[0])[0], application)
            yield from self._family()
        self._without_links()
        yield from self._family()

    def _family(self) -> list[Event]:
        """What was told, with one event in fifty sent twice."""
        told = self.scribe.take()
        return [
            event for one in told for event in ([one, one] if self.scribe.chance.random() < 0.02 else [one])
        ]

    def _first_instance(self, court: str, before: date) -> tuple[str, str]:
        """A first-instance case closed before a day; its number and its kind."""
        chance, scribe = self.scribe.chance, self.scribe
        kind = chance.choices([one for one, _ in KINDS], [weight for _, weight in KINDS])[0]
        closed = scribe.day(before - timedelta(60), before - timedelta(15))
        filed = scribe.day(closed - timedelta(170), closed - timedelta(20))
        case = scribe.number(filed.year, court, f"{kind}初")
        scribe.tell(case, "case.filed", filed, {"procedure": chance.choice(("ordinary", "summary"))})
        scribe.tell(case, "case.closed", closed, {"method": "judgment"})
        return case, kind

    def _appealed(self, court: str, appeal: Appeal) -> None:
        scribe = self.scribe
        filed = scribe.day(*appeal.filed)
        first, kind = self._first_instance(court, filed)
        upper = HIGH if court == MIDDLE else MIDDLE
        case = scribe.number(filed.year, upper, f"{kind}终")
        about = {"links": links(appealed=first)}
        scribe.tell(case, "case.filed", filed, about)
        if scribe.chance.random() < 0.01:
            scribe.retract(
                scribe.tell(case, "case.filed", filed, {**about, "channel": "on_site"}), "entered_twice"
            )
        decided = scribe.day(max(appeal.decided[0], filed + timedelta(10)), appeal.decided[1])
        self._outcome(case, "appeal.decided", decided, appeal.outcome)
        method = {"withdrawn": "withdrawal", "mediated": "mediation"}.get(appeal.outcome, "judgment")
        scribe.tell(case, "case.closed", decided, {"method": method})
        if appeal.outcome == "remanded":
            again = scribe.day(decided + timedelta(15), decided + timedelta(40))
            new = scribe.number(again.year, court, f"{kind}初")
            scribe.tell(
                new, "case.filed", again, {"opened_by": "remand", "links": links(remanded_from=first)}
            )
            scribe.tell(
                new,
                "case.closed",
                scribe.day(again + timedelta(30), again + timedelta(150)),
                {"method": "judgment"},
            )
        elif upper == MIDDLE:
            self._next_review(case, decided)

    def _next_review(self, case: str, effective: date) -> None:
        """Let one of the intermediate court's own applications rest on this second-instance judgment, if one
        comes later.
        """
        if self.scribe.chance.random() < 0.4:
            for index, application in enumerate(self.waiting[:12]):
                if application.filed[0] > effective + timedelta(5):
                    del self.waiting[index]
                    self._reviewed(MIDDLE, case, application)
                    return

    def _outcome(self, case: str, kind: str, day: date, outcome: str) -> None:
        """The outcome as it stands in the end; now and then by way of a correction, a retraction, or a wrong
        year.
        """
        scribe, way = self.scribe, self.scribe.chance.random()
        counts = outcome in COUNTED
        if way < 0.06:
            wrong = "upheld" if counts else "altered"
            scribe.correct(scribe.tell(case, kind, day, {"outcome": wrong}), outcome=outcome)
            if way < 0.02:
                scribe.told[-2:] = scribe.told[:-3:-1]  # the correction is sent before the original
        elif way < 0.09:
            original = scribe.tell(case, kind, day, {"outcome": outcome})
            scribe.correct(original, revision=2, reason="law")
            scribe.correct(original, revision=1, outcome="remanded" if outcome != "remanded" else "altered")
        elif way < 0.12:
            scribe.retract(
                scribe.tell(case, kind, day, {"outcome": "altered", "reason": "facts"}), "wrong_case"
            )
            scribe.tell(case, kind, day, {"outcome": outcome})
        elif way < 0.14:
            other = date(day.year + (1 if day.year < YEAR + 1 else -1), day.month, min(day.day, 28))
            scribe.correct(scribe.tell(case, kind, other, {"outcome": outcome}), day=day)
        else:
            scribe.tell(case, kind, day, {"outcome": outcome})

    def _reviewed(self, court: str, effective: str, application: Application) -> None:
        scribe, chance = self.scribe, self.scribe.chance
        kind = effective.partition(court)[2][0]
        retrial = application.retrial
        upper = HIGH if court == MIDDLE else MIDDLE
        own = retrial is not None and retrial.kind == "own_decision"
        at = court if own or (retrial is None and court != MIDDLE and chance.random() < 0.2) else upper
        filed = scribe.day(*application.filed)
        case = scribe.number(filed.year, at, f"{kind}{'监' if own and chance.random() < 0.3 else '申'}")
        scribe.tell(case, "case.filed", filed, {"links": links(effective=effective)})
        closed = scribe.day(
            max(application.closed[0], filed + timedelta(10)),
            max(application.closed[1], filed + timedelta(20)),
        )
        if retrial is not None:
            self._granted(case, court, effective, closed, retrial)
        method = (
            "ruling"
            if retrial is not None
            else chance.choice(("dismissed", "dismissed", "dismissed", "withdrawal"))
        )
        scribe.tell(case, "case.closed", closed, {"method": method})

    def _granted(self, review: str, court: str, effective: str, day: date, retrial: Retrial) -> None:
        scribe, chance = self.scribe, self.scribe.chance
        upper = HIGH if court == MIDDLE else MIDDLE
        others = [one for one in self.courts if one not in (court, MIDDLE)]
        at = {"elevated": upper, "designated": chance.choice(others)}.get(retrial.kind, court)
        granted = {"kind": retrial.kind, "on": "application", "to_court": at}
        if chance.random() < 0.06:
            wrong = "elevated" if retrial.kind != "elevated" else "ordered"
            scribe.correct(
                scribe.tell(review, "retrial.granted", day, {**granted, "kind": wrong}), kind=retrial.kind
            )
        else:
            scribe.tell(review, "retrial.granted", day, granted)
        filed = scribe.day(day + timedelta(5), day + timedelta(20))
        decided = scribe.day(
            max(retrial.decided[0], filed + timedelta(15)), max(retrial.decided[1], filed + timedelta(16))
        )
        case = scribe.number(filed.year, at, f"{effective.partition(court)[2][0]}再")
        scribe.tell(case, "case.filed", filed, {"links": links(effective=effective, application=review)})
        self._outcome(case, "retrial.decided", decided, retrial.outcome)
        scribe.tell(case, "case.closed", decided, {"method": "judgment"})

    def _without_links(self) -> None:
        """One appeal, one application and one retrial that do not say which case they concern: nobody's
        figure.
        """
        scribe = self.scribe
        for code, outcome, granted in (
            ("民终", "appeal.decided", False),
            ("民申", "", True),
            ("民再", "retrial.decided", False),
        ):
            filed = scribe.day(date(YEAR, 3, 1), date(YEAR, 3, 20))
            closed = scribe.day(date(YEAR, 6, 1), date(YEAR, 6, 20))
            case = scribe.number(YEAR, MIDDLE, code)
            scribe.tell(case, "case.filed", filed)
            if granted:
                scribe.tell(case, "retrial.granted", closed, {"kind": "ordered"})
            if outcome:
                scribe.tell(case, outcome, closed, {"outcome": "altered"})
            scribe.tell(case, "case.closed", closed, {"method": "judgment"})
