"""The upkeep of deliveries: once a day those that are long over are forgotten, a small part at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

import prometheus_client
import structlog

from plumbline.store import deliveries, engine

log: Final = structlog.get_logger(__name__)
BATCH: Final = 500


class Upkeep:
    """Forgets deliveries that were over `keep_days` days ago. Safe beside others, also in other processes."""

    def __init__(
        self,
        pool: engine.Pool,
        clock: Callable[[], datetime],
        keep_days: int,
        registry: prometheus_client.CollectorRegistry,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._keep = timedelta(days=keep_days)
        self._done_on: date | None = None
        self._pruned = prometheus_client.Counter(
            "plumbline_delivery_pruned_total",
            "Deliveries forgotten because they were over long ago.",
            registry=registry,
        )

    def tick(self) -> bool:
        """One part; False when nothing is left for today."""
        now = self._clock()
        if self._done_on == now.date():
            return False
        with engine.transaction(self._pool) as connection:
            pruned = deliveries.prune(connection, now - self._keep, BATCH)
        self._pruned.inc(pruned)
        if pruned:
            log.info("deliveries forgotten", deliveries=pruned, over_before=(now - self._keep).isoformat())
        if pruned < BATCH:
            self._done_on = now.date()
        return pruned > 0
