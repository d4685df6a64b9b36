"""What the names in a pack's expressions are called, and the texts they can have: in Chinese and English."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from plumbline import vocabulary
from plumbline.catalog import expressions, field_words, scopes
from plumbline.catalog.definitions import Fact, Measure, Pack, Text, Track, Type


@dataclass(frozen=True, slots=True)
class Word:
    """A name in words, its type, and what each text it can have is called."""

    title: Text
    type: Type | None
    values: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of the names that an expression of one place may use."""

    words: Mapping[str, Word]
    texts: Mapping[str, Text] = field(default_factory=dict)

    def text(self, name: str | None, value: str) -> Text | None:
        """What a text is called where it is compared with a name; else what every closed list calls it, if all agree."""
        known = self.word(name).values.get(value) if name is not None else None
        return known or self.texts.get(value)

    def word(self, name: str) -> Word:
        """A name in words; one that has none stands for itself."""
        return self.words.get(name) or Word(Text(f"`{name}`", f"`{name}`"), None)


def of_events(pack: Pack, events: Iterable[str] = ()) -> Lexicon:
    """The names of a case, and over them the fields of these event types."""
    case = _case(_Keyed(pack))
    listed = tuple(events)
    if not listed:
        return case
    fields = _fields(scopes.words_of(pack), listed)
    return Lexicon({**case.words, **_with_codes(fields, scopes.chain(pack))}, case.texts)


@dataclass(frozen=True, slots=True, eq=False)
class _Keyed:
    """A pack that a cache can hold by its hash."""

    pack: Pack

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self.pack.hash == other.pack.hash

    def __hash__(self) -> int:
        return hash(self.pack.hash)


@functools.lru_cache(maxsize=16)
def _case(keyed: _Keyed) -> Lexicon:
    """Facts, facts of clocks and tracks of a case, over those of its number."""
    types, packs = scopes.words_of(keyed.pack), scopes.chain(keyed.pack)
    found = _number(types)
    for one in packs:
        for fact in one.facts.values():
            found[fact.id] = Word(fact_title(fact, types), fact.type, _fact_values(fact, types))
        for clock in one.clocks.values():
            found |= _clock(clock.id, clock.title or Text(f"`{clock.id}`", f"`{clock.id}`"))
    for one in packs:
        for track in one.tracks.values():
            found[track.id] = Word(_track_title(track), track.type, _track_values(track, types))
    for fact in (fact for one in packs for fact in one.facts.values() if fact.derive is not None):
        if fact.type is Type.TEXT:
            found[fact.id] = Word(found[fact.id].title, fact.type, _derived_values(fact, found))
    return Lexicon(_with_codes(found, packs), _agreed(types))


def _derived_values(fact: Fact, found: Mapping[str, Word]) -> Mapping[str, Text]:
    """The texts of what a fact is derived from."""
    names = expressions.names_in(fact.derive or "")
    return {
        value: said for name in sorted(names & found.keys()) for value, said in found[name].values.items()
    }


def of_measure(pack: Pack, measure: Measure) -> Lexicon:
    """What `where` and `sum` of a measure may name."""
    return of_events(pack, measure.events if measure.kind == "each" else ())


def _agreed(types: vocabulary.Vocabulary) -> Mapping[str, Text]:
    """The texts of closed lists that are called the same in every list that has them."""
    said: dict[str, set[tuple[str, str]]] = {}
    for values in types.lists.values():
        for value, names in values.items():
            said.setdefault(value, set()).add((names[0], names[1]))
    return {value: Text(*next(iter(names))) for value, names in said.items() if len(names) == 1}


def field_values(types: vocabulary.Vocabulary, one: vocabulary.Field) -> Mapping[str, Text]:
    """What each text of a field's closed lists is called."""
    if one.item is not None:
        return field_values(types, one.item)
    return {
        value: Text(*said)
        for name in one.lists
        for value, said in types.lists.get(name, {}).items()
        if value in one.values
    }


def event_title(types: vocabulary.Vocabulary, name: str) -> Text:
    """What an event type is called."""
    kind = types.types.get(name)
    return Text(kind.zh, kind.en) if kind is not None else Text(f"`{name}`", f"`{name}`")


def fact_title(fact: Fact, types: vocabulary.Vocabulary) -> Text:
    """A fact's title; one without is called by the field it takes."""
    if fact.title is not None:
        return fact.title
    if not fact.events:
        return Text(f"`{fact.id}`", f"`{fact.id}`")
    event = event_title(types, fact.events[0])
    if fact.field in ("", "day"):
        return Text(f"“{event.zh}”之日", f"day of ‘{event.en}’")
    what = field_words.field(fact.field, fact.events[0])
    return Text(f"“{event.zh}”所载{what.zh}", f"{what.en} stated by ‘{event.en}’")


def _fields(types: vocabulary.Vocabulary, events: Iterable[str]) -> dict[str, Word]:
    """The fields of several event types; one that several have keeps its first title and the texts of all."""
    found = (
        {"captured": Word(field_words.field("captured"), Type.TEXT, field_words.CAPTURED)} if events else {}
    )
    for event in events:
        for name, one in scopes.fields_of(types, event).items():
            known = found.get(name)
            title = known.title if known else field_words.field(name, event)
            values = {**field_values(types, one), **(known.values if known else {})}
            found[name] = Word(title, scopes.field_type(one), values)
    return found


def _number(types: vocabulary.Vocabulary) -> dict[str, Word]:
    fields = types.types["case.filed"].fields if "case.filed" in types.types else {}
    return {
        name: Word(
            title,
            scopes.NUMBER_FACTS.get(name, Type.TEXT),
            field_values(types, fields[of]) if (of := name.removeprefix("effective_")) in fields else {},
        )
        for name, title in field_words.NUMBER.items()
    }


def _clock(name: str, title: Text) -> dict[str, Word]:
    found = {}
    for suffix, kind in scopes.CLOCK_FACTS.items():
        plain = suffix.replace("_", " ")
        said = field_words.CLOCK.get(suffix) or Text(f"{{0}}（{plain}）", f"{plain} of the {{0}}")
        found[f"{name}_{suffix}"] = Word(Text(said.zh.format(title.zh), said.en.format(title.en)), kind)
    return found


def _fact_values(fact: Fact, types: vocabulary.Vocabulary) -> Mapping[str, Text]:
    found: dict[str, Text] = {}
    for event in fact.events:
        one = scopes.fields_of(types, event).get(fact.field)
        if one is not None:
            found |= field_values(types, one)
    return found


def _track_title(track: Track) -> Text:
    return track.title or field_words.field(track.id)


def _track_values(track: Track, types: vocabulary.Vocabulary) -> Mapping[str, Text]:
    found: dict[str, Text] = {}
    for event, name in track.events.items():
        one = scopes.fields_of(types, event).get(name)
        if one is not None:
            found |= field_values(types, one)
    return found


def _with_codes(found: dict[str, Word], packs: Iterable[Pack]) -> dict[str, Word]:
    """Codes that a pack lists with their titles (causes, tags) are texts with a name too."""
    listed: dict[str, Text] = {}
    for one in packs:
        for section in ("causes", "tags"):
            entries: Any = getattr(one, section, None) or {}
            for entry in entries.values() if isinstance(entries, Mapping) else entries:
                title, code = getattr(entry, "title", None), getattr(entry, "code", getattr(entry, "id", ""))
                if isinstance(title, Text):
                    listed[str(code)] = title
    if not listed:
        return found
    coded = ("cause", "tags", "tags_added", "tags_removed")
    return {
        name: Word(word.title, word.type, {**listed, **word.values})
        if name in coded or word.type is Type.CODES
        else word
        for name, word in found.items()
    }
