"""Whether the definitions of a pack mean something together; every fault with its line and what to write
instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from plumbline import vocabulary
from plumbline.catalog import (
    benchmarks,
    causes,
    code_maps,
    conversions,
    faults,
    formulas,
    identities,
    limit_checks,
    meanings,
    rulebooks,
    scopes,
    tags,
    targets,
    watches,
)
from plumbline.catalog.checks import Checks
from plumbline.catalog.definitions import Fact, Indicator, Measure, Pack, Place, Target, Track, Type

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
    """Every fact of the pack and of all it builds on: those from events first, then each other one after
    what it rests on.
    """
    every = {fact.id: fact for one in scopes.chain(pack) for fact in one.facts.values()}
    order = [fact for fact in every.values() if not scopes.rests_on(fact)]
    waiting = [fact for fact in every.values() if scopes.rests_on(fact)]
    while waiting:
        left = {fact.id for fact in waiting}
        ready = [fact for fact in waiting if not scopes.rests_on(fact) & left]
        order += ready
        waiting = [fact for fact in waiting if fact not in ready]
    return tuple(order)


def check(pack: Pack, words: vocabulary.Vocabulary, found: faults.Faults) -> None:
    """Note everything wrong with a pack whose shape is right."""
    _Checker(pack, words, found).check()
    rulebooks.check(pack, found)
    benchmarks.check(pack, rulebooks.figures(pack), found)
    conversions.check(pack, rulebooks.figures(pack), rulebooks.books(pack), found)
    causes.check(pack, scopes.chain(pack), found)
    tags.check(pack, scopes.chain(pack), found)
    watches.check(pack, scopes.chain(pack), found)
    code_maps.check(pack, scopes.chain(pack), words, found)
    identities.check(pack, scopes.chain(pack), found)


class _Checker(Checks):
    def check(self) -> None:
        self._unique()
        for fact in self.pack.facts.values():
            self._fact(fact)
        for track in self.pack.tracks.values():
            self._track(track)
        limit_checks.LimitChecks(self.pack, self.words, self.faults).check()
        for measure in self.pack.measures.values():
            self._measure(measure)
        numbers: dict[int, str] = {}
        for indicator in self.pack.indicators.values():
            self._indicator(indicator)
            if (
                indicator.number is not None
                and numbers.setdefault(indicator.number, indicator.id) != indicator.id
            ):
                self.faults.add(
                    indicator.place,
                    f"indicators `{indicator.id}`: {indicator.number} is already the number of "
                    f"`{numbers[indicator.number]}`",
                    "give each its own number, as in the table",
                )
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
        tables_into: dict[str, str] = {}
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
            self._claim([(each.id, each.place) for each in one.conversions.values()], tables_into, mine)

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
        if fact.after is not None:
            self._day(fact.place, f"{said}: after", fact.after)
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
