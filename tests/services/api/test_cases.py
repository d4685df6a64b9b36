"""GET /v1/indicators/{id}/cases: the rows add up to the figure, and each says why; and the clock of a case tells how it
came to its last day.
"""

from __future__ import annotations

from typing import Any

import pytest

from plumbline import workdays
from plumbline.store import engine
from plumbline.store import workdays as stored_days
from tests.keeper import DEFINITIONS, record
from tests.services.api.conftest import (
    APPEAL,
    ENFORCED,
    FIRST,
    LINKLESS,
    NEIGHBOUR,
    OPEN,
    SEALED,
    SECOND,
    Api,
    quoted,
)


def cases(api: Api, name: str, where: str, period: str, scope: str = "own", **params: Any) -> Any:
    return api.get(f"/v1/indicators/{name}/cases", court=where, period=period, scope=scope, **params)


def test_the_cases_of_a_figure_each_with_its_clause(api: Api) -> None:
    found = cases(api, "closed", "示24", "2025-Q1", "all")
    assert [row["case"] for row in found["items"]] == sorted([FIRST, SECOND, NEIGHBOUR])
    row = next(row for row in found["items"] if row["case"] == FIRST)
    assert (row["court"], row["day"], row["amount"]) == ("示2401", "2025-03-05", 1)
    assert row["lines"][0]["judge"] == "J-1"
    assert [reason["verdict"] for reason in row["reasons"]] == ["counted"]
    assert row["reasons"][0]["clause"] == "is_litigation"
    assert "诉讼案件已结" in row["reasons"][0]["words"]["zh"]


def test_readers_are_not_shown_judges(api: Api) -> None:
    found = cases(api, "closed", "示2401", "2025-Q1", who="basic")
    assert {line["judge"] for row in found["items"] for line in row["lines"]} == {None}


@pytest.mark.parametrize("scope", ["own", "all"])
@pytest.mark.parametrize("court", ["示24", "示2401"])
@pytest.mark.parametrize("period", ["2025", "2025-Q1", "2025-02", "2025-02@20", "2024"])
@pytest.mark.parametrize(
    "name",
    [
        "clearance",
        "closing_rate",
        "altered_or_remanded_rate",
        "overdue_share",
        "mean_trial_days",
        "filed_change",
        "lines.staff",
        "lines.surveys",
        "pending",
    ],
)
def test_rows_and_what_is_not_listed_add_up_to_the_figure(
    api: Api, name: str, period: str, court: str, scope: str
) -> None:
    figure = api.value(name, court, period, scope)
    for part in ("numerator", "denominator"):
        found = cases(api, name, court, period, scope, part=part, limit=200)
        for total in found["measures"]:
            rows = [row for row in found["items"] if row["measure"] == total["measure"]]
            assert sum(row["amount"] for row in rows) == total["amount"] - total["not_listed_amount"]
        simple = name in ("clearance", "closing_rate", "altered_or_remanded_rate", "pending", "overdue_share")
        if simple and figure[part] is not None and (part == "numerator" or found["measures"]):
            assert sum(total["amount"] for total in found["measures"]) == figure[part]


def test_a_level_at_the_start_is_listed_as_such(api: Api) -> None:
    found = cases(api, "closing_rate", "示2401", "2025-03", part="denominator")
    assert {(one["measure"], one["moment"]) for one in found["measures"]} == {
        ("court-core.pending", "start"),
        ("court-core.filed", "period"),
    }
    assert {row["case"] for row in found["items"]} == {FIRST, SECOND, OPEN}


def test_sealed_cases_are_counted_never_listed(api: Api) -> None:
    found = cases(api, "filed", "示2401", "2025-Q1")
    assert SEALED not in {row["case"] for row in found["items"]}
    assert found["measures"][0]["cases"] == 4
    assert (found["measures"][0]["not_listed"], found["measures"][0]["not_listed_amount"]) == (1, 1)


def test_excluded_cases_say_which_clause_was_false_or_unknown(api: Api) -> None:
    found = cases(api, "closed", "示2401", "2025-Q1", part="excluded")
    assert [row["case"] for row in found["items"]] == [ENFORCED]
    reason = found["items"][0]["reasons"][0]
    assert (reason["verdict"], reason["clause"]) == ("excluded", "is_litigation")
    unknown = cases(api, "closed_under_limit", "示2402", "2025-Q1", part="excluded")
    assert unknown["items"] == []


def test_an_unknown_field_is_named(fresh: Api) -> None:
    subject = "（2025）示2401民初1号"
    fresh.keeper.push(
        record(1, "case.filed", subject, "2025-01-01"),
        record(
            2,
            "case.filed",
            "（2025）示24民终1号",
            "2025-03-01",
            links=[{"role": "appealed", "subject": subject}],
        ),
        record(3, "appeal.decided", "（2025）示24民终1号", "2025-03-02", outcome="upheld"),
        record(4, "case.closed", subject, "2025-02-01", method="judgment"),
    )
    fresh.keeper.settle()
    found = cases(fresh, "appeal_altered", "示2401", "2025", part="excluded")
    assert [(row["case"], row["reasons"][0]["event"]) for row in found["items"]] == [(subject, "e3")]
    assert cases(fresh, "closed_in_limit", "示2401", "2025", part="excluded")["items"][0]["reasons"][0][
        "unknown"
    ] == ["trial_limit_limit_day"]


def test_what_lacks_its_link_is_listed_apart(api: Api) -> None:
    found = cases(api, "appeal_altered", "示24", "2025", part="unattributed")
    assert [row["case"] for row in found["items"]] == [LINKLESS]
    assert cases(api, "appeal_altered", "示2401", "2025")["items"][0]["case"] == FIRST
    assert APPEAL not in str(cases(api, "appeal_altered", "示24", "2025", "all")["items"])


def test_outcomes_carry_no_advice(api: Api) -> None:
    found = cases(api, "altered_or_remanded_rate", "示2401", "2025")
    assert found["advice"]["no_case_advice"] == "outcome"
    assert "当改则改，依法裁判" in found["advice"]["words"]["zh"]
    assert OPEN not in {row["case"] for row in found["items"]}
    assert cases(api, "closed", "示2401", "2025")["advice"]["no_case_advice"] is None


def test_pages_hold_every_row_once(api: Api) -> None:
    whole = cases(api, "clearance", "示24", "2025", "all", part="denominator", limit=200)["items"]
    seen: list[Any] = []
    cursor = None
    while True:
        page = cases(api, "clearance", "示24", "2025", "all", part="denominator", limit=2, cursor=cursor)
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == whole


def test_a_cursor_holds_for_its_question_only(api: Api) -> None:
    page = cases(api, "filed", "示24", "2025", "all", limit=1)
    for cursor, court in ((page["next"], "示2401"), ("nonsense", "示24"), ("e30", "示24")):
        answer = api.ask(
            "/v1/indicators/filed/cases", court=court, period="2025", scope="all", limit=1, cursor=cursor
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_lists_of_cases_are_kept_by_nobody_and_audited(api: Api) -> None:
    answer = api.ask("/v1/indicators/filed/cases", court="示2401", period="2025", scope="own", who="basic")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    last = api.keeper.query("SELECT principal, act, object FROM audit ORDER BY id DESC LIMIT 1")
    assert last == [("basic", "cases.list", "court-core.filed 示2401 own 2025 numerator")]


def test_cases_as_they_were_known(fresh: Api) -> None:
    subject = "（2025）示2401民初1号"
    fresh.keeper.push(record(1, "case.filed", subject, "2025-01-01"))
    fresh.keeper.push(record(2, "case.closed", subject, "2025-02-01", method="judgment"))
    fresh.keeper.settle()
    then = fresh.value("closed_by_judgment", "示2401", "2025")["known_at"]
    fresh.keeper.push(
        record(3, "case.closed", subject, "2025-02-01", method="mediation", replaces="e2", revision=1)
    )
    fresh.keeper.settle()
    assert cases(fresh, "closed_by_judgment", "示2401", "2025")["items"] == []
    before = cases(fresh, "closed_by_judgment", "示2401", "2025", known_at=then)["items"]
    assert [(row["case"], row["reasons"][0]["verdict"]) for row in before] == [(subject, "counted")]


def load_calendar(api: Api) -> None:
    """The shipped table of working days."""
    path = DEFINITIONS / "calendar" / "working-days.csv"
    with engine.transaction(api.keeper.pool) as connection:
        stored_days.load_workdays(connection, workdays.read_table(path.read_text("utf-8"), path.name))


def test_a_clock_tells_how_it_came_to_its_last_day(fresh: Api) -> None:
    # Summary from 3 March 2025: 3 June. Ordinary: 3 September. A month more: 3 October. Three days of appraisal, 1 to 3 August:
    # 6 October, in the feast until the 8th: Thursday 9 October.
    load_calendar(fresh)
    subject, limit = "（2025）示2401民初77号", {"clock": "trial_limit"}
    fresh.keeper.push(
        record(1, "case.filed", subject, "2025-03-03", procedure="summary"),
        record(2, "procedure.converted", subject, "2025-05-12", to="ordinary"),
        record(3, "clock.extended", subject, "2025-07-01", **limit, approver="president", months=1),
        record(4, "clock.paused", subject, "2025-08-01", **limit, ground="appraisal"),
        record(5, "clock.resumed", subject, "2025-08-04", **limit, ground="appraisal"),
        record(6, "clock.extended", subject, "2025-10-10", **limit, approver="president", months=1),
        record(7, "case.closed", subject, "2025-10-09", method="judgment"),
    )
    fresh.keeper.settle()
    found = fresh.get(f"/v1/cases/{quoted(subject)}")
    clock = next(one for one in found["clocks"] if one["id"] == "trial_limit")
    assert clock["title"] == {"zh": "审理期限", "en": "trial limit"}
    told = [(step["what"], step["day"], step["limit_day"], step["why"]) for step in clock["steps"]]
    assert told == [
        ("started", "2025-03-03", "2025-06-03", "summary"),
        ("converted", "2025-05-12", "2025-09-03", "ordinary"),
        ("extended", "2025-07-01", "2025-10-09", "president"),
        ("paused", "2025-08-01", None, "appraisal"),
        ("resumed", "2025-08-04", "2025-10-09", ""),
        ("moved_to_a_working_day", "2025-10-06", "2025-10-09", ""),
        ("stopped", "2025-10-09", "2025-10-09", "closed_on"),
    ]
    assert [step["words"]["zh"] for step in clock["steps"]][1:4] == ["程序转换", "延长", "扣除、中止开始"]
    assert all(step["words"]["en"] for step in clock["steps"])
    articles = [step["article"] for step in clock["steps"]]
    assert articles[:3] == ["民事诉讼法(2023)第164条", "民事诉讼法(2023)第152条", "民事诉讼法(2023)第152条"]
    assert articles[3] == "民事诉讼法解释第243条"
    assert clock["runs"] == [
        {
            "started_on": "2025-03-03", "limit_day": "2025-10-09", "stopped_on": "2025-10-09",
            "days_paused": 3, "outcome": "met",
        }
    ]  # fmt: skip
    assert (clock["limit_day"], clock["overdue_on"], clock["days_paused"]) == ("2025-10-09", "2025-10-10", 3)


def test_a_clock_that_runs_often_shows_every_run(fresh: Api) -> None:
    subject = "（2025）示2401执78号"
    fresh.keeper.push(
        record(1, "case.filed", subject, "2025-01-06"),
        record(2, "case.closed", subject, "2025-03-10", method="ended_for_now"),
        record(3, "termination.requeried", subject, "2025-08-11", found=False),
    )
    fresh.keeper.settle()
    found = fresh.get(f"/v1/cases/{quoted(subject)}")
    clock = next(one for one in found["clocks"] if one["id"] == "requery")
    assert [(run["limit_day"], run["outcome"]) for run in clock["runs"]][:2] == [
        ("2025-09-10", "met"),
        ("2026-03-10", "missed"),
    ]
    assert len(clock["runs"]) == 10
