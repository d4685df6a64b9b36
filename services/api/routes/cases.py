"""The cases behind a figure: those that add up to it, those a clause kept out, each with its clause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import fastapi
from fastapi import Query

from plumbline import fold, ledger, valuation
from plumbline.periods import Period
from plumbline.store import drilldown
from services.api import case_shapes, cursors, figures, parameters, refolding, shapes, terms, words
from services.api.contract import described
from services.api.desk import AtDesk, Desk, Reading
from services.api.routes.indicators import advice, titles

router = fastapi.APIRouter(tags=["cases"])

Part = Annotated[
    shapes.Part,
    Query(
        description="numerator or denominator: the cases that add up to it; excluded: triggered in the"
        " period, and a clause was false or unknown; unattributed: belonging to no case for want of a link"
    ),
]


@dataclass(frozen=True, slots=True)
class Row:
    """A case of a page, with the term it stands behind."""

    term: terms.Term
    asked: drilldown.Asked
    case: drilldown.CaseNet


@router.get(
    "/v1/indicators/{id}/cases",
    **described("list_figure_cases", "The cases behind a figure", case_shapes.CaseList),
)
def list_figure_cases(
    desk: AtDesk,
    id: parameters.IndicatorId,  # noqa: A002 - the address says id
    court: parameters.CourtCode,
    scope: parameters.Scope,
    period: parameters.PeriodText,
    part: Part = "numerator",
    known_at: parameters.KnownAt = None,
    category: parameters.Category = valuation.ALL,
    cause: parameters.Cause = None,
    tag: parameters.Tag = None,
    version: parameters.VersionName = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """Page by page, by case number in code-point order, measure by measure. Sealed cases are counted,
    never listed.
    """
    span = Period.parse(period)
    after = cursors.read(desk.question, cursor, (0, *drilldown.START))
    with desk.open(known_at) as reading:
        asked = figures.ask(reading, id, court, scope, span, category, cause, version, tag)
        wanted = _wanted(asked, part)
        rows, onward = _page(desk, asked, part, wanted, after, limit)
        found = case_shapes.CaseList(
            indicator=asked.shown.id,
            court=asked.cell.court,
            scope=scope,
            period=span.text,
            category=category,
            cause=cause,
            tag=tag,
            part=part,
            version=asked.shown.version,
            page=reading.known.page,
            known_at=reading.known_at(asked.cell.court),
            advice=advice(asked.shown),
            measures=[_total(asked, part, term) for term in wanted],
            items=_items(reading, part, rows),
            next=onward,
            demo=reading.know.is_demo(asked.cell.court),
        )
    return desk.answer_cases(
        found, "cases.list", f"{found.indicator} {found.court} {scope} {span.text} {part}", cases=len(rows)
    )


def _wanted(asked: figures.Asked, part: str) -> list[terms.Term]:
    """The terms whose cases are asked for; none where no version stood, and of the excluded those that
    have a clause.
    """
    if asked.version is None:
        return []
    every = terms.terms(asked.version)
    if part in ("numerator", "denominator"):
        return [term for term in every if term.part == part]
    kind = "trigger" if part == "excluded" else "unattributed"
    kept = [term for term in every if kind in term.served.accounts and not term.at_start and not term.prior]
    return list({term.served.measure.id: term for term in kept}.values())


def _question(asked: figures.Asked, part: str, term: terms.Term) -> drilldown.Asked:
    question = terms.lines_of(asked, term, kind="unattributed" if part == "unattributed" else None)
    if part != "excluded":
        return question
    # The trigger of a stock counts cases as they enter, so what was excluded lies within the period itself.
    first = max(asked.cell.period.start, question.first)
    return replace(question, first=first, carried_on=None)


def _page(
    desk: Desk,
    asked: figures.Asked,
    part: str,
    wanted: list[terms.Term],
    after: tuple[int, str, str],
    limit: int,
) -> tuple[list[Row], str | None]:
    """A page of rows, and the cursor of the next."""
    rows: list[Row] = []
    begin, subject, home_court = after
    for index in range(begin, len(wanted)):
        room = limit - len(rows)
        if room == 0:
            return rows, cursors.write(desk.question, index, *drilldown.START)
        term = wanted[index]
        question = _question(asked, part, term)
        key = (subject, home_court) if index == begin else drilldown.START
        if term.served.filling:
            continue
        if part == "excluded":
            trigger = term.served.accounts["trigger"].id
            whole = term.served.measure.sum is not None or term.served.measure.kind == "stock"
            found = drilldown.list_excluded(
                asked.reading.connection, question, trigger, key, room + 1, whole=whole
            )
        else:
            found = drilldown.list_cases(asked.reading.connection, question, key, room + 1)
        rows += [Row(term, question, case) for case in found[:room]]
        if len(found) > room:
            last = found[room - 1]
            return rows, cursors.write(desk.question, index, last.subject, last.home_court)
    return rows, None


def _total(asked: figures.Asked, part: str, term: terms.Term) -> case_shapes.PartTotal:
    measure = term.served.measure
    totals = None
    if part != "excluded" and not term.served.filling:
        totals = drilldown.read_totals(asked.reading.connection, _question(asked, part, term))
    return case_shapes.PartTotal(
        measure=term.served.id,
        title=words.of(measure.title) if measure.title else shapes.Words(zh=measure.id, en=measure.id),
        unit=measure.unit,
        lever=measure.lever,
        period=terms.days_of(asked, term).period.text,
        moment="start" if term.at_start else "period",
        amount=totals.amount if totals else None,
        cases=totals.cases if totals else None,
        not_listed=totals.cases - totals.listed_cases if totals else None,
        not_listed_amount=totals.amount - totals.listed_amount if totals else None,
    )


def _items(reading: Reading, part: str, rows: list[Row]) -> list[case_shapes.CaseRow]:
    folded = refolding.refold(reading, ((row.case.home_court, row.case.subject) for row in rows))
    named = titles(reading)
    items = []
    for row in rows:
        reasons = _reasons(folded[row.case.home_court, row.case.subject], part, row)
        if part == "excluded" and not reasons:
            continue
        last = row.case.lines[-1]
        items.append(
            case_shapes.CaseRow(
                measure=row.term.served.id,
                case=row.case.subject,
                court=last.court,
                day=last.day,
                amount=row.case.amount,
                page=row.case.page,
                lines=[refolding.shape_line(reading, line) for line in row.case.lines],
                reasons=[refolding.shape_reason(one, named) for one in reasons],
            )
        )
    return items


def _reasons(folded: fold.Folded, part: str, row: Row) -> list[ledger.Reason]:
    """The fold's own reasons for this measure and these days: what counted, or what did not."""
    accounts = {account.id for account in row.term.served.accounts.values()}
    first, until = row.asked.first.toordinal(), row.asked.until.toordinal()
    counted = part != "excluded"
    return [
        one
        for one in folded.reasons
        if one.account in accounts and first <= one.day < until and (one.verdict == "counted") == counted
    ]
