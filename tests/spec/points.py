"""Facts of single cases, three ways: as the referee reads them, as the fold gives them, as the store folds what it holds."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from plumbline import clocks, fold
from plumbline.catalog.definitions import Pack, Type
from plumbline.store import engine, pages
from tests import keeper
from tests.referee import evaluator
from tests.referee.notation import Point, Spec
from tests.spec import routes

Asking = Callable[[Point], Any]


def by_referee(spec: Spec) -> Asking:
    """What the naive evaluator says of a case; of a day, every day the fact holds."""
    referee = evaluator.Referee(routes.folder_of(spec.pack), spec.courts, spec.records)

    def ask(point: Point) -> Any:
        case = referee.cases[point.case]
        if days := [day for day, _ in case.moments(point.fact)]:
            return days
        return _flag(case.fact(point.fact), routes.pack_of(spec.pack), point.fact)

    return ask


def by_fold(spec: Spec) -> Asking:
    """What the pure fold says."""
    tree = routes.tree_of(spec)
    book, _ = routes.compiled(spec.pack)
    folded = routes.fold_all(routes.admitted(spec.records, tree), book, tree, explain=True)
    return lambda point: _said(folded[point.case], routes.pack_of(spec.pack), point.fact)


def by_store(spec: Spec, kept: keeper.Keeper) -> Asking:
    """What folding the stored events by the stored catalogue and calendar says; and the state that is stored beside them."""

    known = kept.reader.fresh() if spec.points else None

    @functools.cache
    def folded(case: str) -> fold.Folded:
        assert known is not None
        subject = known.subjects.parse(case)
        with engine.transaction(kept.pool) as connection:
            histories, linked = pages.read_cases(connection, subject.home_court, [case], known.subjects)
        own, others = histories.get(case, []), linked.get(case, [])
        one = fold.fold(subject, own, others, known.book, lambda _: keeper.ZONE, explain=True)
        rows = kept.query("SELECT facts FROM case_state WHERE subject = %s", case)
        assert [row[0] for row in rows] == [_stored(one)]
        return one

    return lambda point: _said(folded(point.case), routes.pack_of(spec.pack), point.fact)


def _said(one: fold.Folded, pack: Pack, name: str) -> Any:
    """A fact of a folded case, wherever in the chain of packs it is defined."""
    for clock in one.clock_readings:
        suffix = name.removeprefix(f"{clock.partition('.')[2]}_")
        for found, value, days in clocks.facts_of(one.clock_readings[clock]):
            if suffix != name and found == suffix:
                return [fold.as_date(day) for day in days] or value
    held = [value for key, value in one.facts.items() if key.partition(".")[2] == name or key == name]
    if not held:
        return None
    return [fold.as_date(held[0])] if _type(pack, name) is Type.DAY else held[0]


def _stored(one: fold.Folded) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in one.facts.items()}


def _flag(value: Any, pack: Pack, name: str) -> Any:
    """SQLite has no flags: 1 and 0 stand for them."""
    return bool(value) if value is not None and _type(pack, name) is Type.FLAG else value


def _type(pack: Pack, name: str) -> Type | None:
    for one in [pack, *pack.uses]:
        if name in one.facts:
            return one.facts[name].type
    return None
