"""Send a whole table two nights running, without the command line: open, rows, close (standard library only).

Each row tells the events of its own dates; what changed, came and went is found by Plumbline, which compares with the
night before. Run it with a token that feeds `sample-ecourt` (docs/how-to/send-snapshots.md):

    PLUMBLINE_TOKEN=plk_… python examples/send_snapshots.py
"""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

INGEST = os.environ.get("PLUMBLINE_INGEST", "http://127.0.0.1:8001")
SOURCE, TABLE = "sample-ecourt", "example-nights"
BATCH = 2_000

Night = list[tuple[str, str, str | None]]
"""(case number, filed on, closed on)"""

FIRST: Night = [
    ("（2026）示2401民初821号", "2026-03-05", "2026-04-20"),
    ("（2026）示2401民初822号", "2026-03-05", None),
    ("（2026）示2401民初823号", "2026-03-09", None),
]
SECOND: Night = [
    ("（2026）示2401民初821号", "2026-03-05", "2026-04-21"),  # another closing day: a correction
    ("（2026）示2401民初822号", "2026-03-05", "2026-05-11"),  # closed since
    ("（2026）示2401民初824号", "2026-05-11", None),  # new; and 823 is gone, which is a question
]


def post(path: str, body: bytes, media: str = "application/json") -> Any:
    """The answer, decoded; urllib.error.HTTPError where it is refused. Each of these may be sent again."""
    headers = {"Authorization": f"Bearer {os.environ['PLUMBLINE_TOKEN']}", "Content-Type": media}
    request = urllib.request.Request(f"{INGEST}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def event(subject: str, kind: str, day: str, **data: Any) -> dict[str, Any]:
    """An event of a row: its id is made of what finds the row again and what happened, never of the night."""
    return {
        "specversion": "1.0", "id": f"{subject}/{TABLE}/{kind}", "source": SOURCE, "type": kind, "subject": subject,
        "time": f"{day}T00:00:00+08:00", "data": data,
    }  # fmt: skip


def row(subject: str, filed: str, closed: str | None) -> bytes:
    """A row as the door takes it: the key that finds it again, and every event it tells tonight."""
    events = [event(subject, "case.filed", filed)]
    if closed:
        events.append(event(subject, "case.closed", closed, method="judgment"))
    return json.dumps({"key": subject, "events": events}, ensure_ascii=False).encode()


def send(table: Night, taken_at: str) -> dict[str, Any]:
    """Send a table as it was exported at a moment; the snapshot as it was closed."""
    opening = {"source": SOURCE, "table": TABLE, "taken_at": taken_at, "partial": False}
    snapshot = post("/v1/snapshots", json.dumps(opening).encode())
    rows = [row(*one) for one in table]
    for at in range(0, len(rows), BATCH):
        lines = b"\n".join(rows[at : at + BATCH])
        post(f"/v1/snapshots/{snapshot['id']}/rows?first={at + 1}", lines, "application/x-ndjson")
    return dict(post(f"/v1/snapshots/{snapshot['id']}/close", json.dumps({"rows": len(rows)}).encode()))


if __name__ == "__main__":
    for night, moment in ((FIRST, "2026-05-11T02:00:00+08:00"), (SECOND, "2026-05-12T02:00:00+08:00")):
        counts = send(night, moment)["counts"]
        print(
            f"{counts['originals']} told, {counts['corrections']} corrected, {counts['retractions']} retracted,"
            f" {counts['unchanged']} rows unchanged"
        )
