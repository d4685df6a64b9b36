"""The due dates of one judge: the open cases that stand with him today, each with the clocks that run in it.

A case is his by the attribution in force today, in the one court asked of; what was his and has moved is not.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from plumbline import serving
from plumbline.catalog import scopes
from plumbline.catalog.definitions import Clock, Measure, Pack
from plumbline.store import dossier, engine
from plumbline.store.dossier import Posted
from plumbline.store.statements import statement


@dataclass(frozen=True, slots=True)
class Kept:
    """A clock as the books keep it: `overdue` are the stocks a case enters when its limit has passed, `open` those of the
    cases it runs in; `fact` begins the names of the facts it leaves on a case, `begun` names the day it starts.
    """

    clock: Clock
    overdue: tuple[int, ...]
    open: tuple[int, ...]
    fact: str
    begun: str


@dataclass(frozen=True, slots=True)
class OwnDate:
    """One clock of one of his cases. `limit_day` is None where the clock stands in the books without one: it rests, or
    the law sets none; `passed`: the day has passed; `moved`: it has stood with another court too.
    """

    clock: str
    home_court: str
    subject: str
    category: str
    limit_day: date | None
    passed: bool
    begun_on: date | None
    sealed: bool
    moved: bool
    page: int

    @property
    def place(self) -> tuple[date, str, str]:
        """Where it stands in the list: the soonest first, those without a day last."""
        return self.limit_day or date.max, self.subject, self.clock


def kept(catalogue: serving.Catalogue, today: date) -> dict[str, Kept]:
    """By id, every clock whose passed limits the versions in force today keep as a stock."""
    stocks = [one for one in catalogue.everything() if _stands(catalogue, one, today)]
    found: dict[str, Kept] = {}
    for version in stocks:
        assert version.measure is not None
        for owner, clock in _clocks(version.pack):
            if f"{clock.id}_passed_on" not in version.measure.starts:
                continue
            begun = next(
                (one.id for one in scopes.chain(version.pack) if clock.starts in one.facts), owner.id
            )
            before = found.get(clock.id)
            found[clock.id] = Kept(
                clock,
                (*(before.overdue if before else ()), _account(version)),
                (*(before.open if before else ()), *_open(stocks, clock, version.measure)),
                f"{owner.id}.{clock.id}",
                f"{begun}.{clock.starts}",
            )
    return found


def _stands(catalogue: serving.Catalogue, one: serving.Version, today: date) -> bool:
    """Whether it is a stock, and the version that answers today."""
    if one.measure is None or one.measure.kind != "stock" or one.retired_at is not None:
        return False
    return catalogue.serving(one.id, today) is one


def _clocks(pack: Pack) -> Iterable[tuple[Pack, Clock]]:
    return [(one, clock) for one in scopes.chain(pack) for clock in one.clocks.values()]


def _account(version: serving.Version) -> int:
    (served,) = version.served.values()
    return served.main.id


def _open(stocks: Sequence[serving.Version], clock: Clock, overdue: Measure) -> list[int]:
    """The stocks a case is in from the day the clock starts, under the same condition: where it rests it is still there."""
    return [
        _account(one)
        for one in stocks
        if one.measure is not None
        and clock.starts in one.measure.starts
        and one.measure.where == overdue.where
    ]


def list_own(
    connection: engine.Connection, clocks: Mapping[str, Kept], court: str, person: str, today: date
) -> list[OwnDate]:
    """Every clock that runs, or rests, in an open case of one judge in one court: the soonest first."""
    facts = [f"{one.fact}_{part}" for one in clocks.values() for part in ("limit_day", "stopped_on")]
    binds = {
        "accounts": sorted({each for one in clocks.values() for each in (*one.overdue, *one.open)}),
        "court": court,
        "person": person,
        "today": today,
        "facts": sorted({*facts, *(one.begun for one in clocks.values())}),
    }
    found: list[OwnDate] = []
    for home_court, subject, sealed, posted, page, given in connection.execute(
        statement("list_own_cases"), binds
    ):
        lines, left = dossier.posted_lines(bytes(posted)), given or {}
        moved = home_court != court or any(line.court != court for line in lines)
        for name, clock in clocks.items():
            stood = _date(clock, lines, left, today)
            if stood is None or stood[0] != (court, person):
                continue
            _, category, limit_day, passed = stood
            begun = _day(left.get(clock.begun))
            found.append(
                OwnDate(
                    name, home_court, subject, category, limit_day, passed, begun, bool(sealed), moved, int(page or 0)
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: one.place)


Holder = tuple[str, str | None]
"""Court and judge."""


def _date(
    clock: Kept, lines: Sequence[Posted], facts: Mapping[str, Any], today: date
) -> tuple[Holder, str, date | None, bool] | None:
    """With whom the case stands today, its category, the limit day and whether it has passed; None where the clock
    neither runs nor rests.
    """
    by_account = [[line for line in lines if line.account == account] for account in clock.overdue]
    overdue = next((found for found in by_account if found), [])
    still = next(
        (
            stood
            for account in clock.open
            if (stood := _standing([x for x in lines if x.account == account], today))
        ),
        None,
    )
    entered, passed = _entered(overdue, today)
    if entered is not None:
        there = still or _standing(overdue, today if passed else entered)
        return None if there is None else (there[0], there[1], entered - timedelta(days=1), passed)
    known = any(facts.get(f"{clock.fact}_{part}") is not None for part in ("limit_day", "stopped_on"))
    if still is None or known:
        return None
    return still[0], still[1], None, False


def _standing(lines: Iterable[Posted], day: date) -> tuple[Holder, str] | None:
    """With whom, and in which category, a case stands in a stock at the end of a day."""
    held: dict[tuple[Holder, str], int] = {}
    for line in lines:
        if line.day <= day:
            where = (line.court, line.judge), line.category
            held[where] = held.get(where, 0) + line.value
    return next((where for where, value in sorted(held.items(), key=str) if value > 0), None)


def _entered(lines: Iterable[Posted], today: date) -> tuple[date | None, bool]:
    """The day the case came into the stock it is in, and True; else the next day it will, and False. Moves between
    courts and judges on one day are no entry.
    """
    level, entered, coming = 0, None, None
    for day, group in itertools.groupby(sorted(lines, key=lambda line: line.day), lambda line: line.day):
        after = level + sum(line.value for line in group)
        if level <= 0 < after:
            if day <= today:
                entered = day
            elif coming is None:
                coming = day
        elif after <= 0 and day <= today:
            entered = None
        level = after
    return (entered, True) if entered is not None else (coming, False)


def _day(given: Any) -> date | None:
    """A fact that is a day."""
    return date.fromordinal(given) if isinstance(given, int) and not isinstance(given, bool) else None
