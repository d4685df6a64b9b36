"""Adjustments: a court applies for an item to be scored separately, two offices verify, the party group decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import fastapi

from plumbline import adjustments, errors
from plumbline.catalog.rulebook_tree import Item
from plumbline.periods import Period
from plumbline.proceedings import Act
from plumbline.store import supervision
from plumbline.store.supervision import Matter, New
from services.api import acting, figures, parameters, scoring, supervision_shapes
from services.api.contract import described
from services.api.desk import AtDesk, Desk, Reading

router = fastapi.APIRouter(tags=["supervision"])
KIND = "adjustment"

Applied = Annotated[
    supervision_shapes.Application, fastapi.Depends(acting.body_of(supervision_shapes.Application))
]
Checked = Annotated[supervision_shapes.Check, fastapi.Depends(acting.body_of(supervision_shapes.Check))]
Decided = Annotated[
    supervision_shapes.AdjustmentDecision,
    fastapi.Depends(acting.body_of(supervision_shapes.AdjustmentDecision)),
]


@router.get(
    "/v1/adjustments",
    **described("list_adjustments", "Applications for separate scoring", supervision_shapes.Adjustments),
)
def list_adjustments(
    desk: AtDesk,
    court: acting.Court = None,
    state: acting.State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """Those of your courts, newest first."""
    with desk.open() as reading:
        found, after = acting.listed(desk, reading, KIND, court, state, cursor, limit)
        items = [_shape(reading, one) for one in found]
        return desk.answer_once(supervision_shapes.Adjustments(items=items, next=after))


@router.post(
    "/v1/adjustments",
    **acting.acted(
        "apply_for_adjustment",
        "Apply for an item to be scored separately",
        supervision_shapes.Adjustment,
        supervision_shapes.Application,
    ),
)
def apply_for_adjustment(desk: AtDesk, asked: Applied) -> fastapi.Response:
    """The court itself applies, with its ground and document. One open application for an item at a time."""
    with desk.open() as reading:
        acting.own(reading, asked.court)
        span = Period.parse(asked.period)
        book, _ = _item(reading, asked.court, asked.book, span, asked.item)
    new = New(
        kind=KIND,
        court=asked.court,
        courts=(asked.court,),
        about=book,
        period=span.text,
        detail={"item": asked.item, "ground": asked.ground, "document": asked.document},
        claim=f"{asked.court} {book} {span.text} {asked.item}",
        request=acting.request_key(asked.request),
    )
    act = Act("apply", desk.who.name, detail={"document": asked.document})
    done, _ = acting.act(desk, lambda connection: supervision.open_matter(connection, new, act))
    return _answer(desk, done)


@router.get(
    "/v1/adjustments/{id}",
    **described("read_adjustment", "One application", supervision_shapes.Adjustment),
)
def read_adjustment(desk: AtDesk, id: acting.MatterId) -> fastapi.Response:  # noqa: A002 - the address says id
    """An application with every act on it."""
    with desk.open() as reading:
        return desk.answer_once(_shape(reading, acting.find(reading, KIND, id)))


@router.post(
    "/v1/adjustments/{id}/verify",
    **acting.acted(
        "verify_adjustment",
        "Verify an application for one office",
        supervision_shapes.Adjustment,
        supervision_shapes.Check,
    ),
)
def verify_adjustment(desk: AtDesk, id: acting.MatterId, asked: Checked) -> fastapi.Response:  # noqa: A002 - as above
    """审判管理办公室 (role office) and 执行指挥中心 (role command), one each, two persons, neither the applicant."""
    with desk.open() as reading:
        found = acting.find(reading, KIND, id)
        acting.role(reading.who, *acting.OFFICES)
        acting.presiding(reading, found.court)
    detail = {"office": acting.OFFICES[desk.who.role], "finding": asked.finding, "note": asked.note}
    return _perform(desk, found, Act("verify", desk.who.name, detail=detail))


@router.post(
    "/v1/adjustments/{id}/decide",
    **acting.acted(
        "decide_adjustment",
        "Decide an application",
        supervision_shapes.Adjustment,
        supervision_shapes.AdjustmentDecision,
    ),
)
def decide_adjustment(desk: AtDesk, id: acting.MatterId, asked: Decided) -> fastapi.Response:  # noqa: A002 - as above
    """院党组 (role decider): approved with points or a figure, or refused. The computed score stays beside it."""
    with desk.open() as reading:
        found = acting.find(reading, KIND, id)
        acting.role(reading.who, "decider")
        acting.presiding(reading, found.court)
        span = Period.parse(found.period)
        _, item = _item(reading, found.court, found.about, span, found.detail["item"])
        detail = {
            "verdict": asked.verdict,
            "points": None if asked.points is None else f"{asked.points:f}",
            "figure": None if asked.figure is None else asked.figure.model_dump(),
            "ground": asked.ground,
            "document": asked.document,
        }
        adjustments.checked(item, reading.court(found.court).level, detail)
    return _perform(desk, found, Act("decide", desk.who.name, detail=detail))


@router.post(
    "/v1/adjustments/{id}/withdraw",
    **acting.acted("withdraw_adjustment", "Withdraw an application", supervision_shapes.Adjustment),
)
def withdraw_adjustment(desk: AtDesk, id: acting.MatterId) -> fastapi.Response:  # noqa: A002 - as above
    """Whoever applied, before it is decided."""
    with desk.open() as reading:
        found = acting.find(reading, KIND, id)
        acting.own(reading, found.court)
    return _perform(desk, found, Act("withdraw", desk.who.name))


def _item(reading: Reading, court: str, book: str, span: Period, name: str) -> tuple[str, Item]:
    """The book's full id and the item; BadInput where the book does not score it, or it cannot be scored apart."""
    edition = scoring.edition(reading, book, min(span.last_day, reading.today(court)))
    if span.kind != edition.book.rules.period:
        raise errors.BadInput(
            f"{edition.book.id} reckons points for a {edition.book.rules.period}", next="Name such a period."
        )
    row = reading.court(court)
    item = adjustments.item_of(edition.book.items(row.level), row.level, name)
    if item is None or not adjustments.takes(item):
        raise errors.BadInput(
            f"{edition.book.id} has no item {name[:60]!r} that can be scored separately for {court}",
            why="It does not exist, or it is made of a vote or of other scores.",
            next="Name the item in the book where it is scored by its own figure.",
        )
    return edition.book.id, item


def _perform(desk: Desk, found: Matter, act: Act) -> fastapi.Response:
    done = acting.act(desk, lambda connection: supervision.perform(connection, KIND, found.id, act))
    return _answer(desk, done)


def _answer(desk: Desk, done: Matter) -> fastapi.Response:
    with desk.open() as reading:
        return desk.answer_once(_shape(reading, done))


def _shape(reading: Reading, found: Matter) -> supervision_shapes.Adjustment:
    one = adjustments.adjusted(str(found.id), adjustments.standing(found.acts))
    points, figure = (None, None) if one is None else (one.points, one.figure)
    return supervision_shapes.Adjustment.model_validate(
        {
            "id": str(found.id),
            "court": found.court,
            "court_name": figures.shape_court(reading, found.court),
            "book": found.about,
            "period": found.period,
            "item": found.detail["item"],
            "ground": found.detail["ground"],
            "document": found.detail["document"],
            "state": found.state,
            "points": None if points is None else Decimal(points.numerator) / Decimal(points.denominator),
            "figure": None
            if figure is None
            else {"numerator": figure.numerator, "denominator": figure.denominator},
            "acts": [acting.shape_act(act) for act in found.acts],
            "demo": reading.know.is_demo(found.court),
        }
    )
