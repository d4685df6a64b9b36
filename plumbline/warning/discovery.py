"""Many courts and indicators at once: how many of the alarms of one period may be false (Benjamini and Hochberg
1995), with the middle of a count's tail as its p, and a parent's alarm before its children's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plumbline.warning.histories import Floats, Integers

METHOD = "false-discovery/1"
RATE = 0.10


def middle(at_least: Floats, beyond: Floats) -> Floats:
    """The mid-p of a count: P(Y > y) + P(Y = y) / 2, from P(Y >= y) and P(Y > y). A tail that holds the whole
    observed count is too cautious where counts are few."""
    return (at_least + beyond) / 2.0


def adjusted(p: Floats) -> Floats:
    """The least rate at which each of the p values (m,) would be found: min over j >= i of m p(j) / j, in the
    order of p. NaN stays NaN and is not counted."""
    found = np.full(len(p), np.nan)
    known = np.flatnonzero(np.isfinite(p))
    if len(known):
        order = known[np.argsort(p[known], kind="stable")]
        steps = p[order] * len(order) / np.arange(1, len(order) + 1)
        found[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return found


def within(p: Floats, family: Integers) -> Floats:
    """`adjusted`, each family (m,) for itself: one period and one kind of warning."""
    found = np.full(len(p), np.nan)
    for one in np.unique(family):
        rows = np.flatnonzero(family == one)
        found[rows] = adjusted(p[rows])
    return found


def parents_first(
    parent_p: Floats, child_p: Floats, parent_of: Integers, rate: float = RATE
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which parents (m,) and which children (k,) are found. Only the children of found parents are tested, each
    family at rate * found / tested parents (Benjamini and Bogomolov 2014), which keeps the mean rate of false
    children over the chosen families. `parent_of` (k,) indexes into the parents."""
    parents = np.nan_to_num(adjusted(parent_p), nan=2.0) <= rate
    tested = max(1, int(np.isfinite(parent_p).sum()))
    level = rate * parents.sum() / tested
    asked = np.where(parents[parent_of], child_p, np.nan)
    children = np.nan_to_num(within(asked, parent_of), nan=2.0) <= level
    return parents, children & parents[parent_of]
