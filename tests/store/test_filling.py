"""How far a version is filled, as read from the books and as `plumbline catalog publish --wait` shows it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plumbline.store import engine, filling
from services.commands import filling as waiting
from tests import keeper
from tests.keeper import Keeper, record
from tests.properties import books

ROOT = Path(__file__).resolve().parents[2]
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def kept(database: str) -> Iterator[Keeper]:
    one = Keeper(database, [books.edition(1)], now=datetime.now(UTC))
    for number in range(1, 21):
        one.push(record(number, "case.filed", f"（2020）示2401民初{number}号", "2020-01-05"))
    one.settle()
    yield one
    one.close()


def read(kept: Keeper, courts: list[str] | None = None) -> list[filling.Filling]:
    with engine.transaction(kept.pool) as connection:
        return filling.read_filling(connection, courts)


def a_filling(cases: int, left: int, minutes: int) -> filling.Filling:
    reach = filling.Reach(cases, left)
    return filling.Filling(2, BEGUN, BEGUN + timedelta(minutes=minutes), 3, ("a.b",), reach, reach)


def test_the_time_left_follows_from_the_speed_so_far() -> None:
    assert a_filling(100, 75, 10).complete_at == BEGUN + timedelta(minutes=40)
    assert a_filling(100, 100, 10).complete_at is None
    assert a_filling(100, 0, 10).complete_at == BEGUN + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("cases", "left", "percent"), [(0, 0, 100), (3, 2, 33), (1000, 1, 99), (7, 0, 100), (5, 5, 0)]
)
def test_percent_is_whole_and_a_hundred_only_at_the_end(cases: int, left: int, percent: int) -> None:
    assert a_filling(cases, left, 1).percent == percent


def test_cases_left_go_down_as_they_are_reached(kept: Keeper) -> None:
    assert read(kept) == []
    kept.publish(books.edition(2))
    (found,) = read(kept, ["示2401"])
    assert (found.every, found.some) == (filling.Reach(20, 20), filling.Reach(20, 20))
    assert found.accounts > 0
    assert "machine.closed" in found.measures
    assert read(kept, ["示2402"])[0].some == filling.Reach(0, 0)
    kept.scorer.most = 5
    kept.scorer.post()
    (found,) = read(kept)
    assert (found.every.left, found.percent) == (15, 25)
    kept.settle()
    assert read(kept) == []


def test_two_publications_at_once_are_told_apart(kept: Keeper) -> None:
    kept.publish(books.edition(2))
    kept.publish(books.edition(3))
    assert [found.generation for found in read(kept)] == [2, 3]


def test_waiting_prints_lines_where_there_is_no_terminal(
    kept: Keeper, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.publish(books.edition(2))
    worker = threading.Thread(target=kept.settle)
    worker.start()
    waiting.await_complete(kept.pool, 2)
    worker.join(20)
    said = capsys.readouterr().out
    assert "generation 2: complete" in said
    assert "━" not in said


def test_publishing_with_wait_shows_a_bar_on_a_terminal(kept: Keeper) -> None:
    kept.scorer.most = 1
    done = threading.Event()

    def score() -> None:
        while not done.is_set():
            if kept.scorer.post() is None and not kept.scorer.complete():
                done.wait(0.05)

    here, there = pty.openpty()
    command = [sys.executable, "-m", "services.command", "catalog", "publish", "--wait", str(_folder())]
    environment = {**os.environ, "PLUMBLINE_DATABASE_URL": kept.dsn, "TERM": "xterm", "COLUMNS": "120"}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=there, stderr=there)
    os.close(there)
    worker = threading.Thread(target=score)
    worker.start()
    try:
        said = _read_all(here)
        assert running.wait(30) == 0, said
    finally:
        done.set()
        worker.join(20)
    assert "━" in said
    assert "filling generation 2" in said
    assert "generation 2: complete" in said
    assert not kept.query("SELECT 1 FROM account WHERE status = 'filling'")


def _folder() -> Path:
    return keeper.PACKS / "editions" / "2" / "machine"


def _read_all(terminal: int) -> str:
    found = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        found += part
    os.close(terminal)
    return found.decode(errors="replace")
