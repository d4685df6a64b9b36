"""Definitions: what each indicator and measure means, with its six elements, its versions and its source."""

from __future__ import annotations

from typing import Annotated, Literal

import fastapi
from fastapi import Query

from plumbline import serving
from plumbline.catalog import scopes
from plumbline.catalog.definitions import Source
from services.api import parameters, plans, shapes, words
from services.api.contract import described
from services.api.desk import AtDesk, Reading

router = fastapi.APIRouter(tags=["definitions"])

PackName = Annotated[str | None, Query(description="only this pack's", max_length=64)]
Domain = Annotated[str | None, Query(description="only this domain's: trial, enforcement, …", max_length=32)]
Title = Annotated[
    str | None,
    Query(description="only those in whose title this stands, in Chinese or English", max_length=64),
]
Kind = Annotated[
    Literal["indicator", "measure"] | None, Query(description="only indicators, or only measures")
]


@router.get(
    "/v1/indicators", **described("list_indicators", "All definitions that are served", shapes.Indicators)
)
def list_indicators(
    desk: AtDesk, pack: PackName = None, domain: Domain = None, kind: Kind = None, title: Title = None
) -> fastapi.Response:
    """Every indicator and measure in the books, in the order of the packs; by title, one name with its
    several formulas side by side.
    """
    with desk.open(cached=True) as reading:
        newest = {version.id: version for version in reading.know.catalogue.everything()}
        items = [
            _entry(version)
            for version in newest.values()
            if (pack is None or version.pack.id == pack)
            and (domain is None or (version.indicator is not None and version.indicator.domain == domain))
            and (kind is None or (kind == "indicator") == (version.indicator is not None))
            and (title is None or title in version.title.zh or title.lower() in version.title.en.lower())
        ]
        return desk.answer(shapes.Indicators(items=items), reading)


@router.get(
    "/v1/indicators/{id}", **described("read_indicator", "One definition, whole", shapes.IndicatorDetail)
)
def read_indicator(desk: AtDesk, id: parameters.IndicatorId) -> fastapi.Response:  # noqa: A002 - the address says id
    """Nature, direction, formula, meaning, source and targets of an indicator, with its measures and
    versions.
    """
    with desk.open(cached=True) as reading:
        versions = reading.know.catalogue.versions(id)
        return desk.answer(_detail(reading, versions), reading)


def _entry(version: serving.Version) -> shapes.IndicatorEntry:
    return shapes.IndicatorEntry(**_common(version))


def _common(version: serving.Version) -> dict[str, object]:
    one = version.indicator
    return {
        "id": version.id,
        "kind": "indicator" if one is not None else "measure",
        "pack": version.pack.id,
        "title": words.of(version.title),
        "unit": version.unit,
        "direction": one.direction if one else None,
        "nature": one.nature if one else None,
        "origin": one.origin if one else None,
        "domain": one.domain if one else None,
        "number": one.number if one else None,
        "formula": version.formula.text,
        "lever": version.lever,
        "version": version.version,
        "state": "filling" if version.filling else "complete",
    }


def _detail(reading: Reading, versions: list[serving.Version]) -> shapes.IndicatorDetail:
    version = versions[-1]
    one = version.indicator
    source = one.source if one else version.measure.source if version.measure else None
    return shapes.IndicatorDetail(
        **_common(version),
        meaning=words.of(one.meaning) if one else None,
        minimum=version.minimum,
        dimension=words.of(one.dimension) if one and one.dimension else None,
        key_points=[words.of(point) for point in one.key_points] if one else [],
        department=words.of(one.department) if one and one.department else None,
        source=_source(source),
        formula_source=_source(one.formula_source) if one else None,
        waits_for=words.of(one.waits_for) if one and one.waits_for else None,
        in_force_from=version.in_force_from if one else version.pack.in_force_from,
        measures=[_measure(served) for served in version.served.values()],
        targets=_targets(reading, version),
        benchmarks=plans.benchmarks(reading, version),
        versions=[_version(each) for each in versions],
        advice=advice(version),
    )


def _source(source: Source | None) -> shapes.Source | None:
    if source is None:
        return None
    return shapes.Source(document=source.document, clause=source.clause, provenance=source.provenance)


def _measure(served: serving.Served) -> shapes.MeasureDefinition:
    measure = served.measure
    return shapes.MeasureDefinition(
        id=served.id,
        title=words.of(measure.title) if measure.title else shapes.Words(zh=measure.id, en=measure.id),
        kind=measure.kind,
        unit=measure.unit,
        lever=measure.lever,
        clause=measure.where,
        sum=measure.sum,
        of=[*measure.starts, *measure.events],
        until=list(measure.until),
        on=measure.role,
        accounts={kind: account.status for kind, account in served.accounts.items()},
    )


def _targets(reading: Reading, version: serving.Version) -> list[shapes.TargetDefinition]:
    name = version.id.partition(".")[2]
    return [
        shapes.TargetDefinition(
            pack=pack.id,
            courts=list(target.courts),
            scope=target.scope,
            period=target.period,
            rule=dict(target.rule),
            source=_source(target.source),
            base=target.base,
            headroom=target.headroom,
            stage=None if target.stage is None else plans.stage_written(target.stage),
            department=None if target.department is None else words.of(target.department),
        )
        for pack in reading.know.packs_with(version)
        for target in pack.targets
        if target.of == name
    ]


def _version(version: serving.Version) -> shapes.VersionDefinition:
    in_force = version.pack.in_force_from if version.indicator is None else version.in_force_from
    return shapes.VersionDefinition(
        version=version.version,
        hash=version.hash,
        in_force_from=in_force,
        in_force_until=version.in_force_until,
        state="retired" if version.retired_at else "filling" if version.filling else "complete",
        retired_at=version.retired_at,
        formula=version.formula.text,
    )


def advice(version: serving.Version) -> shapes.Lever:
    """Whether it may be influenced by management; of outcomes, that no case is ever advised on."""
    outcome = version.lever == "outcome"
    return shapes.Lever(
        lever=version.lever,
        no_case_advice="outcome" if outcome else None,
        words=words.NO_CASE_ADVICE if outcome else None,
    )


def titles(reading: Reading) -> dict[str, shapes.Words]:
    """The titles of every measure in the books, by <pack>.<name>."""
    return {
        f"{pack.id}.{measure.id}": words.of(measure.title)
        if measure.title
        else shapes.Words(zh=measure.id, en=measure.id)
        for one in reading.know.catalogue.every
        for pack in scopes.chain(one)
        for measure in pack.measures.values()
    }
