"""Stands between a client and the ingest service and can end the client at any moment of a request."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx2

from tests.services.ingest.feedserver import hang_up

Hook = Callable[[str, str, int], bool]
"""Called with the method, `before` or `after` forwarding, and how many of that method came; True: no answer."""


@dataclass
class Proxy:
    """Where it listens, and what it calls."""

    target: str
    url: str = ""
    hook: Hook = lambda method, stage, number: False
    counts: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def forward(self) -> None:
        proxy = self.server.proxy
        with proxy.lock:
            number = proxy.counts[self.command] = proxy.counts.get(self.command, 0) + 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with contextlib.suppress(OSError):
            if proxy.hook(self.command, "before", number):
                self.close_connection = True
                hang_up(self.connection)
                return
            headers = {
                name: value
                for name, value in self.headers.items()
                if name in ("Authorization", "Content-Type")
            }
            answer = httpx2.request(
                self.command, proxy.target + self.path, content=body, headers=headers, timeout=30
            )
            if proxy.hook(self.command, "after", number):
                self.close_connection = True
                hang_up(self.connection)
                return
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["content-type"])
            if "retry-after" in answer.headers:
                self.send_header("Retry-After", answer.headers["retry-after"])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

    def do_GET(self) -> None:
        self.forward()

    def do_PUT(self) -> None:
        self.forward()

    def do_POST(self) -> None:
        self.forward()

    def log_message(self, *_: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy


@contextlib.contextmanager
def proxied(target: str) -> Iterator[Proxy]:
    """A proxy before the service at `target`."""
    server = Server(("127.0.0.1", 0), Handler)
    server.proxy = Proxy(target, f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.proxy
    finally:
        server.shutdown()
        server.server_close()
