"""What the catalogue is doing and what an edition changes: versions that fill, and two editions in words."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import fastapi
from fastapi import Query

from plumbline.catalog import comparing
from plumbline.store import catalogue, filling
from services.api import version_shapes, words
from services.api.contract import described
from services.api.desk import AtDesk

router = fastapi.APIRouter(tags=["definitions"])

PackId = Annotated[str, Query(description="a pack's id", examples=["yanbian-2019"], max_length=64)]
OldVersion = Annotated[
    str, Query(alias="from", description="the version it is held against", examples=["1"], max_length=80)
]
NewVersion = Annotated[
    str, Query(description="the version whose changes are told", examples=["2"], max_length=80)
]


@router.get(
    "/v1/catalog/filling",
    **described("list_filling", "Versions that are still being filled", version_shapes.Fillings),
)
def list_filling(desk: AtDesk) -> fastapi.Response:
    """How many cases each has reached, and when it will be complete; until then the version before it answers."""
    with desk.open() as reading:
        found = filling.read_filling(reading.connection, reading.own_courts())
        shape = version_shapes.Fillings(items=[shape_filling(one) for one in found], read_at=reading.now)
    return desk.answer_once(shape)


@router.get(
    "/v1/catalog/diff",
    **described("read_catalog_diff", "What an edition changes", version_shapes.CatalogDiff),
)
def read_catalog_diff(
    desk: AtDesk, pack: PackId, from_version: OldVersion, to: NewVersion
) -> fastapi.Response:
    """Every change from one edition of a pack to another as sentences, told apart by whether numbers may differ."""
    with desk.open(cached=True) as reading:
        old, new = (catalogue.read_edition_of(reading.connection, pack, each) for each in (from_version, to))
        shape = version_shapes.CatalogDiff(
            pack=new.id,
            from_version=old.version,
            from_hash=old.hash,
            from_in_force_from=old.in_force_from,
            to_version=new.version,
            to_hash=new.hash,
            to_in_force_from=new.in_force_from,
            changes=[_change(one) for one in comparing.compare(old, new)],
        )
        return desk.answer(shape, reading)


def _change(one: comparing.Change) -> version_shapes.Change:
    kind = cast(Literal["added", "removed", "meaning", "filing", "words"], one.kind)
    return version_shapes.Change(kind=kind, section=one.section, id=one.id, words=words.of(one.said))


def shape_filling(found: filling.Filling) -> version_shapes.Filling:
    """One version that fills."""
    return version_shapes.Filling(
        generation=found.generation,
        begun_at=found.begun_at,
        accounts=found.accounts,
        measures=list(found.measures),
        cases=found.some.cases,
        cases_left=found.some.left,
        percent=found.percent,
        complete_at=found.complete_at,
    )
