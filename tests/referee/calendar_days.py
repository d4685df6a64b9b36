"""The days courts work, read from the table of working days; a day it does not name is worked from Monday to Friday."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from datetime import date, timedelta

from tests.referee import packs


@functools.cache
def shipped() -> Mapping[date, bool]:
    """The shipped table: by day, whether it is worked."""
    text = (packs.ROOT / "definitions" / "calendar" / "working-days.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {date.fromisoformat(row["day"]): row["working"] == "yes" for row in rows}


def worked_on_or_after(day: date, table: Mapping[date, bool]) -> date:
    """The day itself if it is worked, else the next that is."""
    while not table.get(day, day.isoweekday() <= 5):
        day += timedelta(days=1)
    return day
