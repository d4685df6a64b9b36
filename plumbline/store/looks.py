"""One look of one watch at one court day: from what the books hold to finished verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from plumbline import errors, periods, serving
from plumbline.catalog.watch_kinds import KINDS
from plumbline.courts import CourtTree
from plumbline.store import balances, coverage, engine, watchcases, workdays
from plumbline.store.statements import statement
from plumbline.store.watchbooks import Owned, WatchBooks
from plumbline.warning import budgets, casework, families, feeding, judging, projecting, years
from plumbline.warning.families import Data
from plumbline.warning.verdicts import Verdict

LAST: Final = 2**63 - 1
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

    def look(self, owned: Owned, courts: Sequence[str] | None = None) -> list[Verdict]:
        """Everything a watch has to say, of some courts or of all it watches; feeds must be looked at first."""
        watch = owned.watch
        looked = self.books.courts(watch, courts)
        if not looked:
            return []
        found = _KINDS[watch.kind](self, owned, looked)
        if "rate" in KINDS[watch.kind].settings:
            found = families.bounded(found, float(watch.setting("rate")))
        if watch.kind == "feed":
            for one in found:
                if one.beyond:
                    self.off[one.court] = (*self.off.get(one.court, ()), one.object)
        return families.finished(found, self._data, self.books.names(looked), self._causes)

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
        """Watches over monthly series."""
        found: list[Verdict] = []
        watch = owned.watch
        for name in watch.of:
            series = self.books.series(owned.pack, name, courts, watch.scope)
            if series.months == 0:
                continue
            if watch.kind == "history":
                found += judging.history(watch, series, self.books.works)
            elif watch.kind == "drift":
                found += judging.drifting(watch, series)
            elif watch.kind == "peers":
                found += judging.beside_peers(watch, series)
            else:
                found += judging.patterns(watch, series)
        return found

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
        return found

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
            running = self.books.running(name, courts, 2 * int(watch.setting("soon")))
            clock = self.books.clock(owned.pack, name)
            found += casework.clocks(watch, clock, running, self.books.yesterday, durations)
        return found

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
    before: int = LAST,
) -> Looker:
    """A looker over the caller's snapshot, as of a court day; feeds that stand as off are known to it. `page`: as the books
    stood then; `before`: with the feeds that were off before that change.
    """
    known = balances.settle(connection, None)
    if page is not None:
        row = connection.execute("SELECT closed_at FROM page WHERE number = %s", (page,)).fetchone()
        closed = row[0] if row is not None else known.closed_at
        known = balances.Known(page, closed, closed)
    works = workdays.read_workdays(connection)
    books = WatchBooks(connection, catalogue, tree, known, day, lambda one: works.works(one.toordinal()))
    shelf = coverage.CoverageShelf(connection, known)

    def covered(court: str, first: date, until: date) -> tuple[int, int, int]:
        tally = shelf.tally((court,), None, first, until, level=False)
        return tally.declared, tally.received, tally.days_declared

    received = {name: one.last_received_at for name, one in coverage.list_feeds(connection, None).items()}
    off: dict[str, tuple[str, ...]] = {}
    for court, feed in connection.execute(statement("list_feeds_off"), {"before": before}):
        off[court] = (*off.get(court, ()), feed)
    return Looker(books, now, covered, received, off)


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
