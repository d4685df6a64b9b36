"""The shapes of what is said of definitions: the trace both ways, and an indicator's page."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from services.api.shapes import Shape, Words


class TraceThing(Shape):
    """One thing on the way from a document to an event type."""

    kind: str = Field(
        description="document, clause, pack, rule_book, item, conversion, indicator, measure, clock, …"
    )
    kind_title: Words
    id: str = Field(
        description="<pack>.<id>; an event type; a document; or a document, a space and its clause"
    )
    title: Words


class TraceLink(Shape):
    """`above` rests on `below`."""

    above: TraceThing
    below: TraceThing
    how: Words


class TraceWay(Shape):
    """One direction: what is reached, each once, and every link on the way, nearest first."""

    things: list[TraceThing]
    links: list[TraceLink]


class Trace(Shape):
    """What was asked about, and everything above it (to documents) and below it (to event types)."""

    asked: list[TraceThing] = Field(description="a clause stands for every clause that begins with it")
    above: TraceWay
    below: TraceWay


class DefinitionPage(Shape):
    """The page of an indicator or measure, written from its published definition."""

    indicator: str
    title: Words
    pack: str
    version: str
    hash: str
    lang: Literal["zh", "en"]
    markdown: str
