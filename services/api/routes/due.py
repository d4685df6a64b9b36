"""What falls due: open cases whose limit day is near, read from the postings that are dated in the future."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

import fastapi
from fastapi import Query

from plumbline import errors
from plumbline.catalog import scopes
from plumbline.store import dossier
from services.api import access, cursors, file_shapes, parameters
from services.api.contract import described
from services.api.desk import AtDesk, Reading

router = fastapi.APIRouter(tags=["cases"])

DAYS_MAX = 366
_WITHIN = re.compile(r"([0-9]{1,3})d")
DueWithin = Annotated[
    str,
    Query(
        description="a number of days, as 7d: the limit day is today or within them",
        examples=["7d"],
        max_length=8,
    ),
]
ClockName = Annotated[str | None, Query(description="only this clock, as trial_limit", max_length=64)]


@router.get("/v1/cases", **described("list_due_cases", "Open cases that fall due", file_shapes.DueCases))
def list_due_cases(
    desk: AtDesk,
    due_within: DueWithin,
    court: parameters.CourtCode,
    scope: parameters.Scope,
    clock: ClockName = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """The soonest first. What is already past its limit is in the stock measures of overdue cases."""
    days = days_of("due_within", due_within)
    after = cursors.read(desk.question, cursor, ("0001-01-01", "", 0))
    with desk.open() as reading:
        row = reading.court(court)
        today = reading.today(row.code)
        accounts = _overdue_accounts(reading)
        clocks = sorted({name for name, _ in accounts.values()})
        if clock is not None and clock not in clocks:
            raise errors.BadInput(
                f"{clock!r} is no clock with a stock of overdue cases",
                next=f"Write one of {', '.join(clocks)}.",
            )
        wanted = [account for account, (name, _) in accounts.items() if clock in (None, name)]
        courts = (row.code,) if scope == "own" else reading.know.tree.subtree(row.code, today)
        courts = reading.visible(courts)
        key = (date.fromisoformat(after[0]), after[1], after[2])
        last = today + timedelta(days=days + 1)
        due = dossier.list_due(reading.connection, wanted, courts, today, last, key, limit + 1)
        rows, more = due[:limit], len(due) > limit
        cursor_key = (rows[-1].overdue_on.isoformat(), rows[-1].subject, rows[-1].account) if more else None
        found = file_shapes.DueCases(
            court=row.code,
            scope=scope,
            today=today,
            last_limit_day=today + timedelta(days=days),
            clocks=clocks if clock is None else [clock],
            page=reading.known.page,
            items=[_item(reading, one, today, accounts) for one in rows if not one.sealed],
            not_listed=sum(one.sealed for one in rows),
            next=cursors.write(desk.question, *cursor_key) if cursor_key else None,
            demo=reading.know.is_demo(row.code),
        )
    return desk.answer_cases(found, "cases.due", f"{row.code} {scope} {due_within}", cases=len(found.items))


def days_of(name: str, text: str) -> int:
    """The number of days a parameter says; errors.BadInput where it says none, or too many."""
    written = _WITHIN.fullmatch(text)
    if written is None or int(written[1]) > DAYS_MAX:
        raise errors.BadInput(
            f"{text!r} is no number of days", next=f"Write 0d to {DAYS_MAX}d, as {name}=7d."
        )
    return int(written[1])


def _overdue_accounts(reading: Reading) -> Mapping[int, tuple[str, str]]:
    """By account: the clock and the measure of every stock that a case enters on the day its limit has
    passed.
    """
    found: dict[int, tuple[str, str]] = {}
    clocks = {
        clock for pack in reading.know.catalogue.every for one in scopes.chain(pack) for clock in one.clocks
    }
    for version in reading.know.catalogue.everything():
        for served in version.served.values():
            for clock in sorted(clocks):
                if served.measure.kind == "stock" and f"{clock}_passed_on" in served.measure.starts:
                    found.setdefault(served.main.id, (clock, served.id))
    return found


def _item(
    reading: Reading, due: dossier.Due, today: date, accounts: Mapping[int, tuple[str, str]]
) -> file_shapes.DueCase:
    clock, measure = accounts[due.account]
    limit_day = due.overdue_on - timedelta(days=1)
    return file_shapes.DueCase(
        case=due.subject,
        court=due.court,
        clock=clock,
        measure=measure,
        limit_day=limit_day,
        days_left=(limit_day - today).days,
        division=due.division,
        judge=due.judge if access.sees_persons(reading.who) else None,
        page=due.page,
    )
