"""Packs written for a test: a head of its own, any files beside it, and the shipped packs to build on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from plumbline.catalog import reading
from plumbline.catalog.definitions import Pack

CHECKOUT = Path(__file__).resolve().parents[3]
SHIPPED = CHECKOUT / "definitions"
HEAD = """\
id: {name}
version: "1"
title: {{zh: 测试, en: Test}}
issuer: tests
in_force_from: 2024-01-01
uses: [court-core]
"""
_SHELF = reading.Shelf(SHIPPED)


def court_core() -> Pack:
    """The shipped pack that others build on."""
    return _SHELF.pack("court-core")


def pack_of(folder: Path, files: Mapping[str, str], *, name: str = "tested") -> Pack:
    """The pack of these files, read; a head is added where none is given. Raises BadPack."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    for old in place.glob("*.yaml"):
        old.unlink()
    for file, text in {"pack.yaml": HEAD.format(name=name), **files}.items():
        (place / file).write_text(text, encoding="utf-8")
    return reading.read_pack(place, reading.Shelf(packs=[court_core()]))


def measure(extra: str) -> str:
    """A file with one measure, `tested_measure`, and these keys."""
    return (
        "measures:\n"
        "  - id: tested_measure\n"
        "    title: {zh: 被测, en: Tested}\n"
        "    lever: process\n" + "".join(f"    {line}\n" for line in extra.strip().splitlines())
    )
