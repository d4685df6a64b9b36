"""Where the court above has its own card of the same, a child's deviation is told to its own court alone, to its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from plumbline.store import deviations, engine
from plumbline.store.deviations import Watching
from plumbline.warning.life import Terms
from plumbline.warning.verdicts import Verdict

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
TEXT = {"title": {"zh": "甲", "en": "A"}, "text": {"zh": "甲。请核查。", "en": "A. Please check."}}
WITHIN = {"court": "示24", "object": "court-core.clearance"}


@pytest.fixture
def pool(database: str) -> Iterator[engine.Pool]:
    found = engine.open_pool(database, name="test", size=2, statement_timeout_ms=20_000)
    yield found
    found.close()


def take(pool: engine.Pool, days: int, level: str, within: Any) -> None:
    day = DAY + timedelta(days=days)
    watching = Watching(
        "demo.history", "history", "hash", day, 7, NOW + timedelta(days=days), Terms(1, 1, "red", 3),
        {"示2401": ("示2401", "示24")},
    )  # fmt: skip
    document = {**TEXT, **({"within": within} if level != "within" else {})}
    verdict = Verdict("示2401", "court-core.clearance", day.isoformat()[:7], level, document=document)
    with engine.transaction(pool) as connection:
        deviations.take(connection, watching, [verdict])


def notices(pool: engine.Pool) -> list[Any]:
    with engine.transaction(pool) as connection:
        return connection.execute(
            "SELECT body ->> 'act', body -> 'courts', body -> 'document' ->> 'within' FROM notice ORDER BY number"
        ).fetchall()


def test_from_its_opening_to_its_end_the_court_above_is_not_told(pool: engine.Pool) -> None:
    take(pool, 0, "amber", WITHIN)
    take(pool, 31, "within", None)
    assert notices(pool) == [("opened", ["示2401"], None), ("resolved", ["示2401"], None)]
    with engine.transaction(pool) as connection:
        first, _ = deviations.read_changes(connection, 1)
    assert first.document["within"] == WITHIN


def test_once_it_stands_alone_the_court_above_is_told(pool: engine.Pool) -> None:
    take(pool, 0, "amber", WITHIN)
    take(pool, 31, "red", None)
    take(pool, 62, "within", None)
    told = [(act, courts) for act, courts, _ in notices(pool)]
    assert told == [
        ("opened", ["示2401"]),
        ("worse", ["示2401", "示24"]),
        ("resolved", ["示2401", "示24"]),
    ]
