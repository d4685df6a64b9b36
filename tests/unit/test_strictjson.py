"""JSON read strictly: what a court cannot keep is refused by name, and the rest is read as it stands."""

from __future__ import annotations

import json

import pytest

from plumbline import refusals, strictjson
from plumbline.refusals import Refusal


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"{'a':1}", "not_json"),
        (b'{"a":1}x', "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b'{"a":01}', "not_json"),
        (b'{"a":"\xff"}', "not_utf8"),
        (b'{"a":"\\ud800"}', "not_utf8"),
        (b'{"a":"\xed\xa0\x80"}', "not_utf8"),
        (b'{"a":"\0"}', "nul_character"),
        (b'{"a":"\\u0000"}', "nul_character"),
        (b'{"\\u0000":"a"}', "nul_character"),
        (b'{"a":"\\\\\\u0000"}', "nul_character"),
        (b'{"a":1,"a":2}', "duplicate_key"),
        (b'{"a":1, "a":1}', "duplicate_key"),
        (b'{"a":1,"\\u0061":2}', "duplicate_key"),
        (b'{"d":{"x":[{"k":1,"k":1}]}}', "duplicate_key"),
        (b'{"a":1.5,"a":2}', "duplicate_key"),
        (b'{"a":"\\u0022\\u0022","b":1, "b":2}', "duplicate_key"),
        (b'{"a":NaN}', "not_a_number"),
        (b'{"a":-Infinity}', "not_a_number"),
        (b'{"a":1e999}', "not_a_number"),
        (b'{"a":18446744073709551616}', "out_of_range"),
        (b'{"a":-9223372036854775809}', "out_of_range"),
        (b'{"a":' + b"9" * 5000 + b"}", "out_of_range"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 17 + b"1" + b"}" * 17, "too_deep"),
        (b"[]", "not_an_object"),
        (b"7", "not_an_object"),
        (b"null", "not_an_object"),
    ],
)
def test_json_that_a_court_cannot_keep_is_refused(line: bytes, reason: str) -> None:
    found = strictjson.parse_json(line)
    assert isinstance(found, Refusal)
    assert (found.reason, found.reason in refusals.REASONS) == (reason, True)


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b'{"a":1}',
        b' { "a" : [ 1 , -0 , true , null , "\\u5409\\n\\"" ] } ',
        '{"a":"吉𠮷","b":{"c":"\\ud83d\\ude00"}}'.encode(),
        b'{"a":18446744073709551615,"b":-9223372036854775808}',
        b'{"a":1.25}',
        b'{"a":"\\\\u0000"}',
        b'{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"[[["}',
        b'{"a":' * 16 + b"1" + b"}" * 16,
        b'{"' + b'","'.join(b'k%d":"v' % n for n in range(50)) + b'"}',
    ],
)
def test_good_json_is_read_as_the_standard_library_reads_it(line: bytes) -> None:
    assert strictjson.parse_json(line) == json.loads(line)


def test_a_batch_is_read_only_when_lists_are_asked_for() -> None:
    assert strictjson.parse_json(b'[{"a":1}]', arrays=True) == [{"a": 1}]
    assert strictjson.parse_json(b'{"a":{"b":1}}', 1) == Refusal(
        "too_deep", "The record is nested deeper than 1."
    )
