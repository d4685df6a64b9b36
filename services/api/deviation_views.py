"""Deviations as they are sent: the case of one that is sealed, or not the reader's, is not named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from plumbline.catalog.definitions import Text
from plumbline.catalog.watch_kinds import KINDS
from plumbline.store import dossier, listed_cases
from plumbline.store.deviation_cards import Card
from plumbline.store.deviations import Deviation
from plumbline.warning import kinship
from plumbline.warning.telling import CAUSES
from services.api import access, deviation_shapes, figures, shapes, words
from services.api.desk import Reading

STATE_WORDS: Final = {
    "pending": Text("待确认", "pending"),
    "open": Text("成立", "open"),
    "acknowledged": Text("已知悉", "acknowledged"),
    "resolved": Text("已解除", "resolved"),
}


def shaped(reading: Reading, found: Sequence[Deviation]) -> list[deviation_shapes.Deviation]:
    """Deviations as they are sent; a case that was sealed meanwhile is no longer named."""
    cases = {
        one.id: (subject.home_court, subject.text)
        for one in found
        if one.subject is not None and (subject := reading.know.subjects.parse(one.subject))
    }
    standing = dossier.read_standing(reading.connection, cases.values())
    rows = []
    documents = listed_cases.unsealed(
        reading.connection, reading.know.subjects, [one.document for one in found]
    )
    for one, said in zip(found, documents, strict=True):
        case = cases.get(one.id)
        sealed, posted = standing.get(case, (False, frozenset())) if case else (False, frozenset())
        seen = case is not None and access.sees_case(
            reading.know.tree, reading.who, case, {*posted, one.court}, sealed=sealed
        )
        document = kinship.seen(said, reading.visible)
        text = shapes.Words(**document.get("text", {"zh": "", "en": ""}))
        if case is not None and not seen:
            document, text = {}, shapes.Words(zh="案件已封存。", en="The case is sealed.")
        title = one.document["title"]
        rows.append(
            deviation_shapes.Deviation(
                id=one.id,
                watch=one.watch,
                title=shapes.Words(**title),
                kind=one.kind,
                kind_words=words.of(KINDS[one.kind].title),
                court=one.court,
                court_name=figures.shape_court(reading, one.court),
                object=one.object if case is None or seen else one.watch,
                case=one.subject if seen else None,
                state=one.state,
                state_words=words.of(STATE_WORDS[one.state]),
                severity=one.severity,
                cause=one.cause,
                cause_words=words.of(CAUSES[one.cause]),
                level=one.level,
                group=one.group,
                begun_on=one.begun_on,
                changed_at=one.changed_at,
                silent_until=one.silent_until,
                change=one.change,
                text=text,
                document=document,
                demo=reading.know.is_demo(one.court),
            )
        )
    return rows


def card(reading: Reading, found: Card) -> deviation_shapes.DeviationCard:
    """A card as it is sent."""
    monday, sunday = found.days
    return deviation_shapes.DeviationCard(
        court=found.court,
        court_name=figures.shape_court(reading, found.court),
        week=found.week,
        first=monday,
        last=sunday,
        severity="red" if found.red else "amber",
        deviations=found.total,
        kinds=[
            deviation_shapes.CardKind(
                kind=one.kind,
                kind_words=words.of(KINDS[one.kind].title),
                deviations=one.deviations,
                red=one.red,
                silent=one.silent,
            )
            for one in found.kinds
        ],
        items=[
            deviation_shapes.CardLine(
                id=one.id,
                kind=one.kind,
                state=one.state,
                severity=one.severity,
                cause=one.cause,
                text=one.text,
            )
            for one in shaped(reading, found.named)
        ],
        not_listed=found.total - len(found.named),
        demo=reading.know.is_demo(found.court),
    )
