"""Causes and tags: the lists, and a court's figure by cause."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import fastapi
from fastapi import Path, Query

from plumbline import periods, serving, valuation
from plumbline.catalog.causes import Cause
from plumbline.catalog.definitions import Source
from plumbline.periods import Period
from services.api import backing, causes, dimension_shapes, dimensions, figures, parameters, shapes, words
from services.api.contract import described
from services.api.desk import AtDesk, Reading

router = fastapi.APIRouter(tags=["dimensions"])

Code = Annotated[str, Path(description="a court's code", examples=[parameters.EXAMPLE_COURT], max_length=24)]
On = Annotated[date | None, Query(description="the day whose lists are shown; today if left out")]
Parent = Annotated[
    str | None, Query(description="only the causes directly below this code; else every cause", max_length=64)
]
Below = Annotated[
    str | None, Query(description="the causes below this code; else those of the first level", max_length=64)
]
Level = Annotated[
    int | None, Query(description="the causes of this level instead; 1 is the first", ge=1, le=6)
]
Indicator = Annotated[
    str,
    Query(
        description="`<pack>.<name>` of an indicator or measure, or its bare name where only one pack has it",
        examples=["filed"],
        max_length=200,
    ),
]


@router.get(
    "/v1/causes", **described("list_causes", "The lists of causes (案由、罪名)", dimension_shapes.CauseLists)
)
def list_causes(
    desk: AtDesk, on: On = None, parent: Parent = None, category: parameters.Category = valuation.ALL
) -> fastapi.Response:
    """Every cause that stands on a day, each before those below it, in the order of its own list; or those
    directly below one.
    """
    with desk.open(cached=True) as reading:
        dimensions.cut(reading, date.min, category, None, None)
        day = on or periods.court_day(reading.moment, reading.know.default_zone)
        lists = reading.know.causes
        if parent is None:
            found = [(row, len(lists.path(row.code, day))) for row in lists.walk(day)]
            if category != valuation.ALL:
                found = [
                    (row, level) for row, level in found if causes.category_of(reading, row, day) == category
                ]
        else:
            found = causes.chosen(reading, day, parent, None, category)
        items = [_cause(reading, row, level, day) for row, level in found]
        return desk.answer(dimension_shapes.CauseLists(on=day, parent=parent, items=items), reading)


def _cause(reading: Reading, row: Cause, level: int, on: date) -> dimension_shapes.Cause:
    return dimension_shapes.Cause(
        code=row.code,
        title=words.of(row.title),
        parent=row.parent,
        level=level,
        category=causes.category_of(reading, row, on),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        source=_source(reading.know.causes.source(row.code, on)),
    )


def _source(source: Source | None) -> shapes.Source | None:
    if source is None:
        return None
    return shapes.Source(document=source.document, clause=source.clause, provenance=source.provenance)


@router.get("/v1/tags", **described("list_tags", "The tags (特殊类别)", dimension_shapes.TagList))
def list_tags(desk: AtDesk) -> fastapi.Response:
    """Every tag a figure can be asked by, in the order of the packs."""
    with desk.open(cached=True) as reading:
        items = [
            dimension_shapes.TagEntry(
                code=tag.id,
                title=words.of(tag.title),
                pack=pack.id,
                carried=f"{pack.id}.{tag.carried}",
                source=_source(tag.source),
            )
            for pack, tag in reading.know.tags.values()
        ]
        return desk.answer(dimension_shapes.TagList(items=items), reading)


@router.get(
    "/v1/courts/{code}/causes",
    **described("read_cause_figures", "A court's figure by cause", dimension_shapes.CauseFigures),
)
def read_cause_figures(
    desk: AtDesk,
    code: Code,
    indicator: Indicator,
    scope: parameters.Scope,
    period: parameters.PeriodText,
    parent: Below = None,
    level: Level = None,
    known_at: parameters.KnownAt = None,
    category: parameters.Category = valuation.ALL,
    tag: parameters.Tag = None,
) -> fastapi.Response:
    """The causes of one level in the order of their list, each with all below it and with the same time a year
    before; of a count, also the largest and the fastest growing causes.
    """
    span = Period.parse(period)
    with desk.open(known_at, cached=True) as reading:
        asked = figures.ask(reading, indicator, code, scope, span, category, None, None, tag)
        versions: tuple[serving.Version | None, ...] = (asked.version,)
        asked.shelf = figures.shelf(reading, asked.today, versions, by_cause=True)
        on = min(span.last_day, asked.today)
        rows = causes.chosen(reading, on, parent, level, category)
        found = causes.value_each(asked, rows, on)
        whole = parent is None and level in (None, 1)
        rest = causes.value_rest(asked, rows, on) if whole else None
        return desk.answer(_figures(asked, found, rest, on, parent, level), reading)


def _figures(
    asked: figures.Asked,
    found: list[causes.Figure],
    rest: causes.Figure | None,
    on: date,
    parent: str | None,
    level: int | None,
) -> dimension_shapes.CauseFigures:
    reading, cell, shown = asked.reading, asked.cell, asked.shown
    count, minimum = causes.is_count(asked), shown.minimum or causes.MINIMUM
    counted = causes.counts(found, minimum) if count else []
    return dimension_shapes.CauseFigures(
        indicator=shown.id,
        title=words.of(shown.title),
        court=cell.court,
        court_name=figures.shape_court(reading, cell.court),
        scope="own" if cell.scope == "own" else "all",
        period=cell.period.text,
        period_from=cell.period.start,
        period_until=cell.period.last_day,
        category=cell.category,
        tag=asked.cut.tag,
        unit=shown.unit,
        list_on=on,
        parent=parent,
        level=level,
        minimum=minimum,
        items=[causes.shape(one, minimum, count=count) for one in found],
        unlisted=None if rest is None else causes.shape(rest, minimum, count=count),
        largest=causes.largest(counted),
        fastest_growing=causes.fastest_growing(counted),
        counts="given" if count else "not_a_count",
        **backing.label(asked),
        page=reading.known.page,
        known_at=reading.known_at(cell.court),
        computed_at=reading.now,
        demo=reading.know.is_demo(cell.court),
    )
