"""Delivery on a real database with real receivers: courts, an owner, deviations that change, and the loops that tell."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import prometheus_client
import pytest

from plumbline import webhooks
from plumbline.notices import Notice
from plumbline.runtime import loop, sealing, settings, telemetry
from plumbline.runtime.settings import Settings
from plumbline.store import deliveries, engine, subscriptions, tokens
from services.scoring.delivery import loops
from tests.keeper import TREE, Keeper
from tests.services.delivery.receiver import Behaviour, Receiver

BEGUN = datetime(2026, 3, 2, 1, tzinfo=UTC)
STATES = {"resolved": "resolved", "closed": "resolved", "acknowledged": "acknowledged"}


@dataclass(slots=True)
class Town:
    """The books, an owner `office` of 示24, and the acts a test does."""

    keeper: Keeper
    settings: Settings
    seal: sealing.Seal
    tokens: dict[str, str]
    began: dict[int, datetime] = field(default_factory=dict)

    def subscribe(
        self,
        address: str,
        kind: str = "webhook",
        owner: str = "office",
        shows: str | None = None,
        **more: Any,
    ) -> uuid.UUID:
        """A subscription of 示24 and all below; a webhook has one secret, an Alertmanager is shown what is given."""
        terms: dict[str, Any] = {
            "title": "trial", "address": address, "courts": ("示24",), "scope": "all", "least": "amber",
            "kinds": (), "language": "both", "heartbeat_s": None,
        } | more  # fmt: skip
        made = uuid.uuid4()
        with engine.transaction(self.keeper.pool) as connection:
            subscriptions.create(connection, made, kind, subscriptions.Terms(**terms), owner)
            secret = webhooks.make_secret() if kind == "webhook" else shows
            if secret is not None:
                subscriptions.add_secret(connection, made, self.seal.close(secret, str(made)))
        return made

    def change(self, deviation: int | None, act: str, court: str = "示2401", **more: Any) -> tuple[int, int]:
        """A change of a deviation (None: a new one) told in one transaction; its deviation and its number."""
        with engine.transaction(self.keeper.pool) as connection:
            return told(connection, deviation, act, court, **more)

    def state(self, subscription: uuid.UUID) -> dict[str, int]:
        """How many deliveries stand in each state."""
        rows = self.keeper.query(
            "SELECT state, count(*) FROM outbox WHERE subscription = %s GROUP BY state", subscription
        )
        return {row[0]: int(row[1]) for row in rows}

    def secrets(self, subscription: uuid.UUID) -> list[str]:
        """The secrets that hold, the newest first."""
        with engine.transaction(self.keeper.pool) as connection:
            held = subscriptions.held_secrets(connection, subscription)
        return [self.seal.open(one.sealed, str(subscription)) for one in held]


def told(
    connection: engine.Connection,
    deviation: int | None,
    act: str,
    court: str = "示2401",
    *,
    severity: str = "amber",
    kind: str = "target",
    subject: str | None = None,
    courts: tuple[str, ...] = (),
) -> tuple[int, int]:
    """What the watches do for a told change: the deviation, its change under the clock, and what is owed for it."""
    row = connection.execute("UPDATE deviation_clock SET number = number + 1 RETURNING number").fetchone()
    assert row is not None
    number, state, day = int(row[0]), STATES.get(act, "open"), date(2026, 3, 2)
    if deviation is None:
        made = connection.execute(
            "INSERT INTO deviation (watch, kind, court, object, subject, state, severity, cause, level, group_key,"
            " begun_on, changed_at, change) VALUES ('demo.trial', %s, %s, %s, %s, %s, %s, 'real', %s, 'w', %s,"
            " clock_timestamp(), %s) RETURNING id",
            (kind, court, f"o{number}", subject, state, severity, court, day, number),
        ).fetchone()
        assert made is not None
        deviation = int(made[0])
    else:
        connection.execute(
            "UPDATE deviation SET state = %s, change = %s WHERE id = %s", (state, number, deviation)
        )
    at = datetime.now(UTC)
    connection.execute(
        "INSERT INTO deviation_change (number, deviation, act, state, severity, court, at, day, page, hash, document)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1, 'h', '{}')",
        (number, deviation, act, state, severity, court, at, day),
    )
    notice = Notice(
        number, deviation, act, state, severity, "demo.trial", kind, court, (court, *courts), subject, BEGUN,
        at if state == "resolved" else None, at,
        {"zh": f"偏离{deviation}：{subject or court}。请核查。", "en": f"Deviation {deviation}: {subject or court}."},
        {"id": str(deviation)},
    )  # fmt: skip
    deliveries.owe(connection, notice)
    return deviation, number


@contextlib.contextmanager
def telling(
    town: Town, *, stalled: Callable[[], list[str]] = list, only: str = "deliver", **more: Any
) -> Iterator[prometheus_client.CollectorRegistry]:
    """The loops of delivery at work."""
    registry = prometheus_client.CollectorRegistry()
    given = town.settings.model_copy(update=more)
    made = [
        loop.Loop(name, tick, idle_s=0.02)
        for name, tick, _ in loops.ticks(
            given, town.keeper.pool, lambda: datetime.now(UTC), registry, stalled
        )
        if name.startswith(only)
    ]
    for one in made:
        one.start()
    try:
        yield registry
    finally:
        for one in made:
            one.stop()


def wait(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Until it holds; fails after so long."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.02)


@pytest.fixture
def town(database: str, tmp_path: Path) -> Iterator[Town]:
    """A prefecture with an office that may subscribe."""
    keeper = Keeper(database, (), TREE)
    staff = {
        "office": ("office", ("示24",)), "basic": ("office", ("示2401",)), "all": ("operator", ("*",)),
        "reader": ("reader", ("示24",)),
    }  # fmt: skip
    with engine.transaction(keeper.pool) as connection:
        made = {
            name: tokens.create_token(connection, name, role, courts)
            for name, (role, courts) in staff.items()
        }
    given = Settings(
        state=tmp_path, database_url=settings.SecretStr(database), delivery_networks="127.0.0.1/32",
        delivery_http=True, delivery_scale=0.001, delivery_timeout_s=0.5, delivery_lease_s=3,
        delivery_workers=2, delivery_again_s=0.3, log_level="error",
    )  # fmt: skip
    telemetry.configure_logs(given, "scoring")
    yield Town(keeper, given, sealing.open_seal(given), made)
    keeper.close()


@pytest.fixture
def receiver() -> Iterator[Callable[..., Receiver]]:
    """Makes receivers, closed at the end."""
    made: list[Receiver] = []

    def make(behave: Behaviour = lambda got, before: "ok") -> Receiver:
        made.append(Receiver(behave))
        return made[-1]

    yield make
    for one in made:
        one.close()
