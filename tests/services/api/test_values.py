"""GET /v1/indicators/{id}/value and /series."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.api import figure_shapes
from tests.keeper import record
from tests.services.api.conftest import Api

CONTRACT = {
    "indicator", "court", "scope", "period", "value", "unit", "numerator", "denominator", "target", "status",
    "reason",
    "version", "coverage", "page", "known_at", "computed_at",
}  # fmt: skip


def test_a_value_carries_everything_it_stands_on(api: Api) -> None:
    found = api.value("court-core.clearance", "示2401", "2025-Q1")
    assert set(found) >= CONTRACT
    assert set(found) == set(figure_shapes.Figure.model_fields)
    assert (found["numerator"], found["denominator"], found["value"], found["unit"]) == (2, 4, 50, "percent")
    assert found["title"]["zh"] == "结收比"
    assert found["page"] >= 1
    assert found["coverage"] == "unknown"
    assert found["demo"] is True


def test_own_and_district_are_apart_and_must_be_said(api: Api) -> None:
    assert api.value("filed", "示24", "2025", "own")["numerator"] == 2
    assert api.value("filed", "示24", "2025", "all")["numerator"] == 7
    missing = api.ask("/v1/indicators/filed/value", court="示24", period="2025")
    assert missing.status_code == 400
    assert "scope=own" in missing.json()["next"]


def test_every_current_value_equals_the_kept_one(api: Api) -> None:
    kept = api.keeper.query(
        "SELECT indicator, version, court, scope, category, period, numerator, denominator, reason FROM value"
        " WHERE period NOT LIKE '%%..%%' ORDER BY random() LIMIT 60"
    )
    assert len(kept) == 60
    for indicator, version, court, scope, category, period, numerator, denominator, reason in kept:
        found = api.value(indicator, court, period, scope, category=category, version=version)
        assert (found["numerator"], found["denominator"], found["reason"]) == (numerator, denominator, reason)


def test_values_are_half_even_at_six_decimals(api: Api) -> None:
    found = api.value("mean_trial_days", "示2401", "2025-Q1")
    assert (found["numerator"], found["denominator"], found["value"]) == (101, 2, 50.5)
    third = api.value("lines.growth", "示24", "2025", "all")
    assert (third["numerator"], third["denominator"], third["value"]) == (7, 1, 7)


def test_no_value_has_a_reason(api: Api) -> None:
    found = api.value("clearance", "示2401", "2023")
    assert (found["value"], found["reason"], found["status"]) == (None, "zero_denominator", "insufficient")
    assert api.value("surveys", "示2402", "2025-02")["reason"] == "not_reported"
    future = date.today().year + 1
    assert api.value("filed", "示2401", str(future))["reason"] == "not_begun"


def test_a_small_sample_is_marked_not_masked(api: Api) -> None:
    found = api.value("court-core.clearance", "示2401", "2025", compare="prior_year")
    assert found["status"] == "insufficient"
    assert found["status_detail"]["zh"] == "样本过少"
    assert found["value"] is not None
    assert found["compare"]["difference"] is None
    assert found["compare"]["reason"] == "small_sample"


def test_a_target_is_a_line_with_its_arithmetic(api: Api) -> None:
    below = api.value("lines.judged_share", "示2401", "2025-Q1")
    assert (below["value"], below["status"], below["target"]["low"]) == (50, "beyond", 60)
    exact = api.value("lines.judged_share", "示2402", "2025-Q1")
    assert (exact["value"], exact["status"], exact["target"]["low"]) == (100, "within", 70)
    assert api.value("lines.judged_share", "示2401", "2025-02")["target"] is None
    assert api.value("lines.judged_share", "示2501", "2025-Q1")["status"] == "no_target"


def test_a_target_from_last_year_and_the_sum_of_courts(api: Api) -> None:
    # 示2401 closed 1 in 2024: 10 % of 1 is 0.1, rounded up 1, so at most 0.
    # The others closed none: at most 0.
    own = api.value("court-core.closed", "示2401", "2025")
    assert (own["numerator"], own["target"]["high"], own["status"]) == (2, 0, "beyond")
    assert "1 × 10 %" in own["target"]["arithmetic"]["en"]
    whole = api.value("court-core.closed", "示24", "2025", "all")
    assert whole["target"]["kind"] == "at_most"
    assert whole["target"]["high"] == 0
    assert whole["target"]["arithmetic"]["en"].startswith("at most the sum of its courts, 0 + 0 + 0")


def test_comparisons_are_like_with_like(api: Api) -> None:
    year = api.value("closed", "示2401", "2025", compare="prior_year")["compare"]
    assert (year["period"], year["value"], year["difference"], year["difference_unit"]) == (
        "2024",
        1,
        1,
        "cases",
    )
    before = api.value("closed", "示2401", "2025-03", compare="prior_period")["compare"]
    assert (before["period"], before["value"], before["difference"]) == ("2025-02", 0, 2)
    none = api.value("closed", "示2401", "2025", compare="benchmark")["compare"]
    assert (none["value"], none["reason"]) == (None, "not_available")


def test_what_lacks_its_link_stands_beside_the_figure(api: Api) -> None:
    found = api.value("appeal_altered", "示24", "2025", "all")
    assert found["numerator"] == 1
    assert found["unattributed"] == [{"measure": "court-core.appeal_altered", "amount": 1, "unit": "events"}]
    assert api.value("appeal_altered", "示2401", "2025")["numerator"] == 1
    assert api.value("appeal_altered", "示24", "2025", "own")["numerator"] == 0


def test_by_category_and_cause(api: Api) -> None:
    assert api.value("filed", "示2401", "2025", category="civil")["numerator"] == 3
    assert api.value("filed", "示2401", "2025", category="criminal")["numerator"] == 1
    assert api.value("filed", "示2401", "2025", cause="9001")["numerator"] == 1
    wrong = api.ask("/v1/indicators/filed/value", court="示2401", period="2025", scope="own", category="tax")
    assert wrong.status_code == 400


def test_reported_figures_are_read_like_others(api: Api) -> None:
    assert api.value("lines.staff", "示2401", "2025-06")["numerator"] == 12
    assert api.value("lines.surveys", "示2401", "2025-Q1")["numerator"] == 7


@pytest.mark.parametrize("period", ["2025-13", "x", "2025-06@31", "2025-06-30..2025-06-01", "", "2025-Q5"])
def test_a_bad_period_is_answered_with_the_forms(api: Api, period: str) -> None:
    answer = api.ask("/v1/indicators/filed/value", court="示2401", period=period, scope="own")
    assert answer.status_code == 400
    assert "2019-06@20" in answer.text


def test_a_reporting_month_is_cut_on_its_day(api: Api) -> None:
    # 民初2 was filed on 1 February, the sealed case on 5 January, 民初1 on 10 January.
    assert api.value("filed", "示2401", "2025-01@8")["numerator"] == 1
    assert api.value("filed", "示2401", "2025-02@8")["numerator"] == 2


def test_the_same_moment_gives_the_same_answer_again(api: Api) -> None:
    now = api.value("pending", "示24", "2025", "all")
    again = api.value("pending", "示24", "2025", "all", known_at=now["known_at"])
    now.pop("computed_at"), again.pop("computed_at")
    assert again == now


def test_what_was_known_before_does_not_change(fresh: Api) -> None:
    fresh.keeper.push(record(1, "case.filed", "（2025）示2401民初1号", "2025-03-03"))
    fresh.keeper.settle()
    first = fresh.value("filed", "示2401", "2025-03")
    fresh.keeper.push(record(2, "case.filed", "（2025）示2401民初2号", "2025-03-04"))
    fresh.keeper.settle()
    assert fresh.value("filed", "示2401", "2025-03")["numerator"] == 2
    then = fresh.value("filed", "示2401", "2025-03", known_at=first["known_at"])
    assert (then["numerator"], then["page"]) == (1, first["page"])
    before = fresh.value("filed", "示2401", "2025-03", known_at="2020-01-01T00:00:00Z")
    assert (before["value"], before["reason"]) == (None, "not_in_books")


def test_the_future_cannot_be_known(api: Api) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    for moment in (ahead, "2026-01-01", "yesterday"):
        answer = api.ask(
            "/v1/indicators/filed/value", court="示2401", period="2025", scope="own", known_at=moment
        )
        assert answer.status_code == 400, moment


def test_a_copy_that_stands_is_answered_304(api: Api) -> None:
    asked: dict[str, Any] = {"court": "示2401", "period": "2025", "scope": "own"}
    first = api.ask("/v1/indicators/filed/value", **asked)
    tag = first.headers["etag"]
    assert tag.startswith('W/"p')
    assert first.headers["cache-control"] == "private, no-cache"
    again = api.ask("/v1/indicators/filed/value", headers={"If-None-Match": tag}, **asked)
    assert (again.status_code, again.content) == (304, b"")
    other = api.ask("/v1/indicators/filed/value", headers={"If-None-Match": tag}, who="basic", **asked)
    assert other.status_code == 200


def test_a_page_moves_the_tag(fresh: Api) -> None:
    asked: dict[str, Any] = {"court": "示2401", "period": "2025", "scope": "own"}
    tag = fresh.ask("/v1/indicators/filed/value", **asked).headers["etag"]
    fresh.keeper.push(record(1, "case.filed", "（2025）示2401民初1号", "2025-03-03"))
    fresh.keeper.settle()
    moved = fresh.ask("/v1/indicators/filed/value", headers={"If-None-Match": tag}, **asked)
    assert moved.status_code == 200
    assert moved.json()["numerator"] == 1
