"""What a value was read from: reported figures with who and how, and the share of inputs entered by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.keeper import record
from tests.services.api.conftest import APPEAL, EVENTS, FIRST, SECOND, Api, opened

MARCH = {"from": "2025-03-01", "until": "2025-03-31"}


def staff(number: int, where: str, until: str, value: int, **more: Any) -> dict[str, Any]:
    data = {"measure": "staff", "from": f"{until[:7]}-01", "until": until, "value": value, "unit": "persons"}
    return record(number, "figure.reported", where, until, **data, **more)


REPORTED = (
    staff(81, "示2401", "2025-03-31", 14, captured="hand", by="division_head", document="人事报表3月"),
    staff(82, "示2402", "2025-03-31", 9),
    record(83, "figure.reported", "示2401", "2025-04-02", measure="surveys", value=5, unit="number",
           captured="hand", **MARCH),
    record(84, "figure.reported", "示2401", "2025-04-03", measure="surveys", value=6, unit="persons", **MARCH),
    # A case filed by hand; a closing told by machine and corrected by hand; one told by hand, corrected by machine.
    record(85, "case.filed", "（2025）示2401民初21号", "2025-03-01", procedure="ordinary", captured="hand"),
    record(86, "case.closed", "（2025）示2401民初21号", "2025-03-09", method="judgment"),
    record(87, "case.closed", SECOND, "2025-03-21", method="mediation", replaces="e5", revision=1, captured="hand"),
    record(88, "case.filed", "（2025）示2401民初22号", "2025-03-02", procedure="ordinary"),
    record(89, "case.closed", "（2025）示2401民初22号", "2025-03-10", method="ruling", captured="hand"),
    record(90, "case.closed", "（2025）示2401民初22号", "2025-03-10", method="judgment", replaces="e89", revision=1),
)  # fmt: skip


@pytest.fixture(scope="module")
def books(module_database: str) -> Iterator[Api]:
    """The cases of the neighbours, and those above; only read."""
    for one in opened(module_database):
        one.keeper.push(*EVENTS, *REPORTED)
        one.keeper.settle()
        yield one


def inputs(
    api: Api, name: str, where: str, period: str, who: str = "all", scope: str = "own", **more: Any
) -> Any:
    return api.get(f"/v1/indicators/{name}/inputs", who, court=where, period=period, scope=scope, **more)


def test_a_reported_figure_says_who_reported_it_how_and_on_what_paper(books: Api) -> None:
    found = inputs(books, "staff", "示2401", "2025-03")
    assert len(found["items"]) == 1
    one = found["items"][0]
    assert (one["value"], one["source"], one["by"], one["captured"]) == (14, "court", "division_head", "hand")
    assert one["by_words"]["zh"] == "庭长"
    assert (one["document"], one["event"], one["last_day"]) == ("人事报表3月", "e81", "2025-03-31")
    assert one["reported_at"].startswith("2025-03-30T16:00:00")
    assert books.value("staff", "示2401", "2025-03")["numerator"] == 14
    # A level holds: what May reads is the report of March.
    assert [each["event"] for each in inputs(books, "staff", "示2401", "2025-05")["items"]] == ["e81"]
    assert [each["event"] for each in inputs(books, "staff", "示2401", "2025-02")["items"]] == ["e21"]


def test_a_flow_names_the_reports_it_adds_up_and_none_in_another_unit(books: Api) -> None:
    found = inputs(books, "surveys", "示2401", "2025")
    assert [(one["event"], one["value"]) for one in found["items"]] == [("e22", 7), ("e83", 5)]
    assert books.value("surveys", "示2401", "2025")["numerator"] == 12
    assert (found["hand_share"]["by_hand"], found["hand_share"]["inputs"], found["hand_share"]["share"]) == (
        1,
        2,
        0.5,
    )


def test_a_district_names_every_court_that_reported_in_the_official_order(books: Api) -> None:
    found = inputs(books, "staff", "示24", "2025-03", "middle", "all")
    assert [(one["court"], one["captured"]) for one in found["items"]] == [
        ("示2401", "hand"),
        ("示2402", "machine"),
    ]
    page = inputs(books, "staff", "示24", "2025-03", "middle", "all", limit=1)
    rest = inputs(books, "staff", "示24", "2025-03", "middle", "all", limit=1, cursor=page["next"])
    assert [*page["items"], *rest["items"]] == found["items"]
    assert rest["next"] is None


def test_a_value_of_cases_counts_those_that_rest_on_what_was_typed_in(books: Api) -> None:
    figure = books.value("closed", "示2401", "2025-03", detail="inputs")
    # Of four closed, one was filed by hand, one closing was corrected by hand; the third was corrected by machine.
    assert figure["numerator"] == 4
    assert (figure["hand_share"]["by_hand"], figure["hand_share"]["inputs"]) == (2, 4)
    assert figure["hand_share"]["share"] == 0.5
    one = figure["hand_share"]["measures"][0]
    assert (one["kind"], one["measure"], one["share"]) == ("cases", "court-core.closed", 0.5)
    holder = {"Authorization": f"Bearer {books.tokens['all']}"}
    listed = books.client.get(one["cases"], headers=holder).json()
    assert listed["measures"][0]["cases"] == one["inputs"]
    assert books.value("closed", "示2401", "2025-03")["hand_share"] is None


def test_of_nothing_the_share_is_unknown_never_none_by_hand(books: Api) -> None:
    for name, period in (("closed", "2025-12"), ("staff", "2024")):
        found = inputs(books, name, "示2401", period)["hand_share"]
        assert (found["share"], found["inputs"]) == ("unknown", 0)


def test_a_formula_adds_up_the_inputs_of_its_measures(books: Api) -> None:
    found = inputs(books, "court-core.clearance", "示2401", "2025-03")
    share = found["hand_share"]
    assert found["items"] == []
    assert share["inputs"] == sum(one["inputs"] for one in share["measures"])
    assert share["by_hand"] == sum(one["by_hand"] for one in share["measures"])
    assert {one["part"] for one in share["measures"]} == {"numerator", "denominator"}


def test_an_appeal_typed_in_elsewhere_is_counted_with_the_case_appealed(fresh: Api) -> None:
    fresh.keeper.push(*EVENTS)
    fresh.keeper.settle()
    before = inputs(fresh, "appeal_altered", "示2401", "2025-05")["hand_share"]
    assert (before["by_hand"], before["inputs"]) == (0, 1)
    fresh.keeper.push(
        record(
            91,
            "appeal.decided",
            APPEAL,
            "2025-05-10",
            outcome="altered",
            replaces="e16",
            revision=1,
            captured="hand",
        )
    )
    fresh.keeper.settle()
    after = inputs(fresh, "appeal_altered", "示2401", "2025-05")
    assert (after["hand_share"]["by_hand"], after["hand_share"]["inputs"]) == (1, 1)
    assert APPEAL not in str(after)
    assert FIRST not in str(after)


def test_a_correction_keeps_the_old_figure_under_known_at(fresh: Api) -> None:
    fresh.keeper.push(staff(81, "示2401", "2025-03-31", 14, captured="hand", document="初报"))
    fresh.keeper.settle()
    old = fresh.value("staff", "示2401", "2025-03", detail="inputs")
    fresh.keeper.push(staff(82, "示2401", "2025-03-31", 15, replaces="e81", revision=1, document="更正报告"))
    fresh.keeper.settle()
    new = fresh.value("staff", "示2401", "2025-03", detail="inputs")
    assert (old["numerator"], new["numerator"]) == (14, 15)
    assert (old["hand_share"]["share"], new["hand_share"]["share"]) == (1, 0)
    one = inputs(fresh, "staff", "示2401", "2025-03")["items"][0]
    assert (one["value"], one["event"], one["replaces"], one["document"]) == (15, "e82", "e81", "更正报告")
    then = fresh.value("staff", "示2401", "2025-03", detail="inputs", known_at=old["known_at"])
    assert (then["numerator"], then["hand_share"]) == (14, old["hand_share"])
    kept = inputs(fresh, "staff", "示2401", "2025-03", known_at=old["known_at"])["items"][0]
    assert (kept["value"], kept["event"], kept["captured"]) == (14, "e81", "hand")


def test_reports_are_read_only_at_or_above_their_court(books: Api) -> None:
    for who, status in (("basic", 200), ("sibling", 404), ("stranger", 404), ("feeder", 403)):
        answer = books.ask("/v1/indicators/staff/inputs", who, court="示2401", scope="own", period="2025")
        assert answer.status_code == status, who
    assert (
        books.ask(
            "/v1/indicators/staff/inputs", "basic", court="示24", scope="all", period="2025"
        ).status_code
        == 404
    )
