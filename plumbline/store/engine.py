"""Connections to the database: pools whose sessions all behave alike, the one place that commits, and the one
that retries."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import psycopg
import psycopg_pool

from plumbline import errors

Connection = psycopg.Connection[Any]
Pool = psycopg_pool.ConnectionPool[Connection]

LOCK_TIMEOUT_MS: Final = 10_000
IDLE_IN_TRANSACTION_MS: Final = 60_000
CONNECT_SECONDS: Final = 5
WAIT_SECONDS: Final = 5.0
"""How long a caller waits for a connection of the pool before the database counts as away."""

RETRIED: Final = frozenset({"40P01", "40001"})
"""Deadlock detected, serialization failure: nothing was done, and doing it again is the remedy."""

AWAY: Final = ("08", "53", "57P", "25006")
"""SQLSTATE beginnings that say the server, not the statement, is at fault (25006: a standby, which takes no
writes)."""

T = TypeVar("T")


def open_pool(
    dsn: str,
    *,
    name: str,
    size: int,
    statement_timeout_ms: int,
    role: str | None = None,
    smallest: int = 1,
) -> Pool:
    """A pool of at most `size` sessions in UTC, named `name` to the server; opens at once, also while the
    database is away.

    Times in ms. A session that does not commit synchronously is refused: what was acknowledged must be on
    disk.
    """
    options = {
        "timezone": "UTC",
        "statement_timeout": statement_timeout_ms,
        "lock_timeout": min(LOCK_TIMEOUT_MS, statement_timeout_ms),
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_MS,
        "synchronous_commit": "on",
        **({"role": role} if role else {}),
    }
    pool: Pool = psycopg_pool.ConnectionPool(
        dsn,
        min_size=min(smallest, size),
        max_size=size,
        name=name,
        open=False,
        timeout=WAIT_SECONDS,
        reconnect_timeout=CONNECT_SECONDS,
        configure=_checked,
        check=psycopg_pool.ConnectionPool.check_connection,
        kwargs={
            "application_name": f"plumbline-{name}",
            "connect_timeout": CONNECT_SECONDS,
            "options": " ".join(f"-c {key}={value}" for key, value in options.items()),
        },
    )
    pool.open(wait=False)
    return pool


def _checked(connection: Connection) -> None:
    """Refuse a session that would acknowledge before the disk has it."""
    row = connection.execute("SELECT current_setting('synchronous_commit')").fetchone()
    connection.rollback()
    if row is None or row[0] == "off":
        raise errors.Unavailable(
            "The database commits without waiting for its disk",
            next="Set synchronous_commit to on for this role.",
        )


@contextlib.contextmanager
def transaction(pool: Pool) -> Iterator[Connection]:
    """A connection in a transaction: committed when the block ends, rolled back when it raises. Nothing else
    commits.

    Raises errors.Unavailable when the database is away or the connection breaks; then the outcome of the
    commit is unknown.
    """
    try:
        with pool.connection() as connection:
            yield connection
    except psycopg_pool.PoolTimeout as late:
        raise errors.Unavailable(
            "The database gives no connection", next="Try again in a few seconds."
        ) from late
    except psycopg.Error as failure:
        if is_away(failure):
            raise errors.Unavailable(
                "The database does not answer", next="Try again in a few seconds."
            ) from failure
        raise


@contextlib.contextmanager
def single(dsn: str, *, name: str, statement_timeout_ms: int) -> Iterator[Connection]:
    """One transaction on a connection of its own, for a command that does one thing."""
    pool = open_pool(dsn, name=name, size=1, statement_timeout_ms=statement_timeout_ms)
    try:
        with transaction(pool) as connection:
            yield connection
    finally:
        pool.close()


def is_away(failure: psycopg.Error) -> bool:
    """Whether the server could not serve, as against a statement it refused."""
    state = failure.sqlstate
    if state is None:
        return isinstance(failure, psycopg.OperationalError)
    return state.startswith(AWAY)


def retrying(work: Callable[[], T], *, tries: int = 6, pause_s: float = 0.02) -> T:
    """Do `work` (a whole transaction), again when the database chose it as the victim of a deadlock or a
    race.

    The pauses double, with jitter. errors.Unavailable after the last try.
    """
    for turn in range(1, tries + 1):
        try:
            return work()
        except psycopg.Error as failure:
            if failure.sqlstate not in RETRIED:
                raise
            if turn == tries:
                raise errors.Unavailable(
                    f"The transaction lost {tries} races in a row", next="Try again in a few seconds."
                ) from failure
            time.sleep(pause_s * 2 ** (turn - 1) * (0.5 + random.random()))  # noqa: S311 - spreads retries only
    raise AssertionError("at least one try")
