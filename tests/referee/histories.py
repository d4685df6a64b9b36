"""Raw records: each key once, which of a family counts, the order of a case, and what a case number says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tests.referee import packs

SHANGHAI = ZoneInfo("Asia/Shanghai")
_NUMBER = re.compile(r"（(\d{4})）([^\d]\d{0,4})(.+?)(\d+)号$")


@dataclass(frozen=True, eq=False)
class Happening:
    """An event that counts: its record, and the court day it lies on."""

    record: Mapping[str, Any]
    day: date

    @property
    def type(self) -> str:
        return str(self.record["type"])

    @property
    def data(self) -> Mapping[str, Any]:
        return self.record.get("data") or {}

    @property
    def links(self) -> list[tuple[str, str]]:
        return [(one["role"], one["subject"]) for one in self.data.get("links", [])]


def by_case(records: Iterable[Mapping[str, Any]], ranks: Mapping[str, int]) -> dict[str, list[Happening]]:
    """Every case with its events that count, in the order of the case."""
    cases: dict[str, list[Mapping[str, Any]]] = {}
    for record in _that_count(records):
        cases.setdefault(record["subject"], []).append(record)
    return {case: _in_order(each, ranks) for case, each in cases.items()}


def _that_count(records: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of each original and what replaces it, the member with the highest (revision, id), unless it
    retracts."""
    once: dict[tuple[str, str], Mapping[str, Any]] = {}
    for record in records:
        once.setdefault((record["source"], record["id"]), record)
    counting = []
    for key, original in once.items():
        if original.get("replaces") is not None or original["type"] == "event.retracted":
            continue  # it speaks only through its original; one that waits for its original says nothing
        family = [original]
        for other in once.values():
            same = (other["source"], other.get("replaces")) == key
            if same and other["type"] in (original["type"], "event.retracted"):
                family.append(other)
        winner = sorted(family, key=lambda one: (one.get("revision", 0), one["id"]))[-1]
        if winner["type"] != "event.retracted":
            counting.append(winner)
    return counting


def _in_order(records: list[Mapping[str, Any]], ranks: Mapping[str, int]) -> list[Happening]:
    """Court day; then instant, unless of some event of that day only the day is known; rank; sequence;
    source; id."""
    local = {id(one): datetime.fromisoformat(one["time"]).astimezone(SHANGHAI) for one in records}
    vague = {local[id(one)].date() for one in records if local[id(one)].time() == time(0)}

    def place(one: Mapping[str, Any]) -> tuple[Any, ...]:
        at, rank = local[id(one)], ranks[one["type"]]
        of_the_day = (rank, at) if at.date() in vague else (at, rank)
        sequence = int(one["sequence"]) if one.get("sequence") is not None else -1
        return (
            at.date(),
            (of_the_day if at.date() in vague else (0, at)),
            rank,
            sequence,
            one["source"],
            one["id"],
        )

    return [Happening(one, local[id(one)].date()) for one in sorted(records, key=place)]


def said_by_number(subject: str, own: Iterable[Happening]) -> dict[str, Any]:
    """year, home_court, case_type, category, instance; of dockets and registers the last two stand in the
    filing. Court and instance of the effective judgment stand in the number of the case linked to by that role."""
    said: dict[str, Any] = dict.fromkeys(("year", "home_court", "case_type", "category", "instance"))
    own = list(own)
    rests_on = next((other for one in own for role, other in one.links if role == "effective"), None)
    if rests_on is not None:
        below = said_by_number(rests_on, [])
        said.update(effective_court=below["home_court"], effective_instance=below["instance"])
    if match := _NUMBER.match(subject):
        category, instance = packs.case_types()[match[3]]
        said.update(
            year=int(match[1]), home_court=match[2], case_type=match[3], category=category, instance=instance
        )
        return said
    said["home_court"] = subject.partition(":")[0]
    for one in own:
        if one.type == "case.filed":
            for name in ("category", "instance"):
                said[name] = one.data.get(name, said[name])
    return said
