"""Values and series: a figure with everything it stands on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

import fastapi
from fastapi import Query

from plumbline import errors, periods, valuation
from plumbline.periods import Period
from services.api import backing, figure_shapes, figures, handwork, parameters, plans, shapes, words
from services.api.contract import described
from services.api.desk import AtDesk, Reading

router = fastapi.APIRouter(tags=["figures"])

POINTS_MAX = 5_000
From = Annotated[
    str,
    Query(
        alias="from",
        description="first period or day, as 2019, 2019-01 or 2019-01-01",
        examples=["2019-01"],
        max_length=40,
    ),
]
To = Annotated[str, Query(description="last period or day, counted", examples=["2019-12"], max_length=40)]
Grain = Annotated[Literal["day", "month", "quarter", "year"], Query(description="one point for each")]
Detail = Annotated[
    Literal["coverage", "inputs"] | None,
    Query(
        description="`coverage`: numerator and denominator apart, and each measure; `inputs`: the share entered by hand"
    ),
]
Cumulative = Annotated[bool, Query(description="each point from the beginning of its year")]


@router.get(
    "/v1/indicators/{id}/value",
    **described("read_value", "One value, with all it stands on", figure_shapes.Figure),
)
def read_value(
    desk: AtDesk,
    id: parameters.IndicatorId,  # noqa: A002 - the address says id
    court: parameters.CourtCode,
    scope: parameters.Scope,
    period: parameters.PeriodText,
    known_at: parameters.KnownAt = None,
    category: parameters.Category = valuation.ALL,
    cause: parameters.Cause = None,
    tag: parameters.Tag = None,
    version: parameters.VersionName = None,
    compare: parameters.Compare = None,
    detail: Detail = None,
) -> fastapi.Response:
    """The value of an indicator or measure for a court, scope and period: now, or as it was known at a
    moment.
    """
    span = Period.parse(period)
    with desk.open(known_at, cached=True) as reading:
        asked = figures.ask(reading, id, court, scope, span, category, cause, version, tag)
        return desk.answer(_figure(reading, asked, compare, version, detail), reading)


def _figure(
    reading: Reading, question: figures.Asked, compare: str | None, chosen: str | None, detail: str | None
) -> figure_shapes.Figure:
    stood = backing.stand(question)
    asked = stood.asked
    cell, version, value = asked.cell, asked.shown, asked.value
    target = figures.line_of(asked)
    status, said = figures.judge(asked, value, None if target is None else target[1])
    why = words.of(version.waits_for) if version.waits_for else words.reason(value.reason)
    return figure_shapes.Figure(
        indicator=version.id,
        title=words.of(version.title),
        court=cell.court,
        court_name=figures.shape_court(reading, cell.court),
        scope=cell.scope,
        period=cell.period.text,
        period_from=cell.period.start,
        period_until=cell.period.last_day,
        category=cell.category,
        cause=cell.cause,
        tag=asked.cut.tag,
        value=value.value,
        unit=version.unit,
        numerator=value.numerator,
        denominator=value.denominator,
        target=figures.shape_target(target, version.unit),
        status=status,
        status_detail=said,
        reason=value.reason,
        reason_detail=shapes.Words(zh=why.zh, en=f"{why.en}: {value.detail}")
        if why and value.detail
        else why,
        version=version.version,
        version_hash=version.hash,
        in_force_from=version.in_force_from,
        in_force_until=version.in_force_until,
        version_day=None if chosen is not None else min(cell.period.last_day, asked.today),
        **backing.fields(stood, value),
        **backing.period_fields(stood),
        coverage_parts=backing.parts(asked) if detail == "coverage" else None,
        hand_share=handwork.share(asked) if detail == "inputs" else None,
        page=reading.known.page,
        known_at=reading.known_at(cell.court),
        computed_at=reading.now,
        compare=plans.compare(asked, value, compare),
        plan=plans.plan(asked, value, target),
        unattributed=figures.unattributed(asked),
        lever=version.lever,
        demo=reading.know.is_demo(cell.court),
    )


@router.get("/v1/indicators/{id}/series", **described("read_series", "A time series", figure_shapes.Series))
def read_series(
    desk: AtDesk,
    id: parameters.IndicatorId,  # noqa: A002 - the address says id
    court: parameters.CourtCode,
    scope: parameters.Scope,
    first: From,
    to: To,
    grain: Grain = "month",
    cumulative: Cumulative = False,
    known_at: parameters.KnownAt = None,
    category: parameters.Category = valuation.ALL,
    cause: parameters.Cause = None,
    tag: parameters.Tag = None,
    version: parameters.VersionName = None,
) -> fastapi.Response:
    """A point for each day, month, quarter or year, all from one page; at most 5,000 points."""
    pieces = cut(_span(first), _span(to), grain)
    with desk.open(known_at, cached=True) as reading:
        whole = periods.between(pieces[0].start, pieces[-1].last_day)
        asked = figures.ask(reading, id, court, scope, whole, category, cause, version, tag)
        spans = [_to_date(piece) for piece in pieces] if cumulative else pieces
        points = _points(asked, id, version, spans)
        shown = asked.shown
        series = figure_shapes.Series(
            indicator=shown.id,
            title=words.of(shown.title),
            court=asked.cell.court,
            scope=scope,
            category=category,
            cause=cause,
            tag=tag,
            grain=grain,
            cumulative=cumulative,
            unit=shown.unit,
            points=points,
            page=reading.known.page,
            known_at=reading.known_at(asked.cell.court),
            computed_at=reading.now,
            demo=reading.know.is_demo(asked.cell.court),
        )
        return desk.answer(series, reading)


def _points(
    asked: figures.Asked, name: str, version: str | None, spans: list[Period]
) -> list[figure_shapes.Point]:
    """Every point by the version in force on its own days, from one reading of the balances."""
    reading, today = asked.reading, asked.today
    found = [
        reading.know.answering(name, min(span.last_day, today), version, reading.known.known_at)
        for span in spans
    ]
    kept = {one.hash: one for one in found if one is not None}
    shelf = figures.shelf(reading, today, tuple(kept.values()), _cut_months(spans, today))
    points = []
    for span, served in zip(spans, found, strict=True):
        question = replace(asked, version=served, cell=replace(asked.cell, period=span), shelf=shelf)
        stood = backing.stand(question)
        one = stood.asked
        value = one.value
        target = figures.line_of(one)
        status, _ = figures.judge(one, value, None if target is None else target[1])
        points.append(
            figure_shapes.Point(
                period=span.text,
                period_from=span.start,
                period_until=span.last_day,
                value=value.value,
                numerator=value.numerator,
                denominator=value.denominator,
                status=status,
                reason=value.reason,
                version=one.shown.version,
                **backing.fields(stood, value),
            )
        )
    return points


def _cut_months(spans: list[Period], today: date) -> frozenset[date]:
    """The months that the points cut, and the same months of the two years before (`prior` reads them)."""
    cut = {periods.month_start(day) for span in spans for day in (span.start, span.end) if day.day != 1}
    cut = {month for month in cut if month <= today}
    return frozenset(
        periods.add_months(month, -12 * years)
        for month in cut
        for years in range(3)
        if month.year - years > 1900
    )


def _span(text: str) -> Period:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    return Period.parse(text) if day is None else periods.between(day, day)


def cut(first: Period, last: Period, grain: str) -> list[Period]:
    """The pieces from the beginning of one period to the end of another, by a cut-off day where the first
    has one.

    errors.BadInput where there is none, or more than POINTS_MAX.
    """
    if last.last_day < first.start:
        raise errors.BadPeriod("`to` ends before `from` begins", next="Write from=2019-01&to=2019-12.")
    days = (last.end - first.start).days
    if days // {"day": 1, "month": 28, "quarter": 90, "year": 365}[grain] > POINTS_MAX:
        raise errors.BadInput(
            f"More than {POINTS_MAX:,} points", next="Ask for a coarser grain or fewer years."
        )
    cut_off = first.text.partition("@")[2]
    if not cut_off:
        pieces = periods.between(first.start, last.last_day).split(grain)
    else:
        years = range(first.start.year, last.last_day.year + 2)
        named = [piece for year in years for piece in Period.parse(f"{year}@{cut_off}").split(grain)]
        pieces = [piece for piece in named if piece.start >= first.start and piece.end <= last.end]
    if not pieces or len(pieces) > POINTS_MAX:
        raise errors.BadInput(f"{len(pieces):,} points", next=f"Ask for 1 to {POINTS_MAX:,}.")
    return pieces


def _to_date(piece: Period) -> Period:
    """From the beginning of the piece's year (cut where the piece is cut) to its last day."""
    cut_off = piece.text.partition("@")[2]
    if not cut_off:
        return periods.between(date(piece.last_day.year, 1, 1), piece.last_day)
    for year in (piece.last_day.year, piece.last_day.year + 1):
        whole = Period.parse(f"{year}@{cut_off}")
        if whole.contains(piece.last_day):
            return periods.between(whole.start, piece.last_day)
    raise AssertionError("every day lies in a year")
