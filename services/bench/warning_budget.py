"""How often the warnings of a province cry wolf: every kind over all its indicators, false discovery controlled month by
month, on courts of which a few had something put in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from plumbline.catalog import watches
from plumbline.warning import (
    discovery,
    drift,
    expectations,
    histories,
    life,
    lunar,
    memory,
    peers,
    ratios_history,
    targets_now,
    verdicts,
)
from plumbline.warning.histories import Floats
from services.bench import court_series

COURTS, EACH = 100, 30  # courts of a province; count indicators a court, and as many shares
INJECTED = 0.03
AMBER_RATE, RED_TAIL = (
    discovery.RATE,
    0.001,
)  # red: a found one with less than RED_TAIL on its side, as watches have it
TERMS = life.Terms(watches.HOLD, watches.RELEASE, verdicts.RED, 0)  # as shipped
BETWEEN, OUTLYING = 0.2, 2.0  # standard deviation of courts' logits; odds of a court put apart
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of warning over a court's indicators: warnings opened where nothing was put in, per court-year, by the
    life of a shipped watch (two looks of three, or a red; closed by two inside), and reds; the mean share of false ones a
    month (realised false discovery rate); precision of red; the share of what was put in that was found (amber) within
    the year; false alarmed months per court-year without control over many tests. `error`: the standard errors of the
    false warnings and of the false discovery, over the provinces."""

    name: str
    false_amber: float
    false_red: float
    realised: float
    precision_red: float
    found: float
    uncontrolled: float
    error: tuple[float, float] = (float("nan"), float("nan"))


def kinds(seed: int, rounds: int, workers: int = 1) -> list[Kind]:
    """The kinds, each over `rounds` provinces; the same whatever the number of processes."""
    works = (counts, shares, drifts, beside, against)
    asked = [(work, seed + 7 * number) for work in works for number in range(rounds)]
    if workers == 1:
        found = [one(*each) for each in asked]
    else:
        with futures.ProcessPoolExecutor(workers) as pool:
            found = list(pool.map(one, *zip(*asked, strict=True)))
    return [mean(found[place * rounds : (place + 1) * rounds]) for place in range(len(works))]


def one(work: Callable[[int], Kind], seed: int) -> Kind:
    return work(seed)


def mean(rows: list[Kind]) -> Kind:
    figures = {
        name: float(np.nanmean([getattr(row, name) for row in rows]))
        for name in Kind.__slots__
        if name not in ("name", "error")
    }
    parts = np.array([(row.false_amber, row.realised) for row in rows])
    spread = parts.std(axis=0, ddof=1) / np.sqrt(len(rows)) if len(rows) > 1 else np.full(2, np.nan)
    return Kind(rows[0].name, **figures, error=(float(spread[0]), float(spread[1])))


def told(name: str, p: Floats, struck: Flags, put_in: Flags, plain: Flags) -> Kind:
    """From p values (s, 12) of one kind, s = courts * indicators: Benjamini-Hochberg over all of a month. `plain` are
    the alarms without it."""
    q = np.stack([discovery.adjusted(p[:, month]) for month in range(p.shape[1])], axis=1)
    q = np.nan_to_num(q, nan=1.0)
    amber = np.asarray(q <= AMBER_RATE)
    red = amber & np.asarray(p <= 2.0 * RED_TAIL)
    wrong = (amber & ~struck).sum(axis=0) / np.maximum(amber.sum(axis=0), 1)
    hit = ever(amber & struck)[put_in]
    return Kind(
        name,
        float((lived(amber, red)[0] & ~struck).sum() / COURTS),
        float((opened(red) & ~struck).sum() / COURTS),
        float(wrong.mean()),
        float((red & struck).sum() / red.sum()) if red.any() else float("nan"),
        float(hit.mean()) if len(hit) else float("nan"),
        float((plain & ~struck).sum() / COURTS),
    )


def lived(amber: Flags, red: Flags, yearly: bool = False) -> tuple[Flags, Flags]:
    """The months in which a warning opens, and those in which it stands, by the looks of a shipped watch at every month's
    end. `yearly`: each look speaks of the whole year, which is told once."""
    begins, stands = np.zeros_like(amber), np.zeros_like(amber)
    for row in np.flatnonzero((amber | red).any(axis=1)):
        kept = life.Memory()
        for month in range(amber.shape[1]):
            level = (
                verdicts.RED if red[row, month] else verdicts.AMBER if amber[row, month] else verdicts.WITHIN
            )
            said = verdicts.Verdict("", "", "year" if yearly else str(month), level)
            step = life.look(kept, said, TERMS, date(2024, month + 1, 28))
            kept = step.memory
            begins[row, month], stands[row, month] = step.act == "opened", kept.state == life.OPEN
    return begins, stands


def ever(found: Flags) -> Flags:
    return np.asarray(found.any(axis=1))


def opened(standing: Flags) -> Flags:
    """The months in which a warning begins: one that stays is one."""
    found = standing.copy()
    found[:, 1:] &= ~standing[:, :-1]
    return found


def two_sided(high: Floats, low: Floats) -> Floats:
    return np.asarray(np.minimum(2.0 * np.fmin(high, low), 1.0))


def counts(seed: int) -> Kind:
    made = court_series.counts(seed, COURTS * EACH, INJECTED)
    found = memory.judge(made.y, court_series.TESTED, histories.MONTHLY, memory.MONTHLY, calendar=known(made))
    p = two_sided(memory.MONTHLY_TAILS[0].p(found.high), memory.MONTHLY_TAILS[1].p(found.low))
    return told("own history, counts", p, made.struck, made.kind > 0, found.is_high | found.is_low)


def known(made: court_series.Counts) -> lunar.Calendar:
    """The months with the season of all courts before the tested year."""
    return lunar.seasoned(court_series.calendar(), made.y.sum(axis=0), int(court_series.TESTED[0]))


def shares(seed: int) -> Kind:
    made = court_series.shares(seed + 1, COURTS * EACH, INJECTED)
    found = ratios_history.judge(
        made.y, made.n, court_series.TESTED, histories.MONTHLY, calendar=court_series.calendar()
    )
    p = two_sided(memory.RATIO_TAILS[0].p(found.high), memory.RATIO_TAILS[1].p(found.low))
    return told("own history, shares", p, made.struck, made.kind > 0, found.is_high | found.is_low)


def drifts(seed: int) -> Kind:
    """The sums start at the year's first month; the expectations are those of the own-history regression."""
    made = court_series.counts(seed + 2, COURTS * EACH, INJECTED)
    held = expectations.expect(made.y, court_series.TESTED, histories.MONTHLY, None, known(made))
    expected, wide = held.mean.reshape(-1, 12), held.dispersion.reshape(-1, 12)
    state = drift.start((len(expected),))
    p, plain = np.empty(expected.shape), np.empty(expected.shape, dtype=np.bool_)
    for month, at in enumerate(court_series.TESTED):
        step = drift.counts(state, made.y[:, at], expected[:, month], wide[:, month])
        state = step.state
        p[:, month], plain[:, month] = two_sided(step.p_up, step.p_down), step.is_up | step.is_down
    # A sum keeps what a month put in until it alarms or comes back to 0: from the first such month all are its doing.
    since = np.maximum.accumulate(made.struck, axis=1)
    return told("slow drift, counts", p, since, made.kind > 0, plain)


def province(seed: int) -> tuple[Floats, Floats, Floats, Flags]:
    """Shares of EACH indicators over COURTS courts: (y, n) of each month, (12, g, k), the courts' true shares (g, k),
    and which courts were put apart."""
    random = np.random.default_rng(seed)
    size = np.exp(random.uniform(np.log(3.0), np.log(300.0), (EACH, COURTS)))
    logit = random.uniform(np.log(0.02 / 0.98), np.log(4.0), (EACH, 1)) + BETWEEN * random.standard_normal(
        (EACH, COURTS)
    )
    apart = random.uniform(size=(EACH, COURTS)) < INJECTED
    share = 1.0 / (1.0 + np.exp(-(logit + np.where(apart, np.log(OUTLYING), 0.0))))
    n = random.poisson(size, (12, EACH, COURTS)).astype(np.float64)
    return random.binomial(n.astype(np.int64), share).astype(np.float64), n, share, apart


def beside(seed: int) -> Kind:
    """Peers, from each month's year to date; a court not put apart is one of the courts' own spread."""
    y, n, _, apart = province(seed + 3)
    p, plain = np.empty((EACH * COURTS, 12)), np.empty((EACH * COURTS, 12), dtype=np.bool_)
    for month in range(12):
        found = peers.shares(y[: month + 1].sum(axis=0), n[: month + 1].sum(axis=0))
        p[:, month] = two_sided(found.p_high, found.p_low).ravel()
        plain[:, month] = p[:, month] < 0.002
    struck = np.repeat(apart.reshape(-1, 1), 12, axis=1)
    return told("peers, shares", p, struck, apart.ravel(), plain)


def against(seed: int) -> Kind:
    """Target now, from the year to date: the line lies where a fifth of the courts' true shares are beyond. Amber and red
    are the posterior's, as shipped; false where the true share is not beyond. No control over many tests: each states
    its own chance."""
    y, n, share, _ = province(seed + 4)
    line = np.quantile(share, 0.8, axis=1)[:, None]
    beyond = np.asarray(share > line)
    amber, red = (np.zeros((share.size, 12), dtype=np.bool_) for _ in range(2))
    for month in range(12):
        total, cases = y[: month + 1].sum(axis=0), n[: month + 1].sum(axis=0)
        mean_, strength = targets_now.prior(total, cases)
        state = targets_now.ratios(
            total, cases, mean_[:, None], strength[:, None], line, np.array(1)
        ).state.ravel()
        amber[:, month], red[:, month] = state >= targets_now.AT_AMBER, state == targets_now.AT_RED
    struck = np.repeat(beyond.reshape(-1, 1), 12, axis=1)
    begins, standing = lived(amber, red, yearly=True)
    return Kind(
        "target now, shares",
        float((begins & ~struck).sum() / COURTS),
        float((opened(red) & ~struck).sum() / COURTS),
        float((standing & ~struck).sum() / max(1, standing.sum())),
        float((red & struck).sum() / max(1, red.sum())),
        float(ever(standing)[beyond.ravel()].mean()),
        float((amber & ~struck).sum() / COURTS),
    )
