"""Every court of Jilin as shipped: how many, how sure each code is, and what shows it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from plumbline import casenumbers, courts, subjects
from tests.keeper import DEFINITIONS

FILE = courts.read_file(DEFINITIONS / "jilin" / "courts.csv")
TREE = courts.CourtTree(FILE.courts)
BEFORE, AFTER = date(2020, 5, 31), date(2020, 6, 1)
SHOWN = {
    "吉": "（2020）吉行终199号",
    "吉01": "（2017）吉01民初770号",
    "吉04": "（2020）吉04行初2号",
    "吉0184": "（2020）吉0184民初5156号",
    "吉7502": "（2024）吉7502民初22号",
}


def test_there_are_as_many_courts_of_each_level_and_kind_as_are_known() -> None:
    assert Counter(court.level for court in FILE.courts if court.in_force(AFTER)) == {
        "high": 1, "intermediate": 11, "basic": 62,
    }  # fmt: skip
    assert len(TREE.codes()) == 74
    assert Counter(court.kind for court in FILE.courts) == {"ordinary": 72, "forestry": 2, "railway": 1}
    assert Counter((one.kind, one.status) for one in FILE.uncoded) == {
        ("development_zone", "unknown"): 9,
        ("railway", "unknown"): 5,
        ("forestry", "unknown"): 5,
        ("tribunal", "tribunal"): 4,
    }


def test_every_court_says_how_sure_its_code_is_and_what_shows_it() -> None:
    assert Counter(court.status for court in FILE.courts) == {"derived": 68, "confirmed": 5, "unsourced": 2}
    confirmed = {court.code for court in FILE.courts if court.status == "confirmed"}
    assert confirmed == set(SHOWN)
    for court in FILE.courts:
        assert court.name_zh
        assert court.name_en.isascii()
        assert court.basis
        if court.status == "confirmed":
            assert court.basis.startswith(SHOWN[court.code])
            parser = subjects.SubjectParser(casenumbers.CaseTypes.shipped(), frozenset())
            assert parser.parse(SHOWN[court.code]).home_court == court.code
    for one in FILE.uncoded:
        assert one.basis
        assert not re.search(r"吉\d{4}(?!民初)", one.basis), (
            "a code that nobody has shown is not written down"
        )


def test_every_code_follows_the_rule_of_case_numbers() -> None:
    for court in FILE.courts:
        assert re.fullmatch(
            {"high": "吉", "intermediate": r"吉\d\d", "basic": r"吉\d{4}"}[court.level], court.code
        )
        if court.level == "basic" and court.code != "吉0381":
            assert court.parent == court.code[:3]
        assert not re.fullmatch(r"吉\d\d7\d", court.code), "a statistics code of a development zone"


def test_gongzhuling_moved_and_its_old_numbers_keep_the_old_code() -> None:
    assert (TREE.parent("吉0381", BEFORE), TREE.parent("吉0381", AFTER)) == ("吉03", "吉01")
    assert (TREE.get("吉0184", BEFORE), TREE.parent("吉0184", AFTER)) == (None, "吉01")
    assert "吉0381" in TREE.subtree("吉03", BEFORE)
    assert {"吉0184", "吉0381"} <= set(TREE.subtree("吉01", AFTER))
    assert {court.status for court in FILE.courts if court.code == "吉0381"} == {"unsourced"}
    assert all("一般知识" in court.basis for court in FILE.courts if court.code in ("吉0381", "吉0184"))


def test_courts_stand_in_the_order_of_division_codes() -> None:
    codes = [court.code for court in FILE.courts if court.kind == "ordinary" and court.code != "吉0381"]
    assert codes == sorted(codes)
    assert [code for code in TREE.codes() if len(code) == 3][-2:] == ["吉71", "吉75"]


def test_the_forestry_court_of_wangqing_is_not_that_of_the_county() -> None:
    (forestry,) = [one for one in FILE.uncoded if one.name_zh == "汪清林区基层法院"]
    county = TREE.get("吉2424")
    assert county is not None
    assert (forestry.parent, county.parent) == ("吉75", "吉24")
    assert county.name_zh == "汪清县人民法院"
