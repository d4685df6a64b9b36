"""A pattern that was never seen before has the history of the others of its watch: it is judged the first time it shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from plumbline.store import engine, looks
from plumbline.store.watchbooks import every_watch
from plumbline.warning.verdicts import RED, UNKNOWN, Verdict
from tests.keeper import Keeper, pack, record

REFILED, REOPENED = "court-core.closed_and_refiled", "court-core.reopened_within_month"


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    found = Keeper(database, [pack("court-core")], now=datetime(2025, 6, 2, 4, tzinfo=UTC))
    yield found
    found.close()


def refiled(number: int) -> list[dict[str, Any]]:
    """A case withdrawn in May 2025 whose dispute is filed again ten days later."""
    link = [{"role": "dispute", "subject": f"dispute:K{number}"}]
    first, again = (f"（2025）示2401民初{number + more}号" for more in (0, 500))
    return [
        record(10 * number, "case.filed", first, "2025-04-01", links=link),
        record(10 * number + 1, "case.closed", first, "2025-05-06", method="withdrawal"),
        record(10 * number + 2, "case.filed", again, "2025-05-16", links=link),
    ]


def reopened() -> list[dict[str, Any]]:
    """One closing undone within the month, in 2023."""
    case = "（2023）示2401民初900号"
    return [
        record(9000, "case.filed", case, "2023-02-01"),
        record(9001, "case.closed", case, "2023-03-01", method="judgment"),
        record(9002, "case.reopened", case, "2023-03-10", ground="resumed"),
    ]


def look(keeper: Keeper) -> dict[str, Verdict]:
    keeper.settle()
    known = keeper.scorer.fresh()
    owned = every_watch(known.catalogue, date(2025, 6, 1))["court-core.patterns"]
    with engine.transaction(keeper.pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        at = looks.looker(connection, known.catalogue, known.tree, date(2025, 6, 1), keeper.now)
        return {one.object: one for one in at.figures(owned, ["示2401"])}


def test_a_pattern_never_seen_before_is_judged_where_the_others_have_a_history(keeper: Keeper) -> None:
    keeper.push(*[one for number in range(1, 6) for one in refiled(number)], *reopened())
    found = look(keeper)
    assert (found[REFILED].level, found[REFILED].document["value"]) == (RED, 5)
    assert not found[REOPENED].beyond


def test_without_any_history_nothing_is_judged(keeper: Keeper) -> None:
    keeper.push(*[one for number in range(1, 6) for one in refiled(number)])
    assert look(keeper)[REFILED].level == UNKNOWN
