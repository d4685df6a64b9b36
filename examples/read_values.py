"""Read figures politely: ask again with the ETag, and take 304 for "nothing has changed" (standard library only).

    PLUMBLINE_TOKEN=plk_… python examples/read_values.py 示2401 2026-05

takes a reader's token of the court. `PLUMBLINE_API` names another address than http://127.0.0.1:8000. A value is never
shown bare: numerator and denominator, how much of what was declared has come (coverage), or the reason there is none.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

API = os.environ.get("PLUMBLINE_API", "http://127.0.0.1:8000")
INDICATORS = ("court-core.filed", "court-core.closed", "court-core.closing_rate")


class Reader:
    """Keeps the last answer to every question, and asks only whether it still holds."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.kept: dict[str, tuple[str, Any]] = {}

    def get(self, path: str, **asked: str) -> tuple[Any, bool]:
        """(the answer, whether it is the one already known). urllib.error.HTTPError for every refusal."""
        address = f"{API}{path}?{urllib.parse.urlencode(asked)}"
        headers = {"Authorization": f"Bearer {self.token}"}
        if address in self.kept:
            headers["If-None-Match"] = self.kept[address][0]
        try:
            with urllib.request.urlopen(urllib.request.Request(address, None, headers), timeout=60) as answer:
                found = json.load(answer)
                if tag := answer.headers.get("ETag"):
                    self.kept[address] = (tag, found)
                return found, False
        except urllib.error.HTTPError as told:
            if told.code == 304:
                return self.kept[address][1], True
            raise


def said(value: Any) -> str:
    """A value as a person reads it."""
    name = f"{value['title']['zh']} {value['court']} {value['period']}"
    if value["value"] is None:
        return f"{name}: not available, {value['reason']}"
    of = "" if value["denominator"] in (None, 1) else f" = {value['numerator']} / {value['denominator']}"
    return f"{name}: {value['value']} {value['unit']}{of}, coverage {value['coverage']}"


if __name__ == "__main__":
    court, period = (sys.argv[1:] + ["示2401", "2026-05"][len(sys.argv) - 1 :])[:2]
    reader = Reader(os.environ["PLUMBLINE_TOKEN"])
    for _ in range(2):
        for indicator in INDICATORS:
            value, same = reader.get(
                f"/v1/indicators/{indicator}/value", court=court, scope="own", period=period
            )
            print("unchanged" if same else said(value))
