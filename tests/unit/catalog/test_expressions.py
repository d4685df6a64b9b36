"""Expressions are three-valued as SQL's (SQLite is the referee), typed, total, and nothing but what the page
lists.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.catalog import expressions, faults
from plumbline.catalog.definitions import Type

NAMES = {
    "a": Type.INTEGER,
    "b": Type.INTEGER,
    "p": Type.FLAG,
    "q": Type.FLAG,
    "s": Type.TEXT,
    "t": Type.TEXT,
    "d": Type.DAY,
    "e": Type.DAY,
    "c": Type.CODES,
    "to": Type.TEXT,
    "from": Type.TEXT,
    "year": Type.INTEGER,
}
CODE_POINTS = st.text(alphabet="aZ审é'", max_size=3)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


integers = st.recursive(
    st.sampled_from(["a", "b"]) | st.integers(0, 9).map(str),
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner).map(" ".join).map("({})".format)
        | st.tuples(inner, inner).map(lambda pair: f"coalesce({pair[0]}, {pair[1]})")
        | inner.map("abs({})".format)
        | inner.map("(- {})".format)
    ),
    max_leaves=5,
)
texts = st.sampled_from(["s", "t"]) | CODE_POINTS.map(quoted)
signs = st.sampled_from(["=", "<>", "!=", "<", "<=", ">", ">="])
atoms = (
    st.sampled_from(["p", "q", "true", "false"])
    | st.tuples(integers, signs, integers).map(" ".join)
    | st.tuples(texts, signs, texts).map(" ".join)
    | st.tuples(integers, st.sampled_from(["in", "not in"]), st.lists(integers, min_size=1, max_size=3)).map(
        lambda part: f"{part[0]} {part[1]} ({', '.join(part[2])})"
    )
    | st.tuples(integers, st.sampled_from(["between", "not between"]), integers, integers).map(
        lambda part: f"{part[0]} {part[1]} {part[2]} and {part[3]}"
    )
    | st.tuples(integers | texts, st.sampled_from(["is null", "is not null"])).map(" ".join)
)
conditions = st.recursive(
    atoms,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join)
        | inner.map("not ({})".format)
        | inner.map("({})".format)
        | inner.map("({}) is null".format)
        | st.tuples(inner, inner, inner).map(
            lambda part: f"case when {part[0]} then ({part[1]}) else ({part[2]}) end"
        )
    ),
    max_leaves=8,
)
values = st.fixed_dictionaries(
    {
        "a": st.none() | st.integers(-5, 9),
        "b": st.none() | st.integers(-5, 9),
        "p": st.none() | st.booleans(),
        "q": st.none() | st.booleans(),
        "s": st.none() | CODE_POINTS,
        "t": st.none() | CODE_POINTS,
    }
)


@pytest.fixture(scope="module")
def referee() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


@given(text=conditions | integers, env=values)
def test_every_expression_gives_what_sql_gives(
    referee: sqlite3.Connection, text: str, env: dict[str, Any]
) -> None:
    ours: Any = expressions.read_expression(text, NAMES).evaluate(env)
    columns = ", ".join(f"? as {name}" for name in env)
    (theirs,) = referee.execute(f"select {text} from (select {columns})", list(env.values())).fetchone()
    assert (None if ours is None else int(ours)) == theirs


whole = st.none() | st.integers(-(2**63), 2**63)
days = st.none() | st.integers(-10, date.max.toordinal() + 10)


@given(a=whole, b=whole, d=days, e=days, codes=st.none() | st.lists(st.text(max_size=2)).map(tuple))
def test_evaluating_never_raises_and_never_leaves_its_bounds(
    a: int | None, b: int | None, d: int | None, e: int | None, codes: tuple[str, ...] | None
) -> None:
    env = {"a": a, "b": b, "d": d, "e": e, "c": codes}
    for text in ("a * b", "a + b", "a - b", "- a", "abs(a)", "d - e", "greatest(a, b)"):
        found: Any = expressions.read_expression(text, NAMES).evaluate(env)
        assert found is None or -(2**63) <= found <= 2**63
    for text in ("add_months(d, a)", "add_days(d, a)", "d + a", "d - a", "a + d", "least(d, e) + 1"):
        found = expressions.read_expression(text, NAMES).evaluate(env)
        assert found is None or date.fromordinal(found)
    assert expressions.read_expression("has(c, 'x')", NAMES).evaluate(env) in (True, False, None)


@given(st.text(alphabet="ab'()=<>-+*/;,. \n\"notandorinbetwiscahlf10审#%", max_size=60))
def test_any_text_is_either_read_or_refused_with_what_to_write(text: str) -> None:
    refused: faults.Unreadable | None = None
    try:
        expressions.read_expression(text, NAMES).evaluate({})
    except faults.Unreadable as bad:
        refused = bad
    assert refused is None or (refused.what and refused.instead)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("add_months(date '2024-01-31', 1)", date(2024, 2, 29)),
        ("add_months(date '2024-03-31', - 13)", date(2023, 2, 28)),
        ("add_days(date '2024-02-28', 2)", date(2024, 3, 1)),
        ("date '2024-03-01' - 1", date(2024, 2, 29)),
        ("least(date '2024-03-01', date '2024-02-01')", date(2024, 2, 1)),
    ],
)
def test_days_are_reckoned_by_the_calendar(text: str, wanted: date) -> None:
    assert expressions.read_expression(text, NAMES).evaluate({}) == wanted.toordinal()


def test_least_and_greatest_are_unknown_if_any_is() -> None:
    assert expressions.read_expression("least(a, b)", NAMES).evaluate({"a": 1}) is None
    assert expressions.read_expression("greatest(a, b)", NAMES).evaluate({"a": 1, "b": 2}) == 2


def test_words_of_sql_that_are_not_of_this_language_are_names() -> None:
    read = expressions.read_expression("to = 'x' and from <> 'y' and year > 1", NAMES)
    assert read.names == {"to", "from", "year"}
    assert read.evaluate({"to": "x", "from": "z", "year": 2}) is True


def test_an_expression_says_what_is_unknown() -> None:
    read = expressions.read_expression("a > 1 and s = 'x'", NAMES)
    assert read.unknown_names({"a": 3}) == ("s",)


def test_texts_compared_with_a_name_are_told_so_that_closed_lists_can_be_checked() -> None:
    read = expressions.read_expression("s in ('x', 'y') or 'z' = t or has(c, 'k') or s = t", NAMES)
    assert read.literals == {("s", "x"), ("s", "y"), ("t", "z"), ("c", "k")}


def test_texts_compare_by_code_point() -> None:
    assert expressions.read_expression("'Z' < 'a' and 'a' < 'é' and 'é' < '审'", NAMES).evaluate({}) is True


@pytest.mark.parametrize(
    "text",
    [
        "1--1",
        "1 /* x */",
        "a; b",
        "s = 'a' 'b'",
        '"a" = 1',
        "a / 2",
        "a % 2",
        "a = b = 1",
        "a = b is null",
        "a < b < 3",
        "p = q in (true)",
        "a is true",
        "a = null",
        "a in ()",
        "a in (1, null)",
        "a in b",
        "(a, b)",
        "a b",
        "s like 'x'",
        "s || 'x'",
        "cast(a as text)",
        "a::text",
        "a[1]",
        "c.d",
        "$1",
        "?",
        ":x",
        "@x",
        "count(a)",
        "now()",
        "year(d)",
        "coalesce(distinct a, b)",
        "exists (select 1)",
        "a = any(b)",
        "a is distinct from b",
        "not",
        "and p",
        "p and",
        "case end",
        "case a when 1 then 2 end",
        "a between 1",
        "1.5 = a",
        "1e3 = a",
        "0x10 = a",
        "s = e'x'",
        "interval '1 day'",
        "A = 1",
        "p + q",
        "- s",
        "d + d",
        "d * 2",
        "a < s",
        "c = c",
        "p < q",
        "s",
        "a",
        "(" * 41 + "p" + ")" * 41,
        "not " * 41 + "p",
        "p" + " or p" * 200,
    ],
)
def test_what_is_not_of_the_language_is_refused(text: str) -> None:
    with pytest.raises(faults.Unreadable):
        expressions.read_expression(text, NAMES, expected=Type.FLAG)


def test_forty_levels_and_four_hundred_words_are_read() -> None:
    assert expressions.read_expression("(" * 40 + "p" + ")" * 40, NAMES).evaluate({"p": True}) is True
    assert expressions.read_expression("p" + " or p" * 199, NAMES).evaluate({"p": False}) is False
    assert expressions.read_expression("not (" * 20 + "p" + ")" * 20, NAMES).evaluate({"p": True}) is True
