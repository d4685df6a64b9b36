"""Working days: the table as it is read, refused and asked."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from plumbline import errors, workdays
from plumbline.workdays import Workdays, WorkingDay

SHIPPED = Path(__file__).resolve().parents[2] / "definitions" / "calendar" / "working-days.csv"
HEADER = "day,working,status,note\n"


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def shipped() -> list[WorkingDay]:
    return workdays.read_table(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)


def test_a_table_is_read_line_by_line_without_comments_and_empty_lines() -> None:
    text = f"# notice\n{HEADER}\n2025-10-01,no,official,国庆节\n# more\n2025-10-11,yes,overridden,\n"
    assert workdays.read_table(text, "days.csv") == [
        WorkingDay(date(2025, 10, 1), False, "official", "国庆节"),
        WorkingDay(date(2025, 10, 11), True, "overridden", ""),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2025-10-01,no,official", "days.csv, row 2: 3 columns"),
        ("2025-10-01,no,official,a,b", "days.csv, row 2: 5 columns"),
        ("1.10.2025,no,official,", "days.csv, row 2: '1.10.2025' is no day"),
        ("2025-02-30,no,official,", "days.csv, row 2: '2025-02-30' is no day"),
        ("2025-10-01,maybe,official,", "days.csv, row 2: 'maybe' says not whether it is worked"),
        ("2025-10-01,no,guessed,", "days.csv, row 2: 'guessed' is no status"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_row(row: str, said: str) -> None:
    with pytest.raises(errors.BadInput) as refused:
        workdays.read_table(f"{HEADER}2025-01-01,no,official,元旦\n{row}\n", "days.csv")
    assert said in str(refused.value)
    assert refused.value.next


@pytest.mark.parametrize("text", ["", "# nothing\n", "date,working,status,note\n2025-01-01,no,official,\n"])
def test_a_file_without_its_columns_is_refused(text: str) -> None:
    with pytest.raises(errors.BadInput, match=r"days\.csv has not the columns day, working, status, note"):
        workdays.read_table(text, "days.csv")


def test_of_two_lines_for_a_day_the_later_counts() -> None:
    text = f"{HEADER}2025-10-01,no,predicted,国庆节\n2025-10-01,yes,overridden,值班\n"
    assert workdays.of_lines(workdays.read_table(text, "days.csv")).works(ordinal("2025-10-01"))


def test_a_day_without_a_line_is_worked_from_monday_to_friday() -> None:
    table = Workdays()
    week = [date(2025, 9, 29) + timedelta(days=n) for n in range(7)]
    assert [table.works(day.toordinal()) for day in week] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2025-09-28", "2025-09-28"),  # a worked Sunday
        ("2025-10-01", "2025-10-09"),
        ("2025-10-08", "2025-10-09"),
        ("2025-10-11", "2025-10-11"),  # a worked Saturday
        ("2025-10-12", "2025-10-13"),
        ("2025-10-14", "2025-10-14"),
        ("2023-10-01", "2023-10-07"),
    ],
)
def test_the_next_worked_day_goes_by_the_official_table(day: str, worked: str) -> None:
    assert workdays.of_lines(shipped()).next_worked(ordinal(day)) == ordinal(worked)


def test_a_table_that_never_works_ends_the_search_where_it_began() -> None:
    never = Workdays(dict.fromkeys(range(1, 2000), False))
    assert never.next_worked(500) == 500
    assert Workdays().next_worked(date.max.toordinal()) == date.max.toordinal()


def test_worked_days_are_counted_up_to_the_day_before_the_end() -> None:
    table = workdays.of_lines(shipped())
    # 26 September (Friday), 28 September (worked Sunday), 29 and 30; the feast; 9, 10 and 11 October.
    assert table.count(ordinal("2025-09-26"), ordinal("2025-10-12")) == 7
    assert table.count(ordinal("2025-10-01"), ordinal("2025-10-09")) == 0
    assert table.count(ordinal("2025-10-09"), ordinal("2025-10-09")) == 0


def test_the_shipped_table_names_each_day_once_and_only_where_it_differs_from_the_week() -> None:
    lines = shipped()
    assert len({line.day for line in lines}) == len(lines)
    assert [line.day for line in lines] == sorted(line.day for line in lines)
    worked = [line for line in lines if line.working]
    assert worked
    assert all(line.day.isoweekday() > 5 for line in worked), "a make-up day falls on a weekend"
    assert {line.status for line in lines} <= {"official", "predicted"}
    assert all(line.note for line in lines)
