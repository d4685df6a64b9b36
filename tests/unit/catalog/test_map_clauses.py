"""Clauses that read a field by a code map: written out, with the map's codes in the meaning of what rests on them."""

from __future__ import annotations

from pathlib import Path

from plumbline.catalog import meanings, reading
from plumbline.catalog.definitions import Pack
from tests.keeper import DEFINITIONS

HEAD = 'id: own\nversion: "1"\ntitle: {zh: 甲, en: A}\nissuer: 某院\nin_force_from: 2020-01-01\nuses: [datajud]\n'
BODY = """
facts:
  - {{id: over_on, from: docket.moved, take: first(day), where: "scheme = 'x' and not means(code, 'states', 'over', 'left')"}}
  - {{id: put_off_on, from: docket.moved, take: first(day), where: "means(code, 'situations', 'provisionally_archived')"}}
measures:
  - {{id: over, title: {{zh: 甲, en: A}}, lever: process, flow: over_on}}
  - {{id: moves, title: {{zh: 乙, en: B}}, lever: process, each: docket.moved, where: "means(code, 'states', 'over')"}}
code_maps:
  - id: states
    title: {{zh: 甲, en: A}}
    of: docket.moved.code
    codes: {codes}
    source: {{document: 某文, clause: 第一条, provenance: project}}
"""


def read(folder: Path, codes: str) -> Pack:
    place = folder / "own"
    place.mkdir(parents=True)
    (place / "pack.yaml").write_text(HEAD, "utf-8")
    (place / "definitions.yaml").write_text(BODY.format(codes=codes), "utf-8")
    return reading.read_pack(place, reading.Shelf(DEFINITIONS))


def test_a_map_of_the_pack_or_of_one_it_uses_is_written_out_in_order(tmp_path: Path) -> None:
    own = read(tmp_path, '{"9": over, "22": left, "1": going, "10": over}')
    assert own.facts["over_on"].where == "scheme = 'x' and not code in ('10', '22', '9')"
    assert own.facts["put_off_on"].where == "code in ('14997', '14998', '245')"
    assert own.measures["moves"].where == "code in ('10', '9')"


def test_another_map_is_another_meaning_and_another_order_is_not(tmp_path: Path) -> None:
    first, turned, more = (
        meanings.definition_hashes(read(tmp_path / str(place), codes))
        for place, codes in enumerate(
            ('{"9": over, "22": left}', '{"22": left, "9": over}', '{"9": over, "22": left, "23": left}')
        )
    )
    assert first == turned
    assert first["over"] != more["over"]
    assert first["moves"] == more["moves"]


def test_the_first_archiving_of_datajud_means_what_its_codes_meant() -> None:
    pack = reading.read_pack(DEFINITIONS / "datajud", reading.Shelf(DEFINITIONS))
    assert pack.facts["docket_archived_on"].where == "scheme = 'cnj-tpu' and code in ('22', '246')"
