"""The tree of courts on a day, and the file it is read from."""

from __future__ import annotations

import pathlib
from datetime import date

import pytest

from plumbline import courts, errors

HEADER = "code,parent,name_zh,name_en,level,from,until,status,zone\n"
# 公主岭 moves from 四平 to 长春 on 2020-09-01; the courts are those of Jilin, the day is only for the test.
FILE = HEADER + (
    "吉,,吉林高院,Jilin High Court,high,,,official,\n"
    "吉01,吉,长春中院,Changchun,intermediate,,,official,\n"
    "吉0182,吉01,榆树法院,Yushu,basic,,,official,\n"
    "吉03,吉,四平中院,Siping,intermediate,,,official,\n"
    "吉0381,吉03,公主岭法院,Gongzhuling,basic,,2020-09-01,official,\n"
    "吉0381,吉01,公主岭法院,Gongzhuling,basic,2020-09-01,,official,\n"
    "吉24,吉,延边中院,Yanbian,intermediate,2000-01-01,,official,Asia/Shanghai\n"
    "吉2401,吉24,延吉法院,Yanji,basic,2000-01-01,,official,\n"
    "TJMMG,,军事法院,TJMMG,high,,,official,America/Sao_Paulo\n"
)
BEFORE, AFTER = date(2020, 8, 31), date(2020, 9, 1)


def _write(path: pathlib.Path, text: str) -> pathlib.Path:
    file = path / "courts.csv"
    file.write_text(text, "utf-8")
    return file


@pytest.fixture
def tree(tmp_path: pathlib.Path) -> courts.CourtTree:
    return courts.CourtTree(courts.read_courts(_write(tmp_path, FILE)))


def test_a_subtree_begins_with_its_court_and_keeps_the_official_order(tree: courts.CourtTree) -> None:
    assert tree.subtree("吉", BEFORE) == ("吉", "吉01", "吉0182", "吉03", "吉0381", "吉24", "吉2401")
    assert tree.subtree("吉", AFTER) == ("吉", "吉01", "吉0182", "吉0381", "吉03", "吉24", "吉2401")
    assert tree.subtree("吉2401", BEFORE) == ("吉2401",)


def test_a_court_that_moves_is_below_each_parent_in_its_own_time(tree: courts.CourtTree) -> None:
    assert (tree.parent("吉0381", BEFORE), tree.parent("吉0381", AFTER)) == ("吉03", "吉01")
    assert tree.ancestors("吉0381", BEFORE) == ("吉03", "吉")
    assert tree.ancestors("吉0381", AFTER) == ("吉01", "吉")
    assert tree.children("吉03", BEFORE) == ("吉0381",)
    assert tree.children("吉03", AFTER) == ()


def test_a_court_is_not_in_the_tree_before_it_began(tree: courts.CourtTree) -> None:
    early = date(1999, 12, 31)
    assert tree.get("吉24", early) is None
    assert tree.get("吉24", date(2000, 1, 1)) is not None
    assert "吉24" not in tree.subtree("吉", early)
    assert tree.ancestors("吉2401", early) == ()


def test_an_unknown_code_is_a_value_except_for_its_zone(tree: courts.CourtTree) -> None:
    assert not tree.known("吉99")
    assert tree.get("吉99") is None
    assert tree.parent("吉99", AFTER) is None
    assert tree.subtree("吉99", AFTER) == tree.ancestors("吉99", AFTER) == tree.children("吉99", AFTER) == ()
    with pytest.raises(errors.UnknownCourt, match="吉99"):
        tree.zone("吉99")


def test_each_court_has_the_zone_of_its_days(tree: courts.CourtTree) -> None:
    assert tree.zone("吉24").key == "Asia/Shanghai"
    assert tree.zone("TJMMG").key == "America/Sao_Paulo"


def test_the_latest_row_speaks_when_no_day_is_asked(tree: courts.CourtTree) -> None:
    latest = tree.get("吉0381")
    assert latest is not None
    assert latest.parent == "吉01"
    assert [court.code for court in tree][:3] == ["吉", "吉01", "吉0182"]


ROOT = "吉,,高院,High,high,,,official,\n"


@pytest.mark.parametrize(
    ("rows", "line", "what"),
    [
        (ROOT + "吉 01,吉,x,x,basic,,,official,\n", 3, "no court code"),
        (ROOT + "吉01,吉,,x,basic,,,official,\n", 3, "lacks a name"),
        (ROOT + "吉01,吉,x,x,Basic!,,,official,\n", 3, "no level"),
        (ROOT + "吉01,吉,x,x,basic,2019-02-30,,official,\n", 3, "no day"),
        (ROOT + "吉01,吉,x,x,basic,,,official,Mars/Olympus\n", 3, "no time zone"),
        (ROOT + "吉01,吉02,x,x,basic,,,official,\n", 3, "吉02, has no row"),
        (ROOT + "吉01,吉,x,x,basic,2019-01-02,2019-01-01,official,\n", 3, "ends before"),
        (ROOT + "吉01,吉,x,x,basic,,,official,\n吉01,吉,x,x,basic,2019-01-01,,official,\n", 4, "overlap"),
        ("吉,吉01,高院,High,high,,,official,\n吉01,吉,x,x,basic,,,official,\n", 2, "above itself"),
    ],
)
def test_a_row_that_cannot_stand_is_named_by_its_line(
    tmp_path: pathlib.Path, rows: str, line: int, what: str
) -> None:
    path = _write(tmp_path, HEADER + rows)
    with pytest.raises(errors.BadDefinition, match=what) as bad:
        courts.read_courts(path)
    assert (bad.value.file, bad.value.line) == (str(path), line)


def test_a_file_without_its_columns_says_how_to_begin(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.BadDefinition, match="code,parent"):
        courts.read_courts(_write(tmp_path, "code,name\n"))


def test_a_tree_made_by_hand_is_checked_too() -> None:
    alone = courts.Court("吉01", "吉", "x", "x", "basic", None, None, "official", courts.DEFAULT_ZONE, 0)
    with pytest.raises(errors.BadInput, match="no row"):
        courts.CourtTree([alone])


@pytest.mark.parametrize(
    ("rows", "line", "what"),
    [
        (ROOT + "吉01,吉,x,x,basic,,,,\n", 3, "has no status"),
        (ROOT + "吉01,吉,x,x,basic,,,sure,\n", 3, "'sure' is no status"),
        (ROOT + ",吉,某院,x,basic,,,derived,,ordinary,规则\n", 3, "某院 has no code"),
        (ROOT + "吉0199,吉,x,x,basic,,,unknown,,ordinary,未知\n", 3, "is unknown, and has a code"),
        (ROOT + "吉01,吉,x,x,basic,,,confirmed,,ordinary,\n", 3, "Nothing shows that 吉01 is confirmed"),
        (ROOT + ",吉09,某院,x,basic,,,unknown,,railway,未知\n", 3, "吉09, has no row"),
        (ROOT + "吉01,吉,x,x,basic,,,derived,,Rail!,规则\n", 3, "no kind"),
    ],
)
def test_no_court_comes_in_without_saying_how_sure_its_code_is(
    tmp_path: pathlib.Path, rows: str, line: int, what: str
) -> None:
    header = HEADER.strip() + ",kind,basis\n"
    path = _write(tmp_path, header + rows)
    with pytest.raises(errors.BadDefinition, match=what) as bad:
        courts.read_file(path)
    assert bad.value.line == line
