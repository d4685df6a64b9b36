"""Push events: one, then a batch, and what a program does with every kind of answer (standard library only).

Run it against a running stack, with a source `sample-ecourt` and its token (docs/how-to/add-a-source.md):

    PLUMBLINE_TOKEN=plk_… python examples/push_events.py

`PLUMBLINE_INGEST` names another address than http://127.0.0.1:8001. A good sender keeps its events until they are
acknowledged; sending again what is stored already adds nothing.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

INGEST = os.environ.get("PLUMBLINE_INGEST", "http://127.0.0.1:8001")
SOURCE = "sample-ecourt"
PATIENCE = 8
AGAIN = (408, 429, 503)

Event = dict[str, Any]


def event(key: str, kind: str, subject: str, at: str, **data: Any) -> Event:
    """An event in its envelope; `at` is RFC 3339 with its offset."""
    return {
        "specversion": "1.0", "id": key, "source": SOURCE, "type": kind, "subject": subject, "time": at, "data": data,
    }  # fmt: skip


def push(events: list[Event], token: str) -> dict[str, Any]:
    """Send a body until it is acknowledged: {"accepted", "duplicates", "rejected", "receipt"}.

    Busy (429), database away (503) and no answer at all are tried again, for the same body may be sent any number of
    times. SystemExit where trying again cannot help: the body or the token is wrong.
    """
    body = "\n".join(json.dumps(one, ensure_ascii=False) for one in events).encode()
    request = urllib.request.Request(
        f"{INGEST}/v1/events",
        gzip.compress(body),
        {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "gzip",
        },
    )
    for attempt in range(1, PATIENCE + 1):
        pause = min(2.0**attempt, 60.0)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refused:
            if refused.code not in AGAIN:
                raise SystemExit(f"refused as a whole: {refused.code} {refused.read().decode()}") from None
            pause = float(refused.headers.get("Retry-After", pause))
            print(f"{refused.code}: again in {pause:.0f} s", flush=True)
        except (urllib.error.URLError, OSError) as lost:
            print(f"no answer ({lost}): again in {pause:.0f} s", flush=True)
        time.sleep(pause)
    raise SystemExit("not acknowledged: keep the events, and send them later")


def told(events: list[Event], token: str) -> bool:
    """Push and say what became of it; False if any was refused: a person has to look at those."""
    answer = push(events, token)
    print(f"{answer['accepted']} accepted, {answer['duplicates']} duplicates")
    for one in answer["rejected"]:
        print(f"refused: {events[one['index']]['id']}: {one['reason']}: {one['detail']}")
    return not answer["rejected"]


def main() -> int:
    token = os.environ["PLUMBLINE_TOKEN"]
    first, second = "（2026）示2401民初801号", "（2026）示2401民初802号"
    whole = told(
        [event("ex-1", "case.filed", first, "2026-05-04T09:10:00+08:00", procedure="summary")], token
    )
    batch = [
        event("ex-2", "case.filed", second, "2026-05-05T10:00:00+08:00", procedure="ordinary"),
        event("ex-3", "case.closed", first, "2026-06-01T15:30:00+08:00", method="mediation"),
        event(
            "ex-4", "case.field", second, "2026-05-05T10:00:00+08:00"
        ),  # no such type: refused, the others stay
    ]
    whole = told(batch, token) and whole
    correction = event("ex-5", "case.closed", first, "2026-06-02T15:30:00+08:00", method="mediation")
    whole = told([correction | {"replaces": "ex-3", "revision": 1}], token) and whole
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
