"""A noisy sandbox beside a real feed: the books, values, coverage and a rebuild are those without it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from plumbline import errors
from plumbline.source_terms import Settings
from plumbline.store import engine, openings, proof, sources
from tests.keeper import TREE, Keeper, pack, record

FIGURES = (
    "court-core.clearance",
    "court-core.closing_rate",
    "court-core.altered_or_remanded_rate",
    "court-core.filed",
)
TABLES = (
    "event",
    "receipt",
    "case_link",
    "dirty_case",
    "page",
    "page_case",
    "posting",
    "balance_day",
    "balance_month",
    "case_state",
)
COVERAGE = ("coverage_day", "coverage_month", "coverage_line", "feed_heard", "day_closed")


def case(number: int, kind: str = "民初") -> str:
    return f"（2020）示2401{kind}{number}号"


def history() -> list[dict[str, Any]]:
    """Forty cases filed, most of them closed, some appealed, and a day that is closed."""
    found = []
    for number in range(1, 41):
        found.append(record(10 * number, "case.filed", case(number), f"2020-0{1 + number % 5}-03"))
        if number % 4:
            found.append(
                record(
                    10 * number + 1,
                    "case.closed",
                    case(number),
                    f"2020-0{2 + number % 4}-20",
                    method="judgment",
                )
            )
    found.append(
        record(
            901,
            "source.day_closed",
            "示2401",
            "2020-06-02T00:30:00",
            day="2020-06-01",
            counts={"case.filed": 2},
        )
    )
    return found


def noise(chance: random.Random, number: int) -> dict[str, Any]:
    """Something a vendor might try on the real cases: closings, corrections, appeals linked to them, closed days, figures."""
    real = case(chance.randint(1, 45))
    kind = chance.choice(
        ("case.filed", "case.closed", "case.reopened", "source.day_closed", "appeal", "retracted")
    )
    day = f"2020-0{chance.randint(1, 6)}-{chance.randint(1, 28):02}"
    if kind == "source.day_closed":
        one = record(
            number, kind, "示2401", f"{day}T23:30:00", day=day, counts={"case.filed": chance.randint(0, 9)}
        )
    elif kind == "appeal":
        one = record(number, "case.filed", f"（2020）示24民终{number}号", day)
        one["links"] = [{"role": "appealed", "subject": real}]
    elif kind == "retracted":
        one = record(
            number, "event.retracted", real, day, replaces=f"e{10 * chance.randint(1, 40)}", revision=1
        )
    else:
        data = {"case.closed": {"method": "mediation"}, "case.reopened": {"ground": "revoked"}}.get(kind, {})
        one = record(number, kind, real, day, **data)
    return one | {"source": "trial"}


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    one = Keeper(database, [pack("court-core")], TREE, now=datetime(2020, 6, 30, 4, tzinfo=UTC))
    trial = sources.Source("trial", "试接", ("*",), rhythm_minutes=1, settings=Settings(sandbox=True))
    one.sources["trial"] = trial
    with engine.transaction(one.pool) as connection:
        sources.add_source(connection, trial)
    yield one
    one.close()


def books(keeper: Keeper) -> dict[str, Any]:
    """Every line of the books, and the values read from them."""
    found: dict[str, Any] = {
        table: sorted(map(repr, keeper.query(f"SELECT * FROM {table}"))) for table in (*TABLES, *COVERAGE)
    }
    for name in FIGURES:
        for court, scope in (("示2401", "own"), ("示", "all")):
            found[f"{name} {court}"] = repr(keeper.value(name, court, "2020", scope=scope))
    return found


def admissible(keeper: Keeper, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those the door takes at all: what it refuses reaches no store, of a sandbox or not."""
    from plumbline import refusals

    door, source = keeper.door, keeper.sources["trial"]
    return [
        one
        for one in records
        if not isinstance(door.admit(dict(one), source=source, now=keeper.now), refusals.Refusal)
    ]


def test_the_books_are_the_same_with_and_without_a_noisy_sandbox(keeper: Keeper) -> None:
    keeper.push(*history())
    keeper.settle()
    without = books(keeper)
    chance = random.Random(7)
    tried = admissible(keeper, [noise(chance, 5_000 + number) for number in range(400)])
    assert {one["type"] for one in tried} >= {
        "case.filed",
        "case.closed",
        "source.day_closed",
        "event.retracted",
    }
    for start in range(0, len(tried), 37):
        keeper.push(*tried[start : start + 37])
        keeper.settle()
    assert keeper.query("SELECT count(*) FROM sandbox_event")[0][0] == len(tried)
    assert books(keeper) == without


def test_a_rebuild_finds_no_difference_and_changes_nothing(keeper: Keeper) -> None:
    keeper.push(*history())
    keeper.settle()
    chance = random.Random(11)
    keeper.push(*admissible(keeper, [noise(chance, 5_000 + number) for number in range(100)]))
    keeper.settle()
    values = {name: repr(keeper.value(name, "示2401", "2020")) for name in FIGURES}
    with engine.transaction(keeper.pool) as connection:
        assert proof.mark_all(connection) == 40 + 1
    keeper.settle()
    known = keeper.scorer.fresh()
    with engine.transaction(keeper.pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = proof.prove(
            connection, known.book, known.subjects, keeper.scorer.zone_of, lambda done, total: None
        )
    assert found.differences == ()
    assert {name: repr(keeper.value(name, "示2401", "2020")) for name in FIGURES} == values


def test_real_and_sandbox_records_in_one_transaction_go_apart(keeper: Keeper) -> None:
    real = history()
    chance = random.Random(3)
    tried = admissible(keeper, [noise(chance, 5_000 + number) for number in range(60)])
    mixed = real + tried
    chance.shuffle(mixed)
    outcomes = keeper.push(*mixed)
    assert outcomes == ["accepted"] * len(mixed)
    assert keeper.query("SELECT count(*), count(DISTINCT source) FROM event")[0] == (len(real), 1)


def test_a_silent_sandbox_makes_no_feed_late(keeper: Keeper) -> None:
    with engine.transaction(keeper.pool) as connection:
        assert [one.id for one in sources.list_sources(connection)] == ["court"]
        assert [one.id for one in sources.list_sources(connection, sandboxes=True)] == ["court", "trial"]


def test_no_opening_stock_can_be_stated_for_a_sandbox(keeper: Keeper) -> None:
    with engine.transaction(keeper.pool) as connection, pytest.raises(errors.Conflict, match="sandbox"):
        openings.state(
            connection, court="示2401", source="trial", day=date(2020, 1, 1), stated={"civil": 3}, why="试", who="office",
            today=date(2020, 6, 30),
        )  # fmt: skip
