"""GET /v1/scorecards…, and POST …/what-if: scores as their rule books say, from events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from plumbline import readings, scorebooks, scorecards
from plumbline.catalog import reading
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.periods import Period
from plumbline.scorebooks import Figure, Inputs
from services.api import score_shapes, scoring
from tests.keeper import court, record
from tests.services.api.conftest import Api, opened

DEFINITIONS = Path(__file__).resolve().parents[3] / "definitions"
TREE = (
    court("示", None, 1, level="high"),
    court("示24", "示", 2, level="intermediate"),
    court("示2403", "示24", 3),
    court("示2401", "示24", 4),
    court("示2402", "示24", 5),
    court("示25", "示", 6, level="intermediate"),
)
BOOK = "/v1/scorecards/yanbian-2019.litigation"
ASKED: dict[str, Any] = {"court": "示2401", "period": "2025"}


def appeals(code: str, year: int, count: int, altered: int) -> Iterator[dict[str, Any]]:
    """So many judgments of a court, each appealed at 示24, of which some were altered."""
    number = year * 10_000 + int(code[-1]) * 1_000
    for each in range(1, count + 1):
        first, second = f"（{year}）{code}民初{each}号", f"（{year}）示24民终{int(code[-1]) * 1000 + each}号"
        outcome = "altered" if each <= altered else "upheld"
        number += 4
        yield record(number, "case.filed", first, f"{year}-01-10", procedure="ordinary")
        yield record(number + 1, "case.closed", first, f"{year}-02-10", method="judgment")
        yield record(
            number + 2, "case.filed", second, f"{year}-03-10", links=[{"role": "appealed", "subject": first}]
        )
        yield record(number + 3, "appeal.decided", second, f"{year}-04-10", outcome=outcome)


@pytest.fixture(scope="module")
def scores(module_database: str) -> Iterator[Api]:
    """示2401: 20 appeals in 2024, all altered; 19 in 2025, all altered. 示2402: 5 altered, then 4 and 1 not."""
    for one in opened(module_database, TREE):
        one.keeper.push(*appeals("示2401", 2024, 20, 20), *appeals("示2401", 2025, 19, 19))
        one.keeper.push(*appeals("示2402", 2024, 5, 5), *appeals("示2402", 2025, 5, 4))
        one.keeper.settle()
        yield one


def hand_made() -> Inputs:
    """What the pushed events say of 示2401 in 2025, counted by hand."""
    nothing, none = (
        Figure(Ratio(0, 1), Ratio(0, 1), Ratio(0, 1)),
        Missing("zero_denominator", "effective_judgments"),
    )
    empty = Missing("zero_denominator", "applications_closed")
    fewer = Figure(Ratio(19, 1), Ratio(20, 1), Ratio(20, 1))
    given = {
        "court-core.altered_or_remanded_rate": Figure(Ratio(19, 19)),
        "court-core.acceptance_rate": Figure(Ratio(0, 19)),
        "yanbian-2019.fagaizhi_total": fewer,
        "yanbian-2019.appeal_altered_or_remanded": fewer,
        "yanbian-2019.second_instance_filings": fewer,
        "yanbian-2019.effective_altered_or_remanded_rate": Figure(none),
        "yanbian-2019.applications_rate": Figure(none),
        "yanbian-2019.retrial_altered_or_remanded": nothing,
        "yanbian-2019.applications_received": nothing,
        "yanbian-2019.retrials_started": nothing,
        "yanbian-2019.retrials_without_designated": nothing,
        "yanbian-2019.retrial_rate": Figure(empty, empty, empty),
        "yanbian-2019.retrial_rate_without_designated": Figure(empty, empty, empty),
    }
    return Inputs("示2401", "basic", {(name, "own"): one for name, one in given.items()}, {}, {}, {})


def bound(name: str) -> scorebooks.Book:
    """A shipped rule book."""
    return scorebooks.bind(reading.Shelf(DEFINITIONS).pack("yanbian-2019"), name)


def near(sent: float | None, exact: Fraction | None) -> bool:
    """Whether a number that was sent is the exact one, rounded at six decimals."""
    if sent is None or exact is None:
        return sent is exact
    return Fraction(str(sent)) == Fraction(round(exact * 10**6), 10**6)


def same(sent: list[dict[str, Any]], lines: tuple[scorecards.ScoreLine, ...]) -> None:
    """Every line that was sent is the one that was reckoned."""
    assert [each["id"] for each in sent] == [line.id for line in lines]
    for each, line in zip(sent, lines, strict=True):
        assert near(each["points"], line.points), line.id
        assert near(each["low"], line.low)
        assert near(each["high"], line.high)
        assert near(each["maximum"], line.maximum)
        assert near(each["reachable"], line.award.reachable)
        assert near(each["one_case"], line.award.one_case)
        assert (each["status"], each["reason"] or "") == (line.status, line.award.reason)
        assert each["arithmetic"] == {"zh": line.award.arithmetic.zh, "en": line.award.arithmetic.en}
        assert (each["numerator"] is None) == (line.value is None)
        same(each["parts"], line.parts)


def test_a_scorecard_is_its_rule_book_over_the_events(scores: Api) -> None:
    found, card = scores.get(BOOK, **ASKED), scorecards.score(bound("litigation"), hand_made())
    assert set(found) == set(score_shapes.Scorecard.model_fields)
    same(found["lines"], card.lines)
    assert (found["low"], found["high"], found["total"], found["maximum"]) == (23.5, 74.5, None, 100)
    assert found["arithmetic"]["zh"] == card.arithmetic.zh
    first = found["lines"][0]
    assert (first["points"], first["one_case"], first["numerator"], first["baseline"]["numerator"]) == (
        20,
        20,
        19,
        20,
    )
    assert (found["level"], found["elapsed"], found["hash"], found["demo"]) == ("basic", 1, card.hash, True)


def test_open_readings_are_told_with_what_they_do(scores: Api) -> None:
    found, exact = scores.get(BOOK, **ASKED), readings.variants(bound("litigation"), hand_made())
    assert found["variants"]["note"]["zh"] == "口径未定"
    told = [(one["parameter"], one["reading"]) for one in found["variants"]["otherwise"]]
    assert told == [(one.parameter, one.reading) for one in exact.otherwise]
    for sent, one in zip(found["variants"]["otherwise"], exact.otherwise, strict=True):
        assert near(sent["low"], one.low)
        assert near(sent["high"], one.high)
    assert near(found["variants"]["lowest"]["total"], exact.lowest.total)
    assert near(found["variants"]["highest"]["total"], exact.highest.total)
    held = {one["id"]: one["reading"] for one in found["parameters"]}
    assert held == found["readings"] == bound("litigation").shipped()
    assert not any(one["settled"] for one in found["parameters"])


def test_the_books_there_are_name_their_document(scores: Api) -> None:
    found = scores.get("/v1/scorecards")["items"]
    names = ["litigation", "enforcement", "quality_year"]
    assert [one["id"] for one in found] == ["lines.compared", *(f"yanbian-2019.{name}" for name in names)]
    assert {one["document"] for one in found[1:]} == {"延中法〔2019〕14号"}
    assert found[1]["levels"] == ["intermediate", "basic"]
    assert found[1]["hash"] == bound("litigation").hash


def test_the_mean_of_the_courts_below_is_of_their_own_scorecards(scores: Api) -> None:
    whole = scores.get("/v1/scorecards/enforcement", court="示24", period="2025")
    mean = next(line for line in whole["lines"] if line["rule"] == "subordinates_mean")
    assert [part["id"] for part in mean["parts"]] == ["示2403", "示2401", "示2402"]
    cards = [
        scores.get("/v1/scorecards/enforcement", court=part["id"], period="2025") for part in mean["parts"]
    ]
    assert [(part["low"], part["high"]) for part in mean["parts"]] == [
        (card["low"], card["high"]) for card in cards
    ]
    for end in ("low", "high"):
        expected = sum(Fraction(str(card[end])) for card in cards) / 3 / 100 * Fraction(str(mean["maximum"]))
        assert near(mean[end], expected)
    alone = scores.get("/v1/scorecards/enforcement", court="示25", period="2025")
    assert "no_courts_below" in {line["reason"] for line in alone["lines"]}


def test_a_mean_of_a_group_is_told_only_to_readers_of_all_its_courts(scores: Api) -> None:
    # 示2401 closed 19 in 2025 and 示2402 5, 示2403 none; a year before 20.
    asked = {"court": "示2401", "period": "2025"}
    mean, line = scores.get("/v1/scorecards/compared", "middle", **asked)["lines"]
    assert (mean["points"], mean["target"]["low"], mean["numerator"]) == (4, 8, 19)
    assert (line["points"], line["target"]["high"], line["status"]) == (0, 18, "scored")
    mean, line = scores.get("/v1/scorecards/compared", "basic", **asked)["lines"]
    assert (mean["points"], mean["target"], mean["reason"]) == (None, None, "not_yours")
    assert (line["points"], line["target"]["high"]) == (0, 18)


def test_the_table_stands_in_the_official_order(scores: Api, database: str) -> None:
    path, order = BOOK + "/table", ["示24", "示2403", "示2401", "示2402"]
    found = scores.get(path, court="示24", period="2025")
    assert [row["court"] for row in found["rows"]] == order
    points = {row["court"]: row["low"] for row in found["rows"]}
    assert points["示2401"] < points["示2402"]
    for other in opened(database, TREE):
        other.keeper.push(*appeals("示2401", 2024, 5, 5), *appeals("示2401", 2025, 4, 4))
        other.keeper.push(*appeals("示2402", 2024, 20, 20), *appeals("示2402", 2025, 19, 19))
        other.keeper.settle()
        turned = other.get(path, court="示24", period="2025")
        assert [row["court"] for row in turned["rows"]] == order
        points = {row["court"]: row["low"] for row in turned["rows"]}
        assert points["示2401"] > points["示2402"]


def test_the_table_has_the_courts_a_book_scores_and_no_place_among_them(scores: Api) -> None:
    found = scores.get(BOOK + "/table", court="示", period="2025")
    assert [row["court"] for row in found["rows"]] == ["示24", "示25"]
    assert [item["number"] for item in found["items"]] == ["1", "2", "3", "4", "5", "6", "7"]
    card = scores.get(BOOK, court="示24", period="2025")
    cells = found["rows"][0]["cells"]
    assert [(one["item"], one["low"]) for one in cells] == [(one["id"], one["low"]) for one in card["lines"]]
    words = {"rank", "percentile", "top", "bottom", "place", "position"}
    for model in vars(score_shapes).values():
        assert not words & set(getattr(model, "model_fields", ()))


def test_a_court_of_a_level_no_book_scores_is_an_error(scores: Api) -> None:
    answer = scores.ask(BOOK, court="示", period="2025")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
    assert "intermediate" in answer.json()["next"]


def test_the_same_moment_gives_the_same_score_again_and_a_copy_stands(scores: Api) -> None:
    now = scores.get(BOOK, **ASKED)
    again = scores.get(BOOK, **ASKED, known_at=now["known_at"])
    now.pop("computed_at"), again.pop("computed_at")
    assert again == now
    for path in ("/v1/scorecards", BOOK, BOOK + "/table"):
        asked = {} if path == "/v1/scorecards" else ASKED
        tag = scores.ask(path, **asked).headers["etag"]
        assert scores.ask(path, headers={"If-None-Match": tag}, **asked).status_code == 304


def test_before_the_books_knew_anything_no_line_is_scored(scores: Api) -> None:
    found = scores.get(BOOK, **ASKED, known_at="2020-01-01T00:00:00Z")
    assert (found["low"], found["high"], found["total"]) == (0, 100, None)
    assert found["lines"][0]["reason"] == "not_in_books"


def test_what_if_answers_before_after_and_the_next_steps(scores: Api) -> None:
    answer = scores.suppose(
        BOOK + "/what-if",
        {
            **ASKED,
            "values": [{"figure": "fagaizhi_total", "numerator": 18}],
            "targets": {"appeal_quality_target": {"at_most": "100 %"}},
            "weights": {"acceptance_fall": 1.5},
            "readings": {"zero_base": "full_if_zero_now"},
        },
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert set(found) == set(score_shapes.WhatIf.model_fields)
    assert found["before"]["low"] == 23.5
    after = {line["id"]: line for line in found["after"]["lines"]}
    assert after["fagaizhi"]["points"] == 40
    assert after["appeal_quality"]["points"] == 6 + 2.5
    assert after["acceptance"]["low"] == 0.5
    assert after["retrial_quality"]["low"] == 6
    assert found["after"]["readings"]["zero_base"] == "full_if_zero_now"
    steps = {step["item"]: step for step in found["steps"]}
    assert (steps["fagaizhi"]["cases"], steps["fagaizhi"]["then"]) == (None, 40)
    assert steps["appeal_quality_fall"]["cases"] == -1
    outcomes = [step for step in found["steps"] if step["lever"] == "outcome"]
    assert outcomes
    for step in outcomes:
        assert step["advice"] == "no_case_advice: outcome"
        assert step["advice_words"]["zh"].startswith("裁判结果类指标不提供个案建议")
    assert scores.get(BOOK, **ASKED)["low"] == 23.5


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**ASKED, "values": [{"figure": "clearance", "numerator": 1}]}, "bad_input"),
        ({**ASKED, "values": [{"figure": "fagaizhi_total", "numerator": -1}]}, "invalid"),
        ({**ASKED, "values": [{"figure": "fagaizhi_total", "numerator": 1, "denominator": 0}]}, "invalid"),
        ({**ASKED, "targets": {"fagaizhi": {"at_least": 1}}}, "bad_input"),
        ({**ASKED, "targets": {"appeal_quality_target": {"at_least": 90}}}, "bad_input"),
        ({**ASKED, "targets": {"appeal_quality_target": {"at_least": "prior"}}}, "bad_input"),
        ({**ASKED, "targets": {"appeal_quality_target": {}}}, "bad_input"),
        ({**ASKED, "targets": {"appeal_quality_target": {"at_most": "1 %", "at_least": "1 %"}}}, "bad_input"),
        ({**ASKED, "weights": {"none": 1}}, "bad_input"),
        ({**ASKED, "weights": {"fagaizhi": 0}}, "invalid"),
        ({**ASKED, "readings": {"step": "none"}}, "bad_input"),
        ({**ASKED, "readings": {"none": "x"}}, "bad_input"),
        ({**ASKED, "order": "points"}, "invalid"),
        ({**ASKED, "period": "2025-06"}, "bad_input"),
        ({**ASKED, "period": "x"}, "bad_period"),
        ({"court": "示2401"}, "invalid"),
        (b"{", "bad_input"),
        (b"[]", "bad_input"),
        (b'{"court": "x", "court": "y", "period": "2025"}', "bad_input"),
        (b'{"court": "' + b"x" * 70_000 + b'"}', "bad_input"),
        (b'{"court": "\xe7\xa4\xba2401", "period": "2025", "weights": {"fagaizhi": NaN}}', "bad_input"),
    ],
)
def test_a_supposition_that_cannot_be_read_is_a_problem(scores: Api, body: Any, code: str) -> None:
    answer = scores.suppose(BOOK + "/what-if", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text
    assert answer.json()["what"]
    assert answer.json()["next"]


def test_a_period_has_passed_by_the_days_that_have_come() -> None:
    year = Period.parse("2025")
    assert scoring.elapsed(year, date(2024, 12, 31)) == 0
    assert scoring.elapsed(year, date(2025, 1, 1)) == Fraction(1, 365)
    assert scoring.elapsed(year, date(2025, 12, 30)) == Fraction(364, 365)
    assert scoring.elapsed(year, date(2025, 12, 31)) == 1
    assert scoring.elapsed(year, date(2026, 5, 1)) == 1
