"""R1: batches of events over HTTP with every check on, beside a raw binary COPY of the same rows.

The baseline's rows are the stored rows themselves, read back in PostgreSQL's binary form before the timing:
it encodes
nothing, checks nothing, marks nothing. Same batches, one commit a batch, the same indexes, the same server.
"""

from __future__ import annotations

import http.client
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from plumbline import envelope, errors
from plumbline.events import Event
from plumbline.store import engine, journal
from plumbline.store.statements import statement
from services.bench import cases, stage, table

BATCH = 5_000
BATCHES = 4
GOAL = 0.35
SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
ROUND = BATCH * BATCHES

BAD: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "duplicate_key": (b"case.filed", lambda one: one[:-1] + b',"id":"twice"}'),
    "not_a_number": (b"case.filed", lambda one: one.replace(b'"procedure":"ordinary"', b'"procedure":NaN')),
    "unknown_field": (b"case.filed", lambda one: one.replace(b'"procedure"', b'"proceedings"')),
    "bad_subject": (b"case.filed", lambda one: one.replace("初".encode(), "喵".encode())),
    "conflict": (b"case.filed", lambda one: one.replace(b'"ordinary"', b'"summary"')),
    "out_of_range": (b"case.closed", lambda one: one.replace(b'"method":"', b'"method":"un')),
}
"""A check by the reason it gives, and how to make a good event of some type fail it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One request: its body, and its rows as the server keeps them."""

    body: bytes
    rows: tuple[bytes, ...]


@dataclass(slots=True)
class Costs:
    """Microseconds of processor an event costs one process, stage by stage; `wait` is on the server, by the
    wall."""

    parse: float = 0.0
    admit: float = 0.0
    append: float = 0.0
    wait: float = 0.0


@dataclass(slots=True)
class Run:
    """What the rounds gave: events a second of each side, and what was used meanwhile."""

    one: list[float] = field(default_factory=list)
    two: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    cpu_us: float = 0.0
    generator: float = 0.0
    checks: dict[str, bool] = field(default_factory=dict)


def measure(
    place: stage.Stage, seed: int, rounds: int, *, batch: int = BATCH, batches: int = BATCHES
) -> list[table.Row]:
    """The rows R1 (one process) and R1x2 (two processes)."""
    prepared, costs = _prepare(place, seed, rounds + 1, batch, batches)
    bases = {name: place.database(f"ingest_{name}") for name in ("one", "two", "raw")}
    run = _rounds(place, bases, prepared, batch * batches)
    hashes = {name: table.digest(_stored(base.dsn)) for name, base in bases.items()}
    sent = sum(len(each.body) for each in prepared[0])
    more: dict[str, Any] = {
        "batch": batch,
        "batches_a_round": batches,
        "bytes_an_event": round(sent / batch / batches),
        "generator_cpu_share": round(run.generator, 3),
        "checks_refused_as_they_should": run.checks,
        "hashes": hashes,
        "us_an_event": {
            "parse": round(costs.parse, 1),
            "admit": round(costs.admit, 1),
            "append": round(costs.append, 1),
            "wait_for_the_server": round(costs.wait, 1),
            "service_cpu_all_told": round(run.cpu_us, 1),
        },
    }
    one = (
        f"Python on one core: of {run.cpu_us:.0f} us of processor an event, {costs.parse:.0f} parse, "
        f"{costs.admit:.0f} admit (types, case number, links, digest), {costs.append:.0f} append; the "
        f"server's COPY, index and commit take {costs.wait:.0f} us beside it"
    )
    two = "the machine's two cores, shared by two services, their two server sessions and the sender"
    right = all(run.checks.values())
    return [
        _row("R1", "one process", run.one, run.raw, right and hashes["one"] == hashes["raw"], one, more),
        _row("R1x2", "two processes", run.two, run.raw, right and hashes["two"] == hashes["raw"], two, more),
    ]


def _rounds(
    place: stage.Stage, bases: dict[str, stage.Database], prepared: list[list[Batch]], events: int
) -> Run:
    """Every side in turn, round by round; the first round warms up and does not count."""
    run = Run()
    with (
        place.service("ingest", bases["one"], "ingest-1") as first,
        place.service("ingest", bases["two"], "ingest-2") as second,
        place.service("ingest", bases["two"], "ingest-3") as third,
    ):
        began, generator, cpu = time.perf_counter(), time.process_time(), first.cpu_s()
        for number, batches in enumerate(prepared):
            one = _push([first.address], bases["one"].token, batches)
            two = _push([second.address, third.address], bases["two"].token, batches)
            raw = _copy(bases["raw"].dsn, batches)
            if number:
                for figures, took in ((run.one, one), (run.two, two), (run.raw, raw)):
                    figures.append(events / took)
        run.cpu_us = 1e6 * (first.cpu_s() - cpu) / (events * len(prepared))
        run.generator = (time.process_time() - generator) / (time.perf_counter() - began)
        run.checks = _checks_on(first.address, bases["one"].token, prepared[0][0].body)
    return run


def _row(
    name: str,
    how: str,
    ours: Sequence[float],
    raw: Sequence[float],
    equal: bool,
    bound: str,
    more: dict[str, Any],
) -> table.Row:
    what = f"HTTP batches of {more['batch']:,}, {how} / raw binary COPY"
    check = "the stored rows of both sides hash alike, and a planted fault of each kind is refused"
    return table.Row(
        name, what, "events/s", tuple(ours), tuple(raw), True, equal, check, bound, f">= {GOAL}", more
    )


def _prepare(
    place: stage.Stage, seed: int, rounds: int, batch: int, batches: int
) -> tuple[list[list[Batch]], Costs]:
    """Bodies and, by way of a database of their own, the rows that must come of them; timed stage by stage
    meanwhile."""
    database = place.database("ingest_prepared")
    maker, door, costs = cases.Maker(seed, "r1"), stage.door(), Costs()
    bodies: list[bytes] = []
    pool = database.pool()
    try:
        for _ in range(rounds * batches):
            body = cases.body(maker.records(batch))
            _append(pool, door, body.splitlines(), costs, rounds * batches * batch)
            bodies.append(body)
    finally:
        pool.close()
    rows = list(_stored(database.dsn, whole=True))
    cut = [Batch(body, tuple(rows[at * batch : (at + 1) * batch])) for at, body in enumerate(bodies)]
    return [cut[at : at + batches] for at in range(0, len(cut), batches)], costs


def _append(pool: engine.Pool, door: envelope.Door, raws: list[bytes], costs: Costs, total: int) -> None:
    now = datetime.now(UTC)
    began = time.process_time()
    parsed = [envelope.parse_json(raw, 16) for raw in raws]
    done = time.process_time()
    costs.parse += 1e6 * (done - began) / total
    admitted = [door.admit(record, source=stage.SOURCE, now=now) for record in parsed]
    began = time.process_time()
    costs.admit += 1e6 * (began - done) / total
    events = [one for one in admitted if isinstance(one, Event)]
    assert len(events) == len(raws), next(one for one in admitted if not isinstance(one, Event))
    began, wall = time.process_time(), time.perf_counter()
    with engine.transaction(pool) as connection:
        journal.append(connection, events, raws)
    used = time.process_time() - began
    costs.append += 1e6 * used / total
    costs.wait += 1e6 * (time.perf_counter() - wall - used) / total


def _push(addresses: list[str], token: str, batches: Sequence[Batch]) -> float:
    """Seconds until every batch is answered: two requests under way, spread over the addresses."""
    problems: list[str] = []

    def send(lane: int) -> None:
        line = http.client.HTTPConnection(urlsplit(addresses[lane % len(addresses)]).netloc, timeout=120)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
        for batch in batches[lane::2]:
            line.request("POST", "/v1/events", batch.body, headers)
            answer = line.getresponse()
            told = orjson.loads(answer.read())
            if answer.status != 202 or told["accepted"] != len(batch.rows):
                problems.append(f"{answer.status} {str(told)[:300]}")
        line.close()

    lanes = [threading.Thread(target=send, args=(lane,)) for lane in range(2)]
    began = time.perf_counter()
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    took = time.perf_counter() - began
    if problems:
        raise errors.Unavailable(
            "ingest did not take a batch whole", why=problems[0], next="Look at what it says."
        )
    return took


def _copy(dsn: str, batches: Sequence[Batch]) -> float:
    """Seconds of the raw COPY, one connection, one commit a batch."""
    prepared = [SIGNATURE + b"".join(batch.rows) + TRAILER for batch in batches]
    took = 0.0
    with engine.single(dsn, name="raw", statement_timeout_ms=120_000) as connection:
        connection.commit()
        for content in prepared:
            began = time.perf_counter()
            with connection.cursor() as cursor, cursor.copy(statement("copy_events")) as copy:
                copy.write(content)
            connection.commit()
            took += time.perf_counter() - began
    return took


def _stored(dsn: str, *, whole: bool = False) -> Iterator[bytes]:
    """Every row of the journal in binary form, in the order written; without its receipt unless `whole`."""
    with (
        engine.single(dsn, name="bench", statement_timeout_ms=120_000) as connection,
        connection.cursor() as cursor,
        cursor.copy(statement("copy_journal")) as copy,
    ):
        content = b"".join(copy)
    at = len(SIGNATURE)
    while (count := struct.unpack_from("!h", content, at)[0]) >= 0:
        start, end = at, at + 2
        for _ in range(count):
            last = end
            (size,) = struct.unpack_from("!i", content, end)
            end += 4 + max(size, 0)
        yield content[start : end if whole else last]
        at = end


def _checks_on(address: str, token: str, body: bytes) -> dict[str, bool]:
    """Whether each planted fault is refused for its own reason by the service that was measured."""
    good = body.splitlines()
    wrong = [spoil(next(one for one in good if kind in one)) for kind, spoil in BAD.values()]
    line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    line.request("POST", "/v1/events", b"\n".join(wrong), headers)
    told = orjson.loads(line.getresponse().read())
    line.close()
    found = {one["index"]: one["reason"] for one in told["rejected"]}
    return {reason: found.get(place) == reason for place, reason in enumerate(BAD)}
