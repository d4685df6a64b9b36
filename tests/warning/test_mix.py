"""The case-mix decomposition: worked by hand, and adding up exactly."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from plumbline import errors
from plumbline.warning import mix


def test_a_rate_can_fall_though_every_group_rises() -> None:
    found = mix.decompose(
        {"civil": (10, 100), "criminal": (60, 100)}, {"civil": (36, 300), "criminal": (31, 50)}
    )
    assert found.difference == Fraction(67, 350) - Fraction(70, 200)
    assert found.within == Fraction(1, 2) * (Fraction(36, 300) - Fraction(1, 10)) + Fraction(1, 2) * Fraction(
        1, 50
    )
    moved = Fraction(300, 350) - Fraction(1, 2)
    assert found.mix == moved * (Fraction(1, 10) - Fraction(6, 10))
    assert found.within > 0 > found.mix


def test_the_parts_add_up_exactly_for_any_counts() -> None:
    chance = random.Random(5)
    for _ in range(200):
        sides = []
        for _ in range(2):
            groups = {name: chance.randint(0, 40) for name in "abcdef" if chance.random() < 0.8} or {"a": 3}
            groups["z"] = chance.randint(1, 9)
            sides.append({name: (chance.randint(0, n), n) for name, n in groups.items()})
        found = mix.decompose(sides[0], sides[1])
        assert found.within + found.mix + found.both == found.difference
        assert sum((part.whole for part in found.groups.values()), Fraction(0)) == found.difference
        turned = mix.decompose(dict(reversed(sides[0].items())), sides[1])
        assert turned == found


def test_a_group_that_appears_is_all_mix() -> None:
    found = mix.decompose({"a": (1, 10)}, {"a": (1, 10), "new": (9, 10)})
    assert found.groups["new"].within == found.groups["new"].both == 0
    assert found.difference == found.mix == Fraction(10, 20) - Fraction(1, 10)


def test_scaling_all_counts_changes_nothing() -> None:
    before, after = {"a": (2, 9), "b": (3, 5)}, {"a": (4, 7), "b": (1, 6)}
    threefold = {group: (3 * y, 3 * n) for group, (y, n) in before.items()}
    assert mix.decompose(before, after) == mix.decompose(threefold, after)


@pytest.mark.parametrize("before", [{}, {"a": (0, 0)}, {"a": (1, 0), "b": (1, 2)}])
def test_a_period_without_cases_is_refused(before: dict[str, tuple[int, int]]) -> None:
    with pytest.raises(errors.BadInput):
        mix.decompose(before, {"a": (1, 2)})
