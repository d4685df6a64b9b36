"""Every error as a problem document (RFC 9457), in Chinese or English: what, why, what to do next; never
how it looks inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import fastapi
import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from plumbline import errors

log: Final = structlog.get_logger(__name__)

MEDIA: Final = "application/problem+json"
URN: Final = "urn:plumbline:problem:"
RETRY_SECONDS: Final = 5

TITLES: Final[Mapping[str, tuple[int, str, str]]] = {
    "bad_input": (400, "请求参数无法识别", "Something in the request cannot be read"),
    "bad_period": (400, "统计期间无法识别", "This is no reporting period"),
    "bad_case_number": (400, "案号无法识别", "This is no case number"),
    "bad_subject": (400, "案件标识无法识别", "This names no case, register entry, docket or court"),
    "bad_cursor": (400, "翻页标记无效", "This cursor belongs to no page of this question"),
    "unknown_parameter": (400, "未知参数", "The address has a parameter it does not know"),
    "invalid": (400, "请求不符合接口说明", "The request does not fit its description"),
    "unauthorized": (401, "需要令牌", "A token that holds is needed"),
    "not_allowed": (403, "该令牌无此权限", "The token does not allow this"),
    "not_found": (404, "未找到", "There is no such thing here"),
    "method_not_allowed": (405, "不支持该方法", "The address does not take this method"),
    "conflict": (409, "与已有内容冲突", "This clashes with what stands"),
    "overloaded": (429, "请求过多", "Too much waits"),
    "internal": (500, "服务内部出错", "Something failed here"),
    "too_much": (503, "一次查询的数据过多", "This question takes too long to answer"),
    "unavailable": (503, "服务暂不可用", "Something this service stands on does not answer"),
}
"""By code: the status, and the title in Chinese and English. The URN of a problem never changes its
meaning.
"""

_KINDS: Final = (
    (errors.BadInput, "bad_input"),
    (errors.UnknownCourt, "not_found"),
    (errors.NotFound, "not_found"),
    (errors.NotAllowed, "not_allowed"),
    (errors.Conflict, "conflict"),
    (errors.StaleGeneration, "unavailable"),
    (errors.Overloaded, "overloaded"),
    (errors.Unavailable, "unavailable"),
    (errors.PlumblineError, "internal"),
)


class NotKnown(errors.NotAllowed):
    """No token, or none that holds."""

    code = "unauthorized"


class UnknownParameter(errors.BadInput):
    """A query parameter this address does not have, or one given twice."""

    code = "unknown_parameter"


class BadCursor(errors.BadInput):
    """A cursor that was not given for this question."""

    code = "bad_cursor"


class TooMuch(errors.Unavailable):
    """The database stopped a question that took longer than a reader may wait."""

    code = "too_much"


def document(
    request: fastapi.Request,
    code: str,
    what: str,
    *,
    why: str = "",
    next_step: str = "",
    headers: Mapping[str, str] | None = None,
    faults: list[dict[str, str]] | None = None,
) -> fastapi.Response:
    """The answer that carries one problem."""
    status, zh, en = TITLES[code]
    chinese = prefers_chinese(request.headers.get("accept-language", ""))
    body: dict[str, Any] = {
        "type": URN + code,
        "title": zh if chinese else en,
        "status": status,
        "detail": " ".join(
            part if part.endswith((".", "!", "?", "。")) else f"{part}."
            for part in (what, why, next_step)
            if part
        ),
        "code": code,
        "what": what,
        "why": why,
        "next": next_step,
        "request_id": getattr(request.state, "request_id", None),
    }
    if faults is not None:
        body["errors"] = faults
    sent = {
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        "Content-Language": "zh" if chinese else "en",
    }
    return fastapi.Response(orjson.dumps(body), status, headers={**sent, **(headers or {})}, media_type=MEDIA)


def prefers_chinese(header: str) -> bool:
    """Whether Chinese stands before English in an Accept-Language header, by weight, then by order."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        tag, _, given = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        try:
            weight = float(given.strip().removeprefix("q=")) if given else 1.0
        except ValueError:
            continue
        weights.setdefault(language, weight)
    return weights.get("zh", 0.0) > 0 and weights.get("zh", 0.0) >= weights.get("en", 0.0)


def install(app: fastapi.FastAPI) -> None:
    """Answer every error of the app this way."""
    app.add_exception_handler(errors.PlumblineError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _ours(request: fastapi.Request, failure: Exception) -> fastapi.Response:
    assert isinstance(failure, errors.PlumblineError)
    code = (
        failure.code
        if failure.code in TITLES
        else next(code for kind, code in _KINDS if isinstance(failure, kind))
    )
    if code == "internal":
        return _unexpected(request, failure)
    headers: dict[str, str] = {}
    if code == "unauthorized":
        headers["WWW-Authenticate"] = 'Bearer realm="plumbline"'
    elif isinstance(failure, errors.Overloaded):
        headers["Retry-After"] = str(failure.retry_after)
    elif isinstance(failure, errors.Unavailable):
        headers["Retry-After"] = str(RETRY_SECONDS)
    return document(request, code, failure.what, why=failure.why, next_step=failure.next, headers=headers)


def _invalid(request: fastapi.Request, failure: Exception) -> fastapi.Response:
    assert isinstance(failure, RequestValidationError)
    faults = [
        {"pointer": "/" + "/".join(str(part) for part in one["loc"]), "detail": str(one["msg"])}
        for one in failure.errors()
    ]
    what = "; ".join(f"{one['pointer'].rpartition('/')[2]}: {one['detail']}" for one in faults)
    scope = any(one["pointer"] == "/query/scope" for one in faults)
    why = (
        "A figure is of a court's own cases or of its whole district, and which is always said."
        if scope
        else ""
    )
    step = (
        "Add scope=own (本院, its own cases) or scope=all (辖区, its own and those of all courts below)."
        if scope
        else "GET /v1/openapi.json describes every parameter."
    )
    return document(request, "invalid", what, why=why, next_step=step, faults=faults)


def _http(request: fastapi.Request, failure: Exception) -> fastapi.Response:
    assert isinstance(failure, HTTPException)
    if failure.status_code == 405:
        taken = (failure.headers or {}).get("Allow", "GET")
        step = f"It takes {taken}; events and changes to feeds go to the ingest service."
        return document(
            request,
            "method_not_allowed",
            f"{request.method} is not taken here",
            next_step=step,
            headers=failure.headers,
        )
    if failure.status_code == 404:
        return document(
            request,
            "not_found",
            "There is nothing at this address",
            next_step="GET /v1/openapi.json lists the addresses.",
        )
    code = "invalid" if failure.status_code < 500 else "unavailable"
    return document(request, code, "The request cannot be served", headers=failure.headers)


def _unexpected(request: fastapi.Request, failure: Exception) -> fastapi.Response:
    log.error("unexpected", exc_info=failure)
    request_id = getattr(request.state, "request_id", None)
    return document(
        request,
        "internal",
        "The service could not answer",
        next_step="Send the request id to who runs this service.",
        headers={"X-Request-ID": request_id} if request_id else {},
    )
