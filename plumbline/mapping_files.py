"""Reads mapping files: YAML that a court can write, checked against the vocabulary; every fault names file, line, what
and what instead."""

from __future__ import annotations

import pathlib
import re
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import yaml

from plumbline import errors, mappings, pack_codes, vocabulary
from plumbline.catalog import faults
from plumbline.mappings import (
    CodeMap,
    Condition,
    EventOf,
    FieldOf,
    FileShape,
    LinkOf,
    SnapshotOf,
    TableMapping,
    Template,
    TimeOf,
)

EDITION: Final = "1"
FORMATS: Final = ("csv", "xlsx", "xml", "json", "xes", "ocel-json", "ocel-xml", "ocel-sqlite")
CHARSETS: Final = ("utf-8", "gb18030")
LARGEST: Final = 4 * 1024 * 1024
"""The most bytes of a mapping file or of a file of codes."""

_TOP = ("mapping", "source", "zone", "file", "codes", "classified", "events", "snapshot")
_EVENT = (
    "type", "id", "subject", "time", "when", "data", "links", "sequence", "replaces", "revision",
    "recordedtime", "captured",
)  # fmt: skip
_BRACES = re.compile(r"\{([^{}]+)\}")
_NUMBERS = ("fen", "n", "integer")


def read(path: pathlib.Path, words: vocabulary.Vocabulary) -> TableMapping:
    """The mapping a file holds; errors.BadDefinition with file and line."""
    page = _Page(path.name, path.parent)
    parts = page.closed(page.compose(path), _TOP, needed=("mapping", "events"))
    if page.text(parts["mapping"]) != EDITION:
        page.fail(
            parts["mapping"], "This edition of the mapping language is not known", f"Write mapping: {EDITION}"
        )
    zone = page.zone(parts.get("zone"))
    codes = {name: _codes(page, name, node) for name, node in page.pairs(parts.get("codes"))}
    listed = parts["events"]
    if not isinstance(listed, yaml.SequenceNode) or not listed.value:
        page.fail(listed, "events lists no event", "Write `- type: …` for each event a row tells")
    events = []
    ids: set[tuple[str, ...]] = set()
    for node in listed.value:
        event = _event(page, node, words, codes, zone)
        if event.id.parts in ids:
            page.fail(
                node, "Two events of a row have the same id", "End the template of one with a word of its own"
            )
        ids.add(event.id.parts)
        events.append(event)
    classified = list(page.conditions(parts.get("classified")))
    if len(classified) > 1:
        page.fail(parts["classified"], "classified names two columns", "Name one column with its values")
    source = page.text(parts["source"]) if "source" in parts else ""
    return TableMapping(
        path.name,
        source,
        _shape(page, parts.get("file")),
        tuple(events),
        classified[0] if classified else None,
        _snapshot(page, parts.get("snapshot")),
    )


def _snapshot(page: _Page, node: yaml.Node | None) -> SnapshotOf | None:
    if node is None:
        return None
    parts = page.closed(node, ("table", "key"), needed=("table", "key"))
    table, key = page.text(parts["table"]), page.template(parts["key"])
    if not re.fullmatch(r"[^\x00-\x20\x7f-\xa0]{1,128}", table):
        page.fail(parts["table"], "This is no name of a table", "Write 1 to 128 characters without spaces")
    if not key.columns:
        page.fail(
            parts["key"],
            "The key holds no column, so every row would have the same",
            'Write such as "{案号}"',
        )
    return SnapshotOf(table, key)


def _shape(page: _Page, node: yaml.Node | None) -> FileShape:
    if node is None:
        return FileShape()
    parts = page.closed(node, ("format", "charset", "delimiter", "sheet", "header", "row"))
    shape = FileShape()
    written = {name: page.text(at) for name, at in parts.items()}
    if "format" in written:
        page.one_of(parts["format"], FORMATS)
    if "charset" in written:
        page.one_of(parts["charset"], CHARSETS)
    delimiter = {"tab": "\t"}.get(written.get("delimiter", ","), written.get("delimiter", ","))
    if delimiter not in (",", ";", "\t", "|"):
        page.fail(parts["delimiter"], "This delimiter is not known", 'Write one of ",", ";", "|" or tab')
    header = written.get("header", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,2}", header):
        page.fail(parts["header"], "header is no line", "Write the line of the column names, counted from 1")
    return FileShape(
        written.get("format", shape.format), written.get("charset", shape.charset), delimiter,
        written.get("sheet", ""), int(header), written.get("row", "").strip(),
    )  # fmt: skip


def _codes(page: _Page, name: str, node: yaml.Node) -> CodeMap:
    """A code map: written here, or the name of a file of codes beside this one, or of a pack's map."""
    if isinstance(node, yaml.ScalarNode):
        path = page.folder / page.text(node)
        if pack_codes.is_named(page.text(node)) and not path.is_file():
            try:
                return CodeMap(name, page.text(node), pack_codes.read(page.folder, page.text(node)))
            except errors.BadDefinition as bad:
                page.fail(node, bad.what, _sentence(bad.next or "Name a shipped pack"))
        other = _Page(path.name, path.parent)
        root = other.compose(path)
        return CodeMap(name, path.name, {value: other.text(at) for value, at in other.pairs(root)})
    return CodeMap(
        name, f"{page.file} codes.{name}", {value: page.text(at) for value, at in page.pairs(node)}
    )


def _event(
    page: _Page,
    node: yaml.Node,
    words: vocabulary.Vocabulary,
    codes: Mapping[str, CodeMap],
    zone: zoneinfo.ZoneInfo,
) -> EventOf:
    parts = page.closed(node, _EVENT, needed=("type", "id", "subject", "time"))
    kind = words.types[page.one_of(parts["type"], words.types)]
    ident = page.template(parts["id"])
    if not ident.columns:
        page.fail(
            parts["id"],
            "The id holds no column, so every row would have the same",
            "Write such as {案号}/filed",
        )
    fields = []
    for name, at in page.pairs(parts.get("data")):
        field = kind.fields.get(name) or (
            vocabulary.Field("court", "court", False) if name == "court" else None
        )
        if field is None:
            page.fail(at, f"{kind.name} has no field {name}", _sentence(faults.nearest(name, kind.fields)))
        fields.append(_field(page, at, field, codes))
    for needed in kind.fields.values():
        if needed.required and needed.name not in [field.name for field in fields]:
            page.fail(node, f"{kind.name} needs the field {needed.name}", f"Write {needed.name}: under data")
    captured = page.one_of(parts["captured"], ("machine", "hand")) if "captured" in parts else ""
    return EventOf(
        kind.name, ident, page.template(parts["subject"]), page.time(parts["time"], zone),
        tuple(page.conditions(parts.get("when"))), tuple(fields), tuple(_links(page, parts.get("links"), words)),
        page.column(parts.get("sequence")), page.template(parts["replaces"]) if "replaces" in parts else None,
        page.column(parts.get("revision")),
        page.time(parts["recordedtime"], zone) if "recordedtime" in parts else None, captured,
    )  # fmt: skip


def _field(page: _Page, node: yaml.Node, field: vocabulary.Field, codes: Mapping[str, CodeMap]) -> FieldOf:
    item = field.item or field
    if item.type == "counts":
        page.fail(node, f"{field.name} cannot be told by a row", "Send it as NDJSON")
    if isinstance(node, yaml.ScalarNode):
        value: Any = _constant(page, node, item)
        return FieldOf(field.name, item.type, constant=[value] if field.item else value)
    parts = page.closed(node, ("column", "codes", "format", "unit", "split"), needed=("column",))
    if item.type == "fen" and "unit" not in parts:
        page.fail(
            node, f"{field.name} is money, and its unit is not said", "Write unit: fen, yuan or wan_yuan"
        )
    if field.item and not (page.text(parts["split"]) if "split" in parts else ""):
        page.fail(node, f"{field.name} is a list, and what parts it is not said", 'Write split: "、"')
    for name, fits in (
        ("unit", item.type == "fen"),
        ("split", field.item is not None),
        ("format", item.type == "day"),
    ):
        if name in parts and not fits:
            page.fail(
                parts[name],
                f"{field.name} is of the type {item.type}, where {name} says nothing",
                "Leave it out",
            )
    return FieldOf(
        field.name, item.type, page.column(parts["column"]), None, _codes_of(page, parts.get("codes"), item, codes),
        page.formats(parts.get("format")), page.one_of(parts["unit"], mappings.UNITS) if "unit" in parts else "fen",
        page.text(parts["split"]) if "split" in parts else "",
    )  # fmt: skip


def _codes_of(
    page: _Page, node: yaml.Node | None, item: vocabulary.Field, codes: Mapping[str, CodeMap]
) -> CodeMap | None:
    """The code map of a field; a closed list without one maps each of its own words to itself."""
    allowed = item.values if item.type == "choice" else ("true", "false") if item.type == "flag" else ()
    if node is None:
        return (
            CodeMap("", f"{page.file} ({item.name})", {value: value for value in allowed})
            if allowed
            else None
        )
    if item.type in (*_NUMBERS, "day", "text", "digest"):
        page.fail(node, f"{item.name} is of the type {item.type}, which is no code", "Leave codes out")
    name = page.text(node)
    if name not in codes:
        near = faults.nearest(name, codes) if codes else f"add {name}: {{value: code}} under codes"
        page.fail(node, f"There is no code map {name}", _sentence(near))
    found = codes[name]
    for value, code in found.codes.items():
        if allowed and code not in allowed:
            page.fail(
                node, f"{found.where} maps {value} to {code}, which {item.name} does not hold",
                _sentence(faults.nearest(code, allowed)),
            )  # fmt: skip
    return found


def _constant(page: _Page, node: yaml.Node, item: vocabulary.Field) -> Any:
    text = page.text(node)
    if item.type == "choice":
        return page.one_of(node, item.values)
    if item.type == "flag":
        return page.one_of(node, ("true", "false")) == "true"
    if item.type in _NUMBERS:
        if not re.fullmatch(r"-?[0-9]{1,16}", text):
            page.fail(node, f"{item.name} is a whole number", "Write digits, or {column: …} to read a column")
        return int(text)
    return text


def _links(page: _Page, node: yaml.Node | None, words: vocabulary.Vocabulary) -> Iterator[LinkOf]:
    if node is None:
        return
    if not isinstance(node, yaml.SequenceNode):
        page.fail(node, "links is no list", 'Write `- {role: appealed, subject: "{原审案号}"}`')
    for one in node.value:
        parts = page.closed(one, ("role", "subject"), needed=("role", "subject"))
        yield LinkOf(page.one_of(parts["role"], words.roles), page.template(parts["subject"]))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class _Page:
    """A YAML file as nodes, so that every complaint names its line; scalars stay text."""

    file: str
    folder: pathlib.Path

    def compose(self, path: pathlib.Path) -> yaml.Node:
        try:
            if path.stat().st_size > LARGEST:
                raise errors.BadDefinition(
                    "The file is larger than 4 MiB", file=self.file, next="Make it smaller"
                )
            root = yaml.compose(path.read_text("utf-8-sig"), yaml.CSafeLoader)
        except OSError as bad:
            raise errors.BadDefinition(
                "The file cannot be read", file=self.file, why=bad.strerror or str(bad)
            ) from bad
        except (yaml.YAMLError, UnicodeDecodeError) as bad:
            mark = getattr(bad, "problem_mark", None)
            raise errors.BadDefinition(
                "The file is no YAML in UTF-8", file=self.file, line=mark.line + 1 if mark else 0,
                why=getattr(bad, "problem", None) or str(bad), next="Put names with : or { into quotes",
            ) from bad  # fmt: skip
        if root is None:
            raise errors.BadDefinition(
                "The file is empty", file=self.file, next="Copy samples/files/cases.mapping.yaml"
            )
        return root

    def pairs(self, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
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

    def closed(
        self, node: yaml.Node, allowed: tuple[str, ...], needed: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        parts = {}
        for name, value in self.pairs(node):
            if name not in allowed:
                self.fail(value, f"{name} is not known here", _sentence(faults.nearest(name, allowed)))
            parts[name] = value
        for name in needed:
            if name not in parts:
                self.fail(node, f"{name} is missing here", f"Write {name}: …")
        return parts

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self.fail(
                node, "Here one word is expected", "Write a single value; a template with { goes into quotes"
            )
        return str(node.value)

    def one_of(self, node: yaml.Node, allowed: Iterable[str]) -> str:
        text, known = self.text(node), tuple(allowed)
        if text not in known:
            self.fail(node, f"{text} is not known here", _sentence(faults.nearest(text, known)))
        return text

    def column(self, node: yaml.Node | None) -> str:
        text = "" if node is None else self.text(node).strip()
        if node is not None and not text:
            self.fail(node, "The name of a column is expected", "Write it as it stands in the file")
        return text

    def listed(self, node: yaml.Node) -> list[yaml.Node]:
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    def template(self, node: yaml.Node) -> Template:
        text = self.text(node)
        parts = _BRACES.split(text)
        if not text or any("{" in part or "}" in part for part in parts[::2]):
            self.fail(
                node, "This is no template", 'Write text with columns in braces, such as "{案号}/filed"'
            )
        return Template(tuple(part.strip() if place % 2 else part for place, part in enumerate(parts)))

    def conditions(self, node: yaml.Node | None) -> Iterator[Condition]:
        """A column, a list of columns (none empty), or a mapping of columns to values."""
        if isinstance(node, yaml.MappingNode):
            for column, values in self.pairs(node):
                yield Condition(column.strip(), tuple(self.text(one).strip() for one in self.listed(values)))
        elif node is not None:
            for one in self.listed(node):
                yield Condition(self.column(one))

    def time(self, node: yaml.Node, zone: zoneinfo.ZoneInfo) -> TimeOf:
        """A column; or {column or columns, format, zone}."""
        if isinstance(node, yaml.ScalarNode):
            return TimeOf((self.column(node),), (mappings.ISO,), zone)
        parts = self.closed(node, ("column", "format", "zone"), needed=("column",))
        columns = tuple(self.column(one) for one in self.listed(parts["column"]))
        if not 1 <= len(columns) <= 2:
            self.fail(parts["column"], "A time stands in one column or two", "Write [day, clock] or one name")
        return TimeOf(
            columns, self.formats(parts.get("format")), self.zone(parts["zone"]) if "zone" in parts else zone
        )

    def formats(self, node: yaml.Node | None) -> tuple[str, ...]:
        if node is None:
            return (mappings.ISO,)
        found = tuple(self.text(one) for one in self.listed(node))
        if not found:
            self.fail(node, "format lists none", 'Write iso, or a format such as "%Y年%m月%d日"')
        for form in found:
            if form != mappings.ISO and not re.search(r"%[Yy]", form):
                self.fail(node, f"{form} names no year", 'Write iso, or a format such as "%Y年%m月%d日"')
        return found

    def zone(self, node: yaml.Node | None) -> zoneinfo.ZoneInfo:
        name = "Asia/Shanghai" if node is None else self.text(node)
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            assert node is not None
            self.fail(node, f"{name} is no time zone", "Write an IANA name such as Asia/Shanghai")

    def fail(self, node: yaml.Node, what: str, what_next: str) -> NoReturn:
        raise errors.BadDefinition(what, file=self.file, line=node.start_mark.line + 1, next=what_next)
