"""The keys of rule books and their parameters, by section."""

from __future__ import annotations

from collections.abc import Mapping

from plumbline.catalog.keyed import COMPARISONS, Key, choice, option

_TITLE = Key("title", True, "words for people")
_STEPS = ("whole", "prorated")
_FIGURE = Key("figure", True, "what is held against the line")
_STEP_OPTION = option(_STEPS, False, "whether a part of a step counts; may be open")
_COMPARISON = option(COMPARISONS, False, "exactly, or as shown with so many decimals (四舍五入); may be open")
_ZERO_BASE = option(
    ("not_applicable", "full_if_zero_now"),
    False,
    "a fall from 0 to 0: no points can be said, or all; may be open",
)
_IN_YEAR = option(
    ("same_time", "share_of_ceiling", "not_scored"),
    False,
    "while the period runs, held against last year to the same day, against last year's whole in proportion, "
    "or not scored; may be open",
)
_OWN_TARGET = Key("target", False, "the line, of fixed values; else the pack's target for that figure")

RULE_BOOK_KEYS: Mapping[str, Mapping[str, Key]] = {
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
        "period": choice(("year", "quarter", "month"), True, "for what kind of period a score is reckoned"),
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
        "scope": choice(
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
        "change": choice(
            ("share", "points"), True, "by how many % of last year's figure, or by how many percentage points"
        ),
        "way": choice(("fall", "rise"), True, "which way earns points"),
        "per": Key("step", True, "one step"),
        "gain": Key("amount", True, "points for one step"),
        "steps": _STEP_OPTION,
        "zero_base": _ZERO_BASE,
        "in_year": _IN_YEAR,
    },
    "meets_target": {
        "figure": _FIGURE,
        "target": _OWN_TARGET,
        "earns": option(
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
        "side": choice(("at_least", "at_most"), True, "on which side of the mean the points are"),
        "comparison": _COMPARISON,
    },
    "band": {
        "figure": _FIGURE,
        "target": Key("target", True, "{between: [lowest, highest]}, both inside"),
        "comparison": _COMPARISON,
    },
    "subordinates_mean": {
        "book": Key("name", True, "the rule book the courts below are scored by"),
        "mean": option(
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
        "given": option(
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
}
