"""What may happen to a case, as rules of a state machine: pushes, copies, conflicts, corrections,
retractions,
and answers that come before their question.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any, ClassVar

from hypothesis import stateful
from hypothesis import strategies as st

from tests.keeper import Keeper
from tests.properties import histories

picks = st.integers(0, 10_000)
backs = st.integers(0, 150)
cases = st.sampled_from(histories.CASES)
kinds = st.sampled_from(sorted(histories.KINDS))


class Pushes(stateful.RuleBasedStateMachine):
    """What court systems send. `hits` counts over all histories what really happened."""

    live: ClassVar[Keeper]
    hits: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.records: list[dict[str, Any]] = []
        self.unsent: list[dict[str, Any]] = []
        self.number = 0

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _day(self, back: int) -> date:
        return self.live.today() - timedelta(days=back)

    def _push(self, *records: dict[str, Any]) -> None:
        outcomes = self.live.push(*records)
        assert outcomes == ["accepted"] * len(records), outcomes
        self.records += records
        self.hits["pushed"] += len(records)

    @stateful.rule(made=st.lists(st.tuples(kinds, cases, backs, picks), min_size=1, max_size=6))
    def push(self, made: list[tuple[str, str, int, int]]) -> None:
        self._push(
            *(
                histories.event(self._next(), kind, case, self._day(back), pick)
                for kind, case, back, pick in made
            )
        )

    @stateful.rule(
        case=st.sampled_from(histories.FIRST), back=st.integers(30, 150), lasts=st.integers(0, 60), pick=picks
    )
    def live_a_whole_case(self, case: str, back: int, lasts: int, pick: int) -> None:
        """Filed, heard, perhaps closed, and appealed: what chance alone seldom puts together."""
        filed, closed = self._day(back), self._day(max(0, back - lasts))
        made = [("case.filed", case, filed), ("hearing.held", case, filed), ("case.closed", case, closed)]
        appeal = histories.SECOND[pick % 2]
        made += [("case.filed", appeal, closed), ("appeal.decided", appeal, closed)] if pick % 3 else []
        self._push(*(histories.event(self._next(), kind, one, day, pick) for kind, one, day in made))

    @stateful.rule(where=st.sampled_from(histories.COURTS), back=backs, value=st.integers(1, 40))
    def report(self, where: str, back: int, value: int) -> None:
        self._push(histories.figure(self._next(), where, self._day(back), value))

    @stateful.precondition(lambda self: self.records)
    @stateful.rule(at=picks)
    def send_again(self, at: int) -> None:
        assert self.live.push(self.records[at % len(self.records)]) == ["duplicate"]
        self.hits["duplicates"] += 1

    @stateful.precondition(lambda self: self.records)
    @stateful.rule(at=picks)
    def send_other_content(self, at: int) -> None:
        known = self.records[at % len(self.records)]
        (outcome,) = self.live.push(known | {"time": "2019-01-01T00:00:00+08:00"})
        assert getattr(outcome, "reason", None) == "conflict", outcome
        self.hits["conflicts"] += 1

    def _original(self, at: int) -> dict[str, Any] | None:
        known = [one for one in self.records if one.get("replaces") is None]
        return known[at % len(known)] if known else None

    @stateful.precondition(lambda self: self.records)
    @stateful.rule(
        at=picks, move=st.booleans(), case=cases, back=backs, pick=picks, revision=st.integers(1, 3)
    )
    def correct(self, at: int, move: bool, case: str, back: int, pick: int, revision: int) -> None:
        if original := self._original(at):
            to = case if move else original["subject"]
            self._push(histories.correction(self._next(), original, to, self._day(back), pick, revision))
            self.hits["corrected to another case" if to != original["subject"] else "corrected"] += 1

    @stateful.precondition(lambda self: self.records)
    @stateful.rule(at=picks, elsewhere=st.booleans(), case=cases, revision=st.integers(1, 3))
    def retract(self, at: int, elsewhere: bool, case: str, revision: int) -> None:
        if original := self._original(at):
            subject = case if elsewhere else original["subject"]
            self._push(histories.retraction(self._next(), original, subject, revision))
            self.hits["retracted"] += 1

    @stateful.rule(kind=kinds, case=cases, back=backs, pick=picks, corrects=st.booleans())
    def answer_before_the_question(self, kind: str, case: str, back: int, pick: int, corrects: bool) -> None:
        """A retraction or correction that comes before its original."""
        original = histories.event(self._next(), kind, case, self._day(back), pick)
        self.unsent.append(original)
        if corrects:
            self._push(histories.correction(self._next(), original, case, self._day(back // 2), pick + 1, 1))
        else:
            self._push(histories.retraction(self._next(), original, case, 1))
        self.hits["before its original"] += 1

    @stateful.precondition(lambda self: self.unsent)
    @stateful.rule()
    def send_the_original(self) -> None:
        self._push(self.unsent.pop(0))
