"""Separate scoring: applied for, verified by two offices, decided; both figures stand on the card."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.services.api import offices
from tests.services.api.offices import BOOK, CARD, Prefecture


@pytest.fixture(scope="module")
def books(module_database: str) -> str:
    return offices.scored(module_database)


@pytest.fixture
def town(server_dsn: str, books: str) -> Iterator[Prefecture]:
    yield from offices.prefecture(server_dsn, books)


def verified(town: Prefecture, item: str = "fagaizhi") -> Any:
    found = town.apply(item)
    town.verify(found, "office")
    return town.verify(found, "command")


def test_an_item_scored_separately_stands_beside_the_computed_one(town: Prefecture) -> None:
    before = town.card()
    found = verified(town)
    assert found["state"] == "verified"
    assert town.card()["adjusted"] is None
    decided = town.approve(found, points=33.5)
    assert (decided["state"], decided["points"]) == ("approved", 33.5)
    card, line = town.card(), town.line("fagaizhi")
    assert (card["low"], card["high"]) == (before["low"], before["high"])
    assert line["points"] == 20
    assert (line["adjusted"]["points"], card["adjusted"]["low"]) == (33.5, before["low"] + 13.5)
    decision = line["adjusted"]["decision"]
    assert (decision["decided_by"], decision["document"], decision["adjustment"]) == (
        "decider", "示党组〔2026〕2号", found["id"],
    )  # fmt: skip
    assert decision["decided_at"] == decided["acts"][-1]["at"]
    others = [one for one in card["lines"] if one["id"] != "fagaizhi"]
    assert all(one["adjusted"] is None for one in others)
    assert [name for _, name in town.audit("adjustment.%")] == [
        "adjustment.apply", "adjustment.verify", "adjustment.verify", "adjustment.decide",
    ]  # fmt: skip


def test_a_figure_that_was_decided_is_scored_by_the_items_own_rule(town: Prefecture) -> None:
    town.approve(verified(town), figure={"numerator": 18})
    line = town.line("fagaizhi")
    # 20 a year before, 18 now: 10 % lower, 4 points for each.
    assert (line["points"], line["adjusted"]["points"]) == (20, 40)
    assert "单独评分" in line["adjusted"]["arithmetic"]["zh"]
    year = town.api.get("/v1/scorecards/quality_year", "office", court="示2401", period="2025")
    # Litigation counts for half of the whole year.
    assert year["adjusted"]["low"] == year["low"] + 10
    middle = town.api.get(CARD + "/table", "office", court="示24", period="2025")
    row = next(row for row in middle["rows"] if row["court"] == "示2401")
    assert row["adjusted"]["low"] == row["low"] + 20
    assert next(cell for cell in row["cells"] if cell["item"] == "fagaizhi")["adjusted"] == 40


def test_what_was_known_before_the_decision_stays_and_a_copy_does_not(town: Prefecture) -> None:
    found = verified(town)
    answer = town.api.ask(CARD, "office", **offices.ASKED)
    before, tag = answer.json(), answer.headers["etag"]
    town.approve(found, points=1)
    assert town.api.ask(CARD, "office", headers={"If-None-Match": tag}, **offices.ASKED).status_code == 200
    again = town.card(known_at=before["known_at"])
    before.pop("computed_at"), again.pop("computed_at")
    assert again == before
    now = town.card()
    assert now["adjusted"] is not None
    same = town.card(known_at=now["known_at"])
    now.pop("computed_at"), same.pop("computed_at")
    assert same == now


def test_each_step_is_refused_to_those_it_is_not_for(town: Prefecture) -> None:
    body = {**offices.ASKED, "book": BOOK, "item": "fagaizhi", "ground": "g", "document": "d"}
    for who, status in (
        (None, 401), ("feeder", 403), ("neighbour", 404), ("stranger", 404), ("office", 403), ("own_decider", 403),
    ):  # fmt: skip
        assert town.refused("adjustments", body, who)[0] == status, who
    found = town.apply()
    path, check = f"adjustments/{found['id']}", {"finding": "confirmed", "note": "n"}
    for who, status in (
        (None, 401), ("neighbour", 404), ("elsewhere", 404), ("colleague", 403), ("own_office", 403), ("decider", 403),
        ("all", 403),
    ):  # fmt: skip
        assert town.refused(f"{path}/verify", check, who)[0] == status, who
    refuse = {"verdict": "refused", "ground": "g", "document": "d"}
    assert town.refused(f"{path}/decide", refuse, "decider") == (409, "conflict")
    town.verify(found, "office")
    assert town.refused(f"{path}/verify", check, "office_two") == (409, "conflict")
    town.verify(found, "command")
    for who, status in ((None, 401), ("neighbour", 404), ("office", 403), ("own_decider", 403), ("all", 403)):
        assert town.refused(f"{path}/decide", refuse, who)[0] == status, who
    assert town.refused(f"{path}/withdraw", {}, "colleague") == (403, "not_allowed")
    assert town.done(f"{path}/withdraw", {}, "court")["state"] == "withdrawn"
    assert town.refused(f"{path}/decide", refuse, "decider") == (409, "conflict")


def test_nobody_verifies_or_decides_where_he_has_acted(town: Prefecture) -> None:
    # The same person under another role: a name, not a token, is a person.
    with town.api.keeper.pool.connection() as connection:
        from plumbline.store import tokens

        for role in ("command", "decider"):
            town.api.tokens[f"office as {role}"] = tokens.create_token(connection, "office", role, ("示24",))
    found = town.apply()
    town.verify(found, "office")
    check = {"finding": "confirmed", "note": "n"}
    assert town.refused(f"adjustments/{found['id']}/verify", check, "office as command") == (
        403,
        "not_allowed",
    )
    town.verify(found, "command")
    body = {"verdict": "approved", "points": 1, "ground": "g", "document": "d"}
    assert town.refused(f"adjustments/{found['id']}/decide", body, "office as decider") == (
        403,
        "not_allowed",
    )


def test_what_an_office_could_not_confirm_can_only_be_refused(town: Prefecture) -> None:
    found = town.apply()
    town.verify(found, "office", "not_confirmed")
    assert town.verify(found, "command")["state"] == "doubted"
    body = {"verdict": "approved", "points": 1, "ground": "g", "document": "d"}
    assert town.refused(f"adjustments/{found['id']}/decide", body, "decider") == (409, "conflict")
    refuse = {"verdict": "refused", "ground": "g", "document": "d"}
    assert town.done(f"adjustments/{found['id']}/decide", refuse, "decider")["state"] == "refused"
    assert town.card()["adjusted"] is None
    assert town.apply()["state"] == "applied"


@pytest.mark.parametrize(
    "given",
    [
        {}, {"points": 41}, {"points": -1}, {"points": 1, "figure": {"numerator": 1}}, {"points": 0.1234567},
        {"figure": {"numerator": 1, "denominator": 0}}, {"verdict": "refused", "points": 1}, {"verdict": "maybe"},
        {"ground": ""}, {"order": 1},
    ],
)  # fmt: skip
def test_a_decision_that_cannot_be_is_a_problem(town: Prefecture, given: dict[str, Any]) -> None:
    found = verified(town)
    body = {"verdict": "approved", "ground": "g", "document": "d", **given}
    assert town.refused(f"adjustments/{found['id']}/decide", body, "decider")[0] == 400
    assert town.api.get(f"/v1/adjustments/{found['id']}", "court")["state"] == "verified"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"item": "none"}, 400), ({"item": "assessment"}, 400), ({"book": "none"}, 404), ({"period": "2025-06"}, 400),
        ({"book": "quality_year", "item": "litigation"}, 400), ({"court": "示2499"}, 404), ({"ground": ""}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_separately_cannot_be_applied_for(
    town: Prefecture, more: dict[str, Any], status: int
) -> None:
    body = {**offices.ASKED, "book": BOOK, "item": "fagaizhi", "ground": "g", "document": "d", **more}
    assert town.refused("adjustments", body, "court")[0] == status


def test_a_retry_opens_nothing_twice_and_a_second_application_waits(town: Prefecture) -> None:
    first = town.apply(request="k1")
    assert town.apply(request="k1")["id"] == first["id"]
    body = {
        **offices.ASKED,
        "book": BOOK,
        "item": "fagaizhi",
        "ground": "other",
        "document": "d",
        "request": "k1",
    }
    assert town.refused("adjustments", body, "court") == (409, "conflict")
    assert town.refused("adjustments", {**body, "request": "k2"}, "court") == (409, "conflict")
    town.verify(first, "office")
    assert town.verify(first, "office") == town.api.get(f"/v1/adjustments/{first['id']}", "court")
    assert len(town.audit("adjustment.verify")) == 1


def test_of_two_who_decide_at_once_one_wins(town: Prefecture) -> None:
    found = verified(town)
    answers: dict[str, Any] = {}
    ready = threading.Barrier(2)

    def decide(who: str, points: int) -> None:
        ready.wait()
        body = {"verdict": "approved", "points": points, "ground": "g", "document": who}
        answers[who] = town.post(f"adjustments/{found['id']}/decide", body, who)

    both = [threading.Thread(target=decide, args=each) for each in (("decider", 1), ("decider_two", 2))]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(answer.status_code for answer in answers.values()) == [200, 409]
    winner = next(who for who, answer in answers.items() if answer.status_code == 200)
    assert town.audit("adjustment.decide") == [(winner, "adjustment.decide")]
    assert town.line("fagaizhi")["adjusted"]["decision"]["decided_by"] == winner


def test_lists_show_only_ones_own_courts_page_by_page(town: Prefecture) -> None:
    one, two = town.apply(), town.apply("acceptance_fall")
    found = town.api.get("/v1/adjustments", "court", limit=1)
    assert [item["id"] for item in found["items"]] == [two["id"]]
    rest = town.api.get("/v1/adjustments", "court", limit=1, cursor=found["next"])
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([one["id"]], None)
    assert town.api.get("/v1/adjustments", "neighbour")["items"] == []
    assert town.api.ask(f"/v1/adjustments/{one['id']}", "neighbour").status_code == 404
    assert town.api.get("/v1/adjustments", "office", state="verified")["items"] == []
    assert len(town.api.get("/v1/adjustments", "office", court="示2401")["items"]) == 2


def test_an_act_that_is_done_cannot_be_changed(town: Prefecture) -> None:
    import psycopg

    town.apply()
    for text in ("UPDATE matter_act SET principal = 'x'", "DELETE FROM matter_act", "TRUNCATE matter_act"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            town.api.keeper.query(text)
