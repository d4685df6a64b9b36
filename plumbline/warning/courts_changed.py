"""Courts that were split, merged, founded or moved: whose months a court's history is, and what may not be said of it
because the court is not the one it was. Pure, over the tree of courts; the tree tells no successors, so only what can
be meant by it alone is summed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from plumbline.courts import Court, CourtTree
from plumbline.warning import series as kinds
from plumbline.warning.series import Series
from plumbline.warning.verdicts import UNKNOWN, Verdict

REASON: Final = "court_changed"
LEAST_MONTHS: Final[Mapping[str, int]] = {"history": 36, "drift": 18, "pattern": 15}
"""By kind of watch: the months a court must have had since it was changed."""
LEAST_YEARS: Final = 2
GUARDED_MONTHS: Final = 12
MOVED: Final = 2.0
"""A court whose year after lies so many standard deviations from the year before, on the side the change explains, is
held to have changed by it."""
DISPERSION: Final = 1.5


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one court. `united`: the courts whose own cases make its history (itself among them), where that
    is exact. `since`: there is no other history than its own from that day on. `doubtful`: since that day it may hold
    cases of a court that ended (`more`), or have lost cases to one that began (`fewer`).
    """

    day: date
    united: tuple[str, ...] = ()
    since: date | None = None
    doubtful: date | None = None
    more: bool = False
    fewer: bool = False


def of(tree: CourtTree, courts: Sequence[str], scope: str, first: date, today: date) -> dict[str, Change]:
    """By court, what changed it after `first` and up to `today`; courts that did not change are left out."""
    rows = list(tree)
    found = _own(tree, rows, first, today)
    if scope != "own":
        found = {**found, **_whole(tree, rows, courts, found, first, today)}
    return {court: found[court] for court in courts if court in found}


def _own(tree: CourtTree, rows: Iterable[Court], first: date, today: date) -> dict[str, Change]:
    spans: dict[str, list[Court]] = {}
    for row in rows:
        spans.setdefault(row.code, []).append(row)
    begun = {code: min(one.valid_from or date.min for one in own) for code, own in spans.items()}
    ended = {code: max(one.valid_until or date.max for one in own) for code, own in spans.items()}
    days = sorted({day for day in (*begun.values(), *ended.values()) if first < day <= today})
    found: dict[str, Change] = {}
    for day in days:
        before = date.fromordinal(day.toordinal() - 1)
        groups: dict[tuple[str | None, str], tuple[list[str], list[str], list[str]]] = {}
        for code in spans:
            old, new = tree.get(code, before), tree.get(code, day)
            here = new or old
            if here is not None:
                place = 1 if ended[code] == day else 2 if begun[code] == day else 0
                groups.setdefault((here.parent, here.level), ([], [], []))[place].append(code)
        for stayed, gone, came in groups.values():
            if gone or came:
                _group(found, day, stayed, gone, came)
    return found


def _group(found: dict[str, Change], day: date, stayed: list[str], gone: list[str], came: list[str]) -> None:
    """Courts under one court and of one level on a day on which some ended or began."""
    heirs = came or stayed
    if gone and len(heirs) == 1:
        whole = [
            code for one in (*heirs, *gone) for code in (found[one].united if one in found else ()) or (one,)
        ]
        held = found.get(heirs[0])
        known = dataclasses.replace(held, day=day) if held else Change(day)
        found[heirs[0]] = dataclasses.replace(known, united=tuple(dict.fromkeys(whole)))
        return
    for code in came:
        found[code] = Change(day, since=day)
    for code in stayed:
        held = found.get(code, Change(day))
        if came and not gone and len(stayed) == 1:
            found[code] = Change(day, since=day)
        else:
            more, fewer = held.more or bool(gone), held.fewer or bool(came)
            found[code] = dataclasses.replace(held, day=day, doubtful=day, more=more, fewer=fewer)


def _whole(
    tree: CourtTree,
    rows: Sequence[Court],
    courts: Sequence[str],
    own: Mapping[str, Change],
    first: date,
    today: date,
) -> dict[str, Change]:
    """Of courts with all below them: those that courts moved into or out of. Whatever stands below them now, or stood
    there when it ended, is summed from the beginning.
    """
    codes = tuple(dict.fromkeys(row.code for row in rows))
    last = {code: (tree.get(code, today) or tree.get(code)) for code in codes}
    parents = {code: one.parent if one else None for code, one in last.items()}
    moved: dict[str, date] = {}
    for row in rows:
        if row.valid_from is None or not first < row.valid_from <= today:
            continue
        earlier = tree.get(row.code, date.fromordinal(row.valid_from.toordinal() - 1))
        if earlier is not None and earlier.parent != row.parent:
            old, new = (
                set(tree.ancestors(row.code, day))
                for day in (date.fromordinal(row.valid_from.toordinal() - 1), row.valid_from)
            )
            for higher in old ^ new:
                moved[higher] = max(row.valid_from, moved.get(higher, date.min))
    below: dict[str, list[str]] = {}
    for code in codes:
        above: str | None = code
        while above is not None:
            below.setdefault(above, []).append(code)
            above = parents.get(above)
    found = {}
    for court in courts:
        merged = own[court].united if court in own else ()
        if court in moved or merged:
            members = [code for one in merged or (court,) for code in below.get(one, [one])]
            held = own.get(court) or Change(moved[court])
            day = max(held.day, moved.get(court, date.min))
            found[court] = dataclasses.replace(held, day=day, united=tuple(dict.fromkeys(members)))
        elif court in own and len(below.get(court, ())) > 1 and own[court].since is None:
            found[court] = own[court]
    return found


def cut(series: Series, changes: Mapping[str, Change]) -> Series:
    """The series without the months in which a court was another; the same where nothing must be left out."""
    above, below = series.numerators, series.denominators
    for row, court in enumerate(series.courts):
        since = _since(series, row, changes.get(court))
        if since is not None:
            begin = min(max(series.index(since), 0), series.months)
            above, below = above.copy(), below.copy()
            above[row, :begin], below[row, :begin] = np.nan, np.nan
    return dataclasses.replace(series, numerators=above, denominators=below)


def guarded(
    kind: str, verdicts: Iterable[Verdict], series: Series, changes: Mapping[str, Change]
) -> list[Verdict]:
    """Verdicts over monthly series: of a court with too few months since it was changed nothing is said, nor, for a
    year after a change that may have moved it, of the side that the change explains.
    """
    found = []
    rows = {court: row for row, court in enumerate(series.courts)}
    for one in verdicts:
        change = changes.get(one.court)
        if change is None or kind not in LEAST_MONTHS or one.level == UNKNOWN:
            found.append(one)
            continue
        since = _since(series, rows[one.court], change)
        short = since is not None and series.months - series.index(since) < LEAST_MONTHS[kind]
        if short or _explained(one, series, change):
            found.append(unjudged(one, change.day))
        else:
            told = {"united": list(change.united), "changed_on": change.day.isoformat()}
            found.append(
                dataclasses.replace(one, document={**one.document, **told}) if change.united else one
            )
    return found


def guarded_year(verdicts: Iterable[Verdict], day: date, changes: Mapping[str, Change]) -> list[Verdict]:
    """Forecasts of a year: nothing is said of a court that was changed in the year, nor of one that has not two whole
    years of its own before it.
    """
    found = []
    for one in verdicts:
        change = changes.get(one.court)
        inside = change is not None and (
            change.day.year == day.year
            or (change.since is not None and change.since.year > day.year - LEAST_YEARS - 1)
        )
        found.append(unjudged(one, change.day) if change is not None and inside else one)
    return found


def guarded_weeks(verdicts: Iterable[Verdict], day: date, changes: Mapping[str, Change]) -> list[Verdict]:
    """Verdicts over weeks, whose series know of no change: nothing is said of a court that was changed in the last three
    years, of one that may have been not for one.
    """
    found = []
    for one in verdicts:
        change = changes.get(one.court)
        months = 0 if change is None else (day.year - change.day.year) * 12 + day.month - change.day.month
        sure = change is not None and bool(change.united or change.since)
        short = change is not None and months < (LEAST_MONTHS["history"] if sure else GUARDED_MONTHS)
        found.append(unjudged(one, change.day) if change is not None and short else one)
    return found


def unjudged(verdict: Verdict, day: date) -> Verdict:
    """The same object, of which nothing is said because the court was changed on a day."""
    document = {**verdict.document, "reason": REASON, "changed_on": day.isoformat()}
    return dataclasses.replace(verdict, level=UNKNOWN, score=None, document=document)


def _since(series: Series, row: int, change: Change | None) -> date | None:
    """The day a court's own history begins: where the tree says so, or a year of cases after a doubtful change does."""
    if change is None or change.since is not None:
        return change.since if change else None
    if change.doubtful is None:
        return None
    cases = series.numerators[row] if series.form == kinds.COUNT else series.denominators[row]
    begin = series.index(change.doubtful)
    before, after = cases[max(0, begin - 12) : max(0, begin)], cases[max(0, begin) : begin + 12]
    if len(before) < 12 or len(after) < GUARDED_MONTHS:
        return None
    was, became = float(np.nansum(before)), float(np.nansum(after))
    apart = (became - was) / max(DISPERSION * (became + was), 1.0) ** 0.5
    moved = (change.more and apart > MOVED) or (change.fewer and apart < -MOVED)
    return change.doubtful if moved else None


def _explained(verdict: Verdict, series: Series, change: Change) -> bool:
    """Whether a departure is on a side that a doubtful change within the last year explains."""
    if change.doubtful is None or not verdict.beyond:
        return False
    if series.months - series.index(change.doubtful) > GUARDED_MONTHS:
        return False
    if series.form != kinds.COUNT:
        return True
    return change.more if verdict.side == "high" else change.fewer
