"""How an invented case goes in 示例州 and what follows from it: filed, tried, perhaps appealed, enforced, tried again; or
mediated, and never filed.
"""

from __future__ import annotations

from datetime import date, timedelta

from services.feeds import demo_places as places
from services.feeds import seasons
from services.feeds.demo_enforcement import Bailiff
from services.feeds.demo_places import HIGH, MIDDLE
from services.feeds.demo_registers import Registrar
from services.feeds.demo_trials import Clerk, Trial, appeal_until
from services.feeds.histories import Event, Scribe, links

UPPER_METHODS = {"withdrawn": "withdrawal", "mediated": "mediation", "remanded": "ruling"}


class Teller:
    """Tells one family of linked cases after another; what is planted happens in the year `watched`."""

    def __init__(self, scribe: Scribe, watched: int) -> None:
        self.scribe = scribe
        self.chance = scribe.chance
        self.watched = watched
        self.clerk = Clerk(scribe, watched)
        self.bailiff = Bailiff(scribe, self.clerk, watched)
        self.registrar = Registrar(scribe)

    def family(self, filed: date) -> list[Event]:
        """A case filed on that day with all that follows from it, to its end."""
        court = self.scribe.chosen(places.WEIGHTS)
        way = self.chance.random()
        if way < 0.10:
            self._enforce(court, filed, None)
        elif way < 0.16:
            self.registrar.mediate(court, filed)
        elif way < 0.18:
            self._agency(court, filed)
        else:
            self._first_instance(MIDDLE if way > 0.95 else court, filed)
        return self.scribe.take()

    def first_instance(self, court: str, filed: date) -> list[Event]:
        """A case of first instance filed with a court on that day, with all that follows from it."""
        self._first_instance(court, filed)
        return self.scribe.take()

    def _first_instance(self, court: str, filed: date, *, after: str | None = None) -> None:
        """A case of first instance; `after` is the case it was remanded from."""
        trial = self._filed(court, filed, after)
        self.clerk.open(trial)
        self.clerk.move_limit(trial)
        if self.chance.random() < 0.007:
            self._transferred(trial)
        converts = trial.procedure in ("summary", "small_claims") and trial.kind == "民"
        if converts and (trial.closed - filed).days > 80:
            on = seasons.working_day(filed + timedelta(60))
            self.scribe.tell(
                trial.case, "procedure.converted", on, {"to": "ordinary", "from": trial.procedure}
            )
        self.clerk.hear(trial)
        self.clerk.close(trial)
        self._beside(trial)
        if trial.method in ("judgment", "mediation"):
            self._follows(trial)

    def _filed(self, court: str, filed: date, after: str | None) -> Trial:
        scribe, chance = self.scribe, self.chance
        kind = scribe.chosen(places.KINDS) if after is None else "民"
        procedure = scribe.chosen(places.PROCEDURES[kind]) if after is None else "ordinary"
        cause = scribe.chosen(places.CAUSES[kind])
        case = scribe.number(filed.year, court, f"{kind}初")
        mediated = None
        if kind == "民" and after is None and chance.random() < 0.05:
            mediated = self.registrar.mediated_before(court, filed)
        received = seasons.working_day_before(filed - timedelta(chance.randint(1, 5)))
        if kind != "刑" and after is None and chance.random() < 0.15 and received.year == filed.year:
            scribe.tell(case, "filing.received", received)
        data: Event = {
            "procedure": procedure,
            "cause": cause,
            "channel": scribe.chosen(places.CHANNELS),
            "opened_by": "remand" if after else "prosecutor" if kind == "刑" else "party",
            "links": links(mediated=mediated, remanded_from=after),
        }
        defendants = 0
        if kind == "民":
            data["amount"] = chance.randint(20, 9_000) * 10_000
        if kind == "刑":
            defendants = data["defendants"] = chance.choices((1, 2, 3, 5), (80, 12, 6, 2))[0]
        if chance.random() < places.OF_ENTERPRISES.get(cause, 0):
            data["tags"] = ["enterprise"]
        opening = scribe.tell(case, "case.filed", filed, data, **self.clerk.captured())
        if chance.random() < 0.01:
            scribe.correct(opening, cause=scribe.chosen(places.CAUSES[kind]))
        slow = court == places.SLOW_COURT and (filed.year, filed.month) >= (self.watched, 3)
        typical = (places.CRIMINAL_DAYS if kind == "刑" else places.TYPICAL_DAYS)[procedure]
        closed = seasons.closing_day(filed, int(typical * (1.7 if slow else 1)), chance)
        method = scribe.chosen(places.METHODS[kind])
        return Trial(case, court, kind, procedure, cause, filed, closed, method, defendants)

    def _transferred(self, trial: Trial) -> None:
        """To another division of the court; or found to be another case's number, and cancelled or severed."""
        scribe, chance = self.scribe, self.chance
        on = seasons.within(trial.filed, 9, chance)
        if on >= trial.closed:
            return
        way = chance.random()
        if way < 0.5:
            moved = {"to_court": trial.court, "ground": "unit", "unit": trial.division}
            scribe.tell(trial.case, "case.transferred", on, moved)
            return
        other = scribe.number(on.year, trial.court, f"{trial.kind}初")
        severed = way < 0.7
        role = "severed_from" if severed else "joined_into"
        data = {"procedure": trial.procedure, "cause": trial.cause, "links": links(**{role: trial.case})}
        scribe.tell(other, "case.filed", on, data)
        scribe.tell(other, "case.renamed", on, {"kind": "severed" if severed else "joined"})
        ended = trial.closed if severed else on
        scribe.tell(other, "case.closed", ended, {"method": trial.method if severed else "other"})

    def _beside(self, trial: Trial) -> None:
        """What stands in the registers about a case of first instance."""
        chance, registrar, closed = self.chance, self.registrar, trial.closed
        if chance.random() < 0.06:
            registrar.rate(trial.case, seasons.later(closed, 0, 5, chance))
        if chance.random() < 0.03:
            registrar.work(trial.case, trial.judge, seasons.working_day_before(closed - timedelta(1)))
        if chance.random() < 0.012:
            came = seasons.later(closed, 15, 80, chance)
            registrar.visit(trial.court, trial.case, "litigation", came)
        if chance.random() < 0.01:
            registrar.matter(trial.court, trial.case, seasons.later(trial.filed, 2, 20, chance))
        if chance.random() < 0.007:
            registrar.propose(trial.court, trial.case, seasons.later(closed, 3, 20, chance))
        if chance.random() < 0.003:
            changed = {"outcome": "filing_set_aside", "by_court": upper_of(trial.court)}
            self.scribe.tell(
                trial.case, "filing.changed", seasons.later(trial.filed, 10, 25, chance), changed
            )

    def _follows(self, trial: Trial) -> None:
        """An appeal, else effect; then enforcement, or an application for retrial."""
        chance, kind, court = self.chance, trial.kind, trial.court
        limit = appeal_until(trial, trial.closed) if trial.method == "judgment" else trial.closed
        if trial.method == "judgment":
            share = 0.26 if trial.procedure == "ordinary" else 0.2
            if chance.random() < share:
                self._appeal(trial, seasons.working_day_before(limit - timedelta(chance.randint(0, 6))))
                return
        if chance.random() < 0.06:
            effective = limit + timedelta(1)
            self.scribe.tell(
                trial.case,
                "judgment.effective",
                seasons.working_day(effective),
                {"on": effective.isoformat()},
            )
        enforced = 0.42 if trial.method == "judgment" else 0.06
        if kind == "民" and chance.random() < enforced:
            self._enforce(court, seasons.later(limit, 20, 150, chance), trial.case)
        elif trial.method == "judgment" and chance.random() < 0.06:
            self._review(trial.case, court, kind, seasons.later(limit, 30, 160, chance))

    def _enforce(self, court: str, filed: date, basis: str | None) -> None:
        case, closed = self.bailiff.enforce(court, filed, basis)
        if self.chance.random() < 0.06:
            came = min(seasons.later(filed, 30, 90, self.chance), closed)
            self.registrar.visit(court, case, "enforcement", came)

    def _agency(self, court: str, filed: date) -> None:
        """An agency asks that what it ordered be executed: the court rules, the agency carries out."""
        scribe, chance = self.scribe, self.chance
        case = scribe.number(filed.year, court, "行审")
        scribe.tell(case, "case.filed", filed, {"cause": "administrative_penalty", "procedure": "other"})
        self.clerk.assign(case, court, "行", filed)
        closed = seasons.within(filed, 7, chance)
        ruled: Event = {"outcome": "permitted" if chance.random() < 0.9 else "refused"}
        if ruled["outcome"] == "permitted":
            ruled["carried_out_by"] = "agency" if chance.random() < 0.97 else "court"
        scribe.tell(case, "agency_enforcement.ruled", closed, ruled)
        scribe.tell(case, "case.closed", closed, {"method": "ruling"})

    def _appeal(self, first: Trial, lodged: date) -> None:
        scribe, chance, kind = self.scribe, self.chance, first.kind
        upper = upper_of(first.court)
        scribe.tell(first.case, "appeal.lodged", max(lodged, first.closed), {"party_no": 1})
        sent = seasons.within(max(lodged, first.closed), 3 if kind == "刑" else 5, chance)
        scribe.tell(first.case, "file.moved", sent, {"kind": "sent_up", "to_court": upper})
        filed = seasons.within(sent, 5, chance)
        case = scribe.number(filed.year, upper, f"{kind}终")
        data = {"procedure": "ordinary", "opened_by": "party", "links": links(appealed=first.case)}
        scribe.tell(case, "case.filed", filed, data)
        closed = seasons.closing_day(filed, 30 if kind == "刑" else 58, chance)
        heavy = first.court == places.ALTERED_COURT and filed.year == self.watched
        outcome = "altered" if heavy and chance.random() < 0.3 else scribe.chosen(places.OUTCOMES)
        method = UPPER_METHODS.get(outcome, "judgment")
        trial = Trial(case, upper, kind, "ordinary", first.cause, filed, closed, method)
        self.clerk.open(trial)
        self.clerk.hear(trial)
        corrected = chance.random() < 0.02
        told = scribe.tell(case, "appeal.decided", closed, {"outcome": "upheld" if corrected else outcome})
        if corrected:
            scribe.correct(told, outcome=outcome)
        self.clerk.close(trial)
        self._after_appeal(trial, first, outcome)

    def _after_appeal(self, trial: Trial, first: Trial, outcome: str) -> None:
        chance = self.chance
        if trial.kind != "民":
            return
        after = seasons.later(trial.closed, 25, 150, chance)
        if outcome == "remanded" and chance.random() < 0.8:
            self._first_instance(first.court, seasons.within(trial.closed, 20, chance), after=first.case)
        elif outcome in ("upheld", "altered"):
            if chance.random() < 0.3:
                self._enforce(first.court, after, trial.case)
            elif chance.random() < 0.25:
                self._review(trial.case, trial.court, trial.kind, after)

    def _review(self, effective: str, court: str, kind: str, filed: date) -> None:
        """An application for retrial, and the retrial if one is granted."""
        scribe, chance, upper = self.scribe, self.chance, upper_of(court)
        review = scribe.number(filed.year, upper, f"{kind}申")
        scribe.tell(review, "case.filed", filed, {"links": links(effective=effective)})
        self.clerk.assign(review, upper, kind, filed)
        closed = seasons.closing_day(filed, 65, chance)
        if chance.random() > 0.22:
            scribe.tell(review, "case.closed", closed, {"method": "dismissed"})
            scribe.tell(review, "case.archived", seasons.later(closed, 25, 80, chance))
            return
        granted = scribe.chosen((("ordered", 40), ("elevated", 40), ("own_decision", 15), ("designated", 5)))
        at = upper if granted == "elevated" else court
        scribe.tell(review, "retrial.granted", closed, {"kind": granted, "on": "application", "to_court": at})
        scribe.tell(review, "case.closed", closed, {"method": "ruling"})
        scribe.tell(review, "case.archived", seasons.later(closed, 25, 80, chance))
        opened = seasons.within(closed, 15, chance)
        case = scribe.number(opened.year, at, f"{kind}再")
        scribe.tell(case, "case.filed", opened, {"links": links(effective=effective, application=review)})
        decided = seasons.closing_day(opened, 75, chance)
        trial = Trial(case, at, kind, "ordinary", "", opened, decided, "judgment")
        self.clerk.open(trial)
        outcome = scribe.chosen((("altered", 45), ("upheld", 40), ("remanded", 15)))
        scribe.tell(case, "retrial.decided", decided, {"outcome": outcome})
        self.clerk.close(trial)


def upper_of(court: str) -> str:
    """The court above, as far as the demonstration goes."""
    return HIGH if court in (MIDDLE, HIGH) else MIDDLE
