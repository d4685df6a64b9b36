"""The shapes of what a judge is shown: the due dates of his own cases, and nothing of anybody else."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from services.api.file_shapes import Clock, Step
from services.api.shapes import Shape, Words

Stage = Literal["running", "likely", "soon", "passed", "paused"]


class Chance(Shape):
    """The chance that a case passes its limit, as the court's own watch reckons it: from closed cases of its court and
    category that took as long already.
    """

    probability: float
    alike: int = Field(description="closed cases it is reckoned from")
    band: tuple[int, int] = Field(
        description="days from the start by which 10 and 90 in 100 of them were closed"
    )


class OwnDate(Shape):
    """One clock of one case."""

    case: str
    clock: str
    title: Words | None
    stage: Stage = Field(
        description="running, likely (预计超期), soon (将届满), passed (已过期限日), paused; a watch of the court would say"
        " likely or soon `judge_days` later"
    )
    stage_words: Words
    limit_day: date | None = Field(description="null while the clock is paused without an end")
    days_left: int | None = Field(description="days until the limit day; negative when it has passed")
    court_told_from: date | None = Field(
        description="the first day on which the court's watch may tell of it, if nothing comes before; null where none watches"
    )
    days_paused: int
    pauses: list[Step]
    article: str = Field(description="where the limit stands")
    chance: Chance | None = Field(description="where the stage is likely")
    page: int


class OwnDates(Shape):
    """A page of a judge's due dates, the soonest first."""

    court: str
    today: date
    last_limit_day: date | None = Field(description="null without `within`")
    clocks: list[str]
    items: list[OwnDate]
    not_listed: int = Field(description="his cases among these that are sealed: counted, never listed")
    next: str | None
    demo: bool


class OwnCase(Shape):
    """One of his cases: its due dates, and all its clocks step by step."""

    case: str
    court: str
    today: date
    dates: list[OwnDate]
    clocks: list[Clock]
    demo: bool
