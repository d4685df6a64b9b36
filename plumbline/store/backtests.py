"""Backtests: a watch replayed over history, day by day as it would have looked, before it is armed.

The books are read by the days things happened on, as they are known now: what was only reported later is counted on its
own day, which the report says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from plumbline import errors, periods, serving
from plumbline.courts import CourtTree
from plumbline.store import engine, looks, watches
from plumbline.store.looks import Looker
from plumbline.store.watchbooks import Owned, every_watch
from plumbline.store.watches import Backtest
from plumbline.warning import life
from plumbline.warning.life import Memory, Terms
from plumbline.warning.verdicts import Verdict

MOST_LOOKS: Final = 800
LISTED: Final = 200
SAID_EVERY_S: Final = 1.0
Progress = Callable[[int, int], None]
KNOWN_NOW: Final = {
    "zh": "按现在所知的账簿回放：后来才报送的事项计在其发生之日。",
    "en": "Replayed over the books as they are known now: what was reported late is counted on the day it happened.",
}


@dataclass(slots=True)
class Firing:
    """One deviation that would have been opened: on which day, and what became of it."""

    court: str
    object: str
    opened: date
    period: str
    severity: str
    text: dict[str, str]
    ends: date | None = None
    borne_out: bool | None = None
    lead_days: int | None = None


@dataclass(slots=True)
class Replay:
    """A replay as it goes on: memories, what is open, and the looks at each object in their order."""

    firings: list[Firing] = field(default_factory=list)
    memories: dict[tuple[str, str], Memory] = field(default_factory=dict)
    standing: dict[tuple[str, str], Firing] = field(default_factory=dict)
    judged: int = 0
    unknown: int = 0
    courts: set[str] = field(default_factory=set)


def days_of(every: str, first: date, last: date) -> Iterator[date]:
    """The days a watch would have looked on."""
    day = first
    while day <= last:
        if every == "day" or (every == "week" and day.weekday() == 0) or (every == "month" and day.day == 1):
            yield day
        day += timedelta(days=1)


def run(
    looker: Looker, owned: Owned, first: date, last: date, courts: tuple[str, ...] | None, progress: Progress
) -> dict[str, Any]:
    """Replay a watch; its report as plain JSON. errors.BadInput for days that give no look, or too many."""
    days = list(days_of(owned.watch.every, first, last))
    if not days or len(days) > MOST_LOOKS:
        raise errors.BadInput(
            f"From {first} to {last} the watch would look {len(days)} times",
            next=f"Choose days that give 1 to {MOST_LOOKS} looks (it looks every {owned.watch.every}).",
        )
    watch = owned.watch
    terms = Terms(watch.hold, watch.release, watch.severity, watch.escalate)
    replay = Replay()
    for number, day in enumerate(days):
        # When a source was last heard of on an earlier day is not known: that it was silent is told live only.
        heard = dict.fromkeys(looker.received, looker.now)
        at = Looker(looker.books.on(day), looker.now, looker.covered, heard)
        for verdict in at.look(owned, courts):
            _take(replay, verdict, terms, day)
        progress(number + 1, len(days))
    return _report(replay, owned, days, looker)


def _take(replay: Replay, verdict: Verdict, terms: Terms, day: date) -> None:
    key = (verdict.court, verdict.object)
    replay.judged += verdict.level != "insufficient"
    replay.unknown += verdict.level == "insufficient"
    replay.courts.add(verdict.court)
    step = life.look(replay.memories.get(key, Memory()), verdict, terms, day)
    replay.memories[key] = step.memory
    if step.act == "opened":
        firing = Firing(
            verdict.court,
            verdict.object,
            day,
            verdict.period,
            step.memory.severity,
            dict(verdict.document["text"]),
        )
        replay.firings.append(firing)
        replay.standing[key] = firing
    elif step.act == "resolved" and key in replay.standing:
        replay.standing.pop(key).ends = day


def _report(replay: Replay, owned: Owned, days: list[date], looker: Looker) -> dict[str, Any]:
    _bear_out(replay, owned, looker)
    firings = replay.firings
    by_day: dict[date, int] = {}
    for one in firings:
        by_day[one.opened] = by_day.get(one.opened, 0) + 1
    worst = max(by_day, key=lambda day: (by_day[day], -day.toordinal())) if by_day else None
    leads = sorted(one.lead_days for one in firings if one.lead_days is not None)
    told = [one.borne_out for one in firings if one.borne_out is not None]
    span = max((days[-1] - days[0]).days, 1) / 365.25
    return {
        "looks": len(days),
        "every": owned.watch.every,
        "courts": len(replay.courts),
        "judged": replay.judged,
        "insufficient": replay.unknown,
        "firings": len(firings),
        "firings_a_court_year": len(firings) / (span * max(len(replay.courts), 1)),
        "red": sum(one.severity == "red" for one in firings),
        "borne_out": sum(told),
        "judged_later": len(told),
        "lead_days_median": leads[len(leads) // 2] if leads else None,
        "worst_day": worst.isoformat() if worst else None,
        "worst_day_firings": by_day[worst] if worst else 0,
        "still_open": len(replay.standing),
        "note": KNOWN_NOW,
        "list": [
            {
                "court": one.court,
                "object": one.object,
                "opened": one.opened.isoformat(),
                "period": one.period,
                "severity": one.severity,
                "ended": one.ends.isoformat() if one.ends else None,
                "borne_out": one.borne_out,
                "lead_days": one.lead_days,
                "text": one.text,
            }
            for one in firings[:LISTED]
        ],
    }


def _bear_out(replay: Replay, owned: Owned, looker: Looker) -> None:
    """Whether each firing was borne out: of a year's line, whether the year missed it; of the others, whether it still
    stood a month later. Open for years and months that have not ended.
    """
    kind = owned.watch.kind
    yearly = kind in ("target", "year_end", "burn")
    for one in replay.firings:
        if yearly:
            year = int(one.period[:4])
            after = date(year + 1, 1, 1)
            if after <= looker.books.day:
                one.borne_out = _missed(owned, one, looker, after)
                if one.borne_out:
                    one.lead_days = (after - one.opened).days
            continue
        later = periods.add_months(periods.month_start(one.opened), 1)
        if one.ends is not None or later <= looker.books.day:
            one.borne_out = one.ends is None or one.ends > later


def _missed(owned: Owned, firing: Firing, looker: Looker, after: date) -> bool | None:
    """Whether a court's year ended beyond its line."""
    books = looker.books.on(after)
    name = firing.object.partition(".")[2]
    year = books.year(owned.pack, name, (firing.court,), owned.watch.scope)
    line, above, below = year.lines[0], float(year.numerators[0]), float(year.denominators[0])
    if line is None or below != below or not below:
        return None
    value = above / below
    low = line.low is not None and value < float(line.low)
    return low or (line.high is not None and value > float(line.high))


@dataclass(frozen=True, slots=True)
class Ground:
    """What a backtest stands on: the definitions, the tree, the day it is run and the moment."""

    catalogue: serving.Catalogue
    tree: CourtTree
    day: date
    now: datetime


def perform(pool: engine.Pool, ground: Ground, asked: Backtest, told: Progress) -> dict[str, Any]:
    """Run a backtest that was taken, over one snapshot; how far it is can be read meanwhile. Its report; a watch that is
    no longer defined so, or days that give no look, end it as failed with the reason in the report.
    """
    said = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal said
        told(done, total)
        if time.monotonic() - said > SAID_EVERY_S:
            said = time.monotonic()
            with engine.transaction(pool) as connection:
                watches.move_backtest(connection, asked.id, state="running", done=done, total=total)

    owned = every_watch(ground.catalogue, ground.day).get(asked.watch)
    try:
        if owned is None or owned.hash != asked.hash:
            raise errors.Conflict(
                f"{asked.watch} is no longer defined as it was when the backtest was asked for",
                next="Ask for it again.",
            )
        with engine.transaction(pool) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            looker = looks.looker(connection, ground.catalogue, ground.tree, ground.day, ground.now)
            page = looker.books.known.page
            report = run(looker, owned, asked.first, asked.last, asked.courts or None, progress)
    except errors.PlumblineError as stopped:
        with engine.transaction(pool) as connection:
            watches.move_backtest(
                connection, asked.id, state="failed", done=0, total=0,
                report={"what": stopped.what, "why": stopped.why, "next": stopped.next},
            )  # fmt: skip
        raise
    with engine.transaction(pool) as connection:
        watches.move_backtest(
            connection,
            asked.id,
            state="done",
            done=report["looks"],
            total=report["looks"],
            page=page,
            report=report,
        )
    return report
