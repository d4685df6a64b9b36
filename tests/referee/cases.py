"""One case as it reads from its events: facts, tracks, and whether it is in a stock at the end of a day."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.referee import calendar_days, clauses, clocks, histories, packs
from tests.referee.histories import Happening

CLOCK_FACTS = ("limit_day", "overdue_on", "passed_on", "met_on", "settled_on", "days_paused", "stopped_on")
Moment = clocks.Moment
Source = tuple["Case", Happening]
_END = clocks.LAST
"""The place of a day that no event of the case itself gives: after every event of that day."""


@dataclass
class Case:
    """A case: its events in order and the definitions it is read by."""

    subject: str
    own: Sequence[Happening]
    pack: packs.Written
    linking: Callable[[str], Sequence[Case]] = lambda role: ()
    """The cases that link to this one by a role; of a key, the others that name it."""
    worked: Mapping[date, bool] = field(default_factory=calendar_days.shipped)
    numbers: dict[str, Any] = field(init=False)
    _known: dict[str, Any] = field(default_factory=dict)
    _runs: dict[str, list[clocks.Run]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.numbers = histories.said_by_number(self.subject, self.own)

    def fact(self, name: str) -> Any:
        """A fact as it stands when all events are read. Days are dates."""
        if name not in self._known:
            self._known[name] = self._fact(name)
        return self._known[name]

    def _fact(self, name: str) -> Any:
        if name in self.pack.facts:
            definition = self.pack.facts[name]
            if "derive" not in definition:
                return self._taken(definition)[0]
            value = clauses.evaluate(definition["derive"], self.fact)
            return clauses.day_of(value) if self._is_day(name) else value
        if (found := self._clock_fact(name)) is not None:
            clock, suffix = found
            laps = self.runs(clock)
            if laps:
                return getattr(laps[-1], suffix)
            return {"days_paused": 0, "stopped_on": self._stopped(clock)}.get(suffix)
        return self.numbers.get(name)

    def _clock_fact(self, name: str) -> tuple[dict[str, Any], str] | None:
        """The clock a fact belongs to, and which of its facts it is."""
        for clock in self.pack.clocks.values():
            suffix = name.removeprefix(f"{clock['id']}_")
            if suffix != name and suffix in CLOCK_FACTS:
                return clock, suffix
        return None

    def _is_day(self, name: str) -> bool:
        """Whether a fact is a day: taken as one, or derived from nothing but days without comparing or subtracting."""
        definition = self.pack.facts.get(name)
        if definition is None:
            found = self._clock_fact(name)
            return found is not None and found[1] != "days_paused"
        if "derive" not in definition:
            how, _, what = definition["take"].rstrip(")").partition("(")
            days = (self.pack.day_fields.get(each, set()) for each in packs.many(definition["from"]))
            return how not in ("count", "exists") and (what == "day" or any(what in each for each in days))
        chosen = re.sub(r"\bwhen\b.*?\bthen\b", " ", definition["derive"], flags=re.DOTALL)
        chosen = re.sub(r"date\s+'[^']*'", " ", chosen)
        if re.search(r"[=<>'-]|\b(and|or|not|is|in|between|has)\b", chosen):
            return False
        return any(self._is_day(each) for each in re.findall(r"[a-z_][a-z0-9_]*", chosen))

    def runs(self, clock: dict[str, Any]) -> list[clocks.Run]:
        """Every run of a clock."""
        name = clock["id"]
        if name not in self._runs:
            sets = self.pack.tracks.get("procedure", {}).get("from", {})
            procedures = [
                (one.day, one.data[sets[one.type]])
                for one in self.own
                if one.data.get(sets.get(one.type)) is not None
            ]
            traits = {**self.numbers, "category": self.holding("category", date.max)}
            life = clocks.Life(self.fact, self.moments, traits, procedures, self.own, self.worked)
            table = self.pack.limits[clock["limits"]] if "limits" in clock else None
            many = self.pack.facts.get(clock["starts"], {}).get("take") == "all(day)"
            self._runs[name] = clocks.runs(clock, table, many, life)
        return self._runs[name]

    def _stopped(self, clock: dict[str, Any]) -> date | None:
        """The day a clock that never started was stopped: it has one only if it can start but once."""
        if clock.get("times", 1) > 1 or self.pack.facts.get(clock["starts"], {}).get("take") == "all(day)":
            return None
        return next(
            (day for name in packs.many(clock["stops"]) if (day := self.fact(name)) is not None), None
        )

    def _read(self, definition: dict[str, Any]) -> list[Source]:
        """The events a fact reads, each with its case: its own, or those of the cases that link to it, day by day."""
        if "on" not in definition:
            return [(self, one) for one in self.own]
        others = sorted(self.linking(definition["on"]), key=lambda other: other.subject)
        return sorted(((other, one) for other in others for one in other.own), key=lambda each: each[1].day)

    def _taken(self, definition: dict[str, Any]) -> tuple[Any, list[Moment]]:
        how, _, what = definition["take"].rstrip(")").partition("(")
        taken: list[tuple[Any, Moment]] = []
        for place, (case, one) in enumerate(self._read(definition)):
            if "after" in definition and (
                (first := self.fact(definition["after"])) is None or one.day < first
            ):
                continue
            if one.type in packs.many(definition.get("undone_by")):
                taken = []
            if one.type not in packs.many(definition["from"]):
                continue
            fields = case.of_event(one)
            if "where" in definition and clauses.evaluate(definition["where"], fields.get) != 1:
                continue
            value = one.day if what == "day" else fields.get(what)
            if value is not None or not what:
                at = (one.day, _END if "on" in definition else place)
                taken.append((value, (value, _END) if what != "day" and isinstance(value, date) else at))
        return _summed_up(how, taken)

    def of_event(self, one: Happening) -> dict[str, Any]:
        """The names an event's own clause sees: what the number says, then the event's fields."""
        fields = {
            name: date.fromisoformat(value) if name in self.pack.day_fields.get(one.type, ()) else value
            for name, value in one.data.items()
        }
        return {**self.numbers, "captured": one.record.get("captured") or "machine", **fields}

    def moments(self, name: str) -> list[Moment]:
        """The days a fact stands for, with their places. On one day a limit passes before the clock stops."""
        definition = self.pack.facts.get(name)
        if definition is not None and "derive" not in definition:
            return self._taken(definition)[1] if self._is_day(name) else []
        if definition is None and (found := self._clock_fact(name)) is not None:
            clock, suffix = found
            if suffix == "days_paused":
                return []
            laps = self.runs(clock)
            days = [getattr(one, suffix) for one in laps] if laps else [self.fact(name)]
            return sorted((day, _END + (suffix == "stopped_on")) for day in days if day is not None)
        day = self.fact(name)
        return [(day, _END)] if isinstance(day, date) else []

    def holding(self, track: str, day: date) -> Any:
        """What a track holds at the end of a day; court and category start from the number."""
        value = (
            self.numbers["home_court"]
            if track == "court"
            else self.numbers["category"]
            if track == "category"
            else None
        )
        sets = self.pack.tracks.get(track, {}).get("from", {})
        for one in self.own:
            if one.day <= day and one.type in sets and one.data.get(sets[one.type]) is not None:
                value = one.data[sets[one.type]]
        return value

    def name_on(self, name: str, day: date) -> Any:
        """What a name of a measure's clause stands for on a day: a track, else a fact."""
        if name in self.pack.tracks or name in ("court", "category"):
            return self.holding(name, day)
        return self.fact(name)

    def in_stock(self, measure: dict[str, Any], day: date) -> bool:
        """Whether the case is in a stock at the end of a day."""
        enters = [moment for name in packs.many(measure["stock"]["from"]) for moment in self.moments(name)]
        leaves = [moment for name in packs.many(measure["stock"]["until"]) for moment in self.moments(name)]
        if len(enters) == 1 and len(leaves) <= 1:
            return enters[0][0] <= day and not (leaves and leaves[0][0] <= day)
        inside = False
        for moment, entering in sorted([(one, True) for one in enters] + [(one, False) for one in leaves]):
            if moment[0] <= day:
                inside = entering
        return inside


def _summed_up(how: str, taken: list[tuple[Any, Moment]]) -> tuple[Any, list[Moment]]:
    if how == "count":
        return len(taken), []
    if how == "exists":
        return bool(taken), []
    if not taken:
        return None, []
    if how == "all":
        return None, [moment for _, moment in taken]
    if how in ("first", "last"):
        value, moment = taken[0] if how == "first" else taken[-1]
        return value, [moment]
    amounts = [amount for amount, _ in taken]
    total: Any = sum(amounts) if how == "sum" else max(amounts) if how == "max" else min(amounts)
    return total, [(total, _END)]
