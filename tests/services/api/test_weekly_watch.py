"""A surge of filings as the watches of one court tell it: by weeks in its second week, by months when the month is over; the
weekly one replayed beforehand, and judged again to the bit after the books moved.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from plumbline.warning import lunar
from services.scoring.watcher import Watcher
from tests.keeper import record
from tests.services.api.conftest import Api, opened

WEEKS, MONTHS = "court-core.workload_weeks", "court-core.workload_history"
FILED = "court-core.filed"
BEGUN, UNTIL = date(2022, 2, 7), date(2025, 7, 6)
SURGE = date(2025, 6, 2)
"""A Monday, and almost the first of its month: the most a watch of months can have of it when it looks next."""
STRUCK = "示2401"
COURTS = {STRUCK: 1.0, "示2402": 0.8, "示2501": 0.04}
"""Cases filed on a working day."""


def filings() -> Iterator[dict[str, Any]]:
    """Three years and more of filings; from the surge on one court has three times as many."""
    chance, number = random.Random(7), 0
    for offset in range((UNTIL - BEGUN).days + 1):
        day = BEGUN + timedelta(days=offset)
        if day.weekday() > 4 or lunar.weeks_to(day) == 0:
            continue
        for where, usual in COURTS.items():
            mean = usual * (3.0 if where == STRUCK and day >= SURGE else 1.0)
            for _ in range(sum(chance.random() < mean / 8 for _ in range(8))):
                number += 1
                subject = f"（{day.year}）{where}民初{number}号"
                yield record(number, "case.filed", subject, day.isoformat(), procedure="ordinary")


def at(day: date) -> datetime:
    """Three in the morning of a court day."""
    return datetime.combine(day, time(3), UTC) - timedelta(hours=8)


@pytest.fixture(scope="module")
def told(module_database: str) -> Iterator[Api]:
    for api in opened(module_database):
        made = list(filings())
        for begun in range(0, len(made), 2000):
            api.keeper.push(*made[begun : begun + 2000])
        api.keeper.settle()
        yield api


def arm(api: Api, watcher: Watcher, watch: str) -> Any:
    """Replay a watch over the spring before, arm it; the report of the replay."""
    asked = {"from": "2025-04-01", "to": "2025-05-31", "courts": []}
    assert api.suppose(f"/v1/watches/{watch}/backtest", asked).status_code == 200
    assert watcher.replay()
    (done,) = api.get(f"/v1/watches/{watch}/backtests")["items"]
    assert done["state"] == "done", done
    assert api.suppose(f"/v1/watches/{watch}/arm", {"why": "回放后启用"}).status_code == 200
    return done["report"]


def look(api: Api, watcher: Watcher, day: date) -> None:
    api.keeper.now = at(day)
    while watcher.look() is not None:
        pass


def test_a_surge_is_told_in_its_second_week_and_by_months_only_in_the_next(told: Api) -> None:
    watcher = Watcher(told.keeper.scorer)
    report = arm(told, watcher, WEEKS)
    assert (report["looks"], report["every"], report["firings"]) == (8, "week", 0)
    assert report["judged"] >= 8 * 2
    arm(told, watcher, MONTHS)
    first: dict[str, date] = {}
    for day in (*(SURGE + timedelta(weeks=back) for back in range(5)), date(2025, 7, 1)):
        look(told, watcher, day)
        for watch in (WEEKS, MONTHS):
            found = told.get("/v1/deviations", watch=watch, state="open")["items"]
            if any((one["court"], one["object"]) == (STRUCK, FILED) for one in found):
                first.setdefault(watch, day)
    assert first[WEEKS] <= SURGE + timedelta(weeks=2), "after its second week at the latest"
    assert first[MONTHS] == date(2025, 7, 1)


def the_one(api: Api) -> Any:
    found = api.get("/v1/deviations", watch=WEEKS)["items"]
    (one,) = [each for each in found if (each["court"], each["object"]) == (STRUCK, FILED)]
    return one


def test_what_is_told_states_the_week_and_draws_two_years_of_them(told: Api) -> None:
    one = the_one(told)
    document = one["document"]
    monday = date.fromisoformat(document["period"][:10])
    assert monday.weekday() == 0
    assert document["period"] == f"{monday}..{monday + timedelta(days=6)}"
    assert (document["grain"], document["method"], document["side"]) == (
        "week",
        "own-history-count/2",
        "high",
    )
    assert f"{monday} 至 {monday + timedelta(days=6)} 一周" in one["text"]["zh"]
    assert f"in the week {monday} to {monday + timedelta(days=6)}" in one["text"]["en"]
    picture = document["picture"]
    assert (len(picture["weeks"]), picture["weeks"][-1]) == (104, document["period"])
    assert picture["numerators"][-1] == document["numerator"] > document["high"]
    value = told.value(FILED, STRUCK, document["period"])
    assert value["numerator"] == document["numerator"]
    assert told.get(f"/v1/watches/{WEEKS}")["grain"] == "week"
    assert told.get("/v1/watches/court-core.feeds")["grain"] is None


def test_a_court_of_a_case_a_week_is_not_told_of(told: Api) -> None:
    found = told.get("/v1/deviations", watch=WEEKS, state="all")["items"]
    assert not [one for one in found if one["court"] == "示2501"]


def test_a_week_is_judged_again_to_the_bit_after_the_books_moved(told: Api) -> None:
    one = the_one(told)
    told.keeper.now = datetime.now(UTC)
    monday = one["document"]["period"][:10]
    more = [
        record(
            90_000 + number,
            "case.filed",
            f"（2025）示2401民初{90_000 + number}号",
            monday,
            procedure="ordinary",
        )
        for number in range(9)
    ]
    told.keeper.push(*more)
    told.keeper.settle()
    assert (
        told.value(FILED, STRUCK, one["document"]["period"])["numerator"] == one["document"]["numerator"] + 9
    )
    changes = told.get(f"/v1/deviations/{one['id']}/replay")["items"]
    assert changes
    assert all(change["same"] and change["differs"] == [] for change in changes), changes
