"""The 1,554 real DataJud records give the figures of an independent recount, however the file is cut or
written.
"""

from __future__ import annotations

import copy
import gzip
import io
import json
import random
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services.ingest.translators import datajud
from tests.real import datajud_recount, reckoning

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "datajud" / "processos-tjmmg_3.json.gz"
COURTS = ROOT / "definitions" / "datajud" / "courts.csv"
MEASURES = {
    "filed": "datajud.dockets_filed",
    "archived": "datajud.dockets_archived",
    "pending": "datajud.dockets_pending",
    "days": "datajud.days_to_archiving",
}
# mission anchors, section D1
PUBLISHED = {
    "all": (1543, 632, 911, 21871),
    "G2": (115, 7, 108, 532),
    "14141": (353, 150, 202, 5367),
    "14142": (337, 142, 194, 6884),
    "14143": (362, 218, 141, 4918),
    "81647": (308, 108, 205, 3770),
    "81648": (68, 7, 61, 400),
}

Records = list[dict[str, Any]]


@pytest.fixture(scope="module")
def records() -> Records:
    return datajud_recount.load(str(SAMPLE))


def translated(*files: Records) -> list[dict[str, Any]]:
    """The events of the files, one after the other; a problem fails the test."""
    found = []
    for file in files:
        for one in datajud.translate(io.BytesIO(json.dumps(file).encode()), source="tjmmg"):
            assert one.problem is None, one.problem
            assert isinstance(one.record, dict)
            found.append(one.record)
    return found


def test_the_recount_gives_the_published_figures(records: Records) -> None:
    counts = datajud_recount.recount(records)
    assert {place: tuple(counts[place][name] for name in MEASURES) for place in PUBLISHED} == PUBLISHED


def test_the_books_equal_the_recount_in_every_unit_and_list_the_same_dockets(records: Records) -> None:
    _compare(_books(translated(records)), datajud_recount.recount(records))


def test_the_packed_file_is_read_as_it_lies(records: Records) -> None:
    with SAMPLE.open("rb") as stream:
        events = [one.record for one in datajud.translate(stream, source="tjmmg")]
    assert events == translated(records)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_doubled_and_cut_into_two_files_it_gives_the_same_events(
    records: Records, seed: int
) -> None:
    order = random.Random(seed)
    mixed = [
        {**record, "movimento": order.sample(record["movimento"], len(record["movimento"]))}
        for record in records * 2
    ]
    order.shuffle(mixed)
    middle = len(mixed) // 2
    events = translated(mixed[middle:], mixed[:middle])
    assert _each_once(events) == _each_once(translated(records))
    _compare(_books(events), datajud_recount.recount(records))


def test_dates_as_milliseconds_give_the_same_events(records: Records) -> None:
    written = copy.deepcopy(records)
    for record in written:
        basic = record["dadosBasicos"]
        basic["dataAjuizamento"] = _milliseconds(basic["dataAjuizamento"])
        for movement in record["movimento"]:
            movement["dataHora"] = str(_milliseconds(movement["dataHora"]))
    assert translated(written) == translated(records)


def test_one_record_a_line_gives_the_same_events(records: Records) -> None:
    lines = gzip.compress("\n".join(json.dumps(record) for record in records).encode())
    found = [one.record for one in datajud.translate(io.BytesIO(lines), source="tjmmg")]
    assert found == translated(records)


def test_a_docket_goes_to_its_later_unit_whichever_record_comes_first(records: Records) -> None:
    moved = [record for record in records if record["dadosBasicos"]["numero"] == "20004074420209130003"]
    assert len(moved) == 2
    for order in (moved, moved[::-1]):
        books = _books(translated(*([one] for one in order)))
        found = [books.figure(MEASURES["pending"], f"TJMMG-{unit}", "own", 2020) for unit in (14143, 14141)]
        assert found == [0, 1]


def _books(events: Iterable[dict[str, Any]]) -> reckoning.Books:
    books = reckoning.Books(events, ["datajud"], COURTS)
    assert books.refused == []
    return books


def _compare(books: reckoning.Books, counts: datajud_recount.Counts) -> None:
    for place, wanted in counts.items():
        court = {"all": "TJMMG", "G1": "TJMMG-G1", "G2": "TJMMG-G2"}.get(place, f"TJMMG-{place}")
        for name, measure in MEASURES.items():
            assert books.figure(measure, court, "all", 2020) == wanted[name], (place, name)
        for name, numbers in wanted["numbers"].items():
            found = books.cases(MEASURES[name], court, "all", 2020)
            assert found == {f"TJMMG:docket:{number}" for number in numbers}, (place, name)


def _each_once(events: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {event["id"]: event for event in events}


def _milliseconds(local: str) -> int:
    moment = datetime.strptime(local, "%Y%m%d%H%M%S").replace(tzinfo=datajud_recount.ZONE)
    return int(moment.timestamp()) * 1000
