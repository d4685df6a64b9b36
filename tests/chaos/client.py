"""Senders that push without rest and never give a batch up: each outcome is acked, refused, or unknown and
sent again."""

from __future__ import annotations

import collections
import http.client
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson

from tests.chaos.feed import Batch, Feed, Little

PATIENCE_S = 90.0
PAUSE_S = 0.05


@dataclass(slots=True)
class History:
    """What all senders know: ids by outcome, and how often an answer did not come."""

    acked: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    cases: list[Little] = field(default_factory=list)
    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    complaints: list[str] = field(default_factory=list)
    in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Sender(threading.Thread):
    """One connection; ends after `stop` once all it began is answered. What it saw is in `history`."""

    def __init__(self, address: str, token: str, feed: Feed, history: History, *, pause_s: float) -> None:
        super().__init__(daemon=True)
        self._address = urlsplit(address).netloc
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
        self._feed, self._history, self._pause_s = feed, history, pause_s
        self._stopping = threading.Event()
        self._line: http.client.HTTPConnection | None = None

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        for batch in self._feed.batches():
            self._deliver(batch)
            if self._stopping.wait(self._pause_s):
                break
        self._deliver(self._feed.rest())
        with self._history.lock:
            self._history.cases += self._feed.cases

    def _deliver(self, batch: Batch) -> None:
        """Push until there is an answer. A broken attempt may have been committed: its outcome is unknown,
        not failed."""
        if not batch.records:
            return
        body = b"\n".join(orjson.dumps(record) for record in batch.records)
        deadline = time.monotonic() + PATIENCE_S
        doubtful = False
        while time.monotonic() < deadline:
            outcome, answer = self._attempt(body)
            if outcome == "answered":
                self._note(batch, answer, doubtful=doubtful)
                return
            doubtful = doubtful or outcome == "unknown"
            with self._history.lock:
                self._history.counts[outcome] += 1
            time.sleep(PAUSE_S)
        with self._history.lock:
            self._history.complaints.append(f"no answer in {PATIENCE_S:.0f} s")

    def _attempt(self, body: bytes) -> tuple[str, bytes]:
        """`answered`, `busy` (429), `away` (nobody listened, nothing was sent), or `unknown`."""
        line = self._line or http.client.HTTPConnection(self._address, timeout=30)
        self._line = None
        try:
            if line.sock is None:
                line.connect()
        except OSError:
            line.close()
            return "away", b""
        with self._history.lock:
            self._history.in_flight += 1
        try:
            line.request("POST", "/v1/events", body, self._headers)
            answer = line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            line.close()
            return "unknown", b""
        finally:
            with self._history.lock:
                self._history.in_flight -= 1
        self._line = line
        if answer.status == 202:
            return "answered", content
        if answer.status in (429, 503):
            # 503 may come from a connection that broke in COMMIT: stored or not, nobody knows.
            return ("busy" if answer.status == 429 else "unknown"), b""
        with self._history.lock:
            self._history.complaints.append(f"{answer.status}: {content[:200]!r}")
        return "unknown", b""

    def _note(self, batch: Batch, content: bytes, *, doubtful: bool) -> None:
        answer = orjson.loads(content)
        refused = {one["id"]: one["reason"] for one in answer["rejected"]}
        known = {record["id"] for record in batch.records}
        with self._history.lock:
            self._history.counts["answered"] += 1
            self._history.counts["resolved after doubt"] += doubtful
            self._history.refused.update(refused)
            self._history.acked |= known - refused.keys()
            if refused.keys() != batch.bad:
                self._history.complaints.append(f"refused {refused}, expected {sorted(batch.bad)}")
            if answer["accepted"] + answer["duplicates"] + len(refused) != len(known):
                self._history.complaints.append(f"{len(known)} sent, the answer counts otherwise: {answer}")
            if not doubtful and answer["duplicates"] != len(batch.again):
                self._history.complaints.append(
                    f"{answer['duplicates']} called duplicates, {len(batch.again)} were"
                )
