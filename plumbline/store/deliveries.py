"""The outbox: deliveries owed in the transaction that changes a deviation, leased under a fence, tried until done or dead.

Nothing is marked before it is sent: a sender that dies between sending and marking sends again, under the same message id.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from plumbline import errors, messages
from plumbline.notices import Notice
from plumbline.store import engine
from plumbline.store.statements import statement

LAST: Final = 2**63 - 1
COUNTED_MOST: Final = 100_000
ERROR_LENGTH_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Receiver:
    """A subscription as a sender needs it; `token` is the fence of its newest lease, `failing` its failures in a row."""

    id: uuid.UUID
    title: str
    kind: str
    address: str
    language: str
    owner: str
    token: int
    failing: int


@dataclass(frozen=True, slots=True)
class Owed:
    """One delivery; `notice` None: a test. `attempts` were begun before; `overtaken`: a later change was delivered."""

    id: int
    message: uuid.UUID
    attempts: int
    owed_at: datetime
    notice: Notice | None
    overtaken: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: `state` delivered, waiting, dead or withheld; `pause_s` until the next attempt;
    `rest_s` None where the receiver is well, else how long to leave it alone."""

    state: str
    status: int | None = None
    error: str | None = None
    pause_s: float | None = None
    rest_s: float | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt; `ended_at` None: it is under way, or its sender died; `error` None in one that ended: delivered."""

    number: int
    begun_at: datetime
    ended_at: datetime | None
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it stands, with its attempts."""

    id: int
    message: uuid.UUID
    subscription: uuid.UUID
    notice: int | None
    deviation: int | None
    state: str
    owed_at: datetime
    next_at: datetime
    attempts: int
    done_at: datetime | None
    error: str | None
    tried: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits (counted to a bound), for how many seconds the oldest; dead ones; receivers that fail, or are disabled."""

    waiting: int
    oldest_s: float
    dead: int
    failing: int
    disabled: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """How many watches are armed, and the oldest last sign of one (None: none is armed)."""

    armed: int
    looked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """A told change for a stream; `notice` None where nothing was kept of what it says."""

    number: int
    deviation: int
    act: str
    state: str
    severity: str
    court: str
    at: datetime
    watch: str
    kind: str
    subject: str | None
    notice: Notice | None


def owe(connection: engine.Connection, notice: Notice) -> int:
    """Owe a told change to everybody who asked for it, in the caller's transaction; returns to how many.

    Once for a change: its number is the key.
    """
    body = {
        "number": notice.number,
        "deviation": notice.deviation,
        "body": Jsonb(messages.to_document(notice)),
    }
    connection.execute(statement("insert_notice"), body)
    binds = {
        "number": notice.number,
        "deviation": notice.deviation,
        "court": notice.court,
        "courts": [notice.court, *notice.courts],
        "day": notice.at.astimezone(UTC).date(),
        "severity": notice.severity,
        "order": list(messages.LEAST),
        "kind": notice.kind,
    }
    return connection.execute(statement("owe_deliveries"), binds).rowcount


def owe_test(connection: engine.Connection, subscription: uuid.UUID) -> uuid.UUID:
    """Owe a test to one subscription; returns the message's id."""
    row = connection.execute(statement("insert_test_delivery"), {"subscription": subscription}).fetchone()
    assert row is not None
    made: uuid.UUID = row[0]
    return made


def lease(
    connection: engine.Connection, lease_s: float, *, most: int, probing: int = 1
) -> tuple[Receiver, list[Owed]] | None:
    """Take the receiver whose delivery has been due longest, with some of its due deliveries; None when none is due.

    A receiver that fails is given `probing` deliveries only. The lease ends by itself after `lease_s` seconds.
    """
    row = connection.execute(statement("lease_subscription"), {"lease_s": lease_s}).fetchone()
    if row is None:
        return None
    to = Receiver(*row)
    binds = {"subscription": to.id, "token": to.token, "most": probing if to.failing else most}
    rows = connection.execute(statement("take_deliveries"), binds).fetchall()
    owed = [
        Owed(
            int(one[0]), one[1], int(one[2]), one[3],
            None if one[4] is None else messages.from_document(one[4]), bool(one[5]),
        )
        for one in rows
    ]  # fmt: skip
    return to, sorted(owed, key=lambda one: one.id)


def begin(connection: engine.Connection, to: Receiver, owed: Owed) -> bool:
    """Note that an attempt begins; False where the lease holds no more: then nothing may be sent."""
    binds = {"id": owed.id, "token": to.token}
    return connection.execute(statement("begin_attempt"), binds).rowcount == 1


def finish(
    connection: engine.Connection,
    to: Receiver,
    owed: Owed,
    outcome: Outcome,
    alert: dict[str, Any] | None = None,
) -> bool:
    """Note what became of a delivery; False, and nothing is changed, where another lease took it meanwhile.

    `alert` is what an Alertmanager now holds of the deviation until it ends.
    """
    error = None if outcome.error is None else outcome.error[:ERROR_LENGTH_MAX]
    binds = {
        "id": owed.id, "token": to.token, "state": outcome.state, "error": error, "status": outcome.status,
        "pause_s": outcome.pause_s,
    }  # fmt: skip
    if connection.execute(statement("finish_delivery"), binds).rowcount != 1:
        return False
    connection.execute(statement("end_attempt"), binds)
    if outcome.state != "withheld":
        connection.execute(
            statement("rest_subscription"),
            {"subscription": to.id, "token": to.token, "pause_s": outcome.rest_s},
        )
    if outcome.state == "delivered" and owed.notice is not None and to.kind == "alertmanager":
        told = {"subscription": to.id, "deviation": owed.notice.deviation, "notice": owed.notice.number}
        if alert is None:
            connection.execute(statement("drop_standing"), told)
        else:
            connection.execute(statement("keep_standing"), {**told, "alert": Jsonb(alert)})
    return True


def release(connection: engine.Connection, to: Receiver) -> None:
    """Give a lease back before it ends."""
    connection.execute(statement("release_subscription"), {"subscription": to.id, "token": to.token})


def disable(connection: engine.Connection, to: Receiver, why: str) -> None:
    """Disable the subscription from inside its lease; what is owed to it waits until somebody resumes it."""
    connection.execute(statement("disable_leased"), {"subscription": to.id, "token": to.token, "why": why})


def read_standing(
    connection: engine.Connection, subscription: uuid.UUID, deviation: int
) -> dict[str, Any] | None:
    """The alert an Alertmanager holds of a deviation, or None."""
    binds = {"subscription": subscription, "deviation": deviation}
    row = connection.execute(statement("read_standing_alert"), binds).fetchone()
    return None if row is None else dict(row[0])


def list_standing(
    connection: engine.Connection, subscription: uuid.UUID, after: int, most: int
) -> list[tuple[int, dict[str, Any], Notice | None]]:
    """What an Alertmanager holds: deviation, alert, and the notice it came from; in the order of deviations."""
    binds = {"subscription": subscription, "after": after, "most": most}
    return [
        (int(row[0]), dict(row[1]), None if row[2] is None else messages.from_document(row[2]))
        for row in connection.execute(statement("list_standing"), binds)
    ]


def claim_again(connection: engine.Connection, every_s: float, lease_s: float) -> Receiver | None:
    """Lease the Alertmanager that must be told again of what stands; its next turn is `every_s` seconds ahead."""
    binds = {"every_s": every_s, "lease_s": lease_s}
    row = connection.execute(statement("claim_again"), binds).fetchone()
    return None if row is None else Receiver(*row)


def claim_beat(connection: engine.Connection) -> tuple[Receiver, int] | None:
    """The receiver whose heartbeat is due, and the seconds between two; its next is that far ahead."""
    row = connection.execute(statement("claim_beat")).fetchone()
    return None if row is None else (Receiver(*row[:8]), int(row[8]))


def list_deliveries(
    connection: engine.Connection,
    subscription: uuid.UUID,
    *,
    state: str | None = None,
    before: int = LAST,
    most: int = 50,
) -> list[Delivery]:
    """Deliveries of a subscription with their attempts, newest first."""
    binds = {"subscription": subscription, "state": state, "before": before, "most": most}
    return [_delivery(row) for row in connection.execute(statement("list_deliveries"), binds)]


def read_delivery(connection: engine.Connection, message: uuid.UUID) -> Delivery | None:
    """One delivery with its attempts, or None."""
    row = connection.execute(statement("read_delivery"), {"message": message}).fetchone()
    return None if row is None else _delivery(row)


def replay(connection: engine.Connection, message: uuid.UUID) -> None:
    """Owe a dead delivery again, from the first attempt on; errors.Conflict for one that is not dead."""
    if connection.execute(statement("replay_delivery"), {"message": message}).rowcount != 1:
        raise errors.Conflict(
            f"The delivery {message} is not dead", why="Only one that was given up is sent anew."
        )


def prune(connection: engine.Connection, before: datetime, most: int) -> int:
    """Forget deliveries, with their attempts, that were over before a moment; returns how many, `most` at a time.

    What is owed, what is dead, and what belongs to a deviation that still stands is kept.
    """
    return connection.execute(statement("prune_deliveries"), {"before": before, "most": most}).rowcount


def list_told(
    connection: engine.Connection, after: int, courts: Sequence[str] | None, told: Sequence[str], most: int
) -> list[Told]:
    """Told changes after a number, of some courts (None: of all), in commit order."""
    binds = {
        "after": after, "courts": None if courts is None else list(courts), "told": list(told), "most": most,
    }  # fmt: skip
    return [_told(row) for row in connection.execute(statement("list_told_changes"), binds)]


def newest_change(connection: engine.Connection) -> int:
    """The number of the newest change of any deviation; 0 before the first."""
    row = connection.execute("SELECT number FROM deviation_clock").fetchone()
    return 0 if row is None else int(row[0])


def read_backlog(connection: engine.Connection) -> Backlog:
    """What delivery owes now."""
    row = connection.execute(statement("read_delivery_backlog"), {"most": COUNTED_MOST}).fetchone()
    assert row is not None
    return Backlog(int(row[0]), float(row[1] or 0.0), int(row[2]), int(row[3]), int(row[4]))


def read_pulse(connection: engine.Connection) -> Pulse:
    """Whether the watches look."""
    row = connection.execute(statement("read_watch_pulse")).fetchone()
    assert row is not None
    return Pulse(int(row[0]), row[1])


def _told(row: Sequence[Any]) -> Told:
    number, deviation, act, state, severity, court, at, watch, kind, subject, body = row
    kept = None if body is None else messages.from_document(body)
    return Told(number, deviation, act, state, severity, court, at, watch, kind, subject, kept)


def _delivery(row: Sequence[Any]) -> Delivery:
    (own, message, subscription, notice, deviation, state, owed, due, attempts, done, error, listed) = row
    tried = tuple(
        Attempt(
            int(number),
            datetime.fromisoformat(begun),
            None if ended is None else datetime.fromisoformat(ended),
            status,
            met,
        )
        for number, begun, ended, status, met in listed or ()
    )
    return Delivery(
        own, message, subscription, notice, deviation, state, owed, due, attempts, done, error, tried
    )
