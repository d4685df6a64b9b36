"""A case's file: its timeline, facts, clocks, links and postings, and why it is, or is not, in each
number.
"""

from __future__ import annotations

import urllib.parse
from typing import Annotated

import fastapi
from fastapi import Path
from fastapi.responses import RedirectResponse

from plumbline import errors, fold
from plumbline.store import dossier, journal
from plumbline.subjects import Subject
from services.api import access, file_shapes, folder, refolding, shapes, words
from services.api.contract import described
from services.api.desk import AtDesk, Reading
from services.api.routes.indicators import titles

router = fastapi.APIRouter(tags=["cases"])

CaseId = Annotated[
    str,
    Path(
        description="the subject, percent-encoded: a case number, a register entry or a docket",
        examples=["（2026）示2401民初1号"],
        max_length=200,
    ),
]
FILE = described("read_case", "One case, whole", file_shapes.CaseFile)
FILE["responses"][308] = {"description": "the number is written another way; Location holds its one spelling"}


@router.get("/v1/cases/{id:path}", **FILE)
def read_case(desk: AtDesk, id: CaseId) -> fastapi.Response:  # noqa: A002 - the address says id
    """Everything the books hold of a case. A case that is sealed, or not yours, answers as one that does
    not exist.
    """
    with desk.open() as reading:
        subject = reading.know.subjects.parse(id)
        if subject.text != id:
            place = urllib.parse.quote(subject.text, safe="")
            return RedirectResponse(f"/v1/cases/{place}", 308, {"Cache-Control": "no-store"})
        case = subject.home_court, subject.text
        state = dossier.read_state(reading.connection, case)
        posted = {line.court for line in state.posted} if state else set()
        folded = refolding.refold(reading, [case])[case]
        sealed = folded.sealed or (state is not None and state.sealed)
        known = state is not None or folded.entries or folded.ignored
        if not known or not access.sees_case(reading.know.tree, reading.who, case, posted, sealed=sealed):
            raise errors.NotFound(
                f"No case {id[:60]} is known here",
                why="It does not exist, or it is not yours to read.",
                next="Check the number, or ask the court it belongs to.",
            )
        found = _file(reading, subject, state, folded)
    return desk.answer_cases(found, "case.read", subject.text)


def _file(
    reading: Reading, subject: Subject, state: dossier.State | None, folded: fold.Folded
) -> file_shapes.CaseFile:
    case = subject.home_court, subject.text
    events = [*(entry.event for entry in folded.entries), *(event for event, _ in folded.ignored)]
    received = dossier.read_receipts(reading.connection, ((event.source, event.id) for event in events))
    named = titles(reading)
    binder = folder.Folder(reading, received)
    return file_shapes.CaseFile(
        id=subject.text,
        kind=subject.kind,
        home_court=subject.home_court,
        courts=sorted({line.court for line in state.posted} if state else set()),
        page=reading.known.page,
        generation=state.generation if state else None,
        known_at=reading.known_at(subject.home_court),
        events=[binder.event(entry.event) for entry in folded.entries],
        not_counted=[binder.not_counted(event, why) for event, why in folded.ignored],
        facts=binder.facts(folded),
        tracks=binder.tracks(folded),
        clocks=binder.clocks(folded),
        links=_links(reading, case, folded),
        postings=binder.postings(state),
        reasons=[refolding.shape_reason(one, named) for one in folded.reasons],
        flags=binder.flags(case, state, folded, events),
        demo=reading.know.is_demo(subject.home_court),
    )


def _links(reading: Reading, case: dossier.Case, folded: fold.Folded) -> file_shapes.Links:
    """Links that events state which count: those of this case, and those of cases that lead here."""
    outgoing = [
        (link.role, (link.home_court, link.subject), entry.event.id)
        for entry in folded.entries
        for link in entry.event.links
    ]
    near = journal.read_linking(reading.connection, [case]).get(case[1], set())
    incoming = [
        (link.role, other, entry.event.id)
        for other, found in refolding.refold(reading, near).items()
        for entry in found.entries
        for link in entry.event.links
        if link.subject == case[1]
    ]
    standing = dossier.read_standing(reading.connection, [other for _, other, _ in (*outgoing, *incoming)])

    def listed(other: dossier.Case) -> bool:
        sealed, posted = standing.get(other, (False, frozenset()))
        return access.sees_case(reading.know.tree, reading.who, other, posted, sealed=sealed)

    shown = [
        [_link(reading, *one) for one in sorted(side) if listed(one[1])] for side in (outgoing, incoming)
    ]
    hidden = sum(not listed(one[1]) for one in (*outgoing, *incoming))
    return file_shapes.Links(outgoing=shown[0], incoming=shown[1], not_listed=hidden)


def _link(reading: Reading, role: str, other: dossier.Case, event: str) -> file_shapes.Link:
    known = next((pack.roles[role] for pack in reading.know.catalogue.every if role in pack.roles), None)
    title = words.of(known.title) if known is not None else shapes.Words(zh=role, en=role)
    return file_shapes.Link(role=role, title=title, case=other[1], event=event)
