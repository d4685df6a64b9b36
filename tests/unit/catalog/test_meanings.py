"""A measure keeps its account as long as it means the same, and gets a new one as soon as anything it rests
on changes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from plumbline.catalog import checking, reading
from plumbline.catalog.definitions import Pack
from tests.unit.catalog import folders

TEXT = """\
facts:
  - {id: opened_on, title: {zh: 立案, en: opened}, from: case.filed, take: first(day)}
  - id: ended_on
    from: case.closed
    take: last(day)
    where: "method <> 'transfer'"
    undone_by: case.reopened
  - {id: old_on, derive: "add_months(opened_on, 12)"}
tracks:
  - {id: floor, from: {case.assigned: unit}}
limits:
  - id: short-limits
    rows: [{category: civil, days: 30, article: 第一条}]
clocks:
  - {id: short, starts: opened_on, limits: short-limits, stops: ended_on}
measures:
  - {id: opened, title: {zh: 甲, en: A}, lever: outcome, flow: opened_on}
  - {id: open_now, title: {zh: 乙, en: B}, lever: process, stock: {from: opened_on, until: ended_on}}
  - id: old_now
    title: {zh: 丙, en: C}
    lever: process
    stock: {from: old_on, until: ended_on}
    where: "floor = '3'"
  - id: late
    title: {zh: 丁, en: D}
    lever: process
    flow: ended_on
    where: "short_overdue_on <= ended_on"
    sum: "ended_on - opened_on"
    unit: days
  - id: turned
    title: {zh: 戊, en: E}
    lever: outcome
    each: appeal.decided
    on: appealed
    where: "outcome = 'altered'"
  - {id: told, title: {zh: 己, en: F}, lever: process, observed: {unit: persons, as: level}}
indicators:
  - id: share
    title: {zh: 占比, en: Share}
    formula: old_now / open_now
    unit: percent
    direction: lower
    nature: binding
    origin: basic
    domain: trial
    meaning: {zh: 意义, en: Meaning}
    source: {document: 办法, clause: 第一条, provenance: project}
"""
EVERY = {"opened", "open_now", "old_now", "late", "turned", "told", "share"}
Read = Callable[[str], Pack]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    head = folders.HEAD.format(name="tested").replace("uses: [court-core]\n", "")
    return lambda text: folders.pack_of(tmp_path, {"pack.yaml": head, "definitions.yaml": text})


def changed(read: Read, old: str, new: str) -> set[str]:
    """The ids whose hash differs once the one text stands for the other."""
    assert old in TEXT
    before, after = (checking.definition_hashes(read(text)) for text in (TEXT, TEXT.replace(old, new, 1)))
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("zh: 甲", "zh: 甲甲", set()),
        ("zh: 立案", "zh: 立案日", set()),
        ("lever: outcome, flow", "lever: process, flow", set()),
        ("article: 第一条", "article: 第二条", set()),
        ("zh: 意义", "zh: 价值", set()),
        ("outcome = 'altered'", "outcome  =  'altered'", set()),
        ("method <> 'transfer'", "method <> 'other'", {"open_now", "old_now", "late", "share"}),
        ("undone_by: case.reopened", "undone_by: case.archived", {"open_now", "old_now", "late", "share"}),
        ("add_months(opened_on, 12)", "add_months(opened_on, 18)", {"old_now", "share"}),
        (
            "case.filed, take: first",
            "case.filed, take: last",
            {"opened", "open_now", "old_now", "late", "share"},
        ),
        ("days: 30", "days: 31", {"late"}),
        ("category: civil", "category: criminal", {"late"}),
        ("case.assigned: unit", "case.assigned: judge", {"old_now", "share"}),
        ("outcome = 'altered'", "outcome = 'remanded'", {"turned"}),
        ("on: appealed", "on: effective", {"turned"}),
        ("unit: persons, as: level", "unit: persons, as: flow", {"told"}),
        ("unit: persons", "unit: number", {"told"}),
        ("id: told", "id: told", set()),
        ("unit: days", "unit: number", {"late"}),
        ("direction: lower", "direction: none", {"share"}),
        ("formula: old_now / open_now", "formula: (old_now / open_now)", set()),
        ("tracks:\n", "tracks:\n  - {id: judge, from: {case.assigned: judge}}\n", EVERY - {"told"}),
    ],
)
def test_only_a_change_of_meaning_changes_the_hash(read: Read, old: str, new: str, wanted: set[str]) -> None:
    assert changed(read, old, new) == wanted


def test_a_new_edition_that_only_adds_keeps_every_account(read: Read) -> None:
    grown = TEXT.replace("measures:\n", folders.measure("flow: opened_on\nwhere: \"floor = '1'\""), 1)
    before, after = checking.definition_hashes(read(TEXT)), checking.definition_hashes(read(grown))
    assert set(after) - set(before) == {"tested_measure"}
    assert all(after[name] == digest for name, digest in before.items())


def test_measures_that_say_the_same_share_a_hash_whatever_they_are_called(read: Read) -> None:
    twin = TEXT.replace("id: opened,", "id: begun,")
    assert checking.definition_hashes(read(TEXT))["opened"] == checking.definition_hashes(read(twin))["begun"]


def test_a_used_pack_means_the_same_whoever_uses_it(tmp_path: Path) -> None:
    text = "tracks:\n  - {id: floor, from: {case.assigned: unit}}\n"
    user = folders.pack_of(tmp_path, {"definitions.yaml": text})
    core = checking.definition_hashes(folders.court_core())
    assert {name: checking.definition_hashes(user)[name] for name in core} == dict(core)


def test_two_clauses_over_one_event_share_a_trigger() -> None:
    core = folders.court_core()
    altered, remanded = core.measures["appeal_altered"], core.measures["appeal_remanded"]
    trigger = checking.trigger_of(altered)
    assert trigger == checking.trigger_of(remanded)
    assert (trigger.kind, trigger.events, trigger.role) == ("each", ("appeal.decided",), "appealed")
    assert (trigger.where, trigger.sum) == (None, None)
    assert trigger.id.startswith("trigger_")
    assert len(trigger.id) == len("trigger_") + 12
    assert checking.trigger_hash(core, altered) == checking.trigger_hash(core, remanded)


def test_the_trigger_of_a_level_is_the_day_of_entering() -> None:
    core = folders.court_core()
    trigger = checking.trigger_of(core.measures["pending"])
    assert (trigger.kind, trigger.starts, trigger.until) == ("flow", ("filed_on",), ())
    assert checking.trigger_hash(core, core.measures["pending"]) == checking.trigger_hash(
        core, core.measures["filed"]
    )


def test_a_measure_that_is_its_own_trigger_is_used_as_it_is(read: Read) -> None:
    pack = read(TEXT)
    assert checking.trigger_of(pack.measures["turned"], pack).id.startswith("trigger_")
    clause = folders.measure("flow: opened_on\nwhere: \"floor = '3'\"")
    with_plain = read(TEXT.replace("measures:\n", clause, 1))
    assert checking.trigger_of(with_plain.measures["tested_measure"], with_plain).id == "opened"


def test_the_document_alone_gives_the_same_hashes(read: Read) -> None:
    pack = read(TEXT)
    assert checking.definition_hashes(
        reading.pack_from_document(pack.document, {})
    ) == checking.definition_hashes(pack)
