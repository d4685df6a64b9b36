"""What a row tells now against what it last told: an original, a correction, a retraction, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from plumbline import casenumbers, envelope, events, snapshots, subjects, vocabulary
from plumbline.events import Event
from plumbline.refusals import Refusal
from plumbline.snapshots import Derived, Member, Told

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CASE = "（2019）吉2401民初1号"


class Anyone:
    """A source that may speak for every court."""

    id = "s"

    def may_speak_for(self, court: str) -> bool:
        return bool(court)


DOOR = envelope.Door(
    vocabulary.Vocabulary.shipped(),
    subjects.SubjectParser(casenumbers.CaseTypes.shipped(), frozenset()),
    lambda _: True,
)


def admit(record: Mapping[str, Any]) -> Event | Refusal:
    return DOOR.admit(dict(record), source=Anyone(), now=NOW)


def record(day: str = "2019-05-02", key: str = "a", kind: str = "case.filed") -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": key, "source": "s", "type": kind, "subject": CASE,
        "time": f"{day}T00:00:00+08:00", "data": {},
    }  # fmt: skip


def event(day: str = "2019-05-02", key: str = "a", kind: str = "case.filed") -> Event:
    found = admit(record(day, key, kind))
    assert isinstance(found, Event)
    return found


def member(found: Event) -> Member:
    return Member(
        found.id, found.type, found.subject, found.time, found.revision, found.replaces, found.digest
    )


class Journal:
    """The family of one event as nights go by, and what its table last told."""

    def __init__(self) -> None:
        self.stored: list[Event] = []
        self.told: dict[str, Told] = {}

    def tell(self, day: str) -> Derived:
        found = event(day)
        if snapshots.is_told(found, self.told.get("a")):
            return Derived(self.told["a"])
        derived = snapshots.derive(found, record(day), self.told.get("a"), self.family, admit)
        return self.keep(derived)

    def stop(self) -> Derived:
        (key,) = snapshots.no_longer_told(self.told, (), ())
        return self.keep(snapshots.retract("s", key, self.told[key], self.family, admit))

    def keep(self, derived: Derived | Refusal) -> Derived:
        assert isinstance(derived, Derived)
        if derived.event is not None:
            self.stored.append(derived.event)
        self.told["a"] = derived.told
        return derived

    @property
    def family(self) -> list[Member]:
        return [member(one) for one in self.stored]

    @property
    def counting(self) -> list[str]:
        return [one.time.strftime("%Y-%m-%d") for one in events.families(self.stored).effective]


def test_the_first_telling_is_the_original_and_the_same_again_is_nothing() -> None:
    journal = Journal()
    assert journal.tell("2019-05-02").event == event("2019-05-02")
    assert journal.tell("2019-05-02").event is None
    assert len(journal.stored) == 1


def test_every_change_is_a_correction_of_the_original_with_a_higher_revision() -> None:
    journal = Journal()
    for day in ("2019-05-02", "2019-05-03", "2019-05-02"):
        journal.tell(day)
    assert [(one.id, one.replaces, one.revision) for one in journal.stored] == [
        ("a", None, 0),
        ("a~r1", "a", 1),
        ("a~r2", "a", 2),
    ]
    assert journal.counting == ["2019-05-01"]


def test_what_is_told_no_more_is_retracted_on_its_own_day_and_may_be_told_again() -> None:
    journal = Journal()
    journal.tell("2019-05-02")
    journal.tell("2019-05-05")
    taken_back = journal.stop().event
    assert taken_back is not None
    assert (taken_back.type, taken_back.replaces, taken_back.revision) == ("event.retracted", "a", 2)
    assert taken_back.time == event("2019-05-05").time
    assert journal.counting == []
    assert snapshots.no_longer_told(journal.told, (), ()) == []
    journal.tell("2019-05-05")
    assert journal.counting == ["2019-05-04"]


def test_an_event_withheld_on_its_way_is_not_one_told_no_more() -> None:
    told = {key: Told(key, 0, b"") for key in "abc"} | {"d": Told("d", 1, b"", retracted=True)}
    assert snapshots.no_longer_told(told, ["a"], ["b"]) == ["c"]


def test_the_same_content_by_another_door_is_told_and_another_is_left_to_a_person() -> None:
    journal = Journal()
    journal.stored.append(event("2019-05-02"))
    assert journal.tell("2019-05-02").event is None
    stranger = Journal()
    stranger.stored.append(event("2019-05-03"))
    derived = snapshots.derive(event(), record(), None, stranger.family, admit)
    assert isinstance(derived, Derived)
    assert derived.event == event()  # under the id of another content: the journal refuses it as a conflict


def test_a_correction_that_counts_already_is_told_whoever_brought_it() -> None:
    journal = Journal()
    journal.tell("2019-05-02")
    pushed = admit({**record("2019-05-09"), "id": "p", "replaces": "a", "revision": 5})
    assert isinstance(pushed, Event)
    journal.stored.append(pushed)
    known = journal.tell("2019-05-09")
    assert (known.event, known.told.id, known.told.revision) == (None, "p", 5)
    overtaking = journal.tell("2019-05-10").event
    assert overtaking is not None
    assert overtaking.revision == 6


def test_what_is_retracted_already_is_not_retracted_again() -> None:
    journal = Journal()
    journal.tell("2019-05-02")
    retracted = admit({**record(kind="event.retracted"), "id": "p", "replaces": "a", "revision": 1})
    assert isinstance(retracted, Event)
    journal.stored.append(retracted)
    assert journal.stop().event is None
    assert journal.told["a"].retracted


def test_another_type_under_the_same_id_is_refused() -> None:
    known = [member(event())]
    other = event(kind="judgment.pronounced")
    told = Told("a", 0, event().digest)
    refused = snapshots.derive(other, record(kind="judgment.pronounced"), told, known, admit)
    assert isinstance(refused, Refusal)
    assert refused.reason == "conflict"


def test_a_derived_id_fits_and_stays_apart_from_others() -> None:
    long = ["x" * 127 + end for end in "ab"]
    made = [snapshots.derived_id(key, 3) for key in long]
    assert all(len(one) == 128 for one in made)
    assert made[0] != made[1]
    assert snapshots.derived_id("a", 12) == "a~r12"


@pytest.mark.parametrize(
    ("gone", "held", "empty", "suspect"),
    [
        (19, 20, False, False), (20, 200, False, False), (20, 199, False, True), (21, 200, False, True),
        (0, 0, True, False), (1, 1, True, True), (0, 100, False, False),
    ],
)  # fmt: skip
def test_a_table_is_suspect_when_more_than_its_share_and_at_least_twenty_rows_are_gone(
    gone: int, held: int, empty: bool, suspect: bool
) -> None:
    assert snapshots.is_suspect(gone, held, percent=10, empty=empty) is suspect
