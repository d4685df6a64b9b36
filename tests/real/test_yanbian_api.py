"""The reconstructed cases, played into real books: the API gives every row and column of both annexes, and
the ceilings.
"""

from __future__ import annotations

import pytest

from services.feeds import yanbian
from tests.real import annexes
from tests.real.conftest import Play, Played

pytestmark = pytest.mark.xdist_group("yanbian")  # one worker, one set of books
ROWS = annexes.read()


@pytest.fixture(scope="module")
def played(play: Play) -> Played:
    return play(yanbian.events(), yanbian.SOURCE, ["court-core", "yanbian-2019"])


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_the_annexes_is_what_the_api_answers(played: Played, name: str) -> None:
    court, scope = ("吉24", "all") if name == annexes.ALL else (name, "own")
    found = {
        measure: played.value(f"court-core.{measure}", court, scope, "2018")["numerator"]
        for measure in annexes.MEASURES
    }
    assert found == {measure: ROWS[name][measure] for measure in annexes.MEASURES}
    total = played.value("yanbian-2019.fagaizhi_total", court, scope, "2018")
    assert total["numerator"] == total["value"] == ROWS[name]["total"]


@pytest.mark.parametrize("name", ROWS)
def test_the_line_of_2019_is_the_ceiling_of_annex_2(played: Played, name: str) -> None:
    court, scope = ("吉24", "all") if name == annexes.ALL else (name, "own")
    target = played.value("yanbian-2019.fagaizhi_total", court, scope, "2019")["target"]
    assert target["kind"] == "at_most"
    assert target["high"] == ROWS[name]["ceiling"]


def test_the_cases_behind_a_figure_are_the_courts_own(played: Played) -> None:
    found = played.cases("court-core.appeal_altered", "吉2402", "own", "2018")
    assert len(found) == ROWS["吉2402"]["appeal_altered"]
    assert all("吉2402" in case for case in found)
