"""Feeds to be pulled for tests: events of an invented court, files that describe them, and a running service."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import typer

from services.commands import pulls
from tests.services.ingest.conftest import LINES, furnish, lines
from tests.services.ingest.test_process import ROOT, running

_names = itertools.count(1)


def events(source: str, number: int, begin: int = 0) -> list[dict[str, Any]]:
    """So many cases filed, with some of them corrected later in the feed."""
    return [
        {
            "specversion": "1.0", "id": f"e{n:05}", "source": source, "type": "case.filed",
            "subject": f"（2019）吉2401民初{n // 2 + 1}号",
            "time": f"2019-05-{n % 28 + 1:02}T09:{n % 60:02}:00+08:00", "data": {"parties": n % 7 + 1},
            "updated": f"2020-01-01T00:{n // 60:02}:{n % 60:02}Z",
        }
        | ({"replaces": f"e{n - 1:05}", "revision": 2} if n % 10 == 9 else {})
        for n in range(begin, begin + number)
    ]  # fmt: skip


class Stand:
    """A running ingest service, its operator's token, and a source of its own for each test."""

    def __init__(self, url: str, key: str, dsn: str, folder: Path) -> None:
        self.url, self.key, self.dsn, self.folder = url, key, dsn, folder
        self.source = ""

    def fresh(self) -> str:
        self.source = self.new_source()
        return self.source

    def new_source(self) -> str:
        name = f"feed{next(_names)}"
        new = {"id": name, "title": name, "courts": ["吉24"]}
        assert self.ask("POST", "/v1/sources", json=new).status_code == 201
        return name

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.key}"} | more.pop("headers", {})
        return httpx2.request(method, f"{self.url}{path}", headers=headers, timeout=30, **more)

    def push(self, records: list[dict[str, Any]]) -> None:
        answer = self.ask("POST", "/v1/events", content=lines(records), headers={"Content-Type": LINES})
        assert answer.status_code == 202
        assert not answer.json()["rejected"]

    def config(self, url: str, how: str, **more: str) -> Path:
        """The file of a feed of the current source."""
        given = {
            "every": "1 s",
            "retries": "5",
            "lease": "2 s",
            "timeout": "5 s",
            "events": "cloudevents",
        } | more
        text = f"pull: 1\nsource: {self.source}\nfeed: cases\nurl: {url}\n{how}\n"
        text += "".join(f"{name}: {value}\n" for name, value in given.items())
        path = self.folder / f"{self.source}.yaml"
        path.write_text(text, "utf-8")
        return path

    def pull(self, config: Path, **more: Any) -> int:
        """One reading in this process; the exit code."""
        given: dict[str, Any] = {
            "once": False, "follow": False, "from_beginning": False, "take_over": False,
            "report": self.folder / "report.jsonl",
        } | more  # fmt: skip
        try:
            pulls.pull(config, url=self.url, token=self.key, state=self.folder, **given)
        except typer.Exit as end:
            return end.exit_code
        return 0

    def command(self, config: Path, *words: str, url: str | None = None) -> subprocess.Popen[str]:
        """The same as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "services.command", "pull", str(config), "--url", url or self.url, *words],
            cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PLUMBLINE_TOKEN": self.key, "PLUMBLINE_STATE": str(self.folder)},
        )  # fmt: skip

    def kept(self) -> dict[str, Any]:
        answer = self.ask("GET", f"/v1/pulls/{self.source}/cases")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def journal(self, source: str | None = None) -> list[tuple[Any, ...]]:
        """What the books rest on: every event of a source with the digest of all it says."""
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(
                "SELECT event_id, encode(digest, 'hex'), revision, replaces FROM event WHERE source = %s"
                " ORDER BY event_id",
                [source or self.source],
            ).fetchall()

    def directly(self, records: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        """The journal of the same records pushed once, in one go, as another source."""
        other = self.new_source()
        self.push([one | {"source": other} for one in records])
        return self.journal(other)


@contextlib.contextmanager
def standing(dsn: str, folder: Path) -> Iterator[Stand]:
    key = furnish(dsn)["operator"]
    with running(dsn, folder) as process:
        yield Stand(process.url, key, dsn, folder)


HOW: Mapping[str, str] = {
    "cursor": "pages: {by: cursor, parameter: after, at: /meta/next}\nrows: {at: /data/items, key: id}",
    "next": "pages: {by: next, at: meta.next}\nrows: {at: data.items, key: id}",
    "link": "pages: {by: next}\nrows: {key: id}",
    "number": "pages: {by: number, parameter: page, size: {parameter: size, rows: 10}}\n"
    "rows: {at: data.items, key: id}",
    "since": "pages: {by: position, size: {rows: 10}}\nrows: {at: data.items, key: id}\n"
    "since: {parameter: since, field: updated, kind: time, overlap: 3 s}",
    "lines": "rows: {format: ndjson, key: id}",
}
