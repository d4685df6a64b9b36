"""From the entries of a document to parameters and rule books. Faults of shape are noted; meaning is
checked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from plumbline.catalog import documents, faults, keyed, keys, targets
from plumbline.catalog.definitions import Source, Text
from plumbline.catalog.documents import Entry
from plumbline.catalog.rulebook_tree import (
    Band,
    Base,
    Condition,
    Figures,
    GainPerStep,
    GroupMean,
    Item,
    MeetsAll,
    MeetsTarget,
    Option,
    PanelMean,
    Parameter,
    PerCase,
    Reading,
    Rule,
    RuleBook,
    ShareOfBooks,
    SubordinatesMean,
    ThresholdThenDeduction,
    WeightedSum,
)

_NO_TITLE = Text("", "")
_NO_FIGURE = Figures({})
_ONE = Fraction(1)
Defaults = Mapping[str, Option]


def parameter(entry: Entry) -> Parameter:
    """One parameter with its readings."""
    readings = tuple(
        Reading(row.id(), row.title("title") or _NO_TITLE) for row in entry.rows("readings", "readings")
    )
    return Parameter(
        id=entry.id(),
        title=entry.title("title") or _NO_TITLE,
        readings=readings,
        shipped=entry.text("shipped"),
        settled=entry.text("settled"),
        clause=entry.text("clause"),
        place=entry.place,
    )


def rule_book(entry: Entry) -> RuleBook | None:
    """One rule book, or None where its head cannot be read."""
    source, points = entry.source(), entry.amount("points")
    levels = entry.names("levels")
    for level in levels:
        if level not in keyed.LEVELS:
            entry.note("levels", f"`{level}` is not a level of court", faults.nearest(level, keyed.LEVELS))
    defaults: dict[str, Option] = {}
    if "defaults" in entry:
        inner = entry.inner("defaults", "defaults")
        defaults = {name: given for name in keys.KEYS["defaults"] if (given := inner.option(name))}
    items = _items(entry, "items", levels, defaults)
    if source is None or points is None:
        return None
    return RuleBook(
        id=entry.id(),
        title=entry.title("title") or _NO_TITLE,
        source=source,
        period=entry.text("period"),
        levels=levels,
        points=points,
        items=items,
        bases=tuple(_base(row) for row in entry.rows("bases", "bases")),
        place=entry.place,
    )


def source_of(book: RuleBook, item: Item) -> Source:
    """Where an item stands: the book's document, and the item's own clause where it has one."""
    return Source(book.source.document, item.clause or book.source.clause, book.source.provenance)


def _items(entry: Entry, key: str, levels: tuple[str, ...], defaults: Defaults) -> tuple[Item, ...]:
    made = (_item(row, levels, defaults) for row in entry.rows("items", key))
    return tuple(item for item in made if item is not None)


def _item(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Item | None:
    given = entry.points("points")
    points = dict.fromkeys(levels, given) if isinstance(given, Fraction) else given or {}
    for level in points:
        if level not in levels:
            entry.note("points", f"{entry.said()} gives points to {level}, which the book does not score",
                       faults.nearest(level, levels))  # fmt: skip
    rule = _rule(entry, tuple(points), defaults)
    if rule is None:
        return None
    return Item(
        id=entry.id(),
        number=entry.text("number"),
        title=entry.title("title") or _NO_TITLE,
        points=points,
        rule=rule,
        scope=entry.text("scope") or "own",
        clause=entry.text("clause"),
        cases=entry.title("cases"),
        place=entry.place,
    )


def _rule(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule | None:
    if "rule" not in entry:
        return None
    outer = entry.inner("rule", "rule")
    kinds = [kind for kind in keys.KEYS["rule"] if kind in outer]
    if not outer.whole:
        return None
    if len(kinds) != 1:
        entry.note("rule", f"{entry.said()} needs one rule", f"write one of {', '.join(keys.KEYS['rule'])}")
        return None
    inner = outer.inner(kinds[0], kinds[0])
    return _RULES[kinds[0]](inner, levels, defaults) if inner.whole else None


def _option(entry: Entry, key: str, defaults: Defaults) -> Option:
    """What the rule says, else what the book says for all; leaving it unsaid is refused."""
    if key in entry:
        return entry.option(key)
    if key not in defaults:
        words = ", ".join(keys.KEYS[entry.section][key].choices)
        entry.note(
            None,
            f"{entry.said()} leaves `{key}` unsaid",
            f"write `{key}:` {words} or {{open: parameter}}, in the rule or in the book's defaults",
        )
    return defaults.get(key, "")


def _gain_per_step(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    step, change = entry.step("per"), entry.text("change")
    if step is not None and change and step[1] != (change == "share"):
        entry.note(
            "per",
            f"`per` of {entry.said()} does not fit `change: {change}`",
            "write `per: 1 %`" if change == "share" else "write `per: 1`, in percentage points",
        )
    size = step[0] if step is not None else _ONE
    return GainPerStep(
        figure=_figure(entry, "figure"),
        change=change,
        way=entry.text("way"),
        per=size / 100 if change == "points" else size,
        gain=entry.amount("gain") or _ONE,
        steps=_option(entry, "steps", defaults),
        zero_base=_option(entry, "zero_base", defaults),
        in_year=_option(entry, "in_year", defaults),
    )


def _meets_target(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    comparison = _option(entry, "comparison", defaults)
    return MeetsTarget(_figure(entry, "figure"), _target(entry), entry.option("earns"), comparison)


def _threshold(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    step = entry.step("per")
    if step is not None and step[1]:
        entry.note("per", f"`per` of {entry.said()} is a share", "write `per: 1`, in points or units")
    return ThresholdThenDeduction(
        figure=_figure(entry, "figure"),
        target=_target(entry),
        per=step[0] if step is not None else _ONE,
        deduct=entry.amount("deduct") or _ONE,
        steps=_option(entry, "steps", defaults),
        comparison=_option(entry, "comparison", defaults),
    )


def _per_case(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    return PerCase(_figure(entry, "figure"), entry.amount("deduct") or _ONE)


def _group_mean(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    return GroupMean(_figure(entry, "figure"), entry.text("side"), _option(entry, "comparison", defaults))


def _band(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    target = _target(entry) or {}
    if target and "between" not in target:
        entry.note("target", "a band has two ends", "write {between: [10 %, 20 %]}")
    return Band(_figure(entry, "figure"), target, _option(entry, "comparison", defaults))


def _subordinates_mean(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    mean, cases = entry.option("mean"), entry.figure("cases")
    if mean != "each_court" and cases is None:
        entry.note(
            None, "courts are to count by their cases, and `cases` is missing", "write `cases:` a measure"
        )
    return SubordinatesMean(entry.text("book"), mean, cases)


def _panel_mean(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    return PanelMean(entry.id("ballot"), entry.amount("highest") or _ONE)


def _weighted_sum(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    return WeightedSum(_items(entry, "items", levels, defaults))


def _meets_all(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    conditions = tuple(_condition(row) for row in entry.rows("conditions", "conditions"))
    if len(conditions) == 1:
        entry.note(
            "conditions", "several conditions are meant, and there is one", "write meets_target for one"
        )
    return MeetsAll(conditions, entry.option("given"), _option(entry, "comparison", defaults))


def _condition(entry: Entry) -> Condition:
    if ("target" in entry) == ("no_less_than" in entry):
        entry.note(None, "a condition has one line", "write either `target:` or `no_less_than:`")
    return Condition(_figure(entry, "figure"), _target(entry), entry.figure("no_less_than"))


def _share_of_books(entry: Entry, levels: tuple[str, ...], defaults: Defaults) -> Rule:
    return ShareOfBooks(entry.text("book"), entry.share("share") or _ONE)


_RULES: Mapping[str, Callable[[Entry, tuple[str, ...], Defaults], Rule]] = {
    "gain_per_step": _gain_per_step,
    "meets_target": _meets_target,
    "threshold_then_deduction": _threshold,
    "per_case": _per_case,
    "group_mean": _group_mean,
    "band": _band,
    "subordinates_mean": _subordinates_mean,
    "panel_mean": _panel_mean,
    "weighted_sum": _weighted_sum,
    "meets_all": _meets_all,
    "share_of_books": _share_of_books,
}


def _figure(entry: Entry, key: str) -> Figures:
    return entry.figure(key) or _NO_FIGURE


def _target(entry: Entry) -> Mapping[str, Any] | None:
    """A rule's own target: fixed values only; one drawn from last year belongs to the pack's targets."""
    if "target" not in entry:
        return None
    try:
        rule = documents.plain(targets.as_document(entry.written["target"]))
    except faults.Unreadable as bad:
        entry.note("target", bad.what, bad.instead)
        return None
    if "prior" in rule.values() or "sum_of_courts" in rule:
        entry.note(
            "target",
            "a rule's own target is a fixed line",
            "write the target under `targets:` and leave it out here",
        )
        return None
    return dict(rule)


def _base(entry: Entry) -> Base:
    denominator = entry.integer("denominator") if "denominator" in entry else 1
    if denominator == 0:
        entry.note(
            "denominator",
            "nothing divides by 0",
            "write the number that was divided by, or leave the row out",
        )
    return Base(
        entry.text("court"), entry.text("figure"), entry.integer("numerator"), denominator or 1, entry.place
    )
