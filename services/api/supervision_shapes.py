"""The shapes of supervision: what is asked of adjustments, objections and acceptances, and what is answered."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from services.api.shapes import Covered, Number, Shape, Words

Key = Annotated[
    str | None,
    Field(min_length=1, max_length=64, description="a key you choose: the same again opens nothing twice"),
]
Code = Annotated[str, Field(min_length=1, max_length=24)]
Id = Annotated[str, Field(min_length=1, max_length=200)]
Period = Annotated[str, Field(min_length=1, max_length=40)]
Document = Annotated[str, Field(min_length=1, max_length=200, description="the paper it stands on")]
Said = Annotated[str, Field(min_length=1, max_length=1_000)]
Short = Annotated[str, Field(min_length=1, max_length=200)]
Ground = Literal["not_ours", "wrong_link", "out_of_scope", "counted_twice", "other"]


class Act(Shape):
    """One act on a matter: who, when, on which page, and what he said."""

    act: str
    principal: str
    at: datetime
    page: int
    detail: dict[str, Any]


class Application(Shape):
    """A court's application that one item be scored separately."""

    court: Code
    book: Id
    period: Period
    item: Id
    ground: Said
    document: Document
    request: Key = None


class Check(Shape):
    """What an office found; which office is the token's role."""

    finding: Literal["confirmed", "not_confirmed"]
    note: Said


class FigureGiven(Shape):
    """The figure to score by, as its counts."""

    numerator: Annotated[int, Field(ge=0, le=10**15)]
    denominator: Annotated[int, Field(ge=1, le=10**15)] = 1


class AdjustmentDecision(Shape):
    """The decision; approved with the points, or with the figure that the item's own rule then scores."""

    verdict: Literal["approved", "refused"]
    points: Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=6)] | None = None
    figure: FigureGiven | None = None
    ground: Said
    document: Document


class Adjustment(Shape):
    """An application, where it stands, and what was done."""

    id: str
    court: str
    court_name: Words
    book: str
    period: str
    item: str
    ground: str
    document: str
    state: Literal["applied", "verified", "doubted", "approved", "refused", "withdrawn"]
    points: Number | None = Field(description="the points decided")
    figure: FigureGiven | None = Field(description="the figure decided")
    acts: list[Act]
    demo: bool


class Adjustments(Shape):
    """Applications, newest first."""

    items: list[Adjustment]
    next: str | None


class NewObjection(Shape):
    """A court's objection that a case should not count for it in a figure."""

    court: Code
    indicator: Id
    case: Id
    ground: Ground
    text: Short
    request: Key = None


class ObjectionDecision(Shape):
    """What an office decided."""

    verdict: Literal["upheld", "refused"]
    ground: Said
    document: Document


class Objection(Shape):
    """An objection, where it stands, and what was done; `case` is null where it may no longer be listed."""

    id: str
    court: str
    court_name: Words
    indicator: str
    case: str | None
    ground: Ground
    ground_words: Words
    text: str | None
    state: Literal["raised", "upheld", "refused"]
    acts: list[Act]
    demo: bool


class Objections(Shape):
    """Objections, newest first."""

    items: list[Objection]
    next: str | None


class Side(Covered):
    """A value with its counts, or the reason there is none."""

    value: Number | None
    numerator: int | None
    denominator: int | None
    reason: str | None


class ObjectedFigure(Shape):
    """A figure with and without the cases of upheld objections; the ledger is the same for both."""

    indicator: str
    title: Words
    court: str
    scope: str
    period: str
    unit: str
    counted: Side = Field(description="the value as it is")
    without: Side = Field(description="without the cases of upheld objections")
    upheld: list[str]
    raised: list[str] = Field(description="objections nobody has decided yet")
    page: int
    known_at: datetime
    demo: bool


class NewAcceptance(Shape):
    """A scorecard to be accepted."""

    court: Code
    book: Id
    period: Period
    request: Key = None


class Showing(Shape):
    """The last day for objections, counted."""

    until: date


class NewRemark(Shape):
    """What the court says of the card that is shown; `item` where it is about one."""

    text: Said
    item: Id | None = None


class AcceptanceDecision(Shape):
    """The decision."""

    verdict: Literal["accepted", "returned"]
    ground: Said
    document: Document


class Acceptance(Shape):
    """An acceptance, where it stands, what was done, and what was frozen."""

    id: str
    court: str
    court_name: Words
    book: str
    period: str
    state: Literal["drafted", "shown", "accepted", "returned", "frozen"]
    until: date | None = Field(description="the last day for objections")
    remarks: list[Act]
    digest: str | None = Field(description="SHA-256 of the frozen card")
    known_at: datetime | None = Field(description="the moment the card stands on: ask the scorecard with it")
    acts: list[Act]
    demo: bool


class FrozenCard(Shape):
    """A scorecard as it was frozen: as GET /v1/scorecards/{book} answers it, every decimal as text."""

    model_config = ConfigDict(extra="allow", frozen=True)

    book: str
    hash: str
    court: str
    period: str
    page: int
    known_at: datetime
    maximum: str
    total: str | None
    low: str
    high: str
    lines: list[dict[str, Any]]


class Acceptances(Shape):
    """Acceptances, newest first."""

    items: list[Acceptance]
    next: str | None


BODIES = (
    Application, Check, AdjustmentDecision, NewObjection, ObjectionDecision, NewAcceptance, Showing, NewRemark,
    AcceptanceDecision,
)  # fmt: skip
