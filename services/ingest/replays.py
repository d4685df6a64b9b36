"""Tries refused records again in bounded numbers, each by a decision of its own, once maps, courts or settings changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from plumbline import envelope, errors
from plumbline.refusals import Refusal, Unmapped
from plumbline.store import engine, quarantine, worklist
from plumbline.store.sources import Source
from plumbline.store.tokens import Principal
from services.ingest import decisions
from services.ingest.admission import RAW_MOST, Admission
from services.ingest.decisions import Verdict
from services.ingest.problems import NotReplayed


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which undecided records: of a source, refused for a reason, with such a word (None: any), above `after`."""

    source: str
    reason: str
    field: str | None
    value: str | None
    after: int
    limit: int
    why: str


@dataclass(slots=True)
class Tried:
    """What became of the records of one call; `next` is None when none is left to try."""

    tried: int = 0
    results: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    next: int | None = None


def replay(pool: engine.Pool, admission: Admission, who: Principal, wanted: Wanted, now: datetime) -> Tried:
    """Try records as they came. Each is decided in a transaction of its own, with who and why; one that is refused
    again stays undecided. errors.NotFound for a source whose records the principal does not see.
    """
    admission.forget()
    seen = decisions.visible(who, admission)
    source = admission.sources.get(wanted.source)
    if source is None or (seen is not None and source.id not in seen):
        raise errors.NotFound(f"There is no source {wanted.source!r}", next="GET /v1/sources lists them.")
    with engine.transaction(pool) as connection:
        numbers = worklist.list_replayable(
            connection,
            source=source.id,
            reason=wanted.reason,
            field=wanted.field,
            value=wanted.value,
            after=wanted.after,
            limit=wanted.limit + 1,
        )
    found = Tried(next=numbers[wanted.limit - 1] if len(numbers) > wanted.limit else None)
    for number in numbers[: wanted.limit]:
        found.tried += 1
        why = _waits(pool, admission, source, number) or _try(pool, admission, who, number, wanted.why, now)
        if isinstance(why, Refusal):
            found.reasons[why.reason] += 1
        else:
            found.results[why] += 1
    return found


def _try(
    pool: engine.Pool, admission: Admission, who: Principal, number: int, why: str, now: datetime
) -> str | Refusal:
    """What became of one record: accepted, duplicate, decided (by another meanwhile), or why it is refused again."""
    try:
        outcome = decisions.decide(pool, admission, who, number, Verdict("as_is", why), now)
    except NotReplayed as again:
        return again.refusal
    except errors.Conflict:
        return "decided"
    return str(outcome["result"])


def _waits(pool: engine.Pool, admission: Admission, source: Source, number: int) -> Refusal | None:
    """Why a record still waits for a word: an open field would take the word for a code."""
    with engine.transaction(pool) as connection:
        words = worklist.read_unmapped(connection, number)
    left = tuple(word for word in words if not is_mapped(admission, source, word))
    return Refusal("unmapped_code", "", unmapped=left) if left else None


def is_mapped(admission: Admission, source: Source, word: Unmapped) -> bool:
    """Whether the maps set for the source know a word of a field by now."""
    return admission.knows(source, word.field, word.value)


def deposit(
    pool: engine.Pool,
    admission: Admission,
    who: Principal,
    records: list[tuple[dict[str, object], list[Unmapped]]],
) -> int:
    """Keep records that a feeder holds back for words nobody has mapped; returns how many. Nothing is kept unless
    every one names a source the token feeds and that is registered, and none is marked as classified.
    """
    kept = []
    for record, words in records:
        named = record.get("source")
        source = admission.sources.get(named) if isinstance(named, str) and who.may_feed(named) else None
        if source is None:
            raise errors.NotAllowed(
                f"The token of {who.name} may not feed {named!r:.130}",
                next="Name a registered source of the token in each record.",
            )
        if envelope.is_classified(record):
            raise errors.BadInput("A record is marked as classified", next="Do not send it.")
        key, raw = record.get("id"), orjson.dumps(record)
        if len(raw) > RAW_MOST:
            raise errors.BadInput("A record has more than a megabyte", next="Send what is in the vocabulary.")
        first = words[0]
        detail = f"{first.field} holds {first.value[:60]!r}, which {first.map} does not map; add it there."
        pointer = "/subject" if first.field == "subject" else f"/data/{first.field.rpartition('.')[2]}"
        shown = key if isinstance(key, str) and len(key) <= 128 else None
        kept.append(quarantine.Refused(source.id, shown, raw, "unmapped_code", detail, pointer, tuple(words)))
    with engine.transaction(pool) as connection:
        quarantine.put(connection, kept)
    return len(kept)
