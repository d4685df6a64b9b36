"""A limit by walking the calendar day by day: the day after the start is the first that counts, a day that rests does not,
and what moves the limit is taken on its own day.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.referee import calendar_days, clauses, packs, pauses
from tests.referee.histories import Happening

ONE = timedelta(days=1)
Moment = tuple[date, int]
"""A day, and the place in the order of the case."""


@dataclass(frozen=True)
class Run:
    """One run: its last day (None: not known, or none by law), how many days did not count, the day it was stopped."""

    started_on: date
    limit_day: date | None
    days_paused: int
    stopped_on: date | None

    @property
    def overdue_on(self) -> date | None:
        """The day after the last."""
        return None if self.limit_day is None else self.limit_day + ONE

    @property
    def met_on(self) -> date | None:
        """The day it was stopped, if the last day had not passed."""
        in_time = self.limit_day and self.stopped_on and self.stopped_on <= self.limit_day
        return self.stopped_on if in_time else None

    @property
    def passed_on(self) -> date | None:
        """The day after the last, if it was not stopped by then."""
        return None if self.met_on else self.overdue_on

    @property
    def settled_on(self) -> date | None:
        """The day on which it shows whether it was met."""
        return self.met_on or self.overdue_on


@dataclass(frozen=True)
class Life:
    """What a clock reads of a case: its facts, the moments of day facts, the traits as they stand at the end, the
    procedures by day, the events, and the working days.
    """

    fact: Callable[[str], Any]
    moments: Callable[[str], Sequence[Moment]]
    traits: Mapping[str, Any]
    procedures: Sequence[tuple[date, str]]
    own: Sequence[Happening]
    worked: Mapping[date, bool]

    def procedure(self, day: date) -> str | None:
        """The procedure on a day; before the first that was stated, that one."""
        before = [name for since, name in self.procedures if since <= day]
        stated = before[-1:] or [name for _, name in self.procedures[:1]]
        return stated[0] if stated else None

    def row(
        self, rows: Sequence[Mapping[str, Any]], start: date, procedure: str | None
    ) -> Mapping[str, Any] | None:
        """The first row in force on the starting day that fits the case."""
        traits = {**self.traits, "procedure": procedure}
        for row in rows:
            if start < row.get("from", date.min) or start >= row.get("until", date.max):
                continue
            if any(traits.get(name) not in packs.many(row[name]) for name in pauses.TRAITS if name in row):
                continue
            if "where" not in row or clauses.evaluate(row["where"], self.fact) == 1:
                return row
        return None


def runs(clock: Mapping[str, Any], table: Mapping[str, Any] | None, many: bool, life: Life) -> list[Run]:
    """Every run of a clock, in order. `many`: it starts on every day its start happened."""
    rows = table["rows"] if table else []
    times = clock.get("times", 1)
    stops = sorted(moment for name in packs.many(clock["stops"]) for moment in life.moments(name))
    ends = [life.fact(name) for name in packs.many(clock.get("ends"))]
    over = min((day for day in ends if day is not None), default=None)
    found: list[Run] = []
    if many or times > 1:
        starts = list(life.moments(clock["starts"]))
        lasts: list[date | None] = [None for _ in starts]
        if times > 1 and starts:
            starts, lasts = _spread_out(clock, rows, starts[-1], life)
        for start, last in zip(starts, lasts, strict=True):
            stopped = next((day for day, place in stops if (day, place) >= start), None)
            found.append(Walk(clock, table, life, start[0], stopped, last).walk())
    elif (begins := life.fact(clock["starts"])) is not None and ("due" in clock or _concerns(rows, life)):
        known = [day for name in packs.many(clock["stops"]) if (day := life.fact(name)) is not None]
        found.append(Walk(clock, table, life, begins, known[0] if known else None, None).walk())
    return [one for one in found if over is None or _came_before(one, over)]


def _spread_out(
    clock: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], first: Moment, life: Life
) -> tuple[list[Moment], list[date | None]]:
    """One run after the other: the second starts on the last day of the first, and what happens on that day is the first's."""
    row = life.row(rows, first[0], life.procedure(first[0]))
    if row is None or row.get("limit") == "none":
        return [first], [None]
    count = range(clock["times"] + 1)
    days = [pauses.later(first[0], row.get("months", 0) * n, row.get("days", 0) * n) for n in count]
    starts = [first, *((day, LAST) for day in days[1:-1])]
    return starts, list(days[1:])


LAST = 10**9
"""A place after every event of its day."""


def _concerns(rows: Sequence[Mapping[str, Any]], life: Life) -> bool:
    """Whether any row is about cases of this kind, in whatever procedure; else the clock does not run in them."""
    kind = [name for name in pauses.TRAITS if name != "procedure"]
    return any(
        all(life.traits.get(name) in packs.many(row[name]) for name in kind if name in row) for row in rows
    )


def _came_before(run: Run, over: date) -> bool:
    """Whether a run had come to its end before the clock was over."""
    stopped = run.stopped_on is not None and run.stopped_on < over
    return run.started_on < over and (stopped or (run.limit_day is not None and run.limit_day < over))


@dataclass
class Walk:
    """One run, walked day by day. `since` is the day counting stands on, `last` the last day as far as is known."""

    clock: Mapping[str, Any]
    table: Mapping[str, Any] | None
    life: Life
    start: date
    stopped: date | None
    given: date | None
    row: Mapping[str, Any] | None = None
    since: date = date.min
    last: date | None = None
    waited: int = 0
    paused: int = 0
    resting: pauses.Block | None = None
    rested: int = 0
    rested_since: int = 0
    counted: list[pauses.Block] = field(default_factory=list)
    furthest: dict[int, date] = field(default_factory=dict)

    def walk(self) -> Run:
        """From the first day anything happens to the stop, or to the last day anything happens."""
        self.since = self.start
        if "due" in self.clock:
            self.last = self.life.fact(self.clock["due"])
        else:
            self._take_row(self.life.procedure(self.start))
        acts = [act for act in self._acts() if self.stopped is None or act[0] <= self.stopped]
        acts.sort(key=lambda act: act[:2])
        day = min([self.start, *(on for on, *_ in acts)])
        final = max([self.start, *(on for on, *_ in acts)])
        while day <= final:
            for on, _, act in acts:
                if on == day:
                    act()
            self._rest(day)
            day += ONE
        if self.resting is not None and self.stopped is not None:
            while day < self.stopped:
                self._rest(day)
                day += ONE
            self._come_back()
        return Run(self.start, self._limit(), self.paused, self.stopped)

    def _rest(self, day: date) -> None:
        """A day that rests; the day counting stands on would not have counted anyway."""
        if self.resting is not None and (self.stopped is None or day < self.stopped):
            self.rested += day > self.start
            self.rested_since += day > self.since

    def _limit(self) -> date | None:
        """The last day, on a worked day where the row says so; not known while the clock rests."""
        if self.last is None or self.resting is not None:
            return None
        moves = self.row is not None and self.row.get("holiday") == "moves"
        return calendar_days.worked_on_or_after(self.last, self.life.worked) if moves else self.last

    def _take_row(self, procedure: str | None) -> None:
        """The row of this procedure, in force on the start, counted from where counting stands; what waited stays."""
        rows = self.table["rows"] if self.table else []
        row = self.life.row(rows, self.start, procedure)
        if row is not None and row is self.row:
            return
        self.row = row
        self.furthest = {}
        self._count_from_the_row()

    def _count_from_the_row(self) -> None:
        if self.row is None or self.row.get("limit") == "none":
            self.last = None
            return
        sign = -1 if self.row.get("counts") == "back" else 1
        months, days = sign * self.row.get("months", 0), sign * self.row.get("days", 0)
        counted = pauses.later(self.since, months, days)
        if self.given is not None and self.since == self.start:
            counted = self.given
        self.last = counted + self.waited * ONE

    def _acts(self) -> list[tuple[date, int, Callable[[], None]]]:
        """What may move the limit: the day, its place among others of that day, what it does."""
        acts: list[tuple[date, int, Callable[[], None]]] = []
        if "due" not in self.clock:
            for day, name in self.life.procedures[1:]:
                if day > self.start:
                    acts.append((day, 1, functools.partial(self._take_row, name)))
        for block in pauses.blocks(self.clock["id"], self._grounds(), self.life.traits, self.life.own):
            acts.append((block.begins, 5, functools.partial(self._begin, block)))
            acts.append((block.ends, 2, self._come_back))
            acts += [
                (day, 3, functools.partial(self._anew, day, block)) for day in block.anew if day > self.start
            ]
        for restart in self.clock.get("restarts") or []:
            day = self.life.fact(restart["on"])
            holds = "where" not in restart or clauses.evaluate(restart["where"], self.life.fact) == 1
            if day is not None and day > self.start and holds:
                acts.append((day, 3, functools.partial(self._anew, day, None)))
        for one in self.life.own:
            if one.type == "clock.extended" and one.data.get("clock") == self.clock["id"]:
                day = date.fromisoformat(one.data["approved_on"]) if "approved_on" in one.data else one.day
                if day >= self.start:
                    acts.append((day, 4, functools.partial(self._extend, day, one)))
        return [act for act in acts if act[0] < pauses.NEVER]

    def _grounds(self) -> Sequence[Mapping[str, Any]] | None:
        return None if self.table is None else self.table.get("pauses")

    def _begin(self, block: pauses.Block) -> None:
        """A pause that begins when the limit has passed is none."""
        limit = self._limit()
        if limit is None or block.begins <= limit:
            self.resting, self.rested, self.rested_since = block, 0, 0
            self.counted.append(block)

    def _come_back(self) -> None:
        if self.resting is None:
            return
        self.resting = None
        self.paused += self.rested
        self.waited += self.rested_since
        self.furthest = {who: day + self.rested_since * ONE for who, day in self.furthest.items()}
        if self.last is not None:
            self.last += self.rested_since * ONE

    def _anew(self, day: date, block: pauses.Block | None) -> None:
        """Counting stands on this day from now on; a pause that did not count starts nothing."""
        if block is not None and block not in self.counted:
            return
        self.since, self.waited, self.rested_since = day, 0, 0
        self.furthest = {}
        if "due" not in self.clock:
            self._count_from_the_row()

    def _extend(self, day: date, one: Happening) -> None:
        """In time, by who may, and no further than he may in all."""
        limit = self._limit()
        if self.last is None or (limit is not None and day > limit):
            return
        asked = pauses.later(self.last, one.data.get("months", 0), one.data.get("days", 0))
        before, who = self.last, -1
        allowed = (self.row or {}).get("extensions") if self.row is not None else []
        if allowed is None:
            self.last = asked
        else:
            places = [
                n for n, each in enumerate(allowed) if one.data.get("approver") in packs.many(each["by"])
            ]
            if not places:
                return
            who = places[0]
            most = (allowed[who].get("months", 0), allowed[who].get("days", 0))
            if most == (0, 0):
                self.last = asked
            else:
                reach = self.furthest.setdefault(who, pauses.later(before, *most))
                self.last = max(before, min(asked, reach))
        gained = self.last - before
        self.furthest = {each: day if each == who else day + gained for each, day in self.furthest.items()}
