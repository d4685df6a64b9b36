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


def _share(value: Decimal | str) -> int | float | str:
    return value if isinstance(value, str) else _number(value)


Share = Annotated[
    Decimal | Literal["unknown"],
    PlainSerializer(_share, return_type=int | float | str, when_used="json"),
]
"""Received of declared, 0 to 1, rounded down at 6 decimals; or that it is unknown."""


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


class CoverageDetail(Shape):
    """Of the measure that is known least: events that sources declared when closing days, those of them received, those
    received beyond; over how many court days of how many. Counts are null where a court above yours is among them.
    """

    measure: str | None = Field(description="null: of every event type")
    declared: int | None
    received: int | None = Field(description="of the declared: day by day and type by type never more")
    surplus: int | None = Field(description="received beyond what was declared")
    unclosed: int | None = Field(
        description="on closed days, from a source that did not close them: their whole is unknown"
    )
    days_declared: int
    days: int


class Covered(Shape):
    """Whatever says a figure says how much of what it rests on was received."""

    coverage: Share = Field(
        description="received / declared, 0 to 1, rounded down: of the measure known least; unknown unless every day is"
        " declared"
    )


class Beside(Shape):
    """The other figure of a closed period: beside a frozen one the current; beside a final one that moved since it was
    closed, the one of then.
    """

    known_at: datetime = Field(description="the moment of the closing")
    figure: Literal["current", "at_closing"]
    value: Number | None
    numerator: int | None
    denominator: int | None
    reason: str | None
    difference: Number | None = Field(description="current less the one of the closing")
    difference_unit: str


Freshness = Literal["in_rhythm", "late", "silent", "no_rhythm", "nothing_received"]
PeriodState = Literal["provisional", "final", "frozen"]


class Backed(Covered):
    """What a figure stands on: how whole and how fresh its feeds are, and whether its period is closed."""

    coverage_detail: CoverageDetail
    freshness: Freshness = Field(description="of the feed of its courts that is furthest behind")
    last_received_at: datetime | None = Field(description="when that feed was last heard of")
    fresh_until: datetime | None = Field(description="when it is expected next at the latest")
    period_state: PeriodState
    changed_since_closing: bool | None = Field(
        description="null where the period is not closed, and where the figure is not held against it"
    )
    beside: Beside | None


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


class PlanStep(Covered):
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
    coverage: Share | None = Field(description="null where it is held against benchmarks")
    difference: Number | None
    difference_unit: str
    benchmarks: list[BenchmarkGap]
    none_of: list[str] = Field(description="of required and advanced_court, the kinds nobody has given")


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
