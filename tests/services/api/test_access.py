"""Access: every route, every way to name a court or a case, every kind of reader. Unexpectedly allowed:
none.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.api.conftest import APPEAL, FIRST, NEIGHBOUR, SEALED, STRANGE, Api, quoted

COURTS = ("示", "示24", "示2401", "示2402", "示25", "示2501")
SEEN = {
    "all": set(COURTS),
    "province": set(COURTS),
    "middle": {"示24", "示2401", "示2402"},
    "basic": {"示2401"},
    "sibling": {"示2402"},
    "stranger": {"示25", "示2501"},
}
BY_COURT: dict[str, tuple[str, dict[str, Any]]] = {
    "court": ("/v1/courts/{court}", {}),
    "value": ("/v1/indicators/filed/value", {"period": "2025", "scope": "own"}),
    "value of the district": ("/v1/indicators/filed/value", {"period": "2025", "scope": "all"}),
    "value known": (
        "/v1/indicators/filed/value",
        {"period": "2025", "scope": "all", "known_at": "2026-01-01T00:00:00Z"},
    ),
    "series": ("/v1/indicators/filed/series", {"first": "2025-01", "to": "2025-03", "scope": "all"}),
    "cases": ("/v1/indicators/filed/cases", {"period": "2025", "scope": "all"}),
    "restatement": (
        "/v1/indicators/filed/restatement",
        {"period": "2025", "scope": "all", "from_known": "2026-01-01T00:00:00Z"},
    ),
    "board": ("/v1/board", {"period": "2025"}),
    "scorecard": ("/v1/scorecards/litigation", {"period": "2025"}),
    "table of scores": ("/v1/scorecards/litigation/table", {"period": "2025"}),
    "due": ("/v1/cases", {"due_within": "30d", "scope": "all"}),
}
CASES = {FIRST: "示2401", NEIGHBOUR: "示2402", STRANGE: "示2501", APPEAL: "示24"}


@pytest.mark.parametrize("route", BY_COURT)
@pytest.mark.parametrize("who", SEEN)
def test_a_court_is_read_only_from_at_or_above_it(api: Api, who: str, route: str) -> None:
    path, params = BY_COURT[route]
    for court in COURTS:
        named = {} if "{court}" in path else {"court": court}
        answer = api.ask(path.replace("{court}", court), who, **params, **named)
        assert answer.status_code == (200 if court in SEEN[who] else 404), (who, court)


@pytest.mark.parametrize("route", BY_COURT)
def test_another_court_answers_as_one_that_does_not_exist(api: Api, route: str) -> None:
    path, params = BY_COURT[route]
    bodies = []
    for court in ("示2402", "示2499"):
        named = {} if "{court}" in path else {"court": court}
        answer = api.ask(path.replace("{court}", court), "basic", **params, **named)
        headers = {name for name in answer.headers if name != "content-length"}
        body = {
            key: str(value).replace(court, "X") for key, value in answer.json().items() if key != "request_id"
        }
        bodies.append((answer.status_code, headers, body))
    assert bodies[0] == bodies[1]
    assert bodies[0][0] == 404


@pytest.mark.parametrize("who", SEEN)
def test_a_case_is_read_only_from_at_or_above_its_court(api: Api, who: str) -> None:
    for case, court in CASES.items():
        answer = api.ask(f"/v1/cases/{quoted(case)}", who)
        assert answer.status_code == (200 if court in SEEN[who] else 404), (who, case)
    assert api.ask(f"/v1/cases/{quoted(SEALED)}", who).status_code == 404


@pytest.mark.parametrize("who", SEEN)
def test_no_list_names_what_its_reader_may_not_see(api: Api, who: str) -> None:
    strange = [court for court in COURTS if court not in SEEN[who]]
    hidden = [case for case, court in CASES.items() if court not in SEEN[who]] + [SEALED]
    texts = [api.ask("/v1/courts", who).text, api.ask("/v1/sources", who).text]
    for path, params in BY_COURT.values():
        for court in SEEN[who]:
            named = {} if "{court}" in path else {"court": court}
            texts.append(api.ask(path.replace("{court}", court), who, **params, **named).text)
    texts += [
        api.ask(f"/v1/cases/{quoted(case)}", who).text for case, court in CASES.items() if court in SEEN[who]
    ]
    for text in texts:
        assert not [court for court in strange if f'"{court}"' in text]
        assert not [case for case in hidden if case in text]


@pytest.mark.parametrize("who", SEEN)
def test_nothing_is_supposed_of_a_court_that_may_not_be_read(api: Api, who: str) -> None:
    for court in COURTS:
        answer = api.suppose("/v1/scorecards/litigation/what-if", {"court": court, "period": "2025"}, who)
        assert answer.status_code == (200 if court in SEEN[who] else 404), (who, court)


def test_a_supposition_is_read_only_of_one_who_may_ask(api: Api) -> None:
    path = "/v1/scorecards/litigation/what-if"
    for body in ({"court": "示2401", "period": "2025"}, b"{", b"x" * 100_000):
        assert api.suppose(path, body, None).status_code == 401
        assert api.suppose(path, body, "feeder").status_code == 403


def test_a_cursor_of_another_reader_opens_nothing(api: Api) -> None:
    page = api.get("/v1/indicators/filed/cases", "middle", court="示24", period="2025", scope="all", limit=1)
    params: dict[str, Any] = {"period": "2025", "scope": "all", "limit": 1, "cursor": page["next"]}
    assert api.ask("/v1/indicators/filed/cases", "basic", court="示24", **params).status_code == 404
    assert api.ask("/v1/indicators/filed/cases", "basic", court="示2401", **params).status_code == 400


PATHS = [
    "/v1/courts",
    "/v1/indicators",
    "/v1/indicators/filed",
    "/v1/sources",
    "/v1/scorecards",
    "/v1/openapi.json",
    "/v1/cases/x",
    *(path.replace("{court}", "示24") for path, _ in BY_COURT.values()),
]


@pytest.mark.parametrize("path", sorted(set(PATHS)))
def test_nothing_is_read_without_a_token_that_holds(api: Api, path: str) -> None:
    wrong = api.tokens["all"][:-4] + "AAAA"
    for header in (
        None,
        "Bearer",
        f"Bearer {wrong}",
        "Basic eDp5",
        "Bearer plk_x",
        f"Token {api.tokens['all']}",
    ):
        answer = api.ask(path, None, {"Authorization": header} if header else None)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), header
    assert api.ask(path, "feeder").status_code == 403
