"""Attribution objections: a court objects that a case counts for it, an office decides; the value with and without."""

from __future__ import annotations

from typing import Annotated

import fastapi

from plumbline import errors, objections, serving, valuation
from plumbline.periods import Period
from plumbline.proceedings import Act
from plumbline.store import dossier, objected, supervision
from plumbline.store.supervision import Matter, New
from services.api import (
    access,
    acting,
    covering,
    figures,
    parameters,
    shapes,
    supervised,
    supervision_shapes,
    words,
)
from services.api.contract import described
from services.api.desk import AtDesk, Desk, Reading

router = fastapi.APIRouter(tags=["supervision"])
KIND = "objection"

Raised = Annotated[
    supervision_shapes.NewObjection, fastapi.Depends(acting.body_of(supervision_shapes.NewObjection))
]
Decided = Annotated[
    supervision_shapes.ObjectionDecision,
    fastapi.Depends(acting.body_of(supervision_shapes.ObjectionDecision)),
]


@router.get(
    "/v1/objections",
    **described("list_objections", "Objections to the attribution of cases", supervision_shapes.Objections),
)
def list_objections(
    desk: AtDesk,
    court: acting.Court = None,
    state: acting.State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """Those of your courts, newest first."""
    with desk.open() as reading:
        found, after = acting.listed(desk, reading, KIND, court, state, cursor, limit)
        answer = supervision_shapes.Objections(items=_shaped(reading, found), next=after)
    return desk.answer_cases(answer, "objections.read", court or "own courts", cases=len(answer.items))


@router.post(
    "/v1/objections",
    **acting.acted(
        "raise_objection",
        "Object that a case counts for a court",
        supervision_shapes.Objection,
        supervision_shapes.NewObjection,
    ),
)
def raise_objection(desk: AtDesk, asked: Raised) -> fastapi.Response:
    """The court itself objects, for one figure. The case must count there now."""
    with desk.open() as reading:
        acting.own(reading, asked.court)
        subject = reading.know.subjects.parse(asked.case)
        case = (subject.home_court, subject.text)
        version = reading.know.answering(asked.indicator, reading.today(asked.court), None, None)
        _counts(reading, asked.court, version, case)
        assert version is not None
    new = New(
        kind=KIND,
        court=asked.court,
        courts=(asked.court,),
        about=version.id,
        period="",
        detail={"case": case[1], "home_court": case[0], "ground": asked.ground, "text": asked.text},
        claim=f"{asked.court} {version.id} {case[1]}",
        request=acting.request_key(asked.request),
    )
    act = Act("raise", desk.who.name, detail={"ground": asked.ground})
    done, _ = acting.act(desk, lambda connection: supervision.open_matter(connection, new, act))
    return _answer(desk, done)


@router.get(
    "/v1/objections/{id}", **described("read_objection", "One objection", supervision_shapes.Objection)
)
def read_objection(desk: AtDesk, id: acting.MatterId) -> fastapi.Response:  # noqa: A002 - the address says id
    """An objection with every act on it."""
    with desk.open() as reading:
        (answer,) = _shaped(reading, [acting.find(reading, KIND, id)])
    return desk.answer_cases(answer, "objection.read", f"objection/{id}")


@router.post(
    "/v1/objections/{id}/decide",
    **acting.acted(
        "decide_objection",
        "Decide an objection",
        supervision_shapes.Objection,
        supervision_shapes.ObjectionDecision,
    ),
)
def decide_objection(desk: AtDesk, id: acting.MatterId, asked: Decided) -> fastapi.Response:  # noqa: A002 - as above
    """审判管理办公室 (role office) above the court: upheld or refused. The ledger stays as it is."""
    with desk.open() as reading:
        found = acting.find(reading, KIND, id)
        acting.role(reading.who, "office")
        acting.presiding(reading, found.court)
    act = Act("decide", desk.who.name, detail=asked.model_dump())
    done = acting.act(desk, lambda connection: supervision.perform(connection, KIND, found.id, act))
    return _answer(desk, done)


@router.get(
    "/v1/indicators/{id}/objections",
    **described(
        "read_objected_value",
        "A value with and without the cases objected to",
        supervision_shapes.ObjectedFigure,
    ),
)
def read_objected_value(
    desk: AtDesk,
    id: parameters.IndicatorId,  # noqa: A002 - the address says id
    court: parameters.CourtCode,
    scope: parameters.Scope,
    period: parameters.PeriodText,
    known_at: parameters.KnownAt = None,
) -> fastapi.Response:
    """Both from the same ledger: the cases' own postings are left out, nothing is written."""
    span = Period.parse(period)
    with desk.open(known_at, cached=True) as reading:
        asked = figures.ask(reading, id, court, scope, span)
        name, courts = asked.shown.id, asked.courts
        upheld = supervised.upheld(reading, courts, name)
        known = supervision.list_known(reading.connection, KIND, courts, reading.known.page)
        waiting = [
            str(one.id)
            for one in known
            if one.about == name and objections.standing(one.acts).state == "raised"
        ]
        without = asked.value
        if upheld and asked.version is not None:
            shelf = objected.LessenedShelf(asked.shelf, tuple(one.left for one in upheld))
            without = valuation.value_cell(asked.version, asked.cell, shelf, asked.today)
        found = supervision_shapes.ObjectedFigure(
            indicator=name,
            title=words.of(asked.shown.title),
            court=asked.cell.court,
            scope=scope,
            period=span.text,
            unit=asked.shown.unit,
            counted=_side(asked, asked.value),
            without=_side(asked, without),
            upheld=[one.id for one in upheld],
            raised=waiting,
            page=reading.known.page,
            known_at=reading.known_at(asked.cell.court),
            demo=reading.know.is_demo(asked.cell.court),
        )
        return desk.answer(found, reading)


def _counts(reading: Reading, court: str, version: serving.Version | None, case: dossier.Case) -> None:
    """errors.NotFound for a case that may not be read; errors.BadInput where it adds nothing to the figure there."""
    state = dossier.read_state(reading.connection, case)
    posted = set() if state is None else {line.court for line in state.posted}
    if state is None or not access.sees_case(
        reading.know.tree, reading.who, case, posted, sealed=state.sealed
    ):
        raise errors.NotFound(
            f"No case {case[1][:60]!r} is known here",
            why="It does not exist, or it is not yours to read.",
            next="GET /v1/indicators/{id}/cases lists the cases behind a figure.",
        )
    accounts = set() if version is None else {one.main.id for one in version.served.values()}
    if not any(line.court == court and line.account in accounts for line in state.posted):
        raise errors.BadInput(
            f"{case[1]} adds nothing to the figure for {court}",
            next="GET /v1/indicators/{id}/cases lists the cases behind a figure.",
        )


def _answer(desk: Desk, done: Matter) -> fastapi.Response:
    with desk.open() as reading:
        (answer,) = _shaped(reading, [done])
    return desk.answer_once(answer)


def _shaped(reading: Reading, found: list[Matter]) -> list[supervision_shapes.Objection]:
    """Objections as they are sent; a case that was sealed meanwhile is no longer named."""
    cases = [(one.detail["home_court"], one.detail["case"]) for one in found]
    standing = dossier.read_standing(reading.connection, cases)
    shaped = []
    for one, case in zip(found, cases, strict=True):
        sealed, posted = standing.get(case, (False, frozenset()))
        seen = access.sees_case(reading.know.tree, reading.who, case, {*posted, one.court}, sealed=sealed)
        zh, en = objections.GROUNDS[one.detail["ground"]]
        shaped.append(
            supervision_shapes.Objection.model_validate(
                {
                    "id": str(one.id),
                    "court": one.court,
                    "court_name": figures.shape_court(reading, one.court),
                    "indicator": one.about,
                    "case": one.detail["case"] if seen else None,
                    "ground": one.detail["ground"],
                    "ground_words": shapes.Words(zh=zh, en=en),
                    "text": one.detail["text"] if seen else None,
                    "state": one.state,
                    "acts": [acting.shape_act(act) for act in one.acts],
                    "demo": reading.know.is_demo(one.court),
                }
            )
        )
    return shaped


def _side(asked: figures.Asked, value: valuation.Value) -> supervision_shapes.Side:
    return supervision_shapes.Side(
        value=value.value,
        numerator=value.numerator,
        denominator=value.denominator,
        reason=value.reason,
        coverage=covering.share(asked),
    )
