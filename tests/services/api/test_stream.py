"""The stream of told changes, over real sockets: of the reader's courts, in order, broken off and gone on without loss."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
import uvicorn

from plumbline.store import engine, tokens
from services.api.app import create_app
from services.api.routes import stream
from tests.keeper import record
from tests.services.api.conftest import FIRST, SEALED, Api
from tests.services.delivery.conftest import told


@dataclass(slots=True)
class Served:
    """The app behind a real server."""

    api: Api
    url: str

    @contextlib.contextmanager
    def listen(
        self, who: str = "middle", last: int | None = None, **params: Any
    ) -> Iterator[Iterator[Event]]:
        headers = {"Authorization": f"Bearer {self.api.tokens[who]}"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        with (
            httpx2.Client(timeout=10, trust_env=False) as client,
            client.stream(
                "GET", f"{self.url}/v1/deviations/stream", headers=headers, params=params
            ) as answer,
        ):
            assert answer.status_code == 200, answer.read()
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield events(answer.iter_lines())

    def tell(self, deviation: int | None, act: str, court: str = "示2401", **more: Any) -> tuple[int, int]:
        with engine.transaction(self.api.keeper.pool) as connection:
            return told(connection, deviation, act, court, **more)


@dataclass(frozen=True, slots=True)
class Event:
    """One event, or a comment (`name` empty)."""

    name: str
    id: int
    data: Any


def events(lines: Iterator[str]) -> Iterator[Event]:
    held: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            yield Event("", 0, None)
        elif line:
            name, _, value = line.partition(": ")
            held[name] = value
        elif held:
            yield Event(held["event"], int(held["id"]), json.loads(held["data"]))
            held = {}


@pytest.fixture
def served(fresh: Api) -> Iterator[Served]:
    given = fresh.client.app.state.settings  # type: ignore[attr-defined]
    app = create_app(
        given.model_copy(update={"stream_beat_s": 0.2, "stream_seconds_max": 20.0}), lambda: datetime.now(UTC)
    )
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Served(fresh, f"http://127.0.0.1:{listening.getsockname()[1]}")
    server.should_exit = True
    thread.join(20)


def some(found: Iterator[Event], count: int) -> list[Event]:
    """The next events, comments left out."""
    taken: list[Event] = []
    while len(taken) < count:
        one = next(found)
        if one.name:
            taken.append(one)
    return taken


def test_a_change_comes_within_seconds_and_heartbeats_between(served: Served) -> None:
    with served.listen() as found:
        (ready,) = some(found, 1)
        assert (ready.name, ready.id) == ("ready", 0)
        assert next(found).name == "", "a sign of life"
        deviation, number = served.tell(None, "opened")
        (one,) = some(found, 1)
    assert (one.name, one.id, one.data["deviation"]) == ("opened", number, str(deviation))
    assert one.data["text"]["zh"].endswith("请核查。")
    assert one.data["document"] == {"id": str(deviation)}


def test_broken_off_and_gone_on_nothing_is_lost_and_nothing_comes_twice(served: Served) -> None:
    writing = threading.Event()
    numbers: list[int] = []

    def write() -> None:
        for turn in range(60):
            numbers.append(served.tell(None, "opened", "示2401" if turn % 2 else "示2402")[1])
            time.sleep(0.02)
        writing.set()

    writer = threading.Thread(target=write)
    got: list[int] = []
    last = 0
    writer.start()
    while len(got) < 60:
        with served.listen(last=last) as found:
            taken = [one for one in some(found, 1 + min(7, 60 - len(got))) if one.name != "ready"]
            got += [one.id for one in taken]
            last = taken[-1].id
    writer.join()
    assert got == sorted(numbers)
    with served.listen(after=last) as found:
        assert [one.name for one in some(found, 1)] == ["ready"]
        assert next(found).name == ""


def test_a_reader_hears_only_of_his_courts_and_of_no_sealed_case(served: Served) -> None:
    keeper = served.api.keeper
    keeper.push(
        record(1, "case.filed", FIRST, "2025-01-10", procedure="ordinary"),
        record(9, "case.filed", SEALED, "2025-01-05", procedure="ordinary"),
        record(10, "case.sealed", SEALED, "2025-01-06", ground="juvenile"),
    )
    keeper.settle()
    for court in ("示2402", "示2501", "示24"):
        served.tell(None, "opened", court)
    served.tell(None, "opened", "示2401", subject=SEALED)
    served.tell(None, "opened", "示2401", subject=FIRST)
    with served.listen("basic", after=0) as found:
        sealed, plain = [one.data for one in some(found, 3) if one.name != "ready"]
    assert (sealed["court"], sealed["subject"], sealed["document"]) == ("示2401", None, None)
    assert SEALED not in json.dumps(sealed, ensure_ascii=False)
    assert plain["subject"] == FIRST
    with served.listen("stranger", after=0) as found:
        assert [one.data["court"] for one in some(found, 2) if one.name != "ready"] == ["示2501"]
    with served.listen("all", after=0) as found:
        assert len([one for one in some(found, 6) if one.name != "ready"]) == 5
    acts = [row[0] for row in keeper.query("SELECT act FROM audit WHERE act LIKE 'deviations.%%'")]
    assert acts.count("deviations.stream") == 3
    assert "deviations.streamed" in acts


def test_a_revoked_token_ends_the_stream(served: Served) -> None:
    with engine.transaction(served.api.keeper.pool) as connection:
        served.api.tokens["leaving"] = tokens.create_token(connection, "leaving", "reader", ("示24",))
    with served.listen("leaving") as found:
        some(found, 1)
        with engine.transaction(served.api.keeper.pool) as connection:
            tokens.revoke_token(connection, served.api.tokens["leaving"])
        began = time.monotonic()
        for one in found:
            assert not one.name
        assert time.monotonic() - began < 8


def test_streams_are_bounded_and_a_place_is_given_back(served: Served) -> None:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(served.listen()) for _ in range(stream.EACH_MOST)]
        for one in held:
            some(one, 1)
        headers = {"Authorization": f"Bearer {served.api.tokens['middle']}"}
        full = httpx2.get(f"{served.url}/v1/deviations/stream", headers=headers, trust_env=False)
        assert (full.status_code, full.json()["code"]) == (429, "overloaded")
        some(stack.enter_context(served.listen("basic")), 1)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            with served.listen() as found:
                assert some(found, 1)[0].name == "ready"
                return
        except AssertionError:
            time.sleep(0.2)
    pytest.fail("no place was given back")


@pytest.mark.parametrize("last", ["x", "-1", "99", "1" * 30, "１"])
def test_a_number_that_was_never_given_is_refused(fresh: Api, last: str) -> None:
    headers = {"Last-Event-ID": last.encode()}
    answer = fresh.ask("/v1/deviations/stream", "middle", headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
