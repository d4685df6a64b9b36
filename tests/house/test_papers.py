"""Requirement files, README, glossary, and what no committed file may name."""

from __future__ import annotations

import re

import pytest

from tests.house import tree

LOCKS = ("requirements.txt", "requirements-dev.txt")
INDEX = re.compile(
    r"--?(extra-)?index-url|--find-links|^\s*-[if]\s|https?://|file:|trusted-host", re.MULTILINE
)
# Written in parts, so that this file does not name them.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("golang", "org"),
    )
)
PLACES = re.compile(rf"(?<![\w./}}>-])/({'|'.join(('work', 'root', 'opt/pypi', 'opt/wheels'))})(/|\b)")


def text(name: str) -> str:
    return (tree.CHECKOUT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*LOCKS, "requirements.in", "requirements-dev.in"])
def test_requirement_files_hold_no_index_address(name: str) -> None:
    assert not INDEX.search(text(name))


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z])", re.sub(r"^#.*\n", "", text(name), flags=re.MULTILINE).strip())
    assert len(entries) > 20
    assert not [
        entry
        for entry in entries
        if not re.match(r"[\w.\[\],-]+==\S+", entry) or "--hash=sha256:" not in entry
    ]


def test_what_runs_is_the_same_version_that_is_tested() -> None:
    pins = [dict(re.findall(r"^([\w.-]+)(?:\[\S+\])?==(\S+)", text(name), re.MULTILINE)) for name in LOCKS]
    assert {name: pins[1].get(name) for name in pins[0]} == pins[0]


def test_no_committed_file_names_a_registry_or_a_place_on_one_machine() -> None:
    wrong = []
    for path in tree.files():
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(content.splitlines(), 1):
            if PLACES.search(line) or any(host in line for host in REGISTRIES):
                wrong.append(f"{tree.relative(path)}:{number}: {line.strip()[:80]}")
    assert not wrong


def test_the_readme_names_the_two_commands() -> None:
    assert {"make run", "make test"} <= set(re.findall(r"make \w+", text("README.md")))


def test_the_glossary_holds_the_name_of_every_folder_of_the_domain() -> None:
    if not (tree.CHECKOUT / "docs/glossary.md").exists():
        return  # the file has its own home; without it there is nothing to compare
    glossary = text("docs/glossary.md").lower()
    parts = {tree.relative(path).split("/")[1] for path, _ in tree.python("plumbline", "services")}
    folders = {part for part in parts if not part.endswith(".py")}
    assert not {name for name in folders if not re.search(rf"\b{name}\b", glossary)}
