"""What the routes of the snapshot door take and give, as OpenAPI shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from plumbline import snapshots
from services.ingest.shapes import Shape, SourceId

Why = Annotated[str, Field(min_length=1, max_length=1000)]


class NewSnapshot(Shape):
    """A table, or a part of one, that is about to be sent."""

    source: SourceId
    table: Annotated[str, Field(pattern=r"^[^\x00-\x20\x7f-\xa0]{1,128}$")] = Field(
        description="the source's own name of the table; what rows told is remembered under it"
    )
    taken_at: AwareDatetime = Field(
        description="when the table was exported; never before the newest one that was told"
    )
    partial: bool = Field(
        default=False, description="only some rows (one document per case): nothing is said about the others"
    )
    deadline_days: Annotated[int, Field(ge=1, le=366)] = Field(
        default=snapshots.DEADLINE_DAYS, description="within which a question about a vanished row is due"
    )
    gone_percent: Annotated[int, Field(ge=1, le=100)] = Field(
        default=snapshots.GONE_PERCENT,
        description=f"beyond this share of rows gone, and at least {snapshots.GONE_LEAST}, the table is suspect",
    )
    rows_expected: Annotated[int, Field(ge=0, le=10**12)] | None = Field(
        default=None, description="for the time left; null where it is not known"
    )


class Counts(Shape):
    """What became of the rows received in this sending."""

    new: int = Field(default=0, description="rows with a key never seen")
    changed: int = Field(default=0, description="rows that brought an event")
    unchanged: int = 0
    originals: int = Field(default=0, description="events appended: told for the first time")
    corrections: int = Field(default=0, description="events appended: told otherwise than before")
    retractions: int = Field(default=0, description="events appended: their rows tell them no more")
    known_events: int = Field(default=0, description="the journal held them already, by whatever door")
    refused: int = Field(default=0, description="refusals; in quarantine, and tried again by the next table")
    unreadable: int = Field(default=0, description="rows without a key that can be read")
    classified: int = Field(default=0, description="rows known by the digest of their key alone")
    doubled: int = Field(default=0, description="rows whose key stands in the table more than once")
    reappeared: int = Field(default=0, description="rows that had been missing")


class SnapshotShape(Shape):
    """One sending of a table."""

    id: int
    source: str
    table: str
    taken_at: datetime
    partial: bool
    state: Literal["open", "closed", "suspect", "superseded", "abandoned"]
    reason: Literal["", "rows_gone", "rows_unreadable", "table_empty"] = Field(
        description="why it is suspect, or was"
    )
    deadline_days: int
    gone_percent: int
    rows_expected: int | None
    rows: int = Field(description="rows received in this sending")
    counts: Counts
    absent: int | None = Field(description="rows of an earlier whole table that it lacks; null until closed")
    opened_by: str
    begun_at: datetime
    ended_at: datetime | None
    progress: str | None = Field(
        description="rows received of those expected, such as 40.0 %; null: not known"
    )
    seconds_left: int | None = Field(description="at the pace so far; null where it is not known")


class SnapshotPage(Shape):
    snapshots: list[SnapshotShape]
    next: str | None = Field(description="cursor of the next page; null at the end")


class RejectedRow(Shape):
    """One refusal; all but those of classified rows are in quarantine."""

    row: int
    key: str = Field(description="empty where it cannot be read")
    id: str | None
    reason: str
    detail: str


class RowsTaken(Counts):
    """What became of a batch. All of it is committed."""

    rows: int
    rejected: list[RejectedRow]
    receipt: int | None


class Closing(Shape):
    """How many rows were sent."""

    rows: Annotated[int, Field(ge=0, le=10**12)]


class Reason(Shape):
    """Why."""

    why: Why


class QuestionShape(Shape):
    """Where has the case of a row gone?"""

    id: int
    source: str
    table: str
    key: str
    courts: list[str]
    snapshot: int = Field(description="the table that lacked the row")
    state: Literal["open", "overdue", "answered"]
    asked_at: datetime
    deadline: datetime
    answer: Literal["left_the_table", "not_happened", "entered_under", "reappeared"] | None
    entered_under: str | None
    why: str | None
    answered_by: str | None
    answered_at: datetime | None


class QuestionPage(Shape):
    questions: list[QuestionShape]
    next: str | None = Field(description="cursor of the next page; null at the end")


class Reply(Shape):
    """A person's answer."""

    answer: Literal["left_the_table", "not_happened", "entered_under"] = Field(
        description="its case stays as it is; its events are retracted; it stays and now has the key new_key"
    )
    new_key: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    why: Why


class Answered(Shape):
    """An answer as it was carried out."""

    question: QuestionShape
    retracted: int = Field(description="events retracted by it")
    receipt: int | None


NEW = {
    "source": "sample-ecourt",
    "table": "cases",
    "taken_at": "2026-11-21T02:00:00+08:00",
    "partial": False,
    "rows_expected": 3,
}
COUNTS = dict.fromkeys(Counts.model_fields, 0) | {"new": 3, "originals": 5}
SNAPSHOT: dict[str, Any] = {
    "id": 7,
    "source": "sample-ecourt",
    "table": "cases",
    "taken_at": "2026-11-20T18:00:00Z",
    "partial": False,
    "state": "open",
    "reason": "",
    "deadline_days": 7,
    "gone_percent": 10,
    "rows_expected": 3,
    "rows": 3,
    "counts": COUNTS,
    "absent": None,
    "opened_by": "sample-ecourt",
    "begun_at": "2026-11-20T18:01:00Z",
    "ended_at": None,
    "progress": "100.0 %",
    "seconds_left": 0,
}
CLOSED = SNAPSHOT | {"state": "closed", "absent": 0, "ended_at": "2026-11-20T18:01:05Z"}
ROWS = {**COUNTS, "rows": 3, "rejected": [], "receipt": 4711}
LINE = {
    "key": "（2026）示2401民初31号",
    "events": [
        {
            "specversion": "1.0",
            "id": "（2026）示2401民初31号/filed",
            "source": "sample-ecourt",
            "type": "case.filed",
            "subject": "（2026）示2401民初31号",
            "time": "2026-03-05T09:10:00+08:00",
            "data": {"procedure": "summary"},
        }
    ],
}
QUESTION: dict[str, Any] = {
    "id": 12,
    "source": "sample-ecourt",
    "table": "cases",
    "key": "（2026）示2401民初33号",
    "courts": ["示2401"],
    "snapshot": 7,
    "state": "open",
    "asked_at": "2026-11-20T18:01:05Z",
    "deadline": "2026-11-27T18:01:05Z",
    "answer": None,
    "entered_under": None,
    "why": None,
    "answered_by": None,
    "answered_at": None,
}
REPLY = {
    "answer": "entered_under",
    "new_key": "（2026）示2401民初34号",
    "why": "立案庭来函：案号登记有误，已改编",
}
ANSWERED = {
    "question": QUESTION
    | {
        "state": "answered",
        "answer": "entered_under",
        "entered_under": "（2026）示2401民初34号",
        "why": REPLY["why"],
        "answered_by": "office",
        "answered_at": "2026-11-21T01:00:00Z",
    },
    "retracted": 0,
    "receipt": None,
}
