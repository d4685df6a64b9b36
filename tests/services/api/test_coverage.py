"""Coverage at the level of answers: a feed loses a third of a half-day's cases and gets them back, and every figure says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.keeper import record
from tests.services.api.conftest import Api, opened

COURTS = ("示", "示24", "示2401", "示2402")
HALF_DAY = date(2025, 3, 5)
FILED = [f"（2025）示2401民初{number}号" for number in range(1, 10)]
LOST = 3
BASIC: dict[str, Any] = {"court": "示2401", "period": "2025"}
FIGURE = {**BASIC, "scope": "own"}

#: Every address that answers with figures: the address as asked, its parameters.
ROUTES: dict[str, tuple[str, dict[str, Any]]] = {
    "/v1/indicators/{id}/value": ("/v1/indicators/filed/value", {**FIGURE, "compare": "prior_year"}),
    "/v1/indicators/{id}/series": (
        "/v1/indicators/filed/series",
        {"court": "示2401", "scope": "own", "first": "2025-01", "to": "2025-12"},
    ),
    "/v1/board": ("/v1/board", BASIC),
    "/v1/directions": ("/v1/directions", {**BASIC, "domain": "all"}),
    "/v1/scorecards/{book}": ("/v1/scorecards/yanbian-2019.litigation", BASIC),
    "/v1/conversions/{id}": ("/v1/conversions/court-core", BASIC),
    "/v1/courts/{code}/causes": (
        "/v1/courts/示2401/causes",
        {"indicator": "filed", "scope": "own", "period": "2025"},
    ),
    "/v1/indicators/{id}/objections": ("/v1/indicators/filed/objections", FIGURE),
    "/v1/indicators/{id}/restatement": (
        "/v1/indicators/filed/restatement",
        {**FIGURE, "from_known": "2026-01-01T00:00:00Z"},
    ),
    "/v1/periods": ("/v1/periods", BASIC),
}
#: Where coverage stands in an answer without a figure of one court and indicator, or the figure is said elsewhere too.
OTHER = {
    "/v1/forecasts/{id}": "of the running year alone: the coverage of its value, in tests/services/api/test_deviations.py",
    "/v1/reconciliations": "of a court's feeds, beside a case that is not known here, in test_reconciliations.py",
    "/v1/sources": "the coverage of feeds over 30 days, in tests/services/api/test_courts.py",
    "/v1/indicators/{id}/bridge": "two versions of one figure, in test_a_bridge_says_the_coverage_of_both_sides",
    "/v1/scorecards/{book}/what-if": "what is only supposed rests on no feed",
    **dict.fromkeys(
        ("/v1/periods/{period}/close", "/v1/periods/{period}/reopen"), "in tests/services/api/test_periods.py"
    ),
}
#: Shapes with a numerator and a denominator that need no coverage of their own.
BARE = {
    "Counted": "the year before, or another way to count, of a line of a card whose `figure.backing` says it",
    "ScoreLine": "a line of a card: its `figure.backing` says it",
    "BridgeStation": "a step between the two sides of a bridge, which say theirs",
    "BridgePart": "what one part of a bridge moved",
    "CoverageParts": "coverage itself, side by side",
    "Beside": "the other figure of the same cell and days",
    "BallotResult": "a mean of votes rests on no feed",
    "FigureGiven": "a figure an office decided",
    "SupposedValue": "a figure that is only supposed",
}


def day_closed(court: str, day: date, **counts: int) -> dict[str, Any]:
    """A court's closing of a day; counts by type, `case.filed` written case_filed."""
    named = {name.replace("_", ".", 1): number for name, number in counts.items()}
    told = record(0, "source.day_closed", court, f"{day + timedelta(1)}T00:30:00")
    return told | {"id": f"closed-{court}-{day}", "data": {"day": day.isoformat(), "counts": named}}


def closings(*years: int) -> Iterator[dict[str, Any]]:
    """Every court closes every day; only 示2401 had cases, on one."""
    for year in years:
        for court in COURTS:
            for index in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
                day = date(year, 1, 1) + timedelta(index)
                busy = (court, day) == ("示2401", HALF_DAY)
                yield day_closed(court, day, **({"case_filed": 9} if busy else {}))


def filings(first: int, until: int) -> list[dict[str, Any]]:
    """The filings of a half-day."""
    return [
        record(index, "case.filed", FILED[index], f"{HALF_DAY}T09:{index:02d}:00", procedure="ordinary")
        for index in range(first, until)
    ]


@pytest.fixture(scope="module")
def feed(module_database: str) -> Iterator[tuple[Api, dict[str, Any], dict[str, Any]]]:
    """The API, its answers while a third of the cases is lost, and its answers when they are back."""
    for api in opened(module_database):
        api.keeper.push(*closings(2024, 2025))
        api.keeper.push(*filings(0, 9 - LOST))
        api.keeper.settle()
        lost = {name: api.get(path, **params) for name, (path, params) in ROUTES.items()}
        api.keeper.push(*filings(9 - LOST, 9))
        api.keeper.settle()
        back = {name: api.get(path, **params) for name, (path, params) in ROUTES.items()}
        yield api, lost, back


def shares(answer: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every coverage an answer states, by its place."""
    if isinstance(answer, dict):
        if "coverage" in answer and "act" not in at.rpartition(".")[2]:
            yield at, answer["coverage"]
        for name, one in answer.items():
            yield from shares(one, f"{at}.{name}")
    elif isinstance(answer, list):
        for index, one in enumerate(answer):
            yield from shares(one, f"{at}[{index}]")


@pytest.mark.parametrize("name", ROUTES)
def test_coverage_falls_with_lost_cases_and_recovers_with_them(feed: Any, name: str) -> None:
    _, lost, back = feed
    before, after = dict(shares(lost[name])), dict(shares(back[name]))
    fallen = {at for at, share in before.items() if isinstance(share, float) and share < 1}
    assert fallen, name
    assert all(before[at] == 0.666666 for at in fallen), before
    assert all(after.get(at) == 1 for at in fallen if not at.startswith(".before"))
    assert not [at for at, share in after.items() if share == 0.666666 and not at.startswith(".before")]


def cells_of(answer: Any) -> dict[tuple[str, str, str], Any]:
    """The cells of a board by court, indicator and scope."""
    return {
        (row["court"], cell["indicator"], cell["scope"]): cell
        for row in answer["rows"]
        for cell in row["cells"]
    }


def test_every_figure_that_the_lost_cases_move_says_so_while_they_are_away_and_no_longer_after(
    feed: Any,
) -> None:
    _, lost, back = feed
    before, after = cells_of(lost["/v1/board"]), cells_of(back["/v1/board"])
    assert before.keys() == after.keys()
    assert all("coverage" in cell for cell in (*before.values(), *after.values())), (
        "a figure without its coverage"
    )
    moved = [
        at
        for at, cell in before.items()
        if (cell["numerator"], cell["denominator"]) != (after[at]["numerator"], after[at]["denominator"])
    ]
    assert moved
    assert {before[at]["coverage"] for at in moved} == {0.666666}
    assert {after[at]["coverage"] for at in moved} == {1}


def test_a_figure_that_reads_other_events_is_not_touched(feed: Any) -> None:
    _, lost, _ = feed
    cells = cells_of(lost["/v1/board"])
    for cell in cells.values():
        assert cell["coverage"] in (1, 0.666666, "unknown"), cell
    assert {cell["coverage"] for cell in cells.values()} >= {0.666666}


def test_a_court_without_a_loss_keeps_its_coverage(feed: Any) -> None:
    api, *_ = feed
    assert api.value("filed", "示2402", "2025")["coverage"] == 1


def test_the_answer_of_the_moment_of_the_loss_never_changes(fresh: Api) -> None:
    fresh.keeper.push(day_closed("示2401", HALF_DAY, case_filed=9), *filings(0, 6))
    fresh.keeper.settle()
    day = f"{HALF_DAY}..{HALF_DAY}"
    first = fresh.value("filed", "示2401", day)
    fresh.keeper.push(*filings(6, 9))
    fresh.keeper.settle()
    again = fresh.value("filed", "示2401", day, known_at=first["known_at"])
    kept = ("coverage", "coverage_detail", "numerator", "page", "last_received_at", "period_state")
    assert [again[name] for name in kept] == [first[name] for name in kept]
    assert first["coverage"] == 0.666666
    assert fresh.value("filed", "示2401", day)["coverage"] == 1


def test_numerator_and_denominator_are_measured_apart(fresh: Api) -> None:
    fresh.keeper.push(
        day_closed("示2401", HALF_DAY, case_filed=2), day_closed("示24", HALF_DAY, appeal_decided=4)
    )
    fresh.keeper.push(*filings(0, 2))
    fresh.keeper.settle()
    day = f"{HALF_DAY}..{HALF_DAY}"
    found = fresh.value("altered_or_remanded_rate", "示2401", day, detail="coverage")
    parts = found["coverage_parts"]
    assert (found["coverage"], parts["numerator"], parts["denominator"]) == (0, 0, 1)
    sides = {one["measure"]: one["sides"] for one in parts["measures"]}
    assert sides["court-core.appeal_altered"] == ["numerator"]
    assert found["coverage_detail"]["measure"] in sides
    assert fresh.value("altered_or_remanded_rate", "示2401", day)["coverage_parts"] is None


def test_more_received_than_declared_is_shown_and_never_above_one(fresh: Api) -> None:
    fresh.keeper.push(day_closed("示2401", HALF_DAY, case_filed=2), *filings(0, 5))
    fresh.keeper.settle()
    found = fresh.value("filed", "示2401", f"{HALF_DAY}..{HALF_DAY}")
    assert found["coverage"] == 1
    assert (found["coverage_detail"]["received"], found["coverage_detail"]["surplus"]) == (2, 3)


def test_a_day_closed_without_counts_declares_zero(fresh: Api) -> None:
    fresh.keeper.push(day_closed("示2401", HALF_DAY))
    fresh.keeper.settle()
    found = fresh.value("filed", "示2401", f"{HALF_DAY}..{HALF_DAY}")
    assert (found["coverage"], found["coverage_detail"]["days_declared"]) == (1, 1)
    assert fresh.value("filed", "示2402", f"{HALF_DAY}..{HALF_DAY}")["coverage"] == "unknown"


def test_an_appeal_figure_rests_on_the_feed_of_the_court_above_and_tells_no_count_of_it(fresh: Api) -> None:
    fresh.keeper.push(day_closed("示2401", HALF_DAY), day_closed("示24", HALF_DAY, appeal_decided=4))
    fresh.keeper.settle()
    day = f"{HALF_DAY}..{HALF_DAY}"
    above = fresh.value("appeal_altered", "示2401", day)
    assert (above["coverage"], above["coverage_detail"]["declared"]) == (0, 4)
    own = fresh.get(
        "/v1/indicators/appeal_altered/value",
        "basic",
        court="示2401",
        period=day,
        scope="own",
        detail="coverage",
    )
    assert (own["coverage"], own["coverage_detail"]["declared"]) == (0, None)
    assert own["coverage_parts"]["measures"][0]["received"] is None


def test_a_bridge_says_the_coverage_of_both_sides(feed: Any) -> None:
    api, *_ = feed
    found = api.get(
        "/v1/indicators/lines.judged_share/bridge", court="示2401", period="2025", scope="own",
        from_version="1", to_version="1", from_known=api.value("filed", "示2401", "2025")["known_at"],
    )  # fmt: skip
    assert [found[side]["coverage"] for side in ("before", "after")] == [1, 1]


def test_every_route_that_reports_a_figure_is_tried_here(feed: Any) -> None:
    """A new one fails here until it says its coverage and stands in ROUTES."""
    api, *_ = feed
    document = api.get("/v1/openapi.json")
    schemas = document["components"]["schemas"]
    bare = [
        name
        for name, schema in schemas.items()
        if {"numerator", "denominator"} <= set(schema.get("properties", {}))
        and not {"coverage", "prior_coverage"} & set(schema["properties"])
    ]
    assert not set(bare) - set(BARE), "these report a figure without its coverage"
    listed = {
        path
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if "Covered" in _bases(operation["responses"]["200"], schemas)
    }
    assert not listed - set(ROUTES) - set(OTHER), "say in ROUTES how these are asked"
    assert not (set(ROUTES) | set(OTHER)) - set(document["paths"])


def _bases(answer: Any, schemas: Any) -> set[str]:
    """`Covered` where any shape of the answer, at any depth, states a coverage."""
    seen: set[str] = set()
    todo: list[Any] = [answer.get("content", {})]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            name = str(one.get("$ref", "")).rpartition("/")[2]
            if name in schemas and name not in seen:
                seen.add(name)
                todo.append(schemas[name])
            todo += [inner for key, inner in one.items() if key != "example"]
        elif isinstance(one, list):
            todo += one
    stated = any("coverage" in schemas[name].get("properties", {}) for name in seen)
    return {"Covered"} if stated else set()


def test_freshness_says_when_a_feed_falls_silent(fresh: Api) -> None:
    fresh.keeper.push(*filings(0, 1))
    fresh.keeper.settle()
    assert fresh.value("filed", "示2402", "2025")["freshness"] == "nothing_received"
    assert fresh.value("filed", "示2401", "2025")["freshness"] == "no_rhythm"
    fresh.keeper.query("UPDATE source SET rhythm_minutes = 60 WHERE id = 'court' RETURNING id")
    state = fresh.client.app.state  # type: ignore[attr-defined]
    clock, seen, tags = state.clock, [], set()
    for hours in (0, 2, 5):
        state.clock = lambda more=hours: clock() + timedelta(hours=more)
        answer = fresh.ask("/v1/indicators/filed/value", court="示2401", period="2025", scope="own")
        seen.append(answer.json()["freshness"])
        tags.add(answer.headers["etag"])
    state.clock = clock
    assert seen == ["in_rhythm", "late", "silent"]
    assert len(tags) == 3, "a copy that was fresh must not be answered as unchanged when it no longer is"
