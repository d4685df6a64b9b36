"""A scorecard is what a straightforward calculation gives, for any counts and every reading; extremes are
what trying
every combination gives.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import prod
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline import readings, scorecards
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.scorebooks import Inputs
from tests.unit import scoring

FIXED = settings(derandomize=True, deadline=None, max_examples=60)
FEW = settings(derandomize=True, deadline=None, max_examples=8)

# item: (figures by reading, parameter or None, points a step, cap) of a fall in percent of last year.
FALLS: dict[str, tuple[dict[str, str], str | None, str, int]] = {
    "fagaizhi": ({"": "fagaizhi_total"}, None, "4", 40),
    "appeal_quality_fall": ({"": "appeal_altered_or_remanded"}, None, "0.5", 6),
    "acceptance_fall": ({"": "second_instance_filings"}, None, "0.2", 3),
    "retrial_quality_fall": ({"": "retrial_altered_or_remanded"}, None, "0.5", 6),
    "applications_fall": ({"": "applications_received"}, None, "0.2", 3),
    "retrials_fall": (
        {"counted": "retrials_started", "left_out": "retrials_without_designated"},
        "designated_retrials", "0.5", 6,
    ),
}  # fmt: skip
RATES = {"counted": "retrial_rate", "left_out": "retrial_rate_without_designated"}
# item: (figure by reading, parameter or None, line in its unit with two decimals, sign, points basic,
# points intermediate)
LINES: list[tuple[dict[str, str], str | None, str, int, str, str]] = [
    ({"": "property_enforced_in_limit_rate"}, None, "90.00", 1, "7.5", "6.25"),
    ({"": "completion_rate"}, None, "80.00", 1, "7.5", "6.25"),
    ({"": "visits_done_rate"}, None, "90.00", 1, "7.5", "6.25"),
    ({"reviewed": "proper_of_checked", "all": "proper_of_all"},
     "proper_base", "90.00", 1, "7.5", "6.25"),
    ({"": "actual_rate"}, None, "53.48", 1, "8", "5.2"),
    ({"closed": "fully_of_closed", "accepted": "fully_of_accepted"},
     "fully_base", "30.00", 1, "8", "5.2"),
    ({"": "ended_for_now_rate"}, None, "26.52", 1, "5", "4"),
    ({"accepted": "discontinued_of_accepted", "closed": "discontinued_of_closed"},
     "discontinued_base", "21.32", 1, "5", "4"),
    ({"": "first_in_limit_rate"}, None, "72.45", 1, "8", "5.2"),
    ({"civil_first": "preserved_of_civil", "enforcement": "preserved_of_enforcement"},
     "preservation_scope", "30.57", 1, "8", "5.2"),
    ({"with_deductions": "mean_days_net", "without_deductions": "mean_days_gross"},
     "days_counted", "153.25", -1, "5", "4"),
    ({"": "matters_in_time_rate"}, None, "84.33", 1, "5", "4"),
    ({"": "dishonest_lifted_rate"}, None, "40.86", -1, "5", "4"),
    ({"": "resumed_fully_rate"}, None, "51.70", 1, "5", "4"),
]  # fmt: skip
COUNTS = [name for figures, *_ in FALLS.values() for name in figures.values()]
SHARES = [name for figures, *_ in LINES for name in figures.values()]
STAFF = ("enforcement_staff_share", "enforcement_judge_share", "trial_judge_share")

small = st.integers(0, 130)
shares = st.integers(1, 300).flatmap(lambda below: st.tuples(st.integers(0, below), st.just(below)))
Counts = Mapping[str, Any]


@st.composite
def courts(
    draw: st.DrawFn, code: str = "示2401", level: str = "basic", below: tuple[Counts, ...] = ()
) -> Counts:
    """One court's counts: now, to the same day last year, and in the whole of last year."""
    count = {name: (draw(small), draw(small), draw(small)) for name in COUNTS}
    rate = {name: tuple(draw(shares) for _ in range(3)) for name in RATES.values()}
    share: dict[str, tuple[int, int]] = {name: draw(shares) for name in (*SHARES, *STAFF)}
    for name in ("mean_days_net", "mean_days_gross"):
        share[name] = (draw(st.integers(14_000, 16_500)), draw(st.sampled_from([99, 100, 101])))
    return {
        "code": code,
        "level": level,
        "count": count,
        "rate": rate,
        "share": share,
        "filed": draw(st.integers(0, 50)),
        "vote": draw(st.integers(0, 120)),
        "elapsed": draw(st.sampled_from([Fraction(1), Fraction(1), Fraction(1, 3)])),
        "below": below,
    }


@st.composite
def prefectures(draw: st.DrawFn) -> Counts:
    """An intermediate court with two basic courts below."""
    below = tuple(draw(courts(f"示240{number}")) for number in (1, 2))
    return draw(courts("示24", "intermediate", below))


def inputs_of(court: Counts) -> Inputs:
    """The same counts as a scorecard takes them."""
    now: dict[str, Ratio | Missing] = {name: Ratio(value[0], 1) for name, value in court["count"].items()}
    past: dict[str, Ratio | Missing] = {name: Ratio(value[1], 1) for name, value in court["count"].items()}
    whole: dict[str, Ratio | Missing] = {name: Ratio(value[2], 1) for name, value in court["count"].items()}
    for name, (one, other, third) in court["rate"].items():
        now[name], past[name], whole[name] = Ratio(*one), Ratio(*other), Ratio(*third)
    now |= {name: Ratio(*value) for name, value in court["share"].items()}
    now["first_enforcement_filed"] = Ratio(court["filed"], 1)
    below = tuple(inputs_of(each) for each in court["below"])
    vote = Ratio(court["vote"], 10)
    return scoring.inputs(
        court["code"],
        court["level"],
        now,
        past,
        whole=whole,
        below=below,
        elapsed=court["elapsed"],
        vote=vote,
    )


def steps_of(change: Fraction, how: str) -> Fraction:
    """Whole steps counted one by one."""
    if change <= 0:
        return Fraction(0)
    if how == "prorated":
        return change
    count = 0
    while count + 1 <= change and count < 1000:
        count += 1
    return Fraction(count)


def litigation(court: Counts, read: Mapping[str, str]) -> tuple[Fraction, Fraction]:
    """The litigation total by hand, from its lowest to its highest: four targets are missing, 18 points."""
    low, high = Fraction(court["vote"], 10), Fraction(court["vote"], 10) + 18
    over = court["elapsed"] == 1
    for figures, parameter, gain, cap in FALLS.values():
        now, same, whole = court["count"][figures[read[parameter] if parameter else ""]]
        base = Fraction(same) if over or read["in_year"] == "same_time" else whole * court["elapsed"]
        if (not over and read["in_year"] == "not_scored") or (
            base == 0 and now == 0 and read["zero_base"] != "full_if_zero_now"
        ):
            high += cap
        elif base == 0:
            points = Fraction(cap if now == 0 else 0)
            low, high = low + points, high + points
        else:
            points = min(steps_of((base - now) / base * 100, read["step"]) * Fraction(gain), Fraction(cap))
            low, high = low + points, high + points
    now_rate, same_rate, whole_rate = (
        Fraction(*pair) for pair in court["rate"][RATES[read["designated_retrials"]]]
    )
    if not over and read["in_year"] == "not_scored":
        return low, high + 6
    base = same_rate if over or read["in_year"] == "same_time" else whole_rate
    points = min(steps_of((base - now_rate) * 100, read["percentage_points"]) / 2, Fraction(6))
    return low + points, high + points


def shown(value: Fraction, places: int) -> Fraction:
    """A value in its unit as a clerk writes it."""
    exact = Decimal(value.numerator * 10**6 // value.denominator)  # cut well below what is shown
    return Fraction(exact.scaleb(-6).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def enforcement(court: Counts, read: Mapping[str, str]) -> Fraction | None:
    """The enforcement total by hand; None where the mean of the courts below cannot be said."""
    at = 4 if court["level"] == "basic" else 5
    total = Fraction(0)
    for row in LINES:
        figures, parameter, line, sign = row[:4]
        name, points = figures[read[parameter] if parameter else ""], Fraction(row[at])
        value = Fraction(*court["share"][name]) * (1 if "days" in name else 100)
        held = value if read["comparison"] == "exact" else shown(value, int(read["comparison"][-1]))
        if (held - Fraction(line)) * sign >= 0:
            total += points
        elif read["enforcement_points"] == "proportional":
            total += points * (value / Fraction(line) if sign > 0 else Fraction(line) / value)
    staff, judges, trial = (Fraction(*court["share"][name]) for name in STAFF)
    if read["comparison"] != "exact":
        staff, judges = (shown(each * 100, int(read["comparison"][-1])) / 100 for each in (staff, judges))
    met = (staff >= Fraction(15, 100)) + (judges >= trial)
    whole = Fraction("8" if at == 4 else "5.2")
    total += whole * met / 2 if read["staff_item"] == "half_each" else whole * (met == 2)
    return total if at == 4 else with_mean(court, read, total)


def with_mean(court: Counts, read: Mapping[str, str], total: Fraction) -> Fraction | None:
    """The points of the courts below come on top: a quarter of their mean."""
    scores = [enforcement(each, read) for each in court["below"]]
    weights = [1 if read["basic_mean"] == "each_court" else each["filed"] for each in court["below"]]
    if not sum(weights):
        return None
    pairs = zip(scores, weights, strict=True)
    return total + sum(((score or 0) * weight for score, weight in pairs), Fraction(0)) / sum(weights) / 4


CHOICES = scoring.book("quality_year").choices()
some_readings = st.fixed_dictionaries({name: st.sampled_from(ways) for name, ways in CHOICES.items()})


@FIXED
@given(prefectures(), some_readings)
def test_a_scorecard_is_what_a_straightforward_calculation_gives(court: Counts, read: dict[str, str]) -> None:
    card = scorecards.score(scoring.book("quality_year"), inputs_of(court), read)
    low, high = litigation(court, read)
    assert (card.lines[0].low, card.lines[0].high) == (low / 2, high / 2)
    known = enforcement(court, read)
    if known is None:
        assert card.lines[1].high - card.lines[1].low == Fraction(25, 2)
    else:
        assert card.lines[1].points == known / 2
    assert (card.low, card.high) == tuple(
        sum(getattr(line, end) for line in card.lines) for end in ("low", "high")
    )
    for line in card.lines:
        assert 0 <= line.low <= line.high <= line.maximum
        assert all(part.low <= part.award.reachable <= part.maximum for part in line.parts)


@FEW
@given(courts())
def test_every_reading_of_every_parameter_is_what_a_straightforward_calculation_gives(court: Counts) -> None:
    given_ = inputs_of(court)
    for read in combinations(scoring.book("litigation").choices()):
        card = scorecards.score(scoring.book("litigation"), given_, read)
        assert (card.low, card.high) == litigation(court, {**scoring.book("quality_year").shipped(), **read})
    for read in combinations(scoring.book("enforcement").choices(), skip=("basic_mean",)):
        card = scorecards.score(scoring.book("enforcement"), given_, read)
        assert card.total == enforcement(court, read)


def combinations(choices: Mapping[str, tuple[str, ...]], skip: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Every combination of readings."""
    names = [name for name in choices if name not in skip]
    found = [
        dict(zip(names, chosen, strict=True))
        for chosen in itertools.product(*(choices[name] for name in names))
    ]
    assert len(found) == prod(len(choices[name]) for name in names)
    return found


@FEW
@given(courts(), st.sampled_from(["litigation", "enforcement"]))
def test_the_extremes_are_those_of_trying_every_combination(court: Counts, name: str) -> None:
    book, given_ = scoring.book(name), inputs_of(court)
    found = readings.variants(book, given_)
    cards = [scorecards.score(book, given_, read) for read in combinations(book.choices())]
    assert found.lowest.total == min(card.low for card in cards)
    assert found.highest.total == max(card.high for card in cards)
    assert scorecards.score(book, given_, found.lowest.readings).low == found.lowest.total
    assert scorecards.score(book, given_, found.highest.readings).high == found.highest.total
    told = {one.parameter for one in found.otherwise}
    for parameter in book.choices():
        moved = {
            (c.low, c.high)
            for c in cards
            if all(c.readings[p] == found.readings[p] for p in c.readings if p != parameter)
        }
        assert len(moved) == 1 or parameter in told


@FEW
@given(prefectures())
def test_each_variant_is_the_scorecard_read_so_and_a_total_is_the_sum_of_its_halves(court: Counts) -> None:
    book, given_ = scoring.book("quality_year"), inputs_of(court)
    found = readings.variants(book, given_)
    card = scorecards.score(book, given_)
    assert (found.low, found.high) == (card.low, card.high)
    for one in found.otherwise:
        other = scorecards.score(book, given_, {one.parameter: one.reading})
        assert (one.low, one.high) == (other.low, other.high)
    halves = [readings.variants(scoring.book(name), given_) for name in ("litigation", "enforcement")]
    assert found.lowest.total == sum(half.lowest.total for half in halves) / 2
    assert found.highest.total == sum(half.highest.total for half in halves) / 2
    assert scorecards.score(book, given_, found.lowest.readings).low == found.lowest.total
    assert scorecards.score(book, given_, found.highest.readings).high == found.highest.total


@FEW
@given(prefectures())
def test_the_extremes_of_an_intermediate_court_reach_through_the_courts_below(court: Counts) -> None:
    """Parameters of the basic courts' items are the intermediate court's too: the mean moves with them."""
    book, given_ = scoring.book("enforcement"), inputs_of(court)
    found = readings.variants(book, given_)
    fixed = {"comparison": "exact", "discontinued_base": "accepted"}
    choices = {name: ways for name, ways in book.choices().items() if name not in fixed}
    cards = [scorecards.score(book, given_, {**fixed, **read}) for read in combinations(choices)]
    assert found.lowest.total <= min(card.low for card in cards)
    assert found.highest.total >= max(card.high for card in cards)
