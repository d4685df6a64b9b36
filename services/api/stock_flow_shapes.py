"""The shapes of the stock-flow audit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.api.shapes import Scope, Shape, Words


class FlowTerm(Shape):
    """A measure of the balance: what came or went."""

    measure: str
    title: Words
    way: Literal["in", "out"]
    amount: int | None = Field(description="the measure's own figure in this cell")
    inside: int | None = Field(
        description="of moves: those from one court of the cell to another, which `amount` counts both in and out"
    )
    across: int | None = Field(description="amount less inside: what crossed the border of the cell")
    cases: str = Field(description="the address of the cases behind it")


class TermAmount(Shape):
    """What one measure has of a case."""

    measure: str
    amount: int


class FlowBreak(Shape):
    """A case whose entries less exits are not what the stock shows."""

    case: str
    difference: int
    day: date = Field(description="the last day on which one of the measures counts it")
    why: Words
    terms: list[TermAmount]


class FlowBalance(Shape):
    """旧存 + 新收 + 移入 - 已结 - 移出 = 未结, as a pack states it."""

    balance: str
    title: Words
    stock: str
    unit: str
    opening: int | None = Field(description="旧存, at the end of the day before the period")
    joined: int | None = Field(description="what courts that came under this one in the period brought along")
    parted: int | None = Field(description="what courts that left this one in the period took along")
    terms: list[FlowTerm]
    closing: int | None = Field(description="未结, at the end of the period, or today while it runs")
    difference: int | None = Field(
        description="opening + joined - parted + in - out - closing; 0: it balances"
    )
    balanced: bool | None
    reason: str | None
    cases: int | None = Field(description="how many cases do not add up; their differences may cancel out")
    not_listed: int | None = Field(description="those of them that are sealed or not yours to read")
    items: list[FlowBreak] = Field(description="the first of them, by case number")


class StockFlow(Shape):
    """Every balance of the packs in one cell."""

    court: str
    court_name: Words
    scope: Scope
    period: str
    period_from: date
    period_until: date
    category: str
    cause: str | None
    balances: list[FlowBalance]
    page: int
    known_at: datetime
    computed_at: datetime
    demo: bool
