"""Watches, deviations and forecasts by API: replayed, armed, looked with, seen by those it concerns, and acted on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.scoring.watcher import Watcher
from tests.keeper import record
from tests.services.api.conftest import OPEN, SEALED, Api

LIMITS = "court-core.case_limits"


@pytest.fixture(scope="module")
def told(api: Api) -> Api:
    """The books after a first look at the limits of cases."""
    last = api.keeper.today()
    asked = {"from": (last - timedelta(days=2)).isoformat(), "to": last.isoformat()}
    refused = api.suppose(f"/v1/watches/{LIMITS}/arm", {"why": "先启用"}, "all")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    made = api.suppose(f"/v1/watches/{LIMITS}/backtest", asked, "all")
    assert made.status_code == 200, made.text
    assert (made.json()["state"], made.json()["current"]) == ("waiting", True)
    watcher = Watcher(api.keeper.scorer)
    assert watcher.replay()
    assert not watcher.replay()
    armed = api.suppose(f"/v1/watches/{LIMITS}/arm", {"why": "回放后启用"}, "all")
    assert armed.status_code == 200, armed.text
    assert armed.json()["armed"]["backtest"] == made.json()["id"]
    while watcher.look() is not None:
        pass
    return api


def standing(api: Api, who: str = "all", **params: Any) -> list[Any]:
    found: list[Any] = api.get("/v1/deviations", who, **params)["items"]
    return found


def test_a_backtest_reports_what_would_have_been_told(told: Api) -> None:
    (found,) = told.get(f"/v1/watches/{LIMITS}/backtests")["items"]
    report = found["report"]
    assert (found["state"], found["done"], found["total"]) == ("done", 3, 3)
    assert report["firings"] == len(report["list"]) > 0
    assert report["worst_day_firings"] >= 1
    assert report["note"]["zh"]
    assert found["page"] > 0


def test_what_stands_is_seen_at_and_above_its_court_alone(told: Api) -> None:
    cases = {one["case"]: one for one in standing(told)}
    assert OPEN in cases
    assert SEALED not in str(cases)
    one = cases[OPEN]
    assert (one["court"], one["state"], one["severity"], one["kind"]) == ("示2401", "open", "red", "clock")
    assert one["text"]["zh"].endswith("请核查。")
    assert one["document"]["limit_day"] < told.keeper.today().isoformat()
    assert OPEN in {one["case"] for one in standing(told, "basic")}
    assert OPEN in {one["case"] for one in standing(told, "middle", court="示24", scope="all")}
    for who in ("sibling", "stranger"):
        assert OPEN not in str(standing(told, who))
        assert told.ask(f"/v1/deviations/{one['id']}", who).status_code == 404
    assert standing(told, kind="feed") == []
    assert told.ask("/v1/deviations", kind="tea").status_code == 400


def test_one_card_holds_what_began_in_a_court_in_a_week(told: Api) -> None:
    every = standing(told, state="all", limit=200)
    cards = told.get("/v1/deviations/cards", state="all", limit=200)["items"]
    assert sum(card["deviations"] for card in cards) == len(every) > len(cards)
    assert len({(card["court"], card["week"]) for card in cards}) == len(cards)
    order = [one["code"] for one in told.get("/v1/courts")["items"]]
    places = [(-int(card["week"].replace("-W", "")), order.index(card["court"])) for card in cards]
    assert places == sorted(places)
    for card in cards:
        mine = [one for one in every if one["group"] == f"{card['court']} {card['week']}"]
        assert card["deviations"] == len(mine) == sum(kind["deviations"] for kind in card["kinds"])
        assert card["severity"] == ("red" if any(one["severity"] == "red" for one in mine) else "amber")
        assert {line["id"] for line in card["items"]} <= {one["id"] for one in mine}
        assert len(card["items"]) + card["not_listed"] == len(mine)
        assert card["first"] <= card["last"]
        week = standing(told, state="all", limit=200, court=card["court"], week=card["week"])
        assert {one["id"] for one in week} == {one["id"] for one in mine}


def test_cards_are_read_page_by_page_and_only_by_those_above(told: Api) -> None:
    whole = told.get("/v1/deviations/cards", state="all", limit=200)["items"]
    paged, cursor = [], None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        page = told.get("/v1/deviations/cards", state="all", limit=1, **more)
        paged += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert paged == whole
    assert {card["court"] for card in told.get("/v1/deviations/cards", "basic", state="all")["items"]} <= {
        "示2401"
    }
    assert OPEN not in str(told.get("/v1/deviations/cards", "sibling", state="all"))
    assert told.ask("/v1/deviations/cards", week="2025-W38").status_code == 400
    assert told.ask("/v1/deviations", week="September").status_code == 400


def test_a_life_holds_every_change_with_what_it_rested_on(told: Api) -> None:
    (one,) = [one for one in standing(told) if one["case"] == OPEN]
    detail = told.get(f"/v1/deviations/{one['id']}")
    (change,) = detail["changes"]
    assert (change["act"], change["principal"]) == ("opened", None)
    assert change["document"] == one["document"]
    assert change["page"] <= told.get("/v1/board", court="示2401", period="2025")["page"]
    watch = told.get(f"/v1/watches/{LIMITS}")
    assert (change["hash"], watch["stale"]) == (watch["hash"], False)


def test_a_change_is_judged_again_to_the_bit_after_the_books_moved(told: Api) -> None:
    (one,) = [one for one in standing(told) if one["case"] == OPEN]
    told.keeper.push(record(701, "case.closed", OPEN, "2025-12-30", method="judgment"))
    told.keeper.settle()
    (again,) = told.get(f"/v1/deviations/{one['id']}/replay")["items"]
    assert again == {
        "change": one["change"], "same": True, "differs": [], "reason": None, "kept": ["case", "off"],
        "read": ["postings", "coverage", "definitions", "courts", "calendar"],
    }  # fmt: skip
    assert told.ask(f"/v1/deviations/{one['id']}/replay", "sibling").status_code == 404


def test_acts_take_a_reason_a_role_and_the_state_they_find(told: Api) -> None:
    (one,) = [one for one in standing(told) if one["case"] == OPEN]
    path = f"/v1/deviations/{one['id']}"
    until = f"{told.keeper.today() + timedelta(days=30)}T00:00:00+08:00"
    assert told.suppose(f"{path}/acknowledge", {"why": "x"}, "sibling").status_code == 404
    assert told.suppose(f"{path}/silence", {"why": "x", "until": until}, "basic").status_code == 403
    assert told.suppose(f"{path}/acknowledge", {}, "basic").status_code == 400
    done = told.suppose(f"{path}/acknowledge", {"why": "已督办"}, "basic")
    assert (done.status_code, done.json()["state"]) == (200, "acknowledged")
    assert told.suppose(f"{path}/acknowledge", {"why": "again"}, "province").status_code == 409
    past = {"why": "x", "until": "2020-01-01T00:00:00+08:00"}
    assert told.suppose(f"{path}/silence", past, "province").status_code == 400
    silent = told.suppose(f"{path}/silence", {"why": "等待鉴定", "until": until}, "province")
    assert silent.json()["silent_until"] is not None
    closed = told.suppose(f"{path}/close", {"why": "系统录入有误"}, "province")
    assert closed.json()["state"] == "resolved"
    detail = told.get(path)
    acts = [(change["act"], change["principal"]) for change in detail["changes"]]
    assert acts == [
        ("opened", None),
        ("acknowledged", "basic"),
        ("silenced", "province"),
        ("closed", "province"),
    ]
    assert OPEN not in {one["case"] for one in standing(told)}
    assert OPEN in {one["case"] for one in standing(told, state="resolved")}
    lines = told.keeper.query("SELECT act FROM audit WHERE object = %s ORDER BY id", f"deviation/{one['id']}")
    assert [line[0] for line in lines if line[0] not in ("deviation.read", "deviation.replay")] == [
        "deviation.acknowledge", "deviation.silence", "deviation.close",
    ]  # fmt: skip


def test_a_case_sealed_later_is_no_longer_named(told: Api) -> None:
    other = [one for one in standing(told) if one["case"] and one["case"] != OPEN]
    assert other, "another case stands past its limit"
    case = other[0]["case"]
    told.keeper.push(record(700, "case.sealed", case, "2025-06-01", ground="privacy"))
    told.keeper.settle()
    assert case not in str(standing(told))
    assert case not in str(told.get(f"/v1/deviations/{other[0]['id']}"))
    assert case not in str(told.get("/v1/deviations/cards", state="all"))


def test_only_who_sees_every_court_watched_may_arm(told: Api) -> None:
    body = {"why": "x"}
    assert told.suppose("/v1/watches/court-core.feeds/arm", body, "basic").status_code == 403
    assert told.suppose("/v1/watches/court-core.none/arm", body, "all").status_code == 404
    done = told.suppose(f"/v1/watches/{LIMITS}/disarm", body, "province")
    assert (done.status_code, done.json()["armed"]) == (200, None)
    assert told.suppose(f"/v1/watches/{LIMITS}/disarm", body, "province").status_code == 409


def test_a_backtest_is_asked_for_days_and_courts_there_are(told: Api) -> None:
    path = f"/v1/watches/{LIMITS}/backtest"
    good = {"from": "2026-01-01", "to": "2026-01-05"}
    for body, status in (
        ({**good, "to": "2099-01-01"}, 400),
        ({**good, "courts": ["示99"]}, 404),
        ({"from": "2026-01-05", "to": "2026-01-01"}, 400),
    ):
        assert told.suppose(path, body).status_code == status, body
    assert told.suppose(path, good, "basic").status_code == 403


def test_a_forecast_says_why_there_is_none_or_where_the_year_will_end(told: Api) -> None:
    found = told.get("/v1/forecasts/court-core.closed", court="示2401", scope="own")
    assert found["period"] == str(told.keeper.today().year)
    assert (found["reason"] is None) == (found["expected"] is not None)
    assert found["coverage"] == told.value("court-core.closed", "示2401", found["period"])["coverage"]
    assert (
        told.ask("/v1/forecasts/court-core.closed", court="示2401", scope="own", period="2020").status_code
        == 400
    )
    assert (
        told.ask("/v1/forecasts/court-core.closed", "sibling", court="示2401", scope="own").status_code == 404
    )


def test_every_watch_says_what_it_does_in_both_languages(told: Api) -> None:
    items = told.get("/v1/watches")["items"]
    assert {one["kind"] for one in items} >= {"feed", "clock", "node", "history", "drift", "peers", "target"}
    for one in items:
        assert one["title"]["zh"]
        assert one["title"]["en"]
        assert set(one["settings"]) == set(one["settings_words"])
        assert one["source"]["document"]
