"""Takes a body from its bytes to its answer: decoded, split and looked at off the event loop, written by the
appender."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

import fastapi
from fastapi.concurrency import run_in_threadpool

from plumbline import errors, source_terms
from plumbline.refusals import Refusal
from plumbline.runtime.settings import Settings
from plumbline.store import journal
from plumbline.store.tokens import Principal
from services.ingest import bodies
from services.ingest.admission import Admission, Sorted
from services.ingest.appender import Answer, Appender
from services.ingest.metrics import Metrics
from services.ingest.pressure import Pressure

SMALL_BYTES: Final = 4 * 1024
"""A body up to this size is looked at on the event loop: a thread would cost more than it spares."""
SORTERS: Final = 2
BODIES_IN_HAND: Final = 4
"""As many of the largest bodies may be in memory at once; beyond them the answer is 429."""
BODY_SECONDS: Final = 120


class Late(bodies.BadBody):
    """The body did not arrive in time."""

    code = "request_timeout"
    status = 408


class Reception:
    """What `POST /v1/events` needs, for the life of the app."""

    def __init__(
        self,
        settings: Settings,
        admission: Admission,
        appender: Appender,
        pressure: Pressure,
        metrics: Metrics,
    ) -> None:
        self.limits = bodies.Limits(
            body_bytes=settings.ingest_body_bytes_max,
            record_bytes=settings.ingest_line_bytes_max,
            records=settings.ingest_lines_max,
            depth=settings.ingest_depth_max,
        )
        self._admission = admission
        self._appender = appender
        self._pressure = pressure
        self._metrics = metrics
        self._sorters = ThreadPoolExecutor(SORTERS, thread_name_prefix="sorter")
        self._bytes = 0

    def close(self) -> None:
        self._sorters.shutdown(wait=True)

    def refuse(self) -> None:
        """Say at once that nothing can be taken in now: errors.Overloaded, errors.Unavailable."""
        self._pressure.refuse()

    async def take(self, request: fastapi.Request, who: Principal) -> dict[str, Any]:
        """The answer to a request, when all of it that is good is committed."""
        media = bodies.media_type(request.headers.get("content-type"))
        written = bodies.charset(request.headers.get("content-type"))
        how = bodies.encoding(request.headers.get("content-encoding"))
        held = _Held()
        try:
            sent = await self._read(request, held)
            if self._admission.ready and how == "identity" and len(sent) <= SMALL_BYTES:
                found = self._sort(sent, media, written, how, who)
            else:
                loop = asyncio.get_running_loop()
                found = await loop.run_in_executor(self._sorters, self._sort, sent, media, written, how, who)
            answer = await self._append(found)
        except errors.Unavailable:
            self._pressure.database_away()
            raise
        finally:
            self._bytes -= held.bytes
        return self._summary(found, answer)

    async def hand(
        self, request: fastapi.Request, work: Callable[[list[bytes]], dict[str, Any]]
    ) -> dict[str, Any]:
        """What `work`, in a thread of its own, makes of the lines of a body; the bounds of `take` hold."""
        how = bodies.encoding(request.headers.get("content-encoding"))
        media = bodies.media_type(request.headers.get("content-type"))
        written = bodies.charset(request.headers.get("content-type")) or source_terms.UTF8
        if media != bodies.LINES:
            raise bodies.Unsupported(
                f"The media type {media!r} is not read here", next=f"Send {bodies.LINES}."
            )
        held = _Held()
        try:
            sent = await self._read(request, held)

            def split() -> list[bytes]:
                body = bodies.decode(sent, how, self.limits.body_bytes)
                return bodies.split(bodies.in_utf8(body, written, self.limits.body_bytes), media, self.limits)

            return await run_in_threadpool(lambda: work(split()))
        except errors.Unavailable:
            self._pressure.database_away()
            raise
        finally:
            self._bytes -= held.bytes

    def count_rows(self, taken: dict[str, Any], source: str) -> None:
        """Count what a batch of rows of a source's table brought."""
        accepted = taken["originals"] + taken["corrections"] + taken["retractions"]
        self._metrics.batch.observe(taken["rows"])
        self._metrics.events.labels(journal.ACCEPTED).inc(accepted)
        self._metrics.events.labels(journal.DUPLICATE).inc(taken["known_events"])
        self._metrics.events.labels("rejected").inc(len(taken["rejected"]))
        for one in taken["rejected"]:
            self._metrics.rejected.labels(one["reason"]).inc()
        if accepted:
            self._metrics.heard(source, time.time())

    async def _read(self, request: fastapi.Request, held: _Held) -> bytes:
        """The body as it was sent, at most as long as a decoded one may be."""
        most = self.limits.body_bytes
        if (told := request.headers.get("content-length", "")).isdigit() and int(told) > most:
            raise bodies.too_large(most)
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for part in request.stream():
                    parts.append(part)
                    held.bytes += len(part)
                    self._bytes += len(part)
                    if held.bytes > most:
                        raise bodies.too_large(most)
                    if self._bytes > BODIES_IN_HAND * most:
                        raise errors.Overloaded(
                            "Too many bodies are in hand",
                            retry_after=2,
                            next="Send the same body again later.",
                        )
        except TimeoutError:
            raise Late(
                "The body did not arrive in time", next="Send it again, or in smaller bodies."
            ) from None
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _sort(self, sent: bytes, media: str, written: str | None, how: str, who: Principal) -> Sorted:
        body = bodies.decode(sent, how, self.limits.body_bytes)
        body = bodies.in_utf8(body, written or self._admission.charset_of(who), self.limits.body_bytes)
        return self._admission.sort(bodies.split(body, media, self.limits), who, datetime.now(UTC))

    async def _append(self, found: Sorted) -> Answer:
        if not found.events and not found.kept:
            return Answer([], None)
        return await asyncio.wrap_future(self._appender.hand(found.events, found.raws, found.kept))

    def _summary(self, found: Sorted, answer: Answer) -> dict[str, Any]:
        accepted = answer.outcomes.count(journal.ACCEPTED)
        duplicates = answer.outcomes.count(journal.DUPLICATE)
        refused = found.refused
        if accepted + duplicates < len(answer.outcomes):
            later = zip(found.places, answer.outcomes, strict=True)
            refused = refused | {place: one for place, one in later if isinstance(one, Refusal)}
        self._count(found, answer, accepted, duplicates, refused)
        return {
            "accepted": accepted,
            "duplicates": duplicates,
            "rejected": [
                {"index": place, "id": one.id, "reason": one.reason, "detail": one.detail}
                for place, one in sorted(refused.items())
            ],
            "receipt": answer.receipt,
        }

    def _count(
        self, found: Sorted, answer: Answer, accepted: int, duplicates: int, refused: dict[int, Refusal]
    ) -> None:
        self._metrics.batch.observe(len(found.events) + len(found.refused))
        self._metrics.events.labels(journal.ACCEPTED).inc(accepted)
        self._metrics.events.labels(journal.DUPLICATE).inc(duplicates)
        self._metrics.events.labels("rejected").inc(len(refused))
        for one in refused.values():
            self._metrics.rejected.labels(one.reason).inc()
        if accepted:
            now = time.time()
            new = zip(found.events, answer.outcomes, strict=True)
            for source in {event.source for event, outcome in new if outcome == journal.ACCEPTED}:
                self._metrics.heard(source, now)


@dataclasses.dataclass(slots=True)
class _Held:
    """Bytes of one request that are in memory."""

    bytes: int = 0
