"""Benchmarks: which is in force, how far a value is from it, and what a target leaves below it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from plumbline.catalog import benchmarks, comparing, reading, targets
from plumbline.catalog.benchmarks import Mark
from plumbline.catalog.ratios import Ratio
from plumbline.periods import Period
from tests.unit.catalog import folders

ONE = (
    "  - {{indicator: clearance, kind: required, value: {value}, issuer: 某院, of: {{zh: 全国, en: all}}, {days},"
    " source: {{document: 某文, clause: 第一条, provenance: project}}}}\n"
)


def stated(folder: Path, value: str = "90 %", days: str = "period: 2024") -> benchmarks.Benchmark:
    """The one benchmark of a pack."""
    text = "benchmarks:\n" + ONE.format(value=value, days=days)
    (one,) = folders.pack_of(folder, {"definitions.yaml": text}).benchmarks
    return one


def percent(text: str) -> Fraction:
    """A percentage as a share of 1."""
    return targets.read_value(text, "percent")


@pytest.mark.parametrize(
    ("days", "period", "held"),
    [
        ("period: 2024", "2024", True),
        ("period: 2024", "2024-12-31..2025-03-01", True),
        ("period: 2024", "2025", False),
        ("from: 2024-06-01", "2024-05", False),
        ("from: 2024-06-01", "2024", True),
        ("from: 2024-06-01, until: 2024-07-01", "2024-06", True),
        ("from: 2024-06-01, until: 2024-07-01", "2024-07", False),
    ],
)
def test_a_benchmark_is_in_force_where_any_day_of_the_period_is_its_own(
    days: str, period: str, held: bool, tmp_path: Path
) -> None:
    assert stated(tmp_path, days=days).in_force(Period.parse(period)) is held


@pytest.mark.parametrize(
    ("mark", "value", "position", "distance"),
    [
        (Mark("figure", percent("53.48 %"), percent("53.48 %")), Ratio(5348, 10000), "inside", Fraction(0)),
        (
            Mark("figure", percent("53.48 %"), percent("53.48 %")),
            Ratio(54, 100),
            "above",
            Fraction(52, 10000),
        ),
        (Mark("figure", percent("53.48 %"), percent("53.48 %")), Ratio(1, 2), "below", Fraction(-348, 10000)),
        (Mark("at_least", percent("90 %"), None), Ratio(9, 10), "inside", Fraction(0)),
        (Mark("at_least", percent("90 %"), None), Ratio(95, 100), "inside", Fraction(1, 20)),
        (Mark("at_least", percent("90 %"), None), Ratio(1, 3), "below", Fraction(1, 3) - Fraction(9, 10)),
        (Mark("at_most", None, percent("5 %")), Ratio(1, 20), "inside", Fraction(0)),
        (Mark("at_most", None, percent("5 %")), Ratio(1, 100), "inside", Fraction(-1, 25)),
        (Mark("at_most", None, percent("5 %")), Ratio(1, 10), "above", Fraction(1, 20)),
        (Mark("between", percent("20 %"), percent("45 %")), Ratio(1, 5), "inside", Fraction(0)),
        (Mark("between", percent("20 %"), percent("45 %")), Ratio(45, 100), "inside", Fraction(0)),
        (Mark("between", percent("20 %"), percent("45 %")), Ratio(19, 100), "below", Fraction(-1, 100)),
        (Mark("between", percent("20 %"), percent("45 %")), Ratio(1, 2), "above", Fraction(1, 20)),
    ],
)
def test_the_gap_is_exact(mark: Mark, value: Ratio, position: str, distance: Fraction) -> None:
    found = benchmarks.gap(mark, value, "percent")
    assert (found.position, found.distance) == (position, distance)


def test_the_gap_of_days_is_in_days_with_its_arithmetic() -> None:
    found = benchmarks.gap(Mark("figure", Fraction("79.56"), Fraction("79.56")), Ratio(241, 3), "days")
    assert found.distance == Fraction(241, 3) - Fraction("79.56")
    assert found.words.zh == "80.333333 - 79.56 = 0.773333，高于"
    assert found.words.en == "80.333333 - 79.56 = 0.773333, above"


@pytest.mark.parametrize(
    ("kind", "bound", "mark", "left"),
    [
        ("at_least", "90 %", Mark("figure", percent("95.5 %"), percent("95.5 %")), Fraction(55, 1000)),
        ("at_least", "98 %", Mark("at_least", percent("95 %"), None), Fraction(-3, 100)),
        ("at_most", "5 %", Mark("at_most", None, percent("3 %")), Fraction(2, 100)),
        ("at_least", "90 %", Mark("between", percent("95 %"), percent("99 %")), None),
    ],
)
def test_the_headroom_is_what_the_benchmark_asks_beyond_the_line(
    kind: str, bound: str, mark: Mark, left: Fraction | None
) -> None:
    line = targets.limit_of(targets.read_target({kind: bound}, "percent"), None, ())
    assert isinstance(line, targets.Line)
    assert benchmarks.headroom(mark, line) == left


def test_an_interval_as_a_line_leaves_no_headroom() -> None:
    line = targets.limit_of(targets.read_target({"between": ["20 %", "45 %"]}, "percent"), None, ())
    assert isinstance(line, targets.Line)
    assert benchmarks.headroom(Mark("figure", Fraction(1, 2), Fraction(1, 2)), line) is None


def test_what_changed_of_benchmarks_and_plans_is_told_in_words(tmp_path: Path) -> None:
    target = "targets:\n  - {{indicator: clearance, courts: 示24, scope: own, period: 2024, target: {{at_least: 90 %}}{more}}}\n"
    old, new = (
        folders.pack_of(
            tmp_path,
            {"definitions.yaml": "benchmarks:\n" + ONE.format(value=value, days="period: 2024"),
             "targets.yaml": target.format(more=more)},
        )
        for value, more in (("90 %", ""), ("92 %", ", base: 85 %"))
    )  # fmt: skip
    found = {one.section: one for one in comparing.compare(old, new)}
    assert "90 %" in found["benchmarks"].said.zh
    assert "92 %" in found["benchmarks"].said.zh
    assert (found["benchmarks"].kind, found["targets"].kind) == ("meaning", "filing")
    assert "85 %" in found["targets"].said.en


def test_every_shipped_benchmark_names_its_document_and_none_of_a_real_pack_is_invented() -> None:
    shelf = reading.Shelf(folders.SHIPPED)
    packs = [shelf.pack(each.parent.name) for each in folders.SHIPPED.glob("*/pack.yaml")]
    every = {pack.id: pack.benchmarks for pack in packs}
    for name, stands in every.items():
        for one in stands:
            assert one.source.document
            assert one.issuer
            assert (one.source.provenance == "project") == (name == "demo")
    assert every["spc-2024"] == ()
    assert shelf.pack("spc-2024").targets == ()
    assert sum(map(len, every.values())) >= 15
