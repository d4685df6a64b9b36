"""The rules Yanbian does not use, each on a small book, worked by hand; and what a settled parameter does."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import pytest

from plumbline import readings, scorebooks, scorecards
from plumbline.catalog import comparing, rulebooks, targets
from plumbline.catalog.definitions import Pack
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.scorebooks import Figure, Inputs
from plumbline.scorecards import ScoreLine
from tests.unit.catalog import folders

TEXT = """\
parameters:
  - id: part_steps
    title: {zh: 不足1个百分点, en: A part of a point}
    shipped: whole
    readings:
      - {id: whole, title: {zh: 整步, en: whole}}
      - {id: prorated, title: {zh: 按比例, en: prorated}}
rule_books:
  - id: small
    title: {zh: 小考核, en: Small}
    source: {document: 办法, clause: 第一条, provenance: project}
    period: year
    levels: [basic]
    points: 40
    defaults: {steps: {open: part_steps}, zero_base: not_applicable, in_year: same_time, comparison: exact}
    items:
      - id: in_time
        number: 1
        title: {zh: 甲, en: A}
        points: 10
        rule:
          threshold_then_deduction:
            figure: closed_within_limit
            target: {at_least: 95 %}
            per: 1
            deduct: 0.5
      - id: days
        number: 2
        title: {zh: 乙, en: B}
        points: 4
        rule:
          threshold_then_deduction:
            figure: mean_trial_days
            target: {at_most: 60}
            per: 10
            deduct: 1
            steps: prorated
      - id: old
        number: 3
        title: {zh: 丙, en: C}
        points: 6
        rule: {per_case: {figure: long_pending, deduct: 2.5}}
      - id: group
        number: 4
        title: {zh: 丁, en: D}
        points: 4
        rule: {group_mean: {figure: clearance, side: at_least}}
      - id: band
        number: 5
        title: {zh: 戊, en: E}
        points: 6
        rule: {band: {figure: mediation_rate, target: {between: [20 %, 45 %]}}}
      - id: rise
        number: 6
        title: {zh: 己, en: F}
        points: 5
        rule: {gain_per_step: {figure: closed, change: share, way: rise, per: 2 %, gain: 1}}
      - id: aims
        number: 7
        title: {zh: 庚, en: G}
        points: 5
        rule: {meets_target: {figure: closing_rate, earns: met}}
targets:
  - {indicator: closing_rate, courts: 示24*, scope: own, period: 2024, target: {at_least: 90 %}}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return folders.pack_of(tmp_path, {"definitions.yaml": TEXT})


def key(name: str) -> tuple[str, str]:
    return f"court-core.{name}", "own"


def inputs(now: dict[str, Ratio | Missing], prior: dict[str, Ratio] | None = None) -> Inputs:
    past: dict[str, Ratio] = prior or {}
    figures = {
        key(name): Figure(value, past.get(name, Missing("not_reported"))) for name, value in now.items()
    }
    return Inputs("示2401", "basic", figures, {}, {}, {})


def line(pack: Pack, item: str, given: Inputs, **read: str) -> ScoreLine:
    card = scorecards.score(scorebooks.bind(pack, "small"), given, read)
    return next(each for each in card.lines if each.id == item)


@pytest.mark.parametrize(
    ("rate", "whole", "prorated"),
    [
        ((95, 100), "10", "10"),
        ((945, 1000), "10", "9.75"),
        ((94, 100), "9.5", "9.5"),
        ((935, 1000), "9.5", "9.25"),
        ((70, 100), "0", "0"),  # 25 points short: 12.5 off 10
    ],
)
def test_a_threshold_with_a_deduction(pack: Pack, rate: tuple[int, int], whole: str, prorated: str) -> None:
    given = inputs({"closed_within_limit": Ratio(*rate)})
    assert line(pack, "in_time", given).points == Fraction(whole)
    assert line(pack, "in_time", given, part_steps="prorated").points == Fraction(prorated)


def test_a_deduction_says_its_arithmetic(pack: Pack) -> None:
    found = line(pack, "in_time", inputs({"closed_within_limit": Ratio(94, 100)}))
    assert found.award.arithmetic.zh == "本期 94/100 = 94 %，目标不低于 95 %，10 - 1 × 0.5 = 9.5，得 9.5 分"
    late = line(pack, "days", inputs({"mean_trial_days": Ratio(7500, 100)}))
    assert late.points == Fraction("2.5")
    assert late.award.arithmetic.en.endswith("4 - 1.5 × 1 = 2.5, gives 2.5 points")


@pytest.mark.parametrize(("cases", "points"), [(0, "6"), (1, "3.5"), (2, "1"), (3, "0")])
def test_so_much_less_for_every_case(pack: Pack, cases: int, points: str) -> None:
    found = line(pack, "old", inputs({"long_pending": Ratio(cases, 1)}))
    assert found.points == Fraction(points)
    assert found.award.one_case == Fraction("2.5")


def test_the_mean_of_the_group_counts_every_court_once(pack: Pack) -> None:
    """90 %, 100 % and 110 %: the mean is 100 %, whatever the courts' sizes."""
    group = (Ratio(90, 100), Ratio(1000, 1000), Ratio(11, 10))
    for mine, points in ((Ratio(1000, 1000), 4), (Ratio(90, 100), 0)):
        given = dataclasses.replace(inputs({"clearance": mine}), group={key("clearance"): group})
        assert line(pack, "group", given).points == points
    unknown = dataclasses.replace(
        inputs({"clearance": Ratio(1, 1)}), group={key("clearance"): (*group, Missing("not_reported"))}
    )
    assert line(pack, "group", unknown).award.reason == "not_reported"


@pytest.mark.parametrize(("rate", "points"), [(20, 6), (45, 6), (33, 6), (19, 0), (46, 0)])
def test_inside_the_band_is_met_both_ends_too(pack: Pack, rate: int, points: int) -> None:
    assert line(pack, "band", inputs({"mediation_rate": Ratio(rate, 100)})).points == points


@pytest.mark.parametrize(("now", "points"), [(100, "0"), (99, "0"), (103, "1"), (104, "2"), (200, "5")])
def test_a_rise_earns_points_too(pack: Pack, now: int, points: str) -> None:
    assert line(
        pack, "rise", inputs({"closed": Ratio(now, 1)}, {"closed": Ratio(100, 1)})
    ).points == Fraction(points)


def test_a_rule_without_a_line_of_its_own_takes_the_packs_target(pack: Pack) -> None:
    aim = targets.limit_of(targets.read_target({"at_least": "90 %"}, "percent"), None, ())
    given = dataclasses.replace(inputs({"closing_rate": Ratio(9, 10)}), lines={key("closing_rate"): aim})
    assert line(pack, "aims", given).points == 5
    assert line(pack, "aims", inputs({"closing_rate": Ratio(9, 10)})).award.reason == "no_target"
    (need,) = [each for each in scorebooks.needs(scorebooks.bind(pack, "small"), "basic") if each.line]
    assert need.figure == "court-core.closing_rate"


def test_a_settled_parameter_is_open_no_more(tmp_path: Path, pack: Pack) -> None:
    given = inputs({"closed_within_limit": Ratio(945, 1000)})
    open_ = readings.variants(scorebooks.bind(pack, "small"), given)
    assert open_.note is not None
    assert open_.note.zh == "口径未定"
    assert [(one.parameter, one.reading) for one in open_.otherwise] == [("part_steps", "prorated")]
    text = TEXT.replace("    shipped: whole", "    shipped: whole\n    settled: prorated")
    settled = scorebooks.bind(folders.pack_of(tmp_path / "settled", {"definitions.yaml": text}), "small")
    found = readings.variants(settled, given)
    assert (found.note, found.otherwise) == (None, ())
    assert found.lowest.total == found.low == open_.low - Fraction(1, 4)


def test_a_book_has_a_hash_that_follows_its_meaning(tmp_path: Path, pack: Pack) -> None:
    def digest(text: str, folder: str) -> str:
        return scorebooks.bind(folders.pack_of(tmp_path / folder, {"definitions.yaml": text}), "small").hash

    same = scorebooks.bind(pack, "small").hash
    assert digest(TEXT, "same") == same
    assert digest(TEXT.replace("deduct: 2.5", "deduct: 2"), "rule") != same
    assert digest(TEXT.replace("shipped: whole", "shipped: prorated"), "parameter") != same


def test_the_difference_of_two_editions_names_the_rule_book(tmp_path: Path, pack: Pack) -> None:
    text = TEXT.replace("deduct: 2.5", "deduct: 2")
    changes = comparing.compare(pack, folders.pack_of(tmp_path / "next", {"definitions.yaml": text}))
    assert [(one.kind, one.section, one.id) for one in changes] == [("meaning", "rule_books", "small")]


def test_a_rule_that_gives_too_little_even_for_a_fall_to_nothing_is_pointed_out(tmp_path: Path) -> None:
    text = TEXT.replace(
        "figure: closed, change: share, way: rise, per: 2 %, gain: 1",
        "figure: closed, change: share, way: fall, per: 1 %, gain: 0.04",
    )
    (found,) = rulebooks.cautions(folders.pack_of(tmp_path, {"definitions.yaml": text}))
    assert found.what == "items `rise`: a fall to 0 gives 4 of 5 points"
