"""Formulas of indicators: + - * / over measures and a closed list of functions; what could be read two ways
is refused.

Everything is integers and fractions, divided last: `evaluate` gives numerator and denominator, or the reason
there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from plumbline.catalog import faults, formula_reader, ratios
from plumbline.catalog import formula_tree as tree
from plumbline.catalog.definitions import Measure
from plumbline.catalog.ratios import Missing, Ratio, value_of

__all__ = ["Books", "Formula", "Missing", "Ratio", "evaluate", "read_formula", "value_of"]

_SPREADS: Mapping[str, Callable[[Sequence[Ratio]], Ratio | Missing]] = {
    "mean": ratios.mean,
    "sd": ratios.deviation,
    "gini": ratios.gini,
    "count_positive": ratios.count_positive,
}


class Books(Protocol):
    """What a formula asks of the books, for one court, scope and period. Amounts are integers in the
    measure's unit.
    """

    def amount(self, measure: str) -> int | Missing:
        """The sum of a flow in the period; the level of a stock at its end."""

    def at_start(self, measure: str) -> int | Missing:
        """The level of a stock at the end of the day before the period."""

    def days(self) -> int | Missing:
        """How many days the period has; while it runs, how many have begun."""

    def prior(self) -> Books:
        """The same books one year earlier."""

    def months(self) -> Sequence[Books]:
        """The months of the period."""

    def courts(self) -> Sequence[Books]:
        """The courts of the scope, each by itself."""

    def judges(self, measure: str) -> Sequence[int] | Missing:
        """The amounts of a measure, one for each judge."""

    def cases(self, measure: str) -> Sequence[int] | Missing:
        """The amounts of a measure, one for each case."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read. `numerator` and `denominator` are the measures whose cases stand behind each
    part.
    """

    text: str
    root: tree.Node
    measures: frozenset[str]
    functions: frozenset[str]
    numerator: frozenset[str]
    denominator: frozenset[str]


#: What stands for the formula of an indicator whose formula is not known: it reads nothing.
UNPUBLISHED = Formula("", tree.Number(Fraction(0), ""), frozenset(), frozenset(), frozenset(), frozenset())


def read_formula(text: str, measures: Mapping[str, Measure]) -> Formula:
    """The formula of `text` over `measures`; raises Unreadable with what to write instead.

    An indicator that waits for its formula has none: the empty text is UNPUBLISHED.
    """
    if not text:
        return UNPUBLISHED
    reader = formula_reader.Reader(text, measures)
    root = reader.whole()
    above, below = tree.sides(root)
    used = frozenset(
        node.measure for node in tree.walk(root) if isinstance(node, tree.Amount | tree.Percentile)
    )
    if not used:
        raise faults.Unreadable(
            f"`{text}` names no measure", "write a formula over measures, such as `closed / filed`"
        )
    return Formula(text, root, used, frozenset(reader.functions), above, below)


def evaluate(formula: Formula, books: Books) -> Ratio | Missing:
    """The formula's value in these books: numerator and denominator, or why there is none."""
    if not formula.text:
        return Missing("not_available", "its formula is not known")
    return _value(formula.root, books)


def _value(node: tree.Node, books: Books) -> Ratio | Missing:
    match node:
        case tree.Number():
            return Ratio(node.value.numerator, node.value.denominator)
        case tree.Amount():
            return _amount(books.at_start(node.measure) if node.at_start else books.amount(node.measure))
        case tree.Prior():
            return _value(node.inner, books.prior())
        case tree.Reckoning():
            return _reckon(node, books)
        case tree.Spread():
            return _spread(node, books)
        case tree.Percentile():
            found = books.cases(node.measure)
            return found if isinstance(found, Missing) else ratios.percentile(found, node.rank)
        case tree.Days():
            return _amount(books.days())


def _amount(found: int | Missing) -> Ratio | Missing:
    return found if isinstance(found, Missing) else Ratio(found, 1)


def _reckon(node: tree.Reckoning, books: Books) -> Ratio | Missing:
    left, right = _value(node.left, books), _value(node.right, books)
    if isinstance(left, Missing):
        return left
    if isinstance(right, Missing):
        return right
    match node.sign:
        case "+":
            return ratios.plus(left, right)
        case "-":
            return ratios.minus(left, right)
        case "*":
            return ratios.times(left, right)
        case _:
            return ratios.over(left, right, tree.written(node.right))


def _spread(node: tree.Spread, books: Books) -> Ratio | Missing:
    found: list[Ratio | Missing]
    if node.group == "over_judges":
        assert isinstance(node.inner, tree.Amount)
        amounts = books.judges(node.inner.measure)
        if isinstance(amounts, Missing):
            return amounts
        found = [Ratio(amount, 1) for amount in amounts]
    else:
        group = books.months() if node.group == "over_months" else books.courts()
        found = [_value(node.inner, each) for each in group]
    known: list[Ratio] = []
    for value in found:
        if isinstance(value, Missing):
            return value
        known.append(value)
    return _SPREADS[node.statistic](known)
