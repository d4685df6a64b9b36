"""A tree of tests: families of courts, their courts, the courts' figures. What stands below is found only where what
stands above it is (TreeBH: Bogomolov, Peterson, Benjamini and Sabatti 2021, doi 10.1093/biomet/asaa086)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from plumbline.warning import discovery
from plumbline.warning.histories import Floats, Integers

METHOD = "tree-discovery/1"


@dataclass(frozen=True, slots=True)
class Tree:
    """Where each test (m,) hangs: `node` its place among the k nodes above it, and for each node (k,) its `family` among
    the f families. Places count from 0 and leave none out; the order of rows means nothing."""

    node: Integers
    family: Integers


@dataclass(frozen=True, slots=True)
class Levels:
    """Of the tests (m,), the nodes (k,) and the families (f,): the least rate at which each is found, 0 to 1; NaN where
    nothing is known. None is less than that of what it hangs from."""

    tests: Floats
    nodes: Floats
    families: Floats


def simes(p: Floats, group: Integers, groups: int) -> Floats:
    """Simes' p of each group (groups,), from the p values (m,) of its members: min over j of n p(j) / j, which is what
    Benjamini and Hochberg's procedure finds first. NaN for a group of which nothing is known."""
    found = np.full(groups, np.nan)
    for place, rows in members(group, groups):
        adjusted = discovery.adjusted(p[rows])
        if np.isfinite(adjusted).any():
            found[place] = np.nanmin(adjusted)
    return found


def members(group: Integers, groups: int) -> list[tuple[int, Integers]]:
    """Each group's place and the rows that belong to it."""
    order = np.argsort(group, kind="stable").astype(np.int64)
    ends = np.searchsorted(group[order], np.arange(groups + 1))
    return [(place, order[ends[place] : ends[place + 1]]) for place in range(groups)]


def rates(p: Floats, tree: Tree) -> Levels:
    """The least rate at which each test is found. At a rate r, families are found by Benjamini and Hochberg's procedure
    at r; the nodes of a found family at r times the share of families found; the tests of a found node at that times the
    share of the family's nodes found. A node's p is Simes' of what hangs from it, so that of all that is found at least
    one thing below is found too. With one family of one node it is Benjamini and Hochberg's procedure."""
    node_p = simes(p, tree.node, len(tree.family))
    count = int(tree.family.max()) + 1 if len(tree.family) else 0
    families = discovery.adjusted(simes(node_p, tree.family, count))
    nodes = np.full(len(node_p), np.nan)
    tests = np.full(len(p), np.nan)
    for place, rows in members(tree.family, count):
        if np.isfinite(families[place]):
            nodes[rows] = _below(discovery.adjusted(node_p[rows]), [(families, families[place])])
            for row in rows:
                steps = [(families, families[place]), (nodes[rows], nodes[row])]
                hung = np.flatnonzero(tree.node == row) if np.isfinite(nodes[row]) else np.empty(0, np.int64)
                tests[hung] = _below(discovery.adjusted(p[hung]), steps)
    return Levels(tests, nodes, families)


def asked_below(found: Levels, tree: Tree, rate: float) -> Floats:
    """Of each test (m,), the rate at which what hangs from it would be asked: `rate` times the shares found of families, of
    its family's nodes and of its node's tests; 0 where it is not found itself."""
    shares = _share(found.families, np.zeros(len(found.families), np.int64), rate)
    shares = shares[tree.family] * _share(found.nodes, tree.family, rate)
    shares = shares[tree.node] * _share(found.tests, tree.node, rate)
    return np.where(np.nan_to_num(found.tests, nan=2.0) <= rate, rate * shares, 0.0)


def _share(least: Floats, group: Integers, rate: float) -> Floats:
    """Of each member's group, the share found of those known."""
    count = int(group.max()) + 1 if len(group) else 0
    known = np.bincount(group, np.isfinite(least), count)
    found = np.bincount(group, np.nan_to_num(least, nan=2.0) <= rate, count)
    return np.asarray((found / np.maximum(known, 1.0))[group])


def _below(adjusted: Floats, above: Sequence[tuple[Floats, float]]) -> Floats:
    """The least r at which r times the shares found above reaches each of the adjusted p values (n,). `above`: of every
    level, the rates of the thing it hangs from and its neighbours, and its own: below that nothing is asked. The shares are
    steps of r, so the least r is either a step itself or lies between two."""
    levels = [np.sort(level[np.isfinite(level)]) for level, _ in above]
    steps = np.unique(np.concatenate(levels))
    steps = steps[steps >= max(rate for _, rate in above)]
    share = np.ones(len(steps))
    for level in levels:
        share *= np.searchsorted(level, steps, side="right") / len(level)
    until = np.append(steps[1:], np.inf)
    asked = np.maximum(adjusted[:, None] / share[None, :], steps[None, :])
    least = np.min(np.where(asked < until[None, :], asked, np.inf), axis=1)
    return np.where(np.isfinite(adjusted), np.minimum(least, 1.0), np.nan)


def hung(courts: Sequence[str], family_of: Mapping[str, str]) -> Tree:
    """The tree of some rows (m,): courts are nodes, in families by name; a court without one is its own."""
    codes = sorted(set(courts))
    names = sorted({family_of.get(code, code) for code in codes})
    node, family = ({name: place for place, name in enumerate(part)} for part in (codes, names))
    return Tree(
        np.array([node[court] for court in courts], np.int64),
        np.array([family[family_of.get(code, code)] for code in codes], np.int64),
    )
