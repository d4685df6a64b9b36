"""Logs are JSON with the request's id and without secrets; metrics carry route templates, never paths."""

from __future__ import annotations

import json
import logging

import fastapi
import pytest
import structlog
from fastapi import testclient

from plumbline.runtime import settings, telemetry


@pytest.fixture
def client() -> testclient.TestClient:
    app = fastapi.FastAPI()
    telemetry.instrument(app, "api")

    @app.get("/cases/{case}")
    def case(case: str) -> dict[str, str]:
        structlog.get_logger("test").warning("seen", token="abc", dsn="postgresql://u:hunter22@h/x")
        return {"case": case}

    return testclient.TestClient(app)


def test_a_request_id_is_kept_or_made_and_returned(client: testclient.TestClient) -> None:
    assert client.get("/cases/1", headers={"X-Request-ID": "mine-1"}).headers["x-request-id"] == "mine-1"
    assert len(client.get("/cases/1").headers["x-request-id"]) == 32
    assert client.get("/cases/1", headers={"X-Request-ID": "a b"}).headers["x-request-id"] != "a b"


def test_metrics_name_the_route_and_never_the_case(client: testclient.TestClient) -> None:
    client.get("/cases/secret-case")
    client.get("/no/such/secret-path")
    text = client.get("/metrics").text
    assert 'plumbline_http_requests_total{method="GET",route="/cases/{case}",status="200"} 1.0' in text
    assert 'route="unmatched",status="404"' in text
    assert "plumbline_runtime_info" in text
    assert "secret" not in text


def test_log_lines_are_json_with_the_request_id_and_without_secrets(
    client: testclient.TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        telemetry.configure_logs(settings.load(log_format="json"), "api")
        client.get("/cases/1", headers={"X-Request-ID": "mine-2"})
        logging.getLogger("uvicorn.error").warning(
            "Authorization: Bearer abc.def at postgresql://u:hunter22@h/x"
        )
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        structlog.reset_defaults()
        root.handlers[:], root.level = before
    seen = next(line for line in lines if line["event"] == "seen")
    assert (seen["request_id"], seen["service"], seen["level"]) == ("mine-2", "api", "warning")
    text = json.dumps(lines)
    assert "hunter22" not in text
    assert "abc" not in text
