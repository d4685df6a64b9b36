"""Every key a pack may hold, by section: what it takes, whether it is needed, and its meaning.

The reference page shows these tables and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping

from plumbline.catalog.dimension_keys import DIMENSION_KEYS
from plumbline.catalog.identity_keys import IDENTITY_KEYS, WAYS
from plumbline.catalog.keyed import AMOUNTS, UNITS, Key, choice
from plumbline.catalog.reference_keys import REFERENCE_KEYS
from plumbline.catalog.rulebook_keys import RULE_BOOK_KEYS
from plumbline.catalog.watch_keys import WATCH_KEYS

_TITLE = Key("title", True, "words for people")
_TRAITS = {
    "category": Key("names", False, "only cases of these categories"),
    "instance": Key("names", False, "only cases of these instances"),
    "procedure": Key("names", False, "only cases under these procedures"),
    "case_type": Key("names", False, "only cases with these type codes in their number"),
}
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
        "on": Key(
            "name", False, "the events of the cases that link to this case by this role, instead of its own"
        ),
        "after": Key("name", False, "only events from the day of this fact on; none while it has no day"),
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
        "pauses": Key("rows", False, "the grounds on which days do not count; every ground if left out"),
    },
    "rows": {
        **_TRAITS,
        "where": Key("expression", False, "only cases whose facts make this true"),
        "months": Key("integer", False, "how many months; months or days, or both"),
        "days": Key("integer", False, "how many days"),
        "limit": choice(
            ("none",), False, "instead of months and days: the law sets no limit for these cases"
        ),
        "counts": choice(
            ("forward", "back"), False, "back: so long before the start, as a notice before a hearing"
        ),
        "holiday": choice(
            ("stays", "moves"), False, "moves: a limit that falls on a day off ends on the next working day"
        ),
        "extensions": Key(
            "rows",
            False,
            "who may extend it and how far, [] for nobody; if left out, every extension counts as approved",
        ),
        "article": Key("text", True, "the article that says so"),
        "from": Key("day", False, "for cases that start on this day or later"),
        "until": Key("day", False, "for cases that start before this day"),
    },
    "extensions": {
        "by": Key("names", True, "approvers: president, upper_court, high_court, supreme_court"),
        "months": Key("integer", False, "how many months in all; as far as approved if neither is given"),
        "days": Key("integer", False, "how many days in all"),
        "article": Key("text", True, "the article that says so"),
    },
    "pauses": {
        "ground": Key("names", True, "grounds of `clock.paused`"),
        **{trait: key for trait, key in _TRAITS.items() if trait != "procedure"},
        "months": Key("integer", False, "how many months at most; as long as it lasts if neither is given"),
        "days": Key("integer", False, "how many days at most"),
        "effect": choice(
            ("pauses", "restarts"), False, "restarts: after it the limit runs anew; pauses if left out"
        ),
        "article": Key("text", True, "the article that says so"),
        "from": Key("day", False, "for pauses that begin on this day or later"),
        "until": Key("day", False, "for pauses that begin before this day"),
    },
    "clocks": {
        "id": Key("id", True, "its facts are <id>_limit_day and the others of the list below"),
        "title": _TITLE_OPTIONAL,
        "starts": Key(
            "name",
            True,
            "the fact (a day) it starts on; counting begins the day after; with all(day) it runs on each",
        ),
        "limits": Key("name", False, "the table of limits; or"),
        "due": Key("name", False, "the fact (a day) that is the last day"),
        "stops": Key("names", True, "facts (days) that stop it; the first that is known, in this order"),
        "restarts": Key("rows", False, "days from which it runs anew"),
        "ends": Key(
            "names", False, "facts (days) on which it is over; a run whose limit had not come is dropped"
        ),
        "times": Key("integer", False, "how many times it runs, one run after the other; once if left out"),
    },
    "restarts": {
        "on": Key("name", True, "the fact (a day) from which it runs anew"),
        "where": Key("expression", False, "only cases whose facts make this true"),
        "article": Key("text", True, "the article that says so"),
    },
    "measures": {
        "id": Key("id", True, "the name formulas use"),
        "title": _TITLE,
        "lever": choice(
            ("process", "outcome"), True, "whether it may be influenced by management; outcome if in doubt"
        ),
        "flow": Key("names", False, "count on the day of this fact; of several, on the day of each"),
        "stock": Key("stock", False, "count from a day until a day: a level"),
        "each": Key("names", False, "count every event of these types, on its day"),
        "observed": Key("observed", False, "a figure that courts report about themselves"),
        "moves": Key("name", False, "count what moves in this stock, which neither begins nor ends there"),
        "way": choice(WAYS, False, "with moves: into a court, out of a court, or within one (net)"),
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
        "formula": Key("formula", False, "how it is reckoned from measures; left out only with waits_for"),
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
        "number": Key("integer", False, "its number in the table it stands in; each at most once in a pack"),
        "formula_source": Key("source", False, "where its formula stands, if not where the rule stands"),
        "waits_for": Key("title", False, "what is not there yet: until then it is not available"),
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
        "base": Key("value", False, "基数, the figure the line starts from"),
        "headroom": Key("value", False, "预留空间 between line and benchmark; reckoned where left out"),
        "stage": Key("mapping", False, "the stage of which this period is a step"),
        "department": Key("title", False, "责任部门, who is to see that it is reached"),
    },
    "roles": {
        "id": Key("id", True, "the role's name in links"),
        "title": _TITLE,
        "expected_of": Key(
            "expression", False, "cases for which it is true and that have no such link are unattributed"
        ),
    },
    **DIMENSION_KEYS,
    **IDENTITY_KEYS,
    **REFERENCE_KEYS,
    **RULE_BOOK_KEYS,
    **WATCH_KEYS,
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
    "benchmarks",
    "conversions",
    "causes",
    "tags",
    "code_maps",
    "balances",
    "roles",
    "parameters",
    "rule_books",
    "watches",
)
