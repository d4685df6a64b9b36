"""`plumbline conform`: every sample is whole, and a dirty file is told rule by rule, literally; nothing is sent."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from plumbline import errors, mapping_files, refusal_words, refusals
from services import command
from services.commands import feeds
from services.ingest import intake

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
MAPPING = SAMPLES / "files" / "cases.mapping.yaml"
TYPES = ("民初", "刑初", "行初", "民终", "民申", "民再", "执", "执恢", "信访", "督办")
HEADER = (SAMPLES / "files" / "cases.csv").read_text("utf-8").splitlines()[0]
GOOD = "（2026）示2401民初31号,2026年3月5日,09:10,简易程序,离婚,80000.50,2,,,J017,2026年3月6日,,,1"
WHOLE = {
    name: {"broken": 0, "score": "100.00"}
    for name in ("shape", "vocabulary", "time", "subject", "code", "links", "order")
}


def run(*words: str) -> Result:
    return CliRunner().invoke(command.line_for(["conform"]), ["conform", *words])


def answer(*words: str) -> dict[str, Any]:
    found = run(*words, "--json")
    assert found.stdout, found.output
    return dict(json.loads(found.stdout))


def broken(found: dict[str, Any]) -> dict[str, int]:
    return {name: each["broken"] for name, each in found["classes"].items() if each["broken"]}


def table(tmp_path: Path, *rows: str) -> str:
    path = tmp_path / "rows.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    return str(path)


def row(number: str, **changes: str) -> str:
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
    return ",".join({**cells, "案号": number, **changes}.values())


def test_there_is_a_sample_message_for_every_case_type_and_no_other() -> None:
    assert sorted(path.stem for path in (SAMPLES / "messages").glob("*.ndjson")) == sorted(TYPES)


@pytest.mark.parametrize("name", TYPES)
def test_every_sample_message_is_whole(name: str) -> None:
    path = SAMPLES / "messages" / f"{name}.ndjson"
    found = run(str(path))
    assert found.exit_code == 0, found.output
    told = answer(str(path))
    assert (told["records"], told["accepted"], told["score"], told["unknown_fields"]) == (1, 1, "100.00", 0)
    assert told["classes"] == WHOLE


def test_the_sample_messages_together_are_whole_and_say_their_case_types(tmp_path: Path) -> None:
    path = tmp_path / "all.ndjson"
    path.write_bytes(b"".join((SAMPLES / "messages" / f"{name}.ndjson").read_bytes() for name in TYPES))
    assert answer(str(path))["accepted"] == 10
    for name in TYPES[:8]:
        assert (
            f"{name}" in json.loads((SAMPLES / "messages" / f"{name}.ndjson").read_text("utf-8"))["subject"]
        )


def test_the_sample_table_and_its_twin_are_whole_and_tell_the_same_rows() -> None:
    plain = answer(str(SAMPLES / "files" / "cases.csv"), "--mapping", str(MAPPING), "--rows")
    twin = answer(
        str(SAMPLES / "files" / "cases.gb18030.csv"),
        "--mapping",
        str(MAPPING),
        "--charset",
        "gb18030",
        "--rows",
    )
    assert (plain["records"], plain["accepted"], plain["classes"]) == (10, 10, WHOLE)
    assert plain["rows"] == twin["rows"]
    assert [one["id"] for one in plain["rows"]][5] == "（2026）示2401刑初9号/filed"


def test_the_wrong_charset_is_said_before_any_row() -> None:
    found = run(str(SAMPLES / "files" / "cases.gb18030.csv"), "--mapping", str(MAPPING))
    assert found.exit_code == 1
    assert "is no utf-8 text" in str(found.exception)
    assert "--charset" in str(found.exception)


def test_a_dirty_table_is_told_class_by_class(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        GOOD,
        GOOD,
        row("（2026）示2401民初41号") + ",one cell too many",
        row("（2026）示2401民初42号", 结案日期="2026年4月1日"),
        row("（2026）示2401民初43号", 立案日期="2026年13月5日"),
        row("（2026）示2401民初44号", 立案日期="2190年3月5日"),
        row("没有案号"),
        row("（2026）津9999民初1号"),
        row("（2026）示24民终2号"),
        row("（2026）示2401民初45号", 适用程序="速审", 承办人编号=""),
        row("（2026）示2401民初46号", 原审案号="甲"),
        GOOD.replace("离婚", "盗窃"),
        row("（2026）示2401民初47号", 密级="秘密"),
        row("（2026）示2401民初48号", 当事人数="两人", 承办人编号=""),
    )
    found = answer(path, "--mapping", str(MAPPING), "--courts", "示2401")
    assert broken(found) == {
        "shape": 1,
        "vocabulary": 1,
        "time": 2,
        "subject": 7,
        "code": 1,
        "links": 1,
        "order": 1,
    }
    assert found["reasons"] == {
        "bad_link": 1, "bad_subject": 2, "bad_time": 1, "classified": 1, "conflict": 1, "from_the_future": 1,
        "missing_field": 1, "not_an_object": 1, "not_your_court": 2, "unknown_court": 2, "unmapped_code": 1,
    }  # fmt: skip
    assert (found["records"], found["accepted"], found["duplicates"], found["refused"]) == (25, 8, 3, 14)
    assert found["score"] == "44.00"
    assert found["classes"]["subject"] == {"broken": 7, "score": "72.00"}
    assert found["unknown_fields"] == 1
    assert found["worklist"] == [
        {
            "codes": "cases.mapping.yaml codes.procedure",
            "column": "适用程序",
            "value": "速审",
            "times": 1,
            "line": 11,
        }
    ]
    secret = next(one for one in found["refusals"] if one["outcome"] == "classified")
    assert secret["id"] is None
    assert "47" not in json.dumps(secret, ensure_ascii=False)


def test_dirty_lines_of_events_are_told_class_by_class(tmp_path: Path) -> None:
    good = json.loads((SAMPLES / "messages" / "民初.ndjson").read_text("utf-8"))
    told = [
        good,
        {**good, "id": "a", "type": "case.closd"},
        {**good, "id": "b", "data": {"prodecure": "summary"}},
        {**good, "id": "c", "sequence": "first"},
        {**good, "id": "d", "source": "another"},
        {**good, "id": "e", "time": "2026-03-02"},
        {**good, "id": "f", "replaces": "sample-1", "revision": 1},
        {**good, "id": "g", "replaces": "f", "revision": 2},
        {**good, "id": "h", "data": {"links": [{"role": "cousin", "subject": good["subject"]}]}},
    ]
    path = tmp_path / "dirty.ndjson"
    lines = [json.dumps(one, ensure_ascii=False) for one in told] + ['{"id": 1, "id": 2}', "{", "[1]"]
    path.write_text("\n".join(lines), "utf-8")
    found = answer(str(path), "--source", "sample-ecourt")
    assert broken(found) == {"shape": 3, "vocabulary": 2, "time": 1, "subject": 1, "links": 1, "order": 2}
    assert found["accepted"] == 2
    assert [(one["line"], one["outcome"]) for one in found["refusals"]] == [
        (2, "unknown_type"), (3, "unknown_field"), (4, "out_of_range"), (5, "not_your_source"), (6, "bad_time"),
        (8, "replaces_a_correction"), (9, "bad_link"), (10, "duplicate_key"), (11, "not_json"), (12, "not_an_object"),
    ]  # fmt: skip


def test_the_answer_is_in_chinese_or_english_and_one_when_something_would_be_refused(tmp_path: Path) -> None:
    path = table(tmp_path, GOOD, row("（2026）示2401民初45号", 适用程序="速审"))
    zh = run(path, "--mapping", str(MAPPING))
    assert zh.exit_code == 1
    assert "第 3 行: unmapped_code 代码未映射" in zh.stdout
    assert (
        "待映射代码: cases.mapping.yaml codes.procedure: 适用程序 = 速审 (1 次，首见于第 3 行)" in zh.stdout
    )
    assert "75.00 %  代码" in zh.stdout
    en = run(path, "--mapping", str(MAPPING), "--lang", "en")
    assert "line 3: unmapped_code a code nobody has mapped" in en.stdout
    assert "75.00 %  in all" in en.stdout
    assert en.stdout.strip().endswith("Result: some records would be refused; see above.")


def test_it_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLUMBLINE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert run(str(SAMPLES / "files" / "cases.csv"), "--mapping", str(MAPPING)).exit_code == 0
    assert os.listdir(tmp_path) == []


def test_an_empty_file_does_not_conform(tmp_path: Path) -> None:
    assert run(table(tmp_path), "--mapping", str(MAPPING)).exit_code == 1


@pytest.mark.parametrize("left", [10, 60, 300])
def test_a_packed_file_that_is_not_whole_is_said_wherever_it_breaks(tmp_path: Path, left: int) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress((SAMPLES / "files" / "cases.csv").read_bytes())[:left])
    found = run(str(path), "--mapping", str(MAPPING))
    assert found.exit_code == 1
    assert isinstance(found.exception, errors.BadInput)
    assert "is damaged" in str(found.exception)


def test_a_table_without_a_mapping_is_told_what_is_missing() -> None:
    found = run(str(SAMPLES / "files" / "cases.csv"))
    assert "Give --mapping FILE" in str(found.exception)


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(refusal_words.REASONS) == refusals.REASONS | {"not_translated"}
    assert all(all(said) for said in refusal_words.REASONS.values())


def test_the_how_to_works_from_its_text_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (SAMPLES.parent / "docs" / "how-to" / "send-files.md").read_text("utf-8")
    csv, mapping, command_line, whole, dirty = (
        next(iter(re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)[place : place + 1]))
        for kind, place in (("csv", 0), ("yaml", 0), ("sh", 0), ("text", 0), ("text", 1))
    )
    monkeypatch.chdir(tmp_path)
    Path("cases.csv").write_text(csv, "utf-8")
    Path("cases.yaml").write_text(mapping, "utf-8")
    words = command_line.split()
    assert words[:2] == ["plumbline", "conform"]
    assert run(*words[2:]).stdout == whole
    Path("cases.csv").write_text(csv.replace("调解", "和解"), "utf-8")
    again = run(*words[2:-1])
    assert again.exit_code == 1
    assert again.stdout.startswith(dirty)


def test_the_command_line_and_the_mapping_language_name_the_formats_that_are_read() -> None:
    assert {one.value for one in feeds.Format} == set(intake.FORMATS)
    assert set(mapping_files.FORMATS) == set(intake.FORMATS) - set(intake.PLAIN)
    assert {one.value for one in feeds.Charset} == set(mapping_files.CHARSETS)
