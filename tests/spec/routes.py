"""Three ways from a spec's events to its figures: the pure fold with its postings summed, the referee, the
whole store."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from plumbline import (
    casenumbers,
    columns,
    courts,
    envelope,
    events,
    fold,
    ledger,
    periods,
    rules,
    serving,
    subjects,
    valuation,
    vocabulary,
    workdays,
)
from plumbline.catalog.definitions import Pack
from plumbline.store import sources
from tests import keeper
from tests.referee import evaluator, notation
from tests.referee.notation import Question, Spec

FOLDER = Path(__file__).resolve().parent
SOURCE = sources.Source(notation.SOURCE, "a court", ("*",))
OTHER = sources.Source("other", "another court", ("*",))


@dataclass(frozen=True)
class Figure:
    """What a route answers: a value never bare."""

    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    reason: str | None

    def answers(self, question: Question, unit: str) -> bool:
        """Whether this is the expected figure."""
        if question.reason is not None:
            return self.reason == question.reason
        if question.about is not None:
            scale = 100 if unit == "percent" else 1
            return self.value is not None and round(self.value * scale, 6) == question.about
        assert question.numerator is not None
        expected = Fraction(question.numerator, question.denominator or 1)
        exact = self.value == expected and self.reason is None
        counts = self.numerator in (None, question.numerator)
        return (
            exact
            and counts
            and (question.denominator is None or self.denominator in (None, question.denominator))
        )


Asking = Callable[[Question], Figure]


@functools.cache
def specs() -> tuple[Spec, ...]:
    """Every spec file, read."""
    return tuple(notation.read(path) for path in sorted(FOLDER.glob("*.yaml")))


def folder_of(pack: str) -> Path:
    """Where a pack is written: among the tests' own, or shipped."""
    return keeper.PACKS / pack if (keeper.PACKS / pack).is_dir() else keeper.DEFINITIONS / pack


@functools.cache
def compiled(name: str) -> tuple[rules.Rules, serving.Catalogue]:
    """A pack compiled, with accounts of its own, all complete."""
    pack = pack_of(name)
    accounts = {(need.hash, need.kind): place for place, need in enumerate(rules.needs([pack]), 1)}
    served = {key: serving.Account(number, key[1], "complete") for key, number in accounts.items()}
    return rules.compile_rules(1, [pack], accounts, workdays.of_lines(working_days())), serving.Catalogue(
        1, [pack], served, {}
    )


@functools.cache
def working_days() -> tuple[workdays.WorkingDay, ...]:
    """The shipped table of working days."""
    path = keeper.DEFINITIONS / "calendar" / "working-days.csv"
    return tuple(workdays.read_table(path.read_text(encoding="utf-8"), path.name))


@functools.cache
def pack_of(name: str) -> Pack:
    """A pack, read once."""
    return keeper.pack(name)


def tree_of(spec: Spec) -> courts.CourtTree:
    """The court tree of a spec."""
    return courts.CourtTree(court_rows(spec))


def court_rows(spec: Spec) -> list[courts.Court]:
    """The rows of a spec's court file."""
    return [
        keeper.court(one.code, one.parent, order, valid_from=one.since, valid_until=one.until)
        for order, one in enumerate(spec.courts, 1)
    ]


def by_referee(spec: Spec) -> Asking:
    """The naive evaluator."""
    referee = evaluator.Referee(folder_of(spec.pack), spec.courts, spec.records)

    def ask(question: Question) -> Figure:
        cell = (question.indicator, question.court, question.scope, question.period, question.today)
        if question.unattributed:
            count = Fraction(referee.unattributed(*cell))
            return Figure(count, None, count, None)
        answer = referee.ask(*cell, question.category, question.cause, question.tag)
        return Figure(answer.numerator, answer.denominator, answer.value, answer.reason)

    return ask


def by_fold(spec: Spec) -> Asking:
    """The pure fold of every case, its postings summed in memory, valued by the engine's own arithmetic."""
    tree = tree_of(spec)
    known = admitted(spec.records, tree)
    book, catalogue = compiled(spec.pack)
    lines: list[tuple[str, ledger.Key, int]] = []
    for case, folded in fold_all(known, book, tree).items():
        lines += [(case, key, value) for key, value in folded.postings.items()]

    def ask(question: Question) -> Figure:
        span = periods.Period.parse(question.period)
        version = catalogue.serving(_home(catalogue, question.indicator), span.last_day)
        shelf = MemoryShelf(lines, tree, question.today, keeper.stocks(version))
        cell = keeper.cell(
            catalogue, question.court, question.scope, question.category, span, question.cause, question.tag
        )
        if question.unattributed:
            count = Fraction(_unattributed(version, cell, shelf, question.today))
            return Figure(count, None, count, None)
        return figure(valuation.value_cell(version, cell, shelf, question.today))

    return ask


def by_store(spec: Spec, kept: keeper.Keeper) -> Asking:
    """The journal, the scorer and the balances of a real database. The keeper's books must be empty."""
    kept.move_courts(court_rows(spec))
    kept.now = datetime.combine(notation.TODAY, time(4), UTC) + timedelta(days=3650)
    kept.push(*spec.records)
    kept.settle()

    def ask(question: Question) -> Figure:
        more: dict[str, Any] = {"scope": question.scope, "today": question.today}
        if question.unattributed:
            found = kept.unattributed(question.indicator, question.court, question.period, **more)
            return Figure(Fraction(found), None, Fraction(found), None)
        more |= {"category": question.category, "cause": question.cause, "tag": question.tag}
        return figure(kept.value(question.indicator, question.court, question.period, **more))

    return ask


def figure(value: valuation.Value) -> Figure:
    """A value of the engine as a figure."""
    if value.reason is not None or value.numerator is None or value.denominator is None:
        return Figure(None, None, None, value.reason)
    exact = Fraction(value.numerator, value.denominator)
    return Figure(Fraction(value.numerator), Fraction(value.denominator), exact, None)


def unit_of(question: Question, pack: str) -> str:
    """The unit of what is asked: a count has none that matters."""
    indicator = pack_of(pack).indicators.get(question.indicator)
    return "number" if indicator is None else indicator.unit


def fold_all(
    admitted: Sequence[events.Event], book: rules.Rules, tree: courts.CourtTree, *, explain: bool = False
) -> dict[str, fold.Folded]:
    """Every case that has events or is linked to, folded."""
    parser = subjects.SubjectParser(casenumbers.CaseTypes.shipped(), tree.invented_provinces())
    root = {id(one): (one.source, one.id if one.replaces is None else one.replaces) for one in admitted}
    linking: dict[str, set[str]] = {}
    naming: dict[str, set[str]] = {}
    for one in admitted:
        for link in one.links:
            (linking if link.home_court else naming).setdefault(link.subject, set()).add(one.subject)
    followed = {key: cases for key, cases in naming.items() if len(cases) <= fold.KEY_MOST}

    def history(case: str) -> list[events.Event]:
        roots = {root[id(one)] for one in admitted if one.subject == case}
        return [one for one in admitted if one.subject == case or root[id(one)] in roots]

    def near(case: str) -> list[fold.Linked]:
        keys: dict[str, set[str]] = {other: set() for other in linking.get(case, ())}
        for key, cases in followed.items():
            for other in cases - {case} if case in cases else ():
                keys.setdefault(other, set()).add(key)
        return [fold.Linked(parser.parse(one), history(one), frozenset(keys[one])) for one in sorted(keys)]

    folded = {}
    for case in sorted({one.subject for one in admitted} | linking.keys()):
        linked = near(case)
        folded[case] = fold.fold(
            parser.parse(case), history(case), linked, book, lambda _: keeper.ZONE, explain=explain
        )
    return folded


def admitted(records: Sequence[Mapping[str, Any]], tree: courts.CourtTree) -> list[events.Event]:
    """The events these records state; a refused one fails the test."""
    found = admit_what_may(records, tree)
    assert len(found) == len(records), "some record was refused"
    return found


def admit_what_may(records: Iterable[Mapping[str, Any]], tree: courts.CourtTree) -> list[events.Event]:
    """The events of those records that the door admits."""
    parser = subjects.SubjectParser(casenumbers.CaseTypes.shipped(), tree.invented_provinces())
    door = envelope.Door(vocabulary.Vocabulary.shipped(), parser, tree.known)
    found = []
    for record in records:
        source = SOURCE if record["source"] == SOURCE.id else OTHER
        one = door.admit(dict(record), source=source, now=datetime(2200, 1, 1, tzinfo=UTC))
        if isinstance(one, events.Event):
            found.append(one)
    return found


def _home(catalogue: serving.Catalogue, name: str) -> str:
    ids = [version.id for version in catalogue.everything() if version.id.partition(".")[2] == name]
    assert ids, f"no pack defines {name}"
    return ids[-1]


def _unattributed(version: serving.Version, cell: valuation.Cell, shelf: MemoryShelf, today: date) -> int:
    (served,) = version.served.values()
    column = shelf.column(served.accounts["unattributed"].id, cell)
    return column.between(cell.period.start, min(cell.period.end, today + timedelta(days=1)))


def _sum_to(marks: list[tuple[int, int]], day: int) -> int:
    return sum(value for on, value in marks if on <= day)


@dataclass
class MemoryShelf:
    """Postings in memory as a valuation reads them (implements `valuation.Shelf`)."""

    lines: Sequence[tuple[str, ledger.Key, int]]
    tree: courts.CourtTree
    today: date
    levels: frozenset[int] = frozenset()

    def _of(self, account: int, cell: valuation.Cell) -> list[tuple[str, ledger.Key, int]]:
        found = self._lines(account, cell)
        return found if cell.tag is None else list(self._carried(account, cell.tag, found))

    def _carried(
        self, account: int, tag: int, found: list[tuple[str, ledger.Key, int]]
    ) -> Iterator[tuple[str, ledger.Key, int]]:
        """A flow's lines of the days on which the case carries the tag; a level's, as what it is while it does."""
        for case in {case for case, _, _ in found}:
            marks = [(key.day, value) for one, key, value in self.lines if (one, key.account) == (case, tag)]
            own = [(key, value) for one, key, value in found if one == case]
            if account not in self.levels:
                yield from ((case, key, value) for key, value in own if _sum_to(marks, key.day) > 0)
                continue
            before: dict[ledger.Key, int] = {}
            for day in sorted({day for day, _ in marks} | {key.day for key, _ in own}):
                held: dict[ledger.Key, int] = {}
                for key, value in own:
                    if key.day <= day and _sum_to(marks, day) > 0:
                        place = key._replace(day=0)
                        held[place] = held.get(place, 0) + value
                for place in {*held, *before}:
                    if change := held.get(place, 0) - before.get(place, 0):
                        yield case, place._replace(day=day), change
                before = held

    def _lines(self, account: int, cell: valuation.Cell) -> list[tuple[str, ledger.Key, int]]:
        on = cell.on or min(cell.period.last_day, self.today)
        below = (cell.court,) if cell.scope == "own" else self.tree.subtree(cell.court, on)
        return [
            (case, key, value)
            for case, key, value in self.lines
            if key.account == account and key.court in below and cell.category in ("all", key.category)
            if cell.codes is None or key.cause in cell.codes
        ]

    def column(self, account: int, cell: valuation.Cell) -> columns.Column:
        return columns.by_day(
            [(date.fromordinal(key.day), value) for _, key, value in self._of(account, cell)]
        )

    def _net(
        self,
        by: Callable[[str, ledger.Key], str | None],
        account: int,
        cell: valuation.Cell,
        first: date,
        until: date,
    ) -> list[int]:
        sums: dict[str, int] = {}
        for case, key, value in self._of(account, cell):
            name = by(case, key)
            if name is not None and first <= date.fromordinal(key.day) < until:
                sums[name] = sums.get(name, 0) + value
        return [value for value in sums.values() if value]

    def net_by_judge(self, account: int, cell: valuation.Cell, first: date, until: date) -> Sequence[int]:
        return self._net(lambda _, key: key.judge, account, cell, first, until)

    def net_by_case(self, account: int, cell: valuation.Cell, first: date, until: date) -> Sequence[int]:
        return self._net(lambda case, _: case, account, cell, first, until)

    def below(self, cell: valuation.Cell, on: date) -> Sequence[str]:
        return (cell.court,) if cell.scope == "own" else self.tree.subtree(cell.court, on)

    def tree_changes(self, first: date, until: date) -> Sequence[date]:
        return self.tree.changes(first, until)
