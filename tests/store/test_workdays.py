"""The table of working days in the store: loading a year moves the limits of cases already folded, and what was known stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plumbline import workdays as table
from plumbline.store import engine, workdays
from plumbline.workdays import WorkingDay
from services.commands import calendar
from tests.keeper import DEFINITIONS, Keeper, pack, record

CASE = "（2025）示2401民初1号"
FEAST = [WorkingDay(date(2025, 10, day), False, "official", "国庆节") for day in range(1, 9)]
BEFORE, AFTER = date(2025, 10, 2), date(2025, 10, 9)


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    # Ordinary, from 1 April 2025: 1 October, a Wednesday.
    kept = Keeper(database, [pack("court-core")], now=datetime(2025, 12, 20, 4, tzinfo=UTC))
    kept.push(record(1, "case.filed", CASE, "2025-04-01", procedure="ordinary"))
    kept.settle()
    yield kept
    kept.close()


def load(keeper: Keeper, *lines: WorkingDay) -> int:
    with engine.transaction(keeper.pool) as connection:
        return workdays.load_workdays(connection, lines)


def overdue(keeper: Keeper, today: date, **known: datetime) -> int | None:
    return keeper.number("court-core.overdue", "示2401", "2025", today=today, **known)


def limit_day(keeper: Keeper) -> date:
    ((found,),) = keeper.query("SELECT facts ->> 'court-core.trial_limit_limit_day' FROM case_state")
    return date.fromordinal(int(found))


def test_loading_a_year_moves_the_limit_of_a_case_already_folded(keeper: Keeper) -> None:
    assert limit_day(keeper) == date(2025, 10, 1)
    assert overdue(keeper, BEFORE) == 1
    assert load(keeper, *FEAST) == 8
    keeper.settle()
    assert limit_day(keeper) == date(2025, 10, 9)
    assert (overdue(keeper, BEFORE), overdue(keeper, AFTER), overdue(keeper, date(2025, 10, 10))) == (0, 0, 1)


def test_the_page_that_moved_it_says_that_the_calendar_did(keeper: Keeper) -> None:
    load(keeper, *FEAST)
    keeper.settle()
    causes = keeper.query("SELECT cause FROM page_case WHERE subject = %s ORDER BY page", CASE)
    assert [cause for (cause,) in causes] == ["event", "calendar"]


def test_what_was_known_before_is_still_answered_as_it_was(keeper: Keeper) -> None:
    ((known_at,),) = keeper.query("SELECT max(closed_at) FROM page")
    load(keeper, *FEAST)
    keeper.settle()
    assert overdue(keeper, BEFORE, known_at=known_at) == 1
    assert overdue(keeper, BEFORE) == 0


def test_loading_what_stands_changes_nothing_and_folds_nothing(keeper: Keeper) -> None:
    load(keeper, *FEAST)
    keeper.settle()
    ((generation,),) = keeper.query("SELECT number FROM generation_head")
    assert load(keeper, *FEAST) == 0
    assert keeper.query("SELECT number FROM generation_head") == [(generation,)]
    assert keeper.query("SELECT count(*) FROM dirty_case") == [(0,)]


def test_an_overridden_day_is_kept_against_an_official_one_and_yields_to_another(keeper: Keeper) -> None:
    worked = WorkingDay(date(2025, 10, 1), True, "overridden", "本院值班")
    load(keeper, worked)
    assert load(keeper, *FEAST) == 7
    keeper.settle()
    assert limit_day(keeper) == date(2025, 10, 1)
    assert load(keeper, WorkingDay(worked.day, False, "overridden", "撤销")) == 1
    keeper.settle()
    assert limit_day(keeper) == date(2025, 10, 9)


def test_an_official_line_takes_the_place_of_a_predicted_one(keeper: Keeper) -> None:
    load(keeper, WorkingDay(date(2025, 10, 1), False, "predicted", "国庆节"))
    keeper.settle()
    assert limit_day(keeper) == date(2025, 10, 2)
    assert load(keeper, WorkingDay(date(2025, 10, 1), True, "official", "照常上班")) == 1
    keeper.settle()
    assert limit_day(keeper) == date(2025, 10, 1)


def test_lines_are_read_back_in_order_within_their_days(keeper: Keeper) -> None:
    load(keeper, *reversed(FEAST))
    with engine.transaction(keeper.pool) as connection:
        assert workdays.list_workdays(connection, date(2025, 10, 2), date(2025, 10, 4)) == FEAST[1:3]
        assert workdays.read_workdays(connection) == table.of_lines(FEAST)


@pytest.fixture
def books(keeper: Keeper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Keeper:
    """The commands find the books by their address."""
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", keeper.dsn)
    monkeypatch.setenv("PLUMBLINE_STATE", str(tmp_path / "state"))
    return keeper


def test_the_command_loads_a_file_and_shows_a_year(books: Keeper, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(
        "day,working,status,note\n2025-10-01,no,official,国庆节\n2025-09-28,yes,official,调休上班\n", "utf-8"
    )
    loaded = CliRunner().invoke(calendar.app, ["load", str(file)])
    assert loaded.exit_code == 0, loaded.output
    assert "2 days read from" in loaded.output
    assert "2 of them new or changed" in loaded.output
    shown = CliRunner().invoke(calendar.app, ["show", "2025"])
    assert shown.output.splitlines() == [
        "2025-09-28  worked  official    调休上班",
        "2025-10-01  off     official    国庆节",
    ]
    books.settle()
    assert limit_day(books) == date(2025, 10, 2)


def test_the_command_says_that_a_year_is_only_predicted(books: Keeper) -> None:
    load(books, WorkingDay(date(2027, 1, 1), False, "predicted", "元旦"))
    shown = CliRunner().invoke(calendar.app, ["show", "2027"])
    assert "2027-01-01  off     predicted   元旦" in shown.output
    assert "2027 has no official line" in shown.output


def test_a_file_with_a_bad_line_loads_nothing(books: Keeper, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(
        "day,working,status,note\n2025-10-01,no,official,国庆节\n2025-10-02,off,official,\n", "utf-8"
    )
    refused = CliRunner().invoke(calendar.app, ["load", str(file)])
    assert refused.exit_code != 0
    assert "days.csv, row 2: 'off' says not whether it is worked" in str(refused.exception)
    missing = CliRunner().invoke(calendar.app, ["load", str(tmp_path / "none.csv")])
    assert "There is no" in str(missing.exception)
    assert books.query("SELECT count(*) FROM working_day") == [(0,)]


def test_the_shipped_table_goes_into_the_books_whole(keeper: Keeper) -> None:
    path = DEFINITIONS / "calendar" / "working-days.csv"
    lines = table.read_table(path.read_text("utf-8"), path.name)
    assert load(keeper, *lines) == len(lines)
    with engine.transaction(keeper.pool) as connection:
        assert workdays.list_workdays(connection, date.min, date.max) == lines
