"""What the routes of the worklist take and give, as OpenAPI shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.ingest.shapes import Shape, SourceId

Word = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=160)]


class WaitingWord(Shape):
    """A word of a source that no code map knows."""

    source: str
    map: str = Field(description="the code map that does not know it")
    field: str = Field(description="type.field, or subject")
    value: str
    times: int = Field(description="how often it came")
    records: int = Field(description="undecided records that hold it")
    first_at: datetime
    last_at: datetime
    sample: int = Field(description="the first of these records in quarantine")
    mapped: bool = Field(description="whether a map of the source knows it by now: replaying helps")


class Worklist(Shape):
    """Words by source, map and field, the most frequent first."""

    items: list[WaitingWord]
    more: bool = Field(description="whether there are more than are listed")


class Replay(Shape):
    """Which undecided records are to be tried again."""

    source: SourceId
    reason: Literal["unmapped_code", "unknown_court", "unknown_source", "not_your_court", "bad_time"] = Field(
        default="unmapped_code", description="what a change of maps, courts or settings can mend"
    )
    field: Name | None = Field(default=None, description="only records with an unmapped word of this field")
    value: Word | None = Field(default=None, description="only records with this unmapped word")
    after: Annotated[int, Field(ge=0)] = Field(default=0, description="`next` of the answer before")
    limit: Annotated[int, Field(ge=1, le=500)] = Field(default=200, description="records tried in one call")
    why: Annotated[str, Field(min_length=1, max_length=1000)]


class Replayed(Shape):
    """What became of the records tried; those refused again stay undecided."""

    tried: int
    accepted: int
    duplicates: int
    refused: int
    reasons: dict[str, int] = Field(description="why they were refused again, with how many")
    next: int | None = Field(description="`after` of the next call; null when all were tried")


class UnmappedWord(Shape):
    """A word the sender's own code map does not know."""

    map: Name
    field: Name
    value: Word


class DepositedRecord(Shape):
    """An event as it would be sent, the word still in place."""

    record: dict[str, Any]
    unmapped: Annotated[list[UnmappedWord], Field(min_length=1, max_length=50)]


class Deposit(Shape):
    """Records that a feeder holds back because of words nobody has mapped."""

    records: Annotated[list[DepositedRecord], Field(min_length=1, max_length=1000)]


class Deposited(Shape):
    """How many are in quarantine now; the same again is only counted."""

    kept: int


WORD = {
    "source": "jilin-ecourt",
    "map": "court-core.closing_methods",
    "field": "case.closed.method",
    "value": "和解",
    "times": 41,
    "records": 40,
    "first_at": "2026-11-20T03:04:05Z",
    "last_at": "2026-11-22T03:04:05Z",
    "sample": 12,
    "mapped": False,
}
REPLAY = {
    "source": "jilin-ecourt",
    "field": "case.closed.method",
    "value": "和解",
    "why": "代码表第2版已收录",
}
REPLAYED = {
    "tried": 40,
    "accepted": 39,
    "duplicates": 0,
    "refused": 1,
    "reasons": {"conflict": 1},
    "next": None,
}
DEPOSIT = {
    "records": [
        {
            "record": {
                "specversion": "1.0", "id": "（2024）吉2401民初7号/closed", "source": "jilin-ecourt",
                "type": "case.closed", "subject": "（2024）吉2401民初7号", "time": "2024-03-01T00:00:00+08:00",
                "data": {"method": "和解"},
            },
            "unmapped": [{"map": "cases.yaml codes.closing", "field": "case.closed.method", "value": "和解"}],
        }
    ]
}  # fmt: skip
CHANGE = {"rhythm_minutes": 30, "why": "接口改为半小时一次"}
