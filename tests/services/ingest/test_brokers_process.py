"""`plumbline consume` as a process on a real NATS server: killed before the acknowledgement, and the server killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.ingest.brokering import Nats
from tests.services.ingest.doorproxy import proxied
from tests.services.ingest.pulling import Stand, events, standing
from tests.services.ingest.test_brokers import bodies
from tests.services.ingest.test_process import ROOT


@pytest.fixture
def stand(database: str, tmp_path: Path) -> Iterator[Stand]:
    with standing(database, tmp_path) as one:
        one.fresh()
        yield one


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Nats]:
    one = Nats(tmp_path)
    try:
        yield one
    finally:
        one.kill()


def consuming(stand: Stand, lab: Nats, url: str, *words: str) -> subprocess.Popen[str]:
    path = stand.folder / "stream.yaml"
    path.write_text(
        f"consume: 1\nsource: {stand.source}\nfeed: cases\nbroker: nats\nservers: ['{lab.url}']\nstream: CASES\n"
        "consumer: plumbline\nevents: cloudevents\nbatch: 10\nacknowledge_within: 2 s\nwait: 3 s\n"
    )
    return subprocess.Popen(
        [sys.executable, "-m", "services.command", "consume", str(path), "--url", url, *words],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PLUMBLINE_TOKEN": stand.key, "PLUMBLINE_STATE": str(stand.folder)},
    )  # fmt: skip


def test_killed_between_the_commit_and_the_acknowledgement_and_started_again(stand: Stand, lab: Nats) -> None:
    rows = events(stand.source, 25)
    lab.publish(bodies(rows))
    children: list[subprocess.Popen[str]] = []
    with proxied(stand.url) as proxy:

        def kill(verb: str, when: str, count: int) -> bool:
            if (when, count) == ("after", 2):
                children[0].kill()
                return True
            return False

        proxy.hook = kill
        children.append(consuming(stand, lab, proxy.url, "--once"))
        children[0].communicate(timeout=60)
        assert children[0].returncode == -signal.SIGKILL
    assert len(stand.journal()) == 20
    again = consuming(stand, lab, stand.url, "--once")
    out, err = again.communicate(timeout=60)
    assert again.returncode == 0, err
    assert "5 events accepted, 10 duplicates" in out
    assert lab.waiting() == 0
    assert stand.journal() == stand.directly(rows)


def test_the_server_is_killed_and_started_again_while_it_is_consumed(stand: Stand, lab: Nats) -> None:
    rows = events(stand.source, 30)
    lab.publish(bodies(rows[:15]))
    child = consuming(stand, lab, stand.url)
    try:
        wait_for(lambda: len(stand.journal()) == 15)
        lab.kill()
        time.sleep(0.5)
        lab.start()
        lab.publish(bodies(rows[15:]))
        wait_for(lambda: len(stand.journal()) == 30)
        wait_for(lambda: lab.waiting() == 0)
        child.send_signal(signal.SIGTERM)
        out, err = child.communicate(timeout=30)
    finally:
        child.kill()
        child.wait()
    assert child.returncode == 0, err
    assert "waiting" in err
    assert "30 events accepted" in out
    assert stand.journal() == stand.directly(rows)


def wait_for(truth: object, seconds: float = 60) -> None:
    assert callable(truth)
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.1)
