"""Courts merged and split in the tested year, judged through the twelve months after, with the care the product takes and
without: false alarms, and a true shift after it that is found."""

from __future__ import annotations

from concurrent import futures
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from plumbline.catalog.definitions import Text
from plumbline.courts import Court, CourtTree
from plumbline.warning import courts_changed, histories, lunar, memory
from plumbline.warning import series as kinds
from plumbline.warning.histories import Floats
from plumbline.warning.series import Series
from plumbline.warning.verdicts import AMBER, UNKNOWN, WITHIN, Verdict
from services.bench import court_series, warning_budget
from services.bench.warning_budget import Flags

PAIRS: Final = 400
SHIFTED: Final = 0.3
"""Of the courts, that have a true shift by 1.5 from the fourth month after the change on."""
CALM: Final = 3
NAMES: Final = (
    "merged, no other court",
    "merged, three may have received",
    "split, no other court",
    "founded",
)
FIRST: Final = date(court_series.FIRST_YEAR, 1, 1)
DAY: Final = date(court_series.FIRST_YEAR + court_series.MONTHS // 12 - 1, 1, 1)
"""The change, on the first of the tested year."""


@dataclass(frozen=True, slots=True)
class Change:
    """Of one kind of change: warnings opened without a cause a court in the twelve months after it, without and with
    care; of the true shifts the share found, without and with; the share of court-months of which nothing was said.
    """

    name: str
    plain: float
    careful: float
    found_plain: float
    found: float
    unsaid: float


def splits(seed: int, workers: int = 1) -> list[Change]:
    """Every kind of change; the same whatever the number of processes."""
    if workers == 1:
        return [one(name, seed) for name in NAMES]
    with futures.ProcessPoolExecutor(workers) as pool:
        return list(pool.map(one, NAMES, [seed] * len(NAMES)))


def one(name: str, seed: int) -> Change:
    """Court i and, merged into it or split from it, court i + PAIRS, both drawn like any other court."""
    place = NAMES.index(name)
    made = court_series.counts(seed + 21 + place, 2 * PAIRS)
    random = np.random.default_rng(seed + 31 + place)
    y = made.y.astype(np.float64)
    begin = int(court_series.TESTED[0])
    shifted = random.uniform(size=PAIRS) < SHIFTED
    extra = random.poisson(0.5 * made.mean[:, begin + CALM :])
    own, other = y[:PAIRS].copy(), y[PAIRS:]
    own[:, begin + CALM :] += np.where(shifted[:, None], extra[:PAIRS], 0)
    united = own + other
    if place in (0, 1):
        series = np.hstack([own[:, :begin], united[:, begin:]])
    elif place == 2:
        series = np.hstack([united[:, :begin], own[:, begin:]])
    else:
        series = np.hstack([np.zeros((PAIRS, begin)), own[:, begin:]])
    calendar = lunar.seasoned(court_series.calendar(), y.sum(axis=0), begin)
    plain = judged(series, calendar)
    careful = plain
    if place == 0:
        careful = judged(united, calendar)
    said = guarded(name, united if place == 0 else series, careful)
    return told(name, plain, said, shifted)


def judged(series: Floats, calendar: lunar.Calendar) -> tuple[Flags, Flags]:
    """Beyond on the high and the low side at the shipped cut, (courts, 12)."""
    found = memory.judge(series, court_series.TESTED, histories.MONTHLY, memory.MONTHLY, calendar=calendar)
    high, low = memory.MONTHLY_TAILS[0].p(found.high), memory.MONTHLY_TAILS[1].p(found.low)
    return (
        np.asarray((high <= warning_budget.CUT) & (high <= low)),
        np.asarray((low <= warning_budget.CUT) & (low < high)),
    )


def guarded(name: str, series: Floats, sides: tuple[Flags, Flags]) -> tuple[Flags, Flags]:
    """(beyond, unsaid) after the product's own care, over a tree that holds such a change."""
    codes = tuple(f"示{row:04d}" for row in range(len(series)))
    beyond, unsaid = np.zeros((len(series), 12), dtype=np.bool_), np.zeros((len(series), 12), dtype=np.bool_)
    change = courts_changed.of(tree(name), ("甲",), "own", FIRST, date(DAY.year, 12, 31))["甲"]
    changes = dict.fromkeys(codes, change)
    for place, month in enumerate(court_series.TESTED):
        seen = series[:, : month + 1]
        at = Series(
            "bench.filed", Text("", ""), "cases", kinds.COUNT, "none", False, codes, ("basic",) * len(codes),
            FIRST, seen, np.ones(seen.shape),
        )  # fmt: skip
        at = courts_changed.cut(at, changes)
        said = [
            Verdict(code, "bench.filed", at.month(int(month)), AMBER if any(flags) else WITHIN, side)
            for row, code in enumerate(codes)
            for flags in [(sides[0][row, place], sides[1][row, place])]
            for side in ["high" if flags[0] else "low"]
        ]
        for row, one_ in enumerate(courts_changed.guarded("history", said, at, changes)):
            beyond[row, place], unsaid[row, place] = one_.beyond, one_.level == UNKNOWN
    return beyond, unsaid


def tree(name: str) -> CourtTree:
    """Court 甲 and what changed beside it."""
    place = NAMES.index(name)
    rows = [row("示", None, 0), row("甲", "示", 1, begun=DAY if place == 3 else None)]
    rows += [row("乙", "示", 2, ended=DAY if place < 2 else None, begun=DAY if place == 2 else None)]
    if place in (1, 3):
        rows += [row("丙", "示", 3), row("丁", "示", 4)]
    return CourtTree(rows)


def row(
    code: str, parent: str | None, order: int, begun: date | None = None, ended: date | None = None
) -> Court:
    level = "basic" if parent else "intermediate"
    return Court(code, parent, code, code, level, begun, ended, "invented", "Asia/Shanghai", order)


def told(name: str, plain: tuple[Flags, Flags], said: tuple[Flags, Flags], shifted: Flags) -> Change:
    """A warning opens as shipped: on two looks of three."""
    figures = []
    for beyond, found_on in ((plain[0] | plain[1], plain[0] | plain[1]), (said[0], said[0])):
        opens = warning_budget.lived(beyond, np.zeros_like(beyond))[0]
        figures += [
            float(opens[~shifted].sum() / max(1, (~shifted).sum())),
            float(warning_budget.ever(found_on[:, CALM:])[shifted].mean()),
        ]
    return Change(name, figures[0], figures[2], figures[1], figures[3], float(said[1].mean()))
