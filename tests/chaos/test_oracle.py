"""The judge of the kill tests is not blind: a lost, a doubled, an invented or an uncounted event is
reported."""

from __future__ import annotations

import random

import pytest

from plumbline.store import engine
from tests import keeper
from tests.chaos import books, campaign, feed, oracle, upkeep
from tests.chaos.client import History

pytestmark = pytest.mark.xdist_group("chaos")


def told(cases: list[feed.Little]) -> History:
    """The history of a client whose every record was acknowledged."""
    return History(acked={record["id"] for case in cases for record in case.records}, cases=cases)


@pytest.fixture
def kept(database: str) -> tuple[str, History]:
    """A settled database and the true history of what is in it."""
    dice = random.Random(5)
    cases = [feed.little_case(number, dice, "court") for number in range(1, 61)]
    kinds = {record["type"] for case in cases for record in case.records}
    assert {"event.retracted", "case.reopened"} <= kinds
    one = keeper.Keeper(
        database, [keeper.pack("court-core"), keeper.pack("small")], now=keeper.NOON.replace(year=2026)
    )
    try:
        one.push(*(record for case in cases for record in case.records))
        one.settle()
    finally:
        one.close()
    return database, told(cases)


def change(dsn: str, text: str) -> None:
    with engine.single(dsn, name="fault", statement_timeout_ms=10_000) as connection:
        assert connection.execute(text).rowcount == 1


def test_true_books_are_found_right(kept: tuple[str, History]) -> None:
    dsn, history = kept
    assert books.judge(dsn, history).none
    assert not books.prove(dsn).differences
    assert not books.wrong_values(dsn, oracle.recount(history.cases))


def test_an_acknowledged_event_that_is_gone_is_reported_as_lost(kept: tuple[str, History]) -> None:
    dsn, history = kept
    change(dsn, "DELETE FROM event WHERE event_id = 'k7-0'")
    assert books.judge(dsn, history).lost == ("k7-0",)
    assert books.prove(dsn).differences


def test_a_line_posted_twice_is_reported_as_counted_twice(kept: tuple[str, History]) -> None:
    dsn, history = kept
    change(
        dsn,
        "INSERT INTO posting SELECT p.* FROM posting p JOIN account a ON a.id = p.account"
        " WHERE a.measure = 'small.filed' ORDER BY p.subject LIMIT 1",
    )
    found = books.judge(dsn, history)
    assert len(found.counted_twice) == 1
    assert not found.lost
    assert books.prove(dsn).differences


def test_a_doubled_stock_that_ended_is_reported_as_counted_twice(kept: tuple[str, History]) -> None:
    dsn, history = kept
    change(
        dsn,
        "INSERT INTO posting SELECT p.* FROM posting p JOIN account a ON a.id = p.account"
        " WHERE a.measure = 'small.pending' AND p.value < 0 ORDER BY p.subject LIMIT 1",
    )
    assert len(books.judge(dsn, history).counted_twice) == 1


def test_a_value_that_counts_a_case_twice_is_reported(kept: tuple[str, History]) -> None:
    dsn, history = kept
    change(
        dsn,
        "UPDATE value SET numerator = numerator + 1 WHERE indicator = 'court-core.clearance' AND scope = "
        "'own'"
        " AND category = 'all' AND period = '2024' AND court = '示2401'",
    )
    assert len(books.wrong_values(dsn, oracle.recount(history.cases))) == 1


def test_an_event_nobody_acknowledged_and_one_stored_twice_are_reported(kept: tuple[str, History]) -> None:
    _, history = kept
    stored = sorted(history.acked)
    found = oracle.judge(history, [*stored, "stranger", stored[0]], oracle.recount(history.cases))
    assert found.phantom == ("stranger",)
    assert found.stored_twice == (stored[0],)


def test_a_case_that_was_never_posted_is_reported_as_uncounted(kept: tuple[str, History]) -> None:
    _, history = kept
    ledger = oracle.recount(history.cases[1:])
    assert oracle.judge(history, history.acked, ledger).uncounted


def test_an_answer_that_contradicts_itself_is_a_finding(kept: tuple[str, History]) -> None:
    _, history = kept
    history.complaints.append("5 sent, the answer counts otherwise")
    assert not oracle.judge(history, history.acked, oracle.recount(history.cases)).none


def test_a_point_without_a_hit_or_hit_while_idle_does_not_pass() -> None:
    plan = campaign.Plan(each_ingest=1, each_scoring=1, server=1, seconds=1, seed=1)
    all_hit = [upkeep.Kill(service, point, 1, aimed=True) for service, point in plan.expected()]
    assert campaign.hits(all_hit) == plan.expected()
    assert campaign.hits(all_hit[1:]) != plan.expected()
    all_hit[2].aimed = False
    assert campaign.hits(all_hit) != plan.expected()
