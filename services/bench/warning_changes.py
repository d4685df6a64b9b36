"""Sections of the page of `make bench-warning` on what is known late, courts merged and split, and means: their tables, and
the goals each is held to."""

from __future__ import annotations

from concurrent import futures
from dataclasses import dataclass

import numpy as np

from plumbline.warning import yearend as ends
from services.bench import warning_budget, warning_lags, warning_means, warning_splits
from services.bench.warning_budget import Kind
from services.bench.warning_lags import Late
from services.bench.warning_means import Ending
from services.bench.warning_splits import Change

COURTS_A_SIZE, LATE_PROVINCES = 600, 2
Goal = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything these sections tell, and over how many provinces and courts of a size."""

    late: list[Late]
    splits: list[Change]
    means: Kind
    endings: list[Ending]
    provinces: int
    courts: int


def run(seed: int, provinces: int, years: int, workers: int = 1) -> Changes:
    """As large as the other sections: `provinces` of them for means, at most two for what comes late."""
    few, courts = min(provinces, LATE_PROVINCES), min(years, COURTS_A_SIZE)
    seeds = [seed + 7 * number for number in range(provinces)]
    if workers == 1:
        means = [warning_means.against(one) for one in seeds]
    else:
        with futures.ProcessPoolExecutor(workers) as pool:
            means = list(pool.map(warning_means.against, seeds))
    return Changes(
        warning_lags.late(seed, few, workers),
        warning_splits.splits(seed, workers),
        warning_budget.mean(means),
        warning_means.endings(seed, courts, workers),
        provinces,
        courts,
    )


def sections(found: Changes) -> str:
    return "\n".join([late(found), splits(found), means(found), endings(found)])


def late(found: Changes) -> str:
    shares = ", ".join(f"{one:g}" for one in warning_lags.LAG)
    few = min(found.provinces, LATE_PROVINCES)
    head = f"""## Known late

{few} provinces of {warning_budget.COURTS} courts and {warning_budget.EACH} figures, as above, but of a month only a share is
known at its end: {shares} in the month itself and 1 to 5 months after, on the whole;
courts keep to it as a Dirichlet of {warning_lags.COURT_FIRMNESS:g}, a court's months around the court's as one of
{warning_lags.MONTH_FIRMNESS:g}. Each month is judged as it is known at its end. "What is usually known by then": a chain ladder
over the 36 months before, each court's steps drawn to those of all courts (setting `lag` of a watch of own history,
{warning_lags.MOST} as shipped). Of shares only the numerators are late. Of what was put in, as much as is not known yet cannot
be seen: less is found than if all were known. Low: of the false alarms without control, the share on the low side.

| judged | figures | false warnings a court-year | false reds | false discovery | precision of red | found within the year | low |
|---|---|---|---|---|---|---|---|"""
    lines = [
        f"| {one.way} | {one.kind.name} | {one.kind.false_amber:.3f} ± {one.kind.error[0]:.3f} | {one.kind.false_red:.3f} "
        f"| {one.kind.realised:.3f} | {one.kind.precision_red:.3f} | {one.kind.found:.3f} | {one.low:.2f} |"
        for one in found.late
    ]
    return "\n".join([head, *lines, ""])


def splits(found: Changes) -> str:
    head = f"""## Courts merged, split and founded

{warning_splits.PAIRS} courts a line, counts as above, changed on the first day of the tested year; a share of
{warning_splits.SHIFTED:g} has a true shift x1.5 from the fourth month on. False: warnings opened in the year after at courts
without a shift, at the shipped cut, without control over many tests. Without care the change itself is the alarm, so that
what is "found" without care says nothing of the shift. With care: where one court only can have received another, their
months are summed; where several can, more cases are not told for a year; a court that lost to a new one, and the new one,
have no history of their own for three years.

| the court was | false without care | false with care | found without | found with care | court-months nothing is said of |
|---|---|---|---|---|---|"""
    lines = [
        f"| {one.name} | {one.plain:.3f} | {one.careful:.3f} | {one.found_plain:.3f} | {one.found:.3f} | {one.unsaid:.2f} |"
        for one in found.splits
    ]
    return "\n".join([head, *lines, ""])


def means(found: Changes) -> str:
    one = found.means
    figures = " | ".join(f"{x:.3f}" for x in (one.false_red, one.realised, one.precision_red, one.found))
    return f"""## Means against their target, now

{found.provinces} provinces of {warning_budget.COURTS} courts and {warning_budget.EACH} figures: log-normal days, 3 to 300 cases a
month with season; on the logarithm a court's mean lies around the others' by {warning_means.BETWEEN:g}, its years by
{warning_means.YEARLY:g}, its months by {warning_means.MONTHLY:g}, its cases by .5 to 1. The line lies where a fifth of the
courts' true means of the year are beyond. Judged from the year to date with the scatter of the cases and of two years' months,
both estimated, beside the courts of the level; told once a year.

| false warnings a court-year | false reds | false share | precision of red | found within the year |
|---|---|---|---|---|
| {one.false_amber:.3f} ± {one.error[0]:.3f} | {figures} |
"""


def endings(found: Changes) -> str:
    head = f"""## The year's end of means and shares

{found.courts} years a line, days as above and shares of 5 to 80 % whose yearly logit varies by {warning_means.SHARE_YEARLY:g} and
a month's cases by a correlation of {warning_means.CORRELATION:g}; three years of history, projected by the product from its own
series. A ceiling lies a twentieth above or below last year's own figure. Red: chance to miss {ends.RED:g} or more at two month
ends running; found, false among the years that met their line, precision, and found by the end of September.

| figure | cases a month | missed | within 80 % Mar/Jun/Sep | within 95 % | Brier | red | by September |
|---|---|---|---|---|---|---|---|"""
    lines = []
    for one in found.endings:
        parts = [" ".join(f"{x:.3f}" for x in part) for part in (one.inside80, one.inside95, one.brier)]
        red = " / ".join(f"{x:.2f}" for x in one.red)
        lines.append(
            f"| {one.form} | {one.size} | {one.missed:.2f} | {parts[0]} | {parts[1]} | {parts[2]} | {red} | {one.lead:.2f} |"
        )
    return "\n".join([head, *lines, ""])


def goals(found: Changes) -> list[Goal]:
    rows: list[Goal] = []
    for one in found.late:
        if one.way == warning_lags.WAYS[2]:
            name = f"known late, {one.kind.name}"
            rows.append(_false(name, one.kind.false_amber))
            rows.append(
                (
                    f"{name}: false discovery at most .12",
                    f"{one.kind.realised:.3f}",
                    one.kind.realised <= 0.12,
                )
            )
            rows.append(_precision(name, one.kind.precision_red))
    rows += [_false(f"court {each.name}", each.careful) for each in found.splits]
    rows.append(_false(found.means.name, found.means.false_amber))
    rows.append(_precision(found.means.name, found.means.precision_red))
    for band in found.endings:
        name = f"year's end of a {band.form}, {band.size} a month"
        inside = " ".join(f"{x:.3f}" for x in (*band.inside80, *band.inside95))
        met = all(0.75 <= x <= 0.85 for x in band.inside80) and all(0.92 <= x <= 0.98 for x in band.inside95)
        rows.append((f"{name}: 80 % interval .75 to .85, 95 % .92 to .98", inside, met))
        rows.append(_precision(name, band.red[2]))
    return rows


def _false(name: str, figure: float) -> Goal:
    return f"{name}: false warnings a court-year at most .3", f"{figure:.3f}", figure <= 0.3


def _precision(name: str, figure: float) -> Goal:
    told = "no red" if np.isnan(figure) else f"{figure:.3f}"
    return f"{name}: precision of red at least .6", told, bool(np.isnan(figure) or figure >= 0.6)
