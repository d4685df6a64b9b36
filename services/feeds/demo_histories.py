"""How an invented case goes in 示例州: filed, assigned, heard, decided; perhaps appealed, enforced, tried
again.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from services.feeds import seasons
from services.feeds.histories import Event, Scribe, links

HIGH, MIDDLE = "示", "示24"
BASIC = tuple(f"示240{number}" for number in range(1, 9))
COURTS = (HIGH, MIDDLE, *BASIC)
WEIGHTS = (
    ("示2401", 30),
    ("示2402", 12),
    ("示2403", 14),
    ("示2404", 10),
    ("示2405", 9),
    ("示2406", 10),
    ("示2407", 8),
    ("示2408", 7),
)
SLOW_COURT, ALTERED_COURT = "示2404", "示2406"

KINDS = (("民", 84), ("刑", 12), ("行", 4))
DIVISIONS = {
    "民": ("civil-1", "civil-2"),
    "刑": ("criminal",),
    "行": ("administrative",),
    "执": ("enforcement",),
}
JUDGES = {"示2401": 6, MIDDLE: 5, HIGH: 4}
CAUSES = {
    "民": (
        ("loan", 28),
        ("divorce", 16),
        ("sale", 14),
        ("traffic", 10),
        ("labour", 10),
        ("property", 12),
        ("lease", 6),
        ("injury", 4),
    ),
    "刑": (("theft", 30), ("dangerous-driving", 30), ("injury", 20), ("fraud", 20)),
    "行": (("penalty", 40), ("licence", 25), ("land", 35)),
}
PROCEDURES = {
    "民": (("small_claims", 22), ("summary", 48), ("ordinary", 30)),
    "刑": (("summary", 55), ("fast_track", 15), ("ordinary", 30)),
    "行": (("ordinary", 85), ("summary", 15)),
}
TYPICAL_DAYS = {"small_claims": 32, "summary": 55, "fast_track": 12, "ordinary": 115}
CRIMINAL_DAYS = {"summary": 16, "fast_track": 8, "ordinary": 55}
METHODS = {
    "民": (
        ("judgment", 46),
        ("mediation", 30),
        ("withdrawal", 17),
        ("deemed_withdrawal", 3),
        ("dismissed", 4),
    ),
    "刑": (("judgment", 97), ("withdrawal", 3)),
    "行": (("judgment", 55), ("dismissed", 25), ("withdrawal", 20)),
}
OUTCOMES = (("upheld", 63), ("altered", 15), ("remanded", 8), ("withdrawn", 8), ("mediated", 6))
PAUSES = (("appraisal", 50), ("announcement", 30), ("settlement", 20))
ENDINGS = (("fully_enforced", 38), ("ended_for_now", 34), ("discontinued", 24), ("application_rejected", 4))
_COURT = re.compile(r"(?:（[0-9]{4}）)?(示[0-9]*)")


def court_of(subject: str) -> str:
    """The court in a case number of the demonstration, or the court itself."""
    found = _COURT.match(subject)
    return found[1] if found else MIDDLE


class Teller:
    """Tells one family of linked cases after another; what is planted happens in the year `watched`."""

    def __init__(self, scribe: Scribe, watched: int) -> None:
        self.scribe = scribe
        self.chance = scribe.chance
        self.watched = watched

    def family(self, filed: date) -> list[Event]:
        """A case filed on that day with all that follows from it, to its end."""
        court = self.scribe.chosen(WEIGHTS)
        way = self.chance.random()
        if way < 0.10:
            self._enforcement(court, filed, None)
        else:
            self._first_instance(MIDDLE if way > 0.95 else court, filed)
        return self.scribe.take()

    def _first_instance(self, court: str, filed: date) -> None:
        scribe, chance = self.scribe, self.chance
        kind = scribe.chosen(KINDS)
        case = scribe.number(filed.year, court, f"{kind}初")
        procedure = scribe.chosen(PROCEDURES[kind])
        data: Event = {
            "procedure": procedure,
            "cause": scribe.chosen(CAUSES[kind]),
            "channel": scribe.chosen((("online", 55), ("on_site", 45))),
        }
        if kind == "民":
            data["amount"] = chance.randint(20, 9_000) * 10_000
        opening = scribe.tell(case, "case.filed", filed, data)
        if chance.random() < 0.01:
            scribe.correct(opening, cause=scribe.chosen(CAUSES[kind]))
        closed, method = self._tried(case, court, kind, filed, procedure)
        if method != "judgment":
            return
        served = seasons.working_day(closed + timedelta(chance.randint(1, 6)))
        limit = served + timedelta(10 if kind == "刑" else 15)
        way = scribe.chosen((("electronic", 60), ("post", 30), ("direct", 10)))
        judgment = {"document": "judgment", "way": way, "last_party": True, "appeal_until": limit.isoformat()}
        scribe.tell(case, "service.made", served, judgment)
        if chance.random() < (0.26 if procedure == "ordinary" else 0.2):
            self._appeal(case, court, kind, seasons.working_day(limit - timedelta(chance.randint(0, 8))))
            return
        scribe.tell(case, "case.archived", seasons.working_day(closed + timedelta(chance.randint(40, 100))))
        if kind == "民" and chance.random() < 0.42:
            self._enforcement(court, seasons.working_day(limit + timedelta(chance.randint(20, 150))), case)
        elif chance.random() < 0.045:
            self._review(case, court, kind, seasons.working_day(limit + timedelta(chance.randint(30, 160))))

    def _tried(self, case: str, court: str, kind: str, filed: date, procedure: str) -> tuple[date, str]:
        """Assigned, served, heard and closed; the day and how."""
        scribe, chance = self.scribe, self.chance
        self._assigned(case, court, kind, filed)
        slow = court == SLOW_COURT and (filed.year, filed.month) >= (self.watched, 3)
        typical = (CRIMINAL_DAYS if kind == "刑" else TYPICAL_DAYS)[procedure]
        closed = seasons.closing_day(filed, int(typical * (1.7 if slow else 1)), chance)
        served = seasons.working_day(filed + timedelta(chance.randint(2, 7)))
        if served < closed:
            scribe.tell(case, "service.made", served, {"document": "complaint", "way": "electronic"})
        self._limit_moved(case, filed, closed, procedure)
        if procedure in ("summary", "small_claims") and kind == "民" and (closed - filed).days > 80:
            scribe.tell(
                case,
                "procedure.converted",
                seasons.working_day(filed + timedelta(60)),
                {"to": "ordinary", "from": procedure},
            )
        method = scribe.chosen(METHODS[kind])
        heard = seasons.working_day(filed + (closed - filed) * 2 // 3)
        if heard < closed and (method == "judgment" or chance.random() < 0.4):
            hearing = scribe.tell(
                case,
                "hearing.held",
                heard,
                {"minutes": chance.randint(20, 180), "online": chance.random() < 0.3},
            )
            if chance.random() < 0.01:
                scribe.retract(
                    scribe.tell(case, "hearing.held", heard, {**_said(hearing), "streamed": True}),
                    "entered_twice",
                )
        if method == "judgment":
            scribe.tell(
                case, "judgment.pronounced", closed, {"in_court": chance.random() < 0.4, "kind": "judgment"}
            )
        wrong = chance.random() < 0.01
        told = scribe.tell(case, "case.closed", closed, {"method": "other" if wrong else method})
        if wrong:
            scribe.correct(told, method=method)
        return closed, method

    def _limit_moved(self, case: str, filed: date, closed: date, procedure: str) -> None:
        """Pauses and extensions of long cases: most of what would be over its limit has a reason."""
        scribe, chance = self.scribe, self.chance
        long = (closed - filed).days > {"small_claims": 60, "summary": 90}.get(procedure, 170)
        way = chance.random()
        if way < (0.55 if long else 0.05):
            begun = seasons.working_day(filed + timedelta(20))
            ended = min(seasons.working_day(begun + timedelta(chance.randint(25, 90))), closed)
            if begun < ended:
                ground = {"clock": "trial_limit", "ground": scribe.chosen(PAUSES)}
                scribe.tell(case, "clock.paused", begun, ground)
                scribe.tell(case, "clock.resumed", ended, ground)
        elif long and way < 0.85:
            asked = seasons.working_day(filed + timedelta(70 if procedure != "ordinary" else 160))
            if asked < closed:
                longer = {
                    "clock": "trial_limit",
                    "approver": "president",
                    "months": 1 if procedure != "ordinary" else 6,
                }
                scribe.tell(case, "clock.extended", asked, longer)

    def _assigned(self, case: str, court: str, kind: str, filed: date) -> None:
        chance, division = self.chance, self.chance.choice(DIVISIONS[kind])
        judge = f"{court.replace('示', 'S')}-{division}-{chance.randint(1, JUDGES.get(court, 3))}"
        on = seasons.working_day(filed + timedelta(chance.randint(0, 3)))
        self.scribe.tell(case, "case.assigned", on, {"judge": judge, "unit": division, "mode": "random"})

    def _appeal(self, first: str, court: str, kind: str, lodged: date) -> None:
        scribe, chance = self.scribe, self.chance
        upper = HIGH if court == MIDDLE else MIDDLE
        scribe.tell(first, "appeal.lodged", lodged, {"party_no": 1})
        filed = seasons.working_day(lodged + timedelta(chance.randint(12, 30)))
        case = scribe.number(filed.year, upper, f"{kind}终")
        scribe.tell(case, "case.filed", filed, {"procedure": "ordinary", "links": links(appealed=first)})
        self._assigned(case, upper, kind, filed)
        closed = seasons.closing_day(filed, 30 if kind == "刑" else 58, chance)
        heavy = court == ALTERED_COURT and filed.year == self.watched
        outcome = "altered" if heavy and chance.random() < 0.3 else scribe.chosen(OUTCOMES)
        corrected = chance.random() < 0.02
        told = scribe.tell(case, "appeal.decided", closed, {"outcome": "upheld" if corrected else outcome})
        if corrected:
            scribe.correct(told, outcome=outcome)
        method = {"withdrawn": "withdrawal", "mediated": "mediation", "remanded": "ruling"}.get(
            outcome, "judgment"
        )
        scribe.tell(case, "case.closed", closed, {"method": method})
        if kind == "民" and outcome in ("upheld", "altered"):
            after = seasons.working_day(closed + timedelta(chance.randint(25, 150)))
            if chance.random() < 0.3:
                self._enforcement(court, after, case)
            elif chance.random() < 0.2:
                self._review(case, upper, kind, after)

    def _review(self, effective: str, court: str, kind: str, filed: date) -> None:
        """An application for retrial, and the retrial if one is granted."""
        scribe, chance = self.scribe, self.chance
        upper = HIGH if court in (MIDDLE, HIGH) else MIDDLE
        review = scribe.number(filed.year, upper, f"{kind}申")
        scribe.tell(review, "case.filed", filed, {"links": links(effective=effective)})
        self._assigned(review, upper, kind, filed)
        closed = seasons.closing_day(filed, 65, chance)
        if chance.random() > 0.2:
            scribe.tell(review, "case.closed", closed, {"method": "dismissed"})
            return
        granted = scribe.chosen((("ordered", 40), ("elevated", 40), ("own_decision", 20)))
        at = upper if granted == "elevated" else court
        scribe.tell(review, "retrial.granted", closed, {"kind": granted, "on": "application", "to_court": at})
        scribe.tell(review, "case.closed", closed, {"method": "ruling"})
        opened = seasons.working_day(closed + timedelta(chance.randint(5, 15)))
        case = scribe.number(opened.year, at, f"{kind}再")
        scribe.tell(case, "case.filed", opened, {"links": links(effective=effective, application=review)})
        self._assigned(case, at, kind, opened)
        decided = seasons.closing_day(opened, 75, chance)
        scribe.tell(
            case,
            "retrial.decided",
            decided,
            {"outcome": scribe.chosen((("altered", 45), ("upheld", 40), ("remanded", 15)))},
        )
        scribe.tell(case, "case.closed", decided, {"method": "judgment"})

    def _enforcement(self, court: str, filed: date, basis: str | None) -> None:
        scribe, chance = self.scribe, self.chance
        case = scribe.number(filed.year, court, "执")
        claimed = chance.randint(10, 3_000) * 10_000
        scribe.tell(case, "case.filed", filed, {"amount": claimed, "links": links(basis=basis)})
        self._assigned(case, court, "执", filed)
        started = seasons.working_day(filed + timedelta(chance.randint(1, 4)))
        scribe.tell(case, "enforcement.step_done", started, {"step": "notice_sent"})
        scribe.tell(case, "enforcement.step_done", started, {"step": "inquiry_started"})
        ending = scribe.chosen(ENDINGS)
        found = ending == "fully_enforced" or chance.random() < 0.3
        scribe.tell(
            case, "property.found", seasons.working_day(started + timedelta(12)), {"enforceable": found}
        )
        slow = court == SLOW_COURT and (filed.year, filed.month) >= (self.watched, 3)
        closed = seasons.closing_day(filed, 135 if slow else 95, chance)
        if ending == "ended_for_now":
            scribe.tell(
                case,
                "coercion.imposed",
                seasons.working_day(started + timedelta(25)),
                {"kind": "consumption_limit", "person_no": 1},
            )
        share = {
            "fully_enforced": 100,
            "ended_for_now": chance.randint(0, 20),
            "discontinued": chance.randint(0, 60),
        }.get(ending, 0)
        recovered = claimed * share // 100
        if recovered:
            paid = max(closed - timedelta(chance.randint(2, 20)), filed)
            scribe.tell(case, "payment.received", seasons.working_day(paid), {"amount": recovered})
        scribe.tell(
            case,
            "case.closed",
            closed,
            {"method": ending, "amount_claimed": claimed, "amount_recovered": recovered},
        )


def _said(event: Event) -> Event:
    """What an event says, without its label."""
    return {name: value for name, value in event["data"].items() if name != "ext"}
