"""The real DataJud file, played into real books: the API gives the recount's figures and lists the dockets
behind each.
"""

from __future__ import annotations

import pytest

from services.ingest.translators import datajud
from tests.real import datajud_recount
from tests.real.conftest import Play, Played
from tests.real.test_datajud_books import MEASURES, SAMPLE

pytestmark = pytest.mark.xdist_group("datajud")  # one worker, one set of books
COUNTS = datajud_recount.recount(datajud_recount.load(str(SAMPLE)))
COURTS = {"all": "TJMMG", "G1": "TJMMG-G1", "G2": "TJMMG-G2"}


@pytest.fixture(scope="module")
def played(play: Play) -> Played:
    with SAMPLE.open("rb") as stream:
        told = [one.record for one in datajud.translate(stream, source="tjmmg")]
    return play([record for record in told if isinstance(record, dict)], "tjmmg", ["datajud"])


@pytest.mark.parametrize("place", COUNTS)
def test_a_units_figures_are_those_of_the_recount(played: Played, place: str) -> None:
    court = COURTS.get(place, f"TJMMG-{place}")
    found = {name: played.value(one, court, "all", "2020")["numerator"] for name, one in MEASURES.items()}
    assert found == {name: COUNTS[place][name] for name in MEASURES}


@pytest.mark.parametrize("place", ["all", "G2", "14141"])
@pytest.mark.parametrize("name", ["filed", "archived", "pending"])
def test_the_dockets_behind_a_figure_are_those_of_the_recount(played: Played, place: str, name: str) -> None:
    found = played.cases(MEASURES[name], COURTS.get(place, f"TJMMG-{place}"), "all", "2020")
    assert found == {f"TJMMG:docket:{number}" for number in COUNTS[place]["numbers"][name]}


def test_the_congestion_rate_is_59_percent_and_the_demand_met_41(played: Played) -> None:
    congestion = played.value("datajud.congestion", "TJMMG", "all", "2020")
    assert (congestion["numerator"], congestion["denominator"], congestion["value"]) == (911, 1543, 59.04083)
    met = played.value("datajud.demand_met", "TJMMG", "all", "2020")
    assert (met["numerator"], met["denominator"], met["value"]) == (632, 1543, 40.95917)
    mean = played.value("datajud.mean_days_to_archiving", "TJMMG", "all", "2020")
    assert (mean["numerator"], mean["denominator"]) == (21871, 632)
