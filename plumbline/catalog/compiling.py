"""From the tree of an expression to typed closures: each class of node that is allowed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbline.catalog import closures, faults, tokens
from plumbline.catalog.closures import Run
from plumbline.catalog.definitions import Type

if TYPE_CHECKING:
    from sqlglot import exp

#: The closed list of functions: what each takes, in words, for messages and for the reference page.
FUNCTIONS: Mapping[str, str] = {
    "coalesce": "coalesce(x, y, …)",
    "least": "least(x, y, …)",
    "greatest": "greatest(x, y, …)",
    "abs": "abs(n)",
    "add_months": "add_months(day, n)",
    "add_days": "add_days(day, n)",
    "has": "has(codes, 'x')",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled part; `type` is None for `null`; `name` and `text` are set for a bare name and a text
    literal.
    """

    type: Type | None
    run: Run
    name: str | None = None
    text: str | None = None
    constant: bool = False


class Compiler:
    """Turns an allowed tree into closures, checking types; every other class of node is refused."""

    def __init__(self, sketch: tokens.Sketch, names: Mapping[str, Type]) -> None:
        self._sketch = sketch
        self._names = names
        self.literals: set[tuple[str, str]] = set()

    def compile(self, node: exp.Expr) -> Part:
        """The part of `node`, by its class; raises Unreadable."""
        name = type(node).__name__
        shape = _ALLOWED.get(name)
        given = {key for key, value in node.args.items() if value not in (None, [], False)}
        if shape is None or not given <= shape[0]:
            raise faults.Unreadable(
                f"{_REFUSED.get(name, name.lower())} is not part of this language", _WRITTEN
            )
        return shape[1](self, node)

    def constant_or_name(self, node: exp.Expr) -> Part:
        key = node.name
        if key in self._sketch.constants:
            return _constant(self._sketch.constants[key])
        name = self._sketch.names.get(key)
        if name is None:
            raise faults.Unreadable(
                f"`{key}` is a word of the language, not a name", "give the fact another id"
            )
        found = self._names.get(name)
        if found is None:
            raise faults.Unreadable(f"`{name}` is not known here", faults.nearest(name, self._names))
        return Part(found, lambda env: env.get(name), name=name)

    def null(self, node: exp.Expr) -> Part:
        return Part(None, lambda env: None)

    def boolean(self, node: exp.Expr) -> Part:
        value = bool(node.this)
        return Part(Type.FLAG, lambda env: value)

    def bracket(self, node: exp.Expr) -> Part:
        inner = self.compile(node.this)
        return Part(inner.type, inner.run)

    def connective(self, node: exp.Expr) -> Part:
        word = type(node).__name__.lower()
        left, right = (self._flag(side, word) for side in (node.this, node.expression))
        return Part(Type.FLAG, closures.both(left, right) if word == "and" else closures.either(left, right))

    def negation(self, node: exp.Expr) -> Part:
        inner = self._flag(node.this, "not")
        return Part(Type.FLAG, lambda env: None if (value := inner(env)) is None else not value)

    def comparison(self, node: exp.Expr) -> Part:
        left, right = self._operand(node.this), self._operand(node.expression)
        sign = _SIGNS[type(node).__name__]
        self._comparable(left, right, sign)
        return Part(Type.FLAG, closures.compared(sign, left.run, right.run))

    def between(self, node: exp.Expr) -> Part:
        value, low, high = (self._operand(node.args[key]) for key in ("this", "low", "high"))
        self._comparable(value, low, ">=")
        self._comparable(value, high, "<=")
        above, below = (
            closures.compared(">=", value.run, low.run),
            closures.compared("<=", value.run, high.run),
        )
        return Part(Type.FLAG, closures.both(above, below))

    def member(self, node: exp.Expr) -> Part:
        value = self._operand(node.this)
        choices = [self._operand(choice) for choice in node.expressions]
        if not choices:
            raise faults.Unreadable(
                "`in` needs a list in brackets", "write `method in ('judgment', 'ruling')`"
            )
        for choice in choices:
            self._comparable(value, choice, "=")
        if all(choice.constant for choice in choices):
            return Part(
                Type.FLAG, closures.within(value.run, frozenset(choice.run({}) for choice in choices))
            )
        run: Run = closures.compared("=", value.run, choices[0].run)
        for choice in choices[1:]:
            run = closures.either(run, closures.compared("=", value.run, choice.run))
        return Part(Type.FLAG, run)

    def null_test(self, node: exp.Expr) -> Part:
        if type(node.expression).__name__ != "Null":
            raise faults.Unreadable(
                "`is` stands only before `null` and `not null`", "write `x` or `not x` for a flag"
            )
        inner, wanted = self._operand(node.this).run, not node.args.get("negate")
        return Part(Type.FLAG, lambda env: (inner(env) is None) is wanted)

    def case(self, node: exp.Expr) -> Part:
        if node.this is not None:
            raise faults.Unreadable(
                "`case x when …` is not part of this language", "write `case when x = … then …`"
            )
        branches = [
            (self._flag(each.this, "when"), self.compile(each.args["true"])) for each in node.args["ifs"]
        ]
        other = node.args.get("default")
        last = self.compile(other) if other is not None else self.null(node)
        found = _common([branch for _, branch in branches] + [last], "the branches of a case")
        return Part(found, closures.chosen([(test, branch.run) for test, branch in branches], last.run))

    def arithmetic(self, node: exp.Expr) -> Part:
        left, right = self._operand(node.this), self._operand(node.expression)
        word = type(node).__name__
        found = _ARITHMETIC.get((word, left.type or Type.INTEGER, right.type or Type.INTEGER))
        if found is None:
            raise faults.Unreadable(
                f"{said(left.type)} {_SIGNS[word]} {said(right.type)} means nothing",
                "write day - day (days between), day + integer, or integers only",
            )
        return Part(found, closures.reckoned(_SIGNS[word], left.run, right.run, day=found is Type.DAY))

    def minus(self, node: exp.Expr) -> Part:
        inner = self._operand(node.this)
        if inner.type not in (Type.INTEGER, None):
            raise faults.Unreadable(
                f"a minus before {said(inner.type)} means nothing", "put it before an integer"
            )
        return Part(Type.INTEGER, closures.negated(inner.run))

    def function(self, node: exp.Expr) -> Part:
        word = str(node.this).removeprefix("f_")
        if word not in FUNCTIONS:
            raise faults.Unreadable(
                f"`{word}(…)` is not a function of this language", faults.nearest(word, FUNCTIONS)
            )
        given = [self.compile(argument) for argument in node.expressions]
        try:
            return _called(word, given, self.literals)
        except _Misused:
            shown = ", ".join(said(part.type) for part in given) or "nothing"
            raise faults.Unreadable(f"`{word}` was given {shown}", f"write `{FUNCTIONS[word]}`") from None

    def _flag(self, node: exp.Expr, word: str) -> Run:
        part = self.compile(node)
        if part.type not in (Type.FLAG, None):
            raise faults.Unreadable(
                f"`{word}` needs a condition and was given {said(part.type)}",
                "compare it: `… = …` or `… is not null`",
            )
        return part.run

    def _operand(self, node: exp.Expr) -> Part:
        if type(node).__name__ in _PREDICATES:
            raise faults.Unreadable(
                "a comparison stands directly beside another sign", "write brackets around the comparison"
            )
        return self.compile(node)

    def _comparable(self, left: Part, right: Part, sign: str) -> None:
        if left.type is None or right.type is None:
            raise faults.Unreadable(
                "a comparison with `null` is always unknown", "write `is null` or `is not null`"
            )
        if left.type is not right.type:
            raise faults.Unreadable(
                f"{said(left.type)} {sign} {said(right.type)} compares what cannot be equal",
                _mended(left, right),
            )
        if left.type is Type.CODES:
            raise faults.Unreadable("codes are a list and cannot be compared", "write `has(codes, 'x')`")
        if left.type is Type.FLAG and sign not in ("=", "<>"):
            raise faults.Unreadable("a flag has no order", "write `x`, `not x` or `x = y`")
        for one, other in ((left, right), (right, left)):
            if one.name is not None and other.text is not None:
                self.literals.add((one.name, other.text))


def _constant(value: object) -> Part:
    if isinstance(value, tokens.Day):
        ordinal = value.ordinal
        return Part(Type.DAY, lambda env: ordinal, constant=True)
    if isinstance(value, str):
        return Part(Type.TEXT, lambda env: value, text=value, constant=True)
    return Part(Type.INTEGER, lambda env: value, constant=True)


def _common(parts: list[Part], what: str) -> Type | None:
    """The one type of several parts, `null` fitting any; raises Unreadable when they differ."""
    found = {part.type for part in parts if part.type is not None}
    if len(found) > 1:
        shown = " and ".join(sorted(said(kind) for kind in found))
        raise faults.Unreadable(f"{what} give {shown}", "give the same type in each")
    return found.pop() if found else None


class _Misused(Exception):
    """A function was given what it does not take."""


def _called(word: str, given: list[Part], literals: set[tuple[str, str]]) -> Part:
    kinds = [part.type for part in given]
    runs = [part.run for part in given]
    if word == "coalesce" and len(given) >= 2:
        return Part(_common(given, "the parts of coalesce"), closures.first_known(runs))
    if word in ("least", "greatest") and len(given) >= 2:
        found = _common(given, f"the parts of {word}")
        if found in (Type.DAY, Type.INTEGER):
            return Part(found, closures.extreme(runs, min if word == "least" else max))
    if word == "abs" and kinds == [Type.INTEGER]:
        return Part(Type.INTEGER, closures.absolute(runs[0]))
    if word in ("add_months", "add_days") and kinds == [Type.DAY, Type.INTEGER]:
        later = closures.months_later if word == "add_months" else closures.days_later
        return Part(Type.DAY, later(runs[0], runs[1]))
    if word == "has" and kinds == [Type.CODES, Type.TEXT] and given[1].text is not None:
        if given[0].name is not None:
            literals.add((given[0].name, given[1].text))
        return Part(Type.FLAG, closures.holding(runs[0], given[1].text))
    raise _Misused


def _mended(left: Part, right: Part) -> str:
    kinds = {left.type, right.type}
    literal = left.text if left.text is not None else right.text
    if literal is not None and Type.INTEGER in kinds:
        return (
            f"write {literal} without quotes"
            if literal.isdecimal()
            else "compare with an integer, without quotes"
        )
    if literal is not None and Type.DAY in kinds:
        return f"write date '{literal}'" if tokens.DATE.fullmatch(literal) else "write date '2020-01-31'"
    if literal is not None and Type.FLAG in kinds:
        return "write the flag alone, or `not` before it"
    if Type.CODES in kinds:
        return "write `has(codes, 'x')`"
    if Type.TEXT in kinds:
        return "write the text in single quotes"
    return "compare like with like: day - day gives an integer, day + integer a day"


def instead_of(found: Type, expected: Type) -> str:
    if expected is Type.FLAG:
        return "write a condition, such as `… = …` or `… is not null`"
    if expected is Type.INTEGER and found is Type.FLAG:
        return "write `case when … then 1 else 0 end`"
    if expected is Type.INTEGER and found is Type.DAY:
        return "subtract another day from it"
    return f"write an expression that gives {said(expected)}"


def said(kind: Type | None) -> str:
    return {
        None: "null",
        Type.DAY: "a day",
        Type.INTEGER: "an integer",
        Type.TEXT: "text",
        Type.FLAG: "a flag",
        Type.CODES: "codes",
    }[kind]


_SIGNS = {
    "EQ": "=",
    "NEQ": "<>",
    "LT": "<",
    "LTE": "<=",
    "GT": ">",
    "GTE": ">=",
    "Add": "+",
    "Sub": "-",
    "Mul": "*",
}
_PREDICATES = frozenset(["EQ", "NEQ", "LT", "LTE", "GT", "GTE", "In", "Between", "Is", "Not", "And", "Or"])
_ARITHMETIC = {
    ("Add", Type.INTEGER, Type.INTEGER): Type.INTEGER,
    ("Sub", Type.INTEGER, Type.INTEGER): Type.INTEGER,
    ("Mul", Type.INTEGER, Type.INTEGER): Type.INTEGER,
    ("Sub", Type.DAY, Type.DAY): Type.INTEGER,
    ("Add", Type.DAY, Type.INTEGER): Type.DAY,
    ("Add", Type.INTEGER, Type.DAY): Type.DAY,
    ("Sub", Type.DAY, Type.INTEGER): Type.DAY,
}
_WRITTEN = (
    "use = <> < <= > >=, and, or, not, in, between, is null, case when, + - * and the functions "
    "of this language"
)
_REFUSED = {
    "Alias": "two words side by side",
    "Tuple": "a list outside `in`",
    "Div": "a division",
    "Dot": "a dot",
}

_Compile = Callable[[Compiler, "exp.Expr"], Part]
_TWO = frozenset(["this", "expression"])
#: The allow-list: each class of node, the arguments it may carry, and what compiles it.
_ALLOWED: Mapping[str, tuple[frozenset[str], _Compile]] = {
    "Column": (frozenset(["this"]), Compiler.constant_or_name),
    "Null": (frozenset(), Compiler.null),
    "Boolean": (frozenset(["this"]), Compiler.boolean),
    "Paren": (frozenset(["this"]), Compiler.bracket),
    "And": (_TWO, Compiler.connective),
    "Or": (_TWO, Compiler.connective),
    "Not": (frozenset(["this"]), Compiler.negation),
    **dict.fromkeys(("EQ", "NEQ", "LT", "LTE", "GT", "GTE"), (_TWO, Compiler.comparison)),
    "Between": (frozenset(["this", "low", "high"]), Compiler.between),
    "In": (frozenset(["this", "expressions"]), Compiler.member),
    "Is": (frozenset(["this", "expression", "negate"]), Compiler.null_test),
    "Case": (frozenset(["this", "ifs", "default"]), Compiler.case),
    **dict.fromkeys(("Add", "Sub", "Mul"), (_TWO, Compiler.arithmetic)),
    "Neg": (frozenset(["this"]), Compiler.minus),
    "Anonymous": (frozenset(["this", "expressions"]), Compiler.function),
}
#: The classes of node the language has; each must also have words.
NODES = frozenset(_ALLOWED)
