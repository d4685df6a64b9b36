"""Posting: claims never overlap, no mark is lost, a crash leaves nothing, and pages are numbered as they
commit."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest

from plumbline.store import engine, pages
from services.scoring import scorer as scoring
from tests.keeper import Keeper, pack, record
from tests.properties import books
from tests.store.test_publishing import edition

CASE, OTHER = "（2020）示2401民初1号", "（2020）示2402民初2号"
APPEAL, SECOND_APPEAL = "（2020）示24民终1号", "（2020）示24民终2号"


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    kept = Keeper(database, [pack("small")])
    yield kept
    kept.close()


@pytest.fixture
def linked(database: str) -> Iterator[Keeper]:
    kept = Keeper(database, [edition(2)])
    yield kept
    kept.close()


def step(kept: Keeper, connection: engine.Connection, most: int = 10) -> pages.Posted | None:
    known = kept.scorer.knowledge()
    return pages.step(
        connection, known.book, known.subjects, kept.scorer.zone_of, tree_mark=known.edition.tree, most=most
    )


def test_two_workers_never_hold_one_court(keeper: Keeper) -> None:
    keeper.push(record(1, "case.filed", CASE, "2020-03-02"), record(2, "case.filed", OTHER, "2020-03-02"))
    with engine.transaction(keeper.pool) as one, engine.transaction(keeper.pool) as two:
        first = pages._claim(one, 10)
        second = pages._claim(two, 10)
        assert first is not None
        assert second is not None
        assert {first.home_court, second.home_court} == {"示2401", "示2402"}
        with engine.transaction(keeper.pool) as three:
            assert pages._claim(three, 10) is None


def test_a_mark_committed_while_its_case_is_folded_is_not_lost(keeper: Keeper) -> None:
    keeper.push(record(1, "case.filed", CASE, "2020-03-02"))
    with engine.transaction(keeper.pool) as connection:
        assert step(keeper, connection) is not None
        keeper.push(record(2, "case.closed", CASE, "2020-04-02", method="judgment"))
    assert keeper.query("SELECT count(*) FROM dirty_case") == [(1,)]
    keeper.settle()
    assert keeper.number("small.closed", "示2401", "2020-04") == 1


@pytest.mark.parametrize("point", ["after_posting", "before_page_commit", "before_value_commit"])
def test_a_step_that_breaks_off_leaves_everything_as_it_was(keeper: Keeper, point: str) -> None:
    keeper.push(record(1, "case.filed", CASE, "2020-03-02"))
    if point == "before_value_commit":
        keeper.scorer.post()
    waiting = "dirty_value" if point == "before_value_commit" else "dirty_case"
    before = keeper.query(f"SELECT count(*) FROM {waiting}"), keeper.query("SELECT count(*) FROM posting")

    def reach(at: str) -> None:
        if at == point:
            raise ZeroDivisionError

    with mock.patch.object(scoring, "reach", reach), pytest.raises(ZeroDivisionError):
        keeper.scorer.value() if point == "before_value_commit" else keeper.scorer.post()
    assert (
        keeper.query(f"SELECT count(*) FROM {waiting}"),
        keeper.query("SELECT count(*) FROM posting"),
    ) == before
    keeper.settle()
    assert keeper.number("small.filed", "示2401", "2020-03") == 1
    books.check_sums(keeper)


def breaking(point: str) -> None:
    """The worker dies with its page closed and not committed."""
    if point == "before_page_commit":
        raise ZeroDivisionError


def test_pages_are_numbered_without_gaps_in_the_order_of_commit(keeper: Keeper) -> None:
    for number in range(1, 6):
        keeper.push(record(number, "case.filed", f"（2020）示2401民初{number}号", "2020-03-02"))
        with mock.patch.object(scoring, "reach", breaking), pytest.raises(ZeroDivisionError):
            keeper.scorer.post()
        keeper.settle()
    books.check_sums(keeper)
    assert keeper.query("SELECT number FROM page ORDER BY closed_at") == [(number,) for number in range(1, 6)]


def test_a_case_that_cannot_be_folded_is_parked_and_holds_up_no_other(keeper: Keeper) -> None:
    from plumbline import fold

    original = fold.fold

    def folding(case: object, *given: object, **more: object) -> object:
        if getattr(case, "text", "") == CASE:
            raise ZeroDivisionError("a slip")
        return original(case, *given, **more)  # type: ignore[arg-type]  # a plain wrapper

    keeper.push(
        record(1, "case.filed", CASE, "2020-03-02"),
        record(2, "case.filed", "（2020）示2401民初9号", "2020-03-02"),
    )
    with mock.patch.object(fold, "fold", folding):
        keeper.settle()
    assert keeper.query("SELECT subject FROM parked_case") == [(CASE,)]
    assert keeper.number("small.filed", "示2401", "2020-03") == 1
    assert keeper.query("SELECT count(*) FROM dirty_case") == [(0,)]


def test_a_parked_case_that_folds_again_is_parked_no_longer(keeper: Keeper) -> None:
    test_a_case_that_cannot_be_folded_is_parked_and_holds_up_no_other(keeper)
    keeper.push(record(3, "case.closed", CASE, "2020-04-02", method="judgment"))
    keeper.settle()
    assert keeper.number("small.filed", "示2401", "2020-03") == 2
    assert keeper.query("SELECT subject FROM parked_case") == []


def file_appeal(kept: Keeper) -> None:
    kept.push(
        record(1, "case.filed", APPEAL, "2020-05-02", links=[{"role": "appealed", "subject": CASE}]),
        record(2, "appeal.decided", APPEAL, "2020-06-02", outcome="altered"),
    )
    kept.settle()
    assert kept.number("links.altered", "示2401", "2020") == 1


def test_a_link_whose_event_moves_to_another_case_frees_the_case_it_led_to(linked: Keeper) -> None:
    file_appeal(linked)
    to_other = [{"role": "appealed", "subject": OTHER}]
    linked.push(
        record(3, "case.filed", SECOND_APPEAL, "2020-05-02", links=to_other, replaces="e1", revision=1)
    )
    linked.settle()
    assert linked.number("links.altered", "示2401", "2020") == 0
    assert linked.number("links.altered", "示2402", "2020") == 0


def test_a_link_retracted_in_another_case_frees_the_case_it_led_to(linked: Keeper) -> None:
    file_appeal(linked)
    linked.push(record(3, "event.retracted", SECOND_APPEAL, "2020-05-02", replaces="e1", revision=1))
    linked.settle()
    assert linked.number("links.altered", "示2401", "2020") == 0


def test_an_outcome_that_moves_to_another_case_leaves_the_case_appealed(linked: Keeper) -> None:
    file_appeal(linked)
    linked.push(
        record(3, "appeal.decided", SECOND_APPEAL, "2020-06-02", outcome="altered", replaces="e2", revision=1)
    )
    linked.settle()
    assert linked.number("links.altered", "示2401", "2020") == 0


def test_a_link_to_a_court_nobody_loaded_leaves_no_mark_that_never_goes(linked: Keeper) -> None:
    linked.push(
        record(
            1,
            "case.filed",
            APPEAL,
            "2020-05-02",
            links=[{"role": "appealed", "subject": "（2018）京01民初1号"}],
        )
    )
    linked.settle()
    assert linked.query("SELECT count(*) FROM dirty_case") == [(0,)]


def test_a_figure_retracted_after_it_was_valued_is_not_reported(database: str) -> None:
    kept = Keeper(database, [pack("figures")])
    kept.push(
        record(1, "figure.reported", "示2401", "2020-02-05", measure="votes", **SPAN, value=40, unit="number")
    )
    kept.push(
        record(
            2, "figure.reported", "示2401", "2020-02-05", measure="staff", **SPAN, value=17, unit="persons"
        )
    )
    kept.settle()
    assert kept.number("figures.votes", "示2401", "2020-01") == 40
    kept.push(record(3, "event.retracted", "示2401", "2020-02-06", replaces="e1", revision=1))
    kept.push(record(4, "event.retracted", "示2401", "2020-02-06", replaces="e2", revision=1))
    kept.settle()
    assert kept.value("figures.votes", "示2401", "2020-01").reason == "not_reported"
    assert kept.value("figures.staff", "示2401", "2020-01").reason == "not_reported"
    kept.close()


SPAN = {"from": "2020-01-01", "until": "2020-01-31"}
