"""A court's REST feed as it really is, on a socket of 127.0.0.1: it pages, fails, drips, repeats and forgets."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Fault = Callable[["Handler", bytes], None]


@dataclass
class Source:
    """Rows in their order, how they are paged, and the faults of the next requests (None: none)."""

    rows: list[dict[str, Any]]
    size: int = 10
    faults: list[Fault | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    prefix: str = "c"
    before: Callable[[int], None] = lambda number: None
    headers: list[Mapping[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, query: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        kind = path.strip("/")
        if kind == "since":
            return self._since(query)
        if kind == "lines":
            return 200, {"Content-Type": "application/x-ndjson"}, b"\n".join(map(dumped, self.rows))
        if kind == "number":
            first = (int(query["page"]) - 1) * self.size
        else:
            token = query.get("after", f"{self.prefix}0")
            if not token.startswith(self.prefix):
                return 410, {"Content-Type": "application/json"}, b'{"error": "unknown cursor"}'
            first = int(token.removeprefix(self.prefix))
        shown = self.rows[first : first + self.size]
        token = f"{self.prefix}{first + self.size}" if first + self.size < len(self.rows) else None
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if kind == "link":
            if token:
                headers["Link"] = f'</link?after={token}>; rel="next"'
            return 200, headers, dumped(shown)
        following: object = token
        if kind == "next":
            following = f"/next?after={token}" if token else None
        return 200, headers, dumped({"meta": {"next": following}, "data": {"items": shown}})

    def _since(self, query: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        rows = sorted(self.rows, key=lambda row: str(row["updated"]))
        rows = [row for row in rows if row["updated"] >= query.get("since", "")]
        return 200, {"Content-Type": "application/json"}, dumped({"data": {"items": rows[: self.size]}})


class Handler(http.server.BaseHTTPRequestHandler):
    """One request; its source stands at the server."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        source = self.server.source
        parts = urllib.parse.urlsplit(self.path)
        source.asked.append(self.path)
        source.headers.append(dict(self.headers))
        source.before(len(source.asked))
        status, headers, body = source.answer(parts.path, dict(urllib.parse.parse_qsl(parts.query)))
        fault = source.faults.pop(0) if source.faults else None
        if fault is not None:
            with contextlib.suppress(OSError):
                fault(self, body)
            return
        self.give(status, headers, body)

    def give(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    source: Source

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.__dict__.setdefault("open", []).append(connection)
        return connection, address

    def end(self) -> None:
        """Stop, and end every connection, as a process does that ends."""
        self.shutdown()
        self.server_close()
        for connection in self.__dict__.get("open", []):
            hang_up(connection)


def hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def served(source: Source, port: int = 0) -> Iterator[Source]:
    """The source on a port of its own, or on the one it had before."""
    server = Server(("127.0.0.1", port), Handler)
    server.source = source
    source.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield source
    finally:
        server.end()


def dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


JSON = {"Content-Type": "application/json"}


def status(code: int, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, body: handler.give(code, {"Content-Type": "text/html"} | named, b"<html>no</html>")


def dropped(handler: Handler, body: bytes) -> None:
    """Half a body, then the connection ends."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    handler.close_connection = True
    hang_up(handler.connection)


def cut(handler: Handler, body: bytes) -> None:
    """Half a body that says it is whole."""
    handler.give(200, JSON, body[: len(body) // 2])


def page_of_a_proxy(handler: Handler, body: bytes) -> None:
    handler.give(200, {"Content-Type": "text/html"}, b"<html>please log in</html>")


def dripped(handler: Handler, body: bytes) -> None:
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for place in range(len(body)):
        handler.wfile.write(body[place : place + 1])
        handler.wfile.flush()
        time.sleep(0.2)


def repeated(handler: Handler, body: bytes) -> None:
    """The rows of the page twice."""
    told = json.loads(body)
    told["data"]["items"] = told["data"]["items"] * 2
    handler.give(200, JSON, dumped(told))


def reordered(handler: Handler, body: bytes) -> None:
    told = json.loads(body)
    told["data"]["items"].reverse()
    handler.give(200, JSON, dumped(told))
