"""The board: a court and its direct subordinates against every indicator, in the official order, never by
a value.
"""

from __future__ import annotations

import fastapi

from plumbline import serving, valuation
from plumbline.periods import Period
from plumbline.store import balances
from services.api import figures, file_shapes, parameters, shapes, words
from services.api.contract import described
from services.api.desk import AtDesk, Reading

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
) -> fastapi.Response:
    """One row for the court and each directly below it; each indicator for its own cases and for its
    district.
    """
    span = Period.parse(period)
    with desk.open(known_at, cached=True) as reading:
        row = reading.court(court)
        today = reading.today(row.code)
        on = min(span.last_day, today)
        known = reading.known.known_at
        found = {
            one.id: reading.know.answering(one.id, on, None, known)
            for one in reading.know.catalogue.indicators()
        }
        shelf = figures.shelf(reading, today, tuple(found.values()))
        courts = (row.code, *reading.visible(reading.know.tree.children(row.code, on)))
        whole = reading.know.tree.subtree(row.code, on) or (row.code,)
        covered, detail = figures.cover(reading, whole, span, today, row.zone)
        board = file_shapes.Board(
            court=row.code,
            period=span.text,
            period_from=span.start,
            period_until=span.last_day,
            indicators=[_column(one) for one in reading.know.catalogue.indicators()],
            rows=[_row(code, span, found, shelf, reading) for code in courts],
            coverage="unknown" if covered.share is None else covered.share,
            coverage_detail=detail,
            page=reading.known.page,
            known_at=reading.known_at(row.code),
            computed_at=reading.now,
            demo=reading.know.is_demo(row.code),
        )
        return desk.answer(board, reading)


def _column(version: serving.Version) -> file_shapes.Column:
    assert version.indicator is not None
    return file_shapes.Column(
        indicator=version.id,
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
) -> file_shapes.BoardRow:
    cells = [
        _cell(
            figures.Asked(
                reading, name, version, valuation.Cell(code, scope, valuation.ALL, span), shelf.today, shelf
            )
        )
        for name, version in versions.items()
        for scope in SCOPES
    ]
    return file_shapes.BoardRow(
        court=code,
        court_name=figures.shape_court(reading, code),
        demo=reading.know.is_demo(code),
        cells=cells,
    )


def _cell(asked: figures.Asked) -> file_shapes.Cell:
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
        status=status,
        reason=value.reason,
    )
