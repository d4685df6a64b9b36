"""Slow drift as it ships: cumulative sums over the last months beside the expectations of own history, and for every look
the chance that a court without change stands as high. Pure; bench and product call the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import drift, expectations, histories, lunar, ratios_history
from plumbline.warning import drift_tails as tails
from plumbline.warning.drift import State, Step
from plumbline.warning.histories import Baseline, Floats, Integers
from plumbline.warning.lunar import Calendar
from plumbline.warning.memory import Tail

METHOD: Final = "drift/2"
LEAST_YEARS, MOST_YEARS = 2, histories.MONTHLY.years
LEAST_MONTHS: Final = 6
"""Shorter charts say nothing."""
CHART: Final = 12
"""A chart goes over at least so many months where the history is long enough for two years before them."""


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of s courts over k months, (s, k) each, from month `begin` of the series on. The `expected` count or
    share; the sums of both directions, never started again; whether they stand at their limit (two false alarms in a hundred
    court-years from the start of a chart); the chance that a chart reaches the sum within a year of its start (`raw`), and the
    chance of a sum as high at that one look where nothing changes, by simulation; and how many
    months a sum has stood above 0. NaN chances where a month is not known or has no expectation.
    """

    begin: int
    years: int
    expected: Floats
    up: Floats
    down: Floats
    is_up: NDArray[np.bool_]
    is_down: NDArray[np.bool_]
    raw_up: Floats
    raw_down: Floats
    p_up: Floats
    p_down: Floats
    since_up: Integers
    since_down: Integers


def baseline(months: int) -> Baseline | None:
    """The years before a chart, of a series of `months`: five, or what leaves a chart of a year, at least two; None where
    that leaves less than half a year. A chart begins as soon as its first month has that much before it: of a series that
    begins with a January, in a February, whichever month is looked at.
    """
    years = int(np.clip((months - 1 - CHART) // 12, LEAST_YEARS, MOST_YEARS))
    found = dataclasses.replace(histories.MONTHLY, years=years)
    return found if months - found.reach >= LEAST_MONTHS else None


def counts(y: Floats | Integers, calendar: Calendar, held: Baseline) -> Charts:
    """Of counts `y` (s, t). The season of all courts together is read from the months before the charts."""
    begin, months = held.reach, y.shape[1]
    pooled = np.nansum(y, axis=0)
    if float(pooled[:begin].sum()) > 0:
        calendar = lunar.seasoned(calendar, pooled, begin)
    found = expectations.expect(y, np.arange(begin, months), held, None, calendar)
    shape = (len(y), months - begin)
    mean = np.where(found.usable, found.mean, np.nan).reshape(shape)
    spread = found.dispersion.reshape(shape)

    def step(state: State, place: int) -> Step:
        return drift.counts(state, y[:, begin + place], mean[:, place], spread[:, place])

    known = np.isfinite(mean + y[:, begin:])
    return _charts(begin, held.years, mean, known, step, tails.COUNTS[held.years])


def shares(y: Floats | Integers, n: Floats | Integers, calendar: Calendar, held: Baseline) -> Charts:
    """Of `y` in `n` cases (s, t). Cases of a month that resemble each other weigh as fewer."""
    begin, months = held.reach, y.shape[1]
    found = ratios_history.expect(y, n, np.arange(begin, months), held, None, calendar)
    shape = (len(y), months - begin)
    share = np.where(found.usable, found.now, np.nan).reshape(shape)
    size = np.asarray(n[:, begin:], np.float64)
    alike = np.nan_to_num(found.correlation.reshape(shape))
    spread = 1.0 + np.maximum(np.nan_to_num(size) - 1.0, 0.0) * alike

    def step(state: State, place: int) -> Step:
        wide = spread[:, place]
        return drift.shares(state, y[:, begin + place] / wide, size[:, place] / wide, share[:, place])

    known = np.isfinite(share + y[:, begin:] + size) & (size > 0)
    return _charts(begin, held.years, share, known, step, tails.SHARES[held.years])


def _charts(
    begin: int,
    years: int,
    expected: Floats,
    known: NDArray[np.bool_],
    step: Callable[[State, int], Step],
    worth: tuple[Tail, Tail],
) -> Charts:
    """Run the sums; one that stands at its limit goes on, so that it is beyond for as long as the change lasts."""
    state = drift.start((len(expected),))
    made = [np.zeros(expected.shape) for _ in range(4)]
    is_up, is_down = np.zeros(expected.shape, np.bool_), np.zeros(expected.shape, np.bool_)
    since = [np.zeros(expected.shape, np.int64) for _ in range(2)]
    for place in range(expected.shape[1]):
        moved = step(state, place)
        state = State(moved.up, moved.down)
        for into, part in zip(made, (moved.up, moved.down, moved.p_up, moved.p_down), strict=True):
            into[:, place] = part
        is_up[:, place], is_down[:, place] = moved.is_up, moved.is_down
        for into_since, part in zip(since, (moved.up, moved.down), strict=True):
            before = into_since[:, place - 1] if place else 0
            into_since[:, place] = np.where(part > 0, before + 1, 0)
    chances = [np.where(known, side.p(part), np.nan) for side, part in zip(worth, made[2:], strict=True)]
    up, down, raw_up, raw_down = made
    return Charts(begin, years, expected, up, down, is_up, is_down, raw_up, raw_down, *chances, *since)
