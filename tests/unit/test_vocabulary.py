"""The vocabulary: what the shipped files hold, and how a faulty file is named."""

from __future__ import annotations

import pathlib

import pytest

from plumbline import casenumbers, errors, vocabulary
from plumbline.vocabulary import EventType, Vocabulary

WORDS = Vocabulary.shipped()
LINKS = "roles:\n  basis: {names: [执行依据, what is enforced], from: x, to: y}\n"
RETRACTED = "  event.retracted: {names: [撤回, retracted], lever: none}\n"


def test_there_are_69_event_types_and_one_retraction() -> None:
    assert len(WORDS.types) == 70
    assert WORDS.types[vocabulary.RETRACTED].rank == 0


def test_no_two_types_share_a_rank() -> None:
    assert len(set(WORDS.ranks.values())) == len(WORDS.types)


def test_every_enumerated_value_has_a_chinese_and_an_english_name() -> None:
    for values in WORDS.lists.values():
        for zh, en in values.values():
            assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
            assert en.isascii()


def test_every_list_is_read_by_a_field() -> None:
    read = {name for kind in WORDS.types.values() for field in kind.fields.values() for name in field.lists}
    assert set(WORDS.lists) - {"INSTANCE", "CATEGORY"} <= read
    assert set(read) <= set(WORDS.lists)


def test_categories_and_instances_are_those_of_the_case_numbers() -> None:
    assert tuple(WORDS.lists["CATEGORY"]) == casenumbers.CATEGORIES
    assert tuple(WORDS.lists["INSTANCE"]) == casenumbers.INSTANCES


def test_the_roles_of_links_are_known() -> None:
    assert len(WORDS.roles) == 15
    assert [role.name for role in WORDS.roles.values() if role.is_key] == ["dispute"]


@pytest.mark.parametrize(
    ("event", "field", "kind", "required"),
    [
        ("case.closed", "method", "choice", True),
        ("case.filed", "tags", "list", False),
        ("figure.reported", "value", "integer", True),
        ("service.made", "party_no", "integer", False),
        ("hearing.scheduled", "on", "day", True),
        ("source.day_closed", "counts", "counts", True),
        ("task.closed", "evidence", "evidence", True),
        ("four_kinds.flagged", "by", "choice", True),
    ],
)
def test_a_field_has_its_type(event: str, field: str, kind: str, required: bool) -> None:
    one = WORDS.types[event].fields[field]
    assert (one.type, one.required) == (kind, required)


def test_spans_lists_and_unions_are_read() -> None:
    assert (
        WORDS.types["rating.given"].fields["score"].low,
        WORDS.types["rating.given"].fields["score"].high,
    ) == (1, 5)
    assert {"judge", "rule"} <= set(WORDS.types["four_kinds.flagged"].fields["by"].values)
    item = WORDS.types["panel.formed"].fields["members"].item
    assert item is not None
    assert item.type == "person"
    assert WORDS.types["clock.extended"].one_of == ("months", "days")


def test_events_of_a_court_are_about_a_court() -> None:
    about = {name for name, kind in WORDS.types.items() if kind.subject_kind == "court"}
    assert about == {"source.day_closed", "roster.changed", "figure.reported"}


def test_only_closing_has_a_lever_by_its_method() -> None:
    assert [name for name, kind in WORDS.types.items() if kind.lever == "by_method"] == ["case.closed"]
    assert WORDS.types["appeal.decided"].lever == "outcome"
    assert WORDS.types["case.archived"].lever == "process"


def test_a_pack_may_add_a_type_but_not_change_one() -> None:
    added = EventType("meal.served", 77, "用餐", "meal served", {}, "process")
    assert WORDS.extended([added]).ranks["meal.served"] == 77
    assert "meal.served" not in WORDS.types
    with pytest.raises(errors.BadDefinition, match="exists already"):
        WORDS.extended([EventType("case.filed", 78, "立案", "filed", {}, "process")])
    with pytest.raises(errors.BadDefinition, match="share the rank 200"):
        WORDS.extended([EventType("meal.served", 200, "用餐", "meal served", {}, "process")])


def _type(body: str) -> str:
    return (
        f"types:\n{RETRACTED}  meal.served:\n    names: [用餐, meal]\n    rank: 7\n    lever: process\n{body}"
    )


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("types: [", 1, "no YAML"),
        ("types: {}\n", 0, "event.retracted is missing"),
        ("typs: {}\n", 1, "typs is not known here"),
        (_type("    rank: 8\n"), 7, "rank stands twice"),
        (_type("    needs: {}\n"), 7, "needs is not known here"),
        (_type("    optional: {a: moneys}\n"), 7, "'moneys'"),
        (_type("    optional: {a: COURSE}\n"), 7, "'COURSE'"),
        (_type("    optional: {a: []}\n"), 7, "does not say of what"),
        (_type("    optional: {A: day}\n"), 7, "no field name"),
        (_type("    optional: {links: day}\n"), 3, "names a field links"),
        (_type("    one_of: [a, b]\n"), 4, "has no field a, b"),
        (_type("    subject: moon\n"), 4, "'moon'"),
        (_type("").replace("rank: 7", "rank: x"), 4, "the rank 'x'"),
        (_type("").replace("process", "fate"), 4, "'fate'"),
        (_type("").replace("meal.served", "meal"), 4, "no event type"),
        (_type("").replace("[用餐, meal]", "[meal]"), 4, "Chinese and an English"),
        (_type("  more.served: {names: [加, more], rank: 7, lever: none}\n"), 7, "share the rank 7"),
        ("lists:\n  course: {a: [甲, a]}\ntypes: {}\n", 2, "course is no new list"),
        ("lists:\n  COURSE: {}\ntypes: {}\n", 2, "holds no values"),
    ],
)
def test_a_faulty_file_is_named_by_its_line(tmp_path: pathlib.Path, text: str, line: int, what: str) -> None:
    path = tmp_path / "events.yaml"
    path.write_text(text, "utf-8")
    (tmp_path / "links.yaml").write_text(LINKS, "utf-8")
    with pytest.raises(errors.BadDefinition, match=what) as bad:
        Vocabulary.read(path)
    assert bad.value.file == str(path)
    assert abs(bad.value.line - line) <= 1


def test_a_pack_reads_its_own_types_with_the_lists_it_stands_on(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "events.yaml"
    path.write_text(
        "lists: {COURSE: {soup: [汤, soup]}}\n"
        "types:\n  meal.served: {names: [用餐, meal], rank: 7, lever: process, "
        "required: {what: COURSE, by: ROLE}}\n",
        "utf-8",
    )
    lists, types = vocabulary.read_types(path, WORDS.lists)
    words = WORDS.extended(types, lists)
    assert words.types["meal.served"].fields["what"].values == ("soup",)
    assert words.lists["COURSE"]["soup"] == ("汤", "soup")


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.BadDefinition, match="cannot be read"):
        Vocabulary.read(tmp_path / "events.yaml")
