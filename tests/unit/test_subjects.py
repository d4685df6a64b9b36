"""Subjects: four kinds, one spelling, one home court."""

from __future__ import annotations

import pickle

import pytest

from plumbline import casenumbers, errors, subjects

PARSER = subjects.SubjectParser(casenumbers.CaseTypes.shipped())


@pytest.mark.parametrize(
    ("written", "text", "kind", "court", "register"),
    [
        ("（2019）吉2401民初123号", "（2019）吉2401民初123号", "case", "吉2401", ""),
        ("(2019) 吉2401民初123号", "（2019）吉2401民初123号", "case", "吉2401", ""),
        (" (2019)吉2401民初123号\t", "（2019）吉2401民初123号", "case", "吉2401", ""),
        ("（2011）吉刑监字第108号", "（2011）吉刑监字第108号", "case", "吉", ""),
        ("（2012）延中民二终字第12号", "（2012）延中民二终字第12号", "case", "", ""),
        ("吉2401:visit:2019-12", "吉2401:visit:2019-12", "register", "吉2401", "visit"),
        ("吉2401:mediation:7", "吉2401:mediation:7", "register", "吉2401", "mediation"),
        (
            "TJMMG:docket:G1/20002767520209130001",
            "TJMMG:docket:G1/20002767520209130001",
            "docket",
            "TJMMG",
            "",
        ),
        ("A:docket:x:y", "A:docket:x:y", "docket", "A", ""),
        ("吉2401", "吉2401", "court", "吉2401", ""),
        ("T" * 24, "T" * 24, "court", "T" * 24, ""),
    ],
)
def test_a_subject_has_a_kind_and_a_home_court(
    written: str, text: str, kind: str, court: str, register: str
) -> None:
    subject = PARSER.parse(written)
    assert (subject.text, subject.kind, subject.home_court, subject.register) == (text, kind, court, register)
    assert PARSER.parse(subject.text) == subject


def test_a_case_number_states_facts() -> None:
    assert PARSER.parse("（2019）吉2401民初123号").facts == {
        "year": 2019,
        "home_court": "吉2401",
        "case_type": "民初",
        "category": "civil",
        "instance": "first",
    }
    assert "home_court" not in PARSER.parse("（2012）延中民二终字第12号").facts
    assert PARSER.parse("TJMMG:docket:G1/1").facts == {"home_court": "TJMMG"}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "a b",
        "T" * 25,
        "吉2401:unknown:1",
        "吉2401:visit",
        "吉2401:visit:",
        "吉2401:visit:a b",
        ":visit:1",
        "吉2401:visit:" + "x" * 101,
        "吉24\x0001",
        "吉2401:visit:\x07",
        "（2019）吉2401民初1、2号",
        "（2019）吉2401",
        "(2019)",
        "x" * 201,
        "\ud800",
        "吉2401：visit：1\n",
        "（示",
        "dispute:7",
    ],
)
def test_anything_else_is_refused_with_what_to_write(written: str) -> None:
    with pytest.raises(errors.BadSubject) as bad:
        PARSER.parse(written)
    assert bad.value.next


def test_an_invented_province_is_read_only_while_its_court_file_is_loaded() -> None:
    with pytest.raises(errors.BadSubject):
        PARSER.parse("（2024）示2401民初1号")
    demo = subjects.SubjectParser(casenumbers.CaseTypes.shipped(), frozenset("示"))
    assert demo.parse("（2024）示2401民初1号").home_court == "示2401"


def test_a_subject_travels_to_another_process() -> None:
    subject = PARSER.parse("（2019）吉2401民初123号")
    again = pickle.loads(pickle.dumps(subject))
    assert (again, again.facts) == (subject, subject.facts)


def test_a_subject_seen_before_is_the_same_object() -> None:
    assert PARSER.parse("（2019）吉2401民初123号") is PARSER.parse("（2019）吉2401民初123号")
