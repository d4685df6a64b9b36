"""Cases whose limits pass, as watches read them: the day a case came past its limit does not move with the case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from plumbline.store import engine, looks
from plumbline.warning.casework import Running
from tests.keeper import Keeper, pack, record

CASE = "（2025）示2401民初1号"
CARRIED = "（2025）示2401执2号"


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    """Books with two packs that keep a stock of enforcement cases past their limit."""
    found = Keeper(
        database, [pack("court-core"), pack("yanbian-2019")], now=datetime(2025, 11, 3, 4, tzinfo=UTC)
    )
    yield found
    found.close()


def running(keeper: Keeper, clock: str) -> list[Running]:
    known = keeper.reader.fresh()
    with engine.transaction(keeper.pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        looker = looks.looker(connection, known.catalogue, known.tree, keeper.today(), keeper.now)
        return looker.books.running(clock, tuple(known.tree.codes()), 30)


def test_a_case_past_its_limit_keeps_its_limit_day_when_its_judge_or_court_changes(keeper: Keeper) -> None:
    keeper.push(
        record(1, "case.filed", CASE, "2025-01-06", procedure="ordinary"),
        record(2, "case.assigned", CASE, "2025-01-06T09:00:00", judge="J-1", unit="民一庭"),
    )
    keeper.settle()
    (before,) = running(keeper, "trial_limit")
    assert before.court == "示2401"
    keeper.push(record(3, "case.assigned", CASE, "2025-09-01T09:00:00", judge="J-2", unit="民一庭"))
    keeper.settle()
    assert running(keeper, "trial_limit") == [before]
    keeper.push(record(4, "case.transferred", CASE, "2025-10-09", to_court="示2402", unit="民二庭"))
    keeper.settle()
    (after,) = running(keeper, "trial_limit")
    assert (after.court, after.limit_day) == ("示2402", before.limit_day)


def test_a_case_in_stocks_of_two_packs_is_said_once_and_every_case_is_said(keeper: Keeper) -> None:
    keeper.push(record(1, "case.filed", CARRIED, "2025-01-06"))
    keeper.settle()
    (said,) = running(keeper, "enforcement_limit")
    assert said.subject == CARRIED
    accounts = keeper.query(
        "SELECT count(DISTINCT account) FROM posting WHERE subject = %s AND value > 0", CARRIED
    )
    assert accounts[0][0] > 1
