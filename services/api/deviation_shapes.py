"""The shapes of answers about watches, deviations and forecasts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import pydantic
from pydantic import Field

from services.api.shapes import Number, Shape, Source, Words


class Deviation(Shape):
    """One departure from the line as it stands (偏离). It describes a figure, a case or a feed, never a person's fault."""

    id: int
    watch: str
    title: Words
    kind: str
    kind_words: Words
    court: str
    court_name: Words
    object: str = Field(description="the figure, case, node or feed within the court")
    case: str | None = Field(
        description="null where it is about none, or about one that is not yours to read"
    )
    state: Literal["pending", "open", "acknowledged", "resolved"]
    state_words: Words
    severity: str = Field(description="amber or red: 区间外; what it is told by")
    cause: str
    cause_words: Words = Field(description="what it may be put down to first")
    level: str = Field(description="the court it has been taken up to")
    group: str = Field(description="court and week: one card")
    begun_on: date
    changed_at: datetime
    silent_until: datetime | None
    change: int = Field(description="number of its last change; ids of the stream")
    text: Words
    document: dict[str, Any] = Field(
        description="what it rests on: figure, line, expectation, limits, method, settings, and the series to draw; within (the"
        " court above that left its line too), carried_by (the courts below that did), carried_by_categories"
    )
    demo: bool


class Deviations(Shape):
    """A page of deviations, newest first."""

    items: list[Deviation]
    next: str | None


class CardKind(Shape):
    """How many deviations of one kind a card holds."""

    kind: str
    kind_words: Words
    deviations: int
    red: int
    silent: int = Field(description="of which nothing is told for now")


class CardLine(Shape):
    """One deviation on a card."""

    id: int
    kind: str
    state: Literal["pending", "open", "acknowledged", "resolved"]
    severity: str
    cause: str
    text: Words


class DeviationCard(Shape):
    """All that began in one court in one week, to be looked at together."""

    court: str
    court_name: Words
    week: str = Field(description="the ISO week, as 2025-W38")
    first: date = Field(description="its Monday")
    last: date = Field(description="its Sunday")
    severity: Literal["amber", "red"] = Field(description="of the gravest")
    deviations: int
    kinds: list[CardKind]
    items: list[CardLine] = Field(description="20 at most, red ones first, then the oldest")
    not_listed: int = Field(description="more of them: `/v1/deviations?court=&week=` lists all")
    demo: bool


class DeviationCards(Shape):
    """A page of cards: newest week first, the courts of a week in the official order."""

    items: list[DeviationCard]
    next: str | None


class DeviationChange(Shape):
    """One change in the life of a deviation; with its document it can be judged again."""

    number: int
    act: str
    act_words: Words
    state: str
    severity: str
    at: datetime
    day: date = Field(description="the court day looked at")
    page: int = Field(description="the page of the books it rests on")
    hash: str = Field(description="of the watch that spoke")
    principal: str | None = Field(description="who acted; null: the watch")
    why: str | None
    document: dict[str, Any]


class DeviationDetail(Shape):
    """A deviation with every change of its life."""

    deviation: Deviation
    changes: list[DeviationChange]


class Replay(Shape):
    """One change judged again over the books as they stood."""

    change: int
    same: bool | None = Field(description="to the bit; null where it cannot be judged again")
    differs: list[str] = Field(description="the parts of the document that differ")
    read: list[str] = Field(
        description="read back from the books as of the page: postings, arrivals, coverage, definitions, courts, calendar"
    )
    kept: list[str] = Field(
        description="what was taken from that which was kept with the change: off (feeds that were off), rhythms (of the"
        " court's sources), nodes (of its cases), case (since when, and whether sealed), first_kept (the figure first known),"
        " kin (the courts named beside it)"
    )
    reason: str | None = Field(description="why it cannot be judged again")


class Replays(Shape):
    """Every change that a watch wrote of one deviation, judged again."""

    items: list[Replay]


class Reason(pydantic.BaseModel):
    """Why something is done."""

    model_config = pydantic.ConfigDict(extra="forbid")

    why: str = Field(min_length=1, max_length=2000)


class Silence(Reason):
    """Until when nothing is told of a deviation, and why."""

    until: datetime = Field(description="RFC 3339 with its offset; at most a year ahead")


class Span(pydantic.BaseModel):
    """The history a watch is replayed over: both days counted; `courts` with all below each, every court if left out."""

    model_config = pydantic.ConfigDict(extra="forbid", populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    courts: list[str] = Field(default=[], max_length=200)


class Arming(Shape):
    """That a watch is armed: since when, by whom, on the strength of which backtest."""

    armed_at: datetime
    armed_by: str
    why: str
    backtest: int
    last_look: date | None


class WatchShape(Shape):
    """A watch as it is defined, and whether it is armed."""

    id: str
    title: Words
    kind: str
    kind_words: Words
    of: list[str]
    courts: list[str]
    level: str | None
    scope: Literal["own", "all"]
    every: Literal["day", "week", "month"]
    grain: Literal["month", "week"] | None = Field(
        default=None, description="of kind history: the periods it judges; null for the others"
    )
    side: str
    settings: dict[str, float]
    settings_words: dict[str, Words]
    hold: int
    release: int
    severity: str
    tell: list[str]
    escalate_days: int
    source: Source
    hash: str = Field(description="of the watch and all it rests on")
    armed: Arming | None
    stale: bool = Field(description="armed as it was defined before: it does not look until it is armed anew")


class Watches(Shape):
    """Every watch there is."""

    items: list[WatchShape]


class Backtest(Shape):
    """A watch replayed over history: how far it is, and its report when done."""

    id: int
    watch: str
    hash: str
    current: bool = Field(description="whether the watch is still defined so")
    courts: list[str]
    first: date
    last: date
    state: Literal["waiting", "running", "done", "failed"]
    done: int
    total: int
    eta_seconds: int | None
    page: int | None
    report: dict[str, Any] | None
    made_by: str
    asked_at: datetime


class Backtests(Shape):
    """Backtests of a watch, newest first."""

    items: list[Backtest]


class Interval(Shape):
    """Both ends inside, in the unit of the figure."""

    low: float
    high: float


class Forecast(Shape):
    """Where the year of one figure will end, with intervals; a plan of nobody."""

    indicator: str
    title: Words
    court: str
    scope: Literal["own", "all"]
    period: str
    unit: str
    day: date = Field(description="the court day it is told on; figures end the day before")
    value: float | None
    numerator: int | None
    denominator: int | None
    expected: float | None
    interval80: Interval | None
    interval95: Interval | None
    target: Words | None
    probability_of_miss: float | None
    needed: float | None = Field(
        description="what the rest of the year must be to end on the line; null for measures of decisions"
    )
    reachable: bool | None = Field(
        description="whether the rest of the year can be so: no share beyond one, no count below nought; null with `needed`"
    )
    needed_withheld: bool = Field(
        description="true where it is not said because the figure rests on decisions"
    )
    coverage: Number | Literal["unknown"] = Field(
        description="of the year so far: received of declared, the lowest of its measures"
    )
    reason: str | None = Field(description="why nothing is projected")
    method: str | None
    season: list[float] = Field(description="the share of the year before the end of each month, 0 first")
    share: float | None
    months: list[str]
    values: list[float | None]
    page: int
    demo: bool


BODIES = (Reason, Silence, Span)
