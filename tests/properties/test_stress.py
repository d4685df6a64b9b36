"""Three ingests, three scorers and a reader at once, with rollbacks at random: nothing lost, nothing
doubled, nothing un-known."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import psycopg
import pytest

from plumbline import errors, events, valuation
from plumbline.store import engine, journal, pages
from services.scoring.scorer import Scorer
from tests.conftest import copied
from tests.keeper import Keeper
from tests.properties import books, histories

SEED = 20190404
EVENTS = 1_500
START = datetime(2020, 4, 20, 4, tzinfo=UTC)
GIVEN_UP = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)


class RollbackError(Exception):
    """This transaction was not to be."""


@dataclass
class Ground:
    """What the threads share: the records to send, and what happened."""

    kept: Keeper
    admitted: list[tuple[events.Event, bytes]]
    counts: Counter[str] = field(default_factory=Counter)
    said: list[tuple[str, str, str, datetime, valuation.Value]] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    sending: int = 3
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1


def made_records(dice: random.Random) -> list[dict[str, Any]]:
    """A thousand and a half records: six in seven new, the others corrections, retractions and second
    copies."""
    kinds = sorted(histories.KINDS)
    found: list[dict[str, Any]] = []
    for number in range(EVENTS):
        day = START.date() - timedelta(days=dice.randrange(150))
        turn, case, pick = dice.randrange(14), dice.choice(histories.CASES), dice.randrange(10_000)
        original = dice.choice(found) if found and turn < 2 else None
        if original is None or original.get("replaces") or original["type"] == "event.retracted":
            found.append(histories.event(number, dice.choice(kinds), case, day, pick))
        elif turn == 0:
            found.append(histories.correction(number, original, original["subject"], day, pick, 1 + pick % 5))
        else:
            found.append(histories.retraction(number, original, original["subject"], 1 + pick % 5))
    return found


def send(
    ground: Ground, pool: engine.Pool, mine: list[tuple[events.Event, bytes]], dice: random.Random
) -> None:
    at = 0
    while at < len(mine):
        batch = mine[at : at + 1 + dice.randrange(12)]
        again = [dice.choice(mine[: at + 1])] if dice.random() < 0.3 else []
        try:
            with engine.transaction(pool) as connection:
                outcomes = journal.append(
                    connection, [one for one, _ in batch + again], [raw for _, raw in batch + again]
                ).outcomes
                time.sleep(dice.random() * 0.004)
                if dice.random() < 0.15:
                    raise RollbackError
        except RollbackError:
            ground.count("ingests rolled back")
            continue
        except GIVEN_UP:
            ground.count("ingests retried")
            continue
        assert all(outcome in (journal.ACCEPTED, journal.DUPLICATE) for outcome in outcomes), outcomes
        at += len(batch)
    with ground.lock:
        ground.sending -= 1


def score(ground: Ground, pool: engine.Pool, dice: random.Random) -> None:
    scorer = Scorer(pool, lambda: START, "Asia/Shanghai", most=8)
    idle = 0
    while ground.sending or idle < 3:
        known = scorer.fresh()

        def reach(point: str) -> None:
            if dice.random() < 0.1:
                raise RollbackError

        try:
            with engine.transaction(pool) as connection:
                mark = known.edition.tree
                posted = pages.step(
                    connection,
                    known.book,
                    known.subjects,
                    scorer.zone_of,
                    tree_mark=mark,
                    most=8,
                    reach=reach,
                )
            if posted is not None and posted.page is not None:
                ground.count("pages")
            valued = scorer.value(most=200) if dice.random() < 0.3 else None
            idle = idle + 1 if posted is None and valued is None else 0
        except RollbackError:
            ground.count("pages rolled back")
        except (*GIVEN_UP, errors.StaleGeneration):
            ground.count("pages retried")


def ask(ground: Ground, dice: random.Random) -> None:
    kept = ground.kept
    while ground.sending:
        name = f"machine.{dice.choice(('filed', 'closed', 'pending', 'altered', 'hearings'))}"
        where, period = dice.choice(histories.COURTS), dice.choice(("2020", "2020-02", "2020-03"))
        (moment,) = kept.query("SELECT clock_timestamp()")[0]
        ground.said.append((name, where, period, moment, known(kept, name, where, period, moment)))
        ground.count("questions")


def known(kept: Keeper, name: str, where: str, period: str, moment: datetime) -> valuation.Value:
    return engine.retrying(
        lambda: kept.value(name, where, period, scope="all", known_at=moment, today=kept.today()),
        tries=50,
        pause_s=0.001,
    )


def guarded(ground: Ground, work: Callable[..., None], *given: Any) -> threading.Thread:
    def run() -> None:
        try:
            work(ground, *given)
        except BaseException as failure:
            ground.failures.append(failure)
            ground.sending = 0

    return threading.Thread(target=run, daemon=True)


@pytest.fixture
def keepers(server_dsn: str, template: str) -> Iterator[tuple[Keeper, Keeper]]:
    with copied(server_dsn, template) as one, copied(server_dsn, template) as two:
        live, scratch = (Keeper(dsn, [books.edition(1)], books.TREE, now=START) for dsn in (one, two))
        yield live, scratch
        live.close()
        scratch.close()


def test_many_at_once_give_the_books_of_one_batch(keepers: tuple[Keeper, Keeper]) -> None:
    live, scratch = keepers
    live.scorer.open_days()
    dice = random.Random(SEED)
    records = made_records(dice)
    ground = Ground(live, list(zip(live.admit(records), map(orjson.dumps, records), strict=True)))
    pools = [
        engine.open_pool(live.dsn, name=f"stress-{n}", size=2, statement_timeout_ms=20_000) for n in range(6)
    ]
    threads = [
        guarded(ground, send, pools[n], ground.admitted[n::3], random.Random(SEED + n)) for n in range(3)
    ]
    threads += [guarded(ground, score, pools[n], random.Random(SEED + n)) for n in range(3, 6)]
    threads += [guarded(ground, ask, random.Random(SEED + 9))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for pool in pools:
        pool.close()
    assert not ground.failures, ground.failures
    live.settle()
    stored = live.query("SELECT count(*) FROM event")[0][0]
    changed = [one for one in ground.said if known(live, *one[:4]) != one[4]]
    print(
        f"stress: sent {EVENTS}, stored {stored}, lost {EVENTS - stored}, "
        f"known_at answers changed {len(changed)} of {len(ground.said)}; "
        + ", ".join(f"{name} {count}" for name, count in sorted(ground.counts.items()))
    )
    assert stored == EVENTS
    assert not changed, changed[:3]
    assert ground.counts["pages rolled back"]
    assert ground.counts["ingests rolled back"]
    books.check_sums(live)
    books.check_values(live)
    wanted = books.from_scratch(scratch, [books.edition(1)], books.TREE, records, START, SEED)
    books.check_equal(books.read(live), wanted)
    assert not live.query(
        "SELECT 1 FROM dirty_case UNION ALL SELECT 1 FROM dirty_value UNION ALL SELECT 1 FROM parked_case"
    )
