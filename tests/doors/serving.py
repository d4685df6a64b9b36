"""An app of a service on a socket of 127.0.0.1, in a thread of the test."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import uvicorn


def free_port() -> int:
    """A port nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Until it holds; fails after so long."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.05)


def ready(url: str) -> bool:
    """Whether a service says it is ready."""
    with contextlib.suppress(httpx2.TransportError):
        return httpx2.get(f"{url}/readyz").status_code == 200
    return False


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of an app, under the server that `plumbline serve` uses."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, "127.0.0.1", port, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{port}"
    try:
        wait(lambda: ready(url))
        yield url
    finally:
        server.should_exit = True
        thread.join(20)
