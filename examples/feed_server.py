"""A tiny feed to be pulled: cases page by page, each answer naming the next (standard library only).

What a court system must offer so that `plumbline pull` can read it. Run it, and pull it by examples/feed.yaml:

    python examples/feed_server.py 9000 &
    plumbline pull examples/feed.yaml

Rows stand in the order in which they became known, and one that is there stays: that is all a cursor needs.
"""

from __future__ import annotations

import http.server
import json
import sys
import urllib.parse
from typing import Any

SIZE = 2
ROWS: list[dict[str, Any]] = [
    {"no": 1, "案号": "（2026）示2401民初811号", "filed": {"on": "2026-05-04", "how": "简易程序"}},
    {"no": 2, "案号": "（2026）示2401民初812号", "filed": {"on": "2026-05-06", "how": "普通程序"}},
    {
        "no": 3,
        "案号": "（2026）示2401民初813号",
        "filed": {"on": "2026-05-07", "how": "简易程序"},
        "closed": "2026-06-01",
    },
]


class Feed(http.server.BaseHTTPRequestHandler):
    """GET /cases?after=<how many rows were read>."""

    def do_GET(self) -> None:
        parts = urllib.parse.urlsplit(self.path)
        if parts.path != "/cases":
            self.send_error(404)
            return
        after = int(dict(urllib.parse.parse_qsl(parts.query)).get("after", "0"))
        until = after + SIZE
        page = {
            "items": ROWS[after:until],
            "next": f"/cases?after={until}" if until < len(ROWS) else None,
        }
        body = json.dumps(page, ensure_ascii=False).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 9000), Feed
    )
    print(f"http://127.0.0.1:{server.server_address[1]}/cases", flush=True)
    server.serve_forever()
