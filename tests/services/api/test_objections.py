"""Attribution objections: the value with and without the case, from its own postings; the ledger stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.keeper import record
from tests.services.api import offices
from tests.services.api.offices import FIGURE, Prefecture

CASE = "（2025）示2401民初1号"
RATE = "court-core.altered_or_remanded_rate"


@pytest.fixture(scope="module")
def books(module_database: str) -> str:
    return offices.scored(module_database)


@pytest.fixture
def town(server_dsn: str, books: str) -> Iterator[Prefecture]:
    yield from offices.prefecture(server_dsn, books)


def asked(indicator: str = FIGURE, **more: Any) -> dict[str, Any]:
    given = {
        "court": "示2401",
        "indicator": indicator,
        "case": CASE,
        "ground": "wrong_link",
        "text": "关联有误",
    }
    return {**given, **more}


def upheld(town: Prefecture, indicator: str = FIGURE, **more: Any) -> Any:
    found = town.done("objections", asked(indicator, **more), "court")
    body = {"verdict": "upheld", "ground": "属实", "document": "示审管〔2026〕3号"}
    return town.done(f"objections/{found['id']}/decide", body, "office")


def figure(
    town: Prefecture, indicator: str = FIGURE, court: str = "示2401", scope: str = "own", **more: Any
) -> Any:
    path = f"/v1/indicators/{indicator}/objections"
    return town.api.get(path, "office", court=court, scope=scope, period="2025", **more)


def counts(side: Any) -> tuple[int, int]:
    return side["numerator"], side["denominator"]


def test_a_value_is_given_with_and_without_the_case(town: Prefecture) -> None:
    ledger = town.api.keeper.query("SELECT * FROM posting ORDER BY page, subject, account, day, value")
    before = town.card()
    raised = town.done("objections", asked(), "court")
    found = figure(town)
    assert (found["raised"], found["upheld"]) == ([raised["id"]], [])
    assert counts(found["counted"]) == counts(found["without"]) == (19, 1)
    body = {"verdict": "upheld", "ground": "属实", "document": "示审管〔2026〕3号"}
    decided = town.done(f"objections/{raised['id']}/decide", body, "office")
    assert decided["state"] == "upheld"
    found = figure(town)
    assert (counts(found["counted"]), counts(found["without"])) == ((19, 1), (18, 1))
    assert (found["raised"], found["upheld"]) == ([], [raised["id"]])
    assert counts(figure(town, known_at=before["known_at"])["without"]) == (19, 1)
    # The district sums the court.
    assert counts(figure(town, court="示24", scope="all")["counted"]) == (23, 1)
    assert counts(figure(town, court="示24", scope="all")["without"]) == (22, 1)
    assert counts(figure(town, court="示2402")["without"]) == (4, 1)
    assert (
        town.api.keeper.query("SELECT * FROM posting ORDER BY page, subject, account, day, value") == ledger
    )
    assert [name for _, name in town.audit("objection.%")][:2] == ["objection.raise", "objection.decide"]


def test_a_rate_loses_the_case_above_and_below_the_line(town: Prefecture) -> None:
    upheld(town, RATE)
    found = figure(town, RATE)
    closed = found["counted"]["denominator"]
    assert counts(found["counted"]) == (19, closed)
    assert counts(found["without"]) == (18, closed - 1)


def test_the_line_of_the_scorecard_says_both_and_counts_as_computed(town: Prefecture) -> None:
    before = town.card()
    matter = upheld(town)
    card, line = town.card(), town.line("fagaizhi")
    assert (card["low"], card["high"], line["points"], line["numerator"]) == (
        before["low"],
        before["high"],
        20,
        19,
    )
    # 18 against 20 a year before is 10 % lower: 40 points.
    assert (line["objected"]["points"], line["objected"]["figure"]["numerator"]) == (40, 18)
    assert line["objected"]["objections"] == [matter["id"]]
    assert card["objected"]["low"] == before["low"] + 20
    assert card["adjusted"] is None
    assert town.line("appeal_quality_fall")["objected"] is None
    assert town.card(who="court")["objected"] == card["objected"]


def test_a_case_of_last_year_moves_the_baseline(town: Prefecture) -> None:
    upheld(town, case="（2024）示2401民初1号")
    line = town.line("fagaizhi")
    assert (line["points"], line["objected"]["points"]) == (20, 0)


def test_each_step_is_refused_to_those_it_is_not_for(town: Prefecture) -> None:
    for who, status in (
        (None, 401),
        ("feeder", 403),
        ("neighbour", 404),
        ("office", 403),
        ("own_decider", 403),
    ):
        assert town.refused("objections", asked(), who)[0] == status, who
    found = town.done("objections", asked(), "court")
    path, body = f"objections/{found['id']}/decide", {"verdict": "refused", "ground": "g", "document": "d"}
    for who, status in (
        (None, 401), ("neighbour", 404), ("elsewhere", 404), ("colleague", 403), ("own_office", 403),
        ("command", 403), ("decider", 403), ("all", 403),
    ):  # fmt: skip
        assert town.refused(path, body, who)[0] == status, who
    assert town.done(path, body, "office")["state"] == "refused"
    assert town.done(path, body, "office")["state"] == "refused"
    assert town.refused(path, body, "office_two") == (409, "conflict")
    assert town.refused(path, {**body, "verdict": "upheld"}, "office") == (409, "conflict")
    assert counts(figure(town)["without"]) == (19, 1)
    assert town.done("objections", asked(), "court")["id"] != found["id"]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"case": "（2025）示2401民初99号"}, 404), ({"case": "（2025）示2402民初1号"}, 404), ({"case": "x y"}, 400),
        ({"case": "（2025）示2401民初20号"}, 400), ({"indicator": "none"}, 404), ({"text": "x" * 201}, 400),
        ({"ground": "dislike"}, 400), ({"text": ""}, 400), ({"court": "示2402"}, 404),
    ],
)  # fmt: skip
def test_an_objection_that_cannot_be_is_a_problem(
    town: Prefecture, more: dict[str, Any], status: int
) -> None:
    assert town.refused("objections", asked(**more), "court")[0] == status


def test_the_same_objection_is_raised_once(town: Prefecture) -> None:
    first = town.done("objections", asked(request="k"), "court")
    assert town.done("objections", asked(request="k"), "court")["id"] == first["id"]
    assert town.refused("objections", asked(), "colleague") == (409, "conflict")


def test_a_case_that_is_sealed_later_is_no_longer_named(town: Prefecture) -> None:
    found = upheld(town)
    town.api.keeper.push(record(9, "case.sealed", CASE, "2025-05-01", ground="juvenile"))
    town.api.keeper.settle()
    for shown in (
        town.api.get(f"/v1/objections/{found['id']}", "office"),
        town.api.get("/v1/objections", "office")["items"][0],
    ):
        assert (shown["case"], shown["text"]) == (None, None)
    assert counts(figure(town)["without"]) == (18, 1)


def test_objections_are_read_only_of_ones_own_courts_and_in_the_audit(town: Prefecture) -> None:
    found = town.done("objections", asked(), "court")
    assert town.api.ask(f"/v1/objections/{found['id']}", "neighbour").status_code == 404
    assert town.api.get("/v1/objections", "neighbour")["items"] == []
    town.api.get(f"/v1/objections/{found['id']}", "colleague")
    assert town.audit("objection.read") == [("colleague", "objection.read")]
