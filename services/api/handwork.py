"""What a value was read from: the reports behind observed measures, and the share of all inputs entered by hand.

What is counted as an input: docs/decisions/0011-the-share-entered-by-hand.md.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from plumbline import coverage, ledger, valuation, vocabulary
from plumbline.catalog.definitions import Text
from plumbline.events import Event
from plumbline.store import dossier, drilldown, inputs
from services.api import covering, figures, input_shapes, refolding, shapes, terms, words

REPORTED = "figure.reported"
WORDS = Text(
    "手工录入占比：计入的案件和上报数据中手工录入的份额",
    "share of the cases and reports counted that were entered by hand",
)


@dataclass(frozen=True, slots=True)
class Report:
    """A report that a term reads."""

    term: terms.Term
    court: str
    event: Event


@dataclass(frozen=True, slots=True)
class Tally:
    """Inputs of a term, and those of them entered by hand; None where it cannot be said."""

    term: terms.Term
    by_hand: int | None
    inputs: int | None


def read(asked: figures.Asked) -> tuple[list[Tally], list[Report]]:
    """Every term with its inputs, and every report one by one: by term, by court in the official order, by day."""
    version = asked.version
    if version is None or asked.cut.missing is not None:
        return [], []
    reports = Reports(asked)
    rests = {rest.measure: rest for rest in coverage.rests(version)}
    tallies: list[Tally] = []
    told: list[Report] = []
    for term in terms.terms(version):
        if term.served.filling:
            tallies.append(Tally(term, None, None))
        elif term.served.measure.kind == "observed":
            mine = list(reports.of(term))
            told += mine
            tallies.append(Tally(term, sum(one.event.by_hand for one in mine), len(mine)))
        else:
            rest = rests[term.served.id]
            question = terms.lines_of(asked, term)
            moment = asked.reading.known.known_at
            count, by_hand = inputs.count_by_hand(
                asked.reading.connection, question, rest.types, rest.role, moment
            )
            tallies.append(Tally(term, by_hand, count))
    return tallies, told


class Reports:
    """The reports of the cell's courts, by folding each court's own subject again, once."""

    def __init__(self, asked: figures.Asked) -> None:
        self.asked = asked
        self.courts = asked.reading.visible(asked.courts)
        self._folded = refolding.refold(asked.reading, ((code, code) for code in self.courts))

    def of(self, term: terms.Term) -> Iterator[Report]:
        """Those a term reads: of a flow the spans its amount adds up, of a level the last ones that hold."""
        question = terms.lines_of(self.asked, term)
        kinds = {account.id: kind for kind, account in term.served.accounts.items()}
        level = term.served.measure.observed == "level"
        for code in self.courts:
            found = self._counted(code, term, question)
            kept = _holding(found) if level else [
                event for event in found if ledger.grain(*_span(event)) == kinds[question.account]
            ]  # fmt: skip
            for event in sorted(kept, key=lambda event: (_span(event)[1], _span(event)[0], event.id)):
                yield Report(term, code, event)

    def _counted(self, code: str, term: terms.Term, question: drilldown.Asked) -> list[Event]:
        """The reports of a court that counted for a measure, on the days and of the category and cause asked for."""
        folded = self._folded[code, code]
        accounts = {account.id for account in term.served.accounts.values()}
        own = {entry.event.id: entry.event for entry in folded.entries if entry.event.type == REPORTED}
        first, until = question.first.toordinal(), question.until.toordinal()
        found = []
        for reason in folded.reasons:
            event = own.get(reason.event or "")
            if event is None or reason.account not in accounts or not first <= reason.day < until:
                continue
            category, cause = reason.category, event.data.get("cause")
            if question.category is not None and category != question.category:
                continue
            if question.causes is not None and cause not in question.causes:
                continue
            found.append(event)
        return found


def _span(event: Event) -> tuple[date, date]:
    return date.fromisoformat(str(event.data["from"])), date.fromisoformat(str(event.data["until"]))


def _holding(found: Sequence[Event]) -> list[Event]:
    """Of levels, for each category and cause the last report."""
    last: dict[tuple[object, object], Event] = {}
    for event in sorted(found, key=lambda one: (_span(one)[1], _span(one)[0])):
        last[event.data.get("category"), event.data.get("cause")] = event
    return list(last.values())


def share(asked: figures.Asked) -> input_shapes.HandShare:
    """The share of a value, as it is sent."""
    return shape(asked, read(asked)[0])


def shape(asked: figures.Asked, tallies: Sequence[Tally]) -> input_shapes.HandShare:
    """Tallies as they are sent: each term, and all together."""
    whole = [one for one in tallies if one.inputs is not None and one.by_hand is not None]
    known = len(whole) == len(tallies) and bool(tallies)
    by_hand = sum(one.by_hand or 0 for one in whole) if known else None
    count = sum(one.inputs or 0 for one in whole) if known else None
    return input_shapes.HandShare(
        share=_share(by_hand, count),
        by_hand=by_hand,
        inputs=count,
        words=words.of(WORDS),
        measures=[_measure(asked, one) for one in tallies],
    )


def _share(by_hand: int | None, count: int | None) -> covering.Share:
    return covering.sent(Fraction(by_hand, count) if by_hand is not None and count else None)


def _measure(asked: figures.Asked, one: Tally) -> input_shapes.MeasureShare:
    measure = one.term.served.measure
    observed = measure.kind == "observed"
    span = terms.days_of(asked, one.term).period.text
    title = words.of(measure.title) if measure.title else shapes.Words(zh=measure.id, en=measure.id)
    return input_shapes.MeasureShare(
        measure=one.term.served.id,
        title=title,
        kind="reports" if observed else "cases",
        part=one.term.part,
        moment=moment(one.term),
        period=span,
        share=_share(one.by_hand, one.inputs),
        by_hand=one.by_hand,
        inputs=one.inputs,
        cases=None if observed or one.term.at_start else _address(asked, one.term.served.id, span),
    )


def moment(term: terms.Term) -> Literal["period", "start"]:
    """Whether a term is read over (or at the end of) its period, or at its start."""
    return "start" if term.at_start else "period"


def _address(asked: figures.Asked, measure: str, span: str) -> str:
    cell = asked.cell
    query = {"court": cell.court, "scope": cell.scope, "period": span}
    if cell.category != valuation.ALL:
        query["category"] = cell.category
    if cell.cause is not None:
        query["cause"] = cell.cause
    if asked.cut.tag is not None:
        query["tag"] = asked.cut.tag
    return f"/v1/indicators/{measure}/cases?{urllib.parse.urlencode(query)}"


def shape_reports(asked: figures.Asked, told: Sequence[Report]) -> list[input_shapes.Input]:
    """Reports as they are sent."""
    received = dossier.read_receipts(
        asked.reading.connection, ((one.event.source, one.event.id) for one in told)
    )
    roles = vocabulary.Vocabulary.shipped().lists["ROLE"]
    found = []
    for one in told:
        event, data = one.event, one.event.data
        first, last = _span(event)
        by = data.get("by")
        names = roles.get(str(by))
        found.append(
            input_shapes.Input(
                measure=one.term.served.id,
                part=one.term.part,
                moment=moment(one.term),
                court=one.court,
                first_day=first,
                last_day=last,
                value=int(data["value"]),
                unit=str(data["unit"]),
                category=data.get("category"),
                cause=data.get("cause"),
                source=event.source,
                by=by,
                by_words=None if names is None else shapes.Words(zh=names[0], en=names[1]),
                captured="hand" if event.by_hand else "machine",
                reported_at=event.time,
                received_at=received[event.source, event.id][1],
                document=data.get("document"),
                event=event.id,
                replaces=event.replaces,
                revision=event.revision,
            )
        )
    return found
