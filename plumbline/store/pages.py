"""Posting: take a court's marks, fold its cases, write one page of ledger lines, balances and marks, close it last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Jsonb

from plumbline import errors, fold, periods, rules
from plumbline.events import Event
from plumbline.store import counting, nearby
from plumbline.store.statements import statement
from plumbline.subjects import SubjectParser

Connection = psycopg.Connection[Any]
PostedKey = tuple[int, str, str, int, str | None, str | None, str | None]


@dataclass(slots=True)
class Desk:
    """A court's desk while it is held: its marks, by case the strongest cause and the references of the marks, and the
    receipts of events of its own that came.
    """

    home_court: str
    causes: dict[str, str] = field(default_factory=dict)
    references: dict[str, list[int]] = field(default_factory=dict)
    arrived: dict[str, set[int]] = field(default_factory=dict)
    marks: int = 0


@dataclass(frozen=True, slots=True)
class Posted:
    """What a step did. `page` is the page's number in commit order, None where nothing changed."""

    home_court: str
    marks: int
    cases: int
    changed: int
    postings: int
    parked: int
    page: int | None


@dataclass(slots=True)
class _Change:
    """One refolded case whose books change."""

    subject: str
    lines: list[tuple[PostedKey, int]]
    posted: bytes
    facts: Mapping[str, object]
    events: int
    sealed: bool


FROM_EVENTS = ("event", "family", "linked")
"""The causes whose reference is a receipt; any other is kept negative, so that the two are never mixed up."""
STRENGTH = {"event": 0, "family": 1, "rebuild": 2, "court": 3, "calendar": 4, "definition": 5, "linked": 6}


def step(
    connection: Connection,
    book: rules.Rules,
    subjects: SubjectParser,
    zones: fold.Zones,
    *,
    tree_mark: int,
    most: int,
    reach: Callable[[str], None] = lambda point: None,
) -> Posted | None:
    """Post one court's oldest marks in the caller's transaction. None when no court has work that is free.

    Raises StaleGeneration when the catalogue moved on: reload the rules and step again.
    """
    head = connection.execute("SELECT number, tree FROM generation_head FOR SHARE").fetchone()
    if head != (book.generation, tree_mark):
        raise errors.StaleGeneration(
            f"The catalogue and the court tree are at {head}, these at {book.generation, tree_mark}."
        )
    desk = _claim(connection, most)
    if desk is None:
        return None
    cases = nearby.read(connection, desk.home_court, sorted(desk.causes), subjects)
    changes, parked, elsewhere = _refold(connection, desk, cases, book, subjects, zones)
    _propagate(connection, desk, cases, elsewhere)
    counts = counting.count_arrivals(connection, desk.home_court, desk.arrived, zones(desk.home_court).key)
    if desk.home_court in desk.causes:
        counts += counting.count_closings(connection, desk.home_court)
    number = None
    if changes or counts:
        page = _open(connection, desk, book.generation, len(changes))
        if changes:
            _write(connection, desk, book.generation, page, changes)
        if counts:
            counting.write(connection, desk.home_court, page, counts)
        reach("after_posting")
        number = _close(connection, page)
    return Posted(
        desk.home_court,
        desk.marks,
        len(desk.causes),
        len(changes),
        sum(len(c.lines) for c in changes),
        parked,
        number,
    )


def _claim(connection: Connection, most: int) -> Desk | None:
    row = connection.execute(statement("claim_desk")).fetchone()
    if row is None:
        return None
    desk = Desk(row[0])
    taken = connection.execute(
        statement("take_marks"), {"home_court": desk.home_court, "most": most}
    ).fetchall()
    desk.marks = len(taken)
    for subject, cause, reference in taken:
        known = desk.causes.get(subject)
        if known is None or STRENGTH[cause] < STRENGTH[known]:
            desk.causes[subject] = cause
        desk.references.setdefault(subject, []).append(reference if cause in FROM_EVENTS else -reference)
        if cause == "event":
            desk.arrived.setdefault(subject, set()).add(reference)
    return desk


def read_cases(
    connection: Connection, home_court: str, names: Sequence[str], subjects: SubjectParser
) -> tuple[dict[str, list[Event]], dict[str, list[fold.Linked]]]:
    """The events of cases of a court, and the cases near each with theirs: what a fold takes."""
    found = nearby.read(connection, home_court, names, subjects)
    return found.events, found.linked


def _refold(
    connection: Connection,
    desk: Desk,
    cases: nearby.Cases,
    book: rules.Rules,
    subjects: SubjectParser,
    zones: fold.Zones,
) -> tuple[list[_Change], int, dict[tuple[str, str], int]]:
    names = sorted(desk.causes)
    states = {
        subject: (bytes(posted), facts, count)
        for subject, posted, facts, count in connection.execute(
            "SELECT subject, posted, facts, events FROM case_state WHERE home_court = %s AND subject = ANY (%s)",
            (desk.home_court, names),
        )
    }
    accounts = live_accounts(book)
    connection.execute(
        "DELETE FROM parked_case WHERE home_court = %s AND subject = ANY (%s)", (desk.home_court, names)
    )
    changes: list[_Change] = []
    parked, elsewhere = 0, dict[tuple[str, str], int]()
    for name in names:
        history, near = cases.events.get(name, []), cases.linked.get(name, ())
        try:
            folded = fold.fold(subjects.parse(name), history, near, book, zones)
        except Exception as problem:
            park(connection, desk.home_court, name, f"{type(problem).__name__}: {problem}"[:500])
            parked += 1
            continue
        if desk.causes[name] == "event":
            elsewhere.update(dict.fromkeys(folded.elsewhere, max(desk.references[name])))
        change = _difference(name, folded, states.get(name), accounts)
        if change is not None:
            changes.append(change)
    return changes, parked, elsewhere


def live_accounts(book: rules.Rules) -> frozenset[int]:
    """The accounts this generation posts to; a case's lines on any other account stay as they are."""
    found: set[int] = set()
    for rule in book.measures():
        found.update(one for one in (rule.account, rule.trigger, rule.unattributed) if one is not None)
        found.update(rule.grains.values())
    return frozenset(found)


def park(connection: Connection, home_court: str, subject: str, reason: str) -> None:
    """Set a case aside that could not be folded; its books stay as they were, and the metric shows it."""
    connection.execute(
        "INSERT INTO parked_case (home_court, subject, reason) VALUES (%s, %s, %s)"
        " ON CONFLICT (home_court, subject) DO UPDATE SET reason = excluded.reason, parked_at = clock_timestamp()",
        (home_court, subject, reason),
    )


def _difference(
    name: str, folded: fold.Folded, state: tuple[bytes, Any, int] | None, accounts: frozenset[int]
) -> _Change | None:
    """The lines that bring what the case has posted to what it should have posted; None where nothing changes."""
    before: dict[PostedKey, int] = {}
    if state is not None:
        before = {(*line[:-1],): line[-1] for line in orjson.loads(state[0])}
    after: dict[PostedKey, int] = {(*key,): value for key, value in folded.postings.items()}
    kept = {key: value for key, value in before.items() if key[0] not in accounts}
    keys = after.keys() | (before.keys() - kept.keys())
    lines = [(key, change) for key in keys if (change := after.get(key, 0) - before.get(key, 0))]
    facts = {key: list(value) if isinstance(value, tuple) else value for key, value in folded.facts.items()}
    if not lines and state is not None and state[1] == facts and state[2] == len(folded.entries):
        return None
    if not lines and state is None and not folded.entries:
        return None
    whole = sorted(({**kept, **after}).items(), key=_line_order)
    posted = orjson.dumps([[*key, value] for key, value in whole])
    return _Change(name, sorted(lines, key=_line_order), posted, facts, len(folded.entries), folded.sealed)


def _line_order(line: tuple[PostedKey, int]) -> tuple[Any, ...]:
    account, court, category, day, division, judge, cause = line[0]
    return account, court, category, day, division or "", judge or "", cause or ""


def _propagate(
    connection: Connection, desk: Desk, cases: nearby.Cases, elsewhere: Mapping[tuple[str, str], int]
) -> None:
    """An event marks the cases its own case links to, those that name a key with it, and those its family touches: here,
    after its commit, none is missed.

    A case touched through a family has lost or won an event, so the cases near it are marked as well.
    """
    touched = {name for name, cause in desk.causes.items() if cause in ("event", "family")}
    moved = [(name, max(desk.references[name])) for name in sorted(touched)]
    if not moved:
        return
    connection.execute(
        statement("mark_linked"),
        {
            "home_court": desk.home_court,
            "subjects": [name for name, _ in moved],
            "references": [reference for _, reference in moved],
        },
    )
    nearby.mark(connection, desk.home_court, cases, dict(moved))
    for (home_court, subject), reference in sorted(elsewhere.items()):
        connection.execute(
            "INSERT INTO dirty_case (home_court, subject, priority, cause, reference) VALUES (%s, %s, 1, 'family', %s)",
            (home_court, subject, reference),
        )


def _open(connection: Connection, desk: Desk, generation: int, cases: int) -> int:
    cause = min(desk.causes.values(), key=STRENGTH.__getitem__)
    row = connection.execute(
        "INSERT INTO page (home_court, cause, generation, cases) VALUES (%s, %s, %s, %s) RETURNING id",
        (desk.home_court, cause, generation, cases),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _write(
    connection: Connection, desk: Desk, generation: int, page: int, changes: Sequence[_Change]
) -> None:
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY posting (account, court, category, day, value, page, subject, home_court, division, judge, cause)"
            " FROM STDIN (FORMAT BINARY)"
        ) as copy:
            copy.set_types(
                ["int4", "text", "text", "date", "int8", "int8", "text", "text", "text", "text", "text"]
            )
            for change in changes:
                for (account, court, category, day, division, judge, cause), value in change.lines:
                    on = date.fromordinal(day)
                    copy.write_row(
                        (
                            account,
                            court,
                            category,
                            on,
                            value,
                            page,
                            change.subject,
                            desk.home_court,
                            division,
                            judge,
                            cause,
                        )
                    )
        with cursor.copy(
            "COPY page_case (page, subject, cause, receipts) FROM STDIN (FORMAT BINARY)"
        ) as copy:
            copy.set_types(["int8", "text", "text", "int8[]"])
            for change in changes:
                references = sorted(set(desk.references[change.subject]))
                copy.write_row((page, change.subject, desk.causes[change.subject], references))
    connection.execute(
        statement("save_states"),
        {
            "home_court": desk.home_court,
            "generation": generation,
            "page": page,
            "subjects": [change.subject for change in changes],
            "facts": [Jsonb(change.facts, dumps=_dumps) for change in changes],
            "posted": [change.posted for change in changes],
            "events": [change.events for change in changes],
            "sealed": [change.sealed for change in changes],
        },
    )
    add_balances(connection, (line for change in changes for line in change.lines), page)


def _dumps(value: object) -> bytes:
    return orjson.dumps(value)


def add_balances(connection: Connection, lines: Iterable[tuple[PostedKey, int]], page: int) -> None:
    """Add lines to both grains of balances, and mark the cells they touch."""
    days: dict[tuple[int, str, str, date], int] = {}
    months: dict[tuple[int, str, str, date], int] = {}
    for (account, court, category, day, *_), value in lines:
        on = date.fromordinal(day)
        first = periods.month_start(on)
        days[account, court, category, on] = days.get((account, court, category, on), 0) + value
        months[account, court, category, first] = months.get((account, court, category, first), 0) + value
    for name, sums in (("add_balances_day", days), ("add_balances_month", months)):
        rows = sorted(
            sums.items()
        )  # lines that add up to 0 keep their row: it says that the series reaches there
        connection.execute(
            statement(name), {**_columns([key for key, _ in rows]), "values": [value for _, value in rows]}
        )
    marks = sorted(months.items())
    asked = {**_columns([key for key, _ in marks]), "values": [value for _, value in marks], "page": page}
    connection.execute(statement("mark_values"), asked)


def _columns(keys: Sequence[tuple[int, str, str, date]]) -> dict[str, list[Any]]:
    return {
        "accounts": [key[0] for key in keys],
        "courts": [key[1] for key in keys],
        "categories": [key[2] for key in keys],
        "days": [key[3] for key in keys],
    }


def _close(connection: Connection, page: int) -> int:
    connection.execute(statement("hold_page_clock"))
    row = connection.execute(statement("close_page")).fetchone()
    assert row is not None
    connection.execute("UPDATE page SET number = %s, closed_at = %s WHERE id = %s", (row[0], row[1], page))
    return int(row[0])
