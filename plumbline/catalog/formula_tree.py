"""The parts a formula is made of, and what can be said of them without any books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A measure, at the end of the period or at its start."""

    measure: str
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Two parts and a sign between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Prior:
    """A part one year earlier."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Spread:
    """A statistic over months, courts or judges."""

    statistic: str
    group: str
    inner: Node


@dataclass(frozen=True, slots=True)
class Percentile:
    """A percentile over the amounts of cases."""

    measure: str
    rank: int


@dataclass(frozen=True, slots=True)
class Days:
    """How many days the period has."""


Node = Number | Amount | Reckoning | Prior | Spread | Percentile | Days


def written(node: Node) -> str:
    """A part in the words of the formula, with every bracket."""
    match node:
        case Number():
            return node.text
        case Amount():
            return f"at_start({node.measure})" if node.at_start else node.measure
        case Reckoning():
            return f"({written(node.left)} {node.sign} {written(node.right)})"
        case Prior():
            return f"prior({written(node.inner)})"
        case Spread():
            return f"{node.statistic}({node.group}({written(node.inner)}))"
        case Percentile():
            return f"percentile({node.measure}, {node.rank})"
        case Days():
            return "days_in_period()"


def walk(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case Reckoning():
            yield from walk(node.left)
            yield from walk(node.right)
        case Prior() | Spread():
            yield from walk(node.inner)


def sides(node: Node) -> tuple[frozenset[str], frozenset[str]]:
    """The measures above and below the line, where there is one."""
    match node:
        case Reckoning(sign="/"):
            (above, below), (divisor, inverse) = sides(node.left), sides(node.right)
            return above | inverse, below | divisor
        case Reckoning():
            (above, below), (more, under) = sides(node.left), sides(node.right)
            return above | more, below | under
        case Prior() | Spread():
            return sides(node.inner)
        case Amount() | Percentile():
            return frozenset([node.measure]), frozenset()
        case Number() | Days():
            return frozenset(), frozenset()


def always_zero(node: Node) -> bool:
    match node:
        case Number():
            return node.value == 0
        case Reckoning(sign="-"):
            return node.left == node.right or (always_zero(node.left) and always_zero(node.right))
        case Reckoning(sign="*"):
            return always_zero(node.left) or always_zero(node.right)
        case Reckoning(sign="+"):
            return always_zero(node.left) and always_zero(node.right)
        case Reckoning():
            return always_zero(node.left)
        case Prior() | Spread():
            return always_zero(node.inner)
        case _:
            return False
