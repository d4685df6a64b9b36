"""A pack reads the same from its folder and from its stored document, and the YAML holds no surprises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plumbline import errors
from plumbline.catalog import checking, faults, reading, scopes
from plumbline.catalog.definitions import Type
from tests.unit.catalog import folders

OWN = """\
facts:
  - {id: on, from: case.filed, take: first(channel)}
  - {id: no, from: case.filed, take: count}
"""


def test_a_pack_comes_back_from_its_document_unchanged() -> None:
    core = folders.court_core()
    stored = json.loads(json.dumps(core.document, ensure_ascii=False))
    assert reading.pack_from_document(stored, {}) == core
    assert reading.pack_from_document(stored, {}).hash == core.hash


def test_a_pack_that_builds_on_another_comes_back_too(tmp_path: Path) -> None:
    pack = folders.pack_of(tmp_path, {"definitions.yaml": OWN})
    stored = json.loads(json.dumps(pack.document))
    again = reading.pack_from_document(stored, {"court-core": folders.court_core()})
    assert (again, again.hash) == (pack, pack.hash)


def test_a_document_is_not_read_over_another_edition_of_what_it_uses(tmp_path: Path) -> None:
    pack = folders.pack_of(tmp_path, {"definitions.yaml": OWN})
    with pytest.raises(errors.BadDefinition, match="needs court-core in the edition"):
        reading.pack_from_document(pack.document, {})


def test_the_words_of_yaml_are_texts() -> None:
    found = faults.Faults()
    read = reading.read_yaml(
        b"a: no\nb: on\nc: 1.50\nd: 2024-01-31\ne: 0123\nf: 12\ng: true\nh: 90 %\ni: '7'\nj: ~", "f", found
    )
    assert dict(read) == {
        "a": "no",
        "b": "on",
        "c": "1.50",
        "d": "2024-01-31",
        "e": "0123",
        "f": 12,
        "g": True,
        "h": "90 %",
        "i": "7",
        "j": None,
    }
    assert not len(found)


def test_no_and_on_are_names_like_any_other(tmp_path: Path) -> None:
    assert set(folders.pack_of(tmp_path, {"definitions.yaml": OWN}).facts) == {"on", "no"}


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"a: [1", b"- 1", b"{" * 5000, b"a: " + b"[" * 100 + b"]" * 100, b"a" * 2_000_000, b"\x00"],
)
def test_what_is_no_yaml_mapping_is_a_fault_and_never_an_exception(content: bytes) -> None:
    found = faults.Faults()
    reading.read_yaml(content, "f.yaml", found)
    assert len(found)


def test_how_definitions_are_spread_over_files_does_not_matter_to_what_they_mean(tmp_path: Path) -> None:
    one, other = OWN.split("  - {id: no", 1)
    whole = folders.pack_of(tmp_path, {"definitions.yaml": OWN})
    parts = folders.pack_of(tmp_path, {"a.yaml": one, "b.yaml": "facts:\n  - {id: no" + other})
    assert whole == parts


def test_a_pack_without_a_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(faults.BadPack, match=r"holds no pack\.yaml"):
        reading.read_pack(tmp_path, reading.Shelf())


def test_packs_that_use_each_other_are_refused(tmp_path: Path) -> None:
    for name, used in (("one", "other"), ("other", "one")):
        (tmp_path / name).mkdir()
        head = folders.HEAD.format(name=name).replace("court-core", used)
        (tmp_path / name / "pack.yaml").write_text(head, encoding="utf-8")
    with pytest.raises(errors.BadDefinition, match="cannot use themselves: one uses other uses one"):
        reading.Shelf(tmp_path).pack("one")


def test_the_types_of_facts_follow_what_they_take(tmp_path: Path) -> None:
    text = """\
facts:
  - {id: a, from: case.closed, take: last(method)}
  - {id: b, from: payment.received, take: sum(amount)}
  - {id: c, from: case.closed, take: exists}
  - {id: d, from: case.filed, take: last(tags)}
  - {id: e, derive: "f + 30"}
  - {id: f, derive: "coalesce(closed_on, filed_on)"}
  - {id: g, derive: "e > filed_on"}
  - {id: h, from: case.reopened, take: all(day)}
"""
    pack = folders.pack_of(tmp_path, {"definitions.yaml": text})
    assert {name: fact.type for name, fact in pack.facts.items()} == {
        "a": Type.TEXT,
        "b": Type.INTEGER,
        "c": Type.FLAG,
        "d": Type.CODES,
        "e": Type.DAY,
        "f": Type.DAY,
        "g": Type.FLAG,
        "h": Type.DAY,
    }
    order = [fact.id for fact in checking.facts_in_order(pack)]
    assert order.index("f") < order.index("e") < order.index("g")


def test_an_event_type_of_ones_own_can_be_counted(tmp_path: Path) -> None:
    events = """\
types:
  tour.held:
    names: [公众开放, open day]
    rank: 1001
    lever: process
    subject: court
    optional: {visitors: n}
"""
    text = folders.measure("each: tour.held\nsum: visitors\nunit: persons")
    pack = folders.pack_of(tmp_path, {"events.yaml": events, "definitions.yaml": text})
    assert (
        checking.measure_names(pack, pack.measures["tested_measure"], scopes.words_of(pack))["visitors"]
        is Type.INTEGER
    )
    with pytest.raises(faults.BadPack, match="share the rank 200"):
        folders.pack_of(tmp_path, {"events.yaml": events.replace("1001", "200"), "definitions.yaml": text})
