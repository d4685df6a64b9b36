"""GET /v1/causes, /v1/tags, /v1/courts/{code}/causes; cause=, tag= and category= on every figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from plumbline.catalog.causes import CauseList
from services.api import causes, dimension_shapes, shapes
from tests.keeper import record
from tests.services.api.conftest import Api, opened

TAGS = (
    "enterprise", "epidemic", "agriculture", "environment", "intellectual_property", "insolvency", "finance",
    "foreign", "organised_crime", "property_rights", "small_business_arrears",
)  # fmt: skip


def case(number: int, kind: str = "民初", court: str = "示2401", year: int = 2025) -> str:
    return f"（{year}）{court}{kind}{number}号"


# Cases 1 to 3 are loans, 4 a divorce, 5 of an unknown code, 6 without a cause; 7 stands in a list that was left; 9 a theft.
EVENTS: tuple[dict[str, Any], ...] = (
    record(1, "case.filed", case(1), "2025-01-10", cause="private_loan", tags=["enterprise", "finance"]),
    record(2, "case.closed", case(1), "2025-03-11", method="judgment"),
    record(3, "case.filed", case(2), "2025-01-20", cause="bank_loan"),
    record(4, "case.described", case(2), "2025-02-10", tags_added=["enterprise"]),
    record(5, "case.closed", case(2), "2025-04-10", method="mediation"),
    record(6, "case.filed", case(3), "2025-02-01", cause="loan", tags=["enterprise"]),
    record(7, "case.described", case(3), "2025-03-01", tags_removed=["enterprise"]),
    record(8, "case.filed", case(4), "2025-02-02", cause="divorce"),
    record(9, "case.filed", case(5), "2025-02-03", cause="house-code-77"),
    record(10, "case.filed", case(6), "2025-02-04"),
    record(11, "case.filed", case(7), "2025-01-15", cause="9002"),
    record(12, "case.filed", case(8, court="示2402"), "2025-02-05", cause="private_loan", tags=["enterprise"]),
    record(13, "case.filed", case(9, "刑初"), "2025-02-06", cause="theft"),
    record(14, "case.filed", case(90, year=2024), "2024-02-06", cause="divorce"),
    record(15, "case.filed", case(91, year=2024), "2024-02-07", cause="divorce"),
    record(16, "case.filed", case(92, year=2024), "2024-02-08", cause="sale", tags=["enterprise"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def books(module_database: str) -> Iterator[Api]:
    """The cases above, scored; shared by the tests below that only read."""
    for one in opened(module_database):
        one.keeper.push(*EVENTS)
        one.keeper.settle()
        yield one


def by_cause(api: Api, indicator: str, period: str, where: str = "示2401", **more: Any) -> Any:
    asked = {"indicator": indicator, "period": period, "scope": "own"} | more
    return api.get(f"/v1/courts/{where}/causes", **asked)


def test_a_cause_takes_in_everything_below_it(books: Api) -> None:
    def filed(**more: Any) -> int:
        return int(books.value("filed", "示2401", "2025", **more)["numerator"])

    assert [filed(cause=code) for code in ("private_loan", "loan", "contracts", "contract")] == [1, 3, 3, 3]
    assert [filed(cause=code) for code in ("family", "9002", "9000", "theft")] == [1, 1, 1, 1]
    assert books.value("filed", "示24", "2025", "all", cause="contract")["numerator"] == 4
    assert filed(cause="contract", category="criminal") == 0
    assert books.value("filed", "示2401", "2025", cause="loan")["cause"] == "loan"


def test_series_cases_and_board_take_a_cause_of_any_level(books: Api) -> None:
    asked: dict[str, Any] = {"court": "示2401", "scope": "own", "cause": "contract"}
    series = books.get("/v1/indicators/filed/series", first="2025-01", to="2025-02", **asked)
    assert [point["numerator"] for point in series["points"]] == [2, 1]
    cases = books.get("/v1/indicators/filed/cases", period="2025", **asked)
    assert [row["case"] for row in cases["items"]] == [case(1), case(2), case(3)]
    board = books.get("/v1/board", court="示24", period="2025-Q1", cause="loan")
    assert (board["category"], board["cause"], board["tag"]) == ("all", "loan", None)
    for row in board["rows"]:
        for cell in row["cells"]:
            value = books.value(cell["indicator"], row["court"], "2025-Q1", cell["scope"], cause="loan")
            assert (cell["numerator"], cell["denominator"]) == (value["numerator"], value["denominator"])
            assert cell["target"] is None


def test_category_is_asked_everywhere(books: Api) -> None:
    asked: dict[str, Any] = {"court": "示2401", "category": "criminal"}
    assert books.value("filed", "示2401", "2025", category="criminal")["numerator"] == 1
    series = books.get("/v1/indicators/filed/series", first="2025-02", to="2025-02", scope="own", **asked)
    assert series["points"][0]["numerator"] == 1
    cases = books.get("/v1/indicators/filed/cases", period="2025", scope="own", **asked)
    assert [row["case"] for row in cases["items"]] == [case(9, "刑初")]
    board = books.get("/v1/board", period="2025", **asked)
    own = {cell["indicator"]: cell for cell in board["rows"][0]["cells"] if cell["scope"] == "own"}
    assert own["court-core.clearance"]["denominator"] == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("cause", "house-code-77", "民事案件案由规定"),
        ("tag", "enterprises", "enterprise"),
        ("category", "tax", "criminal"),
    ],
)
def test_what_is_in_no_list_is_answered_with_the_lists_there_are(
    books: Api, name: str, value: str, said: str
) -> None:
    asked = {"court": "示2401", "period": "2025", "scope": "own", name: value}
    board = {"court": "示2401", "period": "2025", name: value}
    for path, params in (
        ("/v1/indicators/filed/value", asked),
        ("/v1/indicators/filed/cases", asked),
        ("/v1/board", board),
    ):
        answer = books.ask(path, **params)
        assert answer.status_code == 400, path
        assert said in answer.text
        assert "next" in answer.json()


def test_the_lists_stand_in_their_own_order_on_a_day(books: Api) -> None:
    found = books.get("/v1/causes", on="2025-06-30", category="civil")
    first = [item for item in found["items"] if item["level"] == 1]
    assert [item["code"] for item in first[:4]] == ["personality", "family", "property", "contract"]
    assert len([item for item in first if item["code"] != "9000"]) == 11
    places = {item["code"]: place for place, item in enumerate(found["items"])}
    for item in found["items"]:
        assert item["parent"] is None or places[item["parent"]] < places[item["code"]]
        assert item["source"]["document"]
    below = books.get("/v1/causes", on="2025-06-30", parent="loan")["items"]
    assert [item["code"] for item in below] == ["bank_loan", "private_loan", "small_loan"]
    assert {item["level"] for item in below} == {4}


def test_the_lists_are_those_of_the_day(books: Api) -> None:
    def firsts(day: str) -> dict[str, str]:
        items = books.get("/v1/causes", on=day, category="civil")["items"]
        return {item["code"]: item["title"]["zh"] for item in items if item["level"] == 1}

    before, then, now = (firsts(day) for day in ("2019-12-31", "2021-01-01", "2026-01-01"))
    assert (before["contract"], then["contract"]) == ("合同、无因管理、不当得利纠纷", "合同、准合同纠纷")
    assert "special" in before
    assert "special" not in then
    assert "data" not in then
    assert now["labour"] == "劳动争议、人事争议、新就业形态用工纠纷"
    assert [len(one) - 1 for one in (before, then, now)] == [10, 11, 12]
    below = [item["code"] for item in books.get("/v1/causes", on="2025-01-31", parent="9000")["items"]]
    assert below == ["9001", "9002"]
    assert [i["code"] for i in books.get("/v1/causes", on="2025-02-01", parent="9000")["items"]] == ["9001"]
    assert books.ask("/v1/causes", parent="nothing").status_code == 400


def test_every_tag_has_its_name_and_its_stock(books: Api) -> None:
    found = books.get("/v1/tags")["items"]
    assert tuple(item["code"] for item in found) == TAGS
    for item in found:
        assert item["title"]["zh"]
        assert item["source"]["document"]
        assert books.get(f"/v1/indicators/{item['carried']}")["measures"][0]["kind"] == "stock"


def test_a_courts_figure_stands_by_cause_in_the_order_of_the_list(books: Api) -> None:
    found = by_cause(books, "filed", "2025", category="civil")
    assert set(found) == set(dimension_shapes.CauseFigures.model_fields)
    listed = [item["code"] for item in books.get("/v1/causes", on="2025-12-31", category="civil")["items"]]
    order = [item["cause"] for item in found["items"]]
    assert order == [code for code in listed if code in order]
    counts = {item["cause"]: item["numerator"] for item in found["items"] if item["numerator"]}
    assert counts == {"family": 1, "contract": 3, "9000": 1}
    assert found["unlisted"]["numerator"] == 2
    whole = books.value("filed", "示2401", "2025", category="civil")["numerator"]
    assert sum(item["numerator"] for item in found["items"]) + found["unlisted"]["numerator"] == whole
    deeper = by_cause(books, "filed", "2025", parent="contract", level=4)
    assert {item["cause"]: item["numerator"] for item in deeper["items"]} == {
        "bank_loan": 1, "private_loan": 1, "small_loan": 0, "credit_card": 0, "construction_work": 0,
    }  # fmt: skip
    assert deeper["unlisted"] is None


def test_each_cause_is_the_figure_asked_by_that_cause(books: Api) -> None:
    for indicator in ("filed", "pending", "clearance", "mean_trial_days", "filed_change"):
        found = by_cause(books, indicator, "2025-Q1", scope="all", where="示24")
        for item in found["items"]:
            value = books.value(indicator, "示24", "2025-Q1", "all", cause=item["cause"])
            got = (item["numerator"], item["denominator"], item["value"], item["reason"])
            assert got == tuple(value[key] for key in ("numerator", "denominator", "value", "reason")), item
            before = books.value(indicator, "示24", "2024-Q1", "all", cause=item["cause"])
            assert item["prior_numerator"] == before["numerator"]


def test_the_largest_and_the_fastest_growing_are_causes_with_their_counts(books: Api) -> None:
    found = by_cause(books, "filed", "2025-Q1", level=3, category="civil")
    assert [(one["cause"], one["count"], one["prior_count"]) for one in found["largest"]] == [
        ("loan", 3, 0),
        ("divorce", 1, 2),
    ]
    assert [(one["cause"], one["difference"], one["growth"]) for one in found["fastest_growing"]] == [
        ("loan", 3, None)
    ]
    assert {one["small"] for one in found["largest"] + found["fastest_growing"]} == {True}
    ratio = by_cause(books, "clearance", "2025-Q1")
    assert (ratio["counts"], ratio["largest"], ratio["fastest_growing"]) == ("not_a_count", [], [])


def test_growth_is_by_share_and_small_numbers_come_after_all_others() -> None:
    def count(code: str, now: int, before: int) -> dimension_shapes.CauseCount:
        return dimension_shapes.CauseCount(
            cause=code, title=shapes.Words(zh=code, en=code), count=now, prior_count=before,
            difference=now - before, growth=None, small=now < 30 or before < 30, coverage="unknown",
        )  # fmt: skip

    every = [count("a", 60, 50), count("b", 90, 45), count("c", 29, 1), count("d", 31, 0), count("e", 40, 44)]
    assert [one.cause for one in causes.fastest_growing(every)] == ["b", "a", "d", "c"]
    assert [one.cause for one in causes.largest(every)] == ["b", "a", "e", "d", "c"]


def test_flows_count_on_the_days_on_which_the_case_carries_the_tag(books: Api) -> None:
    def tagged(name: str, period: str, **more: Any) -> tuple[Any, Any]:
        found = books.value(name, "示2401", period, tag="enterprise", **more)
        return found["numerator"], found["denominator"]

    # filed with the tag: 1 and 3 (2 got it later); closed with it: 1 and 2; 3 lost it before its end.
    assert tagged("filed", "2025") == (2, 1)
    assert tagged("closed", "2025") == (2, 1)
    # 10 January to 11 March and 20 January to 10 April: 60 + 80 days.
    assert tagged("trial_days", "2025") == (140, 1)
    assert tagged("mean_trial_days", "2025") == (140, 2)
    assert tagged("filed", "2025", category="criminal") == (0, 1)
    assert tagged("filed", "2025", cause="private_loan") == (1, 1)
    # a year before one was filed with it, and one this quarter in February: 100 % less 100 %.
    assert tagged("filed_change", "2025-02") == (0, 1)
    assert books.value("filed", "示24", "2025", "all", tag="enterprise")["numerator"] == 3
    assert books.value("filed", "示2401", "2025", tag="enterprise")["tag"] == "enterprise"


def test_levels_are_of_the_cases_that_carry_the_tag_on_the_day_asked(books: Api) -> None:
    asked: dict[str, Any] = {"court": "示2401", "scope": "own", "tag": "enterprise"}
    series = books.get("/v1/indicators/pending/series", first="2024-12", to="2025-04", **asked)
    # end of December: the sale of 2024; January: and 1; February: and 2, 3; March: 1 closed, 3 untagged; April: 2 closed.
    assert [point["numerator"] for point in series["points"]] == [1, 2, 4, 2, 1]
    days = books.get(
        "/v1/indicators/pending/series", first="2025-02-28", to="2025-03-01", grain="day", **asked
    )
    assert [point["numerator"] for point in days["points"]] == [4, 3]
    rate = books.value("closing_rate", "示2401", "2025-Q1", tag="enterprise")
    assert (rate["numerator"], rate["denominator"]) == (1, 3)


@pytest.mark.parametrize("name", ["filed", "closed", "pending", "clearance", "closing_rate", "trial_days"])
@pytest.mark.parametrize("period", ["2025-01", "2025-02", "2025-03", "2025-Q2", "2025"])
def test_the_cases_behind_a_figure_by_tag_add_up_to_it(books: Api, name: str, period: str) -> None:
    asked: dict[str, Any] = {"court": "示24", "scope": "all", "tag": "enterprise", "period": period}
    value = books.get(f"/v1/indicators/{name}/value", **asked)
    for part in ("numerator", "denominator"):
        found = books.get(f"/v1/indicators/{name}/cases", part=part, **asked)
        if value["reason"] is not None or (part == "denominator" and not found["measures"]):
            continue
        rows = sum(row["amount"] for row in found["items"])
        assert sum(total["amount"] for total in found["measures"]) == rows == value[part]


def test_every_tag_can_be_asked_of_filed_pending_and_days(books: Api) -> None:
    for tag in TAGS:
        for name in ("filed", "pending", "trial_days", "mean_trial_days"):
            found = books.value(name, "示2401", "2025-Q1", tag=tag)
            assert found["reason"] in (None, "zero_denominator")
    assert books.value("filed", "示2401", "2025", tag="finance")["numerator"] == 1
    assert books.value("median", "示2401", "2025", tag="finance")["numerator"] == 60
    assert books.value("median", "示2401", "2025")["numerator"] == 60


def test_a_tag_moves_with_its_case_to_another_court(fresh: Api) -> None:
    fresh.keeper.push(
        record(1, "case.filed", case(1), "2025-01-10", tags=["foreign"]),
        record(2, "case.transferred", case(1), "2025-02-10", to_court="示2402"),
        record(3, "case.closed", case(1), "2025-03-10", method="judgment"),
    )
    fresh.keeper.settle()

    def value(name: str, where: str, period: str) -> Any:
        return fresh.value(name, where, period, tag="foreign")["numerator"]

    assert [value("filed", where, "2025") for where in ("示2401", "示2402")] == [1, 0]
    assert [value("closed", where, "2025") for where in ("示2401", "示2402")] == [0, 1]
    assert [value("pending", where, "2025-01") for where in ("示2401", "示2402")] == [1, 0]
    assert [value("pending", where, "2025-02") for where in ("示2401", "示2402")] == [0, 1]
    assert fresh.value("pending", "示24", "2025-02", "all", tag="foreign")["numerator"] == 1


def test_a_tag_added_late_removed_corrected_and_retracted_is_known_as_it_was(fresh: Api) -> None:
    keeper, moments = fresh.keeper, []

    def learn(*records: dict[str, Any]) -> None:
        keeper.push(*records)
        keeper.settle()
        found = fresh.value("pending", "示2401", "2025-06", tag="enterprise")
        moments.append((found["known_at"], found["numerator"], fresh.value(
            "filed", "示2401", "2025-01", tag="enterprise")["numerator"]))  # fmt: skip

    one = case(1)
    learn(record(1, "case.filed", one, "2025-01-10"))
    learn(record(2, "case.described", one, "2025-03-01", tags_added=["enterprise"]))
    learn(record(3, "case.described", one, "2025-05-01", tags_removed=["enterprise"]))
    learn(record(4, "case.described", one, "2025-05-01", tags_removed=["foreign"], replaces="e3", revision=1))
    learn(record(5, "event.retracted", one, "2025-05-01", replaces="e2", revision=1))
    learn(record(6, "case.filed", one, "2025-01-10", tags=["enterprise"], replaces="e1", revision=1))
    assert [(pending, filed) for _, pending, filed in moments] == [
        (0, 0),
        (1, 0),
        (0, 0),
        (1, 0),
        (0, 0),
        (1, 1),
    ]
    for known_at, pending, filed in moments:
        asked: dict[str, Any] = {"tag": "enterprise", "known_at": known_at}
        assert fresh.value("pending", "示2401", "2025-06", **asked)["numerator"] == pending
        assert fresh.value("filed", "示2401", "2025-01", **asked)["numerator"] == filed


def test_a_removal_of_what_was_never_carried_says_nothing(fresh: Api) -> None:
    fresh.keeper.push(
        record(1, "case.filed", case(1), "2025-01-10"),
        record(2, "case.described", case(1), "2025-01-20", tags_removed=["enterprise"]),
        record(3, "case.described", case(1), "2025-02-20", tags_added=["enterprise"]),
    )
    fresh.keeper.settle()
    asked: dict[str, Any] = {"court": "示2401", "scope": "own", "tag": "enterprise"}
    series = fresh.get("/v1/indicators/pending/series", first="2025-01", to="2025-03", **asked)
    assert [point["numerator"] for point in series["points"]] == [0, 1, 1]


def test_a_case_without_a_tag_posts_nothing_for_tags(fresh: Api) -> None:
    fresh.keeper.push(record(1, "case.filed", case(1), "2025-01-10"))
    fresh.keeper.settle()
    tagged = "SELECT count(*) FROM posting p JOIN account a ON a.id = p.account WHERE a.measure LIKE '%%.tagged_%%'"
    assert fresh.keeper.query(tagged) == [(0,)]
    before = "2020-01-01T00:00:00Z"
    found = fresh.value("filed", "示2401", "2025", tag="enterprise", known_at=before)
    assert (found["value"], found["reason"]) == (None, "not_in_books")


def test_a_list_knows_what_stands_below_a_code_that_has_moved(books: Api) -> None:
    lists = CauseList(books.keeper.reader.fresh().catalogue.every)
    old, new = datetime(2019, 1, 1, tzinfo=UTC).date(), datetime(2022, 1, 1, tzinfo=UTC).date()
    assert "payment_order" in lists.below("special", old)
    assert "payment_order" in lists.below("non_contentious", new)
    assert lists.below("special", new) == ("special",)
    assert lists.below("no-such-code", new) == ()
    assert [row.code for row in lists.path("private_loan", new)] == [
        "contract",
        "contracts",
        "loan",
        "private_loan",
    ]
