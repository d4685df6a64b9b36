"""The invented feeds: the same for a seed, marked for what they are, and, counted here by another hand, what
they promise.
"""

from __future__ import annotations

import collections
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from services.feeds import demo, demo_places, seasons, yanbian
from tests.real import annexes, reckoning

Event = dict[str, Any]
UNTIL = date(2026, 11, 21)
REVIEWS = ("申", "监", "抗")
COURT = re.compile(r"(?:（[0-9]{4}）)?([吉示][0-9]*)")


def recount(
    events: Iterable[Event],
    year: int,
    *,
    deciding: bool = False,
    links: bool = True,
    retractions: bool = True,
) -> dict[str, collections.Counter[str]]:
    """By court and measure, what the annexes count in a year. The switches make the three mistakes to be
    found.
    """
    every = {event["id"]: event for event in events}
    families: dict[str, list[Event]] = collections.defaultdict(list)
    for event in every.values():
        if retractions or event["type"] != "event.retracted":
            families[str(event.get("replaces", event["id"]))].append(event)
    counting = [
        max(family, key=lambda one: (one.get("revision", 0), one["id"])) for family in families.values()
    ]
    links_of: dict[str, dict[str, str]] = collections.defaultdict(dict)
    for event in counting:
        for link in event["data"].get("links", ()):
            links_of[event["subject"]][link["role"]] = link["subject"]
    figures: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for event in counting:
        if event["time"][:4] == str(year):
            for role, measure in measures_of(event):
                case = links_of[event["subject"]].get(role) if links else event["subject"]
                if case is not None:
                    figures[court_of(event["subject"] if deciding else case)][measure] += 1
    return figures


def measures_of(event: Event) -> list[tuple[str, str]]:
    """The role an event is counted by and the measure it adds to."""
    kind, data = event["type"], event["data"]
    review = any(code in event["subject"] for code in REVIEWS)
    if kind == "appeal.decided" and data["outcome"] in ("altered", "remanded"):
        return [("appealed", f"appeal_{data['outcome']}")]
    if kind == "retrial.decided" and data["outcome"] in ("altered", "remanded"):
        return [("effective", f"retrial_{data['outcome']}")]
    if kind == "retrial.granted":
        return [("effective", f"retrial_{data['kind']}")]
    if kind == "case.filed":
        return [("appealed", "appeals_filed"), *([("effective", "applications_filed")] if review else [])]
    if kind == "case.closed" and review:
        return [("effective", "applications_closed")]
    return []


def court_of(case: str) -> str:
    found = COURT.match(case)
    assert found is not None, case
    return found[1]


@pytest.fixture(scope="module")
def reconstructed() -> list[Event]:
    return list(yanbian.events())


def wanted() -> dict[str, dict[str, int]]:
    rows = annexes.read()
    return {
        court: {name: rows[court][name] for name in annexes.MEASURES} for court in annexes.COURTS.values()
    }


def shown(figures: dict[str, collections.Counter[str]]) -> dict[str, dict[str, int]]:
    return {
        court: {name: figures[court][name] for name in annexes.MEASURES} for court in annexes.COURTS.values()
    }


def test_the_reconstructed_cases_add_up_to_both_annexes(reconstructed: list[Event]) -> None:
    assert shown(recount(reconstructed, 2018)) == wanted()


@pytest.mark.parametrize("mistake", [{"deciding": True}, {"links": False}, {"retractions": False}])
def test_each_wrong_way_of_counting_gives_other_figures(
    reconstructed: list[Event], mistake: dict[str, bool]
) -> None:
    assert shown(recount(reconstructed, 2018, **mistake)) != wanted()


def test_what_must_not_count_is_at_least_as_much_as_what_counts(reconstructed: list[Event]) -> None:
    counted = sum(sum(row.values()) for row in wanted().values())
    decisive = {"appeal.decided", "retrial.decided", "retrial.granted", "event.retracted"}
    told = sum(event["type"] in decisive or bool(measures_of(event)) for event in reconstructed)
    assert told - counted >= counted
    outcomes = collections.Counter(
        event["data"].get("outcome") for event in reconstructed if event["type"] == "appeal.decided"
    )
    assert min(outcomes[name] for name in ("upheld", "withdrawn", "mediated", "dismissed")) > 50
    assert (
        min(sum(event["time"].startswith(year) for event in reconstructed) for year in ("2017", "2019"))
        > 2_000
    )
    assert sum("replaces" in event for event in reconstructed) > 300
    assert len(reconstructed) - len({event["id"] for event in reconstructed}) > 300


def test_an_id_never_has_two_contents_and_a_seed_tells_the_same(reconstructed: list[Event]) -> None:
    assert list(yanbian.events()) == reconstructed
    assert list(yanbian.events(1)) != reconstructed
    for feed in (reconstructed, list(demo.events(UNTIL, cases=1_000))):
        contents: dict[str, Event] = {}
        for event in feed:
            assert contents.setdefault(event["id"], event) == event


def test_every_event_says_that_it_is_invented(reconstructed: list[Event]) -> None:
    assert {event["data"]["ext"]["reconstructed"] for event in reconstructed} == {1}
    assert {event["data"]["ext"]["demo"] for event in demo.events(UNTIL, cases=1_000)} == {1}


def test_the_demonstration_names_invented_courts_only() -> None:
    subjects = [
        event["subject"] for event in demo.events(UNTIL, cases=1_000) if "malformed" not in event["id"]
    ]
    assert {re.sub("（[0-9]{4}）", "", subject)[0] for subject in subjects} == {"示"}


@pytest.mark.parametrize(("cases", "least"), [(demo.CASES, 8_000), (demo.CASES_LAST, 18_000)])
def test_the_demonstration_holds_about_the_cases_asked_for_and_never_more(cases: int, least: int) -> None:
    subjects = {event["subject"] for event in demo.events(date(2026, 12, 31), cases=cases)}
    assert least <= len(subjects) <= demo.CASES_LAST


def test_a_later_day_only_adds_to_the_demonstration() -> None:
    first = {
        event["id"]: event for event in demo.events(UNTIL, cases=1_000) if "malformed" not in event["id"]
    }
    later = {event["id"]: event for event in demo.events(date(2026, 12, 9), cases=1_000)}
    assert len(later) > len(first)
    assert {key: later.get(key) for key in first} == first
    assert max(event["time"] for event in first.values() if event["type"] != "source.day_closed")[:10] <= str(
        UNTIL
    )


def test_families_are_told_whole() -> None:
    seen: set[str] = set()
    for family in demo.Feed(UNTIL, 1_000).told():
        cases = {event["subject"] for event in family} - set(demo_places.COURTS)
        assert not cases & seen
        for event in family:
            for link in event["data"].get("links", ()):
                # A dispute is a key and no case: cases of several families may name the same.
                assert link["role"] == "dispute" or link["subject"] in cases
        seen |= cases


def test_the_door_refuses_of_the_demonstration_only_what_is_malformed_on_purpose() -> None:
    courts = reckoning.DEFINITIONS / "demo" / "courts.csv"
    books = reckoning.Books(demo.events(UNTIL, cases=2_000), ["demo"], courts)
    assert 1 <= len(books.refused) <= 4
    assert all((one.id or "").startswith("malformed-") for one in books.refused)
    assert [event.unknown for event in books.events if event.unknown] == []


def test_a_declared_day_says_what_was_sent_except_where_one_court_says_more() -> None:
    events = {event["id"]: event for event in demo.events(UNTIL, cases=1_000)}.values()
    sent: collections.Counter[tuple[str, str, str]] = collections.Counter()
    for event in events:
        told = "replaces" not in event and event["type"] != "source.day_closed"
        if told and "malformed" not in event["id"]:
            sent[court_of(event["subject"]), event["time"][:10], event["type"]] += 1
    short = set()
    for event in events:
        if event["type"] == "source.day_closed":
            for kind, count in event["data"]["counts"].items():
                if count != sent[event["subject"], event["data"]["day"], kind]:
                    short.add(event["subject"])
    assert short == {demo.SHORT_COURT}


def test_courts_rest_on_weekends_and_at_lunar_new_year() -> None:
    assert seasons.at_rest(date(2026, 2, 17))
    assert seasons.at_rest(date(2026, 11, 21))
    assert not seasons.at_rest(date(2026, 11, 20))
    told = [event["time"][:10] for event in demo.events(UNTIL, cases=1_000) if event["type"] == "case.closed"]
    assert not any(seasons.at_rest(date.fromisoformat(day)) for day in told)


def test_the_demonstration_refuses_more_cases_than_it_may_hold() -> None:
    with pytest.raises(ValueError, match="20,000"):
        demo.Feed(UNTIL, 20_001)
