"""Packs read together, with their trace and their worked examples: what pages are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plumbline.catalog import scopes, trace_writer
from plumbline.catalog.definitions import Clock, Fact, LimitTable, Pack, Text
from plumbline.catalog.examples import Example
from plumbline.catalog.rulebook_tree import RuleBook
from plumbline.catalog.tracing import Thing, Trace


@dataclass(frozen=True, slots=True)
class Collection:
    """Packs by id, in the order of their ids; of two editions of one the later one given."""

    packs: Mapping[str, Pack]
    trace: Trace
    examples: tuple[Example, ...] = ()

    @staticmethod
    def of(packs: Iterable[Pack], examples: Iterable[Example] = ()) -> Collection:
        """The collection of some packs and all they build on."""
        given = list(packs)
        every = {one.id: one for pack in given for one in scopes.chain(pack)} | {one.id: one for one in given}
        return Collection(dict(sorted(every.items())), trace_writer.trace(given), tuple(examples))

    def thing(self, kind: str, pack: Pack, name: str) -> Thing:
        """The thing of a definition."""
        full = pack.id if kind == "pack" else f"{pack.id}.{name}"
        return self.trace.thing(kind, full, Text(name, name))

    def fact(self, thing: Thing) -> tuple[Pack, Fact]:
        """The fact a thing stands for, with its pack."""
        pack, name = self._home(thing)
        return pack, pack.facts[name]

    def clock(self, thing: Thing) -> tuple[Pack, Clock]:
        """The clock a thing stands for, with its pack."""
        pack, name = self._home(thing)
        return pack, pack.clocks[name]

    def book(self, thing: Thing) -> tuple[Pack, RuleBook]:
        """The rule book a thing stands for, with its pack."""
        pack, name = self._home(thing)
        return pack, pack.rule_books[name]

    def table(self, pack: Pack, name: str) -> LimitTable:
        """A table of limits by the name a clock of the pack uses."""
        return next(one.limits[name] for one in reversed(scopes.chain(pack)) if name in one.limits)

    def users(self, pack: Pack) -> list[Pack]:
        """The packs that may speak of what a pack defines: itself, and those that build on it."""
        return [one for one in self.packs.values() if any(below.id == pack.id for below in scopes.chain(one))]

    def _home(self, thing: Thing) -> tuple[Pack, str]:
        pack, _, name = thing.id.partition(".")
        return self.packs[pack], name
