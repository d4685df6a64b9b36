"""One case as it reads from its events: facts, tracks, and whether it is in a stock at the end of a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.referee import clauses, clocks, histories, packs
from tests.referee.histories import Happening

CLOCK_FACTS = ("limit_day", "overdue_on", "days_paused", "stopped_on")
Moment = tuple[date, int]
"""A day, and the place in the order of the case."""


@dataclass
class Case:
    """A case: its events in order and the definitions it is read by."""

    subject: str
    own: Sequence[Happening]
    pack: packs.Written
    numbers: dict[str, Any] = field(init=False)
    _known: dict[str, Any] = field(default_factory=dict)

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
        for clock in self.pack.clocks.values():
            if name.startswith(f"{clock['id']}_") and name.removeprefix(f"{clock['id']}_") in CLOCK_FACTS:
                return getattr(self._clock(clock), name.removeprefix(f"{clock['id']}_"))
        return self.numbers.get(name)

    def _is_day(self, name: str) -> bool:
        """Whether a derived fact is used as a day: it adds to one and compares nothing."""
        text = self.pack.facts[name]["derive"]
        return bool(re.match(r"\s*(add_months|add_days|least|greatest|coalesce)\(", text)) and "=" not in text

    def _clock(self, clock: dict[str, Any]) -> clocks.Limit:
        rows = self.pack.limits[clock["limits"]]["rows"]
        stops = [day for name in packs.many(clock["stops"]) if (day := self.fact(name)) is not None]
        traits = {"instance": self.numbers["instance"], "procedure": self.holding("procedure", date.max)}
        traits["category"] = self.holding("category", date.max)
        start = self.fact(clock["starts"])
        return clocks.read(clock, rows, start, stops[0] if stops else None, traits, self.own)

    def _taken(self, definition: dict[str, Any]) -> tuple[Any, list[Moment]]:
        how, _, what = definition["take"].rstrip(")").partition("(")
        taken: list[tuple[Any, Moment]] = []
        for place, one in enumerate(self.own):
            if one.type in packs.many(definition.get("undone_by")):
                taken = []
            if one.type not in packs.many(definition["from"]):
                continue
            if "where" in definition and clauses.evaluate(definition["where"], self.of_event(one).get) != 1:
                continue
            value = one.day if what == "day" else self.of_event(one).get(what)
            if value is not None or not what:
                taken.append((value, (one.day, place)))
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
        value = {"sum": sum, "max": max, "min": min}[how](value for value, _ in taken)
        return value, [(value, len(self.own))]

    def of_event(self, one: Happening) -> dict[str, Any]:
        """The names an event's own clause sees: what the number says, then the event's fields."""
        fields = {
            name: date.fromisoformat(value) if name in self.pack.day_fields.get(one.type, ()) else value
            for name, value in one.data.items()
        }
        return {**self.numbers, **fields}

    def moments(self, name: str) -> list[Moment]:
        """The days a fact stands for, with their places."""
        definition = self.pack.facts.get(name)
        if definition is not None and "derive" not in definition:
            found = self._taken(definition)[1]
            return found if "(day)" in definition["take"] else []
        day = self.fact(name)
        return [(day, len(self.own))] if isinstance(day, date) else []

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
