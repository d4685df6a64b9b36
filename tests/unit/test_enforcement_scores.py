"""Every enforcement item of Yanbian at its line, just above and just below, exactly; its two-condition
item; its mean.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from plumbline import scorecards
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.scorecards import ScoreLine
from tests.unit import scoring

# item, figure under the shipped readings, line (a share of 1, or days), direction, points of a basic and
# of the intermediate court.
LINES = [
    ("property_in_limit", "property_enforced_in_limit_rate", "0.9", ">=", "7.5", "6.25"),
    ("completion", "completion_rate", "0.8", ">=", "7.5", "6.25"),
    ("visits", "visits_done_rate", "0.9", ">=", "7.5", "6.25"),
    ("proper", "proper_of_checked", "0.9", ">=", "7.5", "6.25"),
    ("actual", "actual_rate", "0.5348", ">=", "8", "5.2"),
    ("fully", "fully_of_closed", "0.3", ">=", "8", "5.2"),
    ("ended_for_now", "ended_for_now_rate", "0.2652", ">=", "5", "4"),
    ("discontinued", "discontinued_of_accepted", "0.2132", ">=", "5", "4"),
    ("in_limit", "first_in_limit_rate", "0.7245", ">=", "8", "5.2"),
    ("preservation", "preserved_of_civil", "0.3057", ">=", "8", "5.2"),
    ("days", "mean_days_net", "153.25", "<=", "5", "4"),
    ("matters", "matters_in_time_rate", "0.8433", ">=", "5", "4"),
    ("dishonest", "dishonest_lifted_rate", "0.4086", "<=", "5", "4"),
    ("resumed", "resumed_fully_rate", "0.517", ">=", "5", "4"),
]
VARIANTS = [
    ("proper", "proper_base", "all", "proper_of_all"),
    ("fully", "fully_base", "accepted", "fully_of_accepted"),
    ("discontinued", "discontinued_base", "closed", "discontinued_of_closed"),
    ("days", "days_counted", "without_deductions", "mean_days_gross"),
    ("preservation", "preservation_scope", "enforcement", "preserved_of_enforcement"),
]
STAFF = ("enforcement_staff_share", "enforcement_judge_share", "trial_judge_share")


def line(item: str, level: str, now: dict[str, Ratio | Missing], **read: str) -> ScoreLine:
    """One line of the enforcement book."""
    card = scorecards.score(scoring.book("enforcement"), scoring.inputs(level=level, now=now), read)
    return next(each for each in card.lines if each.id == item)


def ratio(value: Fraction) -> Ratio:
    """A value as it could come from counts."""
    return Ratio(value.numerator * 7, value.denominator * 7)


@pytest.mark.parametrize("level", ["basic", "intermediate"])
@pytest.mark.parametrize(("item", "figure", "at", "way", "basic", "intermediate"), LINES)
def test_an_item_gives_its_points_at_its_line_and_beyond_and_nothing_just_short(
    level: str, item: str, figure: str, at: str, way: str, basic: str, intermediate: str
) -> None:
    points, exact = Fraction(basic if level == "basic" else intermediate), Fraction(at)
    step = Fraction(1, 100_000) if way == ">=" else Fraction(-1, 100_000)
    given = {
        where: line(item, level, {figure: ratio(exact + move)}).points
        for where, move in (("at", Fraction(0)), ("better", step), ("short", -step))
    }
    assert given == {"at": points, "better": points, "short": 0}


@pytest.mark.parametrize(("item", "figure", "at", "way", "basic", "intermediate"), LINES)
def test_a_miss_in_proportion_gives_the_share_that_was_reached(
    item: str, figure: str, at: str, way: str, basic: str, intermediate: str
) -> None:
    exact, points = Fraction(at), Fraction(basic)
    short = exact * Fraction(9, 10) if way == ">=" else exact * Fraction(10, 9)
    found = line(item, "basic", {figure: ratio(short)}, enforcement_points="proportional")
    assert found.points == points * Fraction(9, 10)


@pytest.mark.parametrize(("item", "parameter", "reading", "figure"), VARIANTS)
def test_a_parameter_chooses_the_formula(item: str, parameter: str, reading: str, figure: str) -> None:
    entry = next(row for row in LINES if row[0] == item)
    good, bad = (Fraction(1), Fraction(0)) if entry[3] == ">=" else (Fraction(1), Fraction(1000))
    now = {entry[1]: ratio(bad), figure: ratio(good)}
    assert line(item, "basic", now).points == 0
    found = line(item, "basic", now, **{parameter: reading})
    assert found.points == Fraction(entry[4])
    assert found.figure is not None
    assert found.figure.name == f"yanbian-2019.{figure}"


@pytest.mark.parametrize(
    ("value", "exact", "two", "one"),
    [
        ("0.53475", 0, 8, 8),
        ("0.5345", 0, 0, 8),
        ("0.53474999", 0, 0, 8),
        ("0.5344", 0, 0, 0),
        ("0.5348", 8, 8, 8),
    ],
)
def test_a_value_can_be_compared_as_it_is_shown(value: str, exact: int, two: int, one: int) -> None:
    """53.475 % is shown as 53.48 % with two decimals, and 53.45 % as 53.5 % with one."""
    now: dict[str, Ratio | Missing] = {"actual_rate": ratio(Fraction(value))}
    found = [
        line("actual", "basic", now, comparison=way).points for way in ("exact", "as_shown_2", "as_shown_1")
    ]
    assert found == [exact, two, one]


@pytest.mark.parametrize(
    ("staff", "judges", "trial", "both", "half_each"),
    [
        ((15, 100), (2, 5), (4, 10), "8", "8"),  # both are just met
        ((14, 100), (2, 5), (4, 10), "0", "4"),
        ((15, 100), (39, 100), (4, 10), "0", "4"),
        ((14, 100), (39, 100), (4, 10), "0", "0"),
        ((16, 100), (41, 100), (4, 10), "8", "8"),
    ],
)
def test_item_eleven_is_two_conditions(
    staff: tuple[int, int], judges: tuple[int, int], trial: tuple[int, int], both: str, half_each: str
) -> None:
    now: dict[str, Ratio | Missing] = {
        name: Ratio(*pair) for name, pair in zip(STAFF, (staff, judges, trial), strict=True)
    }
    for way, points in (("both", both), ("half_each", half_each)):
        assert line("staff", "basic", now, staff_item=way).points == Fraction(points)
    assert line("staff", "intermediate", now).points == (Fraction("5.2") if both == "8" else 0)


def test_a_condition_nobody_reported_leaves_a_range_unless_the_other_is_missed() -> None:
    unknown = Missing("not_reported", "court_staff")
    met: dict[str, Ratio | Missing] = dict(zip(STAFF, (unknown, Ratio(1, 2), Ratio(1, 2)), strict=True))
    missed: dict[str, Ratio | Missing] = dict(zip(STAFF, (unknown, Ratio(1, 3), Ratio(1, 2)), strict=True))
    found = [
        line("staff", "basic", now, staff_item=way) for now in (met, missed) for way in ("both", "half_each")
    ]
    assert [(each.low, each.high, each.award.reason) for each in found] == [
        (0, 8, "not_reported"),
        (4, 8, "not_reported"),
        (0, 0, ""),
        (0, 4, "not_reported"),
    ]


def good(court: str, filed: int, **instead: Ratio | Missing) -> scorecards.Inputs:
    """A basic court that meets every line."""
    now: dict[str, Ratio | Missing] = {row[1]: ratio(Fraction(row[2])) for row in LINES}
    now |= dict(zip(STAFF, (Ratio(15, 100), Ratio(1, 2), Ratio(1, 2)), strict=True))
    now |= {"first_enforcement_filed": Ratio(filed, 1), **instead}
    return scoring.inputs(court, now=now)


def test_the_intermediate_court_takes_a_quarter_of_the_mean_of_the_basic_courts() -> None:
    """100 and 92 (actual_rate missed: 8): the mean is 96, a quarter of it 24; by 300 and 100 cases 98,
    that is 24.5.
    """
    below = (good("示2401", 300), good("示2402", 100, actual_rate=Ratio(1, 2)))
    given = scoring.inputs("示24", "intermediate", below=below)
    for way, points, said in (
        ("each_court", "24", "均值 (100 + 92) / 2 / 100 × 25，得 24 分"),
        ("by_cases", "24.5", "均值 (100 × 75 % + 92 × 25 %) / 100 × 25，得 24.5 分"),
    ):
        card = scorecards.score(scoring.book("enforcement"), given, {"basic_mean": way})
        mean = card.lines[-1]
        assert (mean.id, mean.points, mean.award.arithmetic.zh) == ("basic_courts", Fraction(points), said)
        assert [(part.id, part.points) for part in mean.parts] == [("示2401", 100), ("示2402", 92)]


def test_without_courts_below_there_is_no_mean() -> None:
    card = scorecards.score(scoring.book("enforcement"), scoring.inputs("示24", "intermediate"))
    assert (card.lines[-1].low, card.lines[-1].high, card.lines[-1].award.reason) == (
        0,
        25,
        "no_courts_below",
    )


def test_the_total_is_half_litigation_and_half_enforcement() -> None:
    given = good("示2401", 300)
    halves = [scorecards.score(scoring.book(name), given) for name in ("litigation", "enforcement")]
    card = scorecards.score(scoring.book("quality_year"), given)
    assert [(line.low, line.high) for line in card.lines] == [
        (half.low / 2, half.high / 2) for half in halves
    ]
    assert card.lines[1].points == 50
    assert card.lines[1].award.arithmetic.zh == "100 × 50 %：得 50 分"
    assert [part.id for part in card.lines[0].parts] == [line.id for line in halves[0].lines]


def test_the_targets_of_the_pack_are_the_lines_of_the_rule_book() -> None:
    book = scoring.book("enforcement")
    said = {item.rule.figure.under(book.shipped()): item.rule.target for item in book.rules.items
            if hasattr(item.rule, "target")}  # fmt: skip
    said["enforcement_staff_share"] = {"at_least": "15 %"}
    listed = {
        target.of: dict(target.rule) for target in scoring.yanbian().targets if target.of != "fagaizhi_total"
    }
    assert listed == said
