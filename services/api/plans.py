"""What a figure is held against from outside: benchmarks with the gap to each, and the plan of a target
(base, headroom, stage with the figure's path through it).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from plumbline import serving, valuation
from plumbline.catalog import benchmarks as marks
from plumbline.catalog import targets
from plumbline.catalog.benchmarks import Benchmark
from plumbline.catalog.definitions import Pack, Stage, Target
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.periods import Period
from plumbline.valuation import Value
from services.api import covering, figures, shapes, words
from services.api.desk import Reading
from services.api.figures import Asked

Line = targets.Line | Missing


def held(reading: Reading, version: serving.Version) -> Iterator[tuple[Pack, Benchmark]]:
    """The benchmarks of a version, by pack; of several editions of a pack, the newest speaks."""
    newest = {pack.id: pack for pack in reading.know.packs_with(version)}
    name = version.id.partition(".")[2]
    for pack in newest.values():
        for one in marks.of_figure(pack, name):
            yield pack, one


def benchmarks(reading: Reading, version: serving.Version) -> list[shapes.Benchmark]:
    """Every benchmark of a version, whenever in force."""
    return [shape(pack, one, version) for pack, one in held(reading, version)]


def shape(pack: Pack, one: Benchmark, version: serving.Version) -> shapes.Benchmark:
    """A benchmark in the unit of its figure."""
    mark = marks.read_mark(one.value, version.unit)
    return shapes.Benchmark(
        indicator=version.id,
        pack=pack.id,
        kind=one.kind,
        kind_words=words.of(marks.KINDS[one.kind]),
        form=mark.kind,
        low=figures.in_unit(mark.low, version.unit),
        high=figures.in_unit(mark.high, version.unit),
        unit=version.unit,
        issuer=one.issuer,
        of=None if one.whose is None else words.of(one.whose),
        court=one.court or None,
        category=one.category or valuation.ALL,
        in_force_from=one.begins,
        in_force_until=one.until,
        source=shapes.Source(
            document=one.source.document, clause=one.source.clause, provenance=one.source.provenance
        ),
    )


def compare(asked: Asked, value: Value, kind: str | None) -> shapes.Comparison | None:
    """The value against the year or period before, or against every benchmark in force in its period; then
    `none_of` names which of the two kinds that are always asked for nobody has given.
    """
    if kind != "benchmark":
        return figures.compare(asked, value, kind)
    found = gaps(asked, value)
    kinds = {one.benchmark.kind for one in found}
    reason = None if found else "not_available"
    return shapes.Comparison(
        kind="benchmark",
        period=asked.cell.period.text,
        value=None,
        numerator=None,
        denominator=None,
        reason=reason,
        coverage=None,
        difference=None,
        difference_unit=_points(asked.shown.unit),
        benchmarks=found,
        none_of=[kind for kind in marks.BOTH if kind not in kinds],
    )


def gaps(asked: Asked, value: Value) -> list[shapes.BenchmarkGap]:
    """The gap to each benchmark in force in the cell's period, for its category; none of one cause alone."""
    return [_gap(asked, value, pack, one) for pack, one in _in_force(asked)]


def _in_force(asked: Asked) -> list[tuple[Pack, Benchmark]]:
    cell = asked.cell
    if cell.cause is not None or cell.tag is not None:
        return []
    return [
        (pack, one)
        for pack, one in held(asked.reading, asked.shown)
        if one.in_force(cell.period) and (one.category or valuation.ALL) == cell.category
    ]


def _gap(asked: Asked, value: Value, pack: Pack, one: Benchmark) -> shapes.BenchmarkGap:
    version = asked.shown
    shown = shape(pack, one, version)
    small = figures.is_small(version, value)
    if value.numerator is None or value.value is None or small:
        reason = "small_sample" if small else value.reason
        return shapes.BenchmarkGap(
            benchmark=shown,
            position=None,
            gap=None,
            gap_unit=_points(version.unit),
            words=None,
            reason=reason,
        )
    mark = marks.read_mark(one.value, version.unit)
    found = marks.gap(mark, Ratio(value.numerator, value.denominator or 1), version.unit)
    return shapes.BenchmarkGap(
        benchmark=shown,
        position=found.position,
        gap=figures.in_unit(found.distance, version.unit),
        gap_unit=_points(version.unit),
        words=words.of(found.words),
        reason=None,
    )


def plan(asked: Asked, value: Value, found: tuple[Target, Line] | None) -> shapes.Plan | None:
    """Base, benchmarks, line, headroom, stage and department; None where there is neither line nor benchmark."""
    near = gaps(asked, value)
    if found is None and not near:
        return None
    unit = asked.shown.unit
    target = None if found is None else found[0]
    base = None if target is None or target.base is None else targets.read_value(target.base, unit)
    return shapes.Plan(
        unit=unit,
        base=figures.in_unit(base, unit),
        target=figures.shape_target(found, unit),
        benchmarks=near,
        headroom=[] if found is None else _headroom(asked, found, unit),
        stage=None if target is None or target.stage is None else _stage(asked, target.stage),
        department=None if target is None or target.department is None else words.of(target.department),
    )


def _headroom(asked: Asked, found: tuple[Target, Line], unit: str) -> list[shapes.Headroom]:
    target, line = found
    if target.headroom is not None:
        given = targets.read_value(target.headroom, unit)
        return [_room(given, unit, None)]
    if isinstance(line, Missing):
        return []
    left = [(marks.headroom(marks.read_mark(one.value, unit), line), one) for _, one in _in_force(asked)]
    return [_room(room, unit, one) for room, one in left if room is not None]


def _room(room: Fraction, unit: str, one: Benchmark | None) -> shapes.Headroom:
    value = figures.in_unit(room, unit)
    assert value is not None
    return shapes.Headroom(
        value=value,
        unit=_points(unit),
        given=one is None,
        kind=None if one is None else one.kind,
        document=None if one is None else one.source.document,
    )


def _stage(asked: Asked, stage: Stage) -> shapes.Stage:
    years = range(stage.first, stage.last + 1)
    return shapes.Stage(
        title=words.of(stage.title),
        first_year=stage.first,
        last_year=stage.last,
        path=[_step(asked, Period.parse(str(year))) for year in years],
    )


def _step(asked: Asked, span: Period) -> shapes.PlanStep:
    """One year of the path, by the version in force in it, from the shelf of the question."""
    reading = asked.reading
    version = reading.know.answering(
        asked.shown.id, min(span.last_day, asked.today), None, reading.known.known_at
    )
    one = Asked(reading, asked.name, version, replace(asked.cell, period=span), asked.today, asked.shelf)
    value, found = one.value, figures.line_of(one)
    status, _ = figures.judge(one, value, None if found is None else found[1])
    return shapes.PlanStep(
        period=span.text,
        value=value.value,
        numerator=value.numerator,
        denominator=value.denominator,
        reason=value.reason,
        target=figures.shape_target(found, one.shown.unit),
        status=status,
        coverage=covering.share(one, span),
    )


def stage_written(stage: Stage) -> dict[str, object]:
    """A stage as a definition states it."""
    return {
        "from": stage.first,
        "until": stage.last,
        "title": {"zh": stage.title.zh, "en": stage.title.en},
    }


def _points(unit: str) -> str:
    """The unit of a difference: of percentages, percentage points."""
    return "points" if unit == "percent" else unit
