"""A tree of tests: worked by hand, one level as Benjamini and Hochberg, and what must hold of any p values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from plumbline.warning import discovery, hierarchy
from plumbline.warning.hierarchy import Levels, Tree
from plumbline.warning.histories import Floats

# Two families: the first of courts 0 and 1, the second of court 2 alone; two figures each.
SMALL = Tree(np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 1]))


def test_simes_is_the_least_of_n_p_over_rank() -> None:
    p = np.array([0.01, 0.9, 0.04, 0.02, 0.5, np.nan, np.nan])
    found = hierarchy.simes(p, np.array([0, 0, 0, 0, 1, 1, 2]), 3)
    assert found[:2] == pytest.approx([0.04, 0.5])  # 4 * .01, 2 * .02 * 2 / 2, 4 * .04 / 3; one known alone
    assert np.isnan(found[2])


def test_a_tree_is_worked_by_hand() -> None:
    p = np.array([0.001, 0.6, 0.02, 0.03, 0.3, 0.8])
    # Courts: .002, .03, .6; families: .004, .6; found at .008 and .6.
    # Court 0 needs r * (1 of 2) >= .004, court 1 r / 2 >= .03; its figures r / 2 * (courts found) / 2.
    found = hierarchy.rates(p, SMALL)
    assert found.families == pytest.approx([0.008, 0.6])
    assert found.nodes == pytest.approx([0.008, 0.06, 0.6])
    # Of court 0: r / 2 / 2 >= .002, from .06 on r / 2; .6 waits for the other family: at .6 its share is 2 of 2.
    assert found.tests == pytest.approx([0.008, 0.6, 0.06, 0.06, 0.6, 0.8])


def test_what_hangs_below_a_found_test_is_asked_at_the_rate_that_is_left() -> None:
    p = np.array([0.001, 0.6, 0.02, 0.03, 0.3, 0.8])
    found = hierarchy.rates(p, SMALL)
    left = hierarchy.asked_below(found, SMALL, 0.1)
    assert left == pytest.approx([0.1 / 2 * 2 / 2 / 2, 0, 0.1 / 2, 0.1 / 2, 0, 0])
    assert hierarchy.asked_below(found, SMALL, 0.05) == pytest.approx([0.05 / 2 / 2 / 2, 0, 0, 0, 0, 0])


def test_one_court_is_benjamini_and_hochberg() -> None:
    p = np.random.default_rng(3).uniform(size=60) ** 2
    one = hierarchy.rates(p, Tree(np.zeros(60, np.int64), np.zeros(1, np.int64)))
    assert one.tests == pytest.approx(discovery.adjusted(p))


def test_courts_of_one_figure_in_families_of_their_own_are_benjamini_and_hochberg() -> None:
    p = np.random.default_rng(4).uniform(size=40) ** 3
    each = np.arange(40)
    assert hierarchy.rates(p, Tree(each, each)).tests == pytest.approx(discovery.adjusted(p))


def test_what_is_not_known_is_not_counted() -> None:
    p = np.array([0.001, np.nan, 0.02, 0.03, np.nan, np.nan])
    found = hierarchy.rates(p, SMALL)
    assert found.families[0] == pytest.approx(0.002)
    assert np.isnan(found.families[1])
    assert np.isnan(found.tests[[1, 4, 5]]).all()
    assert hierarchy.rates(np.full(6, np.nan), SMALL).tests.tolist() == pytest.approx(
        [np.nan] * 6, nan_ok=True
    )


def test_courts_are_hung_under_their_families_and_alone_without_one() -> None:
    tree = hierarchy.hung(["b", "a", "c", "b"], {"a": "x", "b": "x"})
    assert tree.node.tolist() == [1, 0, 2, 1]
    assert tree.family.tolist() == [1, 1, 0]
    assert len(hierarchy.rates(np.array([]), hierarchy.hung([], {})).tests) == 0


p_values = st.floats(1e-12, 1.0)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Floats, Tree]:
    """Two to nine courts in one to four families, one to five figures each."""
    courts = draw(st.integers(2, 9))
    family = np.unique(
        draw(st.lists(st.integers(0, 3), min_size=courts, max_size=courts)), return_inverse=True
    )[1]
    node = np.repeat(np.arange(courts), draw(st.lists(st.integers(1, 5), min_size=courts, max_size=courts)))
    p = draw(st.lists(p_values, min_size=len(node), max_size=len(node)))
    return np.array(p), Tree(node, family)


def above(found: Levels, tree: Tree) -> tuple[Floats, Floats]:
    return found.nodes[tree.node], found.families[tree.family][tree.node]


@given(trees())
def test_nothing_is_found_before_its_parent_and_every_parent_has_a_child(given_: tuple[Floats, Tree]) -> None:
    p, tree = given_
    found = hierarchy.rates(p, tree)
    court, family = above(found, tree)
    assert (found.tests >= court).all()
    assert (court >= family).all()
    for node in range(len(tree.family)):
        assert found.tests[tree.node == node].min() == pytest.approx(found.nodes[node])
    for place in range(len(found.families)):
        assert found.nodes[tree.family == place].min() == pytest.approx(found.families[place])


@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(given_: tuple[Floats, Tree], random: object) -> None:
    p, tree = given_
    order = np.random.default_rng(len(p)).permutation(len(p))
    mixed = hierarchy.rates(p[order], Tree(tree.node[order], tree.family))
    assert mixed.tests == pytest.approx(hierarchy.rates(p, tree).tests[order], rel=1e-12)


@given(trees(), st.data())
def test_a_smaller_p_loses_no_discovery(given_: tuple[Floats, Tree], data: st.DataObject) -> None:
    p, tree = given_
    row = data.draw(st.integers(0, len(p) - 1))
    smaller = p.copy()
    smaller[row] *= data.draw(st.floats(0.0001, 1.0))
    before, after = hierarchy.rates(p, tree), hierarchy.rates(smaller, tree)
    assert (after.tests <= before.tests * (1 + 1e-9)).all()


@given(trees(), st.floats(0.001, 0.5))
def test_the_least_rates_are_those_of_the_procedure_itself(given_: tuple[Floats, Tree], rate: float) -> None:
    p, tree = given_
    found = hierarchy.rates(p, tree)
    near = np.concatenate([found.tests, found.nodes, found.families])
    if (np.abs(near - rate) < 1e-9).any():
        return
    assert ((found.tests <= rate) == procedure(p, tree, rate)).all()


def procedure(p: Floats, tree: Tree, rate: float) -> NDArray[np.bool_]:
    """Level by level, as the paper says it."""
    node_p = hierarchy.simes(p, tree.node, len(tree.family))
    family_p = hierarchy.simes(node_p, tree.family, int(tree.family.max()) + 1)
    families = discovery.adjusted(family_p) <= rate
    found = np.zeros(len(p), np.bool_)
    for place in np.flatnonzero(families):
        nodes = np.flatnonzero(tree.family == place)
        level = rate * families.mean()
        kept = discovery.adjusted(node_p[nodes]) <= level * (1 + 1e-12)
        for node in nodes[kept]:
            rows = np.flatnonzero(tree.node == node)
            found[rows] = discovery.adjusted(p[rows]) <= level * kept.mean() * (1 + 1e-12)
    return found
