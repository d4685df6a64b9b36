"""The shapes of ballots and departments: what is asked, and what may be told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from services.api.shapes import Number, Shape, Words
from services.api.supervision_shapes import Act, Code, Key, Period

Criterion = Literal["implementation", "progress", "effect", "summary"]
Unit = Annotated[str, Field(min_length=1, max_length=64)]
Title = Annotated[str, Field(min_length=1, max_length=200)]


class BallotSubject(Shape):
    """A court, or a department of it, that is voted on."""

    court: Code
    department: Unit | None = None


class BallotTitle(Shape):
    """A name in both languages."""

    zh: Title
    en: Title


class NewBallot(Shape):
    """A ballot: marks from 0 to `highest` by criterion. `vote` is the name a rule book's panel_mean asks for."""

    court: Code = Field(description="whose office opens it")
    vote: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,63}$")]
    title: BallotTitle
    period: Period
    subjects: list[BallotSubject] = Field(min_length=1, max_length=200)
    criteria: list[Criterion] = Field(min_length=1, max_length=4)
    highest: Annotated[int, Field(ge=1, le=1_000)]
    papers: Annotated[int, Field(ge=1, le=1_000)]
    minimum: Annotated[int, Field(ge=1, le=1_000)]
    closes_at: AwareDatetime
    request: Key = None


class Mark(Shape):
    """A mark for one subject under one criterion."""

    court: Code
    department: Unit | None = None
    criterion: Criterion
    mark: Annotated[int, Field(ge=0, le=1_000)]


class Vote(Shape):
    """A whole vote: the paper, and a mark for every subject under every criterion."""

    paper: Annotated[str, Field(min_length=1, max_length=64)]
    marks: list[Mark] = Field(min_length=1, max_length=800)


class VoteTaken(Shape):
    """The vote counts. Nothing is told of when, or of how many there are."""

    ballot: str
    taken: Literal[True]


class BallotResult(Shape):
    """The mean mark of one subject; null with the reason until it is published, and where too few voted."""

    court: str
    department: str | None
    title: Words
    mean: Number | None
    numerator: int | None
    denominator: int | None
    reason: str | None


class Ballot(Shape):
    """A ballot, where it stands, and its means once they are published; subjects in the official order."""

    id: str
    court: str
    vote: str
    title: Words
    period: str
    criteria: list[Criterion]
    highest: int
    papers: int
    minimum: int
    closes_at: datetime
    state: Literal["open", "closed", "published", "failed"]
    count: int | None = Field(description="votes given; only with the means")
    results: list[BallotResult]
    acts: list[Act]
    demo: bool


class OpenedBallot(Shape):
    """A ballot just opened, with its papers: they are given this once and kept nowhere."""

    ballot: Ballot
    papers: list[str]


class Ballots(Shape):
    """Ballots, newest first."""

    items: list[Ballot]
    next: str | None


class Department(Shape):
    """A department (部门) of a court."""

    court: Code
    code: Unit
    title: BallotTitle


class Departments(Shape):
    """Departments by court, in the official order, and by code."""

    items: list[Department]


BODIES = (NewBallot, Vote, Department)
