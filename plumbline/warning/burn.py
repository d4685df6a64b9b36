"""How fast a year's budget is being used: the burn rate of a window is what it held over what the season gives
it of the budget (after Google's Site Reliability Workbook, chapter 5), with a tail as a second lock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline import errors
from plumbline.warning import limits
from plumbline.warning.histories import Floats, Integers

METHOD = "budget-burn/1"
ALPHA = 0.01
NONE, TICKET, SLOW, FAST = 0, 1, 2, 3
FAST_RATE, FAST_DAYS, FAST_LEAST = 2.0, (30, 7), 5
SLOW_RATE, SLOW_DAYS, SLOW_LEAST = 1.4, (91, 21), 10
TICKET_RATE, TICKET_DAYS = 1.1, 30


@dataclass(frozen=True, slots=True)
class Burning:
    """Of each court: the `tier` 0 none, 1 ticket, 2 slow, 3 fast; the burn rate of the tier's long window, the
    last month and the year so far; the tail of each."""

    tier: NDArray[np.int8]
    month: Floats
    quarter: Floats
    year: Floats
    p_month: Floats
    p_quarter: Floats
    p_year: Floats


def rate(count: Floats | Integers, share: Floats, budget: Floats) -> Floats:
    """count / (budget * share of the year in the window); 0 where nothing is due."""
    due = np.asarray(share * budget, np.float64)
    return np.where(due > 0, count / np.where(due > 0, due, 1.0), 0.0)


def judge(
    cumulative: Floats | Integers, shares: Floats, day: int, budget: Floats, dispersion: Floats | float = 1.0
) -> Burning:
    """On the morning of `day` (0 = 1 January: nothing yet). `cumulative` (c, days + 1): cases of the year before
    each morning, element 0 is 0; `shares` (days + 1,): the season's share of the year before each morning, 0 to 1;
    `budget` (c,): cases of the year. A window reaches back to 1 January at most: an annual budget starts there.

    fast: last 30 and last 7 days at 2.0 or more, 5 cases; slow: 91 and 21 days at 1.4, 10 cases; ticket: year to
    date and 30 days at 1.1; each only where P(at least so many | budget met) < .01 in its long window."""
    if not 0 <= day < np.shape(cumulative)[-1] or len(shares) != np.shape(cumulative)[-1]:
        raise errors.BadInput(
            f"day {day} does not lie in {np.shape(cumulative)[-1]} mornings with {len(shares)} shares; give one each"
        )
    made: dict[int, tuple[Floats, Floats, Floats]] = {}
    for days in (*FAST_DAYS, *SLOW_DAYS, day):
        since = max(0, day - days)
        count = np.asarray(cumulative[:, day] - cumulative[:, since], np.float64)
        share = np.asarray(shares[day] - shares[since])
        due = np.maximum(share * budget, 1e-12)
        tail = limits.at_least(count, due, np.broadcast_to(np.asarray(dispersion, np.float64), count.shape))
        made[days] = (count, rate(count, share, budget), tail)
    month, quarter, year = made[FAST_DAYS[0]], made[SLOW_DAYS[0]], made[day]
    fast = _both(month, made[FAST_DAYS[1]], FAST_RATE, FAST_LEAST)
    slow = _both(quarter, made[SLOW_DAYS[1]], SLOW_RATE, SLOW_LEAST)
    ticket = _both(year, month, TICKET_RATE, 1)
    tier = np.where(fast, FAST, np.where(slow, SLOW, np.where(ticket, TICKET, NONE))).astype(np.int8)
    return Burning(tier, month[1], quarter[1], year[1], month[2], quarter[2], year[2])


def _both(
    long: tuple[Floats, Floats, Floats], short: tuple[Floats, Floats, Floats], least: float, cases: int
) -> NDArray[np.bool_]:
    enough = (long[0] >= cases) & (long[2] < ALPHA)
    return np.asarray((long[1] >= least) & (short[1] >= least) & enough)
