"""Every error is a problem document, and the description promises each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from services.api import (
    ballot_shapes,
    case_shapes,
    deviation_shapes,
    dimension_shapes,
    figure_shapes,
    file_shapes,
    input_shapes,
    opening_shapes,
    own_date_shapes,
    period_shapes,
    problems,
    reconciliation_shapes,
    reference_shapes,
    samples,
    score_shapes,
    shapes,
    stock_flow_shapes,
    subscription_shapes,
    supervision_shapes,
    trace_shapes,
    verification_shapes,
    version_shapes,
)
from tests.services.api.conftest import Api

SUPPOSED = "/v1/scorecards/{book}/what-if"
VOTES = "/v1/ballots/{id}/votes"
STREAM = "/v1/deviations/stream"
OPENING = {
    "/v1/adjustments", "/v1/objections", "/v1/acceptances", "/v1/ballots", "/v1/departments", "/v1/subscriptions",
    "/v1/openings",
}  # fmt: skip
"""Addresses that list what there is, and open another."""
ACTS = {
    *(f"/v1/adjustments/{{id}}/{act}" for act in ("verify", "decide", "withdraw")),
    *(f"/v1/acceptances/{{id}}/{act}" for act in ("show", "remarks", "decide", "freeze")),
    *(f"/v1/ballots/{{id}}/{act}" for act in ("close", "publish")),
    "/v1/objections/{id}/decide", VOTES, "/v1/reconciliations",
    *(f"/v1/subscriptions/{{id}}/{act}" for act in ("change", "pause", "disable", "resume", "rotate", "test")),
    "/v1/deliveries/{id}/replay",
    "/v1/periods/{period}/close", "/v1/periods/{period}/reopen",
    *(f"/v1/deviations/{{id}}/{act}" for act in ("acknowledge", "silence", "close")),
    *(f"/v1/watches/{{id}}/{act}" for act in ("backtest", "arm", "disarm")),
}  # fmt: skip
LISTED = {
    "/v1/courts", "/v1/courts/{code}", "/v1/indicators", "/v1/indicators/{id}", "/v1/indicators/{id}/value",
    "/v1/indicators/{id}/series", "/v1/indicators/{id}/cases", "/v1/indicators/{id}/restatement", "/v1/board",
    "/v1/cases", "/v1/scorecards", "/v1/scorecards/{book}", "/v1/scorecards/{book}/table", SUPPOSED,
    "/v1/causes", "/v1/tags", "/v1/courts/{code}/causes",
    "/v1/cases/{id}", "/v1/sources", "/v1/openapi.json", "/healthz", "/readyz",
    "/v1/adjustments/{id}", "/v1/objections/{id}", "/v1/acceptances/{id}", "/v1/acceptances/{id}/card",
    "/v1/ballots/{id}", "/v1/indicators/{id}/objections", *OPENING, *ACTS,
    "/v1/scorecards/{book}/verification", "/v1/verification-keys",
    "/v1/trace", "/v1/indicators/{id}/page", "/v1/periods",
    "/v1/indicators/{id}/inputs",
    "/v1/indicators/{id}/bridge", "/v1/catalog/filling", "/v1/catalog/diff",
    "/v1/subscriptions/{id}", "/v1/subscriptions/{id}/deliveries", STREAM,
    "/v1/deviations", "/v1/deviations/cards", "/v1/deviations/{id}", "/v1/deviations/{id}/replay",
    "/v1/watches", "/v1/watches/{id}", "/v1/watches/{id}/backtests",
    "/v1/forecasts/{id}", "/v1/stock-flow", "/v1/openings/{court}",
    "/v1/benchmarks", "/v1/directions", "/v1/conversions", "/v1/conversions/{id}", "/v1/due", "/v1/due/{id}",
}  # fmt: skip
VALUE = "/v1/indicators/filed/value?court=示24&scope=own&period=2025"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/nothing", 404, "not_found"),
        ("/v1/courts/示99", 404, "not_found"),
        ("/v1/indicators/none/value?court=示24&scope=own&period=2025", 404, "not_found"),
        ("/v1/indicators/filed/value?court=示24&scope=own&period=x", 400, "bad_period"),
        ("/v1/indicators/filed/value?court=示24&scope=mine&period=2025", 400, "invalid"),
        (VALUE + "&sort=value", 400, "unknown_parameter"),
        (VALUE + "&court=示25", 400, "unknown_parameter"),
        (VALUE + "&compare=best", 400, "invalid"),
        ("/v1/indicators/filed/cases?court=示24&scope=own&period=2025&limit=201", 400, "invalid"),
        ("/v1/indicators/filed/cases?court=示24&scope=own&period=2025&part=all", 400, "invalid"),
        ("/v1/scorecards/none?court=示24&period=2025", 404, "not_found"),
        ("/v1/scorecards/litigation?court=示24&period=2025-06", 400, "bad_input"),
        ("/v1/scorecards/litigation?court=示24&period=2025&sort=points", 400, "unknown_parameter"),
        ("/v1/scorecards/litigation/table?court=示24&period=2025&order=points", 400, "unknown_parameter"),
        ("/v1/courts?x=1", 400, "unknown_parameter"),
    ],
)
def test_an_error_says_what_why_and_what_next(api: Api, path: str, status: int, code: str) -> None:
    answer = api.client.get(path, headers={"Authorization": f"Bearer {api.tokens['all']}"})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:plumbline:problem:{code}"
    assert body["what"]
    assert body["next"]
    assert body["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text


def methods(path: str) -> set[str]:
    """What an address takes."""
    if path in OPENING:
        return {"GET", "POST"}
    return {"POST"} if path in ACTS | {SUPPOSED} else {"GET"}


def test_only_get_is_taken_and_post_where_one_asks_or_acts(api: Api) -> None:
    for path in LISTED:
        taken = "POST" if methods(path) == {"POST"} else "GET"
        named = path.replace("{id}", "x").replace("{code}", "x").replace("{book}", "x")
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods(path):
            answer = api.client.request(method, named)
            assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
            assert taken in answer.headers["allow"]
            assert taken in answer.json()["next"]


def test_titles_follow_the_readers_language(api: Api) -> None:
    for header, title in (
        ("zh-CN,zh;q=0.9,en;q=0.5", "需要令牌"),
        ("en", "A token that holds is needed"),
        ("", "A token that holds is needed"),
    ):
        answer = api.client.get("/v1/courts", headers={"Accept-Language": header})
        assert answer.json()["title"] == title
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_what_fails_inside_says_nothing_of_the_inside(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("services.api.routes.courts._ordered", broken)
    answer = api.ask("/v1/courts")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text


def test_the_description_is_valid_and_whole(api: Api) -> None:
    document = api.get("/v1/openapi.json")
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == LISTED
    ids = []
    for path, operations in document["paths"].items():
        assert set(operations) == {method.lower() for method in methods(path)}
        ids += [operation["operationId"] for operation in operations.values()]
    assert len(set(ids)) == len(ids)


def test_every_operation_promises_its_problems(api: Api) -> None:
    paths = api.get("/v1/openapi.json")["paths"]
    every = [(path, method, one) for path, found in paths.items() for method, one in found.items()]
    for path, method, operation in every:
        assert operation["summary"]
        assert operation["description"]
        media = "text/event-stream" if path == STREAM else "application/json"
        assert operation["responses"]["200"]["content"][media]["example"]
        promised = (
            {"405"}
            if path in ("/healthz", "/readyz")
            else {"400", "401", "403", "404", "405", "429", "500", "503"}
        )
        assert promised <= set(operation["responses"])
        assert "422" not in operation["responses"]
        if method == "post" and path != SUPPOSED:
            assert "409" in operation["responses"]
        if path.startswith("/v1") and path != VOTES:
            assert operation["security"]


def test_every_route_is_described(api: Api) -> None:
    hidden = {"/metrics"}
    paths = {route.path for route in _routes(api)} - hidden
    assert {path.replace(":path", "") for path in paths} == LISTED


def _routes(api: Api) -> list[Any]:
    found: list[Any] = []
    waiting = list(api.client.app.routes)  # type: ignore[attr-defined]
    while waiting:
        one = waiting.pop()
        inner = (
            getattr(one, "routes", None)
            or getattr(getattr(one, "router", None), "routes", None)
            or getattr(getattr(one, "original_router", None), "routes", None)
        )
        if inner:
            waiting += inner
        elif hasattr(one, "path"):
            found.append(one)
    return found


def test_every_example_has_the_shape_it_shows() -> None:
    models = (
        {
            **vars(file_shapes),
            **vars(case_shapes),
            **vars(score_shapes),
            **vars(verification_shapes),
            **vars(shapes),
            **vars(supervision_shapes),
            **vars(ballot_shapes),
            **vars(figure_shapes),
            **vars(period_shapes),
            **vars(input_shapes),
            **vars(reconciliation_shapes),
        }
        | vars(trace_shapes)
        | vars(subscription_shapes)
        | vars(dimension_shapes)
        | vars(reference_shapes)
        | vars(version_shapes)
        | vars(deviation_shapes)
        | vars(stock_flow_shapes)
        | vars(opening_shapes)
        | vars(own_date_shapes)
    )
    assert set(samples.MODELS) == set(samples.SAMPLES)
    for operation, model in samples.MODELS.items():
        models[model].model_validate_json(orjson.dumps(samples.SAMPLES[operation]))


def test_every_problem_has_words_in_both_languages() -> None:
    for _, zh, en in problems.TITLES.values():
        assert zh
        assert en
    assert problems.prefers_chinese("zh")
    assert not problems.prefers_chinese("en, zh;q=0.5")
    assert not problems.prefers_chinese("")


def test_the_reference_page_names_every_address_and_every_problem() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/reference/api.md").read_text(encoding="utf-8")
    for path in LISTED:
        assert path in page, path
    for code in problems.TITLES:
        assert f"`{code}`" in page, code
