"""What the books say when all is over: proof against the journal, and the served values against the
client's count."""

from __future__ import annotations

from datetime import UTC, datetime

from plumbline.store import engine, proof
from services.scoring.scorer import Scorer
from tests.chaos import oracle
from tests.chaos.client import History
from tests.chaos.feed import Line


def prove(dsn: str) -> proof.Proof:
    """Fold everything again from the journal and compare ledger, states and balances."""
    pool = engine.open_pool(dsn, name="proof", size=2, statement_timeout_ms=120_000)
    try:
        known = Scorer(pool, lambda: datetime.now(UTC), "Asia/Shanghai")
        knowledge = known.fresh()
        with engine.transaction(pool) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return proof.prove(connection, knowledge.book, knowledge.subjects, known.zone_of)
    finally:
        pool.close()


def judge(dsn: str, history: History, *, source: str = "court", pack: str = "small") -> oracle.Findings:
    """The oracle's findings on a database."""
    with engine.single(dsn, name="oracle", statement_timeout_ms=120_000) as connection:
        return oracle.judge(
            history, oracle.read_stored(connection, source), oracle.read_ledger(connection, pack)
        )


def wrong_values(dsn: str, counted: dict[Line, int]) -> list[str]:
    """Served year values of closed / filed (court-core.clearance), own scope, that differ from the client's
    count."""
    wanted: dict[tuple[str, str], dict[str, int]] = {}
    for (measure, court, day), value in counted.items():
        cell = wanted.setdefault((court, day[:4]), {"closed": 0, "filed": 0, "pending": 0})
        cell[measure] += value
    with engine.single(dsn, name="oracle", statement_timeout_ms=120_000) as connection:
        rows = connection.execute(
            "SELECT DISTINCT ON (court, period) court, period, numerator, denominator FROM value"
            " WHERE scope = 'own' AND category = 'all' AND period ~ '^[0-9]{4}$' AND indicator = "
            "'court-core.clearance'"
            " ORDER BY court, period, valued_on DESC"
        ).fetchall()
    served = {(row[0], row[1]): (int(row[2] or 0), int(row[3] or 0)) for row in rows}
    expected = {key: (cell["closed"], cell["filed"]) for key, cell in wanted.items()}
    return [
        f"{key}: {served.get(key)} served, {expected.get(key)} counted"
        for key in sorted(served.keys() | expected.keys())
        if served.get(key) != expected.get(key)
    ]
