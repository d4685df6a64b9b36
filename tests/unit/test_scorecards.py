"""The litigation score of every court of Yanbian, worked by hand: 2018 as the annexes have it, 2019 invented.

A table's points stand beside the counts they come from; `how` is the arithmetic of a pocket calculator.
"""

from __future__ import annotations

import dataclasses
import inspect
from fractions import Fraction
from types import ModuleType

import pytest

from plumbline import errors, readings, scorebooks, scorecards, scoring_curves, scoring_rules, whatif
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog import rulebooks
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.scorecards import Scorecard, ScoreLine
from tests.unit import scoring

# fagaizhi_total, appeal, filings, retrial, applications, rate, retrials granted: the counts of 2019,
# invented.
ITEMS = (
    "fagaizhi",
    "appeal_quality_fall",
    "acceptance_fall",
    "retrial_quality_fall",
    "applications_fall",
    "retrials_rate",
    "retrials_fall",
)
COUNTS = {
    "吉24": (60, 14, 144, 41, 780, (50, 700), 50),
    "吉2401": (252, 226, 1074, 21, 118, (20, 100), 20),
    "吉2402": (20, 19, 84, 1, 13, (4, 16), 4),
    "吉2403": (74, 70, 440, 4, 38, (0, 30), 0),
    "吉2405": (36, 30, 96, 6, 9, (6, 20), 6),
    "吉2404": (63, 54, 297, 3, 23, (7, 25), 7),
    "吉2406": (30, 23, 197, 7, 7, (3, 6), 3),
    "吉2424": (39, 36, 150, 2, 12, (6, 12), 6),
    "吉2426": (20, 20, 93, 0, 40, (10, 40), 10),
}
# Whole steps. 4 a percent at most 40; 0.5 at most 6; 0.2 at most 3; 0.5 at most 6; 0.2 at most 3; 0.5 a
# point at most 6; 0.5 at most 6.
WHOLE = {
    # 67-60 = 10.4 %; 15-14 = 6.7 %; 160-144 = 10 %; 41; 796-780 = 2.01 %; 8.183-7.143 = 1.04; 59-50 = 15.3 %
    "吉24": "40 3 2 0 0.4 0.5 6",
    # 252 as it was; 225-226 more; 1085-1074 = 1.01 %; 24-21 = 12.5 %; one more; 30.97-20 = 10.97; 35-20 =
    # 42.9 %
    "吉2401": "0 0 0.2 6 0 5 6",
    # 23-20 = 13.04 %; 21-19 = 9.5 %; 105-84 = 20 %: 4, at most 3; 2-1 = 50 %; 13; 30.77-25 = 5.77; 4
    "吉2402": "40 4.5 3 6 0 2.5 0",
    # 83-74 = 10.8 %; 78-70 = 10.3 %; 449-440 = 2.004 %; 4; 40-38 = 5 %; 10.53-0 = 10.53; 4-0 = 100 %
    "吉2403": "40 5 0.4 0 1 5 6",
    # 40-36 = exactly 10 %: 40, not 36; 35-30 = 14.3 %: 7, at most 6; 25 %; 5-6 more; 50 %; 35.29-30 = 5.29; 6
    "吉2405": "40 6 3 0 3 2.5 0",
    # 64-63 = 1.56 %; 57-54 = 5.3 %; more; 4-3 = 25 %; 24-23 = 4.2 %; 36.36-28 = 8.36; 8-7 = 12.5 %: 12
    # steps, 6
    "吉2404": "4 2.5 0 6 0.8 4 6",
    # more; 26-23 = 11.5 %; 199-197 = 1.005 %; more; 8-7 = 12.5 %; 57.14-50 = 7.14; 4-3 = 25 %
    "吉2406": "0 5.5 0.2 0 2.4 3.5 6",
    # 40-39 = 2.5 %; 37-36 = 2.7 %; 151-150 = 0.66 %; 2; 12; 54.55-50 = 4.55; 6
    "吉2424": "8 1 0 0 0 2 0",
    # 40-20 = 50 %; 33-20 = 39 %; 50 %; 7-0 = 100 %; 49-40 = 18.4 %: 3.6, at most 3; 69.77-25 = 44.8;
    # 30-10 = 67 %
    "吉2426": "40 6 3 6 3 6 6",
}
# The same in proportion: 100 x fall / base x points, at most the item's.
PRORATED = {
    "吉24": "40 10/3 2 0 80/199 375/721 6",
    "吉2401": "0 0 44/217 6 0 620/113 6",
    "吉2402": "40 100/21 3 6 0 75/26 0",
    "吉2403": "40 200/39 180/449 0 1 100/19 6",
    "吉2405": "40 6 3 0 3 45/17 0",
    "吉2404": "25/4 50/19 0 6 5/6 46/11 6",
    "吉2406": "0 75/13 40/199 0 5/2 25/7 6",
    "吉2424": "10 50/37 20/151 0 0 25/11 0",
    "吉2426": "40 6 3 6 3 6 6",
}


def court_inputs(court: str, **more: object) -> scorebooks.Inputs:
    """A court's litigation figures: 2018 from the annexes, 2019 from COUNTS."""
    was = scoring.annexes()[court]
    appeal, retrial = (was[f"{kind}_altered"] + was[f"{kind}_remanded"] for kind in ("appeal", "retrial"))
    started = was["retrial_ordered"] + was["retrial_own_decision"] + was["retrial_elevated"]
    names = ("fagaizhi_total", "appeal_altered_or_remanded", "second_instance_filings",
             "retrial_altered_or_remanded", "applications_received")  # fmt: skip
    base = (
        appeal + retrial + was["retrial_ordered"],
        appeal,
        was["appeals_filed"],
        retrial,
        was["applications_filed"],
    )
    *counts, rate, granted = COUNTS[court]
    past = {name: Ratio(value, 1) for name, value in zip(names, base, strict=True)}
    now = {name: Ratio(value, 1) for name, value in zip(names, counts, strict=True)}  # type: ignore[arg-type]
    for kind in ("", "_without_designated"):
        past[f"retrial_rate{kind}"] = Ratio(started, was["applications_closed"])
        now[f"retrial_rate{kind}"] = Ratio(*rate)  # type: ignore[misc]
    for name in ("retrials_started", "retrials_without_designated"):
        past[name], now[name] = Ratio(started, 1), Ratio(granted, 1)  # type: ignore[arg-type]
    return scoring.inputs(court, "intermediate" if court == "吉24" else "basic", now, past, **more)  # type: ignore[arg-type]


def every_line(card: Scorecard) -> dict[str, ScoreLine]:
    """All lines and parts by id."""
    waiting, found = list(card.lines), {}
    while waiting:
        line = waiting.pop()
        found[line.id] = line
        waiting += line.parts
    return found


def fractions(text: str) -> list[Fraction]:
    return [Fraction(word) for word in text.split()]


@pytest.mark.parametrize("court", COUNTS)
@pytest.mark.parametrize(("steps", "table"), [("whole", WHOLE), ("prorated", PRORATED)])
def test_every_item_of_every_court_is_what_was_worked_by_hand(
    court: str, steps: str, table: dict[str, str]
) -> None:
    card = scorecards.score(
        scoring.book("litigation"), court_inputs(court), {"step": steps, "percentage_points": steps}
    )
    lines = every_line(card)
    assert [lines[item].points for item in ITEMS] == fractions(table[court])


@pytest.mark.parametrize("court", COUNTS)
def test_the_total_lies_in_a_range_as_long_as_the_provincial_targets_are_missing(court: str) -> None:
    card = scorecards.score(scoring.book("litigation"), court_inputs(court))
    known = sum(fractions(WHOLE[court]), Fraction(21, 2))
    assert card.total is None
    assert (card.low, card.high) == (known, known + 6 + 3 + 6 + 3)
    lines = every_line(card)
    for item in (
        "appeal_quality_target",
        "acceptance_target",
        "retrial_quality_target",
        "applications_target",
    ):
        assert lines[item].status == "not_available"


def test_a_missing_target_says_so_and_still_shows_the_figure() -> None:
    given = court_inputs("吉2401")
    figures = {**given.figures, scoring.full("altered_or_remanded_rate"): scorebooks.Figure(Ratio(226, 9000))}
    card = scorecards.score(scoring.book("litigation"), dataclasses.replace(given, figures=figures))
    line = every_line(card)["appeal_quality_target"]
    assert (line.value, line.points, line.award.reason) == (Ratio(226, 9000), None, "no_target")
    assert line.award.arithmetic.zh == "本期 226/9000 ≈2.511111 %，缺少目标值，不可得，得分在 0 至 6 分之间"
    assert (
        line.award.arithmetic.en
        == "now 226/9000 ≈2.511111 %, no target is known: not available, between 0 and 6 points"
    )


def test_the_prefectures_own_court_is_explained_line_by_line() -> None:
    line = every_line(scorecards.score(scoring.book("litigation"), court_inputs("吉24")))["fagaizhi"]
    assert line.award.arithmetic.zh == (
        "上年 67，本年 60，下降 ≈10.447761 %，每 1 % 得 4 分，只计整步 10 步，10 × 4 = 40，得 40 分"
    )
    assert line.award.arithmetic.en == (
        "last year 67, this year 60, lower by ≈10.447761 %, 4 points for every 1 %, whole steps only: 10, "
        "10 × 4 = 40, gives 40 points"
    )
    assert (line.number, line.maximum, line.baseline, line.value) == ("1", 40, Ratio(67, 1), Ratio(60, 1))
    assert line.award.one_case == Fraction(400, 67)
    assert line.award.step == 10
    assert (line.source.document, line.source.clause) == ("延中法〔2019〕14号", "附件1第二部分第1项")


@pytest.mark.parametrize(
    ("court", "prorated", "whole"),
    [
        ("吉24", Fraction(5900, 1442), Fraction(4)),
        ("吉2403", Fraction(100, 19), Fraction(5)),
        ("吉2401", Fraction(6), Fraction(6)),
    ],
)
def test_the_most_that_can_be_reached_in_item_six_one(
    court: str, prorated: Fraction, whole: Fraction
) -> None:
    for steps, most in (("prorated", prorated), ("whole", whole)):
        card = scorecards.score(scoring.book("litigation"), court_inputs(court), {"percentage_points": steps})
        assert every_line(card)["retrials_rate"].award.reachable == most


def test_catalog_check_warns_of_an_item_two_courts_cannot_fill_and_of_missing_targets() -> None:
    said = [str(one) for one in rulebooks.cautions(scoring.yanbian())]
    assert [text.partition("; instead")[0].partition(": ")[2] for text in said if "can reach" in text] == [
        (
            "items `retrials_rate`: 吉24 can reach at most 4.09 of 6 points prorated, 4 by whole steps: "
            "a fall to 0 from 59/721 is 8.18 percentage points"
        ),
        (
            "items `retrials_rate`: 吉2403 can reach at most 5.26 of 6 points prorated, 5 by whole steps: "
            "a fall to 0 from 4/38 is 10.53 percentage points"
        ),
    ]
    assert len([text for text in said if "there is no target" in text]) == 4


def test_the_bases_of_the_rule_book_are_those_of_annex_three() -> None:
    bases = {
        base.court: (base.numerator, base.denominator) for base in scoring.book("litigation").rules.bases
    }
    assert bases == {
        court: (
            row["retrial_ordered"] + row["retrial_own_decision"] + row["retrial_elevated"],
            row["applications_closed"],
        )
        for court, row in scoring.annexes().items()
        if court in COUNTS
    }


def test_the_points_of_every_book_add_up_at_both_levels() -> None:
    assert [item.points["basic"] for item in scoring.book("litigation").items("basic")] == [
        40,
        12,
        6,
        12,
        6,
        12,
        12,
    ]
    enforcement = scoring.book("enforcement")
    for level, parts in (("basic", (30, 70, 0)), ("intermediate", (25, 50, 25))):
        points = {item.number: item.points[level] for item in enforcement.items(level)}
        core = sum(value for number, value in points.items() if number.startswith("1("))
        other = sum(value for number, value in points.items() if number.startswith("2("))
        assert (core, other, points.get("3", 0)) == parts
        assert enforcement.maximum(level) == scoring.book("quality_year").maximum(level) == 100


@pytest.mark.parametrize(
    ("was", "now", "reading", "points"),
    [
        (0, 0, "not_applicable", None),
        (0, 0, "full_if_zero_now", Fraction(40)),
        (0, 1, "not_applicable", Fraction(0)),
        (0, 1, "full_if_zero_now", Fraction(0)),
    ],
)
def test_a_year_of_zero_before(was: int, now: int, reading: str, points: Fraction | None) -> None:
    given = scoring.inputs(now={"fagaizhi_total": Ratio(now, 1)}, prior={"fagaizhi_total": Ratio(was, 1)})
    line = every_line(scorecards.score(scoring.book("litigation"), given, {"zero_base": reading}))["fagaizhi"]
    assert line.points == points
    assert (line.low, line.high) == ((0, 40) if points is None else (points, points))
    assert line.award.reason == ("zero_base" if points is None else "")


@pytest.mark.parametrize(
    ("reading", "points"),
    [("same_time", Fraction(20)), ("share_of_ceiling", Fraction(40)), ("not_scored", None)],
)
def test_a_running_year_is_held_against_what_the_court_chose(reading: str, points: Fraction | None) -> None:
    """38 by the middle of the year: 40 to the same day last year (5 %), half of 100 in the whole year (24
    %).
    """
    name = "fagaizhi_total"
    given = scoring.inputs(
        now={name: Ratio(38, 1)},
        prior={name: Ratio(40, 1)},
        whole={name: Ratio(100, 1)},
        elapsed=Fraction(1, 2),
    )
    line = every_line(scorecards.score(scoring.book("litigation"), given, {"in_year": reading}))["fagaizhi"]
    assert line.points == points
    over = dataclasses.replace(given, elapsed=Fraction(1))
    assert (
        every_line(scorecards.score(scoring.book("litigation"), over, {"in_year": reading}))[
            "fagaizhi"
        ].points
        == 20
    )


def test_designated_retrials_choose_between_two_formulas() -> None:
    now = {"retrials_started": Ratio(10, 1), "retrials_without_designated": Ratio(8, 1)}
    past = {"retrials_started": Ratio(10, 1), "retrials_without_designated": Ratio(10, 1)}
    given = scoring.inputs(now=now, prior=past)
    book = scoring.book("litigation")
    points = {
        reading: every_line(scorecards.score(book, given, {"designated_retrials": reading}))[
            "retrials_fall"
        ].points
        for reading in ("counted", "left_out")
    }
    assert points == {"counted": 0, "left_out": 6}


def test_a_vote_that_is_not_published_leaves_its_item_open() -> None:
    card = scorecards.score(scoring.book("litigation"), court_inputs("吉2401", vote=Missing("no_vote")))
    line = every_line(card)["assessment"]
    assert (line.low, line.high, line.award.reason) == (0, 12, "no_vote")
    known = scorecards.score(scoring.book("litigation"), court_inputs("吉2401", vote=Ratio(9, 1)))
    assert every_line(known)["assessment"].points == 9


def test_a_reading_or_level_there_is_not_is_refused_with_what_there_is() -> None:
    with pytest.raises(errors.BadInput, match="It knows: whole, prorated"):
        scorecards.score(scoring.book("litigation"), court_inputs("吉2401"), {"step": "half"})
    with pytest.raises(errors.BadInput, match="It scores: intermediate, basic"):
        scorecards.score(scoring.book("litigation"), scoring.inputs(level="high"))
    with pytest.raises(errors.NotFound, match=r"yanbian-2019\.litigation"):
        scorebooks.bind(scoring.yanbian(), "litigations")


@pytest.mark.parametrize(
    "module", [scorebooks, scorecards, scoring_curves, scoring_rules, readings, whatif, tree]
)
def test_nothing_in_a_scorecard_is_called_a_rank(module: ModuleType) -> None:
    names = {
        each.name
        for _, kind in inspect.getmembers(module, dataclasses.is_dataclass)
        if kind.__module__ == module.__name__
        for each in dataclasses.fields(kind)
    }
    assert names
    assert not [name for name in names if {"rank", "percentile", "top", "bottom"} & set(name.split("_"))]
