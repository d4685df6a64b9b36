"""Any history of pushes, lateness, corrections, links, transfers, definitions, midnights, steps and
crashes equals one batch.

After every settling the books are those of one batch from scratch in another order, bit for bit; kept
values are what the
books say; what was known at a moment stays so; and the naive referee agrees. On the real database.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar
from unittest import mock

import hypothesis
import psycopg
import pytest
from hypothesis import stateful
from hypothesis import strategies as st

from plumbline import errors, valuation
from plumbline.catalog.definitions import Pack
from plumbline.store import engine
from services.scoring import scorer as scoring
from services.scoring.scorer import Scorer
from tests.conftest import copied
from tests.keeper import Keeper
from tests.properties import books, histories
from tests.properties.pushes import Pushes, backs, cases, kinds, picks
from tests.referee.evaluator import Court, Referee
from tests.spec import routes

WIDE = os.environ.get("PLUMBLINE_TEST_PROFILE") == "wide"
SEED = 20190404
PHASES = (hypothesis.Phase.generate, hypothesis.Phase.shrink) if WIDE else (hypothesis.Phase.generate,)
"""Making a failing history small takes minutes: only where they are allowed."""
START = datetime(2020, 3, 9, 4, tzinfo=UTC)
POINTS = ("after_posting", "before_page_commit", "before_value_commit")
MEASURES = (
    "filed",
    "closed",
    "pending",
    "trial_days",
    "overdue",
    "altered",
    "appeals",
    "staff",
    "refiled",
    "also_closed",
)
INDICATORS = ("clearance", "altered_rate", "overdue_share", "filed_change")
PERIODS = ("2020", "2020-Q1", "2020-02", "2020-03", "2020-04", "2019", "2020-02@20", "2020-01-15..2020-03-10")

asked = st.tuples(
    st.sampled_from(MEASURES + INDICATORS),
    st.sampled_from(histories.COURTS),
    st.sampled_from(("own", "all")),
    st.sampled_from(PERIODS),
)


class CrashError(Exception):
    """The process ended here."""


@dataclass(frozen=True)
class Remembered:
    """What was answered about a moment, and what it was answered by."""

    name: str
    version: str
    court: str
    scope: str
    period: str
    moment: datetime
    today: date
    answer: valuation.Value


class BooksMachine(Pushes):
    """One history. `hits` counts over all of them what really happened."""

    scratch: ClassVar[Keeper]
    hasty: ClassVar[engine.Pool]

    def __init__(self) -> None:
        super().__init__()
        self.remembered: list[Remembered] = []
        self.editions = [1]
        self.tree = 0
        self.whole = True
        self.live.empty(catalogue_too=True)
        self.live.now = START
        self.live.move_courts(books.TREES[0])
        self.live.publish(books.edition(1))
        self.restart()
        self.live.scorer.open_days()

    # what happens to the rules, the courts and the calendar

    @stateful.rule(number=st.sampled_from(books.EDITIONS))
    def publish(self, number: int) -> None:
        if number not in self.published:
            self.live.publish(books.edition(number))
            self.editions.append(number)
            self.hits["published"] += 1

    @property
    def published(self) -> set[int]:
        return {int(row[0]) for row in self.live.query("SELECT version FROM pack")}

    @stateful.precondition(lambda self: len(self.editions) > 1)
    @stateful.rule(at=picks)
    def retire(self, at: int) -> None:
        number = self.editions.pop(at % len(self.editions))
        self.live.retire("machine", str(number))
        self.hits["retired"] += 1

    @stateful.rule()
    def move_a_court(self) -> None:
        self.tree = 1 - self.tree
        self.live.move_courts(books.TREES[self.tree])
        self.hits["court moved"] += 1

    @stateful.rule(days=st.integers(1, 25))
    def midnight(self, days: int) -> None:
        self.live.now += timedelta(days=days)
        self.live.scorer.open_days()
        self.hits["midnights"] += 1

    # what the workers do

    @stateful.rule()
    def restart(self) -> None:
        self.live.restart()
        self.other = Scorer(self.hasty, lambda: self.live.now, "Asia/Shanghai", most=3)

    @stateful.rule(second=st.booleans())
    def post(self, second: bool) -> None:
        (self.other if second else self.live.scorer).post()

    @stateful.rule(second=st.booleans())
    def value(self, second: bool) -> None:
        (self.other if second else self.live.scorer).value()

    @stateful.rule(point=st.sampled_from(POINTS))
    def crash(self, point: str) -> None:
        step = self.live.scorer.value if point == "before_value_commit" else self.live.scorer.post
        with mock.patch.object(scoring, "reach", _raising(point)):
            try:
                step()
            except CrashError:
                self.hits[f"crashed {point}"] += 1

    @stateful.rule(kind=kinds, case=cases, back=backs, pick=picks)
    def post_while_another_holds_a_court(self, kind: str, case: str, back: int, pick: int) -> None:
        """Between the lines and the commit of one page: an event arrives, and a second worker posts."""
        met: list[str] = []

        def reach(point: str) -> None:
            if point == "after_posting" and not met:
                met.append(point)
                self._push(histories.event(self._next(), kind, case, self._day(back), pick))
                try:
                    self.other.post()
                    self.hits["two pages at once"] += 1
                except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled, errors.Unavailable):
                    self.hits["gave way to a lock"] += 1

        with mock.patch.object(scoring, "reach", reach):
            self.live.scorer.post()

    # what must hold

    @stateful.rule(question=asked)
    def ask(self, question: tuple[str, str, str, str]) -> None:
        name, where, scope, period = question
        (moment,) = self.live.query("SELECT clock_timestamp()")[0]
        version = self.live.version(f"machine.{name}", period)
        if version is None:
            return
        kept = Remembered(
            name,
            version,
            where,
            scope,
            period,
            moment,
            self.live.today(),
            self._known(question, version, moment),
        )
        if kept.answer.reason != "filling":
            self.remembered.append(kept)
            self.hits["asked"] += 1

    def _known(
        self, question: tuple[str, str, str, str], version: str, moment: datetime, today: date | None = None
    ) -> valuation.Value:
        name, where, scope, period = question
        return self.live.value(
            f"machine.{name}",
            where,
            period,
            scope=scope,
            known_at=moment,
            version=version,
            today=today or self.live.today(),
        )

    @stateful.rule()
    def ask_again(self) -> None:
        for one in self.remembered:
            try:
                again = self._known(
                    (one.name, one.court, one.scope, one.period), one.version, one.moment, one.today
                )
            except errors.NotFound:
                continue  # its version was retired
            assert again == one.answer, ("what was known has changed", one, again)
            self.hits["asked again"] += 1

    @stateful.precondition(lambda self: self.whole and len(self.records) > 10)
    @stateful.rule(questions=st.lists(asked, min_size=3, max_size=3))
    def settle_and_check(self, questions: list[tuple[str, str, str, str]]) -> None:
        self.whole = False
        self.live.settle()
        books.check_sums(self.live)
        books.check_values(self.live)
        packs = self._packs()
        found = books.read(self.live)
        wanted = books.from_scratch(
            self.scratch, packs, books.TREES[self.tree], self.records, self.live.now, SEED + self.number
        )
        books.check_equal(found, wanted)
        assert not self.live.query("SELECT 1 FROM parked_case")
        assert not self.live.query("SELECT 1 FROM dirty_case")
        assert not self.live.query("SELECT 1 FROM account WHERE status = 'filling'")
        self._ask_the_referee(questions)
        self.whole = True
        self.hits["checked"] += 1

    def _packs(self) -> list[Pack]:
        return [books.edition(number) for number in self.editions]

    def _ask_the_referee(self, questions: list[tuple[str, str, str, str]]) -> None:
        tree = [
            Court(one.code, one.parent, one.valid_from, one.valid_until) for one in books.TREES[self.tree]
        ]
        for number in self.editions:
            referee = Referee(books.FOLDERS[number], tree, self.records)
            for name, where, scope, period in questions:
                if name not in {*referee.pack.measures, *referee.pack.indicators}:
                    continue
                answer = referee.ask(name, where, scope, period, self.live.today())
                version = self.live.hash_of(f"machine.{name}", books.edition(number))
                found = routes.figure(
                    self.live.value(f"machine.{name}", where, period, scope=scope, version=version)
                )
                assert (found.value, found.reason) == (answer.value, answer.reason), (
                    number,
                    name,
                    where,
                    scope,
                    period,
                    found,
                    answer,
                )
                self.hits["agreed with the referee"] += 1

    def teardown(self) -> None:
        if self.whole and self.records:
            self.ask_again()
            self.settle_and_check(
                [
                    ("filed", "示24", "all", "2020"),
                    ("pending", "示2401", "own", "2020-Q1"),
                    ("clearance", "示", "all", "2020"),
                ]
            )
            self.ask_again()


def _raising(point: str) -> Callable[[str], None]:
    def reach(at: str) -> None:
        if at == point:
            raise CrashError(point)

    return reach


@pytest.fixture
def machine(server_dsn: str, template: str) -> Iterator[type[BooksMachine]]:
    """The machine on two databases, used again for every history."""
    with copied(server_dsn, template) as one, copied(server_dsn, template) as two:
        BooksMachine.live, BooksMachine.scratch = (
            Keeper(one, [], books.TREE, most=4),
            Keeper(two, [], books.TREE),
        )
        BooksMachine.hasty = engine.open_pool(one, name="second", size=2, statement_timeout_ms=300)
        BooksMachine.hits.clear()
        yield BooksMachine
        BooksMachine.hasty.close()
        BooksMachine.live.close()
        BooksMachine.scratch.close()


def _run(machine: type[BooksMachine], examples: int, steps: int) -> None:
    print(f"books machine: {examples} histories of at most {steps} steps, seed {SEED}")
    stateful.run_state_machine_as_test(
        hypothesis.seed(SEED)(machine),
        settings=hypothesis.settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=False, database=None,
            print_blob=True, phases=PHASES, suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )  # fmt: skip
    print("what happened: " + ", ".join(f"{name} {count}" for name, count in sorted(machine.hits.items())))
    never = [
        name
        for name in ("checked", "duplicates", "asked again", "two pages at once", "agreed with the referee")
        if not machine.hits[name]
    ]
    assert not never, f"never happened: {never}"


@pytest.mark.skipif(WIDE, reason="the wide profile runs the long one")
def test_any_history_gives_the_books_of_one_batch(machine: type[BooksMachine]) -> None:
    _run(machine, 24, 30)


@pytest.mark.soak
def test_many_long_histories_give_the_books_of_one_batch(machine: type[BooksMachine]) -> None:
    _run(machine, 400, 60)
