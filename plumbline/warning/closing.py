"""Balanced closing (均衡结案): the year's closings by month against working days and peers, filings held back
before the year's end and coming back in January. It tells a pattern, never a cause (疑似、待核实)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import beta_binomials, limits
from plumbline.warning.histories import Floats, Integers

METHOD = "balanced-closing/1"
RUSH = 1.5  # times the share of working days
PEER = 0.01  # beyond the 99 % limit of the peers
DIP, REBOUND, ALPHA = 0.8, 1.2, 0.01
LEAST = 30  # closings a year, below which nothing is said


@dataclass(frozen=True, slots=True)
class Rush:
    """Of each court: December's `share` of the year's closings (0 to 1), its `ratio` to December's share of
    working days, the same of the last ten days, the chance of such a December among peers, and the flag."""

    share: Floats
    ratio: Floats
    ratio_last_days: Floats
    p_peers: Floats
    is_rush: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Dip:
    """Of each court: filings a working day in November and December over January to October (`ratio`), the
    chance of so few, the following January over the same ten months (`rebound`), the chance of so many, and
    whether both are found."""

    ratio: Floats
    p_dip: Floats
    rebound: Floats
    p_rebound: Floats
    is_held: NDArray[np.bool_]


def rush(
    closings: Floats | Integers,
    last_days: Floats | Integers,
    workdays: Floats | Integers,
    workdays_last: float,
) -> Rush:
    """`closings` (c, 12) of a year by month; `last_days` (c,) closed on its last ten days; `workdays` (12,) and
    those among the last ten days. Flagged: December above 1.5 times its share of working days, or beyond the
    99 % limit of a beta-binomial of the court's peers; at least 30 closings."""
    monthly, days = np.asarray(closings, np.float64), np.asarray(workdays, np.float64)
    total = monthly.sum(axis=1)
    whole = np.maximum(total, 1.0)
    share = monthly[:, 11] / whole
    ratio = share / (days[11] / days.sum())
    last = (np.asarray(last_days, np.float64) / whole) / max(workdays_last / float(days.sum()), 1e-12)
    mean, strength = beta_binomials.fit(monthly[None, :, 11], total[None, :], cap=1e5)
    tail = beta_binomials.at_least(monthly[:, 11], total, mean[0], strength[0])
    flagged = (total >= LEAST) & ((ratio > RUSH) | (tail <= PEER))
    return Rush(share, ratio, last, tail, flagged)


def dip(
    filings: Floats | Integers,
    january: Floats | Integers,
    workdays: Floats | Integers,
    workdays_january: float,
    dispersion: Floats | float,
) -> Dip:
    """`filings` (c, 12) of a year by month, `january` (c,) of the next; `workdays` (12,). What November and
    December, and then January, should have held is January to October's rate per working day, with variance
    `dispersion` times the mean, plus that of the rate. Held back: ratio at most 0.8 and rebound at least 1.2,
    each with a chance below .01."""
    monthly, days = np.asarray(filings, np.float64), np.asarray(workdays, np.float64)
    january = np.asarray(january, np.float64)
    base, late = monthly[:, :10].sum(axis=1), monthly[:, 10:].sum(axis=1)
    per_day = base / days[:10].sum()
    late_due, january_due = per_day * days[10:].sum(), per_day * workdays_january
    phi = np.asarray(dispersion, np.float64)
    p_dip = limits.at_most(late, late_due, phi * (1.0 + days[10:].sum() / days[:10].sum()))
    p_rebound = limits.at_least(january, january_due, phi * (1.0 + workdays_january / days[:10].sum()))
    ratio = late / np.maximum(late_due, 1e-12)
    rebound = january / np.maximum(january_due, 1e-12)
    held = (ratio <= DIP) & (rebound >= REBOUND) & (p_dip <= ALPHA) & (p_rebound <= ALPHA)
    return Dip(ratio, p_dip, rebound, p_rebound, held & (monthly.sum(axis=1) >= LEAST))


def paired(closed: Rush, filed: Dip) -> NDArray[np.bool_]:
    """A closing spike together with held-back filings: 疑似突击结案、控制收案."""
    return np.asarray(closed.is_rush & (filed.ratio <= DIP) & (filed.p_dip <= ALPHA))


def gini(monthly: Floats | Integers) -> Floats:
    """Of non-negative months (c, m): 0 when all are equal, (m - 1) / m when one holds all; NaN without cases."""
    ordered = np.sort(np.asarray(monthly, np.float64), axis=1)
    m = ordered.shape[1]
    total = ordered.sum(axis=1)
    weighted = ordered @ (2.0 * np.arange(1, m + 1) - m - 1.0)
    return np.where(total > 0, weighted / np.where(total > 0, m * total, 1.0), np.nan)


def theil(monthly: Floats | Integers) -> Floats:
    """Theil's T of (c, m): mean of x / mean ln(x / mean), 0 to ln m; NaN without cases."""
    months = np.asarray(monthly, np.float64)
    mean = months.mean(axis=1, keepdims=True)
    parts = months / np.where(mean > 0, mean, 1.0)
    each = np.where(parts > 0, parts * np.log(np.where(parts > 0, parts, 1.0)), 0.0)
    return np.where(mean[:, 0] > 0, each.mean(axis=1), np.nan)


def unevenness(monthly: Floats | Integers) -> Floats:
    """Coefficient of variation (sample standard deviation over mean) of (c, m); NaN without cases."""
    months = np.asarray(monthly, np.float64)
    mean = months.mean(axis=1)
    return np.where(mean > 0, months.std(axis=1, ddof=1) / np.where(mean > 0, mean, 1.0), np.nan)
