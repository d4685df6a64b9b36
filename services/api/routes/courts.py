"""The tree of courts, as far as the reader may see it, in the official order."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import fastapi
from fastapi import Path

from plumbline import courts
from services.api import dimension_shapes, shapes, words
from services.api.contract import described
from services.api.desk import AtDesk, Reading

router = fastapi.APIRouter(tags=["courts"])

Code = Annotated[str, Path(description="a court's code", examples=["示24"], max_length=24)]


@router.get("/v1/courts", **described("list_courts", "The courts you may read", dimension_shapes.Courts))
def list_courts(desk: AtDesk) -> fastapi.Response:
    """Every court of the reader's, each before those below it, in the official order; beside them the courts below
    his whose code is unknown, and the 人民法庭 that are known by name.
    """
    with desk.open(cached=True) as reading:
        tree = reading.know.tree
        rows = [tree.get(code) for code in _ordered(reading)]
        items = [_court(reading, row) for row in rows if row is not None]
        seen = {item.code for item in items}
        return desk.answer(
            dimension_shapes.Courts(
                items=items, without_code=_without_code(reading, seen), tribunals=_tribunals(reading, seen)
            ),
            reading,
        )


@router.get("/v1/courts/{code}", **described("read_court", "One court", shapes.CourtDetail))
def read_court(desk: AtDesk, code: Code) -> fastapi.Response:
    """A court with every span of its row and the courts directly below it today."""
    with desk.open(cached=True) as reading:
        row = reading.court(code)
        tree = reading.know.tree
        spans = [_court(reading, one) for one in tree if one.code == row.code]
        below = list(reading.visible(tree.children(row.code, reading.today(row.code))))
        detail = shapes.CourtDetail(**_court(reading, row).model_dump(), spans=spans, children=below)
        return desk.answer(detail, reading)


def _ordered(reading: Reading) -> list[str]:
    """The reader's courts: each tree in its order as it stands today, then those that no longer stand."""
    tree = reading.know.tree
    codes = list(reading.visible(tree.codes()))
    on = {code: reading.today(code) for code in codes}
    roots = [code for code in codes if not set(tree.ancestors(code, on[code])) & set(codes)]
    ordered = dict.fromkeys(below for root in roots for below in tree.subtree(root, on[root]))
    return [*(code for code in ordered if code in on), *(code for code in codes if code not in ordered)]


def _without_code(reading: Reading, seen: set[str]) -> list[dimension_shapes.CourtWithoutCode]:
    return [
        dimension_shapes.CourtWithoutCode(
            code=None,
            parent=one.parent,
            name=shapes.Words(zh=one.name_zh, en=one.name_en),
            level=one.level,
            kind=one.kind,
            status=one.status,
            not_available=words.COURT_STATUS["unknown"],
            basis=one.basis,
        )
        for one in reading.know.entries
        if one.status == "unknown" and one.parent in seen
    ]


def _tribunals(reading: Reading, seen: set[str]) -> list[dimension_shapes.Tribunal]:
    return [
        dimension_shapes.Tribunal(
            court=one.parent,
            name=shapes.Words(zh=one.name_zh, en=one.name_en),
            how=words.COURT_STATUS["tribunal"],
            basis=one.basis,
        )
        for one in reading.know.entries
        if one.status == "tribunal" and one.parent is not None and one.parent in seen
    ]


def _court(reading: Reading, row: courts.Court) -> shapes.Court:
    above = row.parent is not None and reading.who.sees(row.parent, reading.know.tree)
    said = next(
        (one for one in reading.know.entries if one.code == row.code and one.status == row.status), None
    )
    return shapes.Court(
        code=row.code,
        parent=row.parent if above else None,
        name=shapes.Words(zh=row.name_zh, en=row.name_en),
        level=row.level,
        valid_from=_open(row.valid_from),
        valid_until=row.valid_until,
        kind=said.kind if said else "",
        status=row.status,
        status_words=words.COURT_STATUS.get(row.status, shapes.Words(zh=row.status, en=row.status)),
        basis=said.basis if said else None,
        zone=row.zone,
        demo=reading.know.is_demo(row.code),
    )


def _open(day: date | None) -> date | None:
    """The first day of a span; the books' beginning means that it is open."""
    return None if day is None or day <= date(1900, 1, 1) else day
