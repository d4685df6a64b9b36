"""GET /v1/indicators/{id}/restatement."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from plumbline import periods
from plumbline.catalog import reading
from plumbline.catalog.definitions import Pack
from tests.keeper import DEFINITIONS, record
from tests.services.api.conftest import HERE, Api

CASE = "（2025）示2401民初1号"
OTHER = "（2025）示2401民初2号"
APPEAL = "（2025）示24民终1号"


def moved(api: Api, name: str, since: str, where: str = "示2401", scope: str = "own", **params: Any) -> Any:
    return api.get(
        f"/v1/indicators/{name}/restatement",
        court=where, period="2025", scope=scope, from_known=since, **params,
    )  # fmt: skip


def known(api: Api) -> str:
    return str(api.value("filed", "示2401", "2025")["known_at"])


def started(api: Api) -> str:
    api.keeper.push(
        record(1, "case.filed", CASE, "2025-01-01"),
        record(2, "case.closed", CASE, "2025-02-01", method="judgment"),
        record(3, "case.filed", OTHER, "2025-01-02"),
    )
    api.keeper.settle()
    return known(api)


def test_a_correction_names_its_case_page_and_event(fresh: Api) -> None:
    since = started(fresh)
    fresh.keeper.push(
        record(4, "case.closed", CASE, "2025-02-01", method="mediation", replaces="e2", revision=1)
    )
    fresh.keeper.settle()
    found = moved(fresh, "lines.judged_share", since)
    assert (found["before"]["value"], found["after"]["value"], found["difference"]) == (100, 0, -100)
    assert found["difference_unit"] == "points"
    assert [(part["measure"], part["change"]) for part in found["parts"]] == [
        ("court-core.closed_by_judgment", -1),
        ("court-core.closed", 0),
    ]
    (row,) = found["items"]
    assert (row["case"], row["before"], row["after"], row["part"]) == (CASE, 1, 0, "numerator")
    assert [cause["cause"] for cause in row["causes"]] == ["event"]
    assert row["causes"][0]["page"] == found["after"]["page"]
    assert [(event["id"], event["what"], event["replaces"]) for event in row["events"]] == [
        ("e4", "correction", "e2")
    ]


def test_a_retraction_and_a_new_event(fresh: Api) -> None:
    since = started(fresh)
    fresh.keeper.push(
        record(5, "event.retracted", CASE, "2025-02-01", replaces="e2", revision=1),
        record(6, "case.closed", OTHER, "2025-03-01", method="judgment"),
    )
    fresh.keeper.settle()
    rows = {row["case"]: row for row in moved(fresh, "closed", since)["items"]}
    assert rows[CASE]["events"][0]["what"] == "retraction"
    assert (rows[OTHER]["events"][0]["what"], rows[OTHER]["change"]) == ("new", 1)


def test_a_linked_event_is_named_where_it_may_be_seen(fresh: Api) -> None:
    since = started(fresh)
    fresh.keeper.push(
        record(7, "case.filed", APPEAL, "2025-03-01", links=[{"role": "appealed", "subject": CASE}]),
        record(8, "appeal.decided", APPEAL, "2025-04-01", outcome="altered"),
    )
    fresh.keeper.settle()
    (row,) = moved(fresh, "appeal_altered", since)["items"]
    assert [cause["cause"] for cause in row["causes"]] == ["linked"]
    assert {event["id"] for event in row["events"]} == {"e7", "e8"}
    (hidden,) = moved(fresh, "appeal_altered", since, who="basic")["items"]
    assert (hidden["events"], hidden["events_not_listed"]) == ([], 2)


def test_nothing_moved_is_an_empty_list(fresh: Api) -> None:
    since = started(fresh)
    found = moved(fresh, "closed", since, to_known=known(fresh))
    assert (found["difference"], found["items"], found["next"]) == (0, [], None)


def test_parts_and_pages_explain_the_whole_difference(fresh: Api) -> None:
    since = started(fresh)
    filed = [record(100 + n, "case.filed", f"（2025）示2401民初{100 + n}号", "2025-05-05") for n in range(7)]
    fresh.keeper.push(*filed)
    fresh.keeper.settle()
    changes, cursor = [], None
    while True:
        found = moved(fresh, "filed", since, limit=3, cursor=cursor)
        changes += [row["change"] for row in found["items"]]
        cursor = found["next"]
        if cursor is None:
            break
    assert len(changes) == 7
    assert sum(changes) == found["parts"][0]["change"] == found["difference"] == 7


def test_moments_are_read_in_their_order(fresh: Api) -> None:
    since = started(fresh)
    for params in (
        {"from_known": "2999-01-01T00:00:00Z"},
        {"from_known": since, "to_known": "2020-01-01T00:00:00Z"},
        {"from_known": "x"},
    ):
        answer = fresh.ask(
            "/v1/indicators/filed/restatement", court="示2401", period="2025", scope="own", **params
        )
        assert answer.status_code == 400


def edition(folder: Path, *changes: tuple[str, str]) -> Pack:
    """The pack `lines` in a second edition, with changes to its text."""
    shutil.copytree(HERE / "packs" / "lines", folder / "lines")
    for path in (folder / "lines").iterdir():
        text = path.read_text(encoding="utf-8")
        for old, new in (('version: "1"', 'version: "2"'), *changes):
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return reading.read_pack(folder / "lines", reading.Shelf(DEFINITIONS))


def test_a_new_edition_is_the_cause_and_the_old_answer_stands(fresh: Api, tmp_path: Path) -> None:
    since = started(fresh)
    before = fresh.value("lines.judged_share", "示2401", "2025")
    changed = ("formula: closed_by_judgment / closed", "formula: closed_by_judgment / filed")
    fresh.keeper.publish(edition(tmp_path, changed))
    fresh.keeper.settle()
    now = fresh.value("lines.judged_share", "示2401", "2025")
    assert (before["value"], before["version"], now["value"], now["version"]) == (100, "1", 50, "2")
    then = fresh.value("lines.judged_share", "示2401", "2025", known_at=since)
    assert (then["value"], then["version"]) == (100, "1")
    found = moved(fresh, "lines.judged_share", since)
    assert (found["before"]["version"], found["after"]["version"]) == ("1", "2")
    assert {row["measure"]: row["causes"][0]["cause"] for row in found["items"]} == {
        "court-core.filed": "definition",
        "court-core.closed": "definition",
    }


def test_a_version_that_fills_is_not_served_before_it_is_complete(fresh: Api, tmp_path: Path) -> None:
    started(fresh)
    text = (
        "measures:\n  - {id: all_filed, title: {zh: 全部新收, en: All filed}, lever: outcome, flow: filed_on}"
    )
    fresh.keeper.publish(edition(tmp_path, ("measures:", text)))
    filling = fresh.value("lines.all_filed", "示2401", "2025")
    assert (filling["value"], filling["reason"]) == (None, "filling")
    assert (
        fresh.get("/v1/indicators/lines.all_filed/cases", court="示2401", scope="own", period="2025")["items"]
        == []
    )
    fresh.keeper.settle()
    assert fresh.value("lines.all_filed", "示2401", "2025")["numerator"] == 2


def test_a_court_day_that_has_come_is_the_cause(fresh: Api) -> None:
    today = fresh.keeper.today()
    filed = today - timedelta(days=4)  # 人身安全保护令: three days, feasts or not; the limit was yesterday
    case = f"（{filed.year}）示2401民保令1号"
    fresh.keeper.push(record(1, "case.filed", case, filed.isoformat()))
    fresh.keeper.settle()
    for table, column, days in (
        ("page", "closed_at", 2),
        ("page_clock", "closed_at", 2),
        ("generation", "made_at", 3),
        ("pack", "published_at", 3),
        ("account", "completed_at", 3),
        ("court", "known_from", 3),
    ):
        fresh.keeper.query(f"UPDATE {table} SET {column} = {column} - interval '{days} days' RETURNING 1")
    (closed_at,) = fresh.keeper.query("SELECT closed_at FROM page_clock")[0]
    since = (closed_at + timedelta(hours=1)).isoformat()
    assert periods.court_day(datetime.fromisoformat(since), fresh.keeper.tree.zone("示2401")) < today
    found = fresh.get(
        "/v1/indicators/overdue/restatement",
        court="示2401",
        period=periods.between(today - timedelta(days=10), today).text,
        scope="own",
        from_known=since,
    )
    assert [(row["case"], row["change"], row["causes"][0]["cause"]) for row in found["items"]] == [
        (case, 1, "day")
    ]
    assert found["difference"] == 1
