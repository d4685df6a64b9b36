"""The shipped lists of causes and tags: how much is in them on a day, and what a change of them is called."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from plumbline.catalog import comparing
from plumbline.catalog.causes import CauseList
from tests.unit.catalog import folders

LISTS = CauseList([folders.court_core()])
LIST = (
    "causes:\n  - {id: ours, title: {zh: 本院案由, en: Ours}, category: civil,"
    " source: {document: 表, clause: 全部, provenance: project}}\n"
)


@pytest.mark.parametrize(
    ("day", "parts", "second"),
    [(date(2019, 6, 30), 10, 43), (date(2021, 1, 1), 11, 54), (date(2025, 12, 31), 11, 54), (date(2026, 1, 1), 12, 59)],
)  # fmt: skip
def test_the_civil_list_has_as_many_parts_and_second_levels_as_its_edition(
    day: date, parts: int, second: int
) -> None:
    first = [row for row in LISTS.standing(day) if row.category == "civil"]
    assert len(first) == parts
    assert sum(len(LISTS.standing(day, row.code)) for row in first) == second


def test_the_criminal_list_has_ten_chapters_and_offences_from_their_day() -> None:
    chapters = [row for row in LISTS.standing(date(2025, 1, 1)) if row.category == "criminal"]
    assert len(chapters) == 10
    driving = LISTS.row("dangerous_driving", date(2025, 1, 1))
    assert driving is not None
    assert (driving.in_force(date(2011, 4, 30)), driving.in_force(date(2011, 5, 1))) == (False, True)


def test_the_administrative_list_has_its_second_levels_and_compensation_its_own() -> None:
    day = date(2022, 1, 1)
    assert len(LISTS.standing(day, "administrative_act")) == 22
    roots = {row.code for row in LISTS.standing(day) if row.category == "compensation"}
    assert roots == {"criminal_compensation", "judicial_compensation"}


def test_every_cause_says_where_it_stands_and_whether_that_was_checked() -> None:
    day = date(2025, 1, 1)
    for row in LISTS.walk(day):
        source = LISTS.source(row.code, day)
        assert source is not None
        assert source.provenance in ("sourced", "project")
        if source.provenance == "project":
            assert "一般知识" in source.clause


def test_a_code_before_its_list_and_after_it_is_still_below_the_same() -> None:
    assert LISTS.below("loan", date(2000, 1, 1)) == ("loan", "bank_loan", "private_loan", "small_loan")
    assert "data_disputes" in LISTS.below("data", date(2020, 1, 1))
    assert LISTS.row("nothing", date(2020, 1, 1)) is None
    assert LISTS.path("nothing", date(2020, 1, 1)) == ()


def test_what_changes_in_a_list_is_said_in_words(tmp_path: Path) -> None:
    old = folders.pack_of(tmp_path, {"causes.yaml": LIST})
    new = folders.pack_of(
        tmp_path,
        {"causes.yaml": LIST + "  - {id: ginseng, parent: ours, title: {zh: 人参买卖, en: Ginseng}}\n"},
    )
    (change,) = comparing.compare(old, new)
    assert (change.kind, change.section, change.id) == ("added", "causes", "ginseng")
    assert "人参买卖" in change.said.zh
    assert "案由" in change.said.zh
    moved = folders.pack_of(tmp_path, {"causes.yaml": LIST.replace("本院案由", "我院案由")})
    (change,) = comparing.compare(old, moved)
    assert (change.kind, change.id) == ("words", "ours")


def test_eleven_tags_are_shipped_each_with_its_stock() -> None:
    tags = folders.court_core().tags
    assert len(tags) == 11
    for tag in tags.values():
        assert folders.court_core().measures[tag.carried].kind == "stock"
