"""The judge after the kills: what was acknowledged against what is stored, the client's own count against
the ledger."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from plumbline.store import engine
from tests.chaos.client import History
from tests.chaos.feed import Line, Little


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong, by kind; all empty when the books are right."""

    lost: tuple[str, ...]  # acknowledged, not stored
    stored_twice: tuple[str, ...]
    phantom: tuple[str, ...]  # stored, never acknowledged
    counted_twice: tuple[str, ...]  # the ledger holds more than the client's count
    uncounted: tuple[str, ...]  # the ledger holds less
    complaints: tuple[str, ...]  # answers that cannot be right

    def __str__(self) -> str:
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return (
            "; ".join(f"{name}: {len(found)} {found[:5]}" for name, found in told.items() if found)
            or "nothing"
        )

    @property
    def none(self) -> bool:
        return str(self) == "nothing"


def judge(history: History, stored: Iterable[str], ledger: Mapping[Line, int]) -> Findings:
    """Hold a finished history (nothing unknown is left in it) against stored ids and ledger sums."""
    times = collections.Counter(stored)
    counted = recount(history.cases)
    differences = {key: ledger.get(key, 0) - counted.get(key, 0) for key in counted.keys() | ledger.keys()}
    # A stock leaves by a negative line, so "more" is further from zero than counted.
    more = {
        key
        for key, extra in differences.items()
        if extra and abs(ledger.get(key, 0)) > abs(counted.get(key, 0))
    }
    return Findings(
        lost=tuple(sorted(history.acked - times.keys())),
        stored_twice=tuple(sorted(key for key, count in times.items() if count > 1)),
        phantom=tuple(sorted(times.keys() - history.acked)),
        counted_twice=tuple(_told(key, ledger, counted) for key in sorted(more)),
        uncounted=tuple(
            _told(key, ledger, counted) for key in sorted(differences) if differences[key] and key not in more
        ),
        complaints=tuple(history.complaints),
    )


def recount(cases: Iterable[Little]) -> dict[Line, int]:
    """The client's own count, by plain addition."""
    sums: collections.Counter[Line] = collections.Counter()
    for case in cases:
        sums.update(case.lines)
    return {key: value for key, value in sums.items() if value}


def read_stored(connection: engine.Connection, source: str) -> list[str]:
    """The ids of every stored event of the source."""
    return [row[0] for row in connection.execute("SELECT event_id FROM event WHERE source = %s", (source,))]


def read_ledger(connection: engine.Connection, pack: str) -> dict[Line, int]:
    """The ledger's sums of filed, closed and pending of a pack, by court and day."""
    rows = connection.execute(
        "SELECT a.measure, p.court, p.day, sum(p.value) FROM posting p JOIN account a ON a.id = p.account"
        " WHERE a.measure = ANY (%s) AND a.kind IN ('flow', 'stock') GROUP BY 1, 2, 3 HAVING sum(p.value) "
        "<> 0",
        ([f"{pack}.{name}" for name in ("filed", "closed", "pending")],),
    )
    return {(measure.partition(".")[2], court, str(day)): int(value) for measure, court, day, value in rows}


def _told(key: Line, ledger: Mapping[Line, int], counted: Mapping[Line, int]) -> str:
    return f"{' '.join(key)}: ledger {ledger.get(key, 0)}, counted {counted.get(key, 0)}"
