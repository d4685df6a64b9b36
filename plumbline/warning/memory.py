"""The shipped rule for counts against their own history: the sum of the last two periods, beside the last one
alone for spikes, both sides."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import expectations, limits
from plumbline.warning.expectations import Expectations
from plumbline.warning.histories import Baseline, Floats, Integers

METHOD = "own-history-count/1"  # stored with every deviation; moves when a number below or the model moves


@dataclass(frozen=True, slots=True)
class Rule:
    """Alarm where the score is at most `cut`; the score is the lesser of the two-period tail and `spike` times
    the one-period tail. Fewer than `floor` cases in two periods are never too many. The defaults were set by
    simulation, on other seeds than the benchmark's (docs/reference/early-warning-benchmarks.md)."""

    cut: float = 0.0045
    spike: float = 10.0
    floor: int = 3


SHIPPED = Rule()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Of (s, k) judged periods: the score of each side, whether it is beyond, and what it was held against."""

    high: Floats
    low: Floats
    is_high: NDArray[np.bool_]
    is_low: NDArray[np.bool_]
    expected: Floats
    dispersion: Floats
    usable: NDArray[np.bool_]


def scores(
    now: Floats | Integers, before: Floats | Integers, held: Expectations, rule: Rule
) -> tuple[Floats, Floats]:
    """(high, low) of each row. Both periods lie in one season level with one dispersion, so that their sum is
    again negative binomial, with the sum of the means."""
    total, mean = now + before, held.mean + held.mean_before
    high = np.minimum(
        limits.at_least(total, mean, held.dispersion),
        rule.spike * limits.at_least(now, held.mean, held.dispersion),
    )
    low = np.minimum(
        limits.at_most(total, mean, held.dispersion),
        rule.spike * limits.at_most(now, held.mean, held.dispersion),
    )
    return np.where(total < rule.floor, 1.0, np.minimum(high, 1.0)), np.minimum(low, 1.0)


def judge(
    series: Floats | Integers,
    judged: Integers,
    baseline: Baseline,
    rule: Rule = SHIPPED,
    first_week: datetime.date | None = None,
) -> Verdicts:
    """Judge the periods `judged` (k,) of every series (s, t). A period that is not known (NaN), whose
    predecessor is not, or whose model did not converge is not usable and never beyond."""
    held = expectations.expect(series, judged, baseline, first_week)
    now = series[:, judged].reshape(-1).astype(np.float64)
    before = series[:, judged - 1].reshape(-1).astype(np.float64)
    usable = held.usable & np.isfinite(now) & np.isfinite(before)
    high, low = scores(np.where(usable, now, 0.0), np.where(usable, before, 0.0), held, rule)
    shape = (len(series), len(judged))
    return Verdicts(
        high=np.where(usable, high, np.nan).reshape(shape),
        low=np.where(usable, low, np.nan).reshape(shape),
        is_high=(usable & (high <= rule.cut)).reshape(shape),
        is_low=(usable & (low <= rule.cut)).reshape(shape),
        expected=held.mean.reshape(shape),
        dispersion=held.dispersion.reshape(shape),
        usable=usable.reshape(shape),
    )
