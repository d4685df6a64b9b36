"""Many courts and indicators at once: how many of the alarms of one period may be false (Benjamini and Hochberg
1995), with the middle of a count's tail as its p. Parents before children: hierarchy.py."""

from __future__ import annotations

import numpy as np

from plumbline.warning.histories import Floats

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
