"""The shapes of figures: a value, a series, and what of their coverage and period is said on request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.api.input_shapes import HandShare
from services.api.shapes import (
    Backed,
    Comparison,
    Number,
    Plan,
    Scope,
    Shape,
    Share,
    Status,
    Target,
    Unattributed,
    Words,
)


class PeriodReason(Shape):
    """One reason for which the figures of a period are provisional."""

    code: Literal["running", "days_open", "settling", "not_closed"]
    words: Words


class Closing(Shape):
    """What closed the period of a figure: an office's act, or the freezing of an accepted scorecard."""

    id: str = Field(description="GET /v1/periods or /v1/acceptances lists it")
    kind: Literal["period", "acceptance"]
    period: str
    known_at: datetime


class MeasureCoverage(Shape):
    """The coverage of one measure of a formula."""

    measure: str
    sides: list[Literal["numerator", "denominator"]]
    types: list[str] = Field(description="the event types it rests on, by the catalogue's trace")
    coverage: Share
    declared: int | None
    received: int | None
    surplus: int | None
    unclosed: int | None
    days_declared: int
    days: int


class CoverageParts(Shape):
    """Numerator and denominator apart, and each measure. A side without measures is null."""

    numerator: Share | None
    denominator: Share | None
    measures: list[MeasureCoverage]


class Figure(Backed):
    """One value, never bare."""

    indicator: str
    title: Words
    court: str
    court_name: Words
    scope: Scope
    period: str
    period_from: date
    period_until: date = Field(description="last day counted")
    category: str
    cause: str | None
    tag: str | None
    value: Number | None
    unit: str
    numerator: int | None
    denominator: int | None
    target: Target | None
    status: Status
    status_detail: Words
    reason: str | None = Field(description="why there is no value")
    reason_detail: Words | None
    version: str
    version_hash: str
    in_force_from: date = Field(description="the first day its definition holds")
    in_force_until: date | None = Field(description="the first day it no longer holds")
    version_day: date | None = Field(
        description="the day whose definition answers: the period's last, or today while it runs; null where the"
        " version was asked for"
    )
    freshness_words: Words
    period_state_words: Words
    period_reasons: list[PeriodReason] = Field(description="why it is provisional; else empty")
    closing: Closing | None
    coverage_parts: CoverageParts | None = Field(
        description="with detail=coverage: the sides and each measure"
    )
    hand_share: HandShare | None = Field(
        description="with detail=inputs: 手工录入占比, how much of what it reads was entered by hand"
    )
    page: int
    known_at: datetime = Field(description="ask again with this known_at and get the same")
    computed_at: datetime
    compare: Comparison | None
    plan: Plan | None
    unattributed: list[Unattributed]
    lever: str
    demo: bool


class Point(Backed):
    """One point of a series."""

    period: str
    period_from: date
    period_until: date
    value: Number | None
    numerator: int | None
    denominator: int | None
    status: Status
    reason: str | None
    version: str


class Series(Shape):
    """A time series; every point stands on the same page."""

    indicator: str
    title: Words
    court: str
    scope: Scope
    category: str
    cause: str | None
    tag: str | None
    grain: str
    cumulative: bool
    unit: str
    points: list[Point]
    page: int
    known_at: datetime
    computed_at: datetime
    demo: bool
