"""What is told without a change: to Alertmanagers what stands, to those who asked for it that scoring is alive."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from plumbline import messages
from plumbline.runtime.settings import ConfigurationError
from plumbline.store import deliveries, engine
from plumbline.store.deliveries import Receiver
from services.scoring.delivery import alertmanager
from services.scoring.delivery.deliverer import Deliverer
from services.scoring.delivery.parcels import Parcel, Sender

log: Final = structlog.get_logger(__name__)

LOOK_LATE: Final = timedelta(hours=26)
"""A watch looks once a court day; later than this, the watches count as stopped."""


class Reminder:
    """Tells every Alertmanager again what stands, which it forgets when it restarts."""

    PAGE: Final = 200

    def __init__(self, deliverer: Deliverer, sender: alertmanager.AlertmanagerSender, every_s: float) -> None:
        self._deliverer = deliverer
        self._sender = sender
        self._every_s = every_s

    def tick(self) -> bool:
        """One Alertmanager, under its lease; False when none is due."""
        with engine.transaction(self._deliverer.pool) as connection:
            to = deliveries.claim_again(connection, self._every_s, self._deliverer.lease_s)
        if to is None:
            return False
        keys = self._keys(to)
        after: int | None = None if keys is None else 0
        until = time.monotonic() + self._deliverer.lease_s / 2
        while after is not None and time.monotonic() < until:
            alerts, after = self._page(to, after)
            if alerts and self._sender.tell(to.address, alerts, keys or ()).error is not None:
                break
        with engine.transaction(self._deliverer.pool) as connection:
            deliveries.release(connection, to)
        return True

    def _keys(self, to: Receiver) -> tuple[str, ...] | None:
        """What the receiver is shown; None where it cannot be opened: it is told again when it can."""
        try:
            with engine.transaction(self._deliverer.pool) as connection:
                return self._deliverer.secrets(connection, to)
        except ConfigurationError as shut:
            log.warning("not told again", subscription=str(to.id), error=shut.what)
            return None

    def _page(self, to: Receiver, after: int) -> tuple[list[dict[str, Any]], int | None]:
        """Alerts that stand and may still be told, after a deviation; and the last deviation looked at."""
        views, now = self._deliverer.views, self._deliverer.clock()
        with engine.transaction(self._deliverer.pool) as connection:
            owner = views.owner(connection, to.owner)
            rows = [] if owner is None else deliveries.list_standing(connection, to.id, after, self.PAGE)
            seen = [
                views.seen(connection, owner, notice)
                for _, _, notice in rows
                if owner is not None and notice is not None
            ]
        told = [alertmanager.standing(messages.alert(one), now) for one in seen if one is not None]
        return told, rows[-1][0] if rows else None


class Heart:
    """The dead-man's switch: beats only while scoring's loops tick and every armed watch looked within its time.

    A beat that is missed is not made up for: its absence is the message.
    """

    def __init__(
        self, deliverer: Deliverer, senders: Mapping[str, Sender], stalled: Callable[[], list[str]]
    ) -> None:
        self._deliverer = deliverer
        self._senders = senders
        self._stalled = stalled

    def tick(self) -> bool:
        """One beat to one receiver; False when none is due."""
        deliverer = self._deliverer
        with engine.transaction(deliverer.pool) as connection:
            due = deliveries.claim_beat(connection)
            if due is None:
                return False
            to, every_s = due
            pulse = deliveries.read_pulse(connection)
            ownerless = deliverer.views.owner(connection, to.owner) is None
            keys = () if ownerless else deliverer.secrets(connection, to)
        now = deliverer.clock()
        why = [*self._stalled(), *late(pulse, now)]
        if why or ownerless:
            deliverer.metrics.beats.labels("withheld").inc()
            log.warning("heartbeat withheld", subscription=str(to.id), reasons=why or ["no owner"])
            return True
        beat = messages.Beat(now, every_s, pulse.looked_at)
        parcel = Parcel(to, f"beat_{uuid.uuid4().hex}", now, beat=beat, secrets=keys)
        met = self._senders[to.kind].send(parcel)
        deliverer.metrics.beats.labels("sent" if met.error is None else "failed").inc()
        return True


def late(pulse: deliveries.Pulse, now: datetime) -> list[str]:
    """Why the watches count as stopped; empty when they do not."""
    if pulse.looked_at is not None and now - pulse.looked_at > LOOK_LATE:
        return [f"a watch has not looked since {pulse.looked_at.isoformat()}"]
    return []
