"""Cases that a deviation's document lists (nodes of the process): one that was sealed since is no longer named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from plumbline import errors
from plumbline.notices import Notice
from plumbline.store import dossier, engine
from plumbline.subjects import SubjectParser
from plumbline.warning import telling


def unsealed(
    connection: engine.Connection, subjects: SubjectParser, documents: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The documents, in their order, without the cases that are sealed now; their text says what is left."""
    cases = {}
    for name in {case["case"] for one in documents for case in telling.listed(one)}:
        try:
            subject = subjects.parse(name)
        except errors.BadInput:
            continue
        cases[name] = (subject.home_court, subject.text)
    standing = dossier.read_standing(connection, cases.values()) if cases else {}
    hidden = {name for name, case in cases.items() if standing.get(case, (False, frozenset()))[0]}
    return [telling.without(one, hidden) for one in documents]


def told(connection: engine.Connection, subjects: SubjectParser, notice: Notice) -> Notice:
    """What is told of a deviation, without the cases it lists that are sealed now."""
    (document,) = unsealed(connection, subjects, [notice.document])
    return replace(notice, document=document, text=document.get("text", notice.text))
