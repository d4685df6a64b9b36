"""Scorecards: points line by line with their arithmetic, a table of courts in the official order, and what if."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

import fastapi
import pydantic
from fastapi import Path
from fastapi.exceptions import RequestValidationError

from plumbline import errors, refusals, scorebooks, scorecards, strictjson, whatif
from plumbline.catalog.ratios import Ratio
from plumbline.periods import Period
from plumbline.scorebooks import Book, Inputs, Key
from services.api import access, cards, figures, parameters, score_lines, score_shapes, scoring, words
from services.api.contract import described
from services.api.desk import AtDesk, Reading

router = fastapi.APIRouter(tags=["scores"])

BODY_MAX = 64 * 1024
BODY_SCHEMA: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Supposition"}}},
    }
}
BookId = Annotated[
    str,
    Path(
        description="`<pack>.<id>` of a rule book, or its bare id where only one pack has it",
        examples=["yanbian-2019.litigation"],
        max_length=200,
    ),
]


@router.get(
    "/v1/scorecards", **described("list_scorecards", "The rule books there are", score_shapes.ScoreBooks)
)
def list_scorecards(desk: AtDesk) -> fastapi.Response:
    """Every rule book in its newest version, with the document it stands in."""
    with desk.open(cached=True) as reading:
        found = score_shapes.ScoreBooks(
            items=[score_lines.shape_book(one) for one in scoring.editions(reading)]
        )
        return desk.answer(found, reading)


@router.get(
    "/v1/scorecards/{book}",
    **described("read_scorecard", "A court's points, line by line", score_shapes.Scorecard),
)
def read_scorecard(
    desk: AtDesk,
    book: BookId,
    court: parameters.CourtCode,
    period: parameters.PeriodText,
    known_at: parameters.KnownAt = None,
) -> fastapi.Response:
    """Each item with its figure, last year's, its line, its arithmetic, 单案分值, and what open readings do."""
    span = Period.parse(period)
    with desk.open(known_at, cached=True) as reading:
        edition, gathering = cards.gather(reading, book, court, span)
        found = cards.shape(reading, edition, gathering, court)
        return desk.answer(found, reading)


@router.get(
    "/v1/scorecards/{book}/table",
    **described("read_score_table", "A court and its courts under one rule book", score_shapes.ScoreTable),
)
def read_score_table(
    desk: AtDesk,
    book: BookId,
    court: parameters.CourtCode,
    period: parameters.PeriodText,
    known_at: parameters.KnownAt = None,
) -> fastapi.Response:
    """The court and those directly below it that the book scores, always in the official order."""
    span = Period.parse(period)
    with desk.open(known_at, cached=True) as reading:
        edition, gathering = cards.gather(reading, book, court, span)
        drawn = [
            cards.draw(edition, gathering, gathering.inputs(edition.book, code))
            for code in gathering.scored(edition.book, court)
        ]
        used = {line.id for card, _ in drawn for line in card.lines}
        found = score_shapes.ScoreTable(
            book=edition.book.id,
            title=words.of(edition.book.rules.title),
            version=edition.pack.version,
            hash=edition.book.hash,
            court=court,
            period=span.text,
            period_from=span.start,
            period_until=span.last_day,
            items=[
                score_shapes.TableItem(id=item.id, number=item.number, title=words.of(item.title))
                for item in edition.book.rules.items
                if item.id in used
            ],
            rows=[_row(reading, card, beside) for card, beside in drawn],
            page=reading.known.page,
            known_at=reading.known_at(court),
            computed_at=reading.now,
            demo=reading.know.is_demo(court),
        )
        return desk.answer(found, reading)


async def supposition(request: fastapi.Request, who: access.Asker) -> score_shapes.Supposition:
    """The body of a what-if, read only for one who may ask; BadInput or a validation fault otherwise."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_MAX:
            raise errors.BadInput(
                f"The body is longer than {BODY_MAX:,} bytes", next="Suppose less at a time."
            )
    found = strictjson.parse_json(body)
    if isinstance(found, refusals.Refusal):
        raise errors.BadInput("The body cannot be read", why=found.detail, next="Send one JSON object.")
    try:
        return score_shapes.Supposition.model_validate(found)
    except pydantic.ValidationError as bad:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in bad.errors(include_context=False)]
        raise RequestValidationError(faults) from None


Supposed = Annotated[score_shapes.Supposition, fastapi.Depends(supposition)]


@router.post(
    "/v1/scorecards/{book}/what-if",
    openapi_extra=BODY_SCHEMA,
    **described("ask_what_if", "What a score would be if", score_shapes.WhatIf),
)
def ask_what_if(desk: AtDesk, book: BookId, supposed: Supposed) -> fastapi.Response:
    """The score as it is, as it would be with other values, targets, points or readings, and the next steps
    from there. Nothing is kept.
    """
    span = Period.parse(supposed.period)
    with desk.open() as reading:
        edition, gathering = cards.gather(reading, book, supposed.court, span)
        inputs = gathering.inputs(edition.book, supposed.court).computed()
        try:
            answer = whatif.ask(edition.book, inputs, _change(edition.book, inputs, supposed))
        except errors.BadDefinition as bad:
            raise errors.BadInput(bad.what, why=bad.why, next=bad.next) from bad
        return desk.answer_once(
            score_shapes.WhatIf(
                book=edition.book.id,
                title=words.of(edition.book.rules.title),
                version=edition.pack.version,
                hash=edition.book.hash,
                court=supposed.court,
                court_name=figures.shape_court(reading, supposed.court),
                level=inputs.level,
                period=span.text,
                before=score_lines.shape_card(reading, answer.before),
                after=score_lines.shape_card(reading, answer.after),
                steps=[score_lines.shape_step(step) for step in answer.steps],
                page=reading.known.page,
                known_at=reading.known_at(supposed.court),
                computed_at=reading.now,
                demo=reading.know.is_demo(supposed.court),
            )
        )


def _row(reading: Reading, card: scorecards.Scorecard, beside: score_lines.Beside) -> score_shapes.TableRow:
    decided = (None,) * len(card.lines) if beside.adjusted is None else beside.adjusted.lines
    return score_shapes.TableRow(
        court=card.court,
        court_name=figures.shape_court(reading, card.court),
        level=card.level,
        maximum=score_lines.number(card.maximum),
        total=None if card.total is None else score_lines.number(card.total),
        low=score_lines.number(card.low),
        high=score_lines.number(card.high),
        reachable=score_lines.number(card.reachable),
        adjusted=score_lines.shape_total(card, beside.adjusted),
        cells=[score_lines.shape_cell(*each) for each in zip(card.lines, decided, strict=True)],
        demo=reading.know.is_demo(card.court),
    )


def _change(book: Book, inputs: Inputs, supposed: score_shapes.Supposition) -> whatif.Change:
    """What is supposed, exactly; a bare figure name stands for the one figure the book reads by it."""
    known: dict[Key, Key] = {}
    for need in scorebooks.needs(book, inputs.level):
        known[need.figure.partition(".")[2], need.scope] = (need.figure, need.scope)
    values = {
        known.get((one.figure, one.scope), (one.figure, one.scope)): Ratio(one.numerator, one.denominator)
        for one in supposed.values
    }
    return whatif.Change(
        values=values,
        targets={item: _line(target) for item, target in supposed.targets.items()},
        weights={item: Fraction(points) for item, points in supposed.weights.items()},
        readings=supposed.readings,
    )


def _line(target: score_shapes.SupposedTarget) -> dict[str, Any]:
    """A target as a definition writes it: a number with decimals stands as text there."""
    given = target.model_dump(exclude_none=True)
    return {
        key: [_bound(each) for each in value] if isinstance(value, list) else _bound(value)
        for key, value in given.items()
    }


def _bound(value: str | float) -> str | int:
    return str(value) if isinstance(value, float) else value
