"""The service as a whole: tokens, sources, problem documents, backpressure, health, metrics, its own
description."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import openapi_spec_validator
import psycopg

from tests.services.ingest.conftest import Desk, lines, record

AS_IT_STANDS = {
    "charset": "utf-8",
    "naive_times": "refuse",
    "code_maps": {},
    "sequence": "none",
    "sandbox": False,
}
Opener = Callable[..., contextlib.AbstractContextManager[Desk]]


def test_without_a_token_that_holds_nothing_is_told(shared: Desk) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer plk_000000000000_" + "A" * 43},
        {"Authorization": "Basic eDp5"},
    ):
        for method, path in (("POST", "/v1/events"), ("GET", "/v1/sources"), ("GET", "/v1/quarantine")):
            answer = shared.client.request(method, path, headers=headers)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
            assert answer.json()["code"] == "unauthorized"


def test_a_reader_may_not_push_and_only_an_office_adds_sources(shared: Desk) -> None:
    assert shared.post(b"{}", who="reader").status_code == 403
    new = {"id": "n", "title": "n", "courts": ["吉24"]}
    assert shared.ask("POST", "/v1/sources", "feeder", json=new).status_code == 403


def test_a_source_is_registered_once_within_the_courts_of_the_token(desk: Desk) -> None:
    new = {"id": "yb", "title": "延边", "courts": ["吉2401"], "rhythm_minutes": 60}
    made = desk.ask("POST", "/v1/sources", json=new)
    assert (made.status_code, made.json()) == (
        201,
        new | {"zone": "Asia/Shanghai", "settings": AS_IT_STANDS, "numbers": None},
    )
    assert desk.ask("POST", "/v1/sources", json=new).status_code == 200
    assert desk.ask("POST", "/v1/sources", json=new | {"title": "other"}).status_code == 409
    for courts, status in ((["吉03"], 403), (["*"], 403), (["吉99"], 422), ([], 422)):
        assert desk.ask("POST", "/v1/sources", json=new | {"id": "x", "courts": courts}).status_code == status
    assert desk.rows("SELECT act, object FROM audit") == [("source.add", "source/yb")]
    assert [one["id"] for one in desk.ask("GET", "/v1/sources").json()["sources"]] == ["ecourt", "yb"]
    assert len(desk.ask("GET", "/v1/sources", "operator").json()["sources"]) == 4
    assert desk.push(record("a", source="ecourt"))["accepted"] == 1


def test_every_error_is_a_problem_document_without_anything_from_inside(shared: Desk) -> None:
    def fail() -> None:
        raise RuntimeError("SELECT secret FROM /srv/plumbline")

    shared.client.app.add_api_route("/broken", fail, include_in_schema=False)
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("GET", "/v1/events", 405),
        ("DELETE", "/v1/sources", 405),
        ("GET", "/v1/quarantine/0", 422),
        ("GET", "/v1/quarantine/999999", 404),
        ("GET", "/broken", 500),
    ):
        answer = shared.ask(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert answer.json()["status"] == status
        assert not any(word in answer.text for word in ("SELECT", "/srv", "Traceback", "psycopg"))


def test_requests_that_come_together_share_transactions_and_each_gets_its_own_answer(desk: Desk) -> None:
    def push(n: int) -> tuple[int, int]:
        answer = desk.push(record(f"p{n % 150}", data={"parties": n % 150}))
        return answer["accepted"], answer["duplicates"]

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(push, range(300)))
    assert sorted(answers) == [(0, 1)] * 150 + [(1, 0)] * 150
    assert desk.count("event") == 150
    assert desk.count("receipt") < 150
    assert desk.rows("SELECT sum(events) FROM receipt") == [(150,)]


def test_too_many_marks_answer_429_until_they_are_folded(open_desk: Opener) -> None:
    with open_desk(marks_max=1) as desk:
        assert desk.push(record("a"))["accepted"] == 1
        pressure = desk.client.app.state.pressure
        pressure.look()
        answer = desk.post(lines([record("b")]))
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
        with psycopg.connect(desk.dsn) as connection:
            connection.execute("DELETE FROM dirty_case")
        pressure.look()
        assert desk.push(record("b"))["accepted"] == 1


def test_a_full_disk_answers_429(open_desk: Opener) -> None:
    with open_desk(free_disk_mb_min=10**9) as desk:
        answer = desk.post(lines([record("a")]))
        assert (answer.status_code, answer.json()["code"]) == (429, "overloaded")
        assert desk.count("event") == 0


def test_a_full_queue_answers_429_and_what_was_taken_is_written(open_desk: Opener) -> None:
    with open_desk(queued_events_max=10) as desk, psycopg.connect(desk.dsn) as holder:
        desk.push(record("warm"))
        holder.execute("LOCK TABLE event IN EXCLUSIVE MODE")
        with ThreadPoolExecutor(2) as threads:
            first = threads.submit(desk.post, lines([record(f"a{n}") for n in range(10)]))
            appender = desk.client.app.state.appender
            wait_for(lambda: appender.queued == 10)
            assert desk.post(lines([record("b")])).status_code == 429
            holder.rollback()
            assert first.result().json()["accepted"] == 10
        assert desk.push(record("b"))["accepted"] == 1


def test_while_the_database_is_away_the_answer_is_503_and_afterwards_all_is_well_again(desk: Desk) -> None:
    assert desk.push(record("a"))["accepted"] == 1
    admin, name = desk.dsn.rpartition("/")[0] + "/postgres", desk.dsn.rpartition("/")[2]
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            answer = desk.post(lines([record("b")]))
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert desk.client.get("/readyz").status_code == 503
            assert desk.client.get("/healthz").status_code == 200
            began = time.monotonic()
            assert desk.post(lines([record("b")])).status_code == 503
            assert time.monotonic() - began < 1
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
    wait_for(lambda: desk.client.get("/readyz").status_code == 200)
    wait_for(lambda: desk.post(lines([record("b")])).status_code == 202)
    assert desk.count("event") == 2


def test_metrics_count_what_was_answered_and_name_no_case(shared: Desk) -> None:
    shared.push(record("m1"), record("m1"), record("m2", type="case.field"))
    until = time.monotonic() + 10
    # The appender counts down just after it has answered.
    while "plumbline_ingest_queued_records 0.0" not in (told := shared.client.get("/metrics").text):
        assert time.monotonic() < until, "the queue is never empty"
    for line in (
        'plumbline_ingest_events_total{result="accepted"}',
        'plumbline_ingest_events_total{result="duplicate"}',
        'plumbline_ingest_rejected_total{reason="unknown_type"}',
        'plumbline_ingest_last_event_timestamp_seconds{source="ecourt"}',
        "plumbline_ingest_append_seconds_bucket",
        "plumbline_ingest_queued_records 0.0",
        "plumbline_ingest_marks",
        "plumbline_ingest_batch_events_sum",
    ):
        assert line in told
    assert "吉" not in told


def test_the_description_is_openapi_3_1_with_a_summary_an_example_and_problems_everywhere(
    shared: Desk,
) -> None:
    told = shared.client.get("/openapi.json").json()
    openapi_spec_validator.validate(told)
    assert told["openapi"].startswith("3.1")
    names = set()
    for path, methods in told["paths"].items():
        for operation in methods.values():
            names.add(operation["operationId"])
            assert operation["summary"]
            good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
            assert "example" in good["content"]["application/json"], path
            problems = {status for status in operation["responses"] if status[0] in "45"}
            assert "503" in problems
            for status in problems:
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"], (
                    path,
                    status,
                )
            assert (path.startswith("/v1")) == ("security" in operation)
    assert names >= {
        "push_events",
        "list_sources",
        "add_source",
        "change_source",
        "list_quarantine",
        "list_unmapped",
        "deposit_unmapped",
        "replay_quarantined",
        "read_quarantined",
        "decide_quarantined",
        "healthz",
        "readyz",
    }


def test_what_was_handed_in_is_written_before_the_app_closes(open_desk: Opener) -> None:
    with open_desk() as desk:
        keys = [f"z{n}" for n in range(20)]
        threads = [threading.Thread(target=desk.push, args=(record(key),)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        dsn = desk.dsn
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (20,)


def wait_for(truth: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.02)
