"""The files of tests/spec/refused as packs on disk, and where in the checker each is refused.

A file is the definitions.yaml of a pack called `tested` (or its pack.yaml, if its name begins with `pack-`). After a line
`# file: NAME` another file of that pack begins, or of a pack beside it (`# file: other/pack.yaml`); `# without pack.yaml` leaves
the head out, and `# padded to N bytes` fills the file with comment.
"""

from __future__ import annotations

import ast
import contextlib
import re
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from plumbline import errors
from plumbline.catalog import faults, reading
from plumbline.catalog.definitions import Place
from tests.unit.catalog import folders

SPECS = sorted((folders.CHECKOUT / "tests/spec/refused").glob("*.yaml"))
CATALOG = folders.CHECKOUT / "plumbline/catalog"
_FILE = re.compile(rb"^# file: (\S+)\n", flags=re.MULTILINE)
#: What notes a fault, by the name that is called, with how many arguments.
_NOTING = {"add": 3, "note": 3, "Unreadable": 2, "BadDefinition": 2, "_misshapen": 1}


@dataclass(frozen=True, slots=True)
class Site:
    """A call that notes a fault: its file, the function it stands in, its lines and its words."""

    file: str
    function: str
    first: int
    last: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}:{self.first} in {self.function}: {self.words}"


def wanted(spec: Path) -> list[tuple[str, str, str]]:
    """What an author is told, as the head of a file says it: place, what, instead."""
    text = spec.read_bytes().decode("utf-8", errors="replace")
    return re.findall(r"^# (\S+:\d+): (.*); instead: (.*)$", text, flags=re.MULTILINE)


def refuse(spec: Path, folder: Path) -> tuple[faults.Fault, ...]:
    """The faults of a file, read as a pack in a folder; none where it is accepted."""
    content = spec.read_bytes()
    parts = _FILE.split(content)
    first = "pack.yaml" if spec.stem.startswith("pack-") else "definitions.yaml"
    named = {
        first: parts[0],
        **{name.decode(): text for name, text in zip(parts[1::2], parts[2::2], strict=True)},
    }
    home = folder / "tested"
    home.mkdir(parents=True)
    if "pack.yaml" not in named and b"# without pack.yaml\n" not in content:
        named["pack.yaml"] = folders.HEAD.format(name="tested").encode()
    size = re.search(rb"^# padded to (\d+) bytes$", content, flags=re.MULTILINE)
    if size is not None:
        named[first] = named[first].ljust(int(size[1]) - 1, b"#") + b"\n"
    for name, text in named.items():
        place = folder / name if "/" in name else home / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text)
    try:
        reading.read_pack(home, reading.Shelf(folder, packs=[folders.court_core()]))
    except faults.BadPack as bad:
        return bad.faults
    return ()


def sites() -> list[Site]:
    """Every call in the checker that notes a fault."""
    return [site for path in sorted(CATALOG.rglob("*.py")) for site in sites_of(path)]


def sites_of(path: Path) -> Iterator[Site]:
    """The same in one file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for outer in ast.walk(tree):
        if not isinstance(outer, ast.FunctionDef):
            continue
        for node in ast.walk(outer):
            if isinstance(node, ast.Call) and _notes(node) and outer.name != "note":
                words = next((ast.unparse(arg) for arg in reversed(node.args[:-1] or node.args)), "")
                file = path.relative_to(CATALOG).as_posix()
                yield Site(file, outer.name, node.lineno, node.end_lineno or node.lineno, words)


def _notes(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in _NOTING and len(node.args) + len(node.keywords) == _NOTING[name]


@contextlib.contextmanager
def watched() -> Iterator[set[tuple[str, int]]]:
    """While it lasts, every line of the checker on the way to a fault that is noted or raised, by file."""
    lines: set[tuple[str, int]] = set()

    def mark(frame: types.FrameType | None) -> None:
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if CATALOG in path.parents:
                lines.add((path.relative_to(CATALOG).as_posix(), frame.f_lineno))
            frame = frame.f_back

    def add(self: faults.Faults, place: Place | None, what: str, instead: str) -> None:
        mark(sys._getframe(1))
        noted(self, place, what, instead)

    def raised(self: errors.BadDefinition, what: str, **more: Any) -> None:
        mark(sys._getframe(1))
        made(self, what, **more)

    noted, made = faults.Faults.add, errors.BadDefinition.__init__
    with (
        mock.patch.object(faults.Faults, "add", add),
        mock.patch.object(errors.BadDefinition, "__init__", raised),
    ):
        yield lines
