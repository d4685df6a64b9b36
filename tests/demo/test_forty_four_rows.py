"""吉林44项指标（重构稿）: the shape of the table, and every row reckoned from a cut of the demonstration on the real
database.
"""

from __future__ import annotations

import collections
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from plumbline import courts, valuation
from plumbline.catalog.definitions import Indicator
from services.feeds import demo, demo_places
from tests.keeper import DEFINITIONS, Keeper, pack

PACK = pack("jilin-44-reconstructed")
ROWS = {one.number: one for one in PACK.indicators.values() if one.number is not None}
WAITING = {27, 35}
UNTIL, CASES, SEED = date(2025, 12, 31), 900, 24
YEARS = ("2022", "2023", "2024", "2025")
PREFECTURE = tuple(code for code in demo_places.COURTS if code.startswith("示24"))
#: The events the vocabulary names for each row; of rows that wait for a ledger, those that are not the ledger's own.
EVENTS: Mapping[str, tuple[int, ...]] = {
    "roster.changed": (21, 35, 37),
    "figure.reported": (16, 31, 41, 42),
    "mediation.opened": (12, 44),
    "mediation.closed": (44,),
    "case.filed": (1, 3, 7, 8, 12, 13, 28, 40),
    "case.renamed": (12, 13),
    "case.described": (36, 39),
    "case.transferred": (1, 3, 4),
    "case.assigned": (21, 35, 37),
    "panel.formed": (24,),
    "procedure.converted": (2, 22, 23),
    "four_kinds.flagged": (34,),
    "four_kinds.supervised": (34,),
    "service.made": (29,),
    "counsel.entered": (26,),
    "preservation.ordered": (40,),
    "clock.extended": (2, 14),
    "clock.paused": (2, 14, 19),
    "clock.resumed": (2, 14, 19),
    "similar_cases.searched": (36,),
    "file.synced": (30,),
    "enforcement.step_done": (33,),
    "property.found": (14,),
    "termination.checked": (16,),
    "leniency.applied": (25,),
    "agency_enforcement.ruled": (20,),
    "appeal.decided": (5, 10),
    "retrial.granted": (9, 10),
    "retrial.decided": (6, 10),
    "case.closed": (1, 2, 3, 5, 6, 7, 8, 9, 11, 14, 15, 18, 19, 21, 22, 23, 24, 25, 26, 39),
    "judgment.effective": (6, 8),
    "disclosure.made": (32,),
    "disclosure.exempted": (32,),
    "case.reopened": (1, 2, 3, 4),
    "visit.registered": (17, 43),
    "visit.closed": (17, 43),
    "matter.opened": (38,),
    "matter.closed": (38,),
    "proposal.issued": (41,),
    "proposal.answered": (41,),
    "rating.given": (42,),
    "workload.recorded": (37,),
}


@pytest.fixture(scope="module")
def told() -> list[dict[str, Any]]:
    """The cut: without what is malformed on purpose and without the declarations of whole days."""
    once = {event["id"]: event for event in demo.events(UNTIL, cases=CASES, seed=SEED)}
    return [
        event
        for event in once.values()
        if "malformed" not in event["id"] and event["type"] != "source.day_closed"
    ]


@pytest.fixture(scope="module")
def kept(module_database: str, told: list[dict[str, Any]]) -> Iterator[Keeper]:
    """The cut in the books."""
    tree = courts.read_courts(DEFINITIONS / "demo" / "courts.csv")
    keeper = Keeper(
        module_database, [PACK], tree, now=datetime(2026, 1, 1, 4, tzinfo=UTC), sources=(demo.SOURCE,)
    )
    for begun in range(0, len(told), 2_000):
        keeper.push(*told[begun : begun + 2_000])
    keeper.settle()
    yield keeper
    keeper.close()


def values(kept: Keeper, row: Indicator) -> Iterator[tuple[str, str, str, valuation.Value]]:
    """The row's values in the years and courts of the cut, own cases first, until one is a number."""
    for year in reversed(YEARS):
        for scope in ("own", "all"):
            for code in PREFECTURE:
                yield year, scope, code, kept.value(f"{PACK.id}.{row.id}", code, year, scope=scope)


def counts(of: str) -> dict[str, int]:
    return dict(collections.Counter(getattr(row, of) for row in ROWS.values()))


def test_forty_four_are_twice_twenty_two_twice_over_in_six_domains() -> None:
    assert list(ROWS) == list(range(1, 45))
    assert counts("origin") == {"basic": 22, "created": 22}
    assert counts("nature") == {"binding": 22, "anticipatory": 22}
    assert counts("domain") == {
        "trial": 20, "reform": 7, "smart_court": 5, "management": 6, "service": 3, "satisfaction": 3,
    }  # fmt: skip
    assert len(PACK.indicators) == len({row.id for row in PACK.indicators.values()}) > 44


def test_every_row_has_its_elements_and_its_own_dimension() -> None:
    assert len({row.dimension.zh for row in ROWS.values() if row.dimension}) == 44
    assert len({row.title.zh for row in ROWS.values()}) == 44
    for row in ROWS.values():
        assert row.key_points, row.id
        assert row.meaning.zh, row.id
        assert row.source.provenance in ("seed", "sourced"), row.id


def test_six_rows_hold_from_2022_and_two_wait_for_their_ledgers() -> None:
    later = {number for number, row in ROWS.items() if row.in_force_from is not None}
    assert later == {12, 13, 26, 41, 42, 43}
    assert {row.in_force_from for row in ROWS.values()} == {None, date(2022, 1, 1)}
    assert {number for number, row in ROWS.items() if row.waits_for is not None} == WAITING


def test_targets_are_those_of_the_two_documents_only() -> None:
    numbers = {row.id: number for number, row in ROWS.items()}
    of_2019 = {numbers[one.of] for one in PACK.targets if one.period == "2019"}
    assert of_2019 == {10, 14, 15, 16, 17, 18, 19, 38, 40}
    assert all(code.startswith("吉24") for one in PACK.targets if one.period == "2019" for code in one.courts)
    assert {numbers[one.of] for one in PACK.targets if one.period == "2022"} == {20}
    assert {one.source.provenance for one in PACK.targets if one.source} == {"seed"}


def test_the_feed_holds_the_events_the_vocabulary_names_for_every_row(told: list[dict[str, Any]]) -> None:
    there = {event["type"] for event in told}
    assert set(EVENTS) <= there
    named = {row for rows in EVENTS.values() for row in rows}
    assert named | {27} == set(range(1, 45))  # 27 reads tasks, which the ledger writes


def test_every_row_gives_a_number_and_only_two_have_a_reason(
    kept: Keeper, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, without = [], {}
    for number, row in ROWS.items():
        found = next((one for one in values(kept, row) if one[3].value is not None), next(values(kept, row)))
        year, scope, code, value = found
        where = f"{code} {scope} {year}"
        said = value.reason or f"{value.value} ({value.numerator}/{value.denominator}, {row.unit})"
        lines.append(f"{number:>2} {row.title.zh}: {said}; {where}")
        if value.value is None:
            without[number] = value.reason
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert without == dict.fromkeys(sorted(WAITING), "not_available")


def test_rows_that_wait_say_so_for_every_court_and_year(kept: Keeper) -> None:
    for number in sorted(WAITING):
        assert {value.reason for *_, value in values(kept, ROWS[number])} == {"not_available"}


def test_the_supplementary_indicators_give_numbers_too(kept: Keeper) -> None:
    for row in PACK.indicators.values():
        if row.number is None:
            assert any(value.value is not None for *_, value in values(kept, row)), row.id
