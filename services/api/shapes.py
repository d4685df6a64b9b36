"""The shapes of every answer: each field listed, none with a default, no figure without its unit, period,
version and page.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

import pydantic
from pydantic import Field, PlainSerializer

Scope = Literal["own", "all"]
Status = Literal["within", "beyond", "insufficient", "no_target"]
Part = Literal["numerator", "denominator", "excluded", "unattributed"]


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[
    Decimal,
    PlainSerializer(_number, return_type=float, when_used="json"),
    Field(json_schema_extra={"type": "number"}),
]
"""A JSON number, half-even at 6 decimals, in the stated unit."""


class Shape(pydantic.BaseModel):
    """An answer or a part of one: closed and frozen."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Words(Shape):
    """Chinese and English."""

    zh: str
    en: str


class Problem(Shape):
    """A problem document (RFC 9457)."""

    type: str = Field(description="urn:plumbline:problem:<code>; never changes its meaning")
    title: str
    status: int
    detail: str
    code: str
    what: str
    why: str
    next: str = Field(description="what to do next")
    request_id: str | None


class Court(Shape):
    """A court as it stands (or stood last), in the official order."""

    code: str
    parent: str | None = Field(
        description="null for the highest, and where the court above is not yours to read"
    )
    name: Words
    level: str
    valid_from: date | None
    valid_until: date | None = Field(description="first day on which it no longer stands")
    kind: str = Field(description="ordinary, development_zone, railway, forestry; empty where no file says")
    status: str = Field(description="confirmed, derived, invented …: how sure the code is")
    status_words: Words
    basis: str | None = Field(description="what shows it: a case number, a rule, a document")
    zone: str
    demo: bool = Field(description="演示数据: an invented court")


class CourtDetail(Court):
    """A court with every span of its row, and the courts directly below."""

    spans: list[Court]
    children: list[str]


class Source(Shape):
    """Where a rule stands."""

    document: str
    clause: str
    provenance: str = Field(description="seed, sourced or project (ours)")


class Target(Shape):
    """What a court is to reach: bounds in the figure's unit, both inside; null bounds with a reason where
    it cannot be reckoned.
    """

    kind: str
    low: Number | None
    high: Number | None
    unit: str
    arithmetic: Words | None
    reason: str | None
    source: Source | None


class Benchmark(Shape):
    """A figure from outside (标杆值): who set it and where; bounds in the figure's unit, both inside."""

    indicator: str
    pack: str
    kind: str = Field(description="required, advanced_court, national_mean or higher_court")
    kind_words: Words
    form: Literal["figure", "at_least", "at_most", "between"]
    low: Number | None
    high: Number | None
    unit: str
    issuer: str
    of: Words | None = Field(description="whose figure it is; or")
    court: str | None = Field(description="the code of the court whose figure it is")
    category: str
    in_force_from: date | None
    in_force_until: date | None = Field(description="first day on which it no longer is")
    source: Source


class BenchmarkGap(Shape):
    """The exact gap to a benchmark: the value less it (of an interval: less the end it lies beyond)."""

    benchmark: Benchmark
    position: Literal["inside", "below", "above"] | None
    gap: Number | None
    gap_unit: str
    words: Words | None
    reason: str | None


class Headroom(Shape):
    """预留空间: what is left between the line and a benchmark, above 0 where that asks for more."""

    value: Number
    unit: str
    given: bool = Field(description="written in the target; else reckoned from line and benchmark")
    kind: str | None = Field(description="the kind of benchmark it was reckoned from")
    document: str | None


class PlanStep(Shape):
    """One year of a stage: the value and the line."""

    period: str
    value: Number | None
    numerator: int | None
    denominator: int | None
    reason: str | None
    target: Target | None
    status: Status


class Stage(Shape):
    """A stage with its years, both counted, and the figure's path through it."""

    title: Words
    first_year: int
    last_year: int
    path: list[PlanStep]


class Plan(Shape):
    """Base, benchmarks, line, headroom and stage of a figure, side by side."""

    unit: str
    base: Number | None
    target: Target | None
    benchmarks: list[BenchmarkGap]
    headroom: list[Headroom]
    stage: Stage | None
    department: Words | None = Field(description="责任部门")


class CoverageDetail(Shape):
    """Events that sources declared when closing days, and those of them received; over how many court days
    of how many.
    """

    declared: int
    received: int
    days_declared: int
    days: int


class Unattributed(Shape):
    """What stands in a measure's account without a case to belong to, because the link is missing."""

    measure: str
    amount: int
    unit: str


class Comparison(Shape):
    """The figure it is compared with. `difference` is in `difference_unit`; null where either is missing
    or a small sample.
    """

    kind: str
    period: str | None
    value: Number | None
    numerator: int | None
    denominator: int | None
    reason: str | None
    difference: Number | None
    difference_unit: str
    benchmarks: list[BenchmarkGap]
    none_of: list[str] = Field(description="of required and advanced_court, the kinds nobody has given")


class Figure(Shape):
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
    coverage: float | Literal["unknown"] = Field(
        description="received / declared, 0 to 1; unknown unless every day is declared"
    )
    coverage_detail: CoverageDetail
    page: int
    known_at: datetime = Field(description="ask again with this known_at and get the same")
    computed_at: datetime
    compare: Comparison | None
    plan: Plan | None
    unattributed: list[Unattributed]
    lever: str
    demo: bool


class Point(Shape):
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


class Lever(Shape):
    """Whether management may influence it; of outcomes, that nothing is advised of single cases."""

    lever: str
    no_case_advice: str | None
    words: Words | None


class MeasureDefinition(Shape):
    """A measure a formula reads."""

    id: str
    title: Words
    kind: str
    unit: str
    lever: str
    clause: str | None
    sum: str | None
    of: list[str] = Field(description="facts or event types it counts")
    until: list[str]
    on: str | None = Field(description="the link role whose cases' events it counts")
    accounts: dict[str, str] = Field(description="account kind: filling, complete or retired")


class TargetDefinition(Shape):
    """A target as a pack states it."""

    pack: str
    courts: list[str]
    scope: str
    period: str
    rule: dict[str, object]
    source: Source | None
    base: str | int | None
    headroom: str | int | None
    stage: dict[str, object] | None
    department: Words | None


class VersionDefinition(Shape):
    """One version of a definition."""

    version: str
    hash: str
    in_force_from: date | None
    in_force_until: date | None
    state: Literal["filling", "complete", "retired"]
    retired_at: datetime | None = Field(description="since then nothing is posted under it")
    formula: str


class IndicatorEntry(Shape):
    """An indicator or a measure in the list."""

    id: str
    kind: Literal["indicator", "measure"]
    pack: str
    title: Words
    unit: str
    direction: str | None
    nature: str | None
    origin: str | None
    domain: str | None
    number: int | None = Field(description="its number in the table as issued")
    formula: str
    lever: str
    version: str
    state: Literal["filling", "complete"]


class Indicators(Shape):
    """Definitions in the order of their packs."""

    items: list[IndicatorEntry]


class IndicatorDetail(IndicatorEntry):
    """A definition with its six elements: nature, direction, formula, meaning, source, target."""

    meaning: Words | None
    minimum: int
    dimension: Words | None
    key_points: list[Words]
    department: Words | None
    source: Source | None
    formula_source: Source | None = Field(
        description="where the formula stands, if not where the rule stands"
    )
    waits_for: Words | None = Field(description="what is not there yet; until then it is not available")
    in_force_from: date
    measures: list[MeasureDefinition]
    targets: list[TargetDefinition]
    benchmarks: list[Benchmark]
    versions: list[VersionDefinition]
    advice: Lever
