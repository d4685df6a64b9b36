"""What happened to each appeal and application of a court, drawn so that the sums equal the two annexes; no
case yet.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

YEAR = 2018
ANNEXES = Path(__file__).resolve().parents[2] / "definitions" / "yanbian-2019"
NOT_COUNTED = (("upheld", 70), ("withdrawn", 18), ("mediated", 8), ("dismissed", 4))
ANY = (("upheld", 55), ("altered", 20), ("remanded", 12), ("withdrawn", 13))
GRANTS = ("ordered", "own_decision", "elevated")


@dataclass(frozen=True, slots=True)
class Row:
    """A court's figures of 2018 by measure, from both annexes."""

    court: str
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal: filed and decided within these spans, with this outcome."""

    filed: tuple[date, date]
    decided: tuple[date, date]
    outcome: str


@dataclass(frozen=True, slots=True)
class Retrial:
    """A retrial of this kind, decided within the span with this outcome."""

    kind: str
    decided: tuple[date, date]
    outcome: str


@dataclass(frozen=True, slots=True)
class Application:
    """An application for retrial: filed and closed within these spans, with the retrial it led to, if any."""

    filed: tuple[date, date]
    closed: tuple[date, date]
    retrial: Retrial | None


def rows() -> list[Row]:
    """The courts of the annexes in their order."""
    found: dict[str, dict[str, int]] = {}
    for name in ("annex-2.csv", "annex-3.csv"):
        with (ANNEXES / name).open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                court = line.pop("court")
                found.setdefault(court, {}).update({measure: int(value) for measure, value in line.items()})
    return [Row(court, figures) for court, figures in found.items()]


def appeals(row: Row, chance: random.Random) -> Iterator[Appeal]:
    """The appeals against a court's judgments: all that count in 2018, those that straddle its ends, and 2017
    and 2019.
    """
    figures = row.figures
    counted = ["altered"] * figures["appeal_altered"] + ["remanded"] * figures["appeal_remanded"]
    chance.shuffle(counted)
    carried = len(counted) // 15
    for outcome in counted[:carried]:
        yield Appeal(_autumn(YEAR - 1), _spring(YEAR), outcome)
    for outcome in counted[carried:]:
        yield Appeal(_months(YEAR, 1, 9), _months(YEAR, 2, 12), outcome)
    late = figures["appeals_filed"] // 12
    for _ in range(late):
        yield Appeal(_autumn(YEAR), _spring(YEAR + 1), _drawn(chance, ANY))
    for _ in range(figures["appeals_filed"] - (len(counted) - carried) - late):
        yield Appeal(_months(YEAR, 1, 10), _months(YEAR, 2, 12), _drawn(chance, NOT_COUNTED))
    for year in (YEAR - 1, YEAR + 1):
        for _ in range(figures["appeals_filed"] // 7):
            yield Appeal(_months(year, 1, 9), _months(year, 2, 12), _drawn(chance, ANY))


def applications(row: Row, chance: random.Random) -> Iterator[Application]:
    """The applications against a court's effective judgments, with their retrials; of 2018, its neighbours,
    and across.
    """
    figures = row.figures
    kinds = [kind for kind in GRANTS for _ in range(figures[f"retrial_{kind}"])]
    chance.shuffle(kinds)
    wanted = ["altered"] * figures["retrial_altered"] + ["remanded"] * figures["retrial_remanded"]
    chance.shuffle(wanted)
    carried = len(wanted) // 6
    yield from _neighbours(figures, wanted[:carried], chance)
    retrials: list[Retrial | None] = []
    early = len(wanted) - carried
    for kind, outcome in zip(kinds, wanted[carried:], strict=False):
        retrials.append(Retrial(kind, _months(YEAR, 2, 12), outcome))
    for kind in kinds[early:]:
        decided, outcomes = chance.choice([(_months(YEAR, 2, 12), NOT_COUNTED), (_spring(YEAR + 1), ANY)])
        retrials.append(Retrial(kind, decided, _drawn(chance, outcomes)))
    retrials += [None] * (figures["applications_closed"] - len(kinds))
    waiting = max(figures["applications_closed"] // 12, 0)
    chance.shuffle(retrials)
    for index, retrial in enumerate(retrials):
        filed = _autumn(YEAR - 1) if index < waiting else _months(YEAR, 1, 8)
        # One whose retrial was decided in 2018 leaves time for it.
        closed = _months(YEAR, 1, 9) if retrial is not None else _months(YEAR, 1, 12)
        yield Application(filed, closed, retrial)
    for _ in range(figures["applications_filed"] - (figures["applications_closed"] - waiting)):
        yield Application(_months(YEAR, 10, 12), _spring(YEAR + 1), _granted_or_not(chance, YEAR + 1))


def _neighbours(figures: dict[str, int], carried: list[str], chance: random.Random) -> Iterator[Application]:
    """Applications of 2017, some of whose retrials were decided in 2018, and of 2019."""
    for outcome in carried:
        retrial = Retrial(chance.choice(GRANTS), _spring(YEAR), outcome)
        yield Application(_months(YEAR - 1, 1, 8), _months(YEAR - 1, 9, 12), retrial)
    for year in (YEAR - 1, YEAR + 1):
        for _ in range(figures["applications_filed"] // 7 + 1):
            yield Application(_months(year, 1, 6), _months(year, 2, 9), _granted_or_not(chance, year))


def _granted_or_not(chance: random.Random, year: int) -> Retrial | None:
    if chance.random() < 0.7:
        return None
    return Retrial(chance.choice((*GRANTS, "designated")), _months(year, 2, 12), _drawn(chance, ANY))


def _drawn(chance: random.Random, shares: tuple[tuple[str, int], ...]) -> str:
    words, weights = zip(*shares, strict=True)
    drawn: str = chance.choices(words, weights)[0]
    return drawn


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 3), date(year, last, 28)


def _autumn(year: int) -> tuple[date, date]:
    return date(year, 10, 10), date(year, 12, 28)


def _spring(year: int) -> tuple[date, date]:
    return date(year, 1, 2), date(year, 5, 20)
