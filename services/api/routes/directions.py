"""Directions (正升逆降): every figure of a court against the same period a year before, and how many went which
way; courts in the official order, never against one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import fastapi
from fastapi import Query

from plumbline import directions, periods, serving, valuation
from plumbline.catalog import ratios, targets
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.periods import Period
from plumbline.store import balances
from plumbline.valuation import Cell, CellBooks, Value
from services.api import backing, covering, figures, parameters, reference_shapes, shapes, words
from services.api.contract import described
from services.api.desk import AtDesk, Reading
from services.api.figures import Asked

router = fastapi.APIRouter(tags=["figures"])

ALL_DOMAINS = "all"
Domain = Annotated[
    str,
    Query(description="figures of this domain: trial (审判质量), enforcement, … or all", max_length=32),
]
Scope = Annotated[
    shapes.Scope, Query(description="own 本院 (if left out) or all 辖区; the answer says which")
]


@dataclass(frozen=True, slots=True)
class _Asking:
    """What every row of an answer shares."""

    reading: Reading
    span: Period
    scope: str
    shelf: balances.LedgerShelf
    versions: dict[str, serving.Version]


@router.get(
    "/v1/directions",
    **described("read_directions", "Which way figures went in a year", reference_shapes.Directions),
)
def read_directions(
    desk: AtDesk,
    court: parameters.CourtCode,
    period: parameters.PeriodText,
    scope: Scope = "own",
    domain: Domain = "trial",
    known_at: parameters.KnownAt = None,
) -> fastapi.Response:
    """Better, worse, unchanged or not to be compared, by each indicator's own direction; while the period runs,
    against as many days.
    """
    span = Period.parse(period)
    with desk.open(known_at, cached=True) as reading:
        row = reading.court(court)
        today = reading.today(row.code)
        on = min(span.last_day, today)
        versions = _in_force(reading, on, span, domain)
        shelf = figures.shelf(reading, today, tuple(versions.values()))
        asking = _Asking(reading, span, scope, shelf, versions)
        before = span.prior_year()
        courts = (row.code, *reading.visible(reading.know.tree.children(row.code, on)))
        found = reference_shapes.Directions(
            court=row.code,
            scope=scope,
            domain=domain,
            period=span.text,
            prior_period=before.text if today >= span.last_day else _until(before, span, today).text,
            period_from=span.start,
            period_until=span.last_day,
            rows=[_row(asking, code) for code in courts],
            page=reading.known.page,
            known_at=reading.known_at(row.code),
            computed_at=reading.now,
            demo=reading.know.is_demo(row.code),
        )
        return desk.answer(found, reading)


def _until(before: Period, span: Period, today: date) -> Period:
    """The days of the year before that stand against a period that still runs."""
    if today < span.start:
        return before
    return periods.between(before.start, min(before.last_day, before.start + (today - span.start)))


def _in_force(reading: Reading, on: date, span: Period, domain: str) -> dict[str, serving.Version]:
    found: dict[str, serving.Version] = {}
    for one in reading.know.catalogue.indicators():
        assert one.indicator is not None
        version = reading.know.answering(one.id, on, None, reading.known.known_at)
        if version is None or version.indicator is None:
            continue
        ends = version.in_force_until
        holds = version.in_force_from < span.end and (ends is None or span.start < ends)
        if holds and domain in (ALL_DOMAINS, version.indicator.domain):
            found[one.id] = version
    return found


def _row(asking: _Asking, code: str) -> reference_shapes.DirectionRow:
    moved = [(version, *_moved(asking, name, version, code)) for name, version in asking.versions.items()]
    counted = directions.tally(
        (version.indicator.direction, movement)
        for version, movement, *_ in moved
        if version.indicator is not None
    )
    return reference_shapes.DirectionRow(
        court=code,
        court_name=figures.shape_court(asking.reading, code),
        demo=asking.reading.know.is_demo(code),
        figures=[_shape(*each) for each in moved],
        tally=reference_shapes.DirectionTally(
            risen=counted.risen,
            risen_of=counted.risen_of,
            fallen=counted.fallen,
            fallen_of=counted.fallen_of,
            better=counted.better,
            worse=counted.worse,
            unchanged=counted.unchanged,
            not_comparable=counted.not_comparable,
        ),
    )


def _moved(
    asking: _Asking, name: str, version: serving.Version, code: str
) -> tuple[directions.Movement, Value, Value, dict[str, Any]]:
    cell = Cell(code, asking.scope, valuation.ALL, asking.span)
    asked = Asked(asking.reading, name, version, cell, asking.shelf.today, asking.shelf)
    now = asked.value
    books = CellBooks(asking.shelf, version, cell, asked.today).prior()
    then = valuation.value_cell(version, books.cell, asking.shelf, books.today)
    small = figures.is_small(version, now) or figures.is_small(version, then)
    assert version.indicator is not None
    way = version.indicator.direction
    line = figures.line_of(asked) if way == "band" else None
    band = line[1] if line is not None and isinstance(line[1], targets.Line) else None
    backed = {**backing.label(asked), "prior_coverage": covering.share(asked, books.cell.period)}
    return directions.movement(way, _exact(now), _exact(then), small, band), now, then, backed


def _exact(value: Value) -> Ratio | Missing:
    if value.value is None or value.numerator is None:
        return Missing(value.reason or "not_available", value.detail)
    return Ratio(value.numerator, value.denominator or 1)


def _shape(
    version: serving.Version, moved: directions.Movement, now: Value, then: Value, backed: dict[str, Any]
) -> reference_shapes.Direction:
    assert version.indicator is not None
    difference = moved.difference
    return reference_shapes.Direction(
        indicator=version.id,
        title=words.of(version.title),
        direction=version.indicator.direction,
        unit=version.unit,
        movement=moved.kind,
        words=words.MOVEMENTS[moved.kind],
        value=now.value,
        numerator=now.numerator,
        denominator=now.denominator,
        prior_value=then.value,
        prior_numerator=then.numerator,
        prior_denominator=then.denominator,
        difference=None
        if difference is None
        else ratios.value_of(Ratio(difference.numerator, difference.denominator), version.unit),
        difference_unit="points" if version.unit == "percent" else version.unit,
        inside=moved.inside_now,
        prior_inside=moved.inside_then,
        reason=moved.reason or None,
        version=version.version,
        **backed,
    )
