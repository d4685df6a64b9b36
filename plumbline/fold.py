"""Fold one case: from its events to its facts, its postings and the reasons of every clause. Pure, total, totally ordered."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from plumbline import clocks, events, ledger, periods, rules
from plumbline.catalog.definitions import Track, Type
from plumbline.events import Event
from plumbline.subjects import Subject

LOOSE = 1 << 60
"""The place in order of a day that no single event gives (derived facts, clocks): after every event of that day."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A case that links to the one being folded: its subject and all its events."""

    subject: Subject
    events: Sequence[Event]


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

    `linked` are the cases that link to this one, each with its whole history; only links stated by events that
    count are followed. Facts are plain values: days as ordinals. Never raises for stored input.
    """
    own, ignored, elsewhere = _counting(case, history, book, zones)
    numbers = number_facts(case, own)
    near = _near(case, linked, book, zones)
    values: dict[int, object] = {}
    moments: dict[int, tuple[tuple[int, int], ...]] = {}
    writer = ledger.Writer(case, numbers, own, near, explain=explain)
    facts: dict[str, object] = dict(numbers)
    readings: dict[str, clocks.Reading] = {}
    for pack in book.packs:
        names = _names(case, numbers, own, pack, values, moments, readings)
        facts.update({f"{pack.pack.id}.{name}": names.facts.get(name) for name in pack.pack.facts})
        facts.update(
            {
                f"{pack.pack.id}.{clock}_{suffix}": names.facts.get(f"{clock}_{suffix}")
                for clock in pack.pack.clocks
                for suffix in clocks.SUFFIXES
            }
        )
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
        clock_readings=readings if explain else {},
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
    case: Subject, linked: Sequence[Linked], book: rules.Rules, zones: Zones
) -> dict[str, list[tuple[Mapping[str, object], Entry]]]:
    """By role: the events that count in the cases that link to this one by that role, each with its case's number facts."""
    near: dict[str, list[tuple[Mapping[str, object], Entry]]] = {role: [] for role in book.roles}
    for other in sorted(linked, key=lambda one: one.subject.text):
        entries, _, _ = _counting(other.subject, other.events, book, zones)
        roles = {link.role for entry in entries for link in entry.event.links if link.subject == case.text}
        numbers = number_facts(other.subject, entries)
        for role in roles & book.roles:
            near[role] += [(numbers, entry) for entry in entries]
    return near


def number_facts(case: Subject, own: Sequence[Entry]) -> dict[str, object]:
    """The facts that stand in the number; for dockets and registers category and instance come from the filing."""
    facts: dict[str, object] = dict.fromkeys(rules.NUMBER_FACTS)
    facts.update(case.facts)
    facts["home_court"] = case.home_court
    for name in ("category", "instance"):
        if facts[name] is None:
            for entry in own:
                if entry.event.type == "case.filed" and entry.event.data.get(name) is not None:
                    facts[name] = entry.event.data[name]
    return facts


def _names(
    case: Subject,
    numbers: Mapping[str, object],
    own: Sequence[Entry],
    pack: rules.PackRules,
    values: dict[int, object],
    moments: dict[int, tuple[tuple[int, int], ...]],
    readings: dict[str, clocks.Reading],
) -> Names:
    tracks = {track.id: _track(track, own) for track in pack.tracks}
    tracks.setdefault("court", []).insert(0, (0, case.home_court))
    if numbers["category"] is not None:
        tracks.setdefault("category", []).insert(0, (0, str(numbers["category"])))
    names = Names(dict(numbers), {}, tracks)
    derived = [rule for rule in pack.facts if rule.derive is not None]
    for rule in pack.facts:
        if rule.derive is None:
            if rule.key not in values:
                values[rule.key], moments[rule.key] = _take(rule, numbers, own)
            names.facts[rule.id], names.moments[rule.id] = values[rule.key], moments[rule.key]
    early = [rule for rule in derived if not _rests_on_clock(rule, pack)]
    for rule in early:
        _derive(rule, names)
    traits = {"category": None, "procedure": None, "instance": numbers["instance"]}
    traits |= {name: changes[-1][1] for name, changes in tracks.items() if changes and name in traits}
    history = [clocks.Dated(entry.event, entry.day) for entry in own]
    for clock, table in pack.clocks:
        reading = clocks.read_clock(clock, table, names.facts, traits, history)
        readings[f"{pack.pack.id}.{clock.id}"] = reading
        for suffix in clocks.SUFFIXES:
            _set_day(names, f"{clock.id}_{suffix}", getattr(reading, suffix), is_day=suffix != "days_paused")
    for rule in derived:
        if rule not in early:
            _derive(rule, names)
    return names


def _rests_on_clock(rule: rules.FactRule, pack: rules.PackRules) -> bool:
    assert rule.derive is not None
    own = {f"{clock.id}_{suffix}" for clock, _ in pack.clocks for suffix in clocks.SUFFIXES}
    known = {one.id: one for one in pack.facts}
    waiting, seen = list(rule.derive.names), set[str]()
    while waiting:
        name = waiting.pop()
        if name in own:
            return True
        found = known.get(name)
        if found is not None and found.derive is not None and name not in seen:
            seen.add(name)
            waiting += found.derive.names
    return False


def _derive(rule: rules.FactRule, names: Names) -> None:
    assert rule.derive is not None
    value = rule.derive.evaluate(names.facts)
    _set_day(names, rule.id, value, is_day=rule.fact.type is Type.DAY)


def _set_day(names: Names, name: str, value: object, *, is_day: bool) -> None:
    names.facts[name] = value
    if is_day:
        names.moments[name] = ((value, LOOSE),) if isinstance(value, int) else ()


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
    rule: rules.FactRule, numbers: Mapping[str, object], own: Sequence[Entry]
) -> tuple[object, tuple[tuple[int, int], ...]]:
    """What a fact takes from the events: its value and, for days, the moments (day, place) it was taken from."""
    fact = rule.fact
    taken: list[tuple[object, Entry]] = []
    for entry in own:
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
    return _summed_up(fact.take, taken, is_day=fact.field == "day")


def _summed_up_dates(take: str, dates: list[int]) -> tuple[object, tuple[tuple[int, int], ...]]:
    """The same for a field that holds a day: the moment is the day it holds, not that of the event."""
    if not dates:
        return None, ()
    if take == "all":
        return None, tuple((value, LOOSE) for value in dates)
    value = {"first": dates[0], "last": dates[-1], "min": min(dates), "max": max(dates)}[take]
    return value, ((value, LOOSE),)


_TOTALS: Mapping[str, Callable[[list[int]], int]] = {"sum": sum, "max": max, "min": min}


def _summed_up(
    take: str, taken: list[tuple[object, Entry]], *, is_day: bool
) -> tuple[object, tuple[tuple[int, int], ...]]:
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
