"""What a look rests on that no page of the books tells: noted while it looks, kept with each change it writes, and given
back to whoever judges the change again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plumbline import errors
from plumbline.store import courts, engine

WHOLE_COURT = ""
"""In place of an object: what concerns every object of a court."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Under which definitions, courts and calendar a look was made: the generation, the moment they were read as known
    at, and the accounts that were still being filled.
    """

    generation: int
    known_at: datetime
    filling: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, and back by `from_json`."""
        return {
            "generation": self.generation,
            "known_at": self.known_at.isoformat(),
            "filling": list(self.filling),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Ground:
        """The ground that `as_json` wrote."""
        return cls(kept["generation"], datetime.fromisoformat(kept["known_at"]), tuple(kept["filling"]))


@dataclass(slots=True)
class Evidence:
    """Reads that are noted, by court and object; plain JSON each. `ground` None: nothing will be kept."""

    ground: Ground | None = None
    _noted: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def of(self, court: str, thing: str, name: str, read: Callable[[], Any], absent: Any = None) -> Any:
        """What is read, once, and noted by its name. `absent` is what a replay takes for what was never kept."""
        noted = self._noted.setdefault((court, thing), {})
        if name not in noted:
            noted[name] = read()
        return noted[name]

    def inputs(self, court: str, thing: str) -> dict[str, Any] | None:
        """What is kept with a change of an object."""
        if self.ground is None:
            return None
        return {
            "ground": self.ground.as_json(),
            "court": dict(self._noted.get((court, WHOLE_COURT), {})),
            "object": dict(self._noted.get((court, thing), {})),
        }


@dataclass(slots=True)
class Kept(Evidence):
    """The same for one object, given back from what was kept; nothing is ever read. `used`: the names asked for."""

    court: str = ""
    thing: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def of(self, court: str, thing: str, name: str, read: Callable[[], Any], absent: Any = None) -> Any:
        """What was kept; of other objects, and of what was not there then, `absent`."""
        part = "court" if thing == WHOLE_COURT else "object"
        own = court == self.court and thing in (WHOLE_COURT, self.thing)
        if not own or name not in self.given[part]:
            return absent
        self.used.add(name)
        return self.given[part][name]


def kept(court: str, thing: str, inputs: Mapping[str, Any]) -> Kept:
    """What was kept with a change of an object."""
    return Kept(Ground.from_json(inputs["ground"]), {}, court, thing, inputs)


def stand(connection: engine.Connection, edition: courts.Edition) -> Evidence:
    """Evidence of a look in the caller's snapshot, over definitions and courts of an edition that the caller holds.

    Whoever loads courts, a calendar or definitions waits until the look is written, so what was known at the moment noted
    is what the look saw. errors.StaleGeneration where the edition has moved on: read it again.
    """
    connection.execute("SELECT 1 FROM generation_head FOR SHARE")
    if courts.read_edition(connection) != edition:
        raise errors.StaleGeneration(f"The catalogue or the court tree moved on from {edition}.")
    filling = connection.execute("SELECT id FROM account WHERE status = 'filling' ORDER BY id").fetchall()
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    return Evidence(Ground(edition.generation, row[0], tuple(int(one[0]) for one in filling)))
