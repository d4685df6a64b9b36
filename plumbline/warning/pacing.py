"""What people do by hand beside a projection: a twelfth a month, the same months of last year; and what is needed from
now on, which a watch on an outcome measure must not show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plumbline.warning.histories import Floats, Integers

METHOD_LINEAR = "pacing-linear/1"
METHOD_LAST_YEAR = "pacing-last-year/1"


def linear(so_far: Floats | Integers, line: Floats, direction: int) -> NDArray[np.bool_]:
    """Beyond the line's even pace, line * month / 12: `so_far` (c, t) at the ends of months 1 to t, `line` (c,);
    `direction` +1 ceiling, -1 floor."""
    pace = line[:, None] * np.arange(1, so_far.shape[1] + 1) / 12.0
    return np.asarray(so_far > pace if direction > 0 else so_far < pace)


def last_year(
    so_far: Floats | Integers, line: Floats, before: Floats | Integers, direction: int
) -> NDArray[np.bool_]:
    """Beyond last year's same months, scaled so that last year's whole is the line: `before` (c, 12) last year
    cumulative. A last year without a case has no pace and is never passed."""
    whole = np.asarray(before, np.float64)[:, -1:]
    pace = before[:, : so_far.shape[1]] * line[:, None] / np.maximum(whole, 1.0)
    beyond = so_far > pace if direction > 0 else so_far < pace
    return np.asarray(beyond & (whole > 0))


def twice(beyond: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Twice running, from the end of February on: (c, t)."""
    found = np.zeros_like(beyond)
    found[:, 2:] = beyond[:, 2:] & beyond[:, 1:-1]
    return found


def needed_count(so_far: Floats | Integers, line: Floats, rest_mean: Floats) -> tuple[Floats, Floats]:
    """(cases, pace): how many cases the line leaves for the rest of the year, negative when it is already passed, and
    that over what is expected of the rest. NaN pace where nothing more is expected."""
    left = np.asarray(line, np.float64) - so_far
    return left, np.where(rest_mean > 0, left / np.where(rest_mean > 0, rest_mean, 1.0), np.nan)


def needed_ratio(y: Floats | Integers, n: Floats | Integers, line: Floats, rest_mean: Floats) -> Floats:
    """The share (or mean, with `y` the total) which the rest of the year's cases must have for the year to end on the
    line: (line (n + rest) - y) / rest; below 0 or above 1 where a share can no longer get there. NaN without a rest."""
    return np.where(
        rest_mean > 0, (line * (n + rest_mean) - y) / np.where(rest_mean > 0, rest_mean, 1.0), np.nan
    )
