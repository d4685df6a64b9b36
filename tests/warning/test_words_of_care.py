"""What a deviation's text says of months known late and of a mean that will or will not keep its line."""

from __future__ import annotations

from typing import Any

from plumbline.warning import means_now, projecting, series, telling

DOCUMENT: dict[str, Any] = {
    "court_name": {"zh": "甲", "en": "A"}, "title": {"zh": "往年异常", "en": "Unlike earlier years"}, "causes": [],
    "data_state": {"zh": "完整", "en": "whole"}, "figure_title": {"zh": "新收", "en": "filed"}, "unit": "cases",
    "value": 20, "numerator": 20, "denominator": 1, "period": "2025-11", "expected": 40, "low": 30, "high": 50,
    "side": "low",
}  # fmt: skip


def test_a_month_known_in_part_says_so_and_a_whole_one_does_not() -> None:
    late = telling.tell("history", {**DOCUMENT, "completeness": {"share": 0.55}})
    assert "此时通常已知 55.00 %" in late.zh
    assert "usually 55.00 % of it is known by now" in late.en
    whole = telling.tell("history", {**DOCUMENT, "completeness": {"share": 0.999}})
    assert whole == telling.tell("history", DOCUMENT)


def test_a_mean_says_whether_it_will_keep_its_line() -> None:
    line = {"zh": "不超过 90 日", "en": "at most 90 days"}
    document = {**DOCUMENT, "unit": "days", "line": line, "probability": 0.97, "sample": 20}
    for state, words in means_now.ASSURED.values():
        told = telling.tell(
            "target", {**document, "assurance": {"state": state, "zh": words.zh, "en": words.en}}
        )
        assert words.zh in told.zh
        assert words.en in told.en
        assert told.zh.endswith("请核查。")
    assert "波动" not in telling.tell("target", {**document, "assurance": None}).zh


def test_what_cannot_be_reached_any_more_is_not_asked_for() -> None:
    line = {"zh": "不低于 95 %", "en": "at least 95 %"}
    document = {
        **DOCUMENT,
        "unit": "percent",
        "line": line,
        "probability": 1.0,
        "needed": 167.2,
        "reachable": False,
    }
    told = telling.tell("year_end", document)
    assert "已不能达到" in told.zh
    assert "can no longer be met" in told.en
    assert "167" not in told.zh + told.en
    asked = telling.tell("year_end", {**document, "needed": 97.0, "reachable": True})
    assert "此后需为 97.00 %" in asked.zh
    tried = (1.2, series.SHARE), (1.2, series.RATE), (-1.0, series.COUNT), (0.9, series.SHARE)
    assert [projecting.reachable(needed, form) for needed, form in tried] == [False, True, False, True]
