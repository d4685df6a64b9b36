"""NATS JetStream: a durable pull consumer with explicit acknowledgement."""

from __future__ import annotations

import contextlib
import pathlib
import ssl
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import nats
import nats.errors
import nats.js.api
import nats.js.errors
from nats.aio.client import Client
from nats.js import JetStreamContext

from plumbline import errors
from plumbline.streams import Stream
from services.ingest.brokers import Delivery, Lost
from services.ingest.pulling import fetching

CONNECT_SECONDS: Final = 5
ASK_SECONDS: Final = 5.0


class Consumer:
    """A services.ingest.brokers.Broker on one stream."""

    def __init__(self, stream: Stream, folder: pathlib.Path) -> None:
        self._stream, self._folder = stream, folder
        self._client: Client | None = None
        self._taken: JetStreamContext.PullSubscription | None = None

    async def open(self) -> None:
        await self.close()
        stream = self._stream
        async with _asking():
            self._client = await nats.connect(
                list(stream.servers), connect_timeout=CONNECT_SECONDS, allow_reconnect=False, error_cb=_quietly,
                name="plumbline", **self._secrets(),
            )  # fmt: skip
            jetstream = self._client.jetstream(timeout=ASK_SECONDS)
            await self._find(jetstream)
            self._taken = await jetstream.pull_subscribe_bind(durable=stream.consumer, stream=stream.stream)

    async def _find(self, jetstream: JetStreamContext) -> None:
        stream = self._stream
        try:
            await jetstream.stream_info(stream.stream)
        except nats.js.errors.NotFoundError:
            raise errors.NotFound(
                f"The broker has no stream {stream.stream}", next="Look at `stream` in the file."
            ) from None
        try:
            await jetstream.consumer_info(stream.stream, stream.consumer)
        except nats.js.errors.NotFoundError:
            config = nats.js.api.ConsumerConfig(
                durable_name=stream.consumer,
                ack_policy=nats.js.api.AckPolicy.EXPLICIT,
                ack_wait=float(stream.ack_s),
                filter_subject=stream.subject or None,
                max_ack_pending=2 * stream.batch,
            )
            await jetstream.add_consumer(stream.stream, config=config)

    async def fetch(self, most: int, wait_s: float) -> list[Delivery]:
        assert self._taken is not None
        async with _asking():
            try:
                found = await self._taken.fetch(most, timeout=wait_s)
            except nats.errors.TimeoutError:
                found = []
        if not found and (self._client is None or not self._client.is_connected):
            raise Lost("The broker has gone")
        return [
            Delivery(
                one.data,
                f"{self._stream.stream}:{one.metadata.sequence.stream}",
                {name.lower(): value for name, value in (one.headers or {}).items()},
                one,
            )
            for one in found
        ]

    async def hold(self, batch: Sequence[Delivery]) -> None:
        async with _asking():
            for one in batch:
                await one.handle.in_progress()

    async def settle(self, batch: Sequence[Delivery]) -> None:
        async with _asking():
            for one in batch:
                await one.handle.ack()
            assert self._client is not None
            await self._client.flush(int(ASK_SECONDS))

    async def give_back(self, batch: Sequence[Delivery], delay_s: float) -> None:
        async with _asking():
            for one in batch:
                await one.handle.nak(delay=delay_s)
            assert self._client is not None
            await self._client.flush(int(ASK_SECONDS))

    async def close(self) -> None:
        client, self._client, self._taken = self._client, None, None
        if client is not None:
            with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
                await client.close()

    def _secrets(self) -> dict[str, Any]:
        stream = self._stream
        given: dict[str, Any] = {}
        if stream.password is not None:
            given |= {"user": stream.user, "password": fetching.secret(stream.password, self._folder)}
        if stream.token is not None:
            given["token"] = fetching.secret(stream.token, self._folder)
        if stream.tls:
            given["tls"] = ssl.create_default_context(cafile=stream.authority)
        return given


@contextlib.asynccontextmanager
async def _asking() -> AsyncIterator[None]:
    """Every fault of the broker's client as Lost."""
    try:
        yield
    except (nats.errors.Error, OSError, TimeoutError) as failure:
        raise Lost(
            "The broker does not answer as it should", why=f"{type(failure).__name__}: {failure}"[:300]
        ) from failure


async def _quietly(_: Exception) -> None:
    """The client's own complaints; what they stop shows when it is next asked."""
