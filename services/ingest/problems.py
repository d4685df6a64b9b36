"""Every error as a problem document (RFC 9457): what happened and what to do next, never how it looks
inside."""

from __future__ import annotations

import http
from collections.abc import Mapping
from typing import Any, Final

import fastapi
import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from plumbline import errors
from plumbline.refusals import Refusal
from services.ingest import bodies

log: Final = structlog.get_logger(__name__)

MEDIA: Final = "application/problem+json"
RETRY_SECONDS: Final = 5
_STATUS: Final = (
    (errors.NotFound, 404),
    (errors.NotAllowed, 403),
    (errors.Conflict, 409),
    (errors.Overloaded, 429),
    (errors.Unavailable, 503),
    (errors.PlumblineError, 422),
)


class NotKnown(errors.NotAllowed):
    """No token, or none that holds: who asks is not known."""

    code = "unauthorized"


class NotReplayed(errors.BadInput):
    """A decided record was refused again; `refusal` says why. Nothing was decided."""

    code = "not_replayed"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(
            f"The record is refused again: {refusal.detail}",
            why="Nothing was decided.",
            next="Mend the record and send it as `record`, or drop it.",
        )
        self.refusal = refusal


def document(
    request: fastapi.Request,
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> fastapi.Response:
    """The answer that carries one problem."""
    body = {
        "type": f"urn:plumbline:problem:{code}",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": getattr(request.state, "request_id", None),
        **more,
    }
    return fastapi.Response(orjson.dumps(body), status, headers=dict(headers or {}), media_type=MEDIA)


def install(app: fastapi.FastAPI) -> None:
    """Answer every error of the app this way."""
    app.add_exception_handler(errors.PlumblineError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _ours(request: fastapi.Request, failure: Exception) -> fastapi.Response:
    assert isinstance(failure, errors.PlumblineError)
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    if isinstance(failure, bodies.BadBody):
        status = failure.status
    elif isinstance(failure, NotKnown):
        status = 401
        headers["WWW-Authenticate"] = "Bearer"
    else:
        status = next(code for kind, code in _STATUS if isinstance(failure, kind))
    if isinstance(failure, errors.Overloaded):
        headers["Retry-After"] = str(failure.retry_after)
    elif isinstance(failure, errors.Unavailable):
        headers["Retry-After"] = str(RETRY_SECONDS)
    if isinstance(failure, NotReplayed):
        more = {"reason": failure.refusal.reason, "pointer": failure.refusal.pointer}
    return document(request, status, failure.code, str(failure), headers=headers, **more)


def _invalid(request: fastapi.Request, failure: Exception) -> fastapi.Response:
    assert isinstance(failure, RequestValidationError)
    places = [
        {"pointer": "/" + "/".join(str(part) for part in one["loc"]), "detail": one["msg"]}
        for one in failure.errors()
    ]
    return document(request, 422, "invalid", "The request does not fit its description.", errors=places)


def _http(request: fastapi.Request, failure: Exception) -> fastapi.Response:
    assert isinstance(failure, HTTPException)
    status = failure.status_code
    phrase = http.HTTPStatus(status).phrase
    detail = {404: "There is nothing at this address.", 405: "The address does not take this method."}.get(
        status, phrase
    )
    code = phrase.lower().replace(" ", "_")
    return document(request, status, code, detail, headers=failure.headers)


def _unexpected(request: fastapi.Request, failure: Exception) -> fastapi.Response:
    log.error("unexpected", exc_info=failure)
    return document(
        request, 500, "internal", "Something failed here. Send the request id to who runs this service."
    )
