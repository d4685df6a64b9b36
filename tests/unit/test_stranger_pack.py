"""A pack of reported figures only, written from the reference page alone, is read and gives the figures
worked by hand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from plumbline.catalog import formulas, ratios, reading, targets
from plumbline.catalog.definitions import Pack
from plumbline.catalog.ratios import Missing

FOLDER = Path(__file__).resolve().parents[2] / "samples/packs/stranger"
REPORTS = [
    json.loads(line)["data"] | {"court": json.loads(line)["subject"]}
    for line in (FOLDER / "reports.ndjson").open(encoding="utf-8")
]


@dataclass(frozen=True)
class Reported:
    """The reports of some courts as a formula reads them, for one year."""

    pack: Pack
    courts_read: tuple[str, ...]
    year: int

    def amount(self, measure: str) -> int | Missing:
        level = self.pack.measures[measure].observed == "level"
        found = [
            self._level(measure, court, f"{self.year}-12-31") if level else self._flow(measure, court)
            for court in self.courts_read
        ]
        return Missing("not_reported", measure) if None in found else sum(each or 0 for each in found)

    def at_start(self, measure: str) -> int | Missing:
        found = [self._level(measure, court, f"{self.year - 1}-12-31") for court in self.courts_read]
        return Missing("not_reported", measure) if None in found else sum(each or 0 for each in found)

    def days(self) -> int | Missing:
        return 366 if self.year % 4 == 0 else 365

    def prior(self) -> Reported:
        return Reported(self.pack, self.courts_read, self.year - 1)

    def months(self) -> Sequence[Reported]:
        return ()

    def courts(self) -> Sequence[Reported]:
        return [Reported(self.pack, (court,), self.year) for court in self.courts_read]

    def judges(self, measure: str) -> Sequence[int] | Missing:
        return Missing("not_in_books", measure)

    def cases(self, measure: str) -> Sequence[int] | Missing:
        return Missing("not_in_books", measure)

    def _level(self, measure: str, court: str, day: str) -> int | None:
        held = [
            row
            for row in REPORTS
            if (row["measure"], row["court"]) == (f"stranger.{measure}", court) and row["until"] <= day
        ]
        return int(max(held, key=lambda row: str(row["until"]))["value"]) if held else None

    def _flow(self, measure: str, court: str) -> int | None:
        rows = [row for row in REPORTS if (row["measure"], row["court"]) == (f"stranger.{measure}", court)]
        spans = [row["value"] for row in rows if row["from"][:4] == row["until"][:4] == str(self.year)]
        return sum(spans) if spans else None


@pytest.fixture(scope="module")
def stranger() -> Pack:
    return reading.read_pack(FOLDER, reading.Shelf())


def value(pack: Pack, name: str, *courts: str) -> str:
    indicator = pack.indicators[name]
    found = formulas.evaluate(
        formulas.read_formula(indicator.formula, pack.measures), Reported(pack, courts, 2024)
    )
    return found.reason if isinstance(found, Missing) else str(ratios.value_of(found, indicator.unit))


def test_it_uses_nothing_but_reported_figures(stranger: Pack) -> None:
    assert not stranger.uses
    assert not stranger.facts
    assert {measure.kind for measure in stranger.measures.values()} == {"observed"}
    assert {measure.observed for measure in stranger.measures.values()} == {"level", "flow"}


def test_every_report_is_of_a_measure_it_has_in_its_unit(stranger: Pack) -> None:
    for row in REPORTS:
        assert stranger.measures[row["measure"].removeprefix("stranger.")].unit == row["unit"]


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("approval", "95.348837", "95.348837"),  # 82 / 86 and 164 / 172
        ("wait_mean", "7.512500", "7.512500"),  # 601 / 80
        ("interpreter_share", "28.571429", "28.915663"),  # 12 / 42, 24 / 83
        ("visitors_change", "-10.843373", "-10.843373"),  # 74 / 83 - 1
        ("staff_change", "2.000000", "3.000000"),
    ],
)
def test_the_figures_are_those_worked_by_hand(stranger: Pack, name: str, first: str, second: str) -> None:
    assert (value(stranger, name, "示2401"), value(stranger, name, "示2402")) == (first, second)


def test_a_district_is_the_sum_of_its_courts_divided_last(stranger: Pack) -> None:
    assert value(stranger, "interpreter_share", "示2401", "示2402") == "28.800000"  # 36 / 125


def test_its_lines_follow_from_the_reports(stranger: Pack) -> None:
    below = []
    rule = next(one for one in stranger.targets if one.of == "visitors" and one.scope == "own")
    for court, ceiling, met in (("示2401", 74, True), ("示2402", 149, True)):
        books = Reported(stranger, (court,), 2024)
        before, now = books.prior().amount("visitors"), books.amount("visitors")
        assert isinstance(before, int)
        assert isinstance(now, int)
        line = targets.limit_of(targets.read_target(rule.rule, "persons"), ratios.Ratio(before, 1), ())
        assert isinstance(line, targets.Line)
        assert line.high == ceiling
        assert targets.met(line, ratios.Ratio(now, 1)) is met
        below.append(line)
    whole = targets.limit_of(targets.read_target({"sum_of_courts": True}, "persons"), None, below)
    assert isinstance(whole, targets.Line)
    assert whole.high == 223
