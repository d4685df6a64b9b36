"""The code maps of the packs in the books: of each pack the newest edition in force on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from plumbline.catalog.code_maps import CodeMap
from plumbline.catalog.definitions import Source, Text
from plumbline.source_terms import Codes
from plumbline.store import engine
from plumbline.store.statements import statement


def read_codes(connection: engine.Connection, on: date) -> Codes:
    """What words mean on a day, and which causes there are."""
    newest: dict[str, list[dict[str, Any]]] = {}
    causes: set[str] = set()
    for pack, maps, codes in connection.execute(statement("read_code_maps"), {"day": on}).fetchall():
        newest[pack] = maps or []
        causes.update(str(code) for code in codes or ())
    found = {f"{pack}.{one['id']}": _map(one) for pack, maps in newest.items() for one in maps}
    return Codes(found, frozenset(causes))


def _map(stored: dict[str, Any]) -> CodeMap:
    """One map of a pack that was checked when it was published."""
    source = stored["source"]
    return CodeMap(
        stored["id"],
        Text(stored["title"]["zh"], stored["title"]["en"]),
        stored["of"],
        {str(word): str(code) for word, code in stored["codes"].items()},
        Source(source["document"], source["clause"], source["provenance"]),
    )
