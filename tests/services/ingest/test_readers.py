"""Readers of foreign files: the same history in every format, the dirt of each, and what is never taken."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from plumbline import errors, mapping_files, mappings
from plumbline.mappings import FileShape, Row
from plumbline.vocabulary import Vocabulary
from services.ingest import intake, readers
from services.ingest.readers import delimited, ocel, workbook, xes

CASE = "（2019）吉2401民初1号"
MAPPING = """
mapping: 1
source: ecourt
file: {%s}
events:
  - {type: case.filed, when: {"%s": 立案}, id: "{%s}/filed", subject: "{%s}", time: "%s"}
  - {type: judgment.pronounced, when: {"%s": 宣判}, id: "{%s}/said", subject: "{%s}", time: "%s"}
"""
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xmlns="http://www.xes-standard.org/"><global scope="event"><string key="x" value="y"/></global>
<trace><string key="concept:name" value="（2019）吉2401民初1号"><string key="deep" value="no"/></string>
<event><string key="concept:name" value="立案"/><date key="time:timestamp" value="2019-05-02T09:10:00.000+08:00"/></event>
<event><string key="concept:name" value="宣判"/><date key="time:timestamp" value="2019-06-02T09:10:00"/></event>
</trace></log>"""
OBJECTS = [{"id": CASE, "type": "案件", "attributes": [
    {"name": "procedure", "time": "2019-01-01T00:00:00Z", "value": "summary"},
    {"name": "procedure", "time": "2019-05-20T00:00:00Z", "value": "ordinary"},
]}]  # fmt: skip
EVENTS = [
    {"id": "e1", "type": "立案", "time": "2019-05-02T01:10:00Z", "attributes": [{"name": "n", "value": 2}],
     "relationships": [{"objectId": CASE, "qualifier": "本案"}]},
    {"id": "e2", "type": "宣判", "time": "2019-06-02T01:10:00Z", "attributes": [],
     "relationships": [{"objectId": CASE, "qualifier": "本案"}]},
]  # fmt: skip
EXPECTED = [
    ("case.filed", CASE, "2019-05-02T01:10:00+00:00"),
    ("judgment.pronounced", CASE, "2019-06-02T01:10:00+00:00"),
]


def csv_rows(content: bytes, **shape: Any) -> list[Row]:
    return list(delimited.read(io.BytesIO(content), FileShape(**shape), "a.csv").rows)


def told(
    path: Path, tmp_path: Path, name: str, case: str, time: str, shape: str = ""
) -> list[tuple[str, str, str]]:
    """The events of a file by MAPPING, each time in UTC."""
    mapping = tmp_path / "map.yaml"
    mapping.write_text(MAPPING % (shape, name, case, case, time, name, case, case, time), "utf-8")
    request = intake.Request(mapping=mapping_files.read(mapping, Vocabulary.shipped()))
    with intake.opened(path, request) as file:
        items = list(file.items)
        assert file.at() == path.stat().st_size
    found = []
    for one in items:
        assert isinstance(one.record, dict), one
        moment = datetime.fromisoformat(one.record["time"]).astimezone(mappings.UTC)
        found.append((one.record["type"], one.record["subject"], moment.isoformat()))
    return found


def test_csv_is_read_in_every_charset_with_and_without_its_mark() -> None:
    text = '案号,注\n一,甲\r\n二,"乙,丙"\n'
    expected = [Row(2, {"案号": "一", "注": "甲"}), Row(3, {"案号": "二", "注": "乙,丙"})]
    assert csv_rows(text.encode()) == expected
    assert csv_rows(b"\xef\xbb\xbf" + text.encode()) == expected
    assert csv_rows(b"\xef\xbb\xbf" + text.encode(), charset="gb18030") == expected
    assert csv_rows(text.encode("gb18030"), charset="gb18030") == expected
    assert csv_rows(text.encode("utf-16")) == expected


def test_a_spoiled_row_is_refused_whole_and_the_next_is_read() -> None:
    found = csv_rows(b"a,b\n1,2,3\n1\n\n" + b"\xff\xfe,2\n" + b'"x"y,2\n' + b"5,6\n")
    assert [(one.line, one.fault[0] if one.fault else None) for one in found] == [
        (2, "not_an_object"), (3, "not_an_object"), (5, "not_utf8"), (6, "not_an_object"), (7, None),
    ]  # fmt: skip
    assert not any(one.cells for one in found[:-1])


def test_a_row_without_end_is_not_held_and_the_file_goes_on() -> None:
    content = b"a,b\n" + b"x" * (3 * delimited.LONGEST_LINE) + b",1\n5,6\n"
    found = csv_rows(content)
    assert found[0].fault is not None
    assert found[-1].cells == {"a": "5", "b": "6"}


@pytest.mark.parametrize("content", [b"", b"a,a\n1,2\n", b",,\n"])
def test_a_header_that_names_nothing_or_one_column_twice_is_refused(content: bytes) -> None:
    with pytest.raises(errors.BadInput, match="header"):
        csv_rows(content)


def test_a_header_may_stand_below_a_title() -> None:
    assert csv_rows("案件台账\n案号\n一\n".encode(), header=2) == [Row(3, {"案号": "一"})]


def book(*rows: str) -> io.BytesIO:
    """A workbook with one sheet; a row is its cells in XML."""
    main, links = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org",
    )
    office = f"{links}/officeDocument/2006/relationships"
    package = f"{links}/package/2006/relationships"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{links}/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="案件" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>'
        + "".join(f"<row>{each}</row>" for each in rows) + "</sheetData></worksheet>",
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return io.BytesIO(out.getvalue())


def words(*texts: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


def test_a_workbook_gives_text_whole_numbers_and_days() -> None:
    content = book(words("案号", "日", "数"), words("一") + '<c s="1"><v>43587</v></c><c><v>3</v></c>', "",
                   words("二") + '<c s="1"><v>43587.5</v></c><c><v>3.5</v></c>')  # fmt: skip
    table = workbook.read(content, FileShape(sheet="案件"), "a.xlsx")
    assert table.header == ("案号", "日", "数")
    assert list(table.rows) == [
        Row(2, {"案号": "一", "日": date(2019, 5, 2), "数": "3"}),
        Row(4, {"案号": "二", "日": datetime(2019, 5, 2, 12), "数": "3.5"}),
    ]


def test_a_workbook_is_told_by_a_mapping_whatever_the_format_of_its_days(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    stamp = '<c s="1"><v>{}</v></c>'
    path.write_bytes(book(words("案号", "何事", "时间"), words(CASE, "立案") + stamp.format("43587.3819444444"),
                          words(CASE, "宣判") + stamp.format(43618)).getvalue())  # fmt: skip
    found = told(path, tmp_path, "何事", "案号", "时间")
    assert [(name, subject, time[:16]) for name, subject, time in found] == [
        ("case.filed", CASE, "2019-05-02T01:10"), ("judgment.pronounced", CASE, "2019-06-01T16:00"),
    ]  # fmt: skip


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "WHOLE_MOST", 100_000)
    with pytest.raises(errors.BadInput, match="unpacks to more than 100,000 bytes"):
        workbook.read(book(words("a"), words("x" * 200_000)), FileShape(), "bomb.xlsx")


def test_what_is_no_workbook_or_has_no_such_sheet_is_said() -> None:
    with pytest.raises(errors.BadInput, match="no workbook"):
        workbook.read(io.BytesIO(b"PK\x03\x04 not really"), FileShape(), "a.xlsx")
    with pytest.raises(errors.BadInput, match=r"no sheet 结案.*案件"):
        workbook.read(book(words("a")), FileShape(sheet="结案"), "a.xlsx")


def test_xes_gives_a_row_an_event_with_its_trace_and_a_naive_time_is_local(tmp_path: Path) -> None:
    rows = list(xes.read(io.BytesIO(XES.encode()), FileShape(), "a.xes").rows)
    assert rows[0] == Row(
        4,
        {
            "case:concept:name": CASE,
            "concept:name": "立案",
            "time:timestamp": "2019-05-02T09:10:00.000+08:00",
        },
    )
    path = tmp_path / "a.xes.gz"
    path.write_bytes(gzip.compress(XES.encode()))
    assert told(path, tmp_path, "concept:name", "case:concept:name", "time:timestamp") == EXPECTED


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><log>&b;</log>', "declares a document type"),
        ('<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>', "declares a document type"),
        ("<log>" + "<a>" * 80, "more than 64 deep"),
        ("<log><trace></log>", "no well-formed XML"),
        ("", "no well-formed XML"),
    ],
)
def test_xml_that_could_do_harm_or_is_broken_is_refused_with_its_line(content: str, why: str) -> None:
    with pytest.raises(errors.BadInput, match=f"a.xes:1: .*{why}"):
        list(xes.read(io.BytesIO(content.encode()), FileShape(), "a.xes").rows)


def log_json() -> str:
    return json.dumps(
        {"objectTypes": [], "eventTypes": [], "objects": OBJECTS, "events": EVENTS}, ensure_ascii=False
    )


def log_xml() -> str:
    def item(one: dict[str, Any], kind: str) -> Iterator[str]:
        time = f' time="{one["time"]}"' if "time" in one else ""
        yield f'<{kind} id="{one["id"]}" type="{one["type"]}"{time}><attributes>'
        for each in one["attributes"]:
            at = f' time="{each["time"]}"' if "time" in each else ""
            yield f'<attribute name="{each["name"]}"{at}>{each["value"]}</attribute>'
        yield "</attributes><objects>"
        for each in one.get("relationships", []):
            yield f'<relationship object-id="{each["objectId"]}" qualifier="{each["qualifier"]}"/>'
        yield f"</objects></{kind}>"

    events = "".join(part for one in EVENTS for part in item(one, "event"))
    objects = "".join(part for one in OBJECTS for part in item(one, "object"))
    return f"<log><events>{events}</events><objects>{objects}</objects></log>"


def log_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as made:
        made.executescript("""
            create table event(ocel_id, ocel_type); create table object(ocel_id, ocel_type);
            create table event_object(ocel_event_id, ocel_object_id, ocel_qualifier);
            create table event_map_type(ocel_type, ocel_type_map);
            create table object_map_type(ocel_type, ocel_type_map);
            create table event_filed(ocel_id, ocel_time, n); create table event_said(ocel_id, ocel_time);
            create table object_case(ocel_id, ocel_time, ocel_changed_field, procedure);
            insert into event_map_type values ('立案', 'filed'), ('宣判', 'said');
            insert into object_map_type values ('案件', 'case');""")
        made.execute("insert into object values (?, '案件')", (CASE,))
        for each in OBJECTS[0]["attributes"]:
            made.execute(
                "insert into object_case values (?, ?, null, ?)", (CASE, each["time"], each["value"])
            )  # type: ignore[index]
        for one, name in zip(EVENTS, ("filed", "said"), strict=True):
            made.execute("insert into event values (?, ?)", (one["id"], one["type"]))
            more = (2,) if name == "filed" else ()
            marks = ", ".join("?" * (2 + len(more)))
            made.execute(f"insert into event_{name} values ({marks})", (one["id"], one["time"], *more))
            made.execute("insert into event_object values (?, ?, '本案')", (one["id"], CASE))


def test_ocel_is_the_same_in_json_xml_and_sqlite(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(log_json(), "utf-8")
    (tmp_path / "a.xml").write_text(log_xml(), "utf-8")
    log_sqlite(tmp_path / "a.sqlite")
    tables = [
        ocel.read_json((tmp_path / "a.json").open("rb"), FileShape(), "a"),
        ocel.read_xml((tmp_path / "a.xml").open("rb"), FileShape(), "a"),
        ocel.read_sqlite(tmp_path / "a.sqlite"),
    ]
    cells = [[dict(row.cells) for row in table.rows] for table in tables]
    assert cells[0] == cells[1] == cells[2]
    assert cells[0][0] == {
        "n": "2", "event:id": "e1", "event:type": "立案", "event:time": "2019-05-02T01:10:00Z", "object:案件": CASE,
        "qualifier:本案": CASE, "object:案件:procedure": "summary",
    }  # fmt: skip
    assert cells[0][1]["object:案件:procedure"] == "ordinary"
    for name in ("a.json", "a.xml", "a.sqlite"):
        assert told(tmp_path / name, tmp_path, "event:type", "object:案件", "event:time") == EXPECTED


@pytest.mark.parametrize(
    "content", [b"[1]", b"{", b'{"events": [{"id": 1}], "objects": []}', b'{"objects": 5}']
)
def test_what_is_no_ocel_is_said(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(errors.BadInput, match=r"no OCEL 2\.0 file"):
        ocel.read_json(io.BytesIO(content), FileShape(), "a.json")
    (tmp_path / "a.sqlite").write_bytes(content)
    with pytest.raises(errors.BadInput, match=r"no OCEL 2\.0 file"):
        ocel.read_sqlite(tmp_path / "a.sqlite")


def test_a_view_in_a_foreign_database_is_never_asked(tmp_path: Path) -> None:
    log_sqlite(tmp_path / "a.sqlite")
    with sqlite3.connect(tmp_path / "a.sqlite") as made:
        made.executescript(
            "drop table event_said; create view event_said as select ocel_id, 1 as ocel_time from event;"
        )
    with pytest.raises(errors.BadInput, match="no table event_said"):
        ocel.read_sqlite(tmp_path / "a.sqlite")


def test_an_ocel_log_larger_than_is_read_whole_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_sqlite(tmp_path / "a.sqlite")
    monkeypatch.setattr(readers, "WHOLE_MOST", 100)
    with pytest.raises(errors.BadInput, match="more than 100 bytes"):
        ocel.read_json(io.BytesIO(log_json().encode()), FileShape(), "a")
    with pytest.raises(errors.BadInput, match="more than 100 bytes"):
        ocel.read_xml(io.BytesIO(log_xml().encode()), FileShape(), "a")
    with pytest.raises(errors.BadInput, match="more than 100 bytes"):
        ocel.read_sqlite(tmp_path / "a.sqlite")
