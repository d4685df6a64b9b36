"""What a file would become at the door, record by record, with a score for each class of rules; nothing is kept.

A record counts in the class of the first rule it breaks: the door looks no further. A score is `(n - broken) / n`, in
integers; it is 100 % only where nothing was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from plumbline import envelope, refusals, strictjson
from plumbline.mappings import Unmapped
from plumbline.refusals import Refusal

CLASSES: Final = ("shape", "vocabulary", "time", "subject", "code", "links", "order")
KEPT_MOST: Final = 10_000
"""So many refused records, and so many different unmapped values, are kept whole; the rest are counted."""

_CLASS_OF: Final[Mapping[str, str]] = {
    "unknown_type": "vocabulary", "unknown_field": "vocabulary", "missing_field": "vocabulary",
    "wrong_type": "vocabulary", "out_of_range": "vocabulary", "bad_time": "time", "from_the_future": "time",
    "bad_subject": "subject", "unknown_court": "subject", "unknown_source": "subject", "not_your_source": "subject",
    "not_your_court": "subject", "classified": "subject", "unmapped_code": "code", "bad_link": "links",
    "conflict": "order", "replaces_a_correction": "order",
}  # fmt: skip
_POINTED: Final = {
    "/time": "time", "/recordedtime": "time", "/sequence": "order", "/replaces": "order", "/revision": "order",
    "/subject": "subject", "/type": "vocabulary",
}  # fmt: skip
ACCEPTED: Final = "accepted"
DUPLICATE: Final = "duplicate"


def class_of(reason: str, pointer: str) -> str:
    """The class of rules a refusal belongs to: by its place in the envelope, else by its reason."""
    if pointer in _POINTED:
        return _POINTED[pointer]
    if reason in ("wrong_type", "out_of_range") and pointer and not pointer.startswith("/data"):
        return "shape"
    if reason == "too_long" and pointer.startswith("/data"):
        return "vocabulary"
    return _CLASS_OF.get(reason, "shape")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who would send: its id, and the courts it may speak for with all below (none: every court)."""

    id: str
    courts: tuple[str, ...] = ()

    def may_speak_for(self, court: str) -> bool:
        return not self.courts or court.startswith(self.courts)


@dataclass(frozen=True, slots=True)
class Found:
    """What one record would be: `outcome` accepted, duplicate, or a reason of refusal; `notes` name optional fields
    that would read unknown."""

    line: int
    key: str | None
    outcome: str
    rules: str = ""
    detail: str = ""
    pointer: str = ""
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Missing:
    """An unmapped value: how often it stands, and where first."""

    unmapped: Unmapped
    line: int
    times: int = 0


@dataclass(slots=True)
class Report:
    """The counts of a file. `refused` holds the first 10,000; `worklist` what must be mapped, by code map, column and
    value."""

    records: int = 0
    accepted: int = 0
    duplicates: int = 0
    unknown_fields: int = 0
    broken: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CLASSES, 0))
    reasons: dict[str, int] = field(default_factory=dict)
    refused: list[Found] = field(default_factory=list)
    worklist: dict[Unmapped, Missing] = field(default_factory=dict)

    @property
    def refusals(self) -> int:
        return self.records - self.accepted - self.duplicates

    def add(self, found: Found, unmapped: Unmapped | None = None) -> Found:
        """Count one record."""
        self.records += 1
        self.unknown_fields += len(found.notes)
        if found.outcome == ACCEPTED:
            self.accepted += 1
        elif found.outcome == DUPLICATE:
            self.duplicates += 1
        else:
            self.broken[found.rules] += 1
            self.reasons[found.outcome] = self.reasons.get(found.outcome, 0) + 1
            if len(self.refused) < KEPT_MOST:
                self.refused.append(found)
        if unmapped is not None and (unmapped in self.worklist or len(self.worklist) < KEPT_MOST):
            self.worklist.setdefault(unmapped, Missing(unmapped, found.line)).times += 1
        return found


def percent(broken: int, records: int) -> str:
    """The share that breaks no rule, two places, cut and never rounded up; empty of no records."""
    if not records:
        return ""
    hundredths = (records - broken) * 10_000 // records
    return f"{hundredths // 100}.{hundredths % 100:02d}"


class Examination:
    """Looks at the records of one file in turn. `now` as for the door; `allowed` gives the sender of a source's id, or
    why it may not send."""

    def __init__(
        self, door: envelope.Door, allowed: Callable[[str], Sender | Refusal], now: Callable[[], datetime]
    ) -> None:
        self.report = Report()
        self._door = door
        self._allowed = allowed
        self._now = now
        self._digests: dict[tuple[str, str], bytes] = {}
        self._corrections: set[tuple[str, str]] = set()

    def look(self, line: int, record: bytes | dict[str, Any]) -> Found:
        """What the door would make of one record, after all before it."""
        parsed = strictjson.parse_json(record) if isinstance(record, bytes) else record
        if isinstance(parsed, Refusal):
            return self.refuse(line, parsed)
        named = parsed.get("source") if isinstance(parsed, dict) else None
        sender = self._allowed(named) if isinstance(named, str) else Sender("")
        if isinstance(sender, Refusal):
            return self.refuse(line, sender)
        event = self._door.admit(parsed, source=sender, now=self._now())
        if isinstance(event, Refusal):
            return self.refuse(line, event)
        key = (event.source, event.id)
        known = self._digests.get(key)
        if known is not None:
            if known == event.digest:
                return self.report.add(Found(line, event.id, DUPLICATE))
            detail = "The file holds another record of the same source and id with another content."
            return self.refuse(line, Refusal("conflict", detail, "/id", event.id))
        if event.replaces is not None and (event.source, event.replaces) in self._corrections:
            detail = f"{event.replaces} is a correction itself; name the original."
            return self.refuse(line, Refusal("replaces_a_correction", detail, "/replaces", event.id))
        self._digests[key] = event.digest
        if event.replaces is not None:
            self._corrections.add(key)
        return self.report.add(Found(line, event.id, ACCEPTED, notes=event.unknown))

    def refuse(self, line: int, refusal: Refusal, unmapped: Unmapped | None = None) -> Found:
        """Count a record that was refused before the door."""
        rules = class_of(refusal.reason, refusal.pointer)
        found = Found(line, refusal.id, refusal.reason, rules, refusal.detail, refusal.pointer)
        return self.report.add(found, unmapped)


assert set(_CLASS_OF) <= refusals.REASONS
