"""A small YAML file that a court writes, as nodes: every complaint names file, line, what is wrong and what instead."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

import yaml

from plumbline import errors
from plumbline.catalog import faults

LARGEST: Final = 256 * 1024
"""The most bytes of such a file."""

_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open file; its methods read nodes as words, numbers and mappings, and raise errors.BadDefinition."""

    file: str
    root: yaml.Node

    def pairs(self, node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
        """The names and values of a mapping, each name once."""
        if not isinstance(node, yaml.MappingNode):
            self.fail(node, "Here a mapping of names is expected", "Write `name: value` lines")
        seen: set[str] = set()
        for key, value in node.value:
            name = self.text(key)
            if name in seen:
                self.fail(key, f"{name} stands twice", "Keep one of the two")
            seen.add(name)
            yield name, value

    def closed(
        self, node: yaml.Node, allowed: Iterable[str], needed: Iterable[str] = ()
    ) -> dict[str, yaml.Node]:
        """A mapping that holds nothing but `allowed`, and all of `needed`."""
        known, parts = tuple(allowed), dict(self.pairs(node))
        for name in parts:
            if name not in known:
                near = faults.nearest(name, known)
                self.fail(parts[name], f"{name} is not known here", near[:1].upper() + near[1:])
        for name in needed:
            if name not in parts:
                self.fail(node, f"{name} is missing here", f"Write {name}: …")
        return parts

    def text(self, node: yaml.Node) -> str:
        """A single value as it is written; never empty."""
        if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
            self.fail(node, "Here one word is expected", "Write a single value")
        return str(node.value).strip()

    def one_of(self, node: yaml.Node, allowed: Iterable[str]) -> str:
        """A word of a closed list."""
        word, known = self.text(node), tuple(allowed)
        if word not in known:
            near = faults.nearest(word, known)
            self.fail(node, f"{word} is not known here", near[:1].upper() + near[1:])
        return word

    def number(self, node: yaml.Node, least: int, most: int) -> int:
        """A whole number between two bounds."""
        word = self.text(node)
        if not _WHOLE.fullmatch(word) or not least <= int(word) <= most:
            self.fail(node, f"{word} does not fit here", f"Write a whole number from {least:,} to {most:,}")
        return int(word)

    def listed(self, node: yaml.Node) -> list[yaml.Node]:
        """The items of a list; a single value stands for a list of one."""
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    def fail(self, node: yaml.Node, what: str, what_next: str) -> NoReturn:
        """errors.BadDefinition at the node's line."""
        raise errors.BadDefinition(what, file=self.file, line=node.start_mark.line + 1, next=what_next)


def opened(path: pathlib.Path, copy: str) -> Sheet:
    """The file's sheet; `copy` names a sample to begin from. errors.BadDefinition when it is no YAML in UTF-8."""
    try:
        if path.stat().st_size > LARGEST:
            raise errors.BadDefinition(
                f"The file is larger than {LARGEST // 1024} KiB", file=path.name, next="Make it smaller"
            )
        root = yaml.compose(path.read_text("utf-8-sig"), yaml.CSafeLoader)
    except OSError as bad:
        raise errors.BadDefinition(
            "The file cannot be read", file=path.name, why=bad.strerror or str(bad)
        ) from bad
    except (yaml.YAMLError, UnicodeDecodeError) as bad:
        mark = getattr(bad, "problem_mark", None)
        raise errors.BadDefinition(
            "The file is no YAML in UTF-8",
            file=path.name,
            line=mark.line + 1 if mark else 0,
            why=getattr(bad, "problem", None) or str(bad),
        ) from bad
    if root is None:
        raise errors.BadDefinition("The file is empty", file=path.name, next=f"Copy {copy}")
    return Sheet(path.name, root)
