"""Anonymous votes: papers once, marks into totals, means once; nothing stored ties a paper to a mark."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline import ballots
from tests.services.api import offices
from tests.services.api.offices import Prefecture


@pytest.fixture(scope="module")
def books(module_database: str) -> str:
    return offices.scored(module_database)


@pytest.fixture
def town(server_dsn: str, books: str) -> Iterator[Prefecture]:
    yield from offices.prefecture(server_dsn, books)


def opened(town: Prefecture, **more: Any) -> Any:
    return town.done("ballots", town.ballot(**more), "office")


def finish(town: Prefecture, ballot: Any) -> Any:
    town.later(hours=2)
    town.done(f"ballots/{ballot['ballot']['id']}/close", {}, "office")
    return town.done(f"ballots/{ballot['ballot']['id']}/publish", {}, "office")


def read(town: Prefecture, ballot: Any, who: str = "office") -> Any:
    return town.api.get(f"/v1/ballots/{ballot['ballot']['id']}", who)


def test_a_ballot_from_its_opening_to_the_line_of_the_scorecard(town: Prefecture) -> None:
    assert town.line("assessment")["reason"] == "no_vote"
    ballot = opened(town)
    assert len(set(ballot["papers"])) == 5
    for paper, marks in zip(ballot["papers"][:4], ((12, 6), (9, 6), (10, 6), (8, 7)), strict=True):
        assert town.vote(ballot, paper, *marks).json() == {"ballot": ballot["ballot"]["id"], "taken": True}
    assert [(one["mean"], one["reason"]) for one in read(town, ballot)["results"]] == [
        (None, "vote_open")
    ] * 2
    assert read(town, ballot)["count"] is None
    assert town.line("assessment")["reason"] == "vote_open"
    before = town.card()["known_at"]
    town.later(hours=2)
    town.done(f"ballots/{ballot['ballot']['id']}/close", {}, "office")
    assert town.line("assessment")["reason"] == "vote_not_published"
    found = town.done(f"ballots/{ballot['ballot']['id']}/publish", {}, "office")
    assert (found["state"], found["count"]) == ("published", 4)
    # (12 + 9 + 10 + 8) x 4 criteria over 16 marks; (6 + 6 + 6 + 7) x 4 over 16. The official order.
    assert [(one["court"], one["numerator"], one["denominator"], one["mean"]) for one in found["results"]] == [
        ("示2401", 156, 16, 9.75), ("示2402", 100, 16, 6.25),
    ]  # fmt: skip
    line = town.line("assessment")
    assert (line["points"], line["numerator"], line["denominator"], line["status"]) == (
        9.75,
        156,
        16,
        "scored",
    )
    assert town.line("assessment", who="court")["points"] == 9.75
    assert town.line("assessment", known_at=before)["reason"] == "vote_open"
    assert [name for _, name in town.audit("ballot.%")] == ["ballot.open", "ballot.close", "ballot.publish"]


def test_a_vote_below_the_minimum_publishes_nothing_and_may_be_held_again(town: Prefecture) -> None:
    ballot = opened(town)
    for paper in ballot["papers"][:2]:
        town.vote(ballot, paper, 12, 12)
    found = finish(town, ballot)
    assert (found["state"], found["count"]) == ("failed", None)
    assert [(one["mean"], one["numerator"], one["reason"]) for one in found["results"]] == [
        (None, None, "too_few_votes")
    ] * 2
    assert town.line("assessment")["reason"] == "too_few_votes"
    assert town.api.keeper.query("SELECT count(*) FROM ballot_total") == [(0,)]
    assert "count" not in str(town.api.keeper.query("SELECT detail FROM audit WHERE act = 'ballot.fail'"))
    town.now = None
    again = opened(town)
    for paper in again["papers"][:3]:
        town.vote(again, paper, 12, 0)
    assert finish(town, again)["count"] == 3
    assert town.line("assessment")["points"] == 12


def tables(town: Prefecture) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """Every table of the database, whole, with the transaction that wrote each row (xmin)."""
    found = {}
    for (name,) in town.api.keeper.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        columns = [
            row[0]
            for row in town.api.keeper.query(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                " AND table_schema = 'public' ORDER BY ordinal_position", name,
            )
        ]  # fmt: skip
        found[name] = (columns, town.api.keeper.query(f'SELECT xmin::text, t.* FROM "{name}" t'))
    return found


def test_the_whole_database_ties_no_paper_to_a_mark(town: Prefecture) -> None:
    ballot = opened(town)
    marks = {paper: (mark, 12 - mark) for mark, paper in enumerate(ballot["papers"][:4])}
    before = tables(town)
    for paper, given_marks in marks.items():
        assert town.vote(ballot, paper, *given_marks).status_code == 200
    after = tables(town)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"ballot_paper", "ballot_total"}
    assert after["ballot_paper"][0] == ["ballot", "digest", "used"]
    assert after["ballot_total"][0] == ["ballot", "subject", "criterion", "total"]
    # What the two have in common is the ballot, which is one for all papers and all totals.
    shared = set(after["ballot_paper"][0]) & set(after["ballot_total"][0])
    assert shared == {"ballot"}
    assert len({row[1] for name in changed for row in after[name][1]}) == 1
    # Struck or not, every paper was written by the same transaction; so was every total.
    assert len({row[0] for row in after["ballot_paper"][1]}) == 1
    assert len({row[0] for row in after["ballot_total"][1]}) == 1
    assert sorted(row[4] for row in after["ballot_total"][1]) == [6] * 4 + [42] * 4
    kept = {bytes(row[2]) for row in after["ballot_paper"][1]}
    assert kept == {ballots.digest_of(paper) for paper in ballot["papers"]}
    everything = str({name: rows for name, rows in after.items() if name != "ballot_paper"})
    assert not [paper for paper in ballot["papers"] if paper in str(after)]
    assert not [digest for digest in kept if digest.hex() in everything or str(digest) in everything]


def test_what_is_stored_does_not_depend_on_who_voted_first(town: Prefecture) -> None:
    kept = []
    marks = [(12, 1), (3, 4), (5, 6), (7, 8)]
    for year, seed in (("2025", 1), ("2024", 2)):
        ballot = opened(town, period=year)
        given_marks = list(zip(ballot["papers"], marks, strict=False))
        random.Random(seed).shuffle(given_marks)
        for paper, pair in given_marks:
            assert town.vote(ballot, paper, *pair).status_code == 200
        name = ballot["ballot"]["id"]
        totals = town.api.keeper.query(
            "SELECT subject, criterion, total FROM ballot_total WHERE ballot = %s ORDER BY 1, 2", name
        )
        papers = town.api.keeper.query(
            "SELECT used, digest FROM ballot_paper WHERE ballot = %s ORDER BY ctid", name
        )
        # Written in the order of their digests, not of handing out or striking.
        assert [row[1] for row in papers] == sorted(row[1] for row in papers)
        kept.append((totals, sorted(row[0] for row in papers)))
    assert kept[0] == kept[1]


def test_a_paper_counts_once_also_when_it_is_given_twice_at_once(town: Prefecture) -> None:
    ballot = opened(town)
    answers: list[int] = []
    ready = threading.Barrier(4)

    def give() -> None:
        ready.wait()
        answers.append(town.vote(ballot, ballot["papers"][0], 12, 12).status_code)

    several = [threading.Thread(target=give) for _ in range(4)]
    for each in several:
        each.start()
    for each in several:
        each.join()
    assert sorted(answers) == [200, 409, 409, 409]
    assert {row[0] for row in town.api.keeper.query("SELECT total FROM ballot_total")} == {12}


def test_a_vote_that_is_not_whole_strikes_no_paper(town: Prefecture) -> None:
    ballot = opened(town)
    path, paper = f"ballots/{ballot['ballot']['id']}/votes", ballot["papers"][0]
    whole = [
        {"court": code, "criterion": name, "mark": 5}
        for code in ("示2401", "示2402")
        for name in ballot["ballot"]["criteria"]
    ]
    for marks in (
        whole[:-1], [*whole, whole[0]], [{**whole[0], "mark": 13}, *whole[1:]], [{**whole[0], "mark": 1.5}, *whole[1:]],
        [{**whole[0], "court": "示24"}, *whole[1:]], [{**whole[0], "criterion": "other"}, *whole[1:]], [],
    ):  # fmt: skip
        assert town.refused(path, {"paper": paper, "marks": marks}, None)[0] == 400
    for wrong in ("x", "plb_" + "A" * 43, paper[:-1]):
        assert town.refused(path, {"paper": wrong, "marks": whole}, None) == (404, "not_found")
    assert town.refused(f"ballots/{offices.key()}/votes", {"paper": paper, "marks": whole}, None)[0] == 404
    assert town.refused(path + "?who=me", {"paper": paper, "marks": whole}, None) == (
        400,
        "unknown_parameter",
    )
    assert town.post(path, {"paper": paper, "marks": whole}, None).status_code == 200
    town.later(hours=2)
    other = {"paper": ballot["papers"][1], "marks": whole}
    assert town.refused(path, other, None) == (409, "conflict")
    town.now = None
    assert town.post(path, other, None).status_code == 200


def test_a_ballot_is_closed_in_time_and_published_once(town: Prefecture) -> None:
    ballot = opened(town, papers=3)
    path = f"ballots/{ballot['ballot']['id']}"
    assert town.refused(f"{path}/publish", {}, "office") == (409, "conflict")
    town.vote(ballot, ballot["papers"][0], 1, 1)
    assert town.refused(f"{path}/close", {}, "office") == (409, "conflict")
    for paper in ballot["papers"][1:]:
        town.vote(ballot, paper, 1, 1)
    assert town.done(f"{path}/close", {}, "office")["state"] == "closed"
    found = town.done(f"{path}/publish", {}, "office")
    assert town.done(f"{path}/publish", {}, "office") == found
    assert town.refused(f"{path}/publish", {}, "office_two") == (409, "conflict")
    assert len(town.audit("ballot.publish")) == 1
    for who, status in (
        (None, 401),
        ("court", 403),
        ("own_office", 404),
        ("elsewhere", 404),
        ("decider", 403),
    ):
        assert town.refused(f"{path}/close", {}, who)[0] == status, who


def test_papers_are_told_once(town: Prefecture) -> None:
    asked = town.ballot(request="first")
    one, two = (town.done("ballots", asked, "office") for _ in range(2))
    assert one["ballot"] == two["ballot"]
    assert (len(one["papers"]), two["papers"]) == (5, [])
    assert town.refused("ballots", {**asked, "request": "second"}, "office") == (409, "conflict")
    assert town.refused("ballots", {**asked, "papers": 6}, "office") == (409, "conflict")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"minimum": 2}, 400), ({"papers": 2}, 400), ({"highest": 10}, 400), ({"criteria": ["effect", "effect"]}, 400),
        ({"criteria": ["other"]}, 400), ({"closes_at": "2025-01-01T00:00:00Z"}, 400), ({"closes_at": "soon"}, 400),
        ({"subjects": [{"court": "示2401"}, {"court": "示2401"}]}, 400), ({"subjects": [{"court": "示25"}]}, 404),
        ({"subjects": [{"court": "示2401", "department": "none"}]}, 404), ({"court": "示25"}, 404),
        ({"period": "x"}, 400), ({"vote": "Not a name"}, 400), ({"subjects": []}, 400),
    ],
)  # fmt: skip
def test_a_ballot_that_cannot_be_held_is_not_opened(
    town: Prefecture, more: dict[str, Any], status: int
) -> None:
    assert town.refused("ballots", town.ballot(**more), "office")[0] == status
    assert town.api.get("/v1/ballots", "office")["items"] == []


def test_only_an_office_above_opens_a_vote_on_a_court(town: Prefecture) -> None:
    for who, status in (
        (None, 401),
        ("court", 404),
        ("decider", 403),
        ("command", 403),
        ("all", 403),
        ("own_office", 404),
    ):
        assert town.refused("ballots", town.ballot(), who)[0] == status, who
    mine = town.ballot(court="示2401", subjects=[{"court": "示2401"}])
    assert town.refused("ballots", mine, "own_office") == (403, "not_allowed")


def test_departments_are_voted_on_like_courts(town: Prefecture) -> None:
    for code, zh in (("M1", "民一庭"), ("Z", "执行局")):
        new = {"court": "示2401", "code": code, "title": {"zh": zh, "en": code}}
        assert town.done("departments", new, "office") == new
        assert town.done("departments", new, "office") == new
    other = {"court": "示2401", "code": "Z", "title": {"zh": "另一个", "en": "Z"}}
    assert town.refused("departments", other, "office") == (409, "conflict")
    for who, status in ((None, 401), ("court", 403), ("neighbour", 404), ("elsewhere", 404)):
        assert town.refused("departments", other, who)[0] == status
    assert [one["code"] for one in town.api.get("/v1/departments", "court")["items"]] == ["M1", "Z"]
    assert town.api.get("/v1/departments", "neighbour")["items"] == []
    subjects = [{"court": "示2401", "department": "Z"}, {"court": "示2401", "department": "M1"}]
    asked = town.ballot(subjects=subjects, criteria=["effect"], highest=10)
    ballot = town.done("ballots", asked, "office")
    for paper, first in zip(ballot["papers"], (10, 8, 9, 6, 7), strict=True):
        marks = [
            {"court": "示2401", "department": code, "criterion": "effect", "mark": mark}
            for code, mark in (("M1", first), ("Z", 3))
        ]
        town.done(f"ballots/{ballot['ballot']['id']}/votes", {"paper": paper, "marks": marks}, None)
    assert finish(town, ballot)["count"] == 5
    found = read(town, ballot, "court")["results"]
    assert [(one["department"], one["title"]["zh"], one["mean"]) for one in found] == [
        ("M1", "民一庭", 8), ("Z", "执行局", 3),
    ]  # fmt: skip
    # A vote on departments is none on the court.
    assert town.line("assessment")["reason"] == "no_vote"


def test_a_court_reads_its_own_mean_only(town: Prefecture) -> None:
    ballot = opened(town)
    for paper in ballot["papers"]:
        town.vote(ballot, paper, 9, 3)
    finish(town, ballot)
    assert [one["court"] for one in read(town, ballot, "court")["results"]] == ["示2401"]
    assert town.api.ask(f"/v1/ballots/{ballot['ballot']['id']}", "elsewhere").status_code == 404
    assert town.api.get("/v1/ballots", "elsewhere")["items"] == []


@given(st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1, max_size=20))
def test_the_mean_is_the_sum_of_all_marks_over_their_number(votes: list[list[int]]) -> None:
    names = tuple(ballots.CRITERIA)
    totals = {name: sum(vote[place] for vote in votes) for place, name in enumerate(names)}
    terms = ballots.Terms((ballots.Subject("示2401"),), names, 12, 20, 3, offices.datetime.now(offices.UTC))
    every = [mark for vote in votes for mark in vote]
    found = ballots.mean(terms, totals, len(votes))
    assert (found.numerator, found.denominator) == (sum(every), len(every))
