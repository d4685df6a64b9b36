"""The loop of delivery: lease a receiver, send what is due to it in order, mark each after it was sent."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import structlog

from plumbline import retries
from plumbline.runtime import sealing
from plumbline.runtime.settings import ConfigurationError
from plumbline.store import deliveries, engine, subscriptions
from plumbline.store.deliveries import Outcome, Owed, Receiver
from services.scoring import scorer
from services.scoring.delivery.metrics import Metrics
from services.scoring.delivery.parcels import Parcel, Reception, Sender
from services.scoring.delivery.views import Views

log: Final = structlog.get_logger(__name__)

BATCH: Final = 20
OWNERLESS: Final = "its owner holds no token any more"
UNSEEN: Final = "its owner does not see this court any more"
OVERTAKEN: Final = "a later change was delivered before"
GONE: Final = "the receiver answered 410: it wants nothing more"


class Deliverer:
    """One sender's work, over one database. Safe beside any number of others, also in other processes.

    `seal` is asked for when a secret is needed: without its key whoever has one waits, and all else goes on.
    """

    def __init__(
        self,
        pool: engine.Pool,
        clock: Callable[[], datetime],
        senders: Mapping[str, Sender],
        seal: Callable[[], sealing.Seal],
        metrics: Metrics,
        *,
        lease_s: float,
        scale: float,
    ) -> None:
        self.pool = pool
        self.clock = clock
        self.senders = senders
        self.seal = seal
        self.metrics = metrics
        self.lease_s = lease_s
        self.scale = scale
        self.views = Views()

    def tick(self) -> bool:
        """Serve one receiver for a while; False when nothing is due."""
        with engine.transaction(self.pool) as connection:
            found = deliveries.lease(connection, self.lease_s, most=BATCH)
        if found is None:
            return False
        to, owed = found
        until = time.monotonic() + self.lease_s / 2
        for one in owed:
            if time.monotonic() > until or not self.deliver(to, one):
                break
        with engine.transaction(self.pool) as connection:
            deliveries.release(connection, to)
        return True

    def deliver(self, to: Receiver, owed: Owed) -> bool:
        """One attempt at one delivery; False when the receiver should be left alone, or the lease is lost."""
        parcel = self._pack(to, owed)
        if parcel is None:
            return False
        if isinstance(parcel, Outcome):
            self._finish(to, owed, parcel, None)
            return parcel.state == "withheld"
        scorer.reach("before_send")
        met = self.senders[to.kind].send(parcel)
        scorer.reach("after_send_before_mark")
        outcome = self._judge(to, owed, met)
        kept = self._finish(to, owed, outcome, met.alert, GONE if met.gone else None)
        return kept and outcome.state == "delivered"

    def _pack(self, to: Receiver, owed: Owed) -> Parcel | Outcome | None:
        """The parcel; an outcome where nothing is to be sent; None where the lease or the owner is gone."""
        with engine.transaction(self.pool) as connection:
            owner = self.views.owner(connection, to.owner)
            if owner is None:
                deliveries.disable(connection, to, OWNERLESS)
                log.warning("subscription disabled", subscription=str(to.id), why=OWNERLESS)
                return None
            notice, held = owed.notice, None
            if notice is not None:
                notice = self.views.seen(connection, owner, notice)
                if notice is None:
                    return Outcome("withheld", error=UNSEEN)
                if to.kind == "alertmanager":
                    if owed.overtaken:
                        return Outcome("withheld", error=OVERTAKEN)
                    held = deliveries.read_standing(connection, to.id, notice.deviation)
            try:
                keys = self.secrets(connection, to)
            except ConfigurationError as shut:
                rest = retries.LONGEST_REST_S * self.scale
                return Outcome("waiting", error=shut.what, pause_s=rest, rest_s=rest)
            if not deliveries.begin(connection, to, owed):
                return None
        message = f"msg_{owed.message.hex}"
        return Parcel(to, message, self.clock(), notice, secrets=keys, held=held)

    def secrets(self, connection: engine.Connection, to: Receiver) -> tuple[str, ...]:
        """What signs a message to the receiver, or what it is shown to be let in; the newest first."""
        if to.kind not in ("webhook", "alertmanager"):
            return ()
        held = subscriptions.held_secrets(connection, to.id)
        if not held:
            return ()
        seal = self.seal()
        return tuple(seal.open(one.sealed, str(to.id)) for one in held)

    def _judge(self, to: Receiver, owed: Owed, met: Reception) -> Outcome:
        """What an attempt comes to: a receiver that failed is tried later, and left alone for a while."""
        if met.error is None:
            return Outcome("delivered", met.status)
        chance = random.random()  # noqa: S311 - spreads retries, hides nothing
        rest = max(
            retries.rest(to.failing + 1, chance, self.scale),
            min(met.asked_s or 0, retries.LONGEST_ASKED_S) * self.scale,
        )
        pause = retries.next_pause(owed.attempts + 1, chance, self.scale, met.asked_s)
        if met.gone:
            return Outcome("waiting", met.status, met.error, 0.0, 0.0)
        return Outcome("dead" if pause is None else "waiting", met.status, met.error, pause, rest)

    def _finish(
        self,
        to: Receiver,
        owed: Owed,
        outcome: Outcome,
        alert: dict[str, Any] | None,
        gone: str | None = None,
    ) -> bool:
        def work() -> bool:
            with engine.transaction(self.pool) as connection:
                done = deliveries.finish(connection, to, owed, outcome, alert)
                if done and gone is not None:
                    deliveries.disable(connection, to, gone)
                return done

        done = engine.retrying(work)
        self.metrics.count(outcome.state if done else "fenced")
        if outcome.state != "delivered":
            log.warning(
                "not delivered",
                subscription=str(to.id),
                delivery=owed.id,
                state=outcome.state,
                error=outcome.error,
                attempts=owed.attempts + 1,
            )
        return done
