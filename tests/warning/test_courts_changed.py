"""Courts merged, split, founded and moved: whose months their history is, and what is not said of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from plumbline.catalog.definitions import Text
from plumbline.courts import Court, CourtTree
from plumbline.warning import courts_changed
from plumbline.warning import series as kinds
from plumbline.warning.courts_changed import Change
from plumbline.warning.series import Series
from plumbline.warning.verdicts import AMBER, UNKNOWN, WITHIN, Verdict

FIRST, DAY, TODAY = date(2020, 1, 1), date(2025, 7, 1), date(2025, 12, 31)


def court(
    code: str, parent: str | None = "示", begun: date | None = None, ended: date | None = None
) -> Court:
    order = ord(code[0])
    level = "basic" if parent else "intermediate"
    return Court(code, parent, code, code, level, begun, ended, "invented", "Asia/Shanghai", order)


def changes(*rows: Court, scope: str = "own") -> dict[str, Change]:
    tree = CourtTree([court("示", None), *rows])
    return courts_changed.of(tree, tree.codes(), scope, FIRST, TODAY)


def test_a_tree_that_does_not_change_changes_no_court() -> None:
    assert changes(court("甲"), court("乙", begun=FIRST)) == {}


def test_the_only_court_left_is_the_sum_of_both() -> None:
    assert changes(court("甲"), court("乙", ended=DAY))["甲"] == Change(DAY, united=("甲", "乙"))


def test_a_court_founded_as_others_end_is_their_sum_and_a_renamed_one_goes_on() -> None:
    found = changes(court("甲"), court("乙", ended=DAY), court("丙", ended=DAY), court("丁", begun=DAY))
    assert set(found["丁"].united) == {"乙", "丙", "丁"}
    assert "甲" not in found
    renamed = changes(court("乙", ended=DAY), court("丁", begun=DAY))
    assert renamed["丁"].united == ("丁", "乙")


def test_two_mergers_one_after_the_other_add_up() -> None:
    earlier = date(2023, 1, 1)
    found = changes(court("甲"), court("乙", ended=earlier), court("丙", begun=earlier, ended=DAY))
    assert set(found["甲"].united) == {"甲", "乙", "丙"}


def test_where_several_may_have_received_it_none_is_sure() -> None:
    found = changes(court("甲"), court("丙"), court("乙", ended=DAY))
    assert found["甲"] == found["丙"] == Change(DAY, doubtful=DAY, more=True)


def test_a_court_that_was_split_begins_anew_and_so_does_the_new_one() -> None:
    found = changes(court("甲"), court("乙", begun=DAY))
    assert found["甲"] == found["乙"] == Change(DAY, since=DAY)


def test_with_all_below_it_a_court_takes_the_history_of_what_moved() -> None:
    rows = (court("甲", "示"), court("乙", "示"), court("丙", "甲", ended=DAY), court("丙", "乙", begun=DAY))
    found = changes(*rows, scope="all")
    assert set(found["乙"].united) == {"乙", "丙"}
    assert found["甲"].united == ("甲",)
    assert "示" not in found, "who stood above both holds what it held"
    assert "丙" not in found, "and so does who moved"
    assert changes(*rows) == {}, "own cases do not move"


def series(*values: list[float]) -> Series:
    months = np.array(values)
    codes = tuple("甲乙丙丁"[: len(values)])
    return Series(
        "demo.filed", Text("", ""), "cases", kinds.COUNT, "none", False, codes, ("basic",) * len(values), FIRST,
        months, np.ones(months.shape),
    )  # fmt: skip


def said(side: str, level: str = AMBER) -> Verdict:
    return Verdict("甲", "demo.filed", "2025-12", level, side, 0.001)


def judged(change: Change, side: str, values: list[float] | None = None) -> str:
    at = series(values or [10.0] * 72)
    return courts_changed.guarded("history", [said(side)], at, {"甲": change})[0].level


def test_what_a_doubtful_change_explains_is_not_told_for_a_year() -> None:
    doubtful = Change(DAY, doubtful=DAY, more=True)
    assert judged(doubtful, "high") == UNKNOWN
    assert judged(doubtful, "low") == AMBER, "losing cases is not explained by a court that ended"
    old = date(2024, 7, 1)
    assert judged(Change(old, doubtful=old, more=True), "high") == AMBER


def test_a_court_that_rose_by_the_year_after_a_doubtful_change_begins_anew() -> None:
    old = date(2024, 7, 1)
    rose = [10.0] * 54 + [20.0] * 18
    change = Change(old, doubtful=old, more=True)
    assert judged(change, "high", rose) == UNKNOWN
    cut = courts_changed.cut(series(rose), {"甲": change})
    assert np.isnan(cut.numerators[0, :54]).all()
    assert np.isfinite(cut.numerators[0, 54:]).all()


@pytest.mark.parametrize(("months", "level"), [(20, UNKNOWN), (40, AMBER)])
def test_a_court_with_a_history_of_its_own_since_a_day_needs_three_years(months: int, level: str) -> None:
    since = date(2025 - months // 12, 13 - months % 12 - 1 or 12, 1)
    assert judged(Change(since, since=since), "high") == level


def test_an_unjudged_verdict_says_why_and_has_no_chance() -> None:
    (one,) = courts_changed.guarded(
        "history", [said("high")], series([1.0] * 72), {"甲": Change(DAY, since=DAY)}
    )
    assert one.document["reason"] == "court_changed"
    assert one.document["changed_on"] == "2025-07-01"
    assert one.score is None


def test_a_year_in_which_the_court_was_changed_has_no_forecast() -> None:
    day = date(2025, 10, 1)
    for change, level in (
        (Change(DAY, united=("甲", "乙")), UNKNOWN),
        (Change(date(2024, 7, 1), united=("甲", "乙")), WITHIN),
        (Change(date(2024, 7, 1), since=date(2024, 7, 1)), UNKNOWN),
    ):
        assert courts_changed.guarded_year([said("line", WITHIN)], day, {"甲": change})[0].level == level


def test_weeks_know_of_no_change_so_nothing_is_said_after_one() -> None:
    for change, level in (
        (Change(DAY, united=("甲", "乙")), UNKNOWN),
        (Change(DAY, doubtful=DAY, more=True), UNKNOWN),
        (Change(date(2022, 1, 1), united=("甲", "乙")), AMBER),
    ):
        assert courts_changed.guarded_weeks([said("high")], TODAY, {"甲": change})[0].level == level
