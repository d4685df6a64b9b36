"""How often the warnings of a province cry wolf: every kind over all its indicators, false discovery controlled month by
month and parents before children, as shipped, on courts of which a few had something put in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from plumbline.catalog import watch_kinds, watches
from plumbline.warning import (
    discovery,
    drift_charts,
    hierarchy,
    histories,
    life,
    lunar,
    memory,
    peers,
    ratios_history,
    targets_now,
    verdicts,
)
from plumbline.warning.histories import Floats, Integers
from services.bench import court_series

COURTS, EACH = 100, 30  # courts of a province; count indicators a court, and as many shares
INJECTED = 0.03
AMBER_RATE, RED_TAIL = (
    discovery.RATE,
    0.001,
)  # red: a found one with less than RED_TAIL on its side, as watches have it
CUT, PEERS_TAIL = (
    0.01,
    0.025,
)  # of a side, from which a shipped watch has it beyond: its `cut`; 1.96 standard deviations
FAMILIES = 9  # intermediate courts, each with those below it
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
    works = (counts, shares, drifts, drifts_of_shares, beside, against)
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
        name: float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
        for name in Kind.__slots__
        if name not in ("name", "error")
        for values in [np.array([getattr(row, name) for row in rows])]
    }
    parts = np.array([(row.false_amber, row.realised) for row in rows])
    spread = parts.std(axis=0, ddof=1) / np.sqrt(len(rows)) if len(rows) > 1 else np.full(2, np.nan)
    return Kind(rows[0].name, **figures, error=(float(spread[0]), float(spread[1])))


def told(
    name: str,
    p: Floats,
    struck: Flags,
    put_in: Flags,
    plain: Flags,
    own: Flags,
    tree: hierarchy.Tree,
    reds: bool = True,
    rate: float = AMBER_RATE,
) -> Kind:
    """From p values (s, 12) of one kind, s = courts * indicators, as shipped: beyond are those with the kind's own line
    crossed (`own`) that are found in the month's tree of tests. `plain` are the alarms without control over many tests."""
    months = [hierarchy.rates(p[:, month], tree).tests for month in range(p.shape[1])]
    found = np.asarray(np.nan_to_num(np.stack(months, axis=1), nan=2.0) <= rate)
    kind = told_of(name, p, found & own, struck, put_in, reds)
    return replace(kind, uncontrolled=float((plain & ~struck).sum() / COURTS))


def told_of(name: str, p: Floats, amber: Flags, struck: Flags, put_in: Flags, reds: bool = True) -> Kind:
    """What becomes of the found ones (s, 12), `amber`; `reds`: whether the kind has any."""
    red = amber & np.asarray(p <= 2.0 * RED_TAIL) & reds
    wrong = (amber & ~struck).sum(axis=0) / np.maximum(amber.sum(axis=0), 1)
    hit = ever(amber & struck)[put_in]
    return Kind(
        name,
        float((lived(amber, red)[0] & ~struck).sum() / COURTS),
        float((opened(red) & ~struck).sum() / COURTS),
        float(wrong.mean()),
        float((red & struck).sum() / red.sum()) if red.any() else float("nan"),
        float(hit.mean()) if len(hit) else float("nan"),
        float("nan"),
    )


def family_of(courts: int = COURTS, families: int = FAMILIES) -> Integers:
    """The family of each court: about as many courts in each, in their order."""
    return np.asarray(np.arange(courts) * families // courts, np.int64)


def by_court() -> hierarchy.Tree:
    """Of series that stand court by court, EACH of one after the other."""
    return hierarchy.Tree(np.repeat(np.arange(COURTS), EACH).astype(np.int64), family_of())


def by_figure() -> hierarchy.Tree:
    """Of series that stand figure by figure, the courts of one after the other."""
    return hierarchy.Tree(np.tile(np.arange(COURTS), EACH).astype(np.int64), family_of())


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
    plain = found.is_high | found.is_low
    return told("own history, counts", p, made.struck, made.kind > 0, plain, p <= 2.0 * CUT, by_court())


def known(made: court_series.Counts) -> lunar.Calendar:
    """The months with the season of all courts before the tested year."""
    return lunar.seasoned(court_series.calendar(), made.y.sum(axis=0), int(court_series.TESTED[0]))


def shares(seed: int) -> Kind:
    made = court_series.shares(seed + 1, COURTS * EACH, INJECTED)
    found = judged_shares(made)
    p = two_sided(memory.RATIO_TAILS[0].p(found.high), memory.RATIO_TAILS[1].p(found.low))
    plain = found.is_high | found.is_low
    return told("own history, shares", p, made.struck, made.kind > 0, plain, p <= 2.0 * CUT, by_court())


def judged_shares(made: court_series.Shares) -> ratios_history.Verdicts:
    return ratios_history.judge(
        made.y, made.n, court_series.TESTED, histories.MONTHLY, calendar=court_series.calendar()
    )


def drifts(seed: int) -> Kind:
    """The charts as shipped, of counts."""
    made = court_series.counts(seed + 2, COURTS * EACH, INJECTED)
    held = drift_charts.baseline(court_series.MONTHS)
    assert held is not None
    return charted("slow drift, counts", drift_charts.counts(made.y, court_series.calendar(), held), made)


def drifts_of_shares(seed: int) -> Kind:
    """The charts as shipped, of shares."""
    made = court_series.shares(seed + 5, COURTS * EACH, INJECTED)
    held = drift_charts.baseline(court_series.MONTHS)
    assert held is not None
    found = drift_charts.shares(made.y, made.n, court_series.calendar(), held)
    return charted("slow drift, shares", found, made)


def charted(name: str, found: drift_charts.Charts, made: court_series.Counts | court_series.Shares) -> Kind:
    """A look of each tested month is the last column of the charts as they stood then."""
    up, down = found.p_up[:, -12:], found.p_down[:, -12:]
    is_up, is_down = found.is_up[:, -12:], found.is_down[:, -12:]
    own = np.where(up <= down, is_up, is_down)
    # A sum keeps what a month put in until it comes back to 0: from the first such month all are its doing.
    since = np.maximum.accumulate(made.struck, axis=1)
    p = two_sided(up, down)
    rate = float(watch_kinds.KINDS["drift"].settings["rate"].shipped)
    return told(name, p, since, made.kind > 0, is_up | is_down, own, by_court(), reds=False, rate=rate)


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
    return told("peers, shares", p, struck, apart.ravel(), plain, p <= 2.0 * PEERS_TAIL, by_figure())


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
