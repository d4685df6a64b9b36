"""A clock's reasoning: every step with its day, the limit after it, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from plumbline import clocks, fold
from plumbline.clocks import Lap
from services.api import words
from tests.keeper import record
from tests.referee import notation
from tests.spec import routes

CASE = "（2025）示2401民初1号"


def reading(
    *happened: tuple[str, str, dict[str, Any]], clock: str = "trial_limit", case: str = CASE
) -> clocks.Reading:
    """What a clock says of a case to which these things (event type, day, fields) happened."""
    records = [record(n, kind, case, day, **data) for n, (kind, day, data) in enumerate(happened)]
    tree = routes.tree_of(notation.Spec("unit", {}, "court-core", notation.COURTS, (), ()))
    book, _ = routes.compiled("court-core")
    folded = routes.fold_all(routes.admitted(records, tree), book, tree, explain=True)
    return folded[case].clock_readings[f"court-core.{clock}"]


def told(found: clocks.Reading) -> list[tuple[str, str | None, str | None, str]]:
    """The steps as (what, day, limit after it, why)."""
    return [(step.what, _text(step.day), _text(step.limit), step.why) for step in found.steps]


def _text(day: int | None) -> str | None:
    return None if day is None else str(fold.as_date(day))


def limit(**fields: Any) -> dict[str, Any]:
    return {"clock": "trial_limit", **fields}


FILED = ("case.filed", "2025-03-03", {"procedure": "summary"})
ORDINARY = ("case.filed", "2025-04-01", {"procedure": "ordinary"})


def test_a_limit_converted_extended_paused_and_moved_by_a_holiday_tells_each_step() -> None:
    # Summary: 3 June. Ordinary from the filing: 3 September. A month more: 3 October. Paused 1 to 3 August,
    # three days: 6 October, in the feast until the 8th: Thursday 9 October.
    found = reading(
        FILED,
        ("procedure.converted", "2025-05-12", {"to": "ordinary"}),
        ("clock.paused", "2025-08-01", limit(ground="appraisal")),
        ("clock.resumed", "2025-08-04", limit(ground="appraisal")),
        ("clock.extended", "2025-07-01", limit(approver="president", months=1)),
        ("judgment.pronounced", "2025-10-09", {}),
    )
    assert told(found) == [
        ("started", "2025-03-03", "2025-06-03", "summary"),
        ("converted", "2025-05-12", "2025-09-03", "ordinary"),
        ("extended", "2025-07-01", "2025-10-09", "president"),
        ("paused", "2025-08-01", None, "appraisal"),
        ("resumed", "2025-08-04", "2025-10-09", ""),
        ("moved_to_a_working_day", "2025-10-06", "2025-10-09", ""),
        ("stopped", "2025-10-09", "2025-10-09", "pronounced_on"),
    ]
    assert found.steps[1].article == "民事诉讼法(2023)第152条"
    assert "第243条" in found.steps[3].article
    (lap,) = found.laps
    assert (_text(lap.limit_day), _text(lap.met_on), lap.days_paused, lap.passed_on) == (
        "2025-10-09",
        "2025-10-09",
        3,
        None,
    )


def test_what_does_not_count_is_told_with_its_reason() -> None:
    found = reading(
        FILED,
        ("clock.paused", "2025-03-10", limit(ground="other")),
        ("clock.extended", "2025-04-01", limit(approver="upper_court", months=1)),
        ("clock.extended", "2025-05-01", limit(approver="president", months=2)),
        ("clock.paused", "2025-07-07", limit(ground="settlement")),
        ("clock.extended", "2025-07-08", limit(approver="president", months=1)),
    )
    assert told(found) == [
        ("started", "2025-03-03", "2025-06-03", "summary"),
        ("pause_not_deducted", "2025-03-10", "2025-06-03", "other"),
        ("extension_not_allowed", "2025-04-01", "2025-06-03", "upper_court"),
        ("extended_in_part", "2025-05-01", "2025-07-03", "president"),
        ("paused_after_the_limit", "2025-07-07", "2025-07-03", "settlement"),
        ("extension_after_the_limit", "2025-07-08", "2025-07-03", "president"),
    ]


def test_a_clock_that_has_not_started_or_has_no_limit_says_so() -> None:
    assert told(reading(("hearing.held", "2025-03-03", {}))) == [("not_started", None, None, "")]
    assert told(reading(("case.filed", "2025-03-03", {}))) == [("no_limit_applies", "2025-03-03", None, "")]
    foreign = reading(ORDINARY, ("case.described", "2025-04-02", {"foreign": True}))
    assert told(foreign) == [("no_limit_by_law", "2025-04-01", None, "")]
    assert foreign.steps[0].article.endswith("（涉外民事案件）")


def test_a_restart_is_told_with_its_article_and_what_was_deducted_before_is_gone() -> None:
    case = "（2025）示2401刑初1号"
    found = reading(
        ("case.filed", "2025-03-03", {"procedure": "summary", "detained": True}),
        ("clock.paused", "2025-03-05", limit(ground="psychiatric_appraisal", until="2025-03-09")),
        ("procedure.converted", "2025-03-17", {"to": "ordinary"}),
        case=case,
    )
    assert told(found)[-2:] == [
        ("converted", "2025-03-17", "2025-06-08", "ordinary"),
        ("restarted", "2025-03-17", "2025-06-17", ""),
    ]
    assert "第368条" in found.steps[-1].article
    assert found.laps[0].days_paused == 5


def test_an_extension_of_one_run_extends_no_later_run() -> None:
    asked = {"kind": "requested"}
    found = reading(
        ("file.moved", "2025-03-03", asked),
        ("clock.extended", "2025-03-10", {"clock": "file_request", "approver": "president", "days": 5}),
        ("file.moved", "2025-03-18", {"kind": "sent_up"}),
        ("file.moved", "2025-05-12", asked),
        clock="file_request",
    )
    assert [(_text(lap.start), _text(lap.limit_day), _text(lap.stopped_on)) for lap in found.laps] == [
        ("2025-03-03", "2025-03-18", "2025-03-18"),
        ("2025-05-12", "2025-05-22", None),
    ]


def test_runs_that_follow_one_another_leave_no_day_between_them_and_share_none() -> None:
    case = "（2018）示2401执1号"
    found = reading(
        ("case.closed", "2018-08-31", {"method": "ended_for_now"}),
        ("termination.requeried", "2019-02-28", {"found": False}),
        clock="requery",
        case=case,
    )
    assert [_text(lap.limit_day) for lap in found.laps][:3] == ["2019-02-28", "2019-08-31", "2020-02-29"]
    assert len(found.laps) == 10
    assert [lap.stopped_on is not None for lap in found.laps] == [True] + [False] * 9


def test_the_days_of_a_run_follow_from_its_limit_and_its_stop() -> None:
    limit_day = date(2025, 6, 3).toordinal()
    running, met, late = (
        Lap(1, limit_day, 0, None),
        Lap(1, limit_day, 0, limit_day),
        Lap(1, limit_day, 0, limit_day + 1),
    )
    unknown = Lap(1, None, 0, limit_day)
    assert [(one.met_on, one.passed_on, one.settled_on) for one in (running, met, late, unknown)] == [
        (None, limit_day + 1, limit_day + 1),
        (limit_day, None, limit_day),
        (None, limit_day + 1, limit_day + 1),
        (None, None, None),
    ]


def test_a_fact_of_several_runs_holds_the_days_of_all_of_them_equal_ones_too() -> None:
    found = clocks.Reading((Lap(1, 10, 0, 5), Lap(2, 11, 0, 5), Lap(20, 30, 0, None)), ())
    facts = {name: (value, list(days)) for name, value, days in clocks.facts_of(found)}
    assert facts["met_on"] == (None, [5, 5])
    assert facts["settled_on"] == (31, [5, 5, 31])
    assert facts["days_paused"] == (0, [])
    never = {name: (value, list(days)) for name, value, days in clocks.facts_of(clocks.Reading((), (), 7))}
    assert never == {"days_paused": (0, []), "stopped_on": (7, [7])}


def test_every_step_has_words_in_both_languages() -> None:
    said = (
        "not_started not_concerned no_limit_applies no_limit_by_law started converted restarted extended extended_in_part"
        " extension_not_allowed extension_after_the_limit pause_not_deducted paused_after_the_limit paused resumed"
        " moved_to_a_working_day ended stopped"
    )
    assert set(words.STEPS) == set(said.split())
    assert all(one.zh and one.en for one in words.STEPS.values())
