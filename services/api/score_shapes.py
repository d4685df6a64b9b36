"""The shapes of answers about scores: points line by line, never bare, and never in an order of points."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import pydantic
from pydantic import Field

from services.api.shapes import Backed, Number, Scope, Shape, Source, Words

ScoreStatus = Literal["scored", "not_available"]
Count = Annotated[int, Field(ge=0, le=10**12)]
Bound = Annotated[str, Field(max_length=32)] | int | float


class ScoreBook(Shape):
    """A rule book: how figures become points, for courts of some levels and one kind of period."""

    id: str
    title: Words
    document: str
    clause: str
    levels: list[str]
    period: str
    points: Number
    pack: str
    version: str
    hash: str


class ScoreBooks(Shape):
    """The newest version of every rule book, in the order of the packs."""

    items: list[ScoreBook]


class ScoreFigure(Shape):
    """The figure a line reads."""

    id: str
    title: Words
    unit: str
    lever: str
    backing: Backed | None = Field(description="coverage, freshness, period; null in what is only supposed")


class Counted(Shape):
    """A figure as its counts; `value` is in the figure's unit."""

    numerator: int
    denominator: int
    value: Number


class ScoreTarget(Shape):
    """The line a figure is held against: bounds in its unit, both inside."""

    kind: str
    low: Number | None
    high: Number | None
    unit: str
    arithmetic: Words


class Decision(Shape):
    """Who decided that an item is scored separately, when, on which document."""

    adjustment: str
    document: str
    ground: str
    decided_by: str
    decided_at: datetime


class AdjustedScore(Shape):
    """A line as it was decided, beside the line as it is computed; `decision` stands at the item itself."""

    points: Number | None
    low: Number
    high: Number
    arithmetic: Words
    decision: Decision | None


class ObjectedScore(Shape):
    """A line as it would be without the cases of upheld objections: shown, never counted."""

    points: Number | None
    low: Number
    high: Number
    figure: Counted | None
    objections: list[str] = Field(description="GET /v1/objections/{id}")


class OtherTotal(Shape):
    """The total another way."""

    total: Number | None
    low: Number
    high: Number
    arithmetic: Words


class ScoreLine(Shape):
    """What one item gives, and how. `low` and `high` are equal where it is available; else `reason` says
    why not.
    """

    id: str
    number: str
    title: Words
    rule: str
    scope: Scope
    source: Source
    cases: Words | None
    points: Number | None
    low: Number
    high: Number
    maximum: Number
    reachable: Number = Field(description="the most that last year's figure leaves room for")
    one_case: Number | None = Field(description="单案分值: what one case in the numerator moves")
    status: ScoreStatus
    reason: str | None
    reason_detail: str | None = Field(description="the figure or court that lacks")
    figure: ScoreFigure | None
    numerator: int | None
    denominator: int | None
    baseline: Counted | None = Field(description="the figure of the year before")
    target: ScoreTarget | None
    arithmetic: Words
    parameters: list[str] = Field(description="what the document leaves open and decides this line")
    adjusted: AdjustedScore | None = Field(description="单独评分: as decided, where that differs")
    objected: ObjectedScore | None = Field(description="归属异议: without the cases of upheld objections")
    parts: list[ScoreLine]


class Card(Shape):
    """The points of one court; `total` is null while a line is not available, and lies from `low` to
    `high`.
    """

    maximum: Number
    total: Number | None
    low: Number
    high: Number
    reachable: Number
    arithmetic: Words
    readings: dict[str, str]
    adjusted: OtherTotal | None = Field(description="with what was decided to be scored separately")
    objected: OtherTotal | None = Field(description="without the cases of upheld objections")
    lines: list[ScoreLine]


class ScoreReading(Shape):
    """One way to read a parameter."""

    id: str
    title: Words


class ScoreParameter(Shape):
    """What the document leaves open, and how it is read here; `settled`: the court has decided."""

    id: str
    title: Words
    clause: str
    reading: str
    settled: bool
    readings: list[ScoreReading]


class Otherwise(Shape):
    """The total if only this parameter were read otherwise."""

    parameter: str
    title: Words
    reading: str
    reading_title: Words
    low: Number
    high: Number


class Extreme(Shape):
    """The lowest or highest total of all combinations of readings, and readings that give it."""

    total: Number
    readings: dict[str, str]


class Variants(Shape):
    """What the open readings do to the total; `note` is 口径未定 where one matters, else null."""

    note: Words | None
    otherwise: list[Otherwise]
    lowest: Extreme
    highest: Extreme


class LineDifference(Shape):
    """A line of the frozen card that reads otherwise now: only what differs; null where a card has no such line."""

    path: list[str] = Field(description="item, and its parts down to the line")
    then: dict[str, Any] | None
    now: dict[str, Any] | None


class Accepted(Shape):
    """The scorecard that was accepted (验收) and frozen; this answer beside it is what it would be now."""

    acceptance: str
    document: str
    digest: str = Field(description="SHA-256 of GET /v1/acceptances/{id}/card")
    page: int
    known_at: datetime
    frozen_at: datetime
    total: Number | None
    low: Number
    high: Number
    differences: list[LineDifference]


class Scorecard(Card):
    """One court's score under one rule book."""

    book: str
    title: Words
    source: Source
    version: str
    hash: str
    court: str
    court_name: Words
    level: str
    period: str
    period_from: date
    period_until: date = Field(description="last day counted")
    elapsed: Number = Field(description="the share of the period that has passed, 1 when it is over")
    parameters: list[ScoreParameter]
    variants: Variants
    accepted: Accepted | None
    page: int
    known_at: datetime = Field(description="ask again with this known_at and get the same")
    computed_at: datetime
    demo: bool


class TableItem(Shape):
    """An item of a rule book."""

    id: str
    number: str
    title: Words


class TableCell(Shape):
    """What an item gives one court."""

    item: str
    points: Number | None
    low: Number
    high: Number
    maximum: Number
    status: ScoreStatus
    reason: str | None
    adjusted: Number | None = Field(description="the points decided, where the item is scored separately")


class TableRow(Shape):
    """One court."""

    court: str
    court_name: Words
    level: str
    maximum: Number
    total: Number | None
    low: Number
    high: Number
    reachable: Number
    adjusted: OtherTotal | None
    cells: list[TableCell]
    demo: bool


class ScoreTable(Shape):
    """A court and those directly below it that the book scores, in the official order, never by points."""

    book: str
    title: Words
    version: str
    hash: str
    court: str
    period: str
    period_from: date
    period_until: date
    items: list[TableItem]
    rows: list[TableRow]
    page: int
    known_at: datetime
    computed_at: datetime
    demo: bool


class SupposedValue(Shape):
    """A figure of the court, supposed; by its full name, or the bare one where only one figure has it."""

    figure: str = Field(max_length=200)
    scope: Scope = "own"
    numerator: Count
    denominator: Annotated[int, Field(ge=1, le=10**12)] = 1


class SupposedTarget(Shape):
    """One fixed line: a percentage as `90 %`, anything else as a number."""

    at_least: Bound | None = None
    at_most: Bound | None = None
    between: list[Bound] | None = Field(default=None, min_length=2, max_length=2)


class Supposition(Shape):
    """What is supposed of one court's score; all that is left out stays as it is."""

    court: str = Field(max_length=24)
    period: str = Field(max_length=40)
    values: list[SupposedValue] = Field(default=[], max_length=200)
    targets: dict[str, SupposedTarget] = Field(default={}, max_length=200, description="by item")
    weights: dict[str, Annotated[Decimal, Field(gt=0, le=10_000, decimal_places=6)]] = Field(
        default={}, max_length=200, description="points by item"
    )
    readings: dict[str, str] = Field(default={}, max_length=200, description="by parameter")

    model_config = pydantic.ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "court": "示2401",
                    "period": "2025",
                    "values": [{"figure": "yanbian-2019.fagaizhi_total", "numerator": 3}],
                    "readings": {"step": "prorated"},
                }
            ]
        },
    )


class NextStep(Shape):
    """How far a line is from more points: so many cases fewer (negative) or more in the numerator.

    `cases` is null where nothing more can be gained that way. For outcomes no advice is given on cases.
    """

    item: str
    figure: str
    lever: str
    points: Number
    maximum: Number
    reachable: Number
    one_case: Number
    cases: int | None
    then: Number = Field(description="the points the line would give then")
    advice: str | None
    advice_words: Words | None


class WhatIf(Shape):
    """A score as it is, as it would be, and the next steps from there."""

    book: str
    title: Words
    version: str
    hash: str
    court: str
    court_name: Words
    level: str
    period: str
    before: Card
    after: Card
    steps: list[NextStep]
    page: int
    known_at: datetime
    computed_at: datetime
    demo: bool
