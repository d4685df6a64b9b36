"""What newly stored events bring about: their receipt, links, marks and closed days; and the bulk copy that
writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import psycopg
from psycopg.types.string import BytesBinaryDumper

from plumbline.events import Event
from plumbline.store import engine
from plumbline.store.statements import statement

DAY_CLOSED: Final = "source.day_closed"
LIVE: Final = 0
COPIED_FROM: Final = 200
"""From this many rows on, a COPY is cheaper than arrays."""

_TYPES: Final = ["text", "text", "int2", "text", "int8"]

Case = tuple[str, str]
"""(home court, subject)"""


def record(connection: engine.Connection, accepted: Sequence[Event], receipt: int) -> None:
    """The receipt, links, marks and closed days of newly stored events.

    Each event marks its own case; the scorer marks the cases it touches elsewhere (docs/decisions/0002).
    """
    connection.execute(statement("insert_receipt"), {"id": receipt, "events": len(accepted)})
    links = [(event, link) for event in accepted for link in event.links]
    if links:
        connection.execute(
            statement("insert_links"),
            {
                "source": [event.source for event, _ in links],
                "event_id": [event.id for event, _ in links],
                "role": [link.role for _, link in links],
                "from_court": [event.home_court for event, _ in links],
                "from_subject": [event.subject for event, _ in links],
                "to_court": [link.home_court for _, link in links],
                "to_subject": [link.subject for _, link in links],
            },
        )
    _mark(connection, {(event.home_court, event.subject) for event in accepted}, LIVE, "event", receipt)
    closed = [event for event in accepted if event.type == DAY_CLOSED]
    if closed:
        _close_days(connection, closed, receipt)


def _mark(connection: engine.Connection, cases: set[Case], priority: int, cause: str, reference: int) -> None:
    marked = sorted(cases)
    if len(marked) >= COPIED_FROM:
        rows = ((court, subject, priority, cause, reference) for court, subject in marked)
        copy(connection, "copy_marks", _TYPES, rows)
    elif marked:
        connection.execute(
            statement("insert_marks"),
            {
                "home_court": [case[0] for case in marked],
                "subject": [case[1] for case in marked],
                "priority": priority,
                "cause": cause,
                "reference": reference,
            },
        )


def _close_days(connection: engine.Connection, closed: Sequence[Event], receipt: int) -> None:
    told = [(event, name, count) for event in closed for name, count in sorted(event.data["counts"].items())]
    connection.execute(
        statement("insert_days_closed"),
        {
            "source": [event.source for event, _, _ in told],
            "court": [event.home_court for event, _, _ in told],
            "day": [date.fromisoformat(event.data["day"]) for event, _, _ in told],
            "type": [name for _, name, _ in told],
            "declared": [count for _, _, count in told],
            "event_id": [event.id for event, _, _ in told],
            "receipt": receipt,
        },
    )


def count(connection: engine.Connection, bound: int) -> int:
    """How many marks wait; counting stops at `bound`."""
    row = connection.execute(statement("count_marks"), {"bound": bound}).fetchone()
    assert row is not None
    return int(row[0])


def by_source(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Event ids by source, of (source, event id) pairs."""
    found: dict[str, list[str]] = {}
    for source, event_id in keys:
        found.setdefault(source, []).append(event_id)
    return found


def copy(
    connection: engine.Connection, name: str, types: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Write rows by a binary COPY statement; each value already fits the plain type named for it."""
    with connection.cursor() as cursor:
        cursor.adapters.register_dumper(
            bytes, BytesBinaryDumper
        )  # the default one asks of each value if it is a wrapper
        _write(cursor, name, types, rows)


def _write(
    cursor: psycopg.Cursor[Any], name: str, types: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    with cursor.copy(statement(name)) as copy:
        copy.set_types(types)
        write = copy.write_row
        for row in rows:
            write(row)
