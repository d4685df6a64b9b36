"""R8: a series of 48 months over the API beside a raw SELECT of the same rows by the same driver."""

from __future__ import annotations

import http.client
import threading
import time
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson

from plumbline import errors
from plumbline.store import engine
from plumbline.store.statements import statement
from services.bench import stage, table

ASKED = 60
LANES = 2
INDICATOR = "court-core.clearance"
COURT = "示24"
SCOPE = "all"
MONTHS = [f"{year}-{month:02d}" for year in range(2022, 2026) for month in range(1, 13)]
GOAL = 4.0


def measure(
    place: stage.Stage, database: stage.Database, rounds: int, *, asked: int = ASKED
) -> list[table.Row]:
    """The rows R8p50 and R8p99 on a database whose cells are valued; requests a second stand beside them."""
    times: dict[str, list[list[float]]] = {"api": [], "raw": []}
    rates: list[float] = []
    pool = database.pool()
    try:
        with place.service("api", database, "series-api") as api:
            client = _Client(api.address, database.token)
            for turn in range(rounds + 1):
                seen = [client.ask() for _ in range(asked)]
                raw = [_select(pool) for _ in range(asked)]
                client.rest()
                rate = _rate(api.address, database.token, asked)
                if turn:
                    times["api"].append([took for took, _ in seen])
                    times["raw"].append([took for took, _ in raw])
                    rates.append(rate)
            points, rows = client.points(seen[-1][1]), raw[-1][1]
    finally:
        pool.close()
    kept = {row[0]: row for row in rows}
    # A month in which nothing was filed or closed is not kept: the API must show no figure in it either.
    empty = all(not any(one[1:]) for one in points if one[0] not in kept)
    equal = len(points) == len(MONTHS) and bool(rows) and empty
    points = [one for one in points if one[0] in kept]
    equal = equal and points == rows
    hashes = {
        name: table.digest(orjson.dumps(one) for one in content)
        for name, content in (("api", points), ("raw", rows))
    }
    more = {
        "points": len(MONTHS),
        "kept": len(rows),
        "requests_a_second": table.spread(rates),
        "lanes": LANES,
        "hashes": hashes,
    }
    return [_row(name, share, times, equal, more) for name, share in (("R8p50", 0.5), ("R8p99", 0.99))]


def _row(
    name: str, share: float, times: dict[str, list[list[float]]], equal: bool, more: dict[str, Any]
) -> table.Row:
    ours = tuple(1000 * table.percentile(one, share) for one in times["api"])
    base = tuple(1000 * table.percentile(one, share) for one in times["raw"])
    return table.Row(
        name,
        f"GET series of {len(MONTHS)} months, {name[2:]} / raw SELECT of the kept values",
        "ms",
        ours,
        base,
        False,
        equal,
        "numerator and denominator of every month are equal",
        "Python, half of it valuing 48 points from the balances of one snapshot, half the request itself "
        "(token, snapshot, marks of "
        "the catalogue, shape); the SELECT reads finished rows",
        f"<= {GOAL:.0f}",
        more,
    )


class _Client:
    """One kept connection that asks for the series, never answered from a tag."""

    def __init__(self, address: str, token: str) -> None:
        self._line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"}
        asked = {"court": COURT, "scope": SCOPE, "from": MONTHS[0], "to": MONTHS[-1], "grain": "month"}
        self._path = f"/v1/indicators/{quote(INDICATOR)}/series?{urlencode(asked)}"

    def rest(self) -> None:
        """Let go of the connection, which the service would close meanwhile."""
        self._line.close()

    def ask(self) -> tuple[float, bytes]:
        """Seconds, and the answer."""
        began = time.perf_counter()
        self._line.request("GET", self._path, headers=self._headers)
        answer = self._line.getresponse()
        content = answer.read()
        took = time.perf_counter() - began
        if answer.status != 200:
            raise errors.Unavailable(
                "The series is not answered",
                why=f"{answer.status} {content[:300]!r}",
                next="Look at what it says.",
            )
        return took, content

    @staticmethod
    def points(content: bytes) -> list[list[Any]]:
        """(month, numerator, denominator) of every point."""
        return [
            [one["period"], one["numerator"], one["denominator"]] for one in orjson.loads(content)["points"]
        ]


def _select(pool: engine.Pool) -> tuple[float, list[list[Any]]]:
    asked = {"indicator": INDICATOR, "court": COURT, "scope": SCOPE, "months": MONTHS}
    began = time.perf_counter()
    with engine.transaction(pool) as connection:
        rows = connection.execute(statement("read_value_months"), asked).fetchall()
    took = time.perf_counter() - began
    return took, [
        [row[0], None if row[1] is None else int(row[1]), None if row[2] is None else int(row[2])]
        for row in rows
    ]


def _rate(address: str, token: str, asked: int) -> float:
    """Requests a second over LANES connections at once."""

    def run() -> None:
        client = _Client(address, token)
        for _ in range(asked // LANES):
            client.ask()

    lanes = [threading.Thread(target=run) for _ in range(LANES)]
    began = time.perf_counter()
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    return asked // LANES * LANES / (time.perf_counter() - began)
