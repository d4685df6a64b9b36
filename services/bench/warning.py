"""`make bench-warning`: the shipped own-history rule beside a Farrington-Flexible reference on the 42 scenarios of
Noufaily et al. 2013, from the same draws and the same fits, and every kind of warning on invented courts; prints the
tables and keeps them in the documentation."""

from __future__ import annotations

import argparse
import functools
import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich import progress

from plumbline.runtime import schema
from plumbline.warning import expectations, histories, limits, memory, quasi
from plumbline.warning.histories import Floats, Integers
from services.bench import table, warning_courts, warning_report, warning_scenarios, warning_weeks

SEED = 20261122
WEEKLY = 1000  # courts by the real calendar
PAPER = schema.CHECKOUT / "docs" / "reference" / "early-warning-benchmarks.md"


@dataclass(frozen=True, slots=True)
class Scores:
    """Tail probabilities of each tested week, (scenarios, replicates, 49): of the rule's high and low side and of
    the reference, on clean and struck series; `hit` marks weeks that hold cases of the current outbreak."""

    ours_clean: Floats
    ours_struck: Floats
    low_clean: Floats
    reference_clean: Floats
    reference_struck: Floats
    hit: NDArray[np.bool_]
    k: Integers
    unusable: float


def scores(
    replicates: int, seed: int, rule: memory.Rule = memory.SHIPPED, shown: bool = False, workers: int = 1
) -> Scores:
    """Run everything; about 17 ms a replicate and scenario on one core."""
    work = functools.partial(one, replicates=replicates, seed=seed, rule=rule)
    if workers == 1:
        parts = [work(scenario) for scenario in bar(warning_scenarios.scenarios(), shown)]
    else:
        with futures.ProcessPoolExecutor(workers) as pool:
            parts = list(pool.map(work, warning_scenarios.scenarios()))
    return Scores(
        ours_clean=np.stack([part.ours_clean for part in parts]),
        ours_struck=np.stack([part.ours_struck for part in parts]),
        low_clean=np.stack([part.low_clean for part in parts]),
        reference_clean=np.stack([part.reference_clean for part in parts]),
        reference_struck=np.stack([part.reference_struck for part in parts]),
        hit=np.stack([part.hit for part in parts]),
        k=np.stack([part.k for part in parts]),
        unusable=float(np.mean([part.unusable for part in parts])),
    )


def bar(scenarios: Iterable[warning_scenarios.Scenario], shown: bool) -> Iterator[warning_scenarios.Scenario]:
    if shown and sys.stdout.isatty():
        yield from progress.track(list(scenarios), description="scenarios")
    else:
        yield from scenarios


def one(scenario: warning_scenarios.Scenario, replicates: int, seed: int, rule: memory.Rule) -> Scores:
    """One scenario: the same without the first axis."""
    drawn = warning_scenarios.sample(scenario, replicates, seed)
    high, low, plain, lost = tails(drawn.clean, rule)
    struck_high, _, struck_plain, _ = tails(drawn.struck, rule)
    return Scores(high, struck_high, low, plain, struck_plain, drawn.cases > 0, drawn.k, lost)


def tails(counts: Integers, rule: memory.Rule) -> tuple[Floats, Floats, Floats, float]:
    """The rule's high and low score, the reference's tail, (r, 49), and the share of weeks without a model."""
    tested = warning_scenarios.TESTED
    held = expectations.expect(counts, tested, histories.WEEKLY)
    now, before = counts[:, tested].reshape(-1), counts[:, tested - 1].reshape(-1)
    high, low = memory.scores(now, before, held, rule)
    plain = limits.at_least(now, held.mean, held.dispersion)
    shaped = [np.where(held.usable, side, 1.0).reshape(len(counts), -1) for side in (high, low, plain)]
    return shaped[0], shaped[1], shaped[2], float(1.0 - held.usable.mean())


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds to refit `series` series once, and of the least: the same windows, one Newton step a series."""

    series: int
    ours: tuple[float, ...]
    least: tuple[float, ...]


def cost(series: int, rounds: int, seed: int) -> Cost:
    """Ours and the least in turns."""
    counts = np.random.default_rng(seed).poisson(8.0, (series, warning_scenarios.WEEKS))
    judged = np.array([warning_scenarios.WEEKS - 1])
    laid = histories.layout(histories.WEEKLY)
    made = quasi.design(laid.design(True))
    ours, least = [], []
    for _ in range(rounds):
        started = time.perf_counter()
        memory.judge(counts, judged, histories.WEEKLY)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        for start in range(0, series, expectations.CHUNK):
            rows = histories.windows(counts[start : start + expectations.CHUNK], judged, laid)
            right = (rows @ made.columns)[..., None]
            np.linalg.solve(quasi.information(made, rows + 0.1), right)
        least.append(time.perf_counter() - started)
    return Cost(series, tuple(ours), tuple(least))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200, help="of each of the 42 scenarios")
    parser.add_argument("--short", action="store_true", help="a tenth of the invented courts")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--to", type=Path, default=PAPER, help="where the table is kept")
    asked = parser.parse_args(arguments)
    about = table.Circumstances.now(asked.seed, asked.replicates, "")
    workers = os.cpu_count() or 1
    found = scores(asked.replicates, asked.seed, shown=True, workers=workers)
    text = warning_report.paper(found, cost(12_000, 3, asked.seed), about)
    sizes = {"charts": 2000, "years": 300, "provinces": 1, "rounds": 1} if asked.short else {}
    text += "\n" + warning_courts.sections(warning_courts.run(asked.seed, workers=workers, **sizes))
    courts = WEEKLY // 10 if asked.short else WEEKLY
    text += "\n" + warning_weeks.section(warning_weeks.rows(asked.seed, courts, workers), courts)
    asked.to.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
