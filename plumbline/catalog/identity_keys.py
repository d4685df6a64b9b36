"""The keys of balances of stock and flow, and the ways in which a case moves."""

from __future__ import annotations

from collections.abc import Mapping

from plumbline.catalog.keyed import Key

#: Into a court, out of a court, or within one (net): another category or cause, or the clause no longer as it was.
WAYS = ("in", "out", "within")

IDENTITY_KEYS: Mapping[str, Mapping[str, Key]] = {
    "balances": {
        "id": Key("id", True, "its name"),
        "title": Key("title", True, "words for people"),
        "stock": Key("name", True, "the measure, a stock, whose level at the beginning and end it explains"),
        "in": Key("names", True, "measures that count what comes to it"),
        "out": Key("names", True, "measures that count what goes from it"),
        "opening": Key("name", False, "the stock of those of its cases that were pending at go-live (期初)"),
        "marked": Key("name", False, "with opening: counts these cases on the days they were filed"),
    },
}
