"""Replaying one change of a deviation: the same watch over the books as they stood must say the same, to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from plumbline import errors, serving
from plumbline.catalog.watches import Watch
from plumbline.store import catalogue as store_catalogue
from plumbline.store import courts, engine, evidence, looks
from plumbline.store.deviations import Change, Deviation
from plumbline.store.evidence import Ground
from plumbline.store.watchbooks import every_watch
from plumbline.warning import casework

ALONE: Final = ("clock", "node", "feed", "stock_flow")
"""Kinds that judge a court without looking at any other."""
ANYWAY: Final = ("definitions", "courts", "calendar")
READ: Final[Mapping[str, tuple[str, ...]]] = {
    "feed": ("arrivals", "coverage", *ANYWAY),
    "node": ("coverage", *ANYWAY),
}
"""What is read back from the books as they stood, for kinds that rest on more or less than postings and coverage."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the watch says of the books as they stood then: whether it is the same, where it differs, what was read back
    from the books as of the page, and what from that which was kept with the change.
    """

    change: int
    same: bool
    differs: tuple[str, ...]
    document: Mapping[str, Any]
    read: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(slots=True)
class Replayer:
    """Judges changes again in the caller's snapshot. `catalogue`: what is served now, where a change stands on the same
    generation; any other generation, and the courts of any moment, are read once.
    """

    connection: engine.Connection
    catalogue: serving.Catalogue
    _catalogues: dict[tuple[int, tuple[int, ...]], serving.Catalogue] = field(default_factory=dict)

    def replay(self, deviation: Deviation, change: Change) -> Replayed:
        """Judge again what a change rested on. errors.BadInput for what somebody did, which no watch said, and for changes
        older than what is kept with them; errors.Conflict where the watch reads otherwise now.
        """
        inputs = _inputs(change)
        kept = evidence.kept(deviation.court, deviation.object, inputs)
        ground = Ground.from_json(inputs["ground"])
        served, tree = self._served(ground), courts.read_tree(self.connection, ground.known_at)
        owned = every_watch(served, change.day).get(deviation.watch)
        if owned is None or owned.hash != change.hash:
            raise errors.Conflict(
                f"{deviation.watch} reads otherwise now than when it wrote change {change.number}",
                why="The packs as they stood then are read by another edition of the program.",
                next="Replay it with the edition that wrote it.",
            )
        looker = looks.looker(
            self.connection, served, tree, change.day, change.at, page=change.page, evidence=kept
        )
        within = (deviation.court,) if deviation.kind in ALONE else None
        found = looker.look(owned, within, (deviation.court, deviation.object))
        again: Mapping[str, Any] = found[0].document if found else {}
        if not found and deviation.kind == "clock":
            again = _ended(looker, owned.watch, deviation)
        return _compared(deviation, change, _plain(again), kept)

    def _served(self, ground: Ground) -> serving.Catalogue:
        if not (ground.filling or self.catalogue.filling) and ground.generation == self.catalogue.generation:
            return self.catalogue
        key = (ground.generation, ground.filling)
        if key not in self._catalogues:
            self._catalogues[key] = store_catalogue.read_catalogue_known(
                self.connection, ground.generation, ground.known_at, ground.filling
            )
        return self._catalogues[key]


def _inputs(change: Change) -> Mapping[str, Any]:
    if change.principal is not None or change.act == "escalated":
        raise errors.BadInput(
            f"Change {change.number} was done by somebody", next="Replay one that its watch wrote."
        )
    if change.inputs is None:
        raise errors.BadInput(
            f"Change {change.number} was written before what a look rests on was kept with it",
            why="What no page of the books tells of that look is not known.",
            next="Read the document of the change: it holds all it was judged by.",
        )
    return change.inputs


def _ended(looker: looks.Looker, watch: Watch, deviation: Deviation) -> Mapping[str, Any]:
    """What is said of a case that is not, or no longer, among those whose clock runs as of the page."""
    name = looker.books.names((deviation.court,))[deviation.court]
    found = casework.ended(watch, deviation.court, deviation.object, name, looker.books.yesterday)
    return found.document


def _compared(
    deviation: Deviation, change: Change, again: Mapping[str, Any], kept: evidence.Kept
) -> Replayed:
    then = _plain(change.document)
    differs = tuple(
        sorted(
            key for key in {*again, *then} if (key in again, again.get(key)) != (key in then, then.get(key))
        )
    )
    read = READ.get(deviation.kind, ("postings", "coverage", *ANYWAY))
    return Replayed(change.number, not differs, differs, again, read, tuple(sorted(kept.used)))


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """As it was stored: through JSON and back."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(dict(document)))
    return plain
