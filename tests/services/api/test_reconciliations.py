"""Reconciliation: two lists of the cases behind one figure, case by case, with the clause that decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.keeper import record
from tests.services.api.conftest import (
    COURTS,
    ENFORCED,
    EVENTS,
    FIRST,
    NEIGHBOUR,
    OPEN,
    SEALED,
    SECOND,
    STRANGE,
    Api,
    opened,
)

CLOSED: dict[str, Any] = {"indicator": "closed", "court": "示2401", "scope": "own", "period": "2025-03"}
LATE, TAKEN_BACK, MOVED, GONE = (f"（2025）示2401民初{number}号" for number in (11, 12, 13, 14))
MORE = (
    record(51, "case.filed", LATE, "2025-01-10", procedure="ordinary"),
    record(52, "case.closed", LATE, "2025-04-02", method="judgment"),
    record(53, "case.filed", TAKEN_BACK, "2025-01-11", procedure="ordinary"),
    record(54, "case.closed", TAKEN_BACK, "2025-03-07", method="judgment"),
    record(55, "event.retracted", TAKEN_BACK, "2025-03-09", replaces="e54", revision=1, reason="x"),
    record(56, "case.filed", MOVED, "2025-01-12", procedure="ordinary"),
    record(57, "case.transferred", MOVED, "2025-02-01", to_court="示2402", ground="jurisdiction"),
    record(58, "case.closed", MOVED, "2025-03-12", method="judgment"),
    record(59, "case.filed", "（2025）示2401刑初7号", "2025-01-05", procedure="ordinary"),
    record(60, "case.closed", "（2025）示2401刑初7号", "2025-03-06", method="judgment"),
    record(61, "case.sealed", "（2025）示2401刑初7号", "2025-03-07", ground="juvenile"),
)
JUVENILE = "（2025）示2401刑初7号"


@pytest.fixture(scope="module")
def books(module_database: str) -> Iterator[Api]:
    """The cases of the neighbours, and those above; only read."""
    for one in opened(module_database):
        one.keeper.push(*EVENTS, *MORE)
        one.keeper.settle()
        yield one


def ask(api: Api, rows: list[dict[str, Any]], who: str = "basic", **more: Any) -> Any:
    answer = api.suppose("/v1/reconciliations", {**CLOSED, "rows": rows, **more}, who)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert sum(line["amount"] for line in found["arithmetic"]) == found["rows"] == len(rows)
    return found


def whys(found: Any) -> dict[str, str]:
    return {one["case"]: one["why"] for one in found["items"]}


def test_every_case_of_either_list_is_told_with_what_decides(books: Api) -> None:
    rows = [
        {"case": "(2025)示2401民初1号", "day": "2025-03-05", "method": "判决", "court": "示2401"},
        {"case": "（2025）示2401民初2号", "day": "2025-03-21", "method": "judgment"},
        *({"case": case} for case in (OPEN, LATE, TAKEN_BACK, MOVED, ENFORCED, "（2025）示2401民初999号")),
    ]
    found = ask(books, rows)
    assert whys(found) == {
        OPEN: "nothing_counts", LATE: "outside_period", TAKEN_BACK: "retracted", MOVED: "another_court",
        ENFORCED: "excluded", "（2025）示2401民初999号": "not_known", SECOND: "differs",
    }  # fmt: skip
    items = {one["case"]: one for one in found["items"]}
    assert items[LATE]["days"] == ["2025-04-02"]
    assert items[SECOND]["differs"] == ["day", "method"]
    assert items[SECOND]["here"]["days"] == ["2025-03-20"]
    assert items[SECOND]["here"]["method"] == "mediation"
    assert items[ENFORCED]["reasons"][0]["clause"] == "is_litigation"
    assert items[ENFORCED]["reasons"][0]["verdict"] == "excluded"
    assert items[TAKEN_BACK]["superseded"][0]["event"] == "e54"
    assert "closed_on" in items[OPEN]["words"]["en"]
    # Who would have told us of the case that is not known, and how whole what he tells is.
    assert [(one["court"], one["sources"], one["coverage"]) for one in found["feeds"]] == [
        ("示2401", ["court"], "unknown")
    ]
    assert (found["both"], found["same"], found["only_there"], found["only_here"], found["differing"]) == (
        2,
        1,
        6,
        0,
        1,
    )


def test_what_only_we_have_says_why_it_counts_and_both_sides_add_up(books: Api) -> None:
    rows = [{"case": SECOND}, {"case": "（2025） 示2401 民初2号"}, {"case": "案号不详"}, {"case": OPEN}]
    found = ask(books, rows, stated=5)
    assert whys(found) == {OPEN: "nothing_counts", FIRST: "counted"}
    item = found["items"][1]
    assert (item["kind"], item["reasons"][0]["verdict"]) == ("only_here", "counted")
    assert item["reasons"][0]["clause"] == "is_litigation"
    assert found["repeated"] == [{"case": SECOND, "rows": [1, 2]}]
    assert [(one["row"], one["field"]) for one in found["unread"]] == [(3, "case")]
    assert {one["code"]: one["amount"] for one in found["arithmetic"]} == {
        "entries_here": 3, "not_listed": -1, "in_several_measures": 0, "only_here": -1, "only_there": 1,
        "repeated_rows": 1, "unreadable_rows": 1,
    }  # fmt: skip
    assert (found["difference"], found["stated_less_rows"]) == (1, 1)
    figure = books.value("closed", "示2401", "2025-03")
    assert found["measures"][0]["amount"] == figure["numerator"] == 3


def test_a_sealed_case_and_one_of_another_court_answer_as_one_that_does_not_exist(books: Api) -> None:
    hidden = [JUVENILE, SEALED]
    found = ask(books, [{"case": case} for case in [*hidden, "（2025）示2401刑初77号"]])
    told = [one for one in found["items"] if one["kind"] == "only_there"]
    assert {one["why"] for one in told} == {"not_known"}
    shapes = [{k: v for k, v in one.items() if k not in ("case", "there")} for one in told]
    assert shapes[0] == shapes[1] == shapes[2]
    found = ask(books, [{"case": STRANGE}, {"case": "（2025）示2501民初777号"}, {"case": NEIGHBOUR}])
    told = [one for one in found["items"] if one["kind"] == "only_there"]
    assert {one["why"] for one in told} == {"not_yours"}
    assert all(not one["reasons"] and not one["days"] and one["home_court"] is None for one in told)
    assert found["feeds"] == []
    # Nothing that the reader did not send himself is named.
    assert JUVENILE not in str(ask(books, [{"case": FIRST}]))
    assert ask(books, [{"case": FIRST}])["arithmetic"][1]["amount"] == -1


def test_a_stock_says_when_a_case_left_it_and_what_came_later(books: Api) -> None:
    pending = {"indicator": "pending", "period": "2025-03"}
    found = ask(books, [{"case": OPEN}, {"case": FIRST}, {"case": MOVED}], **pending)
    told = {one["case"]: (one["why"], one["days"]) for one in found["items"] if one["kind"] == "only_there"}
    assert told[FIRST] == ("left", ["2025-03-05"])
    assert told[MOVED] == ("left", ["2025-03-12"])
    february = ask(books, [{"case": MOVED}], **pending | {"period": "2025-02"})
    item = next(one for one in february["items"] if one["case"] == MOVED)
    assert (item["why"], item["courts"]) == ("another_court", [])
    later = ask(books, [{"case": OPEN}], **pending | {"period": "2025-01"})
    item = next(one for one in later["items"] if one["case"] == OPEN)
    assert (item["why"], item["days"]) == ("outside_period", ["2025-02-15"])


def test_a_district_tells_a_case_of_another_category_apart(books: Api) -> None:
    where = {"court": "示24", "scope": "all", "category": "criminal", "period": "2025"}
    found = ask(books, [{"case": FIRST}, {"case": NEIGHBOUR}], "middle", **where)
    assert whys(found) == {FIRST: "another_cut", NEIGHBOUR: "another_cut"}


def test_pages_go_on_where_they_ended_and_a_cursor_holds_only_for_its_list(books: Api) -> None:
    rows = [{"case": f"（2025）示2401民初{number}号"} for number in range(900, 907)]
    whole = ask(books, rows)
    assert whole["next"] is None
    items: list[Any] = []
    cursor = None
    while True:
        page = ask(books, rows, limit=3, **({"cursor": cursor} if cursor else {}))
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert items == whole["items"]
    assert len(items) == 9
    first = ask(books, rows, limit=3)["next"]
    answer = books.suppose("/v1/reconciliations", {**CLOSED, "rows": rows[:2], "cursor": first}, "basic")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_it_answers_as_known_then_and_keeps_one_line_of_audit(fresh: Api) -> None:
    books = fresh
    books.keeper.push(*EVENTS, *MORE)
    books.keeper.settle()
    before = ask(books, [{"case": FIRST}])
    books.keeper.push(
        record(71, "case.closed", FIRST, "2025-04-05", method="mediation", replaces="e3", revision=1)
    )
    books.keeper.settle()
    now = ask(books, [{"case": FIRST, "method": "判决"}])
    item = next(one for one in now["items"] if one["case"] == FIRST)
    assert (item["why"], item["days"]) == ("outside_period", ["2025-04-05"])
    assert [one["event"] for one in item["superseded"]] == ["e3"]
    then = ask(books, [{"case": FIRST, "day": "2025-03-05", "method": "判决"}], known_at=before["known_at"])
    assert FIRST not in whys(then)
    assert then["same"] == 1
    books.keeper.push(record(72, "case.closed", OPEN, "2025-03-30", method="judgment"))
    assert whys(ask(books, [{"case": OPEN}]))[OPEN] == "waiting"
    books.keeper.settle()
    assert OPEN not in whys(ask(books, [{"case": OPEN}]))
    audit = books.keeper.query("SELECT act, object, detail FROM audit WHERE act = 'cases.reconciled'")
    assert len(audit) == 5
    assert all("rows" in one[2] and "示2401" not in str(one[2].get("rows")) for one in audit)


def test_what_cannot_be_held_against_a_list_is_refused(books: Api) -> None:
    for more, status in (
        ({"indicator": "yanbian-2019.court_staff"}, 400), ({"period": "x"}, 400), ({"court": "示2402"}, 404),
        ({"rows": [{"case": FIRST, "day": "gestern"}]}, 400), ({"rows": [{"case": FIRST}] * 20_001}, 400),
        ({"part": "denominator"}, 400), ({"rows": [{"case": FIRST, "judge": "x"}]}, 400),
    ):  # fmt: skip
        answer = books.suppose("/v1/reconciliations", {**CLOSED, "rows": [{"case": FIRST}], **more}, "basic")
        assert answer.status_code == status, (more, answer.text[:300])
    assert books.suppose("/v1/reconciliations", b" " * 9_000_000, "basic").status_code == 400


def test_the_longest_list_is_held_and_told_a_page_at_a_time(books: Api) -> None:
    rows = [
        {"case": f"（2025）示2401民初{number}号", "day": "2025-03-01"} for number in range(10_000, 30_000)
    ]
    found = ask(books, rows, limit=500)
    assert (found["only_there"], len(found["items"])) == (20_000, 500)
    assert found["next"]


def test_an_unread_word_is_told_and_compared_with_nothing(books: Api) -> None:
    rows = [{"case": FIRST, "method": "圆满", "court": "某某法院"}, {"case": SECOND, "method": "调解"}]
    found = ask(books, rows)
    assert [(one["row"], one["field"], one["written"]) for one in found["unread"]] == [
        (1, "method", "圆满"), (1, "court", "某某法院"),
    ]  # fmt: skip
    assert found["same"] == 2


@pytest.mark.parametrize("court", [one.code for one in COURTS])
def test_a_list_is_held_only_against_courts_that_may_be_read(books: Api, court: str) -> None:
    seen = {"basic": {"示2401"}, "middle": {"示24", "示2401", "示2402"}, "stranger": {"示25", "示2501"}}
    body = {**CLOSED, "court": court, "scope": "all", "rows": []}
    for who, courts in seen.items():
        answer = books.suppose("/v1/reconciliations", body, who)
        if court in {one for each in seen.values() for one in each}:
            assert answer.status_code == (200 if court in courts else 404), (who, court, answer.text)
