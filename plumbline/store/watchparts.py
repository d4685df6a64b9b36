"""What stands above and below a departure, from the books: the courts of one look, and the categories of a court's cases."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from plumbline import valuation
from plumbline.catalog.keyed import CATEGORIES
from plumbline.periods import Period
from plumbline.store.watchbooks import Owned, WatchBooks
from plumbline.valuation import Cell
from plumbline.warning import judging, kinship
from plumbline.warning import series as kinds
from plumbline.warning.series import Series
from plumbline.warning.verdicts import Verdict


def categories(books: WatchBooks, owned: Owned, verdict: Verdict) -> list[dict[str, Any]] | None:
    """Of a departure of a court's month from its own history, the categories of cases that carry it, at the rate left below
    it; None where the figure cannot be judged by category. Only what is beyond is asked, so that little more is valued.
    """
    name = str(verdict.document["figure"]).rpartition(".")[2]
    version = books.version(owned.pack, name)
    if version.formula.functions:
        return None
    series = _parts(books, owned, name, verdict.court)
    if series.form not in (kinds.COUNT, kinds.SHARE):
        return None
    parts = judging.history(owned.watch, series, books.works) if series.courts else []
    return kinship.carried(parts, verdict.side, float(verdict.document["rate_below"]))


def _parts(books: WatchBooks, owned: Owned, name: str, court: str) -> Series:
    """A court's months by category, in the place of courts; only categories that have cases, last month's known."""
    scope, version = owned.watch.scope, books.version(owned.pack, name)
    whole = books.series(owned.pack, name, (court,), scope)
    above = np.full((len(CATEGORIES), whole.months), np.nan)
    below = np.full((len(CATEGORIES), whole.months), np.nan)
    for row, category in enumerate(CATEGORIES):
        for column in range(whole.months):
            cell = Cell(court, scope, category, Period.parse(whole.month(column)))
            value = valuation.value_cell(version, cell, books.shelf, books.yesterday)
            if value.numerator is not None and value.denominator:
                above[row, column], below[row, column] = value.numerator, value.denominator
    known = [
        row for row in range(len(CATEGORIES)) if np.isfinite(above[row, -1]) and np.nansum(above[row]) > 0
    ]
    return dataclasses.replace(
        whole,
        courts=tuple(CATEGORIES[row] for row in known),
        levels=("",) * len(known),
        numerators=above[known],
        denominators=below[known],
    )


def whole(books: WatchBooks, verdict: Verdict, named: Sequence[str], off: Sequence[str]) -> Sequence[str]:
    """Of the courts that would be named beside a departure, those not `off`: noted, since what was off is told by no page."""

    def read() -> list[str]:
        return [court for court in named if court not in off]

    found: list[str] = books.evidence.of(verdict.court, verdict.object, "kin", read, [])
    return found
