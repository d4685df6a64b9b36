"""What is known late: from the books' own triangle of months and delays the share of a month that is usually known by
now (chain ladder), so that a month not yet whole is neither taken for few cases nor hides many.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from plumbline.warning import expectations, memory, ratios_history
from plumbline.warning.histories import Baseline, Floats, Integers
from plumbline.warning.lunar import Calendar
from plumbline.warning.memory import Rule

METHOD: Final = "chain-ladder/1"
ORIGINS: Final = 36
"""Months that a triangle goes back, the newest of them the month looked at."""
LEAST_CASES, LEAST_ORIGINS = 60.0, 6
"""Cases of all courts together, and months, that every step of the ladder must rest on."""
STRENGTH: Final = 200.0

Row = tuple[str, int, int, int]
"""A court, the place of a month (the newest 0, the one before 1 ...), how many months later it became known, and how many."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Of each court and age of a month (courts, most + 1): the `share` usually known by then, 1 at the last; the `doubt`,
    the variance of the logarithm of that share as estimated; the `scatter` of single months around it, likewise.
    """

    share: Floats
    doubt: Floats
    scatter: Floats


@dataclass(frozen=True, slots=True)
class Reported:
    """The same of every month of a series (courts, months), as of now."""

    share: Floats
    doubt: Floats
    scatter: Floats

    def document(self, row: int) -> dict[str, Any]:
        """What a verdict says of it, of one court's last month."""
        apart = float(np.sqrt(self.scatter[row, -1] + self.doubt[row, -1]))
        return {"method": METHOD, "share": float(self.share[row, -1]), "deviation": apart}


def triangle(rows: Iterable[Row], courts: Sequence[str], age: int, most: int) -> Floats:
    """Cumulated (courts, ORIGINS, most + 1): what of a month was known so many months after; NaN where that time has not
    come. The newest month is `age` months old. Months before a court's books began, which came in one go, are NaN.
    """
    found = np.zeros((len(courts), ORIGINS, most + 1))
    place = {court: row for row, court in enumerate(courts)}
    listed = [one for one in rows if one[0] in place and 0 <= one[1] < ORIGINS]
    began = np.full(len(courts), ORIGINS)
    for court, back, later, value in listed:
        found[place[court], back, min(max(later, 0), most)] += value
    for row in range(len(courts)):
        known = [back - later for court, back, later, _ in listed if place[court] == row]
        began[row] = max(known) if known else -1
    whole = np.cumsum(found, axis=2)
    ages = age + np.arange(ORIGINS)
    open_ = np.arange(most + 1)[None, :] > ages[:, None]
    before = np.arange(ORIGINS)[None, :] > began[:, None]
    return np.where(open_[None] | before[:, :, None], np.nan, whole)


def ladder(known: Floats) -> Ladder | None:
    """Of a triangle as `triangle` gives it. Each step is the share known at one age of what is known at the next: all
    courts' share, with a court's own cases upon it (beta-binomial). None where too little has become known to tell.
    """
    steps = known.shape[2] - 1
    shares, doubts, scatters = [], [], []
    for step in range(steps):
        upper = known[:, :, step + 1]
        lower = np.clip(known[:, :, step], 0.0, upper)
        seen = np.isfinite(upper) & np.isfinite(lower) & (upper > 0)
        months = seen.any(axis=0).sum()
        if np.where(seen, upper, 0.0).sum() < LEAST_CASES or months < LEAST_ORIGINS:
            return None
        y, n = (np.where(seen, one, 0.0).sum(axis=1) for one in (lower, upper))
        mean, strength = together(y, n)
        a, b = mean * strength + y, (1.0 - mean) * strength + n - y
        share = a / (a + b)
        pure = np.where(seen, (share * (1.0 - share))[:, None] * upper, 0.0)
        extra = np.where(seen, (lower - share[:, None] * upper) ** 2, 0.0).sum() - pure.sum()
        alike = float(
            np.clip(extra / max(float((pure * np.maximum(upper - 1.0, 0.0))[seen].sum()), 1e-9), 0.0, 1.0)
        )
        odds = (1.0 - share) / np.maximum(share, 1e-9)
        shares.append(share)
        doubts.append(odds * (1.0 / (a + b + 1.0) + alike / months))
        scatters.append(odds * alike)
    ones = np.ones(len(known))
    whole = np.stack([*shares, ones], axis=1)
    doubt, scatter = (np.stack([*one, 0.0 * ones], axis=1) for one in (doubts, scatters))
    return Ladder(
        np.cumprod(whole[:, ::-1], axis=1)[:, ::-1],
        np.cumsum(doubt[:, ::-1], axis=1)[:, ::-1],
        np.cumsum(scatter[:, ::-1], axis=1)[:, ::-1],
    )


def together(y: Floats, n: Floats) -> tuple[float, float]:
    """What all courts say of one court's share: their mean, and as how many cases it counts, by moments, 1 to 200."""
    mean = float(np.clip(y.sum() / max(float(n.sum()), 1.0), 1e-4, 1.0 - 1e-4))
    kept = n > 0
    apart = float(((y[kept] - mean * n[kept]) ** 2 / (n[kept] * mean * (1.0 - mean))).sum()) - (
        kept.sum() - 1
    )
    alike = max(apart / max(float(n[kept].sum() - kept.sum()), 1.0), 1e-9)
    return mean, float(np.clip(1.0 / alike - 1.0, 1.0, STRENGTH))


def reported(found: Ladder, months: int, age: int) -> Reported:
    """The ladder laid beside the months of a series, whose last month is `age` months old."""
    most = found.share.shape[1] - 1
    ages = np.minimum(age + np.arange(months)[::-1], most)
    return Reported(found.share[:, ages], found.doubt[:, ages], found.scatter[:, ages])


def filled(counts: Floats | Integers, known: Reported) -> Floats:
    """Counts as they will be when all is known, by expectation: for what all courts share, never for a verdict."""
    return np.asarray(counts / np.maximum(known.share, 0.05))


def judge(
    counts: Floats | Integers,
    judged: Integers,
    baseline: Baseline,
    rule: Rule,
    calendar: Calendar | None,
    known: Reported,
) -> memory.Verdicts:
    """memory.judge, of what is usually known by now: expectations times the share known. A count of mean mu and
    dispersion phi of which a share s is known has mean s mu and dispersion s phi + 1 - s + s mu v, where v is the
    scatter of the logarithm of s; the doubt of the share is added to that of the expectation.
    """
    held = expectations.expect(counts, judged, baseline, None, calendar)
    share, before = (known.share[:, judged - back].reshape(-1) for back in (0, 1))
    doubt = known.doubt[:, judged].reshape(-1)
    apart = [known.scatter[:, judged - back].reshape(-1) for back in (0, 1)]
    due = held.mean * share, held.mean_before * before
    whole = np.maximum(due[0] + due[1], 1e-300)
    seen = (due[0] * share + due[1] * before) / whole  # of the two months together
    wide = held.dispersion * seen + 1.0 - seen + (due[0] ** 2 * apart[0] + due[1] ** 2 * apart[1]) / whole
    now = dataclasses.replace(
        held, mean=held.mean * share, mean_before=held.mean_before * before, dispersion=wide,
        doubt=held.doubt + doubt,
    )  # fmt: skip
    y = [counts[:, judged - back].reshape(-1).astype(np.float64) for back in (0, 1)]
    usable = now.usable & np.isfinite(y[0]) & np.isfinite(y[1])
    seen_now, seen_before = (np.where(usable, one, 0.0) for one in y)
    high, low = memory.scores(seen_now, seen_before, now, rule)
    shape = (len(counts), len(judged))
    return memory.Verdicts(
        high=np.where(usable, high, np.nan).reshape(shape),
        low=np.where(usable, low, np.nan).reshape(shape),
        is_high=(usable & (high <= rule.cut)).reshape(shape),
        is_low=(usable & (low <= rule.low)).reshape(shape),
        expected=now.mean.reshape(shape),
        dispersion=wide.reshape(shape),
        usable=usable.reshape(shape),
    )


def judge_shares(
    y: Floats | Integers,
    n: Floats | Integers,
    judged: Integers,
    baseline: Baseline,
    rule: Rule,
    calendar: Calendar | None,
    known: tuple[Reported, Reported],
) -> ratios_history.Verdicts:
    """ratios_history.judge, of what is usually known by now of both parts of a share: the expected share times the share
    known of its numerator over that of its denominator.
    """
    held = ratios_history.expect(y, n, judged, baseline, None, calendar)
    parts = [[known[side].share[:, judged - back].reshape(-1) for side in (0, 1)] for back in (0, 1)]
    now, before = (
        np.clip(mean * above / np.maximum(below, 1e-9), 1e-6, 1.0 - 1e-6)
        for mean, (above, below) in zip((held.now, held.before), parts, strict=True)
    )
    doubt = sum(((one.doubt + one.scatter)[:, judged].reshape(-1) for one in known), np.zeros(len(now)))
    # From the logit of the whole share to that of the share known, by way of its logarithm.
    left = np.maximum(1.0 - held.now, 1e-6) / np.maximum(1.0 - now, 1e-6)
    eased = dataclasses.replace(
        held, now=now, before=before, doubt=held.doubt * left**2 + doubt / np.maximum(1.0 - now, 1e-6) ** 2,
        correlation=held.correlation * np.minimum(left * now / np.maximum(held.now, 1e-6), 1.0),
    )  # fmt: skip
    ys = [y[:, judged - back].reshape(-1).astype(np.float64) for back in (0, 1)]
    ns = [n[:, judged - back].reshape(-1).astype(np.float64) for back in (0, 1)]
    usable = held.usable & np.isfinite(ys[0] + ys[1] + ns[0] + ns[1]) & (ns[0] > 0)
    rows = np.flatnonzero(usable)
    high, low = np.full(len(usable), np.nan), np.full(len(usable), np.nan)
    if len(rows):
        part = ratios_history.Shares(
            *(getattr(eased, name)[rows] for name in ratios_history.Shares.__slots__)
        )
        high[rows], low[rows] = ratios_history.scores(
            (ys[0][rows], ys[1][rows]), (ns[0][rows], ns[1][rows]), part, rule
        )
    shape = (len(y), len(judged))
    with np.errstate(invalid="ignore"):
        is_high, is_low = high <= rule.cut, low <= rule.low
    return ratios_history.Verdicts(
        high.reshape(shape), low.reshape(shape), is_high.reshape(shape), is_low.reshape(shape),
        now.reshape(shape), usable.reshape(shape),
    )  # fmt: skip
