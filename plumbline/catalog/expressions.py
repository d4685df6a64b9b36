"""Conditions and sums over a case: a small, typed, three-valued subset of SQL, compiled to closures.

`None` is unknown. A day is its proleptic ordinal. Evaluating never raises: what leaves the 64-bit integers or
the calendar is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from plumbline.catalog import compiling, faults, tokens
from plumbline.catalog.closures import Env
from plumbline.catalog.compiling import FUNCTIONS as FUNCTIONS
from plumbline.catalog.definitions import Type

if TYPE_CHECKING:
    from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read: its type, the names it rests on, and how to evaluate it.

    `evaluate` takes the values of the names (a name that is missing is unknown) and gives a bool (flag), an
    int (integer), an ordinal (day), a str (text), a sequence of str (codes) or None. `literals` holds every
    pair of a name and a text it is compared with, so that closed lists of values can be checked.
    """

    text: str
    type: Type
    names: frozenset[str]
    literals: frozenset[tuple[str, str]]
    evaluate: Callable[[Env], object] = field(compare=False, repr=False)

    def unknown_names(self, env: Env) -> tuple[str, ...]:
        """The names this expression rests on that have no value in `env`, in alphabetical order."""
        return tuple(name for name in sorted(self.names) if env.get(name) is None)


def read_expression(text: str, names: Mapping[str, Type], *, expected: Type | None = None) -> Expression:
    """The expression of `text` over `names`; raises Unreadable with what to write instead."""
    sketch = tokens.sketch(text)
    compiler = compiling.Compiler(sketch, names)
    part = compiler.compile(_parse(sketch))
    found = part.type or expected
    if found is None:
        raise faults.Unreadable(
            "the expression is always unknown", "compare `null` by `is null`, or name a fact"
        )
    if expected is not None and found is not expected:
        wanted = "a condition" if expected is Type.FLAG else compiling.said(expected)
        raise faults.Unreadable(
            f"`{text}` gives {compiling.said(found)}, and {wanted} is needed here",
            compiling.instead_of(found, expected),
        )
    return Expression(text, found, frozenset(sketch.names.values()), frozenset(compiler.literals), part.run)


def names_in(text: str) -> frozenset[str]:
    """The names an expression rests on, before anything is known of them; raises Unreadable."""
    return frozenset(tokens.sketch(text).names.values())


def tree_of(text: str) -> tuple[tokens.Sketch, exp.Expr]:
    """The sketch of an expression and its tree, for saying it in words; raises Unreadable."""
    sketch = tokens.sketch(text)
    return sketch, _parse(sketch)


def _parse(sketch: tokens.Sketch) -> exp.Expr:
    import sqlglot
    from sqlglot import errors, exp

    try:
        found = [tree for tree in sqlglot.parse(sketch.text, dialect="postgres") if tree is not None]
    except (errors.SqlglotError, RecursionError, ValueError, IndexError, AttributeError, TypeError):
        raise faults.Unreadable(
            "the expression breaks off or its parts do not fit together", _EXAMPLE
        ) from None
    if len(found) != 1:
        raise faults.Unreadable("this is not one expression", _EXAMPLE)
    tree = found[0]
    held = sum(1 for _ in tree.find_all(exp.Paren, exp.In, exp.Anonymous))
    if held != sketch.brackets:
        raise faults.Unreadable(
            "it is not clear what belongs together", "write brackets around each comparison"
        )
    return tree


_EXAMPLE = "write, for example, `outcome = 'altered' and filed_on >= date '2019-01-01'`"
