"""The books, end to end on a real database: events in, lines posted, values out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.keeper import Keeper, pack, record

CASE = "（2020）示2401民初1号"


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    kept = Keeper(database, [pack("small")])
    yield kept
    kept.close()


def test_one_event_in_gives_one_line_and_one_value_out(keeper: Keeper) -> None:
    assert keeper.push(record(1, "case.filed", CASE, "2020-03-02")) == ["accepted"]
    keeper.settle()
    assert keeper.number("small.filed", "示2401", "2020-03") == 1
    assert keeper.number("small.pending", "示24", "2020-06", scope="all") == 1
    assert keeper.number("small.pending", "示24", "2020-06", scope="own") == 0
    assert len(keeper.query("SELECT 1 FROM posting")) == 2


OTHER = "（2020）示2402民初2号"


@pytest.mark.parametrize("late", ["original", "correction", "second correction"])
def test_a_family_that_spans_two_cases_refolds_both_whichever_comes_last(keeper: Keeper, late: str) -> None:
    family = {
        "original": record(1, "case.filed", CASE, "2020-03-02"),
        "correction": record(2, "case.filed", OTHER, "2020-03-02", replaces="e1", revision=1),
        "second correction": record(3, "case.filed", CASE, "2020-04-02", replaces="e1", revision=2),
    }
    for name, one in family.items():
        if name != late:
            keeper.push(one)
            keeper.settle()
    keeper.push(family[late])
    keeper.settle()
    assert keeper.number("small.filed", "示2402", "2020") == 0
    assert keeper.number("small.filed", "示2401", "2020-03") == 0
    assert keeper.number("small.filed", "示2401", "2020-04") == 1


def test_an_outcome_reaches_the_case_appealed_whichever_of_link_and_outcome_comes_last(database: str) -> None:
    appeal = "（2020）示24民终7号"
    kept = Keeper(database, [pack("court-core")])
    link = record(1, "case.filed", appeal, "2020-05-02", links=[{"role": "appealed", "subject": CASE}])
    outcome = record(2, "appeal.decided", appeal, "2020-06-01", outcome="altered")
    kept.push(outcome)
    kept.settle()
    assert kept.number("court-core.appeal_altered", "示2401", "2020") == 0
    kept.push(link)
    kept.settle()
    assert kept.number("court-core.appeal_altered", "示2401", "2020") == 1
    unlinked = record(3, "case.filed", appeal, "2020-05-02", replaces="e1", revision=1)
    kept.push(unlinked)
    kept.settle()
    assert kept.number("court-core.appeal_altered", "示2401", "2020") == 0
    assert kept.query("SELECT count(*) FROM dirty_case") == [(0,)]
    kept.close()
