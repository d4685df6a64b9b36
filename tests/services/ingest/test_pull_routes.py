"""The cursor at the door: it moves from the version that was read, by one holder at a time, and is told to few."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.services.ingest.conftest import Desk

PATH = "/v1/pulls/ecourt/cases"
CURSOR = {"since": None, "high": None, "high_row": None, "last": None, "met": False, "marks": []}


def move(
    desk: Desk, version: int, holder: str = "one", who: str = "feeder", **more: Any
) -> tuple[int, dict[str, Any]]:
    body = {
        "version": version, "holder": holder, "lease_seconds": 0, "state": "reading", "cursor": CURSOR, **more,
    }  # fmt: skip
    path = more.pop("path", PATH)
    body.pop("path", None)
    answer = desk.ask("PUT", path, who, json=body)
    return answer.status_code, answer.json()


def test_a_cursor_moves_only_from_the_version_that_was_read(desk: Desk) -> None:
    assert desk.ask("GET", PATH, "feeder").status_code == 404
    status, told = move(desk, 0, rows=10, accepted=8, duplicates=1, refused=1)
    assert (status, told["version"], told["cursor"], told["lag_seconds"]) == (200, 1, CURSOR, None)
    assert move(desk, 0)[0] == 409
    assert move(desk, 2)[0] == 409
    status, told = move(desk, 1, rows=5, accepted=5, state="caught_up", cursor=None)
    assert (status, told["version"], told["rows"], told["accepted"], told["cursor"]) == (200, 2, 15, 13, None)
    assert told["lag_seconds"] == 0
    assert move(desk, 5, path="/v1/pulls/ecourt/never-read")[0] == 409
    assert desk.ask("GET", "/v1/pulls/ecourt/never-read", "feeder").status_code == 404


def test_of_many_pullers_that_read_one_version_one_moves_it(desk: Desk) -> None:
    move(desk, 0)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: move(desk, 1, holder=f"h{n}", rows=1)[0], range(8)))
    assert sorted(answers) == [200] + [409] * 7
    told = desk.ask("GET", PATH, "feeder").json()
    assert (told["version"], told["rows"]) == (2, 1)


def test_while_one_holds_the_feed_another_waits_or_takes_it_over_and_then_the_first_is_fenced(
    desk: Desk,
) -> None:
    assert move(desk, 0, "one", lease_seconds=3600)[0] == 200
    status, told = move(desk, 1, "two")
    assert (status, told["code"]) == (409, "conflict")
    assert "holds ecourt/cases for 3600 s more" in told["detail"]
    assert move(desk, 1, "one", lease_seconds=3600)[0] == 200
    assert move(desk, 2, "two", take_over=True, lease_seconds=3600)[0] == 200
    assert move(desk, 2, "one")[0] == 409
    assert move(desk, 3, "one")[0] == 409
    assert move(desk, 3, "two", lease_seconds=0)[0] == 200
    assert move(desk, 4, "one")[0] == 200


def test_a_loss_and_an_error_are_told_and_the_next_move_clears_the_error(desk: Desk) -> None:
    move(desk, 0, state="position_lost", losses=1)
    status, told = move(desk, 1, state="failing", error="the feed answers 500")
    assert (status, told["state"], told["error"], told["losses"]) == (
        200,
        "failing",
        "the feed answers 500",
        1,
    )
    assert told["lost_at"] is not None
    assert move(desk, 2)[1]["error"] is None


def test_only_who_feeds_a_source_moves_its_cursor_and_only_its_people_see_it(desk: Desk) -> None:
    for who, status in (("reader", 403), ("office", 403), ("feeder", 200)):
        assert move(desk, 0, who=who)[0] == status
    assert move(desk, 0, path="/v1/pulls/siping/cases")[0] == 403
    assert move(desk, 0, path="/v1/pulls/siping/cases", who="two")[0] == 200
    assert move(desk, 0, path="/v1/pulls/unregistered/cases", who="two")[0] == 404
    seen = {
        who: [one["source"] for one in desk.ask("GET", "/v1/pulls", who).json()["pulls"]]
        for who in ("feeder", "two", "reader", "office", "other", "operator")
    }
    assert seen == {
        "feeder": ["ecourt"],
        "two": ["ecourt", "siping"],
        "reader": [],
        "office": ["ecourt"],
        "other": ["siping"],
        "operator": ["ecourt", "siping"],
    }
    for who, status in (("reader", 404), ("other", 404), ("office", 200)):
        assert desk.ask("GET", PATH, who).status_code == status
    assert "cursor" not in desk.ask("GET", "/v1/pulls").json()["pulls"][0]
    for method in ("GET", "PUT"):
        assert desk.client.request(method, PATH, json={}).status_code == 401


def test_what_is_no_move_moves_nothing(desk: Desk) -> None:
    assert move(desk, -1)[0] == 422
    assert move(desk, 0, holder="")[0] == 422
    for wrong in (
        {"state": "well"}, {"lease_seconds": 3601}, {"surprise": 1}, {"cursor": {"marks": "x" * 70_000}},
        {"error": "x" * 1001}, {"rows": -1}, {"cursor": {"a": "\0"}}, {"error": "\0"},
    ):  # fmt: skip
        assert move(desk, 0, **wrong)[0] == 422, wrong
    for nobody in ("a%00b", "unregistered"):
        assert move(desk, 0, path=f"/v1/pulls/{nobody}/cases", who="operator")[0] == 404
        assert desk.ask("GET", f"/v1/pulls/{nobody}/cases", "operator").status_code == 404
    assert move(desk, 0, path="/v1/pulls/ecourt/-x")[0] == 422
    assert desk.count("pull") == 0
