"""The loops of delivery, wired: senders to receivers, reminders to Alertmanagers, heartbeats."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime

import prometheus_client

from plumbline.runtime import outward, sealing
from plumbline.runtime.settings import Settings
from plumbline.store import engine
from services.scoring.delivery import alertmanager, metrics, sink, webhook
from services.scoring.delivery.deliverer import Deliverer
from services.scoring.delivery.parcels import Sender
from services.scoring.delivery.reminders import Heart, Reminder

IDLE_S = 0.25
REMIND_IDLE_S = 0.5
PREFIX = "deliver"

Tick = tuple[str, Callable[[], bool], float]
"""A loop's name, what it does at a time, and how long it rests when there was nothing to do, in seconds."""


def ticks(
    settings: Settings,
    pool: engine.Pool,
    clock: Callable[[], datetime],
    registry: prometheus_client.CollectorRegistry,
    stalled: Callable[[], list[str]],
) -> list[Tick]:
    """The loops; none where delivery is switched off. `stalled` says which of scoring's loops no longer tick."""
    registry.register(metrics.Owing(pool))
    if not settings.delivery:
        return []
    networks = outward.read_networks(settings.delivery_networks)
    client = outward.Client(networks, settings.delivery_timeout_s, plain=settings.delivery_http)
    alerts = alertmanager.AlertmanagerSender(client)
    senders: dict[str, Sender] = {
        "webhook": webhook.WebhookSender(client),
        "alertmanager": alerts,
        "file": sink.FileSender(settings.state / sink.FOLDER),
        "stdout": sink.StdoutSender(),
    }
    counted, seal = metrics.Metrics(registry), functools.cache(lambda: sealing.open_seal(settings))

    def deliverer() -> Deliverer:
        return Deliverer(
            pool, clock, senders, seal, counted,
            lease_s=settings.delivery_lease_s, scale=settings.delivery_scale,
        )  # fmt: skip

    made: list[Tick] = [
        (f"{PREFIX}-{number}", deliverer().tick, IDLE_S) for number in range(settings.delivery_workers)
    ]
    again = Reminder(deliverer(), alerts, settings.delivery_again_s)
    heart = Heart(deliverer(), senders, stalled)
    return [
        *made,
        (f"{PREFIX}-again", again.tick, REMIND_IDLE_S),
        (f"{PREFIX}-beat", heart.tick, REMIND_IDLE_S),
    ]
