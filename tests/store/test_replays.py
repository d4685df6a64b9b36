"""Replays: whatever a watch said is judged again to the bit after the books, the calendar, the courts, the definitions and
the terms of the sources have moved on; and a replay that read what stands today would be caught.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from plumbline import courts, errors
from plumbline.catalog import reading
from plumbline.catalog.watch_kinds import KINDS
from plumbline.store import balances, deviations, engine, looks, watches, workdays
from plumbline.store import courts as store_courts
from plumbline.store import sources as store_sources
from plumbline.store.deviations import Change, Deviation, Watching
from plumbline.store.evidence import Kept
from plumbline.store.replays import ALONE, Replayed, Replayer
from plumbline.store.watchbooks import every_watch
from plumbline.warning.verdicts import Verdict
from plumbline.workdays import WorkingDay
from services.feeds import demo
from services.scoring import watcher
from tests.keeper import DEFINITIONS, Keeper, pack, record

UNTIL, CASES, SEED = date(2025, 12, 31), 900, 24
DAYS = tuple(
    map(
        date.fromisoformat,
        ("2025-12-01", "2025-12-02", "2026-01-01", "2026-02-01", "2026-02-02"),
    )
)
"""The days looked on: over the ends of months and of the year, into the February in which a year's balance is looked at."""
SAID_MOST = 1
"""How many verdicts of a watch and day are replayed beside the changes it wrote: what is inside its line is never written."""


def moment(day: date) -> datetime:
    """The morning of a court day."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


@dataclass
class History:
    """Books that grew day by day while every watch looked, what the watches said, and what happened afterwards."""

    keeper: Keeper
    chance: random.Random = field(default_factory=lambda: random.Random(20260114))
    said: list[tuple[Deviation, Change]] = field(default_factory=list)
    written: list[tuple[Deviation, Change]] = field(default_factory=list)
    pushed: list[dict[str, Any]] = field(default_factory=list)
    told: int = 0

    def push(self, events: Sequence[dict[str, Any]]) -> None:
        """Hand events in: they arrive, and are in the books, at the keeper's own moment."""
        keeper = self.keeper
        (last,) = keeper.query("SELECT coalesce(max(id), 0) FROM receipt")[0]
        for begun in range(0, len(events), 2_000):
            keeper.push(*events[begun : begun + 2_000])
        with engine.transaction(keeper.pool) as connection:
            connection.execute("UPDATE receipt SET received_at = %s WHERE id > %s", (keeper.now, last))
        self.post()
        self.pushed += events

    def post(self) -> None:
        """Bring what waits into the books."""
        self.keeper.scorer.open_days()
        while self.keeper.scorer.post() is not None or self.keeper.scorer.complete():
            pass

    def next(self) -> int:
        self.told += 1
        return 90_000 + self.told

    def note(self, watching: Watching, verdicts: Sequence[Verdict]) -> None:
        """Some of what a look said, as it would be written: those beyond first."""
        drawn = sorted(verdicts, key=lambda one: (not one.beyond, self.chance.random()))
        for one in drawn[:SAID_MOST]:
            document = orjson.loads(orjson.dumps(dict(one.document)))
            inputs = orjson.loads(orjson.dumps(watching.evidence.inputs(one.court, one.object)))
            deviation = Deviation(
                0, watching.watch, watching.kind, one.court, one.object, one.subject, "open", "red", one.cause,
                one.court, "", watching.day, watching.at, None, 0, document,
            )  # fmt: skip
            change = Change(
                0, "opened", "open", "red", watching.at, watching.day, watching.page, watching.hash, document, None,
                None, inputs,
            )  # fmt: skip
            self.said.append((deviation, change))

    def replayed(
        self, kinds: Sequence[str] = tuple(KINDS), most: int = 1_000
    ) -> Iterator[tuple[Deviation, Change, Replayed | None]]:
        """What watches of some kinds said, so much of each kind that looks at all courts at once, judged again; None where
        it cannot be.
        """
        asked = Counter[str]()
        catalogue = self.keeper.scorer.fresh().catalogue
        with engine.transaction(self.keeper.pool) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            bench = Replayer(connection, catalogue)
            for deviation, change in random.Random(7).sample(every := self.said + self.written, len(every)):
                asked[deviation.kind] += 1
                if deviation.kind in kinds and (deviation.kind in ALONE or asked[deviation.kind] <= most):
                    try:
                        yield deviation, change, bench.replay(deviation, change)
                    except errors.Conflict:
                        yield deviation, change, None


def look_daily(history: History, events: Sequence[dict[str, Any]], patch: pytest.MonkeyPatch) -> None:
    """Every watch armed; each day what happened before it comes in, some of it two days late, and every watch looks."""
    keeper, take = history.keeper, deviations.take

    def noting(connection: Any, watching: Watching, verdicts: Any, ended: Any) -> int:
        history.note(watching, verdicts)
        return take(connection, watching, verdicts, ended)

    patch.setattr(deviations, "take", noting)
    looking, waiting = watcher.Watcher(keeper.scorer), list(events)
    for day in DAYS:
        keeper.now = moment(day)
        late = {one["id"] for one in waiting if history.chance.random() < 0.05} if day != DAYS[-1] else set()
        now = [one for one in waiting if one["time"][:10] < day.isoformat() and one["id"] not in late]
        history.push(now)
        here = {one["id"] for one in now}
        waiting = [one for one in waiting if one["id"] not in here]
        while looking.look() is not None:
            pass
    with engine.transaction(keeper.pool) as connection:
        for one in deviations.list_deviations(connection, keeper.tree.codes(), limit=10_000):
            changes = deviations.read_changes(connection, one.id)
            history.written += [(one, change) for change in changes if change.act != "escalated"]


def arm(keeper: Keeper) -> None:
    with engine.transaction(keeper.pool) as connection:
        for name, owned in every_watch(keeper.scorer.fresh().catalogue, DAYS[0]).items():
            number = watches.ask_backtest(connection, name, owned.hash, (), (DAYS[0], DAYS[0]), "office")
            watches.take_backtest(connection, number)
            watches.move_backtest(connection, number, state="done", done=1, total=1, page=1, report={})
            watches.arm(connection, name, owned.hash, "office", "启用")


def afterwards(history: History, folder: Path) -> None:
    """All that may move books, and more: corrections, withdrawals, late closings, sealings, another rhythm, other working
    days, courts renamed, a watch redefined, a pack taken out.
    """
    keeper = history.keeper
    keeper.now = moment(date(2026, 2, 9))
    cases = sorted({one.subject for one, _ in history.written if one.subject})
    nodes = [change.document for one, change in history.said + history.written if one.kind == "node"]
    cases += sorted({case["case"] for document in nodes for case in document["cases"]} - {*cases})
    after: list[dict[str, Any]] = []
    for place, case in enumerate(cases):
        closed, sealed = ("case.closed", {"method": "judgment"}), ("case.sealed", {"ground": "privacy"})
        kind, data = (closed, sealed)[place % 2]
        after.append(record(history.next(), kind, case, "2025-11-20", **data))
    begun = [one for one in history.pushed if one["type"] == "case.filed" and one["subject"] in cases]
    begun += history.chance.sample([one for one in history.pushed if one["type"] == "case.closed"], 40)
    for place, one in enumerate(begun):
        day = date.fromisoformat(one["time"][:10]) - timedelta(days=3)
        moved = {**one, "id": f"moved-{one['id']}", "replaces": one["id"], "revision": 1}
        moved["time"] = f"{day}T09:00:00+08:00"
        gone = {**moved, "type": "event.retracted", "data": {"reason": "error"}}
        after.append(moved if place % 4 else gone)
    history.push(after)
    with engine.transaction(keeper.pool) as connection:
        for source in keeper.sources.values():
            store_sources.change_source(connection, replace(source, rhythm_minutes=7))
        resting = [WorkingDay(day - timedelta(days=1), None is day, "overridden", "test") for day in DAYS]
        workdays.load_workdays(connection, resting)
        tree = courts.read_courts(DEFINITIONS / "demo" / "courts.csv")
        named = [replace(one, name_zh=f"改名{one.name_zh}", name_en=f"Renamed {one.name_en}") for one in tree]
        store_courts.load_courts(connection, named, pack="test")
    shutil.copytree(DEFINITIONS, folder / "definitions")
    core = folder / "definitions" / "court-core"
    for name, old, new in (
        ("pack.yaml", "version: ", "version: 9."),
        (
            "watches.yaml",
            "of: [trial_limit, enforcement_limit]",
            "of: [trial_limit, enforcement_limit], settings: {soon: 40}",
        ),
    ):
        text = (core / name).read_text(encoding="utf-8")
        assert old in text
        (core / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    keeper.publish(reading.read_pack(core, reading.Shelf(folder / "definitions")))
    history.post()


@pytest.fixture(scope="module")
def history(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    tree = courts.read_courts(DEFINITIONS / "demo" / "courts.csv")
    sources = (demo.SOURCE, "court")
    keeper = Keeper(module_database, [pack("demo")], tree, now=moment(DAYS[0]), sources=sources)
    found = History(keeper)
    with engine.transaction(keeper.pool) as connection:
        for source in keeper.sources.values():
            store_sources.change_source(connection, replace(source, rhythm_minutes=24 * 60))
    arm(keeper)
    once = {event["id"]: event for event in demo.events(UNTIL, cases=CASES, seed=SEED)}
    with pytest.MonkeyPatch.context() as patch:
        look_daily(found, [one for one in once.values() if "malformed" not in one["id"]], patch)
    afterwards(found, tmp_path_factory.mktemp("edition"))
    yield found
    keeper.close()


def test_whatever_was_said_is_said_again_to_the_bit(history: History) -> None:
    kinds = Counter[str]()
    for deviation, change, found in history.replayed(most=10):
        assert found is not None, deviation
        assert found.same, (deviation, change.act, change.day, found.differs)
        assert found.kept, "the feeds that were off are always kept"
        assert "definitions" in found.read
        kinds[deviation.kind] += 1
    assert set(kinds) == set(KINDS)


def test_what_was_written_tells_of_ends_and_of_every_part_that_is_kept(history: History) -> None:
    written = [(one, change) for one, change in history.written if change.inputs is not None]
    assert len(written) == len(history.written) > 60, "whatever a watch writes keeps what its look rested on"
    ends = [one for one, change in written if change.document.get("stage") == "ended"]
    assert ends, "some case was closed"
    assert {one.kind for one, change in written if change.act in ("resolved", "dropped")} >= {"feed", "clock"}
    names = {name for _, change in written for part in ("court", "object") for name in change.inputs[part]}  # type: ignore[index]
    assert names >= {"off", "rhythms", "nodes", "case"}


def test_an_end_is_judged_and_not_believed(history: History) -> None:
    one, change = next(found for found in history.written if found[1].document.get("stage") == "ended")
    running = next(
        kept for kept in history.written if kept[0].id == one.id and kept[1].document.get("stage") != "ended"
    )[1]
    forged = replace(change, page=running.page, day=running.day, inputs=running.inputs)
    with engine.transaction(history.keeper.pool) as connection:
        bench = Replayer(connection, history.keeper.scorer.fresh().catalogue)
        assert bench.replay(one, change).same
        assert not bench.replay(one, forged).same, "its clock still ran on that page"


def test_of_a_sealed_case_nothing_is_kept_but_that_it_is_one(history: History) -> None:
    kept = [
        case
        for one, change in history.said + history.written
        if one.kind == "node" and change.inputs is not None
        for case in change.inputs["object"]["nodes"]["cases"]
    ]
    assert kept
    assert all(case[0] is None or isinstance(case[0], str) for case in kept)
    sealed = {row[0] for row in history.keeper.query("SELECT subject FROM case_state WHERE sealed")}
    assert sealed
    answers = [found for *_, found in history.replayed(("clock", "node"), 30)]
    told = str(
        [(found.change, found.same, found.differs, found.read, found.kept) for found in answers if found]
    )
    assert not [case for case in sealed if case in told]


def test_what_was_written_before_anything_was_kept_says_so(history: History) -> None:
    one, change = history.written[0]
    with engine.transaction(history.keeper.pool) as connection:
        bench = Replayer(connection, history.keeper.scorer.fresh().catalogue)
        for other, said in (
            (replace(change, inputs=None), "before"),
            (replace(change, principal="甲"), "done by"),
        ):
            with pytest.raises(errors.BadInput, match=said):
                bench.replay(one, other)


def today(kind: str, patch: pytest.MonkeyPatch) -> None:
    """Let replays read one thing as it stands today."""
    tree, calendar = store_courts.read_tree, workdays.read_workdays
    faults: dict[str, Callable[[], None]] = {
        "books": lambda: patch.setattr(
            looks, "_as_of", lambda connection, page: balances.settle(connection, None)
        ),
        "cases and terms": lambda: patch.setattr(
            Kept, "of", lambda self, court, thing, name, read, absent=None: read()
        ),
        "courts": lambda: patch.setattr(
            store_courts, "read_tree", lambda connection, known_at=None: tree(connection)
        ),
        "calendar": lambda: patch.setattr(
            workdays, "read_workdays", lambda connection, known_at=None: calendar(connection)
        ),
        "definitions": lambda: patch.setattr(Replayer, "_served", lambda self, ground: self.catalogue),
    }
    faults[kind]()


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        ("books", ("clock", "feed", "stock_flow", "target")),
        ("cases and terms", ("clock", "node", "feed")),
        ("courts", ("clock", "node", "feed")),
        ("calendar", ("history", "feed", "burn")),
        ("definitions", ("clock",)),
    ],
)
def test_a_replay_that_read_what_stands_today_is_caught(
    history: History, monkeypatch: pytest.MonkeyPatch, fault: str, kinds: tuple[str, ...]
) -> None:
    today(fault, monkeypatch)
    found = [(one.kind, None if done is None else done.same) for one, _, done in history.replayed(kinds, 12)]
    assert [kind for kind, same in found if same is not True], found
    if fault in ("cases and terms", "courts"):
        assert {kind for kind, same in found if not same} == {*kinds}
