"""From a folded case to its ledger lines: signed integers with a day, a court, an attribution, and the reason of each clause."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from plumbline import rules
from plumbline.events import Event
from plumbline.subjects import Subject

if TYPE_CHECKING:
    from plumbline.fold import Entry, Names

AMOUNT_LIMIT = 10**15
Home = tuple[str, str, str | None, str | None, str | None]
"""Court, category, division, judge, cause."""
State = tuple[Home, int] | None
"""Where a case stands in a stock, and with how much; None: the clause keeps it out."""
FOREVER = date(2201, 1, 1).toordinal()
OTHER = "other"


class Key(NamedTuple):
    """Where a line stands: everything of a posting but its value, its case and its page. `day` is an ordinal."""

    account: int
    court: str
    category: str
    day: int
    division: str | None
    judge: str | None
    cause: str | None


class Reason(NamedTuple):
    """Why a case is, or is not, in a measure on a day: verdict counted, excluded or unknown; the clause; what is unknown."""

    measure: str
    account: int
    verdict: str
    day: int
    court: str
    category: str
    clause: str | None
    unknown: tuple[str, ...]
    event: str | None
    amount: int


def event_names(numbers: Mapping[str, object], entry: Entry) -> dict[str, object]:
    """The names an event's clause may use: its number's facts, how it was captured, then its own fields over them."""
    return {**numbers, "captured": "hand" if entry.event.by_hand else "machine", **entry.fields}


class Writer:
    """Collects the postings of one case, pack by pack."""

    def __init__(
        self,
        case: Subject,
        numbers: Mapping[str, object],
        own: Sequence[Entry],
        near: Mapping[str, Sequence[tuple[Mapping[str, object], Entry]]],
        *,
        explain: bool,
    ) -> None:
        self.case = case
        self.numbers = numbers
        self.own = own
        self.near = near
        self.explain = explain
        self.lines: dict[Key, int] = {}
        self.reasons: list[Reason] = []

    def postings(self) -> dict[Key, int]:
        """The net lines, without zeros."""
        return {key: value for key, value in self.lines.items() if value}

    def write(self, pack: rules.PackRules, names: Names) -> None:
        """Post every measure of a pack."""
        view = _View(names)
        for rule in pack.measures:
            kind = rule.measure.kind
            if kind == "flow":
                self._flow(rule, view)
            elif kind == "stock":
                self._stock(rule, view)
            elif kind == "each":
                self._each(rule, view, pack)
            elif kind == "moves":
                self._moves(rule, view)
            else:
                self._observed(rule, view)

    def _flow(self, rule: rules.MeasureRule, view: _View) -> None:
        for day in (day for name in rule.measure.starts for day, _ in view.names.moments.get(name, ())):
            amount = self._judge(rule, view.on(day), view, day, None)
            if amount:
                self._post(rule.account, view, day, amount)
            if rule.posts_trigger and rule.trigger is not None:
                self._post(rule.trigger, view, day, 1)

    def _each(self, rule: rules.MeasureRule, view: _View, pack: rules.PackRules) -> None:
        measure = rule.measure
        if measure.role is None:
            for entry in self.own:
                if entry.event.type in measure.events:
                    env = view.on(entry.day) | event_names(self.numbers, entry)
                    self._count(rule, env, view, entry)
            return
        for numbers, entry in self.near.get(measure.role, ()):
            if entry.event.type in measure.events:
                env = view.on(entry.day) | event_names(numbers, entry)
                self._count(rule, env, view, entry)
        expected = pack.expected.get(measure.role)
        if rule.unattributed is None or expected is None or expected.evaluate(self.numbers) is not True:
            return
        if any(link.role == measure.role for entry in self.own for link in entry.event.links):
            return
        for entry in self.own:
            if entry.event.type in measure.events:
                env = view.on(entry.day) | event_names(self.numbers, entry)
                if amount := _amount(rule, env):
                    self._post(rule.unattributed, view, entry.day, amount)

    def _count(self, rule: rules.MeasureRule, env: Mapping[str, object], view: _View, entry: Entry) -> None:
        amount = self._judge(rule, env, view, entry.day, entry.event)
        if amount:
            self._post(rule.account, view, entry.day, amount)
        if rule.posts_trigger and rule.trigger is not None:
            self._post(rule.trigger, view, entry.day, 1)

    def _stock(self, rule: rules.MeasureRule, view: _View) -> None:
        measure = rule.measure
        moments = view.names.moments
        enters = [moment for name in measure.starts for moment in moments.get(name, ())]
        leaves = [moment for name in measure.until for moment in moments.get(name, ())]
        if rule.posts_trigger and rule.trigger is not None:
            for day, _ in enters:
                self._post(rule.trigger, view, day, 1)
        for begun, ended in spells(enters, leaves):
            state: State = None
            for day in view.breaks(begun, ended):
                amount = self._judge(rule, view.on(day), view, day, None)
                wanted = (view.attribution(day, self.case), amount) if amount else None
                if wanted != state:
                    self._move(rule.account, day, state, -1)
                    self._move(rule.account, day, wanted, 1)
                    state = wanted
            if ended is not None:
                self._move(rule.account, ended, state, -1)

    def _moves(self, rule: rules.MeasureRule, view: _View) -> None:
        """Post what changes in a stock between the beginning and the end of a spell.

        The last stretch ends where the case ends: one that is closed on the day it came to a court came there first.
        """
        for path in view.paths(rule, self.case):
            for (_, before), (day, after) in itertools.pairwise(path):
                crosses = before is not None and after is not None and before[0][0] != after[0][0]
                if crosses and rule.measure.movement == "out":
                    self._moved(rule, day, before, 1)
                elif crosses and rule.measure.movement == "in":
                    self._moved(rule, day, after, 1)
                elif not crosses and rule.measure.movement == "within" and _stands(before) != _stands(after):
                    self._moved(rule, day, before, -1)
                    self._moved(rule, day, after, 1)

    def _moved(self, rule: rules.MeasureRule, day: int, state: State, sign: int) -> None:
        self._move(rule.account, day, state, sign)
        if self.explain and state is not None:
            (court, category, *_), amount = state
            self.reasons.append(
                Reason(
                    rule.id, rule.account, "counted", day, court, category, rule.measure.where, (), None, sign * amount
                )
            )  # fmt: skip

    def _move(self, account: int, day: int, state: State, sign: int) -> None:
        if state is not None:
            (court, category, division, judge, cause), amount = state
            self._add(Key(account, court, category, day, division, judge, cause), sign * amount)

    def _observed(self, rule: rules.MeasureRule, view: _View) -> None:
        last: dict[tuple[object, ...], Event] = {}
        for entry in self.own:
            data = entry.event.data
            if entry.event.type != "figure.reported" or data["measure"] not in (rule.measure.id, rule.id):
                continue
            if data["unit"] == rule.measure.unit and data["from"] <= data["until"]:
                last[data["until"], data["from"], data.get("category"), data.get("cause")] = entry.event
        levels: dict[tuple[object, ...], int] = {}
        for (until, begun, category, cause), event in sorted(last.items(), key=lambda item: str(item[0])):
            value, day = event.data["value"], date.fromisoformat(str(until)).toordinal()
            court, kind = self.case.home_court, str(category) if category is not None else OTHER
            why = None if cause is None else str(cause)
            span, change = "level", value - levels.get((kind, why), 0)
            if rule.measure.observed == "level":
                levels[kind, why] = value
            else:
                span, change = grain(date.fromisoformat(str(begun)), date.fromisoformat(str(until))), value
            self._add(Key(rule.grains[span], court, kind, day, None, None, why), change)
            self._add(Key(rule.grains[rules.reports_of(span)], court, kind, day, None, None, why), 1)
            if self.explain:
                self.reasons.append(
                    Reason(rule.id, rule.account, "counted", day, court, kind, None, (), event.id, value)
                )

    def _judge(
        self, rule: rules.MeasureRule, env: Mapping[str, object], view: _View, day: int, event: Event | None
    ) -> int:
        """The amount the clause lets through (0 when it does not count), with its reason when explaining."""
        amount = _amount(rule, env)
        if self.explain:
            court, category, *_ = view.attribution(day, self.case)
            verdict, unknown = _verdict(rule, env, amount)
            name = None if event is None else event.id
            self.reasons.append(
                Reason(
                    rule.id,
                    rule.account,
                    verdict,
                    day,
                    court,
                    category,
                    rule.measure.where,
                    unknown,
                    name,
                    amount or 0,
                )
            )
        return amount or 0

    def _post(self, account: int, view: _View, day: int, value: int) -> None:
        court, category, division, judge, cause = view.attribution(day, self.case)
        self._add(Key(account, court, category, day, division, judge, cause), value)

    def _add(self, key: Key, value: int) -> None:
        self.lines[key] = self.lines.get(key, 0) + value


class _View:
    """A pack's names as they stand on a day, each day computed once."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.days: dict[int, dict[str, object]] = {}
        self.homes: dict[int, Home] = {}
        self.walked: dict[tuple[object, ...], list[list[tuple[int, State]]]] = {}

    def on(self, day: int) -> dict[str, object]:
        found = self.days.get(day)
        if found is None:
            found = dict(self.names.facts)
            for track, changes in self.names.tracks.items():
                found[track] = _holding(changes, day)
            self.days[day] = found
        return found

    def attribution(self, day: int, case: Subject) -> Home:
        found = self.homes.get(day)
        if found is None:
            court, category, division, judge, cause = (
                _holding(self.names.tracks.get(track, ()), day) for track in rules.ATTRIBUTION
            )
            found = (court or case.home_court, category or OTHER, division, judge, cause)
            self.homes[day] = found
        return found

    def breaks(self, begun: int, ended: int | None) -> list[int]:
        """The days of a spell on which an attribution may change, its first day first."""
        days = {day for changes in self.names.tracks.values() for day, _ in changes}
        return [begun, *sorted(day for day in days if day > begun and (ended is None or day < ended))]

    def paths(self, rule: rules.MeasureRule, case: Subject) -> list[list[tuple[int, State]]]:
        """Of each spell in a stock, where the case stood from its first day to the day it ended, that day too."""
        measure = rule.measure
        stock = (measure.starts, measure.until, measure.where, measure.sum)
        if stock not in self.walked:
            moments = self.names.moments
            enters = [moment for name in measure.starts for moment in moments.get(name, ())]
            leaves = [moment for name in measure.until for moment in moments.get(name, ())]
            paths: list[list[tuple[int, State]]] = []
            for begun, ended in spells(enters, leaves):
                days = [*self.breaks(begun, ended), *(() if ended is None else (ended,))]
                amounts = [_amount(rule, self.on(day)) for day in days]
                homes = [self.attribution(day, case) for day in days]
                paths.append(
                    [(d, (h, n) if n else None) for d, h, n in zip(days, homes, amounts, strict=True)]
                )
            self.walked[stock] = paths
        return self.walked[stock]


def _stands(state: State) -> tuple[object, ...] | None:
    """What a change within a court is seen by: category, cause and amount; not who has the case."""
    return None if state is None else (state[0][1], state[0][4], state[1])


def _holding(changes: Iterable[tuple[int, str | None]], day: int) -> str | None:
    value = None
    for since, new in changes:
        if since > day:
            break
        value = new
    return value


def _amount(rule: rules.MeasureRule, env: Mapping[str, object]) -> int | None:
    """1, or the measure's sum, where the clause is true; `None` where it is false or unknown, or the sum is."""
    if rule.where is not None and rule.where.evaluate(env) is not True:
        return None
    if rule.amount is None:
        return 1
    amount = rule.amount.evaluate(env)
    return amount if isinstance(amount, int) and abs(amount) <= AMOUNT_LIMIT else None


def _verdict(
    rule: rules.MeasureRule, env: Mapping[str, object], amount: int | None
) -> tuple[str, tuple[str, ...]]:
    if amount is not None:
        return "counted", ()
    for clause in (rule.where, rule.amount):
        if clause is not None and clause.evaluate(env) is None:
            return "unknown", tuple(sorted(name for name in clause.names if env.get(name) is None))
    return "excluded", ()


def spells(
    enters: Sequence[tuple[int, int]], leaves: Sequence[tuple[int, int]]
) -> list[tuple[int, int | None]]:
    """Half-open spells in a stock. One entry and one exit: an exit before the entry leaves an empty spell.

    Several: entries and exits in the order of the case; an entry while in, or an exit while out, changes nothing.
    """
    if not enters:
        return []
    if len(enters) == 1 and len(leaves) <= 1:
        begun = enters[0][0]
        if not leaves:
            return [(begun, None)]
        return [(begun, leaves[0][0])] if leaves[0][0] > begun else []
    turns = sorted(
        [(day, place, True) for day, place in enters] + [(day, place, False) for day, place in leaves]
    )
    found: list[tuple[int, int | None]] = []
    begun_on: int | None = None
    for day, _, enter in turns:
        if enter and begun_on is None:
            begun_on = day
        elif not enter and begun_on is not None:
            if day > begun_on:
                found.append((begun_on, day))
            begun_on = None
    if begun_on is not None:
        found.append((begun_on, None))
    return found


def grain(begun: date, until: date) -> str:
    """The grain of a reported span (both days counted): day, month, quarter, year or other."""
    days = (until - begun).days + 1
    if days == 1:
        return "day"
    whole = begun.day == 1 and date.fromordinal(until.toordinal() + 1).day == 1
    months = (until.year - begun.year) * 12 + until.month - begun.month + 1
    if whole and months == 1:
        return "month"
    if whole and months == 3 and begun.month in (1, 4, 7, 10):
        return "quarter"
    return "year" if whole and months == 12 and begun.month == 1 else "other"
