"""Moves: measures that count what enters or leaves a stock otherwise than by its beginning and its end."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from plumbline.catalog import faults
from plumbline.catalog.definitions import Measure, Pack
from plumbline.catalog.documents import Entry


def check_shape(entry: Entry) -> None:
    """Note what a measure of moves cannot have, and a `way` where nothing moves."""
    if "moves" not in entry:
        if "way" in entry:
            entry.note("way", f"`way` of {entry.said()} belongs to `moves`", "leave it out")
        return
    if "way" not in entry:
        entry.note("moves", f"{entry.said()} does not say which moves", "write `way: in`, `out` or `within`")
    for key in ("where", "sum", "unit"):
        if key in entry:
            entry.note(key, f"`{key}` of {entry.said()} is that of its stock", "leave it out")


def resolved(
    measures: Mapping[str, Measure], used: Iterable[Pack], found: faults.Faults
) -> dict[str, Measure]:
    """The measures, each of moves with the days, clause, amount and unit of its stock; `used` are all packs built on."""
    known = {**{one.id: one for pack in used for one in pack.measures.values()}, **measures}
    return {name: _resolved(one, known, found) if one.moves else one for name, one in measures.items()}


def _resolved(measure: Measure, known: Mapping[str, Measure], found: faults.Faults) -> Measure:
    said = f"measures `{measure.id}`"
    stock = known.get(measure.moves)
    if stock is None:
        found.add(
            measure.place,
            f"{said}: there is no measure `{measure.moves}` whose moves it could count",
            faults.nearest(measure.moves, [one.id for one in known.values() if one.kind == "stock"]),
        )
        return measure
    if stock.kind != "stock":
        found.add(
            measure.place,
            f"{said}: `{measure.moves}` is no stock, so nothing moves in it",
            "name a measure with `stock: {from, until}`",
        )
        return measure
    return dataclasses.replace(
        measure, starts=stock.starts, until=stock.until, where=stock.where, sum=stock.sum, unit=stock.unit
    )
