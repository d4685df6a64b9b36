"""What may be said of a case: the event types, their ranks and typed fields, the closed lists, and the roles
of links.

Read from `definitions/court-core/events.yaml` and `links.yaml`; a pack may add types, never change one.
"""

from __future__ import annotations

import functools
import pathlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import yaml

from plumbline import errors

RETRACTED = "event.retracted"
LEVERS = ("process", "outcome", "by_method", "none")
SUBJECT_KINDS = ("court", "case")
PLAIN_TYPES = ("court", "person", "unit", "code", "day", "flag", "text", "digest", "counts", "evidence")
LARGEST = 10**15
SPANS = {"fen": (-LARGEST, LARGEST), "integer": (-LARGEST, LARGEST), "n": (0, 10**6)}

_SHIPPED = pathlib.Path(__file__).resolve().parent.parent / "definitions" / "court-core" / "events.yaml"
_TYPE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SPAN = re.compile(r"([0-9]{1,6})-([0-9]{1,6})")
_RESERVED = frozenset({"links", "court", "ext"})

Lists = Mapping[str, Mapping[str, tuple[str, str]]]
"""Closed lists by name: each value with its Chinese and English name."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an event.

    `type` is one of PLAIN_TYPES, `fen`, `n`, `integer` (with `low` and `high`), `choice` (with `values`,
    from the closed lists named in `lists`) or `list` (of `item`).
    """

    name: str
    type: str
    required: bool
    values: tuple[str, ...] = ()
    item: Field | None = None
    low: int = 0
    high: int = 0
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventType:
    """A thing that can happen. `rank` orders it within a court day (0 for a retraction, which is in no
    order).

    `subject_kind` is court, case (anything but a court) or None (either). Exactly one field of `one_of` is
    given; the days in `ordered` follow each other.
    """

    name: str
    rank: int
    zh: str
    en: str
    fields: Mapping[str, Field]
    lever: str
    subject_kind: str | None = None
    one_of: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a link, from the case that is filed to the case it rests on; `is_key`: to a bare key, not to
    a case."""

    name: str
    zh: str
    en: str
    is_key: bool


@dataclass(frozen=True)
class Vocabulary:
    """All event types, roles and closed lists by name. Two types never share a rank."""

    types: Mapping[str, EventType]
    roles: Mapping[str, Role]
    lists: Lists = field(default_factory=dict)

    @staticmethod
    def read(path: pathlib.Path) -> Vocabulary:
        """Read `events.yaml` and the `links.yaml` beside it; BadDefinition with file and line."""
        lists, types = read_types(path, {})
        if RETRACTED not in {each.name for each in types}:
            raise errors.BadDefinition(f"The type {RETRACTED} is missing", file=str(path))
        return Vocabulary({}, _roles(path.with_name("links.yaml"))).extended(types, lists)

    @staticmethod
    def shipped() -> Vocabulary:
        """The vocabulary of the court-core pack."""
        return _shipped()

    @functools.cached_property
    def ranks(self) -> Mapping[str, int]:
        return {name: each.rank for name, each in self.types.items()}

    def extended(self, types: Iterable[EventType], lists: Lists | None = None) -> Vocabulary:
        """This vocabulary with a pack's own types (and lists); BadDefinition when one exists or shares a
        rank."""
        every = dict(self.types)
        by_rank = {each.rank: name for name, each in every.items()}
        for each in types:
            if each.name in every:
                raise errors.BadDefinition(
                    f"The event type {each.name} exists already",
                    why="A type may be added, never changed: a change is a new vocabulary.",
                    next="Give the new type another name.",
                )
            if each.rank in by_rank:
                raise errors.BadDefinition(
                    f"{each.name} and {by_rank[each.rank]} share the rank {each.rank}",
                    why="Two events of one day could then stand in either order.",
                    next="Choose a rank no other type has.",
                )
            every[each.name] = each
            by_rank[each.rank] = each.name
        return Vocabulary(every, self.roles, {**self.lists, **(lists or {})})


def read_types(path: pathlib.Path, known: Lists) -> tuple[Lists, list[EventType]]:
    """The closed lists and event types of a file, `known` lists usable too; BadDefinition with file and
    line."""
    page = _Page.read(path, ("vocabulary", "lists", "types"))
    lists: dict[str, Mapping[str, tuple[str, str]]] = {}
    for name, node in page.pairs(page.part("lists")):
        if name in known or not re.fullmatch(r"[A-Z][A-Z_]{1,31}", name):
            page.fail(node, f"{name} is no new list", "Write a name in capitals that no list has yet")
        lists[name] = {value: page.names(at) for value, at in page.pairs(node)}
        if not lists[name] or not all(_NAME.fullmatch(value) for value in lists[name]):
            page.fail(
                node, f"The list {name} holds no values, or one that is no word", "Write values like in_force"
            )
    types = [
        _event_type(page, name, node, {**known, **lists}) for name, node in page.pairs(page.part("types"))
    ]
    ranks: dict[int, str] = {}
    for each, (_, node) in zip(types, page.pairs(page.part("types")), strict=True):
        if each.rank in ranks:
            page.fail(
                node, f"{each.name} and {ranks[each.rank]} share the rank {each.rank}", "Choose another rank"
            )
        ranks[each.rank] = each.name
    return lists, types


def _event_type(page: _Page, name: str, node: yaml.Node, lists: Lists) -> EventType:
    allowed = ("names", "rank", "lever", "subject", "required", "optional", "one_of", "ordered")
    parts = page.closed(node, allowed)
    if not _TYPE.fullmatch(name):
        page.fail(node, f"{name!r} is no event type", "Write two words with a dot, such as case.filed")
    zh, en = page.names(parts.get("names", node))
    lever = page.text(parts["lever"]) if "lever" in parts else ""
    if lever not in LEVERS:
        page.fail(node, f"{name} has the lever {lever!r}", f"Write one of {', '.join(LEVERS)}")
    subject = page.text(parts["subject"]) if "subject" in parts else None
    if subject is not None and subject not in SUBJECT_KINDS:
        page.fail(
            node, f"{name} has the subject {subject!r}", f"Write one of {', '.join(SUBJECT_KINDS)}, or none"
        )
    rank = page.text(parts["rank"]) if "rank" in parts else "0"
    if (
        not rank.isascii()
        or not rank.isdigit()
        or (int(rank) == 0) != (name == RETRACTED)
        or int(rank) > 9999
    ):
        page.fail(node, f"{name} has the rank {rank!r}", "Write a whole number from 1 to 9999")
    fields = {
        each: _field(page, each, at, kind == "required", lists)
        for kind in ("required", "optional")
        for each, at in page.pairs(parts.get(kind))
    }
    if twice := _RESERVED & set(fields):
        page.fail(
            node, f"{name} names a field {', '.join(twice)}", "Those are allowed on every type; leave it out"
        )
    one_of, ordered = (tuple(page.texts(parts.get(rule))) for rule in ("one_of", "ordered"))
    if unknown := (set(one_of) | set(ordered)) - set(fields):
        page.fail(node, f"{name} has no field {', '.join(sorted(unknown))}", "Name fields of the type")
    return EventType(name, int(rank), zh, en, fields, lever, subject, one_of, ordered)


def _field(page: _Page, name: str, node: yaml.Node, required: bool, lists: Lists) -> Field:
    if not _NAME.fullmatch(name):
        page.fail(node, f"{name!r} is no field name", "Write a lower-case word of at most 32 characters")
    if isinstance(node, yaml.SequenceNode):
        if len(node.value) != 1:
            page.fail(
                node,
                f"The list field {name} does not say of what",
                "Write one type in brackets, such as [code]",
            )
        return Field(name, "list", required, item=_field(page, name, node.value[0], True, lists))
    kind = page.text(node)
    if kind in PLAIN_TYPES:
        return Field(name, kind, required)
    if kind in SPANS:
        low, high = SPANS[kind]
        return Field(name, kind, required, low=low, high=high)
    if span := _SPAN.fullmatch(kind):
        return Field(name, "integer", required, low=int(span[1]), high=int(span[2]))
    chosen = tuple(kind.split("|"))
    if not set(chosen) <= set(lists):
        page.fail(
            node,
            f"The field {name} has the type {kind!r}",
            f"Write one of {', '.join((*PLAIN_TYPES, *SPANS))}, a span such as 1-9, or a closed list",
        )
    return Field(
        name, "choice", required, tuple(value for each in chosen for value in lists[each]), lists=chosen
    )


def _roles(path: pathlib.Path) -> Mapping[str, Role]:
    page = _Page.read(path, ("roles",))
    roles = {}
    for name, node in page.pairs(page.part("roles")):
        parts = page.closed(node, ("names", "from", "to", "key"))
        zh, en = page.names(parts.get("names", node))
        roles[name] = Role(name, zh, en, "key" in parts and page.text(parts["key"]) in ("yes", "true"))
    return roles


@dataclass(frozen=True, slots=True)
class _Page:
    """A YAML file as nodes, so that every complaint names its line; scalars stay text (`on` is a field name,
    not true)."""

    file: str
    parts: Mapping[str, yaml.Node]

    @staticmethod
    def read(path: pathlib.Path, allowed: tuple[str, ...]) -> _Page:
        try:
            root = yaml.compose(path.read_text("utf-8"), yaml.CSafeLoader)
        except OSError as bad:
            raise errors.BadDefinition("The file cannot be read", file=str(path), why=str(bad)) from bad
        except (yaml.YAMLError, UnicodeDecodeError) as bad:
            mark = getattr(bad, "problem_mark", None)
            line = mark.line + 1 if mark else 0
            raise errors.BadDefinition(
                "The file is no YAML", file=str(path), line=line, why=str(bad)
            ) from bad
        page = _Page(str(path), {})
        return _Page(str(path), page.closed(root, allowed) if root is not None else {})

    def part(self, name: str) -> yaml.Node | None:
        return self.parts.get(name)

    def pairs(self, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
        """The keys and nodes of a mapping; absent is empty, a key given twice is a fault."""
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            self.fail(node, "Here a mapping of names is expected", "Write `name: value` lines")
        seen = set()
        for key, value in node.value:
            name = self.text(key)
            if name in seen:
                self.fail(key, f"{name} stands twice", "Keep one of the two")
            seen.add(name)
            yield name, value

    def closed(self, node: yaml.Node, allowed: tuple[str, ...]) -> dict[str, yaml.Node]:
        parts = {}
        for name, value in self.pairs(node):
            if name not in allowed:
                self.fail(value, f"{name} is not known here", f"Write one of {', '.join(allowed)}")
            parts[name] = value
        return parts

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self.fail(node, "Here one word is expected", "Write a single value")
        return str(node.value)

    def texts(self, node: yaml.Node | None) -> list[str]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.fail(node, "Here a list is expected", "Write it in brackets, separated by commas")
        return [self.text(each) for each in node.value]

    def names(self, node: yaml.Node) -> tuple[str, str]:
        """A pair of names, Chinese and English."""
        names = self.texts(node) if isinstance(node, yaml.SequenceNode) else []
        if len(names) != 2 or not all(names):
            self.fail(node, "A Chinese and an English name are expected", "Write [中文, English]")
        return names[0], names[1]

    def fail(self, node: yaml.Node, what: str, what_next: str) -> NoReturn:
        raise errors.BadDefinition(what, file=self.file, line=node.start_mark.line + 1, next=what_next)


@functools.cache
def _shipped() -> Vocabulary:
    return Vocabulary.read(_SHIPPED)
