"""Which days of a case do not count for a clock: every pause from its day to its end, laid over one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.referee import clauses, packs
from tests.referee.histories import Happening

ONE = timedelta(days=1)
NEVER = date.max


@dataclass
class Pause:
    """One pause: the day it begins, the first day after it (`NEVER` while it lasts), and, of a ground that makes the
    limit run anew, the day it does.
    """

    begins: date
    ends: date
    anew: date | None = None


@dataclass
class Block:
    """Days of pauses that touch or overlap, from `begins` up to, not including, `ends`; the days on which the limit runs anew."""

    begins: date
    ends: date
    anew: list[date] = field(default_factory=list)


def later(day: date, months: int, days: int) -> date:
    """So many months (the same day of the month, or its last) and days later; earlier where they are below 0."""
    moved = clauses.evaluate("add_months(day, months)", {"day": day, "months": months}.get)
    return date.fromordinal(moved) + timedelta(days=days)


def blocks(
    clock: str,
    grounds: Sequence[Mapping[str, Any]] | None,
    traits: Mapping[str, Any],
    own: Sequence[Happening],
) -> list[Block]:
    """The pauses of a clock as blocks, in order. `grounds` are the rows of its table; None: every ground pauses."""
    whole: list[Block] = []
    for pause in sorted(_pauses(clock, grounds, traits, own), key=lambda one: (one.begins, one.ends)):
        if not whole or pause.begins > whole[-1].ends:
            whole.append(Block(pause.begins, pause.ends))
        whole[-1].ends = max(whole[-1].ends, pause.ends)
        if pause.anew is not None:
            whole[-1].anew.append(pause.anew)
    return whole


def _pauses(
    clock: str,
    grounds: Sequence[Mapping[str, Any]] | None,
    traits: Mapping[str, Any],
    own: Sequence[Happening],
) -> list[Pause]:
    mine = [one for one in own if one.data.get("clock") == clock]
    found: list[Pause] = []
    for ground in sorted({one.data["ground"] for one in mine if "ground" in one.data}):
        about = [one for one in mine if one.data.get("ground") == ground]
        found += _of_one_ground(about, ground, grounds, traits)
    return [one for one in found if one.ends > one.begins]


def _of_one_ground(
    about: Sequence[Happening],
    ground: str,
    grounds: Sequence[Mapping[str, Any]] | None,
    traits: Mapping[str, Any],
) -> list[Pause]:
    """A pause said again while it lasts is prolonged; one that came back before its last day ended then."""
    found: list[Pause] = []
    rule: Mapping[str, Any] = {}
    said: date | None = None  # the last day that was said, of the pause that lasts
    lasting = False

    def close(resumed: date | None) -> None:
        pause = found[-1]
        stated = [day for day in (resumed, said + ONE if said is not None else None) if day is not None]
        pause.ends = min([*stated, _longest(pause.begins, rule)])
        if rule.get("effect") == "restarts":
            over = [day for day in (resumed, said) if day is not None]
            pause.anew = min(over) if over else None

    for one in about:
        if one.type == "clock.resumed":
            if lasting:
                close(one.day)
            lasting = False
            continue
        fits = [{}] if grounds is None else [row for row in grounds if _fits(row, ground, traits, one.day)]
        until = one.data.get("until")
        if not fits:
            continue
        upto = None if until is None else date.fromisoformat(until)
        over = (
            min(_longest(found[-1].begins, rule), NEVER if said is None else said + ONE) if lasting else None
        )
        if over is not None and one.day < over:
            said = None if said is None or upto is None else max(said, upto)
            continue
        if lasting:
            close(None)
        rule, said, lasting = fits[0], upto, True
        found.append(Pause(one.day, NEVER))
    if lasting:
        close(None)
    return found


def _longest(begins: date, rule: Mapping[str, Any]) -> date:
    """The first day that a pause may no longer cover."""
    if not rule.get("months") and not rule.get("days"):
        return NEVER
    return later(begins, rule.get("months", 0), rule.get("days", 0))


def _fits(row: Mapping[str, Any], ground: str, traits: Mapping[str, Any], day: date) -> bool:
    if ground not in packs.many(row["ground"]):
        return False
    if day < row.get("from", date.min) or day >= row.get("until", NEVER):
        return False
    return all(traits.get(name) in packs.many(row[name]) for name in TRAITS if name in row)


TRAITS = ("category", "instance", "procedure", "case_type")
