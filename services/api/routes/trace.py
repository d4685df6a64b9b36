"""Where a definition comes from and what it rests on: the trace both ways, and an indicator's page in words."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import fastapi
from fastapi import Query

from plumbline.catalog import page_figure, tracing
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Pack
from plumbline.catalog.page_frame import Frame
from services.api import parameters, trace_shapes, words
from services.api.contract import described
from services.api.desk import AtDesk

router = fastapi.APIRouter(tags=["definitions"])

From = Annotated[
    Literal[
        "document", "clause", "pack", "rule_book", "item", "conversion", "indicator", "measure", "clock",
        "limits", "fact", "track", "event",
    ],
    Query(alias="from", description="what kind of thing `id` names", examples=["event"]),
]  # fmt: skip
ThingId = Annotated[
    str,
    Query(
        description="an event type; `<pack>.<id>` or a bare id; a document; a document, a space and a clause, which"
        " stands for every clause that begins so",
        examples=["service.made"],
        max_length=2_000,
    ),
]
Language = Annotated[Literal["zh", "en"], Query(description="the language of the page")]


@router.get(
    "/v1/trace",
    **described("read_trace", "From documents to event types, both ways", trace_shapes.Trace),
)
def read_trace(desk: AtDesk, kind: From, id: ThingId) -> fastapi.Response:  # noqa: A002 - the address says id
    """Which clauses, indicators, measures and facts rest on a thing, and what it rests on itself, link by link."""
    with desk.open(cached=True) as reading:
        trace = _collection(_Held(reading.know.catalogue.every)).trace
        asked = trace.find(kind, id)
        found = trace_shapes.Trace(
            asked=[_thing(one) for one in asked],
            above=_way(trace.above(asked), asked),
            below=_way(trace.below(asked), asked),
        )
        return desk.answer(found, reading)


@router.get(
    "/v1/indicators/{id}/page",
    **described("read_page", "A definition in words, as a page", trace_shapes.DefinitionPage),
)
def read_page(
    desk: AtDesk,
    id: parameters.IndicatorId,  # noqa: A002 - the address says id
    lang: Language = "zh",
    version: parameters.VersionName = None,
) -> fastapi.Response:
    """What it is worth knowing for, its formula, clauses, exclusions, source, targets and events, as Markdown."""
    with desk.open(cached=True) as reading:
        catalogue = reading.know.catalogue
        served = catalogue.versions(id)[-1]
        if version is not None:
            served = catalogue.serving(id, served.in_force_from, version)
        collection = _collection(_Held((*catalogue.every, served.pack)))
        figure = served.indicator or served.measure
        assert figure is not None
        found = trace_shapes.DefinitionPage(
            indicator=served.id,
            title=words.of(served.title),
            pack=served.pack.id,
            version=served.version,
            hash=served.hash,
            lang=lang,
            markdown=page_figure.render(collection, served.pack, figure, Frame(lang, _address)),
        )
        return desk.answer(found, reading)


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Packs that a cache can hold by their hashes."""

    packs: Sequence[Pack]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self._hashes() == other._hashes()

    def __hash__(self) -> int:
        return hash(self._hashes())

    def _hashes(self) -> tuple[str, ...]:
        return tuple(pack.hash for pack in self.packs)


@functools.lru_cache(maxsize=8)
def _collection(held: _Held) -> Collection:
    return Collection.of(held.packs)


def _address(thing: tracing.Thing, lang: str) -> str | None:
    """Where the page of a thing is served."""
    return f"/v1/indicators/{thing.id}/page?lang={lang}" if thing.kind == "indicator" else None


def _thing(thing: tracing.Thing) -> trace_shapes.TraceThing:
    return trace_shapes.TraceThing(
        kind=thing.kind,
        kind_title=words.of(tracing.KINDS[thing.kind]),
        id=thing.id,
        title=words.of(thing.title),
    )


def _way(links: Sequence[tracing.Link], asked: Sequence[tracing.Thing]) -> trace_shapes.TraceWay:
    reached = [thing for kind in tracing.KINDS for thing in tracing.ends(links, kind) if thing not in asked]
    return trace_shapes.TraceWay(
        things=[_thing(thing) for thing in reached],
        links=[
            trace_shapes.TraceLink(above=_thing(link.above), below=_thing(link.below), how=words.of(link.how))
            for link in links
        ],
    )
