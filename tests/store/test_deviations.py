"""Deviations in the store: written once, numbered in the order of commits, told as the silence and the level say."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from plumbline.store import deviations, engine
from plumbline.store.deviations import Act, Watching
from plumbline.warning.life import Terms
from plumbline.warning.verdicts import Verdict

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
TEXT = {"title": {"zh": "甲", "en": "A"}, "text": {"zh": "甲。请核查。", "en": "A. Please check."}}


@pytest.fixture
def pool(database: str) -> Iterator[engine.Pool]:
    found = engine.open_pool(database, name="test", size=6, statement_timeout_ms=20_000)
    yield found
    found.close()


def watching(days: int = 0, watch: str = "demo.line", **terms: object) -> Watching:
    said = {"hold": 1, "release": 1, "severity": "red", "escalate_days": 3} | terms
    moment = NOW + timedelta(days=days)
    return Watching(
        watch,
        "target",
        "hash",
        DAY + timedelta(days=days),
        7,
        moment,
        Terms(**said),
        {"示2401": ("示2401", "示24")},  # type: ignore[arg-type]
    )


def verdict(level: str, days: int = 0, court: str = "示2401") -> Verdict:
    month = (DAY + timedelta(days=31 * days)).isoformat()[:7]
    return Verdict(court, "court-core.clearance", month, level, document=TEXT)


def take(pool: engine.Pool, level: str, days: int = 0, **more: object) -> int:
    with engine.transaction(pool) as connection:
        return deviations.take(connection, watching(days, **more), [verdict(level, days)])  # type: ignore[arg-type]


def notices(pool: engine.Pool) -> list[tuple[str, list[str]]]:
    with engine.transaction(pool) as connection:
        return connection.execute(
            "SELECT body ->> 'act', body -> 'courts' FROM notice ORDER BY number"
        ).fetchall()


def acts(pool: engine.Pool) -> list[str]:
    with engine.transaction(pool) as connection:
        rows = connection.execute("SELECT act FROM deviation_change ORDER BY number")
        return [row[0] for row in rows]


def test_a_look_is_taken_once_and_what_it_tells_is_owed_with_it(pool: engine.Pool) -> None:
    assert take(pool, "amber") == 1
    assert take(pool, "amber") == 0
    assert take(pool, "within", 1) == 1
    assert acts(pool) == ["opened", "resolved"]
    assert notices(pool) == [("opened", ["示2401", "示24"]), ("resolved", ["示2401", "示24"])]


def test_pending_is_written_and_not_told(pool: engine.Pool) -> None:
    take(pool, "amber", hold=2)
    take(pool, "within", 1, hold=2)
    assert acts(pool) == ["seen", "dropped"]
    assert notices(pool) == []


def test_a_silence_tells_nothing_but_the_end(pool: engine.Pool) -> None:
    take(pool, "amber")
    with engine.transaction(pool) as connection:
        act = Act("silence", "office", "等待数据", NOW + timedelta(days=30))
        deviations.perform(connection, 1, act, NOW, ("示2401",))
    take(pool, "red", 1)
    take(pool, "within", 2)
    assert acts(pool) == ["opened", "silenced", "worse", "resolved"]
    assert [act for act, _ in notices(pool)] == ["opened", "silenced", "resolved"]


def test_what_nobody_heeds_goes_up_a_level_at_a_time(pool: engine.Pool) -> None:
    take(pool, "amber")
    above = {"示2401": "示24", "示24": "示"}
    done = []
    for days in (2, 3, 5, 6, 9):
        with engine.transaction(pool) as connection:
            done.append(deviations.escalate(connection, watching(days), above))
    assert done == [0, 1, 0, 1, 0], "示 is the highest"
    with engine.transaction(pool) as connection:
        (found,) = deviations.list_deviations(connection, ["示2401"], limit=9)
    assert found.level == "示"
    assert notices(pool)[1:] == [("escalated", ["示2401", "示24"]), ("escalated", ["示2401", "示"])]


def test_a_change_stands_for_ever(pool: engine.Pool) -> None:
    take(pool, "amber")
    for statement in ("UPDATE deviation_change SET act = 'x'", "DELETE FROM deviation_change"):
        with pytest.raises(psycopg.errors.RestrictViolation), engine.transaction(pool) as connection:
            connection.execute(statement)


def test_numbers_are_in_the_order_of_commits_without_a_gap(pool: engine.Pool) -> None:
    def work(number: int) -> None:
        with engine.transaction(pool) as connection:
            one = verdict("red", court=f"示24{number:02d}")
            deviations.take(connection, watching(watch=f"demo.w{number}"), [one])
            if number % 3 == 0:
                raise LookupError

    seen: list[list[int]] = []

    def read() -> None:
        for _ in range(40):
            with engine.transaction(pool) as connection:
                rows = connection.execute("SELECT number FROM deviation_change ORDER BY number").fetchall()
            seen.append([row[0] for row in rows])

    def quietly(number: int) -> None:
        with contextlib.suppress(LookupError):
            work(number)

    threads = [threading.Thread(target=quietly, args=(number,)) for number in range(12)]
    reader = threading.Thread(target=read)
    for one in (*threads, reader):
        one.start()
    for one in (*threads, reader):
        one.join()
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen)
    with engine.transaction(pool) as connection:
        rows = connection.execute("SELECT number FROM deviation_change ORDER BY number").fetchall()
    assert [row[0] for row in rows] == list(range(1, 9)), "what was rolled back left no gap"
