"""The board: a court and its direct subordinates against every indicator, in the official order, never by
a value.
"""

from __future__ import annotations

import fastapi

from plumbline import serving, valuation
from plumbline.periods import Period
from plumbline.store import balances
from services.api import (
    backing,
    covering,
    dimensions,
    figures,
    file_shapes,
    openings,
    parameters,
    plans,
    shapes,
    words,
)
from services.api.contract import described
from services.api.desk import AtDesk, Reading
from services.api.dimensions import Cut

router = fastapi.APIRouter(tags=["figures"])
SCOPES: tuple[shapes.Scope, shapes.Scope] = ("own", "all")


@router.get(
    "/v1/board", **described("read_board", "A court and its courts against all indicators", file_shapes.Board)
)
def read_board(
    desk: AtDesk,
    court: parameters.CourtCode,
    period: parameters.PeriodText,
    known_at: parameters.KnownAt = None,
    category: parameters.Category = valuation.ALL,
    cause: parameters.Cause = None,
    tag: parameters.Tag = None,
) -> fastapi.Response:
    """One row for the court and each directly below it; each indicator for its own cases and for its
    district.
    """
    span = Period.parse(period)
    with desk.open(known_at, cached=True) as reading:
        row = reading.court(court)
        today = reading.today(row.code)
        on = min(span.last_day, today)
        cut = dimensions.cut(reading, on, category, cause, tag)
        known = reading.known.known_at
        standing = [one for one in reading.know.catalogue.indicators() if _holds(reading, one, span)]
        found = {one.id: reading.know.answering(one.id, on, None, known) for one in standing}
        shelf = figures.shelf(reading, today, tuple(found.values()))
        courts = (row.code, *reading.visible(reading.know.tree.children(row.code, on)))
        whole = reading.know.tree.subtree(row.code, on) or (row.code,)
        covered = covering.of_courts(reading, whole, span, today)
        board = file_shapes.Board(
            court=row.code,
            period=span.text,
            period_from=span.start,
            period_until=span.last_day,
            category=category,
            cause=cause,
            tag=tag,
            tables=_tables(reading, span),
            indicators=[_column(one) for one in standing],
            rows=[_row(code, span, found, shelf, reading, cut) for code in courts],
            opening=openings.of_board(reading, whole, span),
            coverage=covered.share,
            coverage_detail=covered.detail,
            page=reading.known.page,
            known_at=reading.known_at(row.code),
            computed_at=reading.now,
            demo=reading.know.is_demo(row.code),
        )
        return desk.answer(board, reading)


def _holds(reading: Reading, version: serving.Version, span: Period) -> bool:
    """Whether some version of the indicator is in force in the period, by days of its own. The first day of
    its pack excludes nothing: the year before is what a pack is held against.
    """
    return any(
        (one.indicator.in_force_from is None or one.indicator.in_force_from <= span.last_day)
        and (one.indicator.in_force_until is None or one.indicator.in_force_until > span.start)
        for one in reading.know.catalogue.versions(version.id)
        if one.indicator is not None
    )


def _tables(reading: Reading, span: Period) -> list[file_shapes.BoardTable]:
    """Each pack's table: how many of its rows are in force, and which are not."""
    by_pack: dict[str, list[serving.Version]] = {}
    for one in reading.know.catalogue.indicators():
        by_pack.setdefault(one.pack.id, []).append(one)
    tables = []
    for name, every in by_pack.items():
        rows = [one for one in every if one.indicator and one.indicator.number is not None] or every
        missing = [_not_in_force(one, span) for one in rows if not _holds(reading, one, span)]
        left = len(rows) - len(missing)
        zh, en = f"共{len(rows)}项，本期施行{left}项", f"{left} of {len(rows)} are in force in this period"
        tables.append(
            file_shapes.BoardTable(
                pack=name,
                title=words.of(every[0].pack.title),
                rows=len(rows),
                rows_in_force=left,
                words=shapes.Words(zh=zh, en=en),
                not_in_force=missing,
            )
        )
    return tables


def _not_in_force(version: serving.Version, span: Period) -> file_shapes.NotInForce:
    one = version.indicator
    assert one is not None
    said = shapes.Words(zh=f"自{one.in_force_from}起施行", en=f"not in force until {one.in_force_from}")
    if one.in_force_until is not None and one.in_force_until <= span.start:
        said = shapes.Words(
            zh=f"施行至{one.in_force_until}前", en=f"no longer in force on {one.in_force_until}"
        )
    return file_shapes.NotInForce(
        indicator=version.id,
        number=one.number,
        title=words.of(version.title),
        in_force_from=one.in_force_from,
        in_force_until=one.in_force_until,
        words=said,
    )


def _column(version: serving.Version) -> file_shapes.Column:
    assert version.indicator is not None
    return file_shapes.Column(
        indicator=version.id,
        number=version.indicator.number,
        title=words.of(version.title),
        unit=version.unit,
        direction=version.indicator.direction,
        domain=version.indicator.domain,
    )


def _row(
    code: str,
    span: Period,
    versions: dict[str, serving.Version | None],
    shelf: balances.LedgerShelf,
    reading: Reading,
    cut: Cut,
) -> file_shapes.BoardRow:
    cells = [
        _cell(figures.Asked(reading, name, version, cut.cell(code, scope, span), shelf.today, shelf, cut))
        for name, version in versions.items()
        for scope in SCOPES
    ]
    return file_shapes.BoardRow(
        court=code,
        court_name=figures.shape_court(reading, code),
        demo=reading.know.is_demo(code),
        cells=cells,
    )


def _cell(question: figures.Asked) -> file_shapes.Cell:
    stood = backing.stand(question)
    asked = stood.asked
    value, shown = asked.value, asked.shown
    target = figures.line_of(asked)
    status, _ = figures.judge(asked, value, None if target is None else target[1])
    return file_shapes.Cell(
        indicator=shown.id,
        scope="own" if asked.cell.scope == "own" else "all",
        version=shown.version,
        value=value.value,
        unit=shown.unit,
        numerator=value.numerator,
        denominator=value.denominator,
        target=figures.shape_target(target, shown.unit),
        plan=plans.plan(asked, value, target),
        status=status,
        reason=value.reason,
        **backing.fields(stood, value),
    )
