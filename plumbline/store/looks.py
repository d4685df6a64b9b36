"""One look of one watch at one court day: from what the books hold to finished verdicts."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from plumbline import errors, periods, serving
from plumbline.catalog.watch_kinds import KINDS
from plumbline.courts import CourtTree
from plumbline.store import (
    balances,
    coverage,
    engine,
    watchcases,
    watchhistory,
    watchparts,
    watchweeks,
    workdays,
)
from plumbline.store.evidence import WHOLE_COURT, Evidence
from plumbline.store.statements import statement
from plumbline.store.watchbooks import Owned, WatchBooks
from plumbline.warning import (
    budgets,
    casework,
    courts_changed,
    drifting,
    families,
    feeding,
    judging,
    kinship,
    projecting,
    weekly,
    years,
)
from plumbline.warning.casework import Running
from plumbline.warning.families import Data
from plumbline.warning.series import Series
from plumbline.warning.verdicts import Verdict

BEFORE_ANY: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATE_JANUARY: Final = 2
"""The balance of a year is looked at in February, when January is known."""


@dataclass(slots=True)
class Looker:
    """Looks with watches into one snapshot. `covered` gives declared, received and closed days of a court over days;
    `received` by source when anything last came; `off` by court the feeds that are off.
    """

    books: WatchBooks
    now: datetime
    covered: Callable[[str, date, date], tuple[int, int, int]]
    received: Mapping[str, datetime | None] = field(default_factory=dict)
    off: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def look(
        self, owned: Owned, courts: Sequence[str] | None = None, only: tuple[str, str] | None = None
    ) -> list[Verdict]:
        """Everything a watch has to say, of some courts or of all it watches; feeds must be looked at first.

        `only`: finished for one court and object alone, as judged among all.
        """
        watch = owned.watch
        looked = self.books.courts(watch, courts)
        if not looked:
            return []
        for court in looked:
            off: Callable[[], list[str]] = functools.partial(list, self.off.get(court, ()))
            self.off[court] = tuple(self.books.evidence.of(court, WHOLE_COURT, "off", off, ()))
        found = _KINDS[watch.kind](self, owned, looked)
        if "rate" in KINDS[watch.kind].settings:
            found = self._parents_first(owned, looked, found)
        if watch.kind == "feed":
            for one in found:
                if one.beyond:
                    self.off[one.court] = (*self.off.get(one.court, ()), one.object)
        if only is not None:
            found = [one for one in found if (one.court, one.object) == only]
        found = [self._drilled(owned, one) for one in found]
        return families.finished(found, self._data, self.books.names(looked), self._causes)

    def _parents_first(self, owned: Owned, courts: Sequence[str], found: list[Verdict]) -> list[Verdict]:
        """False discovery bounded, families before courts and courts before figures; then who stands above and below."""

        def parent(court: str) -> str | None:
            return self.books.tree.parent(court, self.books.yesterday)

        def whole(one: Verdict, named: Sequence[str]) -> Sequence[str]:
            off = [court for court in named if not self._data(court, one.period).whole]
            return watchparts.whole(self.books, one, named, off)

        rate = float(owned.watch.setting("rate"))
        bounded = families.bounded(found, rate, kinship.family_of(courts, parent))
        return kinship.related(bounded, parent, whole)

    def _drilled(self, owned: Owned, one: Verdict) -> Verdict:
        """A departure of a month from its own history, with the categories that carry it."""
        if owned.watch.kind != "history" or owned.watch.weekly or not one.beyond:
            return one
        parts = watchparts.categories(self.books, owned, one)
        return replace(one, document={**one.document, "carried_by_categories": parts})

    def _data(self, court: str, period: str) -> Data:
        """How whole a court's data are over the week before the day looked at."""
        last = self.books.day
        first = date.fromordinal(last.toordinal() - 7)
        declared, got, days = self.covered(court, first, last)
        coverage = got / declared if declared and days >= (last - first).days else None
        return Data(coverage, self.off.get(court, ()))

    def _causes(self, verdict: Verdict) -> Sequence[str]:
        return [*watchcases.causes(self.books, verdict), "real"]

    def figures(self, owned: Owned, courts: Sequence[str]) -> list[Verdict]:
        """Watches over series of months or weeks."""
        found: list[Verdict] = []
        watch = owned.watch
        if watch.kind == "pattern":
            return self._patterns(owned, courts)
        for name in watch.of:
            changes = self.books.changes(courts, watch.scope)
            if watch.weekly:
                weeks = self._weeks(owned, name, courts)
                found += courts_changed.guarded_weeks(weeks, self.books.day, changes)
                continue
            series = self.books.series(owned.pack, name, courts, watch.scope)
            if series.months == 0:
                continue
            if watch.kind == "history":
                late = self._late(owned, name, series)
                said = judging.history(watch, series, self.books.works, late)
            elif watch.kind == "drift":
                said = drifting.judge(watch, series, self.books.works)
            else:
                said = judging.beside_peers(watch, series)
            found += courts_changed.guarded(watch.kind, said, series, changes)
        return found

    def _patterns(self, owned: Owned, courts: Sequence[str]) -> list[Verdict]:
        """Unusual patterns: one of them that was never seen has the history of the others."""
        watch = owned.watch
        changes = self.books.changes(courts, watch.scope)
        return [
            verdict
            for series in self.books.together(owned.pack, watch.of, courts, watch.scope)
            if series.months
            for verdict in courts_changed.guarded(
                watch.kind, judging.patterns(watch, series), series, changes
            )
        ]

    def _late(self, owned: Owned, name: str, series: Series) -> watchhistory.Sides | None:
        """How much of the months is usually known by now, where the watch asks for it."""
        most = int(owned.watch.setting("lag"))
        if most == 0:
            return None
        version = self.books.version(owned.pack, name)
        return watchhistory.reported(self.books, version, series, owned.watch.scope, most)

    def _weeks(self, owned: Owned, name: str, courts: Sequence[str]) -> list[Verdict]:
        watch = owned.watch
        years = int(watch.setting("years"))
        weeks = watchweeks.weeks(self.books, owned.pack, name, courts, watch.scope, years)
        return weekly.history(watch, weeks, self.books.works)

    def running_year(self, owned: Owned, courts: Sequence[str]) -> list[Verdict]:
        """Watches of the running year against its line."""
        found: list[Verdict] = []
        watch = owned.watch
        for name in watch.of:
            year = self.books.year(owned.pack, name, courts, watch.scope)
            if watch.kind == "target":
                found += years.standing(watch, year)
            elif watch.kind == "year_end":
                before = self._before(owned, name, courts)
                found += projecting.heading(watch, year, self.books.works, before)
            else:
                so_far = self.books.so_far(owned.pack, name, courts, watch.scope)
                found += budgets.burning(watch, year, self.books.works, so_far)
        if watch.kind == "target":
            return found
        return courts_changed.guarded_year(found, self.books.day, self.books.changes(courts, watch.scope))

    def _before(self, owned: Owned, name: str, courts: Sequence[str]) -> Mapping[str, float]:
        """By court, the chance of a miss a month before: reckoned anew, so that a look rests on nothing but the books."""
        month = periods.month_start(self.books.yesterday)
        if month.month == 1:
            return {}
        earlier = self.books.on(month)
        year = earlier.year(owned.pack, name, courts, owned.watch.scope)
        projected = (
            projecting.project(year, earlier.works, int(owned.watch.setting("years")))
            if year.past() > 1
            else None
        )
        found: dict[str, float] = {}
        for row, court in enumerate(courts):
            told = projected.told(row, year.lines[row]) if projected and year.lines[row] else None
            found[court] = float(told["probability"]) if told else 0.0
        return found

    def balance(self, owned: Owned, courts: Sequence[str]) -> list[Verdict]:
        """The balance of the year that ended, in February."""
        watch = owned.watch
        if self.books.day.month != LATE_JANUARY or len(watch.of) != len(("closed", "filed")):
            return []
        closed, filed = (self.books.series(owned.pack, name, courts, watch.scope) for name in watch.of)
        first = max(closed.first, filed.first)
        closed, filed = closed.since(first), filed.since(first)
        late = self.books.last_days(owned.pack, watch.of[0], courts, watch.scope, self.books.day.year - 1)
        return budgets.balance(watch, closed, filed, self.books.works, late)

    def clocks(self, owned: Owned, courts: Sequence[str]) -> list[Verdict]:
        """Cases whose clocks run out."""
        watch = owned.watch
        durations = self.books.durations(courts)
        found: list[Verdict] = []
        for name in watch.of:
            running = [
                self._as_noted(name, one) for one in self.books.running(name, courts, casework.horizon(watch))
            ]
            clock = self.books.clock(owned.pack, name)
            found += casework.clocks(watch, clock, running, self.books.yesterday, durations)
        return found

    def _as_noted(self, name: str, one: Running) -> Running:
        """A case with what its fold says of it, which no page tells later: noted."""

        def read() -> list[Any]:
            return [one.begun_on and one.begun_on.isoformat(), one.sealed]

        thing = f"{name} {one.subject}"
        begun, sealed = self.books.evidence.of(one.court, thing, "case", read, (None, False))
        return replace(one, begun_on=date.fromisoformat(begun) if begun else None, sealed=sealed)

    def nodes(self, owned: Owned, courts: Sequence[str]) -> list[Verdict]:
        """Nodes of the process in the running month."""
        watch = owned.watch
        off = watchcases.nodes(self.books, owned.pack, watch.of, courts, int(watch.setting("grace")))
        found: list[Verdict] = []
        for name, nodes in off.items():
            clock = self.books.clock(owned.pack, name)
            found += casework.nodes(watch, clock, nodes.found, courts, self.books.yesterday, nodes.due)
        return found

    def feeds(self, owned: Owned, courts: Sequence[str]) -> list[Verdict]:
        """The feeds of the courts."""
        found = self.books.feeds(courts, self.received, self.covered)
        rests = not self.books.works(self.books.yesterday)
        return feeding.feeds(owned.watch, found, self.books.day, self.now, rests=rests)

    def stock_flow(self, owned: Owned, courts: Sequence[str]) -> list[Verdict]:
        """The balances of stock and flow of the running month."""
        found = [
            one
            for name in owned.watch.of
            for one in watchcases.balances(self.books, owned.pack, name, courts)
        ]
        return feeding.stock_flow(owned.watch, found)


_KINDS: Final[Mapping[str, Callable[[Looker, Owned, Sequence[str]], list[Verdict]]]] = {
    "target": Looker.running_year,
    "year_end": Looker.running_year,
    "burn": Looker.running_year,
    "history": Looker.figures,
    "drift": Looker.figures,
    "peers": Looker.figures,
    "pattern": Looker.figures,
    "balance": Looker.balance,
    "clock": Looker.clocks,
    "node": Looker.nodes,
    "feed": Looker.feeds,
    "stock_flow": Looker.stock_flow,
}


def looker(
    connection: engine.Connection,
    catalogue: serving.Catalogue,
    tree: CourtTree,
    day: date,
    now: datetime,
    *,
    page: int | None = None,
    evidence: Evidence | None = None,
) -> Looker:
    """A looker over the caller's snapshot, as of a court day; feeds that stand as off are known to it.

    `evidence` notes what no page tells; with `page`, the books as they stood then, it gives that back.
    """
    rests = evidence or Evidence()
    known = balances.settle(connection, None) if page is None else _as_of(connection, page)
    known_at = rests.ground.known_at if page is not None and rests.ground is not None else None
    works = workdays.read_workdays(connection, known_at)
    books = WatchBooks(
        connection, catalogue, tree, known, day, lambda one: works.works(one.toordinal()), evidence=rests
    )
    shelf = coverage.CoverageShelf(connection, known)

    def covered(court: str, first: date, until: date) -> tuple[int, int, int]:
        tally = shelf.tally((court,), None, first, until, level=False)
        return tally.declared, tally.received, tally.days_declared

    received = coverage.read_sources_heard(connection, known.page)
    off: dict[str, tuple[str, ...]] = {}
    if page is None:
        for court, feed in connection.execute(statement("list_feeds_off")):
            off[court] = (*off.get(court, ()), feed)
    return Looker(books, now, covered, received, off)


def _as_of(connection: engine.Connection, page: int) -> balances.Known:
    """The books as they stood at a page; before the first, with nothing in them."""
    row = connection.execute("SELECT closed_at FROM page WHERE number = %s", (page,)).fetchone()
    closed = row[0] if row is not None else BEFORE_ANY
    return balances.Known(page, closed, closed)


def due(every: str, day: date, looked_on: date | None) -> bool:
    """Whether a watch looks on a day: once a day, week (from Monday) or month."""
    if looked_on is None:
        return True
    if day <= looked_on:
        return False
    if every == "day":
        return True
    if every == "week":
        return day.isocalendar()[:2] != looked_on.isocalendar()[:2]
    if every == "month":
        return (day.year, day.month) != (looked_on.year, looked_on.month)
    raise errors.BadInput(f"{every!r} is no rhythm", next="Write day, week or month.")
