"""GET /v1/indicators/{id}/series."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.api.conftest import Api


def series(api: Api, name: str, where: str, first: str, to: str, scope: str = "own", **params: Any) -> Any:
    return api.get(f"/v1/indicators/{name}/series", court=where, scope=scope, first=first, to=to, **params)


@pytest.mark.parametrize(
    "name", ["clearance", "closing_rate", "pending", "altered_or_remanded_rate", "lines.growth"]
)
@pytest.mark.parametrize(
    ("grain", "first", "to"),
    [
        ("month", "2024", "2025"),
        ("quarter", "2025", "2025"),
        ("year", "2024", "2025"),
        ("month", "2025-01@20", "2025-06@20"),
        ("day", "2025-03", "2025-03"),
    ],
)
def test_every_point_equals_the_value_of_its_period(
    api: Api, name: str, grain: str, first: str, to: str
) -> None:
    found = series(api, name, "示24", first, to, "all", grain=grain)
    assert found["points"]
    for point in found["points"]:
        value = api.value(name, "示24", point["period"], "all")
        assert {key: value[key] for key in ("numerator", "denominator", "value", "reason", "status")} == {
            key: point[key] for key in ("numerator", "denominator", "value", "reason", "status")
        }, point


def test_a_running_total_begins_with_its_year(api: Api) -> None:
    found = series(api, "filed", "示2401", "2025-01", "2025-03", cumulative="true")
    assert [point["numerator"] for point in found["points"]] == [2, 4, 4]
    assert found["points"][2]["period_from"] == "2025-01-01"


def test_a_series_is_as_it_was_known(api: Api) -> None:
    now = series(api, "filed", "示2401", "2025-01", "2025-03")
    again = series(api, "filed", "示2401", "2025-01", "2025-03", known_at=now["known_at"])
    assert again["points"] == now["points"]


def test_too_many_points_or_none_are_refused(api: Api) -> None:
    for first, to, grain in (("1900", "2100", "day"), ("2025", "2024", "month"), ("2025-01-01", "x", "day")):
        answer = api.ask(
            "/v1/indicators/filed/series", court="示2401", scope="own", first=first, to=to, grain=grain
        )
        assert answer.status_code == 400
