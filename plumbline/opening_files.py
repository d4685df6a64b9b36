"""A file of an opening stock (期初): which of its records tell of cases that were pending at the beginning of a day. Pure."""

from __future__ import annotations

import csv
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from plumbline import casenumbers, errors

CATEGORIES: Final = (
    "criminal", "civil", "administrative", "enforcement", "compensation", "insolvency", "other",
)  # fmt: skip
MARK: Final = "opening_stock"
_COLUMNS: Final = ("court", "category", "stated")


@dataclass(slots=True)
class _Life:
    filed: date | None = None
    turns: list[tuple[str, bool]] = field(default_factory=list)
    """Moments of closings (True) and reopenings before the day."""


@dataclass(slots=True)
class Screen:
    """What a file tells of each case, read once in full before anything of it is sent. `zone` is that of its days."""

    day: date
    zone: zoneinfo.ZoneInfo
    _lives: dict[str, _Life] = field(default_factory=dict)

    def note(self, record: Mapping[str, Any]) -> None:
        """Take in one record; what cannot be read is left to the door."""
        on = self._day(record)
        if on is None:
            return
        life = self._lives.setdefault(_case(record), _Life())
        kind = record.get("type")
        if kind == "case.filed":
            life.filed = on if life.filed is None else min(life.filed, on)
        elif kind in ("case.closed", "case.reopened") and on < self.day:
            life.turns.append((str(record["time"]), kind == "case.closed"))

    def why_not(self, record: Mapping[str, Any]) -> str | None:
        """Why the record's case is no part of the opening stock, in a sentence; None where it is one."""
        if self._day(record) is None:
            return None
        life = self._lives[_case(record)]
        if life.filed is None:
            return (
                f"The file does not say when the case was filed. A case pending on {self.day} stands in it with its filing;"
                " add its case.filed."
            )
        if life.filed >= self.day:
            return (
                f"The case was filed on {life.filed}, not before {self.day}, so it was not pending then. Send it without"
                " --opening."
            )
        if life.turns and max(life.turns)[1]:
            return (
                f"The case was closed on {max(life.turns)[0][:10]}, before {self.day}, so it was not pending then. Leave it"
                " out, or correct the date."
            )
        return None

    def marked(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record, a filing with the mark 期初."""
        if record.get("type") != "case.filed":
            return dict(record)
        return {**record, "data": {**(record.get("data") or {}), MARK: True}}

    def _day(self, record: Mapping[str, Any]) -> date | None:
        try:
            moment = datetime.fromisoformat(str(record.get("time")))
        except ValueError:
            return None
        return moment.date() if moment.tzinfo is None else moment.astimezone(self.zone).date()


def _case(record: Mapping[str, Any]) -> str:
    return casenumbers.normalise(str(record.get("subject", "")))


def read_stated(lines: Iterable[str], name: str) -> dict[str, dict[str, int]]:
    """By court, the stated counts by category of a table `court,category,stated`; errors.BadInput with the line."""
    rows = csv.DictReader(lines)
    if tuple(rows.fieldnames or ()) != _COLUMNS:
        raise errors.BadInput(
            f"{name}: its first line is not {','.join(_COLUMNS)}", next="Write these three columns."
        )
    found: dict[str, dict[str, int]] = {}
    for line, row in enumerate(rows, 2):
        court, category, stated = (str(row.get(column) or "").strip() for column in _COLUMNS)
        own = found.setdefault(court, {})
        if category not in CATEGORIES:
            raise errors.BadInput(
                f"{name}:{line}: {category[:40]!r} is no category",
                next=f"Write one of {', '.join(CATEGORIES)}.",
            )
        if not (stated.isascii() and stated.isdecimal() and len(stated) < 10):
            raise errors.BadInput(
                f"{name}:{line}: {stated[:40]!r} is no number of cases", next="Write a whole number."
            )
        if not court or category in own:
            raise errors.BadInput(
                f"{name}:{line}: no court, or its category a second time", next="Write one line for each."
            )
        own[category] = int(stated)
    return found
