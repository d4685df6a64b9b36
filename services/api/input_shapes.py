"""The shapes of what stands behind a figure: reported figures one by one, and how much was entered by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.api.shapes import Scope, Shape, Share, Words

Captured = Literal["hand", "machine"]


class MeasureShare(Shape):
    """One measure as a formula reads it: its inputs, and those of them entered by hand."""

    measure: str
    title: Words
    kind: Literal["cases", "reports"] = Field(
        description="cases: an input is a case that adds to it; reports: a figure a court reported"
    )
    part: Literal["numerator", "denominator"]
    moment: Literal["period", "start"]
    period: str
    share: Share
    by_hand: int | None
    inputs: int | None
    cases: str | None = Field(description="the address that lists the cases")


class HandShare(Shape):
    """手工录入占比: inputs entered by hand / inputs, over the measures of the formula; unknown where there are none."""

    share: Share
    by_hand: int | None
    inputs: int | None
    words: Words
    measures: list[MeasureShare]


class Input(Shape):
    """A reported figure that the value reads: who reported it, how, and on what paper."""

    measure: str
    part: Literal["numerator", "denominator"]
    moment: Literal["period", "start"]
    court: str
    first_day: date = Field(description="first day the figure speaks of")
    last_day: date = Field(description="last day it speaks of")
    value: int
    unit: str
    category: str | None
    cause: str | None
    source: str
    by: str | None = Field(description="the role of who reported it; never a name")
    by_words: Words | None
    captured: Captured
    reported_at: datetime
    received_at: datetime
    document: str | None
    event: str
    replaces: str | None = Field(description="the report it corrects; the old figure stays under `known_at`")
    revision: int


class Inputs(Shape):
    """What a value was read from: reported figures one by one, cases by number."""

    indicator: str
    title: Words
    court: str
    scope: Scope
    period: str
    category: str
    cause: str | None
    tag: str | None
    version: str
    page: int
    known_at: datetime
    hand_share: HandShare
    items: list[Input]
    next: str | None
    demo: bool
