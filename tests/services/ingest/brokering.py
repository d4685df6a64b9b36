"""Brokers for tests: a real NATS server on a port of 127.0.0.1, and the interface of aiokafka's consumer over a log
in memory (no Kafka broker is packaged for this system, so none was ever run against)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiokafka
import aiokafka.errors
import nats
import pytest

from plumbline.streams import Stream
from services.ingest import brokers
from services.ingest.brokers import kafka
from tests.services.ingest.test_process import ROOT

Message = bytes | tuple[bytes, Mapping[str, str]]


class Nats:
    """A NATS server with JetStream on disk; killed and started again it is the same one."""

    name = "nats"

    def __init__(self, folder: Path) -> None:
        found = shutil.which("nats-server", path=f"{ROOT}/.plumbline/tools/bin:{os.environ.get('PATH', '')}")
        if found is None:
            pytest.skip("nats-server is not here: run `make tools`")
        self.binary, self.folder = found, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"nats://127.0.0.1:{self.port}"
        self.start()
        asyncio.run(self._with(lambda jetstream: jetstream.add_stream(name="CASES", subjects=["court.>"])))

    def start(self) -> None:
        self.child = subprocess.Popen(
            [self.binary, "-js", "-sd", str(self.folder / "nats"), "-a", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            assert self.child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()

    def publish(self, messages: Sequence[Message]) -> None:
        async def work(jetstream: Any) -> None:
            for one in messages:
                body, headers = one if isinstance(one, tuple) else (one, None)
                await jetstream.publish("court.cases", body, headers=dict(headers) if headers else None)

        asyncio.run(self._with(work))

    def waiting(self) -> int:
        """Messages nobody has acknowledged."""

        async def work(jetstream: Any) -> int:
            told = await jetstream.consumer_info("CASES", "plumbline")
            return int(told.num_pending + told.num_ack_pending)

        return int(asyncio.run(self._with(work)))

    async def _with(self, work: Any) -> Any:
        client = await nats.connect(self.url, allow_reconnect=False)
        try:
            return await work(client.jetstream())
        finally:
            await client.close()

    def broker(self, stream: Stream) -> brokers.Broker:
        return brokers.broker(stream, self.folder)


@dataclass
class Log:
    """What a Kafka broker keeps: two partitions, and the offsets a group committed."""

    partitions: tuple[list[Any], list[Any]] = field(default_factory=lambda: ([], []))
    committed: dict[int, int] = field(default_factory=dict)
    away: int = 0


class FakeConsumer:
    """The part of aiokafka.AIOKafkaConsumer that is used, over a log in memory."""

    def __init__(self, log: Log, topic: str, **given: Any) -> None:
        assert given["enable_auto_commit"] is False
        assert given["auto_offset_reset"] == "earliest"
        self.log, self.topic = log, topic
        self.at: dict[int, int] = {}

    async def start(self) -> None:
        if self.log.away:
            self.log.away -= 1
            raise aiokafka.errors.KafkaConnectionError("no broker")
        self.at = {number: self.log.committed.get(number, 0) for number in range(2)}

    def assignment(self) -> set[aiokafka.TopicPartition]:
        return {aiokafka.TopicPartition(self.topic, number) for number in range(2)}

    async def getmany(self, timeout_ms: int = 0, max_records: int | None = None) -> dict[Any, list[Any]]:
        assert max_records is not None
        found: dict[Any, list[Any]] = {}
        for number, kept in enumerate(self.log.partitions):
            records = kept[self.at[number] : self.at[number] + max_records]
            max_records -= len(records)
            self.at[number] += len(records)
            if records:
                found[aiokafka.TopicPartition(self.topic, number)] = records
        if not found:
            await asyncio.sleep(min(timeout_ms / 1000, 0.05))
        return found

    def seek(self, partition: aiokafka.TopicPartition, offset: int) -> None:
        self.at[partition.partition] = offset

    async def commit(self, offsets: dict[Any, int]) -> None:
        if self.log.away:
            self.log.away -= 1
            raise aiokafka.errors.CommitFailedError("rebalanced")
        for place, offset in offsets.items():
            self.log.committed[place.partition] = offset

    async def stop(self) -> None:
        self.at = {}


class Kafka:
    """The Kafka consumer's logic, without a broker."""

    name = "kafka"
    url = "127.0.0.1:9092"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = Log()

    def publish(self, messages: Sequence[Message]) -> None:
        for number, one in enumerate(messages):
            body, headers = one if isinstance(one, tuple) else (one, {})
            kept = self.log.partitions[number % 2]
            kept.append(
                SimpleNamespace(
                    topic="CASES", partition=number % 2, offset=len(kept), value=body or None,
                    headers=[(name.replace("ce-", "ce_"), value.encode()) for name, value in headers.items()],
                )
            )  # fmt: skip

    def waiting(self) -> int:
        return sum(len(kept) - self.log.committed.get(n, 0) for n, kept in enumerate(self.log.partitions))

    def kill(self) -> None:
        pass

    def broker(self, stream: Stream) -> brokers.Broker:
        return kafka.Consumer(
            stream, self.folder, make=lambda topic, **given: FakeConsumer(self.log, topic, **given)
        )
