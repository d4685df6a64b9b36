"""The numbers of health the ingest service shows: what it took in, refused and still holds; never what a case
says."""

from __future__ import annotations

import threading
from typing import Final

import prometheus_client

from plumbline.runtime import telemetry

SOURCES_MOST: Final = 1_000
"""Sources shown by name; any beyond share the name `other`."""
SIZE_BUCKETS: Final = (1, 2, 5, 10, 50, 100, 500, 1_000, 2_000, 5_000, 10_000, 50_000)


class Metrics:
    """Counters and gauges on the app's own registry."""

    def __init__(self, registry: prometheus_client.CollectorRegistry) -> None:
        self.events = prometheus_client.Counter(
            "plumbline_ingest_events_total", "Records answered, by result.", ["result"], registry=registry
        )
        self.rejected = prometheus_client.Counter(
            "plumbline_ingest_rejected_total", "Records refused, by reason.", ["reason"], registry=registry
        )
        self.batch = prometheus_client.Histogram(
            "plumbline_ingest_batch_events", "Records in a request.", buckets=SIZE_BUCKETS, registry=registry
        )
        self.group = prometheus_client.Histogram(
            "plumbline_ingest_group_events",
            "Events in a transaction.",
            buckets=SIZE_BUCKETS,
            registry=registry,
        )
        self.seconds = prometheus_client.Histogram(
            "plumbline_ingest_append_seconds",
            "Time of a transaction, commit included.",
            buckets=telemetry.SECONDS_BUCKETS,
            registry=registry,
        )
        self.queued = prometheus_client.Gauge(
            "plumbline_ingest_queued_records", "Records handed in and not yet answered.", registry=registry
        )
        self.marks = prometheus_client.Gauge(
            "plumbline_ingest_marks",
            "Cases marked to be folded again, counted up to the limit.",
            registry=registry,
        )
        self.free_bytes = prometheus_client.Gauge(
            "plumbline_ingest_free_disk_bytes", "Free disk where the state folder is.", registry=registry
        )
        self._last = prometheus_client.Gauge(
            "plumbline_ingest_last_event_timestamp_seconds",
            "When a new event of the source was last committed, Unix time.",
            ["source"],
            registry=registry,
        )
        self._sources: set[str] = set()
        self._lock = threading.Lock()
        for result in ("accepted", "duplicate", "rejected"):
            self.events.labels(result)

    def heard(self, source: str, at: float) -> None:
        """Note that a source brought something new at a moment (Unix time)."""
        with self._lock:
            if source not in self._sources and len(self._sources) >= SOURCES_MOST:
                source = "other"
            self._sources.add(source)
        self._last.labels(source).set(at)
