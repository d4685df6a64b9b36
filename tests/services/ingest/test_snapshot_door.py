"""The life of a snapshot: one at a time, resumed after a break, packed, and nobody else's; and a few thousand rows."""

from __future__ import annotations

import contextlib
import gzip
import json
from collections.abc import Callable

from tests.services.ingest.conftest import LINES, Desk
from tests.services.ingest.nights import brought, closing, night, opening, questions, row, rows

Opener = Callable[..., contextlib.AbstractContextManager[Desk]]


def test_a_sender_that_dies_in_between_begins_again_and_nothing_counts_twice(desk: Desk) -> None:
    table = [row(n) for n in range(1, 31)]
    first = opening(desk, 1, rows_expected=30)
    snapshot = first.json()["id"]
    assert (first.status_code, first.json()["progress"]) == (201, "0.0 %")
    rows(desk, snapshot, 1, table[:10])
    rows(desk, snapshot, 1, table[:10])  # the answer was lost
    half = desk.ask("GET", f"/v1/snapshots/{snapshot}", "feeder").json()
    assert (half["rows"], half["progress"], half["counts"]["new"]) == (10, "33.3 %", 10)
    assert half["seconds_left"] is not None
    short = closing(desk, snapshot, 30)
    assert (short.status_code, short.json()["code"]) == (409, "conflict")
    assert "[11,31)" in short.json()["detail"]
    again = opening(desk, 1)
    assert (again.status_code, again.json()["id"], again.json()["rows"]) == (200, snapshot, 0)
    rows(desk, snapshot, 1, table[:20])
    rows(desk, snapshot, 21, table[20:])
    assert closing(desk, snapshot, 25).status_code == 409
    for _ in range(2):
        done = closing(desk, snapshot, 30)
        assert (done.status_code, done.json()["state"]) == (200, "closed")
    assert desk.count("event") == 30
    assert rows(desk, snapshot, 1, table[:1]).status_code == 409


def test_one_snapshot_of_a_table_at_a_time_and_never_an_older_one(desk: Desk) -> None:
    assert opening(desk, 2).status_code == 201
    other = opening(desk, 3)
    assert (other.status_code, "abandon" in other.json()["detail"]) == (409, True)
    assert opening(desk, 3, table="hearings").status_code == 201
    snapshot = opening(desk, 2).json()["id"]
    rows(desk, snapshot, 1, [row(1)])
    path = f"/v1/snapshots/{snapshot}/abandon"
    assert desk.ask("POST", path, "feeder", json={"why": "wrong file"}).json()["state"] == "abandoned"
    old = opening(desk, 1)
    assert (old.status_code, "taken before" in old.json()["detail"]) == (409, True)
    assert opening(desk, 2, taken_at="2999-01-01T00:00:00Z").status_code == 422
    assert opening(desk, 2, taken_at="2019-06-02T00:00:00").status_code == 422


def test_batches_come_packed_and_a_body_that_is_none_is_refused(desk: Desk) -> None:
    snapshot = opening(desk, 1).json()["id"]
    path = f"/v1/snapshots/{snapshot}/rows?first=1"
    packed = gzip.compress(json.dumps(row(1)).encode())
    headers = {"Content-Type": LINES, "Content-Encoding": "gzip"}
    taken = desk.ask("POST", path, "feeder", content=packed, headers=headers)
    assert (taken.status_code, taken.json()["originals"]) == (200, 1)
    plain = {"Content-Type": "application/json"}
    assert desk.ask("POST", path, "feeder", content=b"{}", headers=plain).status_code == 415
    assert desk.ask("POST", path, "feeder", content=b"x", headers=headers).status_code == 400
    mixed = rows(
        desk, snapshot, 2, [[], {"key": 3}, {"key": "k", "odd": 1}, {"key": "k", "events": [1]}, row(2)]
    )
    assert (mixed.json()["unreadable"], mixed.json()["originals"]) == (4, 1)
    assert [one["row"] for one in mixed.json()["rejected"]] == [2, 3, 4, 5]


def test_nobody_else_sees_or_feeds_a_snapshot(desk: Desk) -> None:
    night(desk, 1, [row(1), row(2)])
    snapshot = opening(desk, 2).json()["id"]
    asked = {"source": "siping", "table": "cases", "taken_at": "2019-06-01T00:00:00Z"}
    assert desk.ask("POST", "/v1/snapshots", "feeder", json=asked).status_code == 403
    assert (
        desk.ask("POST", "/v1/snapshots", "two", json={**asked, "source": "unregistered"}).status_code == 422
    )
    theirs = desk.ask("POST", "/v1/snapshots", "two", json=asked).json()["id"]
    own = f"/v1/snapshots/{snapshot}"
    assert desk.ask("GET", f"/v1/snapshots/{theirs}", "feeder").status_code == 404
    assert rows(desk, theirs, 1, [row(1)]).status_code == 404
    assert closing(desk, theirs, 0).status_code == 404
    for who in ("reader", "other"):
        assert opening(desk, 2, who).status_code == 403
        assert rows(desk, snapshot, 1, [row(1)], who).status_code in (403, 404)
        assert closing(desk, snapshot, 0, who).status_code == 404
        assert desk.ask("GET", own, who).status_code == 404
        assert desk.ask("POST", f"{own}/abandon", who, json={"why": "x"}).status_code == 404
        shown = desk.ask("GET", "/v1/snapshots", who).json()["snapshots"]
        assert [one["id"] for one in shown] == ([theirs] if who == "other" else [])
    rows(desk, snapshot, 1, [row(2)])
    closing(desk, snapshot, 1)
    seen = {
        who: len(questions(desk, who)) for who in ("feeder", "two", "reader", "office", "other", "operator")
    }
    assert seen == {"feeder": 1, "two": 1, "reader": 0, "office": 1, "other": 0, "operator": 1}
    for method, path in (
        ("POST", "/v1/snapshots"), ("GET", "/v1/snapshots"), ("GET", "/v1/snapshots/1"),
        ("POST", "/v1/snapshots/1/rows?first=1"), ("POST", "/v1/snapshots/1/close"),
        ("POST", "/v1/snapshots/1/confirm"), ("POST", "/v1/snapshots/1/abandon"),
        ("GET", "/v1/snapshots/questions"), ("POST", "/v1/snapshots/questions/1/answer"),
    ):  # fmt: skip
        assert desk.client.request(method, path).status_code == 401, path


def test_a_few_thousand_rows_are_told_once(open_desk: Opener) -> None:
    table = [row(n, closed="2019-05-20") for n in range(1, 3_001)]
    with open_desk(ingest_lines_max=5_000) as desk:
        assert brought(night(desk, 1, table, 2_000)) == (6_000, 0, 0)
        again = night(desk, 2, table, 1_500)
        assert (brought(again), again["counts"]["unchanged"]) == ((0, 0, 0), 3_000)
        fewer = night(desk, 3, table[:2_990], 2_000)
        assert (fewer["state"], fewer["absent"]) == ("closed", 10)
        assert desk.count("event") == 6_000
