"""`python -m services.bench.drift_calibration`: what a cumulative sum is worth at one look, from courts without any change;
written as plumbline/warning/drift_tails.py. Its seeds are no benchmark's."""

from __future__ import annotations

import argparse
from concurrent import futures

import numpy as np

from plumbline.runtime import schema
from plumbline.warning import drift_charts, lunar
from plumbline.warning.drift_charts import Charts
from plumbline.warning.histories import Floats
from services.bench import court_series

SEED, SERIES = 77_001, 4000
ROUNDS = {5: 6, 4: 3, 3: 3, 2: 3}  # by years: as many draws of SERIES courts
POINTS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
MODULE = schema.CHECKOUT / "plumbline" / "warning" / "drift_tails.py"
HEAD = '''"""What a cumulative sum of drift_charts.py is worth at one look, by the years of its baseline: the scores (the chance
that a chart reaches the sum within a year) that one in ten, a hundred, ... a hundred thousand looks at courts without any
change fall below. Written by services/bench/drift_calibration.py (seed {seed}, {rounds} times {series:,} series)."""

from __future__ import annotations

from plumbline.warning.memory import Tail

# By years: high side, low side.
# fmt: off
'''


def of_counts(made: court_series.Counts, years: int) -> Charts:
    """The charts of the tested year with a baseline of `years`: older months are not on record."""
    older = (drift_charts.MOST_YEARS - years) * 12
    held = drift_charts.baseline(court_series.MONTHS - older)
    assert held is not None
    return drift_charts.counts(made.y[:, older:], recent(older), held)


def of_shares(made: court_series.Shares, years: int) -> Charts:
    """As `of_counts`."""
    older = (drift_charts.MOST_YEARS - years) * 12
    held = drift_charts.baseline(court_series.MONTHS - older)
    assert held is not None
    return drift_charts.shares(made.y[:, older:], made.n[:, older:], recent(older), held)


def recent(older: int) -> lunar.Calendar:
    return lunar.at(court_series.calendar(), np.arange(older, court_series.MONTHS))


def scores(form: str, years: int, seed: int) -> tuple[Floats, Floats]:
    """(high, low) scores of every look of the tested year at which a court is judged."""
    if form == "COUNTS":
        found = of_counts(court_series.counts(seed, SERIES), years)
    else:
        found = of_shares(court_series.shares(seed, SERIES), years)
    known = np.isfinite(found.p_up[:, -12:])
    return found.raw_up[:, -12:][known], found.raw_down[:, -12:][known]


def written(form: str, years: int) -> str:
    """One line of the module."""
    parts = [scores(form, years, SEED + 101 * years + number) for number in range(ROUNDS[years])]
    sides = []
    for side in (0, 1):
        every = np.concatenate([one[side] for one in parts])
        knots = ", ".join(f"{np.quantile(every, share, method='lower'):.3g}" for share in POINTS)
        sides.append(f"Tail(({knots}))")
    return f"    {years}: ({sides[0]}, {sides[1]}),"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    work = [(form, years) for form in ("COUNTS", "SHARES") for years in sorted(ROUNDS)]
    with futures.ProcessPoolExecutor(asked.workers) as pool:
        lines = list(pool.map(written, *zip(*work, strict=True)))
    half = len(ROUNDS)
    text = HEAD.format(seed=SEED, rounds=f"{min(ROUNDS.values())} to {max(ROUNDS.values())}", series=SERIES)
    for name, part in (("COUNTS", lines[:half]), ("SHARES", lines[half:])):
        text += "\n".join([f"{name} = {{", *part, "}", ""])
    MODULE.write_text(text + "# fmt: on\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
