"""Sends records to a running ingest service in batches, again and again until each batch has its answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import httpx2
import orjson

from plumbline import errors
from plumbline.refusals import Unmapped
from services.ingest.translators import Translated

PATIENCE_SECONDS: Final = 300.0
FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 15.0
AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})
TOO_LARGE: Final = 413
LARGER: Final = "The record is larger than the service takes."
"""The detail of a record the service never took in, so that no quarantine holds it."""


class NotTaken(errors.PlumblineError):
    """The service refused a whole batch, or did not answer for minutes."""

    code = "not_taken"


class TurnedAway(NotTaken):
    """The service refuses the batch as a whole, and will refuse it again: a token that does not hold."""


@dataclass(slots=True)
class Refused:
    """One record that was refused: where it stood, and why."""

    line: int
    id: str | None
    reason: str
    detail: str


@dataclass(slots=True)
class Outcome:
    """What became of records so far."""

    accepted: int = 0
    duplicates: int = 0
    refused: list[Refused] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.accepted += other.accepted
        self.duplicates += other.duplicates
        self.refused += other.refused


class Sender:
    """One connection to one service. Sending is safe to repeat: the journal knows each (source, id) once."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        say: Callable[[str], None],
        patience_s: float = PATIENCE_SECONDS,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._say = say
        self._patience_s = patience_s
        self._client = httpx2.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"},
            timeout=httpx2.Timeout(120.0, connect=5.0),
            transport=transport,
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def send(self, batch: Sequence[Translated]) -> Outcome:
        """Send translated records (each with a record) and tell what became of them; NotTaken when the
        service will not."""
        lines = [one.record if isinstance(one.record, bytes) else orjson.dumps(one.record) for one in batch]
        answer = self.post("/v1/events", b"\n".join(lines))
        if answer is None:
            if len(batch) == 1:
                refused = Refused(batch[0].line, batch[0].key, "too_large", LARGER)
                return Outcome(refused=[refused])
            middle = len(batch) // 2
            outcome = self.send(batch[:middle])
            outcome.add(self.send(batch[middle:]))
            return outcome
        refused_records = [
            Refused(
                batch[one["index"]].line, one["id"] or batch[one["index"]].key, one["reason"], one["detail"]
            )
            for one in answer["rejected"]
        ]
        return Outcome(answer["accepted"], answer["duplicates"], refused_records)

    def deposit(self, held: Sequence[tuple[dict[str, Any], Sequence[Unmapped]]]) -> int:
        """Hand in records (at most 1,000) that wait for words to be mapped; returns how many the service keeps. Where
        it keeps none that is said and no more: sending the file again brings them again.
        """
        records = [{"record": record, "unmapped": [asdict(word) for word in words]} for record, words in held]
        try:
            answer = self.post(
                "/v1/quarantine", orjson.dumps({"records": records}), {"Content-Type": "application/json"}
            )
        except NotTaken as refused:
            self._say(f"{len(held)} records with unmapped codes are not kept: {refused}")
            return 0
        return 0 if answer is None else int(answer["kept"])

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """The answer to a body, or None if it was too large; patient with a service that is busy, restarting
        or away. NotTaken where it refuses."""
        deadline = time.monotonic() + self._patience_s
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                response = self._client.post(path, content=body, headers=headers)
            except httpx2.TransportError as failure:
                why, wait = f"no answer ({type(failure).__name__})", pause
            else:
                if response.is_success:
                    taken: dict[str, Any] = response.json()
                    return taken
                if response.status_code == TOO_LARGE:
                    return None
                if response.status_code not in AGAIN:
                    raise TurnedAway(f"The service refuses the batch: {_detail(response)}")
                why = _detail(response)
                told = response.headers.get("retry-after", "")
                wait = float(told) if told.isdigit() else pause
            if time.monotonic() + wait > deadline:
                raise NotTaken(
                    f"The service took nothing for {self._patience_s:.0f} s: {why}",
                    next="Send the file again.",
                )
            self._say(f"waiting {wait:.0f} s: {why}")
            time.sleep(wait * (1 + 0.2 * random.random()))  # noqa: S311 - spreads senders, hides nothing
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _detail(response: httpx2.Response) -> str:
    try:
        return f"{response.status_code} {response.json()['detail']}"
    except (ValueError, KeyError, TypeError):
        return str(response.status_code)
