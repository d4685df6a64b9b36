"""Transcripts: what is written is read back the same, what was not written is refused with its path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline import transcripts
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.scorebooks import Inputs
from plumbline.transcripts import BadTranscript
from tests.unit import verifying

FIXED = settings(derandomize=True, deadline=None, max_examples=150)
LETTERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
PLAIN = st.recursive(
    LETTERS | WHOLE | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS, inner, max_size=4),
    max_leaves=20,
)
ROUND: list[Callable[[], Inputs]] = [
    verifying.litigation,
    verifying.decided,
    verifying.enforcement,
    verifying.objected,
]


@FIXED
@given(PLAIN)
def test_canonical_bytes_are_those_of_rfc_8785(data: Any) -> None:
    assert transcripts.canonical(data) == rfc8785.dumps(data)


def test_keys_beyond_the_first_plane_stand_in_the_order_of_utf_16() -> None:
    data = {"\U00020bb7": 1, "\ufb00": 2, "a": 3}
    assert transcripts.canonical(data) == rfc8785.dumps(data)
    assert list(orjson.loads(transcripts.canonical(data))) == ["a", "\U00020bb7", "\ufb00"]


@pytest.mark.parametrize("make", ROUND)
def test_inputs_are_read_back_as_they_were_written(make: Callable[[], Inputs]) -> None:
    inputs = make()
    plain = orjson.loads(transcripts.canonical(transcripts.plain(inputs)))
    assert transcripts.read(Inputs, plain) == inputs
    assert transcripts.plain(transcripts.read(Inputs, plain)) == plain


def test_nothing_is_rounded() -> None:
    big = 10**40 + 1
    inputs = replace(
        verifying.litigation(),
        elapsed=Fraction(big, big + 1),
        votes={"a": Ratio(big, 2**53 - 1), "b": Missing("no_vote")},
    )
    plain = transcripts.plain(inputs)
    assert plain["elapsed"] == f"{big}/{big + 1}"
    assert plain["votes"]["a"] == {"numerator": str(big), "denominator": 2**53 - 1}
    assert transcripts.read(Inputs, plain) == inputs


@pytest.mark.parametrize("value", [1.5, True, None, b"x", object()])
def test_what_has_no_exact_text_is_no_transcript(value: object) -> None:
    with pytest.raises(TypeError):
        transcripts.plain(value)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Fraction, "1"), (Fraction, "2/4"), (Fraction, "1/0"), (Fraction, "01/2"), (Fraction, "1/-2"),
        (Fraction, 1), (int, "1"), (int, "01"), (int, True), (int, 1.0), (int, None), (str, 1),
        (date, "2025-1-1"), (date, "20250101"), (date, "2025-02-30"), (datetime, "2025-01-01"),
        (datetime, "2025-01-01T00:00:00"), (datetime, "2025-01-01T08:00:00+08:00"), (int, "9" * 5000),
    ],
)  # fmt: skip
def test_a_leaf_has_one_spelling(kind: type, data: object) -> None:
    with pytest.raises(BadTranscript):
        transcripts.read(kind, data)


def test_a_leaf_is_read_as_it_is_written() -> None:
    for value in (Fraction(-7, 2), date(2025, 2, 1), datetime(2025, 1, 1, 4, 0, 0, 5, tzinfo=UTC), "x", -3):
        assert transcripts.read(type(value), transcripts.plain(value)) == value


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda plain: plain.update(more=1), "more"),
        (lambda plain: plain.pop("elapsed"), "elapsed"),
        (lambda plain: plain.update(court=1), "court"),
        (lambda plain: plain["figures"][0]["value"]["now"].update(more=1), "figures["),
        (lambda plain: plain["figures"].reverse(), "figures["),
        (lambda plain: plain["figures"].append(plain["figures"][-1]), "figures["),
        (lambda plain: plain["figures"][0].update(key=["a"]), "figures["),
        (lambda plain: plain["figures"][0].pop("value"), "figures["),
        (lambda plain: plain.update(figures={}), "figures"),
        (lambda plain: plain.update(votes=[]), "votes"),
        (lambda plain: plain["votes"].update(x={"reason": "r", "denominator": 1}), "votes.x"),
    ],
)
def test_what_does_not_belong_is_named(change: Callable[[Any], object], path: str) -> None:
    plain = transcripts.plain(verifying.litigation())
    change(plain)
    with pytest.raises(BadTranscript) as bad:
        transcripts.read(Inputs, plain)
    assert bad.value.path.startswith(path)


def test_differences_name_each_leaf_and_rows_by_their_ids() -> None:
    one = {"a": 1, "rows": [{"id": "x", "n": 1}, {"id": "y", "n": 2}], "t": "1"}
    two = {"a": 1, "rows": [{"id": "x", "n": 1}, {"id": "y", "n": 3}], "t": 1, "more": 0}
    assert [path for path, _, _ in transcripts.differences(one, two)] == ["rows[y].n", "t", "more"]
    two["rows"] = [{"id": "y", "n": 2}, {"id": "x", "n": 1}]
    assert ("rows", ["x", "y"], ["y", "x"]) in list(transcripts.differences(one, two))
    assert list(transcripts.differences(one, one)) == []
