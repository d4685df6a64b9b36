"""kill -9 of the scoring service while it sends: nothing is lost, what is sent twice comes under the same id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.keeper import ROOT
from tests.services.delivery.conftest import Town, wait
from tests.services.delivery.receiver import Receiver

KILLED = -signal.SIGKILL


def scoring(town: Town, fault: str = "") -> subprocess.Popen[bytes]:
    """The service, which dies where it is told to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        **os.environ,
        **town.settings.environment(),
        "PLUMBLINE_SCORING_PORT": str(port),
        "PLUMBLINE_DELIVERY_LEASE_S": "1",
        "PLUMBLINE_ALLOW_FAULTS": "1",
        "PLUMBLINE_FAULT": fault,
    }
    log = (town.settings.state / "scoring.log").open("ab")
    return subprocess.Popen(
        [sys.executable, "-m", "services.command", "serve", "scoring"],
        cwd=ROOT,
        env=given,
        stdout=log,
        stderr=log,
    )


@pytest.mark.parametrize("point", ["after_send_before_mark", "before_send"])
def test_a_sender_killed_between_sending_and_marking_loses_nothing(
    town: Town, receiver: Callable[..., Receiver], point: str
) -> None:
    to = receiver(lambda got, before: "500" if before % 5 == 1 else "ok")
    made = town.subscribe(to.url)
    begun = [town.change(None, "opened")[0] for _ in range(12)]
    for one in begun:
        town.change(one, "resolved")
    kills = 0
    for nth in (1, 2, 3):
        dying = scoring(town, f"{point}:{nth}:kill9")
        assert dying.wait(60) == KILLED
        kills += 1
    last = scoring(town)
    try:
        wait(lambda: town.state(made) == {"delivered": 24}, 60)
    finally:
        last.terminate()
        with suppress(subprocess.TimeoutExpired):
            last.wait(20)
        if last.poll() is None:
            last.kill()
    times = Counter(to.ids())
    assert (len(times), kills) == (24, 3), "100 % of the messages, counted by id"
    assert point == "before_send" or max(times.values()) > 1, "the kill fell between sending and marking"
    ends = {got.said["data"]["deviation"] for got in to.taken if got.said["data"]["act"] == "resolved"}
    assert ends == {str(one) for one in begun}, "no end is lost"
    first: dict[str, list[str]] = {}
    for got in to.taken:
        seen = first.setdefault(got.said["data"]["deviation"], [])
        if got.said["data"]["act"] not in seen:
            seen.append(got.said["data"]["act"])
    assert set(map(tuple, first.values())) == {("opened", "resolved")}


def test_a_sender_that_wakes_after_its_lease_changes_nothing(town: Town) -> None:
    from plumbline.store import deliveries, engine

    made = town.subscribe("https://example.invalid/x")
    town.change(None, "opened")
    with engine.transaction(town.keeper.pool) as connection:
        found = deliveries.lease(connection, 0.05, most=5)
        assert found is not None
        old, (owed,) = found
        assert deliveries.begin(connection, old, owed)
    leased = None
    while leased is None:
        with engine.transaction(town.keeper.pool) as connection:
            leased = deliveries.lease(connection, 5, most=5)
    new, (again,) = leased
    assert (again.message, again.id, new.token) == (owed.message, owed.id, old.token + 1)
    with engine.transaction(town.keeper.pool) as connection:
        assert not deliveries.begin(connection, old, owed)
        assert not deliveries.finish(connection, old, owed, deliveries.Outcome("delivered", 200))
    assert town.state(made) == {"waiting": 1}
    with engine.transaction(town.keeper.pool) as connection:
        assert deliveries.begin(connection, new, again)
        assert deliveries.finish(connection, new, again, deliveries.Outcome("delivered", 200))
        (row,) = deliveries.list_deliveries(connection, made)
    assert (row.state, row.attempts) == ("delivered", 2)
    assert [(one.number, one.ended_at is None) for one in row.tried] == [(1, True), (2, False)]
