"""Year-end projections on simulated years, held against what the years became: budgets and floors by size of court,
beside a twelfth a month and the same months of last year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import pacing, yearend
from plumbline.warning.histories import Floats, Integers
from services.bench import court_series, warning_limits

SIZES = (571, 150, 64, 30, 12, 5)
HISTORY = 3
MONTHS = (3, 6, 9)
LEVEL_CV, PHI, FIRMNESS = warning_limits.LEVEL_CV, warning_limits.PHI, warning_limits.FIRMNESS
SHIFTS = warning_limits.SHIFTS
CUT, LIMITED = 0.10, 2000
CEILING, FLOOR = 1, -1


@dataclass(frozen=True, slots=True)
class Band:
    """One size of court and kind of line. By month 3, 6, 9: share of years inside the intervals, mean squared error of
    the chance to miss. Of the red rule and of both baselines: recall, false reds among compliant years, precision;
    `lead`: share of the missed years that were red three months before the year's end or earlier."""

    size: int
    direction: int
    years: int
    missed: float
    inside80: tuple[float, ...]
    inside95: tuple[float, ...]
    brier: tuple[float, ...]
    red: tuple[float, float, float]
    lead: float
    linear: tuple[float, float, float]
    last_year: tuple[float, float, float]
    limits: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Years:
    """Counts (c, 4, 12) of courts of one size, the last year the one projected."""

    counts: Integers
    size: int


def years(seed: int, size: int, courts: int) -> Years:
    """Three years around `size` cases and one that moved by .75, 1 or 1.25; yearly levels vary by 15 %, yearly shares by
    a Dirichlet of 300 around a season with a rush, months by a negative binomial."""
    random = np.random.default_rng([seed, size])
    level = size * np.exp(LEVEL_CV * random.standard_normal((courts, HISTORY + 1)) - LEVEL_CV**2 / 2.0)
    level[:, -1] *= random.choice(SHIFTS, courts)
    season = random.dirichlet(FIRMNESS * warning_limits.DUE, (courts, HISTORY + 1))
    mean = level[..., None] * season
    return Years(court_series.negative_binomial(random, mean, np.full(mean.shape, PHI)), size)


def bands(seed: int, courts: int) -> list[Band]:
    """Ceilings of every size, then floors. Season, phi and c are estimated from the three years of all courts together,
    as a province would; the truth is known to nobody."""
    drawn = [years(seed, size, courts) for size in SIZES]
    past = np.concatenate([one.counts[:, :HISTORY] for one in drawn]).astype(np.float64)
    even = np.ones((HISTORY, 12))
    shares = yearend.season(past.sum(axis=0), even, even[0])
    phi, firmness = yearend.looseness(past, shares)
    return [band(one, direction, shares, phi, firmness) for direction in (CEILING, FLOOR) for one in drawn]


def band(drawn: Years, direction: int, shares: Floats, phi: float, firmness: float) -> Band:
    """A ceiling is last year's cases less a tenth, the cut rounded up; a floor last year's."""
    past, now = drawn.counts[:, :HISTORY].astype(np.float64), drawn.counts[:, HISTORY].astype(np.float64)
    last = past[:, -1].sum(axis=1)
    line = last - np.ceil(CUT * last) if direction == CEILING else last
    history = past.sum(axis=(1, 2)) / HISTORY
    so_far, final = np.cumsum(now, axis=1), now.sum(axis=1)
    missed = final > line if direction == CEILING else final < line
    chance = np.full((len(now), 11), np.nan)
    inside80, inside95, brier = [], [], []
    few = slice(0, LIMITED)
    least: list[list[float]] = [[], [], []]
    for month in range(1, 12):
        rest = yearend.remaining(
            so_far[:, month - 1], shares[month], history, phi, firmness, years=HISTORY * len(now)
        )
        found = yearend.counts(so_far[:, month - 1], rest, line, direction)
        chance[:, month - 1] = found.p_miss
        if month in MONTHS:
            inside80.append(float(((final >= found.low80) & (final <= found.high80)).mean()))
            inside95.append(float(((final >= found.low95) & (final <= found.high95)).mean()))
            brier.append(float(((found.p_miss - missed) ** 2).mean()))
            told = [
                found.p_miss[few],
                *warning_limits.chances(
                    so_far[few, month - 1], month, line[few], direction, past[few].sum(axis=2), drawn.size
                ),
            ]
            for kept, chance_ in zip(least, told, strict=True):
                kept.append(float(((chance_ - missed[few]) ** 2).mean()))
    red = np.asarray(yearend.colours(chance) == yearend.AT_RED)
    early = ever(red[:, :9])  # by the end of September
    last_cumulative = np.cumsum(past[:, -1], axis=1)
    even = pacing.twice(pacing.linear(so_far[:, :11], line, direction))
    same = pacing.twice(pacing.last_year(so_far[:, :11], line, last_cumulative, direction))
    return Band(
        drawn.size,
        direction,
        len(now),
        float(missed.mean()),
        tuple(inside80),
        tuple(inside95),
        tuple(brier),
        rates(ever(red), missed),
        float(early[missed].mean()),
        rates(ever(even), missed),
        rates(ever(same), missed),
        tuple(tuple(one) for one in least),
    )


def ever(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(found.any(axis=1))


def rates(flagged: NDArray[np.bool_], missed: NDArray[np.bool_]) -> tuple[float, float, float]:
    """(recall, false among compliant, precision)."""
    return (
        float(flagged[missed].mean()),
        float(flagged[~missed].mean()),
        float(missed[flagged].mean()) if flagged.any() else float("nan"),
    )
