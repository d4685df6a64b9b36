"""Hold your list of closed cases against Plumbline's figure, and print each case that differs (standard library only).

    PLUMBLINE_TOKEN=plk_… python examples/reconcile.py cases.csv 示2401 2026-05

The file has the columns 案号, 结案日期 (such as 2026-05-11) and 结案方式; the token is a reader's of the court.
`PLUMBLINE_API` names another address than http://127.0.0.1:8000. Nothing of the list is kept
(docs/how-to/reconcile-two-systems.md). The exit code is 1 where anything differs.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import urllib.request
from typing import Any

API = os.environ.get("PLUMBLINE_API", "http://127.0.0.1:8000")


def ask(question: dict[str, Any]) -> Any:
    """One page of a reconciliation; urllib.error.HTTPError where it is refused."""
    headers = {"Authorization": f"Bearer {os.environ['PLUMBLINE_TOKEN']}", "Content-Type": "application/json"}
    body = json.dumps(question).encode()
    request = urllib.request.Request(f"{API}/v1/reconciliations", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def main(file: str, court: str, period: str) -> int:
    with open(file, encoding="utf-8-sig", newline="") as lines:
        rows = [
            {"case": one["案号"], "day": one["结案日期"] or None, "method": one["结案方式"] or None}
            for one in csv.DictReader(lines)
        ]
    question = {
        "indicator": "court-core.closed",
        "court": court,
        "scope": "own",
        "period": period,
        "rows": rows,
    }
    differing = 0
    cursor = None
    while True:
        page = ask(question | {"cursor": cursor})
        for one in page["items"]:
            differing += 1
            print(f"{one['kind']}: {one['case']}: {one['words']['zh']}")
        cursor = page["next"]
        if cursor is None:
            break
    for line in page["arithmetic"]:
        print(f"{line['amount']:>6}  {line['words']['zh']}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
