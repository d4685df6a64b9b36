"""What is planted in the demonstration's last year: told the same each time, in words the door takes, named for every kind of
watch; the large ones are found on a small cut.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from plumbline.catalog.watch_kinds import KINDS
from plumbline.runtime import settings as settings_
from plumbline.store import engine, watches
from services.bench import demo_books, demo_deviations
from services.bench.demo_books import Books, Played
from services.commands import demo_watches
from services.feeds import demo, demo_acts, demo_places, demo_plants
from services.feeds.histories import Event
from services.scoring.watcher import Watcher

UNTIL, CASES, SEED = date(2025, 12, 31), 2_000, 616
FEED_ACTS = {"told", "more", "withheld"}


def told(
    until: date = UNTIL, seed: int = SEED, *, planted: bool = True
) -> tuple[demo.Feed, dict[str, Event]]:
    feed = demo.Feed(until, CASES, seed, planted=planted)
    events = (event for family in feed.told() for event in family)
    return feed, {event["id"]: event for event in events if "malformed" not in event["id"]}


def quiet(line: str) -> None:
    """Say nothing."""


def test_every_kind_of_watch_has_a_plant_and_every_plant_a_watch() -> None:
    plants = (*demo_plants.TOLD_BEFORE, *demo_plants.PLANTS)
    kinds = {one.kind for one in plants} | {
        "year_end"
    }  # planted as `ceiling`: the same cases run ahead of the year's line
    assert kinds == set(KINDS)
    assert any("fagaizhi_ahead" in dict(one.seen_by) for one in demo_plants.PLANTS)
    assert len({one.id for one in plants}) == len(plants)
    assert len({one.seed for one in demo_plants.PLANTS}) == len(demo_plants.PLANTS)
    assert {one.act for one in plants} <= demo_acts.ACTS.keys() | FEED_ACTS
    assert {one.court for one in plants} <= set(demo_places.BASIC)


def test_plants_are_told_the_same_each_time_and_a_later_day_only_adds() -> None:
    feed, whole = told()
    again, same = told()
    assert list(same.values()) == list(whole.values())
    assert again.planter.touched == feed.planter.touched
    down = demo_plants.PLANTS[[one.act for one in demo_plants.PLANTS].index("withheld")].span(UNTIL.year)[1]
    for until in (down, down + timedelta(days=30)):
        _, earlier = told(until)
        assert {key: whole.get(key) for key in earlier} == earlier
    assert told(seed=SEED + 1)[0].planter.touched != feed.planter.touched


def test_a_plant_changes_its_own_cases_and_nothing_else() -> None:
    feed, with_plants = told()
    _, without = told(planted=False)
    touched = {case for cases in feed.planter.touched.values() for case in cases}
    courts = {one.court for one in demo_plants.PLANTS}
    gone = [event for key, event in without.items() if with_plants.get(key) != event]
    closings = [event for event in gone if event["type"] == "case.closed" and "初" in event["subject"]]
    assert closings
    assert {event["subject"] for event in closings} <= touched
    counted = {event["subject"] for event in gone if event["type"] == "source.day_closed"}
    assert counted <= {*courts, demo_places.MIDDLE}
    others = [event for event in with_plants.values() if demo_places.court_of(event["subject"]) == "示2404"]
    assert others == [
        event for event in without.values() if demo_places.court_of(event["subject"]) == "示2404"
    ]


@pytest.fixture(scope="module")
def books(module_database: str) -> Iterator[tuple[demo.Feed, Books]]:
    feed, events = told()
    found = Books(module_database, UNTIL)
    found.load(events.values(), quiet)  # the door refuses none of them
    yield feed, found
    found.close()


@pytest.fixture(scope="module")
def played(books: tuple[demo.Feed, Books]) -> tuple[Played, ...]:
    """What watches over cases, nodes and balances told in the autumn."""
    days = date(2025, 9, 1), date(2025, 11, 5)
    return tuple(
        demo_books.play(books[1], owned, *days)
        for owned in books[1].watches(UNTIL).values()
        if owned.watch.kind in ("clock", "node", "stock_flow")
    )


@pytest.mark.parametrize("plant", ["limits", "unfiled", "nodes"])
def test_a_large_plant_is_found(
    books: tuple[demo.Feed, Books], played: tuple[Played, ...], plant: str
) -> None:
    (one,) = (each for each in demo_plants.PLANTS if each.id == plant)
    assert one.large
    touched = {plant: books[0].planter.touched[plant]}
    run = demo_deviations.Run(played, played[0], touched, 2025, 0)
    (row,) = (each for each in demo_deviations.rows(run) if each.plant.id == plant)
    if one.kind in ("clock", "node"):
        assert {case for case, _, _ in row.named} <= set(touched[plant])
        assert len(row.named) >= len(touched[plant]) / 2
    else:
        assert row.first is not None
        assert row.first.court == one.court


def test_a_replay_of_the_feeds_judges_them(books: tuple[demo.Feed, Books]) -> None:
    (owned,) = (one for one in books[1].watches(UNTIL).values() if one.watch.kind == "feed")
    played = demo_books.play(books[1], owned, date(2025, 9, 25), date(2025, 10, 20))
    assert played.unknown == 0
    rested = [one for one in played.told if date(2025, 10, 2) <= one.opened <= date(2025, 10, 8)]
    assert [one for one in rested if one.court != demo.SHORT_COURT] == [], "a holiday is no loss"


def test_the_watches_of_the_demonstration_are_replayed_and_armed_once(
    books: tuple[demo.Feed, Books], module_database: str, tmp_path: Path
) -> None:
    settings = settings_.load(state=tmp_path)
    watcher, done = Watcher(books[1].scorer), threading.Event()
    said: list[str] = []

    def score() -> None:
        while not done.wait(0.05):
            while watcher.replay():
                pass

    scoring = threading.Thread(target=score, daemon=True)
    scoring.start()
    try:
        count = demo_watches.run(settings, module_database, said.append)
        assert demo_watches.run(settings, module_database, said.append) == 0
        with engine.transaction(books[1].pool) as connection:
            armed = watches.list_armed(connection)
            assert {one.armed_by for one in armed} == {demo_watches.BY}
            assert len(armed) == count == len(books[1].watches(UNTIL))
            watches.disarm(connection, armed[0].watch, "office", "不看")
        assert demo_watches.run(settings, module_database, said.append) == 0
        with engine.transaction(books[1].pool) as connection:
            assert armed[0].watch not in {one.watch for one in watches.list_armed(connection)}
    finally:
        done.set()
        scoring.join(60)
    assert len(said) == 1
