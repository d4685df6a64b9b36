"""Opening stocks (期初): what a court stated to be pending when its books were opened, held against the books."""

from __future__ import annotations

from typing import Annotated

import fastapi
from fastapi import Path

from plumbline import errors, openings
from plumbline.openings import Statement
from plumbline.store import openings as statements
from plumbline.store import sources
from services.api import acting, opening_shapes, parameters, shapes
from services.api import openings as reckoning
from services.api.contract import described
from services.api.desk import AtDesk, Desk, Reading

router = fastapi.APIRouter(tags=["figures"])
WHY: dict[str, shapes.Words] = {
    "unmarked": shapes.Words(
        zh="建账日之前立案且未结，但没有期初标记", en="filed before the day and pending, without the mark"
    ),
    "filed_after": shapes.Words(
        zh="有期初标记，但在建账日或以后立案", en="marked, and filed on the day or later"
    ),
    "closed_before": shapes.Words(
        zh="有期初标记，但在建账日之前已结", en="marked, and closed before the day"
    ),
}
Stated = Annotated[opening_shapes.NewOpening, fastapi.Depends(acting.body_of(opening_shapes.NewOpening))]
Court = Annotated[str, Path(description="a court's code", examples=["示2401"], max_length=24)]


@router.get(
    "/v1/openings",
    **described("list_openings", "Opening stocks and whether they balance", opening_shapes.Openings),
)
def list_openings(
    desk: AtDesk, court: acting.Court = None, known_at: parameters.KnownAt = None
) -> fastapi.Response:
    """Those of your courts, or of one, in the official order."""
    with desk.open(known_at) as reading:
        codes = acting.visible(reading) if court is None else (reading.court(court).code,)
        told = reckoning.read(reading, codes)
        items = [reckoning.summary(reading, code, own) for code, own in told.items()]
        return desk.answer_once(opening_shapes.Openings(items=items, page=reading.known.page))


@router.post(
    "/v1/openings",
    **acting.acted(
        "state_opening",
        "State an opening stock, or correct it",
        opening_shapes.Opening,
        opening_shapes.NewOpening,
    ),
)
def state_opening(desk: AtDesk, asked: Stated) -> fastapi.Response:
    """By an office (role office). Stated again, the new figures hold and the old ones stay; the same again adds nothing."""
    with desk.open() as reading:
        code = reading.court(asked.court).code
        acting.role(reading.who, "office", "operator")
        source = sources.get_source(reading.connection, asked.source)
        if source is None or not source.may_speak_for(code):
            raise errors.NotFound(
                f"No source {asked.source[:64]!r} speaks for {code}", next="GET /v1/sources lists them."
            )
        today = reading.today(code)
    stated = {str(name): count for name, count in asked.stated.items()}
    acting.act(
        desk,
        lambda connection: statements.state(
            connection, court=code, source=asked.source, day=asked.day, stated=stated, why=asked.why,
            who=desk.who.name, today=today,
        ),
    )  # fmt: skip
    return _answer(desk, code, None, 50)


@router.get(
    "/v1/openings/{court}",
    **described(
        "read_opening", "The opening stock of a court, with the cases that differ", opening_shapes.Opening
    ),
)
def read_opening(
    desk: AtDesk, court: Court, known_at: parameters.KnownAt = None, limit: parameters.Limit = 50
) -> fastapi.Response:
    """By category: stated, pending by the books, marked; every statement; the first of the cases that differ."""
    return _answer(desk, court, known_at, limit)


def _answer(desk: Desk, court: str, known_at: str | None, limit: int) -> fastapi.Response:
    with desk.open(known_at) as reading:
        code = reading.court(court).code
        told = reckoning.read(reading, (code,)).get(code)
        if told is None:
            raise errors.NotFound(
                f"No opening stock was stated for {code}", next="An office states it by POST /v1/openings."
            )
        answer = _opening(reading, code, told, limit)
    return desk.answer_cases(answer, "openings.read", code, cases=len(answer.items))


def _opening(reading: Reading, code: str, told: list[Statement], limit: int) -> opening_shapes.Opening:
    held = openings.holding(told)
    found = reckoning.accounts(reading, reckoning.cell_of(code, held[0]))
    breaks, cases, hidden = statements.list_breaks(
        reading.connection, court=code, day=held[0].day, stocks=found.stocks, opening=found.opening,
        marks=found.marks, page=reading.known.page, limit=limit,
    )  # fmt: skip
    return opening_shapes.Opening(
        **dict(reckoning.summary(reading, code, told)),
        statements=[
            opening_shapes.OpeningStatement(
                source=one.source,
                number=one.number,
                day=one.day,
                stated=dict(one.stated),
                why=one.why,
                principal=one.principal,
                at=one.at,
                page=one.page,
            )
            for one in told
        ],
        cases=cases,
        not_listed=hidden,
        items=[
            opening_shapes.OpeningBreak.model_validate(
                {"case": one.subject, "since": one.since, "why": one.why, "words": WHY[one.why]}
            )
            for one in breaks
        ],
        page=reading.known.page,
        known_at=reading.known_at(code),
        computed_at=reading.now,
    )
