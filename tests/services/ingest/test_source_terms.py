"""Each source as it writes: charset, naive times, its own words by published code maps, and the numbers of its records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from plumbline.catalog import reading
from plumbline.catalog.definitions import Pack
from plumbline.store import catalogue, engine
from services.commands import feeds
from tests.services.ingest.conftest import LINES, Desk, furnish, opened, record

ROOT = Path(__file__).resolve().parents[3]
HEAD = """
id: yb-words
version: "{version}"
title: {{zh: 本院代码表, en: Our words}}
issuer: 示例法院
in_force_from: 2019-01-01
uses: [court-core]
"""
MAPS = """
code_maps:
  - id: ends
    title: {zh: 结案方式, en: Ends}
    of: METHOD
    codes: {判决结案: judgment, MORE "09": fully_enforced}
    source: {document: 代码表, clause: 一, provenance: project}
  - id: causes
    title: {zh: 案由, en: Causes}
    of: cause
    codes: {买卖纠纷: sale}
    source: {document: 代码表, clause: 二, provenance: project}
  - id: courts
    title: {zh: 法院, en: Courts}
    of: court
    codes: {延吉市人民法院: 吉2401, 延边中院: 吉24}
    source: {document: 代码表, clause: 三, provenance: project}
"""
OURS: dict[str, Any] = {
    "code_maps": {
        "case.closed.method": "yb-words.ends",
        "PROCEDURE": "court-core.procedures",
        "cause": "yb-words.causes",
        "court": "yb-words.courts",
        "subject": "yb-words.courts",
    }
}
CORE = reading.Shelf(ROOT / "definitions").pack("court-core")


def words(folder: Path, version: str, more: str = "") -> Pack:
    """An edition of a court's own code maps; `more` are further words of closing."""
    at = folder / version / "yb-words"
    at.mkdir(parents=True)
    (at / "pack.yaml").write_text(HEAD.format(version=version), "utf-8")
    (at / "maps.yaml").write_text(MAPS.replace("MORE", more), "utf-8")
    return reading.read_pack(at, reading.Shelf(packs=[CORE]))


def publish(dsn: str, pack: Pack) -> None:
    with engine.single(dsn, name="publish", statement_timeout_ms=60_000) as connection:
        catalogue.publish(connection, [pack], by="test")


@pytest.fixture(scope="module")
def spoken(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An app over a database with a court's own code maps published."""
    publish(module_database, words(tmp_path_factory.mktemp("packs"), "1"))
    with opened(module_database, tmp_path_factory.mktemp("state"), furnish(module_database)) as one:
        yield one


def change(desk: Desk, source: str = "ecourt", who: str = "office", **settings: Any) -> Any:
    return desk.ask("PATCH", f"/v1/sources/{source}", who, json={"settings": settings, "why": "接口说明"})


def closed(key: str, method: str, **more: Any) -> dict[str, Any]:
    return record(key, type="case.closed", data={"method": method}, **more)


def kept(desk: Desk, key: str, what: str = "data") -> Any:
    return desk.rows(f"SELECT {what} FROM event WHERE event_id = '{key}'")[0][0]


def test_a_source_is_changed_with_why_and_as_it_was(spoken: Desk) -> None:
    answer = change(spoken, naive_times="source_zone", **OURS)
    assert answer.status_code == 200, answer.text
    shown = next(one for one in spoken.ask("GET", "/v1/sources").json()["sources"] if one["id"] == "ecourt")
    whole = {"charset": "utf-8", "naive_times": "source_zone", "sequence": "none", "sandbox": False}
    assert shown["settings"] == whole | OURS
    assert answer.json() == shown
    detail = spoken.rows("SELECT detail FROM audit WHERE act = 'source.change' ORDER BY id DESC LIMIT 1")[0][
        0
    ]
    assert (detail["why"], detail["after"]["settings"]["code_maps"]) == ("接口说明", OURS["code_maps"])
    other = {"title": "电子法院二期", "rhythm_minutes": 30, "courts": ["吉2401"], "why": "划界"}
    told = spoken.ask("PATCH", "/v1/sources/ecourt", json=other).json()
    assert (told["title"], told["rhythm_minutes"], told["courts"]) == ("电子法院二期", 30, ["吉2401"])
    assert told["settings"] == shown["settings"]
    back = {"courts": ["吉24"], "rhythm_minutes": None, "why": "恢复"}
    assert spoken.ask("PATCH", "/v1/sources/ecourt", json=back).json()["rhythm_minutes"] is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"code_maps": {"METHOD": "yb-words.end"}}, "yb-words.ends"),
        ({"code_maps": {"case.closed.way": "yb-words.ends"}}, "no place that holds a code"),
        ({"code_maps": {"PROCEDURE": "yb-words.ends"}}, "is for METHOD, not for PROCEDURE"),
        ({"code_maps": {"subject": "yb-words.ends"}}, "is for METHOD, not for subject"),
        ({"charset": "big5"}, "does not fit"),
    ],
)
def test_settings_that_cannot_hold_are_refused_with_what_to_write(
    spoken: Desk, settings: dict[str, Any], said: str
) -> None:
    answer = change(spoken, **settings)
    assert (answer.status_code, said in answer.json()["detail"]) == (422, True), answer.text


def test_only_an_office_that_sees_its_courts_changes_a_source(spoken: Desk) -> None:
    assert change(spoken, who="feeder").status_code == 403
    assert change(spoken, who="other").status_code == 404
    assert change(spoken, source="every").status_code == 404
    body = {"courts": ["吉03"], "why": "扩大"}
    assert spoken.ask("PATCH", "/v1/sources/ecourt", json=body).status_code == 403


def test_words_become_codes_and_a_code_passes_as_it_is(spoken: Desk) -> None:
    change(spoken, **OURS)
    told = spoken.push(
        closed("w1", "判决结案"),
        closed("w2", "ruling"),
        closed("w3", "09", subject="（2019）吉2401执1号"),
        record("w4", data={"procedure": "简易", "cause": "买卖纠纷"}),
        record("w5", data={"cause": "sale", "court": "延吉市人民法院"}),
        record("w6", type="visit.registered", subject="延边中院:visit:7", data={"kind": "litigation"}),
    )
    assert told["rejected"] == [], told
    assert kept(spoken, "w1") == {"method": "judgment"}
    assert kept(spoken, "w3") == {"method": "fully_enforced"}
    assert kept(spoken, "w4") == {"procedure": "summary", "cause": "sale"}
    assert kept(spoken, "w5")["court"] == "吉2401"
    assert kept(spoken, "w6", "subject || home_court") == "吉24:visit:7吉24"
    again = spoken.push(closed("w1", "judgment"), closed("w1", "判决结案"))
    assert (again["accepted"], again["duplicates"], again["rejected"]) == (0, 2, [])


def test_an_unmapped_word_is_in_quarantine_as_it_came_and_on_the_worklist(spoken: Desk) -> None:
    change(spoken, **OURS)
    one = closed("u1", "和解")
    for _ in range(2):
        told = spoken.push(one, record("u2", data={"procedure": "速决", "cause": "买卖"}))
    assert [(each["id"], each["reason"]) for each in told["rejected"]] == [
        ("u1", "unmapped_code"),
        ("u2", "unmapped_code"),
    ]
    assert (
        "case.closed.method holds '和解', which the code map yb-words.ends" in told["rejected"][0]["detail"]
    )
    assert "(and 1 more)" in told["rejected"][1]["detail"]
    raw = spoken.rows("SELECT raw FROM quarantine WHERE event_id = 'u1'")[0][0]
    assert json.loads(bytes(raw)) == one
    listed = spoken.ask("GET", "/v1/quarantine/worklist", "feeder").json()
    shown = [
        (w["map"], w["field"], w["value"], w["times"], w["records"], w["mapped"]) for w in listed["items"]
    ]
    assert shown == [
        ("court-core.procedures", "case.filed.procedure", "速决", 2, 1, False),
        ("yb-words.causes", "case.filed.cause", "买卖", 2, 1, False),
        ("yb-words.ends", "case.closed.method", "和解", 2, 1, False),
    ]
    first = listed["items"][2]
    assert first["first_at"] < first["last_at"]
    sample = spoken.ask("GET", f"/v1/quarantine/{first['sample']}").json()
    assert sample["event_id"] == "u1"


def test_the_worklist_shows_only_what_a_token_may_see(spoken: Desk) -> None:
    change(spoken, **OURS)
    spoken.push(closed("s1", "和了"))
    for who, seen in (
        ("office", True),
        ("feeder", True),
        ("operator", True),
        ("other", False),
        ("reader", False),
    ):
        values = [one["value"] for one in spoken.ask("GET", "/v1/quarantine/worklist", who).json()["items"]]
        assert ("和了" in values) is seen, who


def test_a_case_marked_as_classified_is_that_first(spoken: Desk) -> None:
    change(spoken, **OURS)
    data = {"method": "密", "ext": {"classified": 1}}
    told = spoken.push(record("c1", type="case.closed", data=data))
    assert told["rejected"][0]["reason"] == "classified"
    assert "密" not in spoken.ask("GET", "/v1/quarantine/worklist").text


@pytest.mark.parametrize(
    ("zone", "text", "instant"),
    [
        ("Asia/Shanghai", "2019-05-02T00:00:00", "2019-05-01T16:00:00+00:00"),
        ("Asia/Shanghai", "2019-05-02 23:59:59", "2019-05-02T15:59:59+00:00"),
        ("Asia/Shanghai", "2019-05-02", "2019-05-01T16:00:00+00:00"),
        ("Asia/Shanghai", "2019-05-02T09:10:00Z", "2019-05-02T09:10:00+00:00"),
        ("Asia/Urumqi", "2019-05-02 00:30", "2019-05-01T18:30:00+00:00"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00+00:00"),
        ("America/Sao_Paulo", "2018-02-17 23:30:00", "2018-02-18T01:30:00+00:00"),
        ("Asia/Shanghai", "1988-07-01 12:00:00", "1988-07-01T03:00:00+00:00"),
    ],
)
def test_a_naive_time_is_local_where_the_source_says_so(
    spoken: Desk, zone: str, text: str, instant: str
) -> None:
    name = f"z-{zone}-{text}".replace(" ", "_")
    new = {
        "id": name,
        "title": "z",
        "courts": ["吉24"],
        "zone": zone,
        "settings": {"naive_times": "source_zone"},
    }
    assert spoken.ask("POST", "/v1/sources", "operator", json=new).status_code == 201
    one = record("n", source=name, time=text, recordedtime=text)
    body = json.dumps(one, ensure_ascii=False).encode()
    assert spoken.post(body, who="operator").json()["accepted"] == 1
    rows = spoken.rows(f"SELECT occurred_at, recorded_at FROM event WHERE source = '{name}'")
    assert rows[0][0] == rows[0][1]
    assert spoken.rows(
        f"SELECT count(*) FROM event WHERE source = '{name}' AND occurred_at = '{instant}'"
    ) == [(1,)]
    same = record("n", source=name, time=instant, recordedtime=instant)
    resent = spoken.post(json.dumps(same, ensure_ascii=False).encode(), who="operator").json()
    assert (resent["duplicates"], resent["rejected"]) == (1, [])


def test_without_that_setting_a_naive_time_is_refused(spoken: Desk) -> None:
    change(spoken)
    assert spoken.push(record("nt", time="2019-05-02T00:00:00"))["rejected"][0]["reason"] == "bad_time"
    change(spoken, naive_times="source_zone")
    assert spoken.push(record("nt", time="2019-02-30T00:00:00"))["rejected"][0]["reason"] == "bad_time"


def text_of(*records: dict[str, Any]) -> str:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in records)


@pytest.mark.parametrize("named", [True, False])
def test_a_gb18030_body_is_read_by_what_it_says_or_what_its_source_is(spoken: Desk, named: bool) -> None:
    change(spoken, charset="utf-8" if named else "gb18030", **OURS)
    body = text_of(
        closed(f"gb1-{named}", "判决结案"), record(f"gb2-{named}", data={"cause": "\ue000\U00020000"})
    )
    media = f"{LINES}; charset=GBK" if named else LINES
    told = spoken.post(body.encode("gb18030"), media).json()
    assert [each["reason"] for each in told["rejected"]] == ["unmapped_code"]
    assert kept(spoken, f"gb1-{named}") == {"method": "judgment"}
    assert spoken.post(body.encode("utf-8-sig"), LINES).json()["duplicates"] == 1
    raw = spoken.rows(f"SELECT raw FROM quarantine WHERE event_id = 'gb2-{named}'")[0][0]
    assert "\ue000\U00020000" in bytes(raw).decode()


@pytest.mark.parametrize("media", [LINES, "application/json"])
def test_bytes_of_no_charset_refuse_only_their_record(spoken: Desk, media: str) -> None:
    change(spoken, charset="gb18030", **OURS)
    good = [
        json.dumps(closed(f"{len(media)}-{n}", "判决结案"), ensure_ascii=False).encode("gb18030")
        for n in range(2)
    ]
    bad = (
        json.dumps(closed("bad", "判"), ensure_ascii=False)
        .encode("gb18030")
        .replace(b"\xc5\xd0", b"\xff\xc5")
    )
    parts = [good[0], bad, good[1]]
    body = b"\n".join(parts) if media == LINES else b"[" + b",".join(parts) + b"]"
    told = spoken.post(body, media).json()
    assert (told["accepted"], [(one["index"], one["reason"]) for one in told["rejected"]]) == (
        2,
        [(1, "not_utf8")],
    )


def test_a_byte_order_mark_is_no_part_of_a_record(spoken: Desk) -> None:
    change(spoken)
    mark = "\ufeff"
    body = f"{mark}{text_of(record('bom1'))}\n{mark}{text_of(record('bom2'))}\n"
    assert spoken.post(body.encode()).json()["accepted"] == 2
    change(spoken, charset="gb18030")
    assert spoken.post(f"{mark}{text_of(record('bom3'))}".encode("gb18030")).json()["accepted"] == 1


def test_only_an_office_replays_and_only_what_it_sees(spoken: Desk) -> None:
    asked = {"source": "ecourt", "why": "x"}
    assert spoken.ask("POST", "/v1/quarantine/replay", "feeder", json=asked).status_code == 403
    assert spoken.ask("POST", "/v1/quarantine/replay", "other", json=asked).status_code == 404
    for wrong in ({"limit": 501}, {"reason": "classified"}, {"why": ""}, {"surprise": 1}):
        assert spoken.ask("POST", "/v1/quarantine/replay", json=asked | wrong).status_code == 422


def test_a_source_is_registered_with_its_terms_on_the_command_line(
    spoken: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", spoken.dsn)
    given = ["add", "cli", "--title", "接口", "--courts", "吉2401", "--state", str(tmp_path), "--naive-times"]
    given += ["--charset", "gb18030", "--sequence", "gapless", "--code-map"]
    runner = CliRunner()
    wrong = runner.invoke(feeds.source, [*given, "METHOD=yb-words.end"])
    assert wrong.exit_code
    assert "yb-words.end" in str(wrong.exception)
    for said in ("registered", "was registered already"):
        told = runner.invoke(feeds.source, [*given, "METHOD=yb-words.ends"])
        assert told.output.strip() == f"cli: {said}", told.output
    assert spoken.rows("SELECT settings FROM source WHERE id = 'cli'")[0][0] == {
        "charset": "gb18030",
        "naive_times": "source_zone",
        "code_maps": {"METHOD": "yb-words.ends"},
        "sequence": "gapless",
        "sandbox": False,
    }
