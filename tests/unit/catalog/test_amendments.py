"""Every section of a pack has words for what changes in it: no change is silent, and none is a bare difference of
texts.
"""

from __future__ import annotations

import dataclasses
import typing
from pathlib import Path
from typing import Any

import pytest
import yaml

from plumbline.catalog import amendments, comparing, definitions, keys, limit_amendments, saying
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog.definitions import Pack
from tests.unit.catalog import folders

FILE = Path(__file__).with_name("amendments.yaml")
GIVEN = yaml.safe_load(FILE.read_text(encoding="utf-8"))
CASES = GIVEN["cases"]


def editions(folder: Path, text: str, old: str, new: str) -> tuple[Pack, Pack]:
    assert text.count(old) >= 1
    before = folders.pack_of(folder / "before", {"definitions.yaml": text})
    return before, folders.pack_of(folder / "after", {"definitions.yaml": text.replace(old, new, 1)})


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case['section']}" for n, case in enumerate(CASES)])
def test_a_change_is_said_in_both_languages(case: dict[str, Any], tmp_path: Path) -> None:
    text = (GIVEN["book"] if case.get("book") else "") + case.get("text", "")
    changes = comparing.compare(*editions(tmp_path, text, case["old"], case["new"]))
    said = [change.said for change in changes if change.section == case["section"]]
    if "zh" not in case:  # two ways to write the same
        assert said == []
        return
    assert any(case["zh"] in each.zh for each in said), said
    assert any(case.get("en", "") in each.en for each in said), said


def test_every_section_has_words_and_a_case_above() -> None:
    assert set(comparing.SECTIONS) >= set(keys.SECTIONS)
    assert {case["section"] for case in CASES} >= set(keys.SECTIONS)
    assert set(comparing.SECTIONS) <= {field.name for field in dataclasses.fields(Pack)}


def test_every_key_of_every_definition_has_a_name() -> None:
    waiting: list[Any] = [*tree.KINDS.values(), definitions.Limit, tree.Item, tree.Base, tree.Condition]
    hints = _hints(Pack)
    waiting += [kind for name in comparing.SECTIONS for kind in _classes(hints[name])]
    seen: set[type[Any]] = set()
    while waiting:
        kind = waiting.pop()
        if kind in seen or kind in (
            definitions.Place,
            definitions.Source,
            definitions.Text,
            tree.Open,
            tree.Figures,
        ):
            continue
        seen.add(kind)
        for name, hint in _hints(kind).items():
            assert name in saying.LABELS or name in ("id", "place"), (
                f"{kind.__name__}.{name} has no name in `saying`"
            )
            waiting += _classes(hint)


def _hints(kind: type[Any]) -> dict[str, Any]:
    from plumbline.catalog import benchmarks, causes, code_maps, conversions, identities, tags, watches

    names = {
        **vars(definitions), **vars(tree), "Benchmark": benchmarks.Benchmark, "Conversion": conversions.Conversion,
        "Cause": causes.Cause, "Tag": tags.Tag, "Watch": watches.Watch, "Balance": identities.Balance,
        "CodeMap": code_maps.CodeMap,
    }  # fmt: skip
    return typing.get_type_hints(kind, {**names, **vars(__import__(kind.__module__, fromlist=["x"]))}, names)


def _classes(hint: Any) -> list[type[Any]]:
    if dataclasses.is_dataclass(hint):
        return [hint]  # type: ignore[list-item]  # a class, not an instance: hints are types
    return [found for inner in typing.get_args(hint) for found in _classes(inner)]


@dataclasses.dataclass(frozen=True)
class Strange:
    """A definition of a section that has no words yet."""

    id: str
    title: definitions.Text
    colour: str
    parts: tuple[str, ...] = ()


def test_a_shape_without_words_of_its_own_is_still_told() -> None:
    pack = folders.court_core()
    old = Strange("x", definitions.Text("甲", "A"), "red", ("one",))
    new = Strange("x", definitions.Text("甲", "A"), "blue", ("one", "two"))
    found = amendments.sentences(amendments.Sides(pack, pack), old, new)
    assert [each.zh for each in found] == [
        "「colour」由「red」改为「blue」",
        "「parts」由「one」改为「one、two」",
    ]
    assert found[0].en == "“colour” changes from “red” to “blue”"


def test_the_order_of_rows_is_told_too(tmp_path: Path) -> None:
    text = CASES[-1]["text"]
    rows = text.splitlines(keepends=True)
    swapped = "".join([*rows[:3], rows[4], rows[3], *rows[5:]])
    before = folders.pack_of(tmp_path / "before", {"definitions.yaml": text})
    after = folders.pack_of(tmp_path / "after", {"definitions.yaml": swapped})
    (change,) = [one for one in comparing.compare(before, after) if one.section == "limits"]
    assert "先后有变" in change.said.zh


def test_numerals_are_those_of_statutes() -> None:
    assert [limit_amendments.numeral(number) for number in (0, 3, 10, 12, 20, 45, 99, 180)] == [
        "零", "三", "十", "十二", "二十", "四十五", "九十九", "180",
    ]  # fmt: skip


def test_event_types_of_a_pack_are_told(tmp_path: Path) -> None:
    events = (
        "types:\n  court.visited:\n    names: [视察, Court visited]\n    rank: 9950\n    lever: none\n"
        "    required: {visitors: integer}\n"
    )
    before = folders.pack_of(tmp_path / "before", {"definitions.yaml": "{}"})
    after = folders.pack_of(tmp_path / "after", {"definitions.yaml": "{}", "events.yaml": events})
    changed = folders.pack_of(
        tmp_path / "changed", {"definitions.yaml": "{}", "events.yaml": events.replace("9950", "9951")}
    )
    (new,) = [one for one in comparing.compare(before, after) if one.section == "events"]
    assert (new.kind, new.id) == ("added", "court.visited")
    (other,) = [one for one in comparing.compare(after, changed) if one.section == "events"]
    assert "9950" in other.said.zh
    assert "9951" in other.said.en
