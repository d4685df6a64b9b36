"""What a period's text means: its first day and the first day after it."""

from __future__ import annotations

import re
from datetime import date, timedelta

ONE = timedelta(days=1)
Span = tuple[date, date]


def read(text: str) -> Span:
    """2019, 2019-Q2, 2019-06, 2019-01-01..2019-06-30, and the first three with a cut-off day: 2019-06@20."""
    if ".." in text:
        first, last = text.split("..")
        return date.fromisoformat(first), date.fromisoformat(last) + ONE
    named, _, cut = text.partition("@")
    year = int(named[:4])
    if "Q" in named:
        last_month, months = 3 * int(named[-1]), 3
    elif "-" in named:
        last_month, months = int(named[5:]), 1
    else:
        last_month, months = 12, 12
    before = year * 12 + last_month - 1 - months
    if not cut:
        return date((before + 1) // 12, (before + 1) % 12 + 1, 1), _next_month(year, last_month)
    return date(before // 12, before % 12 + 1, int(cut)) + ONE, date(year, last_month, int(cut)) + ONE


def _next_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def kind(text: str) -> str:
    """year, quarter, month or range."""
    if ".." in text:
        return "range"
    return "quarter" if "Q" in text else "month" if re.match(r"\d{4}-", text) else "year"


def year_before(text: str) -> str:
    """The same period one year earlier."""
    if ".." in text:
        first, last = (date.fromisoformat(part) for part in text.split(".."))
        return f"{earlier(first)}..{_last_earlier(last)}"
    return f"{int(text[:4]) - 1:04}{text[4:]}"


def earlier(day: date) -> date:
    """The same day a year earlier; 28 February for the 29th."""
    return (
        day.replace(year=day.year - 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )


def _last_earlier(last: date) -> date:
    # A range that ends with a month ends with that month a year earlier too.
    return earlier(last + ONE) - ONE


def months_of(text: str) -> list[str]:
    """The reporting months of a period, as periods; a part of one as a range."""
    first, until = read(text)
    cut = text.partition("@")[2]
    found = []
    while first < until:
        closing = first
        if cut and first.day > int(cut):
            closing = _next_month(first.year, first.month)
        name = f"{closing.year}-{closing.month:02}" + (f"@{cut}" if cut else "")
        begun, end = read(name)
        whole = begun == first and end <= until
        end = min(end, until)
        found.append(name if whole else f"{first}..{end - ONE}")
        first = end
    return found
