"""An event, its canonical form and digest; which of a family counts; and the one order in which a case is
folded."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import orjson

from plumbline import vocabulary

# Why a stored event does not count.
CORRECTED = "corrected_by"
RETRACTED = "retracted"
WAITS = "waits_for_original"
REPLACES_A_CORRECTION = "replaces_a_correction"
ANOTHER_TYPE = "another_type"
REASONS = (CORRECTED, RETRACTED, WAITS, REPLACES_A_CORRECTION, ANOTHER_TYPE)

# orjson writes an aware UTC datetime as RFC 3339 with Z, and microseconds only where there are any.
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
_LAST_RANK = 1 << 30
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Link:
    """A case this one rests on, by role. `home_court` is empty when the role leads to a bare key
    (dispute)."""

    role: str
    subject: str
    home_court: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as admitted; `(source, id)` is its key for ever.

    `time` is aware UTC. `data` holds only validated fields (text, integers, flags, lists of text; `counts`
    and `ext` are flat objects), without `links`. `digest` is over the record as sent. `unknown` names each
    optional field that was left out of `data` because it was ill-typed, with the reason.
    """

    source: str
    id: str
    type: str
    subject: str
    home_court: str
    time: datetime
    data: dict[str, Any]
    links: tuple[Link, ...]
    sequence: int | None = None
    replaces: str | None = None
    revision: int = 0
    recorded: datetime | None = None
    by_hand: bool = False
    digest: bytes = b""
    unknown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Families:
    """The events that count, and each other with the reason it does not; both in the order of (source,
    id)."""

    effective: list[Event]
    ignored: list[tuple[Event, str]]


def canonical(
    type: str,  # noqa: A002 - the name of the attribute in the envelope
    subject: str,
    time: datetime,
    data: Mapping[str, object],
    replaces: str | None = None,
    revision: int = 0,
) -> bytes:
    """The bytes two equal records share (RFC 8785): content, not key; `data` as sent, `links` in it,
    subjects normalised.

    Equal to RFC 8785 because numbers are integers and keys are ASCII (held by a test). TypeError for what is
    not JSON.
    """
    content: dict[str, object] = {"type": type, "subject": subject, "time": time, "data": data}
    if replaces is not None:
        content["replaces"] = replaces
        content["revision"] = revision
    elif revision:
        content["revision"] = revision
    return orjson.dumps(content, option=_CANONICAL)


def digest(
    type: str,  # noqa: A002 - the name of the attribute in the envelope
    subject: str,
    time: datetime,
    data: Mapping[str, object],
    replaces: str | None = None,
    revision: int = 0,
) -> bytes:
    """SHA-256 of the canonical form, 32 bytes."""
    return hashlib.sha256(canonical(type, subject, time, data, replaces, revision)).digest()


def families(events: Iterable[Event]) -> Families:
    """Settle corrections and retractions, in any order of arrival; a doubled (source, id) is one event.

    A family is an original and everything of the same source that `replaces` it; the highest (revision, id)
    counts, and none if that is a retraction. Hand in whole families: a correction may have moved its event
    to another case.
    """
    every = _each_once(events)
    members: dict[tuple[str, str], list[Event]] = {}
    ignored: list[tuple[Event, str]] = []
    for key, event in every.items():
        reason = _outside(event, every)
        if reason:
            ignored.append((event, reason))
        else:
            members.setdefault(
                (event.source, event.replaces) if event.replaces is not None else key, []
            ).append(event)
    effective = []
    for family in members.values():
        winner = max(family, key=lambda one: (one.revision, one.id))
        if winner.type == vocabulary.RETRACTED:
            ignored += [(event, RETRACTED) for event in family]
        else:
            effective.append(winner)
            ignored += [(event, CORRECTED) for event in family if event is not winner]
    effective.sort(key=_key)
    ignored.sort(key=lambda one: _key(one[0]))
    return Families(effective, ignored)


def fold_order(events: Sequence[Event], ranks: Mapping[str, int], zone: zoneinfo.ZoneInfo) -> list[Event]:
    """The order in which the events of one case are folded: total, and the same from any order of arrival.

    Court day; instant; rank; sequence (none first); source; id. On a court day on which any event has local
    time 00:00:00 only the day is known, so there rank comes before instant for every event of the day.
    """
    placed = [(event.time.astimezone(zone), event) for event in events]
    day_only = {local.date() for local, _ in placed if local.time() == _MIDNIGHT}

    def place(one: tuple[datetime, Event]) -> tuple[date, int, datetime, int, int, str, str]:
        local, event = one
        day = local.date()
        rank = ranks.get(event.type, _LAST_RANK)
        sequence = -1 if event.sequence is None else event.sequence
        first = rank if day in day_only else 0
        return day, first, event.time, rank, sequence, event.source, event.id

    return [event for _, event in sorted(placed, key=place)]


def _key(event: Event) -> tuple[str, str]:
    return event.source, event.id


def _each_once(events: Iterable[Event]) -> dict[tuple[str, str], Event]:
    every: dict[tuple[str, str], Event] = {}
    for event in events:
        known = every.setdefault((event.source, event.id), event)
        # The journal holds each key once; were two contents handed in, the choice must not hang on their
        # order.
        if known is not event and event.digest < known.digest:
            every[event.source, event.id] = event
    return every


def _outside(event: Event, every: Mapping[tuple[str, str], Event]) -> str:
    """Why an event belongs to no family, or nothing when it does."""
    if event.replaces is None:
        # A retraction of nothing is refused at the door; here it counts for nothing.
        return WAITS if event.type == vocabulary.RETRACTED else ""
    original = every.get((event.source, event.replaces))
    if original is None:
        return WAITS
    if original.replaces is not None:
        return REPLACES_A_CORRECTION
    if original.type == vocabulary.RETRACTED:
        return WAITS
    return "" if event.type in (original.type, vocabulary.RETRACTED) else ANOTHER_TYPE
