"""The life of a snapshot around its rows: opened, closed or held as suspect, confirmed or let go; and the answers to
what vanished rows ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson

from plumbline import errors, snapshots
from plumbline.events import Event
from plumbline.refusals import Refusal
from plumbline.snapshots import Told
from plumbline.store import engine, journal, quarantine, snapshot_questions
from plumbline.store import snapshots as store
from plumbline.store.snapshot_questions import Question, View
from plumbline.store.snapshots import Asked, Kept, Snapshot
from plumbline.store.sources import Source
from plumbline.store.tokens import EVERY, Principal
from services.ingest import decisions, snapshot_rows
from services.ingest.admission import Admission

ROWS_GONE: Final = "rows_gone"
ROWS_UNREADABLE: Final = "rows_unreadable"
TABLE_EMPTY: Final = "table_empty"
"""Why a table is suspect: too many of its rows are gone; rows came whose keys cannot be read, so which are missing is
not known; or it holds no row at all."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A person's answer to a question."""

    answer: str
    why: str
    new_key: str | None = None


def begin(pool: engine.Pool, who: Principal, asked: Asked, now: datetime) -> tuple[Snapshot, bool]:
    """The snapshot opened, and whether it is new: the same asked again begins its sending anew.

    errors.Conflict where another of the table is open, or a newer one was told already.
    """
    with engine.transaction(pool) as connection:
        store.lock_table(connection, asked.source, asked.table)
        last = store.last_taken(connection, asked.source, asked.table)
        if last is not None and asked.taken_at < last:
            raise errors.Conflict(
                f"The table {asked.table} of {asked.source} was told as it stood at {last.isoformat()}, and this one "
                f"was taken before, at {asked.taken_at.isoformat()}",
                why="An older table would tell changes backwards.",
                next="Send the newest table; taken_at is the moment it was exported.",
            )
        found, begun = store.begin(connection, asked, who.name, now)
        if begun:
            return found, True
        if found.taken_at != asked.taken_at or found.partial != asked.partial:
            raise errors.Conflict(
                f"Snapshot {found.id} of the table {asked.table}, taken at {found.taken_at.isoformat()}, is open",
                next=f"Send that one again and close it, or abandon it: POST /v1/snapshots/{found.id}/abandon.",
            )
        store.resume(connection, found.id, asked, now)
        again = store.get(connection, found.id)
        assert again is not None
        return again, False


def close(pool: engine.Pool, who: Principal, snapshot_id: int, rows: int, now: datetime) -> Snapshot:
    """Close a snapshot of which exactly `rows` rows were sent; whole tables then ask after the rows they lack.

    errors.Conflict where rows are missing (it stays open), or where it ended otherwise. Closing again is safe.
    """

    def work() -> Snapshot:
        with engine.transaction(pool) as connection:
            found = snapshot_rows.held(connection, who, snapshot_id)
            if found.state in ("closed", "suspect") and found.rows == rows:
                return found
            _must_be(found, "open")
            missing, beyond = store.check_received(connection, snapshot_id, rows)
            if missing != "{}" or beyond != "{}":
                at_fault = f"missing are {missing}" if missing != "{}" else f"beyond it came {beyond}"
                raise errors.Conflict(
                    f"Of {rows:,} rows {found.rows:,} were received: {at_fault:.300}",
                    why="A short table would make its missing rows look vanished; the snapshot stays open.",
                    next="Send those rows, or the whole table again, then close it.",
                )
            return _end(connection, found, who, now)

    return engine.retrying(work)


def _end(connection: engine.Connection, found: Snapshot, who: Principal, now: datetime) -> Snapshot:
    absent, reason, asked = 0, "", 0
    if not found.partial:
        held, absent = store.count_absent(connection, found)
        if snapshots.is_suspect(absent, held, percent=found.gone_percent, empty=found.rows == 0):
            reason = ROWS_GONE if found.rows else TABLE_EMPTY
        elif absent and found.counts.get("unreadable", 0):
            reason = ROWS_UNREADABLE
    state = "suspect" if reason else "closed"
    store.end(connection, found, state, now, reason=reason, absent=absent)
    if absent and not reason:
        asked = snapshot_questions.ask(connection, found, now)
    _note(connection, who, "snapshot.close", found, {"state": state, "absent": absent, "questions": asked})
    return _again(connection, found)


def confirm(
    pool: engine.Pool, admission: Admission, who: Principal, snapshot_id: int, why: str, now: datetime
) -> Snapshot:
    """An office says that the rows a suspect table lacks are gone indeed: they become questions."""
    with engine.transaction(pool) as connection:
        found = visible(connection, admission, who, snapshot_id, lock=True)
        _must_be(found, "suspect")
        asked = snapshot_questions.ask(connection, found, now)
        store.end(connection, found, "closed", now, reason=found.reason)
        _note(connection, who, "snapshot.confirm", found, {"why": why, "questions": asked})
        return _again(connection, found)


def abandon(
    pool: engine.Pool, admission: Admission, who: Principal, snapshot_id: int, why: str, now: datetime
) -> Snapshot:
    """Let a snapshot go: nothing is asked after. What its rows told stays told; the next table tells it anew.

    An open one by its feeder or an office; a suspect one by an office.
    """
    with engine.transaction(pool) as connection:
        found = visible(connection, admission, who, snapshot_id, lock=True)
        if found.state == "suspect" and not who.may_decide:
            raise errors.NotAllowed(
                f"The role {who.role} may not let a suspect table go",
                next="Ask the trial management office (role office or operator).",
            )
        if found.state != "suspect":
            _must_be(found, "open")
        store.end(connection, found, "abandoned", now, reason=found.reason)
        _note(connection, who, "snapshot.abandon", found, {"why": why})
        return _again(connection, found)


def visible(
    connection: engine.Connection,
    admission: Admission,
    who: Principal,
    snapshot_id: int,
    *,
    lock: bool = False,
) -> Snapshot:
    """A snapshot of a source the principal feeds, or whose courts all are the office's; errors.NotFound otherwise."""
    sources = decisions.visible(who, admission)
    found = store.get(connection, snapshot_id)
    if found is None or not (sources is None or found.source in sources):
        raise errors.NotFound(f"There is no snapshot {snapshot_id}")
    if not lock:
        return found
    store.lock_table(connection, found.source, found.table)
    again = store.get(connection, snapshot_id, lock=True)
    assert again is not None
    return again


def view(who: Principal, admission: Admission) -> View:
    """Whose questions a principal sees: of the sources it feeds; an office also those about its courts."""
    if who.may_decide and EVERY in who.courts:
        return View(True, (), frozenset())
    fed = tuple(one for one in admission.sources.all() if who.may_feed(one))
    if not who.may_decide:
        return View(False, fed, frozenset())
    tree = admission.tree()
    return View(False, fed, frozenset(code for code in tree.codes() if who.sees(code, tree)))


def answer(
    pool: engine.Pool, admission: Admission, who: Principal, question_id: int, reply: Reply, now: datetime
) -> tuple[Question, dict[str, Any]]:
    """Write an answer and what follows from it, in one transaction; the question, and what was retracted.

    errors.NotFound, errors.Conflict where it is answered already, errors.BadInput, also where a retraction
    is refused at the door.
    """
    seen = view(who, admission)

    def work() -> tuple[Question, dict[str, Any]]:
        with engine.transaction(pool) as connection:
            question = _locked(connection, seen, question_id)
            if question.answer is not None:
                raise errors.Conflict(
                    f"Question {question_id} is answered already: {question.answer}",
                    next="Read it to see by whom.",
                )
            kept = store.lock_row(connection, question.source, question.table, question.digest)
            assert kept is not None  # a question is asked of a row, and none is ever removed
            _check(connection, question, reply)
            told, effect = kept.told, {"retracted": 0, "receipt": None}
            if reply.answer == snapshots.NOT_HAPPENED:
                source = admission.sources.get(question.source)
                assert source is not None
                told, effect = _retract(connection, admission, source, kept, now)
            store.leave_row(connection, question.source, question.table, kept, told)
            snapshot_questions.answer(
                connection, question, reply.answer, who.name, reply.why, now, reply.new_key
            )
            detail = {"answer": reply.answer, "why": reply.why, "new_key": reply.new_key, **effect}
            quarantine.note(
                connection, who.name, "snapshot.answer", f"snapshot_question/{question_id}", detail
            )
            said = replace(
                question, answer=reply.answer, entered_under=reply.new_key, why=reply.why, answered_by=who.name,
                answered_at=now,
            )  # fmt: skip
            return said, effect

    return engine.retrying(work)


def _locked(connection: engine.Connection, seen: View, question_id: int) -> Question:
    """The question with its table locked first, as every writer does."""
    found = snapshot_questions.get(connection, question_id)
    if found is None or not seen.holds(found):
        raise errors.NotFound(f"There is no question {question_id}")
    store.lock_table(connection, found.source, found.table)
    again = snapshot_questions.get(connection, question_id, lock=True)
    assert again is not None
    return again


def _check(connection: engine.Connection, question: Question, reply: Reply) -> None:
    if (reply.answer == snapshots.ENTERED_UNDER) != (reply.new_key is not None):
        raise errors.BadInput(
            "Only the answer entered_under names a new key, and it must", next="Write new_key with it alone."
        )
    if reply.new_key is None:
        return
    digest = snapshots.digest_of(reply.new_key)
    if (
        digest == question.digest
        or store.lock_row(connection, question.source, question.table, digest) is None
    ):
        raise errors.BadInput(
            f"The table {question.table} has told no other row {reply.new_key:.60}",
            next="Write the key as it stands in the table.",
        )


def _retract(
    connection: engine.Connection, admission: Admission, source: Source, kept: Kept, now: datetime
) -> tuple[dict[str, Told], dict[str, Any]]:
    """Retract all that a row told; nothing is answered unless all of it is."""

    def admit(record: Mapping[str, Any]) -> Event | Refusal:
        return admission.admit(record, source, now)

    ids = snapshots.no_longer_told(kept.told, (), ())
    families = store.read_members(connection, source.id, ids)
    told = dict(kept.told)
    events: list[Event] = []
    raws: list[bytes] = []
    for key in ids:
        derived = snapshots.retract(
            source.id, key, told[key], families.get(key, []), admit, snapshots.NOT_HAPPENED
        )
        if isinstance(derived, Refusal):
            raise _not_retracted(derived)
        told[key] = derived.told
        if derived.event is not None:
            events.append(derived.event)
            raws.append(orjson.dumps(derived.record))
    appended = journal.append(connection, events, raws) if events else journal.Appended([], None)
    refused = next((one for one in appended.outcomes if isinstance(one, Refusal)), None)
    if refused is not None:
        raise _not_retracted(refused)
    return told, {"retracted": len(events), "receipt": appended.receipt}


def _not_retracted(refusal: Refusal) -> errors.BadInput:
    return errors.BadInput(
        f"A retraction is refused: {refusal.detail}", why="Nothing was answered.", next="Answer otherwise."
    )


def _must_be(found: Snapshot, state: str) -> None:
    if found.state != state:
        raise errors.Conflict(
            f"The snapshot {found.id} is {found.state}, not {state}", next="Read it to see what became of it."
        )


def _again(connection: engine.Connection, found: Snapshot) -> Snapshot:
    again = store.get(connection, found.id)
    assert again is not None
    return again


def _note(
    connection: engine.Connection, who: Principal, act: str, found: Snapshot, detail: dict[str, Any]
) -> None:
    quarantine.note(
        connection,
        who.name,
        act,
        f"snapshot/{found.id}",
        {"source": found.source, "table": found.table, **detail},
    )
