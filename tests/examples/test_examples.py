"""Every file in examples/ is run as a vendor would run it, against the three services on sockets of 127.0.0.1."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from plumbline import courts as tree
from plumbline import webhooks
from plumbline.runtime import settings, telemetry
from plumbline.store import catalogue, courts, engine, sources, tokens
from services.api import app as api
from services.ingest import app as ingest
from services.scoring import app as scoring
from tests import keeper
from tests.doors import serving
from tests.services.ingest.test_process import stored

ROOT = keeper.ROOT
EXAMPLES = ROOT / "examples"
#: Every file of examples/, and the test of this file that runs it.
TRIED = {
    "push_events.py": "test_push_events_tells_three_answers_apart",
    "feed_server.py": "test_the_feed_is_pulled_once",
    "feed.yaml": "test_the_feed_is_pulled_once",
    "feed.mapping.yaml": "test_the_feed_is_pulled_once",
    "send_snapshots.py": "test_the_second_night_corrects_and_asks",
    "send_files.sh": "test_a_table_is_tried_and_then_sent",
    "receive_webhook.py": "test_the_receiver_believes_only_what_is_signed",
    "read_values.py": "test_values_are_read_once_and_then_known",
    "reconcile.py": "test_a_list_is_held_against_the_figure",
}
SOURCE = "sample-ecourt"


@dataclass(slots=True)
class Stack:
    """Ingest, scoring and api at work, and what a vendor's environment holds."""

    dsn: str
    environment: dict[str, str]
    reader: str

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A command in the checkout."""
        return subprocess.run(
            words, cwd=ROOT, env=self.environment | more, capture_output=True, text=True, timeout=60
        )

    def example(self, name: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, str(EXAMPLES / name), *words, **more)

    def query(self, text: str, *binds: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(text.encode(), binds or None).fetchall()

    def settle(self) -> None:
        """Until nothing waits to be folded or valued."""
        waiting = "SELECT (SELECT count(*) FROM dirty_case) + (SELECT count(*) FROM dirty_value)"
        serving.wait(lambda: self.query(waiting) == [(0,)])

    def push(self, *records: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {self.environment['PLUMBLINE_TOKEN']}"}
        address = f"{self.environment['PLUMBLINE_INGEST']}/v1/events"
        taken = httpx2.post(address, json=list(records), headers=headers, timeout=30)
        assert taken.json()["accepted"] == len(records), taken.text
        self.settle()


def furnish(dsn: str) -> tuple[str, str]:
    """Courts, definitions, the source; the tokens of a feeder and a reader."""
    with engine.single(dsn, name="furnish", statement_timeout_ms=60_000) as connection:
        catalogue.publish(connection, [keeper.pack("court-core")], by="test")
        file = keeper.DEFINITIONS / "demo" / "courts.csv"
        courts.load_courts(connection, tree.read_courts(file), pack="demo")
        sources.add_source(connection, sources.Source(SOURCE, "示例", ("示24",)))
        return (
            tokens.create_token(connection, "feeder", "feeder", ["示24"], [SOURCE]),
            tokens.create_token(connection, "reader", "reader", ["示24"]),
        )


@pytest.fixture(scope="module")
def stack(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    feeder, reader = furnish(module_database)
    given = {**os.environ, "PLUMBLINE_STATE": str(tmp_path_factory.mktemp("state"))}
    given |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    given |= {"PYTHONUNBUFFERED": "1"}
    apps = {"ingest": ingest.create_app, "scoring": scoring.create_app, "api": api.create_app}
    made = settings.load(database_url=module_database, state=given["PLUMBLINE_STATE"], log_level="error")
    telemetry.configure_logs(made, "ingest")
    with contextlib.ExitStack() as running:
        urls = {name: running.enter_context(serving.served(create(made))) for name, create in apps.items()}
        given |= {f"PLUMBLINE_{name.upper()}": url for name, url in urls.items()}
        yield Stack(module_database, given | {"PLUMBLINE_TOKEN": feeder}, reader)


def event(key: str, kind: str, subject: str, day: str, **data: Any) -> dict[str, Any]:
    return keeper.record(0, kind, subject, day, **data) | {"id": key, "source": SOURCE}


def test_every_file_of_examples_is_run_by_a_test_and_says_how_to_run_it() -> None:
    there = {one.name for one in EXAMPLES.iterdir() if one.name != "__pycache__"}
    assert there == set(TRIED)
    assert all(callable(globals()[test]) for test in TRIED.values())
    for name in there:
        assert name in (EXAMPLES / name).read_text("utf-8") or name == "feed.mapping.yaml", name


def test_push_events_tells_three_answers_apart(stack: Stack) -> None:
    first = stack.example("push_events.py")
    assert first.stdout.splitlines() == [
        "1 accepted, 0 duplicates",
        "2 accepted, 0 duplicates",
        "refused: ex-4: unknown_type: case.field is no event type. Is case.filed meant?",
        "1 accepted, 0 duplicates",
    ], first.stderr
    assert first.returncode == 1
    again = stack.example("push_events.py").stdout.splitlines()
    assert [line for line in again if "accepted" in line] == [
        "0 accepted, 1 duplicates",
        "0 accepted, 2 duplicates",
        "0 accepted, 1 duplicates",
    ]


def test_push_events_waits_where_the_service_is_busy_and_stops_where_the_token_is_wrong(stack: Stack) -> None:
    with answering(b"429 Busy", b"503 Away") as url:
        busy = stack.example("push_events.py", PLUMBLINE_INGEST=url)
    assert busy.stdout.splitlines()[:2] == ["429: again in 0 s", "503: again in 0 s"]
    assert "1 accepted, 0 duplicates" in busy.stdout
    wrong = stack.example("push_events.py", PLUMBLINE_TOKEN="plk_0_0")
    assert wrong.returncode
    assert "refused as a whole: 401" in wrong.stderr


@contextlib.contextmanager
def answering(*statuses: bytes) -> Iterator[str]:
    """A service that answers each status once, asking to come back at once, and then takes everything."""
    waiting = [int(one.split()[0]) for one in statuses]

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status = waiting.pop(0) if waiting else 202
            body = json.dumps({"accepted": 1, "duplicates": 0, "rejected": [], "receipt": 1}).encode()
            self.send_response(status)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def beside(stack: Stack, name: str, *words: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """An example that goes on, as a process; ended afterwards."""
    child = subprocess.Popen(
        [sys.executable, str(EXAMPLES / name), *words],
        cwd=ROOT, env=stack.environment | more, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def test_the_feed_is_pulled_once(stack: Stack, tmp_path: Path) -> None:
    with beside(stack, "feed_server.py", "0") as feed:
        assert feed.stdout
        url = feed.stdout.readline().strip()
        config = (EXAMPLES / "feed.yaml").read_text("utf-8")
        assert "http://127.0.0.1:9000/cases" in config
        (tmp_path / "feed.yaml").write_text(config.replace("http://127.0.0.1:9000/cases", url), "utf-8")
        (tmp_path / "feed.mapping.yaml").write_bytes((EXAMPLES / "feed.mapping.yaml").read_bytes())
        pull = (
            "plumbline",
            "pull",
            str(tmp_path / "feed.yaml"),
            "--url",
            stack.environment["PLUMBLINE_INGEST"],
        )
        first, again = stack.run(*pull), stack.run(*pull)
    assert "3 rows read: 4 events accepted, 0 duplicates, 0 refused, 0 withheld" in first.stdout, first.stderr
    assert "1 rows read: 0 events accepted, 2 duplicates" in again.stdout


def test_the_second_night_corrects_and_asks(stack: Stack) -> None:
    sent = stack.example("send_snapshots.py")
    assert sent.stdout.splitlines() == [
        "4 told, 0 corrected, 0 retracted, 0 rows unchanged",
        "2 told, 1 corrected, 0 retracted, 0 rows unchanged",
    ], sent.stderr
    asked = stack.query("SELECT key FROM snapshot_question")
    assert asked == [("（2026）示2401民初823号",)]


def test_a_table_is_tried_and_then_sent(stack: Stack, tmp_path: Path) -> None:
    before = stored(stack.dsn)
    more = {"REPORT": str(tmp_path / "refused.jsonl")}
    (Path(stack.environment["PLUMBLINE_STATE"]) / "stack.json").write_text(
        json.dumps(record(stack.environment)), "utf-8"
    )
    sent = stack.run("sh", str(EXAMPLES / "send_files.sh"), **more)
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert "Result: all of it would be accepted." in sent.stdout
    assert stored(stack.dsn) > before


def record(given: dict[str, str]) -> dict[str, Any]:
    """What the launcher writes into stack.json."""
    return {
        "ingest": given["PLUMBLINE_INGEST"], "api": given["PLUMBLINE_API"], "scoring": given["PLUMBLINE_SCORING"],
        "database": "", "tokens": "", "demo": {}, "started_at": "2026-01-01T00:00:00+00:00", "pid": os.getpid(),
    }  # fmt: skip


def test_the_receiver_believes_only_what_is_signed(stack: Stack) -> None:
    secret, port = webhooks.make_secret(), str(serving.free_port())
    body = json.dumps({"type": "test", "data": {"text": {"zh": "测试。请核查。"}}}).encode()
    told = f"msg_{uuid.uuid4().hex}"
    with beside(stack, "receive_webhook.py", port, PLUMBLINE_SECRET=secret) as receiver:
        url = f"http://127.0.0.1:{port}/"
        serving.wait(lambda: listening(int(port)))
        signed = headers(secret, told, time.time(), body)
        assert httpx2.post(url, content=body, headers=signed).status_code == 204
        for changed in (
            headers(webhooks.make_secret(), told, time.time(), body),
            headers(secret, told, time.time() - 600, body),
        ):
            assert httpx2.post(url, content=body, headers=changed).status_code == 401
        assert httpx2.post(url, content=body + b" ", headers=signed).status_code == 401
        assert receiver.stdout
        assert receiver.stdout.readline().split(" ", 1)[0] == told


def headers(secret: str, message: str, at: float, body: bytes) -> dict[str, str]:
    """The headers of a message as delivery sends it."""
    signature = webhooks.sign([secret], message, int(at), body)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at)),
        "webhook-signature": signature,
    }


def listening(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def test_the_how_to_shows_the_receiver_as_it_is() -> None:
    shown = (ROOT / "docs" / "how-to" / "be-told.md").read_text("utf-8")
    held = (EXAMPLES / "receive_webhook.py").read_text("utf-8")
    lines = held[held.index("body, head =") : held.index("\n\n\nif __name__")].splitlines()
    assert all(line.strip() in shown for line in lines)


def test_values_are_read_once_and_then_known(stack: Stack) -> None:
    cases = [f"（2026）示2402民初{number}号" for number in (1, 2)]
    stack.push(
        *(
            event(f"values-{n}", "case.filed", one, "2026-05-04", procedure="summary")
            for n, one in enumerate(cases)
        ),
        event("values-9", "case.closed", cases[0], "2026-05-20", method="judgment"),
    )
    read = stack.example("read_values.py", "示2402", "2026-05", PLUMBLINE_TOKEN=stack.reader)
    lines = read.stdout.splitlines()
    assert "诉讼案件结案率 示2402 2026-05: 50.0 percent = 1 / 2, coverage unknown" in lines, read.stderr
    assert lines[3:] == ["unchanged"] * 3


def test_a_list_is_held_against_the_figure(stack: Stack, tmp_path: Path) -> None:
    here, there, both = (f"（2026）示2403民初{number}号" for number in (1, 2, 3))
    for number, case in enumerate((here, both)):
        stack.push(
            event(f"list-{number}", "case.filed", case, "2026-04-04", procedure="summary"),
            event(f"list-{number}-closed", "case.closed", case, "2026-05-20", method="judgment"),
        )
    file = tmp_path / "cases.csv"
    file.write_text(f"案号,结案日期,结案方式\n{there},2026-05-11,判决\n{both},2026-05-20,判决\n", "utf-8")
    told = stack.example("reconcile.py", str(file), "示2403", "2026-05", PLUMBLINE_TOKEN=stack.reader)
    assert told.returncode == 1, told.stderr
    lines = told.stdout.splitlines()
    assert [line.rpartition(": ")[0] for line in lines if ": " in line] == [
        f"only_there: {there}",
        f"only_here: {here}",
    ]
    assert any(line.split()[0] == "2" and "仅" not in line for line in lines), (
        "the arithmetic ends the answer"
    )
