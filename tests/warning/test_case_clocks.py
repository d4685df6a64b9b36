"""Cases against their limits: what the court is told, and that the judge of the case sees it before."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.catalog.definitions import Source, Text
from plumbline.catalog.watches import Watch
from plumbline.warning import casework
from plumbline.warning.casework import Clock, Running
from plumbline.warning.verdicts import AMBER, RED, WITHIN

BEGUN = date(2025, 1, 1)
CLOCK = Clock("trial_limit", Text("审理期限", "trial limit"))


def watch(**given: str) -> Watch:
    numbers = {name: Fraction(value) for name, value in given.items()}
    return Watch(
        "limits", Text("期限", "Limits"), "clock", ("trial_limit",), ("*",), "", "own", "day", "line", numbers, 1, 1,
        "red", ("court",), 7, Source("x", "x", "project"),
    )  # fmt: skip


def running(limit: int) -> Running:
    return Running("示2401", "x", "civil", BEGUN + timedelta(days=limit), BEGUN)


def stage(of: Watch, limit: int, age: int, lasted: list[int], ahead: int = 0) -> str:
    return casework.standing(of, running(limit), BEGUN + timedelta(days=age), lasted, ahead)[0]


def test_the_court_is_told_so_many_days_before_and_the_judge_so_many_days_before_that() -> None:
    of, limit = watch(), 180
    assert int(of.setting("judge_days")) == 5
    court = {left: stage(of, limit, limit - left, []) for left in range(25, -2, -1)}
    judge = {left: stage(of, limit, limit - left, [], 5) for left in range(25, -2, -1)}
    assert [left for left, said in court.items() if said == "soon"] == list(range(15, -1, -1))
    assert [left for left, said in judge.items() if said == "soon"] == list(range(20, -1, -1))
    assert court[-1] == judge[-1] == "passed"


def test_a_likely_breach_is_seen_by_the_judge_before_the_court() -> None:
    of, limit = watch(soon="15", likely="0.8", judge_days="5"), 180
    lasted = sorted([*range(140, 160), *range(200, 260)])
    court = [age for age in range(130, limit) if stage(of, limit, age, lasted) == "likely"]
    judge = [age for age in range(130, limit) if stage(of, limit, age, lasted, 5) == "likely"]
    assert court
    assert judge[0] == court[0] - 5


def test_the_judges_days_change_nothing_the_court_is_told() -> None:
    found, day = [running(limit) for limit in (100, 150, 175, 200)], BEGUN + timedelta(days=160)
    said = [casework.clocks(watch(judge_days=days), CLOCK, found, day, {}) for days in ("0", "5", "60")]
    assert said[0] == said[1] == said[2]
    assert [one.level for one in said[0]] == [RED, RED, AMBER, WITHIN]


def test_what_has_passed_is_certain_to_be_late() -> None:
    lasted = list(range(100, 300))
    found = casework.late(running(150), BEGUN + timedelta(days=170), lasted)
    assert found is not None
    assert found["probability"] == 1


@settings(max_examples=300, deadline=None)
@given(
    soon=st.integers(1, 60),
    ahead=st.integers(0, 60),
    likely=st.integers(50, 100),
    limit=st.integers(10, 400),
    age=st.integers(0, 420),
    lasted=st.lists(st.integers(0, 500), max_size=80).map(sorted),
)
def test_the_judge_never_sees_less_than_the_court_is_told_of_the_same_day(
    soon: int, ahead: int, likely: int, limit: int, age: int, lasted: list[int]
) -> None:
    of = watch(soon=str(soon), judge_days=str(ahead), likely=f"{likely / 100}")
    order = list(casework.LEVELS)
    court = stage(of, limit, age, lasted)
    judge = stage(of, limit, age, lasted, ahead)
    assert order.index(judge) >= order.index(court)
