"""The shapes of a reconciliation: the other system's list as it is handed in, and what it comes to case by case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.api.case_shapes import Reason
from services.api.shapes import Freshness, Scope, Shape, Share, Words

ROWS_MAX = 20_000
PAGE_MAX = 500
Kind = Literal["only_there", "only_here", "differs"]
Told = Literal["day", "method", "court"]


class OtherRow(Shape):
    """A row of the other system's list; a field it does not have is left out."""

    case: Annotated[str, Field(max_length=200, description="the case number, with brackets of any width")]
    day: date | None = Field(default=None, description="the day on which it counts there")
    method: Annotated[str, Field(max_length=80)] | None = Field(
        default=None,
        description="how it was closed: a code, or a word of a pack's code map of closing methods",
    )
    court: Annotated[str, Field(max_length=80)] | None = Field(
        default=None, description="a court's code or name"
    )


class NewReconciliation(Shape):
    """A question: the figure here, and the list of cases that another system counts for it. Nothing of it is kept."""

    indicator: Annotated[str, Field(max_length=200)]
    court: Annotated[str, Field(max_length=24)]
    scope: Scope
    period: Annotated[str, Field(max_length=40)]
    part: Literal["numerator", "denominator"] = "numerator"
    category: Annotated[str, Field(max_length=40)] = "all"
    cause: Annotated[str, Field(max_length=64)] | None = None
    tag: Annotated[str, Field(max_length=64)] | None = None
    version: Annotated[str, Field(max_length=80)] | None = None
    known_at: Annotated[str, Field(max_length=40)] | None = None
    stated: Annotated[int, Field(ge=0, le=10**12)] | None = Field(
        default=None, description="the total the other system publishes, if it says one"
    )
    rows: Annotated[list[OtherRow], Field(max_length=ROWS_MAX)]
    cursor: Annotated[str, Field(max_length=2_000)] | None = None
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = 200


class MeasureHere(Shape):
    """A measure of the part: its amount, of how many cases, and how many of them are never named."""

    measure: str
    title: Words
    unit: str
    moment: Literal["period", "start"]
    period: str
    amount: int
    cases: int
    not_listed: int


class ArithmeticLine(Shape):
    """One line of the arithmetic; together they are the rows there."""

    code: str
    amount: int
    words: Words


class Unread(Shape):
    """A row whose case number, or a field of it, could not be read: that field is compared with nothing."""

    row: int
    field: Literal["case", "method", "court"]
    written: str
    detail: str


class Repeated(Shape):
    """A case that the other list holds more than once."""

    case: str
    rows: list[int]


class RowThere(Shape):
    """What a row of the other list says, as it was read."""

    row: int
    day: date | None
    method: str | None
    court: str | None


class CaseHere(Shape):
    """How a case counts here."""

    measures: list[str]
    days: list[date]
    courts: list[str]
    method: str | None


class Superseded(Shape):
    """An event of the case that no longer counts."""

    event: str
    type: str
    title: Words
    why: Words


class CourtFeed(Shape):
    """Who would speak for a court: the feeds registered for it, when one was last heard of, how whole the period is."""

    court: str
    court_name: Words
    sources: list[str]
    freshness: Freshness
    last_received_at: datetime | None
    coverage: Share


class Item(Shape):
    """One case that the two lists do not share as it is."""

    kind: Kind
    case: str
    home_court: str | None = Field(description="the court its number names, where it is yours: see `feeds`")
    why: str
    words: Words
    differs: list[Told]
    days: list[date] = Field(description="where it counts, or was kept out, instead")
    courts: list[str]
    here: CaseHere | None
    there: list[RowThere]
    reasons: list[Reason]
    superseded: list[Superseded]


class Reconciliation(Shape):
    """Two lists of the cases behind one figure; all pages of items together are the three counts."""

    indicator: str
    title: Words
    court: str
    court_name: Words
    scope: Scope
    period: str
    part: str
    category: str
    cause: str | None
    tag: str | None
    version: str
    page: int
    known_at: datetime
    measures: list[MeasureHere]
    rows: int = Field(description="rows of the other list")
    cases_there: int = Field(description="different cases in them")
    both: int
    same: int = Field(description="of these, those that say the same")
    only_there: int
    only_here: int
    differing: int
    arithmetic: list[ArithmeticLine]
    difference: int = Field(description="rows there less what is counted here")
    stated: int | None
    stated_less_rows: int | None = Field(
        description="by how much the published total differs from its own list"
    )
    unread: list[Unread] = Field(description="the first 200")
    unread_rows: int
    repeated: list[Repeated] = Field(description="the first 200")
    repeated_cases: int
    feeds: list[CourtFeed] = Field(description="of the courts of this page's cases of which nothing is known")
    items: list[Item]
    next: str | None
    demo: bool


BODIES = (NewReconciliation,)
