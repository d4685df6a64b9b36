"""One look over a tree of courts: parents before children, who carries a departure, by which category, judged again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from plumbline.store import deviations, engine, looks, replays, watches
from plumbline.store.watchbooks import Owned, every_watch
from plumbline.warning.verdicts import Verdict
from services.scoring.watcher import Watcher
from tests.keeper import Keeper, pack, record

DAY = date(2026, 3, 1)
MONTHS = [(year, month) for year in range(2021, 2027) for month in range(1, 13) if (year, month) < (2026, 3)]
SURGE = 30


def filings() -> Iterator[dict[str, Any]]:
    """Two courts with 4 to 6 civil and 3 criminal cases a month; in the last month one has SURGE civil cases more."""
    number = 0
    for year, month in MONTHS:
        for court in ("示2401", "示2402"):
            more = SURGE if (court, year, month) == ("示2401", 2026, 2) else 0
            for kind, count in (("民初", 4 + (month * 7 + year) % 3 + more), ("刑初", 3)):
                for _ in range(count):
                    number += 1
                    subject = f"（{year}）{court}{kind}{number}号"
                    yield record(number, "case.filed", subject, f"{year}-{month:02d}-{number % 27 + 1:02d}")


@pytest.fixture(scope="module")
def keeper(module_database: str) -> Iterator[Keeper]:
    found = Keeper(module_database, [pack("watched")], now=datetime(2026, 3, 1, 4, tzinfo=UTC))
    found.push(*filings())
    found.settle()
    yield found
    found.close()


def look(keeper: Keeper, name: str) -> dict[str, Verdict]:
    known = keeper.scorer.fresh()
    owned = defined(keeper)[name]
    with engine.transaction(keeper.pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = looks.looker(connection, known.catalogue, known.tree, DAY, keeper.now).look(owned)
    return {one.court: one for one in found}


def defined(keeper: Keeper) -> dict[str, Owned]:
    return every_watch(keeper.scorer.fresh().catalogue, DAY)


def test_parent_and_child_name_each_other_and_the_category_that_carries_them(keeper: Keeper) -> None:
    found = look(keeper, "watched.filings")
    assert {court: one.beyond for court, one in found.items()} == {
        "示": True, "示24": True, "示2401": True, "示2402": False,
    }  # fmt: skip
    child, middle = found["示2401"].document, found["示24"].document
    assert child["within"] == {"court": "示24", "object": "watched.filed"}
    assert child["carried_by"] == []
    assert middle["carried_by"] == [{"court": "示2401", "object": "watched.filed"}]
    assert (child["family"], middle["family"], found["示"].document["family"]) == ("示24", "示24", "示")
    for document in (child, middle):
        (part,) = document["carried_by_categories"]
        assert part["category"] == "civil"
        assert part["value"] > SURGE > part["expected"]
        assert part["q"] <= document["rate_below"] <= 0.1
    assert "carried_by_categories" not in found["示2402"].document


def test_a_drift_is_bounded_with_the_others_of_its_look(keeper: Keeper) -> None:
    found = look(keeper, "watched.slowly")
    for one in found.values():
        assert one.score is not None
        assert 0 < one.document["q"] <= 1
        assert one.document["settings"] == {"rate": 0.075}
    assert found["示2402"].level == "within"


def test_what_is_told_goes_to_the_court_alone_and_is_judged_again_to_the_bit(keeper: Keeper) -> None:
    owned = defined(keeper)["watched.filings"]
    with engine.transaction(keeper.pool) as connection:
        made = watches.ask_backtest(connection, owned.id, owned.hash, (), (DAY, DAY), "office")
        assert watches.take_backtest(connection, made) is not None
        watches.move_backtest(connection, made, state="done", done=1, total=1, page=1, report={})
        watches.arm(connection, owned.id, owned.hash, "office", "回放后启用")
    done = Watcher(keeper.scorer).look()
    assert done is not None
    assert done.beyond == 3
    told = dict(keeper.query("SELECT body ->> 'court', body -> 'courts' FROM notice"))
    assert told == {"示": ["示"], "示24": ["示24"], "示2401": ["示2401"]}
    with engine.transaction(keeper.pool) as connection:
        again = replays.Replayer(connection, keeper.scorer.fresh().catalogue)
        for one in deviations.list_deviations(connection, keeper.tree.codes(), limit=9):
            (change,) = deviations.read_changes(connection, one.id)
            judged = again.replay(one, change)
            assert judged.same, judged.differs
            assert "kin" in judged.kept
