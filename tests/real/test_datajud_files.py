"""A dirty file of DataJud in JSON and in XML: the same events, and the same books however it is cut, doubled or ordered."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import quoteattr

import pytest

from services.ingest.translators import Translated, datajud, datajud_xml
from tests.real import datajud_recount, reckoning
from tests.real.test_datajud_books import SAMPLE, translated

DIRT = Path(__file__).parent / "dirt"
JSON = (DIRT / "processos.json").read_bytes()
XML = (DIRT / "processos.xml").read_bytes()
Reading = Callable[[bytes], list[Translated]]


def in_json(text: bytes) -> list[Translated]:
    return list(datajud.translate(io.BytesIO(text), source="s"))


def in_xml(text: bytes) -> list[Translated]:
    return list(datajud_xml.translate(io.BytesIO(text), source="s"))


def events(told: Sequence[Translated]) -> list[dict[str, Any]]:
    return [one.record for one in told if isinstance(one.record, dict)]


def problems(told: Sequence[Translated]) -> list[str]:
    return [one.problem for one in told if one.problem is not None]


def json_pieces() -> list[bytes]:
    return [json.dumps(one).encode() for one in json.loads(JSON)]


def xml_pieces() -> list[bytes]:
    return re.findall(rb"<cnj:processo .*?</cnj:processo>", XML, re.DOTALL)


#: How a file of records is written from its pieces, and read.
KINDS: dict[str, tuple[list[bytes], Reading]] = {
    "json": (json_pieces(), in_json),
    "xml": (xml_pieces(), in_xml),
}


def books(told: Sequence[dict[str, Any]]) -> reckoning.Books:
    found = reckoning.Books(told, ["datajud"], DIRT / "courts.csv")
    assert found.refused == []
    return found


def figures(found: reckoning.Books) -> dict[tuple[str, str], int]:
    return {
        (name, court): found.figure(f"datajud.dockets_{name}", court, "all", 2020)
        for name in (
            "filed",
            "archived",
            "pending",
            "closed",
            "open",
            "reactivated",
            "judged",
            "suspended",
            "set_aside",
        )
        for court in ("TJXX", "TJXX-G1", "TJXX-G2", "TJXX-101", "TJXX-102")
    }


def test_the_two_ways_of_writing_tell_the_same() -> None:
    by_json, by_xml = in_json(JSON), in_xml(XML)
    assert events(by_json) == events(by_xml)
    assert [(one.line, one.key) for one in by_json] == [(one.line, one.key) for one in by_xml]
    assert problems(by_json) == problems(by_xml)


@pytest.mark.parametrize("kind", KINDS)
def test_each_fault_costs_its_own_movement_or_record(kind: str) -> None:
    pieces, read = KINDS[kind]
    told = problems(read(b"\n".join(pieces)))
    assert [text.partition(":")[0] for text in told] == [
        "Record 11, movement 1",
        "Record 11, movement 3",
        "Record 12",
    ]
    assert "dataHora" in told[0]
    assert "classified" in told[1]
    assert "classified" in told[2]


@pytest.mark.parametrize("kind", KINDS)
def test_the_books_are_those_worked_by_hand(kind: str) -> None:
    pieces, read = KINDS[kind]
    found = figures(books(events(read(b"\n".join(pieces)))))
    wanted = {
        # 1 to 9 without the classified tenth, and the seventh once more in the second degree.
        ("filed", "TJXX"): 10, ("filed", "TJXX-101"): 5, ("filed", "TJXX-102"): 4, ("filed", "TJXX-G2"): 1,
        # 1 (in 102, where it moved), 3 (once), 5 (by its parent), 8; of 4 the archiving is told for 2019, before its filing.
        ("archived", "TJXX"): 4, ("archived", "TJXX-101"): 1, ("archived", "TJXX-G2"): 0,
        # Closed besides: 7, sent up.
        ("closed", "TJXX"): 5, ("closed", "TJXX-101"): 2, ("closed", "TJXX-102"): 3,
        # Pending: 2, 6, 9 and the seventh of the second degree; 8 is closed again in December, and 4 is closed, whenever it was.
        ("open", "TJXX"): 4, ("open", "TJXX-101"): 2, ("open", "TJXX-102"): 1, ("open", "TJXX-G2"): 1,
        ("reactivated", "TJXX"): 1, ("judged", "TJXX"): 1, ("suspended", "TJXX"): 0,
        ("set_aside", "TJXX"): 1, ("set_aside", "TJXX-G2"): 1,
    }  # fmt: skip
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_doubled_and_in_other_batches_it_gives_the_same_books(kind: str, seed: int) -> None:
    pieces, read = KINDS[kind]
    order = random.Random(seed)
    mixed = pieces * 2
    order.shuffle(mixed)
    told: list[dict[str, Any]] = []
    while mixed:
        size = order.randint(1, 5)
        told += events(read(b"\n".join(mixed[:size])))
        del mixed[:size]
    plain = events(read(b"\n".join(pieces)))
    assert {one["id"]: one for one in told} == {one["id"]: one for one in plain}
    assert figures(books(told)) == figures(books(plain))


def test_the_real_records_written_in_xml_tell_the_same() -> None:
    records = datajud_recount.load(str(SAMPLE))
    text = "".join(as_xml(record) for record in records)
    stream: BinaryIO = io.BytesIO(f"<processos>{text}</processos>".encode())
    told = list(datajud_xml.translate(stream, source="tjmmg"))
    assert problems(told) == []
    assert events(told) == translated(records)


@pytest.mark.parametrize(
    "cut", [b"</cnj:dadosBasicos>", b"</cnj:processo>", b'numero="00000020020209990001"']
)
def test_a_damaged_element_costs_only_itself(cut: bytes) -> None:
    told = in_xml(XML.replace(cut, b"<", 1) if cut != b"</cnj:processo>" else XML.replace(cut, b"", 1))
    whole = {event["subject"] for event in events(in_xml(XML))}
    left = {event["subject"] for event in events(told)}
    assert len(problems(told)) == 4
    assert len(whole - left) <= 1


def test_a_file_cut_short_gives_what_it_holds() -> None:
    told = in_xml(XML[: XML.index(b'numero="00000030020209990001"')])
    assert len(problems(told)) == 1
    assert len({event["subject"] for event in events(told)}) == 2


def test_what_is_no_xml_of_dockets_is_told() -> None:
    assert in_xml(b"") == []
    assert len(problems(in_xml(b"<html><body/></html>"))) == 1
    assert len(problems(in_xml(b"<processos><processo/></processos>"))) == 1


def test_an_entity_is_not_taken() -> None:
    bomb = b'<!DOCTYPE p [<!ENTITY a "aaaa">]><processos><processo grau="&a;"></processo></processos>'
    told = in_xml(bomb)
    assert events(told) == []
    assert "no well-formed XML" in problems(told)[0]


def test_a_file_in_latin_one_says_so_and_is_read() -> None:
    text = XML.decode().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("latin-1")
    assert events(in_xml(text)) == events(in_xml(XML))


def as_xml(record: dict[str, Any]) -> str:
    """A record as the MTD writes it."""
    basic = record["dadosBasicos"]
    subjects = "".join(_element("assunto", one) for one in basic.get("assunto") or ())
    unit = _element("orgaoJulgador", basic.get("orgaoJulgador") or {})
    moves = "".join(
        _element(
            "movimento",
            one,
            "".join(_element(name, part) for name, part in one.items() if isinstance(part, dict)),
        )
        for one in record["movimento"] or ()
    )
    return _element("processo", record, _element("dadosBasicos", basic, subjects + unit) + moves)


def _element(name: str, given: dict[str, Any], inside: str = "") -> str:
    plain = {
        key: value for key, value in given.items() if not isinstance(value, dict | list) and value is not None
    }
    written = (str(value).lower() if isinstance(value, bool) else str(value) for value in plain.values())
    return f"<{name}{''.join(f' {key}={quoteattr(text)}' for key, text in zip(plain, written, strict=True))}>{inside}</{name}>"
