"""From a figure's series to verdicts of slow drift: the charts of drift_charts.py said of each court at one look."""

from __future__ import annotations

from typing import Final

import numpy as np

from plumbline.catalog.watches import Watch
from plumbline.warning import drift_charts, judging
from plumbline.warning import series as kinds
from plumbline.warning.drift_charts import Charts
from plumbline.warning.judging import Works
from plumbline.warning.series import Series
from plumbline.warning.verdicts import AMBER, WITHIN, Verdict

FORMS: Final = (kinds.COUNT, kinds.SHARE)


def judge(watch: Watch, series: Series, works: Works) -> list[Verdict]:
    """Every court's last month: beyond where a sum stands at its limit; its chance is held against the false discovery
    rate with the others of the look. Nothing is said of means and of rates above one.
    """
    if series.form not in FORMS:
        return []
    rows = range(len(series.courts))
    held = drift_charts.baseline(series.months)
    if held is None:
        return [judging.unknown(watch, series, row, "short_history") for row in rows]
    calendar = judging.calendar_of(series, works)
    if series.form == kinds.COUNT:
        charts = drift_charts.counts(series.numerators, calendar, held)
    else:
        charts = drift_charts.shares(series.numerators, series.denominators, calendar, held)
    return [_said(watch, series, charts, row) for row in rows]


def _said(watch: Watch, series: Series, charts: Charts, row: int) -> Verdict:
    """Of the two directions the one less likely by chance."""
    chances = {"high": float(charts.p_up[row, -1]), "low": float(charts.p_down[row, -1])}
    if not all(np.isfinite(one) for one in chances.values()):
        return judging.unknown(watch, series, row, "no_figure")
    side = "high" if chances["high"] <= chances["low"] else "low"
    reached, since = (
        (charts.is_up, charts.since_up) if side == "high" else (charts.is_down, charts.since_down)
    )
    beyond = bool(reached[row, -1]) and watch.side in ("both", side)
    more = {
        "method": drift_charts.METHOD,
        "expected": float(charts.expected[row, -1]) * (1.0 if series.form == kinds.COUNT else series.scale),
        "periods": int(since[row, -1]),
        "sums": [float(charts.up[row, -1]), float(charts.down[row, -1])],
        "years": charts.years,
        "began": series.month(charts.begin),
    }
    return judging.figured(watch, series, row, AMBER if beyond else WITHIN, side, chances[side], more)
