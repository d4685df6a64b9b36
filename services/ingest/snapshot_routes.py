"""The routes of the snapshot door: a table opened, its rows, its close; and the questions its missing rows ask."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal

import fastapi
import orjson
from fastapi import Path, Query

from plumbline import errors
from plumbline.store import engine, snapshot_questions
from plumbline.store import snapshots as store
from plumbline.store.snapshot_questions import Question
from plumbline.store.snapshots import Asked, Snapshot
from plumbline.store.tokens import FEEDS
from services.ingest import (
    bodies,
    decisions,
    entrance,
    shapes,
    snapshot_closing,
    snapshot_rows,
    snapshot_shapes,
)
from services.ingest.admission import Admission
from services.ingest.reception import Reception

router: Final = fastapi.APIRouter(prefix="/v1/snapshots", tags=["snapshots"])

AHEAD: Final = timedelta(hours=1)
"""A sender's clock may be ahead by so much."""

_Id = Annotated[int, Path(ge=1, le=store.LAST, description="number of the snapshot", examples=[7])]
_QuestionId = Annotated[int, Path(ge=1, le=store.LAST, description="number of the question", examples=[12])]
_Cursor = Annotated[str | None, Query(pattern="^[0-9]{1,18}$", description="`next` of the page before")]
_Limit = Annotated[int, Query(ge=1, le=1000)]
_ROWS: Final = {
    "required": True,
    "description": "One row a line: `key`, the `events` it tells, and as `refused` (id, reason, detail) what it could not "
    "tell; or only `key_digest` (SHA-256 of the key in hex) where the row may not be told. Plain, gzip or zstd.",
    "content": {
        bodies.LINES: {
            "schema": {"type": "string"},
            "example": orjson.dumps(snapshot_shapes.LINE).decode() + "\n",
        }
    },
}


def _body(example: object) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"example": example}}}}


@router.post(
    "",
    status_code=201,
    operation_id="open_snapshot",
    summary="Open a snapshot of a table",
    response_model=snapshot_shapes.SnapshotShape,
    responses={
        200: {
            "description": "It was open already; its sending begins anew.",
            **shapes.example(snapshot_shapes.SNAPSHOT),
        },
        201: shapes.example(snapshot_shapes.SNAPSHOT),
        **shapes.described(401, 403, 409, 422, 429, 503),
    },
    openapi_extra=_body(snapshot_shapes.NEW),
)
def open_snapshot(
    request: fastapi.Request,
    response: fastapi.Response,
    who: entrance.Anyone,
    new: snapshot_shapes.NewSnapshot,
) -> dict[str, Any]:
    """One at a time of a table of a source. After a break, open the same again and send the table from its first row."""
    _reception(request).refuse()
    now = datetime.now(UTC)
    if not who.may_feed(new.source):
        raise errors.NotAllowed(
            f"The token of {who.name} may not feed {new.source!r}", next="Ask for one that may."
        )
    if _admission(request).sources.get(new.source) is None:
        raise errors.BadInput(
            f"No source {new.source!r} is registered", next="Register it by POST /v1/sources."
        )
    if new.taken_at > now + AHEAD:
        raise errors.BadInput(
            f"taken_at lies after this clock ({now.isoformat()})", next="Say when the table was exported."
        )
    asked = Asked(**new.model_dump())
    found, begun = snapshot_closing.begin(request.app.state.pool, who, asked, now)
    response.status_code = 201 if begun else 200
    return _shape(found, now)


@router.get(
    "",
    operation_id="list_snapshots",
    summary="Snapshots, newest first",
    response_model=snapshot_shapes.SnapshotPage,
    responses={
        200: shapes.example({"snapshots": [snapshot_shapes.CLOSED], "next": "7"}),
        **shapes.described(401, 422, 503),
    },
)
def list_snapshots(
    request: fastapi.Request,
    who: entrance.Anyone,
    cursor: _Cursor = None,
    limit: _Limit = 100,
    source: Annotated[str | None, Query(max_length=128)] = None,
    state: Literal["open", "closed", "suspect", "superseded", "abandoned"] | None = None,
) -> dict[str, Any]:
    """Of the sources the token feeds, or, for an office, of the sources whose courts it sees."""
    seen = decisions.visible(who, _admission(request))
    if source is not None:
        seen = [source] if seen is None or source in seen else []
    before = int(cursor) if cursor else store.LAST
    with engine.transaction(request.app.state.pool) as connection:
        found = store.page(connection, sources=seen, state=state, before=before, limit=limit + 1)
    now = datetime.now(UTC)
    shown = found[:limit]
    more = str(shown[-1].id) if len(found) > limit else None
    return {"snapshots": [_shape(one, now) for one in shown], "next": more}


@router.get(
    "/questions",
    operation_id="list_snapshot_questions",
    summary="Questions about rows that are gone, newest first",
    response_model=snapshot_shapes.QuestionPage,
    responses={
        200: shapes.example({"questions": [snapshot_shapes.QUESTION], "next": "12"}),
        **shapes.described(401, 422, 503),
    },
)
def list_questions(
    request: fastapi.Request,
    who: entrance.Anyone,
    cursor: _Cursor = None,
    limit: _Limit = 100,
    source: Annotated[str | None, Query(max_length=128)] = None,
    state: Literal["open", "overdue", "answered"] | None = None,
) -> dict[str, Any]:
    """Of the sources the token feeds, and for an office those about the courts it sees. A reader sees none."""
    now = datetime.now(UTC)
    view = snapshot_closing.view(who, _admission(request))
    before = int(cursor) if cursor else store.LAST
    with engine.transaction(request.app.state.pool) as connection:
        found = snapshot_questions.page(
            connection, view, source=source, state=state, before=before, limit=limit + 1, now=now
        )
    shown = found[:limit]
    more = str(shown[-1].id) if len(found) > limit else None
    return {"questions": [_question(one, now) for one in shown], "next": more}


@router.post(
    "/questions/{question_id}/answer",
    operation_id="answer_snapshot_question",
    summary="Answer where the case of a vanished row has gone",
    response_model=snapshot_shapes.Answered,
    responses={
        200: shapes.example(snapshot_shapes.ANSWERED),
        **shapes.described(401, 403, 404, 409, 422, 503),
    },
    openapi_extra=_body(snapshot_shapes.REPLY),
)
def answer_question(
    request: fastapi.Request, who: entrance.Office, question_id: _QuestionId, reply: snapshot_shapes.Reply
) -> dict[str, Any]:
    """Role office or operator. The answer, its audit line and what follows from it commit together."""
    now = datetime.now(UTC)
    given = snapshot_closing.Reply(reply.answer, reply.why, reply.new_key)
    question, effect = snapshot_closing.answer(
        request.app.state.pool, _admission(request), who, question_id, given, now
    )
    return {"question": _question(question, now), **effect}


@router.get(
    "/{snapshot_id}",
    operation_id="read_snapshot",
    summary="One snapshot: its state, counts and progress",
    response_model=snapshot_shapes.SnapshotShape,
    responses={200: shapes.example(snapshot_shapes.SNAPSHOT), **shapes.described(401, 404, 422, 503)},
)
def read_snapshot(request: fastapi.Request, who: entrance.Anyone, snapshot_id: _Id) -> dict[str, Any]:
    """Also after it ended."""
    with engine.transaction(request.app.state.pool) as connection:
        found = snapshot_closing.visible(connection, _admission(request), who, snapshot_id)
    return _shape(found, datetime.now(UTC))


@router.post(
    "/{snapshot_id}/rows",
    operation_id="push_snapshot_rows",
    summary="Send a batch of rows; answered when all that is good is committed",
    response_model=snapshot_shapes.RowsTaken,
    responses={
        200: shapes.example(snapshot_shapes.ROWS),
        **shapes.described(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503),
    },
    openapi_extra={"requestBody": _ROWS},
)
async def push_rows(
    request: fastapi.Request,
    snapshot_id: _Id,
    first: Annotated[int, Query(ge=1, le=10**12, description="number of its first row in the table, from 1")],
) -> fastapi.Response:
    """Some 2,000 rows at a time. Sending a batch again, or in other batches, changes nothing."""
    reception = _reception(request)
    reception.refuse()
    who = await entrance.principal(request)
    if who.role not in FEEDS:
        raise errors.NotAllowed(
            "A reader's token may not send rows", next="Ask for a token with the role feeder."
        )
    bounds = snapshot_rows.Bounds(reception.limits.depth, reception.limits.record_bytes)

    def work(raws: list[bytes]) -> dict[str, Any]:
        taken, source = snapshot_rows.take(
            request.app.state.pool,
            _admission(request),
            who,
            snapshot_id,
            first,
            raws,
            bounds,
            datetime.now(UTC),
        )
        reception.count_rows(taken, source)
        return taken

    taken = await reception.hand(request, work)
    return fastapi.Response(orjson.dumps(taken), media_type="application/json")


@router.post(
    "/{snapshot_id}/close",
    operation_id="close_snapshot",
    summary="Close a snapshot whose rows all were sent",
    response_model=snapshot_shapes.SnapshotShape,
    responses={
        200: shapes.example(snapshot_shapes.CLOSED),
        **shapes.described(401, 404, 409, 422, 503),
    },
    openapi_extra=_body({"rows": 3}),
)
def close_snapshot(
    request: fastapi.Request, who: entrance.Anyone, snapshot_id: _Id, closing: snapshot_shapes.Closing
) -> dict[str, Any]:
    """Of a whole table, rows an earlier one held and this one lacks become questions; where too many are gone the
    state is `suspect`, and nothing is asked until an office confirms it."""
    now = datetime.now(UTC)
    return _shape(snapshot_closing.close(request.app.state.pool, who, snapshot_id, closing.rows, now), now)


@router.post(
    "/{snapshot_id}/confirm",
    operation_id="confirm_snapshot",
    summary="Confirm that the rows a suspect table lacks are gone indeed",
    response_model=snapshot_shapes.SnapshotShape,
    responses={
        200: shapes.example(snapshot_shapes.CLOSED),
        **shapes.described(401, 403, 404, 409, 422, 503),
    },
    openapi_extra=_body({"why": "分院撤销，案件已移送"}),
)
def confirm_snapshot(
    request: fastapi.Request, who: entrance.Office, snapshot_id: _Id, reason: snapshot_shapes.Reason
) -> dict[str, Any]:
    """Role office or operator. The missing rows become questions."""
    now = datetime.now(UTC)
    pool = request.app.state.pool
    return _shape(snapshot_closing.confirm(pool, _admission(request), who, snapshot_id, reason.why, now), now)


@router.post(
    "/{snapshot_id}/abandon",
    operation_id="abandon_snapshot",
    summary="Let an open or suspect snapshot go",
    response_model=snapshot_shapes.SnapshotShape,
    responses={
        200: shapes.example(
            snapshot_shapes.SNAPSHOT | {"state": "abandoned", "ended_at": "2026-11-20T18:05:00Z"}
        ),
        **shapes.described(401, 403, 404, 409, 422, 503),
    },
    openapi_extra=_body({"why": "导出中断，当晚重新导出"}),
)
def abandon_snapshot(
    request: fastapi.Request, who: entrance.Anyone, snapshot_id: _Id, reason: snapshot_shapes.Reason
) -> dict[str, Any]:
    """Nothing is asked. What its rows told stays told, and the next table tells it anew."""
    now = datetime.now(UTC)
    pool = request.app.state.pool
    return _shape(snapshot_closing.abandon(pool, _admission(request), who, snapshot_id, reason.why, now), now)


def _reception(request: fastapi.Request) -> Reception:
    found: Reception = request.app.state.reception
    return found


def _admission(request: fastapi.Request) -> Admission:
    found: Admission = request.app.state.admission
    return found


def _shape(found: Snapshot, now: datetime) -> dict[str, Any]:
    shown = asdict(found)
    del shown["sending"], shown["received"]
    progress = left = None
    if found.rows_expected:
        done = min(found.rows, found.rows_expected)
        progress = f"{done * 1000 // found.rows_expected / 10:.1f} %"
        if found.state == "open" and done:
            spent = (now - found.begun_at) // timedelta(seconds=1)
            left = spent * (found.rows_expected - done) // done
    return {**shown, "progress": progress, "seconds_left": left}


def _question(one: Question, now: datetime) -> dict[str, Any]:
    shown = asdict(one)
    del shown["digest"]
    return {**shown, "courts": list(one.courts), "state": one.state(now)}
