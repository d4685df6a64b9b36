"""Acceptance: drafted, shown, decided, frozen; what changes later stands beside the frozen card, never in it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import orjson
import psycopg
import pytest
import rfc8785

from plumbline.store import acceptances, engine
from tests.services.api import offices
from tests.services.api.offices import BOOK, Prefecture, appeals


@pytest.fixture(scope="module")
def books(module_database: str) -> str:
    return offices.scored(module_database)


@pytest.fixture
def town(server_dsn: str, books: str) -> Iterator[Prefecture]:
    yield from offices.prefecture(server_dsn, books)


def today(town: Prefecture) -> date:
    return town.api.keeper.today()


def drafted(town: Prefecture, **more: Any) -> Any:
    return town.done("acceptances", {**offices.ASKED, "book": "litigation", **more}, "office")


def shown(town: Prefecture) -> Any:
    found = drafted(town)
    return town.done(f"acceptances/{found['id']}/show", {"until": today(town).isoformat()}, "office")


def decided(town: Prefecture, verdict: str = "accepted") -> Any:
    found = shown(town)
    town.later(days=2)
    body = {"verdict": verdict, "ground": "同意", "document": "示党组〔2026〕9号"}
    return town.done(f"acceptances/{found['id']}/decide", body, "decider")


def frozen(town: Prefecture) -> Any:
    found = decided(town)
    done = town.done(f"acceptances/{found['id']}/freeze", {}, "office")
    town.now = None
    return done


def test_a_card_is_drafted_shown_decided_frozen_and_exported(town: Prefecture) -> None:
    found = drafted(town)
    path = f"acceptances/{found['id']}"
    assert (found["state"], found["book"]) == ("drafted", BOOK)
    until = today(town).isoformat()
    assert town.done(f"{path}/show", {"until": until}, "office")["until"] == until
    remark = {"text": "第一项请复核", "item": "fagaizhi"}
    assert town.done(f"{path}/remarks", remark, "court")["remarks"][0]["detail"]["text"] == "第一项请复核"
    town.later(days=2)
    assert town.card()["accepted"] is None
    body = {"verdict": "accepted", "ground": "同意", "document": "示党组〔2026〕9号"}
    assert town.done(f"{path}/decide", body, "decider")["state"] == "accepted"
    done = town.done(f"{path}/freeze", {}, "office")
    card = town.card()
    assert (done["state"], card["accepted"]["digest"]) == ("frozen", done["digest"])
    assert card["accepted"]["document"] == "示党组〔2026〕9号"
    assert card["accepted"]["differences"] == []
    assert (card["accepted"]["low"], card["accepted"]["high"]) == (card["low"], card["high"])
    answer = town.api.ask(f"/v1/{path}/card", "court")
    assert hashlib.sha256(answer.content).hexdigest() == done["digest"] == answer.headers["etag"].strip('"')
    assert answer.content == rfc8785.dumps(orjson.loads(answer.content))
    assert [name for _, name in town.audit("acceptance.%")] == [
        "acceptance.draft", "acceptance.show", "acceptance.remark", "acceptance.decide", "acceptance.freeze",
        "acceptance.export",
    ]  # fmt: skip


def test_the_stored_bytes_and_their_digest_are_handed_on(town: Prefecture) -> None:
    done = frozen(town)
    with engine.transaction(town.api.keeper.pool) as connection:
        found = acceptances.frozen_card(connection, BOOK, "示2401", "2025")
        assert acceptances.frozen_card(connection, BOOK, "示2402", "2025") is None
    assert found is not None
    assert (found.digest.hex(), found.digest) == (done["digest"], hashlib.sha256(found.card).digest())
    card = orjson.loads(found.card)
    assert (card["book"], card["court"], card["period"], card["page"]) == (BOOK, "示2401", "2025", found.page)
    assert "computed_at" not in card
    live = town.card(known_at=found.known_at.isoformat())
    assert (float(card["low"]), card["hash"], card["known_at"]) == (
        live["low"],
        live["hash"],
        live["known_at"],
    )
    assert not [one for one in _leaves(card) if isinstance(one, float)]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def test_a_later_event_changes_the_live_card_and_not_the_frozen_one(town: Prefecture) -> None:
    done = frozen(town)
    before = town.card()
    bytes_before = town.api.ask(f"/v1/acceptances/{done['id']}/card", "office").content
    town.api.keeper.push(*list(appeals("示2401", 2025, 21, 21))[-4:])
    town.api.keeper.settle()
    card = town.card()
    assert card["lines"][0]["numerator"] == 20
    assert (before["lines"][0]["points"], card["lines"][0]["points"]) == (20, 0)
    # 20 against 20 a year before: the 20 points of item 1 and the 2.5 of item 2 (2) are gone.
    assert (before["low"], card["accepted"]["low"], card["low"]) == (22.5, 22.5, 0)
    (difference,) = (one for one in card["accepted"]["differences"] if one["path"] == ["fagaizhi"])
    assert (difference["then"]["points"], difference["now"]["points"]) == ("20", "0")
    assert (difference["then"]["numerator"], difference["now"]["numerator"]) == (19, 20)
    assert ["appeal_quality", "appeal_quality_fall"] in [
        one["path"] for one in card["accepted"]["differences"]
    ]
    assert town.api.ask(f"/v1/acceptances/{done['id']}/card", "office").content == bytes_before
    again = town.done(f"acceptances/{done['id']}/freeze", {}, "office")
    assert again["digest"] == done["digest"]


def test_an_adjustment_after_freezing_stands_beside_it(town: Prefecture) -> None:
    frozen(town)
    found = town.apply()
    town.verify(found, "office"), town.verify(found, "command")
    town.approve(found, points=40)
    (difference,) = town.card()["accepted"]["differences"]
    assert (difference["then"], difference["now"]["adjusted"]["points"]) == ({"adjusted": None}, "40")


def test_what_is_frozen_is_what_was_known_when_it_was_decided(town: Prefecture) -> None:
    found = decided(town)
    town.api.keeper.push(*list(appeals("示2401", 2025, 21, 21))[-4:])
    town.api.keeper.settle()
    done = town.done(f"acceptances/{found['id']}/freeze", {}, "office")
    card = orjson.loads(town.api.ask(f"/v1/acceptances/{done['id']}/card", "office").content)
    assert card["lines"][0]["numerator"] == 19
    assert town.card()["lines"][0]["numerator"] == 20


def test_each_step_is_refused_to_those_it_is_not_for(town: Prefecture) -> None:
    body = {**offices.ASKED, "book": BOOK}
    for who, status in (
        (None, 401),
        ("court", 403),
        ("own_office", 403),
        ("neighbour", 404),
        ("decider", 403),
        ("all", 403),
    ):
        assert town.refused("acceptances", body, who)[0] == status, who
    found = drafted(town)
    path, until = f"acceptances/{found['id']}", {"until": today(town).isoformat()}
    decision = {"verdict": "accepted", "ground": "g", "document": "d"}
    for act, given in (("decide", decision), ("remarks", {"text": "x"}), ("freeze", {})):
        who = {"decide": "decider", "remarks": "court", "freeze": "office"}[act]
        assert town.refused(f"{path}/{act}", given, who) == (409, "conflict"), act
    for who, status in ((None, 401), ("court", 403), ("own_office", 403), ("elsewhere", 404)):
        assert town.refused(f"{path}/show", until, who)[0] == status
    past = {"until": (today(town) - timedelta(days=1)).isoformat()}
    assert town.refused(f"{path}/show", past, "office") == (400, "bad_input")
    town.done(f"{path}/show", until, "office")
    assert town.done(f"{path}/show", until, "office")["state"] == "shown"
    assert town.refused(f"{path}/show", until, "office_two") == (409, "conflict")
    for who, status in ((None, 401), ("office", 403), ("neighbour", 404)):
        assert town.refused(f"{path}/remarks", {"text": "x"}, who)[0] == status
    assert town.refused(f"{path}/decide", decision, "decider") == (409, "conflict")
    assert town.api.ask(f"/v1/{path}/card", "office").status_code == 404
    town.later(days=2)
    assert town.refused(f"{path}/remarks", {"text": "x"}, "court") == (409, "conflict")
    for who, status in (
        (None, 401),
        ("office", 403),
        ("own_decider", 403),
        ("court", 403),
        ("elsewhere", 404),
    ):
        assert town.refused(f"{path}/decide", decision, who)[0] == status


def test_a_returned_card_is_drafted_anew_and_an_accepted_one_never(town: Prefecture) -> None:
    found = decided(town, "returned")
    assert town.refused(f"acceptances/{found['id']}/freeze", {}, "office") == (409, "conflict")
    town.now = None
    frozen(town)
    body = {**offices.ASKED, "book": BOOK}
    assert town.refused("acceptances", body, "office") == (409, "conflict")
    assert town.refused("acceptances", body, "office_two") == (409, "conflict")
    assert [one["state"] for one in town.api.get("/v1/acceptances", "court")["items"]] == [
        "frozen",
        "returned",
    ]
    assert town.api.get("/v1/acceptances", "neighbour")["items"] == []


def test_a_retried_draft_is_the_same(town: Prefecture) -> None:
    assert drafted(town, request="k")["id"] == drafted(town, request="k")["id"]
    assert len(town.audit("acceptance.draft")) == 1


@pytest.mark.parametrize(
    "more", [{"period": "2025-06"}, {"book": "none"}, {"court": "示2499"}, {"period": "x"}]
)
def test_a_card_that_cannot_be_drawn_cannot_be_drafted(town: Prefecture, more: dict[str, Any]) -> None:
    assert town.refused("acceptances", {**offices.ASKED, "book": BOOK, **more}, "office")[0] in (400, 404)


def test_of_two_who_decide_at_once_one_wins(town: Prefecture) -> None:
    found = shown(town)
    town.later(days=2)
    answers: list[int] = []
    ready = threading.Barrier(2)

    def decide(who: str, verdict: str) -> None:
        ready.wait()
        body = {"verdict": verdict, "ground": "g", "document": who}
        answers.append(town.post(f"acceptances/{found['id']}/decide", body, who).status_code)

    both = [
        threading.Thread(target=decide, args=each)
        for each in (("decider", "accepted"), ("decider_two", "returned"))
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(answers) == [200, 409]
    assert len(town.audit("acceptance.decide")) == 1


def test_a_frozen_card_takes_no_change(town: Prefecture) -> None:
    frozen(town)
    for text in ("UPDATE frozen_card SET page = 1", "DELETE FROM frozen_card", "TRUNCATE frozen_card"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            town.api.keeper.query(text)
