"""Targets give the very lines of the published annexes, exactly, with their arithmetic in words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from plumbline.catalog import faults, targets
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.catalog.targets import Line

CUT = {"at_most": "prior", "less": {"share": "10 %", "rounded": "up"}}
# Seed 002, annex 2: each court's cases of 2018 and the ceiling set for 2019.
ANNEX = [(67, 60), (252, 226), (23, 20), (83, 74), (40, 36), (64, 57), (29, 26)]


def line(
    rule: Any, unit: str, prior: Ratio | None = None, below: tuple[Line | Missing, ...] = ()
) -> Line | Missing:
    return targets.limit_of(targets.read_target(rule, unit), prior, below)


@pytest.mark.parametrize(("base", "ceiling"), ANNEX)
def test_a_tenth_less_rounded_up_gives_the_ceilings_of_the_annex(base: int, ceiling: int) -> None:
    found = line(CUT, "cases", Ratio(base, 1))
    assert isinstance(found, Line)
    assert (found.low, found.high) == (None, Fraction(ceiling))


def test_the_arithmetic_is_said_in_words() -> None:
    found = line(CUT, "cases", Ratio(67, 1))
    assert isinstance(found, Line)
    assert found.arithmetic.zh == "不高于67 × 10 % = 6.7，向上取整 7，67 - 7 = 60"
    assert found.arithmetic.en == "at most 67 × 10 % = 6.7, rounded up to 7, 67 - 7 = 60"


def test_the_line_of_a_district_is_the_sum_of_its_courts_and_not_the_cut_of_the_sum() -> None:
    below = tuple(line(CUT, "cases", Ratio(base, 1)) for base, _ in ANNEX)
    total = line("sum_of_courts", "cases", None, below)
    assert isinstance(total, Line)
    assert total.high == sum(ceiling for _, ceiling in ANNEX)
    whole = line(CUT, "cases", Ratio(sum(base for base, _ in ANNEX), 1))
    assert isinstance(whole, Line)
    assert whole.high != total.high


def test_a_district_without_all_its_lines_has_none() -> None:
    assert line("sum_of_courts", "cases") == Missing("no_target", "a court below has no line")
    some = (line(CUT, "cases", Ratio(67, 1)), Missing("not_in_books"))
    assert isinstance(line("sum_of_courts", "cases", None, some), Missing)


@pytest.mark.parametrize(
    ("rule", "unit", "prior", "low", "high"),
    [
        ({"at_least": "90 %"}, "percent", None, Fraction(9, 10), None),
        ({"at_most": "153.25"}, "days", None, None, Fraction(613, 4)),
        ({"at_most": 30}, "cases", None, None, Fraction(30)),
        ({"between": ["10 %", "12.5 %"]}, "percent", None, Fraction(1, 10), Fraction(1, 8)),
        ({"at_least": "prior"}, "percent", Ratio(2, 3), Fraction(2, 3), None),
        ({"at_least": "prior", "more": {"points": "0.5"}}, "percent", Ratio(1, 2), Fraction(505, 1000), None),
        ({"at_most": "prior", "less": {"points": 2}}, "days", Ratio(301, 2), None, Fraction(297, 2)),
        ({"at_most": "prior", "less": {"share": "10 %"}}, "cases", Ratio(67, 1), None, Fraction(603, 10)),
        (
            {"at_most": "prior", "less": {"share": "10 %", "rounded": "down"}},
            "cases",
            Ratio(67, 1),
            None,
            Fraction(61),
        ),
        (
            {"at_most": "prior", "less": {"share": "10 %", "rounded": "half_even"}},
            "cases",
            Ratio(25, 1),
            None,
            Fraction(23),
        ),
    ],
)
def test_lines_are_exact(
    rule: Any, unit: str, prior: Ratio | None, low: Fraction | None, high: Fraction | None
) -> None:
    found = line(rule, unit, prior)
    assert isinstance(found, Line)
    assert (found.low, found.high) == (low, high)


def test_a_line_on_last_year_needs_last_year() -> None:
    assert isinstance(line({"at_least": "prior"}, "percent"), Missing)


@pytest.mark.parametrize(
    ("ratio", "wanted"),
    [(Ratio(9, 10), True), (Ratio(18, 20), True), (Ratio(899, 1000), False), (None, None)],
)
def test_a_value_on_the_line_has_met_it(ratio: Ratio | None, wanted: bool | None) -> None:
    assert targets.met(line({"at_least": "90 %"}, "percent"), ratio) is wanted


@pytest.mark.parametrize(
    ("pattern", "court", "wanted"),
    [
        ("吉24*", "吉24", True),
        ("吉24*", "吉2401", True),
        ("吉24*", "吉2", False),
        ("吉24", "吉2401", False),
        ("吉24", "吉24", True),
    ],
)
def test_a_star_covers_every_code_that_begins_so(pattern: str, court: str, wanted: bool) -> None:
    assert targets.covers(pattern, court) is wanted


@pytest.mark.parametrize(
    "rule",
    [
        {},
        [],
        "prior",
        {"at_least": None},
        {"at_least": True},
        {"at_least": "90"},
        {"at_least": "ninety %"},
        {"at_least": ["90 %"]},
        {"between": ["1 %"]},
        {"sum_of_courts": "up"},
        {"at_least": "prior", "less": {}},
        {"at_least": "prior", "less": {"share": "1 %", "points": 1}},
        {"at_least": "prior", "more": 3},
        {"at_least": "prior", "more": {"points": "1 %"}},
        {"at_least": "prior", "less": {"share": 10}},
        {"at_least": "prior", "less": {"share": "1 %", "rounded": "up"}},
        {"at_least": "prior", "less": {"share": "1 %", "by": 2}},
    ],
)
def test_what_is_no_target_is_refused(rule: Any) -> None:
    with pytest.raises(faults.Unreadable):
        targets.read_target(rule, "percent")
