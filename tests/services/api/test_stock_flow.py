"""GET /v1/stock-flow: what came and what went explains every stock, in every cell, and names the cases that do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.keeper import TREE, court, record
from tests.services.api.conftest import Api, opened

MOVED = "（2025）示2401民初11号"
AWAY = "（2025）示2401民初12号"
SAME_DAY = "（2025）示2401民初13号"
REOPENED = "（2025）示2402民初14号"
UNFILED = "（2025）示2401民初15号"
BACKWARDS = "（2025）示2401民初16号"
SEALED = "（2025）示2401民初17号"

EVENTS: tuple[dict[str, Any], ...] = (
    record(1, "case.filed", MOVED, "2025-01-10"),
    record(2, "case.transferred", MOVED, "2025-02-10", to_court="示2402", ground="jurisdiction"),
    record(3, "case.filed", AWAY, "2025-01-11"),
    record(4, "case.transferred", AWAY, "2025-02-11", to_court="示2501", ground="jurisdiction"),
    record(5, "case.filed", SAME_DAY, "2025-01-12"),
    record(6, "case.transferred", SAME_DAY, "2025-02-12", to_court="示2402", ground="jurisdiction"),
    record(7, "case.closed", SAME_DAY, "2025-02-12", method="transfer"),
    record(8, "case.filed", REOPENED, "2025-01-13"),
    record(9, "case.closed", REOPENED, "2025-01-20", method="judgment"),
    record(10, "case.reopened", REOPENED, "2025-02-13", ground="resumed"),
    record(11, "case.filed", "（2024）示2401民初1号", "2024-12-30"),
)
DIRT = (
    record(20, "case.closed", UNFILED, "2025-02-20", method="judgment"),
    record(21, "case.closed", BACKWARDS, "2025-02-21", method="judgment"),
    record(22, "case.filed", BACKWARDS, "2025-03-21"),
    record(23, "case.closed", SEALED, "2025-02-22", method="judgment"),
    record(24, "case.sealed", SEALED, "2025-02-23", ground="juvenile"),
)


@pytest.fixture(scope="module")
def clean(module_database: str) -> Iterator[Api]:
    for one in opened(module_database):
        one.keeper.push(*EVENTS)
        one.keeper.settle()
        yield one


def audited(api: Api, where: str, scope: str, period: str, **more: Any) -> dict[str, Any]:
    answer = api.get("/v1/stock-flow", court=where, scope=scope, period=period, balance="litigation", **more)
    (balance,) = answer["balances"]
    found: dict[str, Any] = balance
    return found


def amounts(balance: dict[str, Any], key: str = "amount") -> dict[str, int]:
    """By measure, without cases joined into another, of which there are none here."""
    named = {term["measure"].partition(".")[2]: term[key] for term in balance["terms"]}
    return {name: amount for name, amount in named.items() if amount or not name.endswith("joined_away")}


def test_a_court_balances_term_by_term(clean: Api) -> None:
    found = audited(clean, "示2401", "own", "2025-02")
    assert (found["opening"], found["closing"], found["difference"], found["balanced"]) == (4, 1, 0, True)
    assert amounts(found) == {"filed": 0, "moved_in": 0, "moved_within": 0, "closed": 0, "moved_out": 3}
    found = audited(clean, "示2402", "own", "2025-02")
    assert (found["opening"], found["closing"], found["difference"]) == (1, 2, 0)
    assert amounts(found) == {"filed": 0, "moved_in": 2, "moved_within": 0, "closed": 1, "moved_out": 0}
    assert found["cases"] == 0
    assert found["items"] == []


def test_a_move_inside_the_district_does_not_cross_its_border(clean: Api) -> None:
    found = audited(clean, "示24", "all", "2025-02")
    assert (found["opening"], found["closing"], found["difference"]) == (5, 3, 0)
    assert amounts(found) == {"filed": 0, "moved_in": 2, "moved_within": 0, "closed": 1, "moved_out": 3}
    assert amounts(found, "across")["moved_in"] == 0
    assert amounts(found, "across")["moved_out"] == 1
    found = audited(clean, "示", "all", "2025-02")
    assert (amounts(found, "across")["moved_in"], amounts(found, "across")["moved_out"]) == (0, 0)
    assert found["difference"] == 0


def test_a_term_leads_to_its_cases_and_they_add_up_to_it(clean: Api) -> None:
    (term,) = [
        one
        for one in audited(clean, "示2401", "own", "2025-02")["terms"]
        if one["measure"].endswith("moved_out")
    ]
    answer = clean.client.get(
        term["cases"], headers={"Authorization": f"Bearer {clean.tokens['all']}"}
    ).json()
    assert [row["case"] for row in answer["items"]] == [MOVED, AWAY, SAME_DAY]
    assert [row["reasons"][0]["day"] for row in answer["items"]] == ["2025-02-10", "2025-02-11", "2025-02-12"]
    assert answer["measures"][0]["amount"] == term["amount"] == 3


def test_cases_closed_without_a_filing_are_named(fresh: Api) -> None:
    fresh.keeper.push(*EVENTS, *DIRT)
    fresh.keeper.settle()
    found = audited(fresh, "示2401", "own", "2025-02")
    assert (found["difference"], found["balanced"]) == (-3, False)
    assert [row["case"] for row in found["items"]] == [UNFILED, BACKWARDS]
    assert (found["cases"], found["not_listed"]) == (3, 1)
    assert all("待核实" in row["why"]["zh"] for row in found["items"])
    assert found["items"][0]["terms"] == [{"measure": "court-core.closed", "amount": 1}]
    # Filed after it was closed: over both months it cancels out, and is no longer named.
    found = audited(fresh, "示2401", "own", "2025-Q1")
    assert [row["case"] for row in found["items"]] == [UNFILED]
    assert SEALED not in fresh.ask("/v1/stock-flow", court="示2401", scope="own", period="2025-02").text


def test_a_court_that_comes_under_another_brings_its_stock_along(fresh: Api) -> None:
    moved = date(2025, 2, 5)
    fresh.keeper.push(*EVENTS)
    fresh.keeper.move_courts(
        (
            *TREE[:2], court("示2401", "示24", 3), court("示25", "示", 5), court("示2501", "示25", 6),
            court("示2402", "示24", 4, valid_until=moved), court("示2402", "示25", 7, valid_from=moved),
        )
    )  # fmt: skip
    fresh.keeper.settle()
    found = audited(fresh, "示24", "all", "2025-02")
    assert (found["opening"], found["parted"], found["joined"], found["closing"]) == (5, 1, 0, 1)
    assert amounts(found, "across")["moved_out"] == 3
    assert found["difference"] == 0
    found = audited(fresh, "示25", "all", "2025-02")
    assert (found["opening"], found["parted"], found["joined"], found["difference"]) == (0, 0, 1, 0)
    assert (amounts(found)["moved_in"], amounts(found)["closed"], found["closing"]) == (3, 1, 3)


def test_what_was_known_before_balances_too(fresh: Api) -> None:
    fresh.keeper.push(*EVENTS[:3])
    fresh.keeper.settle()
    before = fresh.get("/v1/courts/示2401").get("known_at", None)
    before = before or fresh.get("/v1/stock-flow", court="示2401", scope="own", period="2025")["known_at"]
    fresh.keeper.push(*EVENTS[3:], *DIRT)
    fresh.keeper.settle()
    found = audited(fresh, "示2401", "own", "2025-02", known_at=before)
    assert (found["opening"], found["closing"], found["difference"], found["cases"]) == (2, 1, 0, 0)


def test_a_period_that_has_not_begun_has_its_reason(clean: Api) -> None:
    found = audited(clean, "示2401", "own", "2099")
    assert (found["reason"], found["balanced"], found["opening"]) == ("not_begun", None, None)
