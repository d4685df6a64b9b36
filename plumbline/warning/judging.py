"""From a figure's series to verdicts: what each method says of each court at one look. Pure; the same series and
settings give the same verdicts, to the bit.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from scipy import stats  # type: ignore[import-untyped]  # scipy ships no types

from plumbline.catalog.watch_kinds import KINDS
from plumbline.catalog.watches import Watch
from plumbline.warning import histories, lags, limits, lunar, memory, peers, ratios_history
from plumbline.warning import series as kinds
from plumbline.warning.histories import Baseline, Floats
from plumbline.warning.lags import Reported
from plumbline.warning.series import Series
from plumbline.warning.verdicts import AMBER, RED, UNKNOWN, WITHIN, Verdict

Works = Callable[[date], bool]
_TAILS: Final[Mapping[str, tuple[memory.Tail, memory.Tail]]] = {
    kinds.COUNT: memory.MONTHLY_TAILS,
    kinds.SHARE: memory.RATIO_TAILS,
}
"""By form: from the scores of the monthly methods to chances, set by simulation."""
METHOD_MEAN: Final = "own-history-mean/1"
METHOD_PATTERN: Final = "pattern-count/1"
PATTERN_UNREAD: Final = 3
LEAST_YEARS: Final = 3
SHOWN_MONTHS: Final = 36
SPAN: Final = 0.025
"""Limits are shown for 95 in 100."""


@dataclass(frozen=True, slots=True)
class Side:
    """What a method says of one court: tails of both sides, expectation and usual limits, in the figure's unit."""

    high: float
    low: float
    expected: float | None
    lower: float | None
    upper: float | None
    method: str
    more: Mapping[str, Any]


def history(
    watch: Watch, series: Series, works: Works, late: tuple[Reported, Reported | None] | None = None
) -> list[Verdict]:
    """Every court's last month against its own history; `late`: how much of the months of the numerator, and of a
    share's denominator, is usually known by now.
    """
    years = min(int(watch.setting("years")), (series.months - 2) // 12)
    if years < LEAST_YEARS:
        return [unknown(watch, series, row, "short_history") for row in range(len(series.courts))]
    baseline = dataclasses.replace(histories.MONTHLY, years=years)
    if series.form == kinds.COUNT:
        found = _counts(watch, series, baseline, works, late[0] if late else None)
    elif series.form == kinds.SHARE:
        found = _shares(watch, series, baseline, works, (late[0], late[1]) if late and late[1] else None)
    else:
        found = [_mean(series, row, years) for row in range(len(series.courts))]
    tails = _TAILS.get(series.form)
    return [_sided(watch, series, row, side, tails) for row, side in enumerate(found)]


def _counts(
    watch: Watch, series: Series, baseline: Baseline, works: Works, late: Reported | None
) -> list[Side | None]:
    last = np.array([series.months - 1])
    rule = dataclasses.replace(
        memory.MONTHLY, spike=float(watch.setting("spike")), floor=int(watch.setting("least"))
    )
    calendar = calendar_of(series, works)
    known = series.numerators
    pooled = np.nansum(known if late is None else lags.filled(known, late), axis=0)
    if float(pooled[: series.months - 1].sum()) > 0:
        calendar = lunar.seasoned(calendar, pooled, series.months - 1)
    verdicts = (
        memory.judge(known, last, baseline, rule, calendar=calendar)
        if late is None
        else lags.judge(known, last, baseline, rule, calendar, late)
    )
    found: list[Side | None] = []
    for row in range(len(series.courts)):
        if not verdicts.usable[row, 0]:
            found.append(None)
            continue
        mean, phi = verdicts.expected[row], verdicts.dispersion[row]
        ends = limits.lower(mean, phi, SPAN), limits.upper(mean, phi, SPAN)
        found.append(
            Side(
                float(verdicts.high[row, 0]),
                float(verdicts.low[row, 0]),
                float(mean[0]),
                float(ends[0][0]),
                float(ends[1][0]),
                memory.METHOD_MONTHLY,
                {"dispersion": float(phi[0]), "years": baseline.years, **_completeness(late, row)},
            )
        )
    return found


def _completeness(late: Reported | None, row: int) -> dict[str, Any]:
    return {} if late is None else {"completeness": late.document(row)}


def _shares(
    watch: Watch, series: Series, baseline: Baseline, works: Works, late: tuple[Reported, Reported] | None
) -> list[Side | None]:
    last = np.array([series.months - 1])
    rule = dataclasses.replace(memory.MONTHLY_RATIOS, spike=float(watch.setting("spike")))
    both, calendar = (series.numerators, series.denominators), calendar_of(series, works)
    verdicts = (
        ratios_history.judge(*both, last, baseline, rule, calendar=calendar)
        if late is None
        else lags.judge_shares(*both, last, baseline, rule, calendar, late)
    )
    found: list[Side | None] = []
    for row in range(len(series.courts)):
        if not verdicts.usable[row, 0]:
            found.append(None)
            continue
        share, n = float(verdicts.expected[row, 0]), float(series.denominators[row, -1])
        spread = 1.96 * math.sqrt(share * (1 - share) / max(n, 1.0))
        found.append(
            Side(
                float(verdicts.high[row, 0]),
                float(verdicts.low[row, 0]),
                share * series.scale,
                max(0.0, share - spread) * series.scale,
                min(1.0, share + spread) * series.scale,
                ratios_history.METHOD,
                {"years": baseline.years, **_completeness(late[0] if late else None, row)},
            )
        )
    return found


def _mean(series: Series, row: int, years: int) -> Side | None:
    """A mean (days, money a case) or a ratio above one: its logarithm against the same season of earlier years (the
    month itself and its neighbours, the last six months unread), Student's t.
    """
    now = series.value(row, series.months - 1)
    places = [series.months - 1 - 12 * back + beside for back in range(1, years + 1) for beside in (-1, 0, 1)]
    values = [series.value(row, place) for place in places if place >= 0]
    past = np.log([one for one in values if one is not None and one > 0])
    if now is None or now <= 0 or len(past) < 6:
        return None
    centre, spread = float(past.mean()), float(past.std(ddof=1)) * math.sqrt(1 + 1 / len(past))
    if spread <= 0:
        return None
    t = (math.log(now) - centre) / spread
    freedom = len(past) - 1
    wide = float(stats.t.ppf(1 - SPAN, freedom)) * spread
    return Side(
        float(stats.t.sf(t, freedom)), float(stats.t.cdf(t, freedom)), math.exp(centre),
        math.exp(centre - wide), math.exp(centre + wide), METHOD_MEAN, {"years": years, "months": len(past)},
    )  # fmt: skip


def calendar_of(series: Series, works: Works) -> lunar.Calendar:
    """The months of a series as the regressions see them."""
    first = series.first
    offset = first.month - 1
    whole = lunar.monthly(first.year, offset + series.months, lambda day: works(date.fromordinal(day)))
    return lunar.at(whole, np.arange(offset, offset + series.months))


def beside_peers(watch: Watch, series: Series) -> list[Verdict]:
    """Every court beside those of its level, by shares, or by counts over what they rest on; a plain count has no
    measure of a court's size, so nothing is said of it.
    """
    found: list[Verdict] = []
    for level in dict.fromkeys(series.levels):
        rows = [row for row, one in enumerate(series.levels) if one == level]
        found += _of_level(watch, series.chosen(rows))
    order = {court: place for place, court in enumerate(series.courts)}
    return sorted(found, key=lambda one: order[one.court])


def _of_level(watch: Watch, series: Series) -> list[Verdict]:
    y, n = series.numerators[:, -1], series.denominators[:, -1]
    known = np.isfinite(y) & np.isfinite(n) & (n > 0)
    if series.form not in (kinds.SHARE, kinds.RATE) or known.sum() < peers.LEAST_KNOWN:
        return [unknown(watch, series, row, "few_courts") for row in range(len(series.courts))]
    if series.form == kinds.SHARE:
        funnel = peers.shares(y[None, :], n[None, :])
        few = known.sum() < peers.FEW_COURTS
        tails = peers.predictive_shares(y[known], n[known]) if few else None
    else:
        funnel = peers.counts(y[None, :], n[None, :])
        few = known.sum() < peers.FEW_COURTS
        tails = peers.predictive_counts(y[known], n[known]) if few else None
    high, low = funnel.p_high[0].copy(), funnel.p_low[0].copy()
    if tails is not None:
        high[known], low[known] = tails
    found = []
    red, amber = (float(stats.norm.sf(float(watch.setting(one)))) for one in ("red", "amber"))
    for row in range(len(series.courts)):
        if not known[row] or not np.isfinite(high[row]):
            found.append(unknown(watch, series, row, "no_figure"))
            continue
        lower, upper = _funnel(series, funnel, row, float(watch.setting("red")))
        more = {
            "method": peers.METHOD_FEW if tails is not None else peers.METHOD,
            "expected": float(funnel.centre[0]) * series.scale,
            "low": lower,
            "high": upper,
            "courts": int(known.sum()),
            "overdispersion": float(funnel.overdispersion[0]),
            "z": float(funnel.z[0, row]),
        }
        side, score = ("high", high[row]) if high[row] <= low[row] else ("low", low[row])
        wanted = watch.side in ("both", side)
        level = RED if score <= red else AMBER if score <= amber else WITHIN
        found.append(figured(watch, series, row, level if wanted else WITHIN, side, float(score), more))
    return found


def _funnel(series: Series, funnel: peers.Funnel, row: int, z: float) -> tuple[float, float]:
    """The limits of a court's own size, in the unit."""
    n, centre, tau2 = float(series.denominators[row, -1]), float(funnel.centre[0]), float(funnel.between[0])
    if series.form == kinds.SHARE:
        middle, wide = math.asin(math.sqrt(centre)), z * math.sqrt(0.25 / n + tau2)
        ends = (max(0.0, middle - wide), min(math.pi / 2, middle + wide))
        return math.sin(ends[0]) ** 2 * series.scale, math.sin(ends[1]) ** 2 * series.scale
    wide = z * math.sqrt(1.0 / max(n * centre, 1e-9) + tau2)
    return centre * math.exp(-wide) * series.scale, centre * math.exp(wide) * series.scale


def patterns(watch: Watch, series: Series) -> list[Verdict]:
    """Last month's cases of an unusual pattern against the court's own months, the last three before it unread, lest a
    pattern that has begun pass for what is usual.
    """
    found = []
    least, tail = int(watch.setting("least")), float(watch.setting("tail"))
    for row in range(len(series.courts)):
        past = series.numerators[row, : -1 - PATTERN_UNREAD]
        past = past[np.isfinite(past)]
        now = series.numerators[row, -1]
        if len(past) < 12 or not np.isfinite(now):
            found.append(unknown(watch, series, row, "short_history"))
            continue
        mean = np.array([(float(past.sum()) + 0.5) / len(past)])
        phi = np.array([max(1.0, float(past.var(ddof=1)) / max(float(past.mean()), 1e-9))])
        score = float(limits.at_least(np.array([now]), mean, phi)[0])
        beyond = now >= least and score <= tail
        level = (RED if score <= tail / 10 else AMBER) if beyond else WITHIN
        more = {
            "method": METHOD_PATTERN,
            "expected": float(mean[0]),
            "high": float(limits.upper(mean, phi, tail)[0]),
            "low": 0.0,
            "dispersion": float(phi[0]),
        }
        found.append(figured(watch, series, row, level, "high", score, more))
    return found


def _sided(
    watch: Watch, series: Series, row: int, side: Side | None, tails: tuple[memory.Tail, memory.Tail] | None
) -> Verdict:
    """Of the two sides the one less likely by chance. A method's own scores are first told as chances, by its tails."""
    if side is None:
        return unknown(watch, series, row, "no_figure")
    chances = {"high": side.high, "low": side.low}
    if tails is not None:
        both = np.array([side.high]), np.array([side.low])
        chances = {"high": float(tails[0].p(both[0])[0]), "low": float(tails[1].p(both[1])[0])}
    which = "high" if chances["high"] <= chances["low"] else "low"
    score, cut = chances[which], float(watch.setting("cut"))
    wanted = watch.side in ("both", which)
    level = (RED if score <= cut / 10 else AMBER) if score <= cut and wanted else WITHIN
    more = {
        "method": side.method,
        "expected": side.expected,
        "low": side.lower,
        "high": side.upper,
        "tails": [side.high, side.low],
        **side.more,
    }
    return figured(watch, series, row, level, which, score, more)


def figured(
    watch: Watch,
    series: Series,
    row: int,
    level: str,
    side: str,
    score: float | None,
    more: Mapping[str, Any],
) -> Verdict:
    """The verdict of a court's last month; `more` is what the method adds to its document."""
    last = series.months - 1
    above, below = series.numerators[row, last], series.denominators[row, last]
    document = {
        **described(watch, series.figure, series.title, series.unit),
        "side": side,
        "period": series.month(last),
        "value": series.value(row, last),
        "numerator": _whole(above),
        "denominator": _whole(below),
        "score": score,
        "outcome": series.outcome,
        "picture": picture(series, row),
        **more,
    }
    return Verdict(
        series.courts[row], series.figure, series.month(last), level, side, score, document=document
    )


def unknown(watch: Watch, series: Series, row: int, reason: str) -> Verdict:
    """That a court's last month cannot be judged, and why."""
    return Verdict(
        series.courts[row],
        series.figure,
        series.month(series.months - 1),
        UNKNOWN,
        document={**described(watch, series.figure, series.title, series.unit), "reason": reason},
    )


def described(watch: Watch, figure: str, title: Any, unit: str) -> dict[str, Any]:
    """What every document begins with: the watch and its figure."""
    return {
        "title": {"zh": watch.title.zh, "en": watch.title.en},
        "kind": watch.kind,
        "figure": figure,
        "figure_title": {"zh": title.zh, "en": title.en},
        "unit": unit,
        "settings": {name: float(watch.setting(name)) for name in KINDS[watch.kind].settings},
    }


def picture(series: Series, row: int) -> dict[str, Any]:
    """What a client needs to draw the series: its months and values, the last three years."""
    begin = max(0, series.months - SHOWN_MONTHS)
    return {
        "months": [series.month(index) for index in range(begin, series.months)],
        "values": [series.value(row, index) for index in range(begin, series.months)],
        "numerators": [_whole(one) for one in series.numerators[row, begin:]],
        "denominators": [_whole(one) for one in series.denominators[row, begin:]],
    }


def _whole(number: Floats | float) -> int | None:
    return int(number) if np.isfinite(number) else None
