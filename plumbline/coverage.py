"""Coverage: how much of what a value rests on was received, by the measures it reads. Undeclared is unknown, never whole.

What is meant word by word: docs/decisions/0008-coverage-of-a-value.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Final, Protocol

from plumbline import serving
from plumbline.catalog import trace_writer, tracing
from plumbline.courts import CourtTree
from plumbline.periods import Period

CLOSING: Final = "source.day_closed"
PLACES: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Tally:
    """Events declared for closed days, and of them received; received beyond what was declared (`surplus`); received
    on closed days from a source that did not close them (`unclosed`). Court days declared, of how many.
    """

    declared: int
    received: int
    surplus: int
    unclosed: int
    days_declared: int
    days: int

    @property
    def share(self) -> Fraction | None:
        """Received of declared, 0 to 1; None (unknown) unless every court day is declared by all who sent events."""
        if not self.days or self.days_declared < self.days or self.unclosed:
            return None
        return Fraction(self.received, self.declared) if self.declared else Fraction(1)


NOTHING: Final = Tally(0, 0, 0, 0, 0, 0)


class Shelf(Protocol):
    """What the store gives: a tally of courts, types (None: every type) and days."""

    def tally(
        self, courts: tuple[str, ...], types: frozenset[str] | None, first: date, until: date, *, level: bool
    ) -> Tally:
        """Over the days from `first` until (not on) `until`; of a `level`, from the first day a court was closed."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What a measure rests on: its event types, whether it is a level, and the link role whose cases' events it reads."""

    measure: str
    types: frozenset[str]
    level: bool
    role: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """The coverage of one measure of a value; `courts` are those whose feeds it rests on."""

    measure: str
    types: frozenset[str]
    courts: tuple[str, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Covered:
    """The coverage of a value: each measure apart, and the lowest of them."""

    parts: tuple[Part, ...]

    @property
    def lowest(self) -> Part | None:
        """The measure that is known least: an unknown one, else the one with the smallest share. None without measures."""
        return min(self.parts, key=_whole, default=None)

    @property
    def share(self) -> Fraction | None:
        """The lowest share; None: unknown."""
        return None if self.lowest is None else self.lowest.tally.share


def _whole(part: Part) -> Fraction:
    share = part.tally.share
    return Fraction(-1) if share is None else share


def shown(share: Fraction | None) -> Decimal | None:
    """A share at 6 decimals, always rounded down: what lacks one event is never shown as whole."""
    if share is None:
        return None
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(PLACES, rounding=ROUND_DOWN)


def rests(version: serving.Version) -> tuple[Rest, ...]:
    """What each measure of a version rests on, by the catalogue's trace; empty where it reads none or waits."""
    key = (version.pack.hash, version.hash)
    found = _RESTS.get(key)
    if found is None:
        found = tuple(
            Rest(
                served.id,
                _types(version, served),
                served.measure.kind == "stock" or served.measure.observed == "level",
                served.measure.role,
            )
            for served in version.served.values()
        )
        _RESTS[key] = found
    return found


def _types(version: serving.Version, served: serving.Served) -> frozenset[str]:
    pack = version.pack
    trace = _TRACES.get(pack.hash)
    if trace is None:
        while len(_TRACES) >= KEPT:
            _TRACES.pop(next(iter(_TRACES)))
        trace = _TRACES[pack.hash] = trace_writer.trace([pack])
    things = trace.find("measure", served.id)
    return frozenset(link.below.id for link in trace.below(things) if link.below.kind == "event")


KEPT: Final = 12
_TRACES: dict[str, tracing.Trace] = {}
_RESTS: dict[tuple[str, str], tuple[Rest, ...]] = {}
"""Both follow from content hashes alone, so they never go stale; a second thread writes the same again."""


def of(
    version: serving.Version,
    courts: tuple[str, ...],
    period: Period,
    shelf: Shelf,
    tree: CourtTree,
    today: date,
) -> Covered:
    """The coverage of a version's value for some courts and a period, over the days that have passed."""
    spans = [period, period.prior_year()] if version.compares else [period]
    parts = []
    for rest in rests(version):
        whose = courts if rest.role is None else with_above(courts, tree, min(period.last_day, today))
        for span in spans:
            until = min(span.end, today)
            tally = shelf.tally(whose, rest.types, span.start, until, level=rest.level)
            parts.append(Part(rest.measure, rest.types, whose, tally))
    return Covered(tuple(parts))


def with_above(courts: Sequence[str], tree: CourtTree, on: date) -> tuple[str, ...]:
    """The courts and the court directly above each: where appeals against them are heard."""
    above = (tree.parent(code, on) for code in courts)
    return tuple(dict.fromkeys((*courts, *(code for code in above if code is not None))))


def sides(parts: Sequence[Part], measures: Mapping[str, Sequence[str]]) -> dict[str, Fraction | None]:
    """By side of a formula (its measures), the lowest share of its measures; None: unknown. Sides without measures
    are left out.
    """
    found: dict[str, Fraction | None] = {}
    for side, names in measures.items():
        mine = Covered(tuple(part for part in parts if part.measure in names))
        if mine.parts:
            found[side] = mine.share
    return found
