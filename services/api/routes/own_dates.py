"""A judge's own due dates, which he sees first: no other route answers his token, and no other token is answered here."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Annotated

import fastapi
import pydantic
from fastapi import Query

from plumbline import errors
from services.api import cursors, own_date_shapes, parameters
from services.api.contract import described
from services.api.desk import AtJudgesDesk, Desk, Reading, Unchanged
from services.api.own_dates import Diary
from services.api.routes import due
from services.api.routes.files import CaseId

router = fastapi.APIRouter(tags=["cases"])

Within = Annotated[
    str | None,
    Query(
        description="a number of days, as 30d: the limit day is within them or has passed; left out, every running clock",
        examples=["30d"],
        max_length=8,
    ),
]


@router.get("/v1/due", **described("list_own_dates", "A judge's own due dates", own_date_shapes.OwnDates))
def list_own_dates(
    desk: AtJudgesDesk,
    within: Within = None,
    clock: due.ClockName = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """Only for a token of the role judge: the open cases that stand with him today in his court, the soonest first, those
    past their limit too. He sees a case as due soon `judge_days` before the court's watch tells of it.
    """
    days = None if within is None else due.days_of("within", within)
    question = f"{desk.question} {desk.who.courts} {desk.who.person}"
    after = cursors.read(question, cursor, ("0001-01-01", "", ""))
    key = (date.fromisoformat(after[0]), after[1], after[2])
    with desk.open() as reading:
        diary = _diary(desk, reading)
        clocks = sorted(diary.clocks)
        if clock is not None and clock not in clocks:
            raise errors.BadInput(f"{clock[:64]!r} is no clock", next=f"Write one of {', '.join(clocks)}.")
        last = None if days is None else diary.today + timedelta(days=days)
        asked = [
            one
            for one in diary.dates()
            if clock in (None, one.clock)
            and (last is None or (one.limit_day is not None and one.limit_day <= last))
        ]
        ahead = [one for one in asked if not one.sealed and one.place > key]
        rows = ahead[:limit]
        place = rows[-1].place if len(ahead) > limit else None
        found = own_date_shapes.OwnDates(
            court=diary.court,
            today=diary.today,
            last_limit_day=last,
            clocks=clocks if clock is None else [clock],
            items=diary.shaped(rows)[0],
            not_listed=len({one.subject for one in asked if one.sealed}),
            next=cursors.write(question, place[0].isoformat(), *place[1:]) if place else None,
            demo=reading.know.is_demo(diary.court),
        )
    return _answer(desk, found, "due.list", f"{found.court} {within or 'all'}", cases=len(found.items))


@router.get(
    "/v1/due/{id:path}",
    **described("read_own_dates", "One of a judge's own cases", own_date_shapes.OwnCase),
)
def read_own_dates(desk: AtJudgesDesk, id: CaseId) -> fastapi.Response:  # noqa: A002 - the address says id
    """Only for a token of the role judge: the due dates of one of his open cases, and its clocks step by step. Every other
    case answers as one that does not exist.
    """
    with desk.open() as reading:
        diary = _diary(desk, reading)
        subject = reading.know.subjects.parse(id)
        mine = [one for one in diary.dates() if one.subject == subject.text and not one.sealed]
        items, clocks = diary.shaped(mine)
        if not items:
            raise errors.NotFound(
                f"No case {id[:60]} is among your due dates",
                why="It does not exist, it does not stand with you today, or none of its clocks runs.",
                next="GET /v1/due lists your due dates.",
            )
        found = own_date_shapes.OwnCase(
            case=subject.text,
            court=diary.court,
            today=diary.today,
            dates=items,
            clocks=clocks[subject.text],
            demo=reading.know.is_demo(diary.court),
        )
    return _answer(desk, found, "due.read", subject.text)


def _diary(desk: Desk, reading: Reading) -> Diary:
    """The due dates of who asks, in his one court."""
    (court,) = desk.who.courts
    assert desk.who.person is not None
    if reading.know.tree.get(court) is None:
        raise errors.NotFound(
            "The court of this token is not known here",
            next="Ask who runs this service for a token of your court.",
        )
    return Diary(reading, court, desk.who.person, reading.today(court))


def _answer(desk: Desk, found: pydantic.BaseModel, act: str, thing: str, **detail: int) -> fastapi.Response:
    """Sent, and written into the audit, with a tag of nothing but what it says: it moves when the judge's own dates do,
    and tells nothing of anybody else's cases. Unchanged where the reader's copy stands; that is in the audit too.
    """
    said = (desk.question, desk.who.courts, desk.who.person, found.model_dump_json())
    tag = f'W/"{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"'
    held = {each.strip() for each in desk.request.headers.get("if-none-match", "").split(",")}
    unchanged = bool({"*", tag, tag.removeprefix("W/")} & held)
    answer = desk.answer_cases(found, act, thing, unchanged=unchanged, **detail)
    if unchanged:
        raise Unchanged(tag)
    answer.headers["ETag"] = tag
    return answer
