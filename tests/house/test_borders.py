"""What may import what, and where SQL and clocks live: the rules import-linter cannot express."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house import tree

OUTSIDE = {
    "alembic", "asyncpg", "fastapi", "httpx", "httpx2", "prometheus_client", "psycopg", "psycopg_pool",
    "requests", "sqlalchemy", "starlette", "structlog", "uvicorn",
}  # fmt: skip
SQL = re.compile(
    r"\bselect\b.+\bfrom\s+(?P<read>\w+)|\binsert\s+into\s+\w|\bupdate\s+\w+\s+set\b|\bdelete\s+from\s+\w"
    r"|\b(create|alter|drop)\s+(table|index|view|function|trigger)\s|\btruncate\s+(table\s+)?\w+\s*(;|,|$)",
    re.IGNORECASE | re.DOTALL,
)
SERVER_CATALOGUE = re.compile(r"(pg_\w+|information_schema|timescaledb_information)", re.IGNORECASE)
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}


def nouns() -> Iterator[tuple[Path, ast.Module]]:
    for path, module in tree.python("plumbline"):
        if not tree.relative(path).startswith(("plumbline/store/", "plumbline/runtime/")):
            yield path, module


def test_the_nouns_know_no_database_no_web_framework_and_no_http_client() -> None:
    wrong = [
        f"{tree.relative(path)} imports {name}"
        for path, module in nouns()
        for name in tree.imports(module)
        if name.split(".")[0] in OUTSIDE
        or name.startswith(("plumbline.store", "plumbline.runtime", "services"))
    ]
    assert not wrong


def test_the_runtime_imports_no_noun_but_errors() -> None:
    wrong = [
        f"{tree.relative(path)} imports {name}"
        for path, module in tree.python("plumbline/runtime")
        for name in tree.imports(module)
        if re.match(r"plumbline\.(?!runtime\b|errors\b)|services\b", name)
    ]
    assert not wrong


def test_migrations_are_frozen_history_and_import_nothing_of_ours() -> None:
    wrong = [
        f"{tree.relative(path)} imports {name}"
        for path, module in tree.python("migrations/versions")
        for name in tree.imports(module)
        if name.split(".")[0] in {"plumbline", "services"}
    ]
    assert not wrong


def test_sql_lives_only_in_the_store_and_the_migrations() -> None:
    """Questions to the server's own catalogues (pg_*) may stand elsewhere: they are about the server, not
    the books."""
    wrong = []
    for path, module in tree.python("plumbline", "services", "tools"):
        if tree.relative(path).startswith("plumbline/store/"):
            continue
        for line, text in texts(module):
            found = SQL.search(text)
            if found and not (found["read"] and SERVER_CATALOGUE.match(found["read"])):
                wrong.append(f"{tree.relative(path)}:{line}: {' '.join(text.split())[:60]}")
    assert not wrong


def test_statement_files_are_named_verb_noun_and_live_in_the_store() -> None:
    statements = [tree.relative(path) for path in tree.files() if path.suffix == ".sql"]
    assert not [
        name for name in statements if not re.fullmatch(r"plumbline/store/sql/[a-z]+(_[a-z]+)+\.sql", name)
    ]


def test_no_noun_reads_a_clock() -> None:
    wrong = [
        f"{tree.relative(path)}:{node.lineno}"
        for path, module in nouns()
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ".".join(ast.unparse(node.func).split(".")[-2:]) in CLOCKS
    ]
    assert not wrong


def texts(module: ast.Module) -> Iterator[tuple[int, str]]:
    """String constants and f-strings with their lines, docstrings left out."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value
