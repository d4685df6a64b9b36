"""A feed's file and its cursor: what is refused, what is remembered, and when a place is gone."""

from __future__ import annotations

import pathlib
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from plumbline import errors, pull_files, pulls, streams
from plumbline.pulls import Cursor, Feed, Mark, Row, Since

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples" / "pulls"
FILE = """pull: 1
source: s
feed: cases
url: https://court.example/api
rows: {at: /data, key: id}
events: cloudevents
"""
TIME = Since("since", ("t",), "time", 60)


def row(key: str, text: str = "", position: str | None = None) -> Row:
    return Row({}, key, pulls.digest([key, text]), position)


def test_the_samples_are_read() -> None:
    feed = pull_files.read(SAMPLES / "next-page.yaml")
    assert (feed.pages.at, feed.key, feed.overlap_rows, feed.every_s) == (
        ("links", "next"),
        (("id",),),
        100,
        60,
    )
    since = pull_files.read(SAMPLES / "since.yaml")
    assert since.since == Since("updated_since", ("更新时间",), "time", 1800)
    assert since.mapping is not None
    assert since.mapping.exists()
    assert {streams.read(SAMPLES / f"{name}.yaml").broker for name in ("nats", "kafka")} == {"nats", "kafka"}


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        ("headers: {Authorization: Bearer abc}", 7, "no place for one"),
        ("headers: {X-Api-Key: abc}", 7, "no place for one"),
        ("headers: {Authorization: {env: A, file: b}}", 7, "stands in one place"),
        ("headers: {Host: other}", 7, "no header to be set"),
        ("surprise: 1", 7, "surprise is not known here"),
        ("feed: twice", 7, "stands twice"),
        ("pages: {by: cursor, parameter: after}", 7, "is not said"),
        ("pages: {by: number, parameter: page}", 7, "How many rows"),
        ("pages: {by: position, size: {rows: 5}}", 7, "need since"),
        ("since: {parameter: s, field: t, kind: time, overlap: 0 s}", 7, "no span of time"),
        ("every: soon", 7, "no span of time"),
        ("retries: -1", 7, "whole number"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_line(
    tmp_path: pathlib.Path, more: str, line: int, words: str
) -> None:
    path = tmp_path / "feed.yaml"
    path.write_text(FILE + more + "\n", "utf-8")
    with pytest.raises(errors.BadDefinition, match=words) as refused:
        pull_files.read(path)
    assert refused.value.line == line


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://h/x",
        "https://",
        "https://me:pw@h/x",
        "https://h/x?token=1",
        "https://h/x#y",
    ],
)
def test_only_http_to_a_host_without_a_secret_is_an_address(tmp_path: pathlib.Path, url: str) -> None:
    path = tmp_path / "feed.yaml"
    path.write_text(FILE.replace("https://court.example/api", f"'{url}'"), "utf-8")
    with pytest.raises(errors.BadDefinition):
        pull_files.read(path)


def test_a_mark_is_held_only_by_the_same_row_unchanged() -> None:
    mark = Mark("p", "a", row("a").digest, 2)
    assert mark.held_by([row("b"), row("a")])
    assert not mark.held_by([row("a", "changed")])
    assert not mark.held_by([])


def test_a_cursor_is_kept_and_read_as_it_was() -> None:
    cursor = Cursor("s", "h", ("a", "b"), ("c", "d", "e"), True, (Mark("", "k", "d", 3),))
    assert Cursor.of(cursor.document()) == cursor
    assert Cursor.of(None) == Cursor()
    for wrong in ({"a": 1}, {"marks": 7}, {**cursor.document(), "marks": [{"page": 1}]}):
        with pytest.raises(errors.BadInput):
            Cursor.of(wrong)


def test_the_overlap_goes_back_page_by_page_until_enough_rows() -> None:
    cursor = Cursor(marks=tuple(Mark(str(n), "k", "d", 10) for n in range(5)))
    assert [pulls.start(cursor, 4, rows) for rows in (0, 10, 11, 20, 21, 999)] == [4, 4, 3, 3, 2, 0]


def test_a_sweep_that_does_not_meet_the_row_of_the_one_before_has_lost_its_place() -> None:
    first = Cursor().after("", [row("a", position="2020-01-01T00:00:00Z")], TIME).ended(TIME)
    assert first.since == "2019-12-31T23:59:00Z"
    assert first.lost
    assert not first.after("", [row("a", position="2020-01-01T00:00:00Z")], TIME).lost
    assert not first.after("", [row("a", "later", "2020-01-02T00:00:00Z")], TIME).lost
    assert first.after("", [row("a", "other", "2020-01-01T00:00:00Z")], TIME).lost
    assert first.after("", [row("b", position="2020-01-02T00:00:00Z")], TIME).lost


@pytest.mark.parametrize(
    ("since", "position", "back"),
    [
        (TIME, "2020-01-01T08:00:00+08:00", "2020-01-01T07:59:00+08:00"),
        (TIME, "2020-01-01 08:00:00", "2020-01-01 07:59:00"),
        (Since("s", ("t",), "epoch_ms", 60), "1577836800000", "1577836740000"),
        (Since("s", ("t",), "number", 60), "100", "40"),
        (Since("s", ("t",), "number", 60), "10", "0"),
    ],
)
def test_a_position_less_the_overlap_is_written_as_it_was(since: Since, position: str, back: str) -> None:
    assert pulls.earlier(position, since) == back


@hypothesis.given(st.lists(st.integers(1, 9), min_size=1, max_size=80))
def test_the_trail_is_bounded_and_ends_on_the_page_read_last(pages: list[int]) -> None:
    cursor = Cursor()
    for page in pages:
        cursor = cursor.after(str(page), [row(f"r{page}")], None)
    assert len(cursor.marks) <= pulls.TRAIL_MOST
    assert cursor.marks[-1].page == str(pages[-1])
    assert len({mark.page for mark in cursor.marks}) == len(cursor.marks)


@hypothesis.given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_a_row_has_the_same_digest_whatever_the_order_of_its_names(value: Any) -> None:
    turned = dict(reversed(value.items())) if isinstance(value, dict) else value
    assert pulls.digest(turned) == pulls.digest(value)


def test_a_row_without_its_key_is_known_by_its_digest() -> None:
    feed = Feed("s", "f", "http://h", (("id",), ("part",)), "cloudevents")
    assert pulls.row_of(feed, {"id": 7, "part": "b"}).key == "7/b"
    assert pulls.row_of(feed, {"id": 7}).key == pulls.row_of(feed, {"id": 7}).digest
