"""GET /v1/courts, /v1/indicators, /v1/board, /v1/sources, /healthz, /readyz, /metrics."""

from __future__ import annotations

import pytest

from tests.keeper import record
from tests.services.api.conftest import Api


def test_courts_stand_in_the_official_order_within_the_readers_tree(api: Api) -> None:
    def codes(who: str) -> list[str]:
        return [court["code"] for court in api.get("/v1/courts", who)["items"]]

    assert codes("all") == ["示", "示24", "示2401", "示2402", "示25", "示2501"]
    assert codes("middle") == ["示24", "示2401", "示2402"]
    assert codes("basic") == ["示2401"]
    assert api.get("/v1/courts", "basic")["items"][0]["parent"] is None
    found = api.get("/v1/courts/示24")
    assert found["children"] == ["示2401", "示2402"]
    assert (found["parent"], found["status"], found["zone"], found["demo"]) == (
        "示",
        "invented",
        "Asia/Shanghai",
        True,
    )


def test_definitions_carry_all_six_elements(api: Api) -> None:
    every = api.get("/v1/indicators", kind="indicator", pack="court-core")["items"]
    assert len(every) == 18
    for entry in every:
        found = api.get(f"/v1/indicators/{entry['id']}")
        for element in ("nature", "direction", "formula", "meaning", "source"):
            assert found[element], (entry["id"], element)
        assert isinstance(found["targets"], list)
        assert found["measures"]
        assert {measure["lever"] for measure in found["measures"]} <= {"process", "outcome"}
        assert found["versions"][-1]["state"] == "complete"


def test_definitions_are_found_by_bare_and_whole_name(api: Api) -> None:
    assert api.get("/v1/indicators/clearance") == api.get("/v1/indicators/court-core.clearance")
    assert api.get("/v1/indicators/closed")["targets"][0]["pack"] == "lines"
    assert api.ask("/v1/indicators/nothing").status_code == 404
    assert {one["domain"] for one in api.get("/v1/indicators", domain="enforcement")["items"]} == {
        "enforcement"
    }


def test_the_board_stands_in_the_official_order_and_equals_the_values(api: Api) -> None:
    board = api.get("/v1/board", court="示24", period="2025-Q1")
    assert [row["court"] for row in board["rows"]] == ["示24", "示2401", "示2402"]
    names = [column["indicator"] for column in board["indicators"]]
    for row in board["rows"]:
        assert [cell["indicator"] for cell in row["cells"][::2]] == names
        for cell in row["cells"]:
            value = api.value(cell["indicator"], row["court"], "2025-Q1", cell["scope"])
            keys = ("numerator", "denominator", "value", "reason", "status", "target")
            assert [cell[key] for key in keys] == [value[key] for key in keys]


def test_nothing_offers_a_rank(api: Api) -> None:
    text = api.ask("/v1/board", court="示24", period="2025").text + api.ask("/v1/openapi.json").text
    for word in ('"rank', '"sort', '"order_by', '"top_', '"percentile'):
        assert word not in text


def test_feeds_show_only_what_the_reader_may_see(api: Api) -> None:
    (whole,) = api.get("/v1/sources")["items"]
    (part,) = api.get("/v1/sources", "basic")["items"]
    assert whole["events"] == 22
    assert part["events"] == 14
    assert part["courts"] == ["示2401"]
    assert (part["state"], part["coverage"]) == ("no_rhythm", "unknown")


def test_coverage_is_known_only_when_every_day_is_declared(fresh: Api) -> None:
    fresh.keeper.push(
        record(1, "case.filed", "（2025）示2401民初1号", "2025-03-01"),
        record(2, "source.day_closed", "示2401", "2025-03-02T01:00:00")
        | {"data": {"day": "2025-03-01", "counts": {"case.filed": 2}}},
    )
    fresh.keeper.settle()
    day = "2025-03-01..2025-03-01"
    found = fresh.value("filed", "示2401", day)
    assert found["coverage"] == 0.5
    assert found["coverage_detail"] == {
        "measure": "court-core.filed", "declared": 2, "received": 1, "surplus": 0, "unclosed": 0,
        "days_declared": 1, "days": 1,
    }  # fmt: skip
    assert fresh.value("filed", "示2401", "2025-03")["coverage"] == "unknown"
    assert fresh.value("filed", "示24", day, "all")["coverage"] == "unknown"


def test_health_needs_no_token(api: Api) -> None:
    assert api.ask("/healthz", None).json() == {"status": "alive"}
    assert api.ask("/readyz", None).json() == {"status": "ready", "reasons": []}


@pytest.mark.parametrize("who", [None, "basic", "province"])
def test_metrics_are_not_for_strangers(api: Api, who: str | None) -> None:
    assert api.ask("/metrics", who).status_code == 404


def test_metrics_carry_routes_never_paths(api: Api) -> None:
    api.ask("/v1/courts/示24")
    text = api.ask("/metrics", "all").text
    assert "plumbline_http_requests_total" in text
    assert "示24" not in text
