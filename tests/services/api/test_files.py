"""GET /v1/cases/{id} and /v1/cases?due_within=."""

from __future__ import annotations

import urllib.parse
from datetime import date, timedelta
from typing import Any

from plumbline import periods
from tests.keeper import ZONE, record
from tests.services.api.conftest import APPEAL, FIRST, OPEN, SEALED, STRANGE, Api, quoted


def file(api: Api, subject: str, who: str = "all") -> Any:
    return api.get(f"/v1/cases/{quoted(subject)}", who)


def test_a_file_holds_timeline_facts_clocks_links_postings_and_reasons(api: Api) -> None:
    found = file(api, FIRST)
    assert [event["type"] for event in found["events"]] == ["case.filed", "case.assigned", "case.closed"]
    assert found["events"][0]["title"]["zh"] == "立案"
    assert all(event["received_at"] for event in found["events"])
    facts = {fact["id"]: fact["value"] for fact in found["facts"]}
    assert facts["court-core.closed_on"] == "2025-03-05"
    assert facts["category"] == "civil"
    assert {"track": "judge", "day": "2025-01-12", "value": "J-1"} in found["tracks"]
    clock = found["clocks"][0]
    assert (clock["id"], clock["limit_day"], clock["stopped_on"]) == (
        "trial_limit",
        "2025-07-10",
        "2025-03-05",
    )
    assert "152" in clock["steps"][0]["article"]
    assert [(link["role"], link["case"]) for link in found["links"]["incoming"]] == [("appealed", APPEAL)]
    assert any("court-core.closed" in line["measures"] and line["amount"] == 1 for line in found["postings"])
    verdicts = {(one["measure"], one["verdict"]) for one in found["reasons"]}
    assert ("court-core.appeal_altered", "counted") in verdicts
    assert ("court-core.mediated_closed", "excluded") in verdicts


def test_persons_are_shown_by_role(api: Api) -> None:
    found = file(api, FIRST, "basic")
    assert "J-1" not in str(found)
    assert (found["links"]["incoming"], found["links"]["not_listed"]) == ([], 1)


def test_what_does_not_count_says_why(fresh: Api) -> None:
    subject = "（2025）示2401民初1号"
    fresh.keeper.push(record(1, "case.filed", subject, "2025-01-01"))
    fresh.keeper.push(record(2, "case.filed", subject, "2025-01-03", replaces="e1", revision=1))
    fresh.keeper.settle()
    found = file(fresh, subject)
    assert [(event["id"], event["reason"]) for event in found["not_counted"]] == [("e1", "corrected_by")]
    assert [event["id"] for event in found["events"]] == ["e2"]


def test_an_event_that_waits_is_flagged(fresh: Api) -> None:
    subject = "（2025）示2401民初1号"
    fresh.keeper.push(record(1, "hearing.held", subject, "2025-01-01"))
    assert [flag["code"] for flag in file(fresh, subject)["flags"]] == ["waiting", "never_posted"]


def test_another_spelling_is_sent_to_the_one_spelling(api: Api) -> None:
    for spelling in ("(2025)示2401民初1号", "（2025） 示2401 民初1号"):
        answer = api.ask(f"/v1/cases/{quoted(spelling)}")
        assert answer.status_code == 308
        assert urllib.parse.unquote(answer.headers["location"]) == f"/v1/cases/{FIRST}"


def test_dockets_with_a_slash_are_found(fresh: Api) -> None:
    subject = "示2401:docket:G1/2025-7"
    fresh.keeper.push(record(1, "case.filed", subject, "2025-01-01", category="civil", instance="first"))
    fresh.keeper.settle()
    assert file(fresh, subject)["id"] == subject


def test_sealed_foreign_and_missing_cases_answer_alike(api: Api) -> None:
    bodies = []
    for subject in (SEALED, STRANGE, "（2025）示2401民初999号"):
        answer = api.ask(f"/v1/cases/{quoted(subject)}", "basic")
        assert answer.status_code == 404
        body = answer.json()
        bodies.append(
            {
                key: value.replace(subject, "X")
                for key, value in body.items()
                if isinstance(value, str) and key != "request_id"
            }
        )
    assert bodies[0] == bodies[1] == bodies[2]
    assert api.ask(f"/v1/cases/{quoted(SEALED)}", "all").status_code == 404
    assert api.ask("/v1/cases/%EF%BC%88x", "all").status_code == 400


def test_a_file_read_is_audited(api: Api) -> None:
    answer = api.ask(f"/v1/cases/{quoted(OPEN)}", "basic")
    assert answer.headers["cache-control"] == "no-store"
    last = api.keeper.query("SELECT principal, act, object FROM audit ORDER BY id DESC LIMIT 1")
    assert last == [("basic", "case.read", OPEN)]


def filed_before(limit_day: date, months: int) -> date:
    """A filing day whose limit of so many months ends on a day (any day below the 29th has one)."""
    return periods.add_months(limit_day, -months)


def test_what_falls_due_comes_soonest_first(fresh: Api) -> None:
    today = fresh.keeper.today()
    ahead = [today + timedelta(days=n) for n in range(1, 40)]
    soon = [day for day in ahead if day.day <= 28 and day.isoweekday() <= 5]  # a limit on a day off moves
    for number, limit_day in ((1, soon[5]), (2, soon[0]), (3, soon[-1])):
        subject = f"（2025）示2401民初{number}号"
        filed = filed_before(limit_day, 6).isoformat()
        fresh.keeper.push(record(number, "case.filed", subject, filed, procedure="ordinary"))
    closed = "（2025）示2401民初4号"
    fresh.keeper.push(
        record(4, "case.filed", closed, filed_before(soon[1], 6).isoformat(), procedure="ordinary"),
        record(5, "case.closed", closed, today.isoformat(), method="judgment"),
    )
    fresh.keeper.settle()
    within = (soon[5] - today).days
    found = fresh.get("/v1/cases", due_within=f"{within}d", court="示24", scope="all")
    assert [(row["case"], row["limit_day"]) for row in found["items"]] == [
        ("（2025）示2401民初2号", soon[0].isoformat()),
        ("（2025）示2401民初1号", soon[5].isoformat()),
    ]
    assert found["items"][0]["days_left"] == (soon[0] - today).days
    assert found["items"][0]["clock"] == "trial_limit"
    first = fresh.get("/v1/cases", due_within=f"{within}d", court="示24", scope="all", limit=1)
    second = fresh.get(
        "/v1/cases", due_within=f"{within}d", court="示24", scope="all", limit=1, cursor=first["next"]
    )
    assert [*first["items"], *second["items"]] == found["items"]
    assert fresh.get("/v1/cases", due_within="60d", court="示24", scope="own")["items"] == []


def test_due_within_is_a_number_of_days(api: Api) -> None:
    for params in ({"due_within": "7"}, {"due_within": "999d"}, {}, {"due_within": "7d", "clock": "no"}):
        answer = api.ask("/v1/cases", court="示24", scope="all", **params)
        assert answer.status_code == 400


def test_days_are_the_courts_own(api: Api) -> None:
    found = api.get("/v1/cases", due_within="0d", court="示24", scope="all")
    assert found["today"] == periods.court_day(api.keeper.now, ZONE).isoformat()
