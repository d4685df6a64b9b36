"""Months of invented courts for the warning's bench: counts from 0.1 to 150 a month and shares from 1 to 90 %, a season
with the rush before the year's end, Lunar New Year where it falls, and what goes wrong, put in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from plumbline import workdays
from plumbline.runtime import schema
from plumbline.warning import lunar
from plumbline.warning.histories import Floats, Integers

FIRST_YEAR, MONTHS = 2018, 84
TESTED: Integers = np.arange(MONTHS - 12, MONTHS, dtype=np.int64)
SEASON = np.array([0.95, 0.9, 1.0, 1.0, 1.0, 1.05, 1.0, 0.95, 1.0, 0.95, 1.15, 1.45])
DIP = 0.5  # of the work of the five weeks around Lunar New Year is left, beside the days off
KINDS = ("none", "shift x1.5", "spike x3", "drift 3 %/month", "merger x2")
NONE, SHIFT, SPIKE, DRIFT, MERGER = range(5)


@dataclass(frozen=True, slots=True)
class Counts:
    """Series s of counts, (s, 84), with their true `mean` before anything is put in and dispersion `phi` (s,); `kind`
    (s,) of what was put in; `struck` (s, 12): the tested months that differ because of it, or whose sum with the
    month before does."""

    y: Integers
    mean: Floats
    phi: Floats
    kind: Integers
    struck: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shares:
    """Series of `y` in `n`, (s, 84), with the true share `p` (s, 84); `kind` and `struck` as for counts (a shift is
    of the odds)."""

    y: Integers
    n: Integers
    p: Floats
    kind: Integers
    struck: NDArray[np.bool_]


@cache
def calendar() -> lunar.Calendar:
    """The 84 months with the working days that were."""
    text = (schema.CHECKOUT / "definitions" / "calendar" / "working-days.csv").read_text(encoding="utf-8")
    table = workdays.of_lines(workdays.read_table(text, "working-days.csv"))
    return lunar.monthly(FIRST_YEAR, MONTHS, table.works)


def season(random: np.random.Generator, series: int) -> Floats:
    """(s, 84), mean about 1: months' factors of each series around the common ones, working days, the dip."""
    known = calendar()
    own = np.exp(0.08 * random.standard_normal((series, 12)))
    rush = np.ones((series, 12))
    rush[:, 11] = np.exp(0.15 * random.standard_normal(series))
    months = np.tile(SEASON * own * rush, (1, MONTHS // 12))
    dip = 1.0 - (1.0 - DIP) * known.columns[:, 0]
    return np.asarray(months * dip * known.exposure / known.exposure.mean())


def counts(
    seed: int, series: int, injected: float = 0.0, level: float | None = None, fewer: bool = False
) -> Counts:
    """Levels log-uniform from 0.1 to 150 a month unless one is given; a trend of up to 4 % a year; phi 1 to 2.5; a
    share `injected` of the series is struck, kinds alike; `fewer`: downwards, by the same factors."""
    random = np.random.default_rng(seed)
    drawn = np.exp(random.uniform(np.log(0.1), np.log(150.0), series))
    levels = drawn if level is None else np.full(series, level)
    slope = random.uniform(-0.04, 0.04, series)[:, None] * (np.arange(MONTHS) / 12.0)
    mean = levels[:, None] * season(random, series) * np.exp(slope)
    phi = random.uniform(1.0, 2.5, series)
    kind, factor, struck = injections(random, series, injected)
    moved = mean / factor if fewer else mean * factor
    return Counts(negative_binomial(random, moved, phi[:, None]), mean, phi, kind, struck)


def shares(seed: int, series: int, injected: float = 0.0) -> Shares:
    """Shares 1 to 90 %, monthly cases log-uniform from 3 to 3000, correlation within a month's cases up to .01."""
    random = np.random.default_rng(seed)
    size = np.exp(random.uniform(np.log(3.0), np.log(3000.0), series))
    n = negative_binomial(random, size[:, None] * season(random, series), np.full((series, 1), 1.5))
    logit = random.uniform(np.log(0.01 / 0.99), np.log(9.0), series)[:, None]
    months = np.tile(0.1 * random.standard_normal((series, 12)), (1, MONTHS // 12))
    kind, factor, struck = injections(random, series, injected)
    p = 1.0 / (1.0 + np.exp(-(logit + months + np.log(factor))))
    rho = random.uniform(0.0, 0.01, series)[:, None]
    strength = 1.0 / np.maximum(rho, 1e-4) - 1.0
    drawn = random.beta(np.maximum(p * strength, 1e-6), np.maximum((1.0 - p) * strength, 1e-6))
    return Shares(random.binomial(n, drawn), n, p, kind, struck)


def injections(
    random: np.random.Generator, series: int, share: float
) -> tuple[Integers, Floats, NDArray[np.bool_]]:
    """(kind (s,), factor of the mean (s, 84), struck (s, 12))."""
    kind = np.where(random.uniform(size=series) < share, random.integers(1, len(KINDS), series), NONE)
    start = random.integers(0, 11, series)[:, None]
    month = np.arange(12)[None, :]
    one = kind[:, None]
    factor = np.ones((series, 12))
    factor = np.where((one == SHIFT) & (month >= start), 1.5, factor)
    factor = np.where((one == SPIKE) & (month == start), 3.0, factor)
    factor = np.where(one == DRIFT, 1.03 ** (month + 1.0), factor)
    factor = np.where((one == MERGER) & (month >= start), 2.0, factor)
    changed = factor != 1.0
    struck = changed.copy()
    struck[:, 1:] |= changed[:, :-1]
    whole = np.ones((series, MONTHS))
    whole[:, TESTED] = factor
    return kind.astype(np.int64), whole, struck


def negative_binomial(random: np.random.Generator, mean: Floats, phi: Floats) -> Integers:
    """Counts of mean `mean` and variance phi * mean; Poisson where phi is 1."""
    over = np.maximum(phi - 1.0, 1e-6)
    return np.asarray(random.poisson(random.gamma(mean / over, np.broadcast_to(over, mean.shape))), np.int64)
