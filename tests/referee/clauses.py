"""A clause is handed to SQLite, whose three-valued logic is SQL's own. Days are ordinals, flags 0 and 1."""

from __future__ import annotations

import calendar
import json
import re
import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

KEYWORDS = {
    "and",
    "or",
    "not",
    "in",
    "between",
    "is",
    "null",
    "case",
    "when",
    "then",
    "else",
    "end",
    "true",
    "false",
}
_PIECE = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_]*|[^A-Za-z_']+")
_connection = sqlite3.connect(":memory:", check_same_thread=False)


def _months_later(day: int | None, months: int | None) -> int | None:
    if day is None or months is None:
        return None
    first = date.fromordinal(day)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1])).toordinal()


def _either(day: int | None, count: int | None) -> int | None:
    return None if day is None or count is None else day + count


def _unless_unknown(choose: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: None if None in given else choose(given)


_connection.create_function("add_months", 2, _months_later)
_connection.create_function("add_days", 2, _either)
_connection.create_function("least", -1, _unless_unknown(min))
_connection.create_function("greatest", -1, _unless_unknown(max))
_connection.create_function(
    "has", 2, lambda codes, code: None if codes is None else code in json.loads(codes)
)


def evaluate(text: str, value_of: Callable[[str], Any]) -> Any:
    """The clause's value: an integer (1 and 0 for true and false), a text, or None where it is unknown."""
    names: list[str] = []

    def spelled(match: re.Match[str]) -> str:
        piece = match[0]
        if re.fullmatch(r"'\d{4}-\d\d-\d\d'", piece):
            return str(date.fromisoformat(piece[1:-1]).toordinal())
        called = text[match.end() :].lstrip().startswith("(")
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", piece) or piece in KEYWORDS or called:
            return piece
        if piece not in names:
            names.append(piece)
        return f"[{piece}]"

    text = re.sub(r"\bdate\s+(?=')", "", text)
    clause = _PIECE.sub(spelled, text)
    columns = ", ".join(f"? AS [{name}]" for name in names) or "1 AS nothing"
    given = [_stored(value_of(name)) for name in names]
    return _connection.execute(f"SELECT ({clause}) FROM (SELECT {columns})", given).fetchone()[0]


def _stored(value: Any) -> Any:
    if isinstance(value, date):
        return value.toordinal()
    return json.dumps(list(value)) if isinstance(value, list | tuple) else value


def day_of(ordinal: Any) -> date | None:
    """An ordinal as a day."""
    return None if ordinal is None else date.fromordinal(ordinal)
