"""The shapes of answers about courts without a code, causes and tags."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.api.shapes import Backed, Court, Covered, Number, Scope, Shape, Share, Source, Words


class CourtWithoutCode(Shape):
    """A court whose code nobody has shown (代字未知): it exists, and no figure of it can be told."""

    code: None
    parent: str | None = Field(description="the nearest court above whose code is known")
    name: Words
    level: str
    kind: str
    status: str
    not_available: Words
    basis: str


class Tribunal(Shape):
    """A 人民法庭: a unit of a basic court, named where known. Its cases bear the court's code."""

    court: str
    name: Words
    how: Words
    basis: str


class Courts(Shape):
    """The reader's courts, each before those below it; beside them those that have no code here."""

    items: list[Court]
    without_code: list[CourtWithoutCode]
    tribunals: list[Tribunal]


class Cause(Shape):
    """A cause (案由、罪名) as its list has it on the day."""

    code: str
    title: Words
    parent: str | None
    level: int = Field(description="1 is the first")
    category: str
    valid_from: date | None
    valid_until: date | None = Field(description="first day on which it no longer stands")
    source: Source | None


class CauseLists(Shape):
    """Causes in the order of their own lists."""

    on: date
    parent: str | None
    items: list[Cause]


class TagEntry(Shape):
    """A tag (特殊类别) and the measure of the cases that carry it."""

    code: str
    title: Words
    pack: str
    carried: str = Field(description="the stock of the cases that carry it")
    source: Source | None


class TagList(Shape):
    """Tags in the order of their packs."""

    items: list[TagEntry]


class CauseFigure(Covered):
    """The figure of one cause with all below it, and of the year before to the same day."""

    cause: str | None = Field(description="null: cases whose cause is missing or in no list")
    title: Words
    level: int
    value: Number | None
    numerator: int | None
    denominator: int | None
    reason: str | None
    prior_value: Number | None
    prior_numerator: int | None
    prior_denominator: int | None
    prior_reason: str | None
    prior_coverage: Share
    small: bool = Field(description="样本过少: below the minimum in either year")


class CauseCount(Covered):
    """A cause with how many now and in the same time of the year before."""

    cause: str
    title: Words
    count: int
    prior_count: int
    difference: int
    growth: Number | None = Field(description="percent of the year before; null where that was 0")
    small: bool = Field(description="样本过少: either count is below the minimum")


class CauseFigures(Backed):
    """A figure by cause, in the order of the list; and, of a count, the largest and the fastest growing causes."""

    indicator: str
    title: Words
    court: str
    court_name: Words
    scope: Scope
    period: str
    period_from: date
    period_until: date
    category: str
    tag: str | None
    unit: str
    list_on: date = Field(description="the day whose lists are shown")
    parent: str | None
    level: int | None
    minimum: int
    items: list[CauseFigure]
    unlisted: CauseFigure | None = Field(description="only where every cause of the first level is asked for")
    largest: list[CauseCount]
    fastest_growing: list[CauseCount]
    counts: Literal["given", "not_a_count"]
    page: int
    known_at: datetime
    computed_at: datetime
    demo: bool
