"""Weeks against their own history: real calendars, Lunar New Year where it falls, years of 53 weeks, few cases, and what a
verdict states.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from plumbline.catalog.definitions import Source, Text
from plumbline.catalog.watches import Watch
from plumbline.warning import histories, lunar, memory, telling, weekly
from plumbline.warning.weekly import Weeks
from services.bench import warning_weeks

MONDAY = date(2018, 1, 1)
SOURCE = Source("某文", "第一条", "project")


def watch(side: str = "both", **settings: str) -> Watch:
    given = {name: Fraction(value) for name, value in settings.items()}
    return Watch(
        "weeks", Text("一周", "A week"), "history", ("filed",), ("*",), "", "own", "week", side, given, 2, 2, "red",
        ("court",), 14, SOURCE, "week",
    )  # fmt: skip


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def weeks(counts: np.ndarray[Any, Any], first: date = MONDAY) -> Weeks:
    codes = tuple(f"示24{row:02}" for row in range(len(counts)))
    return Weeks(
        "court-core.filed", Text("新收", "Filed"), "cases", True, codes, first, counts.astype(np.float64)
    )


def steady(mean: float, courts: int = 6, count: int = 280, seed: int = 3) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).poisson(mean, (courts, count))


def levels(found: list[Any]) -> list[str]:
    return [one.level for one in found]


def test_a_verdict_states_its_week_its_expectation_and_two_years_of_weeks() -> None:
    counts = steady(12.0)
    counts[2, -2:] = (26, 31)
    found = weekly.history(watch(), weeks(counts), weekdays)
    assert levels(found)[2] == "red"
    assert levels(found).count("within") >= 4
    document = found[2].document
    last = MONDAY + timedelta(weeks=279)
    assert found[2].period == document["period"] == f"{last}..{last + timedelta(days=6)}"
    assert (document["grain"], document["method"], document["side"]) == ("week", memory.METHOD, "high")
    assert (document["value"], document["numerator"], document["denominator"]) == (31.0, 31, 1)
    assert document["low"] < document["expected"] < document["high"] < 31
    assert document["years"] == 5
    picture = document["picture"]
    assert {len(part) for part in picture.values()} == {104}
    assert picture["weeks"][-1] == document["period"]
    assert picture["numerators"][-2:] == [26, 31]


def test_a_week_is_told_by_its_first_and_last_day() -> None:
    counts = steady(12.0)
    counts[0, -1] = 40
    (one, *_) = weekly.history(watch(), weeks(counts, date(2019, 10, 28)), weekdays)
    named = {"court_name": {"zh": "某法院", "en": "Some court"}, "causes": ["real"]}
    state = {"data_state": {"zh": "覆盖率 100.00 %", "en": "coverage 100.00 %"}}
    told = telling.tell("history", {**one.document, **named, **state})
    assert one.period == "2025-03-03..2025-03-09"
    assert "2025-03-03 至 2025-03-09 一周 新收为 40" in told.zh
    assert "in the week 2025-03-03 to 2025-03-09 is 40" in told.en
    assert told.zh.endswith("请核查。")


def test_the_shipped_cut_is_about_a_chance_of_one_in_a_hundred_and_fewer_years_ask_for_more() -> None:
    """What was measured on the 42 scenarios alarms here too."""
    high, low = weekly.tails(5)
    assert high.p(np.array([memory.SHIPPED.cut]))[0] == pytest.approx(0.01, rel=0.03)
    assert low.p(np.array([memory.SHIPPED.low]))[0] == pytest.approx(0.01)
    assert weekly.tails(9) == weekly.tails(5)
    assert weekly.tails(4) == weekly.tails(3)
    assert weekly.tails(3)[0].scores[1] < high.scores[1]
    for pair in weekly.TAILS.values():
        for tail in pair:
            assert list(tail.scores) == sorted(tail.scores, reverse=True)


def test_golden_numbers() -> None:
    """What the method said of one draw when it was written; another number is another method."""
    drawn = warning_weeks.draw(5, 12)
    judged = np.array([300, 416])
    counts = drawn.clean.astype(float)
    counts[2, 299:301] += 3.0
    counts[2, 415:417] += (5.0, 9.0)
    found = weekly.judge(counts, judged, warning_weeks.FIRST, warning_weeks.calendar())
    assert found.expected[2] == pytest.approx(GOLDEN["expected"], rel=1e-6)
    assert found.dispersion[2] == pytest.approx(GOLDEN["dispersion"], rel=1e-6)
    assert found.high[2] == pytest.approx(GOLDEN["high"], rel=1e-5)
    assert found.low[2] == pytest.approx(GOLDEN["low"], rel=1e-5)


GOLDEN: dict[str, list[float]] = {
    "expected": [2.23636375, 8.69390794],
    "dispersion": [1.48209974, 1.70381761],
    "high": [0.338691625, 0.0288464393],
    "low": [0.974109311, 0.997439059],
}


def feasts(courts: int = 8) -> tuple[np.ndarray[Any, Any], int]:
    """Courts that do a fifth of their work in the seven days of the feast, up to the week of 2025-01-27, which holds six
    of them; in 2024 that week of the year was an ordinary one.
    """
    count = (date(2025, 1, 27) - MONDAY).days // 7 + 1
    share = lunar.weekly(MONDAY, count, lambda day: True).columns[:, 2]
    return np.random.default_rng(4).poisson(60.0 * (1 - 0.8 * share), (courts, count)), count


def test_the_week_of_the_feast_is_no_departure_where_it_moved() -> None:
    counts, count = feasts()
    found = weekly.history(watch(), weeks(counts), lambda day: True)
    assert set(levels(found)) == {"within"}
    plain = memory.judge(counts, np.array([count - 1]), histories.WEEKLY, memory.SHIPPED, MONDAY)
    assert plain.is_low.mean() > 0.6, "without the calendar most courts would be told of"


def test_an_ordinary_week_where_the_feast_was_last_year_is_none_either() -> None:
    counts, _ = feasts()
    after = 2
    more = np.random.default_rng(6).poisson(60.0, (len(counts), after))
    found = weekly.history(watch(), weeks(np.hstack([counts, more])), lambda day: True)
    assert levels(found).count("within") >= 7
    assert all(abs(one.document["expected"] / 60.0 - 1) < 0.2 for one in found)


def test_a_week_of_rest_is_no_departure_and_the_same_count_in_a_week_of_work_is() -> None:
    counts = steady(50.0)
    rest = {MONDAY + timedelta(weeks=279, days=offset) for offset in range(4)}
    counts[:, -1] = 10
    within = weekly.history(watch(), weeks(counts), lambda day: weekdays(day) and day not in rest)
    assert set(levels(within)) == {"within"}
    assert set(levels(weekly.history(watch(), weeks(counts), weekdays))) == {"red"}


def rush(first: date, last: date, courts: int = 10) -> np.ndarray[Any, Any]:
    """Weeks from one Monday to another in which what lies after 10 December is done twice as fast."""
    count = (last - first).days // 7 + 1
    days = [first + timedelta(days=offset) for offset in range(7 * count)]
    work = [(2.0 if (day.month, day.day) > (12, 10) else 1.0) * weekdays(day) for day in days]
    mean = 8.0 * np.array(work).reshape(count, 7).sum(axis=1)
    return np.random.default_rng(8).poisson(mean, (courts, count))


def test_the_rush_of_december_is_expected_in_a_53rd_week_too() -> None:
    """2026 has 53 weeks, the years before it that are read have 52; the 53rd lies in two years."""
    first, last = date(2021, 1, 4), date(2026, 12, 28)
    assert last.isocalendar()[:2] == (2026, 53)
    counts = rush(first, last)
    assert counts.shape[1] == 52 * 5 + 53
    found = weekly.history(watch(), weeks(counts, first), weekdays)
    assert levels(found).count("within") >= 9
    assert found[0].period == "2026-12-28..2027-01-03"
    expected = np.mean([one.document["expected"] for one in found])
    assert expected == pytest.approx(8.0 * (4 * 2 + 1), rel=0.12)
    alone = memory.judge(counts, np.array([counts.shape[1] - 1]), histories.WEEKLY, memory.SHIPPED, first)
    assert alone.expected.mean() < expected - 5, (
        "in a court's own season the rush is lost among the weeks beside it"
    )


def test_earlier_years_are_found_by_date_over_a_year_of_53_weeks() -> None:
    week = date(2022, 6, 6)
    back = [week - timedelta(weeks=centre) for centre in histories.anniversaries(week, 5)]
    assert [day.isoformat() for day in back] == [
        "2021-06-07",
        "2020-06-08",
        "2019-06-03",
        "2018-06-04",
        "2017-06-05",
    ]


def test_a_short_history_and_few_cases_are_said_and_never_told() -> None:
    surge = steady(10.0, count=155)
    surge[:, -2:] = 60
    short = weekly.history(watch(), weeks(surge), weekdays)
    assert {one.document["reason"] for one in short} == {"short_history"}
    assert weekly.history(watch(), weeks(np.zeros((2, 1))), weekdays)[0].document["reason"] == "short_history"
    few = np.zeros((3, 280), np.int64)
    few[:, ::9] = 1
    few[:, -2:] = (2, 3)
    found = weekly.history(watch(), weeks(few), weekdays)
    assert {(one.level, one.document["reason"]) for one in found} == {("insufficient", "small_sample")}


def test_fewer_than_three_cases_in_two_weeks_are_never_too_many() -> None:
    counts = steady(0.3, courts=40, seed=9)
    counts[:, -2:] = 1
    assert "high" not in {one.side for one in weekly.history(watch(), weeks(counts), weekdays) if one.beyond}
    counts[:, -2:] = 4
    assert any(one.beyond for one in weekly.history(watch(least="3"), weeks(counts), weekdays))
    assert not any(one.beyond for one in weekly.history(watch(least="9"), weeks(counts), weekdays))


def test_three_years_are_enough_and_are_said() -> None:
    counts = steady(20.0, count=163)
    counts[1, -2:] = 45
    found = weekly.history(watch(), weeks(counts), weekdays)
    assert found[1].level == "red"
    assert found[1].document["years"] == 3


def test_a_side_that_is_not_watched_is_not_told() -> None:
    counts = steady(40.0)
    counts[0, -2:], counts[1, -2:] = 90, 8
    assert levels(weekly.history(watch("high"), weeks(counts), weekdays))[:2] == ["red", "within"]
    assert levels(weekly.history(watch("low"), weeks(counts), weekdays))[:2] == ["within", "red"]


def test_a_measure_without_figures_is_not_judged() -> None:
    counts = steady(10.0).astype(float)
    counts[1] = np.nan
    found = weekly.history(watch(), weeks(counts), weekdays)
    assert (found[1].level, found[1].document["reason"]) == ("insufficient", "no_figure")
    assert found[0].level != "insufficient"


def test_the_season_is_that_of_the_others_from_the_weeks_before_alone() -> None:
    calendar = lunar.weekly(MONDAY, 280, lambda day: True)
    turn = 1.0 + 0.5 * np.sin(2 * np.pi * np.arange(280) / 52.18)
    counts = np.vstack([np.full(280, 30.0), 400.0 * turn, 600.0 * turn])
    own = weekly.shared(calendar, MONDAY, counts, 270)
    counts[:, 270:] *= 7
    again = weekly.shared(calendar, MONDAY, counts, 270)
    assert all((one.exposure == other.exposure).all() for one, other in zip(own, again, strict=True))
    counts[0] = 5000.0
    assert weekly.shared(calendar, MONDAY, counts, 270)[0].exposure == pytest.approx(own[0].exposure)
    ratio = own[0].exposure / calendar.exposure
    assert np.corrcoef(ratio, turn)[0, 1] > 0.99
    (alone,) = weekly.shared(calendar, MONDAY, counts[:1], 270)
    assert alone is calendar, "one court alone has no others"


def test_the_order_of_courts_does_not_matter_and_a_look_replays_to_the_bit() -> None:
    counts = steady(9.0, courts=7)
    order = np.random.default_rng(0).permutation(7)
    one = weekly.history(watch(), weeks(counts), weekdays)
    assert weekly.history(watch(), weeks(counts), weekdays) == one
    turned = weekly.history(watch(), weeks(counts[order]), weekdays)
    assert [turned[place].score for place in range(7)] == pytest.approx(
        [one[row].score for row in order], rel=1e-6
    )


def test_by_the_real_calendar_false_alarms_stay_few() -> None:
    """A small draw: wide bounds; `make bench-warning` measures."""
    found = warning_weeks.row(warning_weeks.WAYS[3], 61, 60)
    plain = warning_weeks.row(warning_weeks.WAYS[0], 61, 60)
    assert found.high < 0.018
    assert found.low < 0.012
    assert plain.worst_low > 0.15, "the feast without the calendar"
    assert found.worst_low < plain.worst_low
    assert "| 0.0" in warning_weeks.section([found, plain], 60)
