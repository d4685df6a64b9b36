"""Conversions: what a court's values come to in the points of another assessment, or that nobody said how."""

from __future__ import annotations

from typing import Annotated

import fastapi
from fastapi import Path

from plumbline import conversions, errors
from plumbline.periods import Period
from services.api import converting, figures, parameters, reference_shapes, shapes, words
from services.api.contract import described
from services.api.converting import Table
from services.api.desk import AtDesk

router = fastapi.APIRouter(tags=["scores"])

ConversionId = Annotated[
    str,
    Path(
        description="`<pack>.<id>` of a conversion, its bare id where only one pack has it, or the id of a pack"
        " that has none",
        examples=["demo.into_performance"],
        max_length=200,
    ),
]


@router.get(
    "/v1/conversions",
    **described("list_conversions", "The conversions there are", reference_shapes.Conversions),
)
def list_conversions(desk: AtDesk) -> fastapi.Response:
    """Every conversion with its document, and every pack of indicators that has none: 未提供换算办法."""
    with desk.open(cached=True) as reading:
        found = converting.stated(reading)
        covered = {one.pack for _, one in found}
        answer = reference_shapes.Conversions(
            items=[
                reference_shapes.ConversionEntry(
                    id=f"{pack.id}.{one.id}",
                    title=words.of(one.title),
                    into=words.of(one.into),
                    pack=one.pack,
                    period=one.period,
                    points=converting.number(one.maximum),
                    lines=len(one.lines),
                    source=_source(Table(pack, pack, one)),
                    version=pack.version,
                )
                for pack, one in found
            ],
            without=[
                reference_shapes.NotConverted(
                    pack=name, title=words.of(pack.title), words=words.of(conversions.NOT_GIVEN)
                )
                for name, pack in converting.packs(reading).items()
                if name not in covered
            ],
        )
        return desk.answer(answer, reading)


@router.get(
    "/v1/conversions/{id}",
    **described("read_conversion", "A court's values in another assessment", reference_shapes.Converted),
)
def read_conversion(
    desk: AtDesk,
    id: ConversionId,  # noqa: A002 - the address says id
    court: parameters.CourtCode,
    period: parameters.PeriodText,
    known_at: parameters.KnownAt = None,
) -> fastapi.Response:
    """Line by line, value to points with the arithmetic in words, and the total; indicators without a line say
    未提供换算办法.
    """
    span = Period.parse(period)
    with desk.open(known_at, cached=True) as reading:
        code = reading.court(court).code
        today = reading.today(code)
        table = converting.find(reading, id, min(span.last_day, today))
        one = table.conversion
        if one is not None and span.kind != one.period:
            raise errors.BadInput(
                f"{one.id} converts the figures of a {one.period}, and {span.text} is none.",
                next="GET /v1/conversions says the kind of period.",
            )
        rows = list(converting.Sheet(reading, table, code, span, today).lines())
        total = converting.total(rows)
        answer = reference_shapes.Converted(
            conversion=None if one is None or table.stated is None else f"{table.stated.id}.{one.id}",
            title=words.of(table.of.title if one is None else one.title),
            into=None if one is None else words.of(one.into),
            source=None if one is None else _source(table),
            pack=table.of.id,
            court=code,
            court_name=figures.shape_court(reading, code),
            period=span.text,
            period_from=span.start,
            period_until=span.last_day,
            lines=[row.shape for row in rows],
            maximum=None if one is None else converting.number(one.maximum),
            total=None if total.points is None else converting.number(total.points),
            low=None if one is None else converting.number(total.low),
            high=None if one is None else converting.number(total.high),
            page=reading.known.page,
            known_at=reading.known_at(code),
            computed_at=reading.now,
            demo=reading.know.is_demo(code),
        )
        return desk.answer(answer, reading)


def _source(table: Table) -> shapes.Source:
    assert table.conversion is not None
    source = table.conversion.source
    return shapes.Source(document=source.document, clause=source.clause, provenance=source.provenance)
