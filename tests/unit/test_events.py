"""Events: canonical form, families of corrections, and the order of a case."""

from __future__ import annotations

import hashlib
import zoneinfo
from datetime import UTC, datetime

import pytest

from plumbline import events
from plumbline.events import Event
from plumbline.vocabulary import Vocabulary

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
RANKS = Vocabulary.shipped().ranks
CASE = "（2018）吉24民终77号"
NOON = "2018-06-20T12:00:00+08:00"


def event(key: str, kind: str = "appeal.decided", **attributes: object) -> Event:
    at = datetime.fromisoformat(str(attributes.pop("at", NOON))).astimezone(UTC)
    source = str(attributes.pop("source", "court"))
    return Event(source, key, kind, CASE, "吉24", at, {}, (), **attributes)  # type: ignore[arg-type]


def counted(*given: Event) -> list[str]:
    return [one.id for one in events.families(given).effective]


def reasons(*given: Event) -> dict[str, str]:
    return {one.id: reason for one, reason in events.families(given).ignored}


def test_the_canonical_form_sorts_keys_and_writes_utc() -> None:
    at = datetime.fromisoformat(NOON).astimezone(UTC)
    assert events.canonical("case.filed", "吉", at, {"b": 1, "a": [True, "x"]}) == (
        '{"data":{"a":[true,"x"],"b":1},"subject":"吉","time":"2018-06-20T04:00:00Z","type":"case.filed"}'.encode()
    )
    half = at.replace(microsecond=500)
    assert b'"2018-06-20T04:00:00.000500Z"' in events.canonical("case.filed", "x", half, {})


def test_what_is_replaced_belongs_to_the_content() -> None:
    at = datetime.fromisoformat(NOON).astimezone(UTC)
    plain = events.canonical("case.filed", "x", at, {})
    assert b"replaces" not in plain
    assert b"revision" not in plain
    assert b'"replaces":"a1","revision":2' in events.canonical("case.filed", "x", at, {}, "a1", 2)
    assert events.digest("case.filed", "x", at, {}) == hashlib.sha256(plain).digest()


def test_what_is_not_json_has_no_digest() -> None:
    with pytest.raises(TypeError):
        events.digest("case.filed", "\ud800", datetime.fromisoformat(NOON), {})


def test_the_highest_revision_counts_whichever_came_first() -> None:
    given = [event("a"), event("c", replaces="a", revision=2), event("b", replaces="a", revision=1)]
    assert counted(*given) == ["c"]
    assert reasons(*given) == {"a": events.CORRECTED, "b": events.CORRECTED}


def test_of_equal_revisions_the_higher_id_counts() -> None:
    assert counted(
        event("a"), event("x", replaces="a", revision=1), event("y", replaces="a", revision=1)
    ) == ["y"]


def test_when_a_retraction_is_highest_none_counts() -> None:
    given = [
        event("a"),
        event("b", replaces="a", revision=1),
        event("r", "event.retracted", replaces="a", revision=2),
    ]
    assert counted(*given) == []
    assert reasons(*given) == dict.fromkeys("abr", events.RETRACTED)


def test_a_later_correction_brings_a_retracted_event_back() -> None:
    given = [
        event("a"),
        event("r", "event.retracted", replaces="a", revision=1),
        event("b", replaces="a", revision=2),
    ]
    assert counted(*given) == ["b"]
    assert reasons(*given)["r"] == events.CORRECTED


def test_a_correction_before_its_original_waits() -> None:
    early = event("b", replaces="a", revision=1)
    assert reasons(early) == {"b": events.WAITS}
    assert counted(early, event("a")) == ["b"]


def test_a_retraction_before_its_original_waits_then_takes_it_back() -> None:
    early = event("r", "event.retracted", replaces="a", revision=1)
    assert reasons(early) == {"r": events.WAITS}
    assert counted(early, event("a")) == []


def test_a_correction_of_a_correction_is_ignored() -> None:
    given = [event("a"), event("b", replaces="a", revision=1), event("c", replaces="b", revision=9)]
    assert counted(*given) == ["b"]
    assert reasons(*given)["c"] == events.REPLACES_A_CORRECTION
    assert reasons(event("s", replaces="s", revision=1)) == {"s": events.REPLACES_A_CORRECTION}


def test_a_correction_of_another_type_is_ignored() -> None:
    given = [event("a"), event("b", "case.closed", replaces="a", revision=1)]
    assert counted(*given) == ["a"]
    assert reasons(*given) == {"b": events.ANOTHER_TYPE}


def test_families_never_cross_sources() -> None:
    given = [event("a"), event("b", replaces="a", revision=1, source="other")]
    assert counted(*given) == ["a"]
    assert reasons(*given) == {"b": events.WAITS}
    assert counted(event("a"), event("a", source="other")) == ["a", "a"]


def test_a_retraction_of_nothing_counts_for_nothing() -> None:
    bare = event("r", "event.retracted")
    assert reasons(bare, event("b", "event.retracted", replaces="r", revision=1)) == {
        "r": events.WAITS,
        "b": events.WAITS,
    }


def test_a_doubled_event_counts_once() -> None:
    assert counted(event("a"), event("a"), event("a")) == ["a"]
    one, two = event("a", digest=b"1"), event("a", digest=b"2")
    assert events.families([one, two]) == events.families([two, one])


def order(*given: Event) -> list[str]:
    found = events.fold_order(given, RANKS, SHANGHAI)
    assert found == events.fold_order(given[::-1], RANKS, SHANGHAI)
    return [one.id for one in found]


def test_within_a_day_the_instant_comes_first() -> None:
    filed = event("f", "case.filed", at="2018-06-20T10:00:00+08:00")
    closed = event("c", "case.closed", at="2018-06-20T09:00:00+08:00")
    assert order(filed, closed) == ["c", "f"]


def test_on_a_day_of_which_only_the_day_is_known_the_rank_comes_first() -> None:
    filed = event("f", "case.filed", at="2018-06-20T10:00:00+08:00")
    closed = event("c", "case.closed", at="2018-06-20T09:00:00+08:00")
    heard = event("h", "hearing.held", at="2018-06-20T00:00:00+08:00")
    assert order(filed, closed, heard) == ["f", "h", "c"]
    almost = event("h", "hearing.held", at="2018-06-20T00:00:00.000001+08:00")
    assert order(filed, closed, almost) == ["h", "c", "f"]


def test_midnight_is_that_of_the_court_and_touches_only_its_own_day() -> None:
    midnight_elsewhere = event("u", "hearing.held", at="2018-06-20T00:00:00+00:00")  # 08:00 in Shanghai
    filed = event("f", "case.filed", at="2018-06-20T10:00:00+08:00")
    assert order(filed, midnight_elsewhere) == ["u", "f"]
    day_before = event("d", "case.closed", at="2018-06-19T00:00:00+08:00")
    assert order(filed, midnight_elsewhere, day_before) == ["d", "u", "f"]


def test_equal_instants_are_ordered_by_rank_sequence_source_and_id() -> None:
    assert order(event("x", "case.closed"), event("y", "case.filed")) == ["y", "x"]
    assert order(event("x", sequence=2), event("y", sequence=10), event("z")) == ["z", "x", "y"]
    assert order(event("a", source="b"), event("b", source="a")) == ["b", "a"]
    assert order(event("b"), event("a")) == ["a", "b"]


def test_a_type_of_a_pack_no_longer_loaded_comes_last() -> None:
    assert order(event("x", "meal.served"), event("y", "task.closed")) == ["y", "x"]
