"""Proof of the books: fold every case again from the journal and hold the result against what was posted, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg

from plumbline import fold, rules
from plumbline.store import pages
from plumbline.store.statements import statement
from plumbline.subjects import SubjectParser

Connection = psycopg.Connection[Any]
BATCH = 500


@dataclass(frozen=True, slots=True)
class Proof:
    """What was held against what: cases folded, lines expected, and each difference found (none: the books are right)."""

    cases: int
    lines: int
    differences: tuple[str, ...]


def prove(
    connection: Connection,
    book: rules.Rules,
    subjects: SubjectParser,
    zones: fold.Zones,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Proof:
    """Compare journal and ledger in the caller's snapshot. Cases whose marks still wait differ rightly: settle first."""
    total = connection.execute(
        "SELECT count(*) FROM (SELECT DISTINCT home_court, subject FROM event) t"
    ).fetchone()
    assert total is not None
    live = pages.live_accounts(book)
    expected: dict[pages.PostedKey, int] = {}
    differences: list[str] = []
    done = 0
    for home_court, names in _cases(connection):
        events, linked = pages.read_cases(connection, home_court, names, subjects)
        posted = _posted(connection, home_court, names, live)
        for name in names:
            folded = fold.fold(subjects.parse(name), events.get(name, []), linked.get(name, ()), book, zones)
            lines = {(*key,): value for key, value in folded.postings.items()}
            if lines != posted.get(name, {}):
                differences.append(
                    f"{name}: its state says {posted.get(name, {})}, its events say {lines}"[:500]
                )
            for key, value in lines.items():
                expected[key] = expected.get(key, 0) + value
        done += len(names)
        progress(done, int(total[0]))
    expected = {key: value for key, value in expected.items() if value}
    differences += _against_ledger(connection, expected, live)
    differences += [f"balance: {row}" for row in connection.execute(statement("compare_balances")).fetchall()]
    return Proof(done, len(expected), tuple(differences))


def _cases(connection: Connection) -> Iterator[tuple[str, list[str]]]:
    courts = [row[0] for row in connection.execute("SELECT DISTINCT home_court FROM event ORDER BY 1")]
    for home_court in courts:
        after = ""
        while True:
            rows = connection.execute(
                'SELECT DISTINCT subject COLLATE "C" FROM event WHERE home_court = %s AND subject COLLATE "C" > %s'
                " ORDER BY 1 LIMIT %s",
                (home_court, after, BATCH),
            ).fetchall()
            if not rows:
                break
            after = rows[-1][0]
            yield home_court, [row[0] for row in rows]


def _posted(
    connection: Connection, home_court: str, names: list[str], live: frozenset[int]
) -> dict[str, dict[pages.PostedKey, int]]:
    rows = connection.execute(
        "SELECT subject, posted FROM case_state WHERE home_court = %s AND subject = ANY (%s)",
        (home_court, names),
    )
    return {
        subject: {(*line[:-1],): line[-1] for line in orjson.loads(bytes(posted)) if line[0] in live}
        for subject, posted in rows
    }


def _against_ledger(
    connection: Connection, expected: dict[pages.PostedKey, int], live: frozenset[int]
) -> Iterator[str]:
    rows = connection.execute(statement("sum_ledger"), {"accounts": sorted(live)})
    found = {
        (row[0], row[1], row[2], row[3].toordinal(), row[4], row[5], row[6]): int(row[7])
        for row in rows
        if row[7]
    }
    for key in found.keys() | expected.keys():
        if found.get(key, 0) != expected.get(key, 0):
            yield f"ledger: {key} holds {found.get(key, 0)}, the journal gives {expected.get(key, 0)}"


def rebuild_balances(connection: Connection) -> int:
    """Throw both grains of balances away and sum them again from the ledger; returns the rows written."""
    connection.execute("LOCK TABLE page_clock IN EXCLUSIVE MODE")
    connection.execute("DELETE FROM balance_day")
    connection.execute("DELETE FROM balance_month")
    return sum(
        connection.execute(statement(name)).rowcount
        for name in ("rebuild_balance_day", "rebuild_balance_month")
    )


def mark_all(connection: Connection) -> int:
    """Mark every case to be folded again while services run; returns the marks written."""
    return connection.execute(statement("mark_journal")).rowcount
