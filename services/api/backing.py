"""What a figure stands on, beside its value: coverage, freshness, and whether its period is closed.

A frozen figure is answered as it was known when it was frozen, with the current one beside it; a final one as it is, with
the one of its closing beside it where that has moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from plumbline import acceptances, closings, coverage, freshness
from plumbline.closings import Closing
from plumbline.periods import Period
from plumbline.store import balances, supervision
from plumbline.store.supervision import Matter
from plumbline.valuation import Value
from services.api import covering, figure_shapes, scoring, shapes, terms, words
from services.api.desk import Reading
from services.api.figures import Asked

KIND = "period"


@dataclass(frozen=True, slots=True)
class Stood:
    """How a figure is answered: `asked` is what is shown, `other` what stands beside it (None: nothing closed it)."""

    asked: Asked
    closing: Closing | None
    other: Asked | None

    @property
    def state(self) -> closings.State:
        """Provisional, final or frozen."""
        return "provisional" if self.closing is None else self.closing.state


def known_closings(reading: Reading) -> tuple[Closing, ...]:
    """Every closing that stood at the moment, of any court."""
    if "closings" not in reading.kept:
        codes, page = reading.know.tree.codes(), reading.known.page
        periods = supervision.list_known(reading.connection, KIND, codes, page)
        cards = supervision.list_known(reading.connection, "acceptance", codes, page)
        found = [*(_by_office(one) for one in periods), *(_by_card(reading, one) for one in cards)]
        reading.kept["closings"] = tuple(one for one in found if one is not None)
    kept: tuple[Closing, ...] = reading.kept["closings"]
    return kept


def _by_office(matter: Matter) -> Closing | None:
    standing = closings.standing(matter.acts)
    if standing.closed is None or standing.closed.at is None:
        return None
    return Closing(
        id=str(matter.id),
        kind="period",
        courts=frozenset(matter.courts),
        period=Period.parse(matter.period),
        state="frozen" if standing.state == "frozen" else "final",
        known_at=standing.closed.at,
    )


def _by_card(reading: Reading, matter: Matter) -> Closing | None:
    standing = acceptances.standing(matter.acts)
    if standing.state != "frozen" or standing.decision is None or standing.decision.at is None:
        return None
    span = Period.parse(matter.period)
    edition = scoring.edition(reading, matter.about, min(span.last_day, reading.today(matter.court)))
    return Closing(
        id=str(matter.id),
        kind="acceptance",
        courts=frozenset({matter.court}),
        period=span,
        state="frozen",
        known_at=standing.decision.at,
        figures=frozenset(about.name for about in edition.book.figures.values()),
    )


def closing_of(asked: Asked) -> Closing | None:
    """What closed the period of a cell. One category, cause or tag is closed with the whole."""
    found = known_closings(asked.reading)
    if not found:
        return None
    cell = asked.cell
    return closings.closing_of(found, asked.shown.id, cell.court, asked.courts, cell.period)


def stand(asked: Asked) -> Stood:
    """The figure to be shown, and the one beside it."""
    closing = closing_of(asked)
    if closing is None:
        return Stood(asked, None, None)
    then = at(asked, closing.known_at)
    return Stood(then, closing, asked) if closing.state == "frozen" else Stood(asked, closing, then)


def at(asked: Asked, moment: datetime) -> Asked:
    """The same cell as it was known at a moment, by the version that answered then; one that stood then already stays."""
    reading = asked.reading
    key = ("at", moment)
    if key not in reading.kept:
        reading.kept[key] = reading.at(moment)
    past: Reading = reading.kept[key]
    version = asked.version
    if version is None or not past.know.answers(version, moment):
        on = min(asked.cell.period.last_day, past.today(asked.cell.court))
        version = past.know.answering(asked.name, on, None, moment) or version
    shelf_key = ("shelf", id(asked.shelf), None if version is None else version.hash)
    if shelf_key not in past.kept:
        past.kept[shelf_key] = _shelf(past, asked, moment)
    shelf: balances.LedgerShelf = past.kept[shelf_key]
    return replace(asked, reading=past, version=version, today=shelf.today, shelf=shelf)


def _shelf(past: Reading, asked: Asked, moment: datetime) -> balances.LedgerShelf:
    now = asked.shelf
    return balances.LedgerShelf(
        past.connection, covering.tree_of(past), past.known, past.today(asked.cell.court),
        wanted=now.wanted, by_day=now.by_day, levels=now.levels, by_cause=now.by_cause,
    )  # fmt: skip


def fields(stood: Stood, shown: Value) -> dict[str, Any]:
    """The fields of `shapes.Backed` for a figure that is answered so, `shown` being its value."""
    other = None if stood.other is None else stood.other.value
    changed = None if other is None else _content(other) != _content(shown)
    beside = None
    if stood.closing is not None and other is not None and (changed or stood.state == "frozen"):
        beside = _beside(stood.closing, shown, other, stood.asked.shown.unit)
    return {**labels(stood.asked, stood.state), "changed_since_closing": changed, "beside": beside}


def label(asked: Asked) -> dict[str, Any]:
    """The same of a figure that is answered as it stands, whether or not its period is closed: nothing beside it."""
    closing = closing_of(asked)
    state: closings.State = "provisional" if closing is None else closing.state
    return {**labels(asked, state), "changed_since_closing": None, "beside": None}


def labels(asked: Asked, state: closings.State) -> dict[str, Any]:
    """Coverage, freshness and state."""
    found = covering.of_cell(asked)
    reading = asked.reading
    fresh = fresh_of(reading, asked.courts)
    return {
        "coverage": covering.sent(found.share),
        "coverage_detail": covering.detail(reading, found.lowest),
        "freshness": fresh.state,
        "last_received_at": fresh.last_received_at,
        "fresh_until": fresh.fresh_until,
        "period_state": state,
    }


def fresh_of(reading: Reading, courts: tuple[str, ...]) -> freshness.Freshness:
    """The freshness of the feeds of some courts, reckoned once."""
    key = ("fresh", courts)
    if key not in reading.kept:
        found = freshness.of_courts(courts, reading.heard(), reading.rhythms(), reading.moment)
        reading.kept[key] = found
    kept: freshness.Freshness = reading.kept[key]
    return kept


def _beside(closing: Closing, shown: Value, other: Value, unit: str) -> shapes.Beside:
    frozen = closing.state == "frozen"
    now, then = (other, shown) if frozen else (shown, other)
    return shapes.Beside(
        known_at=closing.known_at,
        figure="current" if frozen else "at_closing",
        value=other.value,
        numerator=other.numerator,
        denominator=other.denominator,
        reason=other.reason,
        difference=None if now.value is None or then.value is None else now.value - then.value,
        difference_unit="points" if unit == "percent" else unit,
    )


def _content(value: Value) -> tuple[object, ...]:
    return value.numerator, value.denominator, value.reason


def period_fields(stood: Stood) -> dict[str, Any]:
    """What of freshness and period is said in words, of one value."""
    shown, closing = stood.asked, stood.closing
    state = fresh_of(shown.reading, shown.courts).state
    reasons: Sequence[str] = ()
    if closing is None:
        whole = covering.of_cell(shown)
        open_days = any(part.tally.days_declared < part.tally.days for part in whole.parts)
        reasons = closings.why_provisional(shown.cell.period, shown.today, days_open=open_days)
    return {
        "freshness_words": words.of(freshness.WORDS[state]),
        "period_state_words": words.of(closings.WORDS[stood.state]),
        "period_reasons": [
            figure_shapes.PeriodReason(code=code, words=words.of(closings.REASONS[code])) for code in reasons
        ],
        "closing": None
        if closing is None
        else figure_shapes.Closing(
            id=closing.id, kind=closing.kind, period=closing.period.text, known_at=closing.known_at
        ),
    }


def parts(asked: Asked) -> figure_shapes.CoverageParts:
    """Numerator and denominator apart, and each measure: the least of it, where it is read of two periods."""
    found = covering.of_cell(asked)
    read = [] if asked.version is None else terms.terms(asked.version)
    names = {
        side: [term.served.id for term in read if term.part == side] for side in ("numerator", "denominator")
    }
    sides = coverage.sides(found.parts, names)
    shown = {side: covering.sent(share) for side, share in sides.items()}
    return figure_shapes.CoverageParts(
        numerator=shown.get("numerator"),
        denominator=shown.get("denominator"),
        measures=[
            figure_shapes.MeasureCoverage(
                sides=[side for side in ("numerator", "denominator") if part.measure in names[side]],
                types=sorted(part.types),
                coverage=covering.sent(part.tally.share),
                **{**covering.detail(asked.reading, part).model_dump(), "measure": part.measure},
            )
            for part in found.parts
        ],
    )
