"""Periods: what a text names, and how periods are cut, moved and walked."""

from __future__ import annotations

import itertools
import zoneinfo
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from plumbline import errors, periods
from plumbline.periods import Period

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2019", "year", date(2019, 1, 1), date(2019, 12, 31)),
        ("2019-Q2", "quarter", date(2019, 4, 1), date(2019, 6, 30)),
        ("2019-06", "month", date(2019, 6, 1), date(2019, 6, 30)),
        ("2020-02", "month", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-12", "month", date(2019, 12, 1), date(2019, 12, 31)),
        ("2019-01-01..2019-06-30", "range", date(2019, 1, 1), date(2019, 6, 30)),
        ("2019-06-30..2019-06-30", "range", date(2019, 6, 30), date(2019, 6, 30)),
        ("2019-06@20", "month", date(2019, 5, 21), date(2019, 6, 20)),
        ("2019-01@20", "month", date(2018, 12, 21), date(2019, 1, 20)),
        ("2019-Q2@20", "quarter", date(2019, 3, 21), date(2019, 6, 20)),
        ("2019@20", "year", date(2018, 12, 21), date(2019, 12, 20)),
        ("2019-03@28", "month", date(2019, 3, 1), date(2019, 3, 28)),
        ("1900", "year", date(1900, 1, 1), date(1900, 12, 31)),
        ("2200", "year", date(2200, 1, 1), date(2200, 12, 31)),
    ],
)
def test_a_text_names_the_days_it_says(text: str, kind: str, first: date, last: date) -> None:
    period = Period.parse(text)
    assert (period.kind, period.start, period.last_day, period.text) == (kind, first, last, text)
    assert period.end == last + timedelta(days=1)
    assert period.contains(first)
    assert period.contains(last)
    assert not period.contains(period.end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "19",
        "2019-13",
        "2019-00",
        "2019-Q5",
        "2019-Q0",
        "2019-6",
        "2019-06-01",
        "2019-06-31..2019-07-01",
        "2019-06-02..2019-06-01",
        "2019-06@0",
        "2019-06@29",
        "2019@",
        "1899",
        "2201",
        "1900@20",
        "２０１９",
        "1899-12-31..1900-01-01",
        "2200-12-31..2201-01-01",
        " 2019",
        "2019\n",
        "2019-06..2019-07",
        "last year",
    ],
)
def test_anything_else_is_refused_with_the_accepted_forms(text: str) -> None:
    with pytest.raises(errors.BadPeriod) as bad:
        Period.parse(text)
    for form in ("2019-Q2", "2019-01-01..2019-06-30", "2019-06@20"):
        assert form in str(bad.value)


@pytest.mark.parametrize(
    ("text", "before", "year_before"),
    [
        ("2019", "2018", "2018"),
        ("2019-Q1", "2018-Q4", "2018-Q1"),
        ("2019-01", "2018-12", "2018-01"),
        ("2019-01@20", "2018-12@20", "2018-01@20"),
        ("2019-Q1@20", "2018-Q4@20", "2018-Q1@20"),
        ("2019@20", "2018@20", "2018@20"),
        ("2019-04-01..2019-06-30", "2019-01-01..2019-03-31", "2018-04-01..2018-06-30"),
        ("2019-01-11..2019-01-20", "2019-01-01..2019-01-10", "2018-01-11..2018-01-20"),
        ("2021-02-01..2021-02-28", "2021-01-01..2021-01-31", "2020-02-01..2020-02-29"),
        ("2020-02-28..2020-02-28", "2020-02-27..2020-02-27", "2019-02-28..2019-02-28"),
        ("2020-02-29..2020-02-29", "2020-02-28..2020-02-28", "2019-02-28..2019-02-28"),
    ],
)
def test_the_period_before_and_the_same_a_year_before(text: str, before: str, year_before: str) -> None:
    period = Period.parse(text)
    assert period.prior().text == before
    assert period.prior_year().text == year_before
    assert Period.parse(before) == period.prior()


def test_there_is_nothing_before_1900() -> None:
    with pytest.raises(errors.BadPeriod):
        Period.parse("1900").prior()
    with pytest.raises(errors.BadPeriod):
        Period.parse("1900-01-01..1900-02-28").prior_year()


def test_months_are_those_wholly_inside() -> None:
    assert Period.parse("2019-Q1").months() == [date(2019, 1, 1), date(2019, 2, 1), date(2019, 3, 1)]
    assert Period.parse("2019-01-02..2019-03-30").months() == [date(2019, 2, 1)]
    assert Period.parse("2019-06@20").months() == []
    assert len(Period.parse("2019@20").months()) == 11
    assert Period.parse("2019").is_month_aligned
    assert not Period.parse("2019-06@20").is_month_aligned


@pytest.mark.parametrize("grain", periods.GRAINS)
@pytest.mark.parametrize(
    "text",
    [
        "2019",
        "2019-Q2",
        "2019-06",
        "2019@20",
        "2019-Q1@20",
        "2019-06@20",
        "2018-11-15..2019-03-02",
        "1900-02@20",
        "2200-12@5",
    ],
)
def test_the_pieces_of_a_period_are_the_period(text: str, grain: str) -> None:
    period = Period.parse(text)
    pieces = period.split(grain)
    assert pieces[0].start == period.start
    assert pieces[-1].end == period.end
    assert all(one.end == following.start for one, following in itertools.pairwise(pieces))
    assert all(Period.parse(piece.text) == piece for piece in pieces)


def test_whole_pieces_have_names_and_the_rest_are_ranges() -> None:
    assert [one.text for one in Period.parse("2019").split("quarter")] == [
        "2019-Q1",
        "2019-Q2",
        "2019-Q3",
        "2019-Q4",
    ]
    assert [one.text for one in Period.parse("2019-Q1@20").split("month")] == [
        "2019-01@20",
        "2019-02@20",
        "2019-03@20",
    ]
    assert [one.text for one in Period.parse("2019-01-15..2019-03-31").split("month")] == [
        "2019-01-15..2019-01-31",
        "2019-02",
        "2019-03",
    ]
    assert Period.parse("2019-06").split("year") == [Period.parse("2019-06")]
    assert len(Period.parse("2020").split("day")) == 366


def test_an_unknown_grain_is_refused() -> None:
    with pytest.raises(errors.BadPeriod, match="month"):
        Period.parse("2019").split("week")


def test_the_year_to_date_ends_with_the_day() -> None:
    assert periods.year_to_date(date(2019, 6, 30)) == Period.parse("2019-01-01..2019-06-30")


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        (date(2019, 1, 31), 1, date(2019, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2019, 1, 31), 3, date(2019, 4, 30)),
        (date(2019, 12, 31), 2, date(2020, 2, 29)),
        (date(2019, 11, 30), 1, date(2019, 12, 30)),
        (date(2019, 10, 31), 2, date(2019, 12, 31)),
        (date(2019, 3, 31), -1, date(2019, 2, 28)),
        (date(2019, 1, 15), -1, date(2018, 12, 15)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2019, 5, 29), 0, date(2019, 5, 29)),
    ],
)
def test_months_are_added_by_the_calendar_and_clamped_to_the_months_end(
    day: date, n: int, then: date
) -> None:
    assert periods.add_months(day, n) == then


def test_months_beyond_every_calendar_are_refused() -> None:
    with pytest.raises(errors.BadPeriod):
        periods.add_months(date(2019, 1, 1), 10**6)


def test_a_court_day_begins_at_the_courts_own_midnight() -> None:
    assert periods.court_day(datetime(2019, 1, 1, 15, 59, 59, tzinfo=UTC), SHANGHAI) == date(2019, 1, 1)
    assert periods.court_day(datetime(2019, 1, 1, 16, 0, tzinfo=UTC), SHANGHAI) == date(2019, 1, 2)
    west = timezone(timedelta(hours=-10))
    assert periods.court_day(datetime(2019, 1, 1, 23, 0, tzinfo=west), SHANGHAI) == date(2019, 1, 2)
    with pytest.raises(errors.BadInput, match="offset"):
        periods.court_day(datetime(2019, 1, 1), SHANGHAI)
