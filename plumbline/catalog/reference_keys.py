"""The keys of what figures are held against from outside: stages, benchmarks, and conversions into the
points of another assessment.
"""

from __future__ import annotations

from collections.abc import Mapping

from plumbline.catalog.keyed import BENCHMARKS, CATEGORIES, Key, choice

_FIGURE: Mapping[str, Key] = {
    "indicator": Key("name", False, "the indicator it is for; or"),
    "measure": Key("name", False, "the measure it is for"),
}

REFERENCE_KEYS: Mapping[str, Mapping[str, Key]] = {
    "stage": {
        "from": Key("integer", True, "its first year"),
        "until": Key("integer", True, "its last year, counted"),
        "title": Key("title", True, "words for people"),
    },
    "benchmarks": {
        **_FIGURE,
        "kind": choice(BENCHMARKS, True, "最高人民法院要求, 先进法院, 全国平均 or 上级法院要求"),
        "value": Key("benchmark", True, "the benchmark"),
        "issuer": Key("text", True, "who set or published it"),
        "source": Key("source", True, "where it stands"),
        "of": Key("title", False, "whose figure it is, in words; or"),
        "court": Key("name", False, "the court whose figure it is, by its code"),
        "category": choice(CATEGORIES, False, "it is for figures of this category only"),
        "period": Key("period", False, "for which period it is in force; or"),
        "from": Key("day", False, "the first day it is in force"),
        "until": Key("day", False, "with from: the first day it no longer is"),
    },
    "conversions": {
        "id": Key("id", True, "its name"),
        "title": Key("title", True, "words for people"),
        "into": Key("title", True, "the other assessment"),
        "source": Key("source", True, "where the conversion stands"),
        "of": Key("name", True, "the pack whose indicators are converted: this one, or one it uses"),
        "period": choice(("year", "quarter", "month"), True, "for what kind of period it is reckoned"),
        "lines": Key("rows", True, "what is converted, in their order"),
    },
    "lines": {
        **_FIGURE,
        "points": Key("amount", True, "the most it can give in the other assessment"),
        "scope": choice(("own", "all"), False, "own (if left out): a court's own cases; all: with all below"),
        "table": Key("rows", False, "points by value; or"),
        "item": Key("mapping", False, "the item of a rule book whose share of its own points it gives"),
        "clause": Key("text", False, "where it stands in the document"),
    },
    "table": {
        "from": Key("value", False, "its lower end, inside; or"),
        "above": Key("value", False, "its lower end, outside; neither: no lower end"),
        "to": Key("value", False, "its upper end, inside; or"),
        "below": Key("value", False, "its upper end, outside; neither: no upper end"),
        "points": Key("worth", True, "what a value in it gives"),
    },
    "item": {
        "book": Key("name", True, "the rule book"),
        "item": Key("name", True, "its item"),
    },
}
