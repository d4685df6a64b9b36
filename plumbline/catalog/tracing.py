"""The trace: from a document by its clauses to indicators, measures, facts and event types, and all the way back.

A graph made from packs alone; nothing here reads a figure.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plumbline import errors
from plumbline.catalog.definitions import Text

#: Every kind of thing, from the document down to the event.
KINDS: Mapping[str, Text] = {
    "document": Text("文件", "document"),
    "clause": Text("条款", "clause"),
    "pack": Text("指标包", "pack"),
    "rule_book": Text("考核办法", "rule book"),
    "item": Text("考核项", "item"),
    "conversion": Text("换算办法", "conversion"),
    "indicator": Text("指标", "indicator"),
    "measure": Text("基础统计量", "measure"),
    "clock": Text("期限", "clock"),
    "limits": Text("期限表", "table of limits"),
    "fact": Text("案件要素", "fact"),
    "track": Text("归属", "track"),
    "event": Text("案件事件", "event type"),
}
#: Event types that the books themselves read, whatever the packs say.
BOOKS: Mapping[str, Text] = {
    "event.retracted": Text("撤回：被撤回的事件不再计入", "a retraction: what it names no longer counts"),
    "source.day_closed": Text("日结：计算覆盖率", "closes a day: coverage is reckoned from it"),
    "case.sealed": Text("封存：只计数，不列出案件", "sealed: counted, and never listed"),
}
_ORDER = {kind: place for place, kind in enumerate(KINDS)}
_SPLIT = re.compile(r"[、；，;,]")


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a kind. Definitions are called `<pack>.<id>`, items `<pack>.<book>/<item>`, a clause by its
    document, a space and itself.
    """

    kind: str
    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Link:
    """`above` rests on `below`; `how` says as what."""

    above: Thing
    below: Thing
    how: Text


class Trace:
    """The graph: things by kind and name, and what each rests on. `trace_writer` makes it from packs."""

    def __init__(self) -> None:
        self.things: dict[tuple[str, str], Thing] = {}
        self._below: dict[Thing, dict[Link, None]] = {}
        self._above: dict[Thing, dict[Link, None]] = {}

    def find(self, kind: str | None, name: str) -> tuple[Thing, ...]:
        """The things a name stands for: one, or every clause that begins so; of any kind where none is said.

        errors.NotFound where there is none, errors.BadInput where a bare id stands for several.
        """
        kinds = [kind] if kind is not None else list(KINDS)
        for one in kinds:
            if (one, name) in self.things and one != "clause":
                return (self.things[one, name],)
        if "clause" in kinds and (clauses := self._clauses(name)):
            return clauses
        found = [one for one in self.things.values() if one.kind in kinds and _bare(one) == name]
        if len(found) > 1:
            raise errors.BadInput(
                f"“{name}” stands for several things.",
                why=", ".join(f"{one.kind} {one.id}" for one in sorted(found, key=_place)),
                next="Write the kind and <pack>.<id>.",
            )
        if not found:
            known = [one.id for one in self.things.values() if one.kind in kinds]
            close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
            near = f"Is one of these meant: {', '.join(f'“{one}”' for one in close)}?" if close else ""
            raise errors.NotFound(
                f"Nothing is called “{name}”{f' among the {kind}s' if kind else ''}.",
                next=near
                or "Write an event type, <pack>.<id>, a document, or a document, a space and a clause.",
            )
        return tuple(found)

    def below(self, start: Sequence[Thing]) -> tuple[Link, ...]:
        """Every link from these things down to event types, nearest first."""
        return self._walk(start, self._below, lambda link: link.below)

    def above(self, start: Sequence[Thing]) -> tuple[Link, ...]:
        """Every link from these things up to documents, nearest first."""
        return self._walk(start, self._above, lambda link: link.above)

    def below_once(self, thing: Thing) -> list[Link]:
        """What one thing rests on directly, by kind and id."""
        return sorted(self._below.get(thing, ()), key=lambda link: _place(link.below))

    def of(self, kind: str) -> list[Thing]:
        """Every thing of a kind, by id."""
        return sorted((one for one in self.things.values() if one.kind == kind), key=_place)

    def unread(self) -> list[Thing]:
        """Event types that no definition and none of the books' own rules reads."""
        return [one for one in self.of("event") if one.id not in BOOKS and not self._above.get(one)]

    def thing(self, kind: str, name: str, title: Text) -> Thing:
        """The thing of that kind and name, noted when it is first named."""
        return self.things.setdefault((kind, name), Thing(kind, name, title))

    def link(self, above: Thing, below: Thing, zh: str, en: str) -> None:
        """Note that one thing rests on another."""
        link = Link(above, below, Text(zh, en))
        self._below.setdefault(above, {})[link] = None
        self._above.setdefault(below, {})[link] = None

    def _clauses(self, name: str) -> tuple[Thing, ...]:
        """Clauses of a document that begin as asked, or of which a part does."""
        found = []
        for thing in self.of("clause"):
            document = next(link.above.id for link in self._above[thing] if link.above.kind == "document")
            asked = name.removeprefix(f"{document} ") if name.startswith(f"{document} ") else ""
            parts = _SPLIT.split(thing.id.removeprefix(f"{document} "))
            if asked and any(part.strip().startswith(asked) for part in parts):
                found.append(thing)
        return tuple(found)

    def _walk(
        self, start: Sequence[Thing], links: Mapping[Thing, Iterable[Link]], end: Any
    ) -> tuple[Link, ...]:
        found: dict[Link, None] = {}
        seen, waiting = set(start), list(start)
        while waiting:
            thing = waiting.pop(0)
            for link in sorted(links.get(thing, ()), key=lambda one: _place(end(one))):
                found[link] = None
                if end(link) not in seen:
                    seen.add(end(link))
                    waiting.append(end(link))
        return tuple(found)


def ends(links: Iterable[Link], kind: str) -> list[Thing]:
    """The things of one kind that links touch, each once, by id."""
    found = {one for link in links for one in (link.above, link.below) if one.kind == kind}
    return sorted(found, key=_place)


def _place(thing: Thing) -> tuple[int, str]:
    return _ORDER[thing.kind], thing.id


def _bare(thing: Thing) -> str:
    return thing.id if thing.kind in ("document", "clause", "event", "pack") else thing.id.partition(".")[2]
