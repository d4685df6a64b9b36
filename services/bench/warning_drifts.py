"""How late the cumulative sums see a rise by half, and how often they are wrong, at known expectations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from plumbline.warning import drift
from plumbline.warning.histories import Floats

MEANS = (1.0, 5.0, 20.0)
SHARES = ((10, 0.3), (50, 0.1), (200, 0.05))
MOST = 60


@dataclass(frozen=True, slots=True)
class Delays:
    """Of one mean or (cases, share): alarms per court-year in the first year and later, upwards and downwards; after a
    change from the start: median months to the alarm, share within 6 and 12 months."""

    name: str
    size: float
    first: float
    later: float
    first_down: float
    median: float
    within6: float
    within12: float
    median_down: float


def delays(seed: int, charts: int) -> list[Delays]:
    """Counts of the three means, then shares; the change is to 1.5 times the mean or the odds, downwards to its inverse."""
    found = []
    for place, mu in enumerate(MEANS):
        random = np.random.default_rng([seed, place])
        expected = np.full(charts, mu)

        def step(state: drift.State, value: Floats, expected: Floats = expected) -> drift.Step:
            return drift.counts(state, value, expected)

        drawn = [random.poisson(mu * factor, (MOST, charts)).astype(float) for factor in (1.0, 1.5, 1 / 1.5)]
        found.append(measured(f"{mu:g} a month", mu, step, drawn))
    for place, (n, p) in enumerate(SHARES):
        random = np.random.default_rng([seed, 10 + place])
        sizes, share = np.full(charts, float(n)), np.full(charts, p)

        def step_share(state: drift.State, value: Floats, n: Floats = sizes, p: Floats = share) -> drift.Step:
            return drift.shares(state, value, n, p)

        moved = [factor * p / (1 - p + factor * p) for factor in (1.0, 1.5, 1 / 1.5)]
        drawn = [random.binomial(n, one, (MOST, charts)).astype(float) for one in moved]
        found.append(measured(f"{p:.0%} of {n} a month", float("nan"), step_share, drawn))
    return found


def measured(name: str, size: float, step: object, drawn: list[Floats]) -> Delays:
    still_up, still_down = alarms(step, drawn[0])
    first_up = first(alarms(step, drawn[1])[0])
    first_down = first(alarms(step, drawn[2])[1])
    return Delays(
        name,
        size,
        float(still_up[:12].any(axis=0).mean()),
        float(still_up[12:].sum() / still_up.shape[1] / ((MOST - 12) / 12)),
        float(still_down[:12].any(axis=0).mean()),
        float(np.median(first_up)),
        float((first_up <= 6).mean()),
        float((first_up <= 12).mean()),
        float(np.median(first_down)),
    )


def alarms(step: object, drawn: Floats) -> tuple[np.ndarray, np.ndarray]:
    """(months, charts) of each direction, restarting at every alarm."""
    assert callable(step)
    state = drift.start((drawn.shape[1],))
    up, down = [], []
    for month in drawn:
        moved = step(state, month)
        state = moved.state
        up.append(moved.is_up)
        down.append(moved.is_down)
    return np.array(up), np.array(down)


def first(found: np.ndarray) -> Floats:
    """The month of the first alarm from 1; one past the last where there is none."""
    return np.where(found.any(axis=0), found.argmax(axis=0) + 1.0, MOST + 1.0)
