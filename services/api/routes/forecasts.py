"""Forecasts: where the year of a figure will end, with its interval. A forecast is told on request, of any figure that
counts or divides; whether anybody is warned by it is a watch's matter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import fastapi
from fastapi import Query

from plumbline import errors, serving
from plumbline.catalog import watches as watch_definitions
from plumbline.periods import Period
from plumbline.store import workdays
from plumbline.store.watchbooks import WatchBooks
from plumbline.warning import projecting
from plumbline.warning import series as kinds
from plumbline.warning.years import Year
from services.api import covering, deviation_shapes, figures, parameters, words
from services.api.contract import described
from services.api.desk import AtDesk, Reading

router = fastapi.APIRouter(tags=["deviations"])
YEARS = 4
PeriodText = Annotated[
    str | None,
    Query(description="the running year; left out, the same", pattern="^[0-9]{4}$", examples=["2026"]),
]


@router.get(
    "/v1/forecasts/{id}",
    **described("read_forecast", "Where the running year of a figure will end", deviation_shapes.Forecast),
)
def read_forecast(
    desk: AtDesk,
    id: parameters.IndicatorId,  # noqa: A002 - the address says id
    court: parameters.CourtCode,
    scope: parameters.Scope,
    period: PeriodText = None,
) -> fastapi.Response:
    """Four in five and nineteen in twenty years end inside the intervals, by simulation (see the benchmarks of early
    warning). What would be needed from now on is not said of measures of decisions.
    """
    with desk.open(cached=True) as reading:
        row = reading.court(court)
        today = reading.today(row.code)
        if period is not None and period != str(today.year):
            raise errors.BadInput(
                f"{period} is not the running year", next=f"Leave it out, or write {today.year}."
            )
        version = reading.know.answering(id, today, None, None)
        if version is None:
            raise errors.NotFound(f"{id} is not kept at present", next="GET /v1/indicators lists what is.")
        return desk.answer(_forecast(reading, version, row.code, scope, today), reading)


def _works(reading: Reading) -> Callable[[date], bool]:
    table = workdays.read_workdays(reading.connection)
    return lambda day: table.works(day.toordinal())


def _forecast(
    reading: Reading, version: serving.Version, court: str, scope: str, today: date
) -> deviation_shapes.Forecast:
    works = _works(reading)
    books = WatchBooks(
        reading.connection, reading.know.catalogue, reading.tree(), reading.known, today, works
    )
    name = version.id.partition(".")[2]
    year = books.year(version.pack, name, (court,), scope)
    told, reason = _told(year, works)
    figure = version.indicator or version.measure
    assert figure is not None
    filings = watch_definitions.of_filings(version.pack, figure)
    scale = 1.0 if year.series.form == kinds.COUNT else year.series.scale
    above, below = float(year.numerators[0]), float(year.denominators[0])
    known = above == above and below == below and below != 0
    line = year.lines[0]
    asked = figures.ask(reading, version.id, court, scope, Period.parse(str(today.year)))
    withheld = year.series.outcome or filings
    needed = None if told is None or withheld else told["needed"]
    return deviation_shapes.Forecast(
        indicator=version.id,
        title=words.of(version.title),
        court=court,
        scope=scope,
        period=str(today.year),
        unit=version.unit,
        day=today,
        value=above / below * scale if known else None,
        numerator=int(above) if known else None,
        denominator=int(below) if known else None,
        expected=told and told["expected"],
        interval80=told and deviation_shapes.Interval(low=told["low"], high=told["high"]),
        interval95=told and deviation_shapes.Interval(low=told["low95"], high=told["high95"]),
        target=words.of(line.arithmetic) if line is not None else None,
        probability_of_miss=told and told["probability"],
        needed=needed,
        reachable=None if told is None or withheld else told["reachable"],
        needed_withheld=bool(told and withheld and told["needed"] is not None),
        coverage=covering.share(asked),
        reason=reason,
        method=told and told["method"],
        season=told["seasons"] if told else [],
        share=told and told["share"],
        months=[year.series.month(index) for index in range(year.series.months)],
        values=[year.series.value(0, index) for index in range(year.series.months)],
        page=reading.known.page,
        demo=reading.know.is_demo(court),
    )


def _told(year: Year, works: Callable[[date], bool]) -> tuple[dict[str, Any] | None, str | None]:
    """The projection of one court, or why there is none."""
    if year.past() < 2:
        return None, "short_history"
    if year.day.month == 1 and year.day.day == 1:
        return None, "not_begun"
    projected = projecting.project(year, works, YEARS)
    told = None if projected is None else projected.told(0, year.lines[0])
    return told, None if told else "no_figure"
