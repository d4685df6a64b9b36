"""The regression gives the upper limits that the R package gave for the same 42 series."""

from __future__ import annotations

import csv
import datetime
import gzip
from pathlib import Path

import numpy as np
import pytest

from plumbline.warning import expectations, histories, limits
from plumbline.warning.histories import Floats, Integers
from services.bench import warning_scenarios

DATA = Path(__file__).parent / "data"
PARAMETERS = ("theta", "beta", "gamma1", "gamma2", "phi")
FIRST_WEEK = datetime.date(2000, 1, 3)


@pytest.fixture(scope="module")
def series() -> Integers:
    with gzip.open(DATA / "series.csv.gz", "rt", encoding="utf-8") as lines:
        return np.array([[int(count) for count in line.split(",")] for line in lines], dtype=np.int64)


@pytest.fixture(scope="module")
def given() -> Floats:
    """(2058, 5): scenario, week, count, limit at .005, limit at .05."""
    with gzip.open(DATA / "farrington-flexible-limits.csv.gz", "rt", encoding="utf-8") as lines:
        return np.array([[float(cell) for cell in row] for row in list(csv.reader(lines))[1:]])


@pytest.fixture(scope="module")
def held(series: Integers) -> expectations.Expectations:
    return expectations.expect(series, warning_scenarios.TESTED, histories.WEEKLY, FIRST_WEEK)


def test_the_limits_belong_to_these_series(series: Integers, given: Floats) -> None:
    assert series.shape == (42, 624)
    assert (series[:, warning_scenarios.TESTED].reshape(-1) == given[:, 2]).all()


@pytest.mark.parametrize(("column", "alpha"), [(3, 0.005), (4, 0.05)])
def test_upper_limits_are_those_of_the_reference_in_999_of_1000_weeks(
    held: expectations.Expectations, given: Floats, column: int, alpha: float
) -> None:
    found = limits.upper(held.mean, held.dispersion, alpha)
    assert len(given) == 2058
    assert (found == given[:, column]).mean() >= 0.999


def test_a_year_of_exactly_52_weeks_gives_other_limits_than_the_calendar(
    series: Integers, given: Floats
) -> None:
    shifted = expectations.expect(series, warning_scenarios.TESTED, histories.WEEKLY)
    assert (limits.upper(shifted.mean, shifted.dispersion, 0.005) == given[:, 3]).mean() < 0.9


def test_the_generator_knows_the_42_scenarios_of_the_paper() -> None:
    with (DATA / "scenarios.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    made = warning_scenarios.scenarios()
    told = [[int(row["scenario"]), int(row["m"]), *(float(row[name]) for name in PARAMETERS)] for row in rows]
    assert [[s.number, s.harmonics, s.theta, s.beta, s.gamma1, s.gamma2, s.phi] for s in made] == told
