"""Extensions of a limit (延长): who may extend it, how far in all, and until when it can be approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from plumbline.catalog.definitions import Limit
from plumbline.pauses import Dated, later


@dataclass(frozen=True, slots=True)
class Extended:
    """What came of an extension: the word for it, how many days the limit moves, the article."""

    what: str
    days: int
    article: str


@dataclass(slots=True)
class Reach:
    """How far each approver of a row may go in all: so much after the last day as it stood when he first extended it.

    What moves the limit otherwise (days deducted, another approver) moves that day along.
    """

    furthest: dict[int, int] = field(default_factory=dict)

    def moved(self, days: int, but: int | None = None) -> None:
        """The limit was moved by so many days; `but` is the approver who did it."""
        self.furthest = {n: day if n == but else day + days for n, day in self.furthest.items()}

    def extend(self, row: Limit, limit: int, last_day: int | None, day: int, entry: Dated) -> Extended:
        """Judge an extension approved on a day (ordinal). `limit` is the limit as counted, `last_day` the day after which
        none is approved any more (None: not known yet).
        """
        data = entry.event.data
        by, article = str(data.get("approver") or ""), str(data.get("article") or "")
        if last_day is not None and day > last_day:
            return Extended("extension_after_the_limit", 0, article)
        asked = later(limit, _whole(data, "months"), _whole(data, "days"))
        if row.extensions is None:
            self.moved(asked - limit)
            return Extended("extended", asked - limit, article)
        found = next(((n, one) for n, one in enumerate(row.extensions) if by in one.by), None)
        if found is None:
            return Extended("extension_not_allowed", 0, article)
        n, rule = found
        allowed = asked
        if rule.months or rule.days:
            allowed = min(asked, self.furthest.setdefault(n, later(limit, rule.months, rule.days)))
        self.moved(max(0, allowed - limit), but=n)
        said = "extended" if asked <= allowed else "extended_in_part"
        return Extended(said, max(0, allowed - limit), rule.article)


def approved_on(entry: Dated) -> int:
    """The day an extension was approved on, where it says so; else the day it was made known (ordinal)."""
    said = entry.event.data.get("approved_on")
    return date.fromisoformat(said).toordinal() if isinstance(said, str) else entry.day


def _whole(data: Mapping[str, object], name: str) -> int:
    value = data.get(name)
    return value if isinstance(value, int) else 0
