"""Reading how whole feeds are: what sources declared when they closed days against what came, now or as known at a moment;
and when each was last heard of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import psycopg

from plumbline import coverage, periods
from plumbline.coverage import Tally
from plumbline.store.balances import Known
from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]
Counts = tuple[int, int, int, int]
"""Declared, received, surplus, unclosed."""
ByType = dict[str, Counts]
Courts = tuple[str, ...]
Heard = tuple[str, str, datetime]
"""A court, a source, and when the source last said anything of it."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a source has sent: events, the time of the last one, and when anything last arrived."""

    source: str
    events: int
    last_event_at: datetime | None
    last_received_at: datetime | None


@dataclass(slots=True)
class CoverageShelf:
    """Counts read on demand in one snapshot and kept for its life (implements `plumbline.coverage.Shelf`).

    `known` bounds the pages: a count as known at a moment is the sum of the lines of its pages.
    """

    connection: Connection
    known: Known
    _months: dict[Courts, dict[date, ByType]] = field(default_factory=dict)
    _days: dict[tuple[Courts, date], dict[date, ByType]] = field(default_factory=dict)
    _first: dict[Courts, dict[str, date]] = field(default_factory=dict)
    _tallies: dict[tuple[object, ...], Tally] = field(default_factory=dict)

    def tally(
        self, courts: Courts, types: frozenset[str] | None, first: date, until: date, *, level: bool
    ) -> Tally:
        """Over the days from `first` until (not on) `until`; of a `level`, from the first day a court was closed.

        Types are added up; None: every type.
        """
        key = (courts, types, first, until, level)
        found = self._tallies.get(key)
        if found is None:
            found = self._tallies[key] = self._add(courts, types, first, until, level)
        return found

    def _add(
        self, courts: Courts, types: frozenset[str] | None, first: date, until: date, level: bool
    ) -> Tally:
        starts = self.first_closed(courts) if level else {}
        begins = {code: min(first, starts.get(code, first)) for code in courts}
        days = sum(max((until - begun).days, 0) for begun in begins.values())
        if not days:
            return coverage.NOTHING
        sums = [0, 0, 0, 0]
        closed = 0
        for by_type in self._rows(courts, min(begins.values()), until):
            for name, counts in by_type.items():
                if name == "":
                    closed += counts[0]
                elif types is None or name in types:
                    for place, count in enumerate(counts):
                        sums[place] += count
        return Tally(sums[0], sums[1], sums[2], sums[3], closed, days)

    def _rows(self, courts: Courts, first: date, until: date) -> Iterator[ByType]:
        """Whole months as they are, the days of those that are cut."""
        months = self._read_months(courts)
        month = periods.month_start(first)
        last = max((*months, first))
        while month < until and month <= last:
            end = periods.add_months(month, 1)
            if month in months:
                if first <= month and end <= until:
                    yield months[month]
                else:
                    days = self._read_days(courts, month)
                    yield from (row for day, row in days.items() if first <= day < until)
            month = end

    def _read_months(self, courts: Courts) -> dict[date, ByType]:
        found = self._months.get(courts)
        if found is not None:
            return found
        found = self._months[courts] = {}
        if self.known.known_at is None:
            rows = self.connection.execute(statement("sum_coverage_months"), {"courts": list(courts)})
            for month, name, *counts in rows:
                found.setdefault(month, {})[name] = _four(counts)
            return found
        for day, by_type in self._known_days(courts).items():
            month = periods.month_start(day)
            self._days.setdefault((courts, month), {})[day] = by_type
            sums = found.setdefault(month, {})
            for name, counts in by_type.items():
                sums[name] = _four([a + b for a, b in zip(sums.get(name, (0,) * 4), counts, strict=True)])
        return found

    def _read_days(self, courts: Courts, month: date) -> dict[date, ByType]:
        key = (courts, month)
        if key not in self._days:
            asked = {"courts": list(courts), "first": month, "until": periods.add_months(month, 1)}
            self._days[key] = _by_day(self.connection.execute(statement("sum_coverage_days"), asked))
        return self._days[key]

    def _known_days(self, courts: Courts) -> dict[date, ByType]:
        asked = {"courts": list(courts), "page": self.known.page}
        return _by_day(self.connection.execute(statement("sum_coverage_known"), asked))

    def first_closed(self, courts: Courts) -> dict[str, date]:
        """The first day each court was closed; courts that never were are left out."""
        if courts not in self._first:
            name = "read_first_closed" if self.known.known_at is None else "read_first_closed_known"
            asked = {"courts": list(courts), "page": self.known.page}
            self._first[courts] = {row[0]: row[1] for row in self.connection.execute(statement(name), asked)}
        return self._first[courts]


def _by_day(rows: psycopg.Cursor[Any]) -> dict[date, ByType]:
    found: dict[date, ByType] = {}
    for day, name, *counts in rows:
        found.setdefault(day, {})[name] = _four(counts)
    return found


def _four(counts: Sequence[int]) -> Counts:
    declared, received, surplus, unclosed = counts
    return int(declared), int(received), int(surplus), int(unclosed)


def list_feeds(connection: Connection, courts: Sequence[str] | None) -> dict[str, Feed]:
    """By source, what it has sent of these courts (None: of all)."""
    rows = connection.execute(statement("list_feeds"), {"courts": None if courts is None else list(courts)})
    return {row[0]: Feed(row[0], int(row[1]), row[2], row[3]) for row in rows}


def read_sources_heard(connection: Connection, page: int) -> dict[str, datetime | None]:
    """By source, when it last said anything of any court, as known on a page; sources that never did are left out."""
    rows = connection.execute(statement("list_sources_heard"), {"page": page})
    return {row[0]: row[1] for row in rows}


def read_heard(connection: Connection) -> tuple[Heard, ...]:
    """When each source last said anything of each court, as far as it is in the books."""
    return tuple((row[0], row[1], row[2]) for row in connection.execute(statement("read_feeds_heard")))


def read_heard_known(connection: Connection, courts: Sequence[str], page: int) -> tuple[Heard, ...]:
    """The same of some courts, as known on a page."""
    asked = {"courts": list(courts), "page": page}
    rows = connection.execute(statement("read_feeds_heard_known"), asked)
    return tuple((row[0], row[1], row[2]) for row in rows)
