"""Deviations as they stand and every change of one. A change, what the watch remembers and what is owed to receivers
are written in one transaction; changes are numbered in the order of their commits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final

import orjson
from psycopg.types.json import Jsonb

from plumbline import errors
from plumbline.notices import TOLD, Notice
from plumbline.store import deliveries, engine
from plumbline.store.evidence import Evidence
from plumbline.store.statements import statement
from plumbline.warning import kinship, life
from plumbline.warning.life import Memory, Terms
from plumbline.warning.verdicts import Verdict

LAST: Final = 2**63 - 1
STATES: Final = ("pending", "open", "acknowledged", "resolved")


@dataclass(frozen=True, slots=True)
class Deviation:
    """A deviation as it stands; `document` is what its watch last said of it."""

    id: int
    watch: str
    kind: str
    court: str
    object: str
    subject: str | None
    state: str
    severity: str
    cause: str
    level: str
    group: str
    begun_on: date
    changed_at: datetime
    silent_until: datetime | None
    change: int
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a deviation; `principal` None: its watch."""

    number: int
    act: str
    state: str
    severity: str
    at: datetime
    day: date
    page: int
    hash: str
    document: Mapping[str, Any]
    principal: str | None
    why: str | None
    inputs: Mapping[str, Any] | None = None
    """What its look read that no page tells (store/evidence.py)."""


@dataclass(frozen=True, slots=True)
class Watching:
    """What is written beside every change of a watch's look: whose it is, on which day, over which page."""

    watch: str
    kind: str
    hash: str
    day: date
    page: int
    at: datetime
    terms: Terms
    courts: Mapping[str, tuple[str, ...]]
    """By court: who is told of it, the court itself first."""
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Held:
    """What stands of one object: its memory and, if any, the deviation with the moment until which it is silent."""

    memory: Memory
    deviation: int | None = None
    level: str = ""
    silent_until: datetime | None = None
    begun_on: date | None = None


def read_standing(connection: engine.Connection, watch: str) -> dict[tuple[str, str], Held]:
    """By court and object, what a watch remembers; locked until the transaction ends."""
    rows = connection.execute(statement("list_standing_deviations"), {"watch": watch})
    return {
        (row[0], row[1]): Held(Memory.from_json(row[2]), row[3], row[7] or "", row[8], row[10])
        for row in rows
    }


def take(
    connection: engine.Connection,
    watching: Watching,
    verdicts: Sequence[Verdict],
    ended: Callable[[str, str], Verdict] | None = None,
) -> int:
    """Take what a look found into the deviations; returns how many changes were written.

    Verdicts of a day already looked at change nothing. `ended` says of a court's object that stands and that the look no
    longer met (a case that was closed) that it is inside its line. The caller holds the watch alone.
    """
    held = read_standing(connection, watching.watch)
    met = {(one.court, one.object) for one in verdicts}
    gone = [key for key, one in sorted(held.items()) if key not in met and one.memory.state in life.STANDING]
    verdicts = [*verdicts, *(ended(*key) for key in gone if ended is not None)]
    moved: list[tuple[Verdict, Held, life.Step]] = []
    kept: dict[tuple[str, str], Memory] = {}
    for verdict in verdicts:
        key = (verdict.court, verdict.object)
        before = held.get(key, Held(Memory()))
        step = life.look(before.memory, verdict, watching.terms, watching.day)
        if step.memory != before.memory:
            kept[key] = step.memory
        if step.act is not None:
            moved.append((verdict, before, step))
    _remember(connection, watching, kept)
    if moved:
        first = _numbers(connection, len(moved))
        for number, (verdict, before, step) in enumerate(moved, first):
            _write(connection, watching, number, verdict, before, step)
    return len(moved)


def _remember(
    connection: engine.Connection, watching: Watching, kept: Mapping[tuple[str, str], Memory]
) -> None:
    if kept:
        connection.execute(
            statement("save_watch_memory"),
            {
                "watch": watching.watch,
                "day": watching.day,
                "courts": [court for court, _ in kept],
                "objects": [thing for _, thing in kept],
                "memories": [orjson.dumps(memory.as_json()).decode() for memory in kept.values()],
            },
        )


def _numbers(connection: engine.Connection, count: int) -> int:
    """The first of `count` numbers of changes; the row that gives them is held to commit."""
    row = connection.execute(statement("number_changes"), {"count": count}).fetchone()
    assert row is not None
    return int(row[0]) - count + 1


def _write(
    connection: engine.Connection,
    watching: Watching,
    number: int,
    verdict: Verdict,
    before: Held,
    step: life.Step,
) -> None:
    act, memory = step.act or "", step.memory
    ends = find(connection, before.deviation) if act == "resolved" and before.deviation else None
    state = "resolved" if act in ("resolved", "dropped") else memory.state
    severity = memory.severity or before.memory.severity
    binds: dict[str, Any] = {
        "watch": watching.watch,
        "kind": watching.kind,
        "court": verdict.court,
        "object": verdict.object,
        "subject": verdict.subject,
        "state": state,
        "severity": severity,
        "cause": verdict.cause,
        "level": None,
        "group_key": group_key(verdict.court, watching.day),
        "day": watching.day,
        "at": watching.at,
        "change": number,
        "act": act,
        "page": watching.page,
        "hash": watching.hash,
        "document": Jsonb(dict(verdict.document)),
        "principal": None,
        "why": None,
        "inputs": Jsonb(inputs)
        if (inputs := watching.evidence.inputs(verdict.court, verdict.object))
        else None,
        "silence": False,
        "silent_until": None,
    }
    if before.deviation is None:
        row = connection.execute(statement("insert_deviation"), binds).fetchone()
        assert row is not None
        binds["id"] = row[0]
    else:
        binds["id"] = before.deviation
        connection.execute(statement("change_deviation"), binds)
    connection.execute(statement("insert_deviation_change"), binds)
    silent = before.silent_until is not None and before.silent_until > watching.at
    if act in TOLD and (not silent or act == "resolved"):
        notice = _notice(watching, binds, verdict.document, before.begun_on or watching.day, ends)
        deliveries.owe(connection, notice)


def _notice(
    watching: Watching, binds: Mapping[str, Any], document: Mapping[str, Any], begun_on: date,
    last: Deviation | None = None,
) -> Notice:  # fmt: skip
    begun = datetime.combine(begun_on, time(0), UTC)
    ended = watching.at if binds["state"] == "resolved" else None
    who = watching.courts.get(binds["court"], (binds["court"],))
    courts = kinship.told(binds["court"], who, last.document if last else document)
    return Notice(
        number=binds["change"],
        deviation=binds["id"],
        act=binds["act"],
        state=binds["state"],
        severity=binds["severity"],
        watch=binds["watch"],
        kind=binds["kind"],
        court=binds["court"],
        courts=courts,
        subject=binds["subject"],
        begun_at=begun,
        ended_at=ended,
        at=watching.at,
        text=document["text"],
        document=kinship.seen(document, lambda _: ()),
    )


def group_key(court: str, day: date) -> str:
    """Court and week: what is shown on one card."""
    year, week, _ = day.isocalendar()
    return f"{court} {year}-W{week:02d}"


def list_deviations(
    connection: engine.Connection,
    courts: Sequence[str],
    *,
    states: Sequence[str] = STATES,
    kind: str | None = None,
    severity: str | None = None,
    watch: str | None = None,
    subject: str | None = None,
    week: str | None = None,
    before: int = LAST,
    limit: int,
) -> list[Deviation]:
    """Deviations of some courts, newest first; `week` (2025-W38): those that began in it."""
    rows = connection.execute(
        statement("list_deviations"),
        {
            "courts": list(courts),
            "states": list(states),
            "kind": kind,
            "severity": severity,
            "watch": watch,
            "subject": subject,
            "week": week,
            "before": before,
            "limit": limit,
        },
    )
    return [Deviation(*row) for row in rows]


def read_changes(connection: engine.Connection, deviation: int) -> list[Change]:
    """Every change of one deviation, in their order."""
    return [
        Change(*row) for row in connection.execute(statement("list_deviation_changes"), {"id": deviation})
    ]


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does with a deviation: acknowledge, silence (until a moment), or close; always with a reason."""

    name: str
    principal: str
    why: str
    until: datetime | None = None


def find(connection: engine.Connection, deviation: int) -> Deviation | None:
    """One deviation as it stands; None where there is none."""
    row = connection.execute(statement("read_deviation"), {"id": deviation}).fetchone()
    return None if row is None else Deviation(*row[:16])


def perform(
    connection: engine.Connection, deviation: int, act: Act, now: datetime, courts: tuple[str, ...]
) -> Deviation:
    """Do an act under the deviation's lock, with its change and what is owed; errors.NotFound, Conflict, BadInput.

    `courts` are those told, the deviation's own first.
    """
    row = connection.execute(statement("lock_deviation"), {"id": deviation}).fetchone()
    if row is None:
        raise errors.NotFound(f"There is no deviation {deviation}", next="GET /v1/deviations lists them.")
    found, (digest, page, day, kept) = Deviation(*row[:16]), row[16:]
    memory = Memory.from_json(kept)
    if act.name == "acknowledge":
        memory = life.acknowledge(memory)
    elif act.name == "close":
        memory = life.close(memory)
    elif memory.state not in life.STANDING:
        raise errors.Conflict(f"The deviation is {memory.state} already", next="Read it again.")
    elif act.until is None or act.until <= now:
        raise errors.BadInput(
            "A silence needs an end that lies ahead", next="Write `until` as a moment to come."
        )
    name = {"acknowledge": "acknowledged", "silence": "silenced", "close": "closed"}[act.name]
    terms = Terms(1, 1, "red", 0)
    watching = Watching(found.watch, found.kind, digest, day, page, now, terms, {found.court: courts})
    _remember(connection, watching, {(found.court, found.object): memory})
    binds = {
        **_binds(found),
        "state": memory.state,
        "severity": memory.severity or found.severity,
        "at": now,
        "change": _numbers(connection, 1),
        "act": name,
        "day": day,
        "page": page,
        "hash": digest,
        "document": Jsonb({}),
        "principal": act.principal,
        "why": act.why,
        "silence": act.name == "silence",
        "silent_until": act.until,
    }
    connection.execute(statement("change_deviation"), binds)
    connection.execute(statement("insert_deviation_change"), binds)
    deliveries.owe(connection, _notice(watching, binds, found.document, found.begun_on))
    until = act.until if act.name == "silence" else found.silent_until
    return replace(found, state=memory.state, changed_at=now, silent_until=until, change=int(binds["change"]))


def _binds(found: Deviation) -> dict[str, Any]:
    return {
        "id": found.id,
        "watch": found.watch,
        "kind": found.kind,
        "court": found.court,
        "object": found.object,
        "subject": found.subject,
        "cause": None,
        "level": None,
        "inputs": None,
    }


def escalate(connection: engine.Connection, watching: Watching, above: Mapping[str, str]) -> int:
    """Take what nobody has acknowledged in time up to the court above; returns how many. `above`: by court, its
    parent; the highest goes no further.
    """
    rows = connection.execute(statement("list_unheeded"), {"watch": watching.watch}).fetchall()
    done = 0
    for deviation, told_at, steps in rows:
        if told_at is None or not life.due_above("open", told_at, watching.at, watching.terms, steps):
            continue
        found = find(connection, deviation)
        if found is None or found.state != "open" or found.level not in above:
            continue
        higher = above[found.level]
        binds = {
            **_binds(found),
            "state": found.state,
            "severity": found.severity,
            "level": higher,
            "at": watching.at,
            "change": _numbers(connection, 1),
            "act": "escalated",
            "day": watching.day,
            "page": watching.page,
            "hash": watching.hash,
            "document": Jsonb({"level": higher}),
            "principal": None,
            "why": None,
            "silence": False,
            "silent_until": None,
        }
        connection.execute(statement("change_deviation"), binds)
        connection.execute(statement("insert_deviation_change"), binds)
        notice = _notice(watching, binds, found.document, found.begun_on)
        deliveries.owe(connection, replace(notice, courts=(found.court, higher)))
        done += 1
    return done
