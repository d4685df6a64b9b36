"""The shapes of answers about the cases behind a figure, and about what moved it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.api.shapes import Covered, Lever, Number, Part, Scope, Shape, Words


class Line(Shape):
    """What a case adds on one day under one attribution."""

    day: date
    amount: int
    court: str
    category: str | None
    division: str | None
    judge: str | None = Field(description="pseudonymous key; null for readers who are not shown persons")
    cause: str | None


class Reason(Shape):
    """Why a case is, or is not, in a measure on a day."""

    measure: str
    verdict: Literal["counted", "excluded", "unknown"]
    day: date
    court: str
    amount: int
    clause: str | None
    unknown: list[str] = Field(description="the names the clause could not be decided by")
    event: str | None
    words: Words


class CaseRow(Shape):
    """A case behind a figure. `amount` is in the measure's unit; of the excluded, how often it was
    triggered.
    """

    measure: str
    case: str
    court: str
    day: date
    amount: int
    page: int
    lines: list[Line]
    reasons: list[Reason]


class PartTotal(Shape):
    """A measure of the part: what its cases add up to, and how much of it is counted but not listed."""

    measure: str
    title: Words
    unit: str
    lever: str
    period: str
    moment: Literal["period", "start"] = Field(
        description="start: the level at the end of the day before the period"
    )
    amount: int | None
    cases: int | None
    not_listed: int | None = Field(description="cases sealed, or of courts that are not yours to read")
    not_listed_amount: int | None


class CaseList(Shape):
    """The cases behind a part of a figure; all pages together add up to `measures[].amount`, less what is
    not listed.
    """

    indicator: str
    court: str
    scope: Scope
    period: str
    category: str
    cause: str | None
    tag: str | None
    part: Part
    version: str
    page: int
    known_at: datetime
    advice: Lever
    measures: list[PartTotal]
    items: list[CaseRow]
    next: str | None = Field(description="cursor of the next page; null at the end")
    demo: bool


class Side(Covered):
    """A figure as it was known at a moment."""

    known_at: datetime
    page: int
    version: str | None
    value: Number | None
    numerator: int | None
    denominator: int | None
    reason: str | None


class Cause(Shape):
    """A page that moved a case, and why it was folded."""

    page: int | None
    closed_at: datetime | None
    generation: int | None
    cause: str = Field(
        description="event, linked, definition, calendar, court, rebuild, or day (a court day has come)"
    )


class Received(Shape):
    """An event that caused a change."""

    case: str
    source: str
    id: str
    type: str
    title: Words
    time: datetime
    received_at: datetime
    what: Literal["new", "correction", "retraction"]
    replaces: str | None


class MovedCase(Shape):
    """A case whose part in the figure changed."""

    part: Literal["numerator", "denominator", "both"]
    measure: str
    case: str
    before: int
    after: int
    change: int
    causes: list[Cause]
    events: list[Received]
    events_not_listed: int


class MovedPart(Shape):
    """A measure's change: of how many cases, and how much of it is not listed."""

    part: Literal["numerator", "denominator", "both"]
    measure: str
    unit: str
    before: int
    after: int
    change: int
    cases: int
    not_listed: int
    not_listed_change: int


class Restatement(Shape):
    """What moved a figure between two moments: by part, then by case with its causes."""

    indicator: str
    title: Words
    court: str
    scope: Scope
    period: str
    unit: str
    before: Side
    after: Side
    difference: Number | None
    difference_unit: str
    parts: list[MovedPart]
    items: list[MovedCase]
    next: str | None
    demo: bool
