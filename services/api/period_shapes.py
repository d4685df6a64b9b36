"""The shapes of answers about closed periods, and the bodies of the acts that close and reopen them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.api.shapes import CoverageDetail, Covered, Number, PeriodState, Scope, Shape, Words
from services.api.supervision_shapes import Act

Code = Annotated[str, Field(min_length=1, max_length=24)]
Why = Annotated[str, Field(min_length=1, max_length=2_000)]


class CloseBody(Shape):
    """Close a court's period: final (figures move and say so), or frozen (figures are answered as known now)."""

    court: Code
    scope: Scope = Field(description="own: the court; all: it and every court below it")
    frozen: bool = False
    anyway: bool = Field(False, description="although the coverage is unknown or low; only with `why`")
    why: Why | None = None


class ReopenBody(Shape):
    """Reopen a closed period: its figures are provisional again. What was known when does not change."""

    court: Code
    scope: Scope
    why: Why


class PeriodClosing(Covered):
    """A period that was closed, where it stands, and every act on it; coverage is that of now, over all event types."""

    id: str
    court: str | None = Field(description="null where a court above yours closed it")
    court_name: Words | None
    scope: Scope
    courts: list[str] = Field(description="those of the closed courts that you may see")
    period: str
    period_from: date
    period_until: date
    state: Literal["final", "frozen", "reopened"]
    state_words: Words
    closed_at: datetime | None = Field(description="what the figures of the closing were known at")
    coverage_detail: CoverageDetail
    acts: list[Act]
    demo: bool


class AskedPeriod(Covered):
    """How a court's own figures of one period stand."""

    court: str
    period: str
    state: PeriodState
    state_words: Words
    reasons: list[Words]
    least_coverage: Number = Field(description="from which a period is closed")
    coverage_detail: CoverageDetail


class PeriodClosings(Shape):
    """The closings of a court's periods, newest first; with `period`, how the court's figures of it stand."""

    court: str
    asked: AskedPeriod | None
    items: list[PeriodClosing]
    page: int
    known_at: datetime
    demo: bool


BODIES = (CloseBody, ReopenBody)
