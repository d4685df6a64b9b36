"""What a value was read from: the figures courts reported, each with who and how, and how many inputs are by hand."""

from __future__ import annotations

import fastapi

from plumbline import valuation
from plumbline.periods import Period
from services.api import cursors, figures, handwork, input_shapes, parameters, words
from services.api.contract import described
from services.api.desk import AtDesk

router = fastapi.APIRouter(tags=["figures"])


@router.get(
    "/v1/indicators/{id}/inputs",
    **described("list_inputs", "What a value was read from, by hand or machine", input_shapes.Inputs),
)
def list_inputs(
    desk: AtDesk,
    id: parameters.IndicatorId,  # noqa: A002 - the address says id
    court: parameters.CourtCode,
    scope: parameters.Scope,
    period: parameters.PeriodText,
    known_at: parameters.KnownAt = None,
    category: parameters.Category = valuation.ALL,
    cause: parameters.Cause = None,
    tag: parameters.Tag = None,
    version: parameters.VersionName = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """Reported figures measure by measure, courts in the official order; cases are counted, and listed at `cases`."""
    span = Period.parse(period)
    (begin,) = cursors.read(desk.question, cursor, (0,))
    with desk.open(known_at) as reading:
        asked = figures.ask(reading, id, court, scope, span, category, cause, version, tag)
        tallies, told = handwork.read(asked)
        end = begin + limit
        found = input_shapes.Inputs(
            indicator=asked.shown.id,
            title=words.of(asked.shown.title),
            court=asked.cell.court,
            scope=scope,
            period=span.text,
            category=category,
            cause=cause,
            tag=tag,
            version=asked.shown.version,
            page=reading.known.page,
            known_at=reading.known_at(asked.cell.court),
            hand_share=handwork.shape(asked, tallies),
            items=handwork.shape_reports(asked, told[begin:end]),
            next=cursors.write(desk.question, end) if end < len(told) else None,
            demo=reading.know.is_demo(asked.cell.court),
        )
    return desk.answer_cases(
        found,
        "figures.inputs",
        f"{found.indicator} {found.court} {scope} {span.text}",
        reports=len(found.items),
    )
