"""Benchmarks: every figure from outside that courts are held against, with issuer and document."""

from __future__ import annotations

from typing import Annotated

import fastapi
from fastapi import Query

from plumbline.periods import Period
from services.api import plans, reference_shapes
from services.api.contract import described
from services.api.desk import AtDesk

router = fastapi.APIRouter(tags=["definitions"])

PackName = Annotated[str | None, Query(description="only this pack's", max_length=64)]
During = Annotated[
    str | None, Query(description="only those in force in this period, as 2019 or 2019-06", max_length=40)
]


@router.get(
    "/v1/benchmarks", **described("list_benchmarks", "The benchmarks there are", reference_shapes.Benchmarks)
)
def list_benchmarks(desk: AtDesk, pack: PackName = None, period: During = None) -> fastapi.Response:
    """Every benchmark of every indicator and measure, in the order of the packs; whenever in force, or in a
    period.
    """
    span = None if period is None else Period.parse(period)
    with desk.open(cached=True) as reading:
        newest = {version.id: version for version in reading.know.catalogue.everything()}
        items = [
            plans.shape(stated, one, version)
            for version in newest.values()
            for stated, one in plans.held(reading, version)
            if (pack is None or stated.id == pack) and (span is None or one.in_force(span))
        ]
        return desk.answer(reference_shapes.Benchmarks(items=items), reading)
