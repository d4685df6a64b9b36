"""Seven planted faults: each turns at least one spec or property red, and without them all are green."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from plumbline import rules
from tests.faults import plants
from tests.referee.notation import Spec
from tests.spec import routes

SPECS = routes.specs()


def red_specs() -> list[str]:
    """The specs whose figures the fold does not give."""
    return [spec.name for spec in SPECS if any(wrong(spec))]


def wrong(spec: Spec) -> Iterator[str]:
    ask = routes.by_fold(spec)
    for question in spec.questions:
        if not ask(question).answers(question, routes.unit_of(question, spec.pack)):
            yield question.line


def broken_property() -> bool:
    """Whether some shuffle with doubled events gives other lines than the records once and in their order."""
    dice = random.Random(20190404)
    for spec in SPECS:
        if spec.pack != "court-core":
            continue
        admitted = routes.admitted(spec.records, routes.tree_of(spec))
        book, _ = routes.compiled(spec.pack)
        wanted = _lines(admitted, book, spec)
        for _ in range(2):
            again = admitted + dice.sample(admitted, len(admitted) // 2)
            dice.shuffle(again)
            if _lines(again, book, spec) != wanted:
                return True
    return False


def _lines(admitted: Any, book: rules.Rules, spec: Spec) -> dict[str, Any]:
    return {case: one.postings for case, one in routes.fold_all(admitted, book, routes.tree_of(spec)).items()}


def test_without_a_planted_fault_every_spec_and_the_property_are_green() -> None:
    assert red_specs() == []
    assert not broken_property()


@pytest.mark.parametrize("fault", plants.PLANTS)
def test_a_planted_fault_is_caught(fault: str, record_property: Any) -> None:
    with plants.PLANTS[fault]():
        red = red_specs()
        broken = broken_property()
    by = [f"{len(red)} specs ({', '.join(red[:3])}{', …' if len(red) > 3 else ''})"] if red else []
    by += ["the property"] if broken else []
    record_property(f"planted: {fault}", " and ".join(by) or "nothing")
    assert red or broken, f"{fault}: no spec and no property noticed"


def test_there_are_seven() -> None:
    assert len(plants.PLANTS) == 7
