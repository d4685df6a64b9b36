"""COPY FROM STDIN for an engine that has none: the same rows, written by an INSERT when the copy ends.

Only PostgreSQL as WebAssembly needs it. What is stored is the same; what COPY itself does is tested on the others.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest

COPY = re.compile(r"COPY (\w+) \(([\w, ]+)\) FROM STDIN \(FORMAT BINARY\)")
_copy = psycopg.Cursor.copy


class Rows:
    """What the store uses of psycopg.Copy."""

    def __init__(self) -> None:
        self.types: Sequence[str] = ()
        self.rows: list[tuple[Any, ...]] = []

    def set_types(self, types: Sequence[str]) -> None:
        self.types = types

    def write_row(self, row: Sequence[Any]) -> None:
        self.rows.append(tuple(row))


def replace(patch: pytest.MonkeyPatch, port: int) -> None:
    """Let every connection to `port` insert where it would copy."""

    @contextlib.contextmanager
    def copy(cursor: psycopg.Cursor[Any], statement: Any, *given: Any, **named: Any) -> Iterator[Any]:
        if cursor.connection.info.port != port:
            with _copy(cursor, statement, *given, **named) as real:
                yield real
            return
        found = COPY.search(statement if isinstance(statement, str) else statement.decode())
        assert found, f"no INSERT is known for {statement!r}"
        rows = Rows()
        yield rows
        places = ", ".join(f"%s::{one}" for one in rows.types)
        cursor.executemany(f"INSERT INTO {found[1]} ({found[2]}) VALUES ({places})", rows.rows)

    patch.setattr(psycopg.Cursor, "copy", copy)
