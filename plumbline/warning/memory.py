"""The shipped rules for counts against their own history, both sides: weekly the likelihood ratio of an outbreak in
the last two weeks, monthly the sum of the last two periods beside the last one alone for spikes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import expectations, limits
from plumbline.warning.expectations import Expectations
from plumbline.warning.histories import Baseline, Floats, Integers
from plumbline.warning.lunar import Calendar

METHOD = "own-history-count/2"  # stored with every deviation; moves when a number below or the model moves


@dataclass(frozen=True, slots=True)
class Rule:
    """Alarm where the score of the high side is at most `cut`, of the low side at most `low`; the score is the
    lesser of the two-period tail and `spike` times the one-period tail. Fewer than `floor` cases in two periods
    are never too many. `doubtful`: the tails count the doubt of the expectation itself too. With a `size` the high side
    is one over a likelihood ratio instead (`unlikelihood`), where `young` is the weight of an outbreak begun just now.

    All were set by simulation for a false alarm in one of a hundred periods on each side, on other seeds than the
    benchmark's (docs/reference/early-warning-benchmarks.md)."""

    cut: float = 0.0045
    spike: float = 10.0
    floor: int = 3
    low: float = 0.0045
    doubtful: bool = False
    size: float = 0.0
    young: float = 0.2


@dataclass(frozen=True, slots=True)
class Tail:
    """What a score is worth: the `scores` that one in ten, a hundred, a thousand, ten thousand and a hundred thousand
    judged periods without any change fall below, by simulation (services/bench/warning_calibration.py)."""

    scores: tuple[float, float, float, float, float]

    def p(self, score: Floats) -> Floats:
        """The p value of each score: straight lines between the points on logarithmic axes, going on beyond them."""
        x, y = np.log(np.array(self.scores[::-1])), np.log(10.0) * np.arange(-5.0, 0.0)
        at = np.log(np.maximum(np.asarray(score, np.float64), 1e-300))
        place = np.clip(np.searchsorted(x, at) - 1, 0, len(x) - 2)
        slope = (y[place + 1] - y[place]) / (x[place + 1] - x[place])
        return np.asarray(np.minimum(np.exp(y[place] + slope * (at - x[place])), 1.0))


SHIPPED = Rule(cut=0.035, size=5.0)
SPREAD = (0.50, 0.42)  # of an outbreak's cases, in its first and second week (Noufaily et al. 2013)
MONTHLY = Rule(cut=0.0082, low=0.0199, doubtful=True)
MONTHLY_RATIOS = Rule(cut=0.0094, low=0.0130, doubtful=True)
# High side, low side, of months with histories.MONTHLY, counts with a lunar.seasoned calendar; seeds 88001 to 88014,
# 672,000 court-months of counts and 642,537 of shares.
MONTHLY_TAILS = (
    Tail((0.131, 0.00824, 1.84e-4, 1.17e-6, 2.32e-11)),
    Tail((0.170, 0.0199, 1.74e-3, 1.20e-4, 9.87e-6)),
)
RATIO_TAILS = (
    Tail((0.116, 0.00944, 5.22e-4, 1.96e-5, 3.92e-7)),
    Tail((0.132, 0.0130, 9.85e-4, 5.38e-5, 3.83e-6)),
)
METHOD_MONTHLY = "own-history-count-monthly/1"


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
    one, both, alone, wide = predicted(held, rule)
    total = now + before
    high = np.minimum(limits.at_least(total, both, wide), rule.spike * limits.at_least(now, one, alone))
    if rule.size > 0:
        high = unlikelihood(now, before, held, rule)
    low = np.minimum(limits.at_most(total, both, wide), rule.spike * limits.at_most(now, one, alone))
    return np.where(total < rule.floor, 1.0, np.minimum(high, 1.0)), np.minimum(low, 1.0)


def unlikelihood(now: Floats | Integers, before: Floats | Integers, held: Expectations, rule: Rule) -> Floats:
    """One over the likelihood ratio of both weeks, with against without an outbreak of `size` standard deviations that
    began the week before or, with weight `young`, this week. By Markov's inequality it is at most a with a chance of
    at most a where nothing happened. Unlike the tail of the sum it tells cases in both weeks, as an outbreak brings
    them, from one week of many, as overdispersed counts do by themselves."""
    wide, more = held.dispersion, rule.size * np.sqrt(held.dispersion * held.mean)

    def gain(count: Floats | Integers, mean: Floats, part: float) -> Floats:
        return limits.log_mass(count, mean + part * more, wide) - limits.log_mass(count, mean, wide)

    old = gain(now, held.mean, SPREAD[1]) + gain(before, held.mean_before, SPREAD[0])
    ratio = np.logaddexp(np.log1p(-rule.young) + old, np.log(rule.young) + gain(now, held.mean, SPREAD[0]))
    return np.asarray(np.exp(-np.clip(ratio, -700.0, 700.0)))


def predicted(held: Expectations, rule: Rule) -> tuple[Floats, Floats, Floats, Floats]:
    """(mean of the period, of the two together, dispersion of each). With doubt the expectation is what a gamma
    posterior gives after half a case more: 1 / k = doubt * mean / phi says from how many periods' worth k it was
    estimated, the mean rises by phi / (2 k), and its own variance phi * mean / k is added. A season without a case in
    five years is then expected to hold a few, and three cases are no wonder of one in 10^40."""
    if not rule.doubtful:
        return held.mean, held.mean + held.mean_before, held.dispersion, held.dispersion
    per = np.minimum(held.doubt * held.mean / held.dispersion, 1.0)
    one = held.mean + 0.5 * held.dispersion * per
    both = one * (1.0 + held.mean_before / np.maximum(held.mean, 1e-300))
    return one, both, held.dispersion * (1.0 + per), held.dispersion * (1.0 + per * both / one)


def judge(
    series: Floats | Integers,
    judged: Integers,
    baseline: Baseline,
    rule: Rule = SHIPPED,
    first_week: datetime.date | None = None,
    calendar: Calendar | None = None,
) -> Verdicts:
    """Judge the periods `judged` (k,) of every series (s, t). A period that is not known (NaN), whose
    predecessor is not, or whose model did not converge is not usable and never beyond."""
    held = expectations.expect(series, judged, baseline, first_week, calendar)
    now = series[:, judged].reshape(-1).astype(np.float64)
    before = series[:, judged - 1].reshape(-1).astype(np.float64)
    usable = held.usable & np.isfinite(now) & np.isfinite(before)
    high, low = scores(np.where(usable, now, 0.0), np.where(usable, before, 0.0), held, rule)
    shape = (len(series), len(judged))
    return Verdicts(
        high=np.where(usable, high, np.nan).reshape(shape),
        low=np.where(usable, low, np.nan).reshape(shape),
        is_high=(usable & (high <= rule.cut)).reshape(shape),
        is_low=(usable & (low <= rule.low)).reshape(shape),
        expected=held.mean.reshape(shape),
        dispersion=held.dispersion.reshape(shape),
        usable=usable.reshape(shape),
    )
