"""Scores as they are sent: exact points rounded at the door, half-even at 6 decimals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from plumbline import readings as readings_
from plumbline import scorecards, whatif
from plumbline.catalog import ratios
from plumbline.catalog.ratios import Ratio
from plumbline.scorecards import ScoreLine
from services.api import figures, score_shapes, shapes, words
from services.api.desk import Reading
from services.api.scoring import Edition
from services.api.supervised import Supervised


def number(value: Fraction) -> Decimal:
    """Points as a JSON number."""
    return ratios.value_of(Ratio(value.numerator, value.denominator), "points")


def shape_book(edition: Edition) -> score_shapes.ScoreBook:
    """A rule book in the list."""
    book = edition.book
    return score_shapes.ScoreBook(
        id=book.id,
        title=words.of(book.rules.title),
        document=book.rules.source.document,
        clause=book.rules.source.clause,
        levels=list(book.rules.levels),
        period=book.rules.period,
        points=number(book.rules.points),
        pack=edition.pack.id,
        version=edition.pack.version,
        hash=book.hash,
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """The same card with items scored separately, and without cases objected to; each None where nothing differs."""

    adjusted: scorecards.Scorecard | None = None
    objected: scorecards.Scorecard | None = None
    supervised: Supervised | None = None
    backed: Callable[[str, str, str], shapes.Backed] | None = None
    """What a figure stands on, by its name, scope and court; None: figures are only supposed."""


ALONE = Beside()


def shape_card(reading: Reading, card: scorecards.Scorecard, beside: Beside = ALONE) -> score_shapes.Card:
    """A scorecard's points and lines, as computed; beside them as decided, and without cases objected to."""
    decided = (None,) * len(card.lines) if beside.adjusted is None else beside.adjusted.lines
    without = (None,) * len(card.lines) if beside.objected is None else beside.objected.lines
    lines = zip(card.lines, decided, without, strict=True)
    return score_shapes.Card(
        maximum=number(card.maximum),
        total=None if card.total is None else number(card.total),
        low=number(card.low),
        high=number(card.high),
        reachable=number(card.reachable),
        arithmetic=words.of(card.arithmetic),
        readings=dict(card.readings),
        adjusted=shape_total(card, beside.adjusted),
        objected=shape_total(card, beside.objected),
        lines=[_Line(reading, beside, card.court).shape(*each) for each in lines],
    )


def shape_total(
    card: scorecards.Scorecard, other: scorecards.Scorecard | None
) -> score_shapes.OtherTotal | None:
    """The total another way, where there is another way."""
    if other is None:
        return None
    assert (other.book, other.court) == (card.book, card.court)
    return score_shapes.OtherTotal(
        total=None if other.total is None else number(other.total),
        low=number(other.low),
        high=number(other.high),
        arithmetic=words.of(other.arithmetic),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """Shapes the lines of one court's card."""

    reading: Reading
    beside: Beside
    court: str

    def shape(
        self, line: ScoreLine, decided: ScoreLine | None = None, without: ScoreLine | None = None
    ) -> score_shapes.ScoreLine:
        """A line with its parts; of the courts below, those the reader may see, by name."""
        below = replace(self, court=line.id) if line.rule == "total" else self
        parts = zip(
            line.parts,
            line.parts if decided is None else decided.parts,
            line.parts if without is None else without.parts,
            strict=True,
        )
        shaped = [below.shape(*each) for each in parts if _may_see(self.reading, each[0])]
        return _shape_line(
            self.reading,
            line,
            shaped,
            _adjusted(line, decided),
            self._objected(line, without),
            self._backed(line),
        )

    def _backed(self, line: ScoreLine) -> shapes.Backed | None:
        if line.figure is None or self.beside.backed is None:
            return None
        return self.beside.backed(line.figure.name, line.scope, self.court)

    def _objected(self, line: ScoreLine, without: ScoreLine | None) -> score_shapes.ObjectedScore | None:
        if without is None or (line.low, line.high, line.value) == (without.low, without.high, without.value):
            return None
        found = (
            ()
            if line.figure is None or self.beside.supervised is None
            else self.beside.supervised.objections(line.figure.name, self.court, line.scope)
        )
        return score_shapes.ObjectedScore(
            points=None if without.points is None else number(without.points),
            low=number(without.low),
            high=number(without.high),
            figure=_counted(without.value, "number" if without.figure is None else without.figure.unit),
            objections=[one.id for one in found],
        )


def _adjusted(line: ScoreLine, decided: ScoreLine | None) -> score_shapes.AdjustedScore | None:
    if decided is None or (decided.decided is None and (line.low, line.high) == (decided.low, decided.high)):
        return None
    act = decided.decided
    return score_shapes.AdjustedScore(
        points=None if decided.points is None else number(decided.points),
        low=number(decided.low),
        high=number(decided.high),
        arithmetic=words.of(decided.award.arithmetic),
        decision=None
        if act is None or act.decided_at is None
        else score_shapes.Decision(
            adjustment=act.matter,
            document=act.document,
            ground=act.ground,
            decided_by=act.decided_by,
            decided_at=act.decided_at,
        ),
    )


def _shape_line(
    reading: Reading,
    line: ScoreLine,
    parts: list[score_shapes.ScoreLine],
    adjusted: score_shapes.AdjustedScore | None,
    objected: score_shapes.ObjectedScore | None,
    backed: shapes.Backed | None,
) -> score_shapes.ScoreLine:
    award, about = line.award, line.figure
    unit = "number" if about is None else about.unit
    return score_shapes.ScoreLine(
        id=line.id,
        number=line.number,
        title=figures.shape_court(reading, line.id) if line.rule == "total" else words.of(line.title),
        rule=line.rule,
        scope="own" if line.scope == "own" else "all",
        source=shapes.Source(
            document=line.source.document, clause=line.source.clause, provenance=line.source.provenance
        ),
        cases=None if line.cases is None else words.of(line.cases),
        points=None if line.points is None else number(line.points),
        low=number(line.low),
        high=number(line.high),
        maximum=number(line.maximum),
        reachable=number(award.reachable),
        one_case=None if award.one_case is None else number(award.one_case),
        status=_status(line),
        reason=award.reason or None,
        reason_detail=award.detail or None,
        figure=None
        if about is None
        else score_shapes.ScoreFigure(
            id=about.name, title=words.of(about.title), unit=about.unit, lever=about.lever, backing=backed
        ),
        numerator=None if line.value is None else line.value.numerator,
        denominator=None if line.value is None else line.value.denominator,
        baseline=_counted(line.baseline, unit),
        target=_target(line, unit),
        arithmetic=words.of(award.arithmetic),
        parameters=list(line.parameters),
        adjusted=adjusted,
        objected=objected,
        parts=parts,
    )


def shape_cell(line: ScoreLine, decided: ScoreLine | None = None) -> score_shapes.TableCell:
    """What an item gives one court."""
    other = _adjusted(line, decided)
    return score_shapes.TableCell(
        item=line.id,
        points=None if line.points is None else number(line.points),
        low=number(line.low),
        high=number(line.high),
        maximum=number(line.maximum),
        status=_status(line),
        reason=line.award.reason or None,
        adjusted=None if other is None else other.points,
    )


def shape_parameters(edition: Edition) -> list[score_shapes.ScoreParameter]:
    """What the document leaves open, with the reading that holds."""
    held = edition.book.shipped()
    return [
        score_shapes.ScoreParameter(
            id=name,
            title=words.of(one.title),
            clause=one.clause,
            reading=held[name],
            settled=bool(one.settled),
            readings=[
                score_shapes.ScoreReading(id=each.id, title=words.of(each.title)) for each in one.readings
            ],
        )
        for name, one in edition.book.parameters.items()
    ]


def shape_variants(found: readings_.Variants) -> score_shapes.Variants:
    """The totals under other readings."""
    return score_shapes.Variants(
        note=None if found.note is None else words.of(found.note),
        otherwise=[
            score_shapes.Otherwise(
                parameter=one.parameter,
                title=words.of(one.title),
                reading=one.reading,
                reading_title=words.of(one.reading_title),
                low=number(one.low),
                high=number(one.high),
            )
            for one in found.otherwise
        ],
        lowest=_extreme(found.lowest.total, found.lowest.readings),
        highest=_extreme(found.highest.total, found.highest.readings),
    )


def shape_step(step: whatif.NextStep) -> score_shapes.NextStep:
    """How far a line is from more points."""
    return score_shapes.NextStep(
        item=step.item,
        figure=step.figure,
        lever=step.lever,
        points=number(step.points),
        maximum=number(step.maximum),
        reachable=number(step.reachable),
        one_case=number(step.one_case),
        cases=step.cases,
        then=number(step.then),
        advice=step.advice,
        advice_words=None if step.advice_words is None else words.of(step.advice_words),
    )


def _extreme(total: Fraction, held: Mapping[str, str]) -> score_shapes.Extreme:
    return score_shapes.Extreme(total=number(total), readings=dict(held))


def _may_see(reading: Reading, part: ScoreLine) -> bool:
    return part.rule != "total" or bool(reading.visible((part.id,)))


def _status(line: ScoreLine) -> score_shapes.ScoreStatus:
    return "not_available" if line.points is None else "scored"


def _counted(found: Ratio | None, unit: str) -> score_shapes.Counted | None:
    if found is None:
        return None
    return score_shapes.Counted(
        numerator=found.numerator, denominator=found.denominator, value=ratios.value_of(found, unit)
    )


def _target(line: ScoreLine, unit: str) -> score_shapes.ScoreTarget | None:
    target = line.target
    if target is None:
        return None
    return score_shapes.ScoreTarget(
        kind=target.kind,
        low=figures.in_unit(target.low, unit),
        high=figures.in_unit(target.high, unit),
        unit=unit,
        arithmetic=words.of(target.arithmetic),
    )
