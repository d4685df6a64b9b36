"""Fold one case: from its events to its facts, its postings and the reasons of every clause. Pure, total, totally ordered."""

from __future__ import annotations

import contextlib
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from plumbline import casenumbers, clocks, errors, events, ledger, pauses, periods, rules
from plumbline.catalog.definitions import Fact, Track, Type
from plumbline.events import Event
from plumbline.subjects import Subject
from plumbline.workdays import Workdays

LOOSE = 1 << 60
"""The place in order of a day that no single event gives (derived facts, clocks): after every event of that day."""
KEY_MOST = 50
"""A key that more cases than this have ever named is taken for a filler and followed by none: no dispute has so many,
and each event of one case of a key is read in all others."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A case near the one being folded: it links to it, or has ever named one of its keys. With all its events.

    `keys` are the keys that both have ever named, without those of which more than `KEY_MOST` cases have.
    """

    subject: Subject
    events: Sequence[Event]
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that counts, with its court day (ordinal), its place in the order of the case, and its fields."""

    event: Event
    day: int
    place: int
    fields: Mapping[str, object]


@dataclass(slots=True)
class Folded:
    """A case as folded: facts by qualified id, postings by key, and what did not count and why.

    `reasons` is filled only when asked for (explaining a case), `clock_readings` likewise.
    """

    facts: dict[str, object]
    postings: dict[ledger.Key, int]
    entries: list[Entry]
    ignored: list[tuple[Event, str]]
    elsewhere: set[tuple[str, str]]
    targets: set[tuple[str, str]]
    sealed: bool
    reasons: list[ledger.Reason] = field(default_factory=list)
    clock_readings: dict[str, clocks.Reading] = field(default_factory=dict)


@dataclass(slots=True)
class Names:
    """What one pack knows of the case: values by name, moments of day facts, tracks as dated changes."""

    facts: dict[str, object]
    moments: dict[str, tuple[tuple[int, int], ...]]
    tracks: dict[str, list[tuple[int, str | None]]]


Zones = Callable[[str], zoneinfo.ZoneInfo]
Moments = tuple[tuple[int, int], ...]


def fold(
    case: Subject,
    history: Sequence[Event],
    linked: Sequence[Linked],
    book: rules.Rules,
    zones: Zones,
    *,
    explain: bool = False,
) -> Folded:
    """Fold `history` (every stored event of the case, with the family members that sit in other cases).

    `linked` are the cases that link to this one or name a key with it, each with its whole history; only links
    stated by events that count are followed. Facts are plain values: days as ordinals. Never raises for stored input.
    """
    own, ignored, elsewhere = _counting(case, history, book, zones)
    numbers = number_facts(case, own)
    near = _near(case, own, linked, book, zones)
    writer = ledger.Writer(case, numbers, own, near, explain=explain)
    facts: dict[str, object] = dict(numbers)
    read = _Reading(case, numbers, own, near, book.workdays, explain)
    for pack in book.packs:
        names = read.names(pack)
        own_names = (
            *pack.pack.facts,
            *(f"{clock}_{kept}" for clock in pack.pack.clocks for kept in clocks.KEPT),
        )
        known = names.facts
        facts.update({f"{pack.pack.id}.{name}": known[name] for name in own_names if name in known})
        writer.write(pack, names)
    return Folded(
        facts={name: value for name, value in facts.items() if value is not None},
        postings=writer.postings(),
        entries=own,
        ignored=ignored,
        elsewhere=elsewhere,
        targets={(link.home_court, link.subject) for entry in own for link in entry.event.links},
        sealed=any(entry.event.type == "case.sealed" for entry in own),
        reasons=writer.reasons,
        clock_readings=read.readings,
    )


def _counting(
    case: Subject, history: Sequence[Event], book: rules.Rules, zones: Zones
) -> tuple[list[Entry], list[tuple[Event, str]], set[tuple[str, str]]]:
    """The events that count in this case, in order; those that do not, with why; other cases its families touch."""
    found = events.families(history)
    here = [event for event in found.effective if event.subject == case.text]
    ignored = [(event, why) for event, why in found.ignored if event.subject == case.text]
    elsewhere = {(event.home_court, event.subject) for event in history if event.subject != case.text}
    zone = zones(case.home_court)
    ordered = events.fold_order(here, book.ranks, zone)
    entries = [
        Entry(event, periods.court_day(event.time, zone).toordinal(), place, _fields(event, book))
        for place, event in enumerate(ordered)
    ]
    return entries, ignored, elsewhere


def _fields(event: Event, book: rules.Rules) -> dict[str, object]:
    """The event's fields as the expression language sees them: days as ordinals, lists as tuples."""
    fields: dict[str, object] = dict(event.data)
    for name in book.day_fields.get(event.type, ()):
        if (value := fields.get(name)) is not None:
            fields[name] = date.fromisoformat(str(value)).toordinal()
    for name, value in fields.items():
        if isinstance(value, list):
            fields[name] = tuple(value)
    return fields


def _near(
    case: Subject, own: Sequence[Entry], linked: Sequence[Linked], book: rules.Rules, zones: Zones
) -> dict[str, list[tuple[Mapping[str, object], Entry]]]:
    """By role: the events that count in the cases that link to this one by that role, or name a key of that role with
    it; each with its case's number facts.
    """
    near: dict[str, list[tuple[Mapping[str, object], Entry]]] = {role: [] for role in book.roles}
    named = {link for entry in own for link in entry.event.links if not link.home_court} if linked else set()
    for other in sorted(linked, key=lambda one: one.subject.text):
        entries, _, _ = _counting(other.subject, other.events, book, zones)
        shared = {link for link in named if link.subject in other.keys}
        roles = {
            link.role
            for entry in entries
            for link in entry.event.links
            if link.subject == case.text or link in shared
        }
        numbers = number_facts(other.subject, entries)
        for role in roles & book.roles:
            near[role] += [(numbers, entry) for entry in entries]
    for found in near.values():
        found.sort(key=lambda one: one[1].day)
    return near


def number_facts(case: Subject, own: Sequence[Entry]) -> dict[str, object]:
    """The facts that stand in the number; for dockets and registers category and instance come from the filing."""
    facts: dict[str, object] = dict.fromkeys(rules.NUMBER_FACTS)
    facts.update(case.facts)
    facts["home_court"] = case.home_court
    facts.update(_effective(own))
    for name in ("category", "instance"):
        if facts[name] is None:
            for entry in own:
                if entry.event.type == "case.filed" and entry.event.data.get(name) is not None:
                    facts[name] = entry.event.data[name]
    return facts


def _effective(own: Sequence[Entry]) -> dict[str, object]:
    """Court and instance in the number of the case whose judgment this one rests on; none where it has no such link."""
    for entry in own:
        for link in entry.event.links:
            if link.role == "effective":
                instance = None
                with contextlib.suppress(errors.BadCaseNumber):
                    number = casenumbers.parse(
                        link.subject,
                        casenumbers.CaseTypes.shipped(),
                        extra_provinces=frozenset(link.home_court[:1]),
                    )
                    instance = number.instance
                return {"effective_court": link.home_court, "effective_instance": instance}
    return {}


@dataclass(slots=True)
class _Reading:
    """One case being read: what several packs share is taken once, by the key of its meaning."""

    case: Subject
    numbers: Mapping[str, object]
    own: Sequence[Entry]
    near: Mapping[str, Sequence[tuple[Mapping[str, object], Entry]]]
    workdays: Workdays
    explain: bool
    of_type: dict[str, list[tuple[Mapping[str, object], Entry]]] = field(default_factory=dict)
    moving: list[pauses.Dated] = field(init=False)
    packs: dict[str, Names] = field(default_factory=dict)
    values: dict[int, tuple[object, Moments]] = field(default_factory=dict)
    read: dict[int, clocks.Reading] = field(default_factory=dict)
    readings: dict[str, clocks.Reading] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.own:
            self.of_type.setdefault(entry.event.type, []).append((self.numbers, entry))
        self.moving = [
            pauses.Dated(entry.event, entry.day) for entry in self.own if entry.event.type in clocks.MOVING
        ]

    def names(self, pack: rules.PackRules) -> Names:
        """Everything a pack knows of the case: what the packs it builds on know, then its own facts from events,
        derived ones, clocks, and what rests on clocks.
        """
        names = Names(dict(self.numbers), {}, {"court": [(0, self.case.home_court)]})
        if self.numbers["category"] is not None:
            names.tracks["category"] = [(0, str(self.numbers["category"]))]
        for used in pack.pack.uses:
            below = self.packs[used.hash]
            names.facts.update(below.facts)
            names.moments.update(below.moments)
            names.tracks.update(below.tracks)
        for track in pack.tracks:
            names.tracks[track.id] = [*self._start(track.id), *_track(track, self.own)]
        names.facts.update(pack.nothing)
        for event in self.of_type:
            for rule in pack.taken.get(event, ()):
                self._fact(rule, names)
        for rule in (*pack.asked, *pack.derived):  # in this order: each after what it rests on
            self._fact(rule, names)
        if pack.clocks:
            self._clocks(pack, names)
        for rule in pack.late:
            self._fact(rule, names)
        self.packs[pack.pack.hash] = names
        return names

    def _start(self, track: str) -> list[tuple[int, str | None]]:
        """What a track holds from the beginning, by the case number."""
        if track == "court":
            return [(0, self.case.home_court)]
        stated = self.numbers["category"]
        return [(0, str(stated))] if track == "category" and stated is not None else []

    def _fact(self, rule: rules.FactRule, names: Names) -> None:
        found = self.values.get(rule.key)
        if found is None:
            found = self.values[rule.key] = self._value(rule, names)
        value, moments = found
        if value is not None:
            names.facts[rule.id] = value
        if moments:
            names.moments[rule.id] = moments

    def _value(self, rule: rules.FactRule, names: Names) -> tuple[object, Moments]:
        fact = rule.fact
        if rule.derive is not None:
            value = rule.derive.evaluate(names.facts)
            return value, ((value, LOOSE),) if fact.type is Type.DAY and isinstance(value, int) else ()
        if fact.after is not None:
            return _take(rule, self._since(fact, names.facts.get(fact.after)))
        if fact.role is not None:
            return _take(rule, self.near.get(fact.role, ()))
        told = [event for event in fact.events if event in self.of_type]
        if len(told) == 1 and not any(event in self.of_type for event in fact.undone_by):
            return _take(rule, self.of_type[told[0]])
        return _take(rule, [(self.numbers, entry) for entry in self.own])

    def _since(self, fact: Fact, first: object) -> list[tuple[Mapping[str, object], Entry]]:
        """The events a fact reads from a day on, that day too; none where there is no such day."""
        if not isinstance(first, int):
            return []
        read = [(self.numbers, entry) for entry in self.own]
        if fact.role is not None:
            read = list(self.near.get(fact.role, ()))
        return [(numbers, entry) for numbers, entry in read if entry.day >= first]

    def _clocks(self, pack: rules.PackRules, names: Names) -> None:
        traits = {name: self.numbers[name] for name in ("category", "instance", "case_type")}
        for name in ("category", "instance"):
            changes = names.tracks.get(name)
            traits[name] = changes[-1][1] if changes else traits[name]
        procedures = names.tracks.get("procedure", ())
        case = clocks.Case(names.facts, names.moments, traits, procedures, self.moving, self.workdays)
        for rule in pack.clocks:
            reading = self.read.get(rule.key)
            if reading is None:
                reading = self.read[rule.key] = clocks.read_clock(rule, case)
            clock = rule.clock.id
            if self.explain:
                self.readings[f"{pack.pack.id}.{clock}"] = reading
            for suffix, value, days in clocks.facts_of(reading):
                name = f"{clock}_{suffix}"
                if value is not None:
                    names.facts[name] = value
                if days:
                    # On one day a limit passes before the clock stops.
                    place = LOOSE + (suffix == "stopped_on")
                    names.moments[name] = tuple((day, place) for day in days)


def _track(track: Track, own: Sequence[Entry]) -> list[tuple[int, str | None]]:
    """The dated changes of a track, in order: (day it holds from, value)."""
    changes: list[tuple[int, str | None]] = []
    left: set[str | None] = set()
    for entry in own:
        wanted = track.events.get(entry.event.type)
        if wanted is None or (value := entry.event.data.get(wanted)) is None:
            continue
        if track.returns == "never" and value in left:
            continue
        if changes and changes[-1][1] != value:
            left.add(changes[-1][1])
        changes.append((entry.day, str(value)))
    return changes


def _take(
    rule: rules.FactRule, entries: Sequence[tuple[Mapping[str, object], Entry]]
) -> tuple[object, Moments]:
    """What a fact takes from events: its value and, for days, the moments (day, place) it was taken from."""
    fact = rule.fact
    taken: list[tuple[object, Entry]] = []
    for numbers, entry in entries:
        if entry.event.type in fact.undone_by:
            taken.clear()
        if entry.event.type not in fact.events:
            continue
        if rule.where is not None and rule.where.evaluate(ledger.event_names(numbers, entry)) is not True:
            continue
        value = entry.day if fact.field == "day" else entry.fields.get(fact.field)
        if value is not None or fact.take in ("count", "exists"):
            taken.append((value, entry))
    if fact.type is Type.DAY and fact.field != "day":
        return _summed_up_dates(fact.take, [value for value, _ in taken if isinstance(value, int)])
    value, moments = _summed_up(fact.take, taken, is_day=fact.field == "day")
    # The places of another case's events are not places in this one.
    return value, tuple((day, LOOSE) for day, _ in moments) if fact.role is not None else moments


def _summed_up_dates(take: str, dates: list[int]) -> tuple[object, Moments]:
    """The same for a field that holds a day: the moment is the day it holds, not that of the event."""
    if not dates:
        return None, ()
    if take == "all":
        return None, tuple((value, LOOSE) for value in dates)
    value = {"first": dates[0], "last": dates[-1], "min": min(dates), "max": max(dates)}[take]
    return value, ((value, LOOSE),)


_TOTALS: Mapping[str, Callable[[list[int]], int]] = {"sum": sum, "max": max, "min": min}


def _summed_up(take: str, taken: list[tuple[object, Entry]], *, is_day: bool) -> tuple[object, Moments]:
    if take == "exists":
        return bool(taken), ()
    if take == "count":
        return len(taken), ()
    if not taken:
        return None, ()
    if take == "all":
        return None, tuple((entry.day, entry.place) for _, entry in taken)
    if take in ("first", "last"):
        value, entry = taken[0 if take == "first" else -1]
        return value, ((entry.day, entry.place),) if is_day else ()
    numbers = [value for value, _ in taken if isinstance(value, int)]
    total = _TOTALS[take](numbers) if numbers else None
    return total, ((total, LOOSE),) if is_day and total is not None else ()


def as_date(day: object) -> date | None:
    """An ordinal as a date; `None` stays `None`."""
    return date.fromordinal(day) if isinstance(day, int) else None
