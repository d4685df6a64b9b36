"""Verification files made without a database: the Yanbian rule books over invented counts, and a key of the tests."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from plumbline import verification
from plumbline.adjustments import Adjusted
from plumbline.catalog import scopes
from plumbline.catalog.definitions import Text
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.periods import Period
from plumbline.scorebooks import Book, Inputs
from tests.unit import scoring

KNOWN = datetime(2026, 1, 5, 4, tzinfo=UTC)
WRITTEN = datetime(2026, 1, 5, 4, 0, 1, 250_000, tzinfo=UTC)
SECRET, ANOTHER = bytes(range(32)), bytes(range(1, 33))


def litigation() -> Inputs:
    """A basic court with some figures, some of them missing."""
    now: dict[str, Ratio | Missing] = {
        "fagaizhi_total": Ratio(36, 1),
        "appeal_altered_or_remanded": Ratio(30, 1),
        "altered_or_remanded_rate": Ratio(59, 721),
        "retrial_rate": Missing("zero_denominator", "applications_closed"),
        "second_instance_filings": Ratio(19, 1),
    }
    prior: dict[str, Ratio | Missing] = {
        "fagaizhi_total": Ratio(40, 1),
        "appeal_altered_or_remanded": Ratio(33, 1),
        "second_instance_filings": Ratio(20, 1),
    }
    return scoring.inputs("示2401", "basic", now, prior)


def decided() -> Inputs:
    """The same, with one item scored separately by points and one by the figure."""
    paper = ("示党组〔2026〕2号", "灾害", "decider")
    by_points = Adjusted("m1", *paper, KNOWN, points=Fraction(67, 2))
    by_figure = Adjusted("m2", *paper, KNOWN, figure=Ratio(28, 1))
    book = "yanbian-2019.litigation"
    return replace(
        litigation(),
        adjusted={(book, "fagaizhi"): by_points, (book, "appeal_quality_fall"): by_figure},
    )


def objected() -> Inputs:
    """The same, without a case that was objected to."""
    inputs = litigation()
    key = ("yanbian-2019.fagaizhi_total", "own")
    return replace(inputs, figures={**inputs.figures, key: replace(inputs.figures[key], now=Ratio(35, 1))})


def enforcement() -> Inputs:
    """An intermediate court over two basic ones, while the year runs."""
    below = tuple(
        scoring.inputs(code, "basic", {"actual_rate": Ratio(number, 100), "completion_rate": Ratio(80, 100)})
        for code, number in (("示2402", 60), ("示2401", 50))
    )
    now: dict[str, Ratio | Missing] = {"actual_rate": Ratio(55, 100), "fully_of_closed": Ratio(31, 100)}
    return scoring.inputs("示24", "intermediate", now, below=below, elapsed=Fraction(1, 3))


def material(name: str, inputs: Inputs) -> verification.Material:
    """What a card of that book is computed from."""
    book: Book = scoring.book(name)
    packs = {one.id: one for one in scopes.chain(scoring.yanbian())}
    figures = {
        about.name: packs[about.name.partition(".")[0]]
        for one in verification.every_book(book)
        for about in one.figures.values()
    }
    covered = tuple(
        verification.Covered(one.court, "own", 120, 118, 365, 365) for one in verification.every_court(inputs)
    )
    return verification.Material(
        pack=scoring.yanbian(),
        book=book,
        inputs=inputs,
        period=Period.parse("2025"),
        figures=figures,
        coverage=covered,
        page=4711,
        known_at=KNOWN,
        court_name=Text("示例州法院", "A court of Shi"),
        demo=True,
        readings={},
    )


@functools.cache
def whole(name: str = "litigation") -> dict[str, Any]:
    """A file as plain data, unsigned; not to be changed."""
    if name == "decided":
        drawn = replace(material("litigation", decided()), objected=objected())
        return verification.compose(drawn, WRITTEN)
    return verification.compose(
        material(name, litigation() if name == "litigation" else enforcement()), WRITTEN
    )


def sealed(name: str = "litigation", secret: bytes = SECRET) -> bytes:
    """A file as it is sent."""
    return verification.seal(whole(name), secret)
