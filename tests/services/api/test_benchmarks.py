"""Benchmarks, plans of targets, conversions and directions, by the read API, from events counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from plumbline.catalog import reading
from tests.keeper import DEFINITIONS, record
from tests.services.api.conftest import HERE, Api, opened

RATE = "marks.judged_rate"


def closed(number: int, court: str, day: str, filed: str, method: str) -> tuple[dict[str, Any], ...]:
    """A civil case of a court, filed and closed."""
    case = f"（{filed[:4]}）{court}民初{number}号"
    return (
        record(number * 2, "case.filed", case, filed, procedure="ordinary"),
        record(number * 2 + 1, "case.closed", case, day, method=method),
    )


CASES = (
    # 示2401: of 2 closed in 2024, 1 by judgment (50 %); of 3 in 2025, 2 (66.666667 %); 20 days each, then 10.
    *closed(1, "示2401", "2024-03-21", "2024-03-01", "judgment"),
    *closed(2, "示2401", "2024-03-21", "2024-03-01", "mediation"),
    *closed(3, "示2401", "2025-03-11", "2025-03-01", "judgment"),
    *closed(4, "示2401", "2025-03-11", "2025-03-01", "judgment"),
    *closed(5, "示2401", "2025-03-11", "2025-03-01", "mediation"),
    # 示2402: 1 of 1 in both years, 10 days, then 30.
    *closed(6, "示2402", "2024-03-11", "2024-03-01", "judgment"),
    *closed(7, "示2402", "2025-03-31", "2025-03-01", "judgment"),
)


@pytest.fixture(scope="module")
def marked(module_database: str) -> Iterator[Api]:
    """The cases above with the shipped packs of 2024 and of published figures, and the packs of this test."""
    for one in opened(module_database):
        shelf = reading.Shelf(DEFINITIONS)
        names = ("spc-2024", "national-figures", "jilin-44-reconstructed")
        shipped = [shelf.pack(name) for name in names if (DEFINITIONS / name).is_dir()]
        one.keeper.publish(*shipped, reading.read_pack(HERE / "packs" / "marks", shelf))
        one.keeper.push(*CASES)
        one.keeper.settle()
        yield one


def test_a_value_is_held_against_every_benchmark_in_force_and_no_other(marked: Api) -> None:
    found = marked.value(RATE, "示2401", "2025", compare="benchmark")
    assert (found["numerator"], found["denominator"]) == (2, 3)
    compared = found["compare"]
    assert (compared["kind"], compared["value"], compared["reason"]) == ("benchmark", None, None)
    shown = {each["benchmark"]["kind"]: each for each in compared["benchmarks"]}
    assert list(shown) == ["required", "advanced_court", "higher_court"]
    # 2/3 - 90 % = -23.333333 points; 2/3 - 66.5 % = 0.166667; below the band by 70 % - 2/3.
    assert (shown["required"]["position"], shown["required"]["gap"]) == ("below", -23.333333)
    assert (shown["advanced_court"]["position"], shown["advanced_court"]["gap"]) == ("above", 0.166667)
    assert (shown["higher_court"]["position"], shown["higher_court"]["gap"]) == ("below", -3.333333)
    assert {each["gap_unit"] for each in shown.values()} == {"points"}
    assert shown["required"]["benchmark"]["issuer"] == "最高法（测试）"
    assert shown["required"]["benchmark"]["source"]["document"] == "tests"
    assert shown["advanced_court"]["benchmark"]["court"] == "示25"
    assert shown["required"]["words"] == {
        "zh": "66.666667 % - 90 % = -23.333333，低于",
        "en": "66.666667 % - 90 % = -23.333333, below",
    }
    assert compared["none_of"] == []


def test_a_benchmark_holds_in_its_own_days_and_for_its_own_category(marked: Api) -> None:
    def kinds(period: str, **more: Any) -> list[str]:
        compared = marked.value(RATE, "示2401", period, compare="benchmark", **more)["compare"]
        return [each["benchmark"]["kind"] for each in compared["benchmarks"]]

    assert kinds("2024") == ["higher_court", "national_mean"]
    assert kinds("2025-05") == ["required", "higher_court"]
    assert kinds("2025-06") == ["required", "advanced_court", "higher_court"]
    assert kinds("2025", category="civil") == ["national_mean"]
    assert kinds("2019") == []
    assert kinds("2025", cause="9001") == []


def test_where_nobody_gave_a_benchmark_the_answer_says_so(marked: Api) -> None:
    compared = marked.value("closed", "示2401", "2025", compare="benchmark")["compare"]
    assert (compared["reason"], compared["benchmarks"]) == ("not_available", [])
    assert compared["none_of"] == ["required", "advanced_court"]
    old = marked.value(RATE, "示2401", "2024", compare="benchmark")["compare"]
    assert old["none_of"] == ["required", "advanced_court"]


def test_no_gap_is_reckoned_of_a_small_sample_or_of_no_value(marked: Api) -> None:
    (small,) = marked.value("marks.seldom", "示2401", "2025", compare="benchmark")["compare"]["benchmarks"]
    assert (small["gap"], small["position"], small["reason"]) == (None, None, "small_sample")
    none = marked.value(RATE, "示2501", "2025", compare="benchmark")["compare"]["benchmarks"]
    assert {each["reason"] for each in none} == {"zero_denominator"}


def test_a_plan_shows_base_line_benchmarks_headroom_and_the_path_through_its_stage(marked: Api) -> None:
    plan = marked.value(RATE, "示2401", "2025")["plan"]
    assert (plan["base"], plan["target"]["low"], plan["unit"]) == (50, 60, "percent")
    # 90 - 60 and 66.5 - 60; an interval leaves no headroom that could be reckoned.
    rooms = [(room["kind"], room["value"], room["given"], room["unit"]) for room in plan["headroom"]]
    assert rooms == [("required", 30, False, "points"), ("advanced_court", 6.5, False, "points")]
    assert plan["department"] == {"zh": "审管办", "en": "trial management"}
    stage = plan["stage"]
    assert (stage["first_year"], stage["last_year"], stage["title"]["zh"]) == (2024, 2026, "三年")
    path = [(step["period"], step["value"], (step["target"] or {}).get("low")) for step in stage["path"]]
    assert path[:2] == [("2024", 50, 40), ("2025", 66.666667, 60)]
    assert path[2][0] == "2026"
    assert [step["status"] for step in stage["path"]][:2] == ["within", "within"]


def test_a_headroom_that_was_written_is_shown_as_it_was(marked: Api) -> None:
    plan = marked.value("marks.closed_number", "示2401", "2025")["plan"]
    assert [(room["value"], room["given"], room["kind"]) for room in plan["headroom"]] == [(2, True, None)]
    assert (plan["base"], plan["stage"], plan["benchmarks"]) == (None, None, [])
    assert marked.value("marks.days_of_closed", "示2401", "2025")["plan"] is None


def test_the_board_shows_the_same_plan_as_the_value(marked: Api) -> None:
    board = marked.get("/v1/board", court="示2401", period="2025")
    (cell,) = [c for c in board["rows"][0]["cells"] if (c["indicator"], c["scope"]) == (RATE, "own")]
    assert cell["plan"] == marked.value(RATE, "示2401", "2025")["plan"]


def test_an_indicator_lists_its_benchmarks_and_the_plans_of_its_targets(marked: Api) -> None:
    found = marked.get(f"/v1/indicators/{RATE}")
    assert [one["kind"] for one in found["benchmarks"]] == [
        "required", "advanced_court", "higher_court", "national_mean", "national_mean",
    ]  # fmt: skip
    band = found["benchmarks"][2]
    assert (band["form"], band["low"], band["high"], band["unit"]) == ("between", 70, 80, "percent")
    (now,) = [one for one in found["targets"] if one["period"] == "2025"]
    assert (now["base"], now["stage"]["from"], now["stage"]["until"]) == ("50 %", 2024, 2026)
    listed = marked.get("/v1/benchmarks", pack="marks")["items"]
    assert len(listed) == 6
    assert len(marked.get("/v1/benchmarks", pack="marks", period="2024")["items"]) == 3


def test_shipped_benchmarks_stand_with_their_documents(marked: Api) -> None:
    national = marked.value("acceptance_rate", "示2401", "2021", compare="benchmark")["compare"]["benchmarks"]
    assert [(one["benchmark"]["low"], one["benchmark"]["kind"]) for one in national] == [
        (88.7, "national_mean")
    ]
    enforced = marked.get("/v1/indicators/yanbian-2019.actual_rate")["benchmarks"]
    assert [(one["low"], one["source"]["provenance"]) for one in enforced] == [(53.48, "seed")]
    days = marked.get("/v1/indicators/national-figures.mean_days_first")["benchmarks"]
    assert [(one["category"], one["low"]) for one in days] == [
        ("civil", 67.44), ("criminal", 44.59), ("administrative", 103.88),
    ]  # fmt: skip


def test_values_become_points_line_by_line_with_their_arithmetic(marked: Api) -> None:
    found = marked.get("/v1/conversions/marks.into_points", court="示2401", period="2025")
    lines = {line["indicator"]: line for line in found["lines"]}
    rate = lines[RATE]
    # 2 + (2/3 - 50 %) / (80 % - 50 %) * (5 - 2) = 2 + 5/9 * 3 = 3.666667
    exact = 2 + (Fraction(2, 3) - Fraction(1, 2)) / Fraction(3, 10) * 3
    assert exact == Fraction(11, 3)
    assert (rate["points"], rate["maximum"], rate["clause"]) == (3.666667, 6, "附表一")
    assert rate["words"]["zh"] == (
        "66.666667 %，不低于 50 %且不高于 80 %：2 + (66.666667 % - 50 %) / (80 % - 50 %) × (5 - 2) = 3.666667"
    )
    number = lines["marks.closed_number"]
    assert (number["given"], number["points"], number["reason"]) == (True, None, "outside_the_table")
    assert (lines["court-core.filed"]["scope"], lines["court-core.filed"]["points"]) == ("all", 3)
    without = [line["indicator"] for line in found["lines"] if not line["given"]]
    assert without == ["marks.days_of_closed", "marks.seldom"]
    assert {lines[name]["words"]["zh"] for name in without} == {"未提供换算办法"}
    assert {lines[name]["points"] for name in without} == {None}
    item = lines["court-core.altered_or_remanded_rate"]
    card = marked.get("/v1/scorecards/litigation", court="示2401", period="2025")
    (scored,) = [line for line in card["lines"] if line["id"] == "fagaizhi"]
    assert (item["points"] is None) == (scored["points"] is None)
    assert found["total"] is None
    assert found["low"] == 6.666667
    assert found["high"] == pytest.approx(6.666667 + 4 + (12 if item["points"] is None else 0))
    assert found["maximum"] == 25


def test_a_pack_without_a_conversion_says_that_none_is_given(marked: Api) -> None:
    listed = marked.get("/v1/conversions")
    assert [one["id"] for one in listed["items"]] == ["marks.into_points"]
    assert (listed["items"][0]["points"], listed["items"][0]["lines"]) == (25, 4)
    without = {one["pack"]: one["words"]["zh"] for one in listed["without"]}
    assert without["spc-2024"] == without["yanbian-2019"] == "未提供换算办法"
    if "jilin-44-reconstructed" in without:
        assert without["jilin-44-reconstructed"] == "未提供换算办法"
    bare = marked.get("/v1/conversions/spc-2024", court="示2401", period="2025")
    assert (bare["conversion"], bare["total"], bare["into"]) == (None, None, None)
    assert len(bare["lines"]) == 16
    assert {line["words"]["en"] for line in bare["lines"]} == {"no conversion given"}
    assert marked.ask("/v1/conversions/nothing", court="示2401", period="2025").status_code == 404
    assert marked.ask("/v1/conversions/into_points", court="示2401", period="2025-06").status_code == 400


def test_directions_say_better_worse_or_why_they_cannot(marked: Api) -> None:
    found = marked.get("/v1/directions", court="示24", period="2025")
    assert [row["court"] for row in found["rows"]] == ["示24", "示2401", "示2402"]
    assert (found["scope"], found["domain"], found["prior_period"]) == ("own", "trial", "2024")
    rows = {row["court"]: {one["indicator"]: one for one in row["figures"]} for row in found["rows"]}
    more = rows["示2401"]["marks.closed_number"]
    assert (more["value"], more["prior_value"], more["difference"], more["movement"]) == (3, 2, 1, "better")
    days = {code: rows[code]["marks.days_of_closed"] for code in ("示2401", "示2402")}
    assert (days["示2401"]["difference"], days["示2401"]["movement"]) == (-10, "better")
    assert (days["示2402"]["difference"], days["示2402"]["movement"]) == (20, "worse")
    assert rows["示2402"]["marks.closed_number"]["movement"] == "unchanged"
    seldom = rows["示2401"]["marks.seldom"]
    assert (seldom["movement"], seldom["reason"], seldom["difference"]) == (
        "not_comparable", "small_sample", None,
    )  # fmt: skip
    band = rows["示2401"][RATE]
    assert (band["movement"], band["reason"]) == ("not_comparable", "no_interval")
    other = marked.get("/v1/directions", court="示2401", period="2025", domain="management")["rows"][0][
        "figures"
    ]
    names = {one["indicator"] for one in other}
    assert "national-figures.closed_per_judge" in names
    assert RATE not in names


def test_risen_and_fallen_are_counted_by_the_direction_of_each_indicator(marked: Api) -> None:
    (row,) = marked.get("/v1/directions", court="示2401", period="2025")["rows"]
    figures, tally = row["figures"], row["tally"]

    def count(direction: str, *kinds: str) -> int:
        return sum(one["direction"] == direction and one["movement"] in kinds for one in figures)

    said = ("better", "worse", "unchanged")
    assert (tally["risen"], tally["risen_of"]) == (count("higher", "better"), count("higher", *said))
    assert (tally["fallen"], tally["fallen_of"]) == (count("lower", "better"), count("lower", *said))
    assert tally["risen"] >= 1
    assert tally["fallen"] >= 1
    assert sum(tally[kind] for kind in (*said, "not_comparable")) == len(figures)
    empty = marked.get("/v1/directions", court="示2501", period="2025")["rows"][0]["tally"]
    assert empty["risen"] == empty["fallen"] == 0


def test_the_courts_stay_in_the_official_order_whatever_their_figures(marked: Api) -> None:
    for path in ("/v1/directions", "/v1/board"):
        rows = marked.get(path, court="示24", period="2025")["rows"]
        assert [row["court"] for row in rows] == ["示24", "示2401", "示2402"]


def test_a_name_without_a_published_formula_has_no_value_and_says_why(marked: Api) -> None:
    found = marked.value("spc-2024.case_visit_ratio", "示2401", "2025")
    assert (found["value"], found["numerator"], found["reason"]) == (None, None, "not_available")
    assert found["reason_detail"] == {"zh": "公式未公布", "en": "its formula has not been published"}
    page = marked.get("/v1/indicators/spc-2024.case_visit_ratio")
    assert (page["formula"], page["measures"], page["targets"]) == ("", [], [])
    assert page["waits_for"]["zh"] == "公式未公布"
    board = marked.get("/v1/board", court="示2401", period="2025")
    (cell, _) = [c for c in board["rows"][0]["cells"] if c["indicator"] == "spc-2024.case_visit_ratio"]
    assert (cell["value"], cell["reason"]) == (None, "not_available")
    cases = marked.ask(
        "/v1/indicators/spc-2024.case_visit_ratio/cases", court="示2401", period="2025", scope="own"
    )
    assert cases.status_code == 200
    assert cases.json()["items"] == []
    series = marked.get(
        "/v1/indicators/spc-2024.case_visit_ratio/series",
        court="示2401",
        first="2025-01",
        to="2025-03",
        scope="own",
    )
    assert {point["reason"] for point in series["points"]} == {"not_available"}


def test_closing_in_time_is_an_interval_for_one_pack_and_the_more_the_better_for_another(marked: Api) -> None:
    spc = marked.value("spc-2024.closed_within_limit_rate", "示2401", "2025")
    core = marked.value("court-core.closed_within_limit", "示2401", "2025")
    pages = [marked.get(f"/v1/indicators/{one['indicator']}") for one in (spc, core)]
    assert [page["direction"] for page in pages] == ["band", "higher"]
    assert (spc["value"], core["value"]) == (100, 100)
    assert (spc["target"]["kind"], spc["target"]["low"], spc["target"]["high"]) == ("between", 80, 99)
    assert spc["plan"]["headroom"] == []
    names = {page["title"]["zh"] for page in pages}
    assert all("审限内结案率" in name for name in names)
    found = [
        one for one in marked.get("/v1/indicators", kind="indicator", pack="jilin-44-reconstructed")["items"]
        if "审限内结案率" in one["title"]["zh"]
    ]  # fmt: skip
    for one in found:
        jilin = marked.value(one["id"], "示2401", "2025")
        assert (one["direction"], jilin["target"]) == ("higher", None)
        assert jilin["value"] == 100


def test_the_page_of_a_name_without_a_formula_can_be_read(marked: Api) -> None:
    for name in ("spc-2024.case_visit_ratio", "spc-2024.appeal_rate"):
        assert marked.ask(f"/v1/indicators/{name}/page").status_code == 200
