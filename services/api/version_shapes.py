"""The shapes of answers about versions: two of them side by side, how far one is filled, what an edition
changes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.api.case_shapes import Reason
from services.api.shapes import Covered, Number, Scope, Shape, Words

BridgeName = Literal["data", "rule", "population"]
Stands = Literal["numerator", "denominator", "both"]


class Filling(Shape):
    """A version that fills: the cases it has reached so far, yours and of all courts, and when it is done."""

    generation: int
    begun_at: datetime
    accounts: int
    measures: list[str]
    cases: int = Field(description="cases of the courts you may read")
    cases_left: int = Field(description="those of them it has not reached yet")
    percent: int = Field(description="of the cases of all courts, rounded down")
    complete_at: datetime | None = Field(
        description="at the mean speed since it began; null while no case has been reached"
    )


class Fillings(Shape):
    """Every version that fills, the oldest first; empty when all are complete."""

    items: list[Filling]
    read_at: datetime


class BridgeSide(Covered):
    """A figure under one version, as known at a moment."""

    version: str
    version_hash: str
    in_force_from: date
    in_force_until: date | None = Field(description="first day on which it no longer holds")
    formula: str
    state: Literal["filling", "complete", "retired"]
    known_at: datetime
    page: int
    value: Number | None
    numerator: int | None
    denominator: int | None
    reason: str | None


class BridgeStation(Shape):
    """One of the five figures between which the parts lie, in their order."""

    station: Literal["before", "moved", "shared_old", "shared_new", "after"]
    words: Words
    value: Number | None
    numerator: int | None
    denominator: int | None
    reason: str | None


class BridgePart(Shape):
    """What one part moved. The parts of the numerator, of the denominator and of the value each add up."""

    part: BridgeName
    words: Words
    value: Number | None = Field(description="null where a station it lies between has no value")
    numerator: int | None
    denominator: int | None
    cases: int = Field(description="cases whose amount in some measure differs")
    not_listed: int = Field(description="of them sealed, or of courts that are not yours to read")


class BridgeMeasure(Shape):
    """A measure of either formula: before + data + rule + population = after."""

    measure: str
    unit: str
    moment: Literal["period", "start", "prior", "prior_start"] = Field(
        description="start: the level at the end of the day before; prior: a year earlier"
    )
    stands_before: Stands | None = Field(description="where the old formula reads it")
    stands_after: Stands | None
    clause_before: str | None
    clause_after: str | None
    before: int
    data: int
    rule: int
    population: int
    after: int


class BridgeCase(Shape):
    """A case of a part: what it is in a measure on either side, and the clauses that count or exclude it."""

    part: BridgeName
    population: Literal["old", "new"] | None = Field(
        description="the version in whose population alone it stands"
    )
    measure: str
    moment: Literal["period", "start", "prior", "prior_start"]
    case: str
    before: int
    after: int
    change: int
    reasons_before: list[Reason]
    reasons_after: list[Reason]


class Bridge(Shape):
    """The same period under two versions, and the difference as an exact sum of data, rule and population."""

    indicator: str
    title: Words
    court: str
    scope: Scope
    period: str
    category: str
    cause: str | None
    unit: str
    status: Literal["available", "not_available"]
    reason: str | None = Field(description="why the two cannot be held against each other")
    reason_detail: Words | None
    filling: list[Filling] = Field(description="how far a version that still fills has come")
    before: BridgeSide
    after: BridgeSide
    difference: Number | None
    difference_numerator: int | None
    difference_denominator: int | None
    difference_unit: str
    order: Words
    parts: list[BridgePart]
    unsplit: Number | None = Field(
        description="what of the difference lies in parts without a value; with the others it adds up"
    )
    stations: list[BridgeStation]
    measures: list[BridgeMeasure]
    items: list[BridgeCase]
    next: str | None
    demo: bool


class Change(Shape):
    """One change of a definition."""

    kind: Literal["added", "removed", "meaning", "filing", "words"]
    section: str
    id: str
    words: Words


class CatalogDiff(Shape):
    """What one edition of a pack changes against another, in words, by section."""

    pack: str
    from_version: str
    from_hash: str
    from_in_force_from: date
    to_version: str
    to_hash: str
    to_in_force_from: date
    changes: list[Change]
