"""`plumbline reconcile` against a running read API: the samples, the files as other systems write them, the how-to."""

from __future__ import annotations

import csv
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import python_calamine
import uvicorn
from typer.testing import CliRunner, Result

from plumbline import errors
from services import command
from services.api.app import create_app
from services.commands import lists
from tests.keeper import court
from tests.services.api.conftest import Api, opened

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "samples" / "reconciliation"
HOW_TO = ROOT / "docs" / "how-to" / "reconcile-two-systems.md"
TREE = (
    court("示", None, 1, level="high"),
    court("示24", "示", 2, level="intermediate"),
    court(
        "示2401",
        "示24",
        3,
        name_zh="甲市人民法院（演示数据）",
        name_en="People's Court of Jia City (demonstration)",
    ),
)


@dataclass(slots=True)
class Served:
    """The API over the sample's events, listening."""

    api: Api
    url: str

    def run(self, *words: str, who: str = "province") -> Result:
        given = (
            "--indicator", "court-core.closed", "--court", "示2401", "--period", "2018-03",
            "--url", self.url, "--token", self.api.tokens[who], *words,
        )  # fmt: skip
        return CliRunner().invoke(command.line_for(["reconcile"]), ["reconcile", *given])

    def whys(self, *words: str) -> dict[str, str]:
        found = self.run(*words, "--json")
        assert found.stdout, (found.output, found.exception)
        return {one["case"]: one["why"] for one in json.loads(found.stdout)["items"]}


@pytest.fixture(scope="module")
def served(module_database: str) -> Iterator[Served]:
    for api in opened(module_database, TREE):
        told = (SAMPLES / "events.ndjson").read_text("utf-8").splitlines()
        api.keeper.push(*(json.loads(line) | {"source": "court"} for line in told))
        api.keeper.settle()
        app = create_app(api.client.app.state.settings, lambda: datetime.now(UTC))  # type: ignore[attr-defined]
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield Served(api, f"http://127.0.0.1:{listening.getsockname()[1]}")
        server.should_exit = True
        thread.join(20)


def case(tail: str) -> str:
    return f"（2018）示2401{tail}号"


EXPECTED = {
    case("执1"): "excluded", case("民初3"): "outside_period", case("民初4"): "retracted",
    case("民初999"): "not_known", case("民初6"): "counted", case("民初2"): "differs",
}  # fmt: skip


@pytest.mark.parametrize("name", ["closed.csv", "closed.gb18030.csv"])
def test_the_samples_come_to_the_same_in_either_charset(served: Served, name: str) -> None:
    assert served.whys(str(SAMPLES / name)) == EXPECTED


def test_columns_are_named_by_option_or_mapping_file(served: Served, tmp_path: Path) -> None:
    mapped = served.whys(str(SAMPLES / "closed.gb18030.csv"), "--mapping", str(SAMPLES / "list.mapping.yaml"))
    assert mapped == EXPECTED
    text = (SAMPLES / "closed.csv").read_text("utf-8").replace("案号,", "甲,", 1).replace("结案日期", "乙", 1)
    other = tmp_path / "other.csv"
    other.write_text(text, "utf-8")
    assert served.whys(str(other), "--columns", "case=甲,day=乙") == EXPECTED
    found = served.run(str(other))
    assert isinstance(found.exception, errors.BadInput)
    assert "甲" in found.exception.next


def test_the_how_to_shows_what_the_command_says(served: Served) -> None:
    found = served.run(str(SAMPLES / "closed.csv"), "--stated", "8", "--lang", "zh")
    assert found.exit_code == 1, (found.output, found.exception)
    text = HOW_TO.read_text("utf-8")
    shown = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    assert shown is not None
    feed = "甲市人民法院（演示数据）：应由"

    def lines(told: str) -> list[str]:
        return [line for line in told.splitlines() if not line.startswith(feed)]

    assert lines(found.stdout) == lines(shown[1])
    assert "plumbline reconcile samples/reconciliation/closed.csv" in text


def test_it_says_the_same_in_english_and_ends_with_a_request(served: Served) -> None:
    found = served.run(str(SAMPLES / "closed.csv"))
    assert found.stdout.rstrip().endswith("Please check.")
    assert "excluded by a clause" in found.stdout
    assert f"{case('民初3')}: told more than once, lines 4, 6" in found.stdout
    assert "line 9: the case number '案号待补' cannot be read" in found.stdout


def test_lists_that_agree_end_with_0_and_a_report_keeps_every_case(served: Served, tmp_path: Path) -> None:
    same = tmp_path / "same.csv"
    same.write_text("案号\n" + "\n".join(case(f"民初{n}") for n in (1, 2, 6)) + "\n", "utf-8")
    assert served.run(str(same)).exit_code == 0
    report = tmp_path / "cases.csv"
    assert served.run(str(SAMPLES / "closed.csv"), "--report", str(report)).exit_code == 1
    with report.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["case"]: row["why"] for row in rows} == EXPECTED
    assert next(row["clause"] for row in rows if row["why"] == "excluded") == "is_litigation"
    whole = tmp_path / "cases.json"
    served.run(str(SAMPLES / "closed.csv"), "--report", str(whole))
    assert len(json.loads(whole.read_text("utf-8"))["items"]) == len(EXPECTED)


def test_a_long_list_is_told_page_by_page_as_the_books_stood_for_the_first(
    served: Served, tmp_path: Path
) -> None:
    long = tmp_path / "long.csv"
    long.write_text("案号\n" + "\n".join(case(f"民初{n}") for n in range(1000, 2150)) + "\n", "utf-8")
    found = served.whys(str(long))
    assert len(found) == 1150 + 3
    assert list(found.values()).count("not_known") == 1150


def test_what_the_service_refuses_is_a_sentence(served: Served) -> None:
    found = served.run(str(SAMPLES / "closed.csv"), "--part", "denominator")
    assert isinstance(found.exception, errors.PlumblineError)
    assert "No cases stand behind" in str(found.exception)
    found = served.run(str(SAMPLES / "closed.csv"), who="feeder")
    assert isinstance(found.exception, errors.PlumblineError)


def test_days_are_read_as_people_write_them_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    written = (
        "2018-03-05",
        "2018/3/5",
        "2018年3月5日",
        "20180305",
        "2018.3.5",
        "2018-03-04T17:00:00Z",
        "5.3.",
        "",
    )
    file.write_text("案号,日期\n" + "\n".join(f"x{n},{day}" for n, day in enumerate(written)) + "\n", "utf-8")
    found = list(lists.read(file, lists.layout(None, "", "", "")))
    assert [one.row.get("day") for one in found] == ["2018-03-05"] * 6 + [None, None]
    assert [one.unread_day for one in found][-2:] == ["5.3.", ""]


@pytest.mark.parametrize(
    "text",
    ["columns: {case: 案号, judge: x}", "rows: 3", "file: {charset: latin-1}", "words: [x]", "- x", "{"],
)
def test_a_mapping_file_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(errors.BadInput):
        lists.layout(path, "", "", "")


def test_a_workbook_is_read_like_a_table(served: Served, tmp_path: Path) -> None:
    book = tmp_path / "list.xlsx"
    book.write_bytes(
        workbook([["案号", "结案日期"], [case("民初1"), "2018-03-05"], [case("民初2"), "2018-03-20"]])
    )
    assert python_calamine.load_workbook(book).sheet_names == ["Sheet1"]
    assert served.whys(str(book)) == {case("民初6"): "counted"}


def workbook(rows: list[list[str]]) -> bytes:
    """The smallest workbook with inline text."""
    import io
    import zipfile

    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) + "</row>"
        for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts: dict[str, Any] = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as whole:
        for name, text in parts.items():
            whole.writestr(name, text)
    return held.getvalue()
