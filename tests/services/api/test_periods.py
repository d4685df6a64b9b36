"""Closed periods: who may close and reopen, what a final and a frozen figure answer, and what was known when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.keeper import record
from tests.services.api.offices import FIGURE, Prefecture, prefecture, scored
from tests.services.api.test_coverage import day_closed

MONTH = {"court": "示2401", "scope": "own"}
ANYWAY = {**MONTH, "anyway": True, "why": "二月停机一日，已书面说明"}


@pytest.fixture(scope="module")
def books(module_database: str) -> str:
    return scored(module_database)


@pytest.fixture
def place(server_dsn: str, books: str) -> Iterator[Prefecture]:
    yield from prefecture(server_dsn, books)


def value(place: Prefecture, name: str = "filed", **more: Any) -> Any:
    asked = {"court": "示2401", "scope": "own", "period": "2025-01", **more}
    return place.api.get(f"/v1/indicators/{name}/value", "office", **asked)


def late(place: Prefecture) -> None:
    """A case of January that came late."""
    place.api.keeper.push(
        record(999_001, "case.filed", "（2025）示2401民初901号", "2025-01-20", procedure="ordinary")
    )
    place.api.keeper.settle()


def test_a_period_is_not_closed_while_its_coverage_is_unknown_unless_it_is_said_why(
    place: Prefecture,
) -> None:
    path = "periods/2025-01/close"
    assert place.refused(path, MONTH, "office") == (409, "conflict")
    assert place.refused(path, {**MONTH, "anyway": True}, "office") == (409, "conflict")
    done = place.done(path, ANYWAY, "office")
    assert (done["state"], done["coverage"]) == ("final", "unknown")
    assert done["acts"][0]["detail"]["why"] == ANYWAY["why"]
    assert "of" not in done["acts"][0]["detail"]
    assert place.audit("period.%") == [("office", "period.close")]


def test_a_period_whose_days_are_closed_needs_no_excuse_and_a_running_one_has_none(place: Prefecture) -> None:
    for day in range(1, 32):
        busy = {"case_filed": 20} if day == 10 else {}
        place.api.keeper.push(day_closed("示2401", date(2025, 1, day), **busy))
    place.api.keeper.settle()
    assert place.done("periods/2025-01/close", MONTH, "own_office")["coverage"] == 1
    running = date.today().strftime("%Y")
    assert place.refused(f"periods/{running}/close", ANYWAY, "office") == (409, "conflict")


def test_only_an_office_at_or_above_the_court_closes(place: Prefecture) -> None:
    for who in ("court", "decider", "command"):
        assert place.refused("periods/2025-01/close", ANYWAY, who) == (403, "not_allowed")
    assert place.refused("periods/2025-01/close", ANYWAY, "elsewhere") == (404, "not_found")


def test_a_final_figure_moves_and_says_what_it_was(place: Prefecture) -> None:
    before = value(place)
    assert (before["period_state"], before["closing"]) == ("provisional", None)
    assert {one["code"] for one in before["period_reasons"]} == {"days_open", "not_closed"}
    place.done("periods/2025/close", ANYWAY, "office")
    same = value(place)
    assert (same["period_state"], same["changed_since_closing"], same["beside"]) == ("final", False, None)
    late(place)
    moved = value(place)
    assert (moved["numerator"], moved["changed_since_closing"]) == (21, True)
    assert (moved["beside"]["figure"], moved["beside"]["numerator"], moved["beside"]["difference"]) == (
        "at_closing",
        20,
        1,
    )


def test_a_frozen_figure_is_answered_as_known_at_the_freeze(place: Prefecture) -> None:
    place.done("periods/2025/close", {**ANYWAY, "frozen": True}, "office")
    late(place)
    found = value(place)
    assert (found["period_state"], found["numerator"], found["changed_since_closing"]) == ("frozen", 20, True)
    assert (found["beside"]["figure"], found["beside"]["numerator"], found["beside"]["difference"]) == (
        "current",
        21,
        1,
    )
    again = value(place, known_at=found["known_at"])
    assert {**again, "computed_at": None} == {**found, "computed_at": None}
    ask = {"court": "示2401", "scope": "own", "first": "2025-01", "to": "2025-02"}
    point = place.api.get("/v1/indicators/filed/series", "office", **ask)["points"][0]
    assert (point["numerator"], point["period_state"], point["beside"]["numerator"]) == (20, "frozen", 21)
    row = place.api.get("/v1/board", "office", court="示2401", period="2025")["rows"][0]
    assert {cell["period_state"] for cell in row["cells"] if cell["scope"] == "own"} == {"frozen"}


def test_a_districts_figure_is_closed_when_every_court_is(place: Prefecture) -> None:
    place.done("periods/2025/close", ANYWAY, "office")
    asked = {"court": "示24", "scope": "all", "period": "2025"}
    assert value(place, **asked)["period_state"] == "provisional"
    place.done("periods/2025/close", {**ANYWAY, "court": "示24", "scope": "all"}, "office")
    assert value(place, **asked)["period_state"] == "final"
    assert value(place, court="示2402")["period_state"] == "final"
    seen = place.api.get("/v1/periods", "neighbour", court="示2402", period="2025")
    assert seen["asked"]["state"] == "final"
    assert seen["items"][0]["court"] is None
    assert '示24"' not in str(seen).replace("'", '"')


def test_reopening_is_an_act_with_a_reason_and_changes_nothing_of_the_past(place: Prefecture) -> None:
    place.done("periods/2025/close", {**ANYWAY, "frozen": True}, "office")
    frozen = value(place)
    again = {**MONTH, "why": "补报"}
    assert place.refused("periods/2025/reopen", again, "own_office") == (403, "not_allowed")
    assert place.refused("periods/2025/reopen", {**MONTH}, "office")[0] == 400
    assert place.done("periods/2025/reopen", again, "office")["state"] == "reopened"
    late(place)
    now = value(place)
    assert (now["period_state"], now["numerator"], now["beside"]) == ("provisional", 21, None)
    then = value(place, known_at=frozen["known_at"])
    assert (then["period_state"], then["numerator"]) == ("frozen", 20)
    place.done("periods/2025/close", ANYWAY, "office_two")
    assert value(place)["period_state"] == "final"
    assert [act for _, act in place.audit("period.%")] == ["period.close", "period.reopen", "period.close"]
    assert place.refused("periods/2025/close", {**ANYWAY, "why": "x"}, "office") == (409, "conflict")


def test_an_acceptance_freezes_the_figures_of_its_book_and_no_others(place: Prefecture) -> None:
    card = place.done(
        "acceptances", {"court": "示2401", "period": "2025", "book": "yanbian-2019.litigation"}, "office"
    )
    at = f"acceptances/{card['id']}"
    place.done(f"{at}/show", {"until": date.today().isoformat()}, "office")
    place.later(days=2)
    place.done(f"{at}/decide", {"verdict": "accepted", "ground": "x", "document": "x"}, "decider")
    place.done(f"{at}/freeze", {}, "office")
    found = value(place, FIGURE, period="2025")
    assert (found["period_state"], found["closing"]["kind"]) == ("frozen", "acceptance")
    assert value(place, period="2025")["period_state"] == "provisional"
