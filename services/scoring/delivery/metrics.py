"""The numbers of health of delivery and of the watches: what waits, what died, who fails; never what was told."""

from __future__ import annotations

from collections.abc import Iterable

import prometheus_client
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from plumbline import errors
from plumbline.store import deliveries, engine

RESULTS = ("delivered", "waiting", "dead", "withheld", "fenced")


class Metrics:
    """Counters of what the loops of delivery did."""

    def __init__(self, registry: prometheus_client.CollectorRegistry) -> None:
        self.attempts = prometheus_client.Counter(
            "plumbline_delivery_attempts_total",
            "Attempts at deliveries, by what they came to (waiting: to be tried again).",
            ["result"],
            registry=registry,
        )
        self.beats = prometheus_client.Counter(
            "plumbline_delivery_heartbeats_total", "Heartbeats, by result.", ["result"], registry=registry
        )
        for result in RESULTS:
            self.attempts.labels(result)
        for result in ("sent", "failed", "withheld"):
            self.beats.labels(result)

    def count(self, result: str) -> None:
        """Note what an attempt came to."""
        self.attempts.labels(result).inc()


class Owing(Collector):
    """What delivery owes and when the watches last looked, read from the database when scraped."""

    def __init__(self, pool: engine.Pool) -> None:
        self.pool = pool

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        try:
            with engine.transaction(self.pool) as connection:
                found, pulse = deliveries.read_backlog(connection), deliveries.read_pulse(connection)
        except errors.PlumblineError:
            return
        for name, words, value in (
            ("plumbline_delivery_waiting", "Deliveries that wait (counted to a bound).", found.waiting),
            ("plumbline_delivery_oldest_seconds", "Age of the oldest delivery owed.", found.oldest_s),
            ("plumbline_delivery_dead", "Deliveries given up (counted to a bound).", found.dead),
            (
                "plumbline_delivery_failing_subscriptions",
                "Receivers whose last attempt failed.",
                found.failing,
            ),
            ("plumbline_delivery_disabled_subscriptions", "Subscriptions disabled.", found.disabled),
            ("plumbline_watch_armed", "Armed watches.", pulse.armed),
        ):
            yield GaugeMetricFamily(name, words, value=value)
        if pulse.looked_at is not None:
            yield GaugeMetricFamily(
                "plumbline_watch_looked_timestamp_seconds",
                "Unix time of the oldest last look of an armed watch.",
                value=pulse.looked_at.timestamp(),
            )
