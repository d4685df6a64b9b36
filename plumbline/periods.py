"""Days, months and the periods courts report by. Days are court-local; a period is half-open: `end` is not
in it.

A reporting period may be cut on a day other than the month's last: `2019-06@20` is 21 May to 20 June.
"""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plumbline import errors

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 12, 31)
GRAINS = ("day", "month", "quarter", "year")
FORMS = (
    "2019 (a year), 2019-Q2 (a quarter), 2019-06 (a month), 2019-01-01..2019-06-30 (both days counted), "
    "and 2019@20, 2019-Q2@20, 2019-06@20 (cut on the 20th: 2019-06@20 is 21 May to 20 June)"
)

_DAY = timedelta(days=1)
_NAMED = re.compile(r"([0-9]{4})(?:-Q([1-4])|-([0-9]{2}))?(?:@([0-9]{1,2}))?")
_RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` up to, not including, `end`; `kind` is year, quarter, month or range; `text`
    parses back to it."""

    start: date
    end: date
    kind: str
    text: str

    @staticmethod
    def parse(text: str) -> Period:
        """The period a text names; BadPeriod, listing the accepted forms, when it names none."""
        if named := _NAMED.fullmatch(text):
            year, quarter, month, cut = (int(part) if part else 0 for part in named.groups())
            if month > 12 or cut > 28 or (named[3] and not month) or (named[4] and not cut):
                raise _bad(text, "a month is 01 to 12, and a cut-off day 1 to 28, which every month has")
            if quarter:
                return _named(year, quarter * 3, "quarter", cut)
            return _named(year, month or 12, "month" if month else "year", cut)
        if spelled := _RANGE.fullmatch(text):
            return between(_day(spelled[1], text), _day(spelled[2], text))
        raise _bad(text, "it has none of the accepted forms")

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        return self.end - _DAY

    @property
    def is_month_aligned(self) -> bool:
        """Whether the period is made of whole calendar months."""
        return self.start.day == 1 and self.end.day == 1

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end

    def prior_year(self) -> Period:
        """The same period one year earlier."""
        if self.kind == "range":
            start = add_months(self.start, -12)
            # 28 February of a leap year ends on the 29th, which a common year has not: keep at least one day.
            return between(start, max(add_months(self.end, -12) - _DAY, start))
        return _named(self._last_month.year - 1, self._last_month.month, self.kind, self._cut)

    def prior(self) -> Period:
        """The period of the same kind and length just before: for a range of whole months as many months,
        else as many days."""
        if self.kind == "range":
            if self.is_month_aligned:
                return between(
                    add_months(self.start, -_months_between(self.start, self.end)), self.start - _DAY
                )
            return between(self.start - (self.end - self.start), self.start - _DAY)
        last = add_months(self._last_month, -_MONTHS[self.kind])
        return _named(last.year, last.month, self.kind, self._cut)

    def months(self) -> list[date]:
        """First days of the calendar months that lie wholly in the period, in order."""
        first = self.start if self.start.day == 1 else add_months(month_start(self.start), 1)
        return [add_months(first, n) for n in range(max(0, _months_between(first, month_start(self.end))))]

    def split(self, grain: str) -> list[Period]:
        """The period cut into days, months, quarters or years, in order; a piece that is not whole is a
        range."""
        if grain not in GRAINS:
            raise errors.BadPeriod(f"{grain!r} is no grain", next=f"Use one of {', '.join(GRAINS)}.")
        pieces = []
        start = self.start
        while start < self.end:
            piece = self._piece(start, grain)
            pieces.append(piece)
            start = piece.end
        return pieces

    def _piece(self, start: date, grain: str) -> Period:
        if grain == "day":
            return between(start, start)
        closing = _closing_month(start, grain, self._cut)
        whole_start, whole_end = _bounds(closing, grain, self._cut)
        if whole_start == start and whole_end <= self.end:
            return _named(closing.year, closing.month, grain, self._cut)
        end = min(whole_end, self.end)
        return self if (start, end) == (self.start, self.end) else between(start, end - _DAY)

    @property
    def _cut(self) -> int:
        return int(self.text.partition("@")[2] or 0)

    @property
    def _last_month(self) -> date:
        """First day of the month a named period is closed in."""
        return month_start(self.last_day)


def between(first: date, last: date) -> Period:
    """The range from one day to another, both counted; BadPeriod when it is empty or outside 1900 to 2200."""
    text = f"{first.isoformat()}..{last.isoformat()}"
    if last < first:
        raise _bad(text, "its last day is before its first")
    _check(text, first, last)
    return Period(first, last + _DAY, "range", text)


def year_to_date(day: date) -> Period:
    """From 1 January to the day itself."""
    return between(date(day.year, 1, 1), day)


def court_day(instant: datetime, zone: zoneinfo.ZoneInfo) -> date:
    """The day of an aware instant as the court's own wall calendar shows it."""
    if instant.tzinfo is None:
        raise errors.BadInput(f"The instant {instant} has no offset", next="Hand in an aware instant.")
    return instant.astimezone(zone).date()


def month_start(day: date) -> date:
    return day if day.day == 1 else day.replace(day=1)


def add_months(day: date, n: int) -> date:
    """The same day of the month n calendar months on (or back), or that month's last day where it has no
    such day."""
    month = day.year * 12 + day.month - 1 + n
    year, index = divmod(month, 12)
    if not 1 <= year <= 9998:
        raise errors.BadPeriod(f"{n} months from {day} is no date", next="Stay within 1900 to 2200.")
    if day.day <= 28:
        return date(year, index + 1, day.day)
    after = date(year + (index == 11), (index + 1) % 12 + 1, 1)
    return min(after - _DAY, date(year, index + 1, 28) + timedelta(days=day.day - 28))


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _bounds(closing: date, grain: str, cut: int) -> tuple[date, date]:
    """The half-open span of the month, quarter or year that ends with the month `closing`, cut on a day or
    (0) on the last."""
    end = closing.replace(day=cut) + _DAY if cut else add_months(closing, 1)
    start = add_months(closing, -_MONTHS[grain])
    return (start.replace(day=cut) + _DAY if cut else add_months(start, 1)), end


def _named(year: int, month: int, kind: str, cut: int) -> Period:
    """The period of a kind that ends with a month; BadPeriod outside 1900 to 2200."""
    name = {"month": f"{year:04}-{month:02}", "quarter": f"{year:04}-Q{month // 3}", "year": f"{year:04}"}[
        kind
    ]
    text = f"{name}@{cut}" if cut else name
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise _bad(text, "years run from 1900 to 2200")
    start, end = _bounds(date(year, month, 1), kind, cut)
    _check(text, start, end - _DAY)
    return Period(start, end, kind, text)


def _closing_month(day: date, grain: str, cut: int) -> date:
    """First day of the month that closes the piece of that grain a day lies in."""
    # With a cut-off, the days after it belong to the next month's report.
    month = month_start(day) if not cut or day.day <= cut else add_months(month_start(day), 1)
    return add_months(month, _MONTHS[grain] - 1 - (month.month - 1) % _MONTHS[grain])


def _check(text: str, first: date, last: date) -> None:
    if first < FIRST_DAY or last > LAST_DAY:
        raise _bad(text, "days run from 1900-01-01 to 2200-12-31")


def _day(text: str, whole: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _bad(whole, f"{text} is no day") from None


def _bad(text: str, why: str) -> errors.BadPeriod:
    return errors.BadPeriod(
        f"{text[:60]!r} is no period", why=f"Because {why}.", next=f"Write one of: {FORMS}."
    )
