"""What the service knows of catalogue and courts: read from the database when its marks move, and kept
until they do.
"""

from __future__ import annotations

import threading
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from plumbline import casenumbers, errors, rules, serving, vocabulary
from plumbline.catalog import scopes
from plumbline.catalog.causes import CauseList
from plumbline.catalog.definitions import Pack
from plumbline.catalog.tags import Tag
from plumbline.courts import CourtTree
from plumbline.store import catalogue, courts, engine, restatement
from plumbline.subjects import SubjectParser

KEPT = 3


@dataclass(slots=True)
class Knowledge:
    """The catalogue, the tree and the parser of one state of the books; the compiled rules when they are
    first needed.
    """

    catalogue: serving.Catalogue
    tree: CourtTree
    subjects: SubjectParser
    moments: dict[int, tuple[datetime, int]]
    published: dict[str, datetime]
    types: Mapping[str, vocabulary.EventType]
    entries: Sequence[courts.Entry]
    causes: CauseList
    tags: Mapping[str, tuple[Pack, Tag]]
    default_zone: zoneinfo.ZoneInfo
    _book: rules.Rules | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def book(self, connection: engine.Connection) -> rules.Rules:
        """The compiled rules, for refolding single cases; `connection` must see the same generation."""
        with self._lock:
            if self._book is None:
                self._book = catalogue.read_rules(connection)
            return self._book

    def zone(self, code: str) -> zoneinfo.ZoneInfo:
        """The zone of a court's days."""
        return self.tree.zone(code) if self.tree.known(code) else self.default_zone

    def is_demo(self, code: str) -> bool:
        """Whether a court is invented: everything of it is marked 演示数据."""
        return code[:1] in self.tree.invented_provinces()

    def answering(
        self, name: str, on: date, version: str | None, known_at: datetime | None
    ) -> serving.Version | None:
        """The version that answers for a day, as it was at a moment; None where none stood complete then, or
        where its accounts are posted to no more.

        errors.NotFound for a name or version that does not exist.
        """
        if version is not None:
            asked = self.catalogue.named(name, version)
            return asked if self.answers(asked, known_at) else None
        if known_at is None:
            found = self.catalogue.serving(name, on)
            return found if self.catalogue.kept_up(found) else None
        return serving.in_force(
            [one for one in self.catalogue.versions(name) if self._stood(one, known_at)], on
        )

    def answers(self, version: serving.Version, known_at: datetime | None) -> bool:
        """Whether a version asked for by name gives a figure as known at a moment (None: now); one that fills
        now gives the reason itself.
        """
        if known_at is None:
            return self.catalogue.kept_up(version)
        return self._stood(version, known_at) or (
            self.catalogue.kept_up(version) and self._complete(version, known_at)
        )

    def _stood(self, version: serving.Version, moment: datetime) -> bool:
        if version.retired_at is not None and version.retired_at <= moment:
            return False
        return self._complete(version, moment)

    def _complete(self, version: serving.Version, moment: datetime) -> bool:
        """Whether it was published and every account it reads was complete at a moment."""
        if version.filling or self.published[version.pack.hash] > moment:
            return False
        accounts = [account for served in version.served.values() for account in served.accounts.values()]
        return all(self.moments[account.id][0] <= moment for account in accounts)

    def packs_with(self, version: serving.Version) -> Sequence[Pack]:
        """The packs that may set targets for a version: its own, and those built on it."""
        return [
            pack
            for pack in self.catalogue.every
            if version.pack.hash in {one.hash for one in scopes.chain(pack)}
        ]


class Library:
    """Knowledge by its marks: a request's snapshot decides which; the last few states are kept. Safe
    between threads.
    """

    def __init__(self, zone: str) -> None:
        self._zone = zoneinfo.ZoneInfo(zone)
        self._kept: dict[tuple[int, int, int, int], Knowledge] = {}
        self._lock = threading.Lock()

    def get(self, connection: engine.Connection, marks: restatement.Marks) -> Knowledge:
        """What holds for a snapshot; errors.Unavailable while the books hold no catalogue."""
        with self._lock:
            found = self._kept.get(marks.learnt)
            if found is None:
                found = self._learn(connection)
                while len(self._kept) >= KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[marks.learnt] = found
            return found

    def _learn(self, connection: engine.Connection) -> Knowledge:
        tree = courts.read_tree(connection)
        served = catalogue.read_catalogue(connection)
        if not served.packs:
            raise errors.Unavailable(
                "No definitions are published yet", next="Run `plumbline catalog publish`."
            )
        return Knowledge(
            served,
            tree,
            SubjectParser(casenumbers.CaseTypes.shipped(), tree.invented_provinces()),
            restatement.read_account_moments(connection),
            restatement.read_pack_moments(connection),
            {name: kind for pack in served.every for name, kind in scopes.words_of(pack).types.items()},
            courts.read_entries(connection),
            CauseList(served.every),
            {tag.id: (pack, tag) for pack in served.every for tag in pack.tags.values()},
            self._zone,
        )
