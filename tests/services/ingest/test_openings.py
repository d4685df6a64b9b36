"""`plumbline ingest --opening`: cases pending at go-live come in marked, the others are refused in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from plumbline import errors
from plumbline.opening_files import read_stated
from tests.services.ingest.conftest import furnish
from tests.services.ingest.test_mapped_files import MAPPING, ingest
from tests.services.ingest.test_process import Process

ROWS = """案号,立案日期,结案日期,结案方式
（2018）吉2401民初1号,2018-05-02,,
(2018)吉2401民初2号,2018-06-02,2019-02-03,判决
（2018）吉2401民初3号,2018-07-02,2018-12-31,判决
（2019）吉2401民初4号,2019-01-01,,
（2018）吉2401民初5号,2018-08-02,2019-01-01,调解
"""
STATED = "court,category,stated\n吉2401,civil,3\n吉2401,enforcement,0\n"
DAY = "2019-01-01"


@pytest.fixture
def sent(database: str, tmp_path: Path) -> Iterator[tuple[Process, str]]:
    keys = furnish(database)
    process = Process(database, tmp_path / "state")
    (tmp_path / "map.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "a.csv").write_text(ROWS, "utf-8")
    (tmp_path / "stated.csv").write_text(STATED, "utf-8")
    yield process, keys["feeder"]
    process.end()


def kept(dsn: str, text: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(text).fetchall()  # type: ignore[call-overload, no-any-return]  # text of this file


def test_pending_cases_come_in_with_their_own_dates_and_the_mark(
    sent: tuple[Process, str], database: str, tmp_path: Path
) -> None:
    process, key = sent
    report = tmp_path / "refused.jsonl"
    words = (
        str(tmp_path / "a.csv"), "--mapping", str(tmp_path / "map.yaml"), "--opening", DAY,
        "--stated", str(tmp_path / "stated.csv"), "--report", str(report),
    )  # fmt: skip
    done = ingest(process, key, *words)
    assert done.returncode == 1, done.stderr
    assert "5 accepted, 0 duplicates, 3 refused" in done.stdout
    assert "吉2401: 3 stated for 2019-01-01" in done.stdout
    found = kept(
        database, "SELECT subject, data ->> 'opening_stock' FROM event WHERE type = 'case.filed' ORDER BY 1"
    )
    assert [(str(row[0])[6:], row[1]) for row in found] == [
        ("吉2401民初1号", "true"), ("吉2401民初2号", "true"), ("吉2401民初5号", "true"),
    ]  # fmt: skip
    refused = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    assert {one["reason"] for one in refused} == {"opening_stock"}
    assert "was closed on 2018-12-31, before 2019-01-01" in refused[0]["detail"]
    assert "was filed on 2019-01-01, not before 2019-01-01" in refused[-1]["detail"]
    again = ingest(process, key, *words)
    assert "0 accepted, 5 duplicates, 3 refused" in again.stdout
    assert "3 stated for 2019-01-01, as before" in again.stdout
    assert kept(database, "SELECT court, number, stated ->> 'civil' FROM opening") == [("吉2401", 1, "3")]


def test_events_as_they_are_may_be_an_opening_stock_too(
    sent: tuple[Process, str], database: str, tmp_path: Path
) -> None:
    process, key = sent
    lines = []
    for n, (kind, case, day, data) in enumerate(
        (
            ("case.filed", 1, "2018-05-02", {}), ("case.closed", 1, "2018-06-02", {"method": "judgment"}),
            ("case.reopened", 1, "2018-07-02", {"ground": "resumed"}), ("hearing.held", 2, "2018-08-02", {}),
        )
    ):  # fmt: skip
        lines.append(
            {
                "specversion": "1.0", "id": f"o{n}", "source": "ecourt", "type": kind,
                "subject": f"（2018）吉2401民初{case}号", "time": f"{day}T00:00:00+08:00", "data": data,
            }
        )  # fmt: skip
    path = tmp_path / "a.ndjson"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), "utf-8")
    done = ingest(process, key, str(path), "--opening", DAY)
    # Closed and reopened before the day: pending on it. A case without its filing cannot be told.
    assert "3 accepted, 0 duplicates, 1 refused" in done.stdout, done.stderr
    assert "does not say when the case was filed" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--stated", "stated.csv"), "Say --opening DAY"),
        (("--opening", "some day"), "Write it as 2026-01-01"),
        (("--opening", DAY, "--snapshot"), "do not go together"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    sent: tuple[Process, str], tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    process, key = sent
    given = [str(tmp_path / word) if word.endswith(".csv") else word for word in words]
    snapshot = MAPPING.replace(
        "source: ecourt\n", 'source: ecourt\nsnapshot: {table: cases, key: "{案号}"}\n'
    )
    (tmp_path / "whole.yaml").write_text(snapshot, "utf-8")
    mapping = "whole.yaml" if "--snapshot" in words else "map.yaml"
    done = ingest(process, key, str(tmp_path / "a.csv"), "--mapping", str(tmp_path / mapping), *given)
    assert done.returncode != 0
    assert said in " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("court,stated\n吉2401,3\n", "first line"),
        ("court,category,stated\n吉2401,robots,3\n", "no category"),
        ("court,category,stated\n吉2401,civil,some\n", "no number of cases"),
        ("court,category,stated\n吉2401,civil,3\n吉2401,civil,4\n", "a second time"),
    ],
)
def test_a_table_of_totals_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(errors.BadInput) as refused:
        read_stated(text.splitlines(), "stated.csv")
    assert said in str(refused.value)
