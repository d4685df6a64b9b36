"""The shapes of opening stocks: what is stated, how it compares with the books, and what the board says of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.api.shapes import Shape, Words

Code = Annotated[str, Field(min_length=1, max_length=24)]
Count = Annotated[int, Field(ge=0, le=10**9)]
Category = Literal[
    "criminal", "civil", "administrative", "enforcement", "compensation", "insolvency", "other"
]
Why = Literal["unmarked", "filed_after", "closed_before"]


class NewOpening(Shape):
    """What an office states to have been pending at the beginning of a day, by category; 0 where there was nothing."""

    court: Code
    source: Annotated[str, Field(min_length=1, max_length=128)]
    day: date
    stated: Annotated[dict[Category, Count], Field(min_length=1)]
    why: Annotated[str, Field(min_length=1, max_length=1_000, description="what the figures stand on")]


class OpeningLine(Shape):
    """One category of a court on its opening day."""

    category: str
    source: str | None = Field(description="which source stated it; null: nobody has")
    stated: int | None
    pending: int = Field(description="旧存: pending by the books at the end of the day before")
    marked: int = Field(description="those of them that carry the mark 期初")
    difference: int | None = Field(description="pending less stated")
    balanced: bool


class OpeningStatement(Shape):
    """One statement; a correction is the next and keeps the one before."""

    source: str
    number: int
    day: date
    stated: dict[str, int]
    why: str
    principal: str
    at: datetime
    page: int


class OpeningBreak(Shape):
    """A case that is not what its mark says."""

    case: str
    since: date = Field(description="the first day on which a measure counts it")
    why: Why
    words: Words


class OpeningSummary(Shape):
    """How the opening stock of a court stands."""

    court: str
    court_name: Words
    day: date
    balanced: bool
    state: Words
    reason: str | None = Field(description="why nothing can be said yet: filling, not_in_books")
    lines: list[OpeningLine]


class Opening(OpeningSummary):
    """The opening stock of a court, with every statement and the cases that differ."""

    statements: list[OpeningStatement]
    cases: int = Field(description="how many cases differ, as far as the marks tell")
    not_listed: int = Field(description="of those looked at, the ones that are sealed")
    items: list[OpeningBreak]
    page: int
    known_at: datetime
    computed_at: datetime


class Openings(Shape):
    """Every court of yours whose opening stock was stated, in the official order."""

    items: list[OpeningSummary]
    page: int


class BoardOpening(Shape):
    """What a board must say of opening stocks: those that do not balance, and periods before the books were opened."""

    balanced: bool
    words: Words
    courts: list[OpeningSummary] = Field(description="the courts whose opening stock does not balance")
    before_opening: list[str] = Field(
        description="courts whose books were opened after the first day of the period: what was closed before is not in them"
    )


BODIES = (NewOpening,)
