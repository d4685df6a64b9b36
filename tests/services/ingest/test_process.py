"""The service as a process: killed at a named point, told to stop, and fed by `plumbline ingest`."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psycopg
import pytest

from services.ingest import sender
from services.ingest.translators import Translated
from tests.services.ingest.conftest import LINES, furnish, lines, record

ROOT = Path(__file__).resolve().parents[3]


class Process:
    """`plumbline serve ingest` on a free port."""

    def __init__(self, dsn: str, state: Path, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            **os.environ,
            "PLUMBLINE_DATABASE_URL": dsn,
            "PLUMBLINE_STATE": str(state),
            **environment,
        }
        self.child = subprocess.Popen(
            [sys.executable, "-m", "services.command", "serve", "ingest", "--port", str(port)],
            cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(httpx2.TransportError):
                if httpx2.get(f"{self.url}/readyz").status_code == 200:
                    return
            assert self.child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def push(self, key: str, *records: dict[str, object]) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": LINES}
        return httpx2.post(f"{self.url}/v1/events", content=lines(records), headers=headers, timeout=30)

    def end(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()


@contextlib.contextmanager
def running(dsn: str, state: Path, **environment: str) -> Iterator[Process]:
    process = Process(dsn, state, **environment)
    try:
        yield process
    finally:
        process.end()


def stored(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM event").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(("point", "kept"), [("before_commit", 3), ("after_commit_before_answer", 6)])
def test_killed_at_a_named_point_nothing_acknowledged_is_lost_and_nothing_counts_twice(
    database: str, tmp_path: Path, point: str, kept: int
) -> None:
    key = furnish(database)["feeder"]
    first, second = [record(f"a{n}") for n in range(3)], [record(f"b{n}") for n in range(3)]
    fault = {"PLUMBLINE_FAULT": f"{point}:2:kill9", "PLUMBLINE_ALLOW_FAULTS": "1"}
    with running(database, tmp_path, **fault) as process:
        assert process.push(key, *first).json()["accepted"] == 3
        with pytest.raises(httpx2.TransportError):
            process.push(key, *second)
        assert process.child.wait(10) == -signal.SIGKILL
    assert stored(database) == kept
    with running(
        database, tmp_path, PLUMBLINE_FAULT=f"{point}:1:kill9"
    ) as process:  # not allowed: nothing happens
        answer = process.push(key, *first, *second).json()
    assert (answer["accepted"], answer["duplicates"]) == (6 - kept, kept)
    assert stored(database) == 6


def test_told_to_stop_it_finishes_what_it_took_and_leaves_with_zero(database: str, tmp_path: Path) -> None:
    key = furnish(database)["feeder"]
    acknowledged: list[int] = []

    def feed(process: Process, name: int) -> None:
        for n in range(1000):
            try:
                answer = process.push(key, record(f"t{name}-{n}"))
            except httpx2.TransportError:
                return
            assert answer.status_code in (202, 503)
            acknowledged.append(answer.status_code)

    with running(database, tmp_path) as process:
        threads = [threading.Thread(target=feed, args=(process, name)) for name in range(4)]
        for thread in threads:
            thread.start()
        while len(acknowledged) < 40:
            time.sleep(0.01)
        process.child.send_signal(signal.SIGTERM)
        assert process.child.wait(20) in (0, -signal.SIGTERM)
        for thread in threads:
            thread.join()
    assert acknowledged.count(202) <= stored(database) <= acknowledged.count(202) + len(threads)


def test_the_ingest_command_sends_files_reports_each_refused_row_and_adds_nothing_twice(
    database: str, tmp_path: Path
) -> None:
    key = furnish(database)["feeder"]
    records = [record(f"f{n}", subject=f"（2019）吉2401民初{n // 5 + 1}号") for n in range(4500)]
    body = (
        lines(records[:4000])
        + b"\n\n"
        + lines([record("bad", type="case.field")])
        + b"\n{\n"
        + lines(records[4000:])
    )
    plain, packed, report = tmp_path / "a.ndjson", tmp_path / "b.ndjson.gz", tmp_path / "report.jsonl"
    plain.write_bytes(body)
    packed.write_bytes(gzip.compress(body))
    with running(database, tmp_path) as process:

        def ingest(*files: Path) -> subprocess.CompletedProcess[str]:
            words = [
                "ingest",
                *map(str, files),
                "--url",
                process.url,
                "--token",
                key,
                "--report",
                str(report),
            ]
            return subprocess.run(
                [sys.executable, "-m", "services.command", *words],
                cwd=ROOT, env=process.environment, capture_output=True, text=True, check=False,
            )  # fmt: skip

        first = ingest(plain)
        assert (first.returncode, first.stdout.splitlines()[0]) == (
            1,
            "4,500 accepted, 0 duplicates, 2 refused",
        ), first
        told = [json.loads(line) for line in report.read_text().splitlines()]
        assert [(one["line"], one["id"], one["reason"]) for one in told] == [
            (4002, "bad", "unknown_type"),
            (4003, None, "not_json"),
        ]
        assert "a.ndjson:4002: unknown_type" in first.stdout
        second = ingest(packed, plain)
        assert second.stdout.splitlines()[0] == "0 accepted, 9,000 duplicates, 4 refused"
        good = tmp_path / "good.ndjson"
        good.write_bytes(lines(records))
        assert ingest(good).returncode == 0
    assert stored(database) == 4500


def answers(*given: httpx2.Response | Exception) -> tuple[httpx2.MockTransport, list[bytes]]:
    """A transport that gives these answers in turn, and the bodies it was sent."""
    waiting, seen = list(given), []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.content)
        one = waiting.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    return httpx2.MockTransport(answer), seen


def taken(accepted: int, *rejected: dict[str, object]) -> httpx2.Response:
    return httpx2.Response(
        202, json={"accepted": accepted, "duplicates": 0, "rejected": list(rejected), "receipt": 1}
    )


def test_the_sender_waits_for_a_busy_restarting_or_absent_service() -> None:
    transport, seen = answers(
        httpx2.Response(429, headers={"Retry-After": "0"}, json={"detail": "busy"}),
        httpx2.ConnectError("refused"),
        httpx2.Response(503, headers={"Retry-After": "0"}),
        taken(1),
    )
    said: list[str] = []
    client = sender.Sender("http://x", "t", say=said.append, transport=transport)
    assert client.send([Translated(1, b"{}")]).accepted == 1
    assert len(seen) == 4
    assert "429 busy" in said[0]


def test_the_sender_halves_a_body_that_is_too_large_and_keeps_the_line_numbers() -> None:
    refused = {"index": 0, "id": None, "reason": "not_json", "detail": "x"}
    transport, seen = answers(httpx2.Response(413), httpx2.Response(413), taken(0, refused))
    client = sender.Sender("http://x", "t", say=print, transport=transport)
    outcome = client.send([Translated(7, b"first", key="k"), Translated(9, {"id": "second"}, key="m")])
    assert seen == [b'first\n{"id":"second"}', b"first", b'{"id":"second"}']
    assert [(one.line, one.id, one.reason) for one in outcome.refused] == [
        (7, "k", "too_large"),
        (9, "m", "not_json"),
    ]


def test_the_sender_gives_up_on_a_refusal_and_after_its_patience() -> None:
    transport, _ = answers(httpx2.Response(401, json={"detail": "no token"}))
    with pytest.raises(sender.NotTaken, match="401 no token"):
        sender.Sender("http://x", "t", say=print, transport=transport).send([Translated(1, b"{}")])
    transport, _ = answers(httpx2.ConnectError("refused"))
    with pytest.raises(sender.NotTaken, match="took nothing"):
        sender.Sender("http://x", "t", say=print, patience_s=0, transport=transport).send(
            [Translated(1, b"{}")]
        )
