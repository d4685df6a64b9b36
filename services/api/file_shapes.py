"""The shapes of answers about a board of courts, single cases, what falls due, and feeds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.api.case_shapes import Line, Reason
from services.api.opening_shapes import BoardOpening
from services.api.shapes import (
    Backed,
    CoverageDetail,
    Covered,
    Freshness,
    Number,
    Plan,
    Scope,
    Shape,
    Status,
    Target,
    Words,
)


class Cell(Backed):
    """One indicator of one court in one scope."""

    indicator: str
    scope: Scope
    version: str
    value: Number | None
    unit: str
    numerator: int | None
    denominator: int | None
    target: Target | None
    plan: Plan | None
    status: Status
    reason: str | None


class BoardRow(Shape):
    """A court with all its cells, indicators in the order of the packs."""

    court: str
    court_name: Words
    demo: bool
    cells: list[Cell]


class Column(Shape):
    """An indicator of the board."""

    indicator: str
    number: int | None = Field(description="its number in the table as issued")
    title: Words
    unit: str
    direction: str
    domain: str


class NotInForce(Shape):
    """An indicator that is not in force on any day of the period, so the board has no column for it."""

    indicator: str
    number: int | None
    title: Words
    in_force_from: date | None
    in_force_until: date | None
    words: Words


class BoardTable(Shape):
    """How many rows of a pack's table (its numbered indicators; where none is numbered, all) are in force."""

    pack: str
    title: Words
    rows: int
    rows_in_force: int
    words: Words
    not_in_force: list[NotInForce]


class Board(Covered):
    """A court and its direct subordinates in the official order: never ordered by a value."""

    court: str
    period: str
    period_from: date
    period_until: date
    category: str
    cause: str | None
    tag: str | None
    tables: list[BoardTable]
    indicators: list[Column]
    rows: list[BoardRow]
    opening: BoardOpening | None = Field(
        description="opening stocks (期初) that do not balance, and periods before the books were opened; null: neither"
    )
    coverage_detail: CoverageDetail
    page: int
    known_at: datetime
    computed_at: datetime
    demo: bool


class Event(Shape):
    """An event of the case, with when it became known; `data` without persons for readers who are not
    shown them.
    """

    source: str
    id: str
    type: str
    title: Words
    day: date
    time: datetime
    received_at: datetime | None
    recorded_at: datetime | None
    by_hand: bool
    revision: int
    replaces: str | None
    data: dict[str, object]
    unknown: list[str] = Field(
        description="fields that were left out because they were ill-typed, with the reason"
    )


class NotCounted(Event):
    """An event that does not count, and why."""

    reason: str
    words: Words


class Fact(Shape):
    """A fact as folded now: a day, a number, a text or a flag."""

    id: str
    title: Words | None
    value: date | int | str | bool | list[str]


class Track(Shape):
    """A change of attribution, in force from a day."""

    track: str
    day: date
    value: str | None


class Step(Shape):
    """One step of a clock."""

    what: str
    words: Words
    day: date | None
    limit_day: date | None
    article: str
    why: str = Field(description="a procedure, an approver, grounds, or the fact that stopped it")


class ClockRun(Shape):
    """One run of a clock; those that repeat have several. `missed`: the limit has passed, or will if nothing comes."""

    started_on: date | None
    limit_day: date | None
    stopped_on: date | None
    days_paused: int
    outcome: Literal["met", "missed", "unknown"]


class Clock(Shape):
    """A limit: its last day, the day it is overdue, and how it came to that."""

    id: str
    title: Words | None
    limit_day: date | None
    overdue_on: date | None
    days_paused: int
    stopped_on: date | None
    runs: list[ClockRun]
    steps: list[Step]


class Link(Shape):
    """A link to or from another case the reader may see."""

    role: str
    title: Words
    case: str
    event: str


class Links(Shape):
    """The links this case states, those stated to it, and how many lead to cases that are not listed."""

    outgoing: list[Link]
    incoming: list[Link]
    not_listed: int


class Posting(Line):
    """What the case has in the books now."""

    measures: list[str]
    account: str = Field(
        description="flow, stock, each, trigger, unattributed, or the grain of a reported figure"
    )


class Flag(Shape):
    """Something to know about this file."""

    code: str
    words: Words


class CaseFile(Shape):
    """One case: what happened, what follows from it, and in which numbers it stands, and why."""

    id: str
    kind: str
    home_court: str
    courts: list[str]
    page: int
    generation: int | None
    known_at: datetime
    events: list[Event]
    not_counted: list[NotCounted]
    facts: list[Fact]
    tracks: list[Track]
    clocks: list[Clock]
    links: Links
    postings: list[Posting]
    reasons: list[Reason]
    flags: list[Flag]
    demo: bool


class DueCase(Shape):
    """An open case whose limit day is near."""

    case: str
    court: str
    clock: str
    measure: str
    limit_day: date
    days_left: int
    division: str | None
    judge: str | None
    page: int


class DueCases(Shape):
    """What falls due within some days, the soonest first."""

    court: str
    scope: Scope
    today: date
    last_limit_day: date
    clocks: list[str]
    page: int
    items: list[DueCase]
    not_listed: int = Field(description="cases of this page that are sealed: counted, never listed")
    next: str | None
    demo: bool


class Feed(Covered):
    """A feed, with what it has sent for courts the reader sees; its coverage is that of the 30 days before today."""

    id: str
    title: str
    courts: list[str]
    zone: str
    rhythm_minutes: int | None
    events: int
    last_event_at: datetime | None
    last_received_at: datetime | None
    state: Freshness
    fresh_until: datetime | None = Field(description="when it is expected next at the latest")
    coverage_detail: CoverageDetail


class Feeds(Shape):
    """The feeds of the reader's courts."""

    items: list[Feed]
    page: int
