"""Keeps a feed's cursor at the ingest service: read once, moved only from the version last seen."""

from __future__ import annotations

import os
import secrets
import socket
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

import httpx2

from plumbline import errors
from services.ingest import sender

PATIENCE_SECONDS: Final = 300.0
PAUSE_SECONDS: Final = 1.0
LEASE_MOST: Final = 3600


class Fenced(errors.Conflict):
    """Another puller holds or has moved the cursor; this one must stop."""

    code = "fenced"


@dataclass(slots=True)
class Counts:
    """What came of rows: read, and their events accepted, duplicates, refused (in quarantine), withheld."""

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    withheld: int = 0
    losses: int = 0

    def add(self, other: Counts) -> None:
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


class Keeper:
    """One feed's cursor, as one puller holds it."""

    def __init__(
        self,
        url: str,
        token: str,
        source: str,
        feed: str,
        *,
        lease_s: int,
        say: Callable[[str], None],
        patience_s: float = PATIENCE_SECONDS,
    ) -> None:
        self._path = f"/v1/pulls/{urllib.parse.quote(source, safe='')}/{urllib.parse.quote(feed, safe='')}"
        self._lease_s, self._say, self._patience_s = lease_s, say, patience_s
        self.holder = f"{socket.gethostname()[:80]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.version = 0
        self._client = httpx2.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx2.Timeout(60.0, connect=5.0),
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def claim(self, *, take_over: bool = False) -> dict[str, Any] | None:
        """Hold the feed and return the cursor that was kept (None: never pulled). Fenced when another puller
        holds it beyond its lease."""
        until = time.monotonic() + 2 * self._lease_s + self._patience_s
        said = False
        while True:
            found = self._found()
            self.version = found["version"] if found else 0
            cursor: dict[str, Any] | None = found["cursor"] if found else None
            state = found["state"] if found else "reading"
            answer = self._put(state, cursor, Counts(), self._lease_s, take_over=take_over)
            if answer.status_code == 200:
                self.version = answer.json()["version"]
                return cursor
            if time.monotonic() > until:
                raise Fenced(_detail(answer))
            if not said:
                self._say(f"waiting: {_detail(answer)}")
                said = True
            time.sleep(PAUSE_SECONDS)

    def move(
        self,
        state: str,
        cursor: dict[str, Any] | None,
        counts: Counts,
        *,
        error: str | None = None,
        hold_s: int | None = None,
    ) -> None:
        """Move the cursor to where reading stands now; Fenced when another puller moved it meanwhile."""
        lease = self._lease_s if hold_s is None else min(hold_s, LEASE_MOST)
        answer = self._put(state, cursor, counts, lease, error=error)
        if answer.status_code == 200:
            self.version = answer.json()["version"]
            return
        # An answer may be lost after the move was done: then the feed stands just where it was moved to.
        found = self._found()
        mine = found is not None and found["version"] == self.version + 1 and found["holder"] == self.holder
        if found is None or not mine:
            raise Fenced(
                _detail(answer), next="One puller is enough; this one stops. What it sent is there once."
            )
        self.version = found["version"]

    def _found(self) -> dict[str, Any] | None:
        answer = self._ask("GET", None)
        return None if answer.status_code == 404 else answer.json()

    def _put(
        self,
        state: str,
        cursor: dict[str, Any] | None,
        counts: Counts,
        lease_s: int,
        *,
        error: str | None = None,
        take_over: bool = False,
    ) -> httpx2.Response:
        body = {
            "version": self.version, "holder": self.holder, "lease_seconds": lease_s, "state": state,
            "cursor": cursor, "error": " ".join(error.split())[:1000] if error else None,
            "take_over": take_over, **asdict(counts),
        }  # fmt: skip
        return self._ask("PUT", body)

    def _ask(self, method: str, body: dict[str, Any] | None) -> httpx2.Response:
        """An answer of 200, 404 (to GET) or 409; patient with a service that is busy, restarting or away."""
        until = time.monotonic() + self._patience_s
        pause = sender.FIRST_PAUSE_SECONDS
        while True:
            try:
                answer = self._client.request(method, self._path, json=body)
            except httpx2.TransportError as failure:
                why = f"no answer ({type(failure).__name__})"
            else:
                if answer.status_code in (200, 409) or (answer.status_code == 404 and method == "GET"):
                    return answer
                if answer.status_code not in sender.AGAIN:
                    raise sender.NotTaken(f"The service does not keep the cursor: {_detail(answer)}")
                why = _detail(answer)
            if time.monotonic() + pause > until:
                raise sender.NotTaken(f"The service kept no cursor for {self._patience_s:.0f} s: {why}")
            self._say(f"waiting {pause:.0f} s: {why}")
            time.sleep(pause)
            pause = min(2 * pause, sender.LONGEST_PAUSE_SECONDS)


def _detail(answer: httpx2.Response) -> str:
    try:
        return f"{answer.status_code} {answer.json()['detail']}"
    except (ValueError, KeyError, TypeError):
        return str(answer.status_code)
