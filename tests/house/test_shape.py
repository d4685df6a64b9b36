"""Sizes, names and leftovers: the style of the house where a machine can see it."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house import tree

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
NOT_A_THING = re.compile(r"(^|/)(utils?|helpers?|common|base|managers?|services?|misc)(\.py$|/)")
LEFTOVER = re.compile(rf"#.*\b({'|'.join(('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'))})\b")
SILENCED = re.compile(rf"#\s*(type:\s*ignore|{'no' + 'qa'})(?P<rest>.*)")


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        tree.relative(path): lines
        for path, _ in tree.python()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES_MAX
        and not tree.relative(path).startswith("migrations/versions/")
    }
    assert not long


def test_every_function_fits_the_screen() -> None:
    """Its lines from `def` to the end, docstring apart, are at most fifty; migrations list tables and are
    left out."""
    long = [
        f"{tree.relative(path)}:{node.lineno} {node.name}: {lines}"
        for path, module in tree.python("plumbline", "services", "tools", "tests")
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := length(node)) > FUNCTION_LINES_MAX
    ]
    assert not long


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its decorators and docstring."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_modules_are_named_for_things() -> None:
    names = [tree.relative(path) for path in tree.files() if path.suffix == ".py"]
    assert not [
        name
        for name in names
        if NOT_A_THING.search(name.removeprefix("services/").removeprefix("tests/services/"))
    ]


def test_every_module_states_its_promise() -> None:
    silent = [
        tree.relative(path)
        for path, module in tree.python("plumbline", "services", "tools", "migrations")
        if ast.get_docstring(module) is None
    ]
    assert not silent


@pytest.mark.parametrize("pattern", [LEFTOVER], ids=["leftovers"])
def test_nothing_is_left_to_do_in_the_code(pattern: re.Pattern[str]) -> None:
    assert not [
        f"{tree.relative(path)}:{number}"
        for path, _ in tree.python()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_a_silenced_check_gives_its_code_and_its_reason() -> None:
    bare = [
        f"{tree.relative(path)}:{number}"
        for path, _ in tree.python("plumbline", "services", "migrations", "tools")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := SILENCED.search(line))
        and not re.search(r"([A-Z]+\d+|\[[\w, -]+\])\s+(-|#)\s+\w", found["rest"])
    ]
    assert not bare
