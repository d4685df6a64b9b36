"""Sources: registered once, and what they may speak for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plumbline import errors
from plumbline.store import engine, sources
from plumbline.store.sources import Source


@pytest.fixture
def pool(database: str) -> Iterator[engine.Pool]:
    opened = engine.open_pool(database, name="test", size=3, statement_timeout_ms=30_000)
    yield opened
    opened.close()


def test_a_source_is_added_once_and_read_back(pool: engine.Pool) -> None:
    one = Source("jilin-ecourt", "吉林电子法院", ("吉",), "Asia/Shanghai", 60)
    with engine.transaction(pool) as connection:
        assert sources.add_source(connection, one)
        assert not sources.add_source(connection, one)
        assert sources.get_source(connection, "jilin-ecourt") == one
        assert sources.get_source(connection, "other") is None
        with pytest.raises(errors.Conflict, match="another title"):
            sources.add_source(connection, Source("jilin-ecourt", "another", ("吉",)))
        sources.add_source(connection, Source("a", "a", ("*",)))
        assert [found.id for found in sources.list_sources(connection)] == ["a", "jilin-ecourt"]


@pytest.mark.parametrize(
    "wrong",
    [
        Source("", "t", ("吉",)),
        Source("a b", "t", ("吉",)),
        Source("a\n", "t", ("吉",)),
        Source("x" * 129, "t", ("吉",)),
        Source("a", "", ("吉",)),
        Source("a", "t", ()),
        Source("a", "t", ("",)),
        Source("a", "t", ("吉",), "Mars/Olympus"),
        Source("a", "t", ("吉",), "/etc/passwd"),
        Source("a", "t", ("吉",), "Asia/Shanghai", 0),
    ],
    ids=str,
)
def test_a_source_that_cannot_stand_is_refused(pool: engine.Pool, wrong: Source) -> None:
    with engine.transaction(pool) as connection, pytest.raises(errors.BadInput):
        sources.add_source(connection, wrong)


def test_a_source_speaks_for_its_courts_and_all_below() -> None:
    one = Source("a", "t", ("吉24", "TJMMG"))
    spoken = ["吉24", "吉2401", "TJMMG", "TJMMG-7"]
    assert [court for court in (*spoken, "吉", "吉03", "TJM") if one.may_speak_for(court)] == spoken
    assert Source("b", "t", ("*",)).may_speak_for("anything")


def test_the_register_remembers_and_can_be_told_to_forget(pool: engine.Pool) -> None:
    register = sources.Register(pool, remembered_s=60)
    assert not register.fresh
    assert register.get("a") is None
    assert register.fresh
    with engine.transaction(pool) as connection:
        sources.add_source(connection, Source("a", "t", ("吉",)))
    assert register.get("a") is None
    register.forget()
    assert register.get("a") == Source("a", "t", ("吉",))
