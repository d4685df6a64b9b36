"""Tokens: only digests are kept, every role in its bounds, and a revocation that holds within seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from plumbline import errors
from plumbline.courts import Court, CourtTree
from plumbline.store import engine, tokens
from plumbline.store.tokens import Principal


def court(
    code: str, parent: str | None, order: int, until: date | None = None, since: date | None = None
) -> Court:
    return Court(code, parent, code, code, "basic", since, until, "confirmed", "Asia/Shanghai", order)


TREE = CourtTree(
    [
        court("吉", None, 0),
        court("吉24", "吉", 1),
        court("吉2401", "吉24", 2),
        court("吉2402", "吉24", 3, until=date(2020, 1, 1)),
        court("吉03", "吉", 4),
        court("吉0381", "吉03", 5, until=date(2021, 1, 1)),
        court("吉0381", "吉24", 6, since=date(2021, 1, 1)),
    ]
)


@pytest.fixture
def pool(database: str) -> Iterator[engine.Pool]:
    opened = engine.open_pool(database, name="test", size=3, statement_timeout_ms=30_000)
    yield opened
    opened.close()


def test_a_token_leads_to_who_holds_it_and_its_secret_is_not_stored(pool: engine.Pool) -> None:
    with engine.transaction(pool) as connection:
        text = tokens.create_token(connection, "吉林高院", "office", ["吉"], ["a", "b"])
        assert tokens.find_principal(connection, text) == Principal("吉林高院", "office", ("吉",), ("a", "b"))
        kept = str(connection.execute("SELECT * FROM token").fetchall())
    assert text.startswith("plk_")
    assert len(text.split("_", 2)[2]) == 43
    assert text.split("_", 2)[2] not in kept


def test_a_token_of_another_secret_or_form_leads_to_nobody(pool: engine.Pool) -> None:
    with engine.transaction(pool) as connection:
        text = tokens.create_token(connection, "x", "reader", ["吉"])
        last = "A" if text[-1] != "A" else "B"
        for wrong in (
            text[:-1] + last,
            text[:-1],
            text + "x",
            text.replace("plk", "plq"),
            "",
            "plk__",
            "é" * 60,
        ):
            assert tokens.find_principal(connection, wrong) is None


def test_an_expired_and_a_revoked_token_hold_no_more(pool: engine.Pool) -> None:
    now = datetime.now(UTC)
    with engine.transaction(pool) as connection:
        old = tokens.create_token(connection, "old", "reader", ["吉"], (), now - timedelta(seconds=1))
        new = tokens.create_token(connection, "new", "reader", ["吉"], (), now + timedelta(days=1))
        assert tokens.find_principal(connection, old) is None
        assert tokens.find_principal(connection, new) is not None
        assert tokens.revoke_token(connection, new)
        assert not tokens.revoke_token(connection, new)
        assert tokens.find_principal(connection, new) is None
        assert [(one.principal, one.revoked_at is None) for one in tokens.list_tokens(connection)] == [
            ("old", True),
            ("new", False),
        ]


def test_what_cannot_stand_is_refused_with_what_to_do(pool: engine.Pool) -> None:
    with engine.transaction(pool) as connection:
        for role, sources, expires in (
            ("king", (), None),
            ("feeder", (), None),
            ("reader", (), datetime(2030, 1, 1)),
        ):
            with pytest.raises(errors.BadInput):
                tokens.create_token(connection, "x", role, ["吉"], sources, expires)
        with pytest.raises(errors.BadInput):
            tokens.create_token(connection, "", "reader", ["吉"])


def test_a_judges_token_is_bound_to_one_court_and_one_key(pool: engine.Pool) -> None:
    with engine.transaction(pool) as connection:
        text = tokens.create_token(connection, "x", "judge", ["吉2401"], person="J-0412")
        found = tokens.find_principal(connection, text)
        assert found == Principal("x", "judge", ("吉2401",), (), "J-0412")
        assert [(one.role, one.courts, one.person) for one in tokens.list_tokens(connection)] == [
            ("judge", ("吉2401",), "J-0412")
        ]
    for role, courts, sources, person in (
        ("judge", ["吉2401"], (), None),
        ("judge", ["吉2401"], (), ""),
        ("judge", ["吉2401"], (), "王法官"),
        ("judge", ["吉2401"], (), "J" * 65),
        ("judge", ["吉2401", "吉2402"], (), "J-1"),
        ("judge", [], (), "J-1"),
        ("judge", ["*"], (), "J-1"),
        ("judge", ["吉2401"], ("a",), "J-1"),
        ("reader", ["吉2401"], (), "J-1"),
        ("operator", ["*"], (), "J-1"),
    ):
        with pytest.raises(errors.BadInput) as refused, engine.transaction(pool) as connection:
            tokens.create_token(connection, "x", role, courts, sources, person=person)
        assert refused.value.next


def test_the_database_itself_takes_no_judge_without_one_court_and_a_key(pool: engine.Pool) -> None:
    for role, courts, person in (("judge", ["吉"], None), ("judge", ["*"], "J"), ("reader", ["吉"], "J")):
        with pytest.raises(psycopg.errors.CheckViolation), engine.transaction(pool) as connection:
            connection.execute(
                "INSERT INTO token (id, digest, principal, role, courts, sources, person)"
                " VALUES ('a', '', 'x', %s, %s, '{}', %s)",
                (role, courts, person),
            )


def test_a_judge_sees_his_court_alone_and_neither_feeds_nor_decides() -> None:
    judge = Principal("x", "judge", ("吉24",), ("*",), "J-1")
    assert judge.sees("吉24", TREE)
    assert not judge.sees("吉2401", TREE)
    assert not Principal("x", "judge", ("*",), (), "J-1").sees("吉24", TREE)
    assert not judge.may_feed("a")
    assert not judge.may_decide


def test_a_remembered_token_is_forgotten_in_time_for_a_revocation(pool: engine.Pool) -> None:
    keeper = tokens.Doorkeeper(pool, remembered_s=0.2)
    with engine.transaction(pool) as connection:
        text = tokens.create_token(connection, "x", "reader", ["吉"])
    assert keeper.recall(text) is None
    found = keeper.find(text)
    assert found is not None
    assert keeper.recall(text) == found
    with engine.transaction(pool) as connection:
        tokens.revoke_token(connection, text)
    assert keeper.find(text) is not None
    time.sleep(0.25)
    assert keeper.find(text) is None
    assert tokens.REMEMBERED_SECONDS <= 5


@pytest.mark.parametrize(
    ("courts", "asked", "seen"),
    [
        (("*",), "吉", True),
        (("*",), "nowhere", True),
        (("吉24",), "吉24", True),
        (("吉24",), "吉2401", True),
        (("吉24",), "吉", False),
        (("吉24",), "吉03", False),
        (("吉24",), "吉2402", True),
        (("吉24",), "吉0381", True),
        (("吉03",), "吉0381", False),
        (("吉2",), "吉2401", False),
        (("吉24",), "nowhere", False),
        ((), "吉", False),
    ],
)
def test_a_principal_sees_its_courts_and_those_below_them_in_the_tree(
    courts: tuple[str, ...], asked: str, seen: bool
) -> None:
    assert Principal("x", "reader", courts, ()).sees(asked, TREE) is seen


def test_a_moved_court_is_seen_by_the_tree_of_the_day_asked() -> None:
    former = Principal("x", "reader", ("吉03",), ())
    assert former.sees("吉0381", TREE, date(2020, 6, 1))
    assert not former.sees("吉0381", TREE, date(2021, 6, 1))


def test_only_a_feeder_of_the_source_and_no_reader_may_feed() -> None:
    assert Principal("x", "feeder", (), ("a",)).may_feed("a")
    assert not Principal("x", "feeder", (), ("a",)).may_feed("b")
    assert not Principal("x", "reader", (), ("a",)).may_feed("a")
    assert Principal("x", "operator", (), ("*",)).may_feed("b")
    assert not Principal("x", "feeder", (), ("a",)).may_decide
    assert Principal("x", "office", (), ()).may_decide
