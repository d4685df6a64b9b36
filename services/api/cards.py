"""A court's scorecard as it is answered and as it is frozen: computed, with what was decided, and beside the accepted one."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import orjson

from plumbline import acceptances, scorecards
from plumbline import readings as readings_
from plumbline.periods import Period
from plumbline.scorebooks import Inputs
from plumbline.scorecards import Scorecard
from plumbline.store import acceptances as store_acceptances
from plumbline.store.acceptances import FrozenCard
from services.api import backing, figures, score_lines, score_shapes, scoring, shapes, words
from services.api.desk import Reading
from services.api.score_lines import Beside
from services.api.scoring import Edition, Gathering

NOT_FROZEN: Final = frozenset({"accepted", "computed_at"})
"""What of a scorecard is not in a frozen one: what stands beside it, and when it was reckoned."""


def gather(reading: Reading, name: str, court: str, span: Period) -> tuple[Edition, Gathering]:
    """The book that answers and the figures for it, of a court the reader may see."""
    code = reading.court(court).code
    edition = scoring.edition(reading, name, min(span.last_day, reading.today(code)))
    return edition, scoring.gather(reading, code, span, edition.book)


def draw(edition: Edition, gathering: Gathering, inputs: Inputs) -> tuple[Scorecard, Beside]:
    """The card as computed, and what stands beside it."""
    computed = inputs.computed()
    without = gathering.without_objected(computed)
    return scorecards.score(edition.book, computed), Beside(
        adjusted=scorecards.score(edition.book, inputs) if inputs.is_adjusted else None,
        objected=None if without is None else scorecards.score(edition.book, without),
        supervised=gathering.supervised,
        backed=lambda name, scope, court: _backed(gathering, name, scope, court),
    )


def _backed(gathering: Gathering, name: str, scope: str, court: str) -> shapes.Backed:
    """What a figure of a card stands on; the card itself is always drawn from the books as they stand."""
    return shapes.Backed(**backing.label(gathering.asked(name, scope, court)))


def shape(reading: Reading, edition: Edition, gathering: Gathering, court: str) -> score_shapes.Scorecard:
    """The whole answer about a court's score."""
    span, rules = gathering.span, edition.book.rules
    inputs = gathering.inputs(edition.book, court)
    card, beside = draw(edition, gathering, inputs)
    shown = score_lines.shape_card(reading, card, beside)
    frozen = store_acceptances.frozen_card(
        reading.connection, edition.book.id, court, span.text, reading.known.page
    )
    return score_shapes.Scorecard(
        **dict(shown),
        book=edition.book.id,
        title=words.of(rules.title),
        source=shapes.Source(
            document=rules.source.document, clause=rules.source.clause, provenance=rules.source.provenance
        ),
        version=edition.pack.version,
        hash=edition.book.hash,
        court=court,
        court_name=figures.shape_court(reading, court),
        level=inputs.level,
        period=span.text,
        period_from=span.start,
        period_until=span.last_day,
        elapsed=score_lines.number(inputs.elapsed),
        parameters=score_lines.shape_parameters(edition),
        variants=score_lines.shape_variants(readings_.variants(edition.book, inputs.computed())),
        accepted=None if frozen is None else _accepted(frozen, shown),
        page=reading.known.page,
        known_at=reading.known_at(court),
        computed_at=reading.now,
        demo=reading.know.is_demo(court),
    )


def canonical(card: score_shapes.Scorecard) -> bytes:
    """A scorecard as it is frozen: canonical JSON (RFC 8785), decimals as text, so that no binary float stands in it."""
    return orjson.dumps(_plain(card.model_dump(exclude=set(NOT_FROZEN))), option=orjson.OPT_SORT_KEYS)


def _accepted(frozen: FrozenCard, now: score_shapes.Card) -> score_shapes.Accepted:
    then = orjson.loads(frozen.card)
    found = acceptances.differences(then["lines"], _plain(now.model_dump())["lines"])
    return score_shapes.Accepted(
        acceptance=str(frozen.acceptance),
        document=frozen.document,
        digest=frozen.digest.hex(),
        page=frozen.page,
        known_at=frozen.known_at,
        frozen_at=frozen.frozen_at,
        total=None if then["total"] is None else Decimal(then["total"]),
        low=Decimal(then["low"]),
        high=Decimal(then["high"]),
        differences=[
            score_shapes.LineDifference(
                path=list(one.path),
                then=None if one.then is None else dict(one.then),
                now=None if one.now is None else dict(one.now),
            )
            for one in found
        ],
    )


def _plain(value: Any) -> Any:
    """JSON without numbers that are not integers: a decimal is its shortest text, a moment RFC 3339 in UTC."""
    match value:
        case Decimal():
            text = f"{value:f}"
            return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case enum.Enum():
            return value.value
        case Mapping():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
    return value
