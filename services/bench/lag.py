"""R4: from one event pushed to its indicator changed, under load, beside the two commits that nothing can
do without."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.request
import zoneinfo
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from plumbline import errors
from plumbline.store import engine, health
from plumbline.store.statements import statement
from services.bench import cases, stage, table

SAMPLES = 24
EVERY_S = 0.25
CASES_A_SECOND = 10
QUIET_COURT = "示2408"
TODAY: Final = datetime.now(zoneinfo.ZoneInfo("Asia/Shanghai")).date()
MONTH: Final = TODAY.replace(day=1)
INDICATOR = "court-core.clearance"
LATE_S = 30.0
POLL_S = 0.002
GOAL = (30.0, 100.0)


def measure(
    place: stage.Stage,
    seed: int,
    rounds: int,
    *,
    samples: int = SAMPLES,
    cases_a_second: int = CASES_A_SECOND,
) -> list[table.Row]:
    """The rows R4p50 and R4p99: milliseconds, and how many times the floor."""
    database, floor_database = place.database("lag"), place.database("floor")
    pool = database.pool()
    lags: list[list[float]] = []
    floors: list[list[float]] = []
    try:
        with (
            place.service("ingest", database, "lag-ingest") as ingest,
            place.service("scoring", database, "lag-scoring") as scoring,
        ):
            began, cpu = time.perf_counter(), scoring.cpu_s()
            maker = cases.Maker(seed, "r4", cases.COURTS[:-1], cases.recent(TODAY))
            feed = _Feed(ingest.address, database.token, maker, cases_a_second)
            probe = _Probe(ingest.address, database.token, pool)
            for turn in range(rounds + 1):
                _rest(pool)
                found = _floor(floor_database, samples)
                with feed:
                    time.sleep(1.0)
                    seen = probe.lags(samples if turn else 6)
                if turn:
                    floors.append(found)
                    lags.append(seen)
            busy = (scoring.cpu_s() - cpu) / (time.perf_counter() - began)
            valuing = _valuing(scoring.address)
    finally:
        pool.close()
    equal = probe.counted == probe.sent and not feed.problems
    more = {
        "samples": rounds * samples,
        "load_cases_a_second": cases_a_second,
        "load_events_sent": feed.sent,
        "scoring_cpu_share": round(busy, 2),
        **valuing,
        "probes_sent": probe.sent,
        "probes_counted": probe.counted,
        "load_problems": feed.problems[:3],
    }
    return [
        _row(name, share, goal, lags, floors, equal, more)
        for name, share, goal in (("R4p50", 0.5, GOAL[0]), ("R4p99", 0.99, GOAL[1]))
    ]


def _valuing(address: str) -> dict[str, float]:
    """What valuing took, from the service's own metrics: cells a step, milliseconds a step, steps."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:  # noqa: S310 - our own service on loopback
        told = dict(
            line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if not line.startswith("#")
        )
    steps = float(told.get('plumbline_scoring_step_seconds_count{loop="value"}', 0)) or 1.0
    seconds = float(told.get('plumbline_scoring_step_seconds_sum{loop="value"}', 0))
    cells = float(told.get("plumbline_scoring_cells_total", 0))
    return {
        "value_steps": steps,
        "cells_a_step": round(cells / steps),
        "ms_a_value_step": round(1000 * seconds / steps),
    }


def _row(
    name: str,
    share: float,
    goal: float,
    lags: list[list[float]],
    floors: list[list[float]],
    equal: bool,
    more: dict[str, Any],
) -> table.Row:
    ours = tuple(1000 * table.percentile(one, share) for one in lags)
    base = tuple(1000 * table.percentile(one, share) for one in floors)
    return table.Row(
        name,
        f"event to visible value, {name[2:]} / two commits, idle",
        "ms",
        ours,
        base,
        False,
        equal,
        "every probe was counted, and counted once, by the value it waited for",
        f"valuing: {more['cells_a_step']:,} cells and {more['ms_a_value_step']:,} ms a step on average; the load plays "
        "whole histories of the last year, and each day of one moves the months, quarters, years and years to date of "
        "every court above",
        f"<= {goal:.0f}",
        more,
    )


def _rest(pool: engine.Pool) -> None:
    """Wait until nothing is left to fold or value, so that the floor is taken in quiet."""
    deadline = time.monotonic() + LATE_S
    while time.monotonic() < deadline:
        with engine.transaction(pool) as connection:
            found = health.read_backlog(connection)
        if not found.case_marks and not found.value_marks:
            return
        time.sleep(0.05)
    raise errors.Unavailable(f"The backlog did not drain in {LATE_S:.0f} s", next="Run on a quieter machine.")


def _floor(database: stage.Database, samples: int) -> list[float]:
    """Seconds of: insert a row, commit; read; upsert a row, commit; nothing else under way in this
    database."""
    found: list[float] = []
    with engine.single(database.dsn, name="floor", statement_timeout_ms=10_000) as connection:
        for _ in range(samples):
            row = connection.execute(statement("next_receipt")).fetchone()
            assert row is not None
            connection.commit()
            began = time.perf_counter()
            connection.execute(statement("insert_receipt"), {"id": row[0], "events": 1})
            connection.commit()
            asked = {"accounts": [1], "courts": [QUIET_COURT], "first": MONTH, "until": TODAY}
            connection.execute(statement("read_balance_days"), asked).fetchall()
            kept = {
                "accounts": [1],
                "courts": [QUIET_COURT],
                "categories": ["civil"],
                "days": [MONTH],
                "values": [1],
            }
            connection.execute(statement("add_balances_day"), kept)
            connection.commit()
            found.append(time.perf_counter() - began)
    return found


class _Probe:
    """Pushes one filing of the quiet court at a time and waits until the month's value has counted it."""

    def __init__(self, address: str, token: str, pool: engine.Pool) -> None:
        self.sent = self.counted = 0
        self._line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/cloudevents+json"}
        self._pool = pool

    def lags(self, count: int) -> list[float]:
        """Seconds from before each request to its value seen; one is sent every EVERY_S whether or not
        others are seen."""
        waiting: dict[int, float] = {}
        found: list[float] = []
        due = time.perf_counter()
        while len(found) < count:
            now = time.perf_counter()
            if now >= due and len(found) + len(waiting) < count:
                due += EVERY_S
                waiting[self._send()] = now
            self.counted = self._counted()
            now = time.perf_counter()
            found += [now - waiting.pop(one) for one in list(waiting) if one <= self.counted]
            if waiting and now - min(waiting.values()) > LATE_S:
                raise errors.Unavailable(
                    f"A probe was not counted in {LATE_S:.0f} s", next="Run on a quieter machine."
                )
            time.sleep(POLL_S)
        self._line.close()  # the next round may come later than the service keeps it
        return found

    def _send(self) -> int:
        """Push the next probe and return its number; the answer itself must say accepted."""
        self.sent += 1
        body = orjson.dumps(
            {
                "specversion": "1.0",
                "id": f"probe-{self.sent}",
                "source": cases.SOURCE,
                "type": "case.filed",
                "subject": f"（{TODAY.year}）{QUIET_COURT}民初{self.sent}号",
                "time": f"{TODAY}T00:00:00+08:00",
                "data": {"procedure": "ordinary"},
            }
        )
        self._line.request("POST", "/v1/events", body, self._headers)
        told = orjson.loads(self._line.getresponse().read())
        if told.get("accepted") != 1:
            raise errors.Unavailable(
                "ingest did not take a probe", why=str(told)[:300], next="Look at what it says."
            )
        return self.sent

    def _counted(self) -> int:
        """The denominator (cases filed) of the quiet court's month."""
        with engine.transaction(self._pool) as connection:
            rows = connection.execute(
                statement("read_value_months"),
                {"indicator": INDICATOR, "court": QUIET_COURT, "scope": "own", "months": [f"{MONTH:%Y-%m}"]},
            ).fetchall()
        return int(rows[0][2]) if rows else 0


class _Feed:
    """A steady background of small requests; one request a twentieth of a second while the context is
    open."""

    def __init__(self, address: str, token: str, maker: cases.Maker, cases_a_second: int) -> None:
        self.sent = 0
        self.problems: list[str] = []
        self._netloc = urlsplit(address).netloc
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
        self._histories, self._pause = maker.histories(), 1.0 / max(1, cases_a_second)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> _Feed:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *told: object) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(60)

    def _run(self) -> None:
        line = http.client.HTTPConnection(self._netloc, timeout=60)
        due = time.monotonic()
        while not self._stopping.is_set():
            records = next(self._histories)
            line.request("POST", "/v1/events", cases.body(records), self._headers)
            answer = line.getresponse()
            told = orjson.loads(answer.read())
            self.sent += len(records)
            if answer.status != 202 or told["accepted"] != len(records):
                self.problems.append(f"{answer.status} {str(told)[:200]}")
            due += self._pause
            self._stopping.wait(max(0.0, due - time.monotonic()))
        line.close()
