"""How an invented case is tried in 示例州, node by node: opened, prepared, heard, closed, published, archived. Most
nodes keep their deadlines, a few are late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.feeds import demo_places as places
from services.feeds import seasons
from services.feeds.histories import Event, Scribe

LATE = 0.06
BY_HAND = 0.03


@dataclass(slots=True)
class Trial:
    """A case on trial: what is known of it while it is told."""

    case: str
    court: str
    kind: str
    procedure: str
    cause: str
    filed: date
    closed: date
    method: str
    defendants: int = 0
    judge: str = ""
    division: str = ""

    @property
    def is_first(self) -> bool:
        return self.case.rstrip("0123456789号").endswith("初")

    @property
    def with_panel(self) -> bool:
        return self.procedure == "ordinary"


class Clerk:
    """Tells the nodes of a trial."""

    def __init__(self, scribe: Scribe, watched: int) -> None:
        self.scribe = scribe
        self.chance = scribe.chance
        self.watched = watched

    def captured(self) -> dict[str, str]:
        """How an entry came to the source: now and then somebody typed it in."""
        return {"captured": "hand"} if self.chance.random() < BY_HAND else {}

    def assign(self, case: str, court: str, kind: str, filed: date) -> tuple[str, str, date]:
        """To a division and a judge of it, within three days; returns both and the day."""
        division = self.chance.choice(places.DIVISIONS[kind])
        judge, role = places.chosen_judge(court, division, kind, self.chance)
        data = {"judge": judge, "unit": division, "mode": "random", "judge_role": role}
        on = seasons.within(filed, 3, self.chance)
        self.scribe.tell(case, "case.assigned", on, data)
        return division, judge, on

    def open(self, trial: Trial) -> None:
        """Assigned, the panel formed, the complaint served, counsel entered."""
        scribe, chance = self.scribe, self.chance
        trial.division, trial.judge, _ = self.assign(trial.case, trial.court, trial.kind, trial.filed)
        self._panel(trial)
        if trial.kind != "刑" and trial.is_first:
            late = chance.random() < LATE
            served = (
                seasons.later(trial.filed, 7, 10, chance) if late else seasons.within(trial.filed, 5, chance)
            )
            if served < trial.closed:
                way = scribe.chosen(places.WAYS)
                scribe.tell(trial.case, "service.made", served, {"document": "complaint", "way": way})
        self._counsel(trial)
        self._described(trial)
        self._four_kinds(trial)
        if trial.kind == "民" and trial.is_first and chance.random() < 0.07:
            on = seasons.within(trial.filed, 5, chance)
            if on < trial.closed:
                ordered = {"kind": "property", "stage": "litigation", "insured": chance.random() < 0.6}
                scribe.tell(trial.case, "motion.filed", trial.filed, {"kind": "preservation"})
                scribe.tell(trial.case, "motion.decided", on, {"kind": "preservation", "outcome": "granted"})
                scribe.tell(trial.case, "preservation.ordered", on, ordered)

    def _panel(self, trial: Trial) -> None:
        chance = self.chance
        if not (trial.with_panel or chance.random() < 0.12):
            return
        formed = seasons.later(trial.filed, 3, 12, chance)
        if formed >= trial.closed:
            return
        data: Event = {"form": "panel" if trial.with_panel else "sole"}
        if trial.with_panel:
            lay = trial.is_first and chance.random() < 0.55
            data["assessors"] = chance.randint(1, 2) if lay else 0
        late = chance.random() < LATE
        told = seasons.later(formed, 5, 7, chance) if late else seasons.within(formed, 3, chance)
        if told < trial.closed:
            data["told_parties_on"] = told.isoformat()
        self.scribe.tell(trial.case, "panel.formed", formed, data)
        if told < trial.closed and chance.random() < 0.25:
            notice = {"document": "panel_notice", "way": self.scribe.chosen(places.WAYS)}
            self.scribe.tell(trial.case, "service.made", told, notice)

    def _counsel(self, trial: Trial) -> None:
        chance = self.chance
        on = seasons.later(trial.filed, 2, 9, chance)
        if on >= trial.closed:
            return
        if trial.kind == "刑" and trial.is_first and chance.random() < 0.93:
            kind = "defence" if chance.random() < 0.6 else "legal_aid"
            data = {"kind": kind, "side": "defendant", "party_no": 1}
            self.scribe.tell(trial.case, "counsel.entered", on, data)
        elif trial.kind != "刑" and chance.random() < 0.06:
            self.scribe.tell(trial.case, "counsel.entered", on, {"kind": "agent", "side": "claimant"})

    def _described(self, trial: Trial) -> None:
        """Must search similar cases, and does; or is found to concern an enterprise, or not to."""
        scribe, chance = self.scribe, self.chance
        on = seasons.later(trial.filed, 4, 12, chance)
        if on >= trial.closed or not trial.is_first:
            return
        if trial.with_panel and chance.random() < 0.2:
            scribe.tell(trial.case, "case.described", on, {"must_search": True})
            searched = seasons.working_day_before(trial.closed - timedelta(chance.randint(1, 8)))
            if chance.random() < 0.9 and on < searched:
                found = {"found": chance.randint(1, 12), "report": chance.random() < 0.7}
                scribe.tell(trial.case, "similar_cases.searched", searched, found)
        elif trial.cause in places.OF_ENTERPRISES and chance.random() < 0.03:
            data = {"tags_added" if chance.random() < 0.7 else "tags_removed": ["enterprise"]}
            scribe.tell(trial.case, "case.described", on, data)

    def _four_kinds(self, trial: Trial) -> None:
        scribe, chance = self.scribe, self.chance
        on = seasons.later(trial.filed, 1, 20, chance)
        if chance.random() > (0.05 if trial.with_panel else 0.008) or on >= trial.closed:
            return
        by = scribe.chosen((("filing_office", 4), ("judge", 3), ("presiding", 1), ("rule", 2)))
        scribe.tell(trial.case, "four_kinds.flagged", on, {"kind": chance.randint(1, 4), "by": by})
        supervised = seasons.within(on, 10, chance)
        if chance.random() < 0.92 and supervised < trial.closed:
            act = scribe.chosen((("report_heard", 6), ("meeting_called", 3), ("committee_referred", 1)))
            scribe.tell(trial.case, "four_kinds.supervised", supervised, {"act": act, "by": "division_head"})

    def hear(self, trial: Trial) -> None:
        """Announced and heard, the file kept in step."""
        scribe, chance = self.scribe, self.chance
        heard = seasons.working_day(trial.filed + (trial.closed - trial.filed) * 2 // 3)
        if heard >= trial.closed or not (trial.method == "judgment" or chance.random() < 0.4):
            return
        if chance.random() < 0.3:
            self._announce(trial, heard)
        held = {
            "minutes": chance.randint(20, 180),
            "online": chance.random() < 0.3,
            "open": chance.random() < 0.94,
            "streamed": chance.random() < 0.42,
        }
        told = scribe.tell(trial.case, "hearing.held", heard, held)
        if chance.random() < 0.01:
            said = {name: value for name, value in told["data"].items() if name != "ext"}
            again = scribe.tell(trial.case, "hearing.held", heard, {**said, "adjourned": True})
            scribe.retract(again, "entered_twice")
        if trial.kind == "刑" and trial.is_first and trial.method == "judgment" and chance.random() < 0.84:
            scribe.tell(trial.case, "leniency.applied", heard, {"defendants": trial.defendants})

    def _announce(self, trial: Trial, heard: date) -> None:
        """A hearing is fixed, and the parties told three days before it."""
        scribe, chance = self.scribe, self.chance
        ahead = chance.randint(1, 2) if chance.random() < LATE else chance.randint(4, 7)
        told = seasons.working_day_before(heard - timedelta(ahead))
        if told <= trial.filed:
            return
        fixed = {"on": heard.isoformat(), "announced": True}
        scribe.tell(trial.case, "hearing.scheduled", told, fixed)
        notice = {"document": "hearing_notice", "way": scribe.chosen(places.WAYS)}
        scribe.tell(trial.case, "service.made", told, notice)

    def close(self, trial: Trial) -> None:
        """Pronounced and closed; now and then closed in error, or corrected afterwards."""
        scribe, chance = self.scribe, self.chance
        if chance.random() < 0.4:
            synced = {"node": "hearing", "in_time": chance.random() < 0.95}
            day = seasons.working_day_before(max(trial.filed, trial.closed - timedelta(2)))
            scribe.tell(trial.case, "file.synced", max(day, trial.filed), synced)
        if chance.random() < 0.004:
            error = seasons.working_day_before(trial.closed - timedelta(chance.randint(4, 9)))
            if error > trial.filed + timedelta(9):
                scribe.tell(trial.case, "case.closed", error, {"method": "other"})
                undone = seasons.within(error, 3, chance)
                scribe.tell(trial.case, "case.reopened", undone, {"ground": "closed_in_error"})
        in_court = trial.method == "judgment" and chance.random() < 0.4
        if trial.method == "judgment":
            pronounced = {"in_court": in_court, "kind": "judgment"}
            scribe.tell(trial.case, "judgment.pronounced", trial.closed, pronounced)
        wrong = chance.random() < 0.01
        data = self._closing(trial) | {"method": "other" if wrong else trial.method}
        told = scribe.tell(trial.case, "case.closed", trial.closed, data, **self.captured())
        if wrong:
            scribe.correct(told, method=trial.method)
        self._serve(trial, in_court)
        self._publish(trial)
        late = chance.random() < 0.04
        archived = seasons.later(trial.closed, *((95, 120) if late else (25, 80)), chance)
        scribe.tell(trial.case, "case.archived", archived)

    def _closing(self, trial: Trial) -> Event:
        """What a closing states beside its method."""
        chance = self.chance
        data: Event = {}
        if trial.method in ("judgment", "ruling", "dismissed"):
            data["publishable"] = trial.cause not in places.NOT_PUBLISHED and chance.random() < 0.95
        if trial.kind == "刑" and trial.is_first:
            data["defendants"] = trial.defendants
            if chance.random() < 0.9:
                data["defendants_defended"] = sum(chance.random() < 0.93 for _ in range(trial.defendants))
        if trial.procedure in ("small_claims", "summary") and trial.is_first:
            data["fast_track"] = trial.procedure == "small_claims" or chance.random() < 0.3
        return data

    def _serve(self, trial: Trial, in_court: bool) -> None:
        """The judgment: at once, or within ten days (criminal five) where it was pronounced in court."""
        scribe, chance = self.scribe, self.chance
        document = {"judgment": "judgment", "mediation": "mediation", "dismissed": "ruling"}.get(trial.method)
        if document is None:
            return
        served = trial.closed
        if in_court or chance.random() < LATE:
            served = seasons.within(trial.closed, 5 if trial.kind == "刑" else 9, chance)
        data: Event = {"document": document, "way": scribe.chosen(places.WAYS), "last_party": True}
        if trial.is_first and document != "mediation":
            data["appeal_until"] = appeal_until(trial, served).isoformat()
        scribe.tell(trial.case, "service.made", served, data)

    def _publish(self, trial: Trial) -> None:
        scribe, chance = self.scribe, self.chance
        after = seasons.later(trial.closed, 12, 40, chance)
        if trial.method in ("judgment", "dismissed") and trial.cause not in places.NOT_PUBLISHED:
            if chance.random() < 0.03:
                scribe.tell(
                    trial.case, "disclosure.exempted", after, {"what": "judgment", "ground": "privacy"}
                )
            elif chance.random() < 0.93:
                scribe.tell(trial.case, "disclosure.made", after, {"what": "judgment"})
        if chance.random() < 0.1:
            scribe.tell(trial.case, "disclosure.made", trial.closed, {"what": "process"})

    def move_limit(self, trial: Trial) -> None:
        """Pauses and extensions of long cases: most of what would be over its limit has a reason."""
        scribe, chance = self.scribe, self.chance
        filed, closed = trial.filed, trial.closed
        long = (closed - filed).days > {"small_claims": 60, "summary": 90}.get(trial.procedure, 170)
        way = chance.random()
        if way < (0.55 if long else 0.05):
            begun = seasons.working_day(filed + timedelta(20))
            ended = min(seasons.working_day(begun + timedelta(chance.randint(25, 90))), closed)
            if begun < ended:
                ground = {"clock": "trial_limit", "ground": scribe.chosen(places.PAUSES)}
                scribe.tell(trial.case, "clock.paused", begun, ground)
                scribe.tell(trial.case, "clock.resumed", ended, ground)
        elif long and way < 0.85:
            asked = seasons.working_day(filed + timedelta(70 if trial.procedure != "ordinary" else 160))
            if asked < closed:
                months = 1 if trial.procedure != "ordinary" else 6
                longer = {"clock": "trial_limit", "approver": "president", "months": months}
                scribe.tell(trial.case, "clock.extended", asked, longer)


def appeal_until(trial: Trial, served: date) -> date:
    """The last day for an appeal against what was served on a day."""
    ten = trial.kind == "刑" or trial.method == "dismissed"
    return served + timedelta(10 if ten else 15)
