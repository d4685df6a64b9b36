"""Which cells a change of the books can move: a flow's own periods; of a level, every month until the change is undone."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from plumbline import periods, serving
from plumbline.periods import Period

PRIOR_YEARS = (1, 2)
"""How many years later a change can move a comparison with the year before."""

Changes = Mapping[date, int | None]
"""By month: by how much a series' sum changed; None where that is not said."""


def months_moved(version: serving.Version, account: int, changes: Changes, today: date) -> set[date]:
    """The months in which a version's cells can have moved, by the changes of one account's series.

    A level carries a change to every later month, until further changes have undone it. A change whose amount
    is not said (a day that opened, a definition, a court that moved) reaches every later month.
    """
    moved = set(changes)
    onwards = version.carries or version.compares
    unsaid = [month for month, amount in changes.items() if amount is None]
    if unsaid and onwards:
        moved |= set(_months(min(unsaid), today))
    if account in serving.levels_of(version):
        running = 0
        for month, following in itertools.pairwise([*sorted(changes), date.max]):
            running += changes[month] or 0
            if running:
                moved |= set(_months(month, min(today, _before(following))))
    if version.compares:
        moved |= {periods.add_months(month, 12 * years) for month in moved for years in PRIOR_YEARS}
    return {month for month in moved if month <= today}


def periods_moved(months: Iterable[date], today: date) -> list[Period]:
    """The month, quarter, year and years to date of some months; each year to date from the first of them on."""
    found: dict[str, Period] = {}
    for month in sorted(months):
        for period in _periods_of(month.year, month.month):
            found.setdefault(period.text, period)
        for later in range(month.month, 13):
            if date(month.year, later, 1) <= today:
                found.setdefault(f"to {month.year}-{later}", _to_date(month.year, later))
    return list(found.values())


def _before(month: date) -> date:
    return date.fromordinal(month.toordinal() - 1)


def _months(first: date, last: date) -> Iterator[date]:
    month = first
    while month <= last:
        yield month
        month = periods.add_months(month, 1)


@functools.lru_cache(maxsize=4096)
def _periods_of(year: int, month: int) -> tuple[Period, ...]:
    texts = (f"{year}-{month:02d}", f"{year}-Q{(month + 2) // 3}", f"{year}")
    return tuple(Period.parse(text) for text in texts)


@functools.lru_cache(maxsize=4096)
def _to_date(year: int, month: int) -> Period:
    return periods.between(date(year, 1, 1), Period.parse(f"{year}-{month:02d}").last_day)
