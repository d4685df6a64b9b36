"""Quarterly returns of an invented province: a tree of courts, and what each reports by kind of case (演示数据).

    python -m services.feeds.returns FOLDER

writes courts.csv and returns.ndjson for 400 courts, five kinds of cases and twenty quarters.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

SOURCE: Final = "returns-office"
SEED: Final = 20200101
KINDS: Final = ("criminal", "civil", "administrative", "enforcement", "insolvency")
FLOWS: Final = ("received", "disposed", "in_time", "settled", "appealed", "days_taken")
FIRST_YEAR: Final = 2020
UNITS: Final = {"days_taken": "days", "judges": "persons"}
_BUSY: Final = {"criminal": 60, "civil": 400, "administrative": 20, "enforcement": 250, "insolvency": 3}
_COLUMNS: Final = ("code", "parent", "name_zh", "name_en", "level", "from", "until", "status", "zone")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many courts below how many intermediate ones, how many kinds of cases, how many quarters."""

    intermediate: int = 20
    basic: int = 19
    kinds: int = 5
    quarters: int = 20

    def courts(self) -> Iterator[tuple[str, str, str]]:
        """Code, parent and level of each court, each parent before its children."""
        yield "示", "", "high"
        for middle in range(1, self.intermediate + 1):
            yield f"示{middle:02}", "示", "intermediate"
            for basic in range(1, self.basic + 1):
                yield f"示{middle:02}{basic:02}", f"示{middle:02}", "basic"

    def spans(self) -> Iterator[tuple[date, date]]:
        """First and last day of each quarter."""
        for number in range(self.quarters):
            year, quarter = FIRST_YEAR + number // 4, number % 4
            begins = date(year, 3 * quarter + 1, 1)
            after = date(year + quarter // 3, (3 * quarter + 3) % 12 + 1, 1)
            yield begins, after - timedelta(days=1)


def reports(plan: Plan, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Every report, quarter by quarter as they would come."""
    chance = random.Random(seed)  # noqa: S311 - a feed that can be repeated, not a secret
    outstanding: dict[tuple[str, str], int] = {}
    codes = [code for code, _, _ in plan.courts()]
    for first, last in plan.spans():
        for court in codes:
            for kind in KINDS[: plan.kinds]:
                received = chance.randint(0, 2 * _BUSY[kind])
                before = outstanding.get((court, kind), chance.randint(0, _BUSY[kind]))
                disposed = chance.randint(0, received + before)
                outstanding[court, kind] = before + received - disposed
                flows = (
                    received, disposed, chance.randint(0, disposed), chance.randint(0, disposed),
                    chance.randint(0, disposed), disposed * chance.randint(5, 180),
                )  # fmt: skip
                for name, value in zip(FLOWS, flows, strict=True):
                    yield _report(court, name, value, first, last, kind)
                yield _report(court, "outstanding", outstanding[court, kind], last, last, kind)
            yield _report(court, "judges", chance.randint(3, 60), last, last)


def _report(
    court: str, name: str, value: int, first: date, last: date, kind: str | None = None
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "measure": f"returns.{name}", "from": first.isoformat(), "until": last.isoformat(), "value": value,
        "unit": UNITS.get(name, "cases"),
    }  # fmt: skip
    if kind is not None:
        data["category"] = kind
    return {
        "specversion": "1.0", "id": f"{court}/{name}/{last.isoformat()}/{kind or 'all'}", "source": SOURCE,
        "type": "figure.reported", "subject": court, "time": f"{last.isoformat()}T18:00:00+08:00", "captured": "machine",
        "data": data,
    }  # fmt: skip


def write(folder: Path, plan: Plan) -> int:
    """Write the court file and the reports; returns how many there are."""
    with (folder / "courts.csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(_COLUMNS)
        for code, parent, level in plan.courts():
            lines.writerow(
                (code, parent, f"示例{code}", f"Sample {code}", level, "", "", "invented", "Asia/Shanghai")
            )
    count = 0
    with (folder / "returns.ndjson").open("wb") as out_bytes:
        for report in reports(plan):
            out_bytes.write(orjson.dumps(report) + b"\n")
            count += 1
    return count


if __name__ == "__main__":
    write(Path(sys.argv[1]), Plan())
