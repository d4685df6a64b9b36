"""Both ways: every call of the checker that notes a fault is reached by a file of tests/spec/refused, and every file
reaches one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.catalog import refused

#: Functions that tell without refusing (`plumbline catalog check` says what nobody can fill).
CAUTIONS = {("rulebooks.py", "_caution"), ("rulebooks.py", "_reach")}
#: What no file can reach, by file and a part of its words, and why it stands there all the same.
GUARDS: dict[tuple[str, str], str] = {
    ("tokens.py", "the expression is empty"): "a blank text is refused before it is read as an expression",
    ("building.py", "` is not a list"): "files are held to it before; a stored document is not",
    ("reading.py", "the document of "): "a stored document without the packs it was published with",
}


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[str, int]]]:
    """By refused file: the lines of the checker that were on the way to its faults."""
    found: dict[str, set[tuple[str, int]]] = {}
    for spec in refused.SPECS:
        with refused.watched() as lines:
            refused.refuse(spec, tmp_path_factory.mktemp("refused") / "packs")
        found[spec.name] = set(lines)
    return found


def hit(site: refused.Site, lines: set[tuple[str, int]]) -> bool:
    """Whether a fault was noted by way of a call."""
    return any(file == site.file and site.first <= line <= site.last for file, line in lines)


def guarded(site: refused.Site) -> bool:
    return any(site.file == file and part in site.words for file, part in GUARDS)


def test_every_place_that_can_refuse_is_reached_by_a_file(
    reached: dict[str, set[tuple[str, int]]],
) -> None:
    lines = set().union(*reached.values())
    bare = [
        site
        for site in refused.sites()
        if (site.file, site.function) not in CAUTIONS and not guarded(site) and not hit(site, lines)
    ]
    told = "\n".join(f"  {site}" for site in bare)
    assert not bare, f"write a file in tests/spec/refused for each of these {len(bare)} places:\n{told}"


def test_every_file_reaches_a_place_that_refuses(reached: dict[str, set[tuple[str, int]]]) -> None:
    places = refused.sites()
    idle = [name for name, lines in reached.items() if not any(hit(site, lines) for site in places)]
    assert not idle, f"these files of tests/spec/refused reach no refusal: {', '.join(idle)}"


def test_what_no_file_reaches_stands_there_and_is_reached_by_none(
    reached: dict[str, set[tuple[str, int]]],
) -> None:
    lines = set().union(*reached.values())
    kept = [site for site in refused.sites() if guarded(site)]
    assert len(kept) == len(GUARDS)
    assert not [site for site in kept if hit(site, lines)]


def test_no_two_places_say_the_same() -> None:
    """A message tells one fault; the same words in two places of one file would be one check written twice."""
    said: dict[tuple[str, str], list[refused.Site]] = {}
    for site in refused.sites():
        if '"' in site.words or "'" in site.words:
            said.setdefault((site.file, site.words), []).append(site)
    twice = [f"{site}" for found in said.values() if len(found) > 1 for site in found]
    assert not twice, "\n".join(twice)


def test_the_count_sees_every_way_a_fault_is_noted(tmp_path: Path) -> None:
    module = refused.CATALOG / "targets.py"
    assert len(list(refused.sites_of(module))) == module.read_text(encoding="utf-8").count(
        "faults.Unreadable("
    )
