"""What vanished rows ask: questions with a deadline, opened by a whole table, answered by a person or by the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plumbline import snapshots as noun
from plumbline.store import engine
from plumbline.store.snapshots import Snapshot
from plumbline.store.statements import statement


@dataclass(frozen=True, slots=True)
class Question:
    """Where has the case of a row gone? `answer` None: nobody has said."""

    id: int
    source: str
    table: str
    key: str
    courts: tuple[str, ...]
    snapshot: int
    asked_at: datetime
    deadline: datetime
    answer: str | None
    entered_under: str | None
    why: str | None
    answered_by: str | None
    answered_at: datetime | None
    digest: bytes

    def state(self, now: datetime) -> str:
        """open, overdue or answered."""
        if self.answer is not None:
            return "answered"
        return "overdue" if self.deadline < now else "open"


@dataclass(frozen=True, slots=True)
class View:
    """Whose questions are seen: all (`every`), those of `sources`, and those whose courts all are among `courts`."""

    every: bool
    sources: tuple[str, ...]
    courts: frozenset[str]

    def holds(self, question: Question) -> bool:
        """Whether one question is seen."""
        seen = bool(question.courts) and self.courts.issuperset(question.courts)
        return self.every or question.source in self.sources or seen


def ask(connection: engine.Connection, snapshot: Snapshot, now: datetime) -> int:
    """Open a question for each row this whole table lacked; returns how many were opened."""
    return connection.execute(
        statement("ask_absent_rows"),
        {
            "source": snapshot.source,
            "table": snapshot.table,
            "sending": snapshot.sending,
            "snapshot": snapshot.id,
            "now": now,
            "deadline": now + timedelta(days=snapshot.deadline_days),
        },
    ).rowcount


def answer_reappeared(
    connection: engine.Connection, snapshot: Snapshot, digests: Sequence[bytes], now: datetime
) -> None:
    """Rows that are back answer their own questions."""
    connection.execute(
        statement("answer_reappeared"),
        {
            "source": snapshot.source,
            "table": snapshot.table,
            "digests": list(digests),
            "who": snapshot.opened_by,
            "why": f"{noun.REAPPEARED} in snapshot {snapshot.id}",
            "now": now,
        },
    )


def page(
    connection: engine.Connection,
    view: View,
    *,
    source: str | None,
    state: str | None,
    before: int,
    limit: int,
    now: datetime,
) -> list[Question]:
    """Questions newest first, with ids below `before`, as far as they are seen."""
    rows = connection.execute(
        statement("list_snapshot_questions"),
        {
            "every": view.every,
            "sources": list(view.sources),
            "courts": sorted(view.courts),
            "source": source,
            "state": state,
            "before": before,
            "limit": limit,
            "now": now,
        },
    ).fetchall()
    return [_question(row) for row in rows]


def get(connection: engine.Connection, question_id: int, *, lock: bool = False) -> Question | None:
    """One question, or None; `lock` holds it until the transaction ends."""
    name = "lock_snapshot_question" if lock else "read_snapshot_question"
    row = connection.execute(statement(name), {"id": question_id}).fetchone()
    return None if row is None else _question(row)


def answer(
    connection: engine.Connection,
    question: Question,
    given: str,
    who: str,
    why: str,
    now: datetime,
    entered_under: str | None = None,
) -> None:
    """Write a person's answer."""
    connection.execute(
        statement("answer_snapshot_question"),
        {
            "id": question.id,
            "answer": given,
            "entered_under": entered_under,
            "who": who,
            "why": why,
            "now": now,
        },
    )


def _question(row: Sequence[Any]) -> Question:
    parts = list(row)
    parts[4] = tuple(row[4])
    return Question(*parts)
