"""R5: the whole live path, from marks to closed pages and valued cells, beside the fold alone, in memory,
on the same cases."""

from __future__ import annotations

import cProfile
import itertools
import pstats
import time
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from plumbline import envelope, fold, ledger
from plumbline.events import Event
from plumbline.store import engine, journal, pages, proof
from plumbline.store.statements import statement
from services.bench import cases, stage, table
from services.scoring.scorer import Knowledge, Scorer

CASES = 1_500
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")


@dataclass(slots=True)
class Tally:
    """What the fold alone amounts to over all rounds, and the seconds of each side by round."""

    lines: dict[ledger.Key, int] = field(default_factory=dict)
    post: list[float] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)
    events: int = 0
    cells: int = 0
    value_s: float = 0.0


def measure(
    place: stage.Stage, seed: int, rounds: int, *, count: int = CASES
) -> tuple[list[table.Row], stage.Database]:
    """The rows R5 (marks to closed page) and R5v (to valued cells), and the database for others to read."""
    database = place.database("fold")
    loaded, maker = cases.Maker(seed, "r5-loaded"), cases.Maker(seed, "r5", days=cases.RECENT)
    door, tally = stage.door(), Tally()
    pool = database.pool(4)
    scorer = Scorer(pool, lambda: datetime.now(UTC), "Asia/Shanghai")
    try:
        scorer.settle()
        for turn in range(rounds + 1):
            histories = (maker if turn else loaded).cases(count)  # the warm-up is a feed's history
            admitted = _store(pool, door, histories)
            tally.events = len(admitted)
            post, value, alone = _turn(pool, scorer, admitted, tally)
            if turn:
                tally.post.append(count / post)
                tally.value.append(count / (post + value))
                tally.alone.append(count / alone)
        _profile(pool, scorer, door, maker.cases(count // 3), tally)
        equal, told = _compare(pool, scorer, tally)
    finally:
        pool.close()
    more = {
        "cases_a_round": count,
        "events_a_case": round(tally.events / count, 1),
        **told,
        "cells_valued": tally.cells,
        "cells_a_second": round(tally.cells / tally.value_s),
        "posting_seconds_by_part": {name: round(seconds, 3) for name, seconds in tally.parts.items()},
    }
    return _rows(tally, equal, more), database


def _turn(
    pool: engine.Pool, scorer: Scorer, admitted: list[Event], tally: Tally
) -> tuple[float, float, float]:
    """Seconds to post, to value, and to fold alone the cases that have just been stored."""
    post = _timed(lambda: _until_idle(scorer.post))
    began = time.perf_counter()
    while (valued := scorer.value()) is not None:
        tally.cells += valued.cells
    value = time.perf_counter() - began
    tally.value_s += value
    ready = list(_loaded(pool, scorer.knowledge(), admitted))
    book = scorer.knowledge().book
    began = time.perf_counter()
    folded = [
        fold.fold(subject, events, linked, book, lambda court: ZONE) for subject, events, linked in ready
    ]
    alone = time.perf_counter() - began
    _add(tally, folded)
    return post, value, alone


def _add(tally: Tally, folded: Iterable[fold.Folded]) -> None:
    for one in folded:
        for key, value in one.postings.items():
            tally.lines[key] = tally.lines.get(key, 0) + value


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _until_idle(step: Callable[[], object]) -> None:
    while step() is not None:
        pass


def _store(pool: engine.Pool, door: envelope.Door, histories: Iterable[list[cases.Record]]) -> list[Event]:
    now = datetime.now(UTC)
    found: list[Event] = []
    for record in itertools.chain.from_iterable(histories):
        event = door.admit(record, source=stage.SOURCE, now=now)
        assert isinstance(event, Event), event
        found.append(event)
    with engine.transaction(pool) as connection:
        journal.append(connection, found, [b""] * len(found))
    return found


def _loaded(
    pool: engine.Pool, known: Knowledge, admitted: list[Event]
) -> Iterable[tuple[Any, list[Event], Any]]:
    """Each case with its events and the cases linked to it, read before the clock starts."""
    by_court: dict[str, set[str]] = {}
    for event in admitted:
        by_court.setdefault(event.home_court, set()).add(event.subject)
    with engine.transaction(pool) as connection:
        for court, names in by_court.items():
            events, linked = pages.read_cases(connection, court, sorted(names), known.subjects)
            for name in sorted(names):
                yield known.subjects.parse(name), events[name], linked.get(name, ())


def _profile(
    pool: engine.Pool, scorer: Scorer, door: envelope.Door, histories: list[list[cases.Record]], tally: Tally
) -> None:
    """Where posting spends its time, from one more turn under the profiler, which weighs on Python more
    than on waiting."""
    admitted = _store(pool, door, histories)
    watch = cProfile.Profile()
    watch.runcall(lambda: _until_idle(scorer.post))
    stats: Any = pstats.Stats(watch)
    wanted = {
        "_claim": "claim",
        "read_cases": "read",
        "fold": "fold",
        "_propagate": "propagate",
        "_write": "write",
        "_close": "close",
    }
    for (path, _, name), (_, _, _, cumulative, _) in stats.stats.items():
        place = path.rpartition("/")[2]
        if name in wanted and (
            place == "pages.py" or (place == "fold.py" and name == "fold" and "plumbline" in path)
        ):
            tally.parts[wanted[name]] = tally.parts.get(wanted[name], 0.0) + cumulative
    tally.parts["whole"] = stats.total_tt
    _until_idle(scorer.value)
    _add(
        tally,
        (
            fold.fold(s, e, n, scorer.knowledge().book, lambda court: ZONE)
            for s, e, n in _loaded(pool, scorer.knowledge(), admitted)
        ),
    )


def _compare(pool: engine.Pool, scorer: Scorer, tally: Tally) -> tuple[bool, dict[str, Any]]:
    """Whether the ledger's sums hash as the fold's alone, and a proof from the journal finds no
    difference."""
    known = scorer.fresh()
    with engine.transaction(pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        rows = connection.execute(
            statement("sum_ledger"), {"accounts": sorted(pages.live_accounts(known.book))}
        ).fetchall()
        found = proof.prove(connection, known.book, known.subjects, scorer.zone_of)
    books = [
        orjson.dumps([row[0], row[1], row[2], row[3].toordinal(), *row[4:7], int(row[7])])
        for row in rows
        if row[7]
    ]
    alone = [orjson.dumps([*key, value]) for key, value in tally.lines.items() if value]
    hashes = {"ledger": table.digest(books), "fold_alone": table.digest(alone)}
    told = {"hashes": hashes, "lines": len(books), "proof_differences": len(found.differences)}
    return hashes["ledger"] == hashes["fold_alone"] and not found.differences, told


def _rows(tally: Tally, equal: bool, more: dict[str, Any]) -> list[table.Row]:
    check = "the ledger's sums hash as the fold's own, and a proof from the journal finds no difference"
    parts = dict(tally.parts)
    whole = parts.pop("whole", 0.0) or 1.0
    shares = ", ".join(
        f"{name} {100 * seconds / whole:.0f} %"
        for name, seconds in sorted(parts.items(), key=lambda one: -one[1])
    )
    return [
        table.Row(
            "R5",
            "marks to closed page, one worker / the fold alone in memory",
            "cases/s",
            tuple(tally.post),
            tuple(tally.alone),
            True,
            equal,
            check,
            f"of posting: {shares}",
            more=more,
        ),
        table.Row(
            "R5v",
            "marks to valued cells, one worker / the fold alone in memory",
            "cases/s",
            tuple(tally.value),
            tuple(tally.alone),
            True,
            equal,
            check,
            "valuing: every touched month, quarter, year and year to date of each indicator, own and "
            "district",
            more=more,
        ),
    ]
