"""A formula, by Python's own parser and fractions; the only rounding is a standard deviation's or a
Gini's, to 12 places."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Protocol


class NoValueError(Exception):
    """There is no value; the only argument is the reason."""


class Books(Protocol):
    def amount(self, measure: str) -> int: ...
    def at_start(self, measure: str) -> int: ...
    def days(self) -> int: ...
    def prior(self) -> Books: ...
    def months(self) -> Sequence[Books]: ...
    def courts(self) -> Sequence[Books]: ...
    def by_judge(self, measure: str) -> Sequence[int]: ...
    def by_case(self, measure: str) -> Sequence[int]: ...


def evaluate(text: str, books: Books) -> tuple[Fraction, Fraction | None, Fraction | None]:
    """The value; and where the formula is one division of two sums, what stands above and below the line."""
    tree = ast.parse(text.strip(), mode="eval").body
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div):
        above, below = _value(tree.left, books), _value(tree.right, books)
        if below == 0:
            raise NoValueError("zero_denominator")
        return above / below, above, below
    value = _value(tree, books)
    return value, (value if isinstance(tree, ast.Name) else None), None


def _value(node: ast.expr, books: Books) -> Fraction:
    match node:
        case ast.Constant(value=value):
            return Fraction(str(value))
        case ast.Name(id=name):
            return Fraction(books.amount(name))
        case ast.BinOp(left=left, op=sign, right=right):
            one, other = _value(left, books), _value(right, books)
            if isinstance(sign, ast.Div):
                if other == 0:
                    raise NoValueError("zero_denominator")
                return one / other
            if isinstance(sign, ast.Mult):
                return one * other
            return one + other if isinstance(sign, ast.Add) else one - other
        case ast.Call(func=ast.Name(id=name), args=args):
            return _function(name, args, books)
    raise AssertionError(ast.dump(node))


def _function(name: str, args: list[ast.expr], books: Books) -> Fraction:
    if name == "prior":
        return _value(args[0], books.prior())
    if name == "days_in_period":
        return Fraction(books.days())
    if name == "at_start":
        assert isinstance(args[0], ast.Name)
        return Fraction(books.at_start(args[0].id))
    if name == "percentile":
        assert isinstance(args[0], ast.Name)
        assert isinstance(args[1], ast.Constant)
        return _percentile(books.by_case(args[0].id), int(str(args[1].value)))
    group = args[0]
    assert isinstance(group, ast.Call)
    assert isinstance(group.func, ast.Name)
    inner = group.args[0]
    if group.func.id == "over_judges":
        assert isinstance(inner, ast.Name)
        values = [Fraction(value) for value in books.by_judge(inner.id)]
    else:
        several = books.months() if group.func.id == "over_months" else books.courts()
        values = [_value(inner, each) for each in several]
    return {"mean": _mean, "sd": _deviation, "gini": _gini, "count_positive": _positive}[name](values)


def _mean(values: list[Fraction]) -> Fraction:
    if not values:
        raise NoValueError("zero_denominator")
    return sum(values, Fraction(0)) / len(values)


def _deviation(values: list[Fraction]) -> Fraction:
    middle = _mean(values)
    variance = _mean([(value - middle) ** 2 for value in values])
    with localcontext() as context:
        context.prec = 80
        root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
        return Fraction(root.quantize(Decimal("1e-12"), rounding=ROUND_HALF_EVEN))


def _gini(values: list[Fraction]) -> Fraction:
    """Half the mean distance between any two, over the mean."""
    total = sum(values, Fraction(0))
    if total <= 0:
        raise NoValueError("zero_denominator")
    apart = sum((abs(one - other) for one in values for other in values), Fraction(0))
    exact = apart / (2 * len(values) * total)
    return Fraction(round(exact * 10**12), 10**12)


def _positive(values: list[Fraction]) -> Fraction:
    return Fraction(len([value for value in values if value > 0]))


def _percentile(values: Sequence[int], rank: int) -> Fraction:
    """The smallest amount that at least `rank` % of the cases do not exceed."""
    for value in sorted(values):
        if 100 * len([one for one in values if one <= value]) >= rank * len(values):
            return Fraction(value)
    raise NoValueError("zero_denominator")
