"""A keeper of books for tests: the real store and the real scorer on a real database, with the day as an
argument."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from plumbline import (
    casenumbers,
    courts,
    envelope,
    errors,
    events,
    periods,
    refusals,
    serving,
    subjects,
    valuation,
    vocabulary,
)
from plumbline.catalog import meanings, reading
from plumbline.catalog.causes import CauseList
from plumbline.catalog.definitions import Pack
from plumbline.store import balances, catalogue, engine, journal
from plumbline.store import courts as store_courts
from plumbline.store import sources as store_sources
from services.scoring.scorer import Scorer

ROOT = Path(__file__).resolve().parents[1]
DEFINITIONS = ROOT / "definitions"
PACKS = Path(__file__).resolve().parent / "packs"
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
NOON = datetime(2020, 6, 30, 4, tzinfo=UTC)


def court(code: str, parent: str | None, order: int, **more: Any) -> courts.Court:
    """A court of the invented province 示, or any other."""
    given: dict[str, Any] = {
        "name_zh": code, "name_en": code, "level": "basic", "valid_from": None, "valid_until": None,
        "status": "invented" if code.startswith("示") else "confirmed", "zone": "Asia/Shanghai",
    } | more  # fmt: skip
    return courts.Court(code=code, parent=parent, order=order, **given)


BOOKS = (
    "event", "receipt", "case_link", "crowded_key", "quarantine", "dirty_case", "parked_case", "case_state", "page",
    "page_case",
    "posting", "balance_day", "balance_month", "dirty_value", "value", "midnight", "day_closed",
    "coverage_day", "coverage_month", "coverage_line", "feed_heard",
)  # fmt: skip
CATALOGUE = ("pack", "definition", "generation", "account")
TREE = (court("示", None, 1), court("示24", "示", 2), court("示2401", "示24", 3), court("示2402", "示24", 4))


def pack(name: str) -> Pack:
    """A pack of the tests, or a shipped one."""
    folder = PACKS / name if (PACKS / name).is_dir() else DEFINITIONS / name
    return reading.read_pack(folder, reading.Shelf(DEFINITIONS))


def stocks(version: serving.Version) -> frozenset[int]:
    """The accounts a version reads as stocks."""
    return frozenset(one.main.id for one in version.served.values() if one.measure.kind == "stock")


def cell(
    served: serving.Catalogue,
    where: str,
    scope: str,
    category: str,
    span: periods.Period,
    cause: str | None = None,
    tag: str | None = None,
) -> valuation.Cell:
    """The cell of a category, a cause with all below it, and a tag, by the newest lists."""
    codes = () if cause is None else CauseList(served.every).below(cause, span.last_day)
    assert cause is None or codes, f"no list has {cause}"
    account = None
    if tag is not None:
        pack = next(pack for pack in reversed(served.every) if tag in pack.tags)
        (one,) = served.serving(f"{pack.id}.{pack.tags[tag].carried}", span.last_day).served.values()
        account = one.main.id
    return valuation.Cell(where, scope, category, span, cause, causes=codes, tag=account)


class Keeper:
    """Courts, packs and a source loaded; `push` stores events, `settle` scores, `value` reads."""

    def __init__(
        self,
        dsn: str,
        packs: Sequence[Pack],
        tree: Iterable[courts.Court] = TREE,
        *,
        now: datetime = NOON,
        most: int = 500,
        sources: Sequence[str] = ("court",),
        sessions: int = 6,
    ) -> None:
        self.now = now
        self.dsn = dsn
        self.sources = {name: store_sources.Source(name, name, ("*",)) for name in sources}
        self.pool = engine.open_pool(dsn, name="keeper", size=sessions, statement_timeout_ms=60_000)
        self.scorer = Scorer(self.pool, lambda: self.now, "Asia/Shanghai", most=most)
        self.reader = Scorer(self.pool, lambda: self.now, "Asia/Shanghai")
        with engine.transaction(self.pool) as connection:
            if packs:
                catalogue.publish(connection, packs, by="test")
            store_courts.load_courts(connection, list(tree), pack="test")
            for source in self.sources.values():
                store_sources.add_source(connection, source)
            self.tree = store_courts.read_tree(connection)
        self.source = next(iter(self.sources.values()))
        self.door = self._door()

    def _door(self) -> envelope.Door:
        return envelope.Door(
            vocabulary.Vocabulary.shipped(),
            subjects.SubjectParser(casenumbers.CaseTypes.shipped(), self.tree.invented_provinces()),
            self.tree.known,
        )

    def close(self) -> None:
        """End the connections."""
        self.pool.close()

    def admit(self, records: Iterable[Mapping[str, Any]]) -> list[events.Event]:
        """The events these records state; a refused one fails the test."""
        admitted = [
            self.door.admit(dict(record), source=self.sources[record["source"]], now=self.now)
            for record in records
        ]
        for one in admitted:
            assert not isinstance(one, refusals.Refusal), one
        return [one for one in admitted if isinstance(one, events.Event)]

    def push(self, *records: Mapping[str, Any]) -> list[Any]:
        """Store records in one transaction; returns the outcomes."""
        admitted = self.admit(records)
        with engine.transaction(self.pool) as connection:
            return journal.append(connection, admitted, [orjson.dumps(record) for record in records]).outcomes

    def settle(self) -> None:
        """Score until nothing waits."""
        self.scorer.settle()

    def restart(self) -> None:
        """A new scorer that has read nothing yet."""
        self.scorer = Scorer(self.pool, lambda: self.now, "Asia/Shanghai", most=self.scorer.most)

    def retire(self, name: str, version: str) -> None:
        """Take a version of a pack out of the books."""
        with engine.transaction(self.pool) as connection:
            catalogue.retire(connection, name, version)

    def version(self, name: str, period: str) -> str | None:
        """The hash of the version that answers for a period; None where no version has the name."""
        try:
            return self.reader.fresh().catalogue.serving(name, periods.Period.parse(period).last_day).hash
        except errors.NotFound:
            return None

    def hash_of(self, name: str, edition: Pack) -> str:
        """The hash of a measure or indicator as an edition of its pack means it."""
        return meanings.definition_hashes(edition)[name.partition(".")[2]]

    def publish(self, *packs: Pack) -> None:
        """Publish packs beside what is in the books."""
        with engine.transaction(self.pool) as connection:
            catalogue.publish(connection, packs, by="test")

    def value(
        self,
        name: str,
        where: str,
        period: str,
        *,
        scope: str = "own",
        category: str = "all",
        known_at: datetime | None = None,
        version: str | None = None,
        today: date | None = None,
        cause: str | None = None,
        tag: str | None = None,
    ) -> valuation.Value:
        """A value as the read API computes it: from balances, or as known at a moment from postings.

        `today` stands in for the court day of that moment, because these days are played and moments are not.
        """
        served = self.reader.fresh().catalogue
        with engine.transaction(self.pool) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            known = balances.settle(connection, known_at)
            span = periods.Period.parse(period)
            today = today or self.today(known_at)
            wanted = served.serving(name, span.last_day, version)
            shelf = balances.LedgerShelf(
                connection, store_courts.read_tree(connection, known_at), known, today, levels=stocks(wanted)
            )
            asked = cell(served, where, scope, category, span, cause, tag)
            return valuation.value_cell(wanted, asked, shelf, today)

    def unattributed(
        self, name: str, where: str, period: str, *, scope: str = "own", today: date | None = None
    ) -> int:
        """What a measure on a role could give to no court, beside the figure of the acting court."""
        with engine.transaction(self.pool) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            known = balances.settle(connection, None)
            span, today = periods.Period.parse(period), today or self.today()
            (served,) = catalogue.read_catalogue(connection).serving(name, span.last_day).served.values()
            shelf = balances.LedgerShelf(connection, store_courts.read_tree(connection), known, today)
            column = shelf.column(
                served.accounts["unattributed"].id, valuation.Cell(where, scope, "all", span)
            )
            return column.between(span.start, min(span.end, today + timedelta(days=1)))

    def move_courts(self, tree: Iterable[courts.Court]) -> None:
        """Load another court file in place of the one there is."""
        with engine.transaction(self.pool) as connection:
            store_courts.load_courts(connection, list(tree), pack="test")
            self.tree = store_courts.read_tree(connection)
        self.door = self._door()

    def empty(self, *, catalogue_too: bool = False) -> None:
        """Take every event and every line out of the books; definitions, courts and sources stay unless
        said."""
        cleared = list(BOOKS + (CATALOGUE if catalogue_too else ()))
        with engine.transaction(self.pool) as connection:
            connection.execute(f"TRUNCATE {', '.join(cleared)}")
            connection.execute("UPDATE page_clock SET number = 0")
            if catalogue_too:
                connection.execute("UPDATE generation_head SET number = 0")
                connection.execute("INSERT INTO generation (number, packs) VALUES (0, '{}')")
        self.scorer.forget()
        self.reader.forget()

    def number(self, name: str, where: str, period: str, **more: Any) -> int | None:
        """The numerator of a value."""
        return self.value(name, where, period, **more).numerator

    def today(self, known_at: datetime | None = None) -> date:
        """The court day of a moment, by default of now."""
        return periods.court_day(known_at or self.now, ZONE)

    def query(self, text: str, *binds: Any) -> list[tuple[Any, ...]]:
        """Rows of a query, for looking into the books."""
        with engine.transaction(self.pool) as connection:
            return connection.execute(text, binds or None).fetchall()


def record(number: int, kind: str, subject: str, day: str, /, **data: Any) -> dict[str, Any]:
    """A CloudEvents record of source `court`: `day` is a date (only the day known) or a local time
    `…T09:00:00`."""
    time = day if "T" in day else f"{day}T00:00:00"
    extra = {
        name: data.pop(name) for name in ("replaces", "revision", "sequence", "captured") if name in data
    }
    return {
        "specversion": "1.0", "id": f"e{number}", "source": "court", "type": kind, "subject": subject,
        "time": f"{time}+08:00", **extra, "data": data,
    }  # fmt: skip
