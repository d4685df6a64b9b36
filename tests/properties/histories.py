"""Records of a small world: nine cases of three instances, whose events come in every order a court system
can manage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from tests import keeper

FIRST = ("（2019）示2401民初1号", "（2020）示2401民初2号", "（2020）示2402民初3号", "（2020）示2402民初4号")
SECOND = ("（2020）示24民终1号", "（2020）示24民终2号")
REVIEW = ("（2020）示民申1号", "（2020）示24民申2号")
CASES = FIRST + SECOND + REVIEW
COURTS = ("示", "示24", "示2401", "示2402")
GROUNDS = ("appraisal", "announcement")
KEYS = ("dispute:a", "dispute:b")

Making = Callable[[str, int, date], dict[str, Any]]


def _filed(case: str, pick: int, day: date) -> dict[str, Any]:
    data: dict[str, Any] = {} if pick % 3 == 0 else {"procedure": ("summary", "ordinary")[pick % 2]}
    links = []
    if case in SECOND and pick % 5:
        links.append({"role": "appealed", "subject": FIRST[pick % 4]})
    if case in REVIEW and pick % 5:
        links.append({"role": "effective", "subject": (FIRST + SECOND)[pick % 6]})
    links += _keys(pick)
    return data | ({"links": links} if links else {})


def _described(case: str, pick: int, day: date) -> dict[str, Any]:
    """Something told of a case later, with the keys it then has."""
    keys = _keys(pick)
    return {"parties": 1 + pick % 3} | ({"links": keys} if keys else {})


def _keys(pick: int) -> list[dict[str, str]]:
    """No key, one, or two, of a few that many cases share."""
    named = ((), (KEYS[0],), (KEYS[1],), KEYS)[pick // 7 % 4]
    return [{"role": "dispute", "subject": key} for key in named]


def _paused(case: str, pick: int, day: date) -> dict[str, Any]:
    data: dict[str, Any] = {"clock": "trial_limit", "ground": GROUNDS[pick % 2]}
    return data | ({"until": str(day + timedelta(days=pick % 9))} if pick % 3 == 0 else {})


KINDS: Mapping[str, Making] = {
    "case.filed": _filed,
    "case.described": _described,
    "case.closed": lambda case, pick, day: {"method": ("judgment", "withdrawal", "mediation")[pick % 3]},
    "case.reopened": lambda case, pick, day: {"ground": "resumed"},
    "hearing.held": lambda case, pick, day: {"minutes": pick % 60} if pick % 3 else {},
    "case.transferred": lambda case, pick, day: {"to_court": COURTS[pick % 4], "ground": "jurisdiction"},
    "case.assigned": lambda case, pick, day: {"judge": f"j{pick % 3}"},
    "procedure.converted": lambda case, pick, day: {"to": ("summary", "ordinary")[pick % 2]},
    "clock.paused": _paused,
    "clock.resumed": lambda case, pick, day: {"clock": "trial_limit", "ground": GROUNDS[pick % 2]},
    "clock.extended": lambda case, pick, day: {
        "clock": "trial_limit",
        "approver": "president",
        "months": 1 + pick % 2,
    },
    "appeal.decided": lambda case, pick, day: {"outcome": ("altered", "remanded", "upheld")[pick % 3]},
    "retrial.granted": lambda case, pick, day: {"kind": "ordered", "to_court": "示2401"},
}


def event(number: int, kind: str, case: str, day: date, pick: int) -> dict[str, Any]:
    """A record; every third knows the hour, the others only the day."""
    moment = f"{day}T{9 + pick % 8:02}:00:00" if pick % 3 == 1 else str(day)
    return keeper.record(number, kind, case, moment, **KINDS[kind](case, pick, day))


def figure(number: int, where: str, day: date, value: int) -> dict[str, Any]:
    """A reported figure of a court, as of the end of the month before."""
    last = str(day.replace(day=1) - timedelta(days=1))
    data = {"measure": "staff", "from": last, "until": last, "value": value, "unit": "persons"}
    return keeper.record(number, "figure.reported", where, str(day), **data)


def correction(
    number: int, original: Mapping[str, Any], case: str, day: date, pick: int, revision: int
) -> dict[str, Any]:
    """The same kind of event with new content, in this or another case."""
    if original["type"] == "figure.reported":
        made = figure(number, original["subject"], day, 1 + pick % 40)
    else:
        made = event(number, original["type"], case, day, pick)
    return made | {"replaces": original["id"], "revision": revision}


def retraction(number: int, original: Mapping[str, Any], case: str, revision: int) -> dict[str, Any]:
    """It did not happen; stated in its own case or, by mistake, in another."""
    subject = original["subject"] if original["type"] == "figure.reported" else case
    return keeper.record(
        number, "event.retracted", subject, original["time"][:10], replaces=original["id"], revision=revision
    )
