"""`plumbline consume`: messages of a broker into the running service."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Annotated

import typer

from plumbline import streams
from plumbline.runtime import settings as settings_
from services.commands import feeds, pulls
from services.ingest import brokers, sender, telling
from services.ingest.brokers import consumer


def consume(
    config: pulls.Config,
    once: Annotated[bool, typer.Option("--once", help="leave when nothing more comes")] = False,
    url: pulls.Address = None,
    token: pulls.Token = None,
    report: pulls.Report = None,
    state: feeds.State = None,
) -> None:
    """Take messages from NATS JetStream or Kafka; each is acknowledged after the service has committed it or holds
    it in quarantine. Ends on SIGTERM after the batch in hand."""
    stream = streams.read(config)
    teller = telling.teller(stream.source, stream.name, stream.content, stream.mapping)
    broker = brokers.broker(stream, config.parent)
    address, key = feeds.destination(settings_.load(state=state), url, token)
    with (
        pulls.shown(f"consuming {stream.stream}", report) as ear,
        contextlib.closing(sender.Sender(address, key, say=ear.say, patience_s=stream.patience_s)) as client,
    ):
        taking = consumer.Consumer(stream, broker, teller, client, ear)
        asyncio.run(_until_told(taking, once=once))
    print(pulls.told(taking.total, "messages taken"))


async def _until_told(taking: consumer.Consumer, *, once: bool) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, taking.stopping.set)
    await taking.run(once=once)
