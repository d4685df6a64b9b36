"""Replaying one change of a deviation: the same watch over the books as they stood must say the same, to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from plumbline import errors, serving
from plumbline.courts import CourtTree
from plumbline.store import engine, looks
from plumbline.store.deviations import Change, Deviation
from plumbline.store.watchbooks import every_watch

READ_FROM_THE_CASES: Final = ("node", "feed")
"""Kinds whose look rests on what was never kept by page: the cases as folded then, the arrival of events."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the watch says now of the books as they stood then: whether it is the same, and where it differs."""

    change: int
    same: bool
    differs: tuple[str, ...]
    document: Mapping[str, Any]


def replay(
    connection: engine.Connection,
    catalogue: serving.Catalogue,
    tree: CourtTree,
    deviation: Deviation,
    change: Change,
) -> Replayed:
    """Judge again what a change rested on, in the caller's snapshot. errors.Conflict where the watch is defined otherwise
    now; errors.BadInput for what somebody did, which no watch said, and for kinds that cannot be read as of a page.
    """
    if change.principal is not None or change.act == "escalated":
        raise errors.BadInput(
            f"Change {change.number} was done by somebody", next="Replay one that its watch wrote."
        )
    if deviation.kind in READ_FROM_THE_CASES:
        raise errors.BadInput(
            f"A look at a {deviation.kind} cannot be read as of a page",
            why="It rests on cases and arrivals as they stood, which are kept in its document alone.",
            next="Read the document of the change: it holds all it was judged by.",
        )
    owned = every_watch(catalogue, change.day).get(deviation.watch)
    if owned is None or owned.hash != change.hash:
        raise errors.Conflict(
            f"{deviation.watch} is defined otherwise now than when it wrote change {change.number}",
            next="Publish the edition of its pack that stood then, and replay again.",
        )
    looker = looks.looker(
        connection, catalogue, tree, change.day, change.at, page=change.page, before=change.number
    )
    found = [
        one for one in looker.look(owned) if (one.court, one.object) == (deviation.court, deviation.object)
    ]
    then = _plain(change.document)
    if not found and then.get("stage") == "ended":
        return Replayed(change.number, True, (), then)
    again = _plain(found[0].document) if found else {}
    differs = tuple(sorted(key for key in {*again, *then} if again.get(key) != then.get(key)))
    return Replayed(change.number, not differs, differs, again)


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """As it was stored: through JSON and back."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(dict(document)))
    return plain
