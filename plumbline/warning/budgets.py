"""A year's budget and its balance: how fast the one goes, how evenly the cases of the other came in and went out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from plumbline.catalog import targets
from plumbline.catalog.watches import Watch
from plumbline.warning import burn, closing, judging, projecting, years
from plumbline.warning import series as kinds
from plumbline.warning.histories import Floats
from plumbline.warning.projecting import Works
from plumbline.warning.series import Series
from plumbline.warning.verdicts import AMBER, RED, WITHIN, Verdict
from plumbline.warning.years import Year

YEARS = 4
SoFar = Mapping[str, Mapping[int, int]]


def mornings(day: date) -> list[int]:
    """The mornings of a year, 0 the first, whose counts its burn rates on `day` are taken from."""
    place = (day - date(day.year, 1, 1)).days
    windows = {*burn.FAST_DAYS, *burn.SLOW_DAYS, burn.TICKET_DAYS, place}
    return sorted({max(0, place - days) for days in windows} | {place})


def burning(watch: Watch, year: Year, works: Works, so_far: SoFar) -> list[Verdict]:
    """How fast every court with a ceiling uses its year's budget. `so_far`: by court, the year's cases before the
    mornings that `mornings` names.
    """
    rows = [row for row, line in enumerate(year.lines) if line is not None and line.high is not None]
    if not rows or year.past() < 1 or year.series.form != kinds.COUNT:
        return []
    projected = projecting.project(year, works, YEARS) if year.past() > 1 else None
    seasons = projected.seasons if projected is not None else _even(year, works)
    place = (year.day - date(year.day.year, 1, 1)).days
    shares = np.array(
        [
            projecting.share_passed(date(year.day.year, 1, 1) + timedelta(days=back), seasons)
            for back in range(place + 1)
        ]
    )
    found = []
    for row in rows:
        line, court = year.lines[row], year.series.courts[row]
        assert line is not None
        assert line.high is not None
        cumulative = np.zeros((1, place + 1))
        for morning, count in so_far.get(court, {}).items():
            cumulative[0, morning] = count
        found.append(
            _burn(
                watch,
                year,
                row,
                burn.judge(cumulative, shares, place, np.array([float(line.high)])),
                line,
            )
        )
    return found


def _burn(watch: Watch, year: Year, row: int, one: burn.Burning, line: targets.Line) -> Verdict:
    tier = int(one.tier[0])
    window, rate, score = {
        burn.FAST: (("近一月", "the last month"), one.month[0], one.p_month[0]),
        burn.SLOW: (("近三月", "the last three months"), one.quarter[0], one.p_quarter[0]),
    }.get(tier, (("本年以来", "the year so far"), one.year[0], one.p_year[0]))
    level = {burn.FAST: RED, burn.SLOW: AMBER, burn.TICKET: AMBER}.get(tier, WITHIN)
    assert line.high is not None
    more = {
        "method": burn.METHOD,
        "budget": float(line.high),
        "rate": float(rate),
        "tier": tier,
        "window": {"zh": window[0], "en": window[1]},
        "line": years.shown_line(line),
        "score": float(score),
    }
    return years.verdict(watch, year, row, level, more)


def _even(year: Year, works: Works) -> Floats:
    days = projecting.workdays(year.day.year, works)
    return np.concatenate([[0.0], np.cumsum(days) / days.sum()])


def balance(
    watch: Watch, closed: Series, filed: Series, works: Works, last_days: Mapping[str, int]
) -> list[Verdict]:
    """Closings of the year that ended, with January known: the December rush and the filings held back. `last_days`:
    by court, closings of its last ten days.
    """
    last = closed.months - 1
    if closed.month(last)[5:] != "01" or closed.months < 13:
        return []
    begin, year = last - 12, closed.first.year + (closed.first.month - 1 + last - 12) // 12
    months, next_days = projecting.workdays(year, works), projecting.workdays(year + 1, works)
    ten = float(sum(works(date(year, 12, 31) - timedelta(days=back)) for back in range(10)))
    late = np.array([float(last_days.get(court, 0)) for court in closed.courts])
    rush = closing.rush(np.nan_to_num(closed.numerators[:, begin:last]), late, months, ten)
    dip = closing.dip(
        np.nan_to_num(filed.numerators[:, begin:last]), np.nan_to_num(filed.numerators[:, last]), months,
        float(next_days[0]), 1.5,
    )  # fmt: skip
    both = closing.paired(rush, dip)
    found = []
    for row, court in enumerate(closed.courts):
        flagged = bool(rush.is_rush[row] or dip.is_held[row])
        level = RED if bool(both[row]) and bool(dip.is_held[row]) else AMBER if flagged else WITHIN
        document = {
            **judging.described(watch, closed.figure, closed.title, closed.unit),
            "method": closing.METHOD,
            "period": str(year),
            "value": float(np.nansum(closed.numerators[row, begin:last])),
            "numerator": int(np.nansum(closed.numerators[row, begin:last])),
            "denominator": 1,
            "share": float(rush.share[row]),
            "days_share": float(months[11] / months.sum()),
            "ratio": float(rush.ratio[row]),
            "last_days": float(rush.ratio_last_days[row]),
            "dip": float(dip.ratio[row]) if dip.ratio[row] <= closing.DIP else None,
            "rebound": float(dip.rebound[row]),
            "picture": judging.picture(closed, row),
            "side": "line",
            "outcome": True,
        }
        found.append(Verdict(court, closed.figure, str(year), level, document=document))
    return found
