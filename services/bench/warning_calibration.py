"""`python -m services.bench.warning_calibration`: what a monthly score is worth, from courts without any change; the
numbers of plumbline/warning/memory.py. Its seeds are no benchmark's."""

from __future__ import annotations

import argparse

import numpy as np

from plumbline.warning import histories, lunar, memory, ratios_history
from plumbline.warning.histories import Floats
from services.bench import court_series

SEED, SERIES = 88_001, 4000
SHARES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)


def counts(seed: int, series: int = SERIES) -> tuple[Floats, Floats]:
    """(high, low) scores of all usable court-months."""
    made = court_series.counts(seed, series)
    known = lunar.seasoned(court_series.calendar(), made.y.sum(axis=0), int(court_series.TESTED[0]))
    found = memory.judge(made.y, court_series.TESTED, histories.MONTHLY, memory.MONTHLY, calendar=known)
    return found.high[found.usable], found.low[found.usable]


def shares(seed: int, series: int = SERIES) -> tuple[Floats, Floats]:
    made = court_series.shares(seed, series)
    found = ratios_history.judge(
        made.y, made.n, court_series.TESTED, histories.MONTHLY, calendar=court_series.calendar()
    )
    return found.high[found.usable], found.low[found.usable]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    asked = parser.parse_args()
    for name, draw in (("counts", counts), ("shares", shares)):
        rounds = [draw(SEED + number) for number in range(asked.rounds)]
        for side, title in ((0, "high"), (1, "low")):
            scores = np.concatenate([one[side] for one in rounds])
            knots = ", ".join(f"{np.quantile(scores, share, method='lower'):.3g}" for share in SHARES)
            print(f"{name} {title}, {len(scores):,} court-months: ({knots})", flush=True)


if __name__ == "__main__":
    main()
