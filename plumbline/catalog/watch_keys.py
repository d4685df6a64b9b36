"""The keys of watches: what is watched, by which method, and when it is told to whom."""

from __future__ import annotations

from collections.abc import Mapping

from plumbline.catalog.keyed import LEVELS, Key, choice
from plumbline.catalog.watch_kinds import KINDS

SIDES = ("both", "high", "low", "line")
EVERY = ("day", "week", "month")
GRAINS = ("month", "week")
TOLD = ("court", "above")

WATCH_KEYS: Mapping[str, Mapping[str, Key]] = {
    "watches": {
        "id": Key("id", True, "its name"),
        "title": Key("title", True, "words for people"),
        "kind": choice(tuple(KINDS), True, "what kind of departure it looks for"),
        "of": Key("names", False, "the figures, clocks or balances it watches; of `feed` nothing"),
        "courts": Key(
            "names", False, "court codes; 吉24* is every code that begins so; every court if left out"
        ),
        "level": choice(LEVELS, False, "only courts of this level"),
        "scope": choice(("own", "all"), False, "own (if left out): a court's own cases; all: with all below"),
        "grain": choice(
            GRAINS,
            False,
            "of `history` alone: the periods it judges; month if left out; week: counts of flows only",
        ),
        "every": choice(EVERY, False, "how often it looks; the kind's own if left out"),
        "side": choice(
            SIDES, False, "which side is beyond: both, high, low, or the line; the kind's own if left out"
        ),
        "settings": Key("settings", False, "numbers of the method; the shipped ones if left out"),
        "hold": Key("integer", False, "looks beyond, of the last three, before it opens; 2 if left out"),
        "release": Key("integer", False, "looks inside before it is resolved; 2 if left out"),
        "severity": choice(("amber", "red"), False, "the gravest it may become; red if left out"),
        "tell": Key("names", False, "who is told: court, above (the court above); the court if left out"),
        "escalate": Key("integer", False, "days unacknowledged before the court above is told; 0: never"),
        "source": Key("source", True, "where the duty to watch stands"),
    },
}
