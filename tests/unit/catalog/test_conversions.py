"""Conversions: every value has one answer, in exact fractions; what has none says so."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline import conversions
from plumbline.catalog import conversions as tables
from plumbline.catalog import faults, reading
from plumbline.catalog.conversions import Line
from plumbline.catalog.ratios import Missing, Ratio
from tests.unit.catalog import folders

STEPS = (
    {"below": "80 %", "points": 0},
    {"from": "80 %", "to": "90 %", "points": ["2", "6.5"]},
    {"above": "90 %", "to": "100 %", "points": 10},
)


def line(*table: Any, points: int = 10) -> Line:
    """A line with this table."""
    return Line("clearance", Fraction(points), "own", tuple(table))


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (Ratio(0, 1), Fraction(0)),
        (Ratio(7999, 10000), Fraction(0)),
        (Ratio(4, 5), Fraction(2)),
        (Ratio(17, 20), Fraction(17, 4)),
        (Ratio(5, 6), 2 + (Fraction(5, 6) - Fraction(4, 5)) / Fraction(1, 10) * Fraction(9, 2)),
        (Ratio(9, 10), Fraction(13, 2)),
        (Ratio(9001, 10000), Fraction(10)),
        (Ratio(1, 1), Fraction(10)),
    ],
)
def test_a_value_earns_what_its_interval_says_exactly(value: Ratio, points: Fraction) -> None:
    assert conversions.by_table(line(*STEPS), "percent", value).points == points


def test_a_value_outside_every_interval_earns_nothing_and_says_so() -> None:
    found = conversions.by_table(line(*STEPS), "percent", Ratio(11, 10))
    assert (found.points, found.reason) == (None, "outside_the_table")
    assert "110 %" in found.words.zh


def test_a_missing_value_is_no_points_and_never_zero() -> None:
    found = conversions.by_table(line(*STEPS), "percent", Missing("zero_denominator"))
    assert (found.points, found.reason) == (None, "zero_denominator")


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ([{"to": "80 %", "points": 0}, {"from": "80 %", "points": 1}], "80 % lies in two intervals"),
        ([{"below": "80 %", "points": 0}, {"above": "80 %", "points": 1}], "no interval between"),
        ([{"below": "80 %", "points": 0}, {"from": "81 %", "points": 1}], "no interval between"),
        ([{"below": "80 %", "points": 0}, {"from": "79 %", "points": 1}], "overlap"),
        ([{"points": 0}, {"from": "79 %", "points": 1}], "overlap"),
        ([{"from": "80 %", "below": "80 %", "points": 0}], "an interval holds no value"),
        ([{"from": "80 %", "above": "70 %", "points": 0}], "has both `from` and `above`"),
        ([{"from": "80 %", "points": [1, 2]}], "a straight line needs two ends"),
        ([{"from": "80 %", "points": [1, 2, 3]}], "points are one number, or two"),
        ([{"points": 11}], "11 points are more than the line's 10"),
        ([{"points": "-1"}], "`-1` is not a number of points"),
        ([{"below": "80", "points": 1}], "leaves open whether percent is meant"),
    ],
)
def test_a_table_that_leaves_a_gap_overlaps_or_cannot_be_read_is_refused(
    table: list[dict[str, Any]], what: str
) -> None:
    with pytest.raises(faults.Unreadable, match=what):
        tables.read_table(line(*table), "percent")


@given(cuts=st.sets(st.integers(1, 99), min_size=1, max_size=6), at=st.integers(0, 10_000))
def test_every_value_of_a_table_without_gap_lies_in_exactly_one_interval(cuts: set[int], at: int) -> None:
    ends = sorted(cuts)
    table = [{"from": "0 %", "below": f"{ends[0]} %", "points": 0}]
    table += [
        {"from": f"{low} %", "below": f"{high} %", "points": 1} for low, high in itertools.pairwise(ends)
    ]
    table += [{"from": f"{ends[-1]} %", "to": "100 %", "points": 2}]
    intervals = tables.read_table(line(*table), "percent")
    assert sum(one.holds(Fraction(at, 10_000)) for one in intervals) == 1


def test_a_total_is_a_range_where_a_line_is_missing() -> None:
    known = conversions.by_table(line(*STEPS), "percent", Ratio(1, 1))
    missing = conversions.by_table(line(*STEPS), "percent", Missing("not_reported"))
    whole = conversions.add({"a": (Fraction(10), known)})
    part = conversions.add({"a": (Fraction(10), known), "b": (Fraction(4), missing)})
    assert whole == conversions.Total(Fraction(10), Fraction(10), Fraction(10))
    assert part == conversions.Total(None, Fraction(10), Fraction(14))
    assert conversions.add({}).points is None


def test_an_item_of_a_rule_book_gives_its_share() -> None:
    item = Line("clearance", Fraction(12), "own", book="litigation", item="fagaizhi")
    found = conversions.by_item(item, Fraction(30), Fraction(40), "")
    assert found.points == 9
    assert found.words.en == "as item fagaizhi of litigation gives: 30 / 40 × 12 = 9"
    assert conversions.by_item(item, None, Fraction(40), "no_target").reason == "no_target"


def test_no_conversion_is_shipped_for_a_real_court(tmp_path: Path) -> None:
    shelf = reading.Shelf(folders.SHIPPED)
    packs = [shelf.pack(each.parent.name) for each in folders.SHIPPED.glob("*/pack.yaml")]
    assert {pack.id for pack in packs if pack.conversions} == {"demo"}
    (one,) = shelf.pack("demo").conversions.values()
    assert "演示数据" in one.title.zh
    assert one.source.provenance == "project"
