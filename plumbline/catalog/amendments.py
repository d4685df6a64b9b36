"""What an edition changes in one definition, as sentences made from its structure, Chinese and English.

Where a section has words of its own (formulas, clauses, limits, rules, targets) they are used; every other key is
told by its name, from what to what, so that no change is ever silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from fractions import Fraction
from typing import Any

from plumbline.catalog import (
    definition_words,
    documents,
    formula_tree,
    formula_words,
    formulas,
    limit_amendments,
    rule_words,
    saying,
    scopes,
)
from plumbline.catalog.definitions import Fact, Indicator, LimitTable, Measure, Pack, Target, Text
from plumbline.catalog.rulebook_tree import Item

_KEYS: Mapping[str, Callable[[Any], object]] = {
    "Item": lambda one: one.id,
    "Reading": lambda one: one.id,
    "Base": lambda one: (one.court, one.figure),
    "Line": lambda one: (one.figure, one.scope),
    "Interval": lambda one: (one.low, one.high),
    "Condition": lambda one: one.figure,
    "Extension": lambda one: one.by,
    "Pause": lambda one: (one.grounds, one.valid_from),
    "Restart": lambda one: one.on,
}
"""How the parts of a list are told apart; parts of other kinds stand for themselves."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The two editions of a pack."""

    old: Pack
    new: Pack


def sentences(sides: Sides, old: Any, new: Any) -> list[Text]:
    """Everything that differs between two editions of one definition, in the order of its keys."""
    tell = _TELLERS.get(type(new))
    return _fields(sides, old, new) if tell is None else tell(sides, old, new)


def _fields(sides: Sides, old: Any, new: Any, told: Sequence[str] = ()) -> list[Text]:
    found: list[Text] = []
    for key, before in saying.held(old):
        after = getattr(new, key)
        if before != after and key not in ("id", *told):
            found += _field(sides, key, before, after, new)
    return found


def _field(sides: Sides, key: str, before: Any, after: Any, holder: Any) -> list[Text]:
    parts = (*before, *after) if isinstance(before, tuple) and isinstance(after, tuple) else ()
    if parts and all(is_dataclass(part) and not isinstance(part, Text) for part in parts):
        return _list(sides, key, before, after)
    if (
        is_dataclass(before)
        and type(before) is type(after)
        and not isinstance(before, Text)
        and _split(before)
    ):
        named = saying.label(key)
        return [_under(named, said) for said in sentences(sides, before, after)]
    return [
        saying.changed(
            saying.label(key), _value(sides, key, before, holder), _value(sides, key, after, holder)
        )
    ]


def _split(part: Any) -> bool:
    """Whether a part is told key by key: a stage is, a source or a figure is one thing."""
    return type(part).__name__ not in ("Source", "Figures", "Open")


def _value(sides: Sides, key: str, given: Any, holder: Any) -> Text | None:
    if key == "target" and isinstance(given, Mapping):
        figure = next(iter(holder.figure.names.values()), "")
        return definition_words.target(given, unit_of(sides.new, figure))
    if isinstance(given, Fraction) and key == "per" and getattr(holder, "change", "") == "share":
        return saying.share(given)
    if isinstance(given, str) and (key, given) in rule_words.OPTIONS:
        return rule_words.OPTIONS[key, given]
    return saying.value(given, key)


def _list(sides: Sides, key: str, before: Sequence[Any], after: Sequence[Any]) -> list[Text]:
    """The parts of a list that are new, gone or changed; a change of order alone too."""
    named = saying.label(key)
    were, are = ({_key_of(part): part for part in parts} for parts in (before, after))
    found: list[Text] = []
    for name in dict.fromkeys([*were, *are]):
        old, new = were.get(name), are.get(name)
        if old is None or new is None:
            what = Text("删除", "is gone") if new is None else Text("新增", "is new")
            title = _title_of(old if new is None else new)
            said = saying.value(old if new is None else new)
            detail = said if said is not None and said != title else None
            zh = f"：{detail.zh}" if detail else ""
            en = f": {detail.en}" if detail else ""
            found.append(
                Text(f"{what.zh}{named.zh}「{title.zh}」{zh}", f"{named.en} “{title.en}” {what.en}{en}")
            )
        elif old != new:
            title = _title_of(new)
            head = Text(f"{named.zh}「{title.zh}」", f"{named.en} “{title.en}”")
            found += [_under(head, said) for said in sentences(sides, old, new)]
    if not found:
        found.append(Text(f"{named.zh}的先后有变", f"{named.en}: their order changes"))
    return found


def _key_of(part: Any) -> object:
    tell = _KEYS.get(type(part).__name__)
    found = part if tell is None else tell(part)
    try:
        hash(found)
    except TypeError:
        return repr(found)
    return found


def _title_of(part: Any) -> Text:
    title, number = getattr(part, "title", None), getattr(part, "number", "")
    if title is not None:
        head = f"{number} " if number else ""
        return Text(f"{head}{title.zh}", f"{head}{title.en}")
    key = _key_of(part)
    return saying.value(key if isinstance(key, tuple | str) else part) or Text("", "")


def _under(head: Text, said: Text) -> Text:
    return Text(f"{head.zh}：{said.zh}", f"{head.en}: {said.en}")


def _fact(sides: Sides, old: Fact, new: Fact) -> list[Text]:
    """How it is taken, whole: from which events, which of them, on what condition."""
    taken = ("events", "take", "field", "where", "undone_by", "derive", "role", "after")
    found = _fields(sides, old, new, taken)
    if any(getattr(old, key) != getattr(new, key) for key in taken):
        named = Text("取法", "how it is taken")
        before, after = definition_words.fact(sides.old, old), definition_words.fact(sides.new, new)
        texts = (old.derive, new.derive) if old.derive and new.derive else (old.where, new.where)
        found.insert(0, _with_clauses(saying.changed(named, before, after), *texts))
    return found


def _measure(sides: Sides, old: Measure, new: Measure) -> list[Text]:
    counted = ("kind", "starts", "until", "events", "role", "sum", "unit", "observed")
    found = _fields(sides, old, new, (*counted, "where"))
    if old.where != new.where:
        named = Text("计数条件", "the condition it counts by")
        said = (definition_words.condition(sides.old, old), definition_words.condition(sides.new, new))
        found.insert(0, _with_clauses(saying.changed(named, *said), old.where, new.where))
    if any(getattr(old, key) != getattr(new, key) for key in counted):
        named = Text("计法", "how it counts")
        before, after = definition_words.counted(sides.old, old), definition_words.counted(sides.new, new)
        found.insert(0, saying.changed(named, before, after))
    return found


def _indicator(sides: Sides, old: Indicator, new: Indicator) -> list[Text]:
    found = _fields(sides, old, new, ("formula",))
    if old.formula != new.formula:
        found.insert(0, _with_clauses(_formula(sides, old, new), old.formula, new.formula))
    return found


def formula_of(pack: Pack, one: Indicator) -> formulas.Formula:
    """An indicator's formula, read within its pack."""
    known = {name: measure for each in scopes.chain(pack) for name, measure in each.measures.items()}
    return formulas.read_formula(one.formula, known)


def _formula(sides: Sides, old: Indicator, new: Indicator) -> Text:
    """Which side of the line changes, where both formulas are quotients."""
    before, after = formula_of(sides.old, old).root, formula_of(sides.new, new).root
    whole = saying.changed(Text("公式", "the formula"), _said(sides.old, before), _said(sides.new, after))
    if not isinstance(before, formula_tree.Reckoning) or not isinstance(after, formula_tree.Reckoning):
        return whole
    if before.sign != "/" or after.sign != "/":
        return whole
    if before.left == after.left:
        moved = _said(sides.old, before.right), _said(sides.new, after.right)
        kept, named = Text("分子不变", "the numerator stays"), saying.LABELS["denominator"]
    elif before.right == after.right:
        moved = _said(sides.old, before.left), _said(sides.new, after.left)
        kept, named = Text("分母不变", "the denominator stays"), saying.LABELS["numerator"]
    else:
        return whole
    said = saying.changed(named, *moved)
    return Text(f"公式有变：{kept.zh}，{said.zh}", f"the formula changes: {kept.en}, {said.en}")


def _said(pack: Pack, node: formula_tree.Node) -> Text | None:
    known = {name: measure for each in scopes.chain(pack) for name, measure in each.measures.items()}

    def title(name: str) -> Text:
        return known[name].title or Text(name, name)

    said = formula_words.sentence(node, title)
    return said if said.zh else None


def _with_clauses(said: Text, before: str | None, after: str | None) -> Text:
    """A sentence with the texts themselves behind it, for who wants to read them."""
    texts = " → ".join(f"`{text}`" if text else "—" for text in (before, after))
    return said if not before and not after else Text(f"{said.zh}（{texts}）", f"{said.en} ({texts})")


def _table(sides: Sides, old: LimitTable, new: LimitTable) -> list[Text]:
    return [*limit_amendments.sentences(old.rows, new.rows, sides.new), *_fields(sides, old, new, ("rows",))]


def _item(sides: Sides, old: Item, new: Item) -> list[Text]:
    """An item's rule is told key by key while it stays of one kind, and whole where it becomes another."""
    found = _fields(sides, old, new, ("rule",))
    if type(old.rule) is type(new.rule):
        return found + (_fields(sides, old.rule, new.rule) if old.rule != new.rule else [])
    before, after = rule_words.Speaker(sides.old).say(old.rule), rule_words.Speaker(sides.new).say(new.rule)
    return [saying.changed(saying.LABELS["rule"], before, after), *found]


def _target(sides: Sides, old: Target, new: Target) -> list[Text]:
    found = _fields(sides, old, new, ("rule",))
    if documents.plain(old.rule) != documents.plain(new.rule):
        lines = target_line(sides.old, old), target_line(sides.new, new)
        found.insert(0, saying.changed(saying.LABELS["target"], *lines))
    return found


def content(pack: Pack, one: Any) -> Text | None:
    """What a definition that is new or gone says, in short; None where its title says enough."""
    match one:
        case Fact():
            return definition_words.fact(pack, one)
        case Measure():
            counted, condition = definition_words.counted(pack, one), definition_words.condition(pack, one)
            if condition is None:
                return counted
            return Text(f"{counted.zh}；条件：{condition.zh}", f"{counted.en}; only where {condition.en}")
        case Indicator():
            return _said(pack, formula_of(pack, one).root)
        case LimitTable():
            rows = limit_amendments.sentences((), one.rows, pack)
            return Text("；".join(each.zh for each in rows), "; ".join(each.en for each in rows))
        case Target():
            return target_line(pack, one)
    return saying.value(getattr(one, "value", None), "value")


def target_line(pack: Pack, target: Target) -> Text:
    """A target's line in words, in the unit of its figure."""
    return definition_words.target(target.rule, unit_of(pack, target.of))


def unit_of(pack: Pack, figure: str) -> str:
    """The unit of an indicator or measure a pack can name."""
    for one in reversed(scopes.chain(pack)):
        for held in (one.indicators, one.measures):
            if figure in held:
                return held[figure].unit
    return "number"


_TELLERS: Mapping[type[Any], Callable[[Sides, Any, Any], list[Text]]] = {
    Fact: _fact,
    Measure: _measure,
    Indicator: _indicator,
    LimitTable: _table,
    Item: _item,
    Target: _target,
}
