"""Feeds and books: a source silent, short or suddenly down; stock and flow that do not add up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final

from plumbline.catalog.definitions import Text
from plumbline.catalog.watches import Watch
from plumbline.warning.verdicts import AMBER, RED, UNKNOWN, WITHIN, Verdict

METHOD_FEED: Final = "feed/1"
METHOD_STOCK: Final = "stock-flow/1"
WEEKS: Final = 8
LEAST_A_DAY: Final = 5
"""A source that usually sends fewer events on such a day may well send none."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One source as one court hears of it. `received` are its events by day, oldest first, ending the day before the one
    looked at; `declared` and `got` what it said and what came over the last closed days (declared 0: it said nothing).
    """

    source: str
    court: str
    rhythm_minutes: int | None
    last_received_at: datetime | None
    received: tuple[int, ...]
    declared: int
    got: int
    declared_days: int


def feeds(
    watch: Watch, found: Sequence[Feed], day: date, now: datetime, *, rests: bool = False
) -> list[Verdict]:
    """What is to be said of every source and court; `rests`: courts rested the day before, so few events are no loss."""
    return [_feed(watch, one, day, now, rests) for one in found]


def _feed(watch: Watch, one: Feed, day: date, now: datetime, rests: bool) -> Verdict:
    before = day - timedelta(days=1)
    document: dict[str, Any] = {
        "title": _words(watch.title),
        "kind": watch.kind,
        "method": METHOD_FEED,
        "figure": one.source,
        "source": one.source,
        "unit": "events",
        "period": before.isoformat(),
        "received": one.received[-1] if one.received else 0,
        "declared": one.declared,
        "rhythm": one.rhythm_minutes,
        "last": one.last_received_at.isoformat(timespec="minutes") if one.last_received_at else None,
        "coverage": one.got / one.declared if one.declared else None,
        "value": one.received[-1] if one.received else None,
        "picture": {
            "days": [(day - timedelta(days=back)).isoformat() for back in range(len(one.received), 0, -1)],
            "received": list(one.received),
        },
    }
    level, stage = _stage(watch, one, now, document, rests)
    return Verdict(
        one.court,
        one.source,
        before.isoformat(),
        level,
        cause="coverage",
        document={**document, "stage": stage},
    )


def _stage(watch: Watch, one: Feed, now: datetime, document: dict[str, Any], rests: bool) -> tuple[str, str]:
    if one.last_received_at is None:
        return UNKNOWN, "silent"
    if one.rhythm_minutes is not None:
        waited = (now - one.last_received_at).total_seconds() / 60
        if waited > one.rhythm_minutes * float(watch.setting("late")):
            return RED, "silent"
    if one.declared and one.got / one.declared < float(watch.setting("short")):
        document["received"] = one.got
        return RED if one.got / one.declared < 1 - float(watch.setting("loss")) else AMBER, "short"
    usual = usual_day(one.received)
    document["expected"] = usual
    judged = usual is not None and usual >= LEAST_A_DAY and bool(one.received) and not rests
    if (
        usual is not None
        and judged
        and one.received[-1] < least_expected(usual, float(watch.setting("loss")))
    ):
        return AMBER, "loss"
    return WITHIN, "in_order"


def least_expected(usual: float, loss: float) -> float:
    """The fewest events that are no sudden loss: the share let pass, and twice the spread of a count."""
    return usual * (1 - loss) - 2.0 * math.sqrt(usual)


def usual_day(received: Sequence[int]) -> float | None:
    """The median of the same weekday in the eight weeks before the last day; None with fewer than four of them."""
    past = [received[-1 - 7 * week] for week in range(1, WEEKS + 1) if len(received) > 7 * week]
    return float(median(past)) if len(past) >= 4 else None


@dataclass(frozen=True, slots=True)
class Balance:
    """One balance of one court and period: each term with its words, sign and amount, and what does not add up."""

    court: str
    id: str
    title: Text
    period: str
    terms: tuple[tuple[Text, int, int], ...]
    closing: tuple[Text, int]
    difference: int


def stock_flow(watch: Watch, found: Sequence[Balance]) -> list[Verdict]:
    """Every balance that does not add up."""
    verdicts = []
    for one in found:
        level = RED if abs(one.difference) > int(watch.setting("least")) else WITHIN
        zh = "".join(
            f"{'+' if sign > 0 else '-'}{text.zh} {amount}" for text, sign, amount in one.terms
        ).lstrip("+")
        en = " ".join(
            f"{'+' if sign > 0 else '-'} {text.en} {amount}" for text, sign, amount in one.terms
        ).lstrip("+ ")
        document: Mapping[str, Any] = {
            "title": _words(watch.title),
            "kind": watch.kind,
            "method": METHOD_STOCK,
            "figure": one.id,
            "figure_title": _words(one.title),
            "unit": "cases",
            "period": one.period,
            "value": one.difference,
            "difference": one.difference,
            "terms": {
                "zh": f"{zh} 应等于{one.closing[0].zh} {one.closing[1]}",
                "en": f"{en} should be {one.closing[0].en} {one.closing[1]}",
            },
        }
        verdicts.append(Verdict(one.court, one.id, one.period, level, document=document))
    return verdicts


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
