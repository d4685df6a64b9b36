"""The reconstructed cases of Yanbian give all 9 + 1 rows of both annexes, and no others by a wrong rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.feeds import yanbian
from tests.real import annexes, reckoning

pytestmark = pytest.mark.xdist_group("yanbian-books")  # one worker, one set of books
YEAR = 2018
COURTS = reckoning.DEFINITIONS / "yanbian-2019" / "courts.csv"


@pytest.fixture(scope="module")
def books() -> reckoning.Books:
    return reckoning.Books(yanbian.events(), ["yanbian-2019"], Path(COURTS))


def test_the_annexes_of_the_document_add_up() -> None:
    rows = annexes.read()
    total = rows.pop(annexes.ALL)
    assert len(rows) == 9
    for name, value in total.items():
        assert sum(row[name] for row in rows.values()) == value, name
    for row in [*rows.values(), total]:
        assert sum(row[name] for name in annexes.ANNEX_2) == row["total"]
        assert row["total"] + row["change"] == row["ceiling"]


def test_every_event_is_let_in(books: reckoning.Books) -> None:
    assert books.refused == []
    assert [name for event in books.events for name in event.unknown] == []


@pytest.mark.parametrize("court", annexes.COURTS.values())
def test_a_courts_row_is_what_its_own_cases_give(books: reckoning.Books, court: str) -> None:
    row = annexes.read()[court]
    found = {name: books.figure(f"court-core.{name}", court, "own", YEAR) for name in annexes.MEASURES}
    assert found == {name: row[name] for name in annexes.MEASURES}


def test_the_prefectures_row_is_what_its_district_gives(books: reckoning.Books) -> None:
    row = annexes.read()[annexes.ALL]
    found = {name: books.figure(f"court-core.{name}", "吉24", "all", YEAR) for name in annexes.MEASURES}
    assert found == {name: row[name] for name in annexes.MEASURES}


def test_a_case_without_its_link_is_shown_as_nobodys(books: reckoning.Books) -> None:
    nobodys = {
        name: books.figure(f"court-core.{name}", "吉", "all", YEAR, reckoning.UNATTRIBUTED)
        for name in annexes.MEASURES
    }
    assert {name for name, value in nobodys.items() if value} == {
        "appeal_altered",
        "retrial_altered",
        "retrial_ordered",
        "appeals_filed",
        "applications_filed",
        "applications_closed",
    }
    assert set(nobodys.values()) == {0, 1}
