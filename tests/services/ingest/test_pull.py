"""`plumbline pull` against a real feed that pages, fails, repeats, reorders, forgets its cursors and is restored."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plumbline import errors
from services.ingest.pulling import fetching, keeping
from tests.services.ingest import feedserver
from tests.services.ingest.feedserver import Source, served, status
from tests.services.ingest.pulling import HOW, Stand, events, standing


@pytest.fixture(scope="module")
def shared_stand(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with standing(module_database, tmp_path_factory.mktemp("state")) as one:
        yield one


@pytest.fixture
def stand(shared_stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stand:
    monkeypatch.setattr(fetching, "FIRST_PAUSE_SECONDS", 0.02)
    shared_stand.folder = tmp_path
    shared_stand.fresh()
    return shared_stand


@pytest.mark.parametrize("kind", HOW)
def test_every_way_of_paging_brings_every_row_once_and_the_next_reading_only_what_is_new(
    stand: Stand, kind: str
) -> None:
    rows = events(stand.source, 43)
    with served(Source(list(rows))) as source:
        config = stand.config(f"{source.url}/{kind}", HOW[kind])
        assert stand.pull(config) == 0
        assert stand.journal() == stand.directly(rows)
        kept = stand.kept()
        assert (kept["state"], kept["accepted"], kept["refused"], kept["losses"]) == ("caught_up", 43, 0, 0)
        assert kept["lag_seconds"] < 30
        source.rows += events(stand.source, 30, 43)
        source.asked.clear()
        assert stand.pull(config) == 0
        assert stand.journal() == stand.directly(source.rows)
        assert stand.kept()["losses"] == 0
        if kind != "lines":
            assert len(source.asked) <= 6  # from the last page on, not from the beginning
        assert stand.pull(config) == 0
        assert stand.kept()["accepted"] == 73


FAULTS = {
    "500": [status(500), None, status(502), status(503)],
    "busy": [status(429, Retry_After="1")],
    "date": [status(503, Retry_After=email.utils.format_datetime(datetime.now(UTC) - timedelta(days=1)))],
    "dropped": [None, feedserver.dropped, None, feedserver.dropped],
    "cut": [feedserver.cut, feedserver.cut],
    "proxy": [None, feedserver.page_of_a_proxy],
    "drip": [None, feedserver.dripped],
    "repeated": [None, feedserver.repeated],
    "reordered": [feedserver.reordered, feedserver.reordered, feedserver.reordered],
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_feed_that_fails_on_the_way_gives_the_books_of_one_direct_feed(stand: Stand, name: str) -> None:
    rows = events(stand.source, 40)
    with served(Source(rows, faults=list(FAULTS[name]))) as source:
        config = stand.config(f"{source.url}/cursor", HOW["cursor"], timeout="1 s")
        began = time.monotonic()
        assert stand.pull(config) == 0
        assert stand.journal() == stand.directly(rows)
        if name == "busy":
            assert time.monotonic() - began >= 1
        assert stand.pull(config) == 0
        assert stand.kept()["accepted"] == 40


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (status(500), "asked 3 times: 500"),
        (status(401), "answers 401"),
        (feedserver.cut, "no whole JSON"),
        (feedserver.page_of_a_proxy, "text/html, not application/json"),
        (lambda handler, body: handler.give(200, feedserver.JSON, b"[" * 9000), "no JSON that is read here"),
        (lambda handler, body: handler.give(200, feedserver.JSON, b'{"data": {}}'), "is no list"),
        (lambda handler, body: handler.give(200, feedserver.JSON, b"x" * 2_000_000), "more than 1,048,576"),
        (status(302, Location="http://127.0.0.2:1/x"), "another host"),
        (status(302, Location="//metadata.internal/x"), "another host"),
        (status(302, Location="file:///etc/passwd"), "another host"),
        (status(302, Location="/cursor?after=c0"), "leads in a circle"),
    ],
)
def test_a_feed_that_never_answers_as_it_should_is_said_to_fail_and_goes_on_from_the_same_place(
    stand: Stand, fault: feedserver.Fault, words: str
) -> None:
    rows = events(stand.source, 40)
    with served(Source(rows, faults=[None, None, *[fault] * 5])) as source:
        config = stand.config(f"{source.url}/cursor", HOW["cursor"], retries="2", answer_mib="1")
        with pytest.raises(fetching.NotFetched, match=words):
            stand.pull(config)
        kept = stand.kept()
        assert (kept["state"], kept["accepted"]) == ("failing", 20)
        assert words.split()[0] in kept["error"]
        source.faults.clear()
        source.asked.clear()
        assert stand.pull(config) == 0
        assert source.asked == ["/cursor?after=c10", "/cursor?after=c20", "/cursor?after=c30"]
        assert stand.journal() == stand.directly(rows)
        assert stand.kept()["error"] is None


def test_a_next_page_on_another_host_is_never_asked_for_and_the_secret_goes_nowhere_else(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED_SECRET", "s3cret")
    with served(Source([])) as other, served(Source(events(stand.source, 20))) as source:
        (stand.folder / "secret").write_text("from-a-file\n")
        headers = "{Authorization: {env: FEED_SECRET, prefix: 'Bearer '}, X-Api-Key: {file: secret}}"
        config = stand.config(f"{source.url}/next", HOW["next"], headers=headers)
        leading = feedserver.dumped(
            {"meta": {"next": f"{other.url}/next"}, "data": {"items": source.rows[:1]}}
        )
        source.faults = [lambda handler, body: handler.give(200, feedserver.JSON, leading)]
        with pytest.raises(fetching.NotFetched, match="another host"):
            stand.pull(config)
        assert other.asked == []
        assert source.headers[0]["Authorization"] == "Bearer s3cret"
        assert source.headers[0]["X-Api-Key"] == "from-a-file"
        monkeypatch.delenv("FEED_SECRET")
        with pytest.raises(errors.BadInput, match="no secret in the environment variable FEED_SECRET"):
            stand.pull(config)


def restored(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The source from a backup: the last rows are gone, others came in their place."""
    return rows[:25] + [one | {"id": f"n{one['id']}", "replaces": None} for one in rows[25:38]]


@pytest.mark.parametrize("kind", ["cursor", "next", "link", "number", "since"])
def test_a_source_that_was_restored_from_a_backup_is_noticed_and_read_again(stand: Stand, kind: str) -> None:
    rows = events(stand.source, 43)
    with served(Source(list(rows))) as source:
        config = stand.config(f"{source.url}/{kind}", HOW[kind])
        assert stand.pull(config) == 0
        source.rows = restored(rows)
        for one in source.rows:
            one.pop("replaces", None)
            one.pop("revision", None)
        stand.pull(config)
        kept = stand.kept()
        assert (kept["losses"], kept["state"]) == (1, "caught_up")
        assert kept["lost_at"] is not None
        known = {one[0] for one in stand.journal()}
        assert known >= {one["id"] for one in source.rows}
        stand.pull(config)
        assert stand.kept()["losses"] == 1


def test_a_place_that_was_renumbered_is_lost_although_it_still_answers(stand: Stand) -> None:
    rows = events(stand.source, 40)
    with served(Source(list(rows))) as source:
        config = stand.config(f"{source.url}/number", HOW["number"])
        assert stand.pull(config) == 0
        first = events(stand.source, 15, 100)
        source.rows = first + rows
        assert stand.pull(config) == 0
        assert stand.journal() == stand.directly(first + rows)
        assert stand.kept()["losses"] == 1


def test_a_feed_that_forgets_its_cursors_is_read_from_the_beginning(stand: Stand) -> None:
    rows = events(stand.source, 40)
    with served(Source(list(rows))) as source:
        config = stand.config(f"{source.url}/cursor", HOW["cursor"])
        assert stand.pull(config) == 0
        source.prefix = "d"
        source.rows += events(stand.source, 10, 40)
        assert stand.pull(config) == 0
        assert stand.journal() == stand.directly(source.rows)
        kept = stand.kept()
        assert (kept["losses"], kept["accepted"], kept["duplicates"]) == (1, 50, 40)


def test_a_row_that_changed_sends_reading_back_one_page_not_to_the_beginning(stand: Stand) -> None:
    rows = events(stand.source, 40)
    with served(Source(list(rows))) as source:
        config = stand.config(f"{source.url}/cursor", HOW["cursor"])
        assert stand.pull(config) == 0
        source.rows[39] = {**rows[39], "updated": "2020-02-02T00:00:00Z"}
        source.asked.clear()
        stand.pull(config)
        assert source.asked == ["/cursor?after=c30", "/cursor?after=c20", "/cursor?after=c30"]
        assert stand.kept()["losses"] == 1


def test_the_overlap_reads_the_last_rows_again_and_finds_what_came_late(stand: Stand) -> None:
    rows = events(stand.source, 40)
    late = events(stand.source, 1, 200)[0]
    with served(Source(list(rows))) as source:
        config = stand.config(f"{source.url}/cursor", HOW["cursor"], overlap="{rows: 20}")
        assert stand.pull(config) == 0
        source.rows[24] = late  # in a page that was read
        source.asked.clear()
        assert stand.pull(config) == 0
        assert source.asked == ["/cursor?after=c30", "/cursor?after=c20", "/cursor?after=c30"]
        assert late["id"] in {one[0] for one in stand.journal()}


def test_since_a_time_rows_that_change_between_pages_and_late_ones_within_the_overlap_are_read(
    stand: Stand,
) -> None:
    rows = events(stand.source, 40)

    def change(number: int) -> None:
        if number == 2:  # a row of a page that was read moves to the end, as the next page is asked for
            source.rows[3] = source.rows[3] | {"updated": "2020-01-01T01:00:00Z"}

    with served(Source(list(rows), before=change)) as source:
        config = stand.config(f"{source.url}/since", HOW["since"])
        assert stand.pull(config) == 0
        assert stand.kept()["losses"] == 0
        late = events(stand.source, 1, 200)[0] | {"updated": "2020-01-01T00:59:58Z"}
        source.rows.append(late)
        source.asked.clear()
        assert stand.pull(config) == 0
        assert source.asked[0] == "/since?since=2020-01-01T00%3A59%3A57Z"
        assert stand.journal() == stand.directly([*rows, late])
        source.rows[3] = source.rows[3] | {"updated": "2020-01-01T02:00:00Z"}  # the very row it stands on
        assert stand.pull(config) == 0
        assert stand.kept()["losses"] == 0


def test_more_rows_of_one_position_than_a_page_holds_are_told_not_passed_over(stand: Stand) -> None:
    rows = [one | {"updated": "2020-01-01T00:00:00Z"} for one in events(stand.source, 25)]
    with served(Source(rows)) as source:
        config = stand.config(f"{source.url}/since", HOW["since"])
        with pytest.raises(errors.BadInput, match="10 rows share one position"):
            stand.pull(config)
        assert stand.kept()["state"] == "failing"


def test_rows_by_a_mapping_and_what_no_event_can_be_made_of_is_in_quarantine_or_withheld(
    stand: Stand,
) -> None:
    (stand.folder / "cases.mapping.yaml").write_text(
        "mapping: 1\nclassified: secret\ncodes: {closing: {判决: judgment}}\nevents:\n"
        "  - {type: case.filed, id: '{no}/filed', subject: '{no}', time: filed.on, data: {parties: {column: n}}}\n"
        "  - {type: case.closed, when: closed, id: '{no}/closed', subject: '{no}', time: closed,\n"
        "     data: {method: {column: how, codes: closing}}}\n"
    )
    rows: list[dict[str, Any]] = [
        {
            "no": "（2019）吉2401民初1号",
            "filed": {"on": "2019-05-02"},
            "n": 2,
            "closed": "2019-06-01",
            "how": "判决",
        },
        {
            "no": "（2019）吉2401民初2号",
            "filed": {"on": "2019-05-03"},
            "n": 3,
            "closed": "2019-06-01",
            "how": "和解",
        },
        {"no": "（2019）吉2401民初3号", "filed": {"on": "2019-05-03"}, "n": 3, "secret": True},
    ]
    with served(Source(rows)) as source:
        mapping = "{mapping: cases.mapping.yaml}"
        how = "rows: {at: /data/items, key: [no]}\npages: {by: cursor, parameter: after, at: /meta/next}"
        config = stand.config(f"{source.url}/cursor", how, events=mapping)
        assert stand.pull(config) == 1
        assert [one[0] for one in stand.journal()] == [
            "（2019）吉2401民初1号/closed", "（2019）吉2401民初1号/filed", "（2019）吉2401民初2号/filed",
        ]  # fmt: skip
        kept = stand.kept()
        assert (kept["accepted"], kept["refused"], kept["withheld"]) == (3, 1, 1)
        held = stand.ask("GET", "/v1/quarantine?limit=1000").json()["records"]
        mine = [one for one in held if one["source"] == stand.source]
        assert len(mine) == 1
        text = stand.ask("GET", f"/v1/quarantine/{mine[0]['id']}").json()["text"]
        assert "unmapped_code" in text
        assert "和解" in text
        assert "民初3号" not in (stand.folder / "report.jsonl").read_text("utf-8")
        assert stand.pull(config) == 1
        assert stand.kept()["accepted"] == 3


def test_two_pullers_never_fight_the_one_that_was_overtaken_stops(stand: Stand) -> None:
    rows = events(stand.source, 40)

    def overtake(number: int) -> None:
        if number == 3:
            source.before = lambda number: None
            assert stand.pull(config, take_over=True) == 0

    with served(Source(rows, before=overtake)) as source:
        config = stand.config(f"{source.url}/cursor", HOW["cursor"])
        with pytest.raises(keeping.Fenced, match="Another puller has moved it"):
            stand.pull(config)
        assert stand.journal() == stand.directly(rows)
        assert stand.kept()["state"] == "caught_up"


def test_from_the_beginning_everything_is_read_again_and_nothing_is_added(stand: Stand) -> None:
    with served(Source(events(stand.source, 20))) as source:
        config = stand.config(f"{source.url}/cursor", HOW["cursor"])
        assert stand.pull(config) == 0
        assert stand.pull(config, from_beginning=True) == 0
        kept = stand.kept()
        assert (kept["accepted"], kept["duplicates"], kept["losses"]) == (20, 20, 0)
