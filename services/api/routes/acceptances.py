"""Acceptance (验收): a scorecard is drafted, shown for objection until a day, decided, frozen, and exported as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import fastapi

from plumbline import acceptances, errors
from plumbline.periods import Period
from plumbline.proceedings import Act
from plumbline.store import acceptances as store_acceptances
from plumbline.store import dossier, engine, supervision
from plumbline.store.supervision import Matter, New
from services.api import acting, cards, figures, parameters, supervision_shapes
from services.api.contract import described
from services.api.desk import AtDesk, Desk, Reading

router = fastapi.APIRouter(tags=["supervision"])
KIND = "acceptance"

Drafted = Annotated[
    supervision_shapes.NewAcceptance, fastapi.Depends(acting.body_of(supervision_shapes.NewAcceptance))
]
Shown = Annotated[supervision_shapes.Showing, fastapi.Depends(acting.body_of(supervision_shapes.Showing))]
Remarked = Annotated[
    supervision_shapes.NewRemark, fastapi.Depends(acting.body_of(supervision_shapes.NewRemark))
]
Decided = Annotated[
    supervision_shapes.AcceptanceDecision,
    fastapi.Depends(acting.body_of(supervision_shapes.AcceptanceDecision)),
]


@router.get(
    "/v1/acceptances",
    **described("list_acceptances", "Scorecards being accepted", supervision_shapes.Acceptances),
)
def list_acceptances(
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
        return desk.answer_once(supervision_shapes.Acceptances(items=items, next=after))


@router.post(
    "/v1/acceptances",
    **acting.acted(
        "draft_acceptance",
        "Draft the acceptance of a scorecard",
        supervision_shapes.Acceptance,
        supervision_shapes.NewAcceptance,
    ),
)
def draft_acceptance(desk: AtDesk, asked: Drafted) -> fastapi.Response:
    """审判管理办公室 (role office) above the court. One for a book, court and period, unless it was returned."""
    span = Period.parse(asked.period)
    with desk.open() as reading:
        edition, gathering = cards.gather(reading, asked.book, asked.court, span)
        gathering.inputs(edition.book, asked.court)
        acting.role(reading.who, "office")
        acting.presiding(reading, asked.court)
    new = New(
        kind=KIND,
        court=asked.court,
        courts=(asked.court,),
        about=edition.book.id,
        period=span.text,
        detail={"hash": edition.book.hash},
        claim=f"{edition.book.id} {asked.court} {span.text}",
        request=acting.request_key(asked.request),
    )
    act = Act("draft", desk.who.name)
    done, _ = acting.act(desk, lambda connection: supervision.open_matter(connection, new, act))
    return _answer(desk, done)


@router.get(
    "/v1/acceptances/{id}", **described("read_acceptance", "One acceptance", supervision_shapes.Acceptance)
)
def read_acceptance(desk: AtDesk, id: acting.MatterId) -> fastapi.Response:  # noqa: A002 - the address says id
    """An acceptance with every act on it."""
    with desk.open() as reading:
        return desk.answer_once(_shape(reading, acting.find(reading, KIND, id)))


@router.post(
    "/v1/acceptances/{id}/show",
    **acting.acted(
        "show_acceptance",
        "Show a scorecard for objection until a day",
        supervision_shapes.Acceptance,
        supervision_shapes.Showing,
    ),
)
def show_acceptance(desk: AtDesk, id: acting.MatterId, asked: Shown) -> fastapi.Response:  # noqa: A002 - as above
    """The office names the last day for objections."""
    found, today = _found(desk, id, "office")
    detail = {"until": asked.until.isoformat(), "today": today}
    return _perform(desk, found, Act("show", desk.who.name, detail=detail))


@router.post(
    "/v1/acceptances/{id}/remarks",
    **acting.acted(
        "remark_acceptance",
        "Say something of a scorecard that is shown",
        supervision_shapes.Acceptance,
        supervision_shapes.NewRemark,
    ),
)
def remark_acceptance(desk: AtDesk, id: acting.MatterId, asked: Remarked) -> fastapi.Response:  # noqa: A002 - as above
    """The court itself, while the card is shown."""
    with desk.open() as reading:
        found = acting.find(reading, KIND, id)
        acting.own(reading, found.court)
        detail = {**asked.model_dump(), "today": reading.today(found.court).isoformat()}
    return _perform(desk, found, Act("remark", desk.who.name, detail=detail))


@router.post(
    "/v1/acceptances/{id}/decide",
    **acting.acted(
        "decide_acceptance",
        "Decide an acceptance",
        supervision_shapes.Acceptance,
        supervision_shapes.AcceptanceDecision,
    ),
)
def decide_acceptance(desk: AtDesk, id: acting.MatterId, asked: Decided) -> fastapi.Response:  # noqa: A002 - as above
    """院党组 (role decider), when the days for objections are over: accepted or returned."""
    found, today = _found(desk, id, "decider")
    detail = {**asked.model_dump(), "today": today}
    return _perform(desk, found, Act("decide", desk.who.name, detail=detail))


@router.post(
    "/v1/acceptances/{id}/freeze",
    **acting.acted("freeze_acceptance", "Freeze an accepted scorecard", supervision_shapes.Acceptance),
)
def freeze_acceptance(desk: AtDesk, id: acting.MatterId) -> fastapi.Response:  # noqa: A002 - as above
    """The office stores the scorecard whole, as it was known at the moment of the decision. It never changes again."""
    found, _ = _found(desk, id, "office")
    decision = acceptances.standing(found.acts).decision
    if found.state not in ("accepted", "frozen") or decision is None or decision.at is None:
        raise errors.Conflict(
            "Only an accepted scorecard is frozen", why=f"It is {found.state}.", next="Decide it first."
        )
    with desk.open(decision.at.isoformat()) as reading:
        edition, gathering = cards.gather(reading, found.about, found.court, Period.parse(found.period))
        card = cards.canonical(cards.shape(reading, edition, gathering, found.court))
        page = reading.known.page
    moment = decision.at.astimezone(UTC)

    def work(connection: engine.Connection) -> Matter:
        return store_acceptances.freeze(connection, found.id, desk.who.name, card, page, moment)

    return _answer(desk, acting.act(desk, work))


@router.get(
    "/v1/acceptances/{id}/card",
    **described("export_frozen_card", "The frozen scorecard, byte for byte", supervision_shapes.FrozenCard),
)
def export_frozen_card(desk: AtDesk, id: acting.MatterId) -> fastapi.Response:  # noqa: A002 - as above
    """Canonical JSON (RFC 8785), decimals as text; the entity tag is its SHA-256. Each export is in the audit."""
    with desk.open() as reading:
        found = acting.find(reading, KIND, id)
        frozen = store_acceptances.frozen_card(reading.connection, found.about, found.court, found.period)
    if frozen is None or frozen.acceptance != found.id:
        raise errors.NotFound("Nothing is frozen here", why=f"It is {found.state}.", next="Freeze it first.")
    detail = {"digest": frozen.digest.hex(), "request": desk.request.state.request_id}

    def note(connection: engine.Connection) -> None:
        dossier.record_read(connection, desk.who.name, "acceptance.export", f"{KIND}/{found.id}", detail)

    acting.act(desk, note)
    headers = {
        "ETag": f'"{frozen.digest.hex()}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return fastapi.Response(frozen.card, media_type="application/json", headers=headers)


def _found(desk: Desk, matter_id: acting.MatterId, role: str) -> tuple[Matter, str]:
    """The acceptance, for one of the role who stands above its court, and the court's day."""
    with desk.open() as reading:
        found = acting.find(reading, KIND, matter_id)
        acting.role(reading.who, role)
        acting.presiding(reading, found.court)
        return found, reading.today(found.court).isoformat()


def _perform(desk: Desk, found: Matter, act: Act) -> fastapi.Response:
    done = acting.act(desk, lambda connection: supervision.perform(connection, KIND, found.id, act))
    return _answer(desk, done)


def _answer(desk: Desk, done: Matter) -> fastapi.Response:
    with desk.open() as reading:
        return desk.answer_once(_shape(reading, done))


def _shape(reading: Reading, found: Matter) -> supervision_shapes.Acceptance:
    standing = acceptances.standing(found.acts)
    frozen = next((act.detail for act in found.acts if act.name == "freeze"), None)
    return supervision_shapes.Acceptance.model_validate(
        {
            "id": str(found.id),
            "court": found.court,
            "court_name": figures.shape_court(reading, found.court),
            "book": found.about,
            "period": found.period,
            "state": found.state,
            "until": standing.until,
            "remarks": [acting.shape_act(act) for act in standing.remarks],
            "digest": None if frozen is None else frozen["digest"],
            "known_at": None if frozen is None else datetime.fromisoformat(frozen["known_at"]),
            "acts": [acting.shape_act(act) for act in found.acts],
            "demo": reading.know.is_demo(found.court),
        }
    )
