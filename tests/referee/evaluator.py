"""A measure for a court, a scope and a period, by looking at every case; an indicator by its formula over
such amounts."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.referee import calendar_periods, clauses, dimensions, formulas, histories, packs
from tests.referee.cases import Case
from tests.referee.formulas import NoValueError
from tests.referee.histories import Happening

ONE = timedelta(days=1)
KEY_ROLE = "dispute"
KEY = f"{KEY_ROLE}:"
FILLER_FROM = 51
"""A key that so many cases have ever named, rightly or not, is a filler and joins nobody."""


@dataclass(frozen=True)
class Court:
    """A court under another from `since` (None: ever) up to, not including, `until`."""

    code: str
    parent: str | None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Answer:
    """The exact value or the reason there is none; numerator and denominator where the formula is a
    division or a count."""

    value: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Line:
    """What one case amounts to on a day: how much, at which court, in which category, before which judge."""

    day: date
    amount: int
    court: str
    category: str
    judge: str | None
    case: str
    cause: str | None = None


class Referee:
    """Reads raw records once; every question is then answered by going through all cases."""

    def __init__(self, folder: Path, courts: Iterable[Court], records: Iterable[Mapping[str, Any]]) -> None:
        self.pack = packs.read(folder)
        self.courts = list(courts)
        records = list(records)
        cases = histories.by_case(records, self.pack.ranks)
        named = {subject for own in cases.values() for one in own for _, subject in one.links}
        self.cases = {
            subject: Case(
                subject, cases.get(subject, []), self.pack, functools.partial(self._linking, subject)
            )
            for subject in sorted({*cases, *named})
            if not subject.startswith(KEY)
        }
        self.crowded = _crowded(records)
        self._flows: dict[str, list[Line]] = {}

    def ask(
        self, name: str, court: str, scope: str, period: str, today: date, category: str = "all",
        cause: str | None = None, tag: str | None = None,
    ) -> Answer:  # fmt: skip
        """An indicator, or a measure whose formula is itself."""
        indicator = self.pack.indicators.get(name)
        if indicator and "waits_for" in indicator:
            return Answer(None, reason="not_available")
        cell = Cell(self, court, scope, period, today, category, cause, tag)
        try:
            value, above, below = formulas.evaluate(indicator["formula"] if indicator else name, cell)
        except NoValueError as none:
            return Answer(None, reason=str(none.args[0]))
        return Answer(value, above, below)

    def _linking(self, subject: str, role: str) -> list[Case]:
        """The cases that link to a case by a role."""
        if role == KEY_ROLE:
            return self._of_its_keys(subject)
        wanted = (role, subject)
        return [other for other in self.cases.values() if any(wanted in one.links for one in other.own)]

    def _of_its_keys(self, subject: str) -> list[Case]:
        """The other cases that name a key that this one names, but for keys that too many cases ever named."""
        named = {
            case: {key for one in self.cases[case].own for role, key in one.links if role == KEY_ROLE}
            for case in self.cases
        }
        mine = named[subject] - self.crowded
        return [other for case, other in self.cases.items() if case != subject and named[case] & mine]

    def below(self, court: str, scope: str, on: date) -> list[str]:
        """The courts a cell sums, by the tree on a day."""
        if scope == "own":
            return [court]
        standing = [one for one in self.courts if (one.since or date.min) <= on < (one.until or date.max)]
        return [
            court,
            *(each for one in standing if one.parent == court for each in self.below(one.code, "all", on)),
        ]

    def unattributed(self, name: str, court: str, scope: str, period: str, today: date) -> int:
        """Events that should have been another case's, had their own case said whose."""
        measure = self.pack.measures[name]
        expected = self.pack.roles[measure["on"]]["expected_of"]
        total = 0
        first, until = _until(period, today)
        for case in self.cases.values():
            stated = any(role == measure["on"] for one in case.own for role, _ in one.links)
            if stated or clauses.evaluate(expected, case.numbers.get) != 1:
                continue
            for one in case.own:
                asked = one.type in packs.many(measure["each"]) and first <= one.day < until
                if asked and case.holding("court", one.day) in self.below(court, scope, one.day):
                    total += self._amount(measure, case, one.day, case.of_event(one)) or 0
        return total

    def flow(self, name: str) -> list[Line]:
        """Every line of a flow or of a count of events, on every day there is."""
        if name not in self._flows:
            self._flows[name] = list(self._flow(self.pack.measures[name]))
        return self._flows[name]

    def _flow(self, measure: Mapping[str, Any]) -> Iterator[Line]:
        happened: list[tuple[date, Mapping[str, Any]]]
        for case in self.cases.values():
            if "moves" in measure:
                yield from self._moves(measure, case)
                continue
            if "flow" in measure:
                moments = [one for name in packs.many(measure["flow"]) for one in case.moments(name)]
                happened = [(day, {}) for day, _ in moments]
            else:
                happened = [(one.day, other.of_event(one)) for other, one in self._events(measure, case)]
            for day, fields in happened:
                amount = self._amount(measure, case, day, fields)
                if amount:
                    yield self._line(case, day, amount)

    def _moves(self, measure: Mapping[str, Any], case: Case) -> Iterator[Line]:
        """A case that went to bed in a stock: where it stood then, and where it stands or ends the next evening."""
        stock = self.pack.measures[measure["moves"]]
        for day in sorted({one.day for one in case.own}):
            if not case.in_stock(stock, day - ONE):
                continue
            was, now = (
                self._line(case, each, amount) if (amount := self._amount(stock, case, each, {})) else None
                for each in (day - ONE, day)
            )
            elsewhere = was is not None and now is not None and was.court != now.court
            if elsewhere and now is not None and measure["way"] == "in":
                yield now
            if elsewhere and was is not None and measure["way"] == "out":
                yield replace(was, day=day)
            if not elsewhere and measure["way"] == "within":
                if was is not None:
                    yield replace(was, day=day, amount=-was.amount)
                if now is not None:
                    yield now

    def _events(self, measure: Mapping[str, Any], case: Case) -> Iterator[tuple[Case, Happening]]:
        """The events a measure reads for a case: its own; or, with `on`, those of the cases that link to
        it by the role."""
        sources = [case] if "on" not in measure else self._linking(case.subject, measure["on"])
        for other in sources:
            yield from ((other, one) for one in other.own if one.type in packs.many(measure["each"]))

    def _amount(
        self, measure: Mapping[str, Any], case: Case, day: date, fields: Mapping[str, Any]
    ) -> int | None:
        def named(name: str) -> Any:
            return fields[name] if name in fields else case.name_on(name, day)

        if "where" in measure and clauses.evaluate(measure["where"], named) != 1:
            return None
        return clauses.evaluate(measure["sum"], named) if "sum" in measure else 1

    def _line(self, case: Case, day: date, amount: int) -> Line:
        category = case.holding("category", day) or "other"
        return Line(
            day, amount, case.holding("court", day), category, case.holding("judge", day), case.subject,
            case.holding("cause", day),
        )  # fmt: skip

    def stock(self, name: str, day: date) -> list[Line]:
        """Every case that is in a stock at the end of a day."""
        measure = self.pack.measures[name]
        inside = [case for case in self.cases.values() if case.in_stock(measure, day)]
        amounts = [(case, self._amount(measure, case, day, {})) for case in inside]
        return [self._line(case, day, amount) for case, amount in amounts if amount]

    def figures(self, name: str) -> list[tuple[str, str, Mapping[str, Any]]]:
        """(court, category, data) of every report of an observed figure; of one span the last in order
        holds."""
        full, unit = f"{self.pack.home[name]}.{name}", self.pack.measures[name]["observed"]["unit"]
        found: dict[tuple[Any, ...], tuple[str, str, Mapping[str, Any]]] = {}
        for case in self.cases.values():
            for one in case.own:
                data = one.data
                if one.type == "figure.reported" and data["measure"] in (name, full) and data["unit"] == unit:
                    category = data.get("category", "other")
                    key = (case.subject, data["from"], data["until"], category, data.get("cause"))
                    found[key] = (case.subject, category, data)
        return list(found.values())


def _crowded(records: Iterable[Mapping[str, Any]]) -> set[str]:
    naming: dict[str, set[str]] = {}
    for record in records:
        for link in (record.get("data") or {}).get("links") or []:
            if link["role"] == KEY_ROLE:
                naming.setdefault(link["subject"], set()).add(record["subject"])
    return {key for key, cases in naming.items() if len(cases) >= FILLER_FROM}


def _until(period: str, today: date) -> tuple[date, date]:
    first, end = calendar_periods.read(period)
    return first, min(end, today + ONE)


@dataclass(frozen=True)
class Cell:
    """The books of one court, scope, category and period, known up to the end of `today`."""

    referee: Referee
    court: str
    scope: str
    period: str
    today: date
    category: str
    cause: str | None = None
    tag: str | None = None

    def amount(self, measure: str) -> int:
        first, until = _until(self.period, self.today)
        if first > self.today:
            raise NoValueError("not_begun")
        definition = self.referee.pack.measures[measure]
        if "stock" in definition:
            return self._level(measure, until - ONE)
        if "observed" in definition:
            return self._observed(measure, definition["observed"]["as"])
        return sum(line.amount for line in self._lines(measure))

    def at_start(self, measure: str) -> int:
        first, _ = _until(self.period, self.today)
        return self._level(measure, min(first - ONE, self.today), tree_on=self._tree_day())

    def _tree_day(self) -> date:
        _, end = calendar_periods.read(self.period)
        return min(end - ONE, self.today)

    def _lines(self, measure: str) -> list[Line]:
        first, until = _until(self.period, self.today)
        return [
            line
            for line in self.referee.flow(measure)
            if first <= line.day < until
            and self._is_of(line)
            and line.court in self.referee.below(self.court, self.scope, line.day)
        ]

    def _levels(self, measure: str, day: date, tree_on: date) -> list[Line]:
        courts = self.referee.below(self.court, self.scope, tree_on)
        return [
            line for line in self.referee.stock(measure, day) if line.court in courts and self._is_of(line)
        ]

    def _is_of(self, line: Line) -> bool:
        """Whether a line is of the category, cause and tag asked for, on its own day."""
        if self.category not in ("all", line.category):
            return False
        if self.tag is not None and not dimensions.carries(
            self.referee.cases[line.case].own, self.tag, line.day
        ):
            return False
        rows = self.referee.pack.causes
        return self.cause is None or dimensions.stands_below(rows, line.cause, self.cause, self._tree_day())

    def _level(self, measure: str, day: date, tree_on: date | None = None) -> int:
        return sum(line.amount for line in self._levels(measure, day, tree_on or self._tree_day()))

    def _observed(self, measure: str, how: str) -> int:
        first, until = _until(self.period, self.today)
        courts = self.referee.below(self.court, self.scope, self._tree_day())
        reports = [
            (court, category, data)
            for court, category, data in self.referee.figures(measure)
            if court in courts
            and self.category in ("all", category)
            and date.fromisoformat(data["until"]) < until
        ]
        if how == "level":
            newest: dict[tuple[Any, ...], Mapping[str, Any]] = {}
            for court, category, data in sorted(reports, key=lambda one: (one[2]["until"], one[2]["from"])):
                newest[court, category, data.get("cause")] = data
            if not newest:
                raise NoValueError("not_reported")
            return sum(data["value"] for data in newest.values())
        return _reported_flow(
            self.period, [data for *_, data in reports if date.fromisoformat(data["from"]) >= first]
        )

    def days(self) -> int:
        first, until = _until(self.period, self.today)
        if first > self.today:
            raise NoValueError("not_begun")
        return until.toordinal() - first.toordinal()

    def prior(self) -> Cell:
        _, end = calendar_periods.read(self.period)
        today = self.today if self.today >= end - ONE else calendar_periods.earlier(self.today)
        return replace(self, period=calendar_periods.year_before(self.period), today=today)

    def months(self) -> list[Cell]:
        pieces = [
            one
            for one in calendar_periods.months_of(self.period)
            if calendar_periods.read(one)[0] <= self.today
        ]
        return [replace(self, period=one) for one in pieces]

    def courts(self) -> list[Cell]:
        below = self.referee.below(self.court, self.scope, self._tree_day())
        return [replace(self, court=code, scope="own") for code in below]

    def by_judge(self, measure: str) -> Sequence[int]:
        return _added_up(
            (line.judge, line.amount) for line in self._spread(measure) if line.judge is not None
        )

    def by_case(self, measure: str) -> Sequence[int]:
        return _added_up((line.case, line.amount) for line in self._spread(measure))

    def _spread(self, measure: str) -> list[Line]:
        if "stock" in self.referee.pack.measures[measure]:
            _, until = _until(self.period, self.today)
            return self._levels(measure, until - ONE, self._tree_day())
        return self._lines(measure)


def _added_up(lines: Iterable[tuple[str, int]]) -> list[int]:
    sums: dict[str, int] = {}
    for name, amount in lines:
        sums[name] = sums.get(name, 0) + amount
    return [value for value in sums.values() if value]


def _reported_flow(period: str, reports: Sequence[Mapping[str, Any]]) -> int:
    """The reports of the coarsest kind of span that fits the period, added up."""
    kinds = {
        "year": ["year", "quarter", "month", "day"],
        "quarter": ["quarter", "month", "day"],
        "month": ["month", "day"],
    }
    for kind in kinds.get(calendar_periods.kind(period), ["other", "month", "day"]):
        values = [data["value"] for data in reports if _span_kind(data) == kind]
        if values:
            return sum(values)
    raise NoValueError("not_reported")


def _span_kind(data: Mapping[str, Any]) -> str:
    first, last = data["from"], data["until"]
    if first == last:
        return "day"
    start = date.fromisoformat(first)
    names = {"month": first[:7], "quarter": f"{first[:4]}-Q{(start.month + 2) // 3}", "year": first[:4]}
    wanted = (start, date.fromisoformat(last) + ONE)
    return next((kind for kind, name in names.items() if calendar_periods.read(name) == wanted), "other")
