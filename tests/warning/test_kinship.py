"""Courts above and below at one look: families, who names whom, what is told to whom, and which categories carry it."""

from __future__ import annotations

from typing import Any

from plumbline.warning import families, kinship
from plumbline.warning.verdicts import AMBER, RED, WITHIN, Verdict

PARENTS = {"示24": "示", "示2401": "示24", "示2402": "示24", "示2403": "示24"}


def verdict(
    court: str,
    level: str = AMBER,
    side: str = "high",
    thing: str = "a.rate",
    score: float = 1e-6,
    **more: Any,
) -> Verdict:
    return Verdict(
        court, thing, "2026-03", level, side, score, document={"value": 1.0, "expected": 2.0, **more}
    )


def related(*verdicts: Verdict, off: tuple[str, ...] = ()) -> dict[str, Any]:
    found = kinship.related(
        verdicts, PARENTS.get, lambda one, named: [each for each in named if each not in off]
    )
    return {one.court: one.document for one in found}


def test_a_court_over_others_heads_its_family_and_the_highest_is_alone() -> None:
    courts = ("示", "示24", "示2401", "示2402")
    assert kinship.family_of(courts, PARENTS.get) == {
        "示": "示",
        "示24": "示24",
        "示2401": "示24",
        "示2402": "示24",
    }
    assert kinship.family_of(courts[2:], PARENTS.get) == {"示2401": "示24", "示2402": "示24"}


def test_parent_and_children_of_one_figure_and_side_name_each_other() -> None:
    found = related(
        verdict("示", thing="b.rate"), verdict("示24"), verdict("示2401"), verdict("示2402", side="low"),
        verdict("示2403", RED),
    )  # fmt: skip
    assert found["示24"]["carried_by"] == [
        {"court": "示2401", "object": "a.rate"},
        {"court": "示2403", "object": "a.rate"},
    ]
    assert found["示24"]["within"] is None
    assert found["示2401"]["within"] == {"court": "示24", "object": "a.rate"}
    assert (found["示2402"]["within"], found["示2402"]["carried_by"]) == (None, [])
    assert found["示"]["carried_by"] == []


def test_what_is_inside_its_line_names_nobody_and_is_not_named() -> None:
    found = related(verdict("示24", WITHIN), verdict("示2401"))
    assert "carried_by" not in found["示24"]
    assert found["示2401"]["within"] is None


def test_a_court_that_cannot_be_judged_is_not_named() -> None:
    found = related(verdict("示24"), verdict("示2401"), verdict("示2402"), off=("示24", "示2402"))
    assert found["示2401"]["within"] is None
    assert found["示24"]["carried_by"] == [{"court": "示2401", "object": "a.rate"}]


def test_the_court_above_with_its_own_card_is_not_told_of_the_child() -> None:
    within = {"within": {"court": "示24", "object": "a.rate"}}
    assert kinship.told("示2401", ("示2401", "示24"), within) == ("示2401",)
    assert kinship.told("示2401", ("示24",), within) == ("示2401",)
    assert kinship.told("示2401", ("示2401", "示24"), {"within": None}) == ("示2401", "示24")
    assert kinship.told("示2401", ("示2401", "示24"), {}) == ("示2401", "示24")


def test_that_the_court_above_left_its_line_is_said_to_who_sees_it_alone() -> None:
    document = {"within": {"court": "示24", "object": "a.rate"}, "carried_by": []}
    assert kinship.seen(document, lambda courts: courts) == document
    assert kinship.seen(document, lambda _: ()) == {"within": None, "carried_by": []}
    assert kinship.seen({"value": 1}, lambda _: ()) == {"value": 1}


def test_categories_are_found_at_the_rate_that_is_left_and_on_the_side_of_the_court() -> None:
    parts = [
        verdict("criminal", WITHIN, score=0.3),
        verdict("civil", score=0.0001),
        verdict("other", side="low", score=0.0001),
    ]
    (found,) = kinship.carried(parts, "high", 0.01)
    assert found == {"category": "civil", "value": 1.0, "expected": 2.0, "q": 3 * 0.0002 / 2}
    assert kinship.carried(parts, "high", 0.0001) == []
    assert kinship.carried([], "high", 0.1) == []


def test_a_courts_figure_is_beyond_only_where_its_family_is_found() -> None:
    family = kinship.family_of(tuple(PARENTS), PARENTS.get)
    strong = [
        verdict("示2401", score=1e-5),
        verdict("示2402", WITHIN, score=0.4),
        verdict("示2403", WITHIN, score=0.2),
    ]
    (one, *_) = families.bounded(strong, 0.1, family)
    assert one.level == AMBER
    assert one.document["family"] == "示24"
    assert one.document["q"] < 0.1
    assert abs(one.document["rate_below"] - 0.1 / 3) < 1e-12
    (weak, *_) = families.bounded([verdict("示2401", score=0.02), *strong[1:]], 0.1, family)
    assert weak.level == WITHIN
    assert weak.document["q"] > 0.1
    assert "rate_below" not in weak.document


def test_what_has_no_score_is_left_as_it_is() -> None:
    none = Verdict("示2401", "a.rate", "2026-03", "insufficient")
    assert families.bounded([none], 0.1) == [none]
    assert families.bounded([], 0.1) == []
