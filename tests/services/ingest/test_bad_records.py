"""Bad input, record by record: each gets the promised reason, and the good record beside it is accepted."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from plumbline import refusals
from tests.services.ingest.conftest import CASE, Desk, lines, record

TOMORROW = (datetime.now(UTC) + timedelta(hours=25)).isoformat()


def text(**more: object) -> bytes:
    return json.dumps(record("bad", **more), ensure_ascii=False).encode()


def data(**fields: object) -> bytes:
    return text(data=fields)


def deep(levels: int) -> bytes:
    return text().replace(b'"9012"', b"[" * levels + b"]" * levels)


BAD: dict[str, tuple[bytes, str]] = {
    "bytes that are not UTF-8": (text().replace(b"9012", b"\xff\xfe"), "not_utf8"),
    "half of a surrogate pair": (text().replace(b"9012", rb"\ud800"), "not_utf8"),
    "no JSON": (b"case filed", "not_json"),
    "a cut line": (text()[:-5], "not_json"),
    "two objects on a line": (text() + text(), "not_json"),
    "a number": (b"17", "not_an_object"),
    "a list": (b"[]", "not_an_object"),
    "null": (b"null", "not_an_object"),
    "a key twice": (text().replace(b'"id": "bad"', b'"id": "bad", "id": "worse"'), "duplicate_key"),
    "a key twice deep inside": (
        text().replace(b'"cause": "9012"', b'"ext": {"a": "1", "a": "2"}'),
        "duplicate_key",
    ),
    "a key twice, once escaped": (
        text().replace(b'"id": "bad"', rb'"id": "bad", "\u0069d": "x"'),
        "duplicate_key",
    ),
    "NaN": (text().replace(b'"9012"', b"NaN"), "not_a_number"),
    "Infinity": (text().replace(b'"9012"', b"-Infinity"), "not_a_number"),
    "1e400": (text().replace(b'"9012"', b"1e400"), "not_a_number"),
    "depth 17": (deep(17), "too_deep"),
    "depth 500": (b'{"a":' * 500 + b"1" + b"}" * 500, "too_deep"),
    "a line beyond the bound": (text(data={"cause": "x" * 5000}), "too_long"),
    "a NUL byte": (text().replace(b"9012", b"90\x0012"), "nul_character"),
    "a NUL escape": (text().replace(b"9012", rb"90\u000012"), "nul_character"),
    "no id": (text(id=None), "missing_attribute"),
    "no type": (text(type=None), "missing_attribute"),
    "no time": (text(time=None), "missing_attribute"),
    "no subject": (text(subject=None), "missing_attribute"),
    "no source": (text(source=None), "missing_attribute"),
    "no specversion": (text(specversion=None), "missing_attribute"),
    "an id of 129 characters": (text(id="i" * 129), "too_long"),
    "an id with a control character": (text(id="a\nb"), "out_of_range"),
    "an empty id": (text(id=""), "missing_attribute"),
    "another type": (text(type="case.field"), "unknown_type"),
    "another field": (data(causes="9012"), "unknown_field"),
    "a missing required field": (text(type="case.closed", data={}), "missing_field"),
    "an ill-typed required field": (text(type="case.closed", data={"method": 7}), "wrong_type"),
    "a value outside its list": (text(type="case.closed", data={"method": "won"}), "out_of_range"),
    "data that is a list": (text(data=[]), "wrong_type"),
    "a time without offset": (text(time="2019-05-02T09:10:00"), "bad_time"),
    "30 February": (text(time="2019-02-30T09:10:00+08:00"), "bad_time"),
    "the year 9999": (text(time="9999-05-02T09:10:00+08:00"), "from_the_future"),
    "the year 0001": (text(time="0001-05-02T09:10:00+08:00"), "bad_time"),
    "a time as a number": (text(time=1556759400), "wrong_type"),
    "tomorrow": (text(time=TOMORROW), "from_the_future"),
    "no subject at all": (text(subject="第一个案子 "), "bad_subject"),
    "a case number with a type that is none": (text(subject="（2019）吉2401呀呀1号"), "bad_subject"),
    "an unknown court": (text(subject="（2019）吉9999民初1号"), "unknown_court"),
    "an unknown acting court": (data(court="吉9999"), "unknown_court"),
    "a court of another source": (text(subject="（2019）吉03民终1号"), "not_your_court"),
    "another source": (text(source="siping"), "not_your_source"),
    "a source that is not registered": (text(source="nobody"), "not_your_source"),
    "a classified case": (data(ext={"classified": "true"}), "classified"),
    "a link with an unknown role": (data(links=[{"role": "cousin", "subject": CASE}]), "bad_link"),
    "a link to itself": (data(links=[{"role": "concerns", "subject": CASE}]), "bad_link"),
    "a retraction of nothing": (text(type="event.retracted", data={}), "missing_attribute"),
}

WHOLE = {name: case for name, case in BAD.items() if name != "a cut line"}
"""What can stand in a JSON list: a list with a cut element has no end and is refused whole."""


@pytest.fixture(scope="module")
def good() -> Iterator[int]:
    return itertools.count()


@pytest.mark.parametrize(("bad", "reason"), BAD.values(), ids=BAD.keys())
def test_a_bad_record_gets_its_reason_and_spoils_nothing(
    shared: Desk, good: Iterator[int], bad: bytes, reason: str
) -> None:
    keys = [f"good-{next(good)}" for _ in range(2)]
    body = b"\n".join([lines([record(keys[0])]), bad, lines([record(keys[1])])])
    answer = shared.post(body).json()
    assert [(one["index"], one["reason"]) for one in answer["rejected"]] == [(1, reason)], answer
    assert (answer["accepted"], answer["duplicates"]) == (2, 0)
    kept = shared.rows("SELECT raw, reason, detail FROM quarantine ORDER BY id DESC LIMIT 1")[0]
    assert kept == (bad, reason, answer["rejected"][0]["detail"])
    assert reason in refusals.REASONS


@pytest.mark.parametrize("media", ["application/cloudevents-batch+json", "application/json"])
@pytest.mark.parametrize(("bad", "reason"), WHOLE.values(), ids=WHOLE.keys())
def test_the_same_within_a_json_list(
    shared: Desk, good: Iterator[int], media: str, bad: bytes, reason: str
) -> None:
    keys = [f"list-{next(good)}" for _ in range(2)]
    body = b" [" + b" , ".join([lines([record(keys[0])]), bad, lines([record(keys[1])])]) + b"]\n"
    answer = shared.post(body, media).json()
    assert [(one["index"], one["reason"]) for one in answer["rejected"]] == [(1, reason)], answer
    assert answer["accepted"] == 2


def test_a_source_of_the_token_that_is_not_registered_is_unknown(shared: Desk) -> None:
    answer = shared.post(lines([record("u", source="unregistered")]), who="two").json()
    assert answer["rejected"][0]["reason"] == "unknown_source"
    assert shared.rows("SELECT source FROM quarantine WHERE reason = 'unknown_source'") == [("",)]


def test_a_conflict_and_a_correction_of_a_correction_are_told_apart_from_duplicates(shared: Desk) -> None:
    first = [record("c1"), record("c2", replaces="c1", revision=1)]
    assert shared.push(*first)["accepted"] == 2
    second = [record("c1"), record("c1", data={}), record("c3", replaces="c2", revision=2)]
    answer = shared.push(*second)
    assert (answer["accepted"], answer["duplicates"], answer["receipt"]) == (0, 1, None)
    assert [(one["index"], one["id"], one["reason"]) for one in answer["rejected"]] == [
        (1, "c1", "conflict"),
        (2, "c3", "replaces_a_correction"),
    ]


def test_a_refused_record_does_not_consume_its_id(shared: Desk) -> None:
    assert shared.push(record("mended", type="case.field"))["rejected"][0]["id"] == "mended"
    assert shared.push(record("mended"))["accepted"] == 1


def test_key_order_and_blanks_make_no_other_content(shared: Desk) -> None:
    one = record("order", data={"cause": "1", "parties": 2})
    assert shared.push(one)["accepted"] == 1
    turned = dict(reversed(list(one.items()))) | {"data": {"parties": 2, "cause": "1"}}
    assert shared.post(json.dumps(turned, separators=(" ,  ", "\t: ")).encode()).json()["duplicates"] == 1


def test_half_width_brackets_are_the_same_case(shared: Desk) -> None:
    assert shared.push(record("half", subject="(2019)吉2401民初77号"))["accepted"] == 1
    assert shared.rows("SELECT subject FROM event WHERE event_id = 'half'") == [("（2019）吉2401民初77号",)]


def test_one_bad_record_among_a_thousand_good_ones(shared: Desk) -> None:
    body = (
        lines([record(f"k{n}") for n in range(500)])
        + b"\n{\n"
        + lines([record(f"k{n}") for n in range(500, 1000)])
    )
    answer = shared.post(body).json()
    assert (answer["accepted"], [one["index"] for one in answer["rejected"]]) == (1000, [500])
    again = shared.post(body).json()
    assert (again["accepted"], again["duplicates"], len(again["rejected"]), again["receipt"]) == (
        0,
        1000,
        1,
        None,
    )
