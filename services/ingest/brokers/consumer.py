"""Takes messages from a broker to the service: fetched, told, pushed, and acknowledged when the service answered."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import orjson

from plumbline import errors
from plumbline.streams import Stream
from services.ingest import telling
from services.ingest.brokers import Broker, Delivery, Lost
from services.ingest.pulling.keeping import Counts
from services.ingest.pulling.puller import Ear
from services.ingest.sender import LARGER, NotTaken, Outcome, Refused, Sender, TurnedAway
from services.ingest.telling import Teller
from services.ingest.translators import Translated

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
_BINARY: Final = ("ce-", "ce_")
"""Before the names of attributes in headers, where the body is an event's data alone (NATS, Kafka)."""


class NotHeld(errors.PlumblineError):
    """A message the service cannot take in at all; it stays with the broker."""

    code = "not_held"


class Consumer:
    """One stream into one service. `run` ends when `stopping` is set, after the batch in hand."""

    def __init__(self, stream: Stream, broker: Broker, teller: Teller, sender: Sender, ear: Ear) -> None:
        self._stream, self._broker, self._teller = stream, broker, teller
        self._sender, self._ear = sender, ear
        self.stopping = asyncio.Event()
        self.total = Counts()

    async def run(self, *, once: bool) -> None:
        """Consume; with `once` until nothing more comes. A broker that is away is asked again, patiently."""
        pause = FIRST_PAUSE_SECONDS
        try:
            while not self.stopping.is_set():
                try:
                    await self._broker.open()
                    pause = FIRST_PAUSE_SECONDS
                    if await self._until_lost(once=once):
                        return
                except Lost as lost:
                    self._ear.say(f"waiting {pause:.0f} s: {lost}")
                    await self._rest(pause * (0.5 + random.random()))  # noqa: S311 - spreads consumers only
                    pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        finally:
            await self._broker.close()

    async def _until_lost(self, *, once: bool) -> bool:
        while not self.stopping.is_set():
            batch = await self._broker.fetch(self._stream.batch, self._stream.wait_s)
            if batch:
                await self._take(batch)
            elif once:
                return True
        return True

    async def _take(self, batch: Sequence[Delivery]) -> None:
        """One batch: settled when all of it is committed or in quarantine, else given back whole."""
        counts = Counts(rows=len(batch))
        told = list(self._told(batch, counts))
        try:
            outcome = await self._pushed(batch, told)
        except TurnedAway:
            await self._broker.give_back(batch, self._stream.give_back_s)
            raise
        except NotTaken as busy:
            self._ear.say(f"waiting {self._stream.give_back_s} s: {busy}")
            await self._broker.give_back(batch, self._stream.give_back_s)
            await self._rest(self._stream.give_back_s)
            return
        if larger := [batch[one.line - 1].place for one in outcome.refused if one.detail == LARGER]:
            await self._broker.give_back(batch, self._stream.give_back_s)
            raise NotHeld(
                f"The message {larger[0]} is larger than the service takes",
                why="Acknowledged, it would be lost: nobody but the broker holds it.",
                next="Raise the service's bound, or take the message out of the stream.",
            )
        await self._broker.settle(batch)
        counts.accepted, counts.duplicates = outcome.accepted, outcome.duplicates
        counts.refused = len(outcome.refused)
        problems = {one.line: one.problem for one in told if one.problem}
        for one in outcome.refused:
            detail = problems.get(one.line) or one.detail
            self._ear.refused(Refused(one.line, one.id or batch[one.line - 1].place, one.reason, detail))
        self.total.add(counts)
        self._ear.counted(self.total)

    async def _pushed(self, batch: Sequence[Delivery], told: Sequence[Translated]) -> Outcome:
        """Push what was told, off the event loop; the broker hears meanwhile that it is being worked on."""
        holding = asyncio.create_task(self._hold(batch))
        outcome = Outcome()
        try:
            for part in telling.batches(told):
                outcome.add(await asyncio.to_thread(self._sender.send, part))
        finally:
            holding.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await holding
        return outcome

    async def _hold(self, batch: Sequence[Delivery]) -> None:
        while True:
            await asyncio.sleep(self._stream.ack_s / 3)
            with contextlib.suppress(Lost):
                await self._broker.hold(batch)

    def _told(self, batch: Sequence[Delivery], counts: Counts) -> Iterator[Translated]:
        for place, one in enumerate(batch, 1):
            for item in records(place, one, self._teller):
                if item.record is not None:
                    yield item
                    continue
                counts.withheld += 1
                self._ear.refused(Refused(place, item.key or one.place, "withheld", item.problem or ""))

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)


def records(place: int, delivery: Delivery, teller: Teller) -> Iterator[Translated]:
    """The records of a message; one that is no JSON goes to the door as it is, which keeps it in quarantine."""
    event = _binary(delivery)
    if event is not None:
        yield Translated(place, event, key=delivery.place)
        return
    # Between the names and values of JSON a line end is a blank, and within a text it stands escaped.
    body = delivery.body.replace(b"\r", b" ").replace(b"\n", b" ")
    if teller.content != "cloudevents":
        with contextlib.suppress(orjson.JSONDecodeError):
            found = orjson.loads(body)
            if isinstance(found, Mapping):
                for one in teller.tell(place, found, delivery.place):
                    yield Translated(place, one.record, one.problem, one.key)
                return
    yield Translated(place, body if body.strip() else b"null", key=delivery.place)


def _binary(delivery: Delivery) -> bytes | None:
    """The event whose attributes stand in headers (CloudEvents, binary mode); None where they do not."""
    attributes: dict[str, object] = {
        name[len(_BINARY[0]) :]: value for name, value in delivery.headers.items() if name.startswith(_BINARY)
    }
    if not {"id", "type", "specversion"} <= attributes.keys():
        return None
    try:
        data = orjson.loads(delivery.body) if delivery.body.strip() else None
    except orjson.JSONDecodeError:
        data = delivery.body.decode("utf-8", "replace")
    for name in ("revision", "sequence"):
        if str(attributes.get(name, "")).isdigit():
            attributes[name] = int(str(attributes[name]))
    return orjson.dumps(attributes | ({"data": data} if data is not None else {}))
