"""Weekly counts of a measure over courts, read in one grouped statement: what the value of each week says, week by week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from plumbline.catalog import scopes, watches
from plumbline.catalog.definitions import Pack
from plumbline.store.statements import statement
from plumbline.store.watchbooks import WatchBooks
from plumbline.warning import weekly
from plumbline.warning.histories import Floats
from plumbline.warning.weekly import Weeks

_WEEK = timedelta(days=7)


def weeks(books: WatchBooks, pack: Pack, name: str, courts: Sequence[str], scope: str, years: int) -> Weeks:
    """A measure's weeks that ended before the day, of some courts: as many as a look `years` back needs, from the first in
    which any of the courts has something. A measure that waits or is being filled has no figure in any week.
    """
    version = books.version(pack, name)
    figure = next(one.measures[name] for one in scopes.chain(pack) if name in one.measures)
    until = weekly.monday(books.day)
    first = until - weekly.reach(years) * _WEEK
    if version.waits_for is not None or version.filling:
        counts = np.full((len(courts), (until - first).days // 7), np.nan)
    else:
        counts = _counts(books, version.served[name].main.id, courts, scope, first, until)
    begin = _begin(counts)
    return Weeks(
        figure=version.id,
        title=version.title,
        unit=version.unit,
        outcome=watches.outcome(pack, figure),
        courts=tuple(courts),
        first=first + begin * _WEEK,
        counts=counts[:, begin:],
    )


def _begin(counts: Floats) -> int:
    """The first week in which any court has something: before the books begin there is no history."""
    known = np.flatnonzero(np.nansum(np.abs(counts), axis=0) > 0)
    return int(known[0]) if len(known) else 0


def _counts(
    books: WatchBooks, account: int, courts: Sequence[str], scope: str, first: date, until: date
) -> Floats:
    """(courts, weeks). With all below a court, each day counts for the courts that were below it on that day."""
    cuts = sorted(books.tree.changes(first, until)) if scope == "all" else []
    begun = [first, *cuts]
    below = [
        [books.tree.subtree(court, day) if scope == "all" else (court,) for court in courts] for day in begun
    ]
    codes = sorted({code for piece in below for each in piece for code in each})
    asked: dict[str, object] = {
        "account": account, "courts": codes, "first": first, "until": until, "cuts": cuts,
    }  # fmt: skip
    if books.known.known_at is None:
        rows = books.connection.execute(statement("sum_balance_weeks"), asked).fetchall()
    else:
        asked["known_at"] = books.moment
        rows = books.connection.execute(statement("sum_posting_weeks_known"), asked).fetchall()
    place = {code: row for row, code in enumerate(codes)}
    sums = np.zeros((len(begun), len(codes), (until - first).days // 7))
    for code, week, piece, value in rows:
        sums[piece, place[code], week] += int(value)
    found = np.zeros((len(courts), sums.shape[2]))
    for piece, each in enumerate(below):
        for row, whose in enumerate(each):
            found[row] += sums[piece, [place[code] for code in whose]].sum(axis=0)
    return found
