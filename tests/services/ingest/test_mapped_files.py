"""Files by a mapping through the running service: stored once, whatever their charset, with refusals and worklist."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.services.ingest.conftest import furnish
from tests.services.ingest.test_process import ROOT, Process

MAPPING = """
mapping: 1
source: ecourt
codes:
  closing: {判决: judgment, 调解: mediation}
events:
  - {type: case.filed, id: "{案号}/filed", subject: "{案号}", time: 立案日期}
  - {type: case.closed, when: 结案日期, id: "{案号}/closed", subject: "{案号}", time: 结案日期,
     data: {method: {column: 结案方式, codes: closing}}}
"""
ROWS = """案号,立案日期,结案日期,结案方式
（2019）吉2401民初1号,2019-05-02,2019-06-03,判决
(2019)吉2401民初2号,2019-05-02,,
（2019）吉2401民初3号,2019-05-02,2019-06-03,和解
（2019）吉0301民初4号,2019-05-02,,
"""


@pytest.fixture
def sent(database: str, tmp_path: Path) -> Iterator[tuple[Process, str]]:
    keys = furnish(database)
    process = Process(database, tmp_path / "state")
    yield process, keys["feeder"]
    process.end()


def ingest(process: Process, key: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.command", "ingest", *words, "--url", process.url],
        cwd=ROOT, env={**process.environment, "PLUMBLINE_TOKEN": key}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_table_and_its_twin_are_stored_once_and_what_is_refused_is_said(
    sent: tuple[Process, str], database: str, tmp_path: Path
) -> None:
    process, key = sent
    (tmp_path / "map.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "a.csv").write_bytes(ROWS.encode())
    (tmp_path / "b.csv").write_bytes(ROWS.encode("gb18030"))
    mapping = ("--mapping", str(tmp_path / "map.yaml"))
    report = tmp_path / "refused.jsonl"

    first = ingest(process, key, str(tmp_path / "a.csv"), *mapping, "--report", str(report))
    assert first.returncode == 1, first.stderr
    assert "4 accepted, 0 duplicates, 2 refused" in first.stdout
    assert "to be mapped: map.yaml codes.closing: 结案方式 = 和解 (1 times)" in first.stdout
    told = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    assert [(one["line"], one["reason"]) for one in told] == [(4, "unmapped_code"), (5, "unknown_court")]

    twin = ingest(process, key, str(tmp_path / "b.csv"), *mapping, "--charset", "gb18030")
    assert "0 accepted, 4 duplicates, 2 refused" in twin.stdout
    with psycopg.connect(database) as connection:
        stored = connection.execute("SELECT event_id FROM event ORDER BY event_id").fetchall()
        held = connection.execute(
            "SELECT q.reason, q.event_id, q.times, w.map, w.field, w.word FROM quarantine q"
            " JOIN unmapped_word w ON w.quarantine = q.id"
        ).fetchall()
    assert "1 of them wait in quarantine for a code" in first.stdout
    key = "（2019）吉2401民初3号/closed"
    assert held == [("unmapped_code", key, 2, "map.yaml codes.closing", "case.closed.method", "和解")]
    assert [row[0] for row in stored] == [
        "（2019）吉2401民初1号/closed",
        "（2019）吉2401民初1号/filed",
        "（2019）吉2401民初2号/filed",
        "（2019）吉2401民初3号/filed",
    ]
    assert os.path.exists(report)


def test_a_mapping_takes_the_map_of_a_pack_by_its_name(
    sent: tuple[Process, str], database: str, tmp_path: Path
) -> None:
    process, key = sent
    mapping = MAPPING.replace("{判决: judgment, 调解: mediation}", "court-core.closing_methods")
    (tmp_path / "map.yaml").write_text(mapping, "utf-8")
    (tmp_path / "a.csv").write_bytes(ROWS.encode())
    told = ingest(process, key, str(tmp_path / "a.csv"), "--mapping", str(tmp_path / "map.yaml"))
    assert "to be mapped: court-core.closing_methods: 结案方式 = 和解" in told.stdout, told.stderr
    with psycopg.connect(database) as connection:
        stored = connection.execute("SELECT data FROM event WHERE type = 'case.closed'").fetchall()
    assert stored == [({"method": "judgment"},)]
    (tmp_path / "map.yaml").write_text(mapping.replace("closing_methods", "closing_method"), "utf-8")
    told = ingest(process, key, str(tmp_path / "a.csv"), "--mapping", str(tmp_path / "map.yaml"))
    assert told.returncode
    for part in ("map.yaml", "court-core has no code map closing_method", "closing_methods"):
        assert part in told.stderr
