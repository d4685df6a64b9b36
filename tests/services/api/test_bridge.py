"""GET /v1/indicators/{id}/bridge: two versions side by side, the difference split into data, rule and population."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from plumbline.catalog import reading
from plumbline.catalog.definitions import Pack
from tests.keeper import DEFINITIONS, record
from tests.services.api.conftest import Api

HEAD = """\
id: rates
version: "{version}"
title: {{zh: 发改率, en: Rates}}
issuer: tests
in_force_from: {since}
uses: [court-core]
source: {{document: tests, clause: whole, provenance: project}}
"""
BODY = """\
measures:
  - {{id: judged, title: {{zh: 判决结案, en: Judged}}, lever: process, flow: closed_on, where: "{judged}"}}
  - {{id: disposed, title: {{zh: 已结, en: Disposed}}, lever: process, flow: closed_on{disposed}}}
indicators:
  - id: judged_rate
    title: {{zh: 判决率, en: Share judged}}
    formula: {formula}
    unit: percent
    direction: none
    nature: anticipatory
    origin: created
    domain: trial
    meaning: {{zh: 只作观察, en: Observed only}}{until}
    source: {{document: tests, clause: 判决率, provenance: project}}
"""
NOT_WITHDRAWN = """, where: "closing_method <> 'withdrawal'\""""
PATH = "/v1/indicators/rates.judged_rate/bridge"


def edition(
    folder: Path,
    version: str,
    *,
    judged: str = "closing_method = 'judgment'",
    disposed: str = "",
    formula: str = "judged / disposed",
    since: str = "2015-01-01",
    until: str = "",
) -> Pack:
    """An edition of the pack `rates`."""
    place = folder / version / "rates"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "pack.yaml").write_text(HEAD.format(version=version, since=since), encoding="utf-8")
    text = BODY.format(
        judged=judged,
        disposed=disposed,
        formula=formula,
        until=f"\n    in_force_until: {until}" if until else "",
    )
    (place / "definitions.yaml").write_text(text, encoding="utf-8")
    return reading.read_pack(place, reading.Shelf(DEFINITIONS))


def case(number: int, court: str = "示2401") -> str:
    return f"（2025）{court}民初{number}号"


def started(api: Api) -> str:
    """Five cases closed in March: two judged, one mediated, two withdrawn; the moment at which that was known."""
    methods = ("judgment", "judgment", "mediation", "withdrawal", "withdrawal")
    for number, method in enumerate(methods, 1):
        api.keeper.push(
            record(number * 10, "case.filed", case(number), "2025-01-10", procedure="ordinary"),
            record(number * 10 + 1, "case.closed", case(number), "2025-03-05", method=method),
        )
    api.keeper.settle()
    return str(api.value("filed", "示2401", "2025")["known_at"])


def bridge(api: Api, who: str = "all", **params: Any) -> Any:
    asked = {
        "court": "示2401",
        "scope": "own",
        "period": "2025",
        "from_version": "1",
        "to_version": "2",
    } | params
    return api.get(PATH, who, **asked)


def counts(found: Any) -> dict[str, tuple[int, int, float | None]]:
    return {part["part"]: (part["numerator"], part["denominator"], part["value"]) for part in found["parts"]}


def test_data_rule_and_population_are_told_apart_by_hand(fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.publish(edition(tmp_path, "1"))
    since = started(fresh)
    assert fresh.value("rates.judged_rate", "示2401", "2025")["value"] == 40
    # Data: one more judgment. Rule: a mediation counts as a judgment. Population: withdrawals are left out.
    fresh.keeper.push(
        record(60, "case.filed", case(6), "2025-01-10"),
        record(61, "case.closed", case(6), "2025-04-05", method="judgment"),
    )
    new = edition(tmp_path, "2", judged="closing_method in ('judgment', 'mediation')", disposed=NOT_WITHDRAWN)
    fresh.keeper.publish(new)
    fresh.keeper.settle()
    found = bridge(fresh, from_known=since)
    assert (found["status"], found["reason"]) == ("available", None)
    sides = [
        (found[side]["numerator"], found[side]["denominator"], found[side]["value"])
        for side in ("before", "after")
    ]
    assert sides == [(2, 5, 40), (4, 4, 100)]
    # 2/5 -> 3/6 -> (3/4 -> 4/4 over the four not withdrawn) -> 4/4
    assert counts(found) == {"data": (1, 1, 10), "rule": (1, 0, 25), "population": (0, -2, 25)}
    assert (found["difference"], found["difference_unit"], found["unsplit"]) == (60, "points", None)
    assert [each["station"] for each in found["stations"]] == [
        "before", "moved", "shared_old", "shared_new", "after",
    ]  # fmt: skip
    assert "data" in found["order"]["en"]
    rows = {(row["part"], row["case"], row["measure"]): row for row in found["items"]}
    assert set(rows) == {
        ("data", case(6), "rates.judged"), ("data", case(6), "rates.disposed"), ("rule", case(3), "rates.judged"),
        ("population", case(4), "rates.disposed"), ("population", case(5), "rates.disposed"),
    }  # fmt: skip
    mediated = rows["rule", case(3), "rates.judged"]
    assert [one["verdict"] for one in mediated["reasons_before"]] == ["excluded"]
    assert [one["verdict"] for one in mediated["reasons_after"]] == ["counted"]
    withdrawn = rows["population", case(4), "rates.disposed"]
    assert (withdrawn["population"], withdrawn["change"]) == ("old", -1)
    assert withdrawn["reasons_after"][0]["clause"] == "closing_method <> 'withdrawal'"
    assert withdrawn["reasons_after"][0]["verdict"] == "excluded"
    assert rows["data", case(6), "rates.judged"]["reasons_before"] == []


def test_measures_add_up_from_before_to_after(fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.publish(
        edition(tmp_path, "1"), edition(tmp_path, "2", formula="judged / first_instance_closed")
    )
    started(fresh)
    found = bridge(fresh)
    measures = {one["measure"]: one for one in found["measures"]}
    assert measures["rates.disposed"]["stands_before"] == "denominator"
    assert measures["rates.disposed"]["stands_after"] is None
    assert measures["court-core.first_instance_closed"]["stands_before"] is None
    for one in found["measures"]:
        assert one["before"] + one["data"] + one["rule"] + one["population"] == one["after"]
    assert counts(found)["data"] == (0, 0, 0)


def test_cases_come_page_by_page_and_part_by_part(fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.publish(edition(tmp_path, "1"), edition(tmp_path, "2", disposed=NOT_WITHDRAWN))
    started(fresh)
    seen, cursor = [], None
    while True:
        found = bridge(fresh, limit=1, part="population", cursor=cursor)
        seen += [row["case"] for row in found["items"]]
        cursor = found["next"]
        if cursor is None:
            break
    assert seen == [case(4), case(5)]
    assert bridge(fresh, part="rule")["items"] == []
    assert [part["cases"] for part in found["parts"]] == [0, 0, 2]
    other = fresh.ask(PATH, court="示2401", scope="own", period="2025", from_version="2", to_version="1",
                      limit=1, cursor=bridge(fresh, limit=1)["next"])  # fmt: skip
    assert other.status_code == 400


def test_a_sealed_case_is_counted_and_never_listed(fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.publish(edition(tmp_path, "1"), edition(tmp_path, "2", disposed=NOT_WITHDRAWN))
    fresh.keeper.push(record(99, "case.sealed", case(4), "2025-01-11", ground="juvenile"))
    started(fresh)
    found = bridge(fresh)
    population = next(part for part in found["parts"] if part["part"] == "population")
    assert (population["denominator"], population["cases"], population["not_listed"]) == (-2, 2, 1)
    assert case(4) not in str(found)


def test_populations_without_a_common_case_leave_the_value_unsplit(fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.publish(
        edition(tmp_path, "1", disposed=""" , where: "closing_method = 'judgment'\""""),
        edition(
            tmp_path,
            "2",
            disposed=""" , where: "closing_method <> 'judgment'\"""",
            formula="judged / disposed",
        ),
    )
    started(fresh)
    found = bridge(fresh)
    assert (found["before"]["value"], found["after"]["denominator"]) == (100, 3)
    assert counts(found)["population"] == (0, 1, None)
    assert [each["reason"] for each in found["stations"]][2:4] == ["zero_denominator", "zero_denominator"]
    known = sum(part["value"] or 0 for part in found["parts"])
    assert known + found["unsplit"] == pytest.approx(found["difference"])


def test_while_a_version_fills_there_is_progress_and_no_number(fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.publish(edition(tmp_path, "1"))
    started(fresh)
    fresh.keeper.publish(edition(tmp_path, "2", disposed=NOT_WITHDRAWN))
    found = bridge(fresh, who="basic")
    assert (found["status"], found["reason"]) == ("not_available", "filling")
    assert (found["before"]["value"], found["after"]["value"]) == (40, None)
    assert (found["difference"], found["parts"], found["items"]) == (None, [], [])
    (progress,) = found["filling"]
    assert (progress["cases"], progress["cases_left"], progress["percent"]) == (5, 5, 0)
    assert progress["complete_at"] is None
    assert bridge(fresh, who="basic", from_version="2", to_version="1")["status"] == "not_available"
    fresh.keeper.scorer.most = 2
    fresh.keeper.scorer.post()
    (progress,) = fresh.get("/v1/catalog/filling")["items"]
    assert (progress["cases_left"], progress["percent"]) == (3, 40)
    assert progress["complete_at"] is not None
    fresh.keeper.settle()
    assert fresh.get("/v1/catalog/filling")["items"] == []
    assert bridge(fresh)["status"] == "available"


def test_progress_counts_only_cases_of_ones_own_courts(fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.push(record(1, "case.filed", case(1, "示2402"), "2025-01-10"))
    started(fresh)
    fresh.keeper.publish(edition(tmp_path, "1"))
    seen = {
        who: (found["cases"], found["percent"])
        for who in ("all", "middle", "basic", "sibling", "stranger")
        for found in fresh.get("/v1/catalog/filling", who)["items"]
    }
    assert seen == {"all": (6, 0), "middle": (6, 0), "basic": (5, 0), "sibling": (1, 0), "stranger": (0, 0)}


def test_a_version_is_read_only_at_moments_at_which_it_stood(fresh: Api, tmp_path: Path) -> None:
    before = started(fresh)
    first = edition(tmp_path, "1", disposed=""" , where: "closing_method <> 'transfer'\"""")
    fresh.keeper.publish(first, edition(tmp_path, "2", disposed=NOT_WITHDRAWN))
    fresh.keeper.settle()
    found = bridge(fresh, from_known=before)
    assert (found["status"], found["reason"], found["before"]["numerator"]) == (
        "not_available",
        "not_in_books",
        None,
    )
    (moment,) = fresh.keeper.query("SELECT clock_timestamp()")[0]
    fresh.keeper.retire("rates", "1")
    fresh.keeper.settle()
    gone = bridge(fresh)
    assert (gone["status"], gone["reason"], gone["after"]["value"]) == ("not_available", "retired", 66.666667)
    assert gone["before"]["state"] == "retired"
    assert bridge(fresh, from_known=moment.isoformat(), to_known=moment.isoformat())["status"] == "available"


def test_a_retired_version_is_read_as_long_as_what_stands_posts_to_its_accounts(
    fresh: Api, tmp_path: Path
) -> None:
    fresh.keeper.publish(edition(tmp_path, "1"), edition(tmp_path, "2", disposed=NOT_WITHDRAWN))
    started(fresh)
    fresh.keeper.retire("rates", "1")  # its measures are also those of court-core, or of edition 2
    fresh.keeper.settle()
    found = bridge(fresh)
    assert (found["status"], found["before"]["state"], found["before"]["value"]) == (
        "available",
        "retired",
        40,
    )


def test_the_two_moments_stand_in_their_order_and_versions_must_exist(fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.publish(edition(tmp_path, "1"), edition(tmp_path, "2"))
    started(fresh)
    wrong = {"from_known": "2999-01-01T00:00:00Z"}
    asked = {"court": "示2401", "scope": "own", "period": "2025", "from_version": "1", "to_version": "2"}
    assert fresh.ask(PATH, **(asked | wrong)).status_code == 400
    missing = fresh.ask(PATH, **(asked | {"to_version": "7"}))
    assert missing.status_code == 404
    assert "1, 2" in missing.json()["next"]
    same = bridge(fresh)  # edition 2 left the definition as it was
    assert (same["difference"], same["before"]["version_hash"]) == (0, same["after"]["version_hash"])
