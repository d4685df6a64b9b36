"""What a cause takes in, and on which days a case carries a tag: read from the lists as written and from the events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tests.referee.histories import Happening


def stands_below(rows: Iterable[Mapping[str, Any]], code: str | None, above: str, day: date) -> bool:
    """Whether a code is another or stands below it: by its row of the day, else by the one before, else the first."""
    found = list(rows)
    while code is not None:
        if code == above:
            return True
        own = sorted((row for row in found if row["id"] == code), key=_begins)
        if not own:
            return False
        begun = [row for row in own if _begins(row) <= day.isoformat()]
        code = (begun[-1] if begun else own[0]).get("parent")
    return False


def _begins(row: Mapping[str, Any]) -> str:
    return str(row.get("from") or "")


def carries(own: Iterable[Happening], tag: str, day: date) -> bool:
    """Whether a case carries a tag at the end of a day: what an event takes away and gives at once is carried."""
    carried = False
    for one in own:
        if one.day > day or one.type not in ("case.filed", "case.described"):
            continue
        given = [*one.data.get("tags", ()), *one.data.get("tags_added", ())]
        if tag in one.data.get("tags_removed", ()):
            carried = False
        if tag in given:
            carried = True
    return carried
