"""Whether clocks and their tables of limits mean something: days that exist, clauses that can be read, words that are sent."""

from __future__ import annotations

from collections.abc import Mapping

from plumbline.catalog import expressions, faults, scopes
from plumbline.catalog.checks import Checks
from plumbline.catalog.definitions import Clock, Limit, LimitTable, Place, Type


class LimitChecks(Checks):
    """Checks the limits and clocks of one pack."""

    def check(self) -> None:
        """Note every fault of the pack's own tables and clocks."""
        facts = scopes.fact_scope(self.facts.values(), (), self.words)
        for table in self.pack.limits.values():
            self._table(table, facts)
        for clock in self.pack.clocks.values():
            self._clock(clock, facts)

    def _table(self, table: LimitTable, facts: scopes.Scope) -> None:
        said = f"limits `{table.id}`"
        approvers = self._words("clock.extended", "approver")
        grounds = self._words("clock.paused", "ground")
        for row in table.rows:
            self._traits(table.place, said, row.when)
            self._clause(table.place, said, row.where, facts)
            self._extensions(table, row, approvers)
        for pause in table.pauses or ():
            self._traits(table.place, said, pause.when)
            self._texts(table.place, said, "ground", pause.grounds, grounds)

    def _extensions(self, table: LimitTable, row: Limit, approvers: frozenset[str] | None) -> None:
        said = f"limits `{table.id}`"
        for extension in row.extensions or ():
            self._texts(table.place, said, "approver", extension.by, approvers)
        if row.none and row.extensions:
            self.faults.add(
                table.place, f"{said}: a row without a limit says who extends it", "leave extensions out"
            )

    def _traits(self, place: Place | None, said: str, when: Mapping[str, tuple[str, ...]]) -> None:
        for trait, texts in when.items():
            self._texts(place, said, trait, texts, self.case.choices.get(trait))

    def _words(self, event: str, field: str) -> frozenset[str] | None:
        found = scopes.fields_of(self.words, event).get(field)
        return frozenset(found.values) if found is not None else None

    def _clause(self, place: Place | None, said: str, text: str | None, facts: scopes.Scope) -> None:
        """A clause over facts that rest on no clock: a clock cannot wait for another."""
        if text is None:
            return
        self._expression(place, said, text, facts, Type.FLAG)
        try:
            named = expressions.names_in(text)
        except faults.Unreadable:
            return
        for name in sorted(named):
            if self._rests_on_clock(name):
                self.faults.add(
                    place, f"{said}: `{name}` in a clause rests on a clock", "write a clause over other facts"
                )

    def _clock(self, clock: Clock, facts: scopes.Scope) -> None:
        said = f"clocks `{clock.id}`"
        if clock.due is None:
            known = {table.id: table for one in self.packs for table in one.limits.values()}
            self._known(clock.place, f"{said}: limits", clock.limits, known)
        elif clock.times > 1 or self._many(clock.starts):
            self.faults.add(
                clock.place, f"{said} runs more than once to one last day", "name a table of limits"
            )
        if clock.times > 1 and self._many(clock.starts):
            self.faults.add(
                clock.place,
                f"{said} starts on many days and runs {clock.times} times from each",
                "start it on one day: first or last",
            )
        many = clock.times > 1 or self._many(clock.starts)
        days = [clock.starts, *clock.ends, *(one.on for one in clock.restarts)]
        for name in (*days, *clock.stops, *([clock.due] if clock.due else [])):
            self._day(clock.place, said, name, spells=name == clock.starts or (many and name in clock.stops))
            if self._rests_on_clock(name):
                self.faults.add(
                    clock.place,
                    f"{said}: `{name}` rests on a clock itself",
                    "start and stop on days taken from events",
                )
        for restart in clock.restarts:
            self._clause(clock.place, said, restart.where, facts)

    def _many(self, name: str) -> bool:
        fact = self.facts.get(name)
        return fact is not None and fact.take == "all"

    def _rests_on_clock(self, name: str) -> bool:
        ours = {f"{clock}_{suffix}" for clock in self.clocks for suffix in scopes.CLOCK_FACTS}
        waiting, seen = [name], set[str]()
        while waiting:
            each = waiting.pop()
            if each in ours:
                return True
            fact = self.facts.get(each)
            if fact is not None and each not in seen:
                seen.add(each)
                try:
                    waiting += scopes.rests_on(fact)
                except faults.Unreadable:
                    continue
        return False
