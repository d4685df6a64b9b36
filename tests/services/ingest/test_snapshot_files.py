"""Whole tables as files through the running service: CSV in GB18030, XLSX, XML, JSON and folders of documents tell the
same, and a sender that is killed sends again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from plumbline.store import courts, sources, tokens
from tests.services.ingest.conftest import TREE, furnish
from tests.services.ingest.test_process import ROOT, Process
from tests.services.ingest.test_readers import book, words

MAPPING = """
mapping: 1
source: ecourt
snapshot: {table: cases, key: "{案号}"}
classified: 密级
codes:
  closing: {判决: judgment, 调解: mediation}
events:
  - {type: case.filed, id: "{案号}/filed", subject: "{案号}", time: 立案日期}
  - {type: case.closed, when: 结案.日期, id: "{案号}/closed", subject: "{案号}", time: 结案.日期,
     data: {method: {column: 结案.方式, codes: closing}}}
"""
COLUMNS = ("案号", "立案日期", "结案.日期", "结案.方式", "密级")
TABLE = [
    ("（2019）吉2401民初1号", "2019-05-02", "2019-06-03", "判决", ""),
    ("(2019)吉2401民初2号", "2019-05-02", "", "", ""),
    ("（2019）吉2401民初3号", "2019-05-02", "2019-06-03", "和解", ""),
    ("（2019）吉2401民初4号", "2019-05-02", "", "", "秘密"),
]


def csv(path: Path, table: Sequence[tuple[str, ...]], charset: str = "utf-8") -> Path:
    path.write_bytes("\n".join(",".join(line) for line in [COLUMNS, *table]).encode(charset))
    return path


def gb18030(folder: Path, table: Sequence[tuple[str, ...]]) -> Path:
    return csv(folder / "g.csv", table, "gb18030")


def xlsx(folder: Path, table: Sequence[tuple[str, ...]]) -> Path:
    (folder / "t.xlsx").write_bytes(book(*(words(*line) for line in [COLUMNS, *table])).getvalue())
    return folder / "t.xlsx"


def element(line: tuple[str, ...]) -> str:
    return (
        f"<案件 编号='{line[0]}'><案号>{line[0]}</案号><立案日期>{line[1]}</立案日期>"
        f"<结案><日期>{line[2]}</日期><方式>{line[3]}</方式></结案><密级>{line[4]}</密级></案件>"
    )


def xml(folder: Path, table: Sequence[tuple[str, ...]]) -> Path:
    whole = "<?xml version='1.0' encoding='GBK'?><台账>" + "".join(map(element, table)) + "</台账>"
    (folder / "t.xml").write_bytes(whole.encode("gbk"))
    return folder / "t.xml"


def member(line: tuple[str, ...]) -> dict[str, object]:
    return {
        "案号": line[0],
        "立案日期": line[1],
        "结案": {"日期": line[2] or None, "方式": line[3] or None},
        "密级": line[4] or None,
    }


def listed(folder: Path, table: Sequence[tuple[str, ...]]) -> Path:
    (folder / "t.json").write_text(json.dumps([member(one) for one in table], ensure_ascii=False), "utf-8")
    return folder / "t.json"


def in_lines(folder: Path, table: Sequence[tuple[str, ...]]) -> Path:
    text = "\n".join(json.dumps(member(one), ensure_ascii=False) for one in table)
    (folder / "t.jsonl").write_text(text, "utf-8")
    return folder / "t.jsonl"


def documents(folder: Path, table: Sequence[tuple[str, ...]]) -> Path:
    cases = folder / "cases"
    shutil.rmtree(cases, ignore_errors=True)
    cases.mkdir()
    for place, line in enumerate(table):
        if place % 2:
            (cases / f"{place}.json").write_text(json.dumps(member(line), ensure_ascii=False), "utf-8")
        else:
            (cases / f"{place}.xml").write_text(element(line), "utf-8")
    return cases


@pytest.fixture
def sent(database: str, tmp_path: Path) -> Iterator[tuple[Process, str]]:
    keys = furnish(database)
    (tmp_path / "map.yaml").write_text(MAPPING, "utf-8")
    process = Process(database, tmp_path / "state")
    yield process, keys["feeder"]
    process.end()


def command(process: Process, *said: str) -> list[str]:
    return [
        sys.executable, "-m", "services.command", "ingest", *said, "--snapshot", "--url", process.url,
    ]  # fmt: skip


def ingest(process: Process, key: str, *said: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(process, *said), cwd=ROOT, env={**process.environment, "PLUMBLINE_TOKEN": key},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def ids(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        return [row[0] for row in connection.execute("SELECT event_id FROM event ORDER BY event_id")]


def test_every_format_tells_the_same_and_the_next_adds_nothing(
    sent: tuple[Process, str], database: str, tmp_path: Path
) -> None:
    process, key = sent
    mapping = ("--mapping", str(tmp_path / "map.yaml"))
    first = ingest(
        process, key, str(csv(tmp_path / "t.csv", TABLE)), *mapping, "--taken-at", "2026-11-01T02:00:00+08:00"
    )
    assert first.returncode == 1, first.stderr
    assert "4 accepted, 0 duplicates, 1 refused" in first.stdout
    assert "4 rows, 3 new, 0 changed, 0 unchanged" in first.stdout
    assert "1 rows are classified and were not told" in first.stdout
    assert "to be mapped: map.yaml codes.closing: 结案.方式 = 和解 (1 times)" in first.stdout
    expected = [f"（2019）吉2401民初{end}" for end in ("1号/closed", "1号/filed", "2号/filed", "3号/filed")]
    assert ids(database) == expected
    makers: tuple[tuple[Callable[[Path, Sequence[tuple[str, ...]]], Path], tuple[str, ...]], ...] = (
        (gb18030, ("--charset", "gb18030")), (xlsx, ()), (xml, ()), (listed, ()), (in_lines, ()), (documents, ()),
    )  # fmt: skip
    for day, (make, more) in enumerate(makers, 2):
        taken = f"2026-11-{day:02}T02:00:00+08:00"
        path = make(tmp_path, TABLE)
        again = ingest(process, key, str(path), *mapping, *more, "--taken-at", taken)
        assert "0 accepted, 0 duplicates, 1 refused" in again.stdout, (make, again.stdout, again.stderr)
        assert "\n  closed\n" in again.stdout
    assert ids(database) == expected
    with psycopg.connect(database) as connection:
        kept = connection.execute("SELECT reason, times FROM quarantine").fetchall()
        keys = connection.execute("SELECT key FROM snapshot_row").fetchall()
    assert kept == [("unmapped_code", 7)]
    assert not [one for (one,) in keys if "4号" in one]


def test_one_document_a_case_is_a_part_and_a_damaged_one_is_no_vanished_case(
    sent: tuple[Process, str], database: str, tmp_path: Path
) -> None:
    process, key = sent
    mapping = ("--mapping", str(tmp_path / "map.yaml"))
    plain = [line for line in TABLE if line[3] != "和解"]
    ingest(process, key, str(csv(tmp_path / "t.csv", plain)), *mapping, "--taken-at", "2026-11-01T02:00:00Z")
    cases = documents(tmp_path, [(*plain[0][:2], "2019-06-04", "调解", "")])
    (cases / "z.xml").write_text("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "utf-8")
    part = ingest(process, key, str(cases), *mapping, "--partial")
    assert part.returncode == 1, part.stderr
    assert "1 accepted, 0 duplicates, 1 refused" in part.stdout
    assert "z.xml:0: not_an_object" in part.stdout
    assert "1 corrected" in part.stdout
    assert "closed" in part.stdout
    whole = ingest(process, key, str(cases), *mapping)
    assert "SUSPECT (rows_unreadable): 1 rows" in whole.stdout or "SUSPECT" in whole.stdout


def test_a_sender_that_is_killed_sends_again_and_the_books_are_the_same(
    sent: tuple[Process, str], database: str, tmp_path: Path
) -> None:
    process, key = sent
    table = [(f"（2019）吉2401民初{n}号", "2019-05-02", "2019-06-03", "判决", "") for n in range(1, 6_001)]
    path = csv(tmp_path / "t.csv", table)
    said = (str(path), "--mapping", str(tmp_path / "map.yaml"))
    child = subprocess.Popen(
        command(process, *said), cwd=ROOT, env={**process.environment, "PLUMBLINE_TOKEN": key},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with psycopg.connect(database, autocommit=True) as connection:
        while not connection.execute("SELECT 1 FROM event LIMIT 1").fetchone():
            assert child.poll() is None
    child.kill()
    child.wait()
    again = ingest(process, key, *said)
    assert again.returncode == 0, again.stderr
    assert "6,000 rows" in again.stdout
    assert len(ids(database)) == 12_000
    third = ingest(process, key, *said)
    assert "0 accepted" in third.stdout
    assert "6,000 unchanged" in third.stdout


def test_what_cannot_be_sent_as_a_table_is_said_before_anything_is(
    sent: tuple[Process, str], tmp_path: Path
) -> None:
    process, key = sent
    path = csv(tmp_path / "t.csv", TABLE)
    (tmp_path / "bare.yaml").write_text(
        MAPPING.replace('snapshot: {table: cases, key: "{案号}"}', ""), "utf-8"
    )
    bare = ingest(process, key, str(path), "--mapping", str(tmp_path / "bare.yaml"))
    assert "snapshot: {table: cases" in bare.stderr.replace("\n", "")
    when = ingest(process, key, str(path), "--mapping", str(tmp_path / "map.yaml"), "--taken-at", "yesterday")
    assert "no moment with an offset" in when.stderr
    assert bare.returncode == when.returncode == 1


def test_two_nights_of_the_sample_are_told_as_the_how_to_says(
    sent: tuple[Process, str], database: str
) -> None:
    process, _ = sent
    with psycopg.connect(database) as connection:
        invented = [replace(one, code=one.code.replace("吉", "示"), status="invented") for one in TREE]
        invented = [replace(one, parent=one.parent and one.parent.replace("吉", "示")) for one in invented]
        courts.load_courts(connection, [one for one in invented if one.code != "示03"], pack="sample")
        sources.add_source(connection, sources.Source("sample-snapshots", "示例", ("示",)))
        key = tokens.create_token(connection, "sample", "feeder", ["示"], ["sample-snapshots"])
    sample = ROOT / "samples" / "snapshots"
    mapping = ("--mapping", str(sample / "cases.mapping.yaml"))
    first = ingest(
        process, key, str(sample / "cases-night-1.csv"), *mapping, "--taken-at", "2026-05-11T02:00:00+08:00"
    )
    assert "4 rows, 4 new, 0 changed, 0 unchanged" in first.stdout, first.stdout + first.stderr
    assert "6 events told, 0 corrected, 0 retracted, 0 known already" in first.stdout
    second = ingest(
        process, key, str(sample / "cases-night-2.csv"), *mapping, "--taken-at", "2026-05-12T02:00:00+08:00"
    )
    assert "4 rows, 1 new, 3 changed, 0 unchanged" in second.stdout
    assert "2 events told, 1 corrected, 1 retracted, 0 known already" in second.stdout
    assert "closed: 1 rows of earlier tables are not in it" in second.stdout
