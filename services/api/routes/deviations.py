"""Deviations (偏离): what stands, its life, and what people do about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

import fastapi
from fastapi import Path, Query

from plumbline import errors
from plumbline.catalog.watch_kinds import KINDS
from plumbline.store import deviation_cards, deviations, engine, listed_cases, quarantine, replays
from plumbline.store.deviations import Act, Deviation
from plumbline.warning import kinship
from plumbline.warning.telling import ACTS
from services.api import acting, cursors, deviation_shapes, deviation_views, parameters, shapes, words
from services.api.contract import described
from services.api.desk import AtDesk, Desk, Reading

router = fastapi.APIRouter(tags=["deviations"])
STANDING: Final = ("pending", "open", "acknowledged")
SILENCE_MOST: Final = timedelta(days=366)
Number = Annotated[int, Path(ge=1, le=deviations.LAST, description="number of the deviation", examples=[12])]
Why = Annotated[deviation_shapes.Reason, fastapi.Depends(acting.body_of(deviation_shapes.Reason))]
State = Annotated[
    Literal["standing", "pending", "open", "acknowledged", "resolved", "all"],
    Query(description="standing: all but the resolved"),
]
Scope = Annotated[shapes.Scope, Query(description="with `court`: itself, or with all below")]
Week = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9]{4}-W[0-5][0-9]$",
        description="only what began in this ISO week",
        examples=["2025-W38"],
    ),
]
Silenced = Annotated[deviation_shapes.Silence, fastapi.Depends(acting.body_of(deviation_shapes.Silence))]


@router.get(
    "/v1/deviations",
    **described("list_deviations", "What has left its line", deviation_shapes.Deviations),
)
def list_deviations(
    desk: AtDesk,
    court: acting.Court = None,
    scope: Scope = "own",
    state: State = "standing",
    kind: Annotated[str | None, Query(max_length=40, description="only this kind of watch")] = None,
    severity: Annotated[Literal["amber", "red"] | None, Query(description="only of this severity")] = None,
    watch: Annotated[str | None, Query(max_length=200, description="only of this watch")] = None,
    week: Week = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """Those of your courts, newest first."""
    if kind is not None and kind not in KINDS:
        raise errors.BadInput(f"{kind!r} is no kind of watch", next=f"Write one of {', '.join(KINDS)}.")
    (before,) = cursors.read(desk.question, cursor, (deviations.LAST,))
    with desk.open() as reading:
        codes = _courts(reading, court, scope)
        states = _states(state)
        found = deviations.list_deviations(
            reading.connection, codes, states=states, kind=kind, severity=severity, watch=watch, week=week,
            before=before, limit=limit + 1,
        )  # fmt: skip
        chosen = found[:limit]
        after = cursors.write(desk.question, chosen[-1].id) if len(found) > limit else None
        answer = deviation_shapes.Deviations(items=deviation_views.shaped(reading, chosen), next=after)
    return desk.answer_cases(answer, "deviations.read", court or "own courts", deviations=len(chosen))


@router.get(
    "/v1/deviations/cards",
    **described("list_deviation_cards", "One card a court and week", deviation_shapes.DeviationCards),
)
def list_cards(
    desk: AtDesk,
    court: acting.Court = None,
    scope: Scope = "own",
    state: State = "standing",
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """What began in a court in one week, together: newest week first, the courts in the official order."""
    after = cursors.read(desk.question, cursor, (deviation_cards.NEWEST, 0))
    with desk.open() as reading:
        codes = _courts(reading, court, scope)
        found = deviation_cards.list_cards(
            reading.connection, codes, _states(state), reading.now, (after[0], after[1]), limit + 1
        )
        chosen = found[:limit]
        last = (chosen[-1].week, codes.index(chosen[-1].court) + 1) if len(found) > limit else None
        answer = deviation_shapes.DeviationCards(
            items=[deviation_views.card(reading, one) for one in chosen],
            next=cursors.write(desk.question, *last) if last else None,
        )
    return desk.answer_cases(answer, "deviations.cards", court or "own courts", cards=len(chosen))


def _states(state: str) -> tuple[str, ...]:
    return {"standing": STANDING, "all": deviations.STATES}.get(state, (state,))


def _courts(reading: Reading, court: str | None, scope: str) -> tuple[str, ...]:
    if court is None:
        return acting.visible(reading)
    row = reading.court(court)
    if scope == "own":
        return (row.code,)
    return reading.visible(reading.know.tree.subtree(row.code, reading.today(row.code)))


@router.get(
    "/v1/deviations/{id}",
    **described("read_deviation", "One deviation with its life", deviation_shapes.DeviationDetail),
)
def read_deviation(desk: AtDesk, id: Number) -> fastapi.Response:  # noqa: A002 - the address says id
    """Every change states what it rested on: figure, expectation, limits, method, version and page."""
    with desk.open() as reading:
        found = _find(reading, id)
        (shaped,) = deviation_views.shaped(reading, [found])
        hidden = found.subject is not None and shaped.case is None
        changes = deviations.read_changes(reading.connection, found.id)
        said = listed_cases.unsealed(
            reading.connection, reading.know.subjects, [one.document for one in changes]
        )
        answer = deviation_shapes.DeviationDetail(
            deviation=shaped,
            changes=[
                _change(one, {} if hidden else kinship.seen(document, reading.visible))
                for one, document in zip(changes, said, strict=True)
            ],
        )
    return desk.answer_cases(answer, "deviation.read", f"deviation/{id}")


@router.get(
    "/v1/deviations/{id}/replay",
    **described("replay_deviation", "A deviation judged again", deviation_shapes.Replays),
)
def replay_deviation(desk: AtDesk, id: Number) -> fastapi.Response:  # noqa: A002 - as above
    """Each change its watch wrote, over the books as they stood at its page: it must say the same, to the bit.

    What no page tells (the rhythm agreed with a source, what single cases said) was kept with the change; `read` and `kept`
    say which is which. Nothing of today is read.
    """
    with desk.open() as reading:
        found = _find(reading, id)
        bench = replays.Replayer(reading.connection, reading.know.catalogue)
        items = [
            _replayed(bench, found, change)
            for change in deviations.read_changes(reading.connection, found.id)
            if change.principal is None and change.act != "escalated"
        ]
    return desk.answer_cases(deviation_shapes.Replays(items=items), "deviation.replay", f"deviation/{id}")


def _replayed(
    bench: replays.Replayer, found: Deviation, change: deviations.Change
) -> deviation_shapes.Replay:
    try:
        done = bench.replay(found, change)
    except errors.PlumblineError as stopped:
        return deviation_shapes.Replay(
            change=change.number, same=None, differs=[], read=[], kept=[], reason=str(stopped)
        )
    return deviation_shapes.Replay(
        change=done.change,
        same=done.same,
        differs=list(done.differs),
        read=list(done.read),
        kept=list(done.kept),
        reason=None,
    )


@router.post(
    "/v1/deviations/{id}/acknowledge",
    **acting.acted(
        "acknowledge_deviation",
        "Take note of a deviation",
        deviation_shapes.Deviation,
        deviation_shapes.Reason,
    ),
)
def acknowledge(desk: AtDesk, id: Number, asked: Why) -> fastapi.Response:  # noqa: A002 - as above
    """By the court itself or an office above it: it is not taken up any further, and holds until it is resolved."""
    return _act(desk, id, Act("acknowledge", desk.who.name, asked.why), itself=True)


@router.post(
    "/v1/deviations/{id}/silence",
    **acting.acted(
        "silence_deviation",
        "Tell nothing of a deviation for a time",
        deviation_shapes.Deviation,
        deviation_shapes.Silence,
    ),
)
def silence(desk: AtDesk, id: Number, asked: Silenced) -> fastapi.Response:  # noqa: A002 - as above
    """By an office: it stands and is kept, but nobody is told until the moment named; that it is resolved is told."""
    if asked.until.tzinfo is None:
        raise errors.BadInput("`until` has no offset", next="Write it as 2026-03-31T18:00:00+08:00.")
    return _act(desk, id, Act("silence", desk.who.name, asked.why, asked.until), itself=False)


@router.post(
    "/v1/deviations/{id}/close",
    **acting.acted(
        "close_deviation", "Close a deviation by hand", deviation_shapes.Deviation, deviation_shapes.Reason
    ),
)
def close(desk: AtDesk, id: Number, asked: Why) -> fastapi.Response:  # noqa: A002 - as above
    """By an office, with the reason: what was told for its periods is not told again."""
    return _act(desk, id, Act("close", desk.who.name, asked.why), itself=False)


def _act(desk: Desk, number: int, act: Act, *, itself: bool) -> fastapi.Response:
    with desk.open() as reading:
        found = _find(reading, number)
        if not (itself and found.court in desk.who.courts and desk.who.role == "reader"):
            acting.role(desk.who, "office", "command")
        now = reading.now
        if act.until is not None and act.until - now > SILENCE_MOST:
            raise errors.BadInput("A silence lasts a year at most", next="Name an earlier end.")

    def work(connection: engine.Connection) -> Deviation:
        done = deviations.perform(connection, number, act, _moment(desk), (found.court,))
        quarantine.note(
            connection, act.principal, f"deviation.{act.name}", f"deviation/{number}", {"why": act.why}
        )
        return done

    done = acting.act(desk, work)
    with desk.open() as reading:
        (answer,) = deviation_views.shaped(reading, [done])
    return desk.answer_once(answer)


def _moment(desk: Desk) -> datetime:
    now: datetime = desk.request.app.state.clock()
    return now


def _find(reading: Reading, number: int) -> Deviation:
    found = deviations.find(reading.connection, number)
    if found is None or not reading.visible((found.court,)):
        raise errors.NotFound(
            f"There is no deviation {number}",
            why="It does not exist, or it is not yours to read.",
            next="GET /v1/deviations lists them.",
        )
    return found


def _change(one: deviations.Change, document: dict[str, Any]) -> deviation_shapes.DeviationChange:
    return deviation_shapes.DeviationChange(
        number=one.number,
        act=one.act,
        act_words=words.of(ACTS[one.act]),
        state=one.state,
        severity=one.severity,
        at=one.at,
        day=one.day,
        page=one.page,
        hash=one.hash,
        principal=one.principal,
        why=one.why,
        document=document,
    )
