"""Told changes of deviations as server-sent events: by their number, which is the order of commits, so none is missed."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Final

import anyio
import fastapi
import structlog
from fastapi import Header, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from plumbline import errors, messages, notices
from plumbline.store import deliveries, dossier, engine, listed_cases
from plumbline.store.deliveries import Told
from plumbline.store.tokens import Doorkeeper, Principal
from services.api import access, contract
from services.api import subscription_shapes as shapes
from services.api.desk import AtDesk, Desk, Reading

log: Final = structlog.get_logger(__name__)
router = fastapi.APIRouter(tags=["subscriptions"])

BATCH: Final = 200
POLL_S: Final = 1.0
RETRY_MS: Final = 3_000
EACH_MOST: Final = 4
"""Streams a principal may hold open."""
Last = Annotated[
    str | None, Header(alias="Last-Event-ID", description="the number of the last event you have")
]
After = Annotated[
    int | None, Query(ge=0, description="the same, for a client that cannot send the header at first")
]
EXAMPLE: Final = (
    'event: opened\ndata: {"number": 7, "deviation": "3", "act": "opened", "state": "open", "severity": "amber",'
    ' "court": "示2401", …}\nid: 7\n\n'
)


class EventStream(StreamingResponse):
    """Server-sent events, framed here: fastapi's own response takes generators as routes, which cannot refuse first."""

    media_type = "text/event-stream"


class Streams:
    """How many streams are open, bounded; one whose end nobody saw is let go when its life is over."""

    def __init__(self, most: int, life_s: float) -> None:
        self._most = most
        self._life_s = life_s
        self._open: dict[int, tuple[str, float]] = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def enter(self, who: str) -> int:
        """A place; errors.Overloaded where there is none."""
        with self._lock:
            now = time.monotonic()
            self._open = {key: one for key, one in self._open.items() if one[1] > now}
            own = sum(name == who for name, _ in self._open.values())
            if len(self._open) >= self._most or own >= EACH_MOST:
                raise errors.Overloaded(
                    "Too many streams are open", retry_after=30, next="Close one, or come back later."
                )
            number = next(self._numbers)
            self._open[number] = (who, now + self._life_s + 60)
            return number

    def leave(self, number: int) -> None:
        """Give the place back."""
        with self._lock:
            self._open.pop(number, None)


@router.get(
    "/v1/deviations/stream",
    operation_id="stream_deviations",
    summary="Changes of deviations as they are told (server-sent events)",
    response_class=EventStream,
    responses={
        200: {
            "description": "events named for their acts; data as ToldChange; the id is the change's number",
            "content": {"text/event-stream": {"example": EXAMPLE}},
        },
        **{status: contract.problem(status) for status in contract.COMMON},
    },
)
def stream_deviations(desk: AtDesk, last_event_id: Last = None, after: After = None) -> fastapi.Response:
    """Of your courts. Begins after the number given, else with the next change; goes on where it was broken off.

    The first event, `ready`, says the number it begins after. A stream ends by itself after a while: connect again.
    """
    state = desk.request.app.state
    with desk.open() as reading:
        begin = _begin(reading, last_event_id, after)
    _record(desk, "deviations.stream", after=begin)
    place = state.streams.enter(desk.who.name)
    flow = _flow(desk, begin, lambda: state.streams.leave(place))
    return EventStream(
        flow,
        headers={
            "Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff",
        },
    )  # fmt: skip


def _begin(reading: Reading, header: str | None, after: int | None) -> int:
    """The number to begin after; errors.BadInput for one that was never given."""
    newest = deliveries.newest_change(reading.connection)
    if header:
        if not (header.isascii() and header.isdigit() and len(header) < 19):
            raise errors.BadInput(
                "Last-Event-ID is the number of an event", next="Leave it out to begin now."
            )
        after = int(header)
    if after is not None and after > newest:
        raise errors.BadInput(
            f"There is no change {after} yet",
            why=f"The newest is {newest}.",
            next="Read the list, then begin anew.",
        )
    return newest if after is None else after


async def _flow(desk: Desk, after: int, leave: Callable[[], None]) -> AsyncIterator[bytes]:
    settings = desk.request.app.state.settings
    until, said = time.monotonic() + settings.stream_seconds_max, time.monotonic()
    try:
        yield format_sse_event(event="ready", data_str=f'{{"number":{after}}}', id=str(after), retry=RETRY_MS)
        while time.monotonic() < until:
            found = await run_in_threadpool(_read, desk, after)
            if found is None:
                return
            for one in found:
                after = one.number
                yield format_sse_event(event=one.act, data_str=one.model_dump_json(), id=str(after))
            if found:
                said = time.monotonic()
            elif time.monotonic() - said >= settings.stream_beat_s:
                said = time.monotonic()
                yield KEEPALIVE_COMMENT
            if len(found) < BATCH:
                await anyio.sleep(min(POLL_S, settings.stream_beat_s))
    finally:
        leave()


def _read(desk: Desk, after: int) -> list[shapes.ToldChange] | None:
    """What was told since, as the reader may see it now; None when his token no longer holds."""
    try:
        who = _holder(desk)
        if who is None:
            return None
        with Desk(desk.request, who).open() as reading:
            found = deliveries.list_told(reading.connection, after, reading.own_courts(), notices.TOLD, BATCH)
            shaped = _shaped(reading, found)
        if any(one.subject for one in shaped):
            _record(desk, "deviations.streamed", first=shaped[0].number, last=shaped[-1].number)
    except errors.Unavailable:
        log.warning("stream waits for the database")
        return []
    return shaped


def _holder(desk: Desk) -> Principal | None:
    keeper: Doorkeeper = desk.request.app.state.doorkeeper
    token = desk.request.headers.get("authorization", "").partition(" ")[2].strip()
    found = keeper.find(token)
    return found if found is not None and found.role in access.READERS else None


def _shaped(reading: Reading, found: list[Told]) -> list[shapes.ToldChange]:
    """Changes as they are sent: of a sealed case neither its number nor anything said of it."""
    cases = {one.number: _case(reading, one.subject) for one in found if one.subject}
    standing = dossier.read_standing(reading.connection, [case for case in cases.values() if case])
    shaped = []
    for one in found:
        case = cases.get(one.number)
        sealed = case is not None and standing.get(case, (False, frozenset()))[0]
        kept: Any = None if one.notice is None else one.notice
        if kept is not None:
            listed = listed_cases.told(reading.connection, reading.know.subjects, kept)
            kept = messages.without_case(kept) if sealed else listed
        shaped.append(
            shapes.ToldChange.model_validate(
                {
                    "number": one.number, "deviation": str(one.deviation), "act": one.act, "state": one.state,
                    "severity": one.severity, "court": one.court, "at": one.at, "watch": one.watch,
                    "kind": one.kind, "subject": None if sealed else one.subject,
                    "text": None if kept is None else dict(kept.text),
                    "document": None if kept is None or sealed else dict(kept.document),
                }
            )
        )  # fmt: skip
    return shaped


def _case(reading: Reading, text: str | None) -> dossier.Case | None:
    try:
        subject = reading.know.subjects.parse(text or "")
    except errors.BadInput:
        return None
    return (subject.home_court, subject.text)


def _record(desk: Desk, act: str, **detail: Any) -> None:
    """Written into the audit before anything is sent."""
    given = {"request": desk.request.state.request_id, **detail}
    with engine.transaction(desk.request.app.state.pool) as connection:
        dossier.record_read(connection, desk.who.name, act, "deviations", given)
