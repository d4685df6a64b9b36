"""The 42 scenarios of Noufaily et al. 2013 (doi 10.1002/sim.5595): seven parameter rows, with and without
trend, with no, one or two harmonics; 624 weeks of negative binomial counts, clean or with outbreaks put in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline.warning.histories import Floats, Integers

WEEKS = 624
BASELINE_START, TESTED_START = 312, 575  # from 0: the paper's weeks 313 and 576
TESTED: Integers = np.arange(TESTED_START, WEEKS, dtype=np.int64)
PAST_OUTBREAKS = 4
PAST_SIZES = (2, 3, 5, 10)
CURRENT_SIZES = range(1, 11)
ROWS = (
    # theta, beta if there is a trend, gamma1, gamma2, phi
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2.0, 0.005, 0.1, 0.3, 2.0),
    (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0),
    (2.5, 0.001, 1.0, 0.1, 3.0),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Number 1 to 42 and the parameters of its mean; `phi` is variance over mean."""

    number: int
    theta: float
    beta: float
    harmonics: int
    gamma1: float
    gamma2: float
    phi: float

    def mean(self) -> Floats:
        """(624,): the mean of each week, of weeks 1 to 624."""
        week = np.arange(1, WEEKS + 1)
        level = self.theta + self.beta * week
        for harmonic in range(1, self.harmonics + 1):
            turn = 2 * np.pi * harmonic * week / 52
            level = level + self.gamma1 * np.cos(turn) + self.gamma2 * np.sin(turn)
        return np.asarray(np.exp(level))


def scenarios() -> tuple[Scenario, ...]:
    """All 42, in the order row, trend, harmonics."""
    kinds = [(row, trend, m) for row in ROWS for trend in (0, 1) for m in (0, 1, 2)]
    return tuple(
        Scenario(number, theta, beta * trend, m, gamma1, gamma2, phi)
        for number, ((theta, beta, gamma1, gamma2, phi), trend, m) in enumerate(kinds, 1)
    )


@dataclass(frozen=True, slots=True)
class Sample:
    """Replicates r of one scenario: `clean` and `struck` counts (r, 624) with the same endemic cases; `cases`
    (r, 49) of the current outbreak in the tested weeks; its size factor `k` (r,) and first week `start` (r,)."""

    clean: Integers
    struck: Integers
    cases: Integers
    k: Integers
    start: Integers


def sample(scenario: Scenario, replicates: int, seed: int) -> Sample:
    """Draw one scenario; the same arguments give the same counts."""
    random = np.random.default_rng(np.random.SeedSequence([seed, scenario.number]))
    mean = scenario.mean()
    shape = (replicates, WEEKS)
    if scenario.phi == 1.0:
        clean = random.poisson(mean, shape)
    else:
        clean = random.negative_binomial(mean / (scenario.phi - 1), 1 / scenario.phi, shape)
    spread = np.sqrt(scenario.phi * mean)
    struck = clean.copy()
    for _ in range(PAST_OUTBREAKS):
        start = random.integers(BASELINE_START, TESTED_START, replicates)
        struck += outbreak(random, start, random.choice(PAST_SIZES, replicates), spread)
    start = random.integers(TESTED_START, WEEKS, replicates)
    k = random.integers(CURRENT_SIZES.start, CURRENT_SIZES.stop, replicates)
    current = outbreak(random, start, k, spread)
    return Sample(clean, struck + current, current[:, TESTED_START:], k, start)


def outbreak(
    random: np.random.Generator, start: NDArray[np.int64], k: NDArray[np.int64], spread: Floats
) -> Integers:
    """Cases of one outbreak in each row, (r, 624): Poisson(k standard deviations of its first week), spread over
    weeks by a log-normal delay; what falls behind the last week is not seen."""
    sizes = random.poisson(k * spread[start])
    row = np.repeat(np.arange(len(start)), sizes)
    week = np.repeat(start, sizes) + np.floor(random.lognormal(0.0, 0.5, int(sizes.sum()))).astype(np.int64)
    seen = week < WEEKS
    cases = np.zeros((len(start), WEEKS), dtype=np.int64)
    np.add.at(cases, (row[seen], week[seen]), 1)
    return cases
