"""The real ingest app on a real database, with a small tree of courts, a source, and a token for each
role."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from fastapi.testclient import TestClient

from plumbline.courts import Court
from plumbline.runtime import settings as settings_
from plumbline.store import courts, engine, sources, tokens
from services.ingest import app

LINES = "application/x-ndjson"
CASE = "（2019）吉2401民初1号"


def court(code: str, parent: str | None, order: int) -> Court:
    return Court(code, parent, code, code, "basic", None, None, "confirmed", "Asia/Shanghai", order)


TREE = (court("吉", None, 0), court("吉24", "吉", 1), court("吉2401", "吉24", 2), court("吉03", "吉", 3))


def record(key: str, **more: Any) -> dict[str, Any]:
    """A good record; what is given replaces its attributes, None removes one."""
    given = {
        "specversion": "1.0",
        "id": key,
        "source": "ecourt",
        "type": "case.filed",
        "subject": CASE,
        "time": "2019-05-02T09:10:00+08:00",
        "data": {"cause": "9012"},
    } | more
    return {name: value for name, value in given.items() if value is not None}


def lines(records: Sequence[Mapping[str, Any]]) -> bytes:
    return b"\n".join(json.dumps(one, ensure_ascii=False).encode() for one in records)


class Desk:
    """An ingest app that runs: push, read, and look into its database."""

    def __init__(self, client: TestClient, dsn: str, keys: Mapping[str, str]) -> None:
        self.client = client
        self.dsn = dsn
        self.keys = keys

    def ask(self, method: str, path: str, who: str = "office", **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.keys[who]}"} | more.pop("headers", {})
        return self.client.request(method, path, headers=headers, **more)

    def post(self, body: bytes, media: str = LINES, who: str = "feeder", **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", "/v1/events", who, content=body, headers={"Content-Type": media} | named)

    def push(self, *records: Mapping[str, Any]) -> dict[str, Any]:
        answer = self.post(lines(records))
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(query.encode()).fetchall()

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])


def furnish(dsn: str) -> dict[str, str]:
    """Courts, sources, and the tokens by name."""
    with engine.single(dsn, name="furnish", statement_timeout_ms=30_000) as connection:
        courts.load_courts(connection, TREE, pack="test")
        sources.add_source(connection, sources.Source("ecourt", "电子法院", ("吉24",)))
        sources.add_source(connection, sources.Source("siping", "四平", ("吉03",)))
        sources.add_source(connection, sources.Source("every", "everywhere", ("*",)))
        return {
            "feeder": tokens.create_token(connection, "feeder", "feeder", ["吉24"], ["ecourt"]),
            "two": tokens.create_token(
                connection, "two", "feeder", ["吉"], ["ecourt", "siping", "unregistered"]
            ),
            "reader": tokens.create_token(connection, "reader", "reader", ["吉"], ["ecourt"]),
            "office": tokens.create_token(connection, "office", "office", ["吉24"]),
            "other": tokens.create_token(connection, "other", "office", ["吉03"]),
            "operator": tokens.create_token(connection, "operator", "operator", ["*"], ["*"]),
        }


@contextlib.contextmanager
def opened(dsn: str, state: Path, keys: Mapping[str, str], **more: Any) -> Iterator[Desk]:
    given = {
        "database_url": dsn,
        "state": state,
        "ingest_line_bytes_max": 4096,
        "ingest_lines_max": 2000,
    } | more
    with TestClient(app.create_app(settings_.load(**given)), raise_server_exceptions=False) as client:
        yield Desk(client, dsn, keys)


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    with opened(database, tmp_path, furnish(database)) as one:
        yield one


@pytest.fixture(scope="module")
def shared(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One app for the tests of a module that do not mind each other."""
    with opened(module_database, tmp_path_factory.mktemp("state"), furnish(module_database)) as one:
        yield one


@pytest.fixture
def open_desk(database: str, tmp_path: Path) -> Callable[..., contextlib.AbstractContextManager[Desk]]:
    """Opens an app with settings of the test's own."""
    keys = furnish(database)
    return lambda **more: opened(database, tmp_path, keys, **more)
