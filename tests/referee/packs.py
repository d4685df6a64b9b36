"""The definitions as written: the YAML of a pack with all it builds on, merged; nothing is checked here."""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "definitions"
SECTIONS = ("facts", "tracks", "limits", "clocks", "measures", "indicators", "roles", "code_maps")


@dataclass
class Written:
    """All definitions by name; `home` says in which pack a measure is written; `ranks` and `day_fields`
    are of event types."""

    id: str
    facts: dict[str, Any] = field(default_factory=dict)
    tracks: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)
    clocks: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, Any] = field(default_factory=dict)
    indicators: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)
    code_maps: dict[str, Any] = field(default_factory=dict)
    causes: list[dict[str, Any]] = field(default_factory=list)
    home: dict[str, str] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    day_fields: dict[str, set[str]] = field(default_factory=dict)


@functools.cache
def read(folder: Path) -> Written:
    """The pack of a folder, laid over the shipped packs it uses."""
    head = load(folder / "pack.yaml")
    written = Written(str(head["id"]))
    for used in head.get("uses") or []:
        below = read(SHIPPED / str(used))
        for section in (*SECTIONS, "home", "ranks", "day_fields"):
            getattr(written, section).update(getattr(below, section))
        written.causes += below.causes
    _vocabulary(written, SHIPPED / "court-core" / "events.yaml")
    _vocabulary(written, folder / "events.yaml")
    for path in sorted(folder.glob("*.yaml")):
        if path.name in ("events.yaml", "links.yaml"):
            continue
        part = load(path)
        written.causes += part.get("causes") or []
        for section in SECTIONS:
            for one in part.get(section) or []:
                getattr(written, section)[one["id"]] = one
                if section == "measures":
                    written.home[one["id"]] = written.id
    for section in ("facts", "measures"):
        for one in getattr(written, section).values():
            if "means(" in str(one.get("where")):
                one["where"] = _read_by_maps(written, one["where"])
    return written


def _read_by_maps(written: Written, where: str) -> str:
    """`means(code, 'map', 'x', 'y')` as one comparison for each word that the map gives x or y."""

    def spelled(call: re.Match[str]) -> str:
        name, mapped, *wanted = re.findall(r"[^\s,']+", call[1])
        codes = written.code_maps[mapped]["codes"]
        words = [str(word) for word, code in codes.items() if code in wanted]
        return "(" + " or ".join(f"{name} = '{word}'" for word in words) + ")"

    return re.sub(r"means\(([^)]*)\)", spelled, where)


def load(path: Path) -> Any:
    """A YAML file as plain data. YAML 1.1 takes the bare word `on` for true: it is a key here."""
    return _on(yaml.safe_load(path.read_text(encoding="utf-8")))


def _on(value: Any) -> Any:
    if isinstance(value, dict):
        return {"on" if key is True else key: _on(each) for key, each in value.items()}
    return [_on(each) for each in value] if isinstance(value, list) else value


def _vocabulary(written: Written, path: Path) -> None:
    if not path.is_file():
        return
    for name, kind in load(path)["types"].items():
        written.ranks[name] = kind.get("rank", 10**6)
        fields = {**(kind.get("required") or {}), **(kind.get("optional") or {})}
        written.day_fields[name] = {one for one, shape in fields.items() if shape == "day"}


@functools.cache
def case_types() -> dict[str, tuple[str, str]]:
    """The type code of a case number, such as 民初: its category and instance."""
    with (SHIPPED / "court-core" / "case-types.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["type_code"]]
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        found.setdefault(row["type_code"], (row["category"], row["instance"]))
    return found


def many(value: Any) -> list[str]:
    """One name or a list of names, as a list."""
    return [] if value is None else list(value) if isinstance(value, list) else [value]
