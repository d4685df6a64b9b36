"""The whole stack as `plumbline up` runs it: what is killed comes back by itself, and so does a killed
launcher's stack."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plumbline.runtime import postgres, processes, schema
from plumbline.runtime import settings as settings_
from services.stack import child, launcher, record
from tests.chaos import books, campaign
from tests.chaos.client import History, Sender
from tests.chaos.feed import Feed

SOURCE = "demo-ecourt"
UP_S = 120.0
BACK_S = 30.0

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos")]


class Stack:
    """A stack in a folder of its own, started and killed by the test. Call from the main thread."""

    def __init__(self, folder: Path) -> None:
        ports = campaign.free_ports(3)
        self.settings = settings_.load(
            state=folder, ingest_port=ports[0], scoring_port=ports[1], api_port=ports[2], scoring_workers=2
        )
        self._log = folder / "up.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "-m", "services.command", "up", "--no-demo"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=schema.CHECKOUT,
                env={**os.environ, **self.settings.environment()}, start_new_session=True,
                preexec_fn=processes.tied_to_parent(signal.SIGTERM),
            )  # fmt: skip

    def await_ready(self, seconds: float) -> float:
        """Until this launcher's record is there and every service is ready; returns the seconds it took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            assert self._process is not None
            assert self._process.poll() is None, postgres.last_lines(self._log, 20)
            known = record.read(self.settings.stack_file)
            if known is not None and known.pid == self._process.pid and self._all_ready():
                return time.monotonic() - began
            time.sleep(0.1)
        raise AssertionError(f"not ready in {seconds:.0f} s:\n{postgres.last_lines(self._log, 20)}")

    def _all_ready(self) -> bool:
        return all(child.answers(self.settings.address_of(service)) for service in launcher.SERVICES)

    def pid_of(self, service: str) -> int:
        if service == "launcher":
            assert self._process is not None
            return self._process.pid
        if service == "postgres":
            text = (self.settings.state / "postgres" / "data" / "postmaster.pid").read_text(encoding="utf-8")
            return int(text.split()[0])
        known = json.loads((self.settings.state / "children.json").read_text(encoding="utf-8"))
        return int(known[service][0])

    def kill(self, service: str) -> float:
        """SIGKILL; returns the seconds until every service is ready again. Only a launcher is started by
        the test."""
        pid = self.pid_of(service)
        os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        if service == "launcher":
            assert self._process is not None
            self._process.wait()
            self.start()
        else:
            self._await(lambda: processes.started_at_ticks(pid) is None)
            self._await(lambda: not self._all_ready() or self._changed(service, pid))
        self.await_ready(BACK_S + UP_S)
        return time.monotonic() - began

    def _changed(self, service: str, pid: int) -> bool:
        with contextlib.suppress(OSError, ValueError, KeyError):
            return self.pid_of(service) != pid
        return False

    def _await(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + BACK_S
        while not true():
            assert time.monotonic() < deadline, postgres.last_lines(self._log, 20)
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(90)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


@pytest.fixture
def stack() -> Iterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="plumbline-chaos-"))
    made = Stack(folder)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_killed_launcher_and_killed_parts_come_back_and_lose_nothing(
    stack: Stack, request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]
) -> None:
    """Parts are revived by the launcher itself; after the launcher's own death the next `up` takes over."""
    full = request.config.option.markexpr == "chaos"
    stack.start()
    cold = stack.await_ready(UP_S)
    token = json.loads(stack.settings.tokens_file.read_text(encoding="utf-8"))["feeder"]
    history = History()
    senders = [
        Sender(stack.settings.address_of("ingest"), token, Feed(number, 7, SOURCE), history, pause_s=0.1)
        for number in (1, 2, 3)
    ]
    for one in senders:
        one.start()
    took: list[tuple[str, int, float]] = []
    for part in (
        ("launcher", "ingest", "scoring", "api", "postgres", "launcher") if full else ("launcher", "postgres")
    ):
        deadline = time.monotonic() + BACK_S
        while not history.in_flight and time.monotonic() < deadline:
            time.sleep(0.001)
        flying = history.in_flight
        took.append((part, flying, stack.kill(part)))
        time.sleep(0.5)
    for one in senders:
        one.stop()
    for one in senders:
        one.join(120)
    assert not any(one.is_alive() for one in senders)
    known = record.read(stack.settings.stack_file)
    assert known is not None
    assert campaign.settled(known.database, time.monotonic() + 60)
    findings = books.judge(known.database, history, source=SOURCE, pack="court-core")
    proof = books.prove(known.database)
    told = "\n".join(
        f"{part:<10}{flying} in flight, all ready again in {seconds:.1f} s" for part, flying, seconds in took
    )
    with capfd.disabled():
        print(
            f"\n{told}\ncold start {cold:.1f} s; {len(history.acked):,} events acked; findings: {findings}; "
            f"{len(proof.differences)} differences in {proof.cases:,} cases", file=sys.stderr, flush=True,
        )  # fmt: skip
    assert all(flying for _, flying, _ in took)
    assert len(history.acked) > 100
    assert findings.none, findings
    assert not proof.differences, proof.differences[:5]
