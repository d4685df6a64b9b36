"""Every key a pack may hold, by section: what it takes, whether it is needed, and its meaning.

The reference page shows these tables and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping

from plumbline.catalog.keyed import AMOUNTS, UNITS, Key, choice
from plumbline.catalog.rulebook_keys import RULE_BOOK_KEYS

_TITLE = Key("title", True, "words for people")
_TITLE_OPTIONAL = Key("title", False, "words for people")
_SOURCE = Key("source", False, "where the rule stands")

KEYS: Mapping[str, Mapping[str, Key]] = {
    "pack": {
        "id": Key("pack id", True, "the pack's name, for ever; definitions are called <pack>.<id>"),
        "version": Key("text", True, "this edition; a change is a new version"),
        "title": _TITLE,
        "issuer": Key("text", True, "who issued these rules"),
        "in_force_from": Key("day", True, "the day from which they hold"),
        "uses": Key("names", False, "ids of the packs this one builds on"),
        "source": _SOURCE,
        "ranking": choice(
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
        "returns": choice(("never",), False, "never: a value that was left is not taken up again"),
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
        "lever": choice(
            ("process", "outcome"), True, "whether it may be influenced by management; outcome if in doubt"
        ),
        "flow": Key("name", False, "count on the day of this fact"),
        "stock": Key("stock", False, "count from a day until a day: a level"),
        "each": Key("names", False, "count every event of these types, on its day"),
        "observed": Key("observed", False, "a figure that courts report about themselves"),
        "on": Key("name", False, "with each: the events of the cases that link to this case by this role"),
        "where": Key("expression", False, "count only if this is true"),
        "sum": Key("expression", False, "add this integer instead of 1"),
        "unit": choice(AMOUNTS, False, "needed with sum; otherwise cases, or events with each"),
        "source": _SOURCE,
    },
    "stock": {
        "from": Key("names", True, "facts (days) on which a case enters"),
        "until": Key("names", True, "facts (days) on which it leaves"),
    },
    "observed": {
        "unit": choice(AMOUNTS, True, "the unit of the reported integer, the same word as in the report"),
        "as": choice(
            ("level", "flow"), True, "level: holds until the next report; flow: belongs to its span"
        ),
    },
    "indicators": {
        "id": Key("id", True, "its name"),
        "title": _TITLE,
        "formula": Key("formula", True, "how it is reckoned from measures"),
        "unit": choice(UNITS, True, "percent multiplies by 100; every other unit leaves the number as it is"),
        "direction": choice(("lower", "higher", "band", "none"), True, "which way is better"),
        "nature": choice(("binding", "anticipatory"), True, "约束性 or 预期性"),
        "origin": choice(("basic", "created"), True, "基础 or 创设"),
        "domain": choice(
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
        "scope": choice(("own", "all"), True, "own: a court's own cases; all: with all courts below"),
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
    **RULE_BOOK_KEYS,
    "title": {"zh": Key("text", True, "in Chinese"), "en": Key("text", True, "in English")},
    "source": {
        "document": Key("text", True, "the document"),
        "clause": Key("text", True, "its clause, or what part of it"),
        "provenance": choice(
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
