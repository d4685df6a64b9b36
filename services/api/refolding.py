"""Folding single cases again, with the reason of every clause: why a case is, or is not, in a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal, cast

from plumbline import fold, ledger
from plumbline.events import Event
from plumbline.store import dossier, drilldown, pages
from plumbline.store.dossier import Case
from services.api import access, case_shapes, words
from services.api.desk import Reading


def refold(reading: Reading, cases: Iterable[Case]) -> dict[Case, fold.Folded]:
    """The cases as folded from what was received by the moment asked about; a case without events folds to
    nothing.
    """
    by_court: dict[str, list[str]] = {}
    for home_court, subject in sorted(set(cases)):
        by_court.setdefault(home_court, []).append(subject)
    book = reading.know.book(reading.connection)
    found: dict[Case, fold.Folded] = {}
    for home_court, names in by_court.items():
        histories, linked = pages.read_cases(reading.connection, home_court, names, reading.know.subjects)
        histories, linked = _as_known(reading, histories, linked)
        for name in names:
            found[home_court, name] = fold.fold(
                reading.know.subjects.parse(name),
                histories.get(name, []),
                linked.get(name, []),
                book,
                reading.know.zone,
                explain=True,
            )
    return found


def _as_known(
    reading: Reading, histories: Mapping[str, list[Event]], linked: Mapping[str, list[fold.Linked]]
) -> tuple[dict[str, list[Event]], dict[str, list[fold.Linked]]]:
    """The same without what was received after the moment asked about."""
    if reading.known.known_at is None:
        return dict(histories), dict(linked)
    moment = reading.known.known_at
    every = [event for events in histories.values() for event in events]
    every += [event for others in linked.values() for other in others for event in other.events]
    received = dossier.read_receipts(reading.connection, ((event.source, event.id) for event in every))

    def known(events: Iterable[Event]) -> list[Event]:
        return [event for event in events if received[event.source, event.id][1] <= moment]

    return (
        {name: known(events) for name, events in histories.items()},
        {
            name: [fold.Linked(one.subject, known(one.events), one.keys) for one in others]
            for name, others in linked.items()
        },
    )


def shape_reason(found: ledger.Reason, titles: Mapping[str, Any]) -> case_shapes.Reason:
    """One reason, with its sentence."""
    return case_shapes.Reason(
        measure=found.measure,
        verdict=cast(Literal["counted", "excluded", "unknown"], found.verdict),
        day=date.fromordinal(found.day),
        court=found.court,
        amount=found.amount,
        clause=found.clause,
        unknown=list(found.unknown),
        event=found.event,
        words=words.verdict(found, titles.get(found.measure)),
    )


def shape_line(reading: Reading, line: drilldown.Line) -> case_shapes.Line:
    """One line of a case, the judge only for readers who are shown persons."""
    return case_shapes.Line(
        day=line.day,
        amount=line.value,
        court=line.court,
        category=line.category,
        division=line.division,
        judge=line.judge if access.sees_persons(reading.who) else None,
        cause=line.cause,
    )
