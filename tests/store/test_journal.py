"""The journal on a real database: each key once and for ever, marks for every case an event can touch, whole
histories back."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from plumbline import events
from plumbline.events import Event, Link
from plumbline.refusals import Refusal
from plumbline.store import engine, journal
from plumbline.store.statements import statement

NOON = datetime(2019, 3, 1, 4, tzinfo=UTC)
CASE = "（2019）吉2401民初1号"
OTHER = "（2019）吉2402民初2号"
APPEAL = "（2019）吉24民终3号"


def event(key: str, subject: str = CASE, **more: Any) -> Event:
    """An event of a case, with the digest the door would give it."""
    court = subject[6 : 6 + (3 if "民终" in subject else 5)]
    given: dict[str, Any] = {
        "source": "s",
        "type": "case.filed",
        "home_court": court,
        "time": NOON,
        "data": {"cause": "9012"},
        "links": (),
    } | more
    digest = events.digest(
        given["type"], subject, given["time"], given["data"], given.get("replaces"), given.get("revision", 0)
    )
    return Event(id=key, subject=subject, digest=digest, **given)


def many(count: int, prefix: str = "e") -> list[Event]:
    return [
        event(f"{prefix}{n:05}", f"（2019）吉2401民初{n // 4 + 1}号", data={"parties": n})
        for n in range(count)
    ]


@pytest.fixture
def pool(database: str) -> Iterator[engine.Pool]:
    opened = engine.open_pool(database, name="test", size=6, statement_timeout_ms=30_000)
    yield opened
    opened.close()


def append(pool: engine.Pool, batch: Sequence[Event]) -> journal.Appended:
    with engine.transaction(pool) as connection:
        return journal.append(connection, batch, [one.id.encode() for one in batch])


def rows(pool: engine.Pool, query: str) -> list[tuple[Any, ...]]:
    with engine.transaction(pool) as connection:
        return connection.execute(query).fetchall()


def count(pool: engine.Pool, table: str) -> int:
    return int(rows(pool, f"SELECT count(*) FROM {table}")[0][0])


def stored(pool: engine.Pool, court: str, subject: str) -> list[Event]:
    with engine.transaction(pool) as connection:
        return journal.read_events(connection, court, [subject])[subject]


def reasons(appended: journal.Appended) -> list[str]:
    return [one.reason if isinstance(one, Refusal) else one for one in appended.outcomes]


FULL = event(
    "full",
    time=datetime(1901, 1, 1, 0, 0, 0, 1, tzinfo=timezone(timedelta(hours=8))).astimezone(UTC),
    data={"amount": -(10**15), "tags": ["a", "b"], "flag": True, "ext": {"k": "值\\"}, "court": "吉24"},
    links=(Link("appealed", OTHER, "吉2402"), Link("dispute", "dispute:k1", "")),
    sequence=10**18 - 1,
    replaces="earlier",
    revision=10**9,
    recorded=NOON + timedelta(microseconds=7),
    by_hand=True,
    unknown=(("parties", "wrong_type"), ("links/2", "unknown_court")),
)


@pytest.mark.parametrize("company", [0, 500], ids=["arrays", "copy"])
def test_an_event_comes_back_exactly_as_it_was_appended(pool: engine.Pool, company: int) -> None:
    batch = [FULL, *many(company)]
    appended = append(pool, batch)
    assert appended.outcomes == ["accepted"] * len(batch)
    assert next(one for one in stored(pool, "吉2401", CASE) if one.id == "full") == FULL
    assert rows(pool, "SELECT DISTINCT receipt FROM event") == [(appended.receipt,)]
    assert rows(pool, "SELECT id, events FROM receipt") == [(appended.receipt, len(batch))]


@pytest.mark.parametrize("size", [3, 600])
def test_the_same_batch_again_adds_nothing_and_marks_nothing(pool: engine.Pool, size: int) -> None:
    append(pool, many(size))
    marks = count(pool, "dirty_case")
    again = append(pool, many(size))
    assert again == journal.Appended(["duplicate"] * size, None)
    assert (count(pool, "event"), count(pool, "dirty_case"), count(pool, "receipt")) == (size, marks, 1)


@pytest.mark.parametrize("size", [20, 900])
def test_of_a_batch_half_stored_the_other_half_is_accepted(pool: engine.Pool, size: int) -> None:
    batch = many(size)
    append(pool, batch[::2])
    outcomes = append(pool, batch).outcomes
    assert outcomes == ["duplicate", "accepted"] * (size // 2)
    assert count(pool, "event") == size


@pytest.mark.parametrize("company", [0, 500], ids=["arrays", "copy"])
def test_the_same_id_with_another_content_is_a_conflict_in_quarantine(
    pool: engine.Pool, company: int
) -> None:
    append(pool, [event("a")])
    appended = append(pool, [event("a", data={"cause": "other"}), *many(company)])
    assert reasons(appended) == ["conflict", *["accepted"] * company]
    assert stored(pool, "吉2401", CASE)[0].data == {"cause": "9012"}
    assert rows(pool, "SELECT source, event_id, reason, pointer, raw FROM quarantine") == [
        ("s", "a", "conflict", "/id", b"a")
    ]


def test_within_a_batch_the_first_of_a_key_is_offered_and_the_others_are_held_against_it(
    pool: engine.Pool,
) -> None:
    batch = [event("a"), event("a"), event("a", data={}), event("b")]
    assert reasons(append(pool, batch)) == ["accepted", "duplicate", "conflict", "accepted"]
    assert reasons(append(pool, batch[1:])) == ["duplicate", "conflict", "duplicate"]


def test_a_correction_of_a_correction_is_refused(pool: engine.Pool) -> None:
    append(pool, [event("a"), event("b", replaces="a", revision=1)])
    chained = event("c", replaces="b", revision=2)
    assert reasons(append(pool, [chained])) == ["replaces_a_correction"]
    assert reasons(append(pool, [chained])) == ["replaces_a_correction"]
    assert rows(pool, "SELECT event_id, times FROM quarantine") == [("c", 2)]
    batch = [event("x", replaces="y", revision=2), event("y", replaces="z", revision=1)]
    assert reasons(append(pool, batch)) == ["replaces_a_correction", "accepted"]


def test_what_was_stored_before_its_original_proved_a_correction_stays_a_duplicate(pool: engine.Pool) -> None:
    chained, correction = event("c", replaces="b", revision=2), event("b", replaces="a", revision=1)
    assert reasons(append(pool, [chained])) == ["accepted"]
    assert reasons(append(pool, [correction])) == ["accepted"]
    assert reasons(append(pool, [chained])) == ["duplicate"]
    assert reasons(append(pool, [chained, correction])) == ["duplicate", "duplicate"]


def test_every_case_of_a_transaction_is_marked_once_and_its_links_are_kept(pool: engine.Pool) -> None:
    links = (Link("appealed", CASE, "吉2401"), Link("dispute", "dispute:k", ""))
    receipt = append(pool, [event("a", APPEAL, links=links), event("b", APPEAL), event("c", OTHER)]).receipt
    assert sorted(rows(pool, "SELECT home_court, subject, priority, cause, reference FROM dirty_case")) == [
        ("吉24", APPEAL, 0, "event", receipt),
        ("吉2402", OTHER, 0, "event", receipt),
    ]
    assert sorted(rows(pool, "SELECT role, from_subject, to_court, to_subject FROM case_link")) == [
        ("appealed", APPEAL, "吉2401", CASE),
        ("dispute", APPEAL, "", "dispute:k"),
    ]


def test_a_case_is_read_with_the_family_members_that_sit_in_other_cases(pool: engine.Pool) -> None:
    batch = [
        event("a"),
        event("b", OTHER, replaces="a", revision=1),
        event("c", APPEAL, replaces="b", revision=2),
        event("d", OTHER),
    ]
    for one in (batch[2], *batch[:2], batch[3]):
        append(pool, [one])
    assert {one.id for one in stored(pool, "吉2401", CASE)} == {"a", "b"}
    assert {one.id for one in stored(pool, "吉2402", OTHER)} == {"a", "b", "d"}
    assert {one.id for one in stored(pool, "吉24", APPEAL)} == {"b", "c"}
    with engine.transaction(pool) as connection:
        both = journal.read_histories(connection, [("吉2401", CASE), ("吉2402", OTHER), ("吉24", "none")])
    assert {case[1]: sorted(one.id for one in found) for case, found in both.items()} == {
        CASE: ["a", "b"],
        OTHER: ["a", "b", "d"],
        "none": [],
    }


def test_the_cases_that_link_to_a_case_are_found_by_subject(pool: engine.Pool) -> None:
    link = (Link("appealed", CASE, "吉2401"),)
    append(
        pool, [event("a", APPEAL, links=link), event("b", APPEAL, links=link), event("c", OTHER, links=link)]
    )
    with engine.transaction(pool) as connection:
        assert journal.read_linking(connection, [("吉2401", CASE), ("吉2402", OTHER)]) == {
            CASE: {("吉24", APPEAL), ("吉2402", OTHER)}
        }


def test_a_closed_day_leaves_its_declared_counts(pool: engine.Pool) -> None:
    data = {"day": "2019-03-01", "counts": {"case.filed": 3, "case.closed": 0}}
    closed = event("d", "吉2401", type="source.day_closed", home_court="吉2401", data=data)
    receipt = append(pool, [closed]).receipt
    append(pool, [closed])
    found = rows(
        pool,
        "SELECT source, court, day::text, type, declared, event_id, receipt FROM day_closed ORDER BY type",
    )
    assert found == [
        ("s", "吉2401", "2019-03-01", name, declared, "d", receipt)
        for name, declared in (("case.closed", 0), ("case.filed", 3))
    ]


def test_reading_cases_probes_the_index_and_never_scans_the_journal(pool: engine.Pool) -> None:
    append(pool, many(6_000))
    with engine.transaction(pool) as connection:
        connection.execute("ANALYZE event")
        subjects = [f"（2019）吉2401民初{n}号" for n in range(1, 500)]
        pairs = {"home_court": ["吉2401"] * len(subjects), "subject": subjects}
        keys = [f"e{n:05}" for n in range(2000)]
        family = dict.fromkeys(("original_source", "root_source"), ["s"] * len(keys))
        family |= dict.fromkeys(("original_id", "root_id"), keys)
        lines = {"source": "s", "ids": "\n".join(keys)}
        for name, binds, index in (
            ("read_histories", pairs, "event_case"),
            ("read_families", family, "event_family"),
            ("read_digests", lines, "event_pkey"),
        ):
            plan = "\n".join(row[0] for row in connection.execute("EXPLAIN " + statement(name), binds))
            assert index in plan, plan
            assert "Seq Scan on event" not in plan, plan


def test_several_appenders_with_overlapping_shuffled_batches_store_each_event_once(pool: engine.Pool) -> None:
    every = many(1_200)
    accepted: list[int] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for size in (50, 400, 700):
            batch = chance.sample(every, size)
            done = engine.retrying(lambda batch=batch: append(pool, batch))
            accepted.append(done.outcomes.count("accepted"))
            assert set(done.outcomes) <= {"accepted", "duplicate"}

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(accepted) == 15
    assert sum(accepted) == count(pool, "event") == rows(pool, "SELECT sum(events) FROM receipt")[0][0]
    unmarked = "SELECT subject FROM event EXCEPT SELECT subject FROM dirty_case"
    assert rows(pool, unmarked) == []


def test_a_transaction_that_fails_leaves_nothing(pool: engine.Pool) -> None:
    def fail() -> None:
        with engine.transaction(pool) as connection:
            journal.append(connection, [*many(300), event("a"), event("a", data={})], [b""] * 302)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    for table in ("event", "receipt", "dirty_case", "case_link", "quarantine"):
        assert count(pool, table) == 0


def test_a_lost_race_is_tried_again_and_not_for_ever() -> None:
    tries = []

    def work() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise psycopg.errors.DeadlockDetected
        return "done"

    assert engine.retrying(work, pause_s=0.0001) == "done"
    with pytest.raises(engine.errors.Unavailable, match="lost 4 races"):
        engine.retrying(
            lambda: (_ for _ in ()).throw(psycopg.errors.SerializationFailure), tries=4, pause_s=0.0001
        )
    with pytest.raises(psycopg.errors.UniqueViolation):
        engine.retrying(lambda: (_ for _ in ()).throw(psycopg.errors.UniqueViolation))
