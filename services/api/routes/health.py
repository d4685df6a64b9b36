"""Whether the service lives, and whether it can answer. Open to all: they say nothing of a case or a
court.
"""

from __future__ import annotations

from typing import Literal

import fastapi

from plumbline import errors
from plumbline.runtime import schema
from plumbline.store import engine, restatement
from services.api import contract, shapes

router = fastapi.APIRouter(tags=["service"])
NOT_READY = {
    "description": "it cannot answer now",
    "content": {
        "application/json": {"example": {"status": "not ready", "reasons": ["The database does not answer"]}}
    },
}


class Alive(shapes.Shape):
    """The process lives."""

    status: Literal["alive"]


class Ready(shapes.Shape):
    """Whether it can answer, and if not, why."""

    status: Literal["ready", "not ready"]
    reasons: list[str]


@router.get(
    "/healthz",
    operation_id="read_health",
    summary="Whether the process lives",
    response_model=Alive,
    responses={
        200: {"content": {"application/json": {"example": {"status": "alive"}}}},
        405: contract.problem(405),
    },
)
def read_health() -> Alive:
    """Alive, whatever it stands on."""
    return Alive(status="alive")


@router.get(
    "/readyz",
    operation_id="read_readiness",
    summary="Whether it can answer",
    response_model=Ready,
    responses={
        200: {"content": {"application/json": {"example": {"status": "ready", "reasons": []}}}},
        503: NOT_READY,
        405: contract.problem(405),
    },
)
def read_readiness(request: fastapi.Request) -> fastapi.Response:
    """The database answers, its schema is this release's, and definitions and courts are loaded."""
    reasons: list[str] = []
    state = request.app.state
    try:
        with engine.transaction(state.pool) as connection:
            marks = restatement.read_marks(connection)
            know = state.library.get(connection, marks)
        if not know.tree.codes():
            reasons.append("no courts are loaded")
        if not schema.position(state.settings.dsn).at_head:
            reasons.append("the schema is not this release's")
    except errors.PlumblineError as away:
        reasons.append(away.what)
    body = Ready(status="not ready" if reasons else "ready", reasons=reasons)
    return fastapi.Response(body.model_dump_json(), 503 if reasons else 200, media_type="application/json")
