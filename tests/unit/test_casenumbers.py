"""Case numbers: two grammars, one spelling, the longest type code, several numbers in one text."""

from __future__ import annotations

import pathlib

import pytest

from plumbline import casenumbers, errors

TYPES = casenumbers.CaseTypes.shipped()


@pytest.mark.parametrize(
    ("written", "text", "court", "code", "category", "instance"),
    [
        ("（2019）吉2401民初123号", "（2019）吉2401民初123号", "吉2401", "民初", "civil", "first"),
        ("(2019)吉2401民初123号", "（2019）吉2401民初123号", "吉2401", "民初", "civil", "first"),
        ("〔2019〕吉2401民初１２３号", "（2019）吉2401民初123号", "吉2401", "民初", "civil", "first"),
        ("（2019） 吉 2401\u3000民初 0123 号", "（2019）吉2401民初123号", "吉2401", "民初", "civil", "first"),
        ("（2018）吉24民终77号", "（2018）吉24民终77号", "吉24", "民终", "civil", "second"),
        ("（2020）吉行终199号", "（2020）吉行终199号", "吉", "行终", "administrative", "second"),
        ("（2020）最高法知民终1号", "（2020）最高法知民终1号", "最高法", "民终", "civil", "second"),
        ("（2019）吉24行审5号", "（2019）吉24行审5号", "吉24", "行审", "administrative", "special"),
        ("（2019）吉24行审复5号", "（2019）吉24行审复5号", "吉24", "行审复", "administrative", "special"),
        ("（2019）吉2401行保3号", "（2019）吉2401行保3号", "吉2401", "行保", "other", "preservation"),
        ("（2019）吉24民辖终3号", "（2019）吉24民辖终3号", "吉24", "民辖终", "other", "jurisdiction"),
        ("（2019）吉2401执3号", "（2019）吉2401执3号", "吉2401", "执", "enforcement", "enforcement"),
        ("（2019）吉2401执恢3号", "（2019）吉2401执恢3号", "吉2401", "执恢", "enforcement", "enforcement"),
        ("（2019）吉24执复3号", "（2019）吉24执复3号", "吉24", "执复", "enforcement", "enforcement_review"),
        ("（2019）吉01破3号", "（2019）吉01破3号", "吉01", "破", "insolvency", "special"),
        ("（2019）吉01破申3号", "（2019）吉01破申3号", "吉01", "破申", "insolvency", "special"),
        ("（2019）吉24委赔再3号", "（2019）吉24委赔再3号", "吉24", "委赔再", "compensation", "retrial"),
        ("（2022）吉2401诉前调7号", "（2022）吉2401诉前调7号", "吉2401", "诉前调", "other", "mediation"),
        (
            "（2022）吉2401诉前调确7号",
            "（2022）吉2401诉前调确7号",
            "吉2401",
            "诉前调确",
            "other",
            "mediation",
        ),
        (
            "（2022）吉2401诉前调书7号",
            "（2022）吉2401诉前调书7号",
            "吉2401",
            "诉前调书",
            "other",
            "mediation",
        ),
        (
            "（2019）最高法刑核01234567号",
            "（2019）最高法刑核01234567号",
            "最高法",
            "刑核",
            "criminal",
            "other",
        ),
        ("（2019）吉24执12号之一", "（2019）吉24执12号", "吉24", "执", "enforcement", "enforcement"),
    ],
)
def test_a_number_is_read_and_spelled_one_way(
    written: str, text: str, court: str, code: str, category: str, instance: str
) -> None:
    number = casenumbers.parse(written, TYPES)
    assert (number.text, number.court, number.type_code) == (text, court, code)
    assert (number.category, number.instance, number.grammar) == (category, instance, casenumbers.CURRENT)
    assert casenumbers.parse(number.text, TYPES) == number


def test_the_specialised_character_is_kept_apart() -> None:
    assert casenumbers.parse("（2020）最高法知民终1号", TYPES).specialised == "知"
    assert casenumbers.parse("（2020）最高法民终1号", TYPES).specialised == ""


@pytest.mark.parametrize(
    ("written", "text", "court", "category", "instance"),
    [
        ("（2011）吉刑监字第108号", "（2011）吉刑监字第108号", "吉", "criminal", "review"),
        ("(2012)鲁民三初字第3号", "（2012）鲁民三初字第3号", "鲁", "civil", "first"),
        ("(2012)延中民二终字第012号", "（2012）延中民二终字第12号", "", "civil", "second"),
        ("(2012)延民初字12号", "（2012）延民初字第12号", "", "civil", "first"),
        ("（2012）吉中民一终字第8号", "（2012）吉中民一终字第8号", "", "civil", "second"),
        ("（2012）沪高民三（知）终字第62号", "（2012）沪高民三（知）终字第62号", "沪", "civil", "second"),
        ("（2013）民申字第11号", "（2013）民申字第11号", "", "civil", "review"),
        ("（2013）民提字第11号", "（2013）民提字第11号", "", "civil", "retrial"),
        ("（2010）吉民再终字第5号", "（2010）吉民再终字第5号", "吉", "civil", "retrial"),
        ("（2010）吉民再申字第5号", "（2010）吉民再申字第5号", "吉", "civil", "review"),
        ("（2012）吉刑执字第12号", "（2012）吉刑执字第12号", "吉", "criminal", "other"),
        ("（2012）延执字第12号", "（2012）延执字第12号", "", "enforcement", "enforcement"),
        ("（2012）延执异字第12号", "（2012）延执异字第12号", "", "enforcement", "enforcement_review"),
        ("（2012）延中行终字第12号", "（2012）延中行终字第12号", "", "administrative", "second"),
        ("（2012）吉民辖终字第1号", "（2012）吉民辖终字第1号", "吉", "civil", "jurisdiction"),
        ("（2012）法委赔字第1号", "（2012）法委赔字第1号", "", "compensation", "other"),
    ],
)
def test_a_number_from_before_2016_is_read_by_its_characters(
    written: str, text: str, court: str, category: str, instance: str
) -> None:
    number = casenumbers.parse(written, TYPES)
    assert (number.text, number.court, number.category, number.instance) == (text, court, category, instance)
    assert number.grammar == casenumbers.FORMER
    assert casenumbers.parse(number.text, TYPES) == number


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        (
            "（2021）粤0111民初30063、30062、30064号",
            ["（2021）粤0111民初30063号", "（2021）粤0111民初30062号", "（2021）粤0111民初30064号"],
        ),
        ("(2021)粤0111民初1号，2号", ["（2021）粤0111民初1号", "（2021）粤0111民初2号"]),
        ("（2021）粤0111民初1、1号", ["（2021）粤0111民初1号"]),
        ("（2021）粤0111民初1号；（2020）粤01民终2号", ["（2021）粤0111民初1号", "（2020）粤01民终2号"]),
        (
            "（2021）粤0111民初1号（2011）吉刑监字第108号",
            ["（2021）粤0111民初1号", "（2011）吉刑监字第108号"],
        ),
        ("（2011）吉刑监字第108、109号", ["（2011）吉刑监字第108号", "（2011）吉刑监字第109号"]),
    ],
)
def test_one_text_may_hold_several_numbers(written: str, texts: list[str]) -> None:
    assert [number.text for number in casenumbers.parse_all(written, TYPES)] == texts


@pytest.mark.parametrize(
    "written",
    [
        "",
        "号",
        "吉2401民初1号",
        "（2019）民初1号",
        "（2019）吉240民初1号",
        "（2019）吉2401民初号",
        "（2019）吉2401民初0号",
        "（2019）吉2401某某1号",
        "（2019）示2401民初1号",
        "（19）吉2401民初1号",
        "（1066）吉2401民初1号",
        "（2019）吉2401民初1号判决书",
        "（2019）吉2401民初123-1号",
        "（2019）吉2401民初1",
        "（2019）吉2401民初1号、",
        "（2019）吉2401民初1、2号",
        "（2019）吉2401民初" + "1" * 13 + "号",
        "（" * 3000,
        "\ud800",
    ],
)
def test_what_is_no_single_number_is_refused(written: str) -> None:
    with pytest.raises(errors.BadCaseNumber) as bad:
        casenumbers.parse(written, TYPES)
    assert bad.value.next


def test_an_invented_province_is_read_only_when_allowed() -> None:
    number = casenumbers.parse("（2024）示2401民初1号", TYPES, extra_provinces=frozenset("示"))
    assert number.court == "示2401"


def test_a_court_outside_the_tree_is_named() -> None:
    with pytest.raises(errors.UnknownCourt, match="吉2499"):
        casenumbers.parse("（2019）吉2499民初1号", TYPES, {"吉2401"})
    with pytest.raises(errors.UnknownCourt, match="2016"):
        casenumbers.parse("（2012）延民初字第1号", TYPES, {"吉2401"})


def test_every_code_has_a_category_and_an_instance() -> None:
    assert len(TYPES.codes) == 134
    for kind in TYPES.codes.values():
        assert kind.category in casenumbers.CATEGORIES
        assert kind.instance in casenumbers.INSTANCES
        assert kind.name


def test_the_table_holds_34_pairs_of_which_one_begins_the_other() -> None:
    pairs = TYPES.prefix_pairs()
    assert len(pairs) == 34
    assert len([pair for pair in pairs if pair[0] != "诉前调"]) == 32
    assert {("行审", "行审复"), ("执", "执恢"), ("破", "破申"), ("诉前调", "诉前调确")} <= set(pairs)


def test_every_code_is_read_back_whole_so_no_prefix_is_taken_for_it() -> None:
    for code in TYPES.codes:
        assert casenumbers.parse(f"（2019）吉2401{code}7号", TYPES).type_code == code
        assert casenumbers.parse(f"（2019）吉{code}7号", TYPES).type_code == code


@pytest.mark.parametrize(
    ("rows", "line", "what"),
    [
        ("民初,一审,civil,frist", 2, "frist"),
        ("民初,一审,private,first", 2, "private"),
        ("民初,一审,civil,first\n民初,再来,civil,second", 3, "twice"),
    ],
)
def test_a_bad_row_of_the_table_is_named_by_its_line(
    tmp_path: pathlib.Path, rows: str, line: int, what: str
) -> None:
    path = tmp_path / "case-types.csv"
    path.write_text(f"type_code,name,category,instance\n{rows}\n", "utf-8")
    with pytest.raises(errors.BadDefinition, match=what) as bad:
        casenumbers.CaseTypes.read(path)
    assert (bad.value.file, bad.value.line) == (str(path), line)


def test_a_table_without_its_columns_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "case-types.csv"
    path.write_text("code,name\n", "utf-8")
    with pytest.raises(errors.BadDefinition, match="instance"):
        casenumbers.CaseTypes.read(path)
