"""Reads the text of a formula by recursive descent; what could be read two ways is refused with both
readings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from plumbline.catalog import faults
from plumbline.catalog import formula_tree as tree
from plumbline.catalog.definitions import Measure

MOST_TOKENS = 200
MOST_LEVELS = 20

#: The closed list of functions: how each is written, for messages and for the reference page.
FUNCTIONS: Mapping[str, str] = {
    "prior": "prior(x)",
    "at_start": "at_start(stock)",
    "mean": "mean(over_months(x))",
    "sd": "sd(over_months(x))",
    "gini": "gini(over_judges(measure))",
    "count_positive": "count_positive(over_courts(x))",
    "over_months": "over_months(x)",
    "over_courts": "over_courts(x)",
    "over_judges": "over_judges(measure)",
    "percentile": "percentile(measure, 50)",
    "days_in_period": "days_in_period()",
}
STATISTICS = ("mean", "sd", "gini", "count_positive")
GROUPS = ("over_months", "over_courts", "over_judges")

_TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z][a-z0-9_]*)|(?P<sign>[-+*/(),]))")


class Reader:
    """A reader by recursive descent. On one level of brackets a division stands alone."""

    def __init__(self, text: str, measures: Mapping[str, Measure]) -> None:
        self._measures = measures
        self._tokens = _cut(text)
        self._at = 0
        self._level = 0
        self.functions: set[str] = set()

    def whole(self) -> tree.Node:
        node = self._sum()
        if self._peek():
            raise faults.Unreadable(
                f"`{self._peek()}` stands where the formula should end", "write a sign before it"
            )
        return node

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> str:
        token = self._peek()
        if wanted and token != wanted:
            raise faults.Unreadable(
                f"`{wanted}` is missing before `{token or 'the end'}`", f"write `{wanted}`"
            )
        self._at += 1
        return token

    def _sum(self) -> tree.Node:
        """One level of brackets: operands and signs, refused where a division has a neighbour."""
        operands, signs = [self._operand()], []
        while self._peek() in ("+", "-", "*", "/"):
            signs.append(self._take())
            operands.append(self._operand())
        if "/" in signs and len(signs) > 1:
            raise faults.Unreadable(*_two_readings(operands, signs))
        return _tree(operands, signs)

    def _operand(self) -> tree.Node:
        word = self._take()
        if word == "(":
            return self._bracketed(self._sum)
        if word[:1].isdigit():
            return tree.Number(Fraction(word), word)
        if not word[:1].isalpha():
            raise faults.Unreadable(
                f"a measure or number is missing before `{word or 'the end'}`",
                "write `0 - x` for a negative amount" if word == "-" else "write a measure there",
            )
        if self._peek() == "(":
            self._take()
            return self._bracketed(lambda: self._function(word))
        return tree.Amount(self._measure(word))

    def _bracketed(self, read: Callable[[], tree.Node]) -> tree.Node:
        self._level += 1
        if self._level > MOST_LEVELS:
            raise faults.Unreadable(
                f"more than {MOST_LEVELS} levels of brackets", "define measures for its parts"
            )
        node = read()
        self._take(")")
        self._level -= 1
        return node

    def _measure(self, name: str) -> str:
        if name not in self._measures:
            raise faults.Unreadable(f"`{name}` is not a measure", faults.nearest(name, self._measures))
        return name

    def _of_cases(self, name: str) -> str:
        if self._measures[self._measure(name)].kind == "observed":
            raise faults.Unreadable(
                f"`{name}` is reported and has no cases behind it", "name a measure over cases"
            )
        return name

    def _function(self, name: str) -> tree.Node:
        if name not in FUNCTIONS:
            raise faults.Unreadable(
                f"`{name}(…)` is not a function of formulas", faults.nearest(name, FUNCTIONS)
            )
        self.functions.add(name)
        if name == "prior":
            return tree.Prior(self._sum())
        if name == "at_start":
            return self._level_at_start()
        if name == "days_in_period":
            return tree.Days()
        if name in STATISTICS:
            return self._statistic(name)
        if name == "percentile":
            measure = self._of_cases(self._take())
            self._take(",")
            return tree.Percentile(measure, self._rank(self._take()))
        raise faults.Unreadable(f"`{name}(…)` stands alone", f"write, for example, `mean({FUNCTIONS[name]})`")

    def _level_at_start(self) -> tree.Node:
        name = self._measure(self._take())
        measure = self._measures[name]
        if measure.kind != "stock" and measure.observed != "level":
            raise faults.Unreadable(
                f"`{name}` is a {measure.kind} and has no level", "write a measure of kind stock"
            )
        return tree.Amount(name, at_start=True)

    def _statistic(self, name: str) -> tree.Node:
        group = self._take()
        if group not in GROUPS:
            raise faults.Unreadable(
                f"`{name}` needs a group", f"write `{name}(over_months(x))`, over_courts or over_judges"
            )
        self.functions.add(group)
        self._take("(")
        inner = self._bracketed(
            lambda: tree.Amount(self._of_cases(self._take())) if group == "over_judges" else self._sum()
        )
        return tree.Spread(name, group, inner)

    def _rank(self, token: str) -> int:
        if not token.isdecimal() or not 1 <= int(token) <= 99:
            raise faults.Unreadable(
                f"`{token}` is not a percentile", "write an integer from 1 to 99; 50 is the median"
            )
        return int(token)


def _cut(text: str) -> list[str]:
    found: list[str] = []
    at, text = 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise faults.Unreadable(
                f"`{text[at:].strip()[:1]}` cannot stand in a formula",
                "write measures, numbers, + - * / ( ) and ,",
            )
        found.append(match.group().strip())
        at = match.end()
    if not found or len(found) > MOST_TOKENS:
        raise faults.Unreadable(
            f"a formula has 1 to {MOST_TOKENS} words and signs", "define measures for its parts"
        )
    return found


def _tree(operands: list[tree.Node], signs: list[str]) -> tree.Node:
    """* before + and -, each from the left; a single division as it stands."""
    if signs == ["/"]:
        if tree.always_zero(operands[1]):
            raise faults.Unreadable(
                f"{tree.written(operands[1])} can only be 0", "divide by a measure that can be above 0"
            )
        return tree.Reckoning("/", operands[0], operands[1])
    terms, between = [operands[0]], []
    for sign, operand in zip(signs, operands[1:], strict=True):
        if sign == "*":
            terms[-1] = tree.Reckoning("*", terms[-1], operand)
        else:
            terms.append(operand)
            between.append(sign)
    node = terms[0]
    for sign, term in zip(between, terms[1:], strict=True):
        node = tree.Reckoning(sign, node, term)
    return node


def _two_readings(operands: list[tree.Node], signs: list[str]) -> tuple[str, str]:
    words = [tree.written(operand) for operand in operands]
    at = signs.index("/")
    near = _row(
        [*words[:at], f"({words[at]} / {words[at + 1]})", *words[at + 2 :]], signs[:at] + signs[at + 1 :]
    )
    left, right = _row(words[: at + 1], signs[:at]), _row(words[at + 1 :], signs[at + 1 :])
    far = f"{_bracket(left, at > 0)} / {_bracket(right, at + 1 < len(signs))}"
    return f"`{_row(words, signs)}` can be read two ways", f"write `{near}` or `{far}`"


def _row(words: list[str], signs: list[str]) -> str:
    return words[0] + "".join(f" {sign} {word}" for sign, word in zip(signs, words[1:], strict=True))


def _bracket(words: str, several: bool) -> str:
    return f"({words})" if several else words
