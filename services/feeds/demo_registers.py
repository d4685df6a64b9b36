"""What stands in the registers of an invented court beside its cases: mediation before filing, letters and visits,
supervised matters, judicial proposals; ratings and other work of its judges.
"""

from __future__ import annotations

from datetime import date, timedelta

from services.feeds import demo_places as places
from services.feeds import seasons
from services.feeds.histories import Event, Scribe, links

RESOLVED = (("resolved", 62), ("explained", 22), ("handed_over", 8), ("without_result", 8))
DONE = (("struck_off", 55), ("resolved", 30), ("explained", 15))
MEDIATED = (("succeeded", 70), ("failed", 22), ("withdrawn", 8))
SCORES = (("5", 70), ("4", 20), ("3", 6), ("2", 2), ("1", 2))


class Registrar:
    """Tells entries of the registers, each in one go."""

    def __init__(self, scribe: Scribe) -> None:
        self.scribe = scribe
        self.chance = scribe.chance

    def mediate(self, court: str, opened: date) -> None:
        """A dispute that is mediated and goes no further."""
        self._mediation(court, opened, self.scribe.chosen(MEDIATED))

    def mediated_before(self, court: str, filed: date) -> str | None:
        """The mediation that failed before a case was filed; None where it would lie in another year."""
        opened = seasons.working_day_before(filed - timedelta(self.chance.randint(20, 40)))
        return self._mediation(court, opened, "failed", filed) if opened.year == filed.year else None

    def _mediation(self, court: str, opened: date, outcome: str, before: date | None = None) -> str:
        scribe, chance = self.scribe, self.chance
        entry = scribe.entry(opened.year, court, "mediation")
        data = {"channel": scribe.chosen(places.CHANNELS), "cause": scribe.chosen(places.CAUSES["民"])}
        scribe.tell(entry, "mediation.opened", opened, {**data, "parties": 2})
        ended = (
            seasons.within(opened, 28, chance)
            if before is None
            else min(seasons.within(opened, 15, chance), before)
        )
        closing: Event = {"outcome": outcome}
        if outcome == "succeeded":
            closing["confirmed"] = chance.random() < 0.3
        scribe.tell(entry, "mediation.closed", ended, closing)
        return entry

    def visit(self, court: str, case: str, kind: str, came: date) -> None:
        """A letter or visit about a case, heard and mostly closed."""
        scribe, chance = self.scribe, self.chance
        entry = scribe.entry(came.year, court, "visit")
        channel = scribe.chosen((("letter", 30), ("visit", 45), ("online", 20), ("handed_down", 5)))
        risk = scribe.chosen((("low", 70), ("middle", 22), ("high", 8)))
        data = {"kind": kind, "channel": channel, "risk": risk, "repeated": chance.random() < 0.15}
        scribe.tell(entry, "visit.registered", came, {**data, "links": links(concerns=case)})
        heard = seasons.within(came, 7, chance)
        scribe.tell(entry, "visit.handled", heard, {"step": "heard", "by": "judge"})
        if chance.random() < 0.94:
            outcome = scribe.chosen(DONE if kind == "enforcement" else RESOLVED)
            scribe.tell(entry, "visit.closed", seasons.later(heard, 4, 45, chance), {"outcome": outcome})

    def matter(self, court: str, case: str, opened: date) -> None:
        """A supervised matter about a case: opened with a day due, handed over, closed mostly in time."""
        scribe, chance = self.scribe, self.chance
        entry = scribe.entry(opened.year, court, "matter")
        due = opened + timedelta(30)
        level = scribe.chosen((("normal", 80), ("listed", 15), ("key", 5)))
        data = {"due": due.isoformat(), "level": level, "links": links(concerns=case)}
        scribe.tell(entry, "matter.opened", opened, data)
        scribe.tell(entry, "matter.stepped", seasons.within(opened, 3, chance), {"step": "handed_over"})
        late = chance.random() < 0.13
        done = seasons.later(due, 1, 15, chance) if late else seasons.later(opened, 8, 24, chance)
        scribe.tell(entry, "matter.closed", done)

    def propose(self, court: str, case: str, issued: date) -> None:
        """A judicial proposal that a case gave rise to, mostly answered by the day due."""
        scribe, chance = self.scribe, self.chance
        entry = scribe.entry(issued.year, court, "proposal")
        addressee = scribe.chosen((("agency", 55), ("enterprise", 35), ("other", 10)))
        due = (issued + timedelta(60)).isoformat()
        scribe.tell(
            entry,
            "proposal.issued",
            issued,
            {"addressee": addressee, "due": due, "links": links(concerns=case)},
        )
        if chance.random() < 0.82:
            answered = {"adopted": chance.random() < 0.8}
            scribe.tell(entry, "proposal.answered", seasons.later(issued, 20, 58, chance), answered)

    def rate(self, case: str, on: date) -> None:
        """The service at the counter is rated, 5 the best."""
        data = {"score": int(self.scribe.chosen(SCORES)), "counter": "litigation-service"}
        self.scribe.tell(case, "rating.given", on, data)

    def work(self, case: str, judge: str, on: date) -> None:
        """What a judge did about a case of his beside trying it."""
        kind = self.scribe.chosen((("visit", 5), ("meeting", 3), ("review", 2)))
        data = {"person": judge, "kind": kind, "units": self.chance.randint(1, 3)}
        self.scribe.tell(case, "workload.recorded", on, data)
