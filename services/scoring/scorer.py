"""The work of scoring, a bounded step at a time: post a court's marks, value touched cells, open court days."""

from __future__ import annotations

import os
import signal
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from plumbline import casenumbers, errors, periods, rules, serving
from plumbline.courts import CourtTree
from plumbline.store import catalogue, courts, engine, midnight, pages, values
from plumbline.subjects import SubjectParser

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a step works with, read together: the marks it was read at, the rules, what is served, the court tree."""

    edition: courts.Edition
    book: rules.Rules
    catalogue: serving.Catalogue
    tree: CourtTree
    subjects: SubjectParser


def learn(connection: engine.Connection) -> Knowledge:
    """Read the catalogue and the tree as they stand."""
    edition = courts.read_edition(connection)
    tree = courts.read_tree(connection)
    return Knowledge(
        edition,
        catalogue.read_rules(connection),
        catalogue.read_catalogue(connection),
        tree,
        SubjectParser(casenumbers.CaseTypes.shipped(), tree.invented_provinces()),
    )


class Scorer:
    """Steps over one database. `clock` is the only source of time; `zone` is that of courts that name none."""

    def __init__(self, pool: engine.Pool, clock: Clock, zone: str, *, most: int = 500) -> None:
        self.pool = pool
        self.clock = clock
        self.zone = zoneinfo.ZoneInfo(zone)
        self.most = most
        self._known: Knowledge | None = None

    def knowledge(self) -> Knowledge:
        """The rules and the tree, read once and again whenever a step finds them stale."""
        if self._known is None:
            with engine.transaction(self.pool) as connection:
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                self._known = learn(connection)
        return self._known

    def forget(self) -> None:
        """Read the catalogue and the tree again before the next step."""
        self._known = None

    def zone_of(self, court: str) -> zoneinfo.ZoneInfo:
        """The zone of a court's days."""
        tree = self.knowledge().tree
        return tree.zone(court) if tree.known(court) else self.zone

    def today(self) -> date:
        """The court day of the default zone."""
        return periods.court_day(self.clock(), self.zone)

    def post(self) -> pages.Posted | None:
        """One posting step: None when no court has free work."""

        def work() -> pages.Posted | None:
            known = self.knowledge()
            with engine.transaction(self.pool) as connection:
                posted = pages.step(
                    connection,
                    known.book,
                    known.subjects,
                    self.zone_of,
                    tree_mark=known.edition.tree,
                    most=self.most,
                    reach=reach,
                )
                if posted is not None:
                    reach("before_page_commit")
            if posted is not None:
                reach("after_page_commit")
            return posted

        try:
            return engine.retrying(work)
        except errors.StaleGeneration:
            self.forget()
            return engine.retrying(work)

    def value(self, *, most: int = 20_000, live: bool = False) -> values.Valued | None:
        """One valuing step: None when no cell waits or another valuer is at work. `live`: only of the running month."""
        since = periods.month_start(self.today()) if live else date.min

        def work() -> values.Valued | None:
            known = self.fresh()
            with engine.transaction(self.pool) as connection:
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                valued = values.step(
                    connection,
                    known.catalogue,
                    known.tree,
                    self.today(),
                    most=most,
                    tree_mark=known.edition.tree,
                    since=since,
                )
                if valued is not None:
                    reach("before_value_commit")
            return valued

        try:
            return engine.retrying(work)
        except errors.StaleGeneration:
            self.forget()
            return engine.retrying(work)

    def fresh(self) -> Knowledge:
        """The knowledge, read again if the catalogue, an account's state or the tree moved on."""
        known = self.knowledge()
        with engine.transaction(self.pool) as connection:
            if courts.read_edition(connection) != known.edition:
                self.forget()
        return self.knowledge()

    def complete(self) -> int:
        """Call accounts complete that every case has reached; returns how many."""
        if not self.fresh().edition.filling:
            return 0
        with engine.transaction(self.pool) as connection:
            return len(catalogue.complete(connection))

    def open_days(self) -> int:
        """Mark what the opening of court days touches, in every zone of the tree; returns the marks written."""
        known = self.fresh()
        tree, moved_daily = known.tree, known.catalogue.moved_daily()
        zones: dict[str, list[str]] = {}
        for code in tree.codes():
            zones.setdefault(tree.zone(code).key, []).append(code)
        marked = 0
        with engine.transaction(self.pool) as connection:
            for zone, codes in zones.items():
                day = periods.court_day(self.clock(), zoneinfo.ZoneInfo(zone))
                marked += midnight.open_days(connection, zone, codes, day, moved_daily)
        return marked

    def settle(self) -> int:
        """Step until nothing waits; returns the steps taken. For rebuilds and tests, not for the loops."""
        steps = 0
        self.open_days()
        while self.post() is not None or self.complete() or self.value() is not None:
            steps += 1
        return steps


_reached: dict[str, int] = {}


def reach(point: str) -> None:
    """A point kill tests aim at: with PLUMBLINE_ALLOW_FAULTS=1 and PLUMBLINE_FAULT=point:n:kill9, dies the nth time."""
    if os.environ.get("PLUMBLINE_ALLOW_FAULTS") != "1":
        return
    name, _, rest = os.environ.get("PLUMBLINE_FAULT", "").partition(":")
    if name != point:
        return
    _reached[point] = _reached.get(point, 0) + 1
    if str(_reached[point]) == rest.partition(":")[0]:
        os.kill(os.getpid(), signal.SIGKILL)
