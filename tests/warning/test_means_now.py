"""Means of days against their line: scatter of cases, spread of months, the courts of the level, and where a year ends."""

from __future__ import annotations

import numpy as np
import pytest

from plumbline.warning import means_now, yearend
from plumbline.warning import series as kinds
from services.bench import warning_means


def test_scatter_and_spread_are_found_again() -> None:
    made = warning_means.days(np.random.default_rng(4), np.full(300, 60.0), 6)
    found = means_now.scatter(made.total, made.n, made.squares)
    expected = np.mean(np.expm1(np.linspace(0.5, 1.0, 1000) ** 2))
    assert found.cases.mean() == pytest.approx(expected, rel=0.05)
    assert np.sqrt(found.months.mean()) == pytest.approx(warning_means.MONTHLY, rel=0.15)
    assert np.sqrt(found.years) == pytest.approx(warning_means.YEARLY, rel=0.15)


def test_a_court_of_few_cases_leans_on_the_others_and_one_of_many_hardly() -> None:
    n = np.array([3.0, 30.0, 3000.0, 300.0])
    total = n * np.array([180.0, 90.0, 120.0, 100.0])
    spread = means_now.Scatter(np.full(4, 0.8), np.full(4, 0.005), 0.02)
    found = means_now.level(total, n, 6.0, spread, 200.0)
    assert found.weight[0] > 0.5 > found.weight[2]
    assert np.exp(found.centre[0]) < 180.0
    chance = means_now.beyond(found, 105.0, 1)
    assert chance[2] > 0.95 > chance[0]
    np.testing.assert_allclose(means_now.beyond(found, 105.0, -1), 1.0 - chance)


def test_fewer_than_three_courts_have_no_prior() -> None:
    spread = means_now.Scatter(np.full(2, 0.5), np.zeros(2), 0.02)
    found = means_now.level(np.array([900.0, 1000.0]), np.array([10.0, 10.0]), 1.0, spread, 200.0)
    assert (found.weight == 0.0).all()
    assert found.deviation[0] == pytest.approx(np.sqrt(np.log1p(0.05)))


def test_the_more_cases_the_surer() -> None:
    sure = [
        means_now.level(
            np.array([100.0 * n] * 3),
            np.array([n] * 3),
            6.0,
            means_now.Scatter(np.full(3, 0.8), np.zeros(3), 0.02),
            1e-6,
        ).deviation[0]
        for n in (5.0, 50.0, 500.0)
    ]
    assert sure[0] > 2 * sure[1] > 4 * sure[2]


def test_assurance_is_said_in_words_and_only_of_a_year_of_months() -> None:
    months = np.tile([100.0, 104.0, 98.0, 101.0], 6)
    for line, way, state in (
        (130.0, 1, "meets"),
        (80.0, 1, "fails"),
        (101.0, 1, "hit_or_miss"),
        (80.0, -1, "meets"),
    ):
        found = means_now.assurance(months, [(line, way)])
        assert found is not None
        assert found["state"] == state
        assert found["zh"]
        assert found["en"]
    both = means_now.assurance(months, [(80.0, -1), (90.0, 1)])
    assert both is not None
    assert both["state"] == "fails"
    assert means_now.assurance(months[:11], [(90.0, 1)]) is None


def test_warnings_of_means_are_seldom_false_and_reds_seldomer() -> None:
    found = warning_means.against(77001)
    assert found.false_amber <= 0.3
    assert found.precision_red >= 0.6
    assert found.found >= 0.3


@pytest.mark.parametrize(("form", "size"), [(kinds.MEAN, 40), (kinds.SHARE, 40), (kinds.SHARE, 300)])
def test_years_of_means_and_shares_end_inside_their_intervals(form: str, size: int) -> None:
    found = warning_means.ending(form, size, 77002, 250)
    for inside in found.inside80:
        assert inside == pytest.approx(0.80, abs=0.09)
    for inside in found.inside95:
        assert inside == pytest.approx(0.95, abs=0.05)
    assert found.red[2] >= 0.6


def test_the_correlation_of_a_months_cases_is_found_again() -> None:
    above, below, _ = warning_means.drawn(np.random.default_rng(6), kinds.SHARE, np.full(300, 200.0))
    found = yearend.correlation(above, below)
    assert found.mean() == pytest.approx(warning_means.CORRELATION, rel=0.2)
    even = np.random.default_rng(7).binomial(200, 0.3, (100, 36)).astype(np.float64)
    assert yearend.correlation(even, np.full((100, 36), 200.0)).mean() < 0.0005


def test_shares_without_correlation_project_as_ever() -> None:
    rest = yearend.Remaining(np.array([50.0]), np.array([1.2]), np.array([100.0]))
    asked = (np.array([20]), np.array([50]), rest, np.array([0.4]), np.array([100.0]), np.array([0.45]), 1)
    plain, none = yearend.ratios(*asked), yearend.ratios(*asked, correlation=np.zeros(1))
    wide = yearend.ratios(*asked, correlation=np.array([0.05]), months=(6.0, 6.0))
    assert plain == none
    assert wide.high95[0] - wide.low95[0] > plain.high95[0] - plain.low95[0]
