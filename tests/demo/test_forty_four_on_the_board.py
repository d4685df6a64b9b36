"""吉林44项指标 by API: the board of a year says how many rows are in force, an indicator that waits says for what, and
one name with two formulas stands side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from plumbline.runtime import telemetry
from plumbline.runtime.settings import Settings
from plumbline.store import engine, tokens
from services.api.app import create_app
from tests.keeper import TREE, Keeper, pack, record

PACK = "jilin-44-reconstructed"
LATER = [12, 13, 26, 41, 42, 43]
CASE = "（2019）示2401执1号"


class Reader:
    """The API over the books of two packs, read with the token of the office."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        self.token = token

    def get(self, path: str, **params: str) -> Any:
        """The answer, decoded; it must be 200."""
        answer = self.client.get(path, params=params, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def api(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    keeper = Keeper(module_database, [pack("yanbian-2019"), pack(PACK)], TREE, now=datetime.now(UTC))
    keeper.push(
        record(1, "case.filed", CASE, "2019-01-10"),
        record(2, "case.closed", CASE, "2019-03-11", method="fully_enforced"),
        record(3, "case.filed", "（2019）示2401执2号", "2019-01-10"),
    )
    keeper.settle()
    with engine.transaction(keeper.pool) as connection:
        token = tokens.create_token(connection, "office", "office", ("示",))
    state = tmp_path_factory.mktemp("state")
    settings = Settings(database_url=module_database, state=state, log_format="json", log_level="error")
    telemetry.configure_logs(settings, "api")
    with TestClient(create_app(settings, lambda: datetime.now(UTC))) as client:
        yield Reader(client, token)
    keeper.close()


def table(api: Reader, year: str) -> Any:
    board = api.get("/v1/board", court="示24", period=year)
    (found,) = [one for one in board["tables"] if one["pack"] == PACK]
    shown = [one["number"] for one in board["indicators"] if one["indicator"].startswith(PACK)]
    assert [one for one in shown if one is not None] == sorted(one for one in shown if one is not None)
    assert sum(one is not None for one in shown) == found["rows_in_force"]
    for row in board["rows"]:
        assert [cell["indicator"] for cell in row["cells"][::2]] == [
            one["indicator"] for one in board["indicators"]
        ]
    return found


def test_a_board_of_2019_has_thirty_eight_rows_and_says_so(api: Reader) -> None:
    found = table(api, "2019")
    assert (found["rows"], found["rows_in_force"]) == (44, 38)
    assert found["words"] == {
        "zh": "共44项，本期施行38项",
        "en": "38 of 44 are in force in this period",
    }
    assert [one["number"] for one in found["not_in_force"]] == LATER
    assert {one["in_force_from"] for one in found["not_in_force"]} == {"2022-01-01"}
    assert found["not_in_force"][0]["words"]["en"] == "not in force until 2022-01-01"


@pytest.mark.parametrize("period", ["2022", "2021-12-01..2022-01-31", "2023-Q1"])
def test_a_board_from_2022_on_has_all_forty_four(api: Reader, period: str) -> None:
    found = table(api, period)
    assert (found["rows_in_force"], found["not_in_force"]) == (44, [])


def test_an_indicator_that_waits_says_for_what(api: Reader) -> None:
    for name, words in (
        ("reform_tasks_in_time", "the ledger of reform tasks is not there yet"),
        ("review_coverage", "the ledger of quality reviews is not there yet"),
    ):
        found = api.get(f"/v1/indicators/{PACK}.{name}/value", court="示24", scope="all", period="2019")
        assert (found["value"], found["reason"]) == (None, "not_available")
        assert found["reason_detail"]["en"] == words
        assert api.get(f"/v1/indicators/{PACK}.{name}")["waits_for"]["en"] == words


def test_a_row_tells_its_number_its_sources_and_its_first_day(api: Reader) -> None:
    found = api.get(f"/v1/indicators/{PACK}.filings_against_last_year")
    assert (found["number"], found["in_force_from"]) == (13, "2022-01-01")
    assert found["source"]["provenance"] == "seed"
    assert found["formula_source"]["provenance"] == "project"
    assert found["dimension"]["zh"] == "诉源治理"
    listed = api.get("/v1/indicators", pack=PACK, kind="indicator")["items"]
    assert [one["number"] for one in listed if one["number"] is not None] == list(range(1, 45))


def test_one_name_with_two_formulas_stands_side_by_side(api: Reader) -> None:
    listed = api.get("/v1/indicators", title="执结率", kind="indicator")["items"]
    named = {one["pack"]: one for one in listed if one["title"]["zh"] == "执结率"}
    assert set(named) == {"court-core", "yanbian-2019", PACK}
    assert len({one["formula"] for one in named.values()}) == 3
    # The court closed one of two cases accepted: fully enforced, so all three formulas agree here.
    for one in named.values():
        found = api.get(f"/v1/indicators/{one['id']}/value", court="示2401", scope="own", period="2019")
        assert (found["numerator"], found["denominator"]) == (1, 2)
    fully = api.get("/v1/indicators", title="执行完毕率", kind="indicator")["items"]
    values = {
        one["id"]: api.get(f"/v1/indicators/{one['id']}/value", court="示2401", scope="own", period="2019")
        for one in fully
    }
    assert values["yanbian-2019.fully_of_accepted"]["value"] == 50
    assert values[f"{PACK}.full_enforcement_rate"]["value"] == 100


def test_a_title_is_found_in_either_language(api: Reader) -> None:
    listed = api.get("/v1/indicators", title="fully enforced", pack=PACK, kind="indicator")["items"]
    assert [one["id"] for one in listed] == [f"{PACK}.full_enforcement_rate"]
    assert api.get("/v1/indicators", title="没有这个指标")["items"] == []
