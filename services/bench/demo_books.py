"""A database of its own that plays the demonstration with its plants, and looks at it with the watches, day by day as they
would have looked.
"""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import orjson
import psycopg

from plumbline import casenumbers, courts, envelope, events, subjects, vocabulary
from plumbline.catalog import reading
from plumbline.runtime import postgres, schema
from plumbline.store import backtests, catalogue, engine, journal, looks, sources, workdays
from plumbline.store import courts as store_courts
from plumbline.store.looks import Looker
from plumbline.store.watchbooks import Owned, every_watch
from plumbline.warning import life
from plumbline.warning.life import Memory, Terms
from plumbline.warning.verdicts import Verdict
from plumbline.workdays import read_table
from services.feeds import demo
from services.feeds.histories import Event
from services.scoring.scorer import Scorer

DEFINITIONS: Final = schema.CHECKOUT / "definitions"
CALENDAR: Final = "working-days.csv"
BATCH: Final = 2_000
RHYTHM_MINUTES: Final = 1_440
Progress = Callable[[str], None]


class Server:
    """A throwaway server with one migrated database; a context."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="plumbline-bench-"))
        quick = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        self.server = postgres.Server(self.folder, self.folder / "postgres.log", durable=False, options=quick)

    def __enter__(self) -> str:
        self.server.start()
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            connection.execute('create database "demo"')
        dsn = self.server.dsn.rpartition("/")[0] + "/demo"
        schema.upgrade(dsn)
        return dsn

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Books:
    """The demonstration in the books: `load` what had come by a day, `look` with a watch on any day."""

    def __init__(self, dsn: str, last: date) -> None:
        self.now = _noon(last + timedelta(days=1))
        self.pool = engine.open_pool(dsn, name="bench", size=4, statement_timeout_ms=120_000)
        self.scorer = Scorer(self.pool, lambda: self.now, "Asia/Shanghai", most=500)
        self.source = sources.Source(demo.SOURCE, demo.SOURCE, ("示",), rhythm_minutes=RHYTHM_MINUTES)
        self._known: set[str] = set()
        with engine.transaction(self.pool) as connection:
            pack = reading.read_pack(DEFINITIONS / "demo", reading.Shelf(DEFINITIONS))
            catalogue.publish(connection, [pack], by="bench")
            tree = courts.read_courts(DEFINITIONS / "demo" / "courts.csv")
            store_courts.load_courts(connection, tree, pack="demo")
            days = read_table((DEFINITIONS / "calendar" / CALENDAR).read_text("utf-8"), CALENDAR)
            workdays.load_workdays(connection, days)
            sources.add_source(connection, self.source)
            self.tree = store_courts.read_tree(connection)
        self._door = envelope.Door(
            vocabulary.Vocabulary.shipped(),
            subjects.SubjectParser(casenumbers.CaseTypes.shipped(), self.tree.invented_provinces()),
            self.tree.known,
        )

    def close(self) -> None:
        """End the connections."""
        self.pool.close()

    def load(self, told: Iterable[Event], progress: Progress) -> int:
        """Store what is not in the books yet and fold it; how many events."""
        fresh: dict[str, Event] = {}
        for one in told:
            if one["id"] not in self._known and "malformed" not in one["id"]:
                fresh[one["id"]] = one
        self._known |= fresh.keys()
        waiting = list(fresh.values())
        for begun in range(0, len(waiting), BATCH):
            self._push(waiting[begun : begun + BATCH])
            progress(f"sent {min(begun + BATCH, len(waiting)):,} of {len(waiting):,} events")
        folded = 0
        while (posted := self.scorer.post()) is not None or self.scorer.complete():
            folded += 1
            if folded % 10 == 0 and posted is not None:
                progress(f"folded {folded} batches")
        return len(waiting)

    def _push(self, records: list[Event]) -> None:
        admitted = [self._door.admit(dict(one), source=self.source, now=self.now) for one in records]
        refused = [one for one in admitted if not isinstance(one, events.Event)]
        if refused:
            raise ValueError(f"The door refused {refused[0]} of the demonstration")
        whole = [one for one in admitted if isinstance(one, events.Event)]
        with engine.transaction(self.pool) as connection:
            journal.append(connection, whole, [orjson.dumps(one) for one in records])

    def watches(self, day: date) -> dict[str, Owned]:
        """Every watch there is, by its name."""
        return every_watch(self.scorer.fresh().catalogue, day)

    def looks(self, owned: Owned, days: Iterable[date]) -> Iterator[tuple[date, list[Verdict]]]:
        """What a watch says on each of some days, from one snapshot of the books."""
        known = self.scorer.fresh()
        with engine.transaction(self.pool) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            whole = looks.looker(connection, known.catalogue, known.tree, _day(self.now), self.now)
            for day in days:
                heard = dict.fromkeys(whole.received, self.now)
                at = Looker(whole.books.on(day), self.now, whole.covered, heard)
                yield day, at.look(owned)


def _noon(day: date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(4), datetime.UTC)


def _day(moment: datetime.datetime) -> date:
    return moment.date()


@dataclass(slots=True)
class Told:
    """One deviation that was opened: by which watch, where, when, in which words; `cases` that it named, each with the first
    day and stage.
    """

    watch: str
    kind: str
    court: str
    object: str
    opened: date
    severity: str
    text: dict[str, str]
    ends: date | None = None


@dataclass(slots=True)
class Played:
    """A watch played over a year: what it told; the looks and judged objects; by case, the first day it was named and how."""

    owned: Owned
    looks: int = 0
    judged: int = 0
    unknown: int = 0
    told: list[Told] = field(default_factory=list)
    named: dict[str, tuple[date, str]] = field(default_factory=dict)


def play(books: Books, owned: Owned, first: date, last: date) -> Played:
    """Look with a watch on each day it looks, and let its deviations live as they would."""
    watch, found = owned.watch, Played(owned)
    terms = Terms(watch.hold, watch.release, watch.severity, watch.escalate)
    memories: dict[tuple[str, str], Memory] = {}
    standing: dict[tuple[str, str], Told] = {}
    for day, verdicts in books.looks(owned, list(backtests.days_of(watch.every, first, last))):
        found.looks += 1
        met = set()
        for verdict in verdicts:
            key = (verdict.court, verdict.object)
            met.add(key)
            found.judged += verdict.level != "insufficient"
            found.unknown += verdict.level == "insufficient"
            _name(found, verdict, day)
            step = life.look(memories.get(key, Memory()), verdict, terms, day)
            memories[key] = step.memory
            if step.act == "opened":
                text = dict(verdict.document["text"])
                standing[key] = Told(owned.id, watch.kind, *key, day, step.memory.severity, text)
                found.told.append(standing[key])
            elif step.act == "resolved" and key in standing:
                standing.pop(key).ends = day
        if watch.kind == "clock":  # a case that is met no more was closed
            for key in [one for one in standing if one not in met]:
                standing.pop(key).ends = day
    return found


def _name(found: Played, verdict: Verdict, day: date) -> None:
    """Keep the first day on which a case is named for its own limit, or for the judgment's service; and as what."""
    if not verdict.beyond:
        return
    document: dict[str, Any] = dict(verdict.document)
    if verdict.subject is not None:
        found.named.setdefault(verdict.subject, (day, str(document.get("stage", ""))))
    for one in document.get("cases", ()):
        stage = str(one.get("stage", ""))
        if verdict.object == "judgment_service" or (verdict.object, stage) == ("archive", "order"):
            found.named.setdefault(one["case"], (day, stage))
