"""The routes of feeds that are pulled: where each stands, and the one way to move its cursor."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

import fastapi
import orjson
from fastapi import Path

from plumbline import errors, strictjson
from plumbline.store import engine, pulls
from services.ingest import decisions, entrance, pull_shapes, shapes
from services.ingest.admission import Admission

router: Final = fastapi.APIRouter(prefix="/v1", tags=["pulls"])

CURSOR_BYTES_MAX: Final = 64 * 1024

SourceName = Annotated[str, Path(min_length=1, max_length=128, examples=["jilin-ecourt"])]
FeedName = Annotated[
    str,
    Path(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="as its file names it", examples=["cases"]),
]


@router.get(
    "/pulls",
    operation_id="list_pulls",
    summary="The feeds that are pulled: state, lag, counts, the last error",
    response_model=pull_shapes.PullList,
    responses={200: shapes.example({"pulls": [pull_shapes.SHOWN]}), **shapes.described(401, 503)},
)
def list_pulls(request: fastapi.Request, who: entrance.Anyone) -> dict[str, Any]:
    """Those of the sources the token feeds, or, for an office, of the sources whose courts it sees."""
    seen = decisions.visible(who, request.app.state.admission)
    with engine.transaction(request.app.state.pool) as connection:
        known = pulls.list_pulls(connection, seen)
    return {"pulls": [_shown(one) for one in known]}


@router.get(
    "/pulls/{source}/{feed}",
    operation_id="read_pull",
    summary="One feed with its cursor",
    response_model=pull_shapes.PullKept,
    responses={200: shapes.example(pull_shapes.KEPT), **shapes.described(401, 404, 422, 503)},
)
def read_pull(
    request: fastapi.Request, who: entrance.Anyone, source: SourceName, feed: FeedName
) -> dict[str, Any]:
    """404 for a feed nobody has pulled yet, and for one of a source the token does not see."""
    seen = decisions.visible(who, request.app.state.admission)
    found = None
    if source in seen if seen is not None else _registered(request, source):
        with engine.transaction(request.app.state.pool) as connection:
            found = pulls.get(connection, source, feed)
    if found is None:
        raise errors.NotFound(f"There is no pulled feed {source}/{feed}")
    return _shown(found) | {"cursor": found.cursor}


@router.put(
    "/pulls/{source}/{feed}",
    operation_id="move_pull",
    summary="Move a feed's cursor, if it still stands where it was read",
    response_model=pull_shapes.PullKept,
    responses={
        200: shapes.example(pull_shapes.KEPT),
        **shapes.described(401, 403, 404, 409, 422, 503),
    },
    openapi_extra={"requestBody": {"content": {"application/json": {"example": pull_shapes.MOVE}}}},
)
def move_pull(
    request: fastapi.Request,
    who: entrance.Anyone,
    source: SourceName,
    feed: FeedName,
    to: pull_shapes.PullMove,
) -> dict[str, Any]:
    """Only after the events before it were acknowledged. 409 when another puller moved it, or holds it: of two
    that read the same version, one moves it."""
    if not who.may_feed(source):
        raise errors.NotAllowed(
            f"The token may not feed {source}", next="Ask for a feeder's token for this source."
        )
    if not _registered(request, source):
        raise errors.NotFound(f"No source {source!r} is registered", next="Register it first.")
    written = orjson.dumps(to.cursor)
    if len(written) > CURSOR_BYTES_MAX or strictjson.holds_nul(written):
        raise errors.BadInput(
            "The cursor is larger than 64 KiB, or holds a NUL character", next="Read smaller pages."
        )
    given = to.model_dump()
    move = pulls.Move(lease_s=given.pop("lease_seconds"), **given)
    with engine.transaction(request.app.state.pool) as connection:
        kept = pulls.move(connection, source, feed, move)
    return _shown(kept) | {"cursor": kept.cursor}


def _registered(request: fastapi.Request, source: str) -> bool:
    admission: Admission = request.app.state.admission
    return admission.sources.get(source) is not None


def _shown(kept: pulls.Kept) -> dict[str, Any]:
    shown = asdict(kept)
    for hidden in ("cursor", "held_s"):
        del shown[hidden]
    shown["lag_seconds"] = shown.pop("lag_s")
    return shown
