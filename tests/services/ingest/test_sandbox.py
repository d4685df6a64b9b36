"""A sandbox source: answered as any other, read back by its feeder, and never in the books."""

from __future__ import annotations

from typing import Any

from tests.services.ingest.conftest import CASE, Desk, record

DAY = {"day": "2019-05-02", "counts": {"case.filed": 9}}
TABLES = ("event", "case_link", "dirty_case", "day_closed", "receipt")


def box(desk: Desk, name: str = "trial", **settings: Any) -> Any:
    """Register a sandbox beside the real source; the feeder of all sources may feed it."""
    given = {"id": name, "title": "试接", "courts": ["吉24"], "settings": {"sandbox": True} | settings}
    return desk.ask("POST", "/v1/sources", "operator", json=given)


def bad(key: str, source: str = "trial") -> dict[str, Any]:
    """A closing without its method."""
    return record(key, source=source, type="case.closed", data={})


def push(desk: Desk, *records: dict[str, Any]) -> dict[str, Any]:
    answer = desk.ask(
        "POST", "/v1/events", "operator", json=list(records), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def test_it_gets_the_same_answers_as_a_real_source(desk: Desk) -> None:
    box(desk)

    def told(source: str) -> list[dict[str, Any]]:
        first = record("a1", source=source)
        answers = [
            push(desk, first, bad("a2", source), record("a3", source=source)),
            push(desk, first, record("a1", source=source, data={"cause": "9013"})),
            push(desk, record("b1", source=source, replaces="a1", revision=1)),
            push(desk, record("c1", source=source, replaces="b1", revision=2)),
            push(
                desk,
                record("d1", source=source, replaces="d0", revision=1),
                record("d2", source=source, replaces="d1", revision=2),
            ),
        ]
        for one in answers:
            assert (one.pop("receipt") is None) == (one["accepted"] == 0)
            for refused in one["rejected"]:
                refused["detail"] = refused["detail"].replace(source, "…")
        return answers

    real, tried = told("ecourt"), told("trial")
    assert tried == real
    assert [one["accepted"] for one in tried] == [2, 0, 1, 0, 1]
    assert [refused["reason"] for one in tried for refused in one["rejected"]] == [
        "missing_field", "conflict", "replaces_a_correction", "replaces_a_correction",
    ]  # fmt: skip


def test_nothing_of_it_is_in_the_books(desk: Desk) -> None:
    push(desk, record("a1"))
    before = {table: desk.count(table) for table in TABLES}
    box(desk)
    push(
        desk,
        record("a1", source="trial", data={"cause": "9013"}),
        record("x1", source="trial", links=[{"role": "appealed", "subject": CASE}], subject="（2019）吉24民终9号"),
        record("x2", source="trial", type="source.day_closed", subject="吉2401", data=DAY),
        record("x3", source="trial", type="case.closed", data={"method": "judgment"}),
    )  # fmt: skip
    assert {table: desk.count(table) for table in TABLES} == before
    assert desk.count("sandbox_event") == 4


def test_one_body_may_hold_both_and_each_goes_its_way(desk: Desk) -> None:
    box(desk)
    told = push(desk, record("a1", source="trial"), record("a1"), record("a2", source="trial"), record("a1"))
    assert (told["accepted"], told["duplicates"]) == (3, 1)
    assert [row[0] for row in desk.rows("SELECT source FROM event")] == ["ecourt"]
    assert desk.count("sandbox_event") == 2


def test_its_feeder_reads_back_what_would_have_become_of_its_records(desk: Desk) -> None:
    box(desk)
    push(desk, record("a1", source="trial"), bad("a2"))
    push(
        desk,
        record("a1", source="trial"),
        record("a3", source="trial", type="case.closed", data={"method": "judgment"}),
    )
    shown = desk.ask("GET", "/v1/sources/trial/sandbox", "operator").json()
    assert [(one["event_id"], one["times"], one["home_court"]) for one in shown["accepted"]] == [
        ("a3", 1, "吉2401"),
        ("a1", 2, "吉2401"),
    ]
    assert [(one["event_id"], one["reason"], one["pointer"]) for one in shown["refused"]] == [
        ("a2", "missing_field", "/data/method")
    ]
    page = desk.ask("GET", "/v1/sources/trial/sandbox", "operator", params={"limit": 1}).json()
    rest = desk.ask("GET", "/v1/sources/trial/sandbox", "operator", params={"before": page["next"]}).json()
    assert [page["accepted"][0]["event_id"], rest["accepted"][0]["event_id"], rest["next"]] == [
        "a3",
        "a1",
        None,
    ]


def test_it_is_shown_to_its_feeder_and_to_offices_above_it_alone(desk: Desk) -> None:
    box(desk)
    answers = {who: desk.ask("GET", "/v1/sources/trial/sandbox", who).status_code for who in desk.keys}
    assert answers == {"feeder": 404, "two": 404, "reader": 404, "office": 200, "other": 404, "operator": 200}
    assert desk.ask("GET", "/v1/sources/ecourt/sandbox", "operator").status_code == 404


def test_a_refused_record_that_is_decided_stays_in_the_sandbox(desk: Desk) -> None:
    box(desk)
    push(desk, bad("a2"))
    kept = desk.ask("GET", "/v1/quarantine", "operator").json()["records"][0]["id"]
    mended = {
        "decision": "as_is",
        "why": "试",
        "record": record("a2", source="trial", type="case.closed", data={"method": "judgment"}),
    }
    decided = desk.ask("POST", f"/v1/quarantine/{kept}/decide", "operator", json=mended)
    assert decided.status_code == 200, decided.text
    assert (desk.count("event"), desk.count("sandbox_event")) == (0, 1)


def test_it_never_becomes_a_real_source_nor_a_real_one_a_sandbox(desk: Desk) -> None:
    box(desk)
    for source, wanted in (("trial", False), ("ecourt", True)):
        answer = desk.ask(
            "PATCH",
            f"/v1/sources/{source}",
            "operator",
            json={"settings": {"sandbox": wanted}, "why": "上线"},
        )
        assert answer.status_code == 409
        assert "Register another source" in answer.json()["detail"]
    assert box(desk).status_code == 200
    again = {"id": "trial", "title": "试接", "courts": ["吉24"]}
    assert desk.ask("POST", "/v1/sources", "operator", json=again).status_code == 409
    # What a change leaves out stays as it is.
    kept = desk.ask(
        "PATCH", "/v1/sources/trial", "operator", json={"settings": {"sequence": "gapless"}, "why": "编号"}
    )
    assert kept.status_code == 200
    assert kept.json()["settings"]["sandbox"] is True
    push(desk, record("a1", source="trial"))
    assert desk.count("event") == 0


def test_old_records_of_a_noisy_sandbox_go(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr("plumbline.store.sandboxes.KEPT_MOST", 3)
    box(desk)
    for number in range(7):
        push(desk, record(f"a{number}", source="trial"))
    shown = desk.ask("GET", "/v1/sources/trial/sandbox", "operator").json()
    assert [one["event_id"] for one in shown["accepted"]] == ["a6", "a5", "a4"]
