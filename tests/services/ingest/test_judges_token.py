"""A judge's token opens nothing at the door of feeds."""

from __future__ import annotations

import re

from plumbline.store import engine, tokens
from tests.services.ingest.conftest import Desk, lines, record

#: What needs no token at all.
OPEN_TO_ALL = {"/healthz", "/readyz", "/openapi.json"}


def test_every_route_refuses_a_judges_token(desk: Desk) -> None:
    with engine.single(desk.dsn, name="furnish", statement_timeout_ms=30_000) as connection:
        token = tokens.create_token(connection, "judge", "judge", ["吉2401"], person="J-1")
    sent = {"Authorization": f"Bearer {token}"}
    document = desk.client.get("/openapi.json").json()
    tried = 0
    for path, operations in document["paths"].items():
        if path in OPEN_TO_ALL:
            continue
        for method in operations:
            for named in ("1", "ecourt", "吉2401"):
                asked = re.sub(r"\{[a-z_:]+\}", named, path)
                answer = desk.client.request(method, asked, headers=sent, json={"why": "x"})
                assert answer.status_code in (400, 403, 422), (method, asked, answer.status_code)
                tried += 1
    assert tried > 50
    for path in ("/v1/sources", "/v1/quarantine", "/v1/pulls"):
        answer = desk.client.get(path, headers=sent)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), path
        assert "/v1/due" in answer.text
    pushed = desk.client.post("/v1/events", headers=sent, content=lines([record("a")]))
    assert pushed.status_code == 403
    assert desk.count("event") == 0
