"""The puller as a process: killed at any moment nothing is lost and nothing doubles; followed, restarted, overtaken."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.ingest.doorproxy import proxied
from tests.services.ingest.feedserver import Source, served
from tests.services.ingest.pulling import HOW, Stand, events, standing


@pytest.fixture(scope="module")
def shared_stand(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with standing(module_database, tmp_path_factory.mktemp("state")) as one:
        yield one


@pytest.fixture
def stand(shared_stand: Stand, tmp_path: Path) -> Stand:
    shared_stand.folder = tmp_path
    shared_stand.fresh()
    return shared_stand


def ended(child: subprocess.Popen[str]) -> tuple[int, str, str]:
    try:
        out, err = child.communicate(timeout=60)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    return child.returncode, out, err


@pytest.mark.parametrize(
    ("method", "stage", "number"),
    [
        ("feed", "before", 3),
        ("POST", "before", 2),
        ("POST", "after", 2),
        ("PUT", "before", 3),
        ("PUT", "after", 3),
        ("PUT", "after", 5),
    ],
)
def test_killed_at_any_moment_nothing_is_lost_and_nothing_doubles(
    stand: Stand, method: str, stage: str, number: int
) -> None:
    """PUT 1 claims the feed, PUT n + 1 follows page n: events are pushed (POST n) before it."""
    rows = events(stand.source, 35)
    children: list[subprocess.Popen[str]] = []

    def kill() -> bool:
        children[0].kill()
        return True

    with served(Source(list(rows))) as source, proxied(stand.url) as proxy:
        config = stand.config(f"{source.url}/cursor", HOW["cursor"])
        if method == "feed":
            source.before = lambda asked: None if asked != number else children[0].kill()
        proxy.hook = lambda verb, when, count: (verb, when, count) == (method, stage, number) and kill()
        children.append(stand.command(config, url=proxy.url))
        assert ended(children[0])[0] == -signal.SIGKILL
        source.before = lambda asked: None
        proxy.hook = lambda verb, when, count: False
        stored = len(stand.journal())
        assert stored < 35 or number == 5
        source.rows += events(stand.source, 10, 35)
        code, out, err = ended(stand.command(config, url=proxy.url))
        assert code == 0, err
        assert f"{45 - stored} events accepted" in out
    assert stand.journal() == stand.directly(source.rows)
    kept = stand.kept()
    assert (kept["state"], kept["losses"]) == ("caught_up", 0)


def test_an_answer_lost_on_the_way_back_is_no_other_puller(stand: Stand) -> None:
    rows = events(stand.source, 35)
    with served(Source(rows)) as source, proxied(stand.url) as proxy:
        proxy.hook = lambda verb, when, count: verb in ("PUT", "POST") and when == "after" and count in (1, 3)
        config = stand.config(f"{source.url}/cursor", HOW["cursor"])
        code, _, err = ended(stand.command(config, url=proxy.url))
        assert code == 0, err
    assert stand.journal() == stand.directly(rows)
    assert stand.kept()["rows"] == 35


def test_followed_over_a_restart_of_the_source_and_told_to_stop_it_gives_the_feed_free(stand: Stand) -> None:
    first, second = events(stand.source, 25), events(stand.source, 20, 25)
    with served(Source(list(first))) as source:
        port = int(source.url.rpartition(":")[2])
        config = stand.config(f"{source.url}/cursor", HOW["cursor"], retries="0")
        child = stand.command(config, "--follow")
        wait_for(lambda: len(stand.journal()) == 25)
    wait_for(lambda: stand.kept()["state"] == "failing")
    assert "ConnectError" in stand.kept()["error"]
    with served(Source(first + second), port):
        wait_for(lambda: stand.kept()["state"] == "caught_up" and len(stand.journal()) == 45)
        os.kill(child.pid, signal.SIGTERM)
        code, out, _ = ended(child)
    assert (code, "45 events accepted" in out) == (0, True)
    assert stand.journal() == stand.directly(first + second)
    kept = stand.kept()
    assert (kept["losses"], kept["held_until"] <= kept["moved_at"]) == (0, True)


def test_a_second_puller_waits_for_the_lease_and_says_so(stand: Stand) -> None:
    with served(Source(events(stand.source, 15))) as source:
        config = stand.config(f"{source.url}/cursor", HOW["cursor"], lease="3 s", every="2 s")
        first = stand.command(config, "--follow")
        wait_for(lambda: stand.ask("GET", f"/v1/pulls/{stand.source}/cases").status_code == 200)
        wait_for(lambda: stand.kept()["state"] == "caught_up")
        first.kill()
        first.wait()
        code, _, err = ended(stand.command(config))
        assert code == 0, err
        assert "Another puller" in err
    assert stand.kept()["holder"] is not None


def wait_for(truth: object, seconds: float = 40) -> None:
    assert callable(truth)
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.05)
