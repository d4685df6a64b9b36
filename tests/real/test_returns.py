"""A pack of reported figures alone: quarterly returns of many courts come by the ingest door and are answered by the API.

The large form (401 courts, five kinds of cases, twenty quarters: 288,720 reports) runs with RETURNS=large.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from plumbline import courts
from plumbline.catalog import reading
from plumbline.runtime import settings as settings_
from plumbline.store import catalogue, engine, sources, tokens
from plumbline.store import courts as store_courts
from services.api import app as api
from services.feeds import returns
from services.ingest import app as ingest
from services.scoring.scorer import Scorer
from tests.real.conftest import Played

ROOT = Path(__file__).resolve().parents[2]
SIZE = os.environ.get("RETURNS", "")
PLAN = {"large": returns.Plan(), "mid": returns.Plan(intermediate=3)}.get(SIZE, returns.Plan(2, 4, 3, 8))
LONGEST_SECONDS = 900 if SIZE else 120
VALUING_SECONDS = 120
BATCH = 2_000
RATES = {
    "clearance": ("disposed", "received"),
    "in_time_rate": ("in_time", "disposed"),
    "settled_rate": ("settled", "disposed"),
    "mean_days": ("days_taken", "disposed"),
}
Sums = dict[tuple[str, str, str, str], int]


@pytest.fixture(scope="module")
def loaded(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The API over books into which all reports came through the ingest service."""
    folder = tmp_path_factory.mktemp("returns")
    count = returns.write(folder, PLAN)
    settings = settings_.load(database_url=module_database, log_level="error", state=folder)
    pool = engine.open_pool(module_database, name="returns", size=4, statement_timeout_ms=600_000)
    pack = reading.read_pack(ROOT / "samples/packs/returns", reading.Shelf(ROOT / "definitions"))
    with engine.transaction(pool) as connection:
        catalogue.publish(connection, [pack], by="test")
        store_courts.load_courts(connection, courts.read_courts(folder / "courts.csv"), pack="returns")
        sources.add_source(connection, sources.Source(returns.SOURCE, "统计报表", ("示",)))
        feeder = tokens.create_token(connection, "feeder", "feeder", ("示",), (returns.SOURCE,))
        reader = tokens.create_token(connection, "reader", "operator", ("*",), ())
    began = time.monotonic()
    with TestClient(ingest.create_app(settings)) as door, (folder / "returns.ndjson").open("rb") as lines:
        headers = {"Authorization": f"Bearer {feeder}", "Content-Type": "application/x-ndjson"}
        taken = 0
        while batch := list(itertools.islice(lines, BATCH)):
            answer = door.post("/v1/events", content=b"".join(batch), headers=headers)
            assert answer.status_code == 202, answer.text
            assert answer.json()["rejected"] == []
            taken += answer.json()["accepted"]
    assert taken == count
    told = time.monotonic()
    scorer = Scorer(pool, lambda: datetime.now(UTC), "Asia/Shanghai")
    scorer.open_days()
    while scorer.post() is not None:
        pass
    posted = time.monotonic()
    cells = 0
    while posted + VALUING_SECONDS > time.monotonic() and (step := scorer.value()) is not None:
        cells += step.cells
    print(
        f"{count:,} reports: taken in {told - began:.1f} s, in the books {posted - told:.1f} s later; "
        f"then {cells:,} cells kept for charts in {time.monotonic() - posted:.1f} s"
    )
    assert posted - began < LONGEST_SECONDS
    with TestClient(api.create_app(settings, lambda: datetime.now(UTC))) as client:
        yield Played(client, reader)
    pool.close()


@pytest.fixture(scope="module")
def sums() -> Sums:
    """By measure, court, kind and quarter, what was reported: read again from the reports themselves."""
    found: Sums = {}
    for report in returns.reports(PLAN):
        data = report["data"]
        quarter = f"{data['until'][:4]}-Q{(int(data['until'][5:7]) + 2) // 3}"
        name = data["measure"].partition(".")[2]
        found[name, report["subject"], data.get("category", "all"), quarter] = data["value"]
    return found


def total(sums: Sums, name: str, below: str, kind: str, period: str) -> int:
    """A flow over a court with all below it (codes begin with its code), one kind or all, a quarter or a year."""
    return sum(
        value
        for (measure, court, of, quarter), value in sums.items()
        if measure == name and court.startswith(below) and kind in ("all", of) and quarter.startswith(period)
    )


@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("court", ["示", "示01", "示0203"])
@pytest.mark.parametrize("kind", ["all", "civil", "administrative"])
@pytest.mark.parametrize("period", ["2020-Q1", "2021-Q4", "2021"])
def test_a_value_is_that_of_the_recount(
    loaded: Played, sums: Sums, name: str, court: str, kind: str, period: str
) -> None:
    more = {} if kind == "all" else {"category": kind}
    told = loaded.get(f"/v1/indicators/returns.{name}/value", court=court, scope="all", period=period, **more)
    above, below = (total(sums, part, court, kind, period) for part in RATES[name])
    assert (told["numerator"], told["denominator"]) == (above, below)
    if below:
        share = Fraction(above, below) * (1 if name == "mean_days" else 100)
        assert abs(Fraction(str(told["value"])) - share) <= Fraction(1, 10**6)


def test_a_level_is_that_of_the_last_day(loaded: Played, sums: Sums) -> None:
    for court, period, quarter in (("示01", "2021", "2021-Q4"), ("示", "2020-Q2", "2020-Q2")):
        told = loaded.get("/v1/indicators/returns.per_judge/value", court=court, scope="all", period=period)
        judges = total(sums, "judges", court, "all", quarter)
        assert told["denominator"] == judges
        assert told["numerator"] == total(sums, "disposed", court, "all", period)


def test_a_series_of_quarters_agrees_with_the_recount(loaded: Played, sums: Sums) -> None:
    quarters = [f"{first.year}-Q{(first.month + 2) // 3}" for first, _ in PLAN.spans()]
    asked = {"court": "示02", "scope": "all", "grain": "quarter", "from": quarters[0], "to": quarters[-1]}
    told = loaded.get("/v1/indicators/returns.clearance/series", **asked)
    points: list[dict[str, Any]] = told["points"]
    assert [(one["period"], one["numerator"], one["denominator"]) for one in points] == [
        (
            quarter,
            total(sums, "disposed", "示02", "all", quarter),
            total(sums, "received", "示02", "all", quarter),
        )
        for quarter in quarters
    ]


def test_the_board_shows_every_court_below_in_the_official_order(loaded: Played, sums: Sums) -> None:
    told = loaded.get("/v1/board", court="示01", period="2021")
    below = [code for code, parent, _ in PLAN.courts() if parent == "示01"]
    assert [row["court"] for row in told["rows"]] == ["示01", *below]
    for row in told["rows"]:
        cells = {one["indicator"]: one for one in row["cells"] if one["scope"] == "all"}
        for name, (above, under) in RATES.items():
            wanted = tuple(total(sums, part, row["court"], "all", "2021") for part in (above, under))
            cell = cells[f"returns.{name}"]
            assert (cell["numerator"], cell["denominator"]) == wanted
