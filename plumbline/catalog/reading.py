"""Reads packs: from a folder of YAML, or from a document as stored. A pack is whole or it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from plumbline import errors, vocabulary
from plumbline.catalog import building, checking, documents, faults, keys, scopes
from plumbline.catalog.definitions import Pack, Place
from plumbline.catalog.documents import Written

EVENTS, LINKS, HEAD = "events.yaml", "links.yaml", "pack.yaml"
LARGEST_FILE = 1_000_000
MOST_LEVELS = 20

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")


class Shelf:
    """Where used packs are found: packs already read, then folders `<root>/<id>`. Each is read once."""

    def __init__(self, root: Path | None = None, packs: Iterable[Pack] = ()) -> None:
        self._root = root
        self._packs = {pack.id: pack for pack in packs}
        self._reading: list[str] = []

    def pack(self, name: str) -> Pack:
        """The pack of that id; BadDefinition when there is none, it is refused, or it uses itself."""
        if name in self._packs:
            return self._packs[name]
        if name in self._reading:
            circle = " uses ".join([*self._reading[self._reading.index(name) :], name])
            raise errors.BadDefinition(f"packs cannot use themselves: {circle}", next="take one `uses` away")
        folder = None if self._root is None else self._root / name
        if folder is None or not (folder / HEAD).is_file():
            known = set(self._packs)
            if self._root is not None and self._root.is_dir():
                known |= {each.parent.name for each in self._root.glob(f"*/{HEAD}")}
            raise errors.BadDefinition(f"there is no pack `{name}`", next=faults.nearest(name, known))
        self._reading.append(name)
        try:
            self._packs[name] = read_pack(folder, self)
        finally:
            self._reading.pop()
        return self._packs[name]


def read_pack(folder: Path, shelf: Shelf) -> Pack:
    """The pack of a folder, read and checked; BadPack with every fault, each with file and line."""
    found = faults.Faults()
    document = _folder(folder, found)
    used: dict[str, Pack] = {}
    for name in _uses(document, found):
        try:
            used[name] = shelf.pack(name)
        except faults.BadPack as bad:
            for fault in bad.faults:
                found.add(Place(f"{name}/{fault.file}", fault.line), fault.what, fault.instead)
        except errors.BadDefinition as bad:
            found.add(documents.place_of(document, "uses"), bad.what, bad.next or "mend that pack first")
    if used:
        document["used"] = {name: pack.hash for name, pack in used.items()}
    path = folder / EVENTS
    if path.is_file():
        _read_events(path, document, used, found)
    pack = _build(document, used, found)
    if pack is None or len(found):
        raise faults.BadPack(str(document.get("id") or folder.name), found.in_order())
    if pack.id != folder.name:
        place = documents.place_of(document, "id")
        found.add(
            place, f"the pack `{pack.id}` lies in the folder {folder.name}", f"name the folder {pack.id}"
        )
        raise faults.BadPack(pack.id, found.in_order())
    return pack


def pack_from_document(document: Mapping[str, Any], used: Mapping[str, Pack]) -> Pack:
    """The pack of a stored document, over the packs it names in `used` (id to hash); BadPack, or
    BadDefinition
    where one of those is missing or another edition."""
    wanted: Mapping[str, str] = document.get("used", {})
    for name, digest in wanted.items():
        if name not in used or used[name].hash != digest:
            raise errors.BadDefinition(
                f"the document of {document.get('id')} needs {name} in the edition {digest[:12]}",
                next="hand over the pack it was published with",
            )
    found = faults.Faults()
    pack = _build(dict(document), {name: used[name] for name in wanted}, found)
    if pack is None or len(found):
        raise faults.BadPack(str(document.get("id")), found.in_order())
    return pack


def _build(document: dict[str, Any], used: Mapping[str, Pack], found: faults.Faults) -> Pack | None:
    packs = [one for pack in used.values() for one in scopes.chain(pack)]
    try:
        words = scopes.joined(
            [*(pack.document.get("events") for pack in _once(packs)), document.get("events")]
        )
    except errors.BadDefinition as bad:
        found.add(documents.place_of(document), bad.what, bad.next)
        return None
    pack = building.Builder(document, tuple(used.values()), words, found).pack()
    if pack is not None:
        checking.check(pack, words, found)
    return pack


def _once(packs: Iterable[Pack]) -> list[Pack]:
    return list({pack.hash: pack for pack in packs}.values())


def _uses(document: Mapping[str, Any], found: faults.Faults) -> list[str]:
    given = document.get("uses") or []
    listed = given if isinstance(given, list) else [given]
    names = [name for name in listed if isinstance(name, str)]
    if len(names) < len(listed):
        found.add(
            documents.place_of(document, "uses"),
            "`uses` is not a list of pack ids",
            "write `uses: [court-core]`",
        )
    return list(dict.fromkeys(names))


def _read_events(
    path: Path, document: dict[str, Any], used: Mapping[str, Pack], found: faults.Faults
) -> None:
    known: dict[str, Any] = {}
    for pack in _once(one for each in used.values() for one in scopes.chain(each)):
        known.update((pack.document.get("events") or {}).get("lists", {}))
    try:
        lists, types = vocabulary.read_types(path, {name: _said(values) for name, values in known.items()})
        document["events"] = scopes.events_document(lists, types)
    except errors.BadDefinition as bad:
        found.add(Place(EVENTS, bad.line), bad.what, bad.next or bad.why)


def _said(values: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {value: (said[0], said[1]) for value, said in values.items()}


def _folder(folder: Path, found: faults.Faults) -> Written:
    """All YAML files of a folder as one document; events and links are a vocabulary and are read as such."""
    document = Written(HEAD, 1)
    paths = sorted(path for path in folder.glob("*.yaml") if path.name not in (EVENTS, LINKS, HEAD))
    if not (folder / HEAD).is_file():
        found.add(
            Place(HEAD, 0),
            f"{folder.name} holds no {HEAD}",
            "write one with id, version, title, issuer, in_force_from",
        )
    else:
        paths.insert(0, folder / HEAD)
    for path in paths:
        part = read_yaml(path.read_bytes(), path.name, found)
        for key, value in part.items():
            allowed = (*keys.KEYS["pack"], *keys.SECTIONS) if path.name == HEAD else keys.SECTIONS
            place = Place(path.name, part.lines[key])
            if key not in allowed:
                found.add(place, f"`{key}` cannot stand here", faults.nearest(str(key), allowed))
            elif key in keys.SECTIONS and not isinstance(value, list):
                found.add(place, f"`{key}` is not a list", "write each definition as `- {id: …, …}`")
            elif isinstance(document.get(key), list) and isinstance(value, list):
                document[key] = document[key] + value
            else:
                document[key] = value
                document.lines[key] = part.lines[key]
    return document


def read_yaml(content: bytes, file: str, found: faults.Faults) -> Written:
    """One file as a mapping with lines. Only plain YAML: no anchors, aliases, tags or second keys; `no` is a
    text,
    and of bare words only true, false, null and whole numbers are anything else."""
    empty = Written(file, 1)
    if len(content) > LARGEST_FILE:
        found.add(Place(file, 0), "the file is larger than a megabyte", "split it into several files")
        return empty
    try:
        text = content.decode("utf-8")
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
                line = token.start_mark.line + 1
                found.add(Place(file, line), "anchors, aliases and tags hide what is meant", "write it out")
                return empty
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        found.add(Place(file, 0), "the file is not UTF-8", "save it as UTF-8")
        return empty
    except (yaml.YAMLError, RecursionError) as bad:
        mark = getattr(bad, "problem_mark", None)
        problem = getattr(bad, "problem", None) or "it is nested too deeply"
        line = mark.line + 1 if mark is not None else 0
        found.add(
            Place(file, line), f"this is not YAML: {problem}", "check the indent, colons and quotes there"
        )
        return empty
    if node is None:
        return empty
    value = _value(node, file, found, MOST_LEVELS)
    if not isinstance(value, Written):
        found.add(
            Place(file, 1), "the file is not a mapping", "write, for example, `measures:` and a list under it"
        )
        return empty
    return value


def _value(node: yaml.Node, file: str, found: faults.Faults, levels: int) -> Any:
    line = node.start_mark.line + 1
    if levels == 0:
        found.add(
            Place(file, line),
            f"more than {MOST_LEVELS} levels",
            "write definitions as lists of small mappings",
        )
        return None
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, file, found, levels - 1) for each in node.value]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, file, found, levels)
    text = str(node.value)
    if isinstance(node, yaml.ScalarNode) and node.style is not None:
        return text
    if text in ("", "null", "~"):
        return None
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _INTEGER.match(text) else text


def _mapping(node: yaml.MappingNode, file: str, found: faults.Faults, levels: int) -> Written:
    written = Written(file, node.start_mark.line + 1)
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            found.add(Place(file, line), "a key is not a word", "write `key: value`")
            continue
        key = str(key_node.value)
        if key in written:
            found.add(Place(file, line), f"`{key}` stands twice", "write it once")
        written[key] = _value(value_node, file, found, levels - 1)
        written.lines[key] = line
    return written
