"""What may be told to whom: what the subscription's owner sees now, and nothing of a sealed case."""

from __future__ import annotations

from plumbline import casenumbers, errors, messages
from plumbline.courts import CourtTree
from plumbline.notices import Notice
from plumbline.store import courts, dossier, engine, listed_cases, subscriptions
from plumbline.store.tokens import Principal
from plumbline.subjects import SubjectParser


class Views:
    """The court tree, read again when it moves; owners are asked for anew at every delivery."""

    def __init__(self) -> None:
        self._mark: int | None = None
        self._tree = CourtTree(())
        self._subjects = SubjectParser(casenumbers.CaseTypes.shipped())

    def owner(self, connection: engine.Connection, name: str) -> Principal | None:
        """The owner with what he sees now; None when he holds no token any more."""
        return subscriptions.read_owner(connection, name)

    def seen(self, connection: engine.Connection, owner: Principal, notice: Notice) -> Notice | None:
        """The notice as it may be told; None when its court is not the owner's to see."""
        self._learn(connection)
        if not owner.sees(notice.court, self._tree):
            return None
        if self._sealed(connection, notice.subject):
            return messages.without_case(notice)
        return listed_cases.told(connection, self._subjects, notice)

    def _sealed(self, connection: engine.Connection, text: str | None) -> bool:
        if text is None:
            return False
        try:
            subject = self._subjects.parse(text)
        except errors.BadInput:
            return False
        case = (subject.home_court, subject.text)
        return dossier.read_standing(connection, [case]).get(case, (False, frozenset()))[0]

    def _learn(self, connection: engine.Connection) -> None:
        mark = courts.read_edition(connection).tree
        if mark != self._mark:
            self._tree = courts.read_tree(connection)
            provinces = self._tree.invented_provinces()
            self._subjects = SubjectParser(casenumbers.CaseTypes.shipped(), provinces)
            self._mark = mark
