"""Cases a deviation lists: one that was sealed after the look is named nowhere, and the text is told anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from plumbline.catalog.definitions import Text
from plumbline.store import engine, listed_cases
from plumbline.warning import telling
from tests.keeper import Keeper, pack, record

FIRST, SECOND = "（2025）示2401民初1号", "（2025）示2401民初2号"


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    found = Keeper(database, [pack("court-core")], now=datetime(2025, 6, 2, 4, tzinfo=UTC))
    for number, case in enumerate((FIRST, SECOND)):
        found.push(record(number, "case.filed", case, "2025-01-06"))
    found.settle()
    yield found
    found.close()


def document(*cases: str) -> dict[str, Any]:
    """What a look at nodes says of some cases."""
    rows = [{"case": one, "stage": "late", "limit_day": "2025-03-01"} for one in cases]
    found: dict[str, Any] = {
        "kind": "node", "title": {"zh": "审判流程节点", "en": "Nodes"}, "court_name": {"zh": "甲", "en": "A"},
        "clock_title": {"zh": "送达", "en": "service"}, "value": len(rows), "cases": rows, **rows[0], "causes": ["real"],
        "data_state": {"zh": "覆盖率 100 %", "en": "coverage 100 %"},
    }  # fmt: skip
    text: Text = telling.tell("node", found)
    return {**found, "text": {"zh": text.zh, "en": text.en}}


def read(keeper: Keeper, *documents: dict[str, Any]) -> list[dict[str, Any]]:
    with engine.transaction(keeper.pool) as connection:
        return listed_cases.unsealed(connection, keeper.reader.fresh().subjects, documents)


def test_a_case_sealed_since_is_named_neither_in_the_list_nor_in_the_text(keeper: Keeper) -> None:
    both = document(FIRST, SECOND)
    assert FIRST in both["text"]["zh"]
    assert read(keeper, both, {}) == [both, {}]
    keeper.push(record(10, "case.sealed", FIRST, "2025-02-03", ground="privacy"))
    keeper.settle()
    (left,) = read(keeper, both)
    assert FIRST not in str(left)
    assert (left["value"], left["case"], [one["case"] for one in left["cases"]]) == (2, SECOND, [SECOND])
    assert SECOND in left["text"]["zh"]
    assert left["text"]["zh"].endswith("请核查。")
    keeper.push(record(11, "case.sealed", SECOND, "2025-02-03", ground="privacy"))
    keeper.settle()
    (none,) = read(keeper, both)
    assert "示2401" not in str(none)
    assert "2 件，案件已封存，不列名" in none["text"]["zh"]
