"""The court systems that feed us: which courts each may speak for, in which zone, and how often it is
expected."""

from __future__ import annotations

import re
import threading
import time
import zoneinfo
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from psycopg.types.json import Jsonb

from plumbline import errors
from plumbline.source_terms import Settings
from plumbline.store import engine
from plumbline.store.statements import statement

EVERY: Final = "*"
DEFAULT_ZONE: Final = "Asia/Shanghai"
REMEMBERED_SECONDS: Final = 5.0
RHYTHM_MOST: Final = 366 * 24 * 60

_ID = re.compile(r"[^\x00-\x20\x7f-\xa0]{1,128}")


@dataclass(frozen=True, slots=True)
class Source:
    """A feed: `courts` are codes, each with all courts below it (`*`: every court); `rhythm_minutes` None:
    none expected; `settings` say how it writes."""

    id: str
    title: str
    courts: tuple[str, ...]
    zone: str = DEFAULT_ZONE
    rhythm_minutes: int | None = None
    settings: Settings = field(default_factory=Settings)

    def may_speak_for(self, court: str) -> bool:
        """Whether the source may report a case of this home court; a code below another begins with it."""
        return EVERY in self.courts or court.startswith(self.courts)


def add_source(connection: engine.Connection, source: Source) -> bool:
    """Register a source; False when it stands there already, just so. errors.Conflict when it stands there
    otherwise."""
    _check(source)
    row = connection.execute(statement("insert_source"), _stored(source)).fetchone()
    if row is not None:
        return True
    if get_source(connection, source.id) == source:
        return False
    raise errors.Conflict(
        f"The source {source.id!r} is registered with another title, courts, zone, rhythm or settings",
        why="Registering twice never changes a source.",
        next="Choose another id, hand in the same content, or change it by PATCH /v1/sources/{id}.",
    )


def change_source(connection: engine.Connection, source: Source) -> Source:
    """Give a source another title, courts, rhythm and settings; returns it as it was. Its zone stays: the days of its
    events rest on it. errors.NotFound; what was admitted before stays as it is.
    """
    _check(source)
    row = connection.execute(statement("lock_source"), {"id": source.id}).fetchone()
    if row is None:
        raise errors.NotFound(f"There is no source {source.id!r}", next="GET /v1/sources lists them.")
    before = _source(row)
    if source.zone != before.zone:
        raise errors.Conflict(
            f"The source {source.id!r} is registered with the zone {before.zone}",
            why="The days of its events rest on it.",
            next="Register another source for the other zone.",
        )
    if source.settings.sandbox != before.settings.sandbox:
        raise _lasting(before)
    connection.execute(statement("update_source"), _stored(source))
    return before


def _lasting(source: Source) -> errors.Conflict:
    if source.settings.sandbox:
        return errors.Conflict(
            f"The source {source.id!r} is a sandbox and stays one",
            why="What it tried out must never be taken for what happened.",
            next="Register another source for its real records.",
        )
    return errors.Conflict(
        f"The source {source.id!r} is no sandbox, and becomes none",
        why="Its records are in the books.",
        next="Register another source with sandbox: true to try something out.",
    )


def _stored(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "title": source.title,
        "courts": list(source.courts),
        "zone": source.zone,
        "rhythm_minutes": source.rhythm_minutes,
        "settings": Jsonb(asdict(source.settings)),
    }


def _source(row: Any) -> Source:
    return Source(row[0], row[1], tuple(row[2]), row[3], row[4], Settings.of(row[5]))


def get_source(connection: engine.Connection, source_id: str) -> Source | None:
    """One source, or None."""
    row = connection.execute(statement("read_source"), {"id": source_id}).fetchone()
    return None if row is None else _source(row)


def list_sources(connection: engine.Connection, *, sandboxes: bool = False) -> list[Source]:
    """The sources that may reach a figure, in the order of ids; with `sandboxes` those that may not, too."""
    rows = connection.execute(statement("list_sources")).fetchall()
    found = [_source(row) for row in rows]
    return [one for one in found if sandboxes or not one.settings.sandbox]


class Register:
    """All sources, read again when older than five seconds; safe to share between threads."""

    def __init__(self, pool: engine.Pool, remembered_s: float = REMEMBERED_SECONDS) -> None:
        self._pool = pool
        self._remembered_s = remembered_s
        self._sources: dict[str, Source] = {}
        self._until = 0.0
        self._lock = threading.Lock()

    def get(self, source_id: str) -> Source | None:
        """One source, or None; errors.Unavailable when the database is away."""
        return self.all().get(source_id)

    def all(self) -> dict[str, Source]:
        """Every source by id."""
        if time.monotonic() >= self._until:
            with self._lock:
                if time.monotonic() >= self._until:
                    self._read()
        return self._sources

    @property
    def fresh(self) -> bool:
        """Whether the next question needs no database."""
        return time.monotonic() < self._until

    def forget(self) -> None:
        """Read again at the next question: a source has just been added."""
        self._until = 0.0

    def _read(self) -> None:
        asked = time.monotonic()
        with engine.transaction(self._pool) as connection:
            self._sources = {source.id: source for source in list_sources(connection, sandboxes=True)}
        self._until = asked + self._remembered_s


def _check(source: Source) -> None:
    if not _ID.fullmatch(source.id):
        raise errors.BadInput(
            f"{source.id[:130]!r} is no source id",
            next="Write 1 to 128 characters without spaces or control characters.",
        )
    if not 0 < len(source.title) <= 200:
        raise errors.BadInput("A source needs a title of 1 to 200 characters")
    if not source.courts or any(not 0 < len(code) <= 24 for code in source.courts):
        raise errors.BadInput(
            "A source speaks for at least one court", next="Name court codes, or * for every court."
        )
    if source.rhythm_minutes is not None and not 0 < source.rhythm_minutes <= RHYTHM_MOST:
        raise errors.BadInput(
            "The rhythm is no number of minutes up to a year", next="Leave it out if none is expected."
        )
    try:
        zoneinfo.ZoneInfo(source.zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise errors.BadInput(
            f"{source.zone[:64]!r} is no time zone", next="Write an IANA name such as Asia/Shanghai."
        ) from None
