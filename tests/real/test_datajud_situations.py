"""The situations of the 1,543 real dockets, counted again day by day from the raw movements, equal the books."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.real import datajud_recount, reckoning
from tests.real.test_datajud_books import COURTS, SAMPLE, translated

ROOT = Path(__file__).resolve().parents[2]
LAST = date(2020, 12, 31)
FIGURES = ("closed", "open", "reactivated", "judged", "suspended", "provisionally_archived", "set_aside")
JUDGED = {"judged", "judged_on_merits"}
CLOSED = {"archived", "closed", "distribution_cancelled"}
AGAIN = {"reactivated", "execution_started"}
RESUMED = {"unarchived", "reactivated", "execution_started", "distributed", "charge_received"}


def meanings() -> dict[str, str]:
    """What each code begins, as the file says."""
    read = yaml.safe_load((ROOT / "definitions/datajud/situations.yaml").read_text(encoding="utf-8"))
    found: dict[str, str] = read["code_maps"][0]["codes"]
    return found


def recount(records: list[dict[str, Any]]) -> dict[str, int]:
    """Each figure of 2020 for all dockets, by walking through the movements of each in their order."""
    told = meanings()
    dockets: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        dockets.setdefault(f"{record['grau']}/{record['dadosBasicos']['numero']}", []).append(record)
    counts = dict.fromkeys(FIGURES, 0)
    for held in dockets.values():
        moves = {
            (
                datajud_recount._moment(one["dataHora"]),
                datajud_recount._code(one),
                one["identificadorMovimento"],
            )
            for record in held
            for one in record["movimento"] or ()
        }
        standing = {"open": True, "suspended": False, "provisionally_archived": False, "set_aside": False}
        closed = judged = False
        for _, code, _ in sorted(moves):
            now = told.get(code, "")
            closed, judged = closed or now in CLOSED, judged or now in JUDGED
            counts["reactivated"] += now == "reactivated"
            standing["open"] = (standing["open"] and now not in CLOSED) or now in AGAIN
            over = now in CLOSED | JUDGED | RESUMED
            for name, begins in (
                ("suspended", {"suspended"}),
                ("provisionally_archived", {"provisionally_archived"}),
                ("set_aside", {"suspended", "provisionally_archived"}),
            ):
                ends = over or (now == "lifted" and name != "provisionally_archived")
                standing[name] = (standing[name] and not ends) or now in begins
        counts["closed"] += closed
        counts["judged"] += judged
        for name, stands in standing.items():
            counts[name] += stands
    return counts


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return datajud_recount.load(str(SAMPLE))


def test_the_books_hold_every_situation_as_the_recount_does(records: list[dict[str, Any]]) -> None:
    books = reckoning.Books(translated(records), ["datajud"], COURTS)
    counts = recount(records)
    found = {name: books.figure(f"datajud.dockets_{name}", "TJMMG", "all", 2020) for name in FIGURES}
    assert found == counts
    # 632 archived and 3 whose distribution was cancelled (488); 2 of them were pending again at the end of the year.
    assert [counts[name] for name in FIGURES[:4]] == [635, 910, 9, 76]


def test_no_code_begins_two_situations_and_each_that_is_named_has_codes() -> None:
    reached = set(meanings().values())
    assert CLOSED | AGAIN | RESUMED | JUDGED | {"suspended", "lifted", "provisionally_archived"} <= reached
    assert all(code.isdigit() for code in meanings())
