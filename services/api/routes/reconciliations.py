"""Reconciliation: the list of cases another system counts for a figure, held against ours. Nothing of it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

import fastapi

from plumbline import errors, reconciliation
from plumbline.periods import Period
from plumbline.reconciliation import Comparison
from plumbline.store import sources
from services.api import (
    acting,
    backing,
    covering,
    cursors,
    figures,
    reconciling,
    refolding,
    shapes,
    terms,
    words,
)
from services.api import reconciliation_shapes as shape
from services.api.desk import AtDesk, Reading
from services.api.reconciling import Answered, Ours, Theirs
from services.api.routes.indicators import titles

router = fastapi.APIRouter(tags=["cases"])

BODY_MAX: Final = 8 * 1024 * 1024
SHOWN: Final = 200
Given = Annotated[shape.NewReconciliation, fastapi.Depends(acting.body_of(shape.NewReconciliation, BODY_MAX))]


@router.post(
    "/v1/reconciliations",
    **acting.acted(
        "reconcile_lists",
        "Hold another system's list of cases against ours",
        shape.Reconciliation,
        shape.NewReconciliation,
    ),
)
def reconcile_lists(desk: AtDesk, given: Given) -> fastapi.Response:
    """Case by case: only here, only there, or otherwise, each with the clause that decides. A case that is sealed, or
    not yours, is never named: it answers as one that does not exist.
    """
    bound = _bound(given)
    (begin,) = cursors.read(bound, given.cursor, (0,))
    with desk.open(given.known_at) as reading:
        asked = figures.ask(
            reading, given.indicator, given.court, given.scope, Period.parse(given.period),
            given.category, given.cause, given.version, given.tag,
        )  # fmt: skip
        here = reconciling.ours(asked, given.part)
        there = reconciling.theirs(reading, given.rows)
        compared = reconciliation.compare(here.held, there.rows)
        every = reconciling.order(compared)
        if begin > len(every):
            raise errors.BadInput("The cursor lies beyond the end", next="Begin again without `cursor`.")
        chosen = reconciling.answer(asked, here, every[begin : begin + given.limit])
        onward = begin + given.limit
        found = shape.Reconciliation(
            **_head(asked, given, here, there, compared),
            feeds=_feeds(asked, chosen),
            items=_items(asked, here, there, compared, chosen),
            next=cursors.write(bound, onward) if onward < len(every) else None,
            demo=reading.know.is_demo(asked.cell.court),
        )
    thing = f"{found.indicator} {found.court} {given.scope} {found.period} {given.part}"
    return desk.answer_cases(
        found, "cases.reconciled", thing, rows=len(given.rows), items=len(found.items),
        only_there=found.only_there, only_here=found.only_here, differing=found.differing,
    )  # fmt: skip


def _bound(given: shape.NewReconciliation) -> str:
    """What a cursor of this question is bound to: the list and what is asked of it. The next page may name the moment
    the first one was answered by."""
    body = given.model_dump_json(exclude={"cursor", "limit", "known_at"})
    return f"/v1/reconciliations {hashlib.sha256(body.encode()).hexdigest()}"


def _head(
    asked: figures.Asked, given: shape.NewReconciliation, here: Ours, there: Theirs, compared: Comparison
) -> dict[str, Any]:
    reading, shown, rows = asked.reading, asked.shown, len(given.rows)
    lines = reconciliation.counts(here.entries, here.not_listed, here.held, compared, rows, there.unreadable)
    repeated = list(compared.repeated.items())
    return {
        "indicator": shown.id,
        "title": words.of(shown.title),
        "court": asked.cell.court,
        "court_name": figures.shape_court(reading, asked.cell.court),
        "scope": asked.cell.scope,
        "period": asked.cell.period.text,
        "part": given.part,
        "category": asked.cell.category,
        "cause": given.cause,
        "tag": given.tag,
        "version": shown.version,
        "page": reading.known.page,
        "known_at": reading.known_at(asked.cell.court),
        "measures": _measures(asked, here),
        "rows": rows,
        "cases_there": len(there.rows),
        "both": compared.both,
        "same": compared.both - len(compared.differing),
        "only_there": len(compared.only_there),
        "only_here": len(compared.only_here),
        "differing": len(compared.differing),
        "arithmetic": [
            shape.ArithmeticLine(code=one.code, amount=one.amount, words=words.of(one.words)) for one in lines
        ],
        "difference": rows - here.entries,
        "stated": given.stated,
        "stated_less_rows": None if given.stated is None else given.stated - rows,
        "unread": list(there.unread[:SHOWN]),
        "unread_rows": len(there.unread),
        "repeated": [shape.Repeated(case=case, rows=list(found)) for case, found in repeated[:SHOWN]],
        "repeated_cases": len(repeated),
    }


def _measures(asked: figures.Asked, here: Ours) -> list[shape.MeasureHere]:
    found = []
    for term, total in zip(here.terms, here.totals, strict=True):
        measure = term.served.measure
        found.append(
            shape.MeasureHere(
                measure=term.served.id,
                title=words.of(measure.title)
                if measure.title
                else shapes.Words(zh=measure.id, en=measure.id),
                unit=measure.unit,
                moment="start" if term.at_start else "period",
                period=terms.days_of(asked, term).period.text,
                amount=total.amount,
                cases=total.cases,
                not_listed=total.cases - total.listed_cases,
            )
        )
    return found


def _items(
    asked: figures.Asked, here: Ours, there: Theirs, compared: Comparison, chosen: Sequence[Answered]
) -> list[shape.Item]:
    reading = asked.reading
    named = titles(reading)
    found = []
    for one in chosen:
        home = reading.know.subjects.parse(one.case).home_court
        fields = list(compared.differing.get(one.case, ()))
        held = here.held.get(one.case)
        why = replace(one.why, courts=reading.visible(one.why.courts))
        said = reconciliation.words(why, fields, lambda code: reconciling.titles(reading, code))
        found.append(
            shape.Item(
                kind=one.kind,
                case=one.case,
                home_court=home if home and reading.visible((home,)) else None,
                why=one.why.cause,
                words=words.of(said),
                differs=fields,
                days=list(one.why.days),
                courts=list(why.courts),
                here=None
                if held is None
                else shape.CaseHere(
                    measures=list(held.measures),
                    days=list(held.days),
                    courts=list(held.courts),
                    method=held.method,
                ),
                there=[
                    shape.RowThere(row=row.row, day=row.day, method=row.method, court=row.court)
                    for row in there.rows.get(one.case, ())
                ],
                reasons=[refolding.shape_reason(reason, named) for reason in one.why.reasons],
                superseded=_superseded(reading, one),
            )
        )
    return found


def _superseded(reading: Reading, one: Answered) -> list[shape.Superseded]:
    if one.folded is None:
        return []
    types = reading.know.types
    return [
        shape.Superseded(
            event=event.id,
            type=event.type,
            title=words.event_title(types, event.type),
            why=words.IGNORED.get(why, shapes.Words(zh=why, en=why)),
        )
        for event, why in one.folded.ignored
    ]


def _feeds(asked: figures.Asked, chosen: Sequence[Answered]) -> list[shape.CourtFeed]:
    """Of the courts whose cases are not known here: who would have told us, and how whole what he told is."""
    reading = asked.reading
    unknown = {
        reading.know.subjects.parse(one.case).home_court for one in chosen if one.why.cause == "not_known"
    }
    mine = [code for code in reading.know.tree.codes() if code in unknown and reading.visible((code,))]
    listed = sources.list_sources(reading.connection) if mine else []
    found = []
    for code in mine:
        fresh = backing.fresh_of(reading, (code,))
        covered = covering.of_courts(reading, (code,), asked.cell.period, asked.today)
        found.append(
            shape.CourtFeed(
                court=code,
                court_name=figures.shape_court(reading, code),
                sources=[source.id for source in listed if source.may_speak_for(code)],
                freshness=fresh.state,
                last_received_at=fresh.last_received_at,
                coverage=covered.share,
            )
        )
    return found
