"""The small functions an expression is compiled to: three-valued, total, and bounded to 64-bit integers and
the calendar.
"""

from __future__ import annotations

import calendar
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import MAXYEAR, date
from typing import Any

Env = Mapping[str, object]
Run = Callable[[Env], Any]

LARGEST = 2**63 - 1
LAST_DAY = date.max.toordinal()

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_RECKON: Mapping[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def both(left: Run, right: Run) -> Run:
    """and: false if either is false, else unknown if either is unknown."""

    def run(env: Env) -> bool | None:
        one = left(env)
        if one is False:
            return False
        other = right(env)
        if other is False:
            return False
        return None if one is None or other is None else True

    return run


def either(left: Run, right: Run) -> Run:
    """or: true if either is true, else unknown if either is unknown."""

    def run(env: Env) -> bool | None:
        one = left(env)
        if one is True:
            return True
        other = right(env)
        if other is True:
            return True
        return None if one is None or other is None else False

    return run


def compared(sign: str, left: Run, right: Run) -> Run:
    """A comparison; text by code point."""
    compare = _COMPARE[sign]

    def run(env: Env) -> bool | None:
        one = left(env)
        if one is None:
            return None
        other = right(env)
        return None if other is None else compare(one, other)

    return run


def within(value: Run, choices: frozenset[Any]) -> Run:
    """in, over a list of constants."""

    def run(env: Env) -> bool | None:
        found = value(env)
        return None if found is None else found in choices

    return run


def chosen(branches: Sequence[tuple[Run, Run]], last: Run) -> Run:
    """case: the first branch whose test is true."""

    def run(env: Env) -> object:
        for test, branch in branches:
            if test(env) is True:
                return branch(env)
        return last(env)

    return run


def reckoned(sign: str, left: Run, right: Run, *, day: bool) -> Run:
    """+ - *: unknown where the result leaves the 64-bit integers or, for a day, the calendar."""
    reckon = _RECKON[sign]
    keep = _day if day else _integer

    def run(env: Env) -> int | None:
        one = left(env)
        if one is None:
            return None
        other = right(env)
        return None if other is None else keep(reckon(one, other))

    return run


def negated(inner: Run) -> Run:
    """Unary minus."""
    return lambda env: None if (value := inner(env)) is None else _integer(-value)


def absolute(inner: Run) -> Run:
    """abs."""
    return lambda env: None if (value := inner(env)) is None else _integer(abs(value))


def first_known(runs: Sequence[Run]) -> Run:
    """coalesce: the first that is known."""

    def run(env: Env) -> object:
        for each in runs:
            value = each(env)
            if value is not None:
                return value
        return None

    return run


def extreme(runs: Sequence[Run], choose: Callable[[Collection[Any]], Any]) -> Run:
    """least, greatest: unknown if any is unknown, because the unknown one could be it."""

    def run(env: Env) -> object:
        values = [each(env) for each in runs]
        return None if any(value is None for value in values) else choose(values)

    return run


def days_later(day: Run, count: Run) -> Run:
    """add_days."""
    return reckoned("+", day, count, day=True)


def months_later(day: Run, count: Run) -> Run:
    """add_months: the same day of the month, or the month's last day where there is none."""

    def run(env: Env) -> int | None:
        start = day(env)
        if start is None:
            return None
        months = count(env)
        return None if months is None else month_added(start, months)

    return run


def month_added(start: int, months: int) -> int | None:
    """The ordinal `months` after `start`, clamped to the month's end; None outside the calendar."""
    if _day(start) is None:
        return None
    first = date.fromordinal(start)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if not 1 <= year <= MAXYEAR:
        return None
    return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1])).toordinal()


def holding(codes: Run, code: str) -> Run:
    """has: whether a list of codes holds one."""
    return lambda env: None if (value := codes(env)) is None else code in value


def _integer(value: int) -> int | None:
    return value if -LARGEST <= value <= LARGEST else None


def _day(value: int) -> int | None:
    return value if 1 <= value <= LAST_DAY else None
