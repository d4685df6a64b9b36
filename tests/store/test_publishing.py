"""Publishing on a running system: versions fill beside the old, no worker posts by an older catalogue,
nothing is left unvalued."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from plumbline import errors
from plumbline.catalog import reading
from plumbline.catalog.definitions import Pack
from plumbline.store import catalogue, engine, pages, values
from services.scoring.scorer import Scorer
from tests import keeper
from tests.keeper import Keeper, record
from tests.properties import books

CASE = "（2020）示2401民初1号"
APPEAL = "（2020）示24民终1号"


def edition(number: int, name: str = "links") -> Pack:
    """An edition of one of the tests' packs."""
    folder: Path = keeper.PACKS / name / str(number) / name
    return reading.read_pack(folder, reading.Shelf(keeper.DEFINITIONS))


@pytest.fixture
def kept(database: str) -> Iterator[Keeper]:
    one = Keeper(database, [edition(1)])
    yield one
    one.close()


def file_and_close(kept: Keeper, number: int = 1, case: str = CASE) -> None:
    kept.push(
        record(number, "case.filed", case, "2020-03-02"),
        record(number + 1, "case.closed", case, "2020-04-02", method="judgment"),
    )


def kept_cells(kept: Keeper, indicator: str, version: str) -> set[tuple[str, str]]:
    rows = kept.query(
        "SELECT DISTINCT court, scope FROM value WHERE indicator = %s AND version = %s", indicator, version
    )
    return {(row[0], row[1]) for row in rows}


def test_accounts_of_a_new_version_fill_and_then_are_complete(kept: Keeper) -> None:
    file_and_close(kept)
    kept.settle()
    kept.publish(edition(2))
    assert kept.value("links.altered", "示2401", "2020", version="2").reason == "filling"
    assert kept.number("links.filed", "示2401", "2020") == 1
    kept.settle()
    assert kept.number("links.altered", "示2401", "2020", version="2") == 0
    assert not kept.query("SELECT 1 FROM account WHERE status <> 'complete'")


def test_a_case_folded_under_a_new_version_posts_only_what_the_version_adds(kept: Keeper) -> None:
    file_and_close(kept)
    kept.settle()
    before = kept.query("SELECT count(*) FROM posting")
    kept.publish(edition(2))
    kept.settle()
    assert kept.query("SELECT count(*) FROM posting") == before


def test_a_worker_with_an_older_catalogue_steps_aside(kept: Keeper) -> None:
    file_and_close(kept)
    known = kept.scorer.knowledge()
    kept.publish(edition(2))
    with pytest.raises(errors.StaleGeneration), engine.transaction(kept.pool) as connection:
        pages.step(
            connection, known.book, known.subjects, kept.scorer.zone_of, tree_mark=known.edition.tree, most=9
        )
    assert kept.query("SELECT count(*) FROM dirty_case") == [(1,)]
    assert kept.scorer.post() is not None
    assert kept.query("SELECT generation FROM page") == [(2,)]


def test_publishing_waits_for_running_pages(kept: Keeper) -> None:
    file_and_close(kept)
    known = kept.scorer.knowledge()
    done = threading.Event()

    def publish() -> None:
        kept.publish(edition(2))
        done.set()

    with engine.transaction(kept.pool) as connection:
        posted = pages.step(
            connection, known.book, known.subjects, kept.scorer.zone_of, tree_mark=known.edition.tree, most=9
        )
        assert posted is not None
        worker = threading.Thread(target=publish)
        worker.start()
        assert not done.wait(0.3)
    worker.join(10)
    assert done.is_set()
    kept.settle()
    assert kept.number("links.filed", "示2401", "2020") == 1


def test_a_published_version_never_changes(kept: Keeper) -> None:
    folder = keeper.PACKS / "links" / "2" / "links"
    other = reading.pack_from_document(
        {**reading.read_pack(folder, reading.Shelf()).document, "version": "1"}, {}
    )
    with pytest.raises(errors.Conflict):
        kept.publish(other)
    with engine.transaction(kept.pool) as connection:
        assert catalogue.publish(connection, [edition(1)], by="test").generation == 1


def test_a_new_indicator_over_accounts_already_kept_is_valued(kept: Keeper) -> None:
    file_and_close(kept)
    kept.settle()
    kept.publish(edition(2))
    kept.settle()
    assert ("示24", "all") in kept_cells(kept, "links.burden", "2")


def test_a_new_indicator_is_valued_in_every_month_there_is(kept: Keeper) -> None:
    for number, month in enumerate((1, 3, 6), 1):
        case = f"（2020）示2401民初{number}号"
        kept.push(
            record(2 * number, "case.filed", case, f"2020-{month:02}-02"),
            record(2 * number + 1, "case.closed", case, f"2020-{month:02}-20", method="judgment"),
        )
    kept.settle()
    kept.publish(edition(2))
    kept.settle()
    periods = kept.query(
        "SELECT period FROM value WHERE indicator = 'links.burden' AND court = '示2401' AND scope = 'own'"
        " AND category = 'all' AND length(period) = 7 AND period NOT LIKE '%Q%' ORDER BY period"
    )
    assert {row[0] for row in periods} >= {"2020-01", "2020-03", "2020-06"}


def test_a_new_indicator_is_valued_from_the_first_month_though_its_lines_add_up_to_nothing(
    kept: Keeper,
) -> None:
    kept.publish(books.edition(1))
    kept.push(
        record(1, "case.filed", CASE, "2020-01-05"),
        record(2, "case.closed", CASE, "2020-01-20", method="ruling"),
    )
    file_and_close(kept, 3, "（2020）示2401民初2号")
    kept.settle()
    kept.publish(books.edition(2))
    kept.settle()
    rows = kept.query(
        "SELECT numerator::int FROM value WHERE indicator = 'machine.stock_growth' AND period = '2020-01'"
        " AND court = '示2401' AND scope = 'own' AND category = 'all'"
    )
    assert rows == [(0,)]


def test_what_only_the_newer_version_serves_after_a_retirement_is_valued(kept: Keeper) -> None:
    file_and_close(kept)
    kept.settle()
    kept.publish(edition(2))
    kept.settle()
    kept.retire("links", "1")
    kept.settle()
    assert ("示24", "all") in kept_cells(kept, "links.clearance", "2")


def test_an_account_that_was_out_of_the_books_is_filled_again(kept: Keeper) -> None:
    file_and_close(kept)
    kept.settle()
    kept.publish(edition(3))
    kept.retire("links", "1")
    kept.settle()
    file_and_close(kept, 3, "（2020）示2401民初2号")
    kept.settle()
    kept.publish(edition(4))  # means by `closed` what edition 1 meant
    kept.settle()
    assert kept.number("links.closed", "示2401", "2020", version="4") == 2


def test_a_retired_version_published_again_stays_in_the_books_or_is_refused(kept: Keeper) -> None:
    kept.publish(edition(2))
    kept.retire("links", "2")
    try:
        kept.publish(edition(2))
    except errors.PlumblineError:
        return
    kept.publish(edition(3))
    with engine.transaction(kept.pool) as connection:
        assert {pack.version for pack in catalogue.read_generation(connection)[1]} == {"1", "2", "3"}


def test_a_case_known_only_by_a_link_is_reached_by_a_new_measure(kept: Keeper) -> None:
    linked = [{"role": "appealed", "subject": CASE}]
    kept.push(
        record(1, "case.filed", APPEAL, "2020-05-02", links=linked),
        record(2, "appeal.decided", APPEAL, "2020-06-02", outcome="altered"),
    )
    kept.settle()
    kept.publish(edition(2))
    kept.settle()
    assert kept.number("links.altered", "示2401", "2020") == 1


def test_a_second_worker_learns_that_an_account_is_complete(kept: Keeper) -> None:
    file_and_close(kept)
    kept.settle()
    kept.publish(edition(1, "closings"))
    other = Scorer(kept.pool, lambda: kept.now, "Asia/Shanghai")
    assert any(version.filling for version in other.knowledge().catalogue.everything())
    while kept.scorer.post() is not None:
        pass
    kept.scorer.complete()
    while other.value() is not None:
        pass
    assert kept.query("SELECT DISTINCT reason FROM value WHERE reason = 'filling'") == []


def test_what_was_valued_while_filling_is_valued_again_when_complete(kept: Keeper) -> None:
    file_and_close(kept)
    kept.settle()
    kept.publish(edition(2))
    file_and_close(kept, 3, "（2020）示2401民初2号")
    kept.scorer.most = 1
    kept.scorer.post()  # the live case goes first, so its cells are valued while the new account is filling
    while kept.scorer.value() is not None:
        pass
    assert kept.query("SELECT DISTINCT reason FROM value WHERE indicator = 'links.contested'") == [
        ("filling",)
    ]
    kept.settle()
    assert kept.query("SELECT DISTINCT reason FROM value WHERE indicator = 'links.contested'") != [
        ("filling",)
    ]


def test_a_month_that_opened_while_filling_is_valued_again_when_complete(kept: Keeper) -> None:
    file_and_close(kept)
    kept.settle()
    kept.publish(edition(2))
    kept.now += timedelta(days=1)  # 1 July: every series of an indicator is valued for the new month
    kept.scorer.open_days()
    while kept.scorer.value() is not None:
        pass
    july = "SELECT DISTINCT reason FROM value WHERE indicator = 'links.contested' AND period = '2020-07'"
    assert kept.query(july) == [("filling",)]
    kept.settle()
    assert kept.query(july) == [("zero_denominator",)]


def test_a_valuer_with_an_older_catalogue_takes_no_marks(kept: Keeper) -> None:
    kept.settle()
    known = kept.scorer.knowledge()
    kept.publish(edition(1, "closings"))
    file_and_close(kept)
    poster = Scorer(kept.pool, lambda: kept.now, "Asia/Shanghai")
    while poster.post() is not None:
        pass
    try:
        with engine.transaction(kept.pool) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            values.step(connection, known.catalogue, known.tree, kept.today(), most=1000)
    except errors.StaleGeneration:
        pass
    kept.settle()
    assert ("示24", "all") in kept_cells(kept, "closings.by_judgment", "1")


def test_a_refill_lets_live_cases_go_first(kept: Keeper) -> None:
    file_and_close(kept)
    kept.settle()
    kept.publish(edition(1, "closings"))
    file_and_close(kept, 3, "（2020）示2401民初2号")
    kept.scorer.most = 1
    kept.scorer.post()
    assert kept.query("SELECT cause FROM page ORDER BY number DESC LIMIT 1") == [("event",)]
