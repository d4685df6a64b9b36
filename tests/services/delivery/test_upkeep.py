"""The upkeep of deliveries: what is over for long is forgotten in parts; what is owed, dead or still stands never is."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import prometheus_client
import pytest

from plumbline.store import deliveries, engine
from services.scoring.delivery import upkeep
from services.scoring.delivery.upkeep import Upkeep
from tests.services.delivery.conftest import Town

KEEP = 400
NOW = datetime.now(UTC)


def age(town: Town, notice: int, state: str, days: int) -> None:
    """Let a delivery have come to an end, or to nothing, so many days ago, after one attempt."""
    with engine.transaction(town.keeper.pool) as connection:
        row = connection.execute(
            "UPDATE outbox SET state = %s, owed_at = %s, done_at = CASE WHEN %s = 'waiting' THEN NULL ELSE %s END"
            " WHERE notice = %s RETURNING id",
            (state, NOW - timedelta(days=days), state, NOW - timedelta(days=days), notice),
        ).fetchone()
        assert row is not None
        connection.execute(
            "INSERT INTO delivery_attempt (delivery, number, token) VALUES (%s, 1, 1)", (row[0],)
        )


def left(town: Town) -> set[int]:
    return {row[0] for row in town.keeper.query("SELECT notice FROM outbox WHERE notice IS NOT NULL")}


def over(town: Town, *states: tuple[str, int]) -> list[int]:
    """A deviation that ended: one delivery for each state, so many days old."""
    opened, first = town.change(None, "opened")
    numbers = [first] + [town.change(opened, "worse")[1] for _ in states[2:]]
    numbers.append(town.change(opened, "resolved")[1])
    for number, (state, days) in zip(numbers, states, strict=True):
        age(town, number, state, days)
    return numbers


def tend(town: Town, days: int = 0) -> tuple[Upkeep, prometheus_client.CollectorRegistry]:
    registry = prometheus_client.CollectorRegistry()
    return Upkeep(town.keeper.pool, lambda: NOW + timedelta(days=days), KEEP, registry), registry


def pruned(registry: prometheus_client.CollectorRegistry) -> float:
    return registry.get_sample_value("plumbline_delivery_pruned_total") or 0.0


def test_what_is_long_over_is_forgotten_with_its_attempts_and_nothing_else(town: Town) -> None:
    town.subscribe("https://oa.example/")
    gone = over(town, ("delivered", KEEP + 2), ("withheld", KEEP + 1))
    young = over(town, ("delivered", KEEP + 1), ("delivered", KEEP - 1))
    dead = over(town, ("dead", KEEP + 9), ("delivered", KEEP + 9))
    owed = over(town, ("delivered", KEEP + 9), ("waiting", KEEP + 9))
    _, number = town.change(None, "opened")
    age(town, number, "delivered", KEEP + 300)
    changes = town.keeper.query("SELECT count(*) FROM deviation_change")
    work, registry = tend(town)
    assert work.tick()
    assert left(town) == {young[1], *dead, *owed, number}
    assert pruned(registry) == 3, gone
    orphans = (
        "SELECT 1 FROM delivery_attempt a WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = a.delivery)"
    )
    assert town.keeper.query(orphans) == []
    assert town.keeper.query("SELECT count(*) FROM deviation_change") == changes
    assert not work.tick(), "once a day"


def test_who_heard_of_a_beginning_hears_of_the_end_however_long_it_stood(town: Town) -> None:
    made = town.subscribe("https://oa.example/", kinds=("target",))
    opened, number = town.change(None, "opened")
    age(town, number, "delivered", 3 * KEEP)
    tend(town)[0].tick()
    with engine.transaction(town.keeper.pool) as connection:
        connection.execute("UPDATE subscription SET kinds = '{clock}' WHERE id = %s", (made,))
    town.change(opened, "resolved")
    assert town.state(made) == {"delivered": 1, "waiting": 1}


def test_a_dead_beginning_sent_anew_is_still_known_to_be_overtaken(town: Town) -> None:
    made = town.subscribe("https://alerts.example/", kind="alertmanager")
    over(town, ("dead", KEEP + 9), ("delivered", KEEP + 9))
    tend(town)[0].tick()
    (row,) = town.keeper.query("SELECT message FROM outbox WHERE state = 'dead'")
    with engine.transaction(town.keeper.pool) as connection:
        deliveries.replay(connection, uuid.UUID(str(row[0])))
        leased = deliveries.lease(connection, 5.0, most=5)
    assert leased is not None
    assert (leased[0].id, [one.overtaken for one in leased[1]]) == (made, [True])


def test_many_are_forgotten_a_part_at_a_time_and_the_next_day_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 4)
    town.subscribe("https://oa.example/")
    for _ in range(5):
        over(town, ("delivered", KEEP + 2), ("delivered", KEEP + 2))
    late = over(town, ("delivered", KEEP - 1), ("delivered", KEEP - 1))
    work, registry = tend(town)
    parts = []
    while work.tick():
        parts.append(pruned(registry))
    assert parts == [4, 8, 10]
    assert left(town) == {*late}
    tomorrow, _ = tend(town, 2)
    assert tomorrow.tick()
    assert left(town) == set()
