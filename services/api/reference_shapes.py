"""The shapes of answers about benchmarks, conversions into other assessments, and which way figures went."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.api.shapes import Backed, Benchmark, Number, Scope, Shape, Share, Source, Words

Movement = Literal["better", "worse", "unchanged", "not_comparable"]


class Benchmarks(Shape):
    """Benchmarks in the order of their packs."""

    items: list[Benchmark]


class ConversionEntry(Shape):
    """A conversion there is."""

    id: str
    title: Words
    into: Words
    pack: str = Field(description="the pack whose indicators are converted")
    period: str
    points: Number = Field(description="what all lines together can give")
    lines: int
    source: Source
    version: str


class NotConverted(Shape):
    """A pack none of whose indicators is converted: 未提供换算办法."""

    pack: str
    title: Words
    words: Words


class Conversions(Shape):
    """The conversions there are, and the packs without one."""

    items: list[ConversionEntry]
    without: list[NotConverted]


class ConvertedLine(Backed):
    """One indicator in the points of the other assessment; `given` is false where no conversion is given."""

    indicator: str
    title: Words
    scope: Scope
    given: bool
    value: Number | None
    unit: str
    numerator: int | None
    denominator: int | None
    points: Number | None
    maximum: Number | None
    reason: str | None
    words: Words = Field(description="the arithmetic, or why there are no points")
    clause: str | None
    version: str


class Converted(Shape):
    """A court's values in the points of another assessment, line by line."""

    conversion: str | None = Field(description="null where none is given for the pack")
    title: Words
    into: Words | None
    source: Source | None
    pack: str
    court: str
    court_name: Words
    period: str
    period_from: date
    period_until: date
    lines: list[ConvertedLine]
    maximum: Number | None
    total: Number | None = Field(description="null where a line is missing; it then lies from low to high")
    low: Number | None
    high: Number | None
    page: int
    known_at: datetime
    computed_at: datetime
    demo: bool


class Direction(Backed):
    """One figure of one court against the same period a year before."""

    indicator: str
    title: Words
    direction: str
    unit: str
    movement: Movement
    words: Words
    value: Number | None
    numerator: int | None
    denominator: int | None
    prior_value: Number | None
    prior_numerator: int | None
    prior_denominator: int | None
    prior_coverage: Share
    difference: Number | None = Field(description="now less then, exactly, in difference_unit")
    difference_unit: str
    inside: bool | None = Field(description="of an interval: whether the value lies in it")
    prior_inside: bool | None
    reason: str | None
    version: str


class DirectionTally(Shape):
    """How many figures went which way."""

    risen: int = Field(description="正升: of those that should be high, that rose")
    risen_of: int
    fallen: int = Field(description="逆降: of those that should be low, that fell")
    fallen_of: int
    better: int
    worse: int
    unchanged: int
    not_comparable: int


class DirectionRow(Shape):
    """A court with all its figures, in the order of the packs."""

    court: str
    court_name: Words
    demo: bool
    figures: list[Direction]
    tally: DirectionTally


class Directions(Shape):
    """A court and those directly below it, in the official order: never ordered by a figure."""

    court: str
    scope: Scope
    domain: str
    period: str
    prior_period: str
    period_from: date
    period_until: date
    rows: list[DirectionRow]
    page: int
    known_at: datetime
    computed_at: datetime
    demo: bool
