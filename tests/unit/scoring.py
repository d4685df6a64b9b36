"""Inputs for scorecards of the Yanbian rule books: last year's counts from the annexes, this year's as a
test says.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from plumbline import scorebooks
from plumbline.catalog import reading
from plumbline.catalog.definitions import Pack
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.scorebooks import Book, Figure, Inputs

DEFINITIONS = Path(__file__).resolve().parents[2] / "definitions"
OWN = "own"
#: The vote's mean mark in every test that says nothing else.
VOTE = Ratio(21, 2)


@functools.cache
def yanbian() -> Pack:
    """The shipped pack."""
    return reading.Shelf(DEFINITIONS).pack("yanbian-2019")


@functools.cache
def book(name: str) -> Book:
    """One of its rule books."""
    return scorebooks.bind(yanbian(), name)


@functools.cache
def annexes() -> Mapping[str, Mapping[str, int]]:
    """By court code: the columns of annexes 2 and 3."""
    found: dict[str, dict[str, int]] = {}
    for name in ("annex-2.csv", "annex-3.csv"):
        with (DEFINITIONS / "yanbian-2019" / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                code = row.pop("court", None) or row.pop("code")
                found.setdefault(code, {}).update(
                    {key: int(value) for key, value in row.items() if value.isdigit()}
                )
    return found


def full(figure: str) -> tuple[str, str]:
    """A figure's key in inputs: its full name, own cases."""
    home = "court-core" if figure in ("altered_or_remanded_rate", "acceptance_rate") else "yanbian-2019"
    return f"{home}.{figure}", OWN


def inputs(
    court: str = "示2401",
    level: str = "basic",
    now: Mapping[str, Ratio | Missing] | None = None,
    prior: Mapping[str, Ratio | Missing] | None = None,
    *,
    whole: Mapping[str, Ratio | Missing] | None = None,
    below: tuple[Inputs, ...] = (),
    elapsed: Fraction = Fraction(1),
    vote: Ratio | Missing = VOTE,
) -> Inputs:
    """A court's inputs by bare figure names; `whole` is the whole year before where it differs from
    `prior`.
    """
    past = prior or {}
    figures = {
        full(name): Figure(
            value, past.get(name, scorebooks.NOT_REPORTED), (whole or past).get(name, scorebooks.NOT_REPORTED)
        )
        for name, value in (now or {}).items()
    }
    return Inputs(court, level, figures, {}, {"quality_year": vote}, {}, below, elapsed)
