"""Limits of the cumulative sums of drift.py, by simulation (services/bench/drift_table.py, seed 40417, 100,000
charts a cell, a quarter of them for shares): at most 2 in 100 charts alarm within the 12 months after a start at 0, and
at most 4 in 100 court-years in the long run, each alarm restarting its chart. Between two cells the greater limit holds,
beyond the table its edge; no larger court has a lower limit than a smaller one, since its expectation is never known so
well."""

from __future__ import annotations

import numpy as np

from plumbline.warning.histories import Floats

# fmt: off
MEANS = (
    0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300,
)
SPLIT = 1.4  # factors above it are 1.5
UP = (
    1.434, 1.672, 1.861, 2.138, 2.488, 2.711, 2.948, 3.204, 3.408, 3.814, 3.896, 4.192, 4.396, 4.597, 4.667,
    4.734, 4.868, 4.599, 3.925, 3.116, 0.822, 0.001, 0.001,
)
DOWN = (
    1.129, 1.379, 1.573, 1.868, 2.234, 2.479, 2.757, 3.041, 3.279, 3.513, 3.665, 3.829, 4.07, 4.414, 4.593,
    4.772, 4.862, 4.909, 4.682, 4.14, 3.372, 1.793, 0.001,
)
UP_LARGE = (
    0.983, 1.177, 1.32, 1.537, 1.836, 2.046, 2.319, 2.618, 2.801, 3.1, 3.257, 3.4, 3.668, 4.005, 4.301,
    4.405, 4.587, 4.804, 4.712, 4.633, 4.325, 3.755, 2.615,
)
DOWN_LARGE = (
    0.8, 0.979, 1.123, 1.345, 1.669, 1.9, 2.151, 2.453, 2.663, 2.943, 3.167, 3.302, 3.479, 3.722, 4.088,
    4.294, 4.605, 4.712, 4.797, 4.712, 4.706, 4.438, 3.64,
)
SIZES = (
    1, 2, 3, 5, 7, 10, 20, 30, 50, 100, 200, 500, 1000,
)
SHARES = (
    0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99,
)
ODDS = (
    (0.401, 0.732, 1.055, 1.379, 1.698, 1.835, 1.93, 1.925, 1.861, 1.725, 1.501, 1.12, 0.757, 0.402, 0.201,),
    (0.742, 0.973, 1.396, 1.774, 2.156, 2.323, 2.36, 2.385, 2.338, 2.204, 1.966, 1.56, 1.11, 0.697, 0.402,),
    (0.843, 1.15, 1.65, 2.073, 2.438, 2.59, 2.659, 2.67, 2.552, 2.501, 2.303, 1.833, 1.36, 0.844, 0.602,),
    (1.074, 1.439, 1.992, 2.42, 2.755, 2.942, 2.97, 3.032, 2.982, 2.874, 2.646, 2.204, 1.696, 1.134, 0.769,),
    (1.239, 1.63, 2.214, 2.624, 2.994, 3.148, 3.264, 3.225, 3.173, 3.07, 2.88, 2.443, 1.948, 1.313, 0.951,),
    (1.43, 1.859, 2.449, 2.826, 3.202, 3.416, 3.459, 3.437, 3.387, 3.319, 3.136, 2.68, 2.215, 1.539, 1.131,),
    (1.867, 2.302, 2.885, 3.307, 3.766, 3.908, 4.072, 4.041, 3.887, 3.803, 3.584, 3.172, 2.749, 2.007, 1.575,),
    (2.11, 2.585, 3.19, 3.699, 3.971, 4.313, 4.279, 4.245, 4.34, 4.129, 3.904, 3.478, 3.005, 2.38, 1.804,),
    (2.498, 2.913, 3.559, 4.028, 4.455, 4.581, 4.684, 4.643, 4.579, 4.452, 4.287, 3.757, 3.339, 2.757, 2.242,),
    (2.939, 3.431, 4.096, 4.42, 4.856, 4.7, 4.894, 4.839, 4.817, 4.854, 4.499, 4.382, 3.833, 3.263, 2.743,),
    (3.438, 3.985, 4.574, 4.785, 4.856, 4.559, 4.894, 4.839, 4.698, 4.854, 4.892, 4.821, 4.474, 3.689, 3.267,),
    (4.217, 4.537, 4.724, 4.732, 3.839, 3.509, 3.313, 3.175, 3.433, 4.025, 4.493, 4.787, 4.938, 4.458, 3.888,),
    (4.622, 4.647, 4.501, 3.515, 1.191, 0.001, 0.001, 0.001, 0.001, 0.751, 2.903, 4.303, 4.827, 4.662, 4.436,),
)
# fmt: on


def of_counts(mu: Floats, r: Floats, up: bool) -> Floats:
    """The limit of a Poisson chart of mean `mu` a month for the factor r (1.5 or 1.3), up or down."""
    rows = np.maximum.accumulate(np.array([UP_LARGE, UP] if up else [DOWN_LARGE, DOWN]), axis=1)
    low, high = _cells(np.asarray(mu, np.float64), np.array(MEANS))
    row = np.where(np.asarray(r) > SPLIT, 1, 0)
    return np.asarray(np.maximum(rows[row, low], rows[row, high]))


def of_shares(n: Floats, p: Floats) -> Floats:
    """The limit of a binomial chart of `n` cases a month with share `p`, for odds 1.5 times as great; of the
    failures, p = 1 - share, for odds a 1.5th."""
    table = np.maximum.accumulate(np.array(ODDS), axis=0)
    size = _cells(np.asarray(n, np.float64), np.array(SIZES, np.float64))
    share = _cells(np.asarray(p, np.float64), np.array(SHARES))
    corners = [table[one, two] for one in size for two in share]
    return np.asarray(np.max(np.stack(np.broadcast_arrays(*corners)), axis=0))


def _cells(value: Floats, grid: Floats) -> tuple[np.ndarray, np.ndarray]:
    """The cells on both sides of each value; the same twice where it stands on one or beyond the table."""
    inside = np.clip(np.nan_to_num(value, nan=grid[0]), grid[0], grid[-1])
    high = np.minimum(np.searchsorted(grid, inside * (1.0 - 1e-9)), len(grid) - 1)
    low = np.maximum(np.searchsorted(grid, inside * (1.0 + 1e-9), side="right") - 1, 0)
    return low, high
