"""Message brokers behind one interface, one module a broker; each needs its own package, asked for only when used.

A message is acknowledged after the service has answered for it, never before: what it took is committed, what it
refused is in its quarantine. Delivered again, it is a duplicate.
"""

from __future__ import annotations

import importlib
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from plumbline import errors
from plumbline.streams import Stream

PACKAGES: Final = {"nats": "nats-py", "kafka": "aiokafka"}


class Lost(errors.Unavailable):
    """The broker does not answer; it is asked again."""

    code = "broker_lost"


class Missing(errors.PlumblineError):
    """The package of a broker is not installed."""

    code = "missing_extra"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message: its bytes, where it stands in the stream, its headers by small letters; `handle` is the
    broker's own."""

    body: bytes
    place: str
    headers: Mapping[str, str] = field(default_factory=dict)
    handle: Any = None


class Broker(Protocol):
    """What a consumer needs of a broker. Each method raises Lost when the broker does not answer."""

    async def open(self) -> None:
        """Connect, and find the stream and the durable consumer (made when it is new)."""

    async def fetch(self, most: int, wait_s: float) -> list[Delivery]:
        """Messages not acknowledged yet, at most so many; none when none came in time."""

    async def hold(self, batch: Sequence[Delivery]) -> None:
        """Say that a batch is still being worked on, so that it is not delivered again yet."""

    async def settle(self, batch: Sequence[Delivery]) -> None:
        """Acknowledge a batch: all of it is committed or in quarantine."""

    async def give_back(self, batch: Sequence[Delivery], delay_s: float) -> None:
        """Have a batch delivered again, not before a delay where the broker knows delays."""

    async def close(self) -> None:
        """End the connection; what is not acknowledged is delivered again."""


def broker(stream: Stream, folder: pathlib.Path) -> Broker:
    """The broker of a stream; secrets are read beside `folder`. Missing names the package that is not installed."""
    try:
        module = importlib.import_module(f"services.ingest.brokers.{stream.broker}")
    except ModuleNotFoundError as absent:
        if (absent.name or "").startswith("services."):
            raise
        raise Missing(
            f"The package {PACKAGES[stream.broker]} is not installed",
            why=f"Only consuming from {stream.broker} needs it.",
            next="Install the extra: pip install --require-hashes -r requirements-brokers.txt",
        ) from absent
    made: Broker = module.Consumer(stream, folder)
    return made
