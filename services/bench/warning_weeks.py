"""Weeks of invented courts by the calendar as it was: 0.2 to 150 cases a week, working days, the week of National Day, Lunar
New Year where it falls, the rush before the year's end; clean, and with a surge put in as in the 42 scenarios.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import itertools
from concurrent import futures
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from plumbline import workdays
from plumbline.runtime import schema
from plumbline.warning import histories, lunar, memory, weekly
from plumbline.warning.histories import Floats, Integers
from services.bench import court_series, warning_scenarios

FIRST = datetime.date(2018, 1, 1)
WEEKS = 417
"""To 28 December 2025: eight ISO years, of which 2020 has 53 weeks."""
TESTED: Integers = np.arange(WEEKS - 104, WEEKS, dtype=np.int64)
LOWEST, HIGHEST = 0.2, 150.0
FEAST = np.array(
    [0.95, 0.8, 0.55, 0.75, 0.95]
)  # of a day's work in the five weeks around the feast, days off apart
RUSH_DAYS = 24  # before the year's end
CUT = 0.01
"""Chance of a side from which a shipped watch is beyond."""
BANDS = (LOWEST, 1.0, 5.0, 30.0, HIGHEST)
CALIBRATION, ROUNDS, EACH, OTHERS = 88_101, 4, 1500, 50
"""Seeds from which the tails of plumbline/warning/weekly.py were taken, no benchmark's; courts judged in each round, and
courts drawn apart from whose cases their season is read."""
SHARES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Series s of `clean` and `struck` counts (s, 417); of the surge the `cases` (s, 104) in the tested weeks and its size
    `k` (s,); the `level` (s,), cases a week."""

    clean: Integers
    struck: Integers
    cases: Integers
    k: Integers
    level: Floats


@cache
def table() -> workdays.Workdays:
    text = (schema.CHECKOUT / "definitions" / "calendar" / "working-days.csv").read_text(encoding="utf-8")
    return workdays.of_lines(workdays.read_table(text, "working-days.csv"))


@cache
def calendar() -> lunar.Calendar:
    return lunar.weekly(FIRST, WEEKS, table().works)


@cache
def days() -> tuple[Floats, Floats, Floats, Floats]:
    """Of each day (7 * 417,): whether it is worked; the work of the feast left; how far the year's last RUSH_DAYS have gone,
    0 to 1; its place in the year, 0 to 1."""
    each = [FIRST + datetime.timedelta(offset) for offset in range(7 * WEEKS)]
    worked = np.array([table().works(day.toordinal()) for day in each], dtype=np.float64)
    near = [lunar.weeks_to(day) for day in each]
    feast = np.array([FEAST[week + 2] if week in lunar.BUCKETS else 1.0 for week in near])
    left = np.array([(datetime.date(day.year, 12, 31) - day).days for day in each], dtype=np.float64)
    place = np.array([(day - datetime.date(day.year, 1, 1)).days / weekly.YEAR for day in each])
    return worked, feast, np.maximum(0.0, 1.0 - left / RUSH_DAYS), place


def means(random: np.random.Generator, level: Floats) -> Floats:
    """(s, 417): each series with a season, a rush and a feast of its own around the common ones, some cases on days of rest,
    and a trend of up to 4 % a year."""
    worked, feast, rush, place = days()
    rows = len(level)
    resting = random.uniform(0.0, 0.08, (rows, 1))
    daily = np.where(worked > 0, 1.0, resting)
    turns = [2.0 * np.pi * turn * place for turn in (1, 2)]
    shape = sum(
        0.08 * random.standard_normal((rows, 1)) * wave + common * wave
        for turn, common in zip(turns, (0.05, 0.03), strict=True)
        for wave in (np.cos(turn), np.sin(turn))
    )
    high = np.exp(0.15 * random.standard_normal((rows, 1)))
    deep = np.exp(0.15 * random.standard_normal((rows, 1)))
    daily = daily * np.exp(shape) * (1.0 + 0.6 * high * rush) * feast**deep
    weeks = daily.reshape(rows, WEEKS, 7).sum(axis=2)
    slope = random.uniform(-0.04, 0.04, (rows, 1)) * (np.arange(WEEKS) / 52.18)
    return np.asarray(level[:, None] * weeks / weeks.mean(axis=1, keepdims=True) * np.exp(slope))


def draw(seed: int, series: int) -> Drawn:
    """Levels log-uniform, phi 1 to 2.5; past surges as in the 42 scenarios stand in `struck` alone."""
    random = np.random.default_rng(seed)
    level = np.exp(random.uniform(np.log(LOWEST), np.log(HIGHEST), series))
    mean = means(random, level)
    phi = random.uniform(1.0, 2.5, series)[:, None]
    clean = court_series.negative_binomial(random, mean, phi)
    spread = np.sqrt(phi * mean)
    struck = clean.copy()
    begun = int(TESTED[0])
    for _ in range(warning_scenarios.PAST_OUTBREAKS):
        start = random.integers(begun - 263, begun, series)
        struck += surge(random, start, random.choice(warning_scenarios.PAST_SIZES, series), spread)
    start = random.integers(begun, WEEKS, series)
    k = random.integers(1, 11, series)
    current = surge(random, start, k, spread)
    return Drawn(clean, struck + current, current[:, TESTED], k, level)


def surge(random: np.random.Generator, start: Integers, k: Integers, spread: Floats) -> Integers:
    """Cases of one surge in each row, (s, 417): Poisson(k standard deviations of its first week), half in its first week, as
    the generator of the 42 scenarios spreads them."""
    rows = np.arange(len(start))
    sizes = random.poisson(k * spread[rows, start])
    row = np.repeat(rows, sizes)
    week = np.repeat(start, sizes) + np.floor(random.lognormal(0.0, 0.5, int(sizes.sum()))).astype(np.int64)
    cases = np.zeros(spread.shape, dtype=np.int64)
    np.add.at(cases, (row[week < WEEKS], week[week < WEEKS]), 1)
    return cases


@dataclass(frozen=True, slots=True)
class Way:
    """How weeks are judged: years back; by the calendar or as they stand; from how many other courts the season is read
    (0: none), which are drawn apart, so that all courts are judged at once."""

    name: str
    years: int
    calendar: bool
    others: int


WAYS = (
    Way("weeks as they stand", 5, False, 0),
    Way("calendar alone", 5, True, 0),
    Way("shipped, 100 other courts", 5, True, 100),
    Way("shipped, 9 other courts", 5, True, 9),
    Way("shipped, 9 other courts, 3 years", 3, True, 9),
)


def judged(way: Way, counts: Integers, seed: int) -> memory.Verdicts:
    """Scores of the tested weeks, (s, 104); the other courts come from the seed."""
    known = calendar() if way.calendar else None
    if way.others:
        others = draw(seed + 1_000_000, way.others).clean.sum(axis=0).astype(np.float64)
        pair = np.stack([np.zeros(WEEKS), others])
        (known, _) = weekly.shared(calendar(), FIRST, pair, int(TESTED[0]))
    baseline = replace(histories.WEEKLY, years=way.years)
    found = memory.judge(counts, TESTED, baseline, memory.SHIPPED, FIRST, known)
    enough = np.stack([weekly.cases(counts[:, : week + 1], way.years) for week in TESTED], axis=1)
    return replace(found, usable=found.usable & (enough >= weekly.LEAST_CASES))


@dataclass(frozen=True, slots=True)
class Row:
    """What one way does: false alarms a clean week on each side, over all and in the worst of the tested weeks; by bands of
    cases a week (high, low); surges found, over all and by k = 3, 5, 7, 10."""

    name: str
    high: float
    low: float
    worst_high: float
    worst_low: float
    bands: tuple[tuple[float, float], ...]
    found: float
    by_k: tuple[float, ...]


def row(way: Way, seed: int, series: int) -> Row:
    drawn, ends = draw(seed, series), weekly.tails(way.years)
    clean, struck = judged(way, drawn.clean, seed), judged(way, drawn.struck, seed)
    high, low = (
        clean.usable & np.asarray(tail.p(np.nan_to_num(side, nan=1.0)) <= CUT)
        for tail, side in zip(ends, (clean.high, clean.low), strict=True)
    )
    told = struck.usable & np.asarray(ends[0].p(np.nan_to_num(struck.high, nan=1.0)) <= CUT)
    seen = np.any(told & (drawn.cases > 0), axis=1)
    bands = []
    for least, most in itertools.pairwise(BANDS):
        inside = (drawn.level >= least) & (drawn.level < most)
        bands.append((float(high[inside].mean()), float(low[inside].mean())))
    return Row(
        way.name,
        float(high.mean()),
        float(low.mean()),
        float(high.mean(axis=0).max()),
        float(low.mean(axis=0).max()),
        tuple(bands),
        float(seen.mean()),
        tuple(float(seen[drawn.k == k].mean()) for k in (3, 5, 7, 10)),
    )


def rows(seed: int, series: int, workers: int = 1) -> list[Row]:
    """Every way on the same draws; the same whatever the number of processes."""
    work = functools.partial(row, seed=seed, series=series)
    if workers == 1:
        return [work(way) for way in WAYS]
    with futures.ProcessPoolExecutor(workers) as pool:
        return list(pool.map(work, WAYS))


def section(found: list[Row], series: int) -> str:
    """The rows as a part of the page."""
    bands = ", ".join(f"{least:g}-{most:g}" for least, most in itertools.pairwise(BANDS))
    head = f"""## Weeks by the real calendar

{series:,} courts of {LOWEST:g} to {HIGHEST:g} cases a week from 2018 to 2025, every week of 2024 and 2025 judged
({series * len(TESTED):,} clean weeks): working days as they were (the weeks of National Day among them), Lunar New Year where
it fell, a rush of the last {RUSH_DAYS} days, a season, a trend, dispersion 1 to 2.5, 2020 with 53 weeks; surges of k standard
deviations as in the 42 scenarios, four of them in the past. Shipped (`grain: week`): the rule above with earlier years
found by date, the feast as columns, working days as exposure, and the season of all other courts of the look; alarm at a
chance of {CUT:g} a side, told from the score by tails set on other seeds. By cases a week ({bands}): high / low.

| way | high | low | worst week high | worst week low | by cases a week | found | k=3 | k=5 | k=7 | k=10 |
|---|---|---|---|---|---|---|---|---|---|---|"""
    lines = []
    for one in found:
        parts = ", ".join(f"{high:.4f} / {low:.4f}" for high, low in one.bands)
        sizes = " | ".join(f"{share:.3f}" for share in one.by_k)
        lines.append(
            f"| {one.name} | {one.high:.4f} | {one.low:.4f} | {one.worst_high:.3f} | {one.worst_low:.3f} | {parts} "
            f"| {one.found:.3f} | {sizes} |"
        )
    return "\n".join([head, *lines, ""])


def calibrated(years: int, rounds: int = ROUNDS) -> tuple[list[float], list[float]]:
    """The scores of each side that SHARES of the clean weeks fall below; the season from courts drawn apart."""
    way = Way("", years, True, OTHERS)
    parts = [judged(way, draw(seed, EACH).clean, seed) for seed in range(CALIBRATION, CALIBRATION + rounds)]
    high = np.concatenate([one.high[one.usable] for one in parts])
    low = np.concatenate([one.low[one.usable] for one in parts])
    return _quantiles(high), _quantiles(low)


def _quantiles(scores: Floats) -> list[float]:
    return [float(np.quantile(scores, share, method="lower")) for share in SHARES]


def main() -> None:
    """`python -m services.bench.warning_weeks`: what a weekly score is worth, from courts without any change."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("years", type=int, nargs="*", default=list(weekly.TAILS))
    for years in parser.parse_args().years:
        for title, found in zip(("high", "low"), calibrated(years), strict=True):
            print(f"{years} years, {title}: ({', '.join(f'{one:.3g}' for one in found)})", flush=True)


if __name__ == "__main__":
    main()
