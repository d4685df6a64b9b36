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
    "inputs": ("/v1/indicators/lines.staff/inputs", {"period": "2025", "scope": "all"}),
    "share by hand": ("/v1/indicators/filed/value", {"period": "2025", "scope": "all", "detail": "inputs"}),
    "restatement": (
        "/v1/indicators/filed/restatement",
        {"period": "2025", "scope": "all", "from_known": "2026-01-01T00:00:00Z"},
    ),
    "bridge": (
        "/v1/indicators/lines.judged_share/bridge",
        {
            "period": "2025",
            "scope": "all",
            "from_version": "1",
            "to_version": "1",
            "from_known": "2026-01-01T00:00:00Z",
        },
    ),
    "board": ("/v1/board", {"period": "2025"}),
    "directions": ("/v1/directions", {"period": "2025", "scope": "all", "domain": "all"}),
    "benchmark": (
        "/v1/indicators/filed/value",
        {"period": "2025", "scope": "all", "compare": "benchmark"},
    ),
    "conversion": ("/v1/conversions/court-core", {"period": "2025"}),
    "board by tag": ("/v1/board", {"period": "2025", "tag": "enterprise"}),
    "value by cause": ("/v1/indicators/filed/value", {"period": "2025", "scope": "all", "cause": "9000"}),
    "cases by tag": ("/v1/indicators/filed/cases", {"period": "2025", "scope": "all", "tag": "foreign"}),
    "figure by cause": (
        "/v1/courts/{court}/causes",
        {"indicator": "filed", "period": "2025", "scope": "all"},
    ),
    "value without cases objected to": (
        "/v1/indicators/filed/objections",
        {"period": "2025", "scope": "all"},
    ),
    "adjustments": ("/v1/adjustments", {}),
    "periods": ("/v1/periods", {"period": "2025"}),
    "objections": ("/v1/objections", {}),
    "acceptances": ("/v1/acceptances", {}),
    "ballots": ("/v1/ballots", {}),
    "departments": ("/v1/departments", {}),
    "scorecard": ("/v1/scorecards/litigation", {"period": "2025"}),
    "table of scores": ("/v1/scorecards/litigation/table", {"period": "2025"}),
    "verification file": ("/v1/scorecards/litigation/verification", {"period": "2025"}),
    "stock-flow audit": ("/v1/stock-flow", {"period": "2025", "scope": "all"}),
    "opening stocks": ("/v1/openings", {}),
    "deviations": ("/v1/deviations", {}),
    "deviations of the district": ("/v1/deviations", {"scope": "all", "state": "all"}),
    "cards of deviations": ("/v1/deviations/cards", {"scope": "all", "state": "all"}),
    "forecast": ("/v1/forecasts/filed", {"scope": "own"}),
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


@pytest.mark.parametrize("who", SEEN)
def test_no_list_is_held_against_a_court_that_may_not_be_read(api: Api, who: str) -> None:
    path = "/v1/reconciliations"
    every = [*CASES, SEALED]
    asked: dict[str, Any] = {"indicator": "filed", "scope": "all", "period": "2025"}
    for court in COURTS:
        answer = api.suppose(path, {**asked, "court": court, "rows": []}, who)
        assert answer.status_code == (200 if court in SEEN[who] else 404), (who, court)
        if answer.status_code == 200:
            hidden = [case for case, home in CASES.items() if home not in SEEN[who]] + [SEALED]
            assert not [case for case in hidden if case in answer.text]
            told = api.suppose(
                path, {**asked, "court": court, "rows": [{"case": each} for each in every]}, who
            )
            for one in told.json()["items"]:
                if one["case"] in hidden:
                    assert (one["why"] in ("not_known", "not_yours"), one["here"], one["reasons"]) == (
                        True,
                        None,
                        [],
                    )
    for body in ({**asked, "court": "示2401", "rows": []}, b"{", b"x" * 300_000):
        assert api.suppose(path, body, None).status_code == 401
        assert api.suppose(path, body, "feeder").status_code == 403


APPLIED = {"period": "2025", "book": "litigation", "item": "fagaizhi", "ground": "x", "document": "x"}
OPENED: dict[str, dict[str, Any]] = {
    "adjustments": APPLIED,
    "objections": {"indicator": "filed", "case": FIRST, "ground": "other", "text": "x"},
    "acceptances": {"period": "2025", "book": "litigation"},
    "departments": {"code": "x", "title": {"zh": "x", "en": "x"}},
    "openings": {"source": "nobody", "day": "2025-01-01", "stated": {"civil": 1}, "why": "x"},
    "ballots": {
        "vote": "other", "title": {"zh": "x", "en": "x"}, "period": "2025", "criteria": ["effect"], "highest": 1,
        "papers": 3, "minimum": 3, "closes_at": "2100-01-01T00:00:00Z",
    },
}  # fmt: skip
ACTS = [
    *(f"adjustments/{{id}}/{act}" for act in ("verify", "decide", "withdraw")),
    *(f"acceptances/{{id}}/{act}" for act in ("show", "remarks", "decide", "freeze")),
    *(f"ballots/{{id}}/{act}" for act in ("close", "publish")),
    "objections/{id}/decide",
    *(f"subscriptions/{{id}}/{act}" for act in ("change", "pause", "disable", "resume", "rotate", "test")),
    "deliveries/{id}/replay",
]


@pytest.mark.parametrize("name", OPENED)
@pytest.mark.parametrize("who", SEEN)
def test_nothing_is_opened_for_a_court_that_may_not_be_read(api: Api, who: str, name: str) -> None:
    for court in COURTS:
        body = {**OPENED[name], "court": court}
        if name == "ballots":
            body["subjects"] = [{"court": court}]
        answer = api.suppose(f"/v1/{name}", body, who)
        if court not in SEEN[who]:
            assert answer.status_code == 404, (who, court, answer.text)
    for body in (OPENED[name], b"{", b"x" * 300_000):
        assert api.suppose(f"/v1/{name}", body, None).status_code == 401
        assert api.suppose(f"/v1/{name}", body, "feeder").status_code == 403


@pytest.mark.parametrize("act", ["close", "reopen"])
@pytest.mark.parametrize("who", SEEN)
def test_no_period_is_closed_or_reopened_but_by_an_office_that_may_read_the_court(
    api: Api, who: str, act: str
) -> None:
    path, body = f"/v1/periods/2025/{act}", {"scope": "own", "why": "x"}
    for court in COURTS:
        answer = api.suppose(path, {**body, "court": court}, who)
        office = 404 if act == "reopen" else 409
        seen = office if who == "province" else 403
        assert answer.status_code == (seen if court in SEEN[who] else 404), (who, court, answer.text)
    for given in ({**body, "court": "示2401"}, b"{", b"x" * 300_000):
        assert api.suppose(path, given, None).status_code == 401
        assert api.suppose(path, given, "feeder").status_code == 403


@pytest.mark.parametrize("act", ACTS)
def test_no_act_is_done_without_a_token_or_on_what_may_not_be_read(api: Api, act: str) -> None:
    path = "/v1/" + act.replace("{id}", "00000000-0000-4000-8000-000000000000")
    bodies: dict[str, Any] = {
        "verify": {"finding": "confirmed", "note": "x"},
        "show": {"until": "2100-01-01"},
        "remarks": {"text": "x"},
        "pause": {"why": "x"},
        "disable": {"why": "x"},
        "change": {
            "title": "x",
            "address": "https://x.example/",
            "courts": ["示2401"],
            "scope": "own",
            "kinds": [],
        },
        "decide": {"verdict": "refused", "ground": "x", "document": "x"},
    }
    body = bodies.get(act.rpartition("/")[2], {})
    if act.startswith("acceptances") and "verdict" in body:
        body = {**body, "verdict": "returned"}
    assert api.suppose(path, body, None).status_code == 401
    assert api.suppose(path, body, "feeder").status_code == 403
    for who in SEEN:
        assert api.suppose(path, body, who).status_code == 404, who


def test_a_cursor_of_another_reader_opens_nothing(api: Api) -> None:
    page = api.get("/v1/indicators/filed/cases", "middle", court="示24", period="2025", scope="all", limit=1)
    params: dict[str, Any] = {"period": "2025", "scope": "all", "limit": 1, "cursor": page["next"]}
    assert api.ask("/v1/indicators/filed/cases", "basic", court="示24", **params).status_code == 404
    assert api.ask("/v1/indicators/filed/cases", "basic", court="示2401", **params).status_code == 400


PATHS = [
    "/v1/courts",
    "/v1/causes",
    "/v1/tags",
    "/v1/indicators",
    "/v1/indicators/filed",
    "/v1/catalog/filling",
    "/v1/catalog/diff",
    "/v1/indicators/filed/page",
    "/v1/trace",
    "/v1/sources",
    "/v1/scorecards",
    "/v1/verification-keys",
    "/v1/benchmarks",
    "/v1/conversions",
    "/v1/openapi.json",
    "/v1/subscriptions",
    "/v1/deviations/stream",
    "/v1/subscriptions/00000000-0000-4000-8000-000000000000",
    "/v1/subscriptions/00000000-0000-4000-8000-000000000000/deliveries",
    "/v1/cases/x",
    *(
        f"/v1/{name}/00000000-0000-4000-8000-000000000000"
        for name in ("adjustments", "objections", "acceptances", "ballots")
    ),
    "/v1/acceptances/00000000-0000-4000-8000-000000000000/card",
    "/v1/openings/示24",
    "/v1/due",
    "/v1/due/x",
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


#: What needs no token at all, and what a judge's token is for.
OPEN_TO_ALL = {"/healthz", "/readyz", "/v1/ballots/{id}/votes"}
HIS_OWN = {"/v1/due", "/v1/due/{id}"}


def test_a_judges_token_opens_his_own_due_dates_and_nothing_else(api: Api) -> None:
    document = api.get("/v1/openapi.json")
    sent = {"Authorization": f"Bearer {api.tokens['judge']}"}
    tried, allowed = 0, set()
    for path, operations in document["paths"].items():
        for method in operations:
            for named in ("x", "示2401", quoted(FIRST), "filed", "00000000-0000-4000-8000-000000000000"):
                asked = path
                for part in ("id", "code", "book", "court", "period"):
                    asked = asked.replace(f"{{{part}}}", named)
                body = {"court": "示2401", "period": "2025"} if method == "post" else None
                answer = api.client.request(method, asked, headers=sent, json=body)
                tried += 1
                if path in OPEN_TO_ALL or answer.status_code in (401, 403):
                    continue
                allowed.add(path)
    assert allowed == HIS_OWN
    assert tried > 400
    for path, params in BY_COURT.values():
        answer = api.ask(path.replace("{court}", "示2401"), "judge", court="示2401", **params)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), path
        assert "/v1/due" in answer.json()["next"]
    assert api.ask(f"/v1/cases/{quoted(FIRST)}", "judge").status_code == 403


@pytest.mark.parametrize("who", [*SEEN, "feeder"])
def test_due_dates_of_a_judge_are_shown_to_no_other_role(api: Api, who: str) -> None:
    for path in ("/v1/due", f"/v1/due/{quoted(FIRST)}", "/v1/due/x"):
        answer = api.ask(path, who)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        assert "/v1/cases?due_within" in answer.json()["next"]
    assert api.ask("/v1/due", "judge").status_code == 200
