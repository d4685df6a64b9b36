"""`python -m services.bench.warning_trees`: false discovery over all courts and figures of a month at once, beside parents
before children, on the same series at the same rate: what was put in lies scattered, in one family, or in few courts."""

from __future__ import annotations

import argparse
import statistics
from concurrent import futures
from dataclasses import dataclass

import numpy as np

from plumbline.warning import discovery, hierarchy, histories, memory
from plumbline.warning.histories import Floats, Integers
from services.bench import court_series, warning_budget

SEED = 515_001
PLACES = ("scattered", "one family", "few courts")
METHODS = ("flat", "tree")
FIGURES = {
    "realised": "false discovery",
    "found": "found within the year",
    "false_amber": "false warnings a court-year",
    "false_red": "false reds",
    "precision_red": "precision of red",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One province: of a placement and a method, realised false discovery (mean over months), the share of what was put in
    found within the year, false warnings a court-year by the life of a shipped watch, false reds, precision of red."""

    place: str
    method: str
    realised: float
    found: float
    false_amber: float
    false_red: float
    precision_red: float


def laid(random: np.random.Generator, struck: Floats, place: str) -> Integers:
    """In which order the series (s,) stand, `EACH` a court: as drawn; those struck among the first family's; those
    struck one court after the other. The series themselves are the same."""
    order = random.permutation(len(struck))
    if place == PLACES[0]:
        return np.asarray(order, np.int64)
    hit, plain = order[struck[order] > 0], order[struck[order] == 0]
    first = (
        int((warning_budget.family_of() == 0).sum()) * warning_budget.EACH if place == PLACES[1] else len(hit)
    )
    front = random.permutation(np.concatenate([hit, plain[: max(0, first - len(hit))]]))
    return np.concatenate([front, plain[max(0, first - len(hit)) :]]).astype(np.int64)


def one(seed: int, form: str, rate: float = discovery.RATE) -> list[Row]:
    """One province of counts or shares, every placement by both methods."""
    size = warning_budget.COURTS * warning_budget.EACH
    if form == "counts":
        made = court_series.counts(seed, size, warning_budget.INJECTED)
        known = warning_budget.known(made)
        held = memory.judge(made.y, court_series.TESTED, histories.MONTHLY, memory.MONTHLY, calendar=known)
        tails, scores, struck, kind = memory.MONTHLY_TAILS, (held.high, held.low), made.struck, made.kind
    else:
        drawn = court_series.shares(seed, size, warning_budget.INJECTED)
        told = warning_budget.judged_shares(drawn)
        tails, scores, struck, kind = memory.RATIO_TAILS, (told.high, told.low), drawn.struck, drawn.kind
    p = warning_budget.two_sided(tails[0].p(scores[0]), tails[1].p(scores[1]))
    random = np.random.default_rng([seed, 9])
    rows = []
    for place in PLACES:
        order = laid(random, kind.astype(np.float64), place)
        for method in METHODS:
            q = rates(p[order], method)
            lot = warning_budget.told_of("", p[order], q <= rate, struck[order], kind[order] > 0)
            rows.append(
                Row(place, method, lot.realised, lot.found, lot.false_amber, lot.false_red, lot.precision_red)
            )
    return rows


def rates(p: Floats, method: str) -> Floats:
    """The least rates (s, 12) at which each series is found in each month; 2 where nothing is known."""
    months = range(p.shape[1])
    if method == METHODS[0]:
        found = [discovery.adjusted(p[:, month]) for month in months]
    else:
        found = [hierarchy.rates(p[:, month], warning_budget.by_court()).tests for month in months]
    return np.nan_to_num(np.stack(found, axis=1), nan=2.0)


@dataclass(frozen=True, slots=True)
class Compared:
    """Over the provinces, of a placement: each figure of the flat method, of the tree, and the mean of tree less flat on
    the same series with its standard error."""

    form: str
    place: str
    figure: str
    flat: float
    tree: float
    apart: float
    error: float


def compare(seed: int, rounds: int, workers: int = 1) -> list[Compared]:
    """`rounds` provinces of counts and as many of shares."""
    found = []
    for form in ("counts", "shares"):
        seeds = [seed + 11 * number + (form == "shares") for number in range(rounds)]
        if workers == 1:
            provinces = [one(each, form) for each in seeds]
        else:
            with futures.ProcessPoolExecutor(workers) as pool:
                provinces = list(pool.map(one, seeds, [form] * rounds))
        for number, place in enumerate(PLACES):
            pairs = [(rows[2 * number], rows[2 * number + 1]) for rows in provinces]
            found += [_compared(form, place, figure, pairs) for figure in FIGURES]
    return found


def _compared(form: str, place: str, figure: str, pairs: list[tuple[Row, Row]]) -> Compared:
    values = np.array([[getattr(one, figure) for one in pair] for pair in pairs])
    values = values[np.isfinite(values).all(axis=1)]
    apart = values[:, 1] - values[:, 0]
    error = float(apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else float("nan")
    flat, tree = (float(part) for part in values.mean(axis=0))
    return Compared(form, place, figure, flat, tree, statistics.fmean(apart), error)


def section(found: list[Compared], provinces: int) -> str:
    """The comparison as a section of the page."""
    head = f"""## Parents before children

The same series of {provinces} provinces, own history of counts and of shares, bounded at {discovery.RATE:.0%} over all
courts and indicators of the month (flat), and as shipped (tree): {warning_budget.FAMILIES} families of courts, their
courts, the courts' indicators. What was put in lies scattered over all courts, in the courts of one family, or in few
courts. Tree less flat with its standard error over the provinces.

| series | what was put in lies | figure | flat | tree | tree less flat | beyond two errors |
|---|---|---|---|---|---|---|"""
    lines = [
        f"| {one.form} | {one.place} | {FIGURES[one.figure]} | {one.flat:.3f} | {one.tree:.3f} "
        f"| {one.apart:+.3f} ± {one.error:.3f} | {'yes' if abs(one.apart) > 2 * one.error else 'no'} |"
        for one in found
    ]
    return "\n".join([head, *lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    print(section(compare(asked.seed, asked.rounds), asked.rounds))


if __name__ == "__main__":
    main()
