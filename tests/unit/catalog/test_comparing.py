"""What a new edition changes is said in words; a change of meaning is told apart from a change of words."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.catalog import comparing
from tests.unit.catalog import folders

TEXT = """\
facts:
  - {id: a_year_old_on, derive: "add_months(filed_on, 12)"}
limits:
  - id: short-limits
    rows: [{category: civil, days: 30, article: 第一条}]
measures:
  - id: old_now
    title: {zh: 一年以上未结, en: Pending for a year}
    lever: process
    stock: {from: a_year_old_on, until: closed_on}
indicators:
  - id: old_share
    title: {zh: 一年以上占比, en: Share pending for a year}
    formula: old_now / pending
    unit: percent
    direction: lower
    nature: binding
    origin: basic
    domain: trial
    meaning: {zh: 意义, en: Meaning}
    source: {document: 办法, clause: 第一条, provenance: project}
targets:
  - {indicator: old_share, courts: 示24*, scope: own, period: 2024, target: {at_most: 10 %}}
"""


def changes(tmp_path: Path, old: str, new: str) -> list[tuple[str, str, str]]:
    assert old in TEXT
    before = folders.pack_of(tmp_path / "before", {"definitions.yaml": TEXT})
    after = folders.pack_of(tmp_path / "after", {"definitions.yaml": TEXT.replace(old, new, 1)})
    return [(change.kind, change.section, change.id) for change in comparing.compare(before, after)]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("id: old_now", "id: old_now", []),
        ("Pending for a year", "Pending over a year", [("words", "measures", "old_now")]),
        ("lever: process", "lever: outcome", [("filing", "measures", "old_now")]),
        ("nature: binding", "nature: anticipatory", [("filing", "indicators", "old_share")]),
        (
            "filed_on, 12",
            "filed_on, 18",
            [
                ("meaning", "facts", "a_year_old_on"),
                ("meaning", "measures", "old_now"),
                ("meaning", "indicators", "old_share"),
            ],
        ),
        ("formula: old_now / pending", "formula: old_now / filed", [("meaning", "indicators", "old_share")]),
        ("days: 30", "days: 45", [("meaning", "limits", "short-limits")]),
        ("at_most: 10 %", "at_most: 8 %", [("meaning", "targets", "old_share")]),
        (
            "courts: 示24*",
            "courts: 示2401",
            [("added", "targets", "old_share"), ("removed", "targets", "old_share")],
        ),
        (
            "id: short-limits",
            "id: other-limits",
            [("added", "limits", "other-limits"), ("removed", "limits", "short-limits")],
        ),
    ],
)
def test_each_change_is_found_and_named_for_what_it_is(
    old: str, new: str, wanted: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    assert sorted(changes(tmp_path, old, new)) == sorted(wanted)


def test_a_change_of_formula_is_said_in_both_languages(tmp_path: Path) -> None:
    before = folders.pack_of(tmp_path / "before", {"definitions.yaml": TEXT})
    changed = TEXT.replace("old_now / pending", "old_now / filed")
    after = folders.pack_of(tmp_path / "after", {"definitions.yaml": changed})
    (change,) = comparing.compare(before, after)
    assert change.said.zh == (
        "口径变更：指标「一年以上占比」（old_share）：公式有变：分子不变，分母由「诉讼案件未结」改为「诉讼案件新收」"
        "（`old_now / pending` → `old_now / filed`）"
    )
    assert change.said.en == (
        "the meaning changed: indicator “Share pending for a year” (old_share): the formula changes: the numerator stays, "
        "denominator changes from “Litigation cases pending” to “Litigation cases filed” "
        "(`old_now / pending` → `old_now / filed`)"
    )


def test_a_measure_whose_ground_moved_says_so(tmp_path: Path) -> None:
    before = folders.pack_of(tmp_path / "before", {"definitions.yaml": TEXT})
    after = folders.pack_of(
        tmp_path / "after", {"definitions.yaml": TEXT.replace("filed_on, 12", "filed_on, 18")}
    )
    said = {change.id: change.said for change in comparing.compare(before, after)}
    assert said["old_now"].zh.endswith("所依据的定义有变：「a_year_old_on」")
    assert said["old_share"].zh.endswith("所依据的定义有变：「一年以上未结」")
    assert "（`add_months(filed_on, 12)` → `add_months(filed_on, 18)`）" in said["a_year_old_on"].zh


def test_a_new_version_is_said(tmp_path: Path) -> None:
    before = folders.pack_of(tmp_path / "before", {"definitions.yaml": TEXT})
    head = folders.HEAD.format(name="tested").replace('version: "1"', 'version: "2"')
    after = folders.pack_of(tmp_path / "after", {"pack.yaml": head, "definitions.yaml": TEXT})
    (change,) = comparing.compare(before, after)
    assert change.said.en == "version 1 (from 2024-01-01) -> 2 (from 2024-01-01)"
