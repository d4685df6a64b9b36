"""What a definition means, as a hash: two definitions with one hash post the same numbers and may share an
account.

The hash of a measure is taken over its kind, its unit, the names in its clauses and everything it rests on:
event types (rank, and the fields that are read), facts, derived facts, clocks with their limits, and tracks
(those it names, and those that stand on every posting). Ids, titles, levers, sources, articles and places are
not in it, except that an observed measure is its full id, because reports name it. The meaning of a used
pack's measure is taken within that pack.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from plumbline.catalog import documents, expressions, formula_tree, formulas, scopes
from plumbline.catalog.definitions import (
    Clock,
    Fact,
    Indicator,
    Limit,
    LimitTable,
    Measure,
    Pack,
    Pause,
    Track,
)

_CLOCK_EVENTS = ("clock.extended", "clock.paused", "clock.resumed")
Given = TypeVar("Given")


def definition_hashes(pack: Pack) -> Mapping[str, str]:
    """The hash of every measure and indicator of the pack and of all it builds on, by id."""
    return _hashes(_Keyed(pack))


def trigger_of(measure: Measure, pack: Pack | None = None) -> Measure:
    """The measure without its clause and sum: a count of what triggers it, for the cases that were excluded.

    Of a stock it is a flow on the days of entering. Within a pack, a measure that says exactly this is used
    as it is.
    """
    kind = "flow" if measure.kind == "stock" else measure.kind
    said = [kind, measure.starts, measure.events, measure.role]
    plain = Measure(
        id=f"trigger_{documents.digest(said)[:12]}",
        kind=kind,
        lever=measure.lever,
        unit="events" if kind == "each" else "cases",
        title=None,
        starts=measure.starts,
        events=measure.events,
        role=measure.role,
        place=measure.place,
    )
    if pack is not None:
        wanted = measure_hash(pack, plain)
        for name, known in pack.measures.items():
            if known.kind == kind and measure_hash(pack, known) == wanted:
                return pack.measures[name]
    return plain


def trigger_hash(pack: Pack, measure: Measure) -> str:
    """The hash of a measure's trigger: equal for two measures that one event or day sets off."""
    return measure_hash(pack, trigger_of(measure))


def measure_hash(pack: Pack, measure: Measure) -> str:
    """The hash of a measure as it reads within a pack."""
    return documents.digest(_meaning(_Keyed(pack)).measure(measure))


@dataclass(frozen=True, slots=True, eq=False)
class _Keyed:
    """A pack that a cache can hold by its hash."""

    pack: Pack

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self.pack.hash == other.pack.hash

    def __hash__(self) -> int:
        return hash(self.pack.hash)


@functools.lru_cache(maxsize=64)
def _hashes(keyed: _Keyed) -> Mapping[str, str]:
    pack = keyed.pack
    found: dict[str, str] = {}
    for used in pack.uses:
        found.update(definition_hashes(used))
    found.update({name: measure_hash(pack, measure) for name, measure in pack.measures.items()})
    known = {name: measure for one in scopes.chain(pack) for name, measure in one.measures.items()}
    for name, indicator in pack.indicators.items():
        found[name] = documents.digest(_indicator(indicator, known, found))
    return found


@functools.lru_cache(maxsize=64)
def _meaning(keyed: _Keyed) -> _Meaning:
    return _Meaning(keyed.pack)


def _indicator(indicator: Indicator, known: Mapping[str, Measure], hashes: Mapping[str, str]) -> Any:
    formula = formulas.read_formula(indicator.formula, known)
    begins, ends = indicator.in_force_from, indicator.in_force_until
    return {
        "formula": formula_tree.written(formula.root),
        "measures": {name: hashes[name] for name in sorted(formula.measures)},
        "unit": indicator.unit,
        "direction": indicator.direction,
        "minimum": indicator.minimum,
        "in_force": [begins and begins.isoformat(), ends and ends.isoformat()],
        **({"waits": True} if indicator.waits_for is not None else {}),
    }


class _Meaning:
    """The meanings of one pack's parts, each as plain data that holds what it rests on."""

    def __init__(self, pack: Pack) -> None:
        packs = scopes.chain(pack)
        self.pack = pack
        self.words = scopes.words_of(pack)
        self.facts: dict[str, Fact] = _every(packs, lambda one: one.facts)
        self.tracks: dict[str, Track] = _every(packs, lambda one: one.tracks)
        self.limits: dict[str, LimitTable] = _every(packs, lambda one: one.limits)
        self.clocks: dict[str, Clock] = {}
        for clock in _every(packs, lambda one: one.clocks).values():
            self.clocks.update({f"{clock.id}_{suffix}": clock for suffix in scopes.CLOCK_FACTS})
        self._known: dict[str, str] = {}

    def measure(self, measure: Measure) -> Any:
        """A measure with all it rests on."""
        if measure.kind == "observed":
            return ["observed", f"{self.pack.id}.{measure.id}", measure.unit, measure.observed]
        clauses = [text for text in (measure.where, measure.sum) if text is not None]
        fields = self._fields(measure.events, clauses)
        named = {name for text in clauses for name in expressions.names_in(text)}
        return {
            "kind": measure.kind,
            "unit": measure.unit,
            "starts": [self._name(name) for name in measure.starts],
            "until": [self._name(name) for name in measure.until],
            **({"way": measure.movement} if measure.kind == "moves" else {}),
            "events": fields,
            "role": measure.role,
            "where": _spaced(measure.where),
            "sum": _spaced(measure.sum),
            "rests": {name: self._case(name) for name in sorted(named)},
            "attribution": {
                name: self._track(self.tracks[name]) for name in scopes.ATTRIBUTION if name in self.tracks
            },
        }

    def _case(self, name: str) -> Any:
        """What a name means in a clause: a track before a fact."""
        return self._track(self.tracks[name]) if name in self.tracks else self._name(name)

    def _name(self, name: str) -> str:
        """The hash of a fact, or of a clock's fact; of a number's fact its name."""
        if name not in self._known:
            if name in self.facts:
                self._known[name] = documents.digest(self._fact(self.facts[name]))
            elif name in self.clocks:
                self._known[name] = documents.digest(self._clock(name, self.clocks[name]))
            else:
                self._known[name] = name
        return self._known[name]

    def _fact(self, fact: Fact) -> Any:
        if fact.derive is not None:
            named = sorted(expressions.names_in(fact.derive))
            return ["derived", _spaced(fact.derive), {name: self._name(name) for name in named}]
        clauses = [fact.where] if fact.where is not None else []
        events = self._fields(fact.events, [*clauses, fact.field] if fact.field else clauses)
        undone = {event: self._rank(event) for event in fact.undone_by}
        said = ["taken", fact.take, fact.field, events, _spaced(fact.where), undone]
        if fact.after is not None:
            return [*said, fact.role, self._name(fact.after)]
        return said if fact.role is None else [*said, fact.role]

    def _clock(self, name: str, clock: Clock) -> Any:
        table = self.limits.get(clock.limits)
        traits = {
            trait: self._track(self.tracks[trait])
            for trait in ("category", "procedure")
            if trait in self.tracks
        }
        moved = {event: self._rank(event) for event in _CLOCK_EVENTS}
        return {
            "clock": [clock.id, name, clock.times],
            "starts": self._name(clock.starts),
            "stops": [self._name(stop) for stop in clock.stops],
            "ends": [self._name(end) for end in clock.ends],
            "due": clock.due and self._name(clock.due),
            "restarts": [[self._name(one.on), self._clause(one.where)] for one in clock.restarts],
            "rows": [self._limit(row) for row in table.rows] if table else [],
            "pauses": [_pause(one) for one in table.pauses] if table and table.pauses is not None else None,
            "traits": traits,
            "moved": moved,
        }

    def _limit(self, row: Limit) -> Any:
        extensions = (
            None
            if row.extensions is None
            else [[list(one.by), one.months, one.days] for one in row.extensions]
        )
        return [
            _traits(row.when), row.months, row.days, _day(row.valid_from), _day(row.valid_until),
            self._clause(row.where), row.none, row.back, row.holiday_moves, extensions,
        ]  # fmt: skip

    def _clause(self, text: str | None) -> Any:
        """A clause over facts, with what it rests on."""
        if text is None:
            return None
        return [_spaced(text), {name: self._name(name) for name in sorted(expressions.names_in(text))}]

    def _track(self, track: Track) -> Any:
        said: dict[str, Any] = {
            event: [self._rank(event), field] for event, field in sorted(track.events.items())
        }
        return {**said, "returns": track.returns} if track.returns else said

    def _fields(self, events: Iterable[str], clauses: Iterable[str]) -> Any:
        """Event types by rank and by those of their fields that the clauses read."""
        named = {name for clause in clauses for name in expressions.names_in(clause)}
        return {
            event: [
                self._rank(event),
                [
                    [field.name, field.type, list(field.values)]
                    for name, field in sorted(self.words.types[event].fields.items())
                    if name in named
                ],
            ]
            for event in events
        }

    def _rank(self, event: str) -> int:
        return self.words.types[event].rank


def _pause(one: Pause) -> Any:
    return [
        list(one.grounds), _traits(one.when), one.months, one.days, one.restarts,
        _day(one.valid_from), _day(one.valid_until),
    ]  # fmt: skip


def _traits(when: Mapping[str, tuple[str, ...]]) -> Any:
    return {trait: list(values) for trait, values in sorted(when.items())}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _every(packs: Iterable[Pack], part: Callable[[Pack], Mapping[str, Given]]) -> dict[str, Given]:
    return {name: given for one in packs for name, given in part(one).items()}


def _spaced(text: str | None) -> str | None:
    """A clause with its white space evened out: a line break is not another meaning."""
    return None if text is None else " ".join(text.split())
