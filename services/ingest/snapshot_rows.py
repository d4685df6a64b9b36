"""One batch of rows of a snapshot: compared with what the table last told, and what follows appended, in one
transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from plumbline import errors, snapshots
from plumbline.events import Event
from plumbline.refusals import Refusal
from plumbline.snapshots import Derived, Told
from plumbline.store import engine, journal, quarantine, snapshot_questions
from plumbline.store import snapshots as store
from plumbline.store.snapshots import Kept, Snapshot
from plumbline.store.sources import Source
from plumbline.store.tokens import Principal
from services.ingest import snapshot_lines
from services.ingest.admission import RAW_MOST, Admission
from services.ingest.snapshot_lines import Line

COUNTED: Final = (
    "new", "changed", "unchanged", "originals", "corrections", "retractions", "known_events", "refused", "unreadable",
    "classified", "doubled", "reappeared",
)  # fmt: skip
Member = snapshots.Member


@dataclass(frozen=True, slots=True)
class Bounds:
    """How deep an event may nest, and how many bytes a row may have."""

    depth: int
    longest: int


@dataclass(slots=True)
class Work:
    """A row that must be looked at: the events it tells by id, with their records; `told` grows as they are stored."""

    line: Line
    known: Kept | None
    events: dict[str, tuple[Event, Mapping[str, Any]]] = field(default_factory=dict)
    withheld: set[str] = field(default_factory=set)
    blind: bool = False  # something was withheld that names no event, so nothing may count as told no more
    told: dict[str, Told] = field(default_factory=dict)
    settled: bool = True
    wrote: bool = False


@dataclass(slots=True)
class Batch:
    """What a batch has come to so far."""

    snapshot: Snapshot
    source: Source
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    touched: list[bytes] = field(default_factory=list)
    back: list[bytes] = field(default_factory=list)
    work: dict[bytes, Work] = field(default_factory=dict)
    pending: list[tuple[Work, str, Derived]] = field(default_factory=list)
    kept: list[quarantine.Refused] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, place: int, key: str, refusal: Refusal, raw: bytes | None) -> None:
        """Note a refusal; `raw` None: it is in quarantine already, or may not be kept."""
        self.shown.append(
            {
                "row": place,
                "key": key,
                "id": refusal.id,
                "reason": refusal.reason,
                "detail": refusal.detail,
            }
        )
        if raw is not None:
            self.kept.append(
                quarantine.Refused(
                    self.source.id,
                    refusal.id,
                    raw[:RAW_MOST],
                    refusal.reason,
                    refusal.detail,
                    refusal.pointer or None,
                    refusal.unmapped,
                )
            )


def take(
    pool: engine.Pool,
    admission: Admission,
    who: Principal,
    snapshot_id: int,
    first: int,
    raws: Sequence[bytes],
    bounds: Bounds,
    now: datetime,
) -> tuple[dict[str, Any], str]:
    """Take rows `first` and following in; what came of them, and of which source they are. Sent again, or in other
    batches, they change nothing.

    errors.NotFound where the token may not feed the source, errors.Conflict where the snapshot is not open.
    """
    lines, unread = snapshot_lines.split(raws, first, depth=bounds.depth, longest=bounds.longest)
    admission.tree()  # read before the transaction, which then needs one connection only

    def work() -> tuple[dict[str, Any], str]:
        with engine.transaction(pool) as connection:
            snapshot = held(connection, who, snapshot_id)
            if snapshot.state != "open":
                raise errors.Conflict(
                    f"The snapshot {snapshot_id} is {snapshot.state} and takes no rows",
                    next="Open a new one.",
                )
            source = admission.sources.get(snapshot.source)
            assert (
                source is not None
            )  # it was registered when the snapshot was opened, and none is ever removed
            batch = Batch(snapshot, source)
            receipt = _compare(connection, admission, batch, lines, now)
            for place, raw, refusal in unread:
                batch.counts["unreadable"] += 1
                batch.refuse(place, "", refusal, raw)
            batch.counts["refused"] = len(batch.shown)
            quarantine.put(connection, batch.kept)
            total = {name: snapshot.counts.get(name, 0) + count for name, count in batch.counts.items()}
            store.note_received(connection, snapshot.id, first, len(raws), total)
            taken = {"rows": len(raws), **batch.counts, "rejected": batch.shown, "receipt": receipt}
            return taken, source.id

    return engine.retrying(work)


def held(connection: engine.Connection, who: Principal, snapshot_id: int) -> Snapshot:
    """A snapshot of a source the principal feeds, with its table locked; errors.NotFound otherwise."""
    found = store.get(connection, snapshot_id)
    if found is None or not who.may_feed(found.source):
        raise errors.NotFound(f"There is no snapshot {snapshot_id}")
    store.lock_table(connection, found.source, found.table)
    again = store.get(connection, snapshot_id, lock=True)
    assert again is not None
    return again


def _compare(
    connection: engine.Connection, admission: Admission, batch: Batch, lines: Sequence[Line], now: datetime
) -> int | None:
    known = store.read_rows(connection, batch.snapshot, {line.digest for line in lines})
    _sort(batch, lines, known)

    def admit(record: Mapping[str, Any]) -> Event | Refusal:
        return admission.admit(record, batch.source, now)

    for work in batch.work.values():
        _read(batch, work, admit)
    _derive(connection, batch, admit)
    receipt = _append(connection, batch)
    if batch.back:
        snapshot_questions.answer_reappeared(connection, batch.snapshot, batch.back, now)
        detail = {"rows": len(batch.back)}
        quarantine.note(
            connection,
            batch.snapshot.opened_by,
            "snapshot.reappeared",
            f"snapshot/{batch.snapshot.id}",
            detail,
        )
    store.touch_rows(connection, batch.snapshot, batch.touched)
    store.save_rows(connection, batch.snapshot, [_row(work) for work in batch.work.values()])
    for work in batch.work.values():
        state = "new" if work.known is None else "changed" if work.wrote else "unchanged"
        batch.counts[state] += 1
    return receipt


def _sort(batch: Batch, lines: Sequence[Line], known: Mapping[bytes, Kept]) -> None:
    """Set aside the rows that say what they said; of the others make work. One key is one row of a sending: the first."""
    met: dict[bytes, bytes] = {}
    plain = batch.source.settings.plain  # else the same words may have come to mean something else
    for line in lines:
        kept = known.get(line.digest)
        if kept is not None and kept.seen == batch.snapshot.sending:
            met.setdefault(line.digest, kept.offered)
        if line.closed:
            batch.counts["classified"] += 1
        elif line.digest in met and met[line.digest] != line.offered:
            batch.counts["doubled"] += 1
            detail = f"The table holds {line.key} in another row already, and they differ; a key is one row."
            batch.refuse(line.place, line.key, Refusal("duplicate_key", detail, "/key"), line.raw)
            continue
        elif line.digest in batch.work:
            batch.counts["doubled"] += 1
            continue
        met[line.digest] = line.offered
        if kept is not None and kept.standing != snapshots.IN and line.digest not in batch.back:
            batch.counts["reappeared"] += 1
            batch.back.append(line.digest)
        if line.closed or (kept is not None and kept.settled and kept.offered == line.offered and plain):
            batch.touched.append(line.digest)
            batch.counts["unchanged"] += not line.closed
        else:
            batch.work[line.digest] = Work(line, kept, told=dict(kept.told) if kept else {})


def _read(batch: Batch, work: Work, admit: snapshots.Admit) -> None:
    """The events of a row as the door sees them, and what is withheld."""
    line = work.line
    for refusal in line.refused:
        work.withheld |= {refusal.id} if refusal.id else set()
        work.blind |= refusal.id is None
        work.settled = False
        raw = snapshot_lines.withheld(line, refusal, batch.snapshot.table)
        batch.refuse(line.place, line.key, refusal, None if refusal.reason == "classified" else raw)
    for given in line.records:
        record = {"source": batch.source.id, **given}
        event = _plain(record) or admit(record)
        if isinstance(event, Event) and event.id in work.events:
            if work.events[event.id][0].digest == event.digest:
                continue
            event = Refusal("conflict", f"The row tells {event.id} twice, and otherwise.", "/id", event.id)
        if isinstance(event, Refusal):
            work.withheld |= {event.id} if event.id else set()
            work.blind |= event.id is None
            work.settled = False
            batch.refuse(line.place, line.key, event, orjson.dumps(record))
        else:
            work.events[event.id] = event, record


def _plain(record: Mapping[str, Any]) -> Refusal | None:
    """A row tells what is; that it was told otherwise before is found here."""
    for name in ("replaces", "revision"):
        if name in record:
            shown = record.get("id")
            return Refusal(
                "unknown_field",
                f"A row of a snapshot tells its events as they are now, without {name}.",
                f"/{name}",
                shown if isinstance(shown, str) and 0 < len(shown) <= 128 else None,
            )
    return None


def _derive(connection: engine.Connection, batch: Batch, admit: snapshots.Admit) -> None:
    """What must be appended, looked up for the whole batch at once."""
    changed: list[tuple[Work, str]] = []
    for work in batch.work.values():
        told = work.known.told if work.known else {}
        changed += [
            (work, key)
            for key, (event, _) in work.events.items()
            if key not in work.withheld and not snapshots.is_told(event, told.get(key))
        ]
        if not work.blind:
            changed += [(work, key) for key in snapshots.no_longer_told(told, work.events, work.withheld)]
    families = store.read_members(connection, batch.source.id, sorted({key for _, key in changed}))
    for work, key in changed:
        family = families.get(key, [])
        told_before = work.told.get(key)
        if key in work.events:
            event, record = work.events[key]
            derived = snapshots.derive(event, record, told_before, family, admit)
        else:
            assert told_before is not None
            derived = snapshots.retract(batch.source.id, key, told_before, family, admit)
        if isinstance(derived, Refusal):
            work.settled = False
            raw = orjson.dumps(work.events[key][1]) if key in work.events else work.line.raw
            batch.refuse(work.line.place, work.line.key, derived, raw)
        elif derived.event is None:
            work.told[key] = derived.told
            batch.counts["known_events"] += 1
        else:
            batch.pending.append((work, key, derived))


def _append(connection: engine.Connection, batch: Batch) -> int | None:
    """Append what follows; what the journal refuses it keeps in quarantine, and the row's state stays behind it."""
    events = [derived.event for _, _, derived in batch.pending if derived.event is not None]
    if not events:
        return None
    raws = [orjson.dumps(derived.record) for _, _, derived in batch.pending]
    appended = journal.append(connection, events, raws)
    for (work, key, derived), outcome in zip(batch.pending, appended.outcomes, strict=True):
        if isinstance(outcome, Refusal):
            work.settled = False
            batch.refuse(work.line.place, work.line.key, outcome, None)
            continue
        work.told[key] = derived.told
        work.wrote = True
        if outcome == journal.DUPLICATE:
            name = "known_events"
        elif derived.told.retracted:
            name = "retractions"
        else:
            name = "corrections" if derived.told.revision else "originals"
        batch.counts[name] += 1
    return appended.receipt


def _row(work: Work) -> Kept:
    line = work.line
    homes = {event.home_court for event, _ in work.events.values()} | set(
        work.known.courts if work.known else ()
    )
    return Kept(line.digest, line.key, tuple(sorted(homes)), work.told, line.offered, work.settled)
