"""Formulas are exact fractions that keep their numerator and denominator; what could be read two ways is
refused.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.catalog import faults, formulas, ratios
from plumbline.catalog.definitions import Measure
from plumbline.catalog.formulas import Missing, Ratio

MEASURES = {
    name: Measure(name, kind, "process", "cases", None)
    for name, kind in {"a": "flow", "b": "flow", "c": "each", "level": "stock"}.items()
} | {"told": Measure("told", "observed", "process", "persons", None, observed="level")}


@dataclass(frozen=True)
class Figures:
    """Books with a figure for each measure, and whatever else a test gives."""

    amounts: Mapping[str, int | Missing]
    starts: Mapping[str, int] = field(default_factory=dict)
    before: Figures | None = None
    parts: Sequence[Figures] = ()
    listed: Sequence[int] = ()
    lasting: int | Missing = 365

    def amount(self, measure: str) -> int | Missing:
        return self.amounts[measure]

    def at_start(self, measure: str) -> int | Missing:
        return self.starts[measure]

    def days(self) -> int | Missing:
        return self.lasting

    def prior(self) -> Figures:
        assert self.before is not None
        return self.before

    def months(self) -> Sequence[Figures]:
        return self.parts

    def courts(self) -> Sequence[Figures]:
        return self.parts

    def judges(self, measure: str) -> Sequence[int] | Missing:
        return self.listed

    def cases(self, measure: str) -> Sequence[int] | Missing:
        return self.listed


def value(text: str, books: Figures) -> Ratio | Missing:
    return formulas.evaluate(formulas.read_formula(text, MEASURES), books)


COUNTS = Figures(
    {"a": 2, "b": 93, "c": 0, "level": 16}, {"level": 12}, Figures({"a": 3, "b": 90, "c": 1, "level": 12})
)


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [
        ("a", 2, 1),
        ("a / b", 2, 93),  # kept as counted, never reduced
        ("level / (a + b + c)", 16, 95),
        ("(a + c) / b", 2, 93),
        ("1 - (a / b)", 91, 93),
        ("(a / b) + (level / b)", 18, 93),
        ("(a / prior(a)) - 1", -1, 3),
        ("prior(a / b)", 3, 90),
        ("level / (at_start(level) + a)", 16, 14),
        ("a + b * 2 - 1", 187, 1),
        ("1.5 * a", 6, 2),
        ("a / (0 - level)", -2, 16),
        ("(level * days_in_period()) / b", 5840, 93),
        ("prior((level * days_in_period()) / b)", 4380, 90),
        ("a / days_in_period()", 2, 365),
    ],
)
def test_the_numerator_and_denominator_are_those_counted(text: str, numerator: int, denominator: int) -> None:
    assert value(text, COUNTS) == Ratio(numerator, denominator)


tree = st.recursive(
    st.sampled_from(["a", "b", "c"]) | st.integers(0, 50).map(str) | st.sampled_from(["0.5", "2.25"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join).map("({})".format),
    max_leaves=10,
)


@given(text=tree, amounts=st.fixed_dictionaries({name: st.integers(-20, 200) for name in "abc"}))
def test_every_formula_equals_the_arithmetic_of_fractions(text: str, amounts: dict[str, int]) -> None:
    body = f"{text} + a" if "/" not in text else f"({text}) + a"
    exact: dict[str, Any] = {name: Fraction(amount) for name, amount in amounts.items()}
    spelled = "".join(f"F('{word}')" if word[0].isdigit() else word for word in _words(body))
    try:
        wanted = eval(spelled, {"F": Fraction}, exact)
    except ZeroDivisionError:
        wanted = None
    try:
        found = value(body, Figures(amounts))
    except faults.Unreadable as bad:
        if "can only be 0" in bad.what:
            return
        raise
    if wanted is None:
        assert isinstance(found, Missing)
        assert found.reason == "zero_denominator"
    else:
        assert isinstance(found, Ratio)
        assert found.fraction() == wanted
        assert found.denominator > 0


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[0-9.]+|[a-z]+|.", text)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("a / b + c", "write `(a / b) + c` or `a / (b + c)`"),
        ("1 - a / b", "write `1 - (a / b)` or `(1 - a) / b`"),
        ("a / b / c", "write `(a / b) / c` or `a / (b / c)`"),
        ("a / b * c", "write `(a / b) * c` or `a / (b * c)`"),
        ("a * b / c", "write `a * (b / c)` or `(a * b) / c`"),
        ("a + b / c - 1", "write `a + (b / c) - 1` or `(a + b) / (c - 1)`"),
    ],
)
def test_what_can_be_read_two_ways_is_refused_with_both(text: str, readings: str) -> None:
    with pytest.raises(faults.Unreadable, match="can be read two ways") as refused:
        formulas.read_formula(text, MEASURES)
    assert refused.value.instead == readings
    for reading in readings.removeprefix("write ").split(" or "):
        formulas.read_formula(reading.strip("`"), MEASURES)


@pytest.mark.parametrize(
    "text",
    [
        "+",
        "a b",
        "a +",
        "(a",
        "a)",
        "-a",
        "1",
        "a % b",
        "a ** b",
        "a // b",
        "unknown",
        "sum(a)",
        "a / 0",
        "a / (b - b)",
        "a / (b * 0)",
        "a / ((b - b) * c)",
        "at_start(a)",
        "over_months(a)",
        "mean(a)",
        "mean(over_years(a))",
        "gini(over_judges(a + b))",
        "gini(over_judges(told))",
        "percentile(a)",
        "percentile(a, 0)",
        "percentile(a, 100)",
        "percentile(a, 1.5)",
        "percentile(told, 50)",
        "prior()",
        "days_in_period()",
        "a * days_in_period",
        "a * days_in_period(a)",
        "gini(over_judges(days_in_period()))",
        "A",
        "a;b",
        "a.b",
        "__import__('os')",
        "(" * 21 + "a" + ")" * 21,
        "a + " * 101 + "a",
    ],
)
def test_what_is_not_a_formula_is_refused(text: str) -> None:
    with pytest.raises(faults.Unreadable):
        formulas.read_formula(text, MEASURES)


def test_what_is_missing_keeps_its_reason() -> None:
    books = Figures({"a": 1, "b": Missing("not_reported", "b"), "c": 0})
    assert value("a / b", books) == Missing("not_reported", "b")
    assert value("a / c", books) == Missing("zero_denominator", "c")


def test_the_measures_above_and_below_the_line_are_told_apart() -> None:
    read = formulas.read_formula("1 - ((a + c) / (b + at_start(level)))", MEASURES)
    assert read.numerator == {"a", "c"}
    assert read.denominator == {"b", "level"}


@given(st.lists(st.integers(-50, 500), min_size=1, max_size=20))
def test_spreads_are_those_of_the_textbook_rounded_half_even_at_twelve_places(numbers: list[int]) -> None:
    books = Figures({}, parts=[Figures({"a": number}) for number in numbers], listed=numbers)
    mean = value("mean(over_months(a))", books)
    assert isinstance(mean, Ratio)
    assert (mean.numerator, mean.denominator) == (sum(numbers), len(numbers))
    deviation = value("sd(over_courts(a))", books)
    assert isinstance(deviation, Ratio)
    exact = Decimal(statistics.pvariance(map(Fraction, numbers)).numerator) / Decimal(
        statistics.pvariance(map(Fraction, numbers)).denominator
    )
    assert abs(Decimal(deviation.numerator) / 10**12 - exact.sqrt()) <= Decimal("0.51e-12")
    assert value("count_positive(over_judges(a))", books) == Ratio(sum(number > 0 for number in numbers), 1)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=20))
def test_gini_is_the_mean_difference_over_twice_the_mean(numbers: list[int]) -> None:
    found = value("gini(over_judges(a))", Figures({}, listed=numbers))
    if sum(numbers) == 0:
        assert found == Missing("zero_denominator", "the total is 0")
        return
    assert isinstance(found, Ratio)
    exact = Fraction(
        sum(abs(one - other) for one in numbers for other in numbers), 2 * len(numbers) * sum(numbers)
    )
    assert abs(found.fraction() - exact) <= Fraction(1, 2 * 10**12)


@pytest.mark.parametrize(("rank", "wanted"), [(1, 1), (20, 1), (21, 2), (50, 3), (80, 5), (81, 9), (99, 9)])
def test_a_percentile_is_an_amount_that_some_case_has(rank: int, wanted: int) -> None:
    books = Figures({}, listed=[9, 1, 5, 3, 2])
    assert value(f"percentile(a, {rank})", books) == Ratio(wanted, 1)


def test_a_spread_of_nothing_is_missing() -> None:
    assert all(
        isinstance(value(text, Figures({})), Missing)
        for text in (
            "mean(over_months(a))",
            "sd(over_months(a))",
            "gini(over_judges(a))",
            "percentile(a, 50)",
        )
    )


@pytest.mark.parametrize(
    ("ratio", "unit", "wanted"),
    [
        (Ratio(82, 86), "percent", "95.348837"),
        (Ratio(1, 2_000_000), "ratio", "0.000000"),  # half to even
        (Ratio(3, 2_000_000), "ratio", "0.000002"),
        (Ratio(1202, 160), "days", "7.512500"),
        (Ratio(-1, 3), "percent", "-33.333333"),
        (Ratio(10**30, 1), "number", "1" + "0" * 30 + ".000000"),
    ],
)
def test_a_value_is_half_even_at_six_decimals(ratio: Ratio, unit: str, wanted: str) -> None:
    assert str(ratios.value_of(ratio, unit)) == wanted


def test_an_indicator_that_waits_for_its_formula_has_none_and_no_value() -> None:
    unknown = formulas.read_formula("", MEASURES)
    assert unknown is formulas.UNPUBLISHED
    found = formulas.evaluate(unknown, COUNTS)
    assert found == Missing("not_available", "its formula is not known")
