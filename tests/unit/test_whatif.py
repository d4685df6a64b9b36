"""What if: how far the next step is, what one case moves, the most there is; and no advice on outcomes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from plumbline import errors, scorecards, whatif
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.whatif import Change, NextStep
from tests.unit import scoring


def steps(
    name: str, now: dict[str, Ratio | Missing], prior: dict[str, Ratio | Missing] | None = None, **read: str
) -> dict[str, NextStep]:
    found = whatif.next_steps(scoring.book(name), scoring.inputs(now=now, prior=prior), read)
    return {each.item: each for each in found}


def test_the_next_whole_percent_is_said_as_a_number_of_cases() -> None:
    """67 last year, 66 now: 1.49 %, one step, 4 points. One case fewer is 2.99 %, two steps, 8."""
    found = steps("litigation", {"fagaizhi_total": Ratio(66, 1)}, {"fagaizhi_total": Ratio(67, 1)})[
        "fagaizhi"
    ]
    assert (found.points, found.cases, found.then) == (4, -1, 8)
    assert (found.one_case, found.maximum, found.reachable) == (Fraction(400, 67), 40, 40)


def test_a_large_court_needs_several_cases_for_one_step() -> None:
    """1085 last year, 1084 now: 0.09 %. The first whole percent is 1074: eleven fewer than 1085, ten
    fewer than now.
    """
    found = steps(
        "litigation", {"second_instance_filings": Ratio(1084, 1)}, {"second_instance_filings": Ratio(1085, 1)}
    )
    assert (found["acceptance_fall"].cases, found["acceptance_fall"].then) == (-10, Fraction("0.2"))
    pro_rata = steps(
        "litigation",
        {"second_instance_filings": Ratio(1084, 1)},
        {"second_instance_filings": Ratio(1085, 1)},
        step="prorated",
    )
    assert pro_rata["acceptance_fall"].cases == -1


@pytest.mark.parametrize(
    ("figure", "item", "now", "cases", "then"),
    [
        ("first_in_limit_rate", "in_limit", Ratio(700, 1000), 25, 8),  # 724.5 of 1000
        ("first_in_limit_rate", "in_limit", Ratio(725, 1000), None, 8),
        ("dishonest_lifted_rate", "dishonest", Ratio(42, 100), -2, 5),  # at most 40.86 of 100
        ("mean_days_net", "days", Ratio(15_330, 100), -5, 5),  # 15,325 days of 100 cases
        ("matters_in_time_rate", "matters", Ratio(0, 3), 3, 5),
    ],
)
def test_how_far_a_line_is(figure: str, item: str, now: Ratio, cases: int | None, then: int) -> None:
    found = steps("enforcement", {figure: now})[item]
    assert (found.cases, found.then) == (cases, then)


def test_outcome_figures_get_numbers_and_no_advice() -> None:
    found = steps("litigation", {"fagaizhi_total": Ratio(66, 1)}, {"fagaizhi_total": Ratio(67, 1)})[
        "fagaizhi"
    ]
    assert (found.lever, found.advice) == ("outcome", "no_case_advice: outcome")
    assert found.advice_words is not None
    assert found.advice_words.zh == "裁判结果类指标不提供个案建议：当改则改，依法裁判"
    process = steps("enforcement", {"first_in_limit_rate": Ratio(700, 1000)})["in_limit"]
    assert (process.lever, process.advice, process.advice_words) == ("process", None, None)


def test_every_litigation_figure_is_an_outcome() -> None:
    book = scoring.book("litigation")
    assert {about.lever for about in book.figures.values()} == {"outcome"}


def test_other_values_targets_weights_and_readings_are_scored_beside_the_scorecard_as_it_is() -> None:
    name = "first_in_limit_rate"
    given = scoring.inputs(now={name: Ratio(700, 1000)})
    supposed = Change(
        values={scoring.full(name): Ratio(720, 1000)},
        targets={"in_limit": {"at_least": "72 %"}},
        weights={"in_limit": Fraction(10)},
        readings={"comparison": "as_shown_1"},
    )
    answer = whatif.ask(scoring.book("enforcement"), given, supposed)
    before, after = (
        next(line for line in card.lines if line.id == "in_limit") for card in (answer.before, answer.after)
    )
    assert (before.points, after.points, after.maximum) == (0, 10, 10)
    assert answer.after.maximum == 102
    assert answer.after.readings["comparison"] == "as_shown_1"
    assert before == next(
        line for line in scorecards.score(scoring.book("enforcement"), given).lines if line.id == "in_limit"
    )


def test_a_weight_makes_each_step_worth_more() -> None:
    given = scoring.inputs(now={"fagaizhi_total": Ratio(66, 1)}, prior={"fagaizhi_total": Ratio(67, 1)})
    answer = whatif.ask(scoring.book("quality_year"), given, Change(weights={"fagaizhi": Fraction(80)}))
    line = answer.after.lines[0].parts[0]
    assert (line.id, line.points, line.maximum) == ("fagaizhi", 8, 80)
    # Litigation is then out of 140, and still half of the total.
    assert answer.after.lines[0].low == (8 + Fraction(21, 2)) * Fraction(50, 140)


def test_a_provincial_target_can_be_supposed() -> None:
    name = "altered_or_remanded_rate"
    given = scoring.inputs(now={name: Ratio(2, 100)})
    answer = whatif.ask(
        scoring.book("litigation"), given, Change(targets={"appeal_quality_target": {"at_most": "2 %"}})
    )
    assert [card.lines[1].parts[0].points for card in (answer.before, answer.after)] == [None, 6]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(weights={"nothing": Fraction(1)}), "no item “nothing”"),
        (Change(weights={"fagaizhi": Fraction(0)}), "cannot give 0 points"),
        (Change(targets={"fagaizhi": {"at_most": "3"}}), "fagaizhi has no target"),
        (Change(targets={"appeal_quality_target": {"at_most": "prior"}}), "fixed line"),
        (Change(values={("court-core.closed", "own"): Ratio(1, 1)}), "does not read court-core.closed"),
        (Change(readings={"step": "half"}), "no reading “half”"),
    ],
)
def test_what_cannot_be_supposed_is_refused_with_what_to_do(change: Change, said: str) -> None:
    with pytest.raises(errors.BadInput, match=said):
        whatif.ask(scoring.book("litigation"), scoring.inputs(), change)
