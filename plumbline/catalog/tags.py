"""Tags (特殊类别): dated marks of a case such as 涉企, each carried from a day until a day, as a stock says."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbline.catalog import faults
from plumbline.catalog.definitions import Pack, Place, Source, Text

if TYPE_CHECKING:
    from plumbline.catalog.documents import Entry


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: `carried` is the stock that holds the cases that carry it, day by day."""

    id: str
    title: Text
    carried: str
    source: Source | None
    place: Place | None = dataclasses.field(default=None, compare=False)


def read(entry: Entry) -> Tag | None:
    """One tag, or None where it cannot be read."""
    name, title = entry.id(), entry.title("title")
    return None if title is None else Tag(name, title, entry.text("carried"), entry.source(), entry.place)


def check(pack: Pack, packs: Iterable[Pack], found: faults.Faults) -> None:
    """Note every tag whose stock does not say, of each case and day, whether it is carried."""
    every = list(packs)
    measures = {measure.id: measure for one in every for measure in one.measures.values()}
    below = {tag.id: one.id for one in every if one is not pack for tag in one.tags.values()}
    for tag in pack.tags.values():
        said = f"tags `{tag.id}`"
        if tag.id in below:
            found.add(
                tag.place,
                f"{said} is already a tag of pack {below[tag.id]}",
                "use that, or choose another id",
            )
        measure = measures.get(tag.carried)
        if measure is None:
            if tag.carried:
                found.add(
                    tag.place,
                    f"{said}: measure `{tag.carried}` does not exist",
                    faults.nearest(tag.carried, measures),
                )
        elif measure.kind != "stock":
            found.add(
                tag.place,
                f"{said}: `{tag.carried}` is no stock",
                "name a measure with `stock: {from, until}`",
            )
        elif measure.sum is not None:
            found.add(tag.place, f"{said}: `{tag.carried}` adds up amounts", "name a stock that counts cases")
