"""When courts work: working days, the weeks around Lunar New Year, the rush before the year ends. For
invented feeds only.
"""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

# Lunar New Year's Day; a year that is not listed has its rest at the mean, 4 February.
NEW_YEAR = {
    2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17),
    2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3),
}  # fmt: skip
MONTHS = (90, 70, 105, 100, 98, 102, 104, 100, 104, 92, 108, 112)
RUSH_SHARE = 0.4


def at_rest(day: date) -> bool:
    """Weekends, the week of Lunar New Year, and the first week of October."""
    month, first = NEW_YEAR.get(day.year, (2, 4))
    since = (day - date(day.year, month, first)).days
    return (
        day.weekday() > 4
        or -1 <= since <= 6
        or (day.month == 10 and day.day <= 7)
        or (day.month, day.day) == (1, 1)
    )


def working_day(day: date) -> date:
    """The day, or the next on which courts work."""
    while at_rest(day):
        day += timedelta(1)
    return day


def working_day_before(day: date) -> date:
    """The day, or the last before it on which courts work."""
    while at_rest(day):
        day -= timedelta(1)
    return day


def later(day: date, least: int, most: int, chance: random.Random) -> date:
    """A working day so many days later; the next one where courts rest."""
    return working_day(day + timedelta(chance.randint(least, most)))


def within(day: date, most: int, chance: random.Random) -> date:
    """A working day from the next until `most` days later; where courts rest all the time, the first after."""
    found = working_day_before(day + timedelta(chance.randint(1, most)))
    return found if found > day else working_day(day + timedelta(1))


def filing_days(year: int, count: int, chance: random.Random) -> list[date]:
    """Days of a year on which cases are filed, in order: by month, by weekday, few around Lunar New Year."""
    days = [date(year, 1, 1) + timedelta(index) for index in range(366)]
    days = [day for day in days if day.year == year and not at_rest(day)]
    weights = [
        MONTHS[day.month - 1] * (1.2 if day.weekday() == 0 else 0.9 if day.weekday() == 4 else 1.0)
        for day in days
    ]
    return sorted(chance.choices(days, weights, k=count))


def closing_day(filed: date, typical: int, chance: random.Random) -> date:
    """A working day around `typical` days later; part of what would be closed early next year is closed in
    December.
    """
    length = max(int(math.exp(chance.gauss(math.log(typical), 0.45))), 5)
    closed = filed + timedelta(length)
    december = date(filed.year, 12, 5)
    if (
        closed.year > filed.year
        and closed.month <= 2
        and filed < december - timedelta(20)
        and chance.random() < RUSH_SHARE
    ):
        closed = december + timedelta(chance.randint(0, 24))
    return working_day(closed)
