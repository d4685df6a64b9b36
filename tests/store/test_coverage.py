"""Counts of what was declared and came: the same in any order of arrival, exact once each, on pages, and kept with values."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from plumbline import coverage
from plumbline.store import balances, engine
from plumbline.store.coverage import CoverageShelf
from tests.keeper import ROOT, TREE, Keeper, pack, record

DAY = date(2025, 3, 5)
ZONE = "Asia/Shanghai"


def closed(number: int, court: str, day: date, counts: dict[str, int], **more: Any) -> dict[str, Any]:
    told = record(number, "source.day_closed", court, f"{day + timedelta(1)}T00:30:00", **more)
    return told | {"data": {"day": day.isoformat(), "counts": counts}}


def case(number: int) -> str:
    return f"（2025）示2401民初{number}号"


def filed(number: int, day: date = DAY, **more: Any) -> dict[str, Any]:
    return record(number, "case.filed", case(number), f"{day}T09:00:00", **more)


#: Filings, one corrected to another day, one retracted, a closing that is corrected, one that is retracted.
EVENTS = (
    *(filed(number) for number in range(1, 8)),
    record(21, "case.filed", case(2), "2025-03-04T09:00:00", replaces="e2", revision=1),
    record(22, "event.retracted", case(3), "2025-03-06T09:00:00", replaces="e3", revision=1),
    closed(31, "示2401", DAY, {"case.filed": 5}),
    closed(32, "示2401", DAY, {"case.filed": 9}, replaces="e31", revision=1),
    closed(33, "示2401", date(2025, 3, 4), {}),
    closed(34, "示2401", date(2025, 3, 3), {"case.closed": 2}),
    record(35, "event.retracted", "示2401", "2025-03-08T09:00:00", replaces="e34", revision=1),
)


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    one = Keeper(database, [pack("court-core")], TREE, now=datetime.now(UTC))
    yield one
    one.close()


def kept(keeper: Keeper) -> tuple[Any, ...]:
    """What is kept by day and month, without rows that say nothing."""
    days = keeper.query(
        "SELECT court, day, source, type, declared, received FROM coverage_day"
        " WHERE declared <> 0 OR received <> 0 ORDER BY 1, 2, 3, 4"
    )
    months = keeper.query(
        "SELECT court, month, type, declared, received, surplus, unclosed FROM coverage_month"
        " WHERE declared + received + surplus + unclosed <> 0 ORDER BY 1, 2, 3"
    )
    return days, months


def tally(keeper: Keeper, first: date, last: date, *types: str, known_at: datetime | None = None) -> Any:
    with engine.transaction(keeper.pool) as connection:
        shelf = CoverageShelf(connection, balances.settle(connection, known_at))
        chosen = frozenset(types) or None
        return shelf.tally(("示2401",), chosen, first, last + timedelta(1), level=False)


def test_a_correction_and_a_retraction_count_nothing_more(keeper: Keeper) -> None:
    keeper.push(*EVENTS)
    keeper.settle()
    assert tally(keeper, DAY, DAY, "case.filed") == coverage.Tally(9, 7, 0, 0, 1, 1)
    assert tally(keeper, date(2025, 3, 4), DAY) == coverage.Tally(9, 7, 0, 0, 2, 2)
    assert tally(keeper, date(2025, 3, 3), date(2025, 3, 3)).share is None


@pytest.mark.parametrize("seed", range(4))
def test_any_order_doubling_and_batching_gives_the_same_counts(keeper: Keeper, seed: int) -> None:
    keeper.push(*EVENTS)
    keeper.settle()
    expected = kept(keeper)
    keeper.empty()
    chance = random.Random(seed)
    told = [*EVENTS, *chance.choices(EVENTS, k=6)]
    chance.shuffle(told)
    while told:
        batch = [told.pop() for _ in range(min(len(told), chance.randint(1, 4)))]
        once = {one["id"]: one for one in batch}
        keeper.push(*once.values())
        if chance.random() < 0.5:
            keeper.settle()
    keeper.settle()
    assert kept(keeper) == expected
    lines = keeper.query(
        "SELECT court, day, source, type, sum(declared), sum(received) FROM coverage_line GROUP BY 1, 2, 3, 4"
        " HAVING sum(declared) <> 0 OR sum(received) <> 0 ORDER BY 1, 2, 3, 4"
    )
    assert lines == expected[0]


def test_folding_again_counts_nothing_twice(keeper: Keeper) -> None:
    keeper.push(*EVENTS)
    keeper.settle()
    expected = kept(keeper)
    keeper.query(
        "INSERT INTO dirty_case (home_court, subject, priority, cause, reference)"
        " SELECT DISTINCT home_court, subject, 5, 'rebuild', 0 FROM event RETURNING id"
    )
    keeper.settle()
    assert kept(keeper) == expected


def test_what_was_known_never_changes(keeper: Keeper) -> None:
    moments: list[tuple[datetime, Any]] = []
    for one in EVENTS:
        keeper.push(one)
        keeper.settle()
        ((moment,),) = keeper.query("SELECT closed_at FROM page_clock")
        moments.append((moment, tally(keeper, date(2025, 3, 1), date(2025, 3, 31))))
    for moment, then in moments:
        assert tally(keeper, date(2025, 3, 1), date(2025, 3, 31), known_at=moment) == then
    assert len({then for _, then in moments}) > 3


def test_a_source_that_leaves_a_closed_day_open_makes_it_unknown(keeper: Keeper) -> None:
    keeper.push(filed(1), closed(2, "示2401", DAY, {"case.filed": 1}))
    keeper.settle()
    assert tally(keeper, DAY, DAY).share == 1
    keeper.query(
        "INSERT INTO coverage_day (court, day, source, type, declared, received)"
        " VALUES ('示2401', '2025-03-05', 'another', 'case.filed', 0, 2) RETURNING court"
    )
    found = tally(keeper, DAY, DAY)
    assert (found.unclosed, found.share) == (2, None)


def test_a_level_looks_back_to_the_first_closed_day(keeper: Keeper) -> None:
    days = [closed(100 + index, "示2401", DAY + timedelta(index), {}) for index in range(10)]
    days[1]["data"]["counts"] = {"case.filed": 2}
    keeper.push(*days)
    keeper.settle()
    with engine.transaction(keeper.pool) as connection:
        shelf = CoverageShelf(connection, balances.settle(connection, None))
        first, until = DAY + timedelta(8), DAY + timedelta(10)
        flow = shelf.tally(("示2401",), None, first, until, level=False)
        level = shelf.tally(("示2401",), None, first, until, level=True)
    assert (flow.share, flow.days) == (Fraction(1), 2)
    assert (level.share, level.days) == (Fraction(0), 10)


def test_kept_values_say_their_coverage_and_learn_it_when_a_day_is_closed(keeper: Keeper) -> None:
    def stored() -> dict[str, Decimal | None]:
        rows = keeper.query(
            "SELECT DISTINCT ON (indicator, period) period, coverage FROM value WHERE indicator = 'court-core.clearance'"
            " AND court = '示2401' AND scope = 'own' AND category = 'all' ORDER BY indicator, period, valued_on DESC"
        )
        return dict(rows)

    keeper.push(filed(1))
    keeper.settle()
    assert stored()["2025-03"] is None
    days = [
        closed(100 + n, "示2401", date(2025, 3, 1) + timedelta(n), {"case.filed": 4} if n == 4 else {})
        for n in range(31)
    ]
    keeper.push(*days)
    keeper.settle()
    assert stored()["2025-03"] == Decimal("0.25")
    keeper.push(filed(2), filed(3))
    keeper.settle()
    assert stored()["2025-03"] == Decimal("0.75")
    keeper.push(record(900, "event.retracted", "示2401", "2025-04-02T09:00:00", replaces="e110", revision=1))
    keeper.settle()
    assert stored()["2025-03"] is None
    assert keeper.query("SELECT count(*) FROM dirty_value") == [(0,)]


def test_books_made_before_coverage_was_kept_are_counted_by_the_migration(keeper: Keeper) -> None:
    keeper.push(*EVENTS[:9])
    keeper.settle()
    keeper.push(*EVENTS[9:])  # their marks wait: they are counted when they are folded
    path = ROOT / "migrations" / "versions" / "2026_11_22_0006_period_states.py"
    spec = importlib.util.spec_from_file_location("period_states", path)
    assert spec is not None
    assert spec.loader is not None
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    with engine.transaction(keeper.pool) as connection:
        connection.execute("TRUNCATE coverage_day, coverage_month, coverage_line, feed_heard")
        connection.execute(migration.COUNTED)
    keeper.settle()
    found = kept(keeper)
    keeper.empty()
    keeper.push(*EVENTS)
    keeper.settle()
    assert found == kept(keeper)
