"""What every check of a pack's meaning asks: is this name known, is it a day, can this clause be read."""

from __future__ import annotations

from collections.abc import Iterable

from plumbline import vocabulary
from plumbline.catalog import expressions, faults, scopes
from plumbline.catalog.definitions import Pack, Place, Type
from plumbline.catalog.faults import nearest


class Checks:
    """A pack with all it builds on, its names, and where faults are noted."""

    def __init__(self, pack: Pack, words: vocabulary.Vocabulary, found: faults.Faults) -> None:
        self.pack = pack
        self.words = words
        self.faults = found
        self.packs = scopes.chain(pack)
        self.facts = {fact.id: fact for one in self.packs for fact in one.facts.values()}
        self.measures = {measure.id: measure for one in self.packs for measure in one.measures.values()}
        self.indicators = {each.id: each for one in self.packs for each in one.indicators.values()}
        self.clocks = {clock.id: clock for one in self.packs for clock in one.clocks.values()}
        self.case = scopes.case_scope(pack, words)
        self.number = scopes.number_scope(words)

    def _events(self, place: Place | None, said: str, events: Iterable[str]) -> set[str]:
        """Those of the event types that exist."""
        return {event for event in events if self._known(place, f"{said}: event", event, self.words.types)}

    def _field(self, place: Place | None, said: str, event: str, field: str) -> set[Type]:
        fields = scopes.fields_of(self.words, event)
        if not self._known(place, f"{said}: field of {event}", field, fields):
            return set()
        kind = scopes.field_type(fields[field])
        if kind is None:
            self.faults.add(place, f"{said}: `{field}` cannot be read by definitions", "name another field")
        return {kind} if kind is not None else set()

    def _known(self, place: Place | None, said: str, name: str, known: Iterable[str]) -> bool:
        if name in (listed := set(known)):
            return True
        if name:
            self.faults.add(place, f"{said} `{name}` does not exist", nearest(name, listed))
        return False

    def _day(self, place: Place | None, said: str, name: str, *, spells: bool = False) -> None:
        """A fact or clock's fact of type day; one that takes all days only where spells are meant."""
        fact = self.facts.get(name)
        if fact is not None and fact.take == "all":
            if not spells:
                self.faults.add(
                    place, f"{said}: `{name}` holds many days", "name a fact with one day: first or last"
                )
            return
        types = scopes.fact_scope(self.facts.values(), self.clocks.values(), self.words).types
        days = [each for each, kind in types.items() if kind is Type.DAY]
        if name in types and name not in days:
            self.faults.add(place, f"{said}: `{name}` is not a day", nearest(name, days))
        elif name not in types:
            self._known(place, f"{said}: fact", name, days)

    def _expression(self, place: Place | None, said: str, text: str, scope: scopes.Scope, kind: Type) -> None:
        try:
            read = expressions.read_expression(text, scope.types, expected=kind)
        except faults.Unreadable as bad:
            self.faults.add(place, f"{said}: {bad.what}", bad.instead)
            return
        if not read.names and kind is Type.FLAG:
            self.faults.add(
                place, f"{said}: `{text}` names nothing, so it never changes", "name a fact or field"
            )
        for name, literal in sorted(read.literals):
            self._texts(place, said, name, [literal], scope.choices.get(name))

    def _texts(
        self, place: Place | None, said: str, name: str, texts: Iterable[str], choices: frozenset[str] | None
    ) -> None:
        for text in texts:
            if choices and text not in choices:
                self.faults.add(place, f"{said}: `{name}` is never '{text}'", nearest(text, choices))
