"""The life of a deviation: held before it opens, released before it ends, told once for a period."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline import errors
from plumbline.warning import life
from plumbline.warning.life import Memory, Terms
from plumbline.warning.verdicts import Verdict

TERMS = Terms(hold=2, release=2, severity="red", escalate_days=14)
FIRST = date(2026, 1, 1)


def verdict(level: str, period: str) -> Verdict:
    return Verdict("示2401", "court-core.pending", period, level)


def play(levels: str, terms: Terms = TERMS, held: Memory | None = None) -> tuple[list[str | None], Memory]:
    """Looks a month apart: w within, a amber, r red, u unknown."""
    words = {"w": "within", "a": "amber", "r": "red", "u": "insufficient"}
    memory, acts = held or Memory(), []
    for number, letter in enumerate(levels):
        day = FIRST + timedelta(days=30 * number + (400 if held else 0))
        step = life.look(memory, verdict(words[letter], f"{day:%Y-%m}"), terms, day)
        memory = step.memory
        acts.append(step.act)
    return acts, memory


@pytest.mark.parametrize(
    ("levels", "acts"),
    [
        ("w", [None]),
        ("a", ["seen"]),
        ("aa", ["seen", "opened"]),
        ("awa", ["seen", None, "opened"]),
        ("aww", ["seen", None, "dropped"]),
        ("r", ["opened"]),
        ("aaww", ["seen", "opened", None, "resolved"]),
        ("aawaww", ["seen", "opened", None, None, None, "resolved"]),
        ("aar", ["seen", "opened", "worse"]),
        ("aara", ["seen", "opened", "worse", "eased"]),
        ("auau", ["seen", None, "opened", None]),
        ("aauuuww", ["seen", "opened", None, None, None, None, "resolved"]),
    ],
)
def test_what_becomes_of_looks(levels: str, acts: list[str | None]) -> None:
    assert play(levels)[0] == acts


def test_the_gravest_severity_is_the_watchs_own() -> None:
    acts, memory = play("rr", dataclasses.replace(TERMS, severity="amber"))
    assert (acts[0], memory.severity) == ("opened", "amber")


def test_a_period_is_told_once_however_its_data_move() -> None:
    _, memory = play("r")
    day = FIRST + timedelta(days=1)
    for number, level in enumerate(["within", "within", "red", "red"]):
        step = life.look(memory, verdict(level, "2026-01"), TERMS, day + timedelta(days=number))
        memory = step.memory
        assert step.act == ("resolved" if number == 1 else None)
    assert life.look(memory, verdict("red", "2026-02"), TERMS, day + timedelta(days=30)).act == "opened"


def test_a_look_on_the_same_day_changes_nothing_and_an_earlier_one_is_refused() -> None:
    _, memory = play("a")
    assert life.look(memory, verdict("red", "2026-01"), TERMS, FIRST) == life.Step(memory, None)
    with pytest.raises(errors.BadInput, match="before the last look"):
        life.look(memory, verdict("red", "2025-12"), TERMS, FIRST - timedelta(days=1))


def test_what_was_acknowledged_holds_until_it_is_resolved_and_then_arms_again() -> None:
    _, memory = play("r")
    memory = life.acknowledge(memory)
    acts, memory = play("raww", held=memory)
    assert acts == [None, "eased", None, "resolved"]
    assert life.look(memory, verdict("red", "2029-01"), TERMS, date(2029, 1, 1)).act == "opened"
    with pytest.raises(errors.Conflict):
        life.acknowledge(memory)


def test_what_was_closed_by_hand_is_not_told_again_for_its_periods() -> None:
    _, memory = play("r")
    memory = life.close(memory)
    assert life.look(memory, verdict("red", "2026-01"), TERMS, FIRST + timedelta(days=1)).act is None
    with pytest.raises(errors.Conflict):
        life.close(memory)


def test_unheeded_goes_up_a_step_each_fortnight() -> None:
    told = datetime(2026, 1, 1, tzinfo=UTC)
    for days, steps, up in ((13, 0, False), (14, 0, True), (20, 1, False), (28, 1, True)):
        assert life.due_above("open", told, told + timedelta(days=days), TERMS, steps) is up
    assert not life.due_above("acknowledged", told, told + timedelta(days=99), TERMS, 0)
    assert not life.due_above(
        "open", told, told + timedelta(days=99), dataclasses.replace(TERMS, escalate_days=0), 0
    )


@given(st.text(alphabet="warun".replace("n", ""), max_size=40), st.integers(1, 3), st.integers(1, 4))
def test_any_life_is_replayed_from_what_it_stored(levels: str, hold: int, release: int) -> None:
    terms = Terms(hold, release, "red", 0)
    acts, memory = play(levels, terms)
    assert Memory.from_json(memory.as_json()) == memory
    half = len(levels) // 2
    words = {"w": "within", "a": "amber", "r": "red", "u": "insufficient"}
    kept = play(levels[:half], terms)[1]
    replayed = []
    for number, letter in enumerate(levels[half:], half):
        day = FIRST + timedelta(days=30 * number)
        step = life.look(Memory.from_json(kept.as_json()), verdict(words[letter], f"{day:%Y-%m}"), terms, day)
        kept = step.memory
        replayed.append(step.act)
    assert (replayed, kept) == (acts[half:], memory)


@given(st.text(alphabet="waru", max_size=60))
def test_nothing_opens_twice_without_an_end_between(levels: str) -> None:
    acts = [one for one in play(levels)[0] if one in ("opened", "resolved", "dropped", "seen")]
    standing = False
    for act in acts:
        if act == "opened":
            assert not standing
            standing = True
        elif act == "resolved":
            assert standing
            standing = False
