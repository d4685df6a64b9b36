"""The books, end to end on a real database: events in, lines posted, values out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.keeper import Keeper, pack, record

CASE = "（2020）示2401民初1号"


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    kept = Keeper(database, [pack("small")])
    yield kept
    kept.close()


def test_one_event_in_gives_one_line_and_one_value_out(keeper: Keeper) -> None:
    assert keeper.push(record(1, "case.filed", CASE, "2020-03-02")) == ["accepted"]
    keeper.settle()
    assert keeper.number("small.filed", "示2401", "2020-03") == 1
    assert keeper.number("small.pending", "示24", "2020-06", scope="all") == 1
    assert keeper.number("small.pending", "示24", "2020-06", scope="own") == 0
    assert len(keeper.query("SELECT 1 FROM posting")) == 2
