"""The quarantine's desk: who sees what, and what becomes of a record that is decided."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.services.ingest.conftest import Desk, lines, record


def refuse(desk: Desk, one: dict[str, Any] | bytes, who: str = "feeder") -> int:
    """Push a record that is refused; returns its number in quarantine."""
    body = one if isinstance(one, bytes) else lines([one])
    assert len(desk.post(body, who=who).json()["rejected"]) == 1
    return int(desk.rows("SELECT max(id) FROM quarantine")[0][0])


def decide(desk: Desk, number: int, who: str = "office", **verdict: Any) -> tuple[int, dict[str, Any]]:
    answer = desk.ask("POST", f"/v1/quarantine/{number}/decide", who, json={"why": "核对后", **verdict})
    return answer.status_code, answer.json()


def test_a_mended_record_is_replayed_and_the_decision_stays(desk: Desk) -> None:
    number = refuse(desk, record("a", type="case.field"))
    status, told = decide(desk, number, decision="as_is", record=record("a"))
    assert (status, told["decision"]) == (200, "as_is")
    receipt = desk.rows("SELECT id FROM receipt")[0][0]
    assert told["outcome"] == {"result": "accepted", "source": "ecourt", "event": "a", "receipt": receipt}
    shown = desk.ask("GET", f"/v1/quarantine/{number}").json()
    assert (shown["decided_by"], shown["why"], shown["outcome"]) == ("office", "核对后", told["outcome"])
    assert desk.rows("SELECT principal, act, object FROM audit") == [
        ("office", "quarantine.as_is", f"quarantine/{number}")
    ]
    assert desk.count("dirty_case") == 1
    assert decide(desk, number, decision="drop")[0] == 409


def test_a_record_replayed_as_it_came_is_refused_again_and_stays_undecided(desk: Desk) -> None:
    number = refuse(desk, record("a", type="case.field"))
    status, told = decide(desk, number, decision="as_is")
    assert (status, told["code"], told["reason"], told["pointer"]) == (
        422,
        "not_replayed",
        "unknown_type",
        "/type",
    )
    assert desk.rows("SELECT decision, times FROM quarantine") == [(None, 1)]
    assert desk.count("audit") == desk.count("event") == 0


def test_a_conflict_becomes_a_correction_of_the_original(desk: Desk) -> None:
    desk.push(record("a"), record("b", replaces="a", revision=4))
    number = refuse(desk, record("a", data={"cause": "9013"}))
    assert decide(desk, number, decision="as_is")[1]["reason"] == "conflict"
    status, told = decide(desk, number, decision="as_correction_of", of="a")
    assert (status, told["outcome"]["event"]) == (200, f"a~{number}")
    assert desk.rows("SELECT replaces, revision, data->>'cause' FROM event WHERE revision > 4") == [
        ("a", 5, "9013")
    ]


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        ({"decision": "as_correction_of"}, 422),
        ({"decision": "as_correction_of", "of": "nothing"}, 404),
        (
            {"decision": "as_correction_of", "of": "a", "record": record("x", type="case.archived", data={})},
            422,
        ),
        ({"decision": "as_is", "record": record("x", source="siping", subject="（2019）吉03民终1号")}, 422),
        ({"decision": "as_is", "record": {"specversion": "1.0"}}, 422),
        ({"decision": "burn"}, 422),
        ({"decision": "drop", "why": ""}, 422),
        ({"decision": "drop", "surprise": 1}, 422),
    ],
)
def test_a_verdict_that_cannot_be_carried_out_decides_nothing(
    desk: Desk, verdict: dict[str, Any], status: int
) -> None:
    desk.push(record("a"))
    number = refuse(desk, record("a", data={"cause": "9013"}))
    assert decide(desk, number, **verdict)[0] == status
    assert desk.rows("SELECT decision FROM quarantine") == [(None,)]
    assert desk.count("event") == 1


def test_a_dropped_record_stays_readable_with_its_bytes(desk: Desk) -> None:
    raw = b'{"id": "\xff"}'
    number = refuse(desk, raw)
    assert decide(desk, number, decision="drop")[1]["outcome"] == {"result": "dropped"}
    shown = desk.ask("GET", f"/v1/quarantine/{number}").json()
    assert (shown["text"], base64.b64decode(shown["base64"]), shown["reason"]) == (None, raw, "not_utf8")


def test_nobody_sees_the_records_of_others(desk: Desk) -> None:
    mine = refuse(desk, record("a", type="case.field"))
    refuse(desk, record("b", source="siping", subject="（2019）吉03民终1号", type="case.field"), who="two")
    nobodys = refuse(desk, record("c", source="stranger"))
    sources = {
        who: sorted(one["source"] for one in desk.ask("GET", "/v1/quarantine", who).json()["records"])
        for who in ("feeder", "two", "reader", "office", "other", "operator")
    }
    assert sources == {
        "feeder": ["ecourt"],
        "two": ["ecourt", "siping"],
        "reader": [],
        "office": ["ecourt"],
        "other": ["siping"],
        "operator": ["", "ecourt", "siping"],
    }
    for who, number in (("other", mine), ("reader", mine), ("office", nobodys)):
        assert desk.ask("GET", f"/v1/quarantine/{number}", who).status_code == 404
    assert decide(desk, mine, "other", decision="drop")[0] == 404
    assert decide(desk, mine, "feeder", decision="drop")[0] == 403
    assert desk.rows("SELECT count(*) FROM quarantine WHERE decision IS NOT NULL") == [(0,)]


def test_pages_follow_the_cursor(desk: Desk) -> None:
    desk.push(*(record(f"r{n}", type="case.field") for n in range(7)))
    seen: list[str] = []
    query = {"limit": "3"}
    while True:
        told = desk.ask("GET", "/v1/quarantine", params=query).json()
        seen += [one["event_id"] for one in told["records"]]
        if told["next"] is None:
            break
        query["cursor"] = told["next"]
    assert sorted(seen) == [f"r{n}" for n in range(7)]
    assert desk.ask("GET", "/v1/quarantine", params={"cursor": "x"}).status_code == 422
    assert desk.ask("GET", "/v1/quarantine", params={"reason": "conflict"}).json()["records"] == []
