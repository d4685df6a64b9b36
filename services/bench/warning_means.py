"""Means of days and shares on invented courts: target now for means, and where their years end, held against the truth
that the generator knows and against what the years became."""

from __future__ import annotations

from concurrent import futures
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from plumbline.catalog import targets
from plumbline.catalog.definitions import Text
from plumbline.warning import means_now, projecting, targets_now, yearend
from plumbline.warning import series as kinds
from plumbline.warning.histories import Floats
from plumbline.warning.means_now import Cases
from plumbline.warning.series import Series
from plumbline.warning.years import Year
from services.bench import court_series, warning_budget, warning_yearend
from services.bench.warning_budget import COURTS, EACH, Flags, Kind

SIZES = (3, 10, 40, 300)  # cases a month
HISTORY = 3
BETWEEN, YEARLY, MONTHLY = 0.2, 0.1, 0.08  # standard deviations of the logarithm of courts, years, months
SHARE_BETWEEN, SHARE_YEARLY, CORRELATION = 0.4, 0.15, 0.002  # of the logit; of a month's cases
CENTRE = 90.0  # days
EDGE = 0.05  # ceilings lie so far above last year's mean, and as far below it, in turns


@dataclass(frozen=True, slots=True)
class Days:
    """Amounts of cases by month, (courts, months): sums, cases, sums of squares; `level`, the court's true mean in the
    last year.
    """

    total: Floats
    n: Floats
    squares: Floats
    level: Floats


@dataclass(frozen=True, slots=True)
class Ending:
    """One form and size of court: as warning_yearend.Band, without its limits."""

    form: str
    size: int
    years: int
    missed: float
    inside80: tuple[float, ...]
    inside95: tuple[float, ...]
    brier: tuple[float, ...]
    red: tuple[float, float, float]
    lead: float


def days(random: np.random.Generator, size: Floats, years: int, centre: float = CENTRE) -> Days:
    """Log-normal days: courts around one mean, years around the court, months around the year; the scatter of a court's
    cases .5 to 1 on the logarithm, its cases a month around `size` (courts,) with the season."""
    courts, months = len(size), 12 * years
    season = court_series.season(random, courts)[:, -months:]
    n = court_series.negative_binomial(random, size[:, None] * season, np.full((courts, months), 1.5))
    own = np.log(centre) + BETWEEN * random.standard_normal((courts, 1))
    year = own + YEARLY * random.standard_normal((courts, years))
    month = np.repeat(year, 12, axis=1) + MONTHLY * random.standard_normal((courts, months))
    scatter = random.uniform(0.5, 1.0, (courts, 1))
    sums = np.zeros((2, courts * months))
    each = np.repeat(np.arange(courts * months), n.ravel())
    mu, sigma = (month - scatter**2 / 2.0).ravel()[each], np.repeat(scatter[:, 0], months)[each]
    drawn = np.rint(np.exp(mu + sigma * random.standard_normal(len(each))))
    for power in (1, 2):
        sums[power - 1] = np.bincount(each, drawn**power, courts * months)
    level = np.exp(year[:, -1] + MONTHLY**2 / 2.0)
    shaped = sums.reshape(2, courts, months)
    return Days(shaped[0], n.astype(np.float64), shaped[1], level)


def against(seed: int) -> Kind:
    """Target now of means from the year to date, as warning_budget.against of shares: the line lies where a fifth of the
    courts' true means of the year are beyond; told only where the court's own mean is beyond it too."""
    random = np.random.default_rng(seed + 5)
    amber, red, beyond = [], [], []
    for _ in range(EACH):
        made = days(random, np.exp(random.uniform(np.log(3.0), np.log(300.0), COURTS)), HISTORY)
        line = float(np.quantile(made.level, 0.8))
        colours = np.stack([colour(made, month, line) for month in range(1, 13)], axis=1)
        amber.append(colours >= targets_now.AT_AMBER)
        red.append(colours == targets_now.AT_RED)
        beyond.append(made.level > line)
    return told(np.concatenate(amber), np.concatenate(red), np.concatenate(beyond))


def told(amber: Flags, red: Flags, beyond: Flags) -> Kind:
    """From colours (s, 12), one year each, told once."""
    begins, standing = warning_budget.lived(amber, red, yearly=True)
    struck = np.repeat(beyond.reshape(-1, 1), 12, axis=1)
    return Kind(
        "target now, means",
        float((begins & ~struck).sum() / COURTS),
        float((warning_budget.opened(red) & ~struck).sum() / COURTS),
        float((standing & ~struck).sum() / max(1, standing.sum())),
        float((red & struck).sum() / max(1, red.sum())),
        float(warning_budget.ever(standing)[beyond].mean()),
        float((amber & ~struck).sum() / COURTS),
    )


def colour(made: Days, month: int, line: float) -> Floats:
    """The colours of all courts at the end of a month of the last year, (courts,)."""
    begin = 12 * (HISTORY - 1)
    seen, year = slice(0, begin + month), slice(begin, begin + month)
    spread = means_now.scatter(made.total[:, seen], made.n[:, seen], made.squares[:, seen])
    total, n = made.total[:, year].sum(axis=1), made.n[:, year].sum(axis=1)
    found = means_now.level(total, n, float(month), spread, targets_now.STRENGTH_CAP)
    chance = np.nan_to_num(means_now.beyond(found, line, 1))
    inside = total <= line * n
    return np.where(inside, targets_now.CALM, targets_now.state(chance, n))


def endings(seed: int, courts: int, workers: int = 1) -> list[Ending]:
    """Means of every size, then shares; the same whatever the number of processes."""
    asked = [(form, size, seed, courts) for form in (kinds.MEAN, kinds.SHARE) for size in SIZES]
    if workers == 1:
        return [ending(*one) for one in asked]
    with futures.ProcessPoolExecutor(workers) as pool:
        return list(pool.map(ending, *zip(*asked, strict=True)))


def ending(form: str, size: int, seed: int, courts: int) -> Ending:
    """Years of one size, each projected at every month's end by the product itself. A ceiling lies a twentieth above or
    below last year's own figure."""
    random = np.random.default_rng([seed, size, form == kinds.MEAN])
    above, below, squares = drawn(random, form, np.full(courts, float(size)))
    begin = 12 * HISTORY
    last = above[:, begin - 12 : begin].sum(axis=1) / np.maximum(
        below[:, begin - 12 : begin].sum(axis=1), 1.0
    )
    line = last * np.where(np.arange(courts) % 2, 1.0 + EDGE, 1.0 - EDGE)
    final = above[:, begin:].sum(axis=1) / np.maximum(below[:, begin:].sum(axis=1), 1.0)
    missed = final > line
    chance = np.full((courts, 11), np.nan)
    held: list[list[float]] = [[], [], []]
    for month in range(1, 12):
        told = projected(form, above, below, squares, begin, month, line)
        chance[:, month - 1] = told[:, 0]
        if month in warning_yearend.MONTHS:
            for kept, (low, high) in zip(held, ((1, 2), (3, 4)), strict=False):
                kept.append(float(((final >= told[:, low]) & (final <= told[:, high])).mean()))
            held[2].append(float(((told[:, 0] - missed) ** 2).mean()))
    red = np.asarray(yearend.colours(chance) == yearend.AT_RED)
    early = warning_yearend.ever(red[:, :9])
    return Ending(
        form,
        size,
        courts,
        float(missed.mean()),
        tuple(held[0]),
        tuple(held[1]),
        tuple(held[2]),
        warning_yearend.rates(warning_yearend.ever(red), missed),
        float(early[missed].mean()),
    )


def drawn(random: np.random.Generator, form: str, size: Floats) -> tuple[Floats, Floats, Floats | None]:
    """Numerators, denominators and, of means, squares of HISTORY + 1 years, (courts, months)."""
    if form == kinds.MEAN:
        made = days(random, size, HISTORY + 1)
        return made.total, made.n, made.squares
    courts, months = len(size), 12 * (HISTORY + 1)
    season = court_series.season(random, courts)[:, -months:]
    n = court_series.negative_binomial(random, size[:, None] * season, np.full((courts, months), 1.5))
    own = random.uniform(np.log(0.05 / 0.95), np.log(4.0), (courts, 1))
    own = own + SHARE_YEARLY * random.standard_normal((courts, HISTORY + 1))
    p = np.repeat(1.0 / (1.0 + np.exp(-own)), 12, axis=1)
    strength = 1.0 / CORRELATION - 1.0
    y = random.binomial(n, random.beta(p * strength, (1.0 - p) * strength))
    return y.astype(np.float64), n.astype(np.float64), None


def projected(
    form: str, above: Floats, below: Floats, squares: Floats | None, begin: int, month: int, line: Floats
) -> Floats:
    """(courts, 5): the chance to miss and both ends of both intervals, as the product tells them at a month's end."""
    seen, year = slice(0, begin + month), slice(begin, begin + month)
    known = below[:, seen] > 0
    courts = tuple(str(one) for one in range(len(above)))
    series = Series(
        "bench.figure", Text("", ""), "days", form, "lower", False, courts, ("basic",) * len(courts),
        date(2021, 1, 1), np.where(known, above[:, seen], np.nan), np.where(known, below[:, seen], np.nan),
    )  # fmt: skip
    cases = None if squares is None else Cases(squares[:, seen], squares[:, year].sum(axis=1))
    lines = tuple(
        targets.Line("at_most", None, Fraction(float(one)).limit_denominator(10**6), Text("", ""))
        for one in line
    )
    at = Year(
        series, date(2021 + HISTORY, month + 1, 1), above[:, year].sum(axis=1), below[:, year].sum(axis=1),
        lines, cases,
    )  # fmt: skip
    known_days = projecting.project(at, lambda day: day.weekday() < 5, HISTORY)
    assert known_days is not None
    found = np.full((len(courts), 5), np.nan)
    for row in range(len(courts)):
        told = known_days.told(row, lines[row])
        if told is not None:
            found[row] = [told[one] for one in ("probability", "low", "high", "low95", "high95")]
    return found
