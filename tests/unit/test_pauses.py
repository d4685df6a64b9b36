"""Pauses of a clock: which days rest, by which rule, and from which day the limit runs anew."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from plumbline import pauses
from plumbline.catalog.definitions import Pause
from plumbline.events import Event
from plumbline.pauses import Dated, Spell


def at(text: str) -> int:
    return date.fromisoformat(f"2023-{text}").toordinal()


def dated(kind: str, day: str, ground: str = "settlement", clock: str = "trial_limit", **data: Any) -> Dated:
    event = Event(
        "court", f"{kind}-{day}-{ground}", f"clock.{kind}", "（2023）示2401民初1号", "示2401",
        datetime(2023, 1, 1, tzinfo=UTC), {"clock": clock, "ground": ground, **data}, (),
    )  # fmt: skip
    return Dated(event, at(day))


def rule(*grounds: str, months: int = 0, days: int = 0, restarts: bool = False, **more: Any) -> Pause:
    given: dict[str, Any] = {"when": {}, "valid_from": None, "valid_until": None} | more
    return Pause(
        grounds, given["when"], months, days, restarts, "第1条", given["valid_from"], given["valid_until"]
    )


ANY = (rule("settlement", "appraisal"),)
CIVIL = {"category": "civil"}


def spells(history: list[Dated], rules: Any = ANY) -> list[tuple[int, int | None]]:
    found, _ = pauses.spells_of("trial_limit", rules, CIVIL, history)
    return [(one.begun, one.ended) for one in found]


def test_a_pause_lasts_until_it_is_resumed_or_through_the_day_it_was_to_last() -> None:
    assert spells([dated("paused", "03-01"), dated("resumed", "03-11")]) == [(at("03-01"), at("03-11"))]
    assert spells([dated("paused", "03-01", until="2023-03-10")]) == [(at("03-01"), at("03-11"))]
    assert spells([dated("paused", "03-01")]) == [(at("03-01"), None)]


def test_the_earlier_of_resumption_and_planned_end_holds() -> None:
    planned = dated("paused", "03-01", until="2023-03-31")
    assert spells([planned, dated("resumed", "03-11")]) == [(at("03-01"), at("03-11"))]
    assert spells([planned, dated("resumed", "04-20")]) == [(at("03-01"), at("04-01"))]


def test_a_pause_said_again_while_it_lasts_is_prolonged_and_later_is_another() -> None:
    first = dated("paused", "03-01", until="2023-03-10")
    assert spells([first, dated("paused", "03-08", until="2023-03-20")]) == [(at("03-01"), at("03-21"))]
    assert spells([first, dated("paused", "03-08", until="2023-03-09")]) == [(at("03-01"), at("03-11"))]
    assert spells([first, dated("paused", "03-08")]) == [(at("03-01"), None)]
    assert spells([first, dated("paused", "03-11", until="2023-03-20")]) == [
        (at("03-01"), at("03-11")),
        (at("03-11"), at("03-21")),
    ]


def test_what_is_resumed_without_a_pause_or_ends_before_it_begins_is_no_pause() -> None:
    assert spells([dated("resumed", "03-01")]) == []
    assert spells([dated("paused", "03-10", until="2023-03-01")]) == []
    assert spells([dated("paused", "03-10"), dated("resumed", "03-10")]) == []


def test_other_clocks_and_other_grounds_are_left_alone() -> None:
    other = dated("paused", "03-01", clock="enforcement_limit")
    assert spells([other, dated("paused", "03-01"), dated("resumed", "03-05", ground="appraisal")]) == [
        (at("03-01"), None)
    ]


def test_a_rule_ends_a_pause_that_lasts_longer_than_it_allows() -> None:
    month, ten = (rule("settlement", months=1),), (rule("settlement", days=10),)
    assert spells([dated("paused", "03-01")], month) == [(at("03-01"), at("04-01"))]
    assert spells([dated("paused", "03-01"), dated("resumed", "03-20")], ten) == [(at("03-01"), at("03-11"))]
    assert spells([dated("paused", "03-01"), dated("paused", "04-01")], month) == [
        (at("03-01"), at("04-01")),
        (at("04-01"), at("05-01")),
    ]


@pytest.mark.parametrize(
    "rules",
    [
        (),
        (rule("appraisal"),),
        (rule("settlement", when={"category": ("criminal",)}),),
        (rule("settlement", valid_from=date(2023, 3, 2)),),
        (rule("settlement", valid_until=date(2023, 3, 1)),),
    ],
)
def test_a_ground_that_no_rule_allows_is_refused_with_its_day(rules: tuple[Pause, ...]) -> None:
    found, refused = pauses.spells_of("trial_limit", rules, CIVIL, [dated("paused", "03-01")])
    assert (found, refused) == ([], [(at("03-01"), "settlement")])


def test_without_rules_every_ground_pauses() -> None:
    assert spells([dated("paused", "03-01", ground="other")], None) == [(at("03-01"), None)]


@pytest.mark.parametrize(
    ("history", "anew"),
    [
        ([dated("paused", "03-01"), dated("resumed", "03-11")], ["03-11"]),
        ([dated("paused", "03-01", until="2023-03-10")], ["03-10"]),
        ([dated("paused", "03-01", until="2023-03-10"), dated("resumed", "03-20")], ["03-10"]),
        ([dated("paused", "03-01"), dated("resumed", "05-20")], ["05-20"]),
        ([dated("paused", "03-01")], []),
    ],
)
def test_the_limit_runs_anew_from_a_stated_end_never_from_that_of_the_rule(
    history: list[Dated], anew: list[str]
) -> None:
    (found,), _ = pauses.spells_of(
        "trial_limit", (rule("settlement", months=1, restarts=True),), CIVIL, history
    )
    assert found.restarts == tuple((at(day), "第1条") for day in anew)


def test_spells_that_touch_or_overlap_are_one_with_the_grounds_of_all() -> None:
    first = Spell(1, 10, ("a",), ("x",))
    assert pauses.joined([first, Spell(5, 8, ("b",), ("y",))]) == [Spell(1, 10, ("a", "b"), ("x", "y"))]
    assert pauses.joined([first, Spell(10, 12, ("a",), ("x",))]) == [Spell(1, 12, ("a",), ("x",))]
    assert pauses.joined([first, Spell(11, 12, ("a",), ("x",))]) == [first, Spell(11, 12, ("a",), ("x",))]
    anew = Spell(5, 8, ("b",), ("y",), ((8, "y"),))
    assert pauses.joined([first, anew])[0].restarts == ((8, "y"),)
    assert pauses.joined([Spell(1, None, ("a",), ()), Spell(50, 60, ("b",), ())]) == [
        Spell(1, None, ("a", "b"), ())
    ]


def test_a_month_later_is_the_same_day_or_the_last_of_the_month_and_never_past_the_calendar() -> None:
    assert pauses.later(date(2022, 8, 31).toordinal(), 6, 0) == date(2023, 2, 28).toordinal()
    assert pauses.later(date(2022, 8, 31).toordinal(), 6, 3) == date(2023, 3, 3).toordinal()
    assert pauses.later(date.max.toordinal() - 3, 0, 400) == date.max.toordinal() - 1
    assert pauses.later(date(2200, 12, 31).toordinal(), 200_000, 0) == date.max.toordinal() - 1
    assert pauses.later(date(1900, 1, 1).toordinal(), -40_000, 0) == 1
    assert pauses.later(date(1900, 1, 1).toordinal(), 0, -800_000) == 1
