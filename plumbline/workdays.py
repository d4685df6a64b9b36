"""Working days: a dated table (official, predicted or overridden); a day it does not name is one by its place in the week."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from plumbline import errors

STATUSES = ("official", "predicted", "overridden")
HEADER = ("day", "working", "status", "note")
LONGEST_REST = 40
"""No rest is longer; beyond it a table is wrong, and the search ends."""


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """One line of the table: a day, whether courts work on it, how sure that is, and in which words."""

    day: date
    working: bool
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Workdays:
    """The table by ordinal. Without a line Monday to Friday are worked and nothing is known of feasts."""

    named: Mapping[int, bool] = field(default_factory=dict)

    def works(self, day: int) -> bool:
        """Whether courts work on this day (ordinal)."""
        found = self.named.get(day)
        return (day - 1) % 7 < 5 if found is None else found

    def next_worked(self, day: int) -> int:
        """The day itself where it is worked, else the first worked day after it."""
        for candidate in range(day, min(day + LONGEST_REST, date.max.toordinal())):
            if self.works(candidate):
                return candidate
        return day

    def count(self, first: int, until: int) -> int:
        """How many worked days there are from `first` to the day before `until`."""
        return sum(self.works(day) for day in range(first, until))


def of_lines(lines: Iterable[WorkingDay]) -> Workdays:
    """The table of these lines; of two for one day the later counts."""
    return Workdays({line.day.toordinal(): line.working for line in lines})


def read_table(text: str, name: str) -> list[WorkingDay]:
    """Lines of a CSV file `day,working,status,note`. Raises BadInput naming the line."""
    rows = list(csv.reader(line for line in text.splitlines() if line.strip() and not line.startswith("#")))
    if not rows or tuple(rows[0]) != HEADER:
        raise errors.BadInput(
            f"{name} has not the columns {', '.join(HEADER)}", next="Write them as its first line."
        )
    return [_line(row, f"{name}, row {number}") for number, row in enumerate(rows[1:], start=1)]


def _line(row: list[str], place: str) -> WorkingDay:
    if len(row) != len(HEADER):
        raise errors.BadInput(f"{place}: {len(row)} columns", next=f"Write {len(HEADER)}.")
    try:
        day = date.fromisoformat(row[0])
    except ValueError:
        raise errors.BadInput(f"{place}: {row[0]!r} is no day", next="Write 2026-10-01.") from None
    if row[1] not in ("yes", "no"):
        raise errors.BadInput(f"{place}: {row[1]!r} says not whether it is worked", next="Write yes or no.")
    if row[2] not in STATUSES:
        raise errors.BadInput(f"{place}: {row[2]!r} is no status", next=f"Write {', '.join(STATUSES)}.")
    return WorkingDay(day, row[1] == "yes", row[2], row[3])
