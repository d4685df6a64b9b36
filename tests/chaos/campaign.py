"""One campaign of kills: the stage is set, senders push, processes die at planned points, the table says
what was hit."""

from __future__ import annotations

import collections
import json
import random
import socket
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psycopg

from plumbline.runtime import postgres, schema
from plumbline.runtime import settings as settings_
from plumbline.store import engine, tokens
from tests import keeper
from tests.chaos import upkeep
from tests.chaos.client import History, Sender
from tests.chaos.feed import Feed
from tests.chaos.upkeep import Fault, Kill, Service

INGEST = ("before_commit", "after_commit_before_answer")
SCORING = ("after_posting", "before_page_commit", "after_page_commit", "before_value_commit")
WRITING = "while it writes"
SENDERS = 4
PAUSE_S = 0.03
SERVER_KILL_S = 4.0
SOURCE = "court"
BUILD = Path(__file__).resolve().parents[2] / "build" / "chaos"


@dataclass(frozen=True, slots=True)
class Plan:
    """How often each point is aimed at, and the longest the campaign may take (s)."""

    each_ingest: int
    each_scoring: int
    server: int
    seconds: float
    seed: int

    def faults(self, points: Sequence[str], each: int) -> list[Fault]:
        dice = random.Random(self.seed)
        order = [point for point in points for _ in range(each)]
        dice.shuffle(order)
        return [Fault(point, dice.randint(1, 3)) for point in order]

    def expected(self) -> dict[tuple[str, str], int]:
        return (
            {("ingest", point): self.each_ingest for point in INGEST}
            | {("scoring", point): self.each_scoring for point in SCORING}
            | {("postgres", WRITING): self.server}
        )


@dataclass(slots=True)
class Result:
    """What a campaign saw: its kills, what the senders know, and whatever was not as it should be."""

    kills: list[Kill]
    history: History
    trouble: list[str]
    seconds: float
    settle_s: float = 0.0
    notes: list[str] = field(default_factory=list)


def run(server: postgres.Server, folder: Path, plan: Plan) -> Result:
    """Kill as planned while senders push; ends settled, with every process stopped. Call from the main
    thread."""
    settings, token = _stage(server.dsn, folder)
    ingest = Service("ingest", settings, server.dsn, folder, plan.faults(INGEST, plan.each_ingest))
    scoring = Service("scoring", settings, server.dsn, folder, plan.faults(SCORING, plan.each_scoring))
    services = [ingest, scoring]
    history = History()
    senders = [
        Sender(ingest.address, token, Feed(number, plan.seed, SOURCE), history, pause_s=PAUSE_S)
        for number in range(1, SENDERS + 1)
    ]
    began = time.monotonic()
    result = Result([], history, [], 0.0)
    try:
        for one in services:
            one.start()
        for sender in senders:
            sender.start()
        _kill_all(server, services, history, plan, result, began + plan.seconds)
        for one in services:
            one.disarm()
        for sender in senders:
            sender.stop()
        _finish(server.dsn, services, senders, result)
    finally:
        for one in services:
            one.end()
            result.trouble += one.trouble
    result.seconds = time.monotonic() - began
    return result


def _stage(dsn: str, folder: Path) -> tuple[settings_.Settings, str]:
    """Tables, courts, packs, a source and a feeder's token; the settings of the services."""
    schema.upgrade(dsn)
    books = keeper.Keeper(dsn, [keeper.pack("court-core"), keeper.pack("small")])
    try:
        with engine.transaction(books.pool) as connection:
            token = tokens.create_token(connection, "feeder", "feeder", ("*",), (SOURCE,))
    finally:
        books.close()
    ports = free_ports(3)
    settings = settings_.load(
        state=folder,
        ingest_port=ports[0],
        scoring_port=ports[1],
        api_port=ports[2],
        scoring_workers=2,
        post_batch_cases=100,
    )
    return settings, token


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody holds now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _kill_all(
    server: postgres.Server,
    services: list[Service],
    history: History,
    plan: Plan,
    result: Result,
    deadline: float,
) -> None:
    left = plan.server
    pending: list[tuple[Kill, float]] = []
    next_server_kill = time.monotonic() + SERVER_KILL_S
    broken = 0
    while time.monotonic() < deadline:
        # Under way when something died: what still is, and what has broken off since the last look.
        flying, broken = history.in_flight + history.counts["unknown"] - broken, history.counts["unknown"]
        for one in services:
            kill = one.look(time.monotonic(), flying, lambda point: had_work(server.dsn, point))
            if kill is not None:
                result.kills.append(kill)
        now = time.monotonic()
        ready = all(one.ready for one in services)
        if ready:
            for kill, since in pending:
                kill.ready_s = now - since
            pending = []
        if left and ready and now > next_server_kill and upkeep.is_writing(server.dsn, 2.0):
            kill, since = Kill("postgres", WRITING, history.in_flight, aimed=True), time.monotonic()
            upkeep.kill_server(server)
            _restart(server, result)
            for one in services:
                one.ready = False
            result.kills.append(kill)
            pending.append((kill, since))
            left, next_server_kill = left - 1, time.monotonic() + SERVER_KILL_S
        if not left and not pending and ready and all(one.armed is None for one in services):
            return
        time.sleep(0.02)
    result.trouble.append(f"the plan was not through after {plan.seconds:.0f} s")


def _restart(server: postgres.Server, result: Result) -> None:
    before = server.dsn
    server.start()
    if server.dsn != before:
        result.trouble.append("PostgreSQL came back at another address")


def had_work(dsn: str, point: str) -> bool:
    """Whether the killed step had something to lose: cases marked (posting), cells marked (valuing)."""
    if point in INGEST:
        return True  # these points stand inside the writing of a request
    table = "dirty_case" if point in ("after_posting", "before_page_commit") else "dirty_value"
    try:
        with psycopg.connect(dsn, connect_timeout=2) as connection:
            return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
    except psycopg.OperationalError:
        return False


def _finish(dsn: str, services: list[Service], senders: list[Sender], result: Result) -> None:
    """Every sender has its answers, every service is ready by itself, and nothing waits in the books."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and (
        any(sender.is_alive() for sender in senders) or not all(one.ready for one in services)
    ):
        for one in services:
            one.look(time.monotonic(), 0, lambda point: False)
        time.sleep(0.02)
    result.trouble += [f"{one.name} is not ready" for one in services if not one.ready]
    result.trouble += ["a sender has no answer"] * sum(sender.is_alive() for sender in senders)
    began = time.monotonic()
    if not settled(dsn, deadline):
        result.trouble.append("marks still wait")
    result.settle_s = time.monotonic() - began


def settled(dsn: str, deadline: float) -> bool:
    """Wait until the running services have folded and valued all that is marked."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        while time.monotonic() < deadline:
            row = connection.execute(
                "SELECT NOT EXISTS (SELECT FROM dirty_case) AND NOT EXISTS (SELECT FROM dirty_value)"
            ).fetchone()
            if row is not None and row[0]:
                return True
            time.sleep(0.1)
    return False


def hits(kills: Iterable[Kill]) -> collections.Counter[tuple[str, str]]:
    """Kills per point; one that met an idle step is none."""
    return collections.Counter((kill.service, kill.point) for kill in kills if kill.aimed)


def table(result: Result, plan: Plan) -> Iterator[str]:
    """The report, line by line."""
    found = hits(result.kills)
    yield f"{'service':<10}{'point':<30}{'hits':>5}{'requests in flight':>20}{'ready again s p50/max':>25}"
    for service, point in plan.expected():
        kills = [kill for kill in result.kills if (kill.service, kill.point) == (service, point)]
        times = [kill.ready_s for kill in kills if kill.ready_s is not None]
        took = f"{statistics.median(times):.1f} / {max(times):.1f}" if times else "-"
        flying = sum(kill.in_flight for kill in kills)
        yield f"{service:<10}{point:<30}{found[service, point]:>5}{flying:>20}{took:>25}"
    counts = result.history.counts
    yield (
        f"{sum(found.values())} kills in {result.seconds:.0f} s (seed {plan.seed}): "
        f"{len(result.history.acked):,} events acked, "
        f"{len(result.history.refused)} refused, {counts['unknown']} attempts of unknown outcome in "
        f"{counts['resolved after doubt']} batches, each sent again until answered; {counts['away']} "
        f"found nobody; settled in {result.settle_s:.1f} s"
    )
    yield from result.notes


def write(result: Result, plan: Plan, name: str) -> str:
    """Keep the report under build/chaos as text and JSON; returns the text."""
    text = "\n".join(table(result, plan))
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    told = {
        "plan": asdict(plan),
        "kills": [asdict(kill) for kill in result.kills],
        "counts": dict(result.history.counts),
        "acked": len(result.history.acked),
        "refused": len(result.history.refused),
        "trouble": result.trouble,
        "seconds": round(result.seconds, 1),
        "notes": result.notes,
    }
    (BUILD / f"{name}.json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return text
