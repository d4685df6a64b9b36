"""What every route declares: an operation id, a summary, its answer with an example, and the problems it
may answer with.
"""

from __future__ import annotations

from typing import Any, Final

import pydantic

from services.api import problems, samples

COMMON: Final = (400, 401, 403, 404, 405, 429, 500, 503)
_SAID: Final = {
    400: ("bad_period", "a parameter is missing, unknown or cannot be read"),
    401: ("unauthorized", "no token, or none that holds"),
    403: ("not_allowed", "the token's role does not read"),
    404: ("not_found", "it does not exist, or is not yours to read: the two are not told apart"),
    405: ("method_not_allowed", "the address does not take this method"),
    409: ("conflict", "it clashes with what stands, or somebody else was first"),
    429: ("overloaded", "too much waits"),
    500: ("internal", "the service failed"),
    503: ("unavailable", "the database does not answer, or the question takes too long"),
}


def described(operation: str, summary: str, model: type[pydantic.BaseModel]) -> dict[str, Any]:
    """The keyword arguments of a route's decorator."""
    answers: dict[int | str, dict[str, Any]] = {
        200: {"content": {"application/json": {"example": samples.SAMPLES[operation]}}}
    }
    answers |= {status: problem(status) for status in COMMON}
    if operation in samples.CACHED:
        answers[304] = {"description": "the copy you hold (If-None-Match) still stands"}
    return {"operation_id": operation, "summary": summary, "response_model": model, "responses": answers}


def problem(status: int) -> dict[str, Any]:
    """One problem response, with an example."""
    code, meaning = _SAID[status]
    _, _, title = problems.TITLES[code]
    example = {
        "type": problems.URN + code, "title": title, "status": status, "detail": f"{title}.", "code": code,
        "what": title, "why": "", "next": "", "request_id": "3f1c9a0be7d24c1c8a5e6b7d8f901234",
    }  # fmt: skip
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": meaning, "content": {problems.MEDIA: {"schema": schema, "example": example}}}
