"""Mapping files: what one may say, what each fault is told with, and what a row becomes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from plumbline import errors, mapping_files
from plumbline.mappings import Cell, Row, TableMapping, Told
from plumbline.vocabulary import Vocabulary

CASE = "（2019）吉2401民初1号"
HEAD = "mapping: 1\nsource: ecourt\n"
FILED = 'events:\n  - {type: case.filed, id: "{案号}/filed", subject: "{案号}", time: %s, data: {%s}}\n'


def read(tmp_path: Path, text: str) -> TableMapping:
    path = tmp_path / "m.yaml"
    path.write_text(text, "utf-8")
    return mapping_files.read(path, Vocabulary.shipped())


def tell(tmp_path: Path, text: str, **cells: Cell) -> list[Told]:
    return list(read(tmp_path, text).translate([Row(2, {"案号": CASE, **cells})]))


def record(tmp_path: Path, text: str, **cells: Cell) -> dict[str, Any]:
    (one,) = tell(tmp_path, text, **cells)
    assert one.record is not None, one
    return one.record


def moment(tmp_path: Path, time: str, **cells: Cell) -> Any:
    return record(tmp_path, HEAD + FILED % (time, ""), **cells).get("time")


def datum(tmp_path: Path, field: str, cell: Cell, head: str = HEAD) -> Any:
    name = field.partition(":")[0]
    return record(tmp_path, head + FILED % ("日", field), 日=date(2019, 5, 2), 列=cell)["data"].get(name)


@pytest.mark.parametrize(
    ("text", "line", "what", "instead"),
    [
        (HEAD + "event: []\nevents: [1]\n", 3, "event is not known here", "Write `events`"),
        (HEAD, 1, "events is missing here", "Write events: …"),
        ("mapping: 2\nevents: [1]\n", 1, "edition", "Write mapping: 1"),
        (HEAD + "events:\n  - {type: case.fild, id: a, subject: b, time: c}\n", 4, "case.fild", "Write `case.filed`"),
        (HEAD + FILED % ("日", "prodecure: ordinary"), 4, "no field prodecure", "Write `procedure`"),
        (HEAD + FILED % ("日", "procedure: ordinry"), 4, "ordinry is not known", "Write `ordinary`"),
        (HEAD + FILED % ("日", "amount: {column: 标的}"), 4, "its unit is not said", "yuan"),
        (HEAD + FILED % ("日", "tags: {column: 标签}"), 4, "what parts it is not said", "split"),
        (HEAD + FILED % ("日", "parties: {column: 人数, unit: yuan}"), 4, "unit says nothing", "Leave it out"),
        (HEAD + FILED % ("日", "parties: two"), 4, "parties is a whole number", "Write digits"),
        (HEAD + FILED % ("日", "cause: {column: 案由, codes: causes}"), 4, "no code map causes",
         "Add causes: {value: code}"),
        (HEAD + FILED % ("{column: 日, format: '%m/%d'}", ""), 4, "names no year", "iso"),
        (HEAD + FILED % ("{column: 日, zone: Asia/Beijing}", ""), 4, "no time zone", "Asia/Shanghai"),
        (HEAD + "zone: 北京\n" + FILED % ("日", ""), 3, "no time zone", "Asia/Shanghai"),
        (HEAD + "file: {charset: gbk}\n" + FILED % ("日", ""), 3, "gbk is not known", "`gb18030`"),
        (HEAD + "file: {header: 0}\n" + FILED % ("日", ""), 3, "header is no line", "counted from 1"),
        (HEAD + "events:\n  - {type: case.filed, id: fixed, subject: x, time: t}\n", 4, "holds no column", "/filed"),
        (HEAD + "events:\n  - {type: case.filed, id: '{a', subject: x, time: t}\n", 4, "no template", "braces"),
        (HEAD + "events:\n  - {type: case.closed, id: '{a}', subject: '{a}', time: t}\n", 4, "needs the field method",
         "Write method: under data"),
        (HEAD + "codes: {p: {普通: ordinry}}\n" + FILED % ("日", "procedure: {column: 程序, codes: p}"), 5,
         "maps 普通 to ordinry", "Write `ordinary`"),
        (HEAD + "codes: {p: {普通: ordinary, 普通: summary}}\nevents: [1]\n", 3, "普通 stands twice", "Keep one"),
        (HEAD + "events:\n  - type: case.filed\n    id: '{a}'\n    subject: '{a}'\n    time: t\n    links:\n"
         "      - {role: apealed, subject: '{b}'}\n", 9, "apealed", "Write `appealed`"),
        (HEAD + "events: [\n", 4, "no YAML", "quotes"),
        (HEAD + FILED % ("日", "") + "  - {type: case.archived, id: '{案号}/filed', subject: '{案号}', time: 日}\n", 5,
         "same id", "word of its own"),
    ],
)  # fmt: skip
def test_a_fault_names_its_file_its_line_what_and_what_instead(
    tmp_path: Path, text: str, line: int, what: str, instead: str
) -> None:
    with pytest.raises(errors.BadDefinition) as found:
        read(tmp_path, text)
    assert (found.value.file, found.value.line) == ("m.yaml", line), str(found.value)
    assert what in found.value.what
    assert instead in found.value.next


def test_a_fault_in_a_file_of_codes_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("判决: judgment\n判决: ruling\n", "utf-8")
    with pytest.raises(errors.BadDefinition) as found:
        read(tmp_path, HEAD + "codes: {c: c.yaml}\n" + FILED % ("日", ""))
    assert (found.value.file, found.value.line) == ("c.yaml", 2)


def test_a_naive_time_is_local_and_one_with_an_offset_is_its_own(tmp_path: Path) -> None:
    assert moment(tmp_path, "日", 日="2019-05-02") == "2019-05-02T00:00:00+08:00"
    assert moment(tmp_path, "日", 日="2019-05-02 09:10") == "2019-05-02T09:10:00+08:00"
    assert moment(tmp_path, "日", 日="2019-05-02T09:10:00Z") == "2019-05-02T09:10:00+00:00"
    assert (
        moment(tmp_path, "{column: 日, zone: America/Sao_Paulo}", 日="2019-05-02")
        == "2019-05-02T00:00:00-03:00"
    )
    assert moment(tmp_path, "日", 日=datetime(2019, 5, 2, 9, 10)) == "2019-05-02T09:10:00+08:00"
    assert (
        moment(tmp_path, "日", 日="1900-05-02") == "1900-05-01T15:54:17+00:00"
    )  # local mean time has seconds


def test_a_time_may_stand_in_two_columns_and_in_several_formats(tmp_path: Path) -> None:
    time = '{column: [日, 时], format: ["%Y年%m月%d日 %H:%M", "%Y年%m月%d日"]}'
    assert moment(tmp_path, time, 日="2019年5月2日", 时="9:05") == "2019-05-02T09:05:00+08:00"
    assert moment(tmp_path, time, 日="2019年5月2日", 时="") == "2019-05-02T00:00:00+08:00"
    assert moment(tmp_path, time, 日=date(2019, 5, 2), 时="09:05") == "2019-05-02T09:05:00+08:00"


def test_a_time_of_no_format_goes_to_the_door_as_it_stood(tmp_path: Path) -> None:
    assert moment(tmp_path, "日", 日="5/2/2019") == "5/2/2019"
    assert moment(tmp_path, "日", 日="2019-02-30") == "2019-02-30"
    assert moment(tmp_path, "日", 日="") is None


@pytest.mark.parametrize(
    ("unit", "text", "fen"),
    [
        ("yuan", "80,000.50", 8_000_050), ("yuan", "0.1", 10), ("yuan", "-3", -300), ("yuan", "1.50000", 150),
        ("wan_yuan", "12.3456", 12_345_600), ("wan_yuan", "0.000001", 1), ("fen", "7", 7),
        ("yuan", "1.005", "1.005"), ("fen", "7.5", "7.5"), ("yuan", "八万", "八万"), ("yuan", "1e3", "1e3"),
    ],
)  # fmt: skip
def test_money_is_exact_in_fen_and_what_is_no_money_stays_for_the_door(
    tmp_path: Path, unit: str, text: str, fen: int | str
) -> None:
    assert datum(tmp_path, f"amount: {{column: 列, unit: {unit}}}", text) == fen


def test_numbers_flags_days_and_lists_are_read_by_the_vocabularys_types(tmp_path: Path) -> None:
    assert datum(tmp_path, "parties: {column: 列}", "1,002") == 1002
    assert datum(tmp_path, "parties: {column: 列}", "两") == "两"
    assert datum(tmp_path, "parties: {column: 列}", " ") is None
    assert datum(tmp_path, "detained: true", "") is True
    head = HEAD + "codes: {yes: {是: 'true', 否: 'false'}, tag: {涉外: foreign, 涉企: enterprise}}\n"
    assert datum(tmp_path, "detained: {column: 列, codes: yes}", "否", head) is False
    assert datum(tmp_path, "tags: {column: 列, codes: tag, split: 、}", "涉外、涉企", head) == [
        "foreign",
        "enterprise",
    ]
    told = record(
        tmp_path,
        HEAD
        + "events:\n  - {type: hearing.scheduled, id: '{案号}', subject: '{案号}', time: 日, data: {'on': "
        "{column: 列, format: '%Y/%m/%d'}}}\n",
        日="2019-05-02",
        列="2019/6/3",
    )
    assert told["data"] == {"on": "2019-06-03"}


def test_a_word_nobody_has_mapped_refuses_the_event_and_says_where_to_map_it(tmp_path: Path) -> None:
    text = HEAD + "codes: {p: {普通: ordinary}}\n" + FILED % ("日", "procedure: {column: 列, codes: p}")
    (one,) = tell(tmp_path, text, 日="2019-05-02", 列="速审")
    assert one.record is None
    assert one.refusal is not None
    assert (one.refusal.reason, one.refusal.pointer) == ("unmapped_code", "/data/procedure")
    assert one.unmapped is not None
    assert (one.unmapped.codes, one.unmapped.column, one.unmapped.value) == ("m.yaml codes.p", "列", "速审")


def test_a_closed_list_without_a_map_takes_its_own_words_only(tmp_path: Path) -> None:
    assert datum(tmp_path, "procedure: {column: 列}", "summary") == "summary"
    (one,) = tell(tmp_path, HEAD + FILED % ("日", "procedure: {column: 列}"), 日="2019-05-02", 列="简易")
    assert one.unmapped is not None


def test_conditions_links_sequence_and_corrections_are_told(tmp_path: Path) -> None:
    text = HEAD + (
        "events:\n"
        "  - type: case.filed\n    when: {状态: [立案, 更正]}\n    id: '{案号}/{版本}'\n    subject: '{案号}'\n    time: 日\n"
        "    sequence: 序\n    replaces: '{原号}'\n    revision: 版本\n    captured: hand\n    recordedtime: 录入\n"
        "    links:\n      - {role: appealed, subject: '{原审}'}\n      - {role: dispute, subject: 'dispute:{纠纷}'}\n"
    )
    assert tell(tmp_path, text, 状态="草稿") == []
    told = record(
        tmp_path, text, 状态="更正", 版本="2", 日="2019-05-02", 序="9", 原号="x", 录入="2019-05-03", 纠纷="d1"
    )
    assert told == {
        "specversion": "1.0", "id": f"{CASE}/2", "source": "ecourt", "type": "case.filed", "subject": CASE,
        "time": "2019-05-02T00:00:00+08:00", "recordedtime": "2019-05-03T00:00:00+08:00", "sequence": "9",
        "replaces": "x", "captured": "hand", "revision": 2,
        "data": {"links": [{"role": "dispute", "subject": "dispute:d1"}]},
    }  # fmt: skip


def test_an_id_is_the_same_however_the_number_is_spelled(tmp_path: Path) -> None:
    text = HEAD + FILED % ("日", "")
    assert record(tmp_path, text, 案号="(2019)吉2401民初1号", 日="2019-05-02")["id"] == f"{CASE}/filed"


def test_of_a_classified_row_nothing_is_told_but_its_line(tmp_path: Path) -> None:
    text = HEAD + "classified: {密级: [秘密, 机密]}\n" + FILED % ("日", "")
    (one,) = tell(tmp_path, text, 日="2019-05-02", 密级="秘密")
    assert one.refusal is not None
    assert (one.refusal.reason, one.key, one.record) == ("classified", "", None)
    assert CASE not in repr(one)
    assert record(tmp_path, text, 日="2019-05-02", 密级="公开")["subject"] == CASE


def test_a_column_the_file_lacks_is_named_with_the_nearest(tmp_path: Path) -> None:
    mapping = read(tmp_path, HEAD + FILED % ("立案日期", ""))
    mapping.check_header(["案号", "立案日期", "更多"], "a.csv")
    with pytest.raises(errors.BadInput, match=r"no column 立案日期.*Is 立案日 meant"):
        mapping.check_header(["案号", "立案日"], "a.csv")
