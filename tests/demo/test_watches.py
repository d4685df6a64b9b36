"""Watches over a cut of the demonstration on the real database: every kind looks, its words can be read, what it finds
lives as it should, and a backtest says beforehand what it would have told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from plumbline import courts, errors
from plumbline.catalog.watch_kinds import KINDS
from plumbline.store import backtests, deviations, engine, looks, watches
from plumbline.store.backtests import Ground
from plumbline.store.deviations import Act
from plumbline.store.watchbooks import Owned, every_watch
from plumbline.warning.verdicts import Verdict
from services.feeds import demo
from services.scoring.watcher import Watcher
from tests.keeper import DEFINITIONS, Keeper, pack, record

UNTIL, CASES, SEED = date(2025, 12, 31), 900, 24
TODAY = date(2026, 1, 1)
NOW = datetime(2026, 1, 1, 2, tzinfo=UTC)
BLAMING = re.compile(r"违规|造假|错案|消极|不力|最差|排名|名次")
LINE = "court-core.line_now"
LIMITS = "court-core.case_limits"


@pytest.fixture(scope="module")
def keeper(module_database: str) -> Iterator[Keeper]:
    tree = courts.read_courts(DEFINITIONS / "demo" / "courts.csv")
    found = Keeper(module_database, [pack("demo")], tree, now=NOW, sources=(demo.SOURCE, "court"))
    once = {event["id"]: event for event in demo.events(UNTIL, cases=CASES, seed=SEED)}
    told = [event for event in once.values() if "malformed" not in event["id"]]
    for begun in range(0, len(told), 2_000):
        found.push(*told[begun : begun + 2_000])
    found.settle()
    yield found
    found.close()


def look(keeper: Keeper, owned: Owned, day: date = TODAY) -> list[Verdict]:
    """One look without writing anything."""
    known = keeper.scorer.fresh()
    with engine.transaction(keeper.pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return looks.looker(connection, known.catalogue, known.tree, day, keeper.now).look(owned)


def defined(keeper: Keeper) -> dict[str, Owned]:
    return every_watch(keeper.scorer.fresh().catalogue, TODAY)


def arm(keeper: Keeper, name: str, first: date = date(2025, 12, 1), last: date = TODAY) -> dict[str, object]:
    """Replay a watch over a month and arm it; the report of the replay."""
    known, owned = keeper.scorer.fresh(), defined(keeper)[name]
    with engine.transaction(keeper.pool) as connection:
        made = watches.ask_backtest(connection, name, owned.hash, (), (first, last), "office")
        asked = watches.take_backtest(connection, made)
    assert asked is not None
    ground = Ground(known.catalogue, known.tree, TODAY, keeper.now)
    report = backtests.perform(keeper.pool, ground, asked, lambda done, total: None)
    with engine.transaction(keeper.pool) as connection:
        watches.arm(connection, name, owned.hash, "office", "回放后启用")
    return report


def listed(keeper: Keeper, watch: str, **more: object) -> list[deviations.Deviation]:
    with engine.transaction(keeper.pool) as connection:
        codes = keeper.tree.codes()
        return deviations.list_deviations(connection, codes, watch=watch, limit=500, **more)  # type: ignore[arg-type]


def test_every_watch_looks_and_what_it_says_can_be_read(keeper: Keeper) -> None:
    kinds = set()
    for name, owned in defined(keeper).items():
        verdicts = look(keeper, owned)
        again = look(keeper, owned)
        assert verdicts == again, f"{name} does not replay"
        kinds.add(owned.watch.kind)
        for one in (verdict for verdict in verdicts if verdict.beyond):
            text = one.document["text"]
            assert text["zh"].endswith("请核查。"), text
            assert text["en"].endswith("Please check."), text
            assert not BLAMING.search(text["zh"]), text
            assert one.document["method"], one.document
            assert one.document["causes"], one.document
    assert kinds == set(KINDS)


def test_a_watch_is_armed_only_as_it_was_replayed(keeper: Keeper) -> None:
    owned = defined(keeper)[LINE]
    with (
        engine.transaction(keeper.pool) as connection,
        pytest.raises(errors.Conflict, match="not been replayed"),
    ):
        watches.arm(connection, LINE, owned.hash, "office", "")
    report = arm(keeper, LINE)
    assert report["looks"] == 2
    assert report["judged"] > 0
    with engine.transaction(keeper.pool) as connection, pytest.raises(errors.Conflict, match="already"):
        watches.arm(connection, LINE, owned.hash, "office", "")
    with (
        engine.transaction(keeper.pool) as connection,
        pytest.raises(errors.Conflict, match="not been replayed"),
    ):
        watches.arm(connection, LINE, "another hash", "office", "")


def test_what_a_look_finds_is_written_once_and_lives(keeper: Keeper) -> None:
    arm(keeper, LIMITS, TODAY - timedelta(days=2))
    watcher = Watcher(keeper.scorer)
    done = {}
    while (found := watcher.look()) is not None:
        done[found.watch] = found
    assert LIMITS in done
    standing = listed(keeper, LIMITS)
    assert len(standing) == done[LIMITS].beyond > 0
    assert all(one.state == "open" and one.subject for one in standing)
    assert watcher.look() is None, "a day is looked at once"
    first = standing[0]
    with engine.transaction(keeper.pool) as connection:
        (change,) = deviations.read_changes(connection, first.id)
    assert (change.act, change.principal, change.day) == ("opened", None, TODAY)
    assert change.document["limit_day"]
    act = Act("acknowledge", "庭长", "已督办")
    with engine.transaction(keeper.pool) as connection:
        deviations.perform(connection, first.id, act, keeper.now, (first.court,))
    with engine.transaction(keeper.pool) as connection, pytest.raises(errors.Conflict):
        deviations.perform(connection, first.id, act, keeper.now, (first.court,))
    assert first.subject is not None
    keeper.push(record(9001, "case.closed", first.subject, "2025-12-31", method="judgment"))
    keeper.settle()
    keeper.now += timedelta(days=1)
    while watcher.look() is not None:
        pass
    (after,) = [one for one in listed(keeper, LIMITS, states=("resolved",)) if one.id == first.id]
    assert after.state == "resolved"
    with engine.transaction(keeper.pool) as connection:
        acts = [one.act for one in deviations.read_changes(connection, first.id)]
        numbers = [
            row[0] for row in connection.execute("SELECT number FROM deviation_change ORDER BY number")
        ]
    assert acts == ["opened", "acknowledged", "resolved"]
    assert numbers == list(range(1, len(numbers) + 1)), "numbered without a gap"


def test_a_feed_that_lost_cases_is_told_and_nothing_is_judged_over_it(keeper: Keeper) -> None:
    court = "示2401"
    days = [TODAY - timedelta(days=back) for back in range(1, 8)]
    line = defined(keeper)[LINE]
    before = {one.object: one.level for one in look(keeper, line, TODAY) if one.court == court}
    sent = {"case.filed": 60, "case.closed": 60}
    keeper.push(
        *(
            record(
                9100 + place, "source.day_closed", court, day.isoformat(), day=day.isoformat(), counts=sent
            )
            for place, day in enumerate(days)
        )
    )
    keeper.settle()
    feeds = [one for one in look(keeper, defined(keeper)["court-core.feeds"], TODAY) if one.court == court]
    assert any(one.beyond and one.document["stage"] == "short" for one in feeds)
    after = {one.object: one for one in look(keeper, line, TODAY) if one.court == court}
    assert "within" in before.values() or "red" in before.values()
    assert not any(one.beyond for one in after.values())
    told = [one.document["data_state"]["en"] for one in after.values()]
    assert told
    assert all(one.startswith("coverage ") for one in told)


def test_nothing_that_is_found_or_told_names_a_judge(keeper: Keeper) -> None:
    rows = keeper.query("SELECT DISTINCT judge FROM posting WHERE judge IS NOT NULL")
    judges = re.compile("|".join(rf"(?<![\w.:-]){re.escape(row[0])}(?![\w:-])" for row in rows))
    assert len(rows) > 20
    found = [one.document for owned in defined(keeper).values() for one in look(keeper, owned)]
    kept = [
        row[0]
        for table in ("deviation_change", "notice")
        for row in keeper.query(f"SELECT {table}::text FROM {table}")
    ]
    assert len(found) > 100
    assert kept
    for text in (*map(str, found), *kept):
        assert not judges.search(text), judges.search(text)
