"""Sends a table whole by its mapping: opens a snapshot, sends its rows in batches, and closes it with their number."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from plumbline import errors, snapshots
from plumbline.mappings import Row, TableMapping, Unmapped
from services.ingest import intake
from services.ingest.intake import Request
from services.ingest.readers import tables_json, tables_xml
from services.ingest.sender import Sender

ROWS: Final = 2_000
BYTES: Final = 8 * 1024 * 1024
"""The most rows and bytes of a batch."""

assert tables_xml.DOCUMENT == tables_json.DOCUMENT


@dataclass(frozen=True, slots=True)
class Terms:
    """How a table is sent: when it was exported, and what of the service's own terms is asked otherwise."""

    taken_at: datetime
    partial: bool = False
    rows_expected: int | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """A row ready to be sent, and where it stands; `fault` where it cannot be told at all, `unmapped` for the worklist."""

    path: Path
    line: int
    body: bytes
    fault: tuple[str, str] | None = None
    unmapped: tuple[Unmapped, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one batch: its rows, the service's answer, and how many bytes of the table are done."""

    rows: list[Packed]
    first: int
    answer: dict[str, Any]
    done: int


def check(request: Request) -> TableMapping:
    """The mapping, fit for whole tables; errors.BadInput otherwise."""
    mapping = request.mapping
    if mapping is None or mapping.snapshot is None:
        raise errors.BadInput(
            "Nothing says what finds a row again the next night",
            next='Write `snapshot: {table: cases, key: "{案号}"}` into the mapping, and give it by --mapping.',
        )
    if any(event.replaces or event.revision for event in mapping.events):
        raise errors.BadInput(
            f"{mapping.name} says replaces or revision, which a whole table does not tell",
            next="Leave them out: what changed is found by comparing.",
        )
    return mapping


def size_of(path: Path) -> int:
    """The bytes of a table, or of all documents of a folder."""
    return sum(one.stat().st_size for one in _documents(path)) if path.is_dir() else path.stat().st_size


def changed_at(path: Path) -> float:
    """When a table, or the newest document of a folder, was last changed: seconds since 1970."""
    return max((one.stat().st_mtime for one in _documents(path)), default=path.stat().st_mtime)


def send(
    path: Path, request: Request, terms: Terms, client: Sender, each: Callable[[Part], None]
) -> dict[str, Any]:
    """Send a table and return its snapshot as it was closed; `each` hears of every batch.

    Safe to repeat at any time. NotTaken where the service refuses.
    """
    mapping = check(request)
    assert mapping.snapshot is not None
    source = request.source or mapping.source
    asked = {
        "source": source,
        "table": mapping.snapshot.table,
        "taken_at": terms.taken_at.isoformat(),
        "partial": terms.partial,
        "rows_expected": terms.rows_expected,
    }
    opened = _ask(client, "/v1/snapshots", asked)
    address = f"/v1/snapshots/{opened['id']}"
    sent = 0
    for batch, done in _batches(_rows(path, request), mapping, source):
        for first, rows, answer in _push(client, address, sent + 1, batch):
            each(Part(rows, first, answer, done))
        sent += len(batch)
    return _ask(client, f"{address}/close", {"rows": sent})


def _ask(client: Sender, path: str, body: object) -> dict[str, Any]:
    answer = client.post(path, orjson.dumps(body), {"Content-Type": "application/json"})
    assert answer is not None  # such a body is never too large
    return answer


def _push(
    client: Sender, address: str, first: int, batch: list[Packed]
) -> Iterator[tuple[int, list[Packed], dict[str, Any]]]:
    """One batch, in halves where the service finds it too large."""
    body = gzip.compress(b"\n".join(one.body for one in batch), compresslevel=1)
    headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
    answer = client.post(f"{address}/rows?first={first}", body, headers)
    if answer is not None:
        yield first, batch, answer
    elif len(batch) == 1:
        raise errors.BadInput(
            f"{batch[0].path.name}:{batch[0].line}: the row is larger than the service takes",
            next="Map fewer of its columns.",
        )
    else:
        middle = len(batch) // 2
        yield from _push(client, address, first, batch[:middle])
        yield from _push(client, address, first + middle, batch[middle:])


def _batches(
    rows: Iterator[tuple[Path, Row, int]], mapping: TableMapping, source: str
) -> Iterator[tuple[list[Packed], int]]:
    """Groups of rows, bounded in number and bytes, with how many bytes of the table are done."""
    batch: list[Packed] = []
    size = done = 0
    for path, row, at in rows:
        one = pack(path, row, mapping, source)
        if batch and (len(batch) == ROWS or size + len(one.body) > BYTES):
            yield batch, done
            batch, size = [], 0
        batch.append(one)
        size += len(one.body)
        done = at
    if batch:
        yield batch, done


def pack(path: Path, row: Row, mapping: TableMapping, source: str) -> Packed:
    """A row as it is sent. One that cannot be told is sent by its key with its refusal, so that it is not missed; of a
    classified one only the digest of its key leaves the file."""
    assert mapping.snapshot is not None
    key = mapping.snapshot.key.of(row)
    if mapping.classified is not None and row.fault is None and mapping.classified.holds(row):
        line = {"key_digest": snapshots.digest_of(key).hex()} if key else {"key": ""}
        fault = None if key else ("missing_attribute", "The row is marked as classified and has no key.")
        return Packed(path, row.line, orjson.dumps(line), fault)
    if not key:
        fault = row.fault or ("missing_attribute", "A column of the key is empty.")
        refused = [{"reason": fault[0], "detail": fault[1]}]
        return Packed(path, row.line, orjson.dumps({"key": "", "refused": refused}), fault)
    events: list[dict[str, Any]] = []
    withheld: list[dict[str, Any]] = []
    unmapped: list[Unmapped] = []
    for told in mapping.translate((row,), source):
        if told.record is not None:
            events.append(told.record)
            continue
        assert told.refusal is not None
        refusal = told.refusal
        withheld.append(
            {
                "id": told.key or None,
                "reason": refusal.reason,
                "detail": refusal.detail,
                "pointer": refusal.pointer,
            }
        )
        unmapped += [told.unmapped] if told.unmapped else []
    body = {"key": key, "events": events} | ({"refused": withheld} if withheld else {})
    return Packed(path, row.line, orjson.dumps(body), None, tuple(unmapped))


def _rows(path: Path, request: Request) -> Iterator[tuple[Path, Row, int]]:
    """Every row with the file it stands in and the bytes done; a document that cannot be read is a row without key."""
    if not path.is_dir():
        with intake.opened_rows(path, request) as (table, at):
            total, size = table.total, path.stat().st_size
            for read, row in enumerate(table.rows, 1):
                yield path, row, size * min(read, total) // total if total else at()
        return
    done = 0
    for document in _documents(path):
        done += document.stat().st_size
        try:
            with intake.opened_rows(document, _as_document(request)) as (table, _):
                for row in table.rows:
                    yield document, row, done
        except (errors.BadInput, *intake.DAMAGED) as bad:
            yield document, Row(0, {}, ("not_an_object", f"The document cannot be read: {bad}")), done


def _documents(path: Path) -> list[Path]:
    """The files of a folder in the order of their names; hidden ones are not documents."""
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))


def _as_document(request: Request) -> Request:
    """The same, each file being one row unless the mapping says which of its elements are."""
    mapping = request.mapping
    assert mapping is not None
    if mapping.shape.row:
        return request
    return replace(request, mapping=replace(mapping, shape=replace(mapping.shape, row=tables_xml.DOCUMENT)))
