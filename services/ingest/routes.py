"""The routes of the ingest API, thin: who asks, what is asked, which noun answers."""

from __future__ import annotations

import base64
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import fastapi
import orjson
from fastapi import Path, Query

from plumbline import errors
from plumbline.source_terms import Settings
from plumbline.store import engine, quarantine, sources, tokens
from plumbline.store.sources import Source
from services.ingest import bodies, decisions, entrance, shapes, terms_routes
from services.ingest.admission import Admission
from services.ingest.reception import Reception

router: Final = fastapi.APIRouter(prefix="/v1")

_EVENT_SCHEMA: Final = {"type": "object", "description": "a CloudEvents 1.0 event; see the event reference"}
_BODY: Final = {
    "required": True,
    "description": "One event, a JSON list of events, or one event a line; plain, gzip or zstd.",
    "content": {
        bodies.SINGLE: {"schema": _EVENT_SCHEMA, "example": shapes.EVENT},
        bodies.BATCH: {"schema": {"type": "array", "items": _EVENT_SCHEMA}, "example": [shapes.EVENT]},
        bodies.LINES: {"schema": {"type": "string"}, "example": orjson.dumps(shapes.EVENT).decode() + "\n"},
        bodies.PLAIN: {
            "schema": {"oneOf": [_EVENT_SCHEMA, {"type": "array", "items": _EVENT_SCHEMA}]},
            "example": shapes.EVENT,
        },
    },
}
RecordId = Annotated[int, Path(ge=1, le=quarantine.LAST, description="number of the record", examples=[12])]


@router.post(
    "/events",
    status_code=202,
    operation_id="push_events",
    summary="Push events; answered when all that is good is committed",
    response_model=shapes.Taken,
    responses={
        202: shapes.example(shapes.TAKEN),
        **shapes.described(400, 401, 403, 408, 413, 415, 429, 503),
    },
    openapi_extra={"requestBody": _BODY},
    tags=["events"],
)
async def push_events(request: fastapi.Request) -> fastapi.Response:
    """Each record is looked at by itself: one that is refused is in quarantine with its reason and never
    blocks the
    others. Sending the same body again is safe: `(source, id)` is the key for ever."""
    reception: Reception = request.app.state.reception
    reception.refuse()
    who = await entrance.principal(request)
    if who.role not in tokens.FEEDS:
        raise errors.NotAllowed(
            "A reader's token may not push events", next="Ask for a token with the role feeder."
        )
    taken = await reception.take(request, who)
    return fastapi.Response(orjson.dumps(taken), 202, media_type="application/json")


@router.get(
    "/sources",
    operation_id="list_sources",
    summary="The registered court systems",
    response_model=shapes.SourceList,
    responses={200: shapes.example({"sources": [shapes.SOURCE]}), **shapes.described(401, 503)},
    tags=["sources"],
)
def list_sources(request: fastapi.Request, who: entrance.Anyone) -> dict[str, Any]:
    """In the order of their ids; those whose courts the token sees, or that it may feed."""
    admission: Admission = request.app.state.admission
    tree = admission.tree()
    with engine.transaction(request.app.state.pool) as connection:
        known = sources.list_sources(connection, sandboxes=True)
        shown = [
            one
            for one in known
            if who.may_feed(one.id) or any(who.sees(code, tree) for code in one.courts if code != "*")
        ]
        listed = [terms_routes.shown(connection, one) for one in (known if "*" in who.courts else shown)]
    return {"sources": listed}


@router.post(
    "/sources",
    status_code=201,
    operation_id="add_source",
    summary="Register a court system",
    response_model=shapes.SourceShape,
    responses={
        200: {"description": "It was registered already, just so.", **shapes.example(shapes.SOURCE)},
        201: shapes.example(shapes.SOURCE),
        **shapes.described(401, 403, 409, 422, 503),
    },
    openapi_extra={"requestBody": {"content": {"application/json": {"example": shapes.SOURCE}}}},
    tags=["sources"],
)
def add_source(
    request: fastapi.Request, response: fastapi.Response, who: entrance.Office, source: shapes.NewSource
) -> dict[str, Any]:
    """Safe to repeat. Role office or operator, for courts the token sees."""
    admission: Admission = request.app.state.admission
    settings = Settings(**source.settings.model_dump())
    given = Source(
        source.id, source.title, tuple(source.courts), source.zone, source.rhythm_minutes, settings
    )
    new = terms_routes.checked(admission, who, given)
    with engine.transaction(request.app.state.pool) as connection:
        if sources.add_source(connection, new):
            quarantine.note(connection, who.name, "source.add", f"source/{new.id}", asdict(new))
        else:
            response.status_code = 200
        answer = terms_routes.shown(connection, new)
    admission.sources.forget()
    return answer


@router.get(
    "/quarantine",
    operation_id="list_quarantine",
    summary="Refused records, newest first",
    response_model=shapes.QuarantinePage,
    responses={
        200: shapes.example({"records": [shapes.QUARANTINED], "next": "12"}),
        **shapes.described(401, 422, 503),
    },
    tags=["quarantine"],
)
def list_quarantine(
    request: fastapi.Request,
    who: entrance.Anyone,
    cursor: Annotated[
        str | None, Query(pattern="^[0-9]{1,18}$", description="`next` of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    reason: Annotated[str | None, Query(max_length=32, description="only this reason")] = None,
    undecided: Annotated[bool, Query(description="only those without a decision")] = False,
) -> dict[str, Any]:
    """Those of the sources the token feeds, or, for an office, of the sources whose courts it sees."""
    seen = decisions.visible(who, request.app.state.admission)
    before = int(cursor) if cursor else quarantine.LAST
    with engine.transaction(request.app.state.pool) as connection:
        kept = quarantine.page(
            connection, sources=seen, before=before, limit=limit + 1, reason=reason, undecided=undecided
        )
    more = len(kept) > limit
    shown = kept[:limit]
    return {"records": [_shape(one) for one in shown], "next": str(shown[-1].id) if more else None}


@router.get(
    "/quarantine/{record_id}",
    operation_id="read_quarantined",
    summary="One refused record with its bytes",
    response_model=shapes.QuarantinedRecord,
    responses={
        200: shapes.example(
            {**shapes.QUARANTINED, "text": '{"specversion":"1.0","id":"a9"}', "base64": None}
        ),
        **shapes.described(401, 404, 422, 503),
    },
    tags=["quarantine"],
)
def read_quarantined(request: fastapi.Request, who: entrance.Anyone, record_id: RecordId) -> dict[str, Any]:
    """`text` where the bytes are UTF-8, else `base64`."""
    seen = decisions.visible(who, request.app.state.admission)
    with engine.transaction(request.app.state.pool) as connection:
        kept = quarantine.get(connection, record_id)
    if kept is None or (seen is not None and kept.source not in seen):
        raise errors.NotFound(f"There is no quarantined record {record_id}")
    raw = kept.raw or b""
    try:
        text, coded = raw.decode("utf-8"), None
    except UnicodeDecodeError:
        text, coded = None, base64.b64encode(raw).decode("ascii")
    return {**_shape(kept), "text": text, "base64": coded}


@router.post(
    "/quarantine/{record_id}/decide",
    operation_id="decide_quarantined",
    summary="Decide a refused record: replay it as it is, mended, or as a correction; or drop it",
    response_model=shapes.Decided,
    responses={
        200: shapes.example(
            {
                "id": 12,
                "decision": "as_correction_of",
                "outcome": {
                    "result": "accepted",
                    "source": "jilin-ecourt",
                    "event": "a2~12",
                    "receipt": 4712,
                },
            }
        ),
        **shapes.described(401, 403, 404, 409, 422, 503),
    },
    openapi_extra={"requestBody": {"content": {"application/json": {"example": shapes.DECISION}}}},
    tags=["quarantine"],
)
def decide_quarantined(
    request: fastapi.Request, who: entrance.Office, record_id: RecordId, decision: shapes.Decision
) -> dict[str, Any]:
    """The replay and the decision (who, when, why, also in the audit) commit together; a record that is
    refused
    again stays undecided."""
    verdict = decisions.Verdict(decision.decision, decision.why, decision.of, decision.record)
    outcome = decisions.decide(
        request.app.state.pool, request.app.state.admission, who, record_id, verdict, datetime.now(UTC)
    )
    return {"id": record_id, "decision": decision.decision, "outcome": outcome}


def _shape(kept: quarantine.Kept) -> dict[str, Any]:
    shown = asdict(kept)
    del shown["raw"]
    return shown
