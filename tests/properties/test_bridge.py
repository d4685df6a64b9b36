"""Random histories under two random editions: data, rule and population add up exactly, and are what they are
called.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from plumbline.catalog import reading
from plumbline.catalog.definitions import Pack
from plumbline.runtime.settings import Settings
from plumbline.store import engine, tokens
from services.api.app import create_app
from tests import keeper
from tests.keeper import Keeper
from tests.properties import books, histories

CLOSED = ("", "method <> 'withdrawal'", "method in ('judgment', 'mediation')", "procedure = 'summary'")
PENDING = ("", "procedure = 'summary'", "year >= 2020")
FORMULAS = (
    "closed", "closed / filed", "altered / closed", "trial_days / closed", "pending - at_start(pending)",
    "pending / (filed + closed)", "(closed / prior(filed)) - 1", "sd(over_months(closed))", "gini(over_judges(closed))",
    "sd(over_courts(closed))", "percentile(trial_days, 50)", "closed / staff", "hearings / closed", "overdue / pending",
)  # fmt: skip
PLAIN = ("closed / filed", "altered / closed", "trial_days / closed", "filed / closed")
COUNTS = {"closed", "filed", "altered", "hearings", "trial_days"}
SEEDS = range(5)


@dataclass
class Stand:
    """Books with the API over them."""

    keeper: Keeper
    client: TestClient

    def get(self, path: str, **params: Any) -> Any:
        answer = self.client.get(path, params={k: v for k, v in params.items() if v is not None})
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=Decimal)


def edition(folder: Path, version: str, pick: random.Random) -> Pack:
    """A random edition of the machine's pack: other clauses, other formulas."""
    text = (books.FOLDERS[1] / "definitions.yaml").read_text(encoding="utf-8")
    head = (books.FOLDERS[1] / "pack.yaml").read_text(encoding="utf-8")
    place = folder / version / "machine"
    place.mkdir(parents=True)
    for name, choices in (("id: closed,", CLOSED), ("id: pending,", PENDING), ("id: trial_days,", CLOSED)):
        clause = pick.choice(choices)
        lines = text.split("\n")
        text = "\n".join(
            line[:-1] + f', where: "{clause}"}}' if name in line and clause else line for line in lines
        )
    head = head.replace('version: "1"', f'version: "{version}"')
    text = text.partition("indicators:")[0] + "indicators:\n"
    for number in range(6):
        formula = pick.choice(FORMULAS if number else PLAIN)
        text += (
            f'  - {{id: x{number}, title: {{zh: x, en: x}}, formula: "{formula}", unit: ratio, direction: none,'
            " nature: anticipatory, origin: basic, domain: trial, meaning: {zh: x, en: x},"
            " source: {document: tests, clause: all, provenance: project}}\n"
        )
    (place / "pack.yaml").write_text(head, encoding="utf-8")
    (place / "definitions.yaml").write_text(text, encoding="utf-8")
    return reading.read_pack(place, reading.Shelf(keeper.DEFINITIONS))


@pytest.fixture
def stand(database: str) -> Iterator[Stand]:
    kept = Keeper(database, [], books.TREES[1], now=datetime.now(UTC))
    with engine.transaction(kept.pool) as connection:
        token = tokens.create_token(connection, "reader", "operator", ("*",), ())
    app = create_app(Settings(database_url=database), lambda: datetime.now(UTC))
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield Stand(kept, client)
    kept.close()


def happen(stand: Stand, pick: random.Random, numbers: Iterator[int]) -> str:
    """Some events, corrections and retractions, scored; the moment after."""
    kinds, made = sorted(histories.KINDS), []
    for number in [next(numbers) for _ in range(45)]:
        day = date(2020, 1, 1) + timedelta(days=pick.randrange(150))
        case, chance = pick.choice(histories.CASES), pick.random()
        kind = pick.choice(("case.filed", "case.closed", "hearing.held", *kinds))
        if chance < 0.08:
            made.append(histories.figure(number, pick.choice(histories.COURTS), day, 1 + pick.randrange(9)))
            continue
        made.append(histories.event(number, kind, case, day, pick.randrange(60)))
        if chance > 0.9:
            made.append(histories.retraction(next(numbers), made[-1], case, 1))
    stand.keeper.push(*made)
    stand.keeper.settle()
    return str(stand.keeper.query("SELECT clock_timestamp()")[0][0].isoformat())


def places(pick: random.Random) -> dict[str, Any]:
    court, scope = pick.choice((("示2401", "own"), ("示24", "all"), ("示", "all"), ("示25", "all")))
    period = pick.choice(("2020", "2020-Q1", "2020-02", "2020-02@20", "2020-01-15..2020-04-10"))
    return {
        "court": court, "scope": scope, "period": period,
        "category": pick.choice(("all", "all", "civil")),
    }  # fmt: skip


def parts_of(found: Any, what: str) -> list[Any]:
    return [part[what] for part in found["parts"]]


def hold(stand: Stand, name: str, where: dict[str, Any], moments: tuple[str, str]) -> bool:
    """Everything that must be true of one bridge; whether it could be recounted."""
    path = f"/v1/indicators/machine.{name}"
    versions = {"from_version": "1", "to_version": "2"}
    found = stand.get(
        f"{path}/bridge", **where, **versions, from_known=moments[0], to_known=moments[1], limit=200
    )
    assert found["status"] == "available"
    for side, version, moment in (("before", "1", moments[0]), ("after", "2", moments[1])):
        value = stand.get(f"{path}/value", **where, version=version, known_at=moment)
        assert value["value"] == found[side]["value"]
        if value["value"] is not None:
            assert (value["numerator"], value["denominator"]) == (
                found[side]["numerator"],
                found[side]["denominator"],
            )
    for what, whole in (("numerator", "difference_numerator"), ("denominator", "difference_denominator")):
        if found[whole] is not None and None not in parts_of(found, what):
            assert sum(parts_of(found, what)) == found[whole] == found["after"][what] - found["before"][what]
    if found["difference"] is not None:
        known = [value for value in parts_of(found, "value") if value is not None]
        assert sum(known) + (found["unsplit"] or 0) == found["difference"]
        assert (found["unsplit"] is None) == (None not in parts_of(found, "value"))
        assert found["difference"] == found["after"]["value"] - found["before"]["value"]
    cases: dict[str, set[str]] = {"data": set(), "rule": set(), "population": set()}
    changes: dict[tuple[str, str, str], int] = {}
    for row in found["items"]:
        cases[row["part"]].add(row["case"])
        key = row["part"], row["measure"], row["moment"]
        changes[key] = changes.get(key, 0) + row["change"]
    assert not cases["rule"] & cases["population"]
    assert found["next"] is None
    for one in found["measures"]:
        assert one["before"] + one["data"] + one["rule"] + one["population"] == one["after"]
        for part in cases:
            assert one[part] == changes.get((part, one["measure"], one["moment"]), 0)
    return where["scope"] == "own" and where["category"] == "all" and recount(stand, found, moments)


def recount(stand: Stand, found: Any, moments: tuple[str, str]) -> bool:
    """Of a plain rate of counts, the same split from the bare lines, case by case."""
    texts = [found[side]["formula"].split(" / ") for side in ("before", "after")]
    if any(len(text) != 2 or not set(text) <= COUNTS for text in texts):
        return False
    first, until = _days(found["period"])

    def nets(side: int, part: int, moment: str) -> dict[str, int]:
        served = stand.keeper.reader.fresh().catalogue.named(f"machine.{texts[side][part]}", str(side + 1))
        (one,) = served.served.values()
        rows = stand.keeper.query(
            "SELECT p.subject, sum(p.value)::int FROM posting p JOIN page g ON g.id = p.page WHERE p.account = %s"
            " AND p.court = %s AND p.day >= %s AND p.day < %s AND g.closed_at <= %s GROUP BY 1 HAVING sum(p.value) <> 0",
            one.main.id, found["court"], first, until, moment,
        )  # fmt: skip
        return {row[0]: row[1] for row in rows}

    old, new = ([nets(side, part, moments[1]) for part in (0, 1)] for side in (0, 1))
    alone = old[1].keys() ^ new[1].keys()
    wanted: dict[str, list[int]] = {"data": [], "rule": [], "population": []}
    for part in (0, 1):
        before = nets(0, part, moments[0])
        wanted["data"].append(sum(old[part].values()) - sum(before.values()))
        for name, inside in (("rule", False), ("population", True)):
            change = sum(
                new[part].get(case, 0) - old[part].get(case, 0)
                for case in old[part].keys() | new[part].keys()
                if (case in alone) is inside
            )
            wanted[name].append(change)
    assert {part["part"]: [part["numerator"], part["denominator"]] for part in found["parts"]} == wanted
    return True


def _days(period: str) -> tuple[date, date]:
    from plumbline.periods import Period

    span = Period.parse(period)
    return span.start, span.end


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_of_any_two_editions_add_up(seed: int, stand: Stand, tmp_path: Path) -> None:
    pick = random.Random(seed)
    numbers = iter(range(1, 10_000))
    stand.keeper.publish(edition(tmp_path, "1", pick), edition(tmp_path, "2", pick))
    stand.keeper.settle()
    moments = [happen(stand, pick, numbers) for _ in range(3)]
    for _ in range(24):
        name = pick.choice(("x0", "x1", "x2", "x3", "x4", "x5", "closed", "pending"))
        first, second = sorted((pick.choice(moments), pick.choice(moments)))
        hold(stand, name, places(pick), (first, second))
    for court in ("示2401", "示2402"):
        where = {"court": court, "scope": "own", "period": "2020", "category": "all"}
        assert hold(stand, "x0", where, (moments[0], moments[2]))
