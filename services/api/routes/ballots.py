"""Ballots: an office opens one, papers are handed out once, votes are given without a name, means are published once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Annotated

import fastapi
from fastapi.concurrency import run_in_threadpool

from plumbline import ballots, errors
from plumbline.ballots import Subject, Terms
from plumbline.catalog import ratios, rulebook_tree
from plumbline.catalog.ratios import Ratio
from plumbline.periods import Period
from plumbline.store import ballots as store_ballots
from plumbline.store import engine
from plumbline.store.supervision import Matter, New
from plumbline.store.tokens import Principal
from services.api import access, acting, ballot_shapes, figures, parameters, shapes
from services.api.contract import described
from services.api.desk import AtDesk, Desk, Reading

router = fastapi.APIRouter(tags=["supervision"])
KIND = "ballot"
NOBODY = Principal("", "voter", (), ())
"""Who gives a vote: nobody is asked."""

Opened = Annotated[ballot_shapes.NewBallot, fastapi.Depends(acting.body_of(ballot_shapes.NewBallot))]
Added = Annotated[ballot_shapes.Department, fastapi.Depends(acting.body_of(ballot_shapes.Department))]


@router.get(
    "/v1/departments",
    **described("list_departments", "Departments of your courts", ballot_shapes.Departments),
)
def list_departments(desk: AtDesk, court: acting.Court = None) -> fastapi.Response:
    """By court in the official order, then by code."""
    with desk.open() as reading:
        codes = acting.visible(reading) if court is None else (reading.court(court).code,)
        found = store_ballots.list_departments(reading.connection, codes)
        items = [_department(one) for code in codes for one in found if one.court == code]
        return desk.answer_once(ballot_shapes.Departments(items=items))


@router.post(
    "/v1/departments",
    **acting.acted(
        "add_department", "Add a department of a court", ballot_shapes.Department, ballot_shapes.Department
    ),
)
def add_department(desk: AtDesk, asked: Added) -> fastapi.Response:
    """An office of the court or above; the same again changes nothing."""
    with desk.open() as reading:
        reading.court(asked.court)
        acting.role(reading.who, "office", "operator")
    new = store_ballots.Department(asked.court, asked.code, asked.title.zh, asked.title.en)
    acting.act(desk, lambda connection: store_ballots.add_department(connection, new, desk.who.name))
    return desk.answer_once(_department(new))


@router.get("/v1/ballots", **described("list_ballots", "Ballots on your courts", ballot_shapes.Ballots))
def list_ballots(
    desk: AtDesk,
    court: acting.Court = None,
    state: acting.State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """Those your courts hold or stand in, newest first; of the results, those of your courts."""
    with desk.open() as reading:
        found, after = acting.listed(desk, reading, KIND, court, state, cursor, limit)
        items = [_shape(reading, one) for one in found]
        return desk.answer_once(ballot_shapes.Ballots(items=items, next=after))


@router.post(
    "/v1/ballots",
    **acting.acted(
        "open_ballot",
        "Open a ballot and take its papers",
        ballot_shapes.OpenedBallot,
        ballot_shapes.NewBallot,
    ),
)
def open_ballot(desk: AtDesk, asked: Opened) -> fastapi.Response:
    """审判管理办公室 (role office). The papers are answered this once; opened again under its key, none are."""
    span = Period.parse(asked.period)
    with desk.open() as reading:
        reading.court(asked.court)
        acting.role(reading.who, "office")
        terms = _terms(reading, asked)
        ballots.checked(terms, reading.now)
        _fits(reading, asked.vote, terms)
        new = New(
            kind=KIND,
            court=asked.court,
            courts=tuple(dict.fromkeys((asked.court, *(one.court for one in terms.subjects)))),
            about=asked.vote,
            period=span.text,
            detail={
                "title": asked.title.model_dump(),
                "subjects": [{"court": one.court, "department": one.department} for one in terms.subjects],
                "criteria": list(terms.criteria),
                "highest": terms.highest,
                "papers": terms.papers,
                "minimum": terms.minimum,
                "closes_at": terms.closes_at.isoformat(),
            },
            claim=f"{asked.court} {asked.vote} {span.text}",
            request=acting.request_key(asked.request),
        )
    found, papers = acting.act(
        desk, lambda connection: store_ballots.open_ballot(connection, new, terms, desk.who.name)
    )
    with desk.open() as reading:
        shaped = _shape(reading, found)
    return desk.answer_once(ballot_shapes.OpenedBallot(ballot=shaped, papers=list(papers)))


@router.get("/v1/ballots/{id}", **described("read_ballot", "One ballot", ballot_shapes.Ballot))
def read_ballot(desk: AtDesk, id: acting.MatterId) -> fastapi.Response:  # noqa: A002 - the address says id
    """A ballot; its means when they are published, never before, never how many have voted till then."""
    with desk.open() as reading:
        return desk.answer_once(_shape(reading, acting.find(reading, KIND, id)))


@router.post(
    "/v1/ballots/{id}/votes",
    **acting.acted("cast_vote", "Give a vote with a paper", ballot_shapes.VoteTaken, ballot_shapes.Vote),
)
async def cast_vote(request: fastapi.Request, id: acting.MatterId) -> fastapi.Response:  # noqa: A002 - as above
    """No token: the paper is what counts, and who gives it is not asked. Nothing is written but strike and totals."""
    access.known_parameters(request)
    asked = await acting.read_body(request, ballot_shapes.Vote)
    desk = Desk(request, NOBODY)
    await run_in_threadpool(_cast, desk, id, asked)
    return desk.answer_once(ballot_shapes.VoteTaken(ballot=str(id), taken=True))


@router.post("/v1/ballots/{id}/close", **acting.acted("close_ballot", "Close a ballot", ballot_shapes.Ballot))
def close_ballot(desk: AtDesk, id: acting.MatterId) -> fastapi.Response:  # noqa: A002 - as above
    """An office, from the closing time on; sooner only when every paper is struck, or none."""
    found = _held(desk, id)
    now = desk.request.app.state.clock()
    done = acting.act(desk, lambda connection: store_ballots.close(connection, found.id, desk.who.name, now))
    with desk.open() as reading:
        return desk.answer_once(_shape(reading, done))


@router.post(
    "/v1/ballots/{id}/publish",
    **acting.acted("publish_ballot", "Publish the means of a closed ballot", ballot_shapes.Ballot),
)
def publish_ballot(desk: AtDesk, id: acting.MatterId) -> fastapi.Response:  # noqa: A002 - as above
    """Once, with the count only. Below the minimum number nothing is published, and the marks are deleted."""
    found = _held(desk, id)
    done = acting.act(desk, lambda connection: store_ballots.publish(connection, found.id, desk.who.name))
    with desk.open() as reading:
        return desk.answer_once(_shape(reading, done))


def _held(desk: Desk, ballot: uuid.UUID) -> Matter:
    """A ballot, for an office that sees the court that holds it."""
    with desk.open() as reading:
        found = acting.find(reading, KIND, ballot)
        acting.role(reading.who, "office")
        reading.court(found.court)
    return found


def _cast(desk: Desk, ballot: uuid.UUID, asked: ballot_shapes.Vote) -> None:
    now = desk.request.app.state.clock()

    def work(connection: engine.Connection) -> None:
        places = store_ballots.places(connection, ballot)
        marks: dict[tuple[int, str], int] = {}
        for one in asked.marks:
            place = places.get(Subject(one.court, one.department))
            if place is None or (place, one.criterion) in marks:
                raise errors.BadInput(
                    f"{one.court} {one.department or ''} is not voted on here, or is marked twice",
                    next="Mark every subject of the ballot once under every criterion.",
                )
            marks[place, one.criterion] = one.mark
        store_ballots.cast(connection, ballot, asked.paper, marks, now)

    acting.act(desk, work)


def _terms(reading: Reading, asked: ballot_shapes.NewBallot) -> Terms:
    """What is asked, subjects in the official order; NotFound for a court or department there is not."""
    tree = reading.know.tree
    below = set(tree.subtree(asked.court, reading.today(asked.court)))
    known = {
        (one.court, one.code) for one in store_ballots.list_departments(reading.connection, sorted(below))
    }
    for one in asked.subjects:
        reading.court(one.court)
        if one.court not in below or (
            one.department is not None and (one.court, one.department) not in known
        ):
            raise errors.NotFound(
                f"{one.court} {one.department or ''} is not {asked.court} or below, or has no such department",
                next="GET /v1/departments lists departments.",
            )
        if one.department is None:
            acting.presiding(reading, one.court)
    order = {code: place for place, code in enumerate(tree.codes())}
    subjects = sorted(
        (Subject(one.court, one.department) for one in asked.subjects),
        key=lambda one: (order[one.court], one.department or ""),
    )
    return Terms(
        subjects=tuple(subjects),
        criteria=tuple(asked.criteria),
        highest=asked.highest,
        papers=asked.papers,
        minimum=asked.minimum,
        closes_at=asked.closes_at.astimezone(UTC),
    )


def _fits(reading: Reading, vote: str, terms: Terms) -> None:
    """errors.BadInput where a rule book asks for this vote of courts with other marks."""
    if any(one.department is not None for one in terms.subjects):
        return
    for pack in reading.know.catalogue.every:
        for name, book in pack.rule_books.items():
            for item in rulebook_tree.every_item(book.items):
                rule = item.rule
                if (
                    isinstance(rule, rulebook_tree.PanelMean)
                    and rule.ballot == vote
                    and rule.highest != terms.highest
                ):
                    raise errors.BadInput(
                        f"{pack.id}.{name} takes marks up to {rule.highest} in “{vote}”, not {terms.highest}",
                        next="Open it with those marks, or give the vote another name.",
                    )


def _shape(reading: Reading, found: Matter) -> ballot_shapes.Ballot:
    terms, standing = store_ballots.terms_of(found), ballots.standing(found.acts)
    return ballot_shapes.Ballot.model_validate(
        {
            "id": str(found.id),
            "court": found.court,
            "vote": found.about,
            "title": found.detail["title"],
            "period": found.period,
            "criteria": list(terms.criteria),
            "highest": terms.highest,
            "papers": terms.papers,
            "minimum": terms.minimum,
            "closes_at": terms.closes_at,
            "state": found.state,
            "count": standing.count,
            "results": _results(reading, found),
            "acts": [acting.shape_act(act) for act in found.acts],
            "demo": reading.know.is_demo(found.court),
        }
    )


def _results(reading: Reading, found: Matter) -> Sequence[ballot_shapes.BallotResult]:
    """The means of the subjects the reader may see, in the official order."""
    means = store_ballots.means(reading.connection, found)
    seen = {subject: mean for subject, mean in means.items() if reading.visible((subject.court,))}
    titles = _titles(reading, seen)
    return [
        ballot_shapes.BallotResult(
            court=subject.court,
            department=subject.department,
            title=titles[subject],
            mean=ratios.value_of(mean, "points") if isinstance(mean, Ratio) else None,
            numerator=mean.numerator if isinstance(mean, Ratio) else None,
            denominator=mean.denominator if isinstance(mean, Ratio) else None,
            reason=None if isinstance(mean, Ratio) else mean.reason,
        )
        for subject, mean in seen.items()
    ]


def _titles(reading: Reading, subjects: Iterable[Subject]) -> dict[Subject, shapes.Words]:
    wanted = list(subjects)
    courts = sorted({one.court for one in wanted})
    departments = {
        (one.court, one.code): shapes.Words(zh=one.title_zh, en=one.title_en)
        for one in store_ballots.list_departments(reading.connection, courts)
    }
    return {
        one: figures.shape_court(reading, one.court)
        if one.department is None
        else departments[one.court, one.department]
        for one in wanted
    }


def _department(one: store_ballots.Department) -> ballot_shapes.Department:
    return ballot_shapes.Department(
        court=one.court, code=one.code, title=ballot_shapes.BallotTitle(zh=one.title_zh, en=one.title_en)
    )
