"""Whether the definitions of a pack mean something together; every fault with its line and what to write
instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from plumbline import vocabulary
from plumbline.catalog import expressions, faults, formulas, meanings, rulebooks, scopes, targets
from plumbline.catalog.definitions import Clock, Fact, Indicator, Measure, Pack, Place, Target, Track, Type
from plumbline.catalog.faults import nearest

definition_hashes = meanings.definition_hashes
trigger_of = meanings.trigger_of
trigger_hash = meanings.trigger_hash

_COURT = re.compile(r"[^\s*]{1,24}\*?")


def names_of(pack: Pack) -> Mapping[str, Type]:
    """The names a derived fact may use: facts, facts of clocks and of the number."""
    packs = scopes.chain(pack)
    facts = [fact for one in packs for fact in one.facts.values()]
    clocks = [clock for one in packs for clock in one.clocks.values()]
    return scopes.fact_scope(facts, clocks, scopes.words_of(pack)).types


def event_names(
    words: vocabulary.Vocabulary, events: Iterable[str], below: Mapping[str, Type]
) -> Mapping[str, Type]:
    """The names a clause over events may use: their fields, then the facts of the subject's number, then
    `below`.
    """
    return {**below, **scopes.event_scope(words, events).types}


def measure_names(pack: Pack, measure: Measure, words: vocabulary.Vocabulary) -> Mapping[str, Type]:
    """The names `where` and `sum` of a measure may use."""
    return scopes.measure_scope(pack, measure, words).types


def facts_in_order(pack: Pack) -> tuple[Fact, ...]:
    """Every fact of the pack and of all it builds on: those from events first, then each derived one after
    what it rests on.
    """
    every = {fact.id: fact for one in scopes.chain(pack) for fact in one.facts.values()}
    order = [fact for fact in every.values() if fact.derive is None]
    waiting = [fact for fact in every.values() if fact.derive is not None]
    while waiting:
        left = {fact.id for fact in waiting}
        ready = [fact for fact in waiting if not expressions.names_in(fact.derive or "") & left]
        order += ready
        waiting = [fact for fact in waiting if fact not in ready]
    return tuple(order)


def check(pack: Pack, words: vocabulary.Vocabulary, found: faults.Faults) -> None:
    """Note everything wrong with a pack whose shape is right."""
    _Checker(pack, words, found).check()
    rulebooks.check(pack, found)


class _Checker:
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

    def check(self) -> None:
        self._unique()
        for fact in self.pack.facts.values():
            self._fact(fact)
        for track in self.pack.tracks.values():
            self._track(track)
        for table in self.pack.limits.values():
            for row in table.rows:
                for trait, texts in row.when.items():
                    self._texts(
                        table.place, f"limits `{table.id}`", trait, texts, self.case.choices.get(trait)
                    )
        for clock in self.pack.clocks.values():
            self._clock(clock)
        for measure in self.pack.measures.values():
            self._measure(measure)
        for indicator in self.pack.indicators.values():
            self._indicator(indicator)
        for target in self.pack.targets:
            self._target(target)
        for role in self.pack.roles.values():
            self._known(role.place, "roles", role.id, self.words.roles)
            if role.expected_of is not None:
                self._expression(role.place, f"roles `{role.id}`", role.expected_of, self.number, Type.FLAG)

    def _unique(self) -> None:
        """No id of this pack says something else in a pack it builds on, or in another section with the same
        readers.
        """
        names: dict[str, str] = dict.fromkeys(scopes.NUMBER_FACTS, "the case number")
        figures: dict[str, str] = {}
        tables: dict[str, str] = {}
        open_: dict[str, str] = {}
        books: dict[str, str] = {}
        for one in self.packs:
            mine = f"pack {one.id}"
            given = [(fact.id, fact.place) for fact in one.facts.values()]
            given += [
                (track.id, track.place)
                for track in one.tracks.values()
                if track.id not in scopes.BUILTIN_TRACKS
            ]
            given += [
                (f"{c.id}_{suffix}", c.place) for c in one.clocks.values() for suffix in scopes.CLOCK_FACTS
            ]
            self._claim(given, names, mine)
            # The category and the court start from the number, so one track of each is no clash.
            again = [
                (track.id, track.place) for track in one.tracks.values() if track.id in scopes.BUILTIN_TRACKS
            ]
            self._claim([(f"track {name}", place) for name, place in again], names, mine)
            counted = [(measure.id, measure.place) for measure in one.measures.values()]
            counted += [(indicator.id, indicator.place) for indicator in one.indicators.values()]
            self._claim(counted, figures, mine)
            self._claim([(table.id, table.place) for table in one.limits.values()], tables, mine)
            self._claim([(each.id, each.place) for each in one.parameters.values()], open_, mine)
            self._claim([(book.id, book.place) for book in one.rule_books.values()], books, mine)

    def _claim(self, given: Sequence[tuple[str, Place | None]], taken: dict[str, str], by: str) -> None:
        for name, place in given:
            if name in taken:
                self.faults.add(
                    place, f"`{name}` is already defined by {taken[name]}", "use that, or choose another id"
                )
            taken.setdefault(name, by)

    def _fact(self, fact: Fact) -> None:
        said = f"facts `{fact.id}`"
        if fact.derive is not None:
            return
        fields = self._events(fact.place, said, (*fact.events, *fact.undone_by))
        kinds: set[Type] = set()
        for event in fact.events:
            if event in fields and fact.field and fact.field != "day":
                kinds |= self._field(fact.place, said, event, fact.field)
        if fact.field == "day":
            kinds = {Type.DAY}
        if len(kinds) > 1:
            self.faults.add(
                fact.place, f"{said}: `{fact.field}` has another type in another event", "define two facts"
            )
        wanted = {
            "sum": {Type.INTEGER},
            "max": {Type.DAY, Type.INTEGER},
            "min": {Type.DAY, Type.INTEGER},
        }.get(fact.take)
        if wanted and kinds and not kinds <= wanted:
            self.faults.add(fact.place, f"{said}: `{fact.take}` needs numbers", "write first or last")
        if fact.take == "all" and fact.field != "day":
            self.faults.add(
                fact.place, f"{said}: only days can be taken all", "write all(day), or first or last"
            )
        scope = scopes.event_scope(self.words, fact.events)
        if fact.where is not None:
            self._expression(fact.place, said, fact.where, scope, Type.FLAG)
        self._texts(fact.place, said, fact.field, fact.values, scope.choices.get(fact.field))

    def _track(self, track: Track) -> None:
        said = f"tracks `{track.id}`"
        fields = self._events(track.place, said, track.events)
        for event, field in track.events.items():
            if event in fields and not self._field(track.place, said, event, field) <= {Type.TEXT}:
                self.faults.add(
                    track.place, f"{said}: `{field}` is not text", "name a field that holds a code or person"
                )

    def _clock(self, clock: Clock) -> None:
        said = f"clocks `{clock.id}`"
        known = {table.id: table for one in self.packs for table in one.limits.values()}
        self._known(clock.place, f"{said}: limits", clock.limits, known)
        for name in (clock.starts, *clock.stops):
            self._day(clock.place, said, name)
            if self._rests_on_clock(name):
                self.faults.add(
                    clock.place,
                    f"{said}: `{name}` rests on a clock itself",
                    "start and stop on days taken from events",
                )

    def _measure(self, measure: Measure) -> None:
        said = f"measures `{measure.id}`"
        for name in (*measure.starts, *measure.until):
            self._day(measure.place, said, name, spells=True)
        self._events(measure.place, said, measure.events)
        if measure.role is not None:
            roles = {role for one in self.packs for role in one.roles} or set(self.words.roles)
            self._known(measure.place, f"{said}: on", measure.role, roles)
        scope = scopes.measure_scope(self.pack, measure, self.words)
        if measure.where is not None:
            self._expression(measure.place, said, measure.where, scope, Type.FLAG)
        if measure.sum is not None:
            self._expression(measure.place, said, measure.sum, scope, Type.INTEGER)

    def _indicator(self, indicator: Indicator) -> None:
        try:
            if indicator.formula:
                formulas.read_formula(indicator.formula, self.measures)
        except faults.Unreadable as bad:
            self.faults.add(indicator.place, f"indicators `{indicator.id}`: {bad.what}", bad.instead)
        begins, ends = indicator.in_force_from, indicator.in_force_until
        if begins and ends and begins >= ends:
            self.faults.add(
                indicator.place,
                f"indicators `{indicator.id}` is in force on no day",
                "write an in_force_until later than that",
            )

    def _target(self, target: Target) -> None:
        figures: dict[str, Measure | Indicator] = {**self.measures, **self.indicators}
        if not self._known(target.place, "targets", target.of, figures):
            return
        for court in target.courts:
            if _COURT.fullmatch(court) is None:
                self.faults.add(
                    target.place,
                    f"`{court}` is not a court code",
                    "write 吉24, or 吉24* for all that begin so",
                )
        try:
            rule = targets.read_target(target.rule, figures[target.of].unit)
        except faults.Unreadable as bad:
            self.faults.add(target.place, f"target of `{target.of}`: {bad.what}", bad.instead)
            return
        if rule.kind == "sum_of_courts" and target.scope != "all":
            self.faults.add(target.place, "sum_of_courts is a line for a district", "write `scope: all`")

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

    def _rests_on_clock(self, name: str) -> bool:
        ours = {f"{clock}_{suffix}" for clock in self.clocks for suffix in scopes.CLOCK_FACTS}
        waiting, seen = [name], set[str]()
        while waiting:
            each = waiting.pop()
            if each in ours:
                return True
            fact = self.facts.get(each)
            if fact is not None and fact.derive is not None and each not in seen:
                seen.add(each)
                try:
                    waiting += expressions.names_in(fact.derive)
                except faults.Unreadable:
                    continue
        return False
