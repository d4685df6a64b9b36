"""Decides a quarantined record: drops it, or replays it as it is, mended, or as a correction, in one
transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from plumbline import envelope, errors, vocabulary
from plumbline.events import Event
from plumbline.refusals import Refusal
from plumbline.store import engine, journal, quarantine
from plumbline.store.quarantine import Kept
from plumbline.store.sources import Source
from plumbline.store.tokens import Principal
from services.ingest.admission import Admission
from services.ingest.problems import NotReplayed

ID_LONGEST: Final = 128


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided; `of` and `record` as the decision needs them."""

    decision: str
    why: str
    of: str | None = None
    record: dict[str, Any] | None = None


def visible(who: Principal, admission: Admission) -> list[str] | None:
    """The sources whose refused records a principal may see; None: all, and those of no source.

    A feeder sees its own sources; office and operator those whose courts all are theirs; a reader none.
    """
    if who.may_decide and "*" in who.courts:
        return None
    known = admission.sources.all().values()
    tree = admission.tree()
    if who.may_decide:
        return [one.id for one in known if all(code != "*" and who.sees(code, tree) for code in one.courts)]
    return [one.id for one in known if who.may_feed(one.id)]


def decide(
    pool: engine.Pool, admission: Admission, who: Principal, record_id: int, verdict: Verdict, now: datetime
) -> dict[str, Any]:
    """Carry a verdict out and return what came of it; nothing is decided unless all of it succeeds.

    errors.NotFound, errors.Conflict where it is decided already, NotReplayed where the record is refused
    again.
    """
    seen = visible(who, admission)
    admission.tree()  # read before the transaction, which then needs one connection only

    def work() -> dict[str, Any]:
        with engine.transaction(pool) as connection:
            kept = quarantine.get(connection, record_id, lock=True)
            if kept is None or (seen is not None and kept.source not in seen):
                raise errors.NotFound(f"There is no quarantined record {record_id}")
            if kept.decision is not None:
                raise errors.Conflict(
                    f"Record {record_id} is decided already", next="Read it to see by whom and why."
                )
            if verdict.decision == "drop":
                outcome: dict[str, Any] = {"result": "dropped"}
            else:
                outcome = _replay(connection, admission, kept, verdict, now)
            quarantine.decide(
                connection,
                record_id,
                decision=verdict.decision,
                who=who.name,
                why=verdict.why,
                outcome=outcome,
            )
            return outcome

    return engine.retrying(work)


def _replay(
    connection: engine.Connection, admission: Admission, kept: Kept, verdict: Verdict, now: datetime
) -> dict[str, Any]:
    record = _record(kept, verdict)
    source = _source(admission, kept, record)
    if verdict.decision == "as_correction_of":
        record = _correcting(connection, kept, record, source, verdict.of)
    event = admission.admit(record, source, now)
    if isinstance(event, Refusal):
        raise NotReplayed(event)
    appended = journal.append(connection, [event], [orjson.dumps(record)])
    result = appended.outcomes[0]
    if isinstance(result, Refusal):
        raise NotReplayed(result)
    return {"result": result, "source": event.source, "event": event.id, "receipt": appended.receipt}


def _record(kept: Kept, verdict: Verdict) -> dict[str, Any]:
    """The record to replay: the mended one, through the same strict parser, or the bytes as they came."""
    raw = kept.raw or b"" if verdict.record is None else orjson.dumps(verdict.record)
    record = envelope.parse_json(raw)
    if isinstance(record, Refusal):
        raise NotReplayed(record)
    assert isinstance(record, dict)
    return record


def _source(admission: Admission, kept: Kept, record: dict[str, Any]) -> Source:
    named = record.get("source")
    source = admission.sources.get(named) if isinstance(named, str) else None
    if source is None:
        raise NotReplayed(Refusal("unknown_source", f"No source {named!r:.130} is registered.", "/source"))
    if kept.source and kept.source != source.id:
        raise NotReplayed(
            Refusal("not_your_source", f"The record came from {kept.source} and stays with it.", "/source")
        )
    return source


def _correcting(
    connection: engine.Connection, kept: Kept, record: dict[str, Any], source: Source, of: str | None
) -> dict[str, Any]:
    """The record as the newest member of the family of `of`, under an id of its own that no retry changes."""
    if of is None:
        raise errors.BadInput("A correction needs the id of the original event", next="Name it in `of`.")
    family = journal.read_family(connection, source.id, of)
    original = next((event for event in family if event.id == of), None)
    if original is None:
        raise errors.NotFound(
            f"The source {source.id} has no event {of!r}", next="Name the id of a stored original."
        )
    if record.get("type") not in (original.type, vocabulary.RETRACTED):
        raise errors.BadInput(
            f"{of} is a {original.type}, the record is a {record.get('type')!r:.64}",
            next="Mend the record's type.",
        )
    return {
        **record,
        "id": _own_id(record, kept, family),
        "replaces": of,
        "revision": max(event.revision for event in family) + 1,
    }


def _own_id(record: dict[str, Any], kept: Kept, family: list[Event]) -> str:
    """The record's own id unless that is taken (a conflict's always is), else one made from it."""
    own = record.get("id")
    name = own if isinstance(own, str) and own else "record"
    if kept.reason != "conflict" and name not in {event.id for event in family}:
        return name
    ending = f"~{kept.id}"
    return name[: ID_LONGEST - len(ending)] + ending
