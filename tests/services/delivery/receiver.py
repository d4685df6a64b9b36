"""A receiver of webhooks on 127.0.0.1 with real sockets, as ill-mannered as it is told to be; it remembers every request."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@dataclass(frozen=True, slots=True)
class Got:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> Any:
        return json.loads(self.body)


Behaviour = Callable[[Got, int], str]
"""What to do with a request, and how many came before: ok, gone, hang, drip, huge, garbage, close, redirect, a status."""


class Receiver:
    """Listens from the start; `down` closes its port, `up` opens the same one again."""

    def __init__(self, behave: Behaviour = lambda got, before: "ok") -> None:
        self.behave = behave
        self.got: list[Got] = []
        self.taken: list[Got] = []
        self.refused = 0
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._listening: socket.socket | None = None
        self.port = 0
        self.up()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/told"

    def up(self) -> None:
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", self.port))
        made.listen(128)
        self.port = made.getsockname()[1]
        self._listening = made
        threading.Thread(target=self._accept, args=(made,), daemon=True).start()

    def down(self) -> None:
        if self._listening is not None:
            self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None

    def close(self) -> None:
        self.down()
        with self._lock:
            for one in self._open:
                one.close()

    def ids(self) -> list[str]:
        """The message ids that were answered with 2xx, as often as they came."""
        with self._lock:
            return [one.id for one in self.taken]

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with self._lock:
                self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            got = _read(connection)
            with self._lock:
                before = len(self.got)
                self.got.append(got)
            how = self.behave(got, before)
            if how == "ok":
                with self._lock:
                    self.taken.append(got)
            _answer(connection, how)
        except OSError:
            self.refused += 1
        finally:
            connection.close()


def _read(connection: socket.socket) -> Got:
    connection.settimeout(10)
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = connection.recv(65536)
        if not part:
            raise OSError("cut off")
        raw += part
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(headers["content-length"]):
        body += connection.recv(65536)
    return Got(first.split()[1], headers, body, time.monotonic())


def _answer(connection: socket.socket, how: str) -> None:
    if how == "ok":
        connection.sendall(OK)
    elif how == "hang":
        time.sleep(5)
    elif how == "drip":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(400):
            connection.sendall(b"x")
            time.sleep(0.02)
    elif how == "headers":
        for one in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 400:
            connection.sendall(bytes([one]))
            time.sleep(0.02)
    elif how == "huge":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\n")
        while True:
            connection.sendall(b"z" * 65536)
    elif how == "garbage":
        connection.sendall(b"\x00\xff no HTTP at all \r\n\r\n")
    elif how.startswith("redirect "):
        place = how.split()[1]
        connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode())
    elif how != "close":
        connection.sendall(f"HTTP/1.1 {how} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
