"""Bodies: every accepted form gives the same events; what cannot be split or is beyond a bound is refused
whole."""

from __future__ import annotations

import gzip
import json
import tracemalloc

import pytest
import zstandard

from services.ingest import bodies
from tests.services.ingest.conftest import LINES, Desk, lines, record

MIB = 1024 * 1024
LIMITS = bodies.Limits(body_bytes=MIB, record_bytes=1000, records=5, depth=16)
CLOUD = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
PLAIN = "application/json"


def zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(body)


ENCODED = {"identity": bytes, "gzip": gzip.compress, "zstd": zstd}


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize("media", [CLOUD, f"{CLOUD}; charset=UTF-8", BATCH, LINES, PLAIN, "Application/JSON"])
def test_every_form_and_encoding_is_taken_and_is_the_same_event(
    shared: Desk, media: str, encoding: str
) -> None:
    one = record("same")
    body = json.dumps([one] if media == BATCH else one, ensure_ascii=False).encode()
    answer = shared.post(ENCODED[encoding](body), media, Content_Encoding=encoding)
    assert answer.status_code == 202, answer.text
    assert answer.json()["accepted"] + answer.json()["duplicates"] == 1
    assert shared.count("event") == 1


def test_plain_json_may_be_one_event_or_a_list() -> None:
    assert bodies.split(b' {"a": 1} ', PLAIN, LIMITS) == [b'{"a": 1}']
    assert bodies.split(b' [{"a": 1}] ', PLAIN, LIMITS) == [b'{"a": 1}']


@pytest.mark.parametrize(
    ("body", "records"),
    [
        (b"", []),
        (b"\n \n\r\n", []),
        (b"\xef\xbb\xbf{}\r\n{}\n", [b"{}\r", b"{}"]),
        (b"{}\n\n{}", [b"{}", b"{}"]),
        (b"a\nb", [b"a", b"b"]),
    ],
)
def test_lines_are_records_and_blank_lines_are_none(body: bytes, records: list[bytes]) -> None:
    assert bodies.split(body, LINES, LIMITS) == records


@pytest.mark.parametrize(
    ("body", "records"),
    [
        (b"[]", []),
        (b" [ ] ", []),
        (b'[{"a":"]},{["},{"b":[1,[2,3]]}]', [b'{"a":"]},{["}', b'{"b":[1,[2,3]]}']),
        (rb'[{"a":"\"]"} , "x\\" ,3]', [rb'{"a":"\"]"}', rb'"x\\"', b"3"]),
        (b"[1,]", [b"1", b""]),
        (b"[{},[],{}]", [b"{}", b"[]", b"{}"]),
    ],
)
def test_a_list_is_cut_at_its_own_commas_only(body: bytes, records: list[bytes]) -> None:
    assert bodies.split(body, BATCH, LIMITS) == records


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[", b"[{}", b"[{}]]", b"[{}] x", b'[{"a}]', b"[{]", b"]", b'["']
)
def test_a_list_without_its_end_cannot_be_split(body: bytes) -> None:
    with pytest.raises(bodies.BadBody):
        bodies.split(body, BATCH, LIMITS)


def test_more_records_than_the_bound_are_refused_in_every_form() -> None:
    for body, media in ((b"{}\n" * 6, LINES), (b"\n" * 11, LINES), (b"[1,2,3,4,5,6]", BATCH)):
        with pytest.raises(bodies.TooLarge, match="more than 5 records"):
            bodies.split(body, media, LIMITS)


def test_several_members_of_gzip_and_frames_of_zstd_are_one_body() -> None:
    assert bodies.decode(gzip.compress(b"a\n") + gzip.compress(b"b"), "gzip", MIB) == b"a\nb"
    assert bodies.decode(zstd(b"a\n") + zstd(b"b"), "zstd", MIB) == b"a\nb"
    assert bodies.decode(b"", "gzip", MIB) == b""


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_bomb_is_stopped_at_the_bound_in_bounded_memory(encoding: str) -> None:
    bomb = ENCODED[encoding](b"\x00" * (256 * MIB))
    assert len(bomb) < MIB
    tracemalloc.start()
    try:
        with pytest.raises(bodies.TooLarge, match="once decoded"):
            bodies.decode(bomb, encoding, 4 * MIB)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 24 * MIB


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_exactly_the_bound_is_let_through(encoding: str) -> None:
    assert len(bodies.decode(ENCODED[encoding](b"x" * MIB), encoding, MIB)) == MIB
    with pytest.raises(bodies.TooLarge):
        bodies.decode(ENCODED[encoding](b"x" * (MIB + 1)), encoding, MIB)


def test_a_zstd_frame_that_wants_a_huge_window_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    writer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    frame = writer.compress(b"x" * MIB) + writer.flush()
    with pytest.raises(bodies.BadBody):
        bodies.decode(frame, "zstd", 4 * MIB)


REFUSED = {
    "no media type": (b"{}", "", "identity", 415),
    "another media type": (b"a,b", "text/csv", "identity", 415),
    "another charset": (b"{}", f"{PLAIN}; charset=shift_jis", "identity", 415),
    "another encoding": (b"{}", LINES, "br", 415),
    "two encodings": (gzip.compress(gzip.compress(b"{}")), LINES, "gzip, gzip", 415),
    "one encoding too many": (gzip.compress(gzip.compress(b"{}")), LINES, "gzip", 400),
    "gzip without saying so": (gzip.compress(b"{}"), LINES, "identity", 400),
    "gzip that is none": (b"{}", LINES, "gzip", 400),
    "gzip cut in the middle": (gzip.compress(b"{}" * 1000)[:-9], LINES, "gzip", 400),
    "gzip with a wrong checksum": (gzip.compress(b"{}")[:-8] + b"\x00" * 8, LINES, "gzip", 400),
    "zstd that is none": (b"{}", LINES, "zstd", 400),
    "zstd cut in the middle": (zstd(b"{}\n" * 1000)[:-3], LINES, "zstd", 400),
    "an empty single event": (b" ", CLOUD, "identity", 400),
    "a batch that is no list": (b"{}", BATCH, "identity", 400),
    "a list without an end": (b"[{}", PLAIN, "identity", 400),
    "a gzip bomb": (gzip.compress(b" " * (80 * MIB)), LINES, "gzip", 413),
    "a zstd bomb": (zstd(b" " * (80 * MIB)), LINES, "zstd", 413),
    "too many lines": (b"{}\n" * 2001, LINES, "identity", 413),
    "a million blank lines": (b"\n" * 1_000_000, LINES, "identity", 413),
}


@pytest.mark.parametrize(("body", "media", "encoding", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_a_body_that_cannot_be_split_is_a_problem_document(
    shared: Desk, body: bytes, media: str, encoding: str, status: int
) -> None:
    answer = shared.post(body, media, Content_Encoding=encoding)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["detail"].endswith(".")
    assert told["request_id"] == answer.headers["x-request-id"]


def test_a_body_beyond_the_bound_is_refused_by_its_length_alone(shared: Desk) -> None:
    answer = shared.post(b"{}", Content_Length=str(65 * MIB))
    assert answer.status_code == 413


def test_an_empty_list_of_lines_is_no_error(shared: Desk) -> None:
    assert shared.post(b"").json() == {"accepted": 0, "duplicates": 0, "rejected": [], "receipt": None}


def test_a_long_line_is_kept_only_in_part(shared: Desk) -> None:
    answer = shared.post(b"x" * (2 * MIB) + b"\n" + lines([record("after")])).json()
    assert (answer["accepted"], answer["rejected"][0]["reason"]) == (1, "too_long")
    assert shared.rows("SELECT octet_length(raw) FROM quarantine WHERE reason = 'too_long'") == [(MIB,)]
