"""Whole case histories told as events: numbers given in turn, ids drawn from the content, corrections and
retractions of what was told.
"""

from __future__ import annotations

import collections
import datetime
import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Event = dict[str, Any]
OFFSET = datetime.timezone(timedelta(hours=8))


def links(**by_role: str | None) -> list[dict[str, str]]:
    """Links by role; a role whose case is None is left out."""
    return [{"role": role, "subject": case} for role, case in by_role.items() if case is not None]


class Scribe:
    """Tells events of one source. `label` goes into `data.ext` of every one; the same `seed` tells the same.

    `told` holds what was told since the last `take`, in the order of sending. Two scribes of one source need
    their own `block` of case numbers.
    """

    def __init__(
        self, source: str, label: Mapping[str, int | str], seed: int, *, day_only: float = 0.2, block: int = 0
    ) -> None:
        self.source = source
        self.label = dict(label)
        self.chance = random.Random(seed)  # noqa: S311 - a feed that can be repeated, not a secret
        self.told: list[Event] = []
        self._day_only = day_only
        self._numbers: collections.Counter[tuple[int, str, str]] = collections.Counter()
        self._block = block
        self._ids: collections.Counter[str] = collections.Counter()

    def take(self) -> list[Event]:
        """What was told since the last time."""
        told, self.told = self.told, []
        return told

    def number(self, year: int, court: str, code: str) -> str:
        """The next case number of that court, year and type."""
        self._numbers[year, court, code] += 1
        return f"（{year}）{court}{code}{self._block + self._numbers[year, court, code]}号"

    def entry(self, year: int, court: str, register: str) -> str:
        """The next entry of a register of that court and year."""
        self._numbers[year, court, register] += 1
        return f"{court}:{register}:{year}-{self._block + self._numbers[year, court, register]}"

    def chosen(self, shares: Sequence[tuple[str, int]]) -> str:
        """One word, drawn by weight."""
        words, weights = zip(*shares, strict=True)
        drawn: str = self.chance.choices(words, weights)[0]
        return drawn

    def day(self, first: date, last: date) -> date:
        """A working day within the span; its first day where it holds none."""
        span = max((last - first).days, 0)
        for _ in range(20):
            found = first + timedelta(self.chance.randint(0, span))
            if found.weekday() < 5:
                return found
        return first

    def tell(
        self, case: str, kind: str, day: date, data: Mapping[str, Any] | None = None, **more: Any
    ) -> Event:
        """Tell one event on a day; a fifth give the day only. `more` are attributes of the envelope."""
        event = self.word(case, kind, day, data, **more)
        self.told.append(event)
        return event

    def word(
        self, case: str, kind: str, day: date, data: Mapping[str, Any] | None = None, **more: Any
    ) -> Event:
        """The event without telling it."""
        at = datetime.time(0)
        if self.chance.random() >= self._day_only:
            at = datetime.time(
                self.chance.randint(8, 17), self.chance.randint(0, 59), self.chance.randint(0, 59)
            )
        when = datetime.datetime.combine(day, at, OFFSET)
        event: Event = {
            "specversion": "1.0",
            "source": self.source,
            "type": kind,
            "subject": case,
            "time": when.isoformat(),
            **more,
            "data": {**(data or {}), "ext": self.label},
        }
        return {**event, "id": self._id(event)}

    def correct(self, original: Event, revision: int = 1, day: date | None = None, **data: Any) -> Event:
        """Tell an edition of an event with some fields, or its day, changed."""
        edition = {
            **original,
            "replaces": original["id"],
            "revision": revision,
            "data": {**original["data"], **data},
        }
        if day is not None:
            edition["time"] = day.isoformat() + original["time"][10:]
        edition["id"] = self._id({name: value for name, value in edition.items() if name != "id"})
        self.told.append(edition)
        return edition

    def retract(self, original: Event, reason: str, revision: int = 1) -> Event:
        """Tell that an event did not happen."""
        day = date.fromisoformat(original["time"][:10])
        return self.tell(
            original["subject"],
            "event.retracted",
            day,
            {"reason": reason},
            replaces=original["id"],
            revision=revision,
        )

    def _id(self, event: Event) -> str:
        text = json.dumps(event, ensure_ascii=False, sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()[:24]
        self._ids[key] += 1
        return key if self._ids[key] == 1 else f"{key}-{self._ids[key]}"
