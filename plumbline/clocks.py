"""Statutory clocks: a limit that starts, is converted, extended, paused and stopped. Code with parameters, not expressions.

Days are ordinals (`date.toordinal`). Counting begins on the day after the start; a limit of months ends on the day of
the starting day's number, clamped to the month's end. What moves a limit is taken in the order of the days.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from plumbline import extensions, pauses
from plumbline.catalog import expressions
from plumbline.catalog.definitions import Clock, Limit, Pause
from plumbline.clock_readings import KEPT as KEPT
from plumbline.clock_readings import NOT_CONCERNED, NOT_STARTED, waiting
from plumbline.clock_readings import SUFFIXES as SUFFIXES
from plumbline.clock_readings import Lap as Lap
from plumbline.clock_readings import Reading as Reading
from plumbline.clock_readings import Step as Step
from plumbline.clock_readings import facts_of as facts_of
from plumbline.extensions import Reach
from plumbline.pauses import Dated, Spell, later
from plumbline.workdays import Workdays

Moments = Mapping[str, Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True, eq=False)
class ClockRule:
    """A clock with its table, bound and compiled. `repeats`: it starts anew on every day its start holds."""

    clock: Clock
    rows: tuple[tuple[Limit, expressions.Expression | None], ...]
    pauses: tuple[Pause, ...] | None
    restarts: tuple[tuple[str, expressions.Expression | None, str], ...]
    repeats: bool
    key: int = 0


MOVING = frozenset({"clock.extended", "clock.paused", "clock.resumed"})


@dataclass(frozen=True, slots=True)
class Case:
    """What a clock reads of a case: facts, the moments (day, place) of day facts, traits as they stand at the end,
    the dated procedures, and the events that move clocks.
    """

    facts: Mapping[str, object]
    moments: Moments
    traits: Mapping[str, object]
    procedures: Sequence[tuple[int, str | None]]
    moving: Sequence[Dated]
    workdays: Workdays


def read_clock(rule: ClockRule, case: Case) -> Reading:
    """Read one clock of a case. Total: no stored input makes it raise."""
    clock = rule.clock
    often = rule.repeats or clock.times > 1
    if clock.starts not in case.moments and clock.starts not in case.facts:
        return NOT_STARTED if often else waiting(NOT_STARTED, _stopped(clock, case)[0])
    kind = map(case.traits.get, ("category", "instance", "case_type"))
    if not often and clock.due is None and not _concerns(rule, *kind):
        return waiting(NOT_CONCERNED, _stopped(clock, case)[0])
    stops = sorted({moment for name in clock.stops for moment in case.moments.get(name, ())})
    ended = min((day for name in clock.ends if isinstance(day := case.facts.get(name), int)), default=None)
    if often:
        return _laps(rule, case, stops, ended)
    start = case.facts.get(clock.starts)
    stopped, by = _stopped(clock, case)
    if not isinstance(start, int):
        return waiting(NOT_STARTED, stopped)
    if ended is not None and ended <= start:
        return Reading((), (Step("ended", ended, None),), stopped)
    run = _Run(rule, case, start, stopped)
    run.go(by)
    lap = Lap(start, run.limit_day, run.paused, stopped)
    return _ended(Reading((lap,), tuple(run.steps)), ended)


def _stopped(clock: Clock, case: Case) -> tuple[int | None, str]:
    """The day a clock was stopped, and by which fact: the first known, in the order given."""
    for name in clock.stops:
        day = case.facts.get(name)
        if isinstance(day, int):
            return day, name
    return None, ""


def _laps(rule: ClockRule, case: Case, stops: Sequence[tuple[int, int]], ended: int | None) -> Reading:
    """Every run of a clock that starts more than once: each is stopped by the first stop at or after its start."""
    laps: list[Lap] = []
    steps: list[Step] = []
    for start, fixed in _starts(rule, case):
        if ended is not None and ended <= start[0]:
            break
        stopped = next((moment[0] for moment in stops if moment >= start), None)
        run = _Run(rule, case, start[0], stopped, fixed)
        run.go("")
        laps.append(Lap(start[0], run.limit_day, run.paused, stopped))
        steps += run.steps
    return _ended(Reading(tuple(laps), tuple(steps) or NOT_STARTED.steps), ended)


def _starts(rule: ClockRule, case: Case) -> list[tuple[tuple[int, int], int | None]]:
    """When each run starts (day, place), with its last day where runs follow one another: a stop on it is that run's."""
    starts = [(moment, None) for moment in case.moments.get(rule.clock.starts, ())]
    if rule.clock.times == 1 or not starts:
        return list(starts)
    (begun, place), _ = starts[-1]
    row = _row(rule, case, begun, {**case.traits, "procedure": _procedure(case, begun)})
    if row is None or row.none:
        return [((begun, place), None)]
    days = [later(begun, row.months * n, row.days * n) for n in range(rule.clock.times + 1)]
    return [((day, LATEST if n else place), days[n + 1]) for n, day in enumerate(days[:-1])]


def _ended(reading: Reading, ended: int | None) -> Reading:
    """Without the runs that had not come to their limit when the clock ended."""
    if ended is None:
        return reading
    kept = tuple(
        lap
        for lap in reading.laps
        if (lap.limit_day is not None and lap.limit_day < ended) or (lap.stopped_on or ended) < ended
    )
    return dataclasses.replace(reading, laps=kept, steps=(*reading.steps, Step("ended", ended, None)))


def _row(rule: ClockRule, case: Case, day: int, traits: Mapping[str, object]) -> Limit | None:
    """The first row that fits the case and is in force on the day."""
    on = date.fromordinal(day)
    for row, where in rule.rows:
        if row.valid_from is not None and on < row.valid_from:
            continue
        if row.valid_until is not None and on >= row.valid_until:
            continue
        fits = all(traits.get(name) in values for name, values in row.when.items())
        if fits and (where is None or where.evaluate(case.facts) is True):
            return row
    return None


@functools.lru_cache(maxsize=4096)
def _concerns(rule: ClockRule, category: object, instance: object, case_type: object) -> bool:
    """Whether some row is about cases of this kind, whatever their procedure; otherwise the clock says nothing of them."""
    traits = {"category": category, "instance": instance, "case_type": case_type}
    return any(
        all(traits[name] in values for name, values in row.when.items() if name != "procedure")
        for row, _ in rule.rows
    )


def _procedure(case: Case, day: int) -> str | None:
    """The procedure on a day; one stated only later is taken to have held from the start."""
    before = [value for since, value in case.procedures if since <= day]
    return before[-1] if before else case.procedures[0][1] if case.procedures else None


_CONVERTED, _RESUMED, _RESTARTED, _EXTENDED, _PAUSED = range(5)
LATEST = 1 << 62
"""A place after every event and every fact of its day."""
Item = str | Spell | Dated | None


@dataclass(slots=True)
class _Run:
    """One run of a clock, moved item by item in the order of the days.

    `since` is the day counting stands on (the start, or the last restart), `deducted` the days that did not count since.
    """

    rule: ClockRule
    case: Case
    start: int
    stopped: int | None
    fixed: int | None = None
    row: Limit | None = None
    since: int = 0
    limit: int | None = None
    deducted: int = 0
    paused: int = 0
    resting: Spell | None = None
    counted: list[Spell] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    reach: Reach = field(default_factory=Reach)

    @property
    def limit_day(self) -> int | None:
        """The last day within the limit: moved to a worked day where the row says so, unknown while it rests."""
        if self.limit is None or self.resting is not None:
            return None
        moves = self.row is not None and self.row.holiday_moves
        return self.case.workdays.next_worked(self.limit) if moves else self.limit

    def go(self, stopped_by: str) -> None:
        """From the start to the stop, or to what is known."""
        self.since = self.start
        if self.rule.clock.due is not None:
            due = self.case.facts.get(self.rule.clock.due)
            self.limit = due if isinstance(due, int) else None
            self._say("started" if self.limit is not None else "no_limit_applies", self.start)
        else:
            self._choose(_procedure(self.case, self.start), "started")
        for day, kind, item in self._items():
            if self.stopped is not None and day > self.stopped:
                break
            self._move(day, kind, item)
        if self.stopped is not None:
            self._resume(self.stopped)
        if self.limit_day not in (None, self.limit):
            self._say("moved_to_a_working_day", self.limit)
        if self.stopped is not None:
            self._say("stopped", self.stopped, why=stopped_by)

    def _say(self, what: str, day: int | None, article: str = "", why: str = "") -> None:
        self.steps.append(Step(what, day, self.limit_day, article, why))

    def _choose(self, procedure: str | None, what: str) -> None:
        """Take the row of this procedure and count by it from where counting stands."""
        row = _row(self.rule, self.case, self.start, {**self.case.traits, "procedure": procedure})
        if row is not self.row or row is None:
            self.row = row
            self.limit = None if row is None or row.none else self._counted(row) + self.deducted
            self.reach.furthest.clear()
        if row is None or row.none:
            said = "no_limit_applies" if row is None else "no_limit_by_law"
            self._say(said, self.start if what == "started" else self.since, row.article if row else "")
        elif what == "started":
            self._say(what, self.start, row.article, procedure or "")

    def _counted(self, row: Limit) -> int:
        if self.fixed is not None and self.since == self.start:
            return self.fixed
        sign = -1 if row.back else 1
        return later(self.since, sign * row.months, sign * row.days)

    def _items(self) -> list[tuple[int, int, Item]]:
        """What may move the limit: (day, kind, what), in the order it does."""
        items: list[tuple[int, int, Item]] = []
        for n, (day, value) in enumerate(self.case.procedures):
            if n and day > self.start and self.rule.clock.due is None:
                items.append((day, _CONVERTED, value))
        for name, where, article in self.rule.restarts:
            on = self.case.facts.get(name)
            fits = where is None or where.evaluate(self.case.facts) is True
            if isinstance(on, int) and on > self.start and fits:
                items.append((on, _RESTARTED, article))
        if self.case.moving:
            items += self._paused_and_extended()
        return sorted(items, key=lambda item: item[:2])

    def _paused_and_extended(self) -> list[tuple[int, int, Item]]:
        items: list[tuple[int, int, Item]] = []
        clock = self.rule.clock.id
        spells, refused = pauses.spells_of(clock, self.rule.pauses, self.case.traits, self.case.moving)
        self.steps += [Step("pause_not_deducted", day, self.limit_day, why=ground) for day, ground in refused]
        for spell in pauses.joined(spells):
            items.append((spell.begun, _PAUSED, spell))
            if spell.ended is not None:
                items.append((spell.ended, _RESUMED, spell))
            items += [(on, _RESTARTED, spell) for on, _ in spell.restarts if on > self.start]
        return items + [
            (extensions.approved_on(entry), _EXTENDED, entry)
            for entry in self.case.moving
            if entry.event.type == "clock.extended" and entry.event.data.get("clock") == clock
            if extensions.approved_on(entry) >= self.start
        ]

    def _move(self, day: int, kind: int, item: Item) -> None:
        if kind == _CONVERTED:
            self._choose(str(item), "converted")
            self._say("converted", day, self.row.article if self.row is not None else "", str(item))
        elif kind == _RESUMED:
            self._resume(day)
        elif kind == _RESTARTED:
            self._restart(day, item)
        elif isinstance(item, Dated):
            self._extend(day, item)
        elif isinstance(item, Spell):
            if self.limit_day is None or day <= self.limit_day:
                self.resting = item
                self.counted.append(item)
            said = "paused" if self.resting is item else "paused_after_the_limit"
            self._say(said, day, "；".join(item.articles), ", ".join(item.grounds))

    def _restart(self, day: int, item: Item) -> None:
        """Count anew from this day. A pause that did not count starts nothing."""
        if isinstance(item, Spell) and item not in self.counted:
            return
        self.since, self.deducted = day, 0
        self.reach.furthest.clear()
        if self.row is not None and not self.row.none:
            self.limit = self._counted(self.row)
            article = dict(item.restarts)[day] if isinstance(item, Spell) else str(item)
            self._say("restarted", day, article)

    def _resume(self, day: int) -> None:
        """Deduct the days that rested; the day counting stands on was not counted anyway."""
        if self.resting is None:
            return
        length = max(0, day - max(self.resting.begun, self.since + 1))
        self.paused += max(0, day - max(self.resting.begun, self.start + 1))
        self.deducted, self.resting = self.deducted + length, None
        self.reach.moved(length)
        if self.limit is not None:
            self.limit = min(self.limit + length, date.max.toordinal() - 1)
        self._say("resumed", day)

    def _extend(self, day: int, entry: Dated) -> None:
        """An extension counts if it was approved in time, by who may approve it, and no further than he may."""
        if self.limit is None or self.row is None:
            return
        found = self.reach.extend(self.row, self.limit, self.limit_day, day, entry)
        self.limit += found.days
        self._say(found.what, day, found.article, str(entry.event.data.get("approver") or ""))
