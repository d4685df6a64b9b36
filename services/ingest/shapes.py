"""What the routes take and give, as OpenAPI shows it; pydantic stands only at this door."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import pydantic
from pydantic import Field

SourceId = Annotated[str, Field(min_length=1, max_length=128)]
CourtCode = Annotated[str, Field(min_length=1, max_length=24)]


class Shape(pydantic.BaseModel):
    """A closed object: a field it does not name is refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Problem(pydantic.BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(examples=["urn:plumbline:problem:unsupported_media_type"])
    title: str = Field(examples=["Unsupported Media Type"])
    status: int = Field(examples=[415])
    detail: str = Field(
        examples=["The media type 'text/csv' is not read here. Send one of application/x-ndjson."]
    )
    code: str = Field(examples=["unsupported_media_type"])
    request_id: str | None = Field(default=None, examples=["4b1c3f0a9d6e4e52a7a1f0c2d3e4f5a6"])


class RejectedRecord(Shape):
    """One refused record; it is in quarantine with its bytes."""

    index: int = Field(description="place in the body, from 0; blank lines are not counted")
    id: str | None = Field(description="the record's id, where it could be read")
    reason: str = Field(description="one of the closed list of the event reference")
    detail: str


class Taken(Shape):
    """What became of a body: every record is counted once, and all that is counted is committed."""

    accepted: int
    duplicates: int
    rejected: list[RejectedRecord]
    receipt: int | None = Field(
        description="number of the transaction that stored the new events; null if none was new"
    )


class SourceSettings(Shape):
    """How a court system writes."""

    charset: Literal["utf-8", "gb18030"] = Field(
        default="utf-8",
        description="of bodies whose Content-Type says none, from a token of this source alone",
    )
    naive_times: Literal["refuse", "source_zone"] = Field(
        default="refuse", description="source_zone: a time without offset is local in the source's zone"
    )
    code_maps: dict[
        Annotated[str, Field(min_length=1, max_length=128)],
        Annotated[str, Field(min_length=1, max_length=160)],
    ] = Field(
        default_factory=dict,
        description="by place (case.closed.method, METHOD, cause, court, subject) the code map its words are read by",
    )
    sequence: Literal["none", "increasing", "gapless"] = Field(
        default="none", description="what the source's numbers of its records promise"
    )
    sandbox: bool = Field(
        default=False, description="its records are judged and answered, and never reach a figure; for ever"
    )


class NewSource(Shape):
    """A court system to be registered."""

    id: SourceId
    title: Annotated[str, Field(min_length=1, max_length=200)]
    courts: Annotated[list[CourtCode], Field(min_length=1, max_length=1000)] = Field(
        description="codes, each with all courts below it; * for every court"
    )
    zone: Annotated[str, Field(max_length=64)] = "Asia/Shanghai"
    rhythm_minutes: Annotated[int, Field(ge=1, le=527_040)] | None = Field(
        default=None, description="how often something is expected; null where nothing is"
    )
    settings: SourceSettings = Field(default_factory=SourceSettings)


class Numbering(Shape):
    """The numbers of a source's records, as far as the journal holds them."""

    lowest: int
    highest: int
    held: int = Field(description="different numbers between them")
    gaps: int = Field(description="spans of missing numbers; of `increasing` they say nothing")
    missing: int = Field(description="numbers in those spans")
    first: list[tuple[int, int]] = Field(description="the first ten spans: first and last missing number")


class SourceShape(NewSource):
    """A registered court system."""

    numbers: Numbering | None = Field(
        default=None, description="null where the source promises no order, or no record has a number"
    )


class SourceChange(Shape):
    """What is to change of a source; what is left out stays. Its id and zone never change."""

    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    courts: Annotated[list[CourtCode], Field(min_length=1, max_length=1000)] | None = None
    rhythm_minutes: Annotated[int, Field(ge=1, le=527_040)] | None = Field(
        default=None, description="null, if given: nothing is expected"
    )
    settings: SourceSettings | None = Field(
        default=None, description="whole: what it leaves out is as without"
    )
    why: Annotated[str, Field(min_length=1, max_length=1000)]


class SourceList(Shape):
    sources: list[SourceShape]


class QuarantinedShape(Shape):
    """A refused record without its bytes."""

    id: int
    source: str = Field(description="empty where the sender may not speak for the source the record names")
    event_id: str | None
    received_at: datetime
    reason: str
    detail: str
    pointer: str | None
    times: int = Field(description="how often the same bytes were refused for this reason")
    size: int = Field(description="bytes")
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None
    why: str | None
    outcome: dict[str, Any] | None


class QuarantinedRecord(QuarantinedShape):
    """A refused record with its bytes."""

    text: str | None = Field(description="the record, where its bytes are UTF-8")
    base64: str | None = Field(description="the record, where they are not")


class QuarantinePage(Shape):
    records: list[QuarantinedShape]
    next: str | None = Field(description="cursor of the next page; null at the end")


class Decision(Shape):
    """What becomes of a refused record, and why."""

    decision: Literal["as_is", "as_correction_of", "drop"]
    of: Annotated[str, Field(min_length=1, max_length=128)] | None = Field(
        default=None, description="as_correction_of: id of the original event of the same source"
    )
    record: dict[str, Any] | None = Field(
        default=None, description="the mended record; absent: the record as it came"
    )
    why: Annotated[str, Field(min_length=1, max_length=1000)]


class Decided(Shape):
    """A decision as it was carried out."""

    id: int
    decision: str
    outcome: dict[str, Any]


TAKEN = {
    "accepted": 1,
    "duplicates": 1,
    "rejected": [
        {
            "index": 2,
            "id": "a9",
            "reason": "unknown_type",
            "detail": "case.field is no event type. Is case.filed meant?",
        }
    ],
    "receipt": 4711,
}
EVENT = {
    "specversion": "1.0",
    "id": "a1",
    "source": "jilin-ecourt",
    "type": "case.filed",
    "subject": "（2018）吉24民终77号",
    "time": "2018-05-02T09:10:00+08:00",
    "data": {"procedure": "ordinary", "links": [{"role": "appealed", "subject": "（2018）吉2401民初12号"}]},
}
SOURCE = {
    "id": "jilin-ecourt",
    "title": "吉林电子法院",
    "courts": ["吉"],
    "zone": "Asia/Shanghai",
    "rhythm_minutes": 60,
    "settings": {
        "charset": "gb18030",
        "naive_times": "source_zone",
        "code_maps": {"METHOD": "court-core.closing_methods"},
        "sequence": "gapless",
    },
}
QUARANTINED = {
    "id": 12,
    "source": "jilin-ecourt",
    "event_id": "a9",
    "received_at": "2026-11-22T03:04:05Z",
    "reason": "unknown_type",
    "detail": "case.field is no event type. Is case.filed meant?",
    "pointer": "/type",
    "times": 1,
    "size": 187,
    "decision": None,
    "decided_by": None,
    "decided_at": None,
    "why": None,
    "outcome": None,
}
DECISION = {"decision": "as_correction_of", "of": "a2", "why": "吉林中院来函：原记录结果登记有误"}


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of an operation, for OpenAPI."""
    schema = {"$ref": "#/components/schemas/Problem"}
    words = {
        400: "The body cannot be read.",
        401: "No token, or none that holds.",
        403: "The token does not allow it.",
        404: "There is no such thing, or not for this token.",
        408: "The body did not arrive in time.",
        409: "It stands there already with another content, or was decided already.",
        413: "The body is beyond a bound.",
        415: "The media type or encoding is not read here.",
        422: "The request does not fit its description.",
        429: "Too much waits; come back after Retry-After seconds.",
        503: "The database is away; come back after Retry-After seconds.",
    }
    return {
        status: {"description": words[status], "content": {"application/problem+json": {"schema": schema}}}
        for status in statuses
    }


def example(value: object) -> dict[str, Any]:
    """An answer's example, for OpenAPI."""
    return {"content": {"application/json": {"example": value}}}
