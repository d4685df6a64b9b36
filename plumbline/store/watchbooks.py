"""What watches look at, read from one snapshot of the books: monthly series, running years with their lines, running
clocks, feeds and balances.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np

from plumbline import periods, serving, valuation
from plumbline.catalog import formula_tree, scopes, targets, watches
from plumbline.catalog.definitions import Pack, Text
from plumbline.catalog.watches import Watch
from plumbline.courts import CourtTree
from plumbline.lines import Lines
from plumbline.periods import Period
from plumbline.store import balances, engine, sources, watchhistory
from plumbline.store import watches as store_watches
from plumbline.store.evidence import WHOLE_COURT, Evidence
from plumbline.store.statements import statement
from plumbline.valuation import Cell
from plumbline.warning import budgets, courts_changed, feeding, series
from plumbline.warning.casework import Clock, Running
from plumbline.warning.series import Series
from plumbline.warning.years import Year

YEARS_BACK = 6
DURATION_YEARS = 3
FEED_DAYS = 7 * (feeding.WEEKS + 1)
COVERED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Owned:
    """A watch with the pack that holds it; its name for ever is <pack>.<watch>."""

    pack: Pack
    watch: Watch

    @property
    def id(self) -> str:
        return f"{self.pack.id}.{self.watch.id}"

    @property
    def hash(self) -> str:
        """Of the watch and of all it rests on."""
        return watches.content_hash(self.pack, self.watch)


def every_watch(catalogue: serving.Catalogue, today: date) -> dict[str, Owned]:
    """The watches of the packs in the books, by id; of several editions the newest in force."""
    found: dict[str, Owned] = {}
    for pack in catalogue.every:
        if watches.in_force(pack, today):
            for watch in pack.watches.values():
                found[f"{pack.id}.{watch.id}"] = Owned(pack, watch)
    return found


@dataclass(slots=True)
class WatchBooks:
    """One snapshot as watches read it, as of a court day: the day itself has not been closed, so what is judged ends the
    day before.
    """

    connection: engine.Connection
    catalogue: serving.Catalogue
    tree: CourtTree
    known: balances.Known
    day: date
    works: Callable[[date], bool]
    _shelf: balances.LedgerShelf | None = field(default=None)
    evidence: Evidence = field(default_factory=Evidence)

    def on(self, day: date) -> WatchBooks:
        """The same snapshot as of another court day."""
        return WatchBooks(self.connection, self.catalogue, self.tree, self.known, day, self.works)

    @property
    def yesterday(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def moment(self) -> datetime:
        """Up to when pages count."""
        return self.known.known_at or self.known.closed_at

    @property
    def shelf(self) -> balances.LedgerShelf:
        if self._shelf is None:
            self._shelf = balances.LedgerShelf(self.connection, self.tree, self.known, self.yesterday)
        return self._shelf

    def courts(self, watch: Watch, within: Sequence[str] | None = None) -> tuple[str, ...]:
        """The courts a watch looks at, in the official order; `within` bounds them."""
        return tuple(
            one
            for one in self.tree.codes()
            if (court := self.tree.get(one, self.yesterday)) is not None
            and watch.watches(one, court.level)
            and (within is None or one in within)
        )

    def level(self, court: str) -> str:
        found = self.tree.get(court, self.yesterday)
        return found.level if found else ""

    def names(self, courts: Sequence[str]) -> dict[str, Text]:
        """What each court is called."""
        found = {}
        for code in courts:
            court = self.tree.get(code, self.yesterday)
            found[code] = Text(court.name_zh, court.name_en) if court else Text(code, code)
        return found

    def version(self, pack: Pack, name: str) -> serving.Version:
        """The version of a figure that a watch of a pack means."""
        owner = next(one for one in scopes.chain(pack) if name in one.measures or name in one.indicators)
        return self.catalogue.serving(f"{owner.id}.{name}", self.yesterday)

    def series(
        self, pack: Pack, name: str, courts: Sequence[str], scope: str, years: int = YEARS_BACK
    ) -> Series:
        """A figure's closed months before the day, of some courts: `years` back, from a January."""
        (found,) = self.together(pack, (name,), courts, scope, years)
        return found

    def together(
        self, pack: Pack, names: Sequence[str], courts: Sequence[str], scope: str, years: int = YEARS_BACK
    ) -> list[Series]:
        """The same of several figures, from the January of the first year in which any of them has something at any of the
        courts: before the books begin there is no history, and what was never seen since is none.
        """
        changes = self.changes(courts, scope, years)
        past = watchhistory.histories(self, changes)
        first = date(self.yesterday.year - years, 1, 1)
        months = Period.parse(f"{first.isoformat()}..{self._last_closed().isoformat()}").split("month")
        read = {}
        for name in names:
            version = self.version(pack, name)
            above = np.full((len(courts), len(months)), np.nan)
            below = np.full((len(courts), len(months)), np.nan)
            for row, court in enumerate(courts):
                for column, month in enumerate(months):
                    value = past.value(version, court, scope, month)
                    if value.numerator is not None and value.denominator:
                        above[row, column], below[row, column] = value.numerator, value.denominator
            read[name] = version, above, below
        begin = _begin([above for _, above, _ in read.values()])
        since = periods.add_months(first, begin)
        return [
            courts_changed.cut(
                self._series(pack, name, version, tuple(courts), since, above[:, begin:], below[:, begin:]),
                changes,
            )
            for name, (version, above, below) in read.items()
        ]

    def changes(
        self, courts: Sequence[str], scope: str, years: int = YEARS_BACK
    ) -> dict[str, courts_changed.Change]:
        """What split, merged or moved the courts in the years that series go back."""
        first = date(self.yesterday.year - years, 1, 1)
        return courts_changed.of(self.tree, courts, scope, first, self.yesterday)

    def _series(
        self,
        pack: Pack,
        name: str,
        version: serving.Version,
        courts: tuple[str, ...],
        first: date,
        above: np.ndarray[tuple[int, int], np.dtype[np.float64]],
        below: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    ) -> Series:
        over, under = formula_tree.sides(version.formula.root)
        amount = any(
            version.served[one].measure.sum is not None
            or version.served[one].measure.unit not in ("cases", "events", "persons")
            for one in over
            if one in version.served
        )
        figure = next(
            (each.indicators.get(name) or each.measures.get(name))
            for each in scopes.chain(pack)
            if name in each.indicators or name in each.measures
        )
        assert figure is not None
        return Series(
            figure=version.id,
            title=version.title,
            unit=version.unit,
            form=series.form_of(version.unit, not under, above, below, amount),
            direction=version.indicator.direction if version.indicator else "none",
            outcome=watches.outcome(pack, figure),
            courts=courts,
            levels=tuple(self.level(court) for court in courts),
            first=first,
            numerators=above,
            denominators=below,
        )

    def _last_closed(self) -> date:
        """The last day of the last month that was closed before the day looked at."""
        following = self.day
        return periods.month_start(following) - timedelta(days=1)

    def value(self, version: serving.Version, court: str, scope: str, period: Period) -> valuation.Value:
        """A figure's cell as of the end of the day before."""
        return valuation.value_cell(
            version, Cell(court, scope, valuation.ALL, period), self.shelf, self.yesterday
        )

    def year(self, pack: Pack, name: str, courts: Sequence[str], scope: str) -> Year:
        """A figure's running year (of 1 January: the one that ended) beside its months, with each court's line."""
        found = self.series(pack, name, courts, scope)
        version = self.version(pack, name)
        period = Period.parse(str(self.yesterday.year))
        above, below = np.full(len(courts), np.nan), np.full(len(courts), np.nan)
        lines: list[targets.Line | None] = []
        packs = [
            one
            for one in self.catalogue.every
            if version.pack.hash in {each.hash for each in scopes.chain(one)}
        ]
        asked = Lines(version, packs, self.shelf, self.yesterday, self.tree.children)
        for row, court in enumerate(courts):
            value = self.value(version, court, scope, period)
            if value.numerator is not None and value.denominator is not None:
                above[row], below[row] = value.numerator, value.denominator
            line = asked.of(Cell(court, scope, valuation.ALL, period))
            lines.append(line[1] if line is not None and isinstance(line[1], targets.Line) else None)
        return Year(
            found, self.day, above, below, tuple(lines), watchhistory.cases(self, version, found, scope)
        )

    def so_far(self, pack: Pack, name: str, courts: Sequence[str], scope: str) -> budgets.SoFar:
        """By court, a count of the running year before the mornings that burn rates are taken from."""
        version = self.version(pack, name)
        first = date(self.day.year, 1, 1)
        found: dict[str, dict[int, int]] = {}
        for court in courts:
            for morning in budgets.mornings(self.day):
                last = first + timedelta(days=morning - 1)
                amount = 0
                if morning:
                    value = self.value(version, court, scope, periods.between(first, last))
                    amount = value.numerator or 0
                found.setdefault(court, {})[morning] = amount
        return found

    def last_days(
        self, pack: Pack, name: str, courts: Sequence[str], scope: str, year: int
    ) -> dict[str, int]:
        """By court, a count over the last ten days of a year."""
        version = self.version(pack, name)
        ten = periods.between(date(year, 12, 22), date(year, 12, 31))
        return {court: self.value(version, court, scope, ten).numerator or 0 for court in courts}

    def clock(self, pack: Pack, name: str) -> Clock:
        """A clock by its id and words."""
        found = next(one.clocks[name] for one in scopes.chain(pack) if name in one.clocks)
        return Clock(name, found.title or Text(name, name))

    def overdue_accounts(self, name: str) -> dict[int, serving.Served]:
        """The stocks that a case enters on the day a clock's limit has passed, by account."""
        return {
            served.main.id: served
            for version in self.catalogue.everything()
            if version.retired_at is None
            for served in version.served.values()
            if served.measure.kind == "stock" and f"{name}_passed_on" in served.measure.starts
        }

    def running(self, name: str, courts: Sequence[str], soon: int) -> list[Running]:
        """Cases whose clock has passed or passes within some days. Without a stock of overdue cases nothing is known."""
        accounts = self.overdue_accounts(name)
        if not accounts:
            return []
        rows = store_watches.list_running(
            self.connection,
            sorted(accounts),
            courts,
            self.yesterday,
            self.yesterday + timedelta(days=soon + 1),
            self.moment,
        )
        found: dict[tuple[str, str], Running] = {}
        for row in rows:
            passes = row.passed_on if row.standing else row.passes_on
            if passes is None:
                continue
            begun = date.fromordinal(int(row.filed_on)) if row.filed_on else None
            # Several packs may keep such a stock, some of them of certain cases only: each case is said once.
            found.setdefault(
                (row.court, row.subject),
                Running(row.court, row.subject, row.category, passes - timedelta(days=1), begun, row.sealed),
            )
        return list(found.values())

    def durations(self, courts: Sequence[str]) -> dict[tuple[str, str], list[int]]:
        """By court and category, the days that closed cases took in the last three years."""
        try:
            version = self.catalogue.serving("court-core.trial_days", self.yesterday)
        except LookupError:
            return {}
        first = date(self.yesterday.year - DURATION_YEARS, 1, 1)
        account = version.served["trial_days"].main.id
        return store_watches.read_durations(self.connection, account, courts, first, self.day, self.moment)

    def feeds(
        self,
        courts: Sequence[str],
        received: Mapping[str, datetime | None],
        covered: Callable[[str, date, date], tuple[int, int, int]],
    ) -> list[feeding.Feed]:
        """Every source and court that it feeds. `received`: by source, when anything last came; `covered`: of a court and
        days, what was declared, what of it came, and over how many days.
        """
        first = self.day - timedelta(days=FEED_DAYS)
        counts = store_watches.read_feed_days(self.connection, courts, first, self.day, self.known.page)
        found = []
        rhythms = self._rhythms(counts)
        for (name, court), days in sorted(counts.items()):
            if name not in rhythms[court]:
                continue
            declared, got, closed = covered(court, self.day - timedelta(days=COVERED_DAYS), self.day)
            series = tuple(days.get(first + timedelta(days=back), 0) for back in range(FEED_DAYS))
            found.append(
                feeding.Feed(
                    name, court, rhythms[court][name], received.get(name), series, declared, got, closed
                )
            )
        return found

    def _rhythms(self, feeds: Collection[tuple[str, str]]) -> dict[str, Mapping[str, int | None]]:
        """By court, of the sources that feed it and may reach a figure, the rhythm of each: terms change, so it is noted."""
        registered: dict[str, int | None] | None = None

        def read(court: str) -> dict[str, int | None]:
            nonlocal registered
            if registered is None:
                registered = {one.id: one.rhythm_minutes for one in sources.list_sources(self.connection)}
            return {name: registered[name] for name, where in feeds if where == court and name in registered}

        return {
            court: self.evidence.of(court, WHOLE_COURT, "rhythms", functools.partial(read, court), {})
            for court in sorted({where for _, where in feeds})
        }

    def by_day(self, account: int, court: str, first: date, until: date) -> dict[date, int]:
        """What an account holds of a court's own cases, by day from `first` until (not on) `until`."""
        asked: dict[str, object] = {"accounts": [account], "courts": [court], "first": first, "until": until}
        if self.known.known_at is None:
            rows = self.connection.execute(statement("read_balance_days"), asked).fetchall()
        else:
            asked |= {"known_at": self.moment, "cause": None}
            rows = self.connection.execute(statement("read_postings_known"), asked).fetchall()
        days: dict[date, int] = {}
        for _, _, day, value in rows:
            if first <= day < until:
                days[day] = days.get(day, 0) + int(value)
        return days


def _begin(figures: Sequence[np.ndarray[tuple[int, int], np.dtype[np.float64]]]) -> int:
    """The January of the first year in which any of the figures, (courts, months) each, has something."""
    known = [np.flatnonzero(np.nansum(np.abs(one), axis=0) > 0) for one in figures]
    return min((int(one[0]) // 12 * 12 for one in known if len(one)), default=0)
