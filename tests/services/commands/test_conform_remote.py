"""`plumbline conform` of an address and of a feed to be pulled: the same report, bounded, and nothing kept or sent on."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plumbline import errors
from services.ingest.pulling import fetching
from tests.services.commands.test_conform import SAMPLES, answer, run

CSV = SAMPLES / "files" / "cases.csv"
MAPPING = str(SAMPLES / "files" / "cases.mapping.yaml")
LINES = [
    line
    for path in sorted((SAMPLES / "messages").glob("*.ndjson"))
    for line in path.read_text("utf-8").splitlines()
    if line
]
EVENTS = [one for one in map(json.loads, LINES) if one["source"] == json.loads(LINES[0])["source"]]
FEED = """
pull: 1
source: {source}
feed: cases
url: {url}/feed
rows: {{at: /items, key: id}}
pages: {{by: next, at: /next}}
events: cloudevents
"""


class Handler(http.server.BaseHTTPRequestHandler):
    """Files by name, pages of a feed, and the ways of a bad server."""

    def __init__(self, asked: list[str], *given: Any) -> None:
        self.asked = asked
        super().__init__(*given)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        place = self.path.partition("?")[0]
        if place == "/feed":
            self._page(int(self.path.partition("page=")[2] or 0))
        elif place == "/elsewhere":
            self._send(302, b"", Location="http://localhost:9/cases.csv")
        elif place == "/moved":
            self._send(302, b"", Location="/cases.csv")
        elif place == "/large.ndjson":
            self._send(200, b"x" * 3_000_000)
        elif place == "/slow.ndjson":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(100):
                    self.wfile.write(b"{")
                    time.sleep(0.1)
        elif place == "/cases.csv":
            self._send(200, CSV.read_bytes())
        elif place == "/events.ndjson.gz":
            self._send(200, gzip.compress("\n".join(map(json.dumps, EVENTS)).encode()))
        elif place == "/batch":
            self._send(
                200, json.dumps(EVENTS).encode(), **{"Content-Type": "application/cloudevents-batch+json"}
            )
        else:
            self._send(404, b"")

    def _page(self, number: int) -> None:
        more = f"/feed?page={number + 1}" if number + 1 < len(EVENTS) else None
        body = json.dumps({"items": EVENTS[number : number + 1], "next": more}).encode()
        self._send(200, body, **{"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *given: Any) -> None:
        """Nothing on the screen."""


class Server:
    """Where it listens, and what it was asked."""

    def __init__(self, url: str, asked: list[str]) -> None:
        self.url, self.asked = url, asked


@pytest.fixture
def server() -> Iterator[Server]:
    asked: list[str] = []
    one = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, asked))
    one.daemon_threads = True
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield Server(f"http://127.0.0.1:{one.server_port}", asked)
    one.shutdown()
    one.server_close()


def config(tmp_path: Path, server: Server, source: str = "") -> str:
    path = tmp_path / "feed.yaml"
    path.write_text(FEED.format(url=server.url, source=source or EVENTS[0]["source"]), "utf-8")
    return str(path)


def test_an_address_gives_the_report_of_the_file(server: Server) -> None:
    here = answer(str(CSV), "--mapping", MAPPING)
    assert answer(f"{server.url}/cases.csv", "--mapping", MAPPING) == here
    assert answer(f"{server.url}/moved", "--mapping", MAPPING, "--format", "csv") == here | {"file": "moved"}


def test_a_packed_file_and_a_batch_of_events_are_read(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join(map(json.dumps, EVENTS)), "utf-8")
    here = answer(str(path))
    for name in ("events.ndjson.gz", "batch"):
        assert answer(f"{server.url}/{name}") == here | {"file": name}


def test_a_feed_is_read_by_its_file_up_to_so_many_pages(server: Server, tmp_path: Path) -> None:
    assert len(EVENTS) > 3
    found = answer(config(tmp_path, server))
    assert (found["records"], found["accepted"], found["refused"]) == (3, 3, 0)
    assert server.asked == ["/feed", "/feed?page=1", "/feed?page=2"]
    every = answer(config(tmp_path, server), "--pages", "100")
    assert every["records"] == len(EVENTS)
    assert every["accepted"] == len(EVENTS)


def test_a_record_of_a_feed_that_would_be_refused_is_named_by_its_number(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EVENTS[1], "type", "case.vanished")
    found = answer(config(tmp_path, server))
    assert [(one["line"], one["outcome"]) for one in found["refusals"]] == [(2, "unknown_type")]


def test_another_host_too_much_and_too_long_are_refused(server: Server) -> None:
    for words, why in (
        (("/elsewhere",), "another host"),
        (("/large.ndjson", "--mib", "1"), "more than"),
        (("/slow.ndjson", "--seconds", "1"), "not whole|no whole"),
        (("/nothing.ndjson",), "answers 404"),
    ):
        began = time.monotonic()
        found = run(f"{server.url}{words[0]}", *words[1:], "--format", "ndjson")
        assert isinstance(found.exception, fetching.NotFetched), found.output
        assert re.search(why, str(found.exception))
        assert time.monotonic() - began < 20


def test_a_password_in_the_address_and_a_mapping_beside_a_feed_are_refused(
    server: Server, tmp_path: Path
) -> None:
    named = run(server.url.replace("://", "://office:geheim@") + "/cases.csv", "--mapping", MAPPING)
    assert isinstance(named.exception, errors.BadInput)
    assert "geheim" not in str(named.exception)
    beside = run(config(tmp_path, server), "--mapping", MAPPING)
    assert isinstance(beside.exception, errors.BadInput)
    assert server.asked == []


def test_nothing_is_left_behind(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    answer(f"{server.url}/cases.csv", "--mapping", MAPPING)
    assert list(place.iterdir()) == []
