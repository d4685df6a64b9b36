"""A table that is sent whole, night after night: what a row tells now against what it last told, as events.

An event nobody told before is an original; other content a correction; one its row no longer tells a retraction. Every
event bears the row's own date. A row that is missing tells nothing: it is asked after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from plumbline import vocabulary
from plumbline.events import Event
from plumbline.refusals import Refusal

STATES: Final = ("open", "closed", "suspect", "superseded", "abandoned")
LEFT: Final = "left_the_table"
NOT_HAPPENED: Final = "not_happened"
ENTERED_UNDER: Final = "entered_under"
REAPPEARED: Final = "reappeared"
ANSWERS: Final = (LEFT, NOT_HAPPENED, ENTERED_UNDER)
"""What a person may answer of a vanished row: its case stays as it is; it was none; it now has another key."""

IN, ASKED, OUT = "in", "asked", "out"
"""How a row stands: in the table as far as we know; missing and asked after; out of it, by an answer."""

DEADLINE_DAYS: Final = 7
GONE_PERCENT: Final = 10
GONE_LEAST: Final = 20
"""So many rows must be gone before their share makes a table suspect."""

_ID_LONGEST: Final = 128


@dataclass(frozen=True, slots=True)
class Told:
    """What a table last told of one event: `id` is the family's member that says it, `digest` of the content alone."""

    id: str
    revision: int
    digest: bytes
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One stored event of a family; `replaces` None: the original."""

    id: str
    type: str
    subject: str
    time: datetime
    revision: int
    replaces: str | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows for one event: an `event` to append (with the `record` it was made of), or none; and what is
    `told` once that is stored."""

    told: Told
    event: Event | None = None
    record: Mapping[str, Any] | None = None


Admit = Callable[[Mapping[str, Any]], Event | Refusal]
"""The door for a record of the table's source."""


def digest_of(key: str) -> bytes:
    """What a row is found by: SHA-256 of its key in UTF-8."""
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


def is_told(event: Event, told: Told | None) -> bool:
    """Whether the table last told exactly this."""
    return told is not None and not told.retracted and told.digest == event.digest


def no_longer_told(told: Mapping[str, Told], offered: Iterable[str], withheld: Iterable[str]) -> list[str]:
    """The original ids a row told and tells no more, sorted. One withheld (refused on its way) is not one of them."""
    kept = {*offered, *withheld}
    return sorted(key for key, one in told.items() if key not in kept and not one.retracted)


def derive(
    event: Event, record: Mapping[str, Any], told: Told | None, family: Sequence[Member], admit: Admit
) -> Derived | Refusal:
    """What follows from a row that tells an event otherwise than it last did, or for the first time.

    `family` is what the journal holds under the event's id, whoever brought it. Content that counts there already is
    told. An id the table has not told itself, with another content, comes out as the original: the journal calls it a
    conflict, which is for a person to decide.
    """
    plain = Told(event.id, 0, event.digest)
    original = next((one for one in family if one.id == event.id), None)
    if original is None or original.replaces is not None:
        return Derived(plain, event, record)
    if original.type != event.type:
        if told is None:
            return Derived(plain, event, record)
        return Refusal(
            "conflict",
            f"The row told {event.id} as {original.type} before and now as {event.type}. Give the event of another "
            "type an id of its own.",
            "/type",
            event.id,
        )
    standing = _standing(original, family)
    if standing is original and standing.digest == event.digest:
        return Derived(plain)
    if standing is not original and standing.type == event.type:
        same = admit(_restated(record, standing.id, event.id, standing.revision))
        if isinstance(same, Event) and same.digest == standing.digest:
            return Derived(Told(standing.id, standing.revision, event.digest))
    if told is None:
        return Derived(plain) if original.digest == event.digest else Derived(plain, event, record)
    revision = max(one.revision for one in family) + 1
    key = derived_id(event.id, revision)
    restated = _restated(record, key, event.id, revision)
    correction = admit(restated)
    if isinstance(correction, Refusal):
        return correction
    return Derived(Told(key, revision, event.digest), correction, restated)


def retract(
    source: str, key: str, told: Told, family: Sequence[Member], admit: Admit, reason: str = ""
) -> Derived | Refusal:
    """What follows from an event that is told no more: its retraction, dated as the event itself was."""
    original = next((one for one in family if one.id == key and one.replaces is None), None)
    standing = None if original is None else _standing(original, family)
    if standing is None or standing.type == vocabulary.RETRACTED:
        return Derived(Told(told.id, told.revision, told.digest, retracted=True))
    revision = max(one.revision for one in family) + 1
    record: dict[str, Any] = {
        "specversion": "1.0",
        "id": derived_id(key, revision),
        "source": source,
        "type": vocabulary.RETRACTED,
        "subject": standing.subject,
        "time": standing.time.isoformat(),
        "replaces": key,
        "revision": revision,
        "data": {"reason": reason} if reason else {},
    }
    event = admit(record)
    if isinstance(event, Refusal):
        return event
    return Derived(Told(event.id, revision, told.digest, retracted=True), event, record)


def derived_id(key: str, revision: int) -> str:
    """The id of a correction made here: of the original's id and the revision, so that it never hangs on chance."""
    ending = f"~r{revision}"
    if len(key) + len(ending) > _ID_LONGEST:
        ending = f"~{hashlib.sha256(key.encode()).hexdigest()[:16]}{ending}"
    return key[: _ID_LONGEST - len(ending)] + ending


def is_suspect(gone: int, held: int, *, percent: int, empty: bool) -> bool:
    """Whether a table lacks so many of the rows an earlier one held that it is rather the table that is at fault."""
    if empty:
        return gone > 0
    return gone >= GONE_LEAST and gone * 100 > held * percent


def _standing(original: Member, family: Sequence[Member]) -> Member:
    """The member that counts."""
    valid = [
        one
        for one in family
        if one is original
        or (one.replaces == original.id and one.type in (original.type, vocabulary.RETRACTED))
    ]
    return max(valid, key=lambda one: (one.revision, one.id))


def _restated(record: Mapping[str, Any], key: str, original: str, revision: int) -> dict[str, Any]:
    return {**record, "id": key, "replaces": original, "revision": revision}
