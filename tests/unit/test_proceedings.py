"""The courses of supervision, whatever is tried in whatever order: what must never come about does not."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline import acceptances, adjustments, ballots, columns, errors, objections
from plumbline.acceptances import Difference
from plumbline.proceedings import Act, Standing

PEOPLE = st.sampled_from(["a", "b", "c", "d"])
DAYS = st.integers(0, 6).map(lambda day: (date(2026, 1, 1) + timedelta(days=day)).isoformat())


def act(name: str, **detail: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    return st.builds(Act, st.just(name), PEOPLE, detail=st.fixed_dictionaries(detail))


ADJUSTING = st.one_of(
    act("apply"),
    act("verify", office=st.sampled_from(adjustments.OFFICES), finding=st.sampled_from(adjustments.FINDINGS)),
    act("decide", verdict=st.sampled_from(adjustments.VERDICTS)),
    act("withdraw"),
)
OBJECTING = st.one_of(act("raise"), act("decide", verdict=st.sampled_from(objections.VERDICTS)))
ACCEPTING = st.one_of(
    act("draft"), act("show", until=DAYS, today=DAYS), act("remark", today=DAYS), act("freeze"),
    act("decide", today=DAYS, verdict=st.sampled_from(acceptances.VERDICTS)),
)  # fmt: skip
BALLOTING = st.one_of(act("open"), act("close"), act("publish", count=st.integers(3, 5)), act("fail"))


def taken(acts: Iterable[Act], fold: Callable[[Iterable[Act]], Standing]) -> tuple[list[Act], Standing]:
    """Those of the acts that follow, in turn, and where they lead; the others are refused and change nothing."""
    done: list[Act] = []
    found = fold(())
    for one in acts:
        with contextlib.suppress(errors.Conflict, errors.NotAllowed, errors.BadInput):
            found = found.after(one)
            done.append(one)
    assert fold(done) == found
    return done, found


@given(st.lists(ADJUSTING, max_size=30))
def test_an_adjustment_is_approved_only_by_four_persons_and_both_offices(acts: list[Act]) -> None:
    done, found = taken(acts, adjustments.standing)
    assert found.state in adjustments.STATES
    names = [one.name for one in done]
    assert names.count("apply") <= 1
    assert names.count("decide") + names.count("withdraw") <= 1
    checks = [one for one in done if one.name == "verify"]
    assert len({one.detail["office"] for one in checks}) == len(checks)
    if "decide" in names:
        assert names[-1] == "decide"
        assert len({one.who for one in done}) == 4
        assert len(checks) == 2
    if found.state == "approved":
        assert {one.detail["finding"] for one in checks} == {"confirmed"}
    if found.state == "withdrawn":
        assert done[0].who == done[-1].who


@given(st.lists(OBJECTING, max_size=12))
def test_an_objection_is_decided_once_by_another(acts: list[Act]) -> None:
    done, found = taken(acts, objections.standing)
    assert len(done) <= 2
    if found.state in objections.VERDICTS:
        assert done[0].who != done[1].who
        assert found.state == done[1].detail["verdict"]


@given(st.lists(ACCEPTING, max_size=30))
def test_a_card_is_frozen_only_after_it_was_shown_to_its_last_day_and_accepted(acts: list[Act]) -> None:
    done, found = taken(acts, acceptances.standing)
    names = [one.name for one in done]
    for name in ("draft", "show", "decide", "freeze"):
        assert names.count(name) <= 1
    if "decide" in names:
        shown, decided = done[names.index("show")], done[names.index("decide")]
        assert decided.detail["today"] > shown.detail["until"]
        earlier = [one for one in done if one.name in ("draft", "remark")]
        assert decided.who not in {one.who for one in earlier}
        assert all(one.detail["today"] <= shown.detail["until"] for one in earlier if one.name == "remark")
    if found.state == "frozen":
        assert done[-2].detail["verdict"] == "accepted"


@given(st.lists(BALLOTING, max_size=12))
def test_a_ballot_ends_once_and_tells_a_count_only_when_it_is_published(acts: list[Act]) -> None:
    done, found = taken(acts, ballots.standing)
    assert [one.name for one in done] in (
        [], ["open"], ["open", "close"], ["open", "close", "publish"], ["open", "close", "fail"],
    )  # fmt: skip
    assert (found.state == "published") == (isinstance(found, ballots.Standing) and found.count is not None)


def test_an_approval_says_what_it_gives() -> None:
    standing = adjustments.standing(
        [
            Act("apply", "a"),
            Act("verify", "b", detail={"office": "management_office", "finding": "confirmed"}),
            Act("verify", "c", detail={"office": "enforcement_command", "finding": "confirmed"}),
            Act(
                "decide", "d", detail={"verdict": "approved", "points": "0.1", "ground": "g", "document": "x"}
            ),
        ]
    )
    found = adjustments.adjusted("m", standing)
    assert found is not None
    assert (found.points, found.figure, found.decided_by) == (Fraction(1, 10), None, "d")


LINES = st.lists(st.tuples(st.dates(date(2024, 12, 1), date(2025, 3, 31)), st.integers(-5, 5)), max_size=20)


@given(LINES, LINES)
def test_a_column_less_some_lines_is_the_column_of_the_others(
    kept: list[tuple[date, int]], left: list[tuple[date, int]]
) -> None:
    whole = objections.less(columns.by_day([*kept, *left]), left)
    alone = columns.by_day(kept)
    for day in (date(2024, 12, 1), date(2025, 1, 1), date(2025, 1, 17), date(2025, 4, 1)):
        assert whole.before(day) == alone.before(day)


def line(name: str, points: str, parts: list[Any] | None = None) -> dict[str, Any]:
    return {"id": name, "points": points, "low": points, "parts": parts or []}


def test_differences_name_the_line_and_what_differs() -> None:
    then = [line("a", "1", [line("a1", "1"), line("a2", "0")]), line("b", "2")]
    now = [line("a", "1", [line("a1", "0"), line("a2", "0")]), line("c", "2")]
    found = acceptances.differences(then, now)
    assert found[0] == Difference(("a", "a1"), {"points": "1", "low": "1"}, {"points": "0", "low": "0"})
    assert [(one.path, one.then is None, one.now is None) for one in found[1:]] == [
        (("b",), False, True), (("c",), True, False),
    ]  # fmt: skip
    assert acceptances.differences(then, then) == ()


@pytest.mark.parametrize(
    "wrong", ["", "plb_", "plb_" + "A" * 42, "plb_" + "A" * 43 + "\n", "plk_" + "A" * 43]
)
def test_a_text_that_is_no_paper_has_no_digest(wrong: str) -> None:
    assert ballots.digest_of(wrong) is None
    assert ballots.digest_of("plb_" + "A" * 43) is not None
