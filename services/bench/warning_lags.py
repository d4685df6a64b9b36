"""Months whose cases become known late, each judged as it is known at its end: without care, by what is usually known by
then, and as if all were known."""

from __future__ import annotations

from concurrent import futures
from dataclasses import dataclass
from typing import Final

import numpy as np

from plumbline.warning import histories, lags, lunar, memory, ratios_history
from plumbline.warning.histories import Floats, Integers
from services.bench import court_series, warning_budget
from services.bench.warning_budget import COURTS, EACH, INJECTED, Kind

LAG: Final = np.array([0.55, 0.20, 0.12, 0.07, 0.04, 0.02])
"""Shares of a month's cases that become known in it and 1 to 5 months after."""
COURT_FIRMNESS, MONTH_FIRMNESS = 60.0, 200.0
"""How firmly courts keep to those shares, and a court's months to the court's (Dirichlet)."""
MOST: Final = 6
WAYS: Final = ("as if all were known", "no care", "what is usually known by then")
KINDS: Final = ("counts, more", "counts, fewer", "shares, numerators late")


@dataclass(frozen=True, slots=True)
class Late:
    """One way of judging: warnings of a province as warning_budget tells them, and of the false ones those on the low
    side."""

    way: str
    kind: Kind
    low: float


def late(seed: int, rounds: int, workers: int = 1) -> list[Late]:
    """Every kind judged in every way, over `rounds` provinces; the same whatever the number of processes."""
    asked = [(name, seed + 7 * number) for name in KINDS for number in range(rounds)]
    if workers == 1:
        found = [one(*each) for each in asked]
    else:
        with futures.ProcessPoolExecutor(workers) as pool:
            found = list(pool.map(one, *zip(*asked, strict=True)))
    kept = []
    for place in range(len(KINDS)):
        part = found[place * rounds : (place + 1) * rounds]
        for way in range(len(WAYS)):
            kinds = [each[way].kind for each in part]
            kept.append(
                Late(WAYS[way], warning_budget.mean(kinds), float(np.mean([each[way].low for each in part])))
            )
    return kept


def one(name: str, seed: int) -> list[Late]:
    """One province of one kind, in the three ways."""
    made: court_series.Counts | court_series.Shares
    if name == KINDS[2]:
        made = court_series.shares(seed + 12, COURTS * EACH, INJECTED)
    else:
        made = court_series.counts(seed + 11, COURTS * EACH, INJECTED, fewer=name == KINDS[1])
    random = np.random.default_rng(seed + 13)
    parts = arrivals(random, made.y)
    found = []
    for way in range(len(WAYS)):
        high, low = judged(made, parts, way)
        p = warning_budget.two_sided(high, low)
        plain = np.asarray(np.fmin(high, low) <= warning_budget.CUT)
        kind = warning_budget.told(
            name, p, made.struck, made.kind > 0, plain, plain, warning_budget.by_figure()
        )
        false = np.asarray((plain & (low <= high)) & ~made.struck)
        found.append(Late(WAYS[way], kind, float(false.sum() / max(1, (plain & ~made.struck).sum()))))
    return found


def arrivals(random: np.random.Generator, y: Integers) -> Integers:
    """(series, months, 6): of a month's cases those that become known so many months after."""
    court = random.dirichlet(COURT_FIRMNESS * LAG, len(y))
    shape = np.maximum(MONTH_FIRMNESS * court, 1e-3)[:, None, :]
    drawn = random.gamma(np.broadcast_to(shape, (*y.shape, len(LAG))))
    return random.multinomial(y, drawn / drawn.sum(axis=2, keepdims=True))


def known_at(parts: Integers, month: int) -> Integers:
    """(series, month + 1): what is known of each month at the end of `month`."""
    whole = np.cumsum(parts[:, : month + 1], axis=2)
    ages = np.minimum(np.arange(month + 1)[::-1], len(LAG) - 1)
    return np.take_along_axis(whole, np.broadcast_to(ages[None, :, None], (*whole.shape[:2], 1)), axis=2)[
        :, :, 0
    ]


def judged(
    made: court_series.Counts | court_series.Shares, parts: Integers, way: int
) -> tuple[Floats, Floats]:
    """Chances (series, 12) of the high and low side, each month as known at its end."""
    high, low = np.full((len(parts), 12), np.nan), np.full((len(parts), 12), np.nan)
    for place, month in enumerate(court_series.TESTED):
        y = made.y[:, : month + 1] if way == 0 else known_at(parts, int(month))
        ladder = laddered(parts, int(month)) if way == 2 else None
        found = (
            of_counts(y, ladder)
            if isinstance(made, court_series.Counts)
            else of_shares(y, made.n[:, : month + 1], ladder)
        )
        tails = memory.MONTHLY_TAILS if isinstance(made, court_series.Counts) else memory.RATIO_TAILS
        high[:, place], low[:, place] = tails[0].p(found.high[:, 0]), tails[1].p(found.low[:, 0])
    return high, low


def laddered(parts: Integers, month: int) -> lags.Reported:
    """What the triangle of the three years before a month's end says, indicator by indicator over its courts."""
    share, doubt, wide = [], [], []
    for begin in range(0, len(parts), COURTS):
        recent = parts[begin : begin + COURTS, month + 1 - lags.ORIGINS : month + 1][:, ::-1]
        whole = np.cumsum(recent, axis=2).astype(np.float64)
        whole = np.concatenate([whole, whole[:, :, -1:]], axis=2)
        ages = np.arange(lags.ORIGINS)
        whole[:, np.arange(MOST + 1)[None, :] > ages[:, None]] = np.nan
        found = lags.ladder(whole)
        assert found is not None
        told = lags.reported(found, month + 1, 0)
        share.append(told.share)
        doubt.append(told.doubt)
        wide.append(told.scatter)
    return lags.Reported(np.concatenate(share), np.concatenate(doubt), np.concatenate(wide))


def of_counts(y: Integers, known: lags.Reported | None) -> memory.Verdicts:
    last = np.array([y.shape[1] - 1])
    calendar = lunar.at(court_series.calendar(), np.arange(y.shape[1]))
    pooled = (y if known is None else lags.filled(y, known)).sum(axis=0)
    calendar = lunar.seasoned(calendar, pooled, y.shape[1] - 1)
    if known is None:
        return memory.judge(y, last, histories.MONTHLY, memory.MONTHLY, calendar=calendar)
    return lags.judge(y, last, histories.MONTHLY, memory.MONTHLY, calendar, known)


def of_shares(y: Integers, n: Integers, known: lags.Reported | None) -> ratios_history.Verdicts:
    last = np.array([y.shape[1] - 1])
    calendar = lunar.at(court_series.calendar(), np.arange(y.shape[1]))
    if known is None:
        return ratios_history.judge(y, n, last, histories.MONTHLY, calendar=calendar)
    whole = lags.Reported(np.ones(y.shape), np.zeros(y.shape), np.zeros(y.shape))
    return lags.judge_shares(y, n, last, histories.MONTHLY, memory.MONTHLY_RATIOS, calendar, (known, whole))
