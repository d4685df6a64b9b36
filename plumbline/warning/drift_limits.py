"""Limits of the cumulative sums of drift.py, by simulation (services/bench/drift_table.py, seed 40417, 100,000
charts a cell, a quarter of them for shares): at most 2 in 100 charts alarm within the 12 months after a start at 0, and
at most 4 in 100 court-years in the long run, each alarm restarting its chart. Between two cells the greater limit holds,
beyond the table its edge; no larger court has a lower limit than a smaller one, since its expectation is never known so
well."""

from __future__ import annotations

import numpy as np

from plumbline.warning import drift_numbers as numbers
from plumbline.warning.histories import Floats


def of_counts(mu: Floats, r: Floats, up: bool) -> Floats:
    """The limit of a Poisson chart of mean `mu` a month for the factor r (1.5 or 1.3), up or down."""
    rows = np.maximum.accumulate(
        np.array([numbers.UP_LARGE, numbers.UP] if up else [numbers.DOWN_LARGE, numbers.DOWN]), axis=1
    )
    low, high = _cells(np.asarray(mu, np.float64), np.array(numbers.MEANS))
    row = np.where(np.asarray(r) > numbers.SPLIT, 1, 0)
    return np.asarray(np.maximum(rows[row, low], rows[row, high]))


def of_shares(n: Floats, p: Floats) -> Floats:
    """The limit of a binomial chart of `n` cases a month with share `p`, for odds 1.5 times as great; of the
    failures, p = 1 - share, for odds a 1.5th."""
    table = np.maximum.accumulate(np.array(numbers.ODDS), axis=0)
    size = _cells(np.asarray(n, np.float64), np.array(numbers.SIZES, np.float64))
    share = _cells(np.asarray(p, np.float64), np.array(numbers.SHARES))
    corners = [table[one, two] for one in size for two in share]
    return np.asarray(np.max(np.stack(np.broadcast_arrays(*corners)), axis=0))


def _cells(value: Floats, grid: Floats) -> tuple[np.ndarray, np.ndarray]:
    """The cells on both sides of each value; the same twice where it stands on one or beyond the table."""
    inside = np.clip(np.nan_to_num(value, nan=grid[0]), grid[0], grid[-1])
    high = np.minimum(np.searchsorted(grid, inside * (1.0 - 1e-9)), len(grid) - 1)
    low = np.maximum(np.searchsorted(grid, inside * (1.0 + 1e-9), side="right") - 1, 0)
    return low, high
