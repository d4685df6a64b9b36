"""Balances of stock and flow (旧存 + 新收 + 移入 - 已结 - 移出 = 未结): which measures must add up, as a pack says."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbline.catalog import faults
from plumbline.catalog.definitions import Measure, Pack, Place, Text

if TYPE_CHECKING:
    from plumbline.catalog.documents import Entry


@dataclass(frozen=True, slots=True)
class Balance:
    """A stock with everything that enters it and everything that leaves it, by the ids of measures.

    `opening` is the stock of those of its cases that were pending when the books were opened (期初), None where the
    pack counts none; `marked` counts them on the days on which they were filed.
    """

    id: str
    title: Text
    stock: str
    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    opening: str | None = None
    marked: str | None = None
    place: Place | None = dataclasses.field(default=None, compare=False)


def read(entry: Entry) -> Balance | None:
    """One balance, or None where it cannot be read."""
    name, title = entry.id(), entry.title("title")
    if title is None:
        return None
    return Balance(
        name,
        title,
        entry.text("stock"),
        entry.names("in"),
        entry.names("out"),
        entry.text("opening") or None,
        entry.text("marked") or None,
        entry.place,
    )


def check(pack: Pack, packs: Iterable[Pack], found: faults.Faults) -> None:
    """Note every balance whose measures cannot add up: unknown, of the wrong kind, named twice, in another unit."""
    measures = {measure.id: measure for one in packs for measure in one.measures.values()}
    for balance in pack.balances.values():
        said = f"balances `{balance.id}`"
        stocks = [name for name in (balance.stock, balance.opening) if name]
        flows = [*balance.entering, *balance.leaving]
        for name in {*stocks, *flows, *([balance.marked] if balance.marked else ())} - measures.keys():
            found.add(
                balance.place,
                f"{said}: measure `{name}` does not exist",
                faults.nearest(name, measures),
            )
        for name in stocks:
            if name in measures and measures[name].kind != "stock":
                found.add(
                    balance.place,
                    f"{said}: `{name}` is no stock",
                    "name a measure with `stock: {from, until}`",
                )
        _flows(balance, said, flows, measures, found)
        if (balance.opening is None) != (balance.marked is None):
            found.add(
                balance.place,
                f"{said}: `opening` and `marked` go together",
                "name both, or neither",
            )


def _flows(
    balance: Balance, said: str, flows: list[str], measures: dict[str, Measure], found: faults.Faults
) -> None:
    for name in dict.fromkeys([*flows, *([balance.marked] if balance.marked else ())]):
        measure = measures.get(name)
        if measure is not None and measure.kind in ("stock", "observed"):
            found.add(
                balance.place,
                f"{said}: `{name}` counts nothing on a day",
                "name a measure with `flow`, `each` or `moves`",
            )
    for name in sorted({name for name in flows if flows.count(name) > 1}):
        found.add(balance.place, f"{said}: `{name}` is named twice", "name it once, in or out")
    units = {measures[name].unit for name in (balance.stock, *flows) if name in measures}
    if len(units) > 1:
        found.add(
            balance.place,
            f"{said}: {' and '.join(sorted(units))} do not add up",
            "name measures of one unit",
        )
