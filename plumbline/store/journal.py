"""The journal: events are appended, each key once and for ever, with the marks that make their cases be
folded again.

What a transaction appends is known together: it has one receipt, and its events, links, marks and refusals
commit as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import psycopg
from psycopg.types import json

from plumbline.envelope import Refusal
from plumbline.events import Event, Link
from plumbline.store import engine, marks, quarantine, sandboxes
from plumbline.store.statements import statement

ACCEPTED: Final = "accepted"
DUPLICATE: Final = "duplicate"

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_JSONB_VERSION: Final = b"\x01"
# In binary COPY a timestamptz is its microseconds since 2000 as int8, and a jsonb a version byte and its
# text:
# naming those plain types keeps psycopg's slower adapters out of the way. The server checks the values all
# the same.
_EVENT_TYPES: Final = ["text"] * 5 + [
    "int8",
    "int8",
    "text",
    "int8",
    "int8",
    "bool",
    "bytea",
    "bytea",
    "int8",
]

Key = tuple[str, str]
"""(source, event id)"""
Case = marks.Case


@dataclass(frozen=True, slots=True)
class Appended:
    """By event, in the order handed in: `accepted`, `duplicate`, or why it was refused; `receipt` None if
    none was new."""

    outcomes: list[str | Refusal]
    receipt: int | None


def append(connection: engine.Connection, events: Sequence[Event], raws: Sequence[bytes]) -> Appended:
    """Append events in the caller's transaction; `raws` are their bytes as they came, for the quarantine.

    A key that is stored already is a duplicate when the digests agree, else a conflict; that and a correction
    of a
    correction are refused and kept in quarantine. Refused and duplicate events mark nothing. Events of a sandbox are
    answered alike, and are not stored here.
    """
    boxed = sandboxes.among(connection, events)
    if not boxed:
        return _append(connection, events, raws)
    outcomes: list[str | Refusal] = [ACCEPTED] * len(events)
    apart = [index for index, event in enumerate(events) if event.source in boxed]
    own = [index for index, event in enumerate(events) if event.source not in boxed]
    receipt = None
    if own:
        stored = _append(connection, [events[index] for index in own], [raws[index] for index in own])
        receipt = stored.receipt
        for index, outcome in zip(own, stored.outcomes, strict=True):
            outcomes[index] = outcome
    held = [events[index] for index in apart]
    say = sandboxes.Verdicts(ACCEPTED, DUPLICATE, _conflict, _chained)
    found = sandboxes.hold(connection, held, stored_data, say)
    quarantine.put(connection, _kept(held, [raws[index] for index in apart], found))
    for index, outcome in zip(apart, found, strict=True):
        outcomes[index] = outcome
    if receipt is None and ACCEPTED in found:
        receipt = _number(connection)
    return Appended(outcomes, receipt)


def _append(connection: engine.Connection, events: Sequence[Event], raws: Sequence[bytes]) -> Appended:
    """The same for events of which none is of a sandbox."""
    firsts: dict[Key, int] = {}
    for index, event in enumerate(events):
        firsts.setdefault((event.source, event.id), index)
    refused = _corrections_of_corrections(connection, events, firsts)
    offered = [events[index] for index in firsts.values() if index not in refused]
    # Every writer inserts in this one order, so that two with common keys wait for each other instead of
    # deadlocking.
    offered.sort(key=lambda event: event.id)
    offered.sort(key=lambda event: event.source)
    receipt = _number(connection)
    stored = _insert(connection, offered, receipt) if offered else {}
    if not refused and not stored and len(firsts) == len(events):
        marks.record(connection, events, receipt)
        return Appended([ACCEPTED] * len(events), receipt)
    outcomes = [_outcome(index, event, events, firsts, refused, stored) for index, event in enumerate(events)]
    quarantine.put(connection, _kept(events, raws, outcomes))
    accepted = [event for event, outcome in zip(events, outcomes, strict=True) if outcome is ACCEPTED]
    if not accepted:
        return Appended(outcomes, None)
    marks.record(connection, accepted, receipt)
    return Appended(outcomes, receipt)


def _outcome(
    index: int,
    event: Event,
    events: Sequence[Event],
    firsts: dict[Key, int],
    refused: dict[int, Refusal],
    stored: dict[Key, bytes],
) -> str | Refusal:
    """What became of one event; of several with one key in a batch, the first is the one that was offered."""
    key = event.source, event.id
    first = firsts[key]
    if first in refused:
        return refused[first]
    if first == index and key not in stored:
        return ACCEPTED
    known = stored.get(key, events[first].digest)
    return DUPLICATE if known == event.digest else _conflict(event)


def _number(connection: engine.Connection) -> int:
    row = connection.execute(statement("next_receipt")).fetchone()
    assert row is not None
    return int(row[0])


def _corrections_of_corrections(
    connection: engine.Connection, events: Sequence[Event], firsts: dict[Key, int]
) -> dict[int, Refusal]:
    """The new events whose `replaces` names what is itself a correction, stored or in this batch; by
    index."""
    correcting = {key: index for key, index in firsts.items() if events[index].replaces is not None}
    if not correcting:
        return {}
    rows = connection.execute(
        statement("read_corrections"),
        {
            "source": [key[0] for key in correcting],
            "event_id": [key[1] for key in correcting],
            "replaces": [events[index].replaces for index in correcting.values()],
        },
    ).fetchall()
    chained = {correcting[row[0], row[1]] for row in rows}
    here = {
        index for (source, _), index in correcting.items() if (source, events[index].replaces) in correcting
    }
    if here - chained:
        # What this batch alone would refuse may be stored already, and then it is a duplicate.
        stored = _digests(connection, [events[index] for index in here - chained])
        chained |= {index for index in here if (events[index].source, events[index].id) not in stored}
    return {index: _chained(events[index]) for index in chained}


def _insert(connection: engine.Connection, events: Sequence[Event], receipt: int) -> dict[Key, bytes]:
    """Insert events sorted by key, each key once; returns the digests of the keys that were there already."""
    if len(events) < marks.COPIED_FROM:
        return _not_inserted(connection, events, _insert_arrays(connection, events, receipt))
    try:
        with connection.transaction():
            marks.copy(connection, "copy_events", _EVENT_TYPES, (_row(event, receipt) for event in events))
        return {}
    except psycopg.errors.UniqueViolation:
        pass  # some keys are stored already: find out which, and store the others
    known = _digests(connection, events)
    fresh = [event for event in events if (event.source, event.id) not in known]
    if fresh:
        connection.execute(statement("make_staging"))
        marks.copy(connection, "copy_staging", _EVENT_TYPES, (_row(event, receipt) for event in fresh))
        inserted = {(row[0], row[1]) for row in connection.execute(statement("insert_staged"))}
        connection.execute("DROP TABLE staged_event")
        known |= _not_inserted(connection, fresh, inserted)  # another process may have been quicker
    return known


def _insert_arrays(connection: engine.Connection, events: Sequence[Event], receipt: int) -> set[Key]:
    rows = [_row(event, receipt) for event in events]
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    names = (
        "source event_id type home_court subject occurred_us sequence replaces revision recorded_us by_hand"
    )
    binds: dict[str, Any] = dict(zip(names.split(), columns, strict=False))
    binds |= {"data": [data[1:] for data in columns[11]], "digest": columns[12], "receipt": receipt}
    return {(row[0], row[1]) for row in connection.execute(statement("insert_events"), binds)}


def _not_inserted(
    connection: engine.Connection, events: Sequence[Event], inserted: set[Key]
) -> dict[Key, bytes]:
    left = [event for event in events if (event.source, event.id) not in inserted]
    return _digests(connection, left) if left else {}


def _digests(connection: engine.Connection, events: Sequence[Event]) -> dict[Key, bytes]:
    """The stored digests of those events whose keys are stored."""
    found: dict[Key, bytes] = {}
    for source, ids in marks.by_source((event.source, event.id) for event in events).items():
        rows = connection.cursor(binary=True).execute(
            statement("read_digests"), {"source": source, "ids": "\n".join(ids)}
        )
        found.update({(source, row[0]): row[1] for row in rows})
    return found


def _row(event: Event, receipt: int) -> tuple[Any, ...]:
    recorded = event.recorded
    return (
        event.source,
        event.id,
        event.type,
        event.home_court,
        event.subject,
        _microseconds(event.time),
        event.sequence,
        event.replaces,
        event.revision,
        None if recorded is None else _microseconds(recorded),
        event.by_hand,
        _JSONB_VERSION + stored_data(event),
        event.digest,
        receipt,
    )


def _microseconds(instant: datetime) -> int:
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _families(originals: Iterable[Key], roots: Iterable[Key]) -> dict[str, list[str]]:
    originals, roots = sorted(originals), sorted(roots)
    return {
        "original_source": [key[0] for key in originals],
        "original_id": [key[1] for key in originals],
        "root_source": [key[0] for key in roots],
        "root_id": [key[1] for key in roots],
    }


def _kept(
    events: Sequence[Event], raws: Sequence[bytes], outcomes: Sequence[str | Refusal]
) -> list[quarantine.Refused]:
    return [
        quarantine.Refused(
            event.source, event.id, raw, outcome.reason, outcome.detail, outcome.pointer or None
        )
        for event, raw, outcome in zip(events, raws, outcomes, strict=True)
        if isinstance(outcome, Refusal)
    ]


def _conflict(event: Event) -> Refusal:
    return Refusal(
        "conflict",
        f"The journal holds another content under the id {event.id} of {event.source}. A change of an event "
        "is a correction: its own id, `replaces` and a higher `revision`.",
        "/id",
        event.id,
    )


def _chained(event: Event) -> Refusal:
    return Refusal(
        "replaces_a_correction",
        f"{event.replaces} is itself a correction. Name the original event in `replaces`, "
        "with a higher `revision`.",
        "/replaces",
        event.id,
    )


def stored_data(event: Event) -> bytes:
    """The `data` column: the event's fields, its links, and which fields were left out; all that `load_event`
    needs."""
    if not event.links and not event.unknown:
        return orjson.dumps(event.data)
    data: dict[str, Any] = dict(event.data)
    if event.links:
        data["links"] = [
            {"role": link.role, "subject": link.subject, "home_court": link.home_court}
            for link in event.links
        ]
    if event.unknown:
        data["_unknown"] = event.unknown
    return orjson.dumps(data)


def load_event(row: Sequence[Any]) -> Event:
    """The event of a row of `read_histories` or `read_families`, equal to the one that was appended."""
    data: dict[str, Any] = row[11]
    links = data.pop("links", None)
    unknown = data.pop("_unknown", None)
    return Event(
        source=row[0],
        id=row[1],
        type=row[2],
        home_court=row[3],
        subject=row[4],
        time=row[5],
        sequence=row[6],
        replaces=row[7],
        revision=row[8],
        recorded=row[9],
        by_hand=row[10],
        data=data,
        digest=row[12],
        links=tuple(Link(link["role"], link["subject"], link["home_court"]) for link in links)
        if links
        else (),
        unknown=tuple((name, reason) for name, reason in unknown) if unknown else (),
    )


def read_events(
    connection: engine.Connection, home_court: str, subjects: Sequence[str]
) -> dict[str, list[Event]]:
    """By subject, every stored event of those cases of one court, with family members that sit in other
    cases."""
    found = read_histories(connection, [(home_court, subject) for subject in subjects])
    return {subject: events for (_, subject), events in found.items()}


def read_histories(connection: engine.Connection, cases: Sequence[Case]) -> dict[Case, list[Event]]:
    """The same for cases of any courts; every case asked for has its list, in no order. Some 500 cases at a
    time."""
    histories: dict[Case, list[Event]] = {case: [] for case in cases}
    wanted = {"home_court": [case[0] for case in histories], "subject": [case[1] for case in histories]}
    roots: dict[Key, set[Case]] = {}
    corrected: set[Key] = set()
    for row in _rows(connection, "read_histories", wanted):
        event = load_event(row)
        case = event.home_court, event.subject
        histories[case].append(event)
        root = event.source, event.id if event.replaces is None else event.replaces
        roots.setdefault(root, set()).add(case)
        if event.replaces is not None:
            corrected.add(root)
    if not roots:
        return histories
    for row in _rows(connection, "read_families", _families(corrected, roots)):
        member = load_event(row)
        for case in roots[member.source, row[13]] - {(member.home_court, member.subject)}:
            histories[case].append(member)
    return histories


def read_family(connection: engine.Connection, source: str, original: str) -> list[Event]:
    """The stored members of one family: the original, where it is stored, and all that replaces it."""
    key = {(source, original)}
    return [load_event(row) for row in _rows(connection, "read_families", _families(key, key))]


def read_linking(connection: engine.Connection, to: Sequence[Case]) -> dict[str, set[Case]]:
    """By subject of `to`, the cases that state a link to it; subjects nobody links to are left out."""
    binds = {"home_court": [case[0] for case in to], "subject": [case[1] for case in to]}
    linking: dict[str, set[Case]] = {}
    for subject, from_court, from_subject in connection.execute(statement("read_linking"), binds):
        linking.setdefault(subject, set()).add((from_court, from_subject))
    return linking


def _rows(connection: engine.Connection, name: str, binds: dict[str, list[str]]) -> psycopg.Cursor[Any]:
    cursor = connection.cursor(binary=True)
    json.set_json_loads(orjson.loads, cursor)
    return cursor.execute(statement(name), binds)
