"""What stands behind a figure, counted by how it was captured: cases that rest on an event entered by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from plumbline.store.drilldown import Asked, Connection
from plumbline.store.statements import statement


def count_by_hand(
    connection: Connection, asked: Asked, types: Iterable[str], role: str | None, moment: datetime | None
) -> tuple[int, int]:
    """The cases that net to something in the lines asked for, and those of them with a standing event of `types` that was
    entered by hand: their own, or that of a case linked to them by `role`; received by `moment` (None: by now).
    """
    binds = asked.binds() | {"types": sorted(types), "role": role, "moment": moment}
    row = connection.execute(statement("count_by_hand"), binds).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
