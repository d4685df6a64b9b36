"""The door never raises, the canonical form is RFC 8785, and neither order nor families hang on arrival."""

from __future__ import annotations

import json
import random
import zoneinfo
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis
import orjson
import rfc8785
from hypothesis import strategies as st

from plumbline import casenumbers, envelope, events, subjects
from plumbline.events import Event
from plumbline.vocabulary import Vocabulary

NOW = datetime(2019, 1, 10, 4, 0, tzinfo=UTC)
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
WORDS = Vocabulary.shipped()


class Anyone:
    """A source that may speak for every court."""

    id = "s"

    def may_speak_for(self, court: str) -> bool:
        return True


DOOR = envelope.Door(WORDS, subjects.SubjectParser(casenumbers.CaseTypes.shipped()), lambda court: True)


def _random_text(dice: random.Random, keys: bool = False) -> str:
    letters = 'abcXYZ_09 "\\/\b\f\n\r\t\x01\x1f\x7f\u0080é吉、\ud7ff\ue000\uffff\u2028' + (
        "" if keys else "\U0001f600\U00020bb7"
    )
    return "".join(dice.choice(letters) for _ in range(dice.randrange(8)))


def _random_value(dice: random.Random, depth: int) -> Any:
    kind = dice.randrange(6 if depth else 4)
    if kind == 0:
        return dice.choice([0, 1, -1, 10**15, -(10**15), 2**53 - 1, dice.randrange(-(10**6), 10**6)])
    if kind == 1:
        return _random_text(dice)
    if kind == 2:
        return dice.random() < 0.5
    if kind == 3:
        return None
    if kind == 4:
        return [_random_value(dice, depth - 1) for _ in range(dice.randrange(4))]
    return {_random_text(dice, keys=True): _random_value(dice, depth - 1) for _ in range(dice.randrange(5))}


def test_the_canonical_form_is_rfc_8785_byte_for_byte_on_20000_records() -> None:
    dice = random.Random(20190101)
    for _ in range(20_000):
        data = {_random_text(dice, keys=True): _random_value(dice, 3) for _ in range(dice.randrange(6))}
        at = NOW + timedelta(seconds=dice.randrange(10**6), microseconds=dice.choice([0, 0, 1, 500_000]))
        replaces, revision = dice.choice([(None, 0), ("a1", 3), (None, 2)])
        spelled = at.isoformat().replace("+00:00", "Z")
        content: dict[str, Any] = {
            "type": "case.filed",
            "subject": _random_text(dice),
            "time": spelled,
            "data": data,
        }
        if replaces:
            content["replaces"] = replaces
        if revision:
            content["revision"] = revision
        ours = events.canonical("case.filed", content["subject"], at, data, replaces, revision)
        assert ours == rfc8785.dumps(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@hypothesis.given(st.binary(max_size=200))
@hypothesis.settings(max_examples=500)
def test_parsing_never_raises_on_any_bytes(line: bytes) -> None:
    _parsed_or_refused(line)


@hypothesis.given(
    st.lists(
        st.sampled_from(
            [
                b"{",
                b"}",
                b"[",
                b"]",
                b'"',
                b",",
                b":",
                b"1",
                b"-",
                b"1e9",
                b"NaN",
                b'"a"',
                b"\\",
                b"\\u0000",
                b"\\ud800",
                b"\xff",
                b" ",
            ]
        ),
        max_size=60,
    )
)
@hypothesis.settings(max_examples=1500)
def test_parsing_never_raises_on_broken_json(parts: list[bytes]) -> None:
    _parsed_or_refused(b"".join(parts))


def _parsed_or_refused(line: bytes) -> None:
    found = envelope.parse_json(line)
    if isinstance(found, envelope.Refusal):
        assert found.reason in envelope.REASONS
    else:
        assert isinstance(found, dict)
        assert found == json.loads(line)


@hypothesis.given(JSON, st.booleans(), st.booleans())
@hypothesis.settings(max_examples=800)
def test_whatever_is_parsed_is_what_the_strict_reading_gives(
    value: Any, ascii_only: bool, spaced: bool
) -> None:
    """The fast path is taken only where it agrees with a reader that looks at every pair."""
    text = json.dumps({"v": value}, ensure_ascii=ascii_only, separators=None if spaced else (",", ":"))
    line = text.encode("utf-8", "surrogatepass")
    found = envelope.parse_json(line, max_depth=64)
    if not isinstance(found, envelope.Refusal):
        assert found == json.loads(line)
        doubled = line[:-1] + b',"v":1}'
        again = envelope.parse_json(doubled, max_depth=64)
        assert isinstance(again, envelope.Refusal)
        assert again.reason == "duplicate_key"


ATTRIBUTES = {
    "specversion": st.just("1.0") | JSON,
    "id": st.just("a") | JSON,
    "source": st.just("s") | JSON,
    "type": st.sampled_from(sorted(WORDS.types)) | JSON,
    "subject": st.sampled_from(["（2018）吉24民终77号", "吉24", "吉24:visit:1", "X:docket:1"]) | JSON,
    "time": st.just("2018-06-20T00:00:00+08:00") | JSON,
    "sequence": st.just("1") | JSON,
    "replaces": st.just("b") | JSON,
    "revision": st.just(1) | JSON,
    "recordedtime": JSON,
    "captured": JSON,
    "data": JSON,
}
FIELDS = sorted(
    {name for kind in WORDS.types.values() for name in kind.fields} | {"links", "court", "ext", "odd"}
)
VALUES = JSON | st.sampled_from(
    ["2018-01-01", "judgment", "trial_limit", 1, True, "other", [{"role": "basis", "subject": "x"}]]
)
RECORDS = st.fixed_dictionaries({}, optional=ATTRIBUTES) | st.fixed_dictionaries(
    {name: ATTRIBUTES[name] for name in ("specversion", "id", "source", "type", "subject", "time")},
    optional={"data": st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=5)},
)


@hypothesis.given(RECORDS | JSON)
@hypothesis.settings(max_examples=1500)
def test_the_door_never_raises_on_any_json(record: Any) -> None:
    found = DOOR.admit(record, source=Anyone(), now=NOW)
    if isinstance(found, envelope.Refusal):
        assert found.reason in envelope.REASONS
    else:
        orjson.dumps(found.data)
        assert len(found.digest) == 32


def _event(draw: st.DrawFn) -> Event:
    day = draw(st.sampled_from(["2018-06-20", "2018-06-21"]))
    clock = draw(st.sampled_from(["00:00:00", "09:00:00", "09:00:01"]))
    key = draw(st.sampled_from("abcdef"))
    kind = draw(st.sampled_from(["case.filed", "case.closed", "event.retracted", "hearing.held"]))
    replaces = draw(st.none() | st.sampled_from("abcdef"))
    return Event(
        draw(st.sampled_from("st")),
        key,
        kind,
        "x",
        "吉",
        datetime.fromisoformat(f"{day}T{clock}+08:00").astimezone(UTC),
        {},
        (),
        sequence=draw(st.none() | st.integers(0, 3)),
        replaces=replaces,
        revision=draw(st.integers(1 if replaces else 0, 3)),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events of one case, each key once."""
    drawn = [_event(draw) for _ in range(draw(st.integers(0, 9)))]
    return list({(one.source, one.id): one for one in drawn}.values())


@hypothesis.given(histories(), st.randoms(use_true_random=False))
def test_families_hang_on_no_order_and_no_doubles(history: list[Event], dice: random.Random) -> None:
    found = events.families(history)
    again = history + [one for one in history if dice.random() < 0.5]
    dice.shuffle(again)
    assert events.families(again) == found
    keys = [(one.source, one.id) for one in [*found.effective, *(one for one, _ in found.ignored)]]
    assert sorted(keys) == sorted((one.source, one.id) for one in history)
    assert {reason for _, reason in found.ignored} <= set(events.REASONS)
    assert all(one.type != "event.retracted" for one in found.effective)


@hypothesis.given(histories(), st.randoms(use_true_random=False))
def test_the_fold_order_is_total_and_hangs_on_no_arrival(history: list[Event], dice: random.Random) -> None:
    found = events.fold_order(history, WORDS.ranks, SHANGHAI)
    shuffled = list(history)
    dice.shuffle(shuffled)
    assert events.fold_order(shuffled, WORDS.ranks, SHANGHAI) == found
    days = [one.time.astimezone(SHANGHAI).date() for one in found]
    assert days == sorted(days)
    assert {(one.source, one.id) for one in found} == {(one.source, one.id) for one in history}
