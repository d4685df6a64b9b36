"""Whole tables night after night on the real database: what changed is told, what vanished is asked, nothing is
invented, and the same again changes nothing."""

from __future__ import annotations

import hashlib
import random

import pytest

from tests.services.ingest.conftest import Desk
from tests.services.ingest.nights import (
    books,
    brought,
    change,
    event,
    family,
    night,
    number,
    questions,
    row,
)


def test_the_same_table_again_adds_nothing_however_it_is_cut_shuffled_or_doubled(desk: Desk) -> None:
    table = [row(n, closed="2019-05-20" if n % 2 else "") for n in range(1, 41)]
    first = night(desk, 1, table)
    assert (first["state"], brought(first), first["counts"]["new"]) == ("closed", (60, 0, 0), 40)
    before, marks = books(desk), desk.count("dirty_case")
    dice = random.Random(4)
    for day, size in ((1, 7), (2, 1000), (3, 1), (4, 13)):
        other = dice.sample(table, len(table)) + dice.sample(table, 11)
        again = night(desk, day, other, size)
        assert (again["state"], brought(again), again["absent"]) == ("closed", (0, 0, 0), 0)
        assert (again["counts"]["unchanged"], again["counts"]["refused"]) == (51, 0)
    assert books(desk) == before
    assert desk.count("dirty_case") == marks
    assert desk.count("quarantine") == 0


def test_a_changed_row_corrects_and_the_date_is_always_the_rows_own(desk: Desk) -> None:
    night(desk, 1, [row(1, closed="2019-05-20")])
    changed = night(desk, 2, [row(1, closed="2019-05-21")])
    assert (brought(changed), changed["counts"]["changed"]) == ((0, 1, 0), 1)
    back = night(desk, 3, [row(1, closed="2019-05-20")])
    assert brought(back) == (0, 1, 0)
    assert family(desk, 1, "closed") == [
        ("case.closed", 0, "2019-05-20"),
        ("case.closed", 1, "2019-05-21"),
        ("case.closed", 2, "2019-05-20"),
    ]
    assert desk.rows("SELECT DISTINCT replaces FROM event WHERE revision > 0") == [(f"{number(1)}/closed",)]


def test_a_date_that_is_blanked_is_retracted_and_told_again_with_a_higher_revision(desk: Desk) -> None:
    night(desk, 1, [row(1, closed="2019-05-20")])
    assert brought(night(desk, 2, [row(1)])) == (0, 0, 1)
    assert brought(night(desk, 3, [row(1)])) == (0, 0, 0)
    assert brought(night(desk, 4, [row(1, closed="2019-05-22")])) == (0, 1, 0)
    assert family(desk, 1, "closed") == [
        ("case.closed", 0, "2019-05-20"),
        ("event.retracted", 1, "2019-05-20"),
        ("case.closed", 2, "2019-05-22"),
    ]


def test_a_vanished_row_is_asked_after_and_answers_itself_when_it_is_back(desk: Desk) -> None:
    table = [row(n) for n in range(1, 6)]
    night(desk, 1, table)
    before = books(desk)
    gone = night(desk, 2, table[1:], deadline_days=3)
    assert (gone["state"], gone["absent"], brought(gone)) == ("closed", 1, (0, 0, 0))
    assert books(desk) == before  # nothing is invented from a row's disappearance
    (asked,) = questions(desk, state="open", source="ecourt")
    assert (asked["key"], asked["courts"], asked["answer"]) == (number(1), ["吉2401"], None)
    assert asked["snapshot"] == gone["id"]
    again = night(desk, 3, table[1:])
    assert (again["absent"], len(questions(desk))) == (0, 1)  # asked once, not every night
    back = night(desk, 4, table)
    assert (back["counts"]["reappeared"], brought(back)) == (1, (0, 0, 0))
    (answered,) = questions(desk, state="answered")
    assert (answered["answer"], answered["answered_by"]) == ("reappeared", "feeder")
    assert books(desk) == before
    assert len(questions(desk, state="open")) == 0
    night(desk, 5, table[1:])
    assert len(questions(desk, state="open")) == 1


def test_a_question_past_its_deadline_is_overdue(desk: Desk) -> None:
    night(desk, 1, [row(1), row(2)])
    night(desk, 2, [row(2)])
    change(desk, "UPDATE snapshot_question SET deadline = now() - interval '1 s'")
    assert [one["state"] for one in questions(desk, state="overdue")] == ["overdue"]
    assert questions(desk, state="open") == []


@pytest.mark.parametrize(
    ("answer", "retracted"), [("left_the_table", 0), ("not_happened", 2), ("entered_under", 0)]
)
def test_a_person_answers_and_what_follows_is_written_with_it(
    desk: Desk, answer: str, retracted: int
) -> None:
    table = [row(1, closed="2019-05-20"), row(2)]
    night(desk, 1, table)
    night(desk, 2, table[1:])
    (asked,) = questions(desk)
    path = f"/v1/snapshots/questions/{asked['id']}/answer"
    given = {"answer": answer, "why": "立案庭来函"} | (
        {"new_key": number(2)} if answer == "entered_under" else {}
    )
    assert desk.ask("POST", path, "feeder", json=given).status_code == 403
    assert desk.ask("POST", path, "other", json=given).status_code == 404
    done = desk.ask("POST", path, json=given)
    assert (done.status_code, done.json()["retracted"]) == (200, retracted), done.text
    assert done.json()["question"]["answered_by"] == "office"
    assert desk.ask("POST", path, json=given).status_code == 409
    audit = desk.rows(
        "SELECT principal, detail->>'why', detail->>'answer' FROM audit WHERE act = 'snapshot.answer'"
    )
    assert audit == [("office", "立案庭来函", answer)]
    kinds = [one[0] for one in desk.rows("SELECT type FROM event WHERE revision > 0")]
    assert kinds == ["event.retracted"] * retracted
    assert night(desk, 3, table[1:])["absent"] == 0  # not asked again
    back = night(desk, 4, table)
    assert (back["counts"]["reappeared"], brought(back)) == (1, (0, retracted, 0))
    gone = night(desk, 5, table[1:])
    assert gone["absent"] == 1


def test_a_new_key_must_stand_in_the_table(desk: Desk) -> None:
    night(desk, 1, [row(1), row(2)])
    night(desk, 2, [row(2)])
    path = f"/v1/snapshots/questions/{questions(desk)[0]['id']}/answer"
    for key in (number(9), number(1), None):
        refused = desk.ask("POST", path, json={"answer": "entered_under", "new_key": key, "why": "x"})
        assert refused.status_code == 422
    assert (
        desk.ask(
            "POST", path, json={"answer": "left_the_table", "new_key": number(2), "why": "x"}
        ).status_code
        == 422
    )
    assert questions(desk)[0]["answer"] is None


def test_a_half_empty_table_is_suspect_and_an_office_confirms_or_lets_go(desk: Desk) -> None:
    table = [row(n) for n in range(1, 61)]
    night(desk, 1, table)
    half = night(desk, 2, table[:30])
    assert (half["state"], half["reason"], half["absent"]) == ("suspect", "rows_gone", 30)
    assert questions(desk) == []
    path = f"/v1/snapshots/{half['id']}"
    assert desk.ask("POST", f"{path}/confirm", "feeder", json={"why": "x"}).status_code == 403
    assert desk.ask("POST", f"{path}/abandon", "feeder", json={"why": "x"}).status_code == 403
    assert desk.ask("POST", f"{path}/confirm", "other", json={"why": "x"}).status_code == 404
    (shown,) = desk.ask("GET", "/v1/snapshots", params={"state": "suspect"}).json()["snapshots"]
    assert shown["id"] == half["id"]
    confirmed = desk.ask("POST", f"{path}/confirm", json={"why": "分庭撤并"})
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "closed")
    assert len(questions(desk)) == 30
    assert desk.ask("POST", f"{path}/confirm", json={"why": "x"}).status_code == 409

    empty = night(desk, 3, [])
    assert (empty["state"], empty["reason"], empty["absent"]) == ("suspect", "table_empty", 30)
    let_go = desk.ask("POST", f"/v1/snapshots/{empty['id']}/abandon", json={"why": "导出中断"})
    assert let_go.json()["state"] == "abandoned"
    third = night(desk, 4, table[:5])
    assert third["state"] == "suspect"
    assert night(desk, 5, table)["state"] == "closed"
    assert desk.ask("GET", f"/v1/snapshots/{third['id']}").json()["state"] == "superseded"
    assert questions(desk, state="open") == []
    assert desk.count("event") == 60


def test_the_share_that_makes_a_table_suspect_is_the_openers_to_say(desk: Desk) -> None:
    table = [row(n) for n in range(1, 61)]
    night(desk, 1, table)
    assert night(desk, 2, table[:30], gone_percent=60)["state"] == "closed"
    assert len(questions(desk)) == 30


def test_a_part_of_a_table_says_nothing_about_the_rest(desk: Desk) -> None:
    table = [row(n) for n in range(1, 31)]
    night(desk, 1, table)
    part = night(desk, 2, [row(3, closed="2019-05-20")], partial=True)
    assert (part["state"], part["absent"], brought(part)) == ("closed", 0, (1, 0, 0))
    assert questions(desk) == []
    night(desk, 3, [row(40)], partial=True)
    whole = night(desk, 4, [*table[:2], row(3, closed="2019-05-20"), *table[3:]])
    assert whole["absent"] == 0  # 40 was never in a whole table


def test_a_row_that_cannot_be_told_is_seen_and_its_events_stay(desk: Desk) -> None:
    night(desk, 1, [row(1, closed="2019-05-20"), row(2, closed="2019-05-20"), row(3)])
    unmapped = {"id": f"{number(1)}/closed", "reason": "unmapped_code", "detail": "结案方式 holds '和解'"}
    digest = hashlib.sha256(number(3).encode()).hexdigest()
    sent = [
        {"key": number(1), "events": row(1)["events"], "refused": [unmapped]},
        {"key": number(2), "refused": [{"reason": "not_an_object", "detail": "cells"}]},
        {"key_digest": digest},
        {"key_digest": hashlib.sha256(b"nobody").hexdigest()},
    ]
    for _ in range(2):
        told = night(desk, 2, sent)
        assert (told["state"], told["absent"], brought(told)) == ("closed", 0, (0, 0, 0))
        assert (told["counts"]["refused"], told["counts"]["classified"]) == (2, 2)
    assert questions(desk) == []
    kept = desk.rows("SELECT reason, times FROM quarantine ORDER BY reason")
    assert kept == [("not_an_object", 2), ("unmapped_code", 2)]
    assert desk.count("snapshot_row") == 3  # of a classified case not even the number is kept
    mended = night(desk, 3, [row(1, closed="2019-05-21"), row(2, closed="2019-05-20"), row(3)])
    assert brought(mended) == (0, 1, 0)


def test_what_the_door_refuses_is_kept_once_and_tried_again_by_the_next_table(desk: Desk) -> None:
    bad = row(1, closed="2019-05-20", method="nonsense")
    strange = {"key": "s", "events": [event(number(1, "吉0301"), "case.filed", "2019-05-02")]}
    for day in (1, 2):
        told = night(desk, day, [bad, strange])
        assert (told["state"], told["counts"]["refused"]) == ("closed", 2)
    assert sorted(desk.rows("SELECT reason, times FROM quarantine")) == [
        ("not_your_court", 2),
        ("out_of_range", 2),
    ] or (desk.rows("SELECT count(*), min(times) FROM quarantine") == [(2, 2)])
    assert desk.count("event") == 1
    assert brought(night(desk, 3, [row(1, closed="2019-05-20"), strange])) == (1, 0, 0)


def test_rows_whose_key_cannot_be_read_make_it_unknown_which_are_gone(desk: Desk) -> None:
    night(desk, 1, [row(1), row(2)])
    blurred = night(desk, 2, [row(1), {"events": []}])
    assert (blurred["state"], blurred["reason"], blurred["counts"]["unreadable"]) == (
        "suspect",
        "rows_unreadable",
        1,
    )
    assert questions(desk) == []
    assert night(desk, 3, [row(1), row(2), {"events": []}])["state"] == "closed"


def test_one_key_is_one_row_the_first(desk: Desk) -> None:
    twice = [row(1), row(2), row(1, filed="2019-05-03")]
    for size in (1, 3):
        told = night(desk, 1, twice, size)
        assert (told["counts"]["doubled"], told["counts"]["refused"]) == (1, 1)
    assert family(desk, 1, "filed") == [("case.filed", 0, "2019-05-02")]
    assert desk.rows("SELECT reason, times FROM quarantine") == [("duplicate_key", 2)]


def test_events_another_door_brought_count_as_told_and_a_conflict_is_a_persons_to_decide(desk: Desk) -> None:
    same, other = row(1)["events"][0], row(2, filed="2019-05-03")["events"][0]
    assert desk.push({**same, "source": "ecourt"}, {**other, "source": "ecourt"})["accepted"] == 2
    first = night(desk, 1, [row(1), row(2)])
    assert (brought(first), first["counts"]["known_events"], first["counts"]["refused"]) == ((0, 0, 0), 1, 1)
    night(desk, 2, [row(1), row(2)])
    ((record, reason, times),) = desk.rows("SELECT id, reason, times FROM quarantine")
    assert (reason, times) == ("conflict", 2)
    decided = desk.ask(
        "POST", f"/v1/quarantine/{record}/decide",
        json={"decision": "as_correction_of", "of": other["id"], "why": "台账为准"},
    )  # fmt: skip
    assert decided.status_code == 200, decided.text
    after = night(desk, 3, [row(1), row(2)])
    assert (brought(after), after["counts"]["refused"], after["counts"]["known_events"]) == ((0, 0, 0), 0, 1)
    changed = night(desk, 4, [row(1, filed="2019-05-05"), row(2, filed="2019-05-04")])
    assert brought(changed) == (0, 2, 0)
    assert [one[1] for one in family(desk, 2, "filed")] == [0, 1, 2]


def test_a_correction_another_door_brought_is_overtaken_only_by_what_the_row_says_anew(desk: Desk) -> None:
    night(desk, 1, [row(1)])
    pushed = {**row(1, filed="2019-05-09")["events"][0], "source": "ecourt"}
    desk.push({**pushed, "id": "p", "replaces": pushed["id"], "revision": 5})
    assert brought(night(desk, 2, [row(1)])) == (0, 0, 0)
    assert brought(night(desk, 3, [row(1, filed="2019-05-09")])) == (0, 0, 0)  # it counts already
    assert brought(night(desk, 4, [row(1, filed="2019-05-10")])) == (0, 1, 0)
    assert [one[1] for one in family(desk, 1, "filed")] == [0, 5, 6]


def test_an_event_that_becomes_another_type_is_refused(desk: Desk) -> None:
    night(desk, 1, [row(1)])
    told = {**row(1)["events"][0], "type": "judgment.pronounced", "data": {}}
    odd = night(desk, 2, [{"key": number(1), "events": [told]}])
    assert (brought(odd), odd["counts"]["refused"]) == ((0, 0, 0), 1)
    assert desk.count("event") == 1


def test_a_row_tells_no_corrections_of_its_own(desk: Desk) -> None:
    given = {**row(1)["events"][0], "id": "x", "replaces": "y", "revision": 1}
    told = night(desk, 1, [{"key": number(1), "events": [given]}])
    assert told["counts"]["refused"] == 1
    assert desk.count("event") == 0
