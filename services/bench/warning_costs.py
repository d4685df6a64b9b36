"""What a day of warnings costs a province: 200 courts with 60 indicators, refitted and scored, beside the least it could."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special  # type: ignore[import-untyped]  # scipy ships no types

from plumbline.warning import (
    drift,
    expectations,
    histories,
    lunar,
    memory,
    peers,
    quasi,
    ratios_history,
    targets_now,
    yearend,
)
from services.bench import court_series

COURTS, COUNTS, SHARES = 200, 30, 30


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of each round, ours and the least: one Newton step a series and the same windows for the refit; for the
    day's scoring two incomplete beta functions a series."""

    refit: tuple[float, ...]
    refit_least: tuple[float, ...]
    daily: tuple[float, ...]
    daily_least: tuple[float, ...]


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def cost(rounds: int, seed: int) -> Cost:
    """Ours and the least in turns."""
    y, s = court_series.counts(seed, COURTS * COUNTS), court_series.shares(seed + 1, COURTS * SHARES)
    judged = court_series.TESTED[-1:]
    calendar = lunar.seasoned(court_series.calendar(), y.y.sum(axis=0), int(court_series.TESTED[0]))
    held = expectations.expect(y.y, judged, histories.MONTHLY, None, calendar)
    kept = ratios_history.expect(s.y, s.n, judged, histories.MONTHLY, None, court_series.calendar())
    prior = targets_now.prior(
        s.y[:, judged[0]].reshape(SHARES, COURTS), s.n[:, judged[0]].reshape(SHARES, COURTS)
    )
    laid = histories.layout(histories.MONTHLY)
    made = quasi.design(laid.design(True))
    figures: list[list[float]] = [[], [], [], []]

    def refit() -> None:
        expectations.expect(y.y, judged, histories.MONTHLY, None, calendar)
        ratios_history.expect(s.y, s.n, judged, histories.MONTHLY, None, court_series.calendar())
        targets_now.prior(
            s.y[:, judged[0]].reshape(SHARES, COURTS), s.n[:, judged[0]].reshape(SHARES, COURTS)
        )

    def least_refit() -> None:
        for part in (y.y, s.y):
            rows = histories.windows(part, judged, laid)
            np.linalg.solve(quasi.information(made, rows + 0.1), (rows @ made.columns)[..., None])

    def least_daily() -> None:
        n = np.full(COURTS * (COUNTS + SHARES), 40.0)
        for _ in range(2):
            special.betainc(n, n + 1.0, 0.5)

    for _ in range(rounds):
        for row, work in enumerate((refit, least_refit, lambda: daily(y, s, held, kept, prior), least_daily)):
            figures[row].append(timed(work))
    return Cost(*(tuple(row) for row in figures))


def daily(
    y: court_series.Counts,
    s: court_series.Shares,
    held: expectations.Expectations,
    kept: ratios_history.Shares,
    prior: tuple[np.ndarray, np.ndarray],
) -> None:
    """Every kind once with stored fits: own history of counts and shares, drift, target, peers, year-end."""
    at = int(court_series.TESTED[-1])
    now, before = y.y[:, at].astype(np.float64), y.y[:, at - 1].astype(np.float64)
    memory.scores(now, before, held, memory.MONTHLY)
    ys, ns = ([part[:, at - back].astype(np.float64) for back in (0, 1)] for part in (s.y, s.n))
    usable = np.flatnonzero(kept.usable & (ns[0] > 0))
    held_shares = ratios_history.Shares(
        *(getattr(kept, name)[usable] for name in ratios_history.Shares.__slots__)
    )
    ratios_history.scores(
        (ys[0][usable], ys[1][usable]), (ns[0][usable], ns[1][usable]), held_shares, memory.MONTHLY_RATIOS
    )
    drift.counts(drift.start(now.shape), now, held.mean, held.dispersion)
    shaped = [part.reshape(SHARES, COURTS) for part in (ys[0], ns[0])]
    line = np.full((SHARES, 1), 0.3)
    targets_now.ratios(shaped[0], shaped[1], prior[0][:, None], prior[1][:, None], line, np.array(1))
    peers.shares(shaped[0], shaped[1])
    rest = yearend.remaining(y.y[:, -12:].sum(axis=1), 0.5, 12.0 * held.mean, 1.5)
    yearend.counts(y.y[:, -12:].sum(axis=1), rest, 12.0 * held.mean, 1)
