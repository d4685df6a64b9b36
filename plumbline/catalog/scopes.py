"""Which names an expression may use where, of which type, and which texts each can have."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plumbline import vocabulary
from plumbline.catalog import expressions
from plumbline.catalog.definitions import Clock, Fact, Measure, Pack, Type

#: What a case number states; for dockets and registers category and instance come from the filing. The last two are
#: what the number of the case states that this one rests on as the judgment in force (link `effective`).
NUMBER_FACTS: Mapping[str, Type] = {
    "year": Type.INTEGER,
    "home_court": Type.TEXT,
    "case_type": Type.TEXT,
    "category": Type.TEXT,
    "instance": Type.TEXT,
    "effective_court": Type.TEXT,
    "effective_instance": Type.TEXT,
}
#: The facts a clock gives, by suffix.
CLOCK_FACTS: Mapping[str, Type] = {
    "limit_day": Type.DAY,
    "overdue_on": Type.DAY,
    "passed_on": Type.DAY,
    "met_on": Type.DAY,
    "settled_on": Type.DAY,
    "days_paused": Type.INTEGER,
    "stopped_on": Type.DAY,
}
#: Facts of the number with a closed list of texts: the field of `case.filed` that has it.
_STATED = {"category": "category", "instance": "instance", "effective_instance": "instance"}
#: The tracks that start from the case number, and those that stand on every posting.
BUILTIN_TRACKS = ("court", "category")
ATTRIBUTION = ("court", "category", "division", "judge", "cause")

#: Every event may say which court acted, where it is not the one in the subject.
ACTING_COURT = vocabulary.Field("court", "court", required=False)
#: How an event came to its source, as the envelope says.
CAPTURED = ("machine", "hand")
_FIELD_TYPES = {
    "court": Type.TEXT, "person": Type.TEXT, "unit": Type.TEXT, "code": Type.TEXT, "text": Type.TEXT,
    "digest": Type.TEXT, "evidence": Type.TEXT, "choice": Type.TEXT, "day": Type.DAY, "flag": Type.FLAG,
    "fen": Type.INTEGER, "n": Type.INTEGER, "integer": Type.INTEGER, "list": Type.CODES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """Names with their types; `choices` holds the closed list of texts of those that have one."""

    types: Mapping[str, Type]
    choices: Mapping[str, frozenset[str]]

    def over(self, other: Scope) -> Scope:
        """This scope laid over another: of two equal names, this one's counts."""
        kept = {name: texts for name, texts in other.choices.items() if name not in self.types}
        return Scope({**other.types, **self.types}, {**kept, **self.choices})


def chain(pack: Pack) -> tuple[Pack, ...]:
    """The pack with all it builds on, each once, the used ones first."""
    found: dict[str, Pack] = {}

    def visit(one: Pack) -> None:
        for used in one.uses:
            visit(used)
        found.setdefault(one.hash, one)

    visit(pack)
    return tuple(found.values())


def field_type(field: vocabulary.Field) -> Type | None:
    """The type of an event's field in expressions; None for counts, which no expression reads."""
    return _FIELD_TYPES.get(field.type)


def number_scope(words: vocabulary.Vocabulary) -> Scope:
    """The facts of the case number."""
    filed = words.types.get("case.filed")
    fields = filed.fields if filed is not None else {}
    return Scope(
        NUMBER_FACTS,
        {name: frozenset(fields[field].values) for name, field in _STATED.items() if field in fields},
    )


def fields_of(words: vocabulary.Vocabulary, event: str) -> Mapping[str, vocabulary.Field]:
    """The fields of an event type and `court`, the acting court, which every type may carry."""
    known = words.types.get(event)
    return {} if known is None else {"court": ACTING_COURT, **known.fields}


def event_scope(words: vocabulary.Vocabulary, events: Iterable[str]) -> Scope:
    """The fields of these event types over the facts of the subject's number; of several types, the fields of
    all. `captured` says of every event whether a machine took it from a system or a hand entered it.
    """
    types: dict[str, Type] = {"captured": Type.TEXT}
    choices: dict[str, frozenset[str]] = {"captured": frozenset(CAPTURED)}
    for event in events:
        for field in fields_of(words, event).values():
            kind = field_type(field)
            if kind is None:
                continue
            types.setdefault(field.name, kind)
            if field.values:
                choices[field.name] = choices.get(field.name, frozenset()) | frozenset(field.values)
    return Scope(types, choices).over(number_scope(words))


def rests_on(fact: Fact) -> frozenset[str]:
    """The names of the case that a fact is reckoned from: those it is derived from, or the day it is taken after."""
    named = expressions.names_in(fact.derive) if fact.derive is not None else ()
    return frozenset(named) | frozenset([fact.after] if fact.after is not None else ())


def fact_scope(
    facts: Iterable[Fact], clocks: Iterable[Clock], words: vocabulary.Vocabulary, *, of_clocks: bool = True
) -> Scope:
    """The facts of a case: from events, derived, of clocks, of the number."""
    types: dict[str, Type] = {}
    choices: dict[str, frozenset[str]] = {}
    for fact in facts:
        if fact.take != "all":
            types[fact.id] = fact.type
            texts = fact.values or _texts(words, fact.events, fact.field)
            if texts and fact.type in (Type.TEXT, Type.CODES):
                choices[fact.id] = frozenset(texts)
    if of_clocks:
        for clock in clocks:
            types.update({f"{clock.id}_{suffix}": kind for suffix, kind in CLOCK_FACTS.items()})
    return Scope(types, choices).over(number_scope(words))


def case_scope(pack: Pack, words: vocabulary.Vocabulary) -> Scope:
    """Everything known of a case on a day: its tracks over its facts."""
    packs = chain(pack)
    tracks = {track.id: track for one in packs for track in one.tracks.values()}
    types = dict.fromkeys((*BUILTIN_TRACKS, *tracks), Type.TEXT)
    choices: dict[str, frozenset[str]] = {}
    for track in tracks.values():
        listed = [_texts(words, [event], field) for event, field in track.events.items()]
        if listed and all(listed):
            choices[track.id] = frozenset(text for texts in listed for text in texts)
    below = fact_scope(
        [fact for one in packs for fact in one.facts.values()],
        [clock for one in packs for clock in one.clocks.values()],
        words,
    )
    scope = Scope(types, choices).over(below)
    # The category starts from the number, so it can have those texts too.
    started = below.choices.get("category")
    kept = {name: texts for name, texts in scope.choices.items() if name != "category"}
    return Scope(
        scope.types, {**kept, "category": started | choices.get("category", started)} if started else kept
    )


def measure_scope(pack: Pack, measure: Measure, words: vocabulary.Vocabulary) -> Scope:
    """What `where` and `sum` of a measure may name: with each, the event's fields come first."""
    below = case_scope(pack, words)
    return event_scope(words, measure.events).over(below) if measure.kind == "each" else below


def words_of(pack: Pack) -> vocabulary.Vocabulary:
    """The event vocabulary a pack speaks: the shipped one, with the types that it and its used packs add."""
    return _words(tuple((one.hash, _Held(one.document.get("events"))) for one in chain(pack)))


def joined(documents: Iterable[Mapping[str, Any] | None]) -> vocabulary.Vocabulary:
    """The vocabulary of these `events` parts of documents, in order; BadDefinition where two clash."""
    shipped = vocabulary.Vocabulary.shipped()
    given = [part for part in documents if part]
    whole = any(vocabulary.RETRACTED in part["types"] for part in given)
    words = vocabulary.Vocabulary({}, shipped.roles) if whole else shipped
    for part in given:
        words = words.extended(map(_event_type, part["types"].values()), part["lists"])
    return words


def events_document(lists: vocabulary.Lists, types: Iterable[vocabulary.EventType]) -> dict[str, Any]:
    """Event types and closed lists as plain data, for a document."""
    return {
        "lists": {
            name: {value: list(said) for value, said in values.items()} for name, values in lists.items()
        },
        "types": {each.name: _plain_type(each) for each in types},
    }


def _plain_type(each: vocabulary.EventType) -> dict[str, Any]:
    return {
        "name": each.name, "rank": each.rank, "zh": each.zh, "en": each.en, "lever": each.lever,
        "subject_kind": each.subject_kind, "one_of": list(each.one_of), "ordered": list(each.ordered),
        "fields": [plain_field(field) for field in each.fields.values()],
    }  # fmt: skip


def plain_field(field: vocabulary.Field) -> dict[str, Any]:
    """A field of an event as plain data."""
    return {
        "name": field.name, "type": field.type, "required": field.required, "values": list(field.values),
        "item": None if field.item is None else plain_field(field.item), "low": field.low, "high": field.high,
        "lists": list(field.lists),
    }  # fmt: skip


def _event_type(plain: Mapping[str, Any]) -> vocabulary.EventType:
    given = {**plain, "one_of": tuple(plain["one_of"]), "ordered": tuple(plain["ordered"])}
    return vocabulary.EventType(
        **{**given, "fields": {each["name"]: _field(each) for each in plain["fields"]}}
    )


def _field(plain: Mapping[str, Any]) -> vocabulary.Field:
    item = None if plain["item"] is None else _field(plain["item"])
    given = {**plain, "values": tuple(plain["values"]), "lists": tuple(plain["lists"])}
    return vocabulary.Field(**{**given, "item": item})


def _texts(words: vocabulary.Vocabulary, events: Iterable[str], field: str) -> tuple[str, ...]:
    """The closed list of a field over several event types; empty where one of them is open."""
    listed: list[tuple[str, ...]] = []
    for event in events:
        found = fields_of(words, event).get(field)
        listed.append(found.values if found is not None else ())
    return tuple(text for texts in listed for text in texts) if listed and all(listed) else ()


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Carries the part of a document past the cache's key: the pack's hash stands for it."""

    part: Mapping[str, Any] | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=64)
def _words(parts: tuple[tuple[str, _Held], ...]) -> vocabulary.Vocabulary:
    return joined(held.part for _, held in parts)
