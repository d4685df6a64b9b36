"""Every key a pack may hold, by section: what it takes, whether it is needed, and its meaning.

The reference page shows these tables and a test holds the two together.
"""

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
    "stock": "{from: names, until: names}",
    "observed": "{unit: …, as: level or flow}",
    "rows": "a list of rows",
    "target": "a target",
    "period": "2019, 2019-Q2, 2019-06 or 2019-01-01..2019-06-30",
    "amount": "a number above 0: 4, 0.5 or 12.25",
    "points": "an amount; or one for each level, as in {basic: 7.5, intermediate: 6.25}",
    "share": "a percentage above 0: 50 %",
    "step": "1 % (of last year's figure), or 1 (percentage point, or of the figure's unit)",
    "figure": "an indicator or measure; or {open: parameter, reading: figure, reading: figure}",
    "option": "one of its words; or {open: parameter}, where the readings are such words",
    "mapping": "its own keys, below",
    "choice": "one of a closed list",
}

UNITS = ("percent", "ratio", "days", "cases", "events", "fen", "persons", "points", "number")
AMOUNTS = tuple(unit for unit in UNITS if unit not in ("percent", "ratio"))
TAKES = ("first", "last", "count", "sum", "max", "min", "exists", "all")
TRAITS = ("category", "instance", "procedure")
LEVELS = ("supreme", "high", "intermediate", "basic")
COMPARISONS = ("exact", *(f"as_shown_{places}" for places in range(5)))

_TITLE = Key("title", True, "words for people")
_TITLE_OPTIONAL = Key("title", False, "words for people")
_SOURCE = Key("source", False, "where the rule stands")


def _choice(words: tuple[str, ...], needed: bool, meaning: str) -> Key:
    return Key("choice", needed, meaning, words)


def _option(words: tuple[str, ...], needed: bool, meaning: str) -> Key:
    return Key("option", needed, meaning, words)


_STEPS = ("whole", "prorated")
_FIGURE = Key("figure", True, "what is held against the line")
_STEP_OPTION = _option(_STEPS, False, "whether a part of a step counts; may be open")
_COMPARISON = _option(
    COMPARISONS, False, "exactly, or as shown with so many decimals (四舍五入); may be open"
)
_ZERO_BASE = _option(
    ("not_applicable", "full_if_zero_now"),
    False,
    "a fall from 0 to 0: no points can be said, or all; may be open",
)
_IN_YEAR = _option(
    ("same_time", "share_of_ceiling", "not_scored"),
    False,
    "while the period runs, held against last year to the same day, against last year's whole in proportion, "
    "or not scored; may be open",
)
_OWN_TARGET = Key("target", False, "the line, of fixed values; else the pack's target for that figure")

KEYS: Mapping[str, Mapping[str, Key]] = {
    "pack": {
        "id": Key("pack id", True, "the pack's name, for ever; definitions are called <pack>.<id>"),
        "version": Key("text", True, "this edition; a change is a new version"),
        "title": _TITLE,
        "issuer": Key("text", True, "who issued these rules"),
        "in_force_from": Key("day", True, "the day from which they hold"),
        "uses": Key("names", False, "ids of the packs this one builds on"),
        "source": _SOURCE,
        "ranking": _choice(
            ("forbidden", "allowed"), False, "allowed only with a source; forbidden if left out"
        ),
    },
    "facts": {
        "id": Key("id", True, "the name expressions use"),
        "title": _TITLE_OPTIONAL,
        "from": Key("names", False, "the event types it is taken from"),
        "take": Key("take", False, "which of them, and which field"),
        "where": Key("expression", False, "only events for which this is true"),
        "undone_by": Key("names", False, "event types which, coming later, cancel what was taken before"),
        "values": Key("names", False, "the only texts it can have"),
        "derive": Key("expression", False, "instead of from and take: an expression over other facts"),
    },
    "tracks": {
        "id": Key(
            "id",
            True,
            "court, division, judge, category and cause stand on every posting; procedure steers clocks",
        ),
        "title": _TITLE_OPTIONAL,
        "from": Key("fields", True, "which event types set it, each by which field"),
        "returns": _choice(("never",), False, "never: a value that was left is not taken up again"),
    },
    "limits": {
        "id": Key("pack id", True, "the name a clock uses"),
        "source": _SOURCE,
        "rows": Key("rows", True, "the limits; the first row that fits the case on its starting day holds"),
    },
    "rows": {
        "category": Key("names", False, "only cases of these categories"),
        "instance": Key("names", False, "only cases of these instances"),
        "procedure": Key("names", False, "only cases under these procedures"),
        "months": Key("integer", False, "how many months; months or days, or both"),
        "days": Key("integer", False, "how many days"),
        "article": Key("text", True, "the article that says so"),
        "from": Key("day", False, "for cases that start on this day or later"),
        "until": Key("day", False, "for cases that start before this day"),
    },
    "clocks": {
        "id": Key(
            "id", True, "its facts are <id>_limit_day, <id>_overdue_on, <id>_days_paused, <id>_stopped_on"
        ),
        "title": _TITLE_OPTIONAL,
        "starts": Key("name", True, "the fact (a day) it starts on; counting begins the day after"),
        "limits": Key("name", True, "the table of limits"),
        "stops": Key("names", True, "facts (days) that stop it; the first that is known, in this order"),
    },
    "measures": {
        "id": Key("id", True, "the name formulas use"),
        "title": _TITLE,
        "lever": _choice(
            ("process", "outcome"), True, "whether it may be influenced by management; outcome if in doubt"
        ),
        "flow": Key("name", False, "count on the day of this fact"),
        "stock": Key("stock", False, "count from a day until a day: a level"),
        "each": Key("names", False, "count every event of these types, on its day"),
        "observed": Key("observed", False, "a figure that courts report about themselves"),
        "on": Key("name", False, "with each: the events of the cases that link to this case by this role"),
        "where": Key("expression", False, "count only if this is true"),
        "sum": Key("expression", False, "add this integer instead of 1"),
        "unit": _choice(AMOUNTS, False, "needed with sum; otherwise cases, or events with each"),
        "source": _SOURCE,
    },
    "stock": {
        "from": Key("names", True, "facts (days) on which a case enters"),
        "until": Key("names", True, "facts (days) on which it leaves"),
    },
    "observed": {
        "unit": _choice(AMOUNTS, True, "the unit of the reported integer, the same word as in the report"),
        "as": _choice(
            ("level", "flow"), True, "level: holds until the next report; flow: belongs to its span"
        ),
    },
    "indicators": {
        "id": Key("id", True, "its name"),
        "title": _TITLE,
        "formula": Key("formula", True, "how it is reckoned from measures"),
        "unit": _choice(
            UNITS, True, "percent multiplies by 100; every other unit leaves the number as it is"
        ),
        "direction": _choice(("lower", "higher", "band", "none"), True, "which way is better"),
        "nature": _choice(("binding", "anticipatory"), True, "约束性 or 预期性"),
        "origin": _choice(("basic", "created"), True, "基础 or 创设"),
        "domain": _choice(
            (
                "trial",
                "enforcement",
                "reform",
                "smart_court",
                "management",
                "service",
                "satisfaction",
                "other",
            ),
            True,
            "which part of the work it speaks of",
        ),
        "meaning": Key("title", True, "what it is worth knowing for"),
        "source": Key("source", True, "where the rule stands"),
        "minimum": Key(
            "integer", False, "with a denominator below this, the value is marked as a small sample"
        ),
        "dimension": Key("title", False, "评价维度, the dimension it evaluates"),
        "key_points": Key("titles", False, "关键点, what to look at"),
        "department": Key("title", False, "统计部门, who keeps the figure"),
        "in_force_from": Key("day", False, "the first day it holds; else the pack's"),
        "in_force_until": Key("day", False, "the first day it no longer holds"),
    },
    "targets": {
        "indicator": Key("name", False, "the indicator it is for; or"),
        "measure": Key("name", False, "the measure it is for"),
        "courts": Key("names", True, "court codes; 吉24* is every code that begins with 吉24, 吉24 too"),
        "scope": _choice(("own", "all"), True, "own: a court's own cases; all: with all courts below"),
        "period": Key("period", True, "for which period"),
        "target": Key("target", True, "the line"),
        "source": _SOURCE,
    },
    "roles": {
        "id": Key("id", True, "the role's name in links"),
        "title": _TITLE,
        "expected_of": Key(
            "expression", False, "cases for which it is true and that have no such link are unattributed"
        ),
    },
    "parameters": {
        "id": Key("id", True, "the name options use"),
        "title": Key("title", True, "what the document leaves open"),
        "readings": Key("rows", True, "the ways it can be read, two or more"),
        "shipped": Key("name", True, "the reading that holds until a court sets one"),
        "settled": Key("name", False, "the reading a court has set; then it is open no more"),
        "clause": Key("text", False, "the words that leave it open"),
    },
    "readings": {
        "id": Key("id", True, "its name: a word of the options it decides"),
        "title": Key("title", True, "what it says"),
    },
    "rule_books": {
        "id": Key("id", True, "its name"),
        "title": _TITLE,
        "source": Key("source", True, "where the rule stands"),
        "period": _choice(("year", "quarter", "month"), True, "for what kind of period a score is reckoned"),
        "levels": Key("names", True, "for courts of which levels: supreme, high, intermediate, basic"),
        "points": Key("amount", True, "what all items together give, at every level"),
        "defaults": Key("mapping", False, "options that hold for every item that says nothing else"),
        "items": Key("rows", True, "the items, in their order"),
        "bases": Key(
            "rows", False, "figures of the year before that the document gives, for what can be reached"
        ),
    },
    "items": {
        "id": Key("id", True, "its name within the book"),
        "number": Key("text", True, "its number as printed"),
        "title": _TITLE,
        "points": Key("points", True, "the most it can give; a level not named does not have the item"),
        "rule": Key("mapping", True, "how a figure becomes points: one rule"),
        "scope": _choice(
            ("own", "all"), False, "own (if left out): a court's own cases; all: with all courts below"
        ),
        "cases": Key("title", False, "which cases it is about, in words"),
        "clause": Key("text", False, "where it stands in the document"),
    },
    "defaults": {
        "steps": _STEP_OPTION,
        "zero_base": _ZERO_BASE,
        "in_year": _IN_YEAR,
        "comparison": _COMPARISON,
    },
    "bases": {
        "court": Key("name", True, "the court's code"),
        "figure": Key("name", True, "the indicator or measure"),
        "numerator": Key("integer", True, "its numerator"),
        "denominator": Key("integer", False, "its denominator; 1 if left out"),
    },
    "rule": {
        "gain_per_step": Key("mapping", False, "points for every step better than last year"),
        "meets_target": Key("mapping", False, "all points where a target is met"),
        "threshold_then_deduction": Key(
            "mapping", False, "all points where a target is met, less for every step short of it"
        ),
        "per_case": Key("mapping", False, "all points, less for every case"),
        "group_mean": Key("mapping", False, "all points where the mean of the group is reached"),
        "band": Key("mapping", False, "all points inside an interval"),
        "subordinates_mean": Key("mapping", False, "the mean of the scores of the courts directly below"),
        "panel_mean": Key("mapping", False, "the mean mark of an anonymous vote"),
        "weighted_sum": Key("mapping", False, "sub-items, each with its own points and rule"),
        "meets_all": Key("mapping", False, "several conditions"),
        "share_of_books": Key("mapping", False, "a share of what another rule book gives"),
    },
    "gain_per_step": {
        "figure": Key("figure", True, "what is compared with last year's"),
        "change": _choice(
            ("share", "points"), True, "by how many % of last year's figure, or by how many percentage points"
        ),
        "way": _choice(("fall", "rise"), True, "which way earns points"),
        "per": Key("step", True, "one step"),
        "gain": Key("amount", True, "points for one step"),
        "steps": _STEP_OPTION,
        "zero_base": _ZERO_BASE,
        "in_year": _IN_YEAR,
    },
    "meets_target": {
        "figure": _FIGURE,
        "target": _OWN_TARGET,
        "earns": _option(
            ("met", "proportional"), True, "points only where it is met, or else in proportion; may be open"
        ),
        "comparison": _COMPARISON,
    },
    "threshold_then_deduction": {
        "figure": _FIGURE,
        "target": _OWN_TARGET,
        "per": Key("step", True, "one step short; percentage points of a percentage"),
        "deduct": Key("amount", True, "points taken off for one step"),
        "steps": _STEP_OPTION,
        "comparison": _COMPARISON,
    },
    "per_case": {
        "figure": Key("figure", True, "the number of cases"),
        "deduct": Key("amount", True, "points taken off for one"),
    },
    "group_mean": {
        "figure": Key(
            "figure",
            True,
            "what is held against the mean of the courts of the same level under the same court",
        ),
        "side": _choice(("at_least", "at_most"), True, "on which side of the mean the points are"),
        "comparison": _COMPARISON,
    },
    "band": {
        "figure": _FIGURE,
        "target": Key("target", True, "{between: [lowest, highest]}, both inside"),
        "comparison": _COMPARISON,
    },
    "subordinates_mean": {
        "book": Key("name", True, "the rule book the courts below are scored by"),
        "mean": _option(
            ("each_court", "by_cases"), True, "every court counts once, or by its cases; may be open"
        ),
        "cases": Key("figure", False, "the number of cases a court counts by"),
    },
    "panel_mean": {
        "ballot": Key("id", True, "the vote's name"),
        "highest": Key("amount", True, "the highest mark that can be given"),
    },
    "weighted_sum": {
        "items": Key("rows", True, "the sub-items, in their order"),
    },
    "meets_all": {
        "conditions": Key("rows", True, "the conditions, two or more"),
        "given": _option(
            ("both", "half_each"),
            True,
            "all points only if all are met, or an equal part for each; may be open",
        ),
        "comparison": _COMPARISON,
    },
    "conditions": {
        "figure": _FIGURE,
        "target": Key("target", False, "the line, of fixed values; or"),
        "no_less_than": Key("figure", False, "another figure, of the same unit, that it must reach"),
    },
    "share_of_books": {
        "book": Key("name", True, "the rule book"),
        "share": Key("share", True, "which share of its points"),
    },
    "title": {"zh": Key("text", True, "in Chinese"), "en": Key("text", True, "in English")},
    "source": {
        "document": Key("text", True, "the document"),
        "clause": Key("text", True, "its clause, or what part of it"),
        "provenance": _choice(
            ("seed", "sourced", "project"), True, "given with the task, found and cited, or our own"
        ),
    },
}

#: The sections that are lists of definitions, in the order they are read.
SECTIONS = (
    "facts",
    "tracks",
    "limits",
    "clocks",
    "measures",
    "indicators",
    "targets",
    "roles",
    "parameters",
    "rule_books",
)
