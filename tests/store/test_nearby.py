"""Cases that name a key (案件码) are folded with each other, in whatever order they come; a key that too many name joins
nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from plumbline import fold
from plumbline.store import catalogue, engine, nearby, proof
from tests.keeper import Keeper, pack, record
from tests.properties import books
from tests.referee import evaluator, notation
from tests.spec import routes

OLD, NEW, FAR = "（2020）示2401民初1号", "（2020）示2402民初2号", "（2020）示2401民初3号"
SPECS = [spec for spec in routes.specs() if spec.name.startswith("refiled")]


@pytest.fixture
def kept(database: str) -> Iterator[Keeper]:
    made = Keeper(database, [pack("court-core")])
    post(made)
    yield made
    made.close()


def post(made: Keeper) -> None:
    """Fold until no mark is left; nothing is valued."""
    while made.scorer.post() is not None or made.scorer.complete():
        pass


def named(*keys: str) -> list[dict[str, str]]:
    return [{"role": "dispute", "subject": f"dispute:{key}"} for key in keys]


def refiled(made: Keeper) -> dict[str, Any]:
    rows = made.query("SELECT subject, facts -> 'court-core.refiled_on' FROM case_state")
    return {subject: day for subject, day in rows if day is not None}


def differences(made: Keeper) -> tuple[str, ...]:
    known = made.reader.fresh()
    with engine.transaction(made.pool) as connection:
        book = catalogue.read_rules(connection)
        return proof.prove(connection, book, known.subjects, made.scorer.zone_of).differences


@pytest.mark.parametrize("spec", SPECS, ids=[spec.name for spec in SPECS])
def test_told_one_by_one_in_any_order_the_books_are_those_of_one_batch(
    kept: Keeper, spec: notation.Spec
) -> None:
    kept.now = kept.now.replace(year=2021)
    kept.move_courts(routes.court_rows(spec))
    kept.push(*spec.records)
    post(kept)
    wanted = books.read(kept)
    for seed in range(2):
        kept.empty()
        told = list(spec.records)
        random.Random(seed).shuffle(told)
        for one in told:
            kept.push(one)
            post(kept)
        found = books.read(kept)
        assert (found.postings, found.cases) == (wanted.postings, wanted.cases), seed
        assert differences(kept) == ()


def test_an_event_marks_the_cases_that_ever_named_its_key_and_no_others(kept: Keeper) -> None:
    kept.push(
        record(1, "case.filed", OLD, "2020-03-02", links=named("a")),
        record(2, "case.filed", NEW, "2020-03-02", links=named("a")),
        record(3, "case.filed", FAR, "2020-03-02", links=named("b")),
    )
    post(kept)
    kept.push(record(4, "case.closed", OLD, "2020-03-03", method="withdrawal"))
    assert kept.scorer.post() is not None
    assert kept.query("SELECT subject, cause FROM dirty_case") == [(NEW, "linked")]
    post(kept)
    # The key is taken away: the case that shared it hears of it, and the one that shares the new one too.
    kept.push(record(5, "case.filed", OLD, "2020-03-02", links=named("b"), replaces="e1", revision=1))
    known = kept.scorer.knowledge()
    with engine.transaction(kept.pool) as connection:
        found = nearby.read(connection, "示2401", [OLD, FAR], known.subjects)
    assert [(one.subject.text, set(one.keys)) for one in found.linked[OLD]] == [
        (FAR, {"dispute:b"}),
        (NEW, {"dispute:a"}),
    ], "whoever ever named a key with it; which of them count is for the fold to say"
    assert kept.scorer.post() is not None
    assert sorted(kept.query("SELECT subject FROM dirty_case")) == [(FAR,), (NEW,)]


def test_cases_folded_in_one_step_do_not_mark_each_other(kept: Keeper) -> None:
    day, links = "2020-03-02", named("a")
    cases = [f"（2020）示2401民初{n}号" for n in range(1, 21)]
    kept.push(*(record(n, "case.filed", case, day, links=links) for n, case in enumerate(cases)))
    assert kept.scorer.post() is not None
    assert kept.query("SELECT count(*) FROM dirty_case") == [(0,)]


def test_a_key_that_too_many_cases_name_joins_nobody_whatever_came_first(kept: Keeper) -> None:
    most = fold.KEY_MOST
    cases = [f"（2020）示{(2401, 2402)[n % 2]}民初{n}号" for n in range(1, most + 1)]
    told = [record(n, "case.filed", case, "2020-03-10", links=named("x")) for n, case in enumerate(cases, 10)]
    told.append(record(900, "case.closed", cases[0], "2020-03-05", method="withdrawal"))
    kept.push(*told)
    post(kept)
    assert refiled(kept).keys() == {cases[0]}, "as many as a key may have are read"
    # One case more: it and all others are followed no longer, also those folded before.
    kept.push(record(901, "case.filed", OLD.replace("1号", "999号"), "2020-03-10", links=named("x")))
    post(kept)
    assert refiled(kept) == {}
    assert kept.query("SELECT key FROM crowded_key") == [("dispute:x",)]
    assert differences(kept) == ()
    # From then on an event of one of them marks nobody.
    kept.push(record(902, "case.described", cases[3], "2020-03-20", parties=2))
    assert kept.scorer.post() is not None
    assert kept.query("SELECT count(*) FROM dirty_case") == [(0,)]
    # A correction does not bring it back: who ever named it is counted.
    renamed = record(903, "case.filed", cases[5], "2020-03-10", links=named("y"), replaces="e15", revision=1)
    kept.push(renamed)
    post(kept)
    assert refiled(kept) == {}
    assert differences(kept) == ()


def test_two_courts_that_find_one_key_crowded_at_the_same_time_agree(kept: Keeper) -> None:
    cases = [f"（2020）示{(2401, 2402)[n % 2]}民初{n}号" for n in range(1, fold.KEY_MOST + 9)]
    kept.push(
        *(record(n, "case.filed", one, "2020-03-10", links=named("x")) for n, one in enumerate(cases, 10)),
        record(900, "case.closed", cases[0], "2020-03-05", method="withdrawal"),
    )
    post(kept)
    assert refiled(kept) == {}
    assert kept.query("SELECT count(*) FROM crowded_key") == [(1,)]
    assert differences(kept) == ()


def test_the_referee_and_the_fold_follow_no_key_that_too_many_name() -> None:
    assert evaluator.FILLER_FROM == fold.KEY_MOST + 1
    cases = [f"（2020）示2401民初{n}号" for n in range(1, fold.KEY_MOST + 2)]
    told = [record(n, "case.filed", one, "2020-03-10", links=named("x")) for n, one in enumerate(cases, 10)]
    told.append(record(900, "case.closed", cases[0], "2020-03-05", method="withdrawal"))
    for records, count in ((told, 0), (told[1:], 0), ([told[0], *told[2:]], 1)):
        spec = notation.Spec("crowded", {}, "court-core", notation.COURTS, tuple(records), ())
        question = notation.Question("", "closed_and_refiled", "示2401", "own", "2020", "all", notation.TODAY)
        assert routes.by_referee(spec)(question).numerator == count
        assert routes.by_fold(spec)(question).numerator == count
