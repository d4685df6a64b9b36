"""Which way a figure went, by its own direction."""

from __future__ import annotations

from fractions import Fraction

import pytest

from plumbline import directions
from plumbline.catalog.definitions import Text
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.catalog.targets import Line

BAND = Line("between", Fraction(2, 10), Fraction(4, 10), Text("", ""))


@pytest.mark.parametrize(
    ("direction", "now", "then", "kind"),
    [
        ("higher", 3, 2, "better"), ("higher", 2, 3, "worse"), ("higher", 2, 2, "unchanged"),
        ("lower", 3, 2, "worse"), ("lower", 2, 3, "better"), ("lower", 2, 2, "unchanged"),
        ("none", 3, 2, "not_comparable"), ("band", 3, 2, "better"), ("band", 2, 3, "worse"),
        ("band", 3, 4, "unchanged"), ("band", 5, 6, "better"), ("band", 1, 0, "better"),
        ("band", 6, 5, "worse"), ("band", 1, 5, "unchanged"),
    ],
)  # fmt: skip
def test_a_figure_goes_the_way_its_direction_says(direction: str, now: int, then: int, kind: str) -> None:
    band = Line("between", Fraction(2), Fraction(4), Text("", ""))
    if (direction, now, then) in (("band", 3, 2), ("band", 2, 3)):
        band = Line("between", Fraction(3), Fraction(4), Text("", ""))
    found = directions.movement(direction, Ratio(now, 1), Ratio(then, 1), False, band)
    assert found.kind == kind
    assert found.difference == now - then


def test_the_difference_is_exact() -> None:
    assert directions.movement("higher", Ratio(1, 3), Ratio(1, 7), False, None).difference == Fraction(4, 21)


def test_what_cannot_be_compared_says_why() -> None:
    none, some = Missing("zero_denominator"), Ratio(1, 2)
    assert directions.movement("higher", none, some, False, None).reason == "zero_denominator"
    assert directions.movement("higher", some, Missing("not_reported"), False, None).reason == "not_reported"
    assert directions.movement("higher", some, some, True, None).reason == "small_sample"
    assert directions.movement("band", some, some, False, None).reason == "no_interval"
    assert directions.movement("none", some, some, False, None).reason == "no_direction"


def test_an_interval_says_of_both_values_whether_they_lay_in_it() -> None:
    found = directions.movement("band", Ratio(2, 10), Ratio(41, 100), False, BAND)
    assert (found.kind, found.inside_now, found.inside_then) == ("better", True, False)


def test_risen_and_fallen_count_only_what_should_rise_or_fall_and_can_be_compared() -> None:
    up, down, still, none = (
        directions.Movement(kind) for kind in ("better", "worse", "unchanged", "not_comparable")
    )
    found = directions.tally(
        [("higher", up), ("higher", down), ("lower", up), ("lower", still), ("lower", none), ("band", up)]
    )
    assert (found.risen, found.risen_of, found.fallen, found.fallen_of) == (1, 2, 1, 2)
    assert (found.better, found.worse, found.unchanged, found.not_comparable) == (3, 1, 1, 1)
