"""`python -m services.bench.drift_table`: the limits of the cumulative sums by simulation, written as the numbers of
plumbline/warning/drift_numbers.py; run once, kept with its seed."""

from __future__ import annotations

import numpy as np

from plumbline.runtime import schema
from plumbline.warning.histories import Floats

SEED = 40_417
PATHS, LOOKS, LATER = 100_000, 12, 48
FIRST_YEAR, LONG_RUN = 0.02, 0.04
MEANS = (
    0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0, 100.0,
    150.0, 200.0, 300.0,
)  # fmt: skip
SIZES = (1, 2, 3, 5, 7, 10, 20, 30, 50, 100, 200, 500, 1000)
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
MODULE = schema.CHECKOUT / "plumbline" / "warning" / "drift_numbers.py"
HEAD = '''"""The numbers of drift_limits.py, written by services/bench/drift_table.py (seed {seed}, {paths:,} charts a cell,
a quarter of them for shares)."""

from __future__ import annotations

# fmt: off
'''
TAIL = "# fmt: on\n"


def limit(made: Floats) -> float:
    """The least limit for increments (months, charts) that keeps both rates; rounded up to a thousandth."""
    sums = np.zeros(made.shape[1])
    most = np.zeros(made.shape[1])
    for month in range(LOOKS):
        sums = np.maximum(0.0, sums + made[month])
        most = np.maximum(most, sums)
    ordered = np.sort(most)[::-1]
    error = float(np.sqrt(FIRST_YEAR * (1.0 - FIRST_YEAR) / len(ordered)))
    place = int(
        (FIRST_YEAR - 2.0 * error) * len(ordered)
    )  # so that chance of this draw does not lower a limit
    least = float(ordered[place]) + 1e-6  # so that at most `place` charts reach it
    if rate(made, least) > LONG_RUN:
        low, high = least, 40.0
        while high - low > 1e-3:
            middle = (low + high) / 2.0
            low, high = (middle, high) if rate(made, middle) > LONG_RUN else (low, middle)
        least = high
    return float(np.ceil(least * 1000.0) / 1000.0)


def rate(made: Floats, least: float) -> float:
    """Alarms a court-year after the first year, charts restarting at 0."""
    sums, alarms = np.zeros(made.shape[1]), 0
    for month in range(LOOKS + LATER):
        sums = np.maximum(0.0, sums + made[month])
        beyond = sums >= least
        alarms += int(beyond.sum()) if month >= LOOKS else 0
        sums[beyond] = 0.0
    return float(alarms / made.shape[1] / (LATER / 12.0))


def counts(mu: float, r: float, number: int) -> float:
    random = np.random.default_rng([SEED, number])
    drawn = random.poisson(mu, (LOOKS + LATER, PATHS // 2 if mu > 1 else PATHS))
    return limit(drawn * np.log(r) - mu * (r - 1.0))


def odds(n: int, p: float, number: int) -> float:
    random = np.random.default_rng([SEED, 10_000 + number])
    drawn = random.binomial(n, p, (LOOKS + LATER, PATHS // 4))
    return limit(drawn * np.log(1.5) - n * np.log(1.0 + 0.5 * p))


def written(name: str, values: list[float]) -> str:
    lines, row = [f"{name} = ("], "   "
    for value in values:
        if len(row) + len(f" {value:g},") > 108:
            lines.append(row)
            row = "   "
        row += f" {value:g},"
    return "\n".join([*lines, row, ")"])


def main() -> None:
    parts = [written("MEANS", list(MEANS)), "SPLIT = 1.4  # factors above it are 1.5"]
    for name, r in (("UP", 1.5), ("DOWN", 1 / 1.5), ("UP_LARGE", 1.3), ("DOWN_LARGE", 1 / 1.3)):
        found = [counts(mu, r, int(r * 1000) * 100 + place) for place, mu in enumerate(MEANS)]
        parts.append(written(name, found))
    parts += [written("SIZES", list(SIZES)), written("SHARES", list(SHARES)), "ODDS = ("]
    for place, n in enumerate(SIZES):
        row = [odds(n, p, place * 100 + column) for column, p in enumerate(SHARES)]
        parts.append("    (" + " ".join(f"{value:g}," for value in row) + "),")
    parts.append(")")
    text = HEAD.format(seed=SEED, paths=PATHS) + "\n".join(parts) + "\n" + TAIL
    MODULE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
