"""Quarantine: the bytes as they came, counted when they come again, decided once, with a line in the
audit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from plumbline import errors
from plumbline.store import engine, quarantine
from plumbline.store.quarantine import Refused


@pytest.fixture
def pool(database: str) -> Iterator[engine.Pool]:
    opened = engine.open_pool(database, name="test", size=3, statement_timeout_ms=30_000)
    yield opened
    opened.close()


def put(pool: engine.Pool, *refused: Refused) -> None:
    with engine.transaction(pool) as connection:
        quarantine.put(connection, refused)


def page(pool: engine.Pool, sources: list[str] | None = None, **more: Any) -> list[quarantine.Kept]:
    with engine.transaction(pool) as connection:
        return quarantine.page(connection, sources=sources, **more)


RAW = b'{"id": "\xff\x00"}'


def test_the_same_bytes_for_the_same_reason_are_kept_once_and_counted(pool: engine.Pool) -> None:
    one = Refused("s", None, RAW, "not_utf8", "Byte 8 is not UTF-8.")
    put(pool, one, one)
    put(pool, one, Refused("s", "a", RAW, "too_long", "long"), Refused("t", "a", RAW, "not_utf8", "x"))
    assert sorted((kept.source, kept.reason, kept.times, kept.size) for kept in page(pool)) == [
        ("s", "not_utf8", 3, len(RAW)),
        ("s", "too_long", 1, len(RAW)),
        ("t", "not_utf8", 1, len(RAW)),
    ]
    with engine.transaction(pool) as connection:
        kept = quarantine.get(connection, page(pool)[0].id)
        assert kept is not None
        assert kept.raw == RAW
        assert quarantine.get(connection, 10**9) is None


def test_text_that_the_database_cannot_hold_does_not_lose_the_record(pool: engine.Pool) -> None:
    put(pool, Refused("s\x00", "id\x00\ud800", RAW, "nul_character", "has \x00", "/\x00"))
    kept = page(pool)[0]
    assert (kept.source, kept.event_id, kept.detail) == ("s\ufffd", "id\ufffd?", "has \ufffd")


def test_pages_go_backwards_and_filter(pool: engine.Pool) -> None:
    put(pool, *(Refused("s" if n % 2 else "t", str(n), str(n).encode(), "not_json", "x") for n in range(10)))
    ids = [kept.id for kept in page(pool)]
    assert ids == sorted(ids, reverse=True)
    assert [kept.id for kept in page(pool, before=ids[3], limit=3)] == ids[4:7]
    assert {kept.source for kept in page(pool, ["s"])} == {"s"}
    assert page(pool, []) == []
    assert page(pool, reason="conflict") == []


def test_a_record_is_decided_once_and_the_audit_says_by_whom_and_why(pool: engine.Pool) -> None:
    put(pool, Refused("s", "a", RAW, "not_json", "x"), Refused("s", "b", b"b", "not_json", "x"))
    record = page(pool)[0].id
    with engine.transaction(pool) as connection:
        quarantine.decide(
            connection, record, decision="drop", who="office", why="测试", outcome={"result": "dropped"}
        )
    with engine.transaction(pool) as connection:
        with pytest.raises(errors.Conflict):
            quarantine.decide(connection, record, decision="drop", who="x", why="again", outcome={})
        with pytest.raises(errors.BadInput):
            quarantine.decide(connection, record, decision="burn", who="x", why="why", outcome={})
        kept = quarantine.get(connection, record)
        audit = connection.execute("SELECT principal, act, object, detail FROM audit").fetchall()
    assert kept is not None
    assert (kept.decision, kept.decided_by, kept.why) == ("drop", "office", "测试")
    assert audit == [
        ("office", "quarantine.drop", f"quarantine/{record}", {"why": "测试", "result": "dropped"})
    ]
    assert [kept.id for kept in page(pool, undecided=True)] == [record - 1]


def test_the_audit_takes_no_change(pool: engine.Pool) -> None:
    with engine.transaction(pool) as connection:
        quarantine.note(connection, "who", "act", "thing", {})
    with pytest.raises(psycopg.errors.RestrictViolation), engine.transaction(pool) as connection:
        connection.execute("UPDATE audit SET principal = 'other'")
