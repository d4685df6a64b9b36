"""The second half of `make bench-warning`: what the warnings do on invented courts, as sections of the page."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

import numpy as np

from plumbline.warning import targets_now
from plumbline.warning import yearend as ends
from services.bench import (
    warning_budget,
    warning_changes,
    warning_costs,
    warning_drifts,
    warning_trees,
    warning_yearend,
)
from services.bench.warning_budget import Kind
from services.bench.warning_changes import Changes
from services.bench.warning_costs import Cost
from services.bench.warning_drifts import Delays
from services.bench.warning_trees import Compared
from services.bench.warning_yearend import Band

CHARTS, YEARS, PROVINCES = 20_000, 10_000, 8
BUDGETS = 6  # annual budgets or floors a court; for the false reds of all kinds together
REFERENCE = {1.0: (20.0, 12, 0.25), 5.0: (7.0, 12, 0.84), 20.0: (3.0, 6, 0.97)}


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the sections tell, and how much was drawn for it."""

    delays: list[Delays]
    bands: list[Band]
    kinds: list[Kind]
    trees: list[Compared]
    changes: Changes
    cost: Cost
    charts: int
    years: int
    provinces: int


def run(
    seed: int,
    charts: int = CHARTS,
    years: int = YEARS,
    provinces: int = PROVINCES,
    rounds: int = 3,
    workers: int = 1,
) -> Found:
    return Found(
        warning_drifts.delays(seed, charts),
        warning_yearend.bands(seed, years),
        warning_budget.kinds(seed, provinces, workers),
        warning_trees.compare(seed, provinces, workers),
        warning_changes.run(seed, provinces, years, workers),
        warning_costs.cost(rounds, seed),
        charts,
        years,
        provinces,
    )


def sections(found: Found) -> str:
    return "\n".join(
        [
            drifts(found),
            budget(found),
            warning_trees.section(found.trees, found.provinces),
            yearend(found),
            warning_changes.sections(found.changes),
            goals(found),
            cost(found.cost),
        ]
    )


def drifts(found: Found) -> str:
    head = f"""## Slow drift: the cumulative sums alone

{found.charts:,} charts a line, expectation known; the change, from the first month, is to 1.5 times the mean (or the
odds), downwards to its inverse. Below 2 a month a drift cannot be judged within a year. False alarms: of charts
without change, the share that alarmed in their first year upwards, the alarms a year later on, the first year downwards.

| chart | first year | later | first year down | median months to the alarm | within 6 | within 12 | median down |
|---|---|---|---|---|---|---|---|"""
    lines = [
        f"| {one.name} | {one.first:.4f} | {one.later:.4f} | {one.first_down:.4f} | {one.median:g} | {one.within6:.3f} "
        f"| {one.within12:.3f} | {one.median_down:g} |"
        for one in found.delays
    ]
    return "\n".join([head, *lines, ""])


def budget(found: Found) -> str:
    head = f"""## False alarms of a province

{found.provinces} provinces of {warning_budget.COURTS} courts with {warning_budget.EACH} counts (0.1 to 150 a month) and
{warning_budget.EACH} shares (1 to 90 %) each, with season, Lunar New Year and a rush in December; in 3 of 100 series a shift
x1.5, a spike x3, a drift of 3 % a month or a merger x2 in the tested year (for peers and target the odds of 3 of 100
courts doubled). Found: false discovery rate 10 % over all courts and indicators of the month and kind, parents before
children ({warning_budget.FAMILIES} families of courts, their courts, the courts' indicators), as the product does it;
red, if its tail is .001 or less too. Drifts: 7.5 %, chosen on other seeds, and never red.
Target now states its own chance instead (amber {targets_now.AMBER:g}, red {targets_now.RED:g}:
amber the least, on other seeds, that keeps its false warnings well below .3; at .8 they were .52 there, and .43 of the
courts beyond were found, not .36).
A warning lives as shipped: it opens on two looks of three or a red, and two looks inside close it; target now tells a
year once. What a court of a few cases a month does is mostly not found within its year. With ±, standard errors over the
provinces. The last column: false alarmed months a court-year if every series alarmed for itself.

| kind | false warnings a court-year | false reds | false discovery | precision of red | found within the year | uncontrolled |
|---|---|---|---|---|---|---|"""
    lines = [
        f"| {one.name} | {one.false_amber:.3f} ± {one.error[0]:.3f} | {one.false_red:.3f} "
        f"| {one.realised:.3f} ± {one.error[1]:.3f} | {'—' if np.isnan(one.precision_red) else f'{one.precision_red:.3f}'} "
        f"| {one.found:.3f} | {one.uncontrolled:.2f} |"
        for one in found.kinds
    ]
    return "\n".join([head, *lines, ""])


def yearend(found: Found) -> str:
    few = f"{warning_yearend.LIMITED:,}"
    head = f"""## The year's end

{found.years:,} years a line: three years of history, levels varying by 15 %, then a year moved by .75, 1 or 1.25;
shares of the year by a Dirichlet of 300 around a season with a rush, counts with variance 1.5 times the mean. Season,
phi and c are estimated from all courts' three years. A ceiling is last year less a tenth, a floor last year. Red: chance
to miss {ends.RED:g} or more at two month ends running (chosen on other seeds; at .8 courts of 30 cases a year are told by
September in .77 of the missed floors and .80 of the missed ceilings, at .75 in .81 and .83); found, false among the
years that met their line, precision, and found by the end of September. Beside it, twice running too: a twelfth a month,
and last year's same months.

The last columns are Brier scores on the first {few} of these years: ours; the limit, of one who knows how such
years are drawn (season, spreads of levels and shares, shifts, phi) and takes only what the court's levels lie around from
its three years; and of one who knows that too. Chance apart, none can be lower from the months alone.

"""
    columns = (
        "line", "cases a year", "missed", "within 80 % Mar/Jun/Sep", "within 95 %", "Brier", "red", "by September",
        "a twelfth", "last year", "Brier there", "limit", "level known",
    )  # fmt: skip
    head += f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    lines = []
    for one in found.bands:
        name = "ceiling" if one.direction > 0 else "floor"
        parts = [" ".join(f"{x:.3f}" for x in part) for part in (one.inside80, one.inside95, one.brier)]
        three = [" / ".join(f"{x:.2f}" for x in part) for part in (one.red, one.linear, one.last_year)]
        lines.append(
            f"| {name} | {one.size} | {one.missed:.2f} | {parts[0]} | {parts[1]} | {parts[2]} | {three[0]} | {one.lead:.2f} "
            f"| {three[1]} | {three[2]} | {' | '.join(' '.join(f'{x:.3f}' for x in part) for part in one.limits)} |"
        )
    return "\n".join([head, *lines, ""])


def goals(found: Found) -> str:
    rows: list[tuple[str, str, bool]] = []
    for one in found.delays:
        if one.size in REFERENCE:
            median, months, share = REFERENCE[one.size]
            within = one.within6 if months == 6 else one.within12
            # Shares found to two decimals, as the reference states them; false alarms as measured.
            met = one.median <= median and round(within, 2) >= share and one.first <= 0.02
            figure = f"{one.median:g} months, {within:.3f}, {one.first:.4f}"
            goal = f"drift at {one.name}: median {median:g}, {share:.2f} within {months} months, first-year false alarms .02"
            rows.append((goal, figure, met))
    rows += budget_goals(found) + yearend_goals(found.bands) + warning_changes.goals(found.changes)
    cost = found.cost
    rows.append(
        ("refit of 12,000 series under 60 s", f"{statistics.median(cost.refit):.1f} s", max(cost.refit) < 60)
    )
    rows.append(("a day's scoring under 2 s", f"{statistics.median(cost.daily):.2f} s", max(cost.daily) < 2))
    lines = ["## Goals on invented courts", "", "| goal | measured | reached |", "|---|---|---|"]
    lines += [f"| {goal} | {figure} | {'yes' if met else 'no'} |" for goal, figure, met in rows]
    return "\n".join([*lines, ""])


def budget_goals(found: Found) -> list[tuple[str, str, bool]]:
    """The false reds of all kinds: those of the table, and of the year's end for BUDGETS compliant lines a court."""
    rows = [
        (
            f"{one.name}: false warnings a court-year at most .3",
            f"{one.false_amber:.3f}",
            one.false_amber <= 0.3,
        )
        for one in found.kinds
    ]
    ends = float(np.mean([one.red[1] * (1.0 - one.missed) for one in found.bands])) * BUDGETS
    reds = sum(one.false_red for one in found.kinds) + ends
    worst = max(one.realised for one in found.kinds if one.name != "target now, shares")
    precision = min(one.precision_red for one in found.kinds if not np.isnan(one.precision_red))
    rows.append(
        (
            f"false reds a court-year, all kinds and {BUDGETS} year-end lines, at most 1",
            f"{reds:.3f}",
            reds <= 1.0,
        )
    )
    rows.append(("realised false discovery at most .12, worst kind", f"{worst:.3f}", worst <= 0.12))
    rows.append(("precision of red at least .6, worst kind", f"{precision:.3f}", precision >= 0.6))
    return rows


def yearend_goals(bands: list[Band]) -> list[tuple[str, str, bool]]:
    rows = []
    for one in bands:
        name = f"{'ceiling' if one.direction > 0 else 'floor'}, {one.size} a year"
        inside = [f"{x:.3f}" for x in (*one.inside80, *one.inside95)]
        met = all(0.75 <= x <= 0.85 for x in one.inside80) and all(0.92 <= x <= 0.98 for x in one.inside95)
        rows.append((f"{name}: 80 % interval .75 to .85, 95 % .92 to .98", " ".join(inside), met))
        brier = " ".join(f"{x:.3f}" for x in one.brier)
        met = all(x <= most for x, most in zip(one.brier, (0.16, 0.12, 0.08), strict=True))
        if not met:
            ours, limit, known = (" ".join(f"{x:.3f}" for x in part) for part in one.limits)
            brier += f" (on {warning_yearend.LIMITED:,}: ours {ours}, limit {limit}, level known {known})"
        rows.append((f"{name}: Brier at most .16, .12, .08", brier, met))
        if one.size >= 30:
            red = f"{one.red[0]:.3f}, {one.red[2]:.3f}, {one.lead:.3f}"
            met = one.red[0] >= 0.85 and one.red[2] >= 0.85 and one.lead >= 0.80
            rows.append((f"{name}: red found .85, precision .85, three months ahead .80", red, met))
    return rows


def cost(found: Cost) -> str:
    def line(ours: tuple[float, ...], least: tuple[float, ...]) -> str:
        ratios = [one / other for one, other in zip(ours, least, strict=True)]
        middle = statistics.median(ratios)
        return (
            f"median {statistics.median(ours):.2f} s over {statistics.median(least):.4f} s, ratio {middle:.0f} "
            f"({min(ratios):.0f} to {max(ratios):.0f})"
        )

    return f"""## Cost of a province

{warning_costs.COURTS} courts, {warning_costs.COUNTS} counts and {warning_costs.SHARES} shares each, monthly,
{len(found.refit)} rounds in turns. Refit (both regressions, priors) beside one Newton step a series on the same
windows: {line(found.refit, found.refit_least)}.
A day's scoring with stored fits (own history, drift, target, peers, year-end) beside two incomplete beta functions a
series: {line(found.daily, found.daily_least)}.
"""
