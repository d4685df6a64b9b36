"""The fold alone: any order, any doubling, any split of the linked cases gives the same facts, lines and
reasons; it never raises."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import hypothesis
from hypothesis import strategies as st

from plumbline import casenumbers, courts, events, fold, ledger, subjects
from tests import keeper
from tests.properties import books, histories
from tests.referee.evaluator import Court, Referee
from tests.spec import routes

TODAY = date(2020, 5, 1)
TREE = courts.CourtTree(books.TREE)
PARSER = subjects.SubjectParser(casenumbers.CaseTypes.shipped(), TREE.invented_provinces())

one_event = st.tuples(
    st.sampled_from(sorted(histories.KINDS)),
    st.sampled_from(histories.CASES),
    st.integers(0, 150),
    st.integers(0, 10_000),
)
changes = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(0, 3), st.sampled_from(histories.CASES), st.integers(1, 3)),
    max_size=5,
)


def records_of(
    made: Sequence[tuple[str, str, int, int]], changed: Sequence[tuple[int, int, str, int]]
) -> list[dict[str, Any]]:
    """Events, then corrections and retractions of some of them."""
    found = [
        histories.event(n, kind, case, TODAY - timedelta(days=back), pick)
        for n, (kind, case, back, pick) in enumerate(made)
    ]
    for n, (at, how, case, revision) in enumerate(changed, len(made)):
        original = found[at % len(made)]
        if how == 0:
            found.append(histories.retraction(n, original, original["subject"], revision))
        else:
            to = case if how == 1 else original["subject"]
            found.append(
                histories.correction(n, original, to, TODAY - timedelta(days=at % 100), at, revision)
            )
    return found


histories_of = st.builds(records_of, st.lists(one_event, min_size=1, max_size=25), changes)


def folded(admitted: Sequence[events.Event]) -> dict[str, tuple[Any, ...]]:
    book, _ = routes.compiled("court-core")
    return {
        case: (one.facts, one.postings, [entry.event.id for entry in one.entries], one.sealed)
        for case, one in routes.fold_all(admitted, book, TREE).items()
    }


@hypothesis.settings(max_examples=60)
@hypothesis.given(histories_of, st.randoms(use_true_random=False))
def test_the_order_of_arrival_and_doubling_change_nothing(records: list[dict[str, Any]], dice: Any) -> None:
    admitted = routes.admitted(records, TREE)
    shuffled = admitted + dice.sample(admitted, len(admitted) // 2)
    dice.shuffle(shuffled)
    assert folded(shuffled) == folded(admitted)


@hypothesis.settings(max_examples=60)
@hypothesis.given(histories_of)
def test_the_fold_and_the_referee_give_the_same_figures(records: list[dict[str, Any]]) -> None:
    tree = [Court(one.code, one.parent, one.valid_from, one.valid_until) for one in books.TREE]
    referee = Referee(keeper.DEFINITIONS / "court-core", tree, records)
    spec = routes.Spec("property", {}, "court-core", tuple(tree), tuple(records), ())
    ask = routes.by_fold(spec)
    for name, period in (
        ("filed", "2020"), ("closed", "2020-02"), ("pending", "2020-03"), ("overdue", "2020-04"),
        ("trial_days", "2020"), ("appeal_altered", "2020"), ("closed_within_limit", "2020"),
        ("closing_rate", "2020-Q1"), ("retrial_ordered", "2020"), ("closed_and_refiled", "2020"),
    ):  # fmt: skip
        for where, scope in (("示2401", "own"), ("示24", "all"), ("示", "all")):
            question = routes.Question("", name, where, scope, period, "all", TODAY)
            wanted = referee.ask(name, where, scope, period, TODAY)
            found = ask(question)
            assert (found.value, found.reason) == (wanted.value, wanted.reason), (name, where, scope, period)


@hypothesis.settings(max_examples=60)
@hypothesis.given(histories_of)
def test_explaining_changes_no_line_and_gives_a_reason_for_each(records: list[dict[str, Any]]) -> None:
    admitted = routes.admitted(records, TREE)
    book, _ = routes.compiled("court-core")
    for case in sorted({event.subject for event in admitted}):
        own = [event for event in admitted if event.subject == case]
        plain = fold.fold(PARSER.parse(case), own, [], book, lambda _: keeper.ZONE)
        explained = fold.fold(PARSER.parse(case), own, [], book, lambda _: keeper.ZONE, explain=True)
        assert explained.postings == plain.postings
        counted = {(one.account, one.day) for one in explained.reasons if one.verdict == "counted"}
        flows = {rule.account for rule in book.measures() if rule.measure.kind in ("flow", "each")}
        assert {
            (key.account, key.day) for key in plain.postings if key.account in flows
        } <= counted | _triggers(book, plain.postings)


def _triggers(book: Any, postings: Mapping[ledger.Key, int]) -> set[tuple[int, int]]:
    """Lines of plain counts that stand beside a clause are explained by that clause."""
    shared = {rule.trigger for rule in book.measures()}
    return {(key.account, key.day) for key in postings if key.account in shared}


@hypothesis.settings(max_examples=150)
@hypothesis.given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(histories.KINDS)),
            st.dictionaries(
                st.sampled_from(
                    [
                        "method",
                        "minutes",
                        "judge",
                        "to_court",
                        "clock",
                        "ground",
                        "until",
                        "months",
                        "days",
                        "outcome",
                        "procedure",
                        "amount",
                    ]
                ),
                st.one_of(
                    st.none(),
                    st.booleans(),
                    st.integers(-(10**15), 10**15),
                    st.text(max_size=8),
                    st.sampled_from(["2020-02-30", "9999-12-31", "0001-01-01"]),
                ),
                max_size=4,
            ),
            st.integers(0, 90_000),
        ),
        max_size=12,
    )
)
def test_the_door_lets_nothing_in_that_makes_a_fold_raise(
    made: list[tuple[str, dict[str, Any], int]],
) -> None:
    first = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)
    records = [
        keeper.record(n, kind, histories.FIRST[0], str((first + timedelta(days=days)).date()), **data)
        for n, (kind, data, days) in enumerate(made)
    ]
    admitted = routes.admit_what_may(records, TREE)
    for case, one in folded(admitted).items():
        assert all(abs(value) <= ledger.AMOUNT_LIMIT * len(records) for value in one[1].values()), case
