"""Expressions and formulas as sentences, Chinese and English, made from their trees: what a jurist reads beside the text.

Every class of node of the two languages has its words here; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from plumbline.catalog import expressions, tokens
from plumbline.catalog.definitions import Text, Type
from plumbline.catalog.lexicon import Lexicon

if TYPE_CHECKING:
    from sqlglot import exp

#: How tightly a phrase holds together: what is looser than its surroundings stands in brackets.
_OR, _AND, _PREDICATE, _TERM, _WORD = range(5)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part in words, how tightly it holds together, and the type of its value (None: unknown)."""

    said: Text
    hold: int
    type: Type | None


def clause(text: str, lexicon: Lexicon) -> Text:
    """An expression in words; raises Unreadable where the expression cannot be read."""
    sketch, root = expressions.tree_of(text)
    return _Speaker(sketch, lexicon).say(root).said


def joined(*parts: str) -> str:
    """Chinese parts as one text, with a space where a Latin letter or digit meets a character."""
    text = "".join(parts)
    text = re.sub(r"(?<=[㐀-鿿])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[㐀-鿿])", " ", text)
    return re.sub(r" {2,}", " ", text)


def listed(parts: Sequence[Text], zh_last: str = "或", en_last: str = "or") -> Text:
    """a、b 或 c; a, b or c."""
    if len(parts) == 1:
        return parts[0]
    zh = "、".join(part.zh for part in parts[:-1])
    en = ", ".join(part.en for part in parts[:-1])
    return Text(f"{zh}{zh_last}{parts[-1].zh}", f"{en} {en_last} {parts[-1].en}")


class _Speaker:
    """Says one tree."""

    def __init__(self, sketch: tokens.Sketch, lexicon: Lexicon) -> None:
        self.sketch = sketch
        self.lexicon = lexicon

    def say(self, node: exp.Expr) -> Phrase:
        return NODES[type(node).__name__](self, node)

    def name(self, node: exp.Expr) -> Phrase:
        key = node.name
        if key in self.sketch.constants:
            return self._constant(self.sketch.constants[key], None)
        name = self.sketch.names[key]
        word = self.lexicon.word(name)
        if word.type is Type.FLAG:
            said = Text(f"符合「{word.title.zh}」", f"“{word.title.en}” holds")
            return Phrase(said, _PREDICATE, Type.FLAG)
        return Phrase(Text(word.title.zh, f"“{word.title.en}”"), _WORD, word.type)

    def null(self, node: exp.Expr) -> Phrase:
        return Phrase(Text("未知", "unknown"), _WORD, None)

    def boolean(self, node: exp.Expr) -> Phrase:
        return Phrase(Text("是", "yes") if node.this else Text("否", "no"), _WORD, Type.FLAG)

    def bracket(self, node: exp.Expr) -> Phrase:
        return self.say(node.this)

    def connective(self, node: exp.Expr) -> Phrase:
        kind = type(node).__name__
        hold, zh, en = (_AND, "，且", ", and ") if kind == "And" else (_OR, "，或者", ", or ")
        parts = [self._within(part, _PREDICATE) for part in self._chain(node, kind)]
        return Phrase(
            Text(zh.join(part.zh for part in parts), en.join(part.en for part in parts)), hold, Type.FLAG
        )

    def negation(self, node: exp.Expr) -> Phrase:
        inner = node.this
        while type(inner).__name__ == "Paren":
            inner = inner.this
        kind = type(inner).__name__
        if kind == "In":
            return self.member(inner, negated=True)
        if kind == "Between":
            return self.between(inner, negated=True)
        if kind == "Is":
            return self.null_test(inner, negated=True)
        if kind == "Column" and self.sketch.names.get(inner.name) is not None:
            title = self.lexicon.word(self.sketch.names[inner.name]).title
            return Phrase(Text(f"不符合「{title.zh}」", f"“{title.en}” does not hold"), _PREDICATE, Type.FLAG)
        said = self.say(inner).said
        return Phrase(Text(f"并非（{said.zh}）", f"it is not so that ({said.en})"), _PREDICATE, Type.FLAG)

    def comparison(self, node: exp.Expr) -> Phrase:
        left, right = node.this, node.expression
        one, other = self._operand(left, right), self._operand(right, left)
        kind = one.type or other.type or Type.TEXT
        zh, en = _COMPARED[kind].get(type(node).__name__) or _COMPARED[Type.INTEGER][type(node).__name__]
        said = Text(joined(one.said.zh, zh, other.said.zh), f"{one.said.en} {en} {other.said.en}")
        return Phrase(said, _PREDICATE, Type.FLAG)

    def between(self, node: exp.Expr, *, negated: bool = False) -> Phrase:
        value = self._operand(node.this, node.args["low"]).said
        low, high = (self._operand(node.args[key], node.this).said for key in ("low", "high"))
        zh, en = ("不在", "is not between") if negated else ("在", "is between")
        said = Text(
            joined(value.zh, zh, low.zh, "至", high.zh, "之间（含两端）"),
            f"{value.en} {en} {low.en} and {high.en}, both included",
        )
        return Phrase(said, _PREDICATE, Type.FLAG)

    def member(self, node: exp.Expr, *, negated: bool = False) -> Phrase:
        value = self._operand(node.this, node.this).said
        choices = listed([self._operand(choice, node.this).said for choice in node.expressions])
        if negated:
            said = Text(joined(value.zh, "不为", choices.zh), f"{value.en} is none of: {choices.en}")
        else:
            said = Text(joined(value.zh, "为", choices.zh), f"{value.en} is {choices.en}")
        return Phrase(said, _PREDICATE, Type.FLAG)

    def null_test(self, node: exp.Expr, *, negated: bool = False) -> Phrase:
        value = self._bare(node.this)
        known = bool(node.args.get("negate")) is not negated
        zh, en = ("已知", "is known") if known else ("未知", "is unknown")
        return Phrase(Text(joined(value.zh, zh), f"{value.en} {en}"), _PREDICATE, Type.FLAG)

    def case(self, node: exp.Expr) -> Phrase:
        branches = [(self.say(each.this).said, self.say(each.args["true"])) for each in node.args["ifs"]]
        other = node.args.get("default")
        last = self.say(other) if other is not None else self.null(node)
        zh = "；".join(joined(f"若{test.zh}，取", value.said.zh) for test, value in branches)
        en = "; ".join(f"{value.said.en} if {test.en}" for test, value in branches)
        said = Text(joined(zh, "；否则取", last.said.zh), f"{en}; otherwise {last.said.en}")
        kind = next((value.type for _, value in branches if value.type is not None), last.type)
        return Phrase(said, _OR, kind)

    def arithmetic(self, node: exp.Expr) -> Phrase:
        left, right = self.say(node.this), self.say(node.expression)
        sign = type(node).__name__
        if sign == "Sub" and left.type is right.type is Type.DAY:
            one, other = self._within(left, _WORD), self._within(right, _WORD)
            said = Text(
                joined("从", other.zh, "到", one.zh, "的天数"), f"the days from {other.en} to {one.en}"
            )
            return Phrase(said, _TERM, Type.INTEGER)
        if Type.DAY in (left.type, right.type):
            day, days = (right, left) if right.type is Type.DAY else (left, right)
            return _moved(
                self._within(day, _WORD), self._within(days, _WORD), "前" if sign == "Sub" else "后"
            )
        zh, en = _RECKONED[sign]
        one, other = self._within(left, _WORD), self._within(right, _WORD)
        return Phrase(Text(joined(one.zh, zh, other.zh), f"{one.en} {en} {other.en}"), _TERM, Type.INTEGER)

    def minus(self, node: exp.Expr) -> Phrase:
        inner = self._within(self.say(node.this), _WORD)
        return Phrase(Text(joined("负", inner.zh), f"minus {inner.en}"), _TERM, Type.INTEGER)

    def function(self, node: exp.Expr) -> Phrase:
        word = str(node.this).removeprefix("f_")
        return FUNCTIONS[word](self, list(node.expressions))

    def first_known(self, given: list[exp.Expr]) -> Phrase:
        parts = [self.say(each) for each in given]
        one, others = self._within(parts[0], _WORD), [self._within(part, _WORD) for part in parts[1:]]
        zh = "，再".join(joined("未知时取", other.zh) for other in others)
        en = ", then ".join(other.en for other in others)
        said = Text(joined(one.zh, f"（{zh}）"), f"{one.en} (where unknown: {en})")
        return Phrase(said, _WORD, next((part.type for part in parts if part.type is not None), None))

    def extreme(self, given: list[exp.Expr], day: Text, number: Text) -> Phrase:
        parts = [self.say(each) for each in given]
        kind = next((part.type for part in parts if part.type is not None), None)
        which = day if kind is Type.DAY else number
        said = listed([self._within(part, _WORD) for part in parts], "、", "and")
        return Phrase(Text(joined(said.zh, which.zh), f"the {which.en} of {said.en}"), _WORD, kind)

    def size(self, given: list[exp.Expr]) -> Phrase:
        inner = self._within(self.say(given[0]), _WORD)
        return Phrase(
            Text(joined(inner.zh, "的绝对值"), f"the size of {inner.en}, without its sign"),
            _WORD,
            Type.INTEGER,
        )

    def months_later(self, given: list[exp.Expr]) -> Phrase:
        day, months = (self._within(self.say(each), _WORD) for each in given)
        said = Text(joined(day.zh, "满", months.zh, "个月之日"), f"the day {months.en} months after {day.en}")
        return Phrase(said, _WORD, Type.DAY)

    def days_later(self, given: list[exp.Expr]) -> Phrase:
        day, days = (self._within(self.say(each), _WORD) for each in given)
        return _moved(day, days, "后")

    def holding(self, given: list[exp.Expr]) -> Phrase:
        codes, held = self.say(given[0]).said, self._operand(given[1], given[0]).said
        return Phrase(
            Text(joined(codes.zh, "中有", held.zh), f"{codes.en} hold {held.en}"), _PREDICATE, Type.FLAG
        )

    def _chain(self, node: exp.Expr, kind: str) -> list[Phrase]:
        """The parts of a run of the same connective, brackets of the same kind opened."""
        while type(node).__name__ == "Paren":
            node = node.this
        if type(node).__name__ != kind:
            return [self.say(node)]
        return [*self._chain(node.this, kind), *self._chain(node.expression, kind)]

    def _operand(self, node: exp.Expr, beside: exp.Expr) -> Phrase:
        """A side of a comparison; a text is said as the name beside it calls it."""
        name = self.sketch.names.get(beside.name) if type(beside).__name__ == "Column" else None
        constant = self.sketch.constants.get(node.name) if type(node).__name__ == "Column" else None
        if constant is not None:
            return self._constant(constant, name)
        said = self.say(node)
        return Phrase(self._bare(node), said.hold, said.type)

    def _bare(self, node: exp.Expr) -> Text:
        """A side of a comparison in words; a flag by its title, not as a sentence."""
        if type(node).__name__ == "Column" and node.name in self.sketch.names:
            title = self.lexicon.word(self.sketch.names[node.name]).title
            return Text(title.zh, f"“{title.en}”")
        return self._within(self.say(node), _TERM)

    def _within(self, part: Phrase, least: int) -> Text:
        """A phrase as a part of another, in brackets where it holds together less than it must there."""
        return part.said if part.hold >= least else Text(f"（{part.said.zh}）", f"({part.said.en})")

    def _constant(self, value: object, name: str | None) -> Phrase:
        if isinstance(value, tokens.Day):
            day = date.fromordinal(value.ordinal)
            return Phrase(Text(f"{day.year}年{day.month}月{day.day}日", day.isoformat()), _WORD, Type.DAY)
        if isinstance(value, str):
            return Phrase(
                self.lexicon.text(name, value) or Text(f"“{value}”", f"“{value}”"), _WORD, Type.TEXT
            )
        return Phrase(Text(str(value), str(value)), _WORD, Type.INTEGER)


def _moved(day: Text, days: Text, way: str) -> Phrase:
    if days.zh == "0":
        return Phrase(day, _WORD, Type.DAY)
    after = "after" if way == "后" else "before"
    said = Text(joined(day.zh, way, days.zh, "天"), f"the day {days.en} days {after} {day.en}")
    return Phrase(said, _WORD, Type.DAY)


_COMPARED: Mapping[Type, Mapping[str, tuple[str, str]]] = {
    Type.INTEGER: {
        "EQ": ("等于", "equals"), "NEQ": ("不等于", "does not equal"), "LT": ("小于", "is less than"),
        "LTE": ("不超过", "is at most"), "GT": ("大于", "is more than"), "GTE": ("不少于", "is at least"),
    },
    Type.DAY: {
        "EQ": ("即", "is the same day as"), "NEQ": ("不是", "is not the same day as"),
        "LT": ("早于", "is before"), "LTE": ("不晚于", "is not after"), "GT": ("晚于", "is after"),
        "GTE": ("不早于", "is not before"),
    },
    Type.TEXT: {
        "EQ": ("为", "is"), "NEQ": ("不为", "is not"), "LT": ("按字符次序先于", "comes, by its characters, before"),
        "LTE": ("按字符次序不后于", "comes, by its characters, not after"),
        "GT": ("按字符次序后于", "comes, by its characters, after"),
        "GTE": ("按字符次序不先于", "comes, by its characters, not before"),
    },
    Type.FLAG: {"EQ": ("为", "is"), "NEQ": ("不为", "is not")},
    Type.CODES: {},
}  # fmt: skip
_RECKONED = {"Add": ("加", "plus"), "Sub": ("减", "minus"), "Mul": ("乘以", "times")}

_Say = Callable[[_Speaker, "exp.Expr"], Phrase]
_Call = Callable[[_Speaker, "list[exp.Expr]"], Phrase]
#: The words of each class of node an expression may have.
NODES: Mapping[str, _Say] = {
    "Column": _Speaker.name,
    "Null": _Speaker.null,
    "Boolean": _Speaker.boolean,
    "Paren": _Speaker.bracket,
    "And": _Speaker.connective,
    "Or": _Speaker.connective,
    "Not": _Speaker.negation,
    **dict.fromkeys(("EQ", "NEQ", "LT", "LTE", "GT", "GTE"), _Speaker.comparison),
    "Between": _Speaker.between,
    "In": _Speaker.member,
    "Is": _Speaker.null_test,
    "Case": _Speaker.case,
    **dict.fromkeys(("Add", "Sub", "Mul"), _Speaker.arithmetic),
    "Neg": _Speaker.minus,
    "Anonymous": _Speaker.function,
}
#: The words of each function.
FUNCTIONS: Mapping[str, _Call] = {
    "coalesce": _Speaker.first_known,
    "least": lambda speaker, given: speaker.extreme(
        given, Text("中最早的一日", "earliest"), Text("中最小的数", "smallest")
    ),
    "greatest": lambda speaker, given: speaker.extreme(
        given, Text("中最晚的一日", "latest"), Text("中最大的数", "largest")
    ),
    "abs": _Speaker.size,
    "add_months": _Speaker.months_later,
    "add_days": _Speaker.days_later,
    "has": _Speaker.holding,
}
