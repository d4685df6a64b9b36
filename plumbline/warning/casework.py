"""Single cases and nodes against their clocks: due soon, likely to be late, passed; nodes late, left open, skipped or
out of order. It speaks of cases, never of those who work on them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from plumbline.catalog.definitions import Text
from plumbline.catalog.watches import Watch
from plumbline.warning.verdicts import AMBER, RED, WITHIN, Verdict

METHOD_CLOCK: Final = "case-clock/1"
METHOD_NODE: Final = "process-node/1"
SURVIVORS: Final = 20
"""Fewer closed cases of such an age say nothing of how long another will take."""
LISTED: Final = 50
LEVELS: Final[Mapping[str, str]] = {"running": WITHIN, "likely": AMBER, "soon": AMBER, "passed": RED}
"""The stages of a running case, each graver than the one before, with the level of its verdict."""


@dataclass(frozen=True, slots=True)
class Running:
    """A case whose clock runs: the last day it may take, and since when it is pending; `sealed` cases are never named."""

    court: str
    subject: str
    category: str
    limit_day: date
    begun_on: date | None
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock by its id and words."""

    id: str
    title: Text


def clocks(
    watch: Watch,
    clock: Clock,
    running: Sequence[Running],
    day: date,
    durations: Mapping[tuple[str, str], Sequence[int]],
) -> list[Verdict]:
    """Every running case that is past its limit, due soon, or likely to be late. `durations`: by court and category,
    the days that closed cases took, rising.
    """
    found = []
    for one in running:
        if one.sealed:
            continue
        left = (one.limit_day - day).days
        stage, chance = standing(watch, one, day, durations.get((one.court, one.category), ()))
        document = {
            "title": _words(watch.title),
            "kind": watch.kind,
            "method": METHOD_CLOCK,
            "figure": clock.id,
            "clock": clock.id,
            "clock_title": _words(clock.title),
            "case": one.subject,
            "limit_day": one.limit_day.isoformat(),
            "days_left": left,
            "stage": stage,
            "period": day.isoformat(),
            "unit": "days",
            "value": left,
            **(chance or {"probability": None, "band": None}),
        }
        found.append(
            Verdict(
                one.court,
                f"{clock.id} {one.subject}",
                one.limit_day.isoformat(),
                LEVELS[stage],
                subject=one.subject,
                document=document,
            )
        )
    return found


def standing(
    watch: Watch, one: Running, day: date, durations: Sequence[int], ahead: int = 0
) -> tuple[str, dict[str, Any] | None]:
    """The stage of a running case on a day, one of LEVELS, and the chance it rests on where that is known. `ahead`: the
    stage of so many days later, were nothing to happen until then; but passed only once it has.
    """
    soon, likely = int(watch.setting("soon")), float(watch.setting("likely"))
    left = (one.limit_day - day).days
    chance = late(one, day, durations)
    if ahead:
        chance = late(one, day + timedelta(days=ahead), durations) or chance
    if left < 0:
        return "passed", chance
    if left - ahead <= soon:
        return "soon", chance
    if chance is not None and chance["probability"] >= likely and left - ahead <= horizon(watch):
        return "likely", chance
    return "running", chance


def horizon(watch: Watch) -> int:
    """Days before its limit from which a case is looked at."""
    return 2 * int(watch.setting("soon"))


def ended(watch: Watch, court: str, thing: str, name: Text, day: date) -> Verdict:
    """A case whose clock runs no more: it was closed, or its limit moved away."""
    clock, _, subject = thing.partition(" ")
    said = Text(f"{subject} 已结案，或期限已延后。", f"{subject} was closed, or its limit has moved.")
    document = {
        "title": _words(watch.title),
        "kind": watch.kind,
        "method": METHOD_CLOCK,
        "figure": clock,
        "clock": clock,
        "case": subject,
        "stage": "ended",
        "period": day.isoformat(),
        "court": court,
        "court_name": _words(name),
        "causes": [],
        "text": {
            "zh": f"{name.zh}：{watch.title.zh}。{said.zh}",
            "en": f"{name.en}: {watch.title.en}. {said.en}",
        },
    }
    return Verdict(court, thing, day.isoformat(), WITHIN, subject=subject, document=document)


def late(one: Running, day: date, durations: Sequence[int]) -> dict[str, Any] | None:
    """The chance that a case passes its limit, from closed cases of its court and category that were as old, with the
    days by which 10 and 90 in 100 of them were closed; None where too few were.
    """
    if one.begun_on is None:
        return None
    age, limit = (day - one.begun_on).days, (one.limit_day - one.begun_on).days
    begin = bisect_right(durations, age)
    older = len(durations) - begin
    if older < SURVIVORS:
        return None
    beyond = len(durations) - bisect_right(durations, max(age, limit))
    band = [durations[begin + min(older - 1, math.floor(share * older))] for share in (0.1, 0.9)]
    return {"probability": beyond / older, "band": band, "alike": older}


@dataclass(frozen=True, slots=True)
class Node:
    """One node of one case: what stands about it on the day looked at."""

    court: str
    subject: str
    stage: str
    limit_day: date
    sealed: bool = False


def stage_of(
    limit_day: date, stopped_on: date | None, moved_on: bool, before: date | None, day: date, grace: int
) -> str | None:
    """late, open, skipped or order; None where nothing is to be said. `moved_on`: the case has gone on to what comes
    after; `before`: the day of the node that must come first, where that is known.
    """
    if stopped_on is not None:
        if before is not None and stopped_on < before:
            return "order"
        return "late" if (stopped_on - limit_day).days > grace else None
    if (day - limit_day).days <= grace:
        return None
    return "skipped" if moved_on else "open"


def nodes(
    watch: Watch,
    clock: Clock,
    found: Sequence[Node],
    courts: Sequence[str],
    day: date,
    due: Mapping[str, int],
) -> list[Verdict]:
    """One verdict a court: how many nodes of the month are off, with the cases. `due`: by court, nodes that fell due."""
    verdicts = []
    for court in courts:
        mine = [one for one in found if one.court == court]
        stages = {
            stage: sum(one.stage == stage for one in mine) for stage in ("late", "open", "skipped", "order")
        }
        standing = [one for one in mine if one.stage in ("open", "skipped")]
        level = RED if standing else AMBER if mine else WITHIN
        shown = sorted((one for one in mine if not one.sealed), key=lambda one: (one.limit_day, one.subject))
        first = shown[0] if shown else None
        document = {
            "title": _words(watch.title),
            "kind": watch.kind,
            "method": METHOD_NODE,
            "figure": clock.id,
            "clock": clock.id,
            "clock_title": _words(clock.title),
            "period": day.isoformat()[:7],
            "unit": "cases",
            "value": len(mine),
            "numerator": len(mine),
            "denominator": due.get(court, 0),
            "stages": stages,
            "case": first.subject if first else "",
            "stage": first.stage if first else "open",
            "limit_day": first.limit_day.isoformat() if first else "",
            "cases": [
                {"case": one.subject, "stage": one.stage, "limit_day": one.limit_day.isoformat()}
                for one in shown[:LISTED]
            ],
        }
        verdicts.append(Verdict(court, clock.id, day.isoformat()[:7], level, document=document))
    return verdicts


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
