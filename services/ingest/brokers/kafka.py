"""The Kafka protocol: a consumer of a group whose offsets are committed only after the service's answer."""

from __future__ import annotations

import contextlib
import pathlib
import ssl
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import aiokafka
import aiokafka.errors

from plumbline.streams import Stream
from services.ingest.brokers import Delivery, Lost
from services.ingest.pulling import fetching

POLL_MILLISECONDS: Final = 600_000
"""How long the group waits between two fetches before it gives the partitions to another."""


class Consumer:
    """A services.ingest.brokers.Broker on one topic; `make` builds the client (aiokafka's own consumer)."""

    def __init__(self, stream: Stream, folder: pathlib.Path, make: Any = aiokafka.AIOKafkaConsumer) -> None:
        self._stream, self._folder, self._make = stream, folder, make
        self._client: Any = None

    async def open(self) -> None:
        await self.close()
        stream = self._stream
        self._client = self._make(
            stream.stream, bootstrap_servers=list(stream.servers), group_id=stream.consumer,
            client_id="plumbline", enable_auto_commit=False, auto_offset_reset="earliest",
            isolation_level="read_committed", max_poll_interval_ms=POLL_MILLISECONDS, **self._secrets(),
        )  # fmt: skip
        async with _asking():
            await self._client.start()

    async def fetch(self, most: int, wait_s: float) -> list[Delivery]:
        async with _asking():
            found = await self._client.getmany(timeout_ms=int(wait_s * 1000), max_records=most)
        return [
            Delivery(
                one.value or b"",
                f"{one.topic}:{one.partition}:{one.offset}",
                {name.lower(): value.decode("utf-8", "replace") for name, value in one.headers},
                one,
            )
            for records in found.values()
            for one in records
        ]

    async def hold(self, batch: Sequence[Delivery]) -> None:
        """Nothing to say: the client's heartbeat does, and the service is asked for less than its limit."""

    async def settle(self, batch: Sequence[Delivery]) -> None:
        """Commit the offset behind the last message of each partition. A batch is settled whole, in order."""
        ends: dict[Any, int] = {}
        for one in batch:
            place = aiokafka.TopicPartition(one.handle.topic, one.handle.partition)
            ends[place] = max(ends.get(place, 0), one.handle.offset + 1)
        async with _asking():
            await self._client.commit(ends)

    async def give_back(self, batch: Sequence[Delivery], delay_s: float) -> None:
        """Go back to the first message of each partition; Kafka knows no delay, so the consumer waits."""
        begins: dict[Any, int] = {}
        for one in batch:
            place = aiokafka.TopicPartition(one.handle.topic, one.handle.partition)
            begins[place] = min(begins.get(place, one.handle.offset), one.handle.offset)
        async with _asking():
            for place, offset in begins.items():
                if place in self._client.assignment():
                    self._client.seek(place, offset)

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(aiokafka.errors.KafkaError, OSError):
                await client.stop()

    def _secrets(self) -> dict[str, Any]:
        stream = self._stream
        given: dict[str, Any] = {}
        if stream.tls:
            given["ssl_context"] = ssl.create_default_context(cafile=stream.authority)
        if stream.password is not None:
            given |= {
                "sasl_mechanism": stream.mechanism,
                "sasl_plain_username": stream.user,
                "sasl_plain_password": fetching.secret(stream.password, self._folder),
            }
        protocol = ("SASL_" if stream.password else "") + ("SSL" if stream.tls else "PLAINTEXT")
        return {**given, "security_protocol": protocol}


@contextlib.asynccontextmanager
async def _asking() -> AsyncIterator[None]:
    """Every fault of the broker's client as Lost; one is that another of the group has the partitions now."""
    try:
        yield
    except (aiokafka.errors.KafkaError, OSError) as failure:
        raise Lost(
            "The broker does not answer as it should", why=f"{type(failure).__name__}: {failure}"[:300]
        ) from failure
