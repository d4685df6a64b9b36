"""Whole tables sent to a desk, night after night."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import httpx2
import psycopg

from tests.services.ingest.conftest import LINES, Desk

Row = dict[str, Any]


def number(n: int, court: str = "吉2401") -> str:
    return f"（2019）{court}民初{n}号"


def event(key: str, kind: str, day: str, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{key}/{kind.partition('.')[2]}",
        "type": kind,
        "subject": key,
        "time": f"{day}T00:00:00+08:00",
        "data": data,
    }


def row(n: int, filed: str = "2019-05-02", closed: str = "", method: str = "judgment") -> Row:
    key = number(n)
    events = [event(key, "case.filed", filed, cause="9012")]
    if closed:
        events.append(event(key, "case.closed", closed, method=method))
    return {"key": key, "events": events}


def opening(desk: Desk, night: int, who: str = "feeder", **more: Any) -> httpx2.Response:
    asked = {"source": "ecourt", "table": "cases", "taken_at": f"2019-06-{night:02}T02:00:00+08:00"} | more
    return desk.ask("POST", "/v1/snapshots", who, json=asked)


def rows(
    desk: Desk, snapshot: int, first: int, sent: Iterable[Any], who: str = "feeder", **more: Any
) -> httpx2.Response:
    body = b"\n".join(json.dumps(one, ensure_ascii=False).encode() for one in sent)
    return desk.ask(
        "POST", f"/v1/snapshots/{snapshot}/rows?first={first}", who, content=body,
        headers={"Content-Type": LINES}, **more,
    )  # fmt: skip


def closing(desk: Desk, snapshot: int, count: int, who: str = "feeder") -> httpx2.Response:
    return desk.ask("POST", f"/v1/snapshots/{snapshot}/close", who, json={"rows": count})


def night(desk: Desk, day: int, table: Sequence[Any], size: int = 1000, **more: Any) -> dict[str, Any]:
    """A whole table sent and closed; the snapshot as it then is."""
    opened = opening(desk, day, **more)
    assert opened.status_code in (200, 201), opened.text
    snapshot = opened.json()["id"]
    for at in range(0, len(table), size):
        taken = rows(desk, snapshot, at + 1, table[at : at + size])
        assert taken.status_code == 200, taken.text
    closed = closing(desk, snapshot, len(table))
    assert closed.status_code == 200, closed.text
    return dict(closed.json())


def brought(snapshot: dict[str, Any]) -> tuple[int, int, int]:
    """(originals, corrections, retractions)"""
    counts = snapshot["counts"]
    return counts["originals"], counts["corrections"], counts["retractions"]


def books(desk: Desk) -> list[tuple[Any, ...]]:
    """Every event with its content, in no order of arrival."""
    return desk.rows(
        "SELECT event_id, type, subject, occurred_at, replaces, revision, data FROM event ORDER BY event_id"
    )


def questions(desk: Desk, who: str = "office", **more: str) -> list[dict[str, Any]]:
    return list(desk.ask("GET", "/v1/snapshots/questions", who, params=more).json()["questions"])


def family(desk: Desk, n: int, kind: str) -> list[tuple[Any, ...]]:
    key = f"{number(n)}/{kind}"
    return desk.rows(
        "SELECT type, revision, to_char(occurred_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') FROM event"
        f" WHERE event_id = '{key}' OR replaces = '{key}' ORDER BY revision"
    )


def change(desk: Desk, statement: str) -> None:
    """Change the database behind the app's back."""
    with psycopg.connect(desk.dsn) as connection:
        connection.execute(statement.encode())
