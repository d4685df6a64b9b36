"""The coverage of what is answered: of a cell, by the measures its formula reads; of courts, by every event type."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from plumbline import coverage
from plumbline.courts import CourtTree
from plumbline.periods import Period
from plumbline.store.coverage import CoverageShelf
from services.api import shapes
from services.api.desk import Reading

if TYPE_CHECKING:
    from services.api.figures import Asked

UNKNOWN: Literal["unknown"] = "unknown"
Share = Decimal | Literal["unknown"]


@dataclass(frozen=True, slots=True)
class Sum:
    """The coverage of courts over all event types, as it is sent."""

    share: Share
    detail: shapes.CoverageDetail
    tally: coverage.Tally


def shelf(reading: Reading) -> CoverageShelf:
    """The shelf of the reading, made once."""
    if "coverage" not in reading.kept:
        reading.kept["coverage"] = CoverageShelf(reading.connection, reading.known)
    found: CoverageShelf = reading.kept["coverage"]
    return found


def of_cell(asked: Asked, span: Period | None = None) -> coverage.Covered:
    """The coverage of a cell, measure by measure (in another period, if one is given); no parts where no version answers."""
    version = asked.version
    if version is None or version.waits_for is not None:
        return coverage.Covered(())
    cell = asked.cell if span is None else replace(asked.cell, period=span)
    tree = asked.shelf.tree
    key = ("covered", version.pack.hash, version.hash, cell.court, cell.scope, cell.period, cell.on)
    kept = asked.reading.kept
    if key not in kept:
        courts = asked.shelf.courts(cell)
        kept[key] = coverage.of(version, courts, cell.period, shelf(asked.reading), tree, asked.today)
    found: coverage.Covered = kept[key]
    return found


def share(asked: Asked, span: Period | None = None) -> Share:
    """The lowest share of a cell as it is sent."""
    return sent(of_cell(asked, span).share)


def sent(found: Fraction | None) -> Share:
    """A share as it is sent, rounded down."""
    said = coverage.shown(found)
    return UNKNOWN if said is None else said


def of_courts(reading: Reading, courts: tuple[str, ...], span: Period, today: date) -> Sum:
    """The coverage of courts over the days of a period that have passed, every event type counted."""
    tally = shelf(reading).tally(courts, None, span.start, min(span.end, today), level=False)
    return Sum(sent(tally.share), _detail(None, tally, hidden=False), tally)


def detail(reading: Reading, part: coverage.Part | None) -> shapes.CoverageDetail:
    """The counts of a measure; without numbers where they would tell of a court that is not the reader's."""
    if part is None:
        return _detail(None, coverage.NOTHING, hidden=False)
    return _detail(part.measure, part.tally, hidden=is_hidden(reading, part))


def is_hidden(reading: Reading, part: coverage.Part) -> bool:
    """Whether a part rests on the feed of a court the reader may not see."""
    return len(reading.visible(part.courts)) < len(part.courts)


def _detail(measure: str | None, tally: coverage.Tally, *, hidden: bool) -> shapes.CoverageDetail:
    return shapes.CoverageDetail(
        measure=measure,
        declared=None if hidden else tally.declared,
        received=None if hidden else tally.received,
        surplus=None if hidden else tally.surplus,
        unclosed=None if hidden else tally.unclosed,
        days_declared=tally.days_declared,
        days=tally.days,
    )


def tree_of(reading: Reading) -> CourtTree:
    """The court tree of the moment, read once."""
    if "tree" not in reading.kept:
        reading.kept["tree"] = reading.tree()
    found: CourtTree = reading.kept["tree"]
    return found
