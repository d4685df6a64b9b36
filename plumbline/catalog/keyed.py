"""The shapes of the keys a pack may hold, and the closed lists of words some of them take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One key: the shape of its value (of SHAPES, or a closed list), and whether it must be there."""

    shape: str
    needed: bool
    meaning: str
    choices: tuple[str, ...] = ()


#: The shapes a value can have, in the words of the reference page.
SHAPES: Mapping[str, str] = {
    "id": "a to z, 0 to 9 and _, beginning with a letter, at most 64",
    "pack id": "an id in which - is allowed too",
    "text": "words, at most 2,000 characters",
    "title": "{zh: …, en: …}, both given",
    "titles": "a list of {zh: …, en: …}",
    "name": "one id, event type or code",
    "names": "one name, or a list of names",
    "integer": "a whole number, not below 0",
    "day": "2019-01-31",
    "source": "{document: …, clause: …, provenance: seed, sourced or project}",
    "expression": "an expression, in quotes",
    "formula": "a formula",
    "take": "first, last, max, min or sum of a field, as in last(method); all(day); count; exists",
    "fields": "{event type: field}",
    "codes": "{a word: its code}",
    "stock": "{from: names, until: names}",
    "observed": "{unit: …, as: level or flow}",
    "rows": "a list of rows",
    "target": "a target",
    "value": "a figure in its unit: 90 %, 30 or 153.25",
    "benchmark": "a value; or {at_least: value}, {at_most: value} or {between: [value, value]}",
    "worth": "points; or [points, points], a straight line from one end to the other",
    "period": "2019, 2019-Q2, 2019-06 or 2019-01-01..2019-06-30",
    "amount": "a number above 0: 4, 0.5 or 12.25",
    "points": "an amount; or one for each level, as in {basic: 7.5, intermediate: 6.25}",
    "share": "a percentage above 0: 50 %",
    "step": "1 % (of last year's figure), or 1 (percentage point, or of the figure's unit)",
    "figure": "an indicator or measure; or {open: parameter, reading: figure, reading: figure}",
    "option": "one of its words; or {open: parameter}, where the readings are such words",
    "settings": "{setting: number}, of those of its kind, below",
    "mapping": "its own keys, below",
    "choice": "one of a closed list",
}

UNITS = ("percent", "ratio", "days", "cases", "events", "fen", "persons", "points", "number")
AMOUNTS = tuple(unit for unit in UNITS if unit not in ("percent", "ratio"))
TAKES = ("first", "last", "count", "sum", "max", "min", "exists", "all")
TRAITS = ("category", "instance", "procedure", "case_type")
LEVELS = ("supreme", "high", "intermediate", "basic")
#: The categories of cases (条线) a benchmark may be limited to.
CATEGORIES = ("criminal", "civil", "administrative", "enforcement", "compensation", "insolvency", "other")
BENCHMARKS = ("required", "advanced_court", "national_mean", "higher_court")
COMPARISONS = ("exact", *(f"as_shown_{places}" for places in range(5)))


def choice(words: tuple[str, ...], needed: bool, meaning: str) -> Key:
    """A key that takes one word of a closed list."""
    return Key("choice", needed, meaning, words)


def option(words: tuple[str, ...], needed: bool, meaning: str) -> Key:
    """The same, where a parameter may decide instead."""
    return Key("option", needed, meaning, words)
