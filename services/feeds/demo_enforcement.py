"""How an invented judgment is enforced in 示例州: notice, inquiry, property, measures, money; ended for now, checked,
asked again, perhaps resumed.
"""

from __future__ import annotations

from datetime import date, timedelta

from services.feeds import demo_places as places
from services.feeds import seasons
from services.feeds.demo_trials import LATE, Clerk
from services.feeds.histories import Event, Scribe, links

ENDINGS = (("fully_enforced", 38), ("ended_for_now", 34), ("discontinued", 24), ("application_rejected", 4))
RESUMED = (("fully_enforced", 58), ("ended_for_now", 30), ("discontinued", 12))
HALF_A_YEAR, ASKED_AGAIN = 182, 10


class Bailiff:
    """Tells enforcement cases, from filing to what follows the closing."""

    def __init__(self, scribe: Scribe, clerk: Clerk, watched: int) -> None:
        self.scribe = scribe
        self.chance = scribe.chance
        self.clerk = clerk
        self.watched = watched

    def enforce(self, court: str, filed: date, basis: str | None) -> tuple[str, date]:
        """A first enforcement of a judgment, or of another title; its number and the day it closed."""
        chance = self.chance
        claimed = chance.randint(10, 3_000) * 10_000
        data: Event = {"amount": claimed, "links": links(basis=basis)}
        case = self.scribe.number(filed.year, court, "执")
        self.scribe.tell(case, "case.filed", filed, data, **self.clerk.captured())
        slow = court == places.SLOW_COURT and (filed.year, filed.month) >= (self.watched, 3)
        closed = seasons.closing_day(filed, 135 if slow else 95, chance)
        ending = self.scribe.chosen(ENDINGS)
        if ending == "ended_for_now" and (closed - filed).days < 95:
            closed = seasons.working_day(filed + timedelta(chance.randint(95, 150)))
        self._steps(case, court, filed, closed, ending)
        self._end(case, court, filed, closed, ending, claimed)
        if ending == "ended_for_now":
            self._afterwards(case, court, closed, claimed)
        return case, closed

    def _steps(self, case: str, court: str, filed: date, closed: date, ending: str) -> None:
        scribe, chance = self.scribe, self.chance
        *_, assigned = self.clerk.assign(case, court, "执", filed)
        late = chance.random() < LATE
        started = seasons.later(assigned, 6, 12, chance) if late else seasons.within(assigned, 3, chance)
        scribe.tell(case, "enforcement.step_done", started, {"step": "notice_sent"})
        if chance.random() < 0.3:
            scribe.tell(case, "enforcement.step_done", started, {"step": "property_report_ordered"})
            notice = {"document": "enforcement_notice", "way": scribe.chosen(places.WAYS)}
            scribe.tell(case, "service.made", started, notice)
        scribe.tell(case, "enforcement.step_done", started, {"step": "inquiry_started"})
        asked = min(seasons.within(started, 9, chance), closed)
        scribe.tell(case, "enforcement.step_done", asked, {"step": "inquiry_done"})
        found = ending == "fully_enforced" or chance.random() < 0.3
        stated = {"enforceable": found}
        scribe.tell(case, "property.found", min(seasons.working_day(asked + timedelta(3)), closed), stated)
        if found and chance.random() < 0.35:
            seized = seasons.working_day(asked + timedelta(6))
            if seized < closed:
                scribe.tell(
                    case, "preservation.ordered", seized, {"kind": "property", "stage": "enforcement"}
                )
                scribe.tell(case, "enforcement.step_done", seized, {"step": "seized"})
        elif chance.random() < 0.2:
            ordered = {"kind": "property", "stage": "litigation", "started_on": filed.isoformat()}
            scribe.tell(case, "preservation.ordered", seasons.working_day(filed + timedelta(1)), ordered)

    def _end(self, case: str, court: str, filed: date, closed: date, ending: str, claimed: int) -> None:
        scribe, chance = self.scribe, self.chance
        self._limit(case, filed, closed)
        if ending == "ended_for_now":
            self._coerce(case, filed, closed)
        share = {
            "fully_enforced": 100,
            "ended_for_now": chance.randint(0, 20),
            "discontinued": chance.randint(0, 60),
        }.get(ending, 0)
        recovered = claimed * share // 100
        if recovered:
            paid = max(closed - timedelta(chance.randint(2, 20)), filed)
            scribe.tell(case, "payment.received", seasons.working_day(paid), {"amount": recovered})
        data = {"method": ending, "amount_claimed": claimed, "amount_recovered": recovered}
        scribe.tell(case, "case.closed", closed, data, **self.clerk.captured())
        if chance.random() < 0.35:
            scribe.tell(case, "disclosure.made", closed, {"what": "enforcement"})
        archived = (95, 120) if chance.random() < 0.04 else (25, 80)
        scribe.tell(case, "case.archived", seasons.later(closed, *archived, chance))

    def _limit(self, case: str, filed: date, closed: date) -> None:
        """An auction or a settlement stops the clock of many that take long."""
        if (closed - filed).days < 150 or self.chance.random() > 0.6:
            return
        begun = seasons.working_day(filed + timedelta(40))
        ended = min(seasons.working_day(begun + timedelta(self.chance.randint(30, 80))), closed)
        if begun < ended:
            ground = self.scribe.chosen((("sale", 6), ("settlement", 3), ("appraisal", 1)))
            data = {"clock": "enforcement_limit", "ground": ground}
            self.scribe.tell(case, "clock.paused", begun, data)
            self.scribe.tell(case, "clock.resumed", ended, data)

    def _coerce(self, case: str, filed: date, closed: date) -> None:
        scribe, chance = self.scribe, self.chance
        on = seasons.working_day(filed + timedelta(chance.randint(25, 40)))
        imposed = {"kind": "consumption_limit", "person_no": 1}
        scribe.tell(case, "coercion.imposed", on, imposed)
        if chance.random() < 0.4:
            listed = {"kind": "dishonest_list", "person_no": 1}
            scribe.tell(case, "coercion.imposed", on, listed)
            lifted = seasons.later(closed, 20, 300, chance)
            if chance.random() < 0.35:
                scribe.tell(case, "coercion.lifted", lifted, {**listed, "ground": "performed"})

    def _afterwards(self, case: str, court: str, closed: date, claimed: int) -> None:
        """Checked; asked again every six months for five years, until it is taken up again."""
        scribe, chance = self.scribe, self.chance
        if chance.random() < 0.6:
            proper = chance.random() < 0.92
            met = {"notice": True, "restricted": True, "exhausted": proper, "three_months": True}
            checked = {"proper": proper, "by": scribe.chosen((("own", 3), ("upper", 1))), **met}
            scribe.tell(case, "termination.checked", seasons.later(closed, 5, 60, chance), checked)
        resumed_after = chance.randint(1, 6) if chance.random() < 0.12 else ASKED_AGAIN
        asked = closed
        for turn in range(1, resumed_after + 1):
            due = closed + timedelta(HALF_A_YEAR * turn)
            asked = seasons.working_day_before(due - timedelta(chance.randint(4, 20)))
            found = turn == resumed_after < ASKED_AGAIN
            if chance.random() < 0.95:
                scribe.tell(case, "termination.requeried", asked, {"found": found})
        if resumed_after < ASKED_AGAIN:
            self._resume(case, court, seasons.later(asked, 3, 12, chance), claimed)

    def _resume(self, before: str, court: str, filed: date, claimed: int) -> None:
        scribe = self.scribe
        case = scribe.number(filed.year, court, "执恢")
        scribe.tell(case, "case.filed", filed, {"amount": claimed, "links": links(resumes=before)})
        closed = seasons.closing_day(filed, 70, self.chance)
        ending = scribe.chosen(RESUMED)
        self._steps(case, court, filed, closed, ending)
        self._end(case, court, filed, closed, ending, claimed)
