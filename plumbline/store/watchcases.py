"""What watches read about single cases, and what a departure may be put down to."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from plumbline import periods, stock_flow, valuation
from plumbline.catalog import scopes
from plumbline.catalog.definitions import Pack, Text
from plumbline.catalog.ratios import Missing
from plumbline.periods import Period
from plumbline.stock_flow import Identity
from plumbline.store.statements import statement
from plumbline.store.watchbooks import WatchBooks
from plumbline.valuation import Cell
from plumbline.warning import casework, feeding, mix
from plumbline.warning.casework import Node
from plumbline.warning.verdicts import Verdict

CLOSED, JOINED = "court-core.closed_on", "court-core.joined_on"
"""The days a case ended on: closed, or joined to another."""
CLOSED_BACK: Final = 62
NOTHING: Final[Mapping[str, Any]] = {"due": 0, "cases": ()}
BULK: Final = 0.5
"""A day that holds more of a month than this share is one act in bulk."""
BULK_LEAST: Final = 10
MIX: Final = 0.5
CORRECTED: Final = 0.5
OPENINGS: Final = (Text("旧存", "carried over"), Text("未结", "pending"))


@dataclass(frozen=True, slots=True)
class Nodes:
    """Nodes that are off, and by court how many fell due in the month."""

    found: tuple[Node, ...]
    due: Mapping[str, int]


def nodes(
    books: WatchBooks, pack: Pack, clocks: Sequence[str], courts: Sequence[str], grace: int
) -> dict[str, Nodes]:
    """By clock, in the order of the process: the nodes of cases whose limit lies in the running month, or which stand
    open from before. What happened on the day looked at or later is not known yet.

    Cases are read as they are folded now, which no page tells of them later: what stands of each is noted.
    """

    @functools.cache
    def stood() -> dict[tuple[str, str], dict[str, Any]]:
        return _stood(books, pack, clocks, courts, grace)

    def read(clock: str, court: str) -> dict[str, Any]:
        return stood()[clock, court]

    judged = {}
    for clock in clocks:
        found: list[Node] = []
        due: dict[str, int] = {}
        for court in courts:
            noted = books.evidence.of(court, clock, "nodes", functools.partial(read, clock, court), NOTHING)
            due[court] = noted["due"]
            found += _judged(court, noted["cases"], books.yesterday, grace)
        judged[clock] = Nodes(tuple(found), due)
    return judged


def _judged(court: str, cases: Sequence[Sequence[Any]], day: date, grace: int) -> list[Node]:
    """Each case as it was noted, with its stage; of a sealed one no number was noted."""
    found = []
    for subject, limit, stopped, moved_on, before in cases:
        on, was = (date.fromisoformat(one) if one else None for one in (stopped, before))
        limit_day = date.fromisoformat(limit)
        stage = casework.stage_of(limit_day, on, moved_on, was, day, grace)
        if stage is not None:
            found.append(Node(court, subject or "", stage, limit_day, subject is None))
    return found


def _stood(
    books: WatchBooks, pack: Pack, clocks: Sequence[str], courts: Sequence[str], grace: int
) -> dict[tuple[str, str], dict[str, Any]]:
    """By clock and court: how many nodes fell due in the month, and of each that is off the case (null: sealed), the
    limit, the day it was done, whether the case has moved on, and the day of the node before it.
    """
    limits, ends = ({one: _kept(pack, one, part) for one in clocks} for part in ("limit_day", "stopped_on"))
    rows = books.connection.execute(
        statement("list_case_nodes"),
        {
            "courts": list(courts),
            "keys": [*limits.values(), *ends.values(), CLOSED, JOINED],
            "limits": list(limits.values()),
            "closed": CLOSED,
            "closed_from": (books.yesterday - timedelta(days=CLOSED_BACK)).toordinal(),
        },
    ).fetchall()
    found: dict[tuple[str, str], dict[str, Any]] = {
        (clock, court): {"due": 0, "cases": []} for clock in clocks for court in courts
    }
    month = periods.month_start(books.yesterday)
    for court, subject, sealed, facts in rows:
        stops = [_day(facts.get(ends[clock]), books.yesterday) for clock in clocks]
        closed = _day(facts.get(CLOSED), books.yesterday) or _day(facts.get(JOINED), books.yesterday)
        for place, clock in enumerate(clocks):
            limit = _day(facts.get(limits[clock]))
            if limit is None:
                continue
            if month <= limit <= books.yesterday:
                found[clock, court]["due"] += 1
            stopped = stops[place]
            moved_on = closed is not None or any(one is not None for one in stops[place + 1 :])
            before = stops[place - 1] if place else None
            stage = casework.stage_of(limit, stopped, moved_on, before, books.yesterday, grace)
            recent = limit >= month or (stopped is not None and stopped >= month)
            if stage is not None and (recent or (stopped is None and closed is None)):
                days = [one and one.isoformat() for one in (limit, stopped, before)]
                case = [None if sealed else subject, days[0], days[1], moved_on, days[2]]
                found[clock, court]["cases"].append(case)
    for one in found.values():
        one["cases"].sort(key=lambda case: (case[1], case[0] or ""))
    return found


def _kept(pack: Pack, clock: str, part: str) -> str:
    """The name under which a case keeps a fact of a clock: that of the pack that defines it before it."""
    owner = next(one for one in scopes.chain(pack) if clock in one.clocks)
    return f"{owner.id}.{clock}_{part}"


def _day(given: Any, until: date | None = None) -> date | None:
    """A fact that is a day; of several, the last; of those after `until`, none."""
    days = [
        date.fromordinal(one)
        for one in (given if isinstance(given, list) else [given])
        if isinstance(one, int) and not isinstance(one, bool)
    ]
    return max((one for one in days if until is None or one <= until), default=None)


def balances(books: WatchBooks, pack: Pack, name: str, courts: Sequence[str]) -> list[feeding.Balance]:
    """One balance of stock and flow of the running month, of some courts' own cases; none while it cannot be reckoned."""
    balance = next(one.balances[name] for one in scopes.chain(pack) if name in one.balances)
    served = {
        each: books.version(pack, each).served[each]
        for each in (balance.stock, *balance.entering, *balance.leaving)
    }
    identity = Identity(
        balance,
        served[balance.stock],
        tuple(served[each] for each in balance.entering),
        tuple(served[each] for each in balance.leaving),
    )
    period = Period.parse(books.yesterday.isoformat()[:7])
    found = []
    for court in courts:
        audit = stock_flow.audit(
            identity, Cell(court, "own", valuation.ALL, period), books.shelf, books.yesterday
        )
        if isinstance(audit, Missing):
            continue
        signs = [1] * len(identity.entering) + [-1] * len(identity.leaving)
        terms = [(OPENINGS[0], 1, audit.opening + audit.joined - audit.parted)]
        for one, sign, amount in zip(
            (*identity.entering, *identity.leaving), signs, audit.amounts, strict=True
        ):
            terms.append((one.measure.title or Text(one.id, one.id), sign, amount))
        found.append(
            feeding.Balance(
                court,
                name,
                balance.title,
                period.text,
                tuple(terms),
                (OPENINGS[1], audit.closing),
                audit.difference,
            )
        )
    return found


def causes(books: WatchBooks, verdict: Verdict) -> list[str]:
    """What a departure of a figure's month may be put down to, from the books: one act in bulk, or another mix of cases."""
    document = verdict.document
    if document.get("kind") not in ("history", "peers", "pattern", "drift"):
        return []
    name = str(document["figure"])
    version = books.catalogue.serving(name, books.yesterday)
    if version.formula.functions:
        return []
    found = []
    month = Period.parse(verdict.period)
    if version.in_force_from >= month.start and len(books.catalogue.versions(name)) > 1:
        found.append("definition")
    if _corrected(books, name, verdict, month):
        found.append("correction")
    counts = [one for one in version.served.values() if one.measure.kind in ("flow", "each")]
    if any(_in_bulk(books, one.main.id, verdict.court, month) for one in counts):
        found.append("bulk")
    if _mixed(books, name, verdict.court, month):
        found.append("mix")
    return found


def _corrected(books: WatchBooks, name: str, verdict: Verdict, month: Period) -> bool:
    """Whether most of a departure came after the month was first known whole: older data were corrected or came late."""
    version, document = books.catalogue.serving(name, books.yesterday), verdict.document
    expected, value = document.get("expected"), document.get("value")
    if version.indicator is None or expected is None or value is None:
        return False
    asked = {
        "indicator": version.id,
        "version": version.version,
        "court": verdict.court,
        "scope": "own",
        "period": month.text,
        "ended": month.end,
    }

    def read() -> list[float] | None:
        row = books.connection.execute(statement("read_first_kept"), asked).fetchone()
        return None if row is None or row[0] is None or not row[1] else [float(row[0]), float(row[1])]

    kept: Sequence[float] | None = books.evidence.of(verdict.court, verdict.object, "first_kept", read)
    if kept is None:
        return False
    first = kept[0] / kept[1] * (100.0 if version.unit == "percent" else 1.0)
    moved, apart = abs(float(value) - first), abs(float(value) - float(expected))
    return moved > CORRECTED * apart > 0


def _in_bulk(books: WatchBooks, account: int, court: str, month: Period) -> bool:
    """Whether one day holds more than half of a month's cases."""
    days = books.by_day(account, court, month.start, month.end)
    total = sum(days.values())
    return total >= BULK_LEAST and max(days.values(), default=0) > BULK * total


def _mixed(books: WatchBooks, name: str, court: str, month: Period) -> bool:
    """Whether more than half of the difference to the same month a year before comes from the mix of categories."""
    version = books.catalogue.serving(name, books.yesterday)
    sides: list[dict[str, mix.Counted]] = [{}, {}]
    for side, period in enumerate((month.prior_year(), month)):
        for category in (
            "criminal",
            "civil",
            "administrative",
            "enforcement",
            "compensation",
            "insolvency",
            "other",
        ):
            cell = Cell(court, "own", category, period)
            value = valuation.value_cell(version, cell, books.shelf, books.yesterday)
            if value.numerator is not None and value.denominator:
                sides[side][category] = (value.numerator, value.denominator)
    if not sides[0] or not sides[1] or all(below == 1 for _, below in sides[1].values()):
        return False
    whole = mix.decompose(*sides)
    return (
        whole.difference != 0
        and abs(whole.mix) > MIX * abs(whole.difference)
        and whole.mix * whole.difference > 0
    )
