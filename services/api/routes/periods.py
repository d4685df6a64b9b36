"""Closed periods: an office declares a court's figures final or freezes them, and may reopen them, saying why."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import fastapi
from fastapi import Path, Query

from plumbline import closings, coverage, errors
from plumbline.periods import Period
from plumbline.proceedings import Act
from plumbline.store import engine, supervision
from plumbline.store.supervision import Matter, New
from services.api import acting, backing, covering, figures, parameters, period_shapes, words
from services.api.contract import described
from services.api.desk import AtDesk, Desk, Reading

router = fastapi.APIRouter(tags=["supervision"])

PeriodName = Annotated[str, Path(description="the period", examples=["2025", "2025-03"], max_length=40)]
OfCourt = Annotated[
    str, Query(description="a court's code", examples=[parameters.EXAMPLE_COURT], max_length=24)
]
One = Annotated[str | None, Query(description="say also how this period stands", max_length=40)]
Closed = Annotated[period_shapes.CloseBody, fastapi.Depends(acting.body_of(period_shapes.CloseBody))]
Reopened = Annotated[period_shapes.ReopenBody, fastapi.Depends(acting.body_of(period_shapes.ReopenBody))]


@router.get(
    "/v1/periods", **described("list_periods", "A court's closed periods", period_shapes.PeriodClosings)
)
def list_periods(
    desk: AtDesk, court: OfCourt, period: One = None, known_at: parameters.KnownAt = None
) -> fastapi.Response:
    """Every closing that takes the court in, newest first, with its acts; with `period`, how the court's own figures of it
    stand.
    """
    span = None if period is None else Period.parse(period)
    with desk.open(known_at) as reading:
        code = reading.court(court).code
        found = [one for one in _known(reading, code) if one.acts]
        answer = period_shapes.PeriodClosings(
            court=code,
            asked=None if span is None else _asked(reading, code, span),
            items=[_shape(reading, one) for one in reversed(found)],
            page=reading.known.page,
            known_at=reading.known_at(code),
            demo=reading.know.is_demo(code),
        )
        return desk.answer_once(answer)


def _known(reading: Reading, code: str) -> list[Matter]:
    return supervision.list_known(reading.connection, backing.KIND, (code,), reading.known.page)


@router.post(
    "/v1/periods/{period}/close",
    **acting.acted(
        "close_period", "Close a court's period", period_shapes.PeriodClosing, period_shapes.CloseBody
    ),
)
def close_period(desk: AtDesk, period: PeriodName, asked: Closed) -> fastapi.Response:
    """审判管理办公室 (role office) of the court or above, once the period is over. Refused while the coverage is unknown or
    low, unless `anyway` with the reason.
    """
    span = Period.parse(period)
    with desk.open() as reading:
        code = reading.court(asked.court).code
        acting.role(reading.who, "office")
        courts, today = _courts(reading, code, asked.scope, span), reading.today(code)
        found = covering.of_courts(reading, courts, span, today)
        closings.refuse_closing(span, today, found.tally.share, anyway=asked.anyway, why=asked.why)
        before = _find(reading, code, asked.scope, span)
    detail = {
        "frozen": asked.frozen,
        "anyway": asked.anyway,
        "why": asked.why,
        "coverage": str(found.share),
        "of": list(reading.who.courts),
    }
    act = Act("close", desk.who.name, detail=detail)
    if before is not None:
        return _perform(desk, before, act)
    new = New(
        kind=backing.KIND,
        court=code,
        courts=courts,
        about=asked.scope,
        period=span.text,
        detail={},
        claim=f"{code} {asked.scope} {span.text}",
        request=acting.request_key(None),
    )
    done, _ = acting.act(desk, lambda connection: supervision.open_matter(connection, new, act))
    return _answer(desk, done)


@router.post(
    "/v1/periods/{period}/reopen",
    **acting.acted(
        "reopen_period", "Reopen a closed period", period_shapes.PeriodClosing, period_shapes.ReopenBody
    ),
)
def reopen_period(desk: AtDesk, period: PeriodName, asked: Reopened) -> fastapi.Response:
    """Role office, at or above the office that closed it."""
    span = Period.parse(period)
    with desk.open() as reading:
        code = reading.court(asked.court).code
        acting.role(reading.who, "office")
        found = _find(reading, code, asked.scope, span)
        if found is None:
            raise errors.NotFound(
                f"{span.text} of {code} was never closed", next="GET /v1/periods lists what is closed."
            )
        closed = closings.standing(found.acts).closed
        closers = () if closed is None else tuple(closed.detail["of"])
        if not all(reading.who.sees(one, reading.know.tree) for one in closers):
            raise errors.NotAllowed(
                f"{span.text} was closed by an office above", next="Ask that office to reopen it."
            )
    return _perform(desk, found, Act("reopen", desk.who.name, detail={"why": asked.why}))


def _courts(reading: Reading, code: str, scope: str, span: Period) -> tuple[str, ...]:
    """The courts a closing takes in: the court, or with all that stood below it on the period's last day."""
    if scope == "own":
        return (code,)
    on = min(span.last_day, reading.today(code))
    return reading.know.tree.subtree(code, on) or (code,)


def _find(reading: Reading, code: str, scope: str, span: Period) -> Matter | None:
    found = supervision.list_known(
        reading.connection, backing.KIND, (code,), reading.known.page, period=span.text
    )
    return next((one for one in found if (one.court, one.about) == (code, scope)), None)


def _perform(desk: Desk, found: Matter, act: Act) -> fastapi.Response:
    def work(connection: engine.Connection) -> Matter:
        return supervision.perform(connection, backing.KIND, found.id, act)

    return _answer(desk, acting.act(desk, work))


def _answer(desk: Desk, done: Matter) -> fastapi.Response:
    with desk.open() as reading:
        return desk.answer_once(_shape(reading, done))


def _asked(reading: Reading, code: str, span: Period) -> period_shapes.AskedPeriod:
    """How a court's own figures of a period stand: by closings of offices, which take every figure in."""
    today = reading.today(code)
    found = covering.of_courts(reading, (code,), span, today)
    closing = closings.closing_of(backing.known_closings(reading), "", code, (code,), span)
    state: closings.State = "provisional" if closing is None else closing.state
    reasons: tuple[str, ...] = ()
    if closing is None:
        days_open = found.tally.days_declared < found.tally.days
        reasons = closings.why_provisional(span, today, days_open=days_open)
    return period_shapes.AskedPeriod(
        court=code,
        period=span.text,
        state=state,
        state_words=words.of(closings.WORDS[state]),
        reasons=[words.of(closings.REASONS[one]) for one in reasons],
        least_coverage=coverage.shown(closings.LEAST_SHARE),
        coverage=found.share,
        coverage_detail=found.detail,
    )


def _said(act: Act) -> Act:
    """An act without the courts of who did it: they may lie above the reader's."""
    return replace(act, detail={name: value for name, value in act.detail.items() if name != "of"})


def _shape(reading: Reading, found: Matter) -> period_shapes.PeriodClosing:
    standing, span = closings.standing(found.acts), Period.parse(found.period)
    visible = reading.visible(found.courts)
    mine = found.court in visible
    covered = covering.of_courts(reading, visible, span, reading.today(found.court))
    state = "frozen" if standing.state == "frozen" else "final" if standing.state == "final" else "reopened"
    return period_shapes.PeriodClosing(
        id=str(found.id),
        court=found.court if mine else None,
        court_name=figures.shape_court(reading, found.court) if mine else None,
        scope="own" if found.about == "own" else "all",
        courts=list(visible),
        period=found.period,
        period_from=span.start,
        period_until=span.last_day,
        state=state,
        state_words=words.of(closings.STATE_WORDS[state]),
        closed_at=None if standing.closed is None else standing.closed.at,
        coverage=covered.share,
        coverage_detail=covered.detail,
        acts=[acting.shape_act(_said(one)) for one in found.acts],
        demo=reading.know.is_demo(found.court),
    )
