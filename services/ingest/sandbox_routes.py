"""The route by which whoever feeds a sandbox source reads back what it sent and what would have become of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final

import fastapi
from fastapi import Path, Query
from pydantic import Field

from plumbline import errors
from plumbline.store import engine, quarantine, sandboxes
from services.ingest import decisions, entrance, shapes
from services.ingest.admission import Admission
from services.ingest.shapes import Shape

router: Final = fastapi.APIRouter(prefix="/v1")


class Taken(Shape):
    """An event that was taken, as the journal would hold it."""

    number: int = Field(description="in the order they came")
    event_id: str
    type: str
    home_court: str = Field(description="the court whose books it would be in")
    subject: str = Field(description="its case, in its one spelling")
    occurred_at: datetime
    replaces: str | None = None
    data: dict[str, Any] = Field(
        description="its fields; `_unknown` lists optional ones that would read unknown"
    )
    times: int = Field(description="how often it came; beyond the first as a duplicate")
    received_at: datetime
    last_at: datetime


class Turned(Shape):
    """A record that was refused; GET /v1/quarantine/{id} has its bytes."""

    id: int
    event_id: str | None
    reason: str
    detail: str
    pointer: str | None
    times: int
    received_at: datetime


class Sandbox(Shape):
    """What a sandbox source sent, newest first."""

    source: str
    accepted: list[Taken]
    next: int | None = Field(description="`before` of the page after; null at the end")
    refused: list[Turned] = Field(description="the newest refused records, as many as `limit`")


SAMPLE: Final = {
    "source": "new-ecourt-test",
    "accepted": [
        {
            "number": 12, "event_id": "a1", "type": "case.filed", "home_court": "吉2401",
            "subject": "（2018）吉2401民初12号", "occurred_at": "2018-05-02T01:10:00Z", "replaces": None,
            "data": {"procedure": "summary"}, "times": 2, "received_at": "2026-11-22T03:04:05Z",
            "last_at": "2026-11-22T03:05:05Z",
        }
    ],
    "next": None,
    "refused": [
        {
            "id": 31, "event_id": "a2", "reason": "wrong_type", "detail": "amount: this is an integer.",
            "pointer": "/data/amount", "times": 1, "received_at": "2026-11-22T03:04:06Z",
        }
    ],
}  # fmt: skip


@router.get(
    "/sources/{source_id}/sandbox",
    operation_id="read_sandbox",
    summary="What a sandbox source sent, and what would have become of it",
    response_model=Sandbox,
    responses={200: shapes.example(SAMPLE), **shapes.described(401, 404, 422, 503)},
    tags=["sources"],
)
def read_sandbox(
    request: fastapi.Request,
    who: entrance.Anyone,
    source_id: Annotated[str, Path(min_length=1, max_length=128)],
    before: Annotated[
        int, Query(ge=1, le=sandboxes.LAST, description="`next` of the page before")
    ] = sandboxes.LAST,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """For its feeder, and for an office that sees all its courts. Nothing of it is in any figure, list or export."""
    admission: Admission = request.app.state.admission
    source = admission.sources.get(source_id)
    seen = decisions.visible(who, admission)
    if source is None or not source.settings.sandbox or (seen is not None and source_id not in seen):
        raise errors.NotFound(f"There is no sandbox source {source_id!r}", next="GET /v1/sources lists them.")
    with engine.transaction(request.app.state.pool) as connection:
        held = sandboxes.page(connection, source_id, before=before, limit=limit + 1)
        refused = quarantine.page(connection, sources=[source_id], limit=limit)
    fields = Turned.model_fields
    return {
        "source": source_id,
        "accepted": [asdict(one) for one in held[:limit]],
        "next": held[limit - 1].number if len(held) > limit else None,
        "refused": [{name: getattr(one, name) for name in fields} for one in refused],
    }
